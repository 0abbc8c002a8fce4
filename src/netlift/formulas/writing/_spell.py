"""One spelling for each expression: terms in reading order, no double signs."""

from collections.abc import Mapping
from functools import lru_cache

from netlift.formulas._draft import is_input_name
from netlift.formulas._expr import Expr, const, evaluate, var
from netlift.formulas._operators import MIRROR, OPPOSITE
from netlift.formulas.writing._rewrite import Rule, Rules, for_each
from netlift.formulas.writing._sums import chained, operands, sum_terms

_MOST_SHIFT = 16  # a shift by more is not written as a product: the factor would be hard to read
_MOST_DIVISOR = 64  # the same for a bound multiplied by what it was divided by


def normalise(expr: Expr, *, first: str | None = None) -> Expr:
    """The expression with sums, products and comparisons in the order a person writes them.

    `first` is the variable that leads a sum, a minimum, an exclusive or: the one assigned to.
    """
    whole = spelling(first).rewrite(expr)
    if whole.op in ("+", "-") and first is not None:
        return _sum(whole, first, grouped=True)
    return whole


@lru_cache(maxsize=64)
def spelling(first: str | None) -> Rules:
    """The rules that spell an expression, where the variable `first` leads."""

    def place(expr: Expr) -> tuple[int, str]:
        return _place(expr, first)

    def in_order(expr: Expr) -> Expr:
        return Expr(expr.op, tuple(sorted(expr.args, key=place)))

    def chain_in_order(expr: Expr) -> Expr:
        return chained(expr.op, sorted(operands(expr, expr.op), key=place))

    def distance_in_order(expr: Expr) -> Expr | None:
        inner = expr.args[0]
        return Expr("abs", (in_order(inner),)) if inner.op == "-" else None

    def collected(expr: Expr) -> Expr:
        return _sum(expr, first, grouped=False)

    junctions: dict[str, tuple[Rule, ...]] = for_each("| ^ and or min max", chain_in_order)
    return Rules(
        for_each("+ - neg", collected)
        | for_each("*", _product)
        | for_each("<<", _shift_as_product)
        | junctions
        | for_each("&", _last_bit, chain_in_order)
        | for_each("!=", _odd_or_even, _truth_itself, in_order)
        | for_each("==", _truth_itself, in_order)
        | for_each("gcd", in_order)
        | for_each("abs", _abs_once)
        | for_each("< <= > >=", _without_function, _near_zero, _input_first)
        | for_each("not", _opposite),
        everywhere=(_folded,),
        finish={"abs": distance_in_order},
    )


def _folded(expr: Expr) -> Expr | None:
    """A constant for an operator on constants; where it has no number for a value, it stays as it is."""
    if not expr.args or any(arg.op != "const" for arg in expr.args):
        return None
    try:
        value = evaluate(expr, {})
    except (ArithmeticError, ValueError):
        return expr
    return const(value) if type(value) is int else expr


def _product(expr: Expr) -> Expr:
    a, b = expr.args
    if b.op == "const" and a.op != "const":
        a, b = b, a
    if a == const(1):
        return b
    if a == const(0):
        return a
    return Expr("**", (a, const(2))) if a == b else Expr("*", (a, b))


def _shift_as_product(expr: Expr) -> Expr | None:
    shifted, by = expr.args
    if by.op != "const" or not 0 <= by.value <= _MOST_SHIFT:
        return None
    return Expr("*", (const(1 << by.value), shifted))


def _last_bit(expr: Expr) -> Expr | None:
    """`x & 1` as `x % 2`."""
    if const(1) not in expr.args:
        return None
    return Expr("%", (expr.args[0] if expr.args[1] == const(1) else expr.args[1], const(2)))


def _odd_or_even(expr: Expr) -> Expr | None:
    """`x % 2 != 0` as `x % 2 == 1`."""
    left, right = expr.args
    if left.op != "%" or left.args[1] != const(2) or right not in (const(0), const(1)):
        return None
    return Expr("==", (left, const(1 - right.value)))


def _truth_itself(expr: Expr) -> Expr | None:
    """`(x < y) == 1` as `x < y`."""
    left, right = expr.args
    if left.op not in OPPOSITE or right not in (const(0), const(1)):
        return None
    same = (expr.op == "==") == (right == const(1))
    return left if same else Expr("not", (left,))


