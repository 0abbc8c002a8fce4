"""What a program was checked on: the constant that its script reads, and the sentence that tells it."""

import ast
import json
from collections.abc import Sequence

from netlift.checker._script import CHECKED
from netlift.program._wrap import rows

Checked = str | tuple[int | str, ...]  # "LOW..HIGH", or numbers, or strings: see netlift.checker._script

ANY = ".."  # whole numbers of which none was checked
_SHOWN = 80  # characters of a stream's symbols in the docstring
_COMMENT = (
    "# As a script: lines of JSON in, lines of JSON out. --strict refuses inputs that were not checked:"
)


def checked_text(streams: Sequence[Checked]) -> str:
    """The lines of the constant `CHECKED`, with a comment that says what the script does."""
    return f"{_COMMENT}\n{rows(CHECKED, checked_literal(streams))}"


def checked_literal(streams: Sequence[Checked]) -> ast.Tuple:
    """The value of the constant `CHECKED`."""
    parts: list[ast.expr] = []
    for stream in streams:
        if isinstance(stream, str):
            parts.append(ast.Constant(stream))
        else:
            parts.append(ast.Tuple([_literal(symbol) for symbol in stream], ast.Load()))
    return ast.Tuple(parts, ast.Load())


def checked_sentences(streams: Sequence[Checked], names: Sequence[str]) -> list[str]:
    """What the docstring says of the inputs: which were checked, and what becomes of others."""
    if any(stream == ANY for stream in streams):
        return []
    told = [_told(stream) for stream in streams]
    if len(set(told)) == 1:
        inputs = told[0] if len(told) == 1 else f"{told[0]} on each of {len(told)} streams"
    else:
        inputs = " and ".join(f"{name} in {text}" for name, text in zip(names, told, strict=True))
    numbers = any(isinstance(stream, str) or isinstance(stream[0], int) for stream in streams)
    others = "others are refused with --strict" if numbers else "others are refused"
    return [f"Inputs checked: {inputs}; as a script, {others}."]


def _told(stream: Checked) -> str:
    if isinstance(stream, str):
        return stream.replace("..", " to ")
    shown, left = list[str](), _SHOWN
    for symbol in stream:
        text = json.dumps(symbol, ensure_ascii=False)
        left -= len(text) + 2
        if left < 0:
            return ", ".join([*shown, f"... ({len(stream)} in all)"])
        shown.append(text)
    return ", ".join(shown)


def _literal(symbol: int | str) -> ast.expr:
    if isinstance(symbol, int) and symbol < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-symbol))
    return ast.Constant(symbol)
