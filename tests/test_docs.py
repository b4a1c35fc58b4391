"""The pages of docs/ say what is so: their code runs, their links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

import napari_label_index as nli
from documents import blocks, commands, write_inputs
from napari_label_index.cli import main
from napari_label_index.cli._parser import make_parser

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def name_of(page):
    return page.relative_to(ROOT).as_posix()


def text_of(page):
    """The text of a page, and of the file that it includes."""
    text = page.read_text(encoding="utf-8")
    return re.sub(
        r'^--8<-- "(.+)"$', lambda m: (ROOT / m[1]).read_text(), text, flags=re.M
    )


def anchors(page):
    """What a link to a part of a page may end in."""
    text = text_of(page)
    made = {f"napari_label_index.{name}" for name in nli.__all__}
    given = made if "::: napari_label_index" in text else set()
    headings = HEADING.findall(CODE.sub("", text))
    return given | {re.sub(r"[^\w-]+", "-", h.lower()).strip("-") for h in headings}


WITH_PYTHON = [page for page in PAGES if blocks(page.read_text("utf-8"), "python")]


@pytest.mark.parametrize("page", WITH_PYTHON, ids=name_of)
def test_the_python_of_a_page_runs_and_its_asserts_hold(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = "\n".join(blocks(page.read_text("utf-8"), "python"))
    exec(compile(code, name_of(page), "exec"), {})


def test_the_lines_of_the_command_line_page_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_inputs(tmp_path)
    lines = commands((ROOT / "docs/how-to/command-line.md").read_text("utf-8"))
    for arguments in lines:
        # What is an object store to a reader is memory here.
        here = [argument.replace("s3://", "memory://") for argument in arguments]
        assert main(here) == 0, arguments
    [choices] = [a.choices for a in make_parser()._actions if a.dest == "command"]
    assert {arguments[0] for arguments in lines} == set(choices)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_links_of_a_page_lead_to_a_page_and_a_part_of_it(page):
    for link in re.findall(r"\]\(([^)]+)\)", CODE.sub("", text_of(page))):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), link
        if anchor:
            assert anchor in anchors(target), link


def test_every_page_and_picture_is_used():
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = set(re.findall(r": ([\w/-]+\.md)$", navigation, re.MULTILINE))
    assert listed == {p.relative_to(ROOT / "docs").as_posix() for p in PAGES}
    script = (ROOT / "scripts/tour.py").read_text(encoding="utf-8")
    taken = set(re.findall(r'tour\.picture\("([\w-]+)"', script))
    assert taken <= {picture.stem for picture in (ROOT / "docs/img").iterdir()}
    shown = "".join(page.read_text("utf-8") for page in PAGES)
    for picture in (ROOT / "docs/img").iterdir():
        assert f"img/{picture.name})" in shown, picture
        assert picture.stat().st_size < 150_000, picture


def test_the_page_on_queries_lists_every_column():
    spec = importlib.util.spec_from_file_location(
        "columns", ROOT / "scripts/columns.py"
    )
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    page = (ROOT / "docs/reference/queries.md").read_text(encoding="utf-8")
    assert page.endswith(script.table()), "run scripts/columns.py"


def test_the_page_on_python_has_every_public_name():
    page = (ROOT / "docs/reference/api.md").read_text(encoding="utf-8")
    named = re.findall(r"^::: napari_label_index\.(\w+)$", page, re.MULTILINE)
    assert sorted(named) == nli.__all__
