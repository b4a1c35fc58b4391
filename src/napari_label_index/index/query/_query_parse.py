"""Text -> tree, by a grammar. Imported when the first query comes: lark takes 20 ms."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, NoReturn

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args

from napari_label_index.errors import QuerySyntaxError
from napari_label_index.index.query._query_compare import FLIPPED
from napari_label_index.index.query._query_expected import sentence
from napari_label_index.index.query._query_limits import check_text, check_tokens
from napari_label_index.index.query._query_names import Name
from napari_label_index.index.query._query_tree import (
    All,
    Comparison,
    Condition,
    Contains,
    Either,
    Flag,
    Ids,
    InSet,
    Literal,
    Not,
    Touches,
)

GRAMMAR = r"""
start: [either] [order]

?either: all (_OR all)*
?all: negation (_AND negation)*
?negation: NOT+ atom -> not_ | atom
?atom: LPAR either RPAR -> inner
    | ids | touches | in_ | flag | comparison | is_ | contains | between

ids: (INT | RANGE) (COMMA? (INT | RANGE))*
touches: _TOUCHES INT (COMMA? INT)*
in_: _IN (STRING | NAME)
flag: name
comparison: operand (SIGN operand)+
is_: name _IS [NOT] (word | TRUE | FALSE | literal)
contains: name _CONTAINS (NAME | TRUE | FALSE | INT | FLOAT | STRING)
between: name _BETWEEN bound _AND bound
order: _SORT _BY [MINUS] name

?operand: name | literal
?bound: name | number
?literal: number | STRING -> quoted
number: INT | FLOAT
name: NAME
word: NAME

// Hyphens and digits belong to a name that begins with a letter: bbox-0.  A range
// begins with a digit or a minus, and has no spaces: 40-60, -10--5.
NAME: /[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*(?!\w)/
RANGE.4: /-?[0-9]+--?[0-9]+(?![\w.-])/
INT.3: /-?[0-9]+(?![\w.-])/
FLOAT.2: /-?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?(?![\w.-])/
STRING: /"[^"]*"|'[^']*'/
SIGN: "<=" | ">=" | "==" | "!=" | "<" | ">" | "="
MINUS: "-"
COMMA: ","
LPAR: "("
RPAR: ")"