def _abs_once(expr: Expr) -> Expr | None:
    return expr.args[0] if expr.args[0].op == "abs" else None


def _without_function(expr: Expr) -> Expr | None:
    """`isqrt(s) > 2` as `s >= 9`, `s // 3 < 4` as `s < 12`: without the function, which adds nothing."""
    op, (inner, bound) = expr.op, expr.args
    if inner.op == "const":
        op, inner, bound = MIRROR[op], bound, inner
    if bound.op != "const" or inner.op not in ("isqrt", "//", ">>"):
        return None
    least = bound.value + (op in (">", "<="))  # it is at least this, or less
    if inner.op == "isqrt":
        limit = least**2 if least > 0 else None
    else:
        by = inner.args[1].value if inner.args[1].op == "const" else 0
        limit = least * (by if inner.op == "//" else 1 << by) if 0 < by <= _MOST_DIVISOR else None
    if limit is None:
        return None
    if limit == 1:
        return Expr(">" if op in (">", ">=") else "<=", (inner.args[0], const(0)))
    return Expr(">=" if op in (">", ">=") else "<", (inner.args[0], const(limit)))


def _near_zero(expr: Expr) -> Expr | None:
    """`x <= -1` as `x < 0`, and the like: zero is the bound that readers know."""
    left, right = expr.args
    match expr.op:
        case "<=" if right == const(-1):
            return Expr("<", (left, const(0)))
        case "<" if right == const(1):
            return Expr("<=", (left, const(0)))
        case "<=" if left == const(1):
            return Expr(">", (right, const(0)))
        case "<" if left == const(-1):
            return Expr(">=", (right, const(0)))
    return None


def _input_first(expr: Expr) -> Expr | None:
    """`s < x` as `x > s`, `3 < x` as `x > 3`."""
    left, right = expr.args
    if expr.op == "<" and left.op == right.op == "var" and _place(left, None) > _place(right, None):
        return Expr(">", (right, left))
    if expr.op in ("<", "<=") and left.op == "const":
        return Expr(MIRROR[expr.op], (right, left))
    return None


def _opposite(expr: Expr) -> Expr | None:
    inner = expr.args[0]
    return Expr(OPPOSITE[inner.op], inner.args) if inner.op in OPPOSITE else None


def _sum(expr: Expr, first: str | None, *, grouped: bool) -> Expr:
    terms: dict[Expr, int] = {}
    number = 0
    for sign, part in sum_terms(expr):
        if part.op == "const":
            number += sign * part.value
        elif part.op == "*" and part.args[0].op == "const" and part.args[0].value != 0:
            terms[part.args[1]] = terms.get(part.args[1], 0) + sign * part.args[0].value
        else:
            terms[part] = terms.get(part, 0) + sign
    if grouped and first is not None and terms.get(var(first)) == 1 and len(terms) + (number != 0) > 2:
        del terms[var(first)]  # s + (1 - x): printed as s += 1 - x
        rest = _written(terms, number, None)
        return Expr("+", (var(first), rest))
    return _written(terms, number, first)


def _written(terms: Mapping[Expr, int], number: int, first: str | None) -> Expr:
    positive = sorted((_times(n, e) for e, n in terms.items() if n > 0), key=lambda e: _place(e, first))
    negative = sorted((_times(-n, e) for e, n in terms.items() if n < 0), key=lambda e: _place(e, first))
    if number > 0:  # 1 - x, but x + 1 and s + 1 - x
        positive.append(const(number))
    if not positive:
        if number or not negative:
            start = const(number)
            number = 0
        else:
            start = Expr("neg", (negative.pop(0),))
    else:
        start = positive.pop(0)
    for e in positive:
        start = Expr("+", (start, e))
    for e in negative:
        start = Expr("-", (start, e))
    if number < 0:
        start = Expr("-", (start, const(-number)))
    return start


def _times(factor: int, expr: Expr) -> Expr:
    return expr if factor == 1 else Expr("*", (const(factor), expr))


def _place(expr: Expr, first: str | None) -> tuple[int, str]:
    """What comes first: the variable assigned to, products, inputs, state variables, numbers."""
    if expr.op == "var" and expr.value == first:
        return (0, expr.value)
    if expr.op == "var":
        return (2 if is_input_name(expr.value) else 3, expr.value)
    if expr.op == "const":
        return (5, str(expr.value).rjust(20))
    return (1, "") if expr.op == "*" else (4, str(expr))
