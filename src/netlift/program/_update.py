"""Updates in place: `total = total + x` is `total += x`."""

import ast

from netlift.formulas._expr import Expr, var

_COMMUTATIVE: dict[str, type[ast.operator]] = {
    "*": ast.Mult,
    "&": ast.BitAnd,
    "|": ast.BitOr,
    "^": ast.BitXor,
}
_FIRST_ONLY: dict[str, type[ast.operator]] = {
    "//": ast.FloorDiv, "%": ast.Mod, "**": ast.Pow, "<<": ast.LShift, ">>": ast.RShift,
}  # fmt: skip


def augmented(value: Expr, target: str) -> tuple[ast.operator, Expr] | None:
    """The operator and operand with which `target` becomes `value` in place, or None."""
    own = var(target)
    if value.op in ("+", "-") and len(value.args) == 2:
        terms = sum_terms(value)
        if terms.count((1, own)) != 1:
            return None
        terms.remove((1, own))
        if all(sign < 0 for sign, _ in terms):
            return ast.Sub(), sum_of([(1, term) for _, term in terms])
        return ast.Add(), sum_of(terms)
    if value.op in _COMMUTATIVE:
        factors = _factors(value, value.op)
        if factors.count(own) != 1:
            return None
        factors.remove(own)
        product = factors[0]
        for factor in factors[1:]:
            product = Expr(value.op, (product, factor))
        return _COMMUTATIVE[value.op](), product
    if value.op in _FIRST_ONLY and value.args[0] == own:
        return _FIRST_ONLY[value.op](), value.args[1]
    return None


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


def _factors(expr: Expr, op: str) -> list[Expr]:
    if expr.op == op:
        return [factor for arg in expr.args for factor in _factors(arg, op)]
    return [expr]
