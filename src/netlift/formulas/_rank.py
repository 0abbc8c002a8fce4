"""Which of several exact programs a person would rather read."""

from collections.abc import Sequence

from netlift.formulas._expr import Expr, const, is_boolean, size, var, variables, walk
from netlift.formulas._operators import AUGMENTED, OPERATORS, OPPOSITE, ROOT
from netlift.formulas._recurrence import Append, Assign, Emit, Increment, Recurrence, Statement
from netlift.formulas._statements import assignments, expressions_of


def description_length(recurrence: Recurrence) -> float:
    """Syntax-tree nodes of the printed recurrence, plus a prior on idioms.

    The prior charges start values other than 0, truth values used as numbers, divisions by unequal
    constants, unusual operators and every further distinct constant.

    The unit is a node of the syntax tree. The weights were chosen by hand, not fitted: a comment says which
    other form of the same rule each one weighs against. Only the order of programs matters.
    """
    nodes = sum(_nodes(s) for s in recurrence.body)
    # `s = 0` is three nodes; a list takes three more, for its display or its repetition
    nodes += sum(3 if isinstance(v, int) else 6 for _, v in recurrence.initial)
    expressions = [e for s in recurrence.body for e in expressions_of(s)]
    parts = [p for e in expressions for p in walk(e)]
    prior = sum(
        _START_COST if v not in (0, ()) and isinstance(v, int) else 0.0 for _, v in recurrence.initial
    )
    prior += sum(_unusual(p) for p in parts)
    # 0 needs no thought, 1 and 2 little; any other number is one more fact to remember, wherever it is used
    constants = {p.value for p in parts if p.op == "const"}
    prior += sum((0.0, 0.5, 1.0)[abs(c)] if abs(c) <= 2 else 2.0 for c in constants)
    # digits of two bases at once: more than a node each, for the reader has to relate them
    divisors = {p.args[1] for p in parts if p.op in ("//", "%")}
    prior += 3.0 * max(0, len(divisors) - 1)
    both = {(p.args[0], p.args[1]) for p in parts if p.op == "//"} & {
        (p.args[0], p.args[1]) for p in parts if p.op == "%"
    }
    prior -= 4.0 if both else 0.0  # division with remainder is one idea: the second of its lines comes free
    prior += sum(_counts_backwards(s) for s in recurrence.body)
    prior += sum(_is_remote(s) for s in recurrence.body)
    return nodes + prior


def chosen_numbers(recurrence: Recurrence) -> int:
    """How many numbers of a formula could have been others: constants beyond 1, and starts besides.

    What a table looks up and a condition chooses are answers, and are not counted.
    """
    parts = [p for s in recurrence.body for e in expressions_of(s) for p in walk(e)]
    operands = (a for p in parts for a in (p.args[:1] if p.op == "if" else p.args))
    constants = {a.value for a in operands if a.op == "const" and abs(a.value) > 1}
    starts = {v for _, v in recurrence.initial if isinstance(v, int) and v != 0}
    return len(constants | starts)


# A start other than 0 has to be explained; less than a line more, so that `largest = -1` still beats a flag.
_START_COST = 2.5
# The number that stands for a string means nothing: more than the three nodes of a comparison with it.
_NUMBER_PLAY = 5.0
_AS_IT_IS = {"==", "!=", "in", "table", "if"}


def number_play(recurrence: Recurrence, named_inputs: Sequence[bool], named_outputs: Sequence[bool]) -> float:
    """The charge for arithmetic on numbers that only stand for strings."""
    names = {n for n, named in zip(recurrence.inputs, named_inputs, strict=False) if named}
    charge = 0.0
    for statement in recurrence.body:
        for part in (p for e in expressions_of(statement) for p in walk(e)):
            plain = part.op in _AS_IT_IS
            if part.op in ("==", "!="):
                plain = all(a.op in ("var", "const") for a in part.args)
                plain = plain and not _is_other_code(part, names, recurrence)
            if not plain:
                charge += _NUMBER_PLAY * sum(a.op == "var" and a.value in names for a in part.args)
        if isinstance(statement, Emit):
            for value, named in zip(statement.values, named_outputs, strict=False):
                charge += _computed(value, recurrence) if named else 0.0
    return charge


