"""Expressions made shorter without a change of value: constants folded, trivial steps dropped."""

from netlift.formulas._expr import Expr, const, evaluate, is_boolean, size
from netlift.formulas._operators import ASSOCIATIVE, MIRROR, ON_LISTS, OPERATORS, OPPOSITE
from netlift.formulas.writing._rewrite import Rules, for_each

_TAKES_NUMBERS = frozenset(["+", "-", "*", "//", "%", "neg", "abs", *OPPOSITE])
_LARGEST_FOLD = 1 << 64  # a longer constant tells a reader less than how it comes about
_MOST_EXPONENT, _LARGEST_BASE = 16, 1 << 16  # powers up to these are computed at all


def simplify(expr: Expr) -> Expr:
    """An expression with the same value wherever the given one has a value, never longer.

    A truth value may come back as 0 or 1 or the other way round: the two are equal in Python.
    """
    return _SHORTER.rewrite(expr)


def negated(expr: Expr) -> Expr:
    """The opposite of a condition."""
    if expr.op in OPPOSITE:
        return Expr(OPPOSITE[expr.op], expr.args)
    if expr.op == "not" and is_boolean(expr.args[0]):
        return expr.args[0]
    return Expr("not", (expr,))


def _plain_numbers(expr: Expr) -> Expr | None:
    """`int(c) + 1` as `c + 1`: a truth value counts as a number there."""
    if expr.op not in _TAKES_NUMBERS or all(arg.op != "int" for arg in expr.args):
        return None
    return Expr(expr.op, tuple(arg.args[0] if arg.op == "int" else arg for arg in expr.args), expr.value)


def _folded(expr: Expr) -> Expr | None:
    if expr.op not in OPERATORS or expr.op in ON_LISTS or any(arg.op != "const" for arg in expr.args):
        return None
    values = [arg.value for arg in expr.args]
    if not all(isinstance(value, int) for value in values):
        return None
    if expr.op in ("**", "<<") and not (0 <= values[1] <= _MOST_EXPONENT and abs(values[0]) <= _LARGEST_BASE):
        return None
    if expr.op == "neg" and values[0] > 0:
        return const(-values[0])
    try:
        value = evaluate(expr, {})
    except (ArithmeticError, ValueError):  # the program fails there as the expression does
        return None
    folded = const(value)
    return folded if folded != expr and abs(value) < _LARGEST_FOLD and size(folded) <= size(expr) else None


def _without_zero(expr: Expr) -> Expr | None:
    """`x + 0`, `0 + x`, `0 - x` and `x - x`."""
    left, right = expr.args
    zero = const(0)
    if right == zero:
        return left
    if left == zero:
        return right if expr.op == "+" else Expr("neg", (right,))
    return None


def _without_signs(expr: Expr) -> Expr | None:
    """`x + -3`, `x - -y`, `x + -3 * y`, `-x + y` with the other of the two operators."""
    left, right = expr.args
    other = "-" if expr.op == "+" else "+"
    if right.op == "const" and right.value < 0:
        return Expr(other, (left, const(-right.value)))
    if right.op == "neg":
        return Expr(other, (left, right.args[0]))
    if right.op == "*" and right.args[0].op == "const" and right.args[0].value < 0:
        return Expr(other, (left, Expr("*", (const(-right.args[0].value), right.args[1]))))
    if left.op == "neg" and expr.op == "+":
        return Expr("-", (right, left.args[0]))
    return None


def _nothing_left(expr: Expr) -> Expr | None:
    return const(0) if expr.op == "-" and expr.args[0] == expr.args[1] else None


def _one_constant(expr: Expr) -> Expr | None:
    """`1 + (2 - x)` as `3 - x`, `x + 1 - 3` as `x - 2`."""
    left, right = expr.args
    if expr.op == "+" and left.op == "const" and right.op == "-" and right.args[0].op == "const":
        return Expr("-", (const(left.value + right.args[0].value), right.args[1]))
    if right.op == "const" and left.op in ("+", "-") and left.args[1].op == "const":
        signs = [1 if op == "+" else -1 for op in (left.op, expr.op)]
        return Expr("+", (left.args[0], const(signs[0] * left.args[1].value + signs[1] * right.value)))
    return None


def _sum_without_parentheses(expr: Expr) -> Expr | None:
    """a + (b - c) is a + b - c, a - (b + c) is a - b - c."""
    left, right = expr.args
    if right.op not in ("+", "-"):
        return None
    first, second = right.args
    if expr.op == "+":
        return Expr(right.op, (Expr("+", (left, first)), second))
    return Expr("+", (Expr("-", (left, first)), second)) if right.op == "-" else None


def _constant_first(expr: Expr) -> Expr | None:
    left, right = expr.args
    return Expr("*", (right, left)) if right.op == "const" and left.op != "const" else None


def _trivial_factor(expr: Expr) -> Expr | None:
    left, right = expr.args
    if left == const(1):
        return right
    if left == const(0):
        return left
    return Expr("neg", (right,)) if left == const(-1) else None


