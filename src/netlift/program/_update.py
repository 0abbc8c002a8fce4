"""Updates in place: `total = total + x` is `total += x`."""

import ast

from netlift.formulas._expr import Expr, var
from netlift.formulas._operators import AUGMENTED, COMMUTATIVE, OPERATORS
from netlift.formulas.writing._sums import chained, operands, sum_of, sum_terms


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
    if value.op not in AUGMENTED:
        return None
    if value.op in COMMUTATIVE:
        factors = operands(value, value.op)
        if factors.count(own) != 1:
            return None
        factors.remove(own)
        return _symbol(value.op), chained(value.op, factors)
    return (_symbol(value.op), value.args[1]) if value.args[0] == own else None


def _symbol(op: str) -> ast.operator:
    """The operator as Python's syntax tree has it."""
    node = OPERATORS[op].syntax([ast.Constant(0), ast.Constant(0)])
    if not isinstance(node, ast.BinOp):
        raise ValueError(f"no update in place exists for {op!r}")
    return node.op