def _is_other_code(comparison: Expr, names: set[str], recurrence: Recurrence) -> bool:
    """Whether the number of a string is compared with a variable that holds something else."""
    one, other = comparison.args
    if not all(a.op == "var" for a in comparison.args) or (one.value in names) == (other.value in names):
        return False
    held = other.value if one.value in names else one.value
    kept = [value for target, value in assignments(recurrence) if target == held]
    return not any(value.op == "var" for value in kept)


def is_golf(recurrence: Recurrence, named_inputs: Sequence[bool], named_outputs: Sequence[bool]) -> bool:
    """Whether a program is short because something in it means something else than it says."""
    if number_play(recurrence, named_inputs, named_outputs):
        return True
    if any(
        _is_coded(target, value) or _is_shifted(target, value) for target, value in assignments(recurrence)
    ):
        return True
    expressions = [e for s in recurrence.body for e in expressions_of(s)]
    return any(map(_plays, (p for e in expressions for p in walk(e))))


def _is_coded(target: str, value: Expr) -> bool:
    """Whether arithmetic only tells apart what a variable stands for.

    So it is where a part of what takes the variable itself away is divided, as in `s = (x - s) // 2`, where a
    truth value is added to other things than a count, as in `s = (s <= x) + 1 - x`, and where what becomes of
    the variable is computed from the input that it was compared with, as in `if s == x: s = 1 - x`.
    """
    if value.op == "if" and is_boolean(value.args[0]):
        compared = value.args[0].args
        compared_with = {a.value for a in compared if a.op == "var" and a.value != target}
        if var(target) in compared and any(b.args and compared_with & variables(b) for b in value.args[1:]):
            return True
    for part in walk(value):
        if part.op in ("//", ">>"):
            taken = [term for sign, term in _summands(part.args[0]) if sign < 0]
            if any(target in variables(term) for term in taken):
                return True
    terms = [term for _, term in _summands(value)]
    others = [term for term in terms if not is_boolean(term) and term.op != "const"]
    return any(map(is_boolean, terms)) and bool(others) and var(target) not in terms


def _is_shifted(target: str, value: Expr) -> bool:
    """Whether a variable holds a remainder of itself moved by a constant, as in `s = (s - x) % 3 - 1`.

    The constant counts one thing up and another down without saying so.
    """
    terms = [term for _, term in _summands(value)]
    turned = [term for term in terms if term.op == "%" and target in variables(term.args[0])]
    return len(terms) == 2 and len(turned) == 1 and any(term.op == "const" for term in terms)


def _summands(value: Expr, sign: int = 1) -> list[tuple[int, Expr]]:
    """What is added up (1) and taken away (-1)."""
    match value.op:
        case "+" | "-":
            second = sign if value.op == "+" else -sign
            return _summands(value.args[0], sign) + _summands(value.args[1], second)
        case "neg":
            return _summands(value.args[0], -sign)
    return [(sign, value)]


def _plays(part: Expr) -> bool:
    """The golf of one node: bits of a sum, truth values or choices inside arithmetic, equations to solve."""
    if part.op in AUGMENTED and any(a.op == "if" for a in part.args):
        return True
    if part.op in ("&", "|", "^"):
        if any(a.op == "const" and a.value not in (0, 1) for a in part.args):
            return True
        one, other = part.args
        pairs = ((one, other), (other, one))
        if part.op == "^" and any(is_boolean(a) and variables(a) & variables(b) for a, b in pairs):
            return True  # `s ^= s == x`: whether it changes hangs on what it is
        return any(a.args and a.op not in ("&", "|", "^") and not _is_bit(a) for a in part.args)
    if part.op in AUGMENTED and part.op != "+":
        return any(is_boolean(a) for a in part.args)
    if part.op in ("==", "!="):
        one, other = part.args
        pairs = ((one, other), (other, one))
        return any(a.op in ("+", "-") and variables(a) & variables(b) for a, b in pairs)
    return part.op == "bit_count" and part.args[0].op == "var"


