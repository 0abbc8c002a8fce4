"""What a program was checked on: the constant that its script reads, and the sentence that tells it."""

import ast
import json
from collections.abc import Sequence

from netlift.checker._script import CHECKED
from netlift.program._wrap import rows

Checked = str | tuple[int | str, ...]  # "LOW..HIGH", or numbers, or strings: see netlift.checker._script

ANY = ".."  # whole numbers of which none was checked
_SHOWN = 8  # symbols of a stream that the docstring lists
_LONGEST = 40  # characters of one of them


def checked_text(streams: Sequence[Checked]) -> str:
    """The line, or lines, of the constant `CHECKED`."""
    return rows(CHECKED, checked_literal(streams))


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
        inputs = "; ".join(f"{name}: {text}" for name, text in zip(names, told, strict=True))
    numbers = any(isinstance(stream, str) or isinstance(stream[0], int) for stream in streams)
    others = "Other numbers get the same rule, or with --strict none" if numbers else "Others get no answer"
    return [f"Inputs checked: {inputs}. {others}."]


def _told(stream: Checked) -> str:
    if isinstance(stream, str):
        return stream.replace("..", " to ")
    shown = [json.dumps(symbol, ensure_ascii=False) for symbol in stream[:_SHOWN]]
    shown = [text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..." for text in shown]
    more = f", ... ({len(stream)} symbols)" if len(stream) > _SHOWN else ""
    return ", ".join(shown) + more


def _literal(symbol: int | str) -> ast.expr:
    if isinstance(symbol, int) and symbol < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-symbol))
    return ast.Constant(symbol)
