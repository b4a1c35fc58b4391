"""A query is data: nothing in it is run, opened or imported, and it costs little."""

from __future__ import annotations

import json
import subprocess
import sys

from campaigns import rounds

SCRIPT = r"""
import gc, json, random, sys, time
import numpy as np
from napari_label_index.errors import LabelIndexError
from napari_label_index.index import parse_query

PAYLOADS = [
    "(lambda x: x)(1)",
    "__import__('os').system('touch owned')",
    "a.__class__.__base__.__subclasses__()",
    "a[().__class__.__bases__[0].__subclasses__()[99]]",
    "().__class__.__mro__[1].__subclasses__()[104]().load_module('os')",
    "(lambda fc=(lambda n: [c for c in ().__class__.__bases__[0].__subclasses__() "
    "if c.__name__ == n][0]): fc('function')(fc('code')(0)))()",
    "@len(a)", "`a`", "f'{a}'", "a := 5", "a if b else c", "[x for x in a]",
    "exec", "eval('1')", "open('/etc/passwd')", "__builtins__", "__class__",
    "a ** 99999 ** 99999", "9" * 1000, "1e" + "9" * 500, "-" * 1000, "." * 1000,
    "(" * 10**6, ")" * 10**6, "not " * 10**6, "1 " * 10**6, "'" * 999, '"' * 10**6,
    "a" * 10**7, "a-" * 499, "1-" * 499, "a=" * 499, "a<" * 99 + "a",
    "\0" * 999, "a\0and\0b", "\ud800", "\u0430nd", "\u2170 > 3", "\uff11", "\u0661",
    "sort by __init__", "touches __import__", "a is __import__", "a is '${PATH}'",
    "%s%n{0.__class__}", "a > 0x10", "a > 1_000", "a > 1j", "a > nan", "a > inf",
]
SEEDS = [
    "num_pixels >= 50 and not touches_border", "12 15, 40-60 -5", "a is not 'b c'",
    "50 <= num_pixels < 200 sort by -z", "(z between 3 and 4.5e1) or touches 5 6",
]
SCRAPS = ["(", ")", "'", '"', "-", "0", "9" * 19, "e", ".", "<", "=", ",", " ", "\0",
          "not ", " and ", " or ", "__", "\u0430", "\U0001f600", "sort by ", "is "]
COLUMNS = {"num_pixels": np.arange(9), "touches_border": np.ones(9, bool),
           "centroid-0": np.ones(9), "a": np.array(list("abcdefghi"))}


def mutated(pick):
    text = pick.choice(SEEDS)
    for _ in range(pick.randrange(1, 5)):
        begin = pick.randrange(len(text) + 1)
        end = min(len(text), begin + pick.choice([0, 0, 1, 3, 9]))
        text = text[:begin] + pick.choice(SCRAPS) * pick.choice([1, 1, 60]) + text[end:]
    return text


def ask(text):
    begin = time.process_time()
    try:
        parse_query(text).rows(COLUMNS, np.arange(9), lambda i: np.arange(2), ("z",))
    except LabelIndexError:
        pass
    return time.process_time() - begin


def noise(pick):
    return "".join(chr(pick.choice([pick.randrange(128), pick.randrange(0x3000)]))
                   for _ in range(pick.randrange(60)))


n_mutated, n_noise = map(int, sys.argv[1:])
pick = random.Random(4)
for text in [*SEEDS, "nowhere > 3", "num_pixels > is rejected", "a > 5", "a is b"]:
    ask(text)
WATCHED = ("exec", "compile", "import", "open", "os.", "subprocess.", "socket.",
           "ctypes.", "marshal.", "pickle.", "shutil.", "urllib.", "code.__new__")
events = []
sys.addaudithook(lambda event, _: event.startswith(WATCHED) and events.append(event))
seconds = [(ask(text), text[:40]) for text in PAYLOADS]
seconds += [(ask(mutated(pick)), "mutated") for _ in range(n_mutated)]
seconds += [(ask(noise(pick)), "noise") for _ in range(n_noise)]
found = sorted(set(events))
compile("1", "", "eval")  # the hook does hear
seconds.sort()
print(json.dumps({
    "events": found, "hears": "compile" in events, "worst": seconds[-1],
    "p99": seconds[len(seconds) * 99 // 100][0], "n": len(seconds),
}))
"""


def test_hostile_queries_run_nothing_and_are_refused_at_once(tmp_path, campaign):
    n_mutated, n_noise = rounds(4000, 70_000), rounds(2000, 30_000)
    with campaign("D2", "queries: payloads, mutated text, noise", 4) as count:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(n_mutated), str(n_noise)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60 + n_mutated // 100,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout)
        count.case(report["n"])
        assert count.n > n_mutated + n_noise
        assert report["hears"]
        assert report["events"] == []
        assert report["worst"][0] < 0.1, report
        assert report["p99"] < 0.005, report
        assert list(tmp_path.iterdir()) == []


def test_importing_the_library_does_not_import_the_parser():
    code = "import sys, napari_label_index.cli; print('lark' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