def _computed(value: Expr, recurrence: Recurrence, above: frozenset[str] = frozenset()) -> float:
    """The charge for an output that stands for a string: none where it is chosen, not computed.

    `above` are the variables on the way to `value`; one that keeps its own value is charged once.
    """
    match value.op:
        case "const" | "table":
            return 0.0
        case "if":
            return sum(_computed(branch, recurrence, above) for branch in value.args[1:])
        case "int":
            return 0.0 if is_boolean(value.args[0]) else _NUMBER_PLAY
        case "var" if value.value in above:
            return 0.0
        case "var":
            own = [v for target, v in assignments(recurrence) if target == value.value and v.op != "var"]
            return sum(_computed(v, recurrence, above | {value.value}) for v in own)
    return 0.0 if is_boolean(value) else _NUMBER_PLAY


def _nodes(statement: Statement) -> float:
    match statement:
        case Assign(targets, values):
            if len(targets) > 1:  # the statement and its two tuples
                return 3 + len(targets) + sum(size(v) for v in values)
            value = values[0]
            if value.op in AUGMENTED and value.args[0] == var(targets[0]):
                return 3 + size(value.args[1])
            return 2 + size(value)
        case Increment(_, index, amount):  # statement, subscript, two names, operator
            return 5 + size(index) + size(amount)
        case Append(_, value, keep):  # statement, call, attribute, name; and `history = history[-n:]`
            return 5 + size(value) + (0 if keep is None else 8)
        case Emit(values):  # the same but for the name; half a node for the `int` around a truth value
            return 4 + sum(size(v) + 0.5 * is_boolean(v) for v in values)


# Golf: what is short because it means something else than it says. Each weighs against the plain rule that it
# stands for, and none of them is in the 62 programs of the benchmark (tests/formulas/test_golf.py).
_OUTSIDE_COUNTS = 4.0  # `(x > s) - x`: with 3.5 for the truth value, a branch of `if x > s:` is no dearer
_MIXED = 2.0  # `s | max(s, 2)`, `x ^ s + 1`: bits of a sum or a clip; with 1.0 as before, a comparison
_BITS_OF_A_CODE = (
    2.0  # `x.bit_count()` for "is it the fourth": with 2.0 of the operator, a comparison and more
)
_WITHIN = 2.0  # `2 * (1 if c else s) % 3`: a choice inside arithmetic is read inside out
_OF_ITSELF = 4.0  # `s == 16 - s` for `s == 8`: the reader has to solve it; the plain form is two nodes

# Of what is no operator. A table says nothing of why: a rule of up to eight nodes more is preferred. A set
# of exceptions costs as much as a comparison, and half a node a member (below).
CHARGE = {"table": 8.0, "in": 3.0}


