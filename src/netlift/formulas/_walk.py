"""Updates that people write often: walks with a floor, a ceiling, a point of no return or a reset."""

from netlift.formulas._bank import Bank
from netlift.formulas._expr import Expr, const, is_boolean, var
from netlift.formulas._lags import start_values
from netlift.formulas._problem import Problem
from netlift.formulas._screen import Screen, TreeView, tree_views

_MOST_STEPS = 60
_SURVIVORS = 16


def search_walks(problem: Problem) -> None:
    """`s = s + e(u)`, clamped, absorbed or reset; `s = max(s, e)`, `s = e if c else s`; and so on."""
    for view in tree_views(problem):
        amounts, conditions = steps_and_conditions(problem, view)
        updates = walks(problem, amounts, conditions)
        screen = Screen(problem, view)
        starts = start_values(problem)[:4]
        for number, start in screen.survivors_of(updates, starts)[:_SURVIVORS]:
            screen.offer(updates[number], start, "walk")


def steps_and_conditions(problem: Problem, view: TreeView) -> tuple[list[Expr], list[Expr]]:
    """Small functions of the input: amounts to add, and conditions."""
    if not view.leaves:
        return [const(1)], []
    rows = problem.sample_nodes(96)
    bank = Bank(
        [(n, c[rows]) for (n, _), c in zip(view.leaves, view.columns, strict=True)], problem.constants
    )
    for _ in range(5):
        if len(bank) < 2_000:
            problem.work.spend(bank.grow(2_000_000)[1])
    amounts: list[Expr] = [const(1)]
    conditions: list[Expr] = []
    for n in range(len(bank)):
        values = bank.values[n]
        low, high = int(values.min()), int(values.max())
        if low == high:
            continue
        expr = bank.expr(n)
        if low == 0 and high == 1 and len(conditions) < 24:
            conditions.append(expr)
        small = low >= -2 and high <= 2
        if len(amounts) < _MOST_STEPS and (small or expr.op == "var"):
            amounts.append(expr)
    return amounts, conditions


def walks(problem: Problem, amounts: list[Expr], conditions: list[Expr]) -> list[Expr]:
    """The family, simplest first; the state variable is `s`."""
    s, zero = var("s"), const(0)
    ceilings = [const(k) for k in dict.fromkeys((*problem.constants, 2, 3, 4, 5)) if k > 0]
    moved = [Expr("+", (s, e)) for e in amounts]
    moved += [Expr("-", (s, e)) for e in amounts if not is_boolean(e)]
    family = list(moved)
    family += [Expr(op, (s, e)) for e in amounts[:12] for op in ("max", "min", "^") if not is_boolean(e)]
    family += [Expr("max", (m, zero)) for m in moved]
    family += [Expr("min", (m, k)) for m in moved[: 2 * _MOST_STEPS // 3] for k in ceilings]
    y = problem.target
    low, high = int(y.min()), int(y.max())
    family += [Expr("max", (Expr("min", (m, const(high))), const(low))) for m in moved]
    stuck = [Expr("<", (s, zero)), Expr("<", (zero, s)), *(Expr("==", (s, k)) for k in (zero, *ceilings))]
    family += [Expr("if", (c, s, m)) for m in moved for c in stuck]
    for c in conditions:
        family += [Expr("if", (c, m, zero)) for m in moved[:6]]
        family += [Expr("if", (c, zero, m)) for m in moved[:6]]
        family += [Expr("if", (c, e, s)) for e in amounts[:8]]
        family += [Expr("if", (c, m, s)) for m in moved[:8]]
        family += [Expr("if", (c, Expr("-", (const(1), s)), s))]
    return list(dict.fromkeys(family))
