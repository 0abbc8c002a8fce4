"""Walks whose steps are told by symbols: one goes up, one goes down, all others stay where they are."""

from itertools import permutations

import numpy as np

from netlift.formulas._expr import Expr, const, var
from netlift.formulas._lags import start_values
from netlift.formulas._problem import Problem
from netlift.formulas._screen import Screen, TreeView, tree_views

_MOST_SYMBOLS = 6
_SURVIVORS = 16
_STRIDES = ((1, 1), (1, 2), (2, 1))


def search_steps(problem: Problem) -> None:
    """`s = s + 1 if x == a else s - 1 if x == b else s`, with a floor or a point of no return."""
    for view in tree_views(problem):
        updates = _steps(view)
        if not updates:
            continue
        screen = Screen(problem, view)
        for number, start in screen.survivors_of(updates, start_values(problem)[:4])[:_SURVIVORS]:
            screen.offer(updates[number], start, "steps")


def _steps(view: TreeView) -> list[Expr]:
    """The family, simplest first; the state variable is `s`."""
    s, zero = var("s"), const(0)
    lost = Expr("<", (s, zero))
    family: list[Expr] = []
    for up, down in _STRIDES:
        for (name, _), column in zip(view.leaves, view.columns, strict=True):
            symbols = np.unique(column).tolist()
            if not 2 <= len(symbols) <= _MOST_SYMBOLS:
                continue
            higher = Expr("+", (s, const(up)))
            lower = Expr("-", (s, const(down)))
            for one, other in permutations(symbols, 2):
                is_one, is_other = (Expr("==", (var(name), const(value))) for value in (one, other))
                for less in (lower, Expr("max", (lower, zero))):
                    rest = less if len(symbols) == 2 else Expr("if", (is_other, less, s))
                    moved = Expr("if", (is_one, higher, rest))
                    family += [moved, Expr("if", (lost, s, moved))] if less is lower else [moved]
    return list(dict.fromkeys(family))
