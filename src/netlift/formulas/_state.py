"""One free state variable `s = E(s, u)`: sums with remainder, and any update in the bank."""

from collections.abc import Sequence

import numpy as np

from netlift.formulas._expr import Expr, const, var
from netlift.formulas._lags import start_values
from netlift.formulas._problem import Problem
from netlift.formulas._screen import Screen, tree_views

_MANY = 16  # symbols


def search_divisions(problem: Problem) -> None:
    """`t = m * s + u; s = t % k` or `t // k`: sums, remainders and carries in any base."""
    for view in tree_views(problem):
        amounts = _amounts([name for name, _ in view.leaves])
        moduli = sorted({c for c in problem.constants if c > 1} | set(range(2, 17)))
        updates, totals = [], []
        for times in (1, 2, *(k for k in problem.constants if k > 2)):
            scaled = var("s") if times == 1 else Expr("*", (const(times), var("s")))
            for amount in amounts:
                total = Expr("+", (scaled, amount))
                for k in moduli:
                    for op in ("%", "//"):
                        updates.append(Expr(op, (total, const(k))))
                        totals.append((total, k))
        screen = Screen(problem, view)
        for number, start in screen.survivors_of(updates, start_values(problem)[:4])[:12]:
            total, k = totals[number]
            outputs = [Expr("//", (total, const(k))), Expr("%", (total, const(k)))]
            screen.offer(updates[number], start, "division", outputs)
        if problem.found:
            return


def _amounts(names: Sequence[str]) -> list[Expr]:
    """What may be added at one step."""
    single: list[Expr] = [var(n) for n in names]
    amounts = [*single, *(Expr("-", (const(1), e)) for e in single), const(1)]
    amounts += [Expr("*", (const(2), e)) for e in single]
    amounts += [Expr(op, (a, b)) for i, a in enumerate(single) for b in single[i + 1 :] for op in "+-"]
    return amounts


def search_updates(problem: Problem) -> None:
    """Any update in the bank over the state and the input, by the functional test.

    Of many symbols, pairs of state and symbol rarely come twice on the words of the sample, so that the
    test is made a second time with less demanded.
    """
    symbols = len(np.unique(problem.tree.symbol))
    for seldom in (False, True)[: 2 if symbols >= _MANY else 1]:
        for view in tree_views(problem):
            screen = Screen(problem, view, seldom=seldom)
            for update, start in screen.survivors_in_bank(start_values(problem)[:4])[:24]:
                screen.offer(update, start, "state")
            if problem.found:
                return
