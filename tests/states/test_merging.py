"""Machines from words and answers alone: rare states, gaps, contradictions, and a network that fills gaps."""

import numpy as np
import pytest

from netlift.states import (
    ContradictionError,
    Guided,
    Machine,
    PartialMachine,
    Withheld,
    confirmed,
    encoded,
    guided,
    guided_if_right,
    partial_machine,
    passing_gaps,
    withheld,
)
from netlift.states._merging import merged_machine
from netlift.states._withheld import FEWEST
from netlift.states._words import access_words, run_symbols
from states_by_hand import Embedded, random_machine


def server(depth: int, symbols: int) -> Machine:
    """A protocol: only one symbol leads on from each state, the others back to the start, nearly all alike.

    Deep states are rare, answer like the start but once, and one that goes wrong early is seen late.
    """
    moves = np.zeros((depth, symbols), dtype=np.int64)
    answers = np.zeros((depth, symbols, 1), dtype=np.int64)
    for state in range(depth):
        moves[state] = state  # refused: nothing changes
        moves[state, state % symbols] = (state + 1) % depth
        moves[state, (state + 1) % symbols] = 0
        answers[state, state % symbols] = 1 + state // 5
    return Machine(np.arange(symbols)[:, None], moves, answers).minimised()


def words_for(machine: Machine, count: int, length: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(len(machine.alphabet), size=(count, length))


def read(machine: Machine, words: np.ndarray, **options: int) -> tuple[PartialMachine, int]:
    answers = machine.run(machine.alphabet[words])
    found = partial_machine(
        words,
        answers,
        np.ones(words.shape, dtype=bool),
        np.full(len(words), words.shape[1]),
        machine.alphabet,
        **options,
    )
    assert found is not None
    return found


@pytest.mark.parametrize(("depth", "symbols"), [(6, 3), (9, 3)])
def test_rare_states_of_a_protocol_are_found(depth: int, symbols: int) -> None:
    machine = server(depth, symbols)
    found, least = read(machine, words_for(machine, 1_500, 20, 0))
    assert found.complete is not None
    assert found.complete.minimised().difference(machine) is None
    assert least >= 1


def test_what_no_word_shows_is_unknown_and_not_made_up() -> None:
    machine = random_machine(np.random.default_rng(1), 5, 4, 3).minimised()
    words = words_for(machine, 1_000, 10, 1)
    states = run_symbols(machine, words)[0][:, :-1]
    words = words[~((states == 3) & (words == 2)).any(axis=1)]
    found, _ = read(machine, words)
    outputs, told = found.run(words)
    assert told.all()
    assert (outputs == machine.run(machine.alphabet[words])).all()
    assert found.complete is None
    (pair,) = found.unseen
    state, symbol = pair
    at_three = np.array([access_words(machine)[3]])
    assert run_symbols(machine, np.array([found.access[state]]))[0][0, -1] == 3
    assert symbol == 2
    assert found.run(np.column_stack([at_three, [[2]]]))[1][0].tolist() == [True] * at_three.shape[1] + [
        False
    ]


def test_the_same_seed_gives_the_same_machine() -> None:
    machine = server(9, 3)
    words = words_for(machine, 300, 12, 2)
    (one, _), (other, _) = (read(machine, words, seed=5) for _ in range(2))
    assert np.array_equal(one.transitions, other.transitions)
    assert np.array_equal(one.outputs, other.outputs)


def test_words_of_many_lengths_count_up_to_their_ends() -> None:
    machine = server(6, 3)
    words = words_for(machine, 2_000, 16, 3)
    lengths = np.random.default_rng(4).integers(1, 17, size=len(words))
    answers = machine.run(machine.alphabet[words])[..., 0]
    beyond = np.arange(16) >= lengths[:, None]
    found = merged_machine(np.where(beyond, 0, words), np.where(beyond, 7, answers), lengths, 3)
    assert found is not None
    assert Machine(machine.alphabet, found[0], found[1][..., None]).difference(machine) is None


def test_words_that_contradict_each_other_are_named() -> None:
    words = np.array([[0, 1], [1, 1], [0, 1]])
    with pytest.raises(ContradictionError) as caught:
        merged_machine(words, np.array([[0, 0], [0, 0], [0, 1]]), np.full(3, 2), 2)
    assert caught.value.word == 2


def test_too_many_states_are_none() -> None:
    words = np.random.default_rng(0).integers(2, size=(200, 10))
    assert merged_machine(words, np.cumsum(words, axis=1), np.full(200, 10), 2, most=3) is None


def test_a_partial_machine_answers_up_to_the_first_unknown_pair() -> None:
    known = np.array([[True, True], [True, False]])
    machine = PartialMachine(
        np.arange(2)[:, None], np.array([[0, 1], [0, 0]]), np.array([[[3], [4]], [[5], [0]]]), known
    )
    outputs, told = machine.run(np.array([[1, 0, 1, 1, 0], [0, -1, 0, 0, 0]]))
    assert told.tolist() == [[True, True, True, False, False], [True, False, False, False, False]]
    assert outputs[told][:, 0].tolist() == [4, 5, 4, 3]
    assert machine.unseen == [(1, 1)]
    assert machine.access == ((), (1,))
    assert encoded(machine.alphabet, np.array([[[1], [7]]])).tolist() == [[1, -1]]


def test_a_network_fills_the_gaps_and_the_data_rule() -> None:
    machine = server(6, 3)
    words = words_for(machine, 1_500, 20, 0)
    whole = read(machine, words)[0]
    holes = whole.known.copy()
    holes[2, 1] = holes[4, 0] = False
    partial = PartialMachine(whole.alphabet, whole.transitions, whole.outputs, holes)
    lengths = np.full(len(words), words.shape[1])
    filled = guided(
        [Embedded.of(machine, np.random.default_rng(1))] * 2,
        partial,
        words,
        lengths,
        rng=np.random.default_rng(0),
    )
    assert {*filled.answered} == {(2, 1), (4, 0)}
    assert filled.machine.complete is not None
    assert filled.machine.complete.difference(machine) is None


def test_a_network_that_is_not_sure_fills_nothing() -> None:
    machine = server(6, 3)
    words = words_for(machine, 1_500, 20, 0)
    whole = read(machine, words)[0]
    holes = whole.known.copy()
    holes[2, 1] = False
    partial = PartialMachine(whole.alphabet, whole.transitions, whole.outputs, holes)
    unsure = Embedded.of(machine, np.random.default_rng(1), wrong=0.4)
    filled = guided([unsure], partial, words, np.full(len(words), 20), rng=np.random.default_rng(0))
    assert filled == Guided(partial, ())


def test_networks_that_differ_fill_nothing() -> None:
    machine = server(6, 3)
    words = words_for(machine, 1_500, 20, 0)
    whole = read(machine, words)[0]
    holes = whole.known.copy()
    holes[2, 1] = False
    partial = PartialMachine(whole.alphabet, whole.transitions, whole.outputs, holes)
    answers = machine.outputs.copy()
    answers[2, 1] += 1
    other = Machine(machine.alphabet, machine.transitions, answers)
    networks = [Embedded.of(one, np.random.default_rng(1)) for one in (machine, other)]
    filled = guided(networks, partial, words, np.full(len(words), 20), rng=np.random.default_rng(0))
    assert filled == Guided(partial, ())


def test_networks_that_missed_a_state_are_not_asked_about_it() -> None:
    machine = server(6, 3)
    words = words_for(machine, 1_500, 20, 0)
    whole = read(machine, words)[0]
    holes = whole.known.copy()
    holes[4, 0] = False
    partial = PartialMachine(whole.alphabet, whole.transitions, whole.outputs, holes)
    answers = machine.outputs.copy()
    answers[4, 1] += 1  # which the words do show
    missed = Embedded.of(Machine(machine.alphabet, machine.transitions, answers), np.random.default_rng(1))
    lengths = np.full(len(words), 20)
    filled = guided([missed] * 3, partial, words, lengths, rng=np.random.default_rng(0))
    assert filled == Guided(partial, ())
    passing = passing_gaps(partial, words, lengths)
    assert whole.complete is not None
    states = run_symbols(whole.complete, words)[0]
    assert passing.tolist() == np.flatnonzero((states == 4).any(axis=1)).tolist()


HOLES = [(2, 1), (4, 0)]


def with_holes() -> tuple[Withheld, np.ndarray, np.ndarray, Machine]:
    """A machine of whose transitions words leave two out, these words, and the whole machine."""
    truth = random_machine(np.random.default_rng(5), 10, 10)
    words = words_for(truth, 1_500, 20, 0)
    whole = read(truth, words)[0].complete
    assert whole is not None
    states = run_symbols(whole, words)[0]
    missing = np.zeros(whole.transitions.shape, dtype=bool)
    missing[tuple(np.array(HOLES).T)] = True
    taken = missing[states[:, :20], words]
    lengths = np.where(taken.any(axis=1), taken.argmax(axis=1), 20)
    partial = PartialMachine(whole.alphabet, whole.transitions, whole.outputs, ~missing)
    return withheld(partial, words, lengths, np.random.default_rng(0)), words, states, whole


def test_withheld_pairs_are_shown_to_nobody() -> None:
    held, words, states, _ = with_holes()
    assert held.pairs.sum() >= FEWEST
    assert not held.pairs[tuple(np.array(HOLES).T)].any()
    assert not (held.part.known & held.pairs).any()
    inside = np.arange(20) < held.lengths[:, None]
    assert not held.pairs[states[:, :20], words][inside].any()
    assert 0 < inside.sum() < inside.size


@pytest.mark.parametrize("good", [True, False])
def test_networks_are_taken_at_their_word_where_they_are_right_on_what_was_withheld(*, good: bool) -> None:
    held, words, _, whole = with_holes()
    answers = whole.outputs.copy()
    if not good:
        answers[held.pairs] += 1
    network = Embedded.of(Machine(whole.alphabet, whole.transitions, answers), np.random.default_rng(1))
    found, trial = guided_if_right([network] * 3, held, words, rng=np.random.default_rng(0))
    assert trial.withheld == held.pairs.sum()
    assert trial.answered >= FEWEST
    assert trial.passed == good
    assert not good or trial.right == trial.answered
    assert {*found.answered} == ({*HOLES} if good else set())
    if good:
        assert found.machine.complete is not None
        assert found.machine.complete.difference(whole) is None
    else:
        assert found.machine is held.machine


def test_a_network_confirms_what_it_answers_as_the_words_do() -> None:
    held, words, _, whole = with_holes()
    answers = whole.outputs.copy()
    answers[3, 3] += 1
    network = Embedded.of(Machine(whole.alphabet, whole.transitions, answers), np.random.default_rng(1))
    found = confirmed(network, held.part, words, held.lengths)
    expected = held.part.known.copy()
    expected[3, 3] = False
    assert held.part.known[3, 3]
    assert (found <= expected).all()
    assert found.sum() >= 0.9 * expected.sum()
