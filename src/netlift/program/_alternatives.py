"""Other forms of a program that are about as long: what else one might write."""

import ast
from collections.abc import Sequence
from typing import Any

from netlift.formulas import Candidate
from netlift.program._print import NotPrinted, print_program
from netlift.program._program import count_nodes

MOST = 4  # that are kept
_LOOKED_AT = 12  # formulas that are printed; those found later are hardly short
_LONGER = 1.2  # of the program's nodes

Symbols = tuple[tuple[tuple[str, ...] | None, ...], tuple[tuple[str, ...] | None, ...]]


class Forms:
    """The formulas of one run as programs, each written once, however often it is asked for.

    Args:
        symbols: for each stream the strings that its numbers stand for, inputs first.
    """

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._known: dict[int, tuple[Candidate, str | NotPrinted]] = {}  # by identity, for which it is held

    def source(self, candidate: Candidate) -> str:
        """The program of a formula, without a docstring. Raises NotPrinted where there is none."""
        known = self._known.get(id(candidate))
        if known is None:
            known = self._known[id(candidate)] = (candidate, self._written(candidate))
        if isinstance(known[1], NotPrinted):
            raise known[1]
        return known[1]

    def _written(self, candidate: Candidate) -> str | NotPrinted:
        try:
            return print_program(candidate.recurrence, (), *self._symbols)
        except NotPrinted as error:
            return error


def alternatives(
    source: str, considered: Sequence[Candidate], chosen: Candidate | None, forms: Forms | None
) -> list[dict[str, Any]]:
    """The formulas that were exact on what was read and are at most a fifth longer than the program.

    Args:
        source: the program.
        considered: the formulas, in the order in which they were tried.
        chosen: the one that became the program.
        forms: writes formulas down; None: their symbols are not known.

    Returns:
        For each its "form" (the strategy that found it), "nodes", and "source" without docstring and script
        lines, shortest first. No claim is made of them but that they were exact on what was read.
    """
    if forms is None:
        return []
    nodes, seen = count_nodes(source), {code_of(source)}
    found: list[dict[str, Any]] = []
    for candidate in [one for one in considered if one is not chosen][:_LOOKED_AT]:
        printed = _printed(candidate, forms)
        if printed is None:
            continue
        code, size = code_of(printed), count_nodes(printed)
        if code not in seen and size <= _LONGER * nodes:
            seen.add(code)
            found.append({"form": candidate.strategy, "nodes": size, "source": code})
    return sorted(found, key=lambda one: one["nodes"])[:MOST]


def _printed(candidate: Candidate, forms: Forms) -> str | None:
    """The program of a formula; None for one that cannot be written down, whatever the writer says of it."""
    try:
        return forms.source(candidate)
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
