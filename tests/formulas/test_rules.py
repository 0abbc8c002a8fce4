"""Programs for event logs: a rule for each symbol, thresholds, shared state, small machines as tables."""

import numpy as np
from numpy.typing import NDArray

from netlift.formulas import Behaviour, Candidate, search
from netlift.program import print_program
from netlift.states import Machine

Ints = NDArray[np.int64]


def best(words: Ints, answers: Ints, machine: Machine | None = None, **named: tuple[bool, ...]) -> Candidate:
    """The most readable exact recurrence."""
    return search(Behaviour(words, answers, machine=machine, **named), seed=0)[0]  # type: ignore[arg-type]


def printed(candidate: Candidate, outputs: int = 1) -> str:
    """The body of the program."""
    source = print_program(candidate.recurrence, (), (None,), (None,) * outputs)
    return source[source.index("def program") : source.index("\n\nif __name__")]


def test_events_have_a_rule_each() -> None:
    """Depth of brackets, 0 opens, 1 closes, 2 does nothing: no arithmetic on the events' numbers."""
    words = np.random.default_rng(0).integers(0, 3, size=(600, 12, 1))
    answers = np.zeros_like(words)
    depth = np.zeros(len(words), dtype=np.int64)
    for step in range(words.shape[1]):
        x = words[:, step, 0]
        depth = np.where(x == 0, depth + 1, np.where(x == 1, np.maximum(depth - 1, 0), depth))
        answers[:, step, 0] = depth
    found = best(words, answers, named_inputs=(True,), named_outputs=(False,))
    assert "if x == 0:\n            s += 1\n        elif x == 1:" in printed(found)


def test_hysteresis_is_told_by_thresholds() -> None:
    """On below 18, off above 21, else as before."""
    alphabet = np.arange(15, 25)[:, None]
    after = np.array([[1 if x < 18 else 0 if x > 21 else s for x in range(15, 25)] for s in (0, 1)])
    machine = Machine(alphabet, after, after[..., None])
    words = np.random.default_rng(0).integers(15, 25, size=(300, 10, 1))
    text = printed(best(words, machine.run(words), machine))
    assert "if x < 18:" in text
    assert "elif x > 21:" in text


def test_two_outputs_share_one_state() -> None:
    """A vending machine: the balance modulo 30, and whether it just fell."""
    words = np.random.default_rng(0).choice([5, 10, 20], size=(500, 10))[..., None]
    totals = words[..., 0].cumsum(axis=1)
    balance = totals % 30
    drinks = (totals // 30 > (totals - words[..., 0]) // 30).astype(np.int64)
    found = best(words, np.stack([drinks, balance], axis=2))
    assert len(found.recurrence.initial) == 1
    assert "% 30" in printed(found, outputs=2)


def test_a_tiny_irregular_machine_is_a_table() -> None:
    """Four states and three lamps: looked up, where arithmetic would only obscure."""
    after = np.array([[0, 1], [2, 3], [3, 1], [0, 2]])
    lamps = np.array([0, 2, 1, 1])
    machine = Machine(np.array([[0], [1]]), after, lamps[after][..., None])
    words = np.random.default_rng(0).integers(0, 2, size=(300, 10, 1))
    found = best(words, machine.run(words), machine, named_inputs=(False,), named_outputs=(True,))
    assert found.strategy == "state table"
    assert "NEXT_S[s][x]" in printed(found)
    assert found.recurrence.run(words[0].tolist()) == [tuple(y) for y in machine.run(words)[0].tolist()]