def _without_parentheses(expr: Expr) -> Expr | None:
    """a + (b + c) prints without parentheses as a + b + c."""
    left, right = expr.args
    if right.op != expr.op:
        return None
    middle, last = right.args
    return Expr(expr.op, (Expr(expr.op, (left, middle)), last))


def _idle_one(expr: Expr) -> Expr | None:
    """`x // 1`, `x ** 1`."""
    return expr.args[0] if expr.args[1] == const(1) else None


def _idle_shift(expr: Expr) -> Expr | None:
    return expr.args[0] if expr.args[1] == const(0) else None


def _no_remainder(expr: Expr) -> Expr | None:
    return const(0) if expr.args[1] == const(1) else None


def _minus_minus(expr: Expr) -> Expr | None:
    """`--x` as `x`, `-(x - y)` as `y - x`."""
    inner = expr.args[0]
    if inner.op == "neg":
        return inner.args[0]
    return Expr("-", (inner.args[1], inner.args[0])) if inner.op == "-" else None


def _twice_the_same(expr: Expr) -> Expr | None:
    return expr.args[0] if expr.args[0] == expr.args[1] else None


def _no_bits(expr: Expr) -> Expr | None:
    """`x | 0`, `x ^ 0`."""
    left, right = expr.args
    if const(0) not in expr.args:
        return None
    return right if left == const(0) else left


def _negation(expr: Expr) -> Expr | None:
    inner = expr.args[0]
    if inner.op in OPPOSITE:
        return negated(inner)
    if inner.op == "not" and is_boolean(inner.args[0]):
        return inner.args[0]
    return Expr("not", inner.args) if inner.op == "int" else None


def _decided_junction(expr: Expr) -> Expr | None:
    """`c and 1`, `c or 1`, `c and c`."""
    for place, arg in enumerate(expr.args):
        other = expr.args[1 - place]
        if arg.op == "const":
            if bool(arg.value) == (expr.op == "or"):
                return const(int(bool(arg.value)))
            return other if is_boolean(other) else Expr("!=", (other, const(0)))
    return expr.args[0] if expr.args[0] == expr.args[1] and is_boolean(expr.args[0]) else None


def _int_once(expr: Expr) -> Expr | None:
    return expr.args[0] if expr.args[0].op in ("int", "const") else None


def _decided_choice(expr: Expr) -> Expr | None:
    condition, yes, no = expr.args
    if condition.op == "const":
        return yes if condition.value else no
    return yes if yes == no else None


def _plain_condition(expr: Expr) -> Expr | None:
    """`a if not c else b` as `b if c else a`."""
    condition, yes, no = expr.args
    if condition.op == "not":
        return Expr("if", (condition.args[0], no, yes))
    return Expr("if", (condition.args[0], yes, no)) if condition.op == "int" else None


def _choice_of_truths(expr: Expr) -> Expr | None:
    """`1 if c else 0` as `int(c)`."""
    condition, yes, no = expr.args
    if is_boolean(condition) and (yes, no) == (const(1), const(0)):
        return Expr("int", (condition,))
    if is_boolean(condition) and (yes, no) == (const(0), const(1)):
        return Expr("int", (negated(condition),))
    return None


def _one_member(expr: Expr) -> Expr | None:
    """`x in {3}` as `x == 3`."""
    if len(expr.value) != 1 or len(expr.args) != 1 or isinstance(expr.value[0], tuple):
        return None
    return Expr("==", (expr.args[0], Expr("const", (), expr.value[0])))


def _comparison(expr: Expr) -> Expr | None:
    """`x == x`, `3 < x`, `c == 1`."""
    left, right = expr.args
    if left == right:
        return const(int(expr.op in ("==", "<=", ">=")))
    if left.op == "const" and right.op != "const":
        return Expr(MIRROR[expr.op], (right, left))
    if is_boolean(left) and right.op == "const" and right.value in (0, 1) and expr.op in ("==", "!="):
        return left if (right.value == 1) == (expr.op == "==") else negated(left)
    return None


_SHORTER = Rules(
    for_each(" ".join(ASSOCIATIVE - {"+"}), _without_parentheses)
    | for_each("+ -", _without_zero, _without_signs, _nothing_left, _one_constant, _sum_without_parentheses)
    | for_each("*", _constant_first, _trivial_factor, _without_parentheses)
    | for_each("// **", _idle_one)
    | for_each("<< >>", _idle_shift)
    | for_each("%", _no_remainder)
    | for_each("neg", _minus_minus)
    | for_each("min max", _twice_the_same)
    | for_each("&", _twice_the_same, _without_parentheses)
    | for_each("|", _twice_the_same, _no_bits, _without_parentheses)
    | for_each("^", _no_bits, _without_parentheses)
    | for_each("not", _negation)
    | for_each("and or", _decided_junction, _without_parentheses)
    | for_each("int", _int_once)
    | for_each("if", _decided_choice, _plain_condition, _choice_of_truths)
    | for_each("in", _one_member)
    | for_each(" ".join(OPPOSITE), _comparison),
    everywhere=(_plain_numbers, _folded),
)
