"""The differential campaign tells right from wrong, and its page has all of it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from edge_cases import EDGE_CASES

PEERS = ["scipy value_indices", "scipy find_objects", "skimage regionprops"]
PEERS += ["fastremap point_cloud", "cc3d statistics"]


@pytest.fixture
def differential(repository, monkeypatch):
    monkeypatch.syspath_prepend(str(repository / "benchmarks"))
    import differential

    return differential


@pytest.fixture
def answers(differential):
    import answers

    return answers


def test_a_child_answers_or_refuses(differential):
    cases = ["int32", "float32 with NaN"]
    cells = differential.ask_all(cases, ["ours"])
    assert [cells[case, "ours"].outcome for case in cases] == ["right", "refused"]
    made = differential.table(cells, cases, ["ours"])
    assert made.splitlines()[-1] == "| **right or refused** | **2 of 2** |"


@pytest.mark.parametrize(
    "planted",
    [
        {7: (4, (0, 0, 1, 2), None)},
        {7: (None, (0, 0, 1, 4), None)},
        {7: (None, None, [[0, 0], [0, 2]])},
        {8: (3, None, None)},
        {},
        {7: (3, None, None), 9: (1, None, None)},
    ],
    ids=["count", "box", "coordinates", "another id", "nothing", "one id more"],
)
def test_a_planted_difference_is_told(answers, planted):
    right = answers.oracle(np.array([[7, 7, 7, 0]]))
    assert list(answers.differences(planted, right))
    assert not list(answers.differences({7: (3, None, None)}, right))


def test_each_tool_that_is_here_is_right_about_a_plain_image(answers):
    image = EDGE_CASES["int32"]()
    right = answers.oracle(image)
    for name, ask in answers.TOOLS.items():
        if name.startswith("fastremap"):
            continue  # of the group `bench`
        assert not list(answers.differences(ask(image), right)), name


def test_the_page_has_every_case_and_we_are_right_or_refuse(repository):
    page = (repository / "docs/benchmarks.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page[page.index("<!-- written by") :].splitlines()
        if line.startswith("|")
    ]
    assert rows[0] == ["label image", "this index", *PEERS]
    assert [row[0] for row in rows[2:-1]] == [*EDGE_CASES]
    assert {row[1] for row in rows[2:-1]} == {"right", "refused"}
    assert rows[-1][1] == f"**{len(EDGE_CASES)} of {len(EDGE_CASES)}**"
    readme = (repository / "README.md").read_text(encoding="utf-8")
    best = max(int(re.findall(r"\d+", cell)[0]) for cell in rows[-1][2:])
    assert f"the best of five peers {best}." in readme
