"""Counters for each symbol, and the whole history, read through a few list operators."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint
from netlift.formulas._columns import evaluate_columns
from netlift.formulas._expr import Expr, const, substitute, var
from netlift.formulas._operators import UndefinedError
from netlift.formulas._prefixes import Prefixes
from netlift.formulas._problem import Problem
from netlift.formulas._recurrence import Append, Emit, Increment, Recurrence, Statement

Ints = NDArray[np.int64]

_MOST_COUNTERS = 12
_READERS = ("+", "-", "*", "//", "%", "min", "max", "==", "!=", "<", "<=", "and", "or", "not")


def search_counters(problem: Problem) -> None:
    """`counts[x] += 1`, read by argmax, max, sum and single counters."""
    tree = problem.tree
    if tree.inputs.shape[1] != 1:
        return
    x = tree.inputs[:, 0]
    size = int(x.max()) + 1
    if int(x.min()) < 0 or not 1 < size <= _MOST_COUNTERS:
        return
    counts = np.zeros((len(tree), size), dtype=np.int64)
    for node in range(len(tree)):
        if tree.parent[node] >= 0:
            counts[node] = counts[tree.parent[node]]
        counts[node, x[node]] += 1
    name = var("counts")
    features = [Expr("argmax", (name,)), Expr("largest", (name,)), Expr("smallest", (name,))]
    backwards = Expr("argmax", (Expr("reversed", (name,)),))
    features += [Expr("-", (const(size - 1), backwards)), Expr("item", (name, var("x")))]
    features += [Expr("item", (name, const(n))) for n in range(size)]
    columns = [evaluate_columns(f, {"counts": counts, "x": x}) for f in features]
    body: list[Statement] = [Increment("counts", var("x"), const(1))]
    _offer(problem, features, columns, ("counts", (0,) * size), body, "counters")


def search_history(problem: Problem) -> None:
    """The list of all inputs: is it a palindrome, is it sorted, its ends, its extremes, its length."""
    tree = problem.tree
    if tree.inputs.shape[1] != 1:
        return
    name = var("history")
    length = Expr("len", (name,))
    features = [
        Expr("==", (name, Expr("reversed", (name,)))),
        Expr("==", (name, Expr("sorted", (name,)))),
        Expr("item", (name, const(0))),
        Expr("item", (name, Expr("//", (length, const(2))))),
        Expr("item", (Expr("sorted", (name,)), Expr("//", (length, const(2))))),
        Expr("largest", (name,)),
        Expr("smallest", (name,)),
        Expr("sum", (name,)),
        length,
    ]
    columns = []
    for feature in features:
        checkpoint()
        columns.append(_history_column(feature, tree))
    body: list[Statement] = [Append("history", var("x"))]
    _offer(problem, features, columns, ("history", ()), body, "history")


def _offer(
    problem: Problem,
    features: Sequence[Expr],
    columns: Sequence[Ints],
    start: tuple[str, tuple[int, ...]],
    body: list[Statement],
    strategy: str,
) -> None:
    names = [f"f{n}" for n in range(len(features))]
    inside = dict(zip(names, features, strict=True))
    x = [problem.tree.inputs[:, 0]]
    for expr in problem.explain(
        ["x", *names], [*x, *columns], problem.target, deepest=5, most_work=40_000_000
    ):
        emitted = substitute(expr, inside)
        if not any(n in inside for n in _names(expr)):
            continue
        problem.offer(Recurrence(problem.names, (start,), (*body, Emit((emitted,)))), strategy)


def _names(expr: Expr) -> list[str]:
    return [expr.value] if expr.op == "var" else [n for a in expr.args for n in _names(a)]


def _history_column(feature: Expr, tree: Prefixes) -> Ints:
    """A function of the history at every node of the tree, level by level."""
    column = np.zeros(len(tree), dtype=np.int64)
    history = np.zeros((0, 0), dtype=np.int64)
    place = np.zeros(len(tree), dtype=np.int64)
    for step in range(int(tree.step.max()) + 1):
        nodes = np.flatnonzero(tree.step == step)
        older = history[place[tree.parent[nodes]]] if step else np.zeros((len(nodes), 0), dtype=np.int64)
        history = np.concatenate([older, tree.inputs[nodes]], axis=1)
        place[nodes] = np.arange(len(nodes))
        try:
            column[nodes] = evaluate_columns(feature, {"history": history})
        except UndefinedError:
            column[nodes] = 0
    return column
