"""One spelling for each expression: terms in reading order, no double signs."""

from collections.abc import Mapping

from netlift.formulas._draft import is_input_name
from netlift.formulas._expr import Expr, const, evaluate, var
from netlift.formulas._operators import MIRROR, OPPOSITE


def normalise(expr: Expr, *, first: str | None = None) -> Expr:
    """The expression with sums, products and comparisons in the order a person writes them.

    `first` is the variable that leads a sum, a minimum, an exclusive or: the one assigned to.
    """
    whole = _spelled(expr, first)
    if whole.op in ("+", "-") and first is not None:
        return _sum(whole, first, grouped=True)
    return whole


def _spelled(expr: Expr, first: str | None) -> Expr:
    args = tuple(_spelled(arg, first) for arg in expr.args)
    expr = Expr(expr.op, args, expr.value)
    if args and all(a.op == "const" for a in args):
        return _fold(expr)
    match expr.op:
        case "+" | "-" | "neg":
            return _sum(expr, first, grouped=False)
        case "*":
            a, b = args
            if b.op == "const" and a.op != "const":
                a, b = b, a
            if a == const(1):
                return b
            if a == const(0):
                return a
            return Expr("**", (a, const(2))) if a == b else Expr("*", (a, b))
        case "<<" if args[1].op == "const" and 0 <= args[1].value <= 16:
            return _spelled(Expr("*", (const(1 << args[1].value), args[0])), first)
        case "&" if const(1) in args:
            return Expr("%", (args[0] if args[1] == const(1) else args[1], const(2)))
        case "&" | "|" | "^" | "and" | "or" | "min" | "max":
            parts = sorted(_chain(expr.op, expr), key=lambda a: _place(a, first))
            whole = parts[0]
            for part in parts[1:]:
                whole = Expr(expr.op, (whole, part))
            return whole
        case "!=" if args[0].op == "%" and args[0].args[1] == const(2) and args[1] in (const(0), const(1)):
            return Expr("==", (args[0], const(1 - args[1].value)))
        case "==" | "!=" if args[0].op in OPPOSITE and args[1] in (const(0), const(1)):
            same = (expr.op == "==") == (args[1] == const(1))
            return args[0] if same else _spelled(Expr("not", (args[0],)), first)
        case "==" | "!=" | "gcd":
            return Expr(expr.op, tuple(sorted(args, key=lambda a: _place(a, first))))
        case "abs" if args[0].op == "abs":
            return args[0]
        case "abs" if args[0].op == "-" and len(args[0].args) == 2:
            return Expr("abs", (Expr("-", tuple(sorted(args[0].args, key=lambda a: _place(a, first)))),))
        case "<" | "<=" | ">" | ">=" if (shorter := _compared(expr)) is not None:
            return _spelled(shorter, first)
        case "<=" if args[1] == const(-1):
            return Expr("<", (args[0], const(0)))
        case "<" if args[1] == const(1):
            return Expr("<=", (args[0], const(0)))
        case "<=" if args[0] == const(1):
            return Expr(">", (args[1], const(0)))
        case "<" if args[0] == const(-1):
            return Expr(">=", (args[1], const(0)))
        case "<" if (
            args[0].op == "var" and args[1].op == "var" and _place(args[0], None) > _place(args[1], None)
        ):
            return Expr(">", (args[1], args[0]))
        case "<" if args[0].op == "const":
            return Expr(">", (args[1], args[0]))
        case "<=" if args[0].op == "const":
            return Expr(">=", (args[1], args[0]))
        case "not" if args[0].op in OPPOSITE:
            return _spelled(Expr(OPPOSITE[args[0].op], args[0].args), first)
    return expr


def _compared(expr: Expr) -> Expr | None:
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
        limit = least * (by if inner.op == "//" else 1 << by) if 0 < by <= 64 else None
    if limit is None:
        return None
    if limit == 1:
        return Expr(">" if op in (">", ">=") else "<=", (inner.args[0], const(0)))
    return Expr(">=" if op in (">", ">=") else "<", (inner.args[0], const(limit)))


def _fold(expr: Expr) -> Expr:
    try:
        value = evaluate(expr, {})
    except (ArithmeticError, ValueError):
        return expr
    return const(value) if type(value) is int else expr


def _sum(expr: Expr, first: str | None, *, grouped: bool) -> Expr:
    terms: dict[Expr, int] = {}
    number = 0
    waiting = [(1, expr)]
    while waiting:
        sign, part = waiting.pop()
        if part.op == "const":
            number += sign * part.value
        elif part.op == "neg":
            waiting.append((-sign, part.args[0]))
        elif part.op in "+-":
            waiting.append((sign if part.op == "+" else -sign, part.args[1]))
            waiting.append((sign, part.args[0]))
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


def _chain(op: str, expr: Expr) -> list[Expr]:
    """The operands of nested uses of one associative operator."""
    return [p for a in expr.args for p in _chain(op, a)] if expr.op == op else [expr]


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
