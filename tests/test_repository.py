"""Rules for the files themselves that no linter checks."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

# Other addresses rot, or belong to one machine's set-up: name the thing instead.
KNOWN_HOSTS = {
    *("napari.org", "github.com", "www.openmicroscopy.org"),
    *("docs.dask.org", "filesystem-spec.readthedocs.io", "127.0.0.1"),
}
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|root|home/\w+|Users/\w+)/")
LEFTOVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|^(<{7}|>{7}) |\bbreakpoint\(")


@pytest.fixture(scope="module")
def texts(repository) -> dict[Path, str]:
    """Every text file that is or will be in the repository."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("not a git checkout, so nobody knows which files belong to it")
    found = {}
    for name in filter(None, listing.stdout.split("\0")):
        path = repository / name
        content = path.read_bytes() if path.is_file() else b"\0"
        if b"\0" not in content:
            found[Path(name)] = content.decode("utf-8")
    return found


def lines_matching(texts: dict[Path, str], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if path.name != Path(__file__).name and pattern.search(line)
    ]


def test_no_file_names_a_path_of_one_machine(texts):
    assert lines_matching(texts, MACHINE_PATH) == []


def test_links_lead_to_known_hosts_only(texts):
    hosts = {
        (host, str(path))
        for path, text in texts.items()
        for host in re.findall(r"https?://([\w.-]+)", text)
    }
    assert {(host, path) for host, path in hosts if host not in KNOWN_HOSTS} == set()


def test_nothing_was_left_for_later_in_the_files(texts):
    assert lines_matching(texts, LEFTOVER) == []


def test_no_python_file_is_longer_than_300_lines(texts):
    sizes = {p: len(t.splitlines()) for p, t in texts.items() if p.suffix == ".py"}
    assert {path: n for path, n in sizes.items() if n > 300} == {}


def test_functions_fit_on_a_screen(texts):
    too_long = [
        f"{path}:{node.lineno} {node.name}: {n_lines(node)} lines"
        for path, text in texts.items()
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
        and n_lines(node) > (60 if "kernels" in path.parts else 40)
    ]
    assert too_long == []


def n_lines(function: ast.FunctionDef) -> int:
    """Lines of `function`, its docstring not counted."""
    total = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is None:
        return total
    docstring = function.body[0]
    return total - (docstring.end_lineno - docstring.lineno + 1)
