"""One spelling for each expression: terms in reading order, no double signs."""

from netlift.formulas._expr import Expr, const


def normalise(expr: Expr, *, first: str | None = None) -> Expr:
    """The expression with sums, products and comparisons in the order a person writes them.

    `first` is the variable that leads a sum, a minimum, an exclusive or: the one assigned to.
    """
    args = tuple(normalise(arg, first=first) for arg in expr.args)
    expr = Expr(expr.op, args, expr.value)
    if args and all(a.op == "const" for a in args):
        return _fold(expr)
    match expr.op:
        case "+" | "-" | "neg":
            return _sum(expr, first)
        case "*":
            a, b = args
            if b.op == "const" and a.op != "const":
                a, b = b, a
            if a == const(1):
                return b
            return Expr("**", (a, const(2))) if a == b else Expr("*", (a, b))
        case "min" | "max" | "&" | "|" | "^" | "==" | "!=" | "gcd" | "and" | "or":
            return Expr(expr.op, tuple(sorted(args, key=lambda a: _place(a, first))))
        case "<" if args[0].op == "const":
            return Expr(">", (args[1], args[0]))
        case "<=" if args[0].op == "const":
            return Expr(">=", (args[1], args[0]))
        case "not" if args[0].op in _OPPOSITE:
            return normalise(Expr(_OPPOSITE[args[0].op], args[0].args), first=first)
    return expr


_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _fold(expr: Expr) -> Expr:
    from netlift.formulas._expr import evaluate

    try:
        value = evaluate(expr, {})
    except (ArithmeticError, ValueError):
        return expr
    return const(value) if type(value) is int else expr


def _sum(expr: Expr, first: str | None) -> Expr:
    terms: list[tuple[int, Expr]] = []
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
        else:
            terms.append((sign, part))
    positive = sorted((e for sign, e in terms if sign > 0), key=lambda e: _place(e, first))
    negative = sorted((e for sign, e in terms if sign < 0), key=lambda e: _place(e, first))
    if number > 0:
        # 1 - x, but x + 1 and s + 1 - x
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


def _place(expr: Expr, first: str | None) -> tuple[int, str]:
    """What comes first: the variable assigned to, products, inputs, state variables, numbers."""
    if expr.op == "var" and expr.value == first:
        return (0, expr.value)
    if expr.op == "var":
        is_input = len(expr.value) == 1 and expr.value in "xabcdefgh"
        return (2 if is_input else 3, expr.value)
    if expr.op == "const":
        return (5, str(expr.value).rjust(20))
    return (1, "") if expr.op == "*" else (4, str(expr))