// Names that mean something; told apart after the lexer, in upper and lower case.
%declare _AND _OR NOT _IS _IN _BETWEEN _CONTAINS _TOUCHES _SORT _BY TRUE FALSE
%ignore /\s+/
"""

KEYWORDS = {
    **{word: f"_{word.upper()}" for word in ("and", "or", "is", "between", "touches")},
    **{word: f"_{word.upper()}" for word in ("in", "sort", "by", "contains")},
    **{word: word.upper() for word in ("not", "true", "false")},
}

_STRAY = re.compile(r"[\w.-]+|&&|\|\||.", re.DOTALL)
_RANGE = re.compile(r"(-?\d+)-(-?\d+)")


class Order(NamedTuple):
    """How to sort."""

    name: Name
    descending: bool


def parse(text: str) -> tuple[Condition | None, Order | None]:
    """Return what a query asks for, and in which order.

    Raises
    ------
    QuerySyntaxError
        If it is too large, or does not follow the grammar.
    """
    check_text(text)
    tokens = _tokens(text)
    check_tokens(tokens)
    state = _parser().parse_interactive()
    found: tuple[Condition | None, Order | None] = (None, None)
    for place, token in enumerate([*tokens, Token("$END", "", len(text))]):
        try:
            found = state.feed_token(token)  # the tree, once the end is fed
        except UnexpectedToken:
            _refuse(tokens[:place], token)
    return found


def _refuse(before: list[Token], token: Token) -> NoReturn:
    """Raise what to say when a token does not fit behind those before it."""
    # Played again, because the failed step may have closed what the token ended.
    state = _parser().parse_interactive()
    for earlier in before:
        state.feed_token(earlier)
    accepts = state.accepts()  # type: ignore[no-untyped-call]
    raise QuerySyntaxError(
        sentence(accepts, str(token)), token.start_pos or 0, len(token)
    ) from None


def _tokens(text: str) -> list[Token]:
    """Cut a query into tokens; where that fails, what is there is the last one."""
    tokens = []
    try:
        for token in _parser().lex(text):
            kind = KEYWORDS.get(token.lower()) if token.type == "NAME" else None
            tokens.append(token.update(type=kind) if kind else token)
    except UnexpectedCharacters as stop:
        position: Any = stop.pos_in_stream
        stray = _STRAY.match(text, position)
        assert stray is not None
        tokens.append(Token("STRAY", stray[0], stray.start()))
    return tokens


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=_Tree())


@v_args(inline=True)
class _Tree(Transformer[Token, Any]):
    """Calls one method per rule of the grammar, from the inside out."""

    def start(self, condition: Condition | None, order: Order | None) -> Any:
        return condition, order

    def either(self, *parts: Condition) -> Condition:
        return Either(parts)

    def all(self, *parts: Condition) -> Condition:
        return All(parts)

    def not_(self, *parts: Any) -> Condition:
        *nots, part = parts
        return Not(part) if len(nots) % 2 else part

    def inner(self, _left: Token, condition: Condition, _right: Token) -> Condition:
        return condition

    def ids(self, *tokens: Token) -> Condition:
        return Ids(tuple(_range(token) for token in tokens if token.type != "COMMA"))

    def touches(self, *tokens: Token) -> Condition:
        return Touches(tuple(int(token) for token in tokens if token.type == "INT"))

    def in_(self, token: Token) -> Condition:
        quoted = token.type == "STRING"
        name = str(token)[1:-1] if quoted else str(token)
        return InSet(name, token.start_pos or 0, len(token))

    def flag(self, name: Name) -> Condition:
        return Flag(name)

    def comparison(self, *parts: Any) -> Condition:
        # 50 <= num_pixels < 200 is two comparisons
        found = tuple(
            _comparison(parts[place], parts[place + 1], parts[place + 2])
            for place in range(0, len(parts) - 2, 2)
        )
        return found[0] if len(found) == 1 else All(found)

    def is_(self, name: Name, not_: Token | None, other: Any) -> Condition:
        if isinstance(other, Token):
            flag = other.type == "TRUE"
            other = Literal(flag, other.start_pos or 0, len(other))
        return Comparison(name, "!=" if not_ else "==", other)

    def contains(self, name: Name, token: Token) -> Condition:
        return Contains(name, token[1:-1] if token.type == "STRING" else str(token))

    def between(self, name: Name, low: Any, high: Any) -> Condition:
        return All((Comparison(name, ">=", low), Comparison(name, "<=", high)))

    def order(self, minus: Token | None, name: Name) -> Order:
        return Order(name, minus is not None)

    def name(self, token: Token) -> Name:
        return Name(str(token), token.start_pos or 0)

    def word(self, token: Token) -> Literal:
        return Literal(str(token), token.start_pos or 0, len(token))

    def quoted(self, token: Token) -> Literal:
        return Literal(str(token)[1:-1], token.start_pos or 0, len(token))

    def number(self, token: Token) -> Literal:
        value = int(token) if token.type == "INT" else Decimal(token)
        if abs(float(value)) == float("inf"):
            raise _wrong("a number must be below 1e308", token)
        return Literal(value, token.start_pos or 0, len(token))


def _range(token: Token) -> tuple[int, int]:
    match = _RANGE.fullmatch(token)
    if match is None:
        return int(token), int(token)
    first, last = int(match[1]), int(match[2])
    if first > last:
        raise _wrong(f"a range goes up: write {last}-{first}", token)
    return first, last


def _comparison(left: Name | Literal, sign: Token, right: Name | Literal) -> Comparison:
    symbol = "==" if sign == "=" else str(sign)
    if isinstance(left, Name):
        return Comparison(left, symbol, right)
    if isinstance(right, Name):
        return Comparison(right, FLIPPED[symbol], left)
    raise QuerySyntaxError(
        "expected a column on one side of the comparison",
        left.position,
        right.position + right.length - left.position,
    )


def _wrong(told: str, token: Token) -> QuerySyntaxError:
    return QuerySyntaxError(told, token.start_pos or 0, len(token))
