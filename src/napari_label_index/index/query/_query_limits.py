"""How large a query may be, checked before it is parsed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from napari_label_index.errors import QuerySyntaxError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lark import Token

MAX_CHARACTERS = 1_000
MAX_DEPTH = 50  # of parentheses in each other; nothing else nests
MAX_NODES = 200  # names, numbers, words and signs; ids cost nothing to speak of
MAX_DIGITS = 20  # of 2**64 - 1

_TOO_MANY_DIGITS = re.compile(rf"[0-9]{{{MAX_DIGITS + 1},}}")
_FREE = frozenset({"INT", "RANGE", "COMMA", "RPAR"})


def check_text(text: str) -> None:
    """Refuse a text that is too long, or holds a number that is."""
    if len(text) > MAX_CHARACTERS:
        raise QuerySyntaxError(
            f"a query has at most {MAX_CHARACTERS:,} characters, got {len(text):,}",
            MAX_CHARACTERS,
            len(text) - MAX_CHARACTERS,
        )
    digits = _TOO_MANY_DIGITS.search(text)
    if digits is not None:
        raise QuerySyntaxError(
            f"a number has at most {MAX_DIGITS} digits, got {len(digits[0])}",
            digits.start(),
            len(digits[0]),
        )


def check_tokens(tokens: Sequence[Token]) -> None:
    """Refuse a query that nests too deep, or says too much."""
    depth = n_nodes = 0
    for token in tokens:
        depth += {"LPAR": 1, "RPAR": -1}.get(token.type, 0)
        n_nodes += token.type not in _FREE
        if depth > MAX_DEPTH:
            sentence = f"parentheses nest at most {MAX_DEPTH} deep"
        elif n_nodes > MAX_NODES:
            sentence = f"a query has at most {MAX_NODES} names, signs and numbers"
        else:
            continue
        raise QuerySyntaxError(sentence, token.start_pos or 0, len(token))
