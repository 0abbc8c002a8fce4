"""A machine over several streams as small ones over one stream each: switches, timers, and what they make."""

from itertools import product

import numpy as np

from netlift.formulas import Behaviour, Candidate
from netlift.formulas._behaviour import Work
from netlift.formulas._problem import pose
from netlift.formulas._streams import part_of, search_streams
from netlift.program import Program, print_program
from netlift.states import Machine

RNG = np.random.default_rng(5)
BANDS = ("cold", "mild", "warm")


def alarm(word: list[tuple[int, int]], silent: int = 3) -> list[int]:
    """On once warm, off once cold, silent for some steps from a press on; said otherwise than found."""
    outputs, last_press, on = [], -silent, False
    for step, (band, pressed) in enumerate(word):
        on = on if band == 1 else band == 2
        last_press = step if pressed else last_press
        outputs.append(int(on and step - last_press >= silent))
    return outputs


def machine_of(silent: int = 3) -> Machine:
    """The same as tables: whether it is on, and for how many more steps it is silent."""
    states = list(product((0, 1), range(silent)))
    letters = list(product(range(3), range(2)))
    moves, answers = [], []
    for on, left in states:
        rows = [
            ((on if band == 1 else int(band == 2)), (silent if pressed else left))
            for band, pressed in letters
        ]
        moves.append([states.index((is_on, max(quiet - 1, 0))) for is_on, quiet in rows])
        answers.append([[int(is_on and quiet == 0)] for is_on, quiet in rows])
    return Machine(np.array(letters), np.array(moves), np.array(answers)).minimised()


def found(machine: Machine, named: tuple[bool, ...]) -> list[Candidate]:
    """What the search offers."""
    words = np.stack([RNG.integers(0, 3, (400, 12)), RNG.integers(0, 5, (400, 12)) == 0], axis=2)
    words = words.astype(np.int64)
    problem = pose(Behaviour(words, machine.run(words), machine, named_inputs=named), 0, Work(10**9))
    search_streams(problem)
    return problem.found


def test_parts_are_what_one_stream_drives() -> None:
    machine = machine_of()
    assert machine.states == 6
    assert part_of(machine, 0).max() == 1
    assert part_of(machine, 1).max() == 2


def test_a_switch_and_a_timer_are_told_apart() -> None:
    (best, *_) = found(machine_of(), (True, False))
    assert best.closed
    program = Program(print_program(best.recurrence, (), (BANDS, None), (None,)))
    body = program.source.split("def program")[1].split("return")[0]
    assert "is_on = " in body
    assert "is_on and b == 0 and (steps_left == 0)" in body
    assert "max(steps_left - 1, 0)" in body
    word = [
        (int(a), int(b)) for a, b in zip(RNG.integers(0, 3, 300), RNG.integers(0, 6, 300) == 0, strict=True)
    ]
    assert program([(BANDS[a], b) for a, b in word]) == alarm(word)


def test_words_alone_tell_a_switch_and_a_timer() -> None:
    words = np.stack([RNG.integers(0, 3, (400, 12)), RNG.integers(0, 5, (400, 12)) == 0], axis=2)
    words = words.astype(np.int64)
    outputs = np.array([alarm([(a, b) for a, b in word]) for word in words.tolist()])
    problem = pose(Behaviour(words, outputs[..., None], named_inputs=(True, False)), 0, Work(10**9))
    search_streams(problem)
    (best, *_) = problem.found
    program = Program(print_program(best.recurrence, (), (BANDS, None), (None,)))
    assert "steps_left == 0" in program.source
    bands, presses = RNG.integers(0, 3, 300).tolist(), RNG.integers(0, 6, 300).tolist()
    word = [(band, int(press == 0)) for band, press in zip(bands, presses, strict=True)]
    assert program([(BANDS[a], b) for a, b in word]) == alarm(word)


def test_numbers_alone_are_left_to_others() -> None:
    assert found(machine_of(), (False, False)) == []


def test_streams_that_work_on_one_another_are_not_taken_apart() -> None:
    letters = list(product(range(3), range(2)))
    moves = np.array([[(state + a * b) % 3 for a, b in letters] for state in range(3)])
    machine = Machine(np.array(letters), moves, (moves == 0).astype(np.int64)[:, :, None])
    assert found(machine, (True, False)) == []