def _unusual(part: Expr) -> float:
    """What a reader stumbles over in one node."""
    charge = OPERATORS[part.op].charge if part.op in OPERATORS else CHARGE.get(part.op, 0.0)
    if part.op == "in":
        charge += 0.5 * len(part.value)
    if part.op in AUGMENTED:
        # a truth value used as a number costs what `1 if c else 0` does: three nodes and the charge of `if`
        charge += sum(3.5 for a in part.args if is_boolean(a))
        if part.op not in ("+", "&", "|", "^"):
            counted = part.op == "-" and part.args[0].op == "var"  # counting down
            charge += 0.0 if counted else sum(_OUTSIDE_COUNTS for a in part.args if is_boolean(a))
        charge += sum(_WITHIN for a in part.args if a.op == "if")
        if part.op == "+" and is_boolean(part.args[1]) and part.args[0].op == "var":
            charge -= 3.0  # counting by adding a condition is what people write: nearly all of it comes back
    if part.op == "-" and part.args[0] == const(1) and part.args[1].op == "%":
        charge += 1.5  # 1 - x % 2 is a condition in disguise: `x % 2 == 0` has as many nodes and shall win
    if part.op == "%" and part.args[0].op in ("+", "-") and part.args[0].args[1].op == "const":
        charge += 1.0  # an offset before the remainder: `(x + 1) % 2` is `x % 2 == 0`
    if part.op in ("&", "|", "^"):
        charge += sum(3.5 for a in part.args if a.op == "const")  # a mask: binary digits in the head
        # the bits of a computed number; of one that is a bit itself they are plain
        computed = [a for a in part.args if a.args and a.op not in ("&", "|", "^")]
        charge += sum(1.0 if _is_bit(a) else 1.0 + _MIXED for a in computed)
    if part.op == "bit_count" and part.args[0].op == "var":
        charge += _BITS_OF_A_CODE
    if part.op == "**" and part.args[0].op == "isqrt" and part.args[1] == const(2):
        charge -= ROOT  # `x == isqrt(x) ** 2` is how one tests for squares
    if part.op == "*" and all(a.op == "var" for a in part.args):
        charge += 0.75  # `x * s` of bits: `x and s`, `x & s` say what is meant
    if part.op == "*" and part.args[0].op != "const" and any(a.args for a in part.args):
        charge += 3.0  # a product of computed numbers hides conditions, as `(1 - x) * s` does
    if part.op in OPPOSITE:
        charge += sum(2.0 for a in part.args if is_boolean(a))  # a comparison of comparisons
        charge += sum(0.25 for a in part.args if a.args)  # of two of one size, the one that compares names
    if part.op in ("==", "!="):
        one, other = part.args
        solved = any(
            a.op in ("+", "-") and variables(a) & variables(b) for a, b in ((one, other), (other, one))
        )
        charge += _OF_ITSELF if solved else 0.0
    if part.op in ("//", "%"):
        divisor = part.args[1]
        if divisor.op != "const":
            charge += 3.0  # may be 0: readers look for what keeps it off
        elif divisor.value < 0:
            charge += 4.0  # few know which way Python rounds there
        if part.op == "%" and part.args[0].op in ("+", "-"):
            charge += 0.5 if part.args[0].op == "+" else 1.5  # of a difference, its sign takes thought
    if part.op in ("min", "max", "abs") and any(a.args for a in part.args):
        charge += 0.5  # beyond plain names, two things happen in one call
        charge += sum(2.0 for a in part.args if a.op == "const" and a.value != 0)  # a clip other than at 0
    return charge


def _is_bit(value: Expr) -> bool:
    """Whether a computed value reads as a binary digit: a condition, `1 - x`, `x % 2`."""
    if is_boolean(value):
        return True
    flipped = value.op == "-" and value.args[0] == const(1) and value.args[1].op == "var"
    return flipped or (value.op == "%" and value.args[1] == const(2))


def _counts_backwards(statement: Statement) -> float:
    """`s = x - s`: a state variable that is subtracted from something flips at every step."""
    if not isinstance(statement, Assign) or len(statement.targets) != 1:
        return 0.0
    target, value = statement.targets[0], statement.values[0]
    subtracted = any(p.op == "-" and target in variables(p.args[1]) for p in walk(value))
    # as much as a further divisor: `s = x - s; s % 3` is shorter than division by three, and explains nothing
    return 3.0 if subtracted and value != Expr("-", (const(1), var(target))) else 0.0


def _is_remote(statement: Statement) -> float:
    """An update by a truth value stored as a number, in some of its cases or in all."""
    if isinstance(statement, Assign):
        # half a node more than where it is used at once (3.5): here the reader has to keep it in mind
        return sum(4.0 for v in statement.values for case in _cases(v) if is_boolean(case))
    return 0.0


def _cases(value: Expr) -> list[Expr]:
    """The values of the branches of nested conditions."""
    return [c for arg in value.args[1:] for c in _cases(arg)] if value.op == "if" else [value]
