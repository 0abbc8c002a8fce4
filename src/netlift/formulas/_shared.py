"""Several outputs of one state: an output is explained by the variables that explain another one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._behaviour import Candidate
from netlift.formulas._columns import evaluate_columns
from netlift.formulas._draft import Draft
from netlift.formulas._operators import UndefinedError
from netlift.formulas._problem import Problem
from netlift.formulas._several import draft_of

Ints = NDArray[np.int64]

_WORK = 12_000_000
_TRIED = 2  # programs of each other output whose variables are tried
_MOST_VARIABLES = 3


def search_shared(problem: Problem, others: Sequence[Sequence[Candidate]]) -> None:
    """The output as an expression of the variables of another output's program, old and new values."""
    for candidates in others:
        for candidate in candidates[:_TRIED]:
            draft = draft_of(candidate.recurrence)
            if draft is None or not 0 < len(draft.variables) <= _MOST_VARIABLES:
                continue
            before, after = traced(problem, draft)
            names = [*problem.names, *before, *(f"{name}'" for name in before)]
            columns = [*problem.columns(), *before.values(), *after.values()]
            for expr in problem.explain(names, columns, problem.target, deepest=5, most_work=_WORK):
                problem.offer(Draft(problem.names, draft.variables, (expr,)), "shared")


def traced(problem: Problem, draft: Draft) -> tuple[dict[str, Ints], dict[str, Ints]]:
    """The variables' values before and after each node's step; none where one is undefined."""
    tree = problem.tree
    after = {v.name: np.full(len(tree), v.initial) for v in draft.variables}
    before = dict(after)
    for step in range(int(tree.step.max()) + 1):
        here = np.flatnonzero(tree.step == step)
        if step:
            before = {
                name: _with(before[name], here, column[tree.parent[here]]) for name, column in after.items()
            }
        env = {n: tree.inputs[here, d] for d, n in enumerate(problem.names)}
        env |= {name: column[here] for name, column in before.items()}
        try:
            fresh = {v.name: evaluate_columns(v.update, env) for v in draft.variables}
        except UndefinedError:
            return {}, {}
        after = {name: _with(column, here, fresh[name]) for name, column in after.items()}
    return before, after


def _with(column: Ints, where: Ints, values: Ints) -> Ints:
    changed = column.copy()
    changed[where] = values
    return changed
