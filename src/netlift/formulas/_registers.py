"""Long linear recurrences modulo a number, shift registers and checksums, by linear algebra.

The output is fitted as a sum, modulo m, of the last n outputs and inputs (the smallest n for which the
equations have a solution). Modulo 2 the last bits are kept in one number and read through a mask. A
checksum whose whole register is the output is a shift and an exclusive or with one constant.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._draft import Draft, Variable
from netlift.formulas._expr import Expr, const, var
from netlift.formulas._feedback import offer_feedback
from netlift.formulas._modular import solve_field, solve_modulo
from netlift.formulas._problem import Problem
from netlift.formulas.writing._spell import normalise

Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]

_FARTHEST = 34
_LISTED = 4  # lags up to which outputs and inputs are kept under names of their own
_LARGEST = 256  # moduli
_ROWS = 1_500
_WIDEST = 40  # bits of a register


def search_registers(problem: Problem) -> None:
    """`y = (c1 * y1 + .. + d0 * x + ..) % m`, and `y = y1 << 1 ^ (K if top bit ^ x else 0)`."""
    if len(problem.names) != 1:
        return
    low, high = int(problem.target.min()), int(problem.target.max())
    if low < 0 or high < 1:
        return
    _search_checksum(problem, high)
    if problem.found or high >= _LARGEST:
        return
    _search_lags(problem, high + 1)


def _search_lags(problem: Problem, modulus: int) -> None:
    tree, y = problem.tree, problem.target
    x = problem.columns()[0]
    inputs, outputs = [x], [tree.lag(y, 0)]
    steps = int(tree.step.max())
    for lag in range(1, _FARTHEST + 1):
        inputs.append(tree.lag(inputs[-1], 0))
        where = np.flatnonzero(tree.step >= lag)[-_ROWS:]
        if lag > steps or len(where) < 4 * lag + 8:
            return
        table = np.column_stack([*inputs, *outputs, np.ones_like(y)])[where]
        factors = solve_modulo(table, y[where], modulus)
        if factors is not None:
            before = len(problem.found)
            _offer(problem, factors[: lag + 1], factors[lag + 1 : -1], factors[-1], modulus)
            if len(problem.found) > before:
                return
        outputs.append(tree.lag(outputs[-1], 0))


def _offer(problem: Problem, of_inputs: list[int], of_outputs: list[int], extra: int, modulus: int) -> None:
    """The recurrence with named lags, and, modulo 2, with registers."""
    lags = len(of_outputs)
    if modulus == 2 and lags > _LISTED:
        for draft in _registers(of_inputs, of_outputs, extra):
            if problem.offer(draft, "register"):
                return
    if lags > _LISTED:
        return
    terms = [(f, var("x" if lag == 0 else f"x{lag}")) for lag, f in enumerate(of_inputs)]
    terms += [(f, var(f"y{lag}")) for lag, f in enumerate(of_outputs, start=1)]
    whole = const(extra)
    for factor, name in terms:
        signed = factor - modulus if factor > modulus // 2 and modulus > 2 else factor
        if signed:
            whole = Expr("+", (whole, Expr("*", (const(signed), name))))
    update = normalise(Expr("%", (whole, const(modulus))))
    far_y = max((lag for lag, f in enumerate(of_outputs, start=1) if f), default=0)
    far_x = max((lag for lag, f in enumerate(of_inputs) if f), default=0)
    state = [Variable("y1", 0, update)] if far_y else []
    state += [Variable(f"y{n}", 0, var(f"y{n - 1}")) for n in range(2, far_y + 1)]
    state += [Variable(f"x{n}", 0, var("x" if n == 1 else f"x{n - 1}")) for n in range(1, far_x + 1)]
    output = var("y1'") if far_y else update
    problem.offer(Draft(problem.names, tuple(state), (output,)), "autoregression")


def _registers(of_inputs: list[int], of_outputs: list[int], extra: int) -> Iterator[Draft]:
    """One number for the last outputs, one for the last inputs, or one for the last of what is fed back."""
    now = [var("x")] if of_inputs[0] else []
    now += [const(1)] if extra else []
    past_x, past_y = of_inputs[1:], of_outputs
    if not any(past_x) and not any(past_y):
        return
    if not any(past_x):
        bit = _parity([_masked("s", past_y), *now])
        yield Draft(("x",), (Variable("s", 0, _pushed("s", bit, past_y)),), (bit,))
    elif not any(past_y):
        bit = _parity([_masked("s", past_x), *now])
        yield Draft(("x",), (Variable("s", 0, _pushed("s", var("x"), past_x)),), (bit,))
    else:
        if past_y == of_inputs[:-1] and not of_inputs[-1] and not extra and any(past_y[1:]):
            mixed = Expr("^", (var("x"), var("y1")))
            past = past_y[1:]
            bit = _parity([_masked("s", past), *([var("x"), var("y1")] if past_y[0] else [])])
            yield Draft(
                ("x",),
                (Variable("y1", 0, bit), Variable("s", 0, _pushed("s", mixed, past))),
                (var("y1'"),),
            )
        bit = _parity([_masked("s", past_y), _masked("t", past_x), *now])
        state = (
            Variable("s", 0, _pushed("s", bit, past_y)),
            Variable("t", 0, _pushed("t", var("x"), past_x)),
        )
        yield Draft(("x",), state, (bit,))


def _masked(name: str, past: list[int]) -> Expr:
    """How many of the chosen last bits are set; lag 1 is the lowest bit."""
    mask = sum(bit << place for place, bit in enumerate(past))
    used = max(place for place, bit in enumerate(past) if bit) + 1
    kept = var(name) if mask == (1 << used) - 1 else Expr("&", (var(name), const(mask)))
    return Expr("bit_count", (kept,))


def _parity(parts: list[Expr]) -> Expr:
    whole = parts[0]
    for part in parts[1:]:
        whole = Expr("+", (whole, part))
    return Expr("%", (whole, const(2)))


def _pushed(name: str, bit: Expr, past: list[int]) -> Expr:
    """The register with one more bit; the oldest falls out."""
    used = max(place for place, chosen in enumerate(past) if chosen) + 1
    return Expr("%", (Expr("+", (Expr("*", (const(2), var(name))), bit)), const(1 << used)))


def _search_checksum(problem: Problem, high: int) -> None:
    """The output is a register, shifted up or down, with a constant added without carry in some steps."""
    tree, y = problem.tree, problem.target
    later = tree.step >= 1
    bits = high.bit_length()
    if not later.any() or not 3 <= bits <= _WIDEST:
        return
    x, last = problem.columns()[0], tree.lag(y, 0)
    width = max(1, int(x.max()).bit_length())
    if int(x.min()) < 0:
        return
    full = (1 << bits) - 1
    y1 = var("y1")
    shifts = (
        (last << 1 & full, Expr("%", (Expr("*", (const(2), y1)), const(full + 1)))),
        (last >> 1, Expr("//", (y1, const(2)))),
    )
    for shifted, moved in shifts:
        change = (y ^ shifted)[later]
        added = np.unique(change)
        if not 2 <= len(added) <= 2 or int(added[0]) != 0:
            continue
        columns = [x >> n & 1 for n in range(width)] + [last >> n & 1 for n in range(bits)]
        table = np.column_stack([*columns, np.ones_like(y)])[later]
        factors = solve_field(table[-_ROWS:], (change != 0).astype(np.int64)[-_ROWS:], 2)
        if factors is None:
            continue
        chosen = [sum(int(f) << n for n, f in enumerate(part)) for part in np.split(factors[:-1], [width])]
        condition = _condition(chosen[0], chosen[1], bits, int(factors[-1]))
        if condition is None:
            continue
        for test in condition:
            update = Expr("if", (test, Expr("^", (moved, const(int(added[1])))), moved))
            offer_feedback(problem, update, [], "checksum")


def _condition(of_x: int, of_last: int, bits: int, extra: int) -> list[Expr] | None:
    """When the constant is added: where chosen bits of the input and the register are odd in number."""
    if not of_last:
        return None
    top = 1 << (bits - 1)
    x, y1 = var("x"), var("y1")
    tests = []
    low = Expr("%", (x, const(2))) if of_x == 1 else None
    if of_x == 1 and of_last in (1, top):
        bit = Expr("//", (y1, const(top))) if of_last == top else Expr("%", (y1, const(2)))
        tests += [Expr("==" if extra else "!=", (bit, side)) for side in (x, low) if side is not None]
    parts = [Expr("bit_count", (Expr("&", (y1, const(of_last))),))]
    if of_x:
        parts.append(Expr("bit_count", (Expr("&", (x, const(of_x))),)))
    parts += [const(1)] if extra else []
    tests.append(Expr("==", (_parity(parts), const(1))))
    return tests
