"""Other forms of a program that are about as long: what else one might write."""

import ast
from collections.abc import Sequence
from typing import Any

from netlift.formulas import Candidate
from netlift.program._print import print_program
from netlift.program._program import count_nodes

MOST = 4  # that are kept
_LOOKED_AT = 12  # formulas that are printed; those found later are hardly short
_LONGER = 1.2  # of the program's nodes

Symbols = tuple[tuple[tuple[str, ...] | None, ...], tuple[tuple[str, ...] | None, ...]]


def alternatives(
    source: str, considered: Sequence[Candidate], chosen: Candidate | None, symbols: Symbols | None
) -> list[dict[str, Any]]:
    """The formulas that were exact on what was read and are at most a fifth longer than the program.

    Args:
        source: the program.
        considered: the formulas, in the order in which they were tried.
        chosen: the one that became the program.
        symbols: for each stream the strings that its numbers stand for; None for the whole: nothing is known.

    Returns:
        For each its "form" (the strategy that found it), "nodes", and "source" without docstring and script
        lines, shortest first. No claim is made of them but that they were exact on what was read.
    """
    if symbols is None:
        return []
    nodes, seen = count_nodes(source), {code_of(source)}
    found: list[dict[str, Any]] = []
    for candidate in [one for one in considered if one is not chosen][:_LOOKED_AT]:
        printed = _printed(candidate, symbols)
        if printed is None:
            continue
        code, size = code_of(printed), count_nodes(printed)
        if code not in seen and size <= _LONGER * nodes:
            seen.add(code)
            found.append({"form": candidate.strategy, "nodes": size, "source": code})
    return sorted(found, key=lambda one: one["nodes"])[:MOST]


def _printed(candidate: Candidate, symbols: Symbols) -> str | None:
    """The program of a formula; None for one that cannot be written down, whatever the writer says of it."""
    try:
        return print_program(candidate.recurrence, (), *symbols)
    except Exception:
        return None


def code_of(source: str) -> str:
    """Constants and function as they are printed: no docstring, no script lines."""
    tree = ast.parse(source)
    first = last = 0
    for node in tree.body:
        if node is tree.body[0] and isinstance(node, ast.Expr):
            first = node.end_lineno or node.lineno
        if isinstance(node, ast.FunctionDef):
            last = node.end_lineno or node.lineno
    return "\n".join(source.splitlines()[first:last]).strip() + "\n"
