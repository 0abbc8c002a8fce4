"""Sums of coefficients times values, written as a person would."""

from collections.abc import Sequence

from netlift.formulas._expr import Expr, const


def weighted_sum(parts: Sequence[tuple[int, Expr]], constant: int) -> Expr:
    """The sum of coefficients times values, in the order given, and a constant."""
    total: Expr | None = None
    if parts and parts[0][0] < 0 and constant > 0:
        total, constant = const(constant), 0
    for coefficient, value in parts:
        size = abs(coefficient)
        scaled = value if size == 1 else Expr("*", (const(size), value))
        if total is None:
            total = scaled if coefficient > 0 else Expr("neg", (scaled,))
        else:
            total = Expr("+" if coefficient > 0 else "-", (total, scaled))
    if total is None:
        return const(constant)
    if constant:
        total = Expr("+" if constant > 0 else "-", (total, const(abs(constant))))
    return total
