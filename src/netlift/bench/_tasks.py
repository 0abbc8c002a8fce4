"""The 62 benchmark tasks: their rules, and sequences drawn as the paper draws them.

Michaud et al., Entropy 2024, 26, 1046. This is the only module of the package that knows a task by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.data._sequences import Sequences

Ints = NDArray[np.int64]
Rule = Callable[[Ints], Ints]
Draw = Callable[["Task", int, int, np.random.Generator], Ints]


def _uniform(task: "Task", count: int, length: int, rng: np.random.Generator) -> Ints:
    return rng.integers(task.low, task.high + 1, size=(count, length, task.streams))


def _without_repeats(task: "Task", count: int, length: int, rng: np.random.Generator) -> Ints:
    """Uniform sequences, no two the same. Raises InputError where there are not so many."""
    there_are = (task.high - task.low + 1) ** (length * task.streams)
    if there_are < count:
        wanted = f"{count:,} different sequences of length {length}"
        raise InputError(f"{task.name}: {wanted} were asked for, but there are {there_are:,}.")
    kept = np.zeros((0, length, task.streams), dtype=np.int64)
    while len(kept) < count:
        both = np.concatenate([kept, _uniform(task, count - len(kept), length, rng)])
        first = np.unique(both, axis=0, return_index=True)[1]
        kept = both[np.sort(first)]
    return kept


def _palindromes_first(task: "Task", count: int, length: int, rng: np.random.Generator) -> Ints:
    """Each sequence starts with a random palindrome of random length from 2 to `length`."""
    inputs = _uniform(task, count, length, rng)
    lengths = rng.integers(2, length + 1, size=(count, 1))
    steps = np.arange(length)
    mirror = np.where((steps < lengths) & (2 * steps >= lengths), lengths - 1 - steps, steps)
    return np.take_along_axis(inputs, mirror[:, :, None], axis=1)


@dataclass(frozen=True)
class Task:
    """A benchmark task: inputs from `low` to `high` on `streams` streams, and a causal rule.

    `function` maps inputs [N, T, D] to targets [N, T, K]; `rule` says it in words. `length` is that
    of the training sequences. The last two fields are what the paper and its comparison reported.
    """

    name: str
    streams: int
    low: int
    high: int
    length: int
    rule: str
    function: Rule
    solved_by_mips: bool
    solved_by_gpt4: bool
    draw: Draw = _uniform

    def sequences(self, count: int, rng: np.random.Generator, length: int | None = None) -> Sequences:
        """Newly drawn sequences with the rule's targets, of the training length unless told otherwise."""
        inputs = self.draw(self, count, self.length if length is None else length, rng)
        targets = self.function(inputs)
        lengths = np.full(count, inputs.shape[1], dtype=np.int64)
        return Sequences(inputs, targets, lengths, (None,) * self.streams, (None,) * targets.shape[2])


