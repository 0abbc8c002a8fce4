"""Expressions made shorter without a change of value: constants folded, trivial steps dropped."""

from netlift.formulas._expr import Expr, const, evaluate, is_boolean, size
from netlift.formulas._operators import ASSOCIATIVE, MIRROR, ON_LISTS, OPERATORS, OPPOSITE

_TAKES_NUMBERS = frozenset(["+", "-", "*", "//", "%", "neg", "abs", *OPPOSITE])
_LARGEST_FOLD = 1 << 64


def simplify(expr: Expr) -> Expr:
    """An expression with the same value wherever the given one has a value, never longer.

    A truth value may come back as 0 or 1 or the other way round: the two are equal in Python.
    """
    while True:
        args = tuple(simplify(arg) for arg in expr.args)
        if expr.op in _TAKES_NUMBERS:
            args = tuple(arg.args[0] if arg.op == "int" else arg for arg in args)
        current = expr if args == expr.args else Expr(expr.op, args, expr.value)
        shorter = _folded(current) or _step(current)
        if shorter is None:
            return current
        expr = shorter


def negated(expr: Expr) -> Expr:
    """The opposite of a condition."""
    if expr.op in OPPOSITE:
        return Expr(OPPOSITE[expr.op], expr.args)
    if expr.op == "not" and is_boolean(expr.args[0]):
        return expr.args[0]
    return Expr("not", (expr,))


def _folded(expr: Expr) -> Expr | None:
    if expr.op not in OPERATORS or expr.op in ON_LISTS or any(arg.op != "const" for arg in expr.args):
        return None
    values = [arg.value for arg in expr.args]
    if not all(isinstance(value, int) for value in values):
        return None
    if expr.op in ("**", "<<") and not (0 <= values[1] <= 16 and abs(values[0]) <= 1 << 16):
        return None
    if expr.op == "neg" and values[0] > 0:
        return const(-values[0])
    try:
        value = evaluate(expr, {})
    except (ArithmeticError, ValueError):  # the program fails there as the expression does
        return None
    folded = const(value)
    return folded if folded != expr and abs(value) < _LARGEST_FOLD and size(folded) <= size(expr) else None


def _step(expr: Expr) -> Expr | None:
    """One rewriting at the root, or None."""
    match expr.op:
        case "+" | "-":
            return _sum(expr)
        case "*":
            return _product(expr)
        case "//" if expr.args[1] == const(1):
            return expr.args[0]
        case "**" | "<<" | ">>" if expr.args[1] == const(1 if expr.op == "**" else 0):
            return expr.args[0]
        case "%" if expr.args[1] == const(1):
            return const(0)
        case "neg" if expr.args[0].op == "neg":
            return expr.args[0].args[0]
        case "neg" if expr.args[0].op == "-":
            left, right = expr.args[0].args
            return Expr("-", (right, left))
        case "&" | "|" | "min" | "max" | "gcd" if expr.args[0] == expr.args[1] and expr.op != "gcd":
            return expr.args[0]
        case "|" | "^" if const(0) in expr.args:
            return expr.args[1] if expr.args[0] == const(0) else expr.args[0]
        case "not":
            return _negation(expr.args[0])
        case "and" | "or":
            return _junction(expr)
        case "int" if expr.args[0].op in ("int", "const"):
            return expr.args[0]
        case "if":
            return _choice(expr)
        case "in" if len(expr.value) == 1 and len(expr.args) == 1 and not isinstance(expr.value[0], tuple):
            return Expr("==", (expr.args[0], Expr("const", (), expr.value[0])))
    if expr.op in OPPOSITE:
        return _comparison(expr)
    return _regrouped(expr)


