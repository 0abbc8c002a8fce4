"""How long something has gone on, beside the last output: equal inputs in a row, steps since a symbol."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._columns import evaluate_columns
from netlift.formulas._draft import Draft, Variable
from netlift.formulas._explain import Rows, distinct_rows
from netlift.formulas._expr import Expr, const, substitute, var, variables
from netlift.formulas._lags import start_values
from netlift.formulas._operators import UndefinedError
from netlift.formulas._prefixes import Prefixes
from netlift.formulas._problem import Problem

Ints = NDArray[np.int64]

_LONGEST = 10  # steps in a row that are told apart
_MOST_SYMBOLS = 12
_MOST_TRIED = 6  # counts that fit, of which the shorter mostly do as well
_WORK = 8_000_000


@dataclass(frozen=True)
class _Spell:
    """A count that goes up to `most`, and starts again from `least` when `goes_on` [M] is false.

    `initial` is what it was before the first step.
    """

    goes_on: NDArray[np.bool_]
    condition: Expr
    least: int
    most: int
    initial: int = 0

    def column(self, tree: Prefixes) -> Ints:
        """The count after each node's step, [M]."""
        count = np.full(len(tree), self.initial, dtype=np.int64)
        for step in range(int(tree.step.max()) + 1):
            nodes = np.flatnonzero(tree.step == step)
            before = count[tree.parent[nodes]] if step else count[nodes]
            count[nodes] = np.where(self.goes_on[nodes], np.minimum(before + 1, self.most), self.least)
        return count

    @property
    def variable(self) -> Variable:
        """The count as a state variable."""
        longer = Expr("min", (Expr("+", (var("n"), const(1))), const(self.most)))
        return Variable("n", self.initial, Expr("if", (self.condition, longer, const(self.least))))


def search_spells(problem: Problem) -> None:
    """`n = min(n + 1, most) if x == x1 else 1`, or `if x != v else 0`, and `y = E(x, y1, n)`.

    Only where the count is needed: what input and last output determine, others have searched.
    """
    if len(problem.names) != 1:
        return
    for last in ((), ("y1",)):
        if _rows(problem, None, last) is not None:
            return
        fitting = ((spell, _rows(problem, spell, last)) for spell in _spells(problem))
        for spell, rows in islice(((s, r) for s, r in fitting if r is not None), _MOST_TRIED):
            full = Expr("==", (var("n'"), const(spell.most)))
            for expr in problem.explain_rows(rows, deepest=8, most_work=_WORK):
                _offer(problem, spell, substitute(expr, {"full": full}))
            if any(c.strategy == "spells" for c in problem.found):
                return


def _spells(problem: Problem) -> Iterator[_Spell]:
    """Of each condition the shortest counts first; those on single symbols may start as if long over."""
    tree, (x,) = problem.tree, problem.columns()
    equal = (tree.step > 0) & (x == tree.lag(x, 0))
    for most in range(2, _LONGEST + 1):
        yield _Spell(equal, Expr("==", (var("x"), var("x1"))), 1, most)
    symbols = np.unique(x).tolist()
    if len(symbols) <= _MOST_SYMBOLS:
        for symbol in symbols:
            for most in range(2, _LONGEST + 1):
                for initial in (0, most):
                    yield _Spell(x != symbol, Expr("!=", (var("x"), const(symbol))), 0, most, initial)


def _rows(problem: Problem, spell: _Spell | None, last: tuple[str, ...]) -> Rows | None:
    """What the output is by input, count and, if `last` names it, last output, if these determine it."""
    tree, y = problem.tree, problem.target
    names, columns = [*problem.names, *last], [*problem.columns(), *[tree.lag(y, 0)] * len(last)]
    if spell is not None:
        count = spell.column(tree)
        names += ["n'", "full"]
        columns += [count, (count == spell.most).astype(np.int64)]
    after = tree.step >= len(last)
    if not after.any():
        return None
    return distinct_rows(names, [c[after] for c in columns], y[after])


def _offer(problem: Problem, spell: _Spell, expr: Expr) -> None:
    """Offer `y = expr`, with a first value of the output that makes the first steps right."""
    read = variables(expr)
    if "n'" not in read:
        return
    tree = problem.tree
    early = tree.step <= 1
    fixed = {"x": tree.inputs[:, 0], "n'": spell.column(tree)}
    state = [spell.variable]
    if "x1" in variables(spell.condition):
        state.append(Variable("x1", 0, var("x")))
    if "y1" not in read:
        problem.offer(Draft(problem.names, tuple(state), (expr,)), "spells")
        return
    update = substitute(expr, {"n'": spell.variable.update})
    for start in start_values(problem):
        env = fixed | {"y1": tree.lag(problem.target, start)}
        try:
            right = evaluate_columns(expr, {n: c[early] for n, c in env.items()}) == problem.target[early]
        except UndefinedError:
            continue
        if np.all(right):
            whole = (*state, Variable("y1", start, update))
            if problem.offer(Draft(problem.names, whole, (var("y1'"),)), "spells"):
                return