def get_task(name: str) -> Task:
    """The task of this name. Raises InputError, with the nearest name, where there is none."""
    if name in TASKS:
        return TASKS[name]
    near = get_close_matches(name, TASKS, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "`netlift tasks` lists the tasks."
    raise InputError(f"There is no task named {name!r}; {hint}")


def _lagged(x: Ints, lag: int) -> Ints:
    """`x` moved `lag` steps to the right, zeros before."""
    moved = np.zeros_like(x)
    moved[:, lag:] = x[:, : x.shape[1] - lag]
    return moved


def _window_sum(x: Ints, steps: int) -> Ints:
    return sum((_lagged(x, lag) for lag in range(steps)), np.zeros_like(x))


def _scan(step: Callable[[Ints, Ints], tuple[Ints, Ints]], x: Ints) -> Ints:
    """Outputs [N, T, 1] of a state that starts at zero: `step(state, x[t]) -> (state, output)`."""
    state = np.zeros(len(x), dtype=np.int64)
    outputs = []
    for t in range(x.shape[1]):
        state, output = step(state, x[:, t, 0])
        outputs.append(output)
    return np.stack(outputs, axis=1)[:, :, None]


def _addition(base: int, x: Ints) -> Ints:
    def step(carry: Ints, total: Ints) -> tuple[Ints, Ints]:
        return (total + carry) // base, (total + carry) % base

    return _scan(step, x.sum(axis=2, keepdims=True))


def _division(divisor: int, x: Ints) -> Ints:
    def step(rest: Ints, digit: Ints) -> tuple[Ints, Ints]:
        value = 2 * rest + digit
        return value % divisor, value // divisor

    return _scan(step, x)


def _majority(symbols: int, x: Ints) -> Ints:
    counts = (x == np.arange(symbols)).cumsum(axis=1)
    most: Ints = counts.argmax(axis=2)[:, :, None]
    return most


def _palindrome(x: Ints) -> Ints:
    length = x.shape[1]
    answers = [(x[:, : t + 1] == x[:, t::-1]).all(axis=(1, 2)) for t in range(length)]
    same: Ints = np.stack(answers, axis=1)[:, :, None].astype(np.int64)
    return same


def _balanced(x: Ints) -> Ints:
    depth: Ints = (1 - 2 * x).cumsum(axis=1)
    lost = np.minimum.accumulate(depth, axis=1) < 0
    balanced: Ints = ((depth == 0) & ~lost).astype(np.int64)
    return balanced


def _alternating(steps: int, x: Ints) -> Ints:
    whole = np.concatenate([np.zeros_like(x[:, : steps - 1]), x], axis=1)
    changes = whole[:, 1:] != whole[:, :-1]
    answers = [changes[:, t : t + steps - 1].all(axis=1) for t in range(x.shape[1])]
    return np.stack(answers, axis=1).astype(np.int64)


def _dithering(x: Ints) -> Ints:
    level = x.cumsum(axis=1) // 15
    return level - _lagged(level, 1)


def _spring(x: Ints) -> Ints:
    velocity = np.zeros(len(x), dtype=np.int64)
    position = np.zeros(len(x), dtype=np.int64)
    outputs = []
    for t in range(x.shape[1]):
        velocity = velocity + x[:, t, 0] - position
        position = position + velocity
        outputs.append(position)
    return np.stack(outputs, axis=1)[:, :, None]


def _magnetic(x: Ints) -> Ints:
    velocity = np.zeros((len(x), 2), dtype=np.int64)
    position = np.zeros((len(x), 2), dtype=np.int64)
    outputs = []
    for t in range(x.shape[1]):
        turn = np.stack([-velocity[:, 1], velocity[:, 0]], axis=1)
        velocity = velocity + x[:, t] + turn
        position = position + velocity
        outputs.append(position)
    return np.stack(outputs, axis=1)


def _twice_summed(push: int, x: Ints) -> Ints:
    return (x + push).cumsum(axis=1).cumsum(axis=1)


# name, streams, lowest and highest symbol, length, rule in words, rule, solved by MIPS, by GPT-4
_TASKS = (
    Task(
        "binary_addition",
        2,
        0,
        1,
        10,
        "t = a + b + carry; y = t % 2; carry = t // 2 (least significant digit first)",
        partial(_addition, 2),
        True,
        False,
    ),
    Task(
        "base_3_addition",
        2,
        0,
        2,
        10,
        "t = a + b + carry; y = t % 3; carry = t // 3 (least significant digit first)",
        partial(_addition, 3),
        False,
        False,
    ),
    Task(
        "base_4_addition",
        2,
        0,
        3,
        10,
        "t = a + b + carry; y = t % 4; carry = t // 4 (least significant digit first)",
        partial(_addition, 4),
        False,
        False,
    ),
    Task(
        "base_5_addition",
        2,
        0,
        4,
        10,
        "t = a + b + carry; y = t % 5; carry = t // 5 (least significant digit first)",
        partial(_addition, 5),
        False,
        False,
    ),
    Task(
        "base_6_addition",
        2,
        0,
        5,
        10,
        "t = a + b + carry; y = t % 6; carry = t // 6 (least significant digit first)",
        partial(_addition, 6),
        False,
        True,
    ),
    Task(
        "base_7_addition",
        2,
        0,
        6,
        10,
        "t = a + b + carry; y = t % 7; carry = t // 7 (least significant digit first)",
        partial(_addition, 7),
        False,
        False,
    ),
    Task("bitwise_xor", 2, 0, 1, 10, "y = a ^ b", lambda x: x[:, :, :1] ^ x[:, :, 1:], True, True),
    Task("bitwise_or", 2, 0, 1, 10, "y = a | b", lambda x: x[:, :, :1] | x[:, :, 1:], True, True),
    Task("bitwise_and", 2, 0, 1, 10, "y = a & b", lambda x: x[:, :, :1] & x[:, :, 1:], True, True),
    Task("bitwise_not", 1, 0, 1, 10, "y = 1 - x", lambda x: 1 - x, True, True),
    Task("parity_last2", 1, 0, 1, 10, "y = (x[t] + x[t-1]) % 2", lambda x: _window_sum(x, 2) % 2, True, True),
    Task(
        "parity_last3",
        1,
        0,
        1,
        10,
        "y = (x[t] + x[t-1] + x[t-2]) % 2",
        lambda x: _window_sum(x, 3) % 2,
        True,
        False,
    ),
    Task(
        "parity_last4",
        1,
        0,
        1,
        10,
        "y = (x[t] + ... + x[t-3]) % 2",
        lambda x: _window_sum(x, 4) % 2,
        False,
        False,
    ),
    Task(
        "parity_all",
        1,
        0,
        1,
        10,
        "y = (number of ones so far) % 2",
        lambda x: x.cumsum(axis=1) % 2,
        True,
        False,
    ),
    Task(
        "parity_zeros",
        1,
        0,
        1,
        10,
        "y = (number of zeros so far) % 2",
        lambda x: (1 - x).cumsum(axis=1) % 2,
        True,
        False,
    ),
    Task(
        "evens_counter",
        1,
        0,
        9,
        10,
        "y = number of even inputs so far",
        lambda x: (1 - x % 2).cumsum(axis=1),
        False,
        False,
    ),
    Task("sum_all", 1, 0, 99, 10, "y = sum of the inputs so far", lambda x: x.cumsum(axis=1), True, True),
    Task("sum_last2", 1, 0, 99, 10, "y = x[t] + ... + x[t-1]", lambda x: _window_sum(x, 2), True, False),
    Task("sum_last3", 1, 0, 99, 10, "y = x[t] + ... + x[t-2]", lambda x: _window_sum(x, 3), True, False),
    Task("sum_last4", 1, 0, 99, 10, "y = x[t] + ... + x[t-3]", lambda x: _window_sum(x, 4), True, True),
    Task("sum_last5", 1, 0, 99, 20, "y = x[t] + ... + x[t-4]", lambda x: _window_sum(x, 5), True, True),
    Task("sum_last6", 1, 0, 99, 20, "y = x[t] + ... + x[t-5]", lambda x: _window_sum(x, 6), True, True),
    Task("sum_last7", 1, 0, 99, 20, "y = x[t] + ... + x[t-6]", lambda x: _window_sum(x, 7), True, True),
    Task("current_number", 1, 0, 99, 10, "y = x[t]", lambda x: x.copy(), True, True),
    Task("prev1", 1, 0, 99, 10, "y = x[t-1]", lambda x: _lagged(x, 1), True, True),
    Task("prev2", 1, 0, 99, 10, "y = x[t-2]", lambda x: _lagged(x, 2), True, True),
    Task("prev3", 1, 0, 99, 10, "y = x[t-3]", lambda x: _lagged(x, 3), True, True),
    Task("prev4", 1, 0, 99, 10, "y = x[t-4]", lambda x: _lagged(x, 4), True, True),
    Task("prev5", 1, 0, 99, 20, "y = x[t-5]", lambda x: _lagged(x, 5), True, True),
    Task(
        "previous_equals_current",
        1,
        0,
        7,
        10,
        "y = 1 if x[t] == x[t-1] else 0 (drawn without repeated sequences)",
        lambda x: (x == _lagged(x, 1)).astype(np.int64),
        True,
        False,
        draw=_without_repeats,
    ),
    Task("diff_last2", 1, -100, 99, 10, "y = x[t] - x[t-1]", lambda x: x - _lagged(x, 1), True, False),
    Task(
        "abs_diff", 1, -100, 99, 10, "y = abs(x[t] - x[t-1])", lambda x: abs(x - _lagged(x, 1)), True, False
    ),
    Task("abs_current", 1, -100, 99, 10, "y = abs(x[t])", lambda x: abs(x), True, True),
    Task(
        "diff_abs_values",
        1,
        -100,
        99,
        10,
        "y = abs(x[t]) - abs(x[t-1])",
        lambda x: abs(x) - abs(_lagged(x, 1)),
        False,
        True,
    ),
    Task(
        "min_seen",
        1,
        0,
        9,
        10,
        "y = smallest input so far",
        lambda x: np.minimum.accumulate(x, axis=1),
        False,
        True,
    ),
    Task(
        "max_seen",
        1,
        0,
        99,
        10,
        "y = largest input so far",
        lambda x: np.maximum.accumulate(x, axis=1),
        False,
        True,
    ),
    Task(
        "majority_0_1",
        1,
        0,
        1,
        10,
        "y = the most frequent symbol so far; ties go to the lower symbol",
        partial(_majority, 2),
        False,
        True,
    ),
    Task(
        "majority_0_2",
        1,
        0,
        2,
        10,
        "y = the most frequent symbol so far; ties go to the lower symbol",
        partial(_majority, 3),
        False,
        False,
    ),
    Task(
        "majority_0_3",
        1,
        0,
        3,
        10,
        "y = the most frequent symbol so far; ties go to the lower symbol",
        partial(_majority, 4),
        False,
        False,
    ),
    Task("evens_detector", 1, 0, 9, 10, "y = 1 if x[t] is even else 0", lambda x: 1 - x % 2, False, True),
    Task(
        "perfect_square_detector",
        1,
        0,
        19,
        10,
        "y = 1 if x[t] is a perfect square (0, 1, 4, 9, 16) else 0",
        lambda x: np.isin(x, (0, 1, 4, 9, 16)).astype(np.int64),
        False,
        False,
    ),
    Task(
        "bit_palindrome",
        1,
        0,
        1,
        10,
        "y = 1 if x[0..t] reads the same backwards; each sequence starts with a random palindrome",
        _palindrome,
        False,
        True,
        draw=_palindromes_first,
    ),
    Task(
        "balanced_parenthesis",
        1,
        0,
        1,
        10,
        "0 opens, 1 closes; y = 1 where the prefix is balanced; 0 for good once more have closed than opened",
        _balanced,
        False,
        False,
    ),
    Task(
        "parity_bits_mod2",
        1,
        0,
        1,
        10,
        "y = t % 2, whatever the input (0, 1, 0, 1, ...)",
        lambda x: np.indices(x.shape)[1] % 2,
        False,
        True,
    ),
    Task(
        "alternating_last3",
        1,
        0,
        1,
        10,
        "y = 1 if x[t-2], x[t-1], x[t] is 0,1,0 or 1,0,1",
        partial(_alternating, 3),
        False,
        False,
    ),
    Task(
        "alternating_last4",
        1,
        0,
        1,
        10,
        "y = 1 if x[t-3..t] is 0,1,0,1 or 1,0,1,0",
        partial(_alternating, 4),
        False,
        True,
    ),
    Task("bit_shift_right", 1, 0, 1, 10, "y = x[t-1]", lambda x: _lagged(x, 1), True, True),
    Task(
        "bit_dot_prod_mod2",
        2,
        0,
        1,
        10,
        "y = (sum of a*b so far) % 2",
        lambda x: x.prod(axis=2, keepdims=True).cumsum(axis=1) % 2,
        True,
        False,
    ),
    Task(
        "div_3",
        1,
        0,
        1,
        10,
        "long division, most significant bit first: c = 2*c + x; y = c // 3; c = c % 3",
        partial(_division, 3),
        False,
        True,
    ),
    Task(
        "div_5",
        1,
        0,
        1,
        10,
        "long division, most significant bit first: c = 2*c + x; y = c // 5; c = c % 5",
        partial(_division, 5),
        False,
        False,
    ),
    Task(
        "div_7",
        1,
        0,
        1,
        10,
        "long division, most significant bit first: c = 2*c + x; y = c // 7; c = c % 7",
        partial(_division, 7),
        False,
        False,
    ),
    Task("add_mod_3", 1, 0, 2, 10, "y = (sum so far) % 3", lambda x: x.cumsum(axis=1) % 3, True, True),
    Task("add_mod_4", 1, 0, 3, 10, "y = (sum so far) % 4", lambda x: x.cumsum(axis=1) % 4, False, False),
    Task("add_mod_5", 1, 0, 4, 10, "y = (sum so far) % 5", lambda x: x.cumsum(axis=1) % 5, False, False),
    Task("add_mod_6", 1, 0, 5, 10, "y = (sum so far) % 6", lambda x: x.cumsum(axis=1) % 6, False, False),
    Task("add_mod_7", 1, 0, 6, 10, "y = (sum so far) % 7", lambda x: x.cumsum(axis=1) % 7, False, False),
    Task("add_mod_8", 1, 0, 7, 10, "y = (sum so far) % 8", lambda x: x.cumsum(axis=1) % 8, False, False),
    Task(
        "dithering",
        1,
        0,
        15,
        10,
        "y = S[t] // 15 - S[t-1] // 15, where S is the running sum",
        _dithering,
        False,
        True,
    ),
    Task(
        "newton_freebody",
        1,
        -10,
        10,
        10,
        "y = running sum of the running sum of x",
        partial(_twice_summed, 0),
        True,
        False,
    ),
    Task(
        "newton_gravity",
        1,
        -10,
        10,
        10,
        "y = running sum of the running sum of x - 1",
        partial(_twice_summed, -1),
        True,
        False,
    ),
    Task("newton_spring", 1, -10, 10, 10, "v += x - p; p += v; y = p", _spring, True, False),
    Task(
        "newton_magnetic",
        2,
        -10,
        10,
        10,
        "(vx, vy) += (fx - vy, fy + vx), both from the old v; p += v; y = (px, py), two outputs",
        _magnetic,
        False,
        False,
    ),
)

TASKS: Mapping[str, Task] = MappingProxyType({task.name: task for task in _TASKS})
