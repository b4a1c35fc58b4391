"""CSV files with the text of a stranger, opened by a real spreadsheet: no formula."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from campaigns import rounds
from napari_label_index.io import export_review
from napari_label_index.io.exports._csv import neutral
from review_files import marks_of

SEED = 5
STARTS = "=+-@\t\r\n\0\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
PAYLOADS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
    '=HYPERLINK("file:///etc/passwd")', "\t=1+1", "\r=1+1", "\n=1+1", " =1+1",
    '"=1+1', "'=1+1", ",=1+1", '","=1+1', ";=1+1", "x;=1+1;", "x\t=1+1", "x\n=1+1",
    "x\r=1+1", '";=1+1;"', "{=1+1}", "=WEBSERVICE(A1)", "=1+1\nsecond line", "x\n\n-1",
]  # fmt: skip
SCRAPS = [*STARTS, "1+1", "SUM(A1)", "cmd|' /C calc'!A0", ",", '"', ";", "'", "a", " "]
SEPARATORS = {"a comma": 44, "a semicolon": 59, "a tab": 9}

pytestmark = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice Calc is not installed"
)


def texts(n):
    rng = np.random.default_rng(SEED)
    picks = (rng.integers(0, len(SCRAPS), rng.integers(1, 6)) for _ in range(n))
    made = ("".join(SCRAPS[i] for i in pick) for pick in picks)
    return [*PAYLOADS, *(text for text in made if text.strip())][:n]


def cells_of(csv, separator, profile):
    """Open a CSV in LibreOffice, asked to run formulas; give (formula, text) by cell.

    The tokens: separator, quote, UTF-8, from line 1 on, no formats of columns, no
    language, quoted is not text, detect special numbers, ..., evaluate formulas.
    """
    tokens = f"CSV:{separator},34,76,1,,0,false,true,false,false,false,-1,true"
    call = [
        "soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{profile}",
        f"--infilter={tokens}", "--convert-to", "fods", "--outdir", str(csv.parent),
        str(csv),
    ]  # fmt: skip
    done = subprocess.run(call, capture_output=True, text=True, timeout=120, check=True)
    made = csv.with_suffix(".fods")
    assert made.exists(), done.stdout + done.stderr
    found = []
    for cell in ElementTree.parse(made).iter():
        if cell.tag.endswith("}table-cell"):
            formulas = [key for key in cell.attrib if key.endswith("}formula")]
            lines = ["".join(p.itertext()) for p in cell if p.tag.endswith("}p")]
            found.append((bool(formulas), "\n".join(lines)))
    return found


@pytest.mark.parametrize("separator", SEPARATORS)
def test_libre_office_finds_no_formula(tmp_path, separator, campaign):
    notes = texts(rounds(60, 500))
    marks = marks_of({row: ("accepted", note) for row, note in enumerate(notes, 1)})
    path = export_review(marks, tmp_path / "a.csv")
    plain = tmp_path / "plain.csv"
    plain.write_text("label,status\n1,=1+1\n1;=1+1\n1\t=1+1\n")
    what = f"text in CSV, opened by LibreOffice at {separator}: no formula"
    with campaign("D3", what, SEED) as count:
        count.case(len(notes))
        code = SEPARATORS[separator]
        cells = cells_of(plain, code, tmp_path / "profile")
        assert any(is_formula for is_formula, _ in cells), "test invalid: none is run"
        cells = cells_of(path, code, tmp_path / "profile")
        assert [text for is_formula, text in cells if is_formula] == []
        shown = {text for _, text in cells}
        if separator == "a comma":
            one_line = [x for x in notes if x.isprintable() and x == x.strip()]
            legible = [x for x in one_line if "  " not in x]  # spaces are elements
            assert len(legible) > len(notes) // 4
            assert [note for note in legible if neutral(note) not in shown] == []
