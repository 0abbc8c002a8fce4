"""What was golf once, rule by rule: what the search prints for the same machines today."""

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pytest

from netlift.formulas import Behaviour, search
from netlift.formulas._rank import is_golf
from netlift.program import print_program
from netlift.states import Machine

Step = Callable[[Any, Any], tuple[Hashable, int]]


def first_printed(step: Step, start: Hashable, events: tuple[Any, ...], named: bool) -> tuple[str, bool]:
    """The program for a machine that answers 1 and 0 (or numbers), and whether it is golf."""
    numbers, order, moves, says = {start: 0}, [start], [], []
    for state in order:
        row = [step(state, event) for event in events]
        for after, _ in row:
            if after not in numbers:
                numbers[after] = len(order)
                order.append(after)
        moves.append([numbers[after] for after, _ in row])
        says.append([[answer] for _, answer in row])
    machine = Machine(np.arange(len(events))[:, None], np.array(moves), np.array(says)).minimised()
    words = np.random.default_rng(0).integers(0, len(events), size=(300, 14, 1))
    flags = (named,)
    behaviour = Behaviour(words, machine.run(words), machine, named_inputs=flags, named_outputs=(False,))
    recurrence = search(behaviour, seed=0, budget=5_000_000)[0].recurrence
    source = print_program(recurrence, (), (events if named else None,), (None,))
    source = source[: source.index("# As a script")]
    return source, is_golf(recurrence, (named,), (False,))


def runs(state: int, x: Any) -> tuple[int, int]:
    """0*1*0*1*: at most four runs."""
    after = state if state == 4 or state % 2 == int(x) else state + 1
    return after, int(after < 4)


def alternates(state: int, x: Any) -> tuple[int, int]:
    """(10)*: state 2 is lost."""
    after = 1 - state if state < 2 and int(x) == 1 - state else 2
    return after, int(after == 0)


def difference(state: int, x: Any) -> tuple[int, int]:
    """Zeros less ones, modulo 3."""
    after = (state + 1 - 2 * int(x)) % 3
    return after, int(after == 0)


def both_even(state: tuple[bool, bool], x: Any) -> tuple[tuple[bool, bool], int]:
    """An even number of zeros and of ones."""
    after = (state[0] ^ (int(x) == 0), state[1] ^ (int(x) == 1))
    return after, int(after == (False, False))


def fourth_letter(state: int, x: str) -> tuple[int, int]:
    """How often "d" came, modulo 3."""
    after = (state + (x == "d")) % 3
    return after, after


def even(state: bool, x: str) -> tuple[bool, int]:
    """An even number of "b"."""
    after = state ^ (x == "b")
    return after, int(not after)


def latch(state: int, x: int) -> tuple[int, int]:
    """0 sets, 1 clears, 2 keeps."""
    after = state if x == 2 else 1 - x
    return after, after


def every_fourth(state: int, x: str) -> tuple[int, int]:
    """Every fourth tick."""
    return ((state + 1) % 4, int(state == 3)) if x == "tick" else (state, 0)


# What was printed, and what a person writes: ../shared/readable.md.
ROWS = [
    ("s | max(s, 2) if x == 0 else s % 3", runs, 0, (0, 1), ["MOVES", "0*(11*(00*1*)?)?", "state < 4"]),
    ("s = (x > s) - x", alternates, 0, (0, 1), ["(10)*", "state == 0"]),
    ("s = (s - x) % 3 - 1", difference, 0, (0, 1), ["(total + x + 1) % 3"]),
    ("parity ^= x + 1", both_even, (False, False), (0, 1), ["odd_zeros = not odd_zeros", "not odd_ones and"]),
    ("v + x.bit_count() - min(x, 1)", fourth_letter, 0, ("a", "b", "c", "d"), ['if x == "d":']),
    ("parity ^= CODE[x]", even, False, ("a", "b", "c"), ["odd_b = not odd_b", 'if x == "b":']),
    ("parity ^= parity == x", latch, 0, (0, 1, 2), ["if x != 2:", "s = 1 - x"]),
    ("s, t, v = t - 1, -v, s + t - v", every_fourth, 0, ("tick", "other"), ['if x == "tick"', "3"]),
]


@pytest.mark.parametrize(("golf", "step", "start", "events", "plain"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row_of_golf_is_gone(
    golf: str, step: Step, start: Hashable, events: tuple[Any, ...], plain: list[str]
) -> None:
    source, still = first_printed(step, start, events, isinstance(events[0], str))
    assert not still
    assert golf not in source
    assert "CODE" not in source
    for part in plain:
        assert part in source, source
