"""Sums and chains taken apart and put together again."""

from collections.abc import Sequence

from netlift.formulas._expr import Expr


def sum_terms(expr: Expr, sign: int = 1) -> list[tuple[int, Expr]]:
    """The terms of a sum, each with its sign (1 or -1), in order."""
    if expr.op in ("+", "-"):
        left, right = expr.args
        return sum_terms(left, sign) + sum_terms(right, sign if expr.op == "+" else -sign)
    if expr.op == "neg":
        return sum_terms(expr.args[0], -sign)
    return [(sign, expr)]


def sum_of(terms: list[tuple[int, Expr]]) -> Expr:
    """The sum of signed terms; it starts with one that is added, a variable part before a constant."""
    added = [place for place, (sign, _) in enumerate(terms) if sign > 0]
    if not added:
        return Expr("neg", (sum_of([(1, term) for _, term in terms]),))
    first = next((place for place in added if terms[place][1].op != "const"), added[0])
    total = terms[first][1]
    for sign, term in [*terms[:first], *terms[first + 1 :]]:
        total = Expr("+" if sign > 0 else "-", (total, term))
    return total


def operands(expr: Expr, op: str) -> list[Expr]:
    """The operands of nested uses of one associative operator, in order."""
    return [part for arg in expr.args for part in operands(arg, op)] if expr.op == op else [expr]


def chained(op: str, parts: Sequence[Expr]) -> Expr:
    """One associative operator between all the parts, from the left."""
    whole = parts[0]
    for part in parts[1:]:
        whole = Expr(op, (whole, part))
    return whole