def _sum(expr: Expr) -> Expr | None:
    left, right = expr.args
    zero = const(0)
    if right == zero:
        return left
    if left == zero:
        return right if expr.op == "+" else Expr("neg", (right,))
    other = "-" if expr.op == "+" else "+"
    if right.op == "const" and right.value < 0:
        return Expr(other, (left, const(-right.value)))
    if right.op == "neg":
        return Expr(other, (left, right.args[0]))
    if right.op == "*" and right.args[0].op == "const" and right.args[0].value < 0:
        return Expr(other, (left, Expr("*", (const(-right.args[0].value), right.args[1]))))
    if left.op == "neg" and expr.op == "+":
        return Expr("-", (right, left.args[0]))
    if expr.op == "-" and left == right:
        return zero
    if expr.op == "+" and left.op == "const" and right.op == "-" and right.args[0].op == "const":
        return Expr("-", (const(left.value + right.args[0].value), right.args[1]))
    if right.op == "const" and left.op in "+-" and left.args and left.args[1].op == "const":
        signs = [1 if op == "+" else -1 for op in (left.op, expr.op)]
        return Expr("+", (left.args[0], const(signs[0] * left.args[1].value + signs[1] * right.value)))
    if right.op in "+-" and len(right.args) == 2:  # a + (b - c) is a + b - c, a - (b + c) is a - b - c
        signs = [1 if op == "+" else -1 for op in (expr.op, right.op)]
        first, second = right.args
        if expr.op == "+":
            return Expr("+" if signs[1] > 0 else "-", (Expr("+", (left, first)), second))
        if signs[1] < 0:
            return Expr("+", (Expr("-", (left, first)), second))
    return None


def _product(expr: Expr) -> Expr | None:
    left, right = expr.args
    if right.op == "const" and left.op != "const":
        return Expr("*", (right, left))
    if left == const(1):
        return right
    if left == const(0):
        return const(0)
    if left == const(-1):
        return Expr("neg", (right,))
    return _regrouped(expr)


def _negation(inner: Expr) -> Expr | None:
    if inner.op in OPPOSITE:
        return negated(inner)
    if inner.op == "not" and is_boolean(inner.args[0]):
        return inner.args[0]
    if inner.op == "int":
        return Expr("not", inner.args)
    return None


def _junction(expr: Expr) -> Expr | None:
    for place, arg in enumerate(expr.args):
        other = expr.args[1 - place]
        if arg.op == "const":
            if bool(arg.value) == (expr.op == "or"):
                return const(int(bool(arg.value)))
            return other if is_boolean(other) else Expr("!=", (other, const(0)))
    if expr.args[0] == expr.args[1] and is_boolean(expr.args[0]):
        return expr.args[0]
    return _regrouped(expr)


def _choice(expr: Expr) -> Expr | None:
    condition, yes, no = expr.args
    if condition.op == "const":
        return yes if condition.value else no
    if yes == no:
        return yes
    if condition.op in ("not", "int"):
        return Expr(
            "if", (condition.args[0], no, yes) if condition.op == "not" else (condition.args[0], yes, no)
        )
    if is_boolean(condition) and (yes, no) == (const(1), const(0)):
        return Expr("int", (condition,))
    if is_boolean(condition) and (yes, no) == (const(0), const(1)):
        return Expr("int", (negated(condition),))
    return None


def _comparison(expr: Expr) -> Expr | None:
    left, right = expr.args
    if left == right:
        return const(int(expr.op in ("==", "<=", ">=")))
    if left.op == "const" and right.op != "const":
        return Expr(MIRROR[expr.op], (right, left))
    if is_boolean(left) and right.op == "const" and right.value in (0, 1) and expr.op in ("==", "!="):
        return left if (right.value == 1) == (expr.op == "==") else negated(left)
    return None


def _regrouped(expr: Expr) -> Expr | None:
    """a + (b + c) prints without parentheses as a + b + c."""
    if expr.op in ASSOCIATIVE and expr.args[1].op == expr.op:
        left, (middle, right) = expr.args[0], expr.args[1].args
        return Expr(expr.op, (Expr(expr.op, (left, middle)), right))
    return None
