"""Many outputs, each of which some inputs set, some clear and some flip: one rule for each output."""

import numpy as np

from netlift.formulas import Behaviour, search
from netlift.formulas._behaviour import Work
from netlift.formulas._effects import search_effects
from netlift.formulas._problem import Problem, pose
from netlift.program import Program, print_program

OUTPUTS = 20
RNG = np.random.default_rng(4)
KINDS = RNG.choice(["set", "clear", "keep", "keep", "flip"], size=(OUTPUTS, 5))


def happened(word: list[int], kinds: list[str], start: int = 0) -> list[int]:
    """What an output does, said in another way than the search says it."""
    value, found = start, []
    for x in word:
        value = {"set": 1, "clear": 0, "keep": value, "flip": 1 - value}[kinds[x]]
        found.append(value)
    return found


def posed(words: np.ndarray, outputs: np.ndarray) -> Problem:
    return pose(Behaviour(words[..., None], outputs[..., None]), 0, Work(10**8))


def test_twenty_outputs_are_a_rule_each_and_no_arithmetic() -> None:
    words = RNG.integers(0, 5, size=(300, 12))
    outputs = np.array(
        [[happened(word, kinds) for kinds in KINDS.tolist()] for word in words.tolist()]
    ).transpose(0, 2, 1)
    found = search(Behaviour(words[..., None], outputs), seed=0)[0]
    assert found.strategy == "effects"
    program = Program(print_program(found.recurrence))
    longer = RNG.integers(0, 5, size=200).tolist()
    expected = zip(*(happened(longer, kinds) for kinds in KINDS.tolist()), strict=True)
    assert [tuple(step) for step in program(longer)] == list(expected)
    body = program.source.split("def program")[1].split("return")[0]
    assert not any(sign in body for sign in ("//", "%", "^", "isqrt", "bit_count", ">>"))


def test_an_output_that_begins_set() -> None:
    words = RNG.integers(0, 3, size=(200, 8))
    kinds = ["clear", "keep", "flip"]
    problem = posed(words, np.array([happened(word, kinds, 1) for word in words.tolist()]))
    search_effects(problem)
    assert len(problem.found) == 1
    assert problem.found[0].recurrence.initial[0][1] == 1


def test_several_streams_are_looked_up_together() -> None:
    words = RNG.integers(0, 3, size=(300, 8, 2))
    joint = (3 * words[..., 0] + words[..., 1]).tolist()
    kinds = ["keep"] * 9
    kinds[4], kinds[8] = "set", "clear"
    outputs = np.array([happened(word, kinds) for word in joint])
    problem = pose(Behaviour(words, outputs[..., None]), 0, Work(10**8))
    search_effects(problem)
    assert [one.strategy for one in problem.found] == ["effects"]


def test_what_remembers_more_is_not_offered() -> None:
    words = RNG.integers(0, 2, size=(200, 8))
    outputs = (np.cumsum(words, axis=1) % 3 == 0).astype(np.int64)
    problem = posed(words, outputs)
    search_effects(problem)
    assert problem.found == []
