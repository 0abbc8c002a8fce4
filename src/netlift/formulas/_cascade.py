"""Two state variables: a common one first, then one that sees it."""

from itertools import islice

import numpy as np
from numpy.typing import NDArray

from netlift.formulas import _simulate
from netlift.formulas._columns import evaluate_columns
from netlift.formulas._draft import Draft, Variable
from netlift.formulas._expr import Expr, const, substitute, var, variables
from netlift.formulas._feedback import Companion, lag_companions, offer_feedback
from netlift.formulas._operators import UndefinedError
from netlift.formulas._problem import Problem
from netlift.formulas._screen import compiled, tree_views
from netlift.formulas._walk import steps_and_conditions

Ints = NDArray[np.int64]

_MOST = 40
_WORK = 5_000_000
_DEAR = 40.0  # beyond this cost, two variables beside the last output are tried


def search_cascade(problem: Problem) -> None:
    """The output from its last value and a running maximum, total, count, run length, ...; and the
    output from two such variables."""
    lags = lag_companions(problem)
    x = problem.tree.inputs
    for n, outside in enumerate((int(x.min()) - 1, int(x.max()) + 1)):  # nothing came before the first input
        for c in lag_companions(problem):
            name = f"p{n}{c.variable.name}"
            before = problem.tree.lag(c.after, outside)
            lags.append(Companion(Variable(name, outside, c.variable.update), before, c.after))
    companions = [*lags, *islice(_companions(problem), _MOST)]
    _two_accumulators(problem, companions)
    tree, y = problem.tree, problem.target
    last, later = tree.lag(y, 0), tree.step >= 1
    for c in companions:
        name = c.variable.name
        names = [*problem.names, name, name + "'"]
        columns = [*problem.columns(), c.before, c.after]
        for expr in problem.explain(names, columns, y - last, deepest=5, most_work=_WORK, where=later)[:12]:
            offer_feedback(problem, Expr("+", (var("y1"), expr)), [c], "cascade")
        names, columns = [*names, "y1"], [*columns, last]
        for expr in problem.explain(names, columns, y, deepest=7, most_work=_WORK, where=later)[:12]:
            offer_feedback(problem, expr, [c], "cascade")
    if problem.best() > _DEAR:
        _two_with_feedback(problem, companions)


def _companions(problem: Problem) -> list[Companion]:
    """Variables that programs often keep, by what they do on the tree: no two alike."""
    x, s = problem.tree.inputs, var("s")
    low, high = int(x.min()), int(x.max())
    choices: list[tuple[int, Expr]] = [(0, Expr("+", (s, const(1)))), (0, Expr("-", (const(1), s)))]
    for name in problem.names:
        choices += [(start, Expr("max", (s, var(name)))) for start in dict.fromkeys((min(0, low), low - 1))]
        choices += [(start, Expr("min", (s, var(name)))) for start in (high, high + 1)]
        choices.append((0, Expr("+", (s, var(name)))))
    amounts, conditions = steps_and_conditions(problem, tree_views(problem)[0])
    inside = dict(tree_views(problem)[0].leaves)
    moves = (substitute(amount, inside) for amount in amounts)
    for move in islice((move for move in moves if _goes_both_ways(problem, move)), 3):
        walk = Expr("+", (s, move))
        choices += [(0, walk), (0, Expr("max", (walk, const(0))))]
    more = Expr("+", (s, const(1)))
    for c in (substitute(c, inside) for c in conditions[:8]):
        choices += [
            (0, Expr("+", (s, c))),
            (0, Expr("if", (c, more, const(0)))),
            (0, Expr("if", (c, const(0), more))),
        ]
        choices += [(0, Expr("if", (c, Expr("-", (const(1), s)), s)))]
        choices += [(0, Expr("if", (c, var(name), s))) for name in problem.names]
    found: dict[bytes, Companion] = {}
    for start, update in choices:
        after = _traced(problem, update, start)
        if after is not None:
            variable = Variable(f"q{len(found)}", start, substitute(update, {"s": var(f"q{len(found)}")}))
            before = problem.tree.lag(after, start)
            found.setdefault(before.tobytes() + after.tobytes(), Companion(variable, before, after))
    return list(found.values())


def _goes_both_ways(problem: Problem, amount: Expr) -> bool:
    """Whether a function of the input is negative at some nodes and positive at others.

    It was found on some nodes only; on others it may have no value, and then it does not.
    """
    try:
        values = evaluate_columns(amount, dict(zip(problem.names, problem.columns(), strict=True)))
    except UndefinedError:
        return False
    return bool(np.any(values < 0) and np.any(values > 0))


def _two_with_feedback(problem: Problem, companions: list[Companion]) -> None:
    """The output from its last value, the number of steps and a running extreme: where that stood."""
    tree, y = problem.tree, problem.target
    later = tree.step >= 1
    steps = [c for c in companions if c.variable.update == Expr("+", (var(c.variable.name), const(1)))]
    extremes = [c for c in companions if c.variable.update.op in ("max", "min")]
    for count in steps[:1]:
        for extreme in extremes[:6]:
            names = [count.variable.name, extreme.variable.name, *problem.names, "y1"]
            columns = [count.before, extreme.before, *problem.columns(), tree.lag(y, 0)]
            for expr in problem.explain(names, columns, y, deepest=7, most_work=_WORK, where=later)[:12]:
                offer_feedback(problem, expr, [count, extreme], "cascade")
            if any(c.strategy == "cascade" for c in problem.found):
                return


def _traced(problem: Problem, update: Expr, start: int) -> Ints | None:
    names = ["s", *problem.names]
    op, arg, leaf, roots = compiled([update], names)
    tree = problem.tree
    columns = np.ascontiguousarray(np.stack([np.zeros(len(tree), dtype=np.int64), *problem.columns()]))
    after = np.empty(len(tree), dtype=np.int64)
    fine = _simulate.trace(int(roots[0]), op, arg, leaf, 0, columns, tree.parent, start, after)
    return after if fine else None


def _two_accumulators(problem: Problem, companions: list[Companion]) -> None:
    """`y = F(a, b)` for two of the variables, such as the largest less the smallest."""
    names = [c.variable.name + "'" for c in companions]
    columns = [c.after for c in companions]
    for expr in problem.explain(
        [*problem.names, *names],
        [*problem.columns(), *columns],
        problem.target,
        deepest=3,
        most_work=20_000_000,
    ):
        used = tuple(c.variable for c in companions if c.variable.name + "'" in variables(expr))
        problem.offer(Draft(problem.names, used, (expr,)), "cascade")
