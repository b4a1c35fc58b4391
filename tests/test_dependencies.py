"""What is installed for the tests is pinned by hash, and nothing else gets in."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import stat
import subprocess
import sys
import tomllib
import zipfile

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement

from campaigns import rounds

LOCK = ".ci/requirements.lock"
PIN = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[\w.!+]+)( ; (?P<marker>.+))?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


@pytest.fixture(scope="module")
def pins(repository):
    """Each pin of the lock file: (name, version, marker, number of hashes)."""
    text = (repository / LOCK).read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found = []
    for entry in "\n".join(lines).replace("\\\n", "").splitlines():
        pinned, *hashes = re.split(r"\s+(?=--hash)", entry)
        match = PIN.fullmatch(pinned.strip())
        assert match, f"no pin of a version: {entry[:80]}"
        assert all(HASH.fullmatch(told.strip()) for told in hashes), entry[:80]
        name = match["name"].lower().replace("_", "-")
        found.append((name, match["version"], match["marker"], len(hashes)))
    return found


def wanted(repository):
    """All requirements of the package, of its extras and of its tests."""
    page = tomllib.loads((repository / "pyproject.toml").read_text())
    extras = page["project"]["optional-dependencies"]
    groups = page["dependency-groups"]
    texts = [*page["project"]["dependencies"], *groups["tools"], *groups["s3"]]
    texts += groups["test"]
    texts += [
        text for name in ("distributed", "remote", "formats") for text in extras[name]
    ]
    return [Requirement(text) for text in texts if isinstance(text, str)]


def test_every_dependency_is_pinned_by_hash(repository, pins, campaign):
    with campaign("D9", "dependencies pinned by hash in CI") as count:
        count.case(len(pins))
        assert [name for name, _, _, n_hashes in pins if not n_hashes] == []
        for need in wanted(repository):
            name = need.name.lower().replace("_", "-")
            versions = [pin[1] for pin in pins if pin[0] == name]
            assert versions, f"{need} is not in {LOCK}; make lock"
            good = [v for v in versions if need.specifier.contains(v, prereleases=True)]
            assert good == versions, f"{need}: {LOCK} has {versions}; make lock"
        for name, _, marker, _ in pins:
            is_here = marker is None or Marker(marker).evaluate()
            others = [pin for pin in pins if pin[0] == name and pin[2] != marker]
            assert not (is_here and any(other[2] is None for other in others)), name


def test_the_build_servers_install_by_hash_and_compile_nothing(repository):
    recipe = (repository / "Makefile").read_text()
    [line] = [line for line in recipe.splitlines() if "-r $(LOCK)" in line]
    assert "--require-hashes" in line
    assert "--only-binary :all:" in line


def write_wheel(folder):
    """A wheel with nothing in it."""
    path = folder / "nothing-1.0-py3-none-any.whl"
    files = {
        "nothing-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: nothing\n"
        b"Version: 1.0\n",
        "nothing-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\n"
        b"Root-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{name},sha256={_of(told)},{len(told)}\n" for name, told in files.items()
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, told in files.items():
            archive.writestr(name, told)
        archive.writestr("nothing-1.0.dist-info/RECORD", record)
    return path


def _of(told):
    return base64.urlsafe_b64encode(hashlib.sha256(told).digest()).rstrip(b"=").decode()


def install(folder, listed):
    """Ask pip, as the Makefile does, for what a file lists."""
    call = [
        sys.executable, "-m", "pip", "install", "--isolated", "--quiet", "--no-index",
        "--find-links", folder, "--target", folder / "into", "--require-hashes",
        "--only-binary", ":all:", "--no-cache-dir", "-r", listed,
    ]  # fmt: skip
    return subprocess.run(call, capture_output=True, text=True, check=False)


def test_a_wheel_with_one_bit_changed_is_not_installed(tmp_path, campaign):
    wheel, listed = write_wheel(tmp_path), tmp_path / "listed.txt"
    content = bytearray(wheel.read_bytes())
    digest = hashlib.sha256(content).hexdigest()
    listed.write_text(f"nothing==1.0 --hash=sha256:{digest}\n")
    done = install(tmp_path, listed)
    assert done.returncode == 0, f"test invalid: {done.stderr}"
    n = rounds(2, 50)
    with campaign("D9", "a wheel with one bit changed") as count:
        for place in range(0, 8 * len(content), 8 * len(content) // n + 1):
            count.case()
            content[place // 8] ^= 1 << place % 8
            wheel.write_bytes(content)
            content[place // 8] ^= 1 << place % 8
            done = install(tmp_path, listed)
            assert done.returncode != 0
            assert "hash" in done.stderr.lower()


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_compiled_kernels_lie_where_nobody_else_can_write(tmp_path, campaign):
    code = (
        "import os; os.umask(0o022); import numpy as np, napari_label_index as nli; "
        "nli.build_index(np.ones((2, 3), np.uint16)); "
        "from napari_label_index.kernels import scan_rows as kernel; "
        "print(kernel._cache.cache_path)"
    )
    with campaign("D9", "folders of compiled kernels: only the user writes") as count:
        for chosen in ({}, {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}):
            count.case()
            done = subprocess.run(
                [sys.executable, "-c", code],
                env={**os.environ, **chosen},
                capture_output=True,
                text=True,
                check=True,
            )
            folder = done.stdout.strip()
            assert stat.S_IMODE(os.stat(folder).st_mode) & stat.S_IWOTH == 0
            for name in os.listdir(folder):
                mode = os.stat(os.path.join(folder, name)).st_mode
                assert stat.S_IMODE(mode) & stat.S_IWOTH == 0
