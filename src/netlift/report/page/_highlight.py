"""A program's lines with colours, each an element of its own that a script can light up."""

import builtins
import keyword
import tokenize
from collections.abc import Callable, Iterator
from typing import Any

END = "# As a script:"  # where the lines begin that make a program a script

# The classes of pygments, for which many styles are written; names and what is left have none.
_WORDS = dict.fromkeys(dir(builtins), "nb") | dict.fromkeys(keyword.kwlist, "k")
_WORDS |= dict.fromkeys(("and", "in", "is", "not", "or"), "ow")
_KINDS = {tokenize.NUMBER: "mi", tokenize.STRING: "s", tokenize.COMMENT: "c1", tokenize.OP: "o"}


def told_lines(source: str) -> list[tuple[int, Any]]:
    """The lines of a program without its docstring and its script part: number and coloured text.

    Raises SyntaxError for what is no Python.

    Cost: about a millisecond; Python's own tokenizer reads the lines.
    """
    from markupsafe import Markup, escape

    first, last = _part(source)
    lines = source.split("\n")[first:last]
    told: list[list[str]] = [[] for _ in lines]
    done = [0] * len(lines)  # characters of each line that are told
    for row, start, end, kind in _coloured(lines):
        line = lines[row]
        before, piece = escape(line[done[row] : start]), escape(line[start:end])
        told[row].append(f'{before}<span class="{kind}">{piece}</span>')
        done[row] = end
    for row, line in enumerate(lines):
        told[row].append(str(escape(line[done[row] :])))
    # the classes are those above; every piece of the program's is escaped
    return [(first + row + 1, Markup("".join(parts))) for row, parts in enumerate(told)]


def _coloured(lines: list[str]) -> Iterator[tuple[int, int, int, str]]:
    """Row, first and last character, and class of each piece that has one; a long text is one a line."""
    reading = iter([line + "\n" for line in lines])
    before = ""
    for token in _tokens(lambda: next(reading, "")):
        kind = _KINDS.get(token.type)
        if token.type == tokenize.NAME:
            kind = "nf" if before == "def" else _WORDS.get(token.string)
        before = token.string
        if kind is None:
            continue
        (top, start), (bottom, end) = token.start, token.end
        for row in range(top - 1, bottom):
            from_, to = start if row == top - 1 else 0, end if row == bottom - 1 else len(lines[row])
            if to > from_:
                yield row, from_, to, kind


def _tokens(readline: Callable[[], str]) -> Iterator[tokenize.TokenInfo]:
    try:
        yield from tokenize.generate_tokens(readline)
    except tokenize.TokenError as error:  # a text that the script part begins in the middle of
        raise SyntaxError(str(error)) from None


def _part(source: str) -> tuple[int, int]:
    """The lines from the end of the docstring to the script part, without blank ones around."""
    import ast

    lines = source.split("\n")
    first = 0
    body = ast.parse(source).body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        first = body[0].end_lineno or 0
    last = next((at for at, line in enumerate(lines) if at >= first and line.startswith(END)), len(lines))
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return first, last
