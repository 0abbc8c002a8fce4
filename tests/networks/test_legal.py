"""Which words count: after an illegal symbol a network is not asked, and the program says what it answers."""

from typing import Any

import numpy as np
import pytest

import netlift
from netlift import InputError
from netlift.data._alphabet import drawn_examples
from netlift.networks import Coded, InputCoding, Legal, OutputCoding, keeping_to, run, run_along
from netlift.networks._bind import bound
from netlift.networks._codings import Said
from netlift.networks._prefixes import Prefixes
from netlift.states import Machine

PARENTHESES = netlift.Alphabet((["(", ")"],), length=8)


class Depth:
    """Answers the depth of brackets, 0 to 2, and remembers every word that it was asked; -9 where none is."""

    def __init__(self) -> None:
        self.words: set[str] = set()

    def __call__(self, words: list[list[str]]) -> list[int]:
        found = []
        for word in words:
            self.words.add("".join(word))
            depths = np.cumsum([1 if one == "(" else -1 for one in word])
            found.append(int(depths[-1]) if depths.min() >= 0 and depths.max() <= 2 else -9 - len(word) % 3)
        return found


def legal(word: Any) -> bool:
    depths = np.cumsum([1 if one == "(" else -1 for one in word])
    return bool(depths.min() >= 0 and depths.max() <= 2)


def test_a_function_is_asked_about_words_that_the_predicate_lets_pass_and_no_other() -> None:
    asked = Depth()
    network = netlift.from_function(asked, symbols=["(", ")"], longest=8)
    result = netlift.lift(network, netlift.Alphabet((["(", ")"],), length=6), domain=legal)
    assert asked.words
    assert [word for word in asked.words if not legal(word)] == []
    assert result.solved, result.reason
    assert result.states == 4
    assert result.program is not None
    assert result.program(list("(()))(")) == [1, 2, 1, 0, -1, -1]
    told = "only words of symbols count which the predicate lets pass; after any other symbol the network is "
    assert any((told[0].upper() + told[1:]) in one for one in result.findings)
    claim = next(one for one in result.claims if one.claim == "network = machine")
    assert told in claim.words


def over(guarded: Any, alphabet: netlift.Alphabet = PARENTHESES, names: Any = (None,)) -> Any:
    function = netlift.from_function(Depth(), symbols=["(", ")"])
    coded = Coded(function, InputCoding("one-hot", ((0, 1),)), OutputCoding("number"))
    examples = drawn_examples(alphabet, 0)
    return keeping_to(guarded, coded, names, examples)


def test_stepping_and_whole_words_say_the_same_and_so_do_drawn_words() -> None:
    network, _ = over(legal)
    assert isinstance(network, Legal)
    words = np.random.default_rng(0).integers(2, size=(60, 7, 1))
    whole = run(network, words)
    hidden, steps = network.initial_state(60), []
    for step in range(7):
        hidden = network.next_state(hidden, words[:, step])
        steps.append(network.output(hidden))
    assert np.array_equal(whole, np.stack(steps, axis=1))
    assert (whole == -1).any()
    path = run_along(network, words)
    assert np.array_equal(network.output(path.at(np.arange(60), 3)), whole[:, 3])
    drawn = network.legal_words(200, 20, np.random.default_rng(1))
    share = float((run(network, drawn)[:, -1] != -1).mean())
    assert 0.3 < share < 0.9  # most words are legal to their end, and some slip


def test_examples_say_by_their_runs_which_words_count() -> None:
    examples = [list("()()()"), list("(())()"), list("()(())")]
    function = netlift.from_function(Depth(), symbols=["(", ")"])
    coded = Coded(function, InputCoding("one-hot", ((0, 1),)), OutputCoding("number"))
    from netlift.data import from_arrays

    data = from_arrays(examples, [[0] * 6] * 3)
    network, _ = keeping_to("examples", coded, (None,), data)
    words = np.array([[0, 1, 0, 1], [0, 0, 1, 1], [1, 0, 0, 1], [0, 0, 0, 1], [0, 1, 1, 1]])[:, :, None]
    found = run(network, words)[:, :, 0].tolist()
    # Of the last word the first three symbols stand in an example, though not at its beginning.
    assert found == [[1, 0, 1, 0], [1, 2, 1, 0], [-1] * 4, [1, 2, -1, -1], [1, 0, -9, -1]]


def test_named_answers_get_one_more_name() -> None:
    network, names = over(legal, names=(("zero", "one", "two"),))
    assert names == (("zero", "one", "two", "illegal"),)
    assert network.answers_of_illegal == ["illegal"]


def test_what_may_come_next_by_the_networks_own_outputs() -> None:
    torch = pytest.importorskip("torch")

    class Dyck(torch.nn.Module):  # type: ignore[misc,name-defined]
        """Of 0 opens, 1 closes, 2 begins, 3 ends: which may come next up to depth 2; nonsense elsewhere."""

        def forward(self, tokens: Any) -> Any:
            depth = torch.cumsum((tokens == 0).long() - (tokens == 1).long(), dim=1)
            return torch.stack([1.5 - depth, depth - 0.5, -1.0 + 0 * depth, 0.5 - depth.abs()], dim=2)

    network = netlift.from_causal(
        Dyck(), longest=16, symbols=["(", ")"], begin=2, outputs="next", answers={"(": 0, ")": 1, "end": 3}
    )
    result = netlift.lift(network, PARENTHESES, domain="next")
    assert result.solved, result.reason
    assert result.states == 4  # three depths, and one for what may not come
    assert result.program is not None
    assert result.program(list("(()))(")) == [
        (1, 1, 0),
        (0, 1, 0),
        (1, 1, 0),
        (1, 0, 1),
        (0, 0, 0),
        (0, 0, 0),
    ]
    assert "which the network's own outputs say may come next" in result.findings[0]


class Brackets:
    """Which of ( and ) and the end may come next up to depth 2, over whole words; counts the words asked."""

    longest = 40

    def __init__(self) -> None:
        self.words = 0
        self.said = Said(inputs="one-hot", alphabets=(("(", ")"),), outputs="threshold", threshold=0.0)

    def initial_state(self, batch: int) -> Any:
        return Prefixes.empty(batch)

    def next_state(self, hidden: Any, inputs: Any) -> Any:
        return hidden.followed_by(np.asarray(inputs).argmax(axis=1)[:, None])

    def output(self, hidden: Any) -> Any:
        self.words += len(hidden)
        depths = [
            1.0 * sum(1 - 2 * word[:n, 0]) for word, n in zip(hidden.tokens, hidden.lengths, strict=True)
        ]
        return self.units(np.array(depths))

    def along(self, words: Any) -> Any:
        self.words += len(words)
        return self.units(np.cumsum(1.0 - 2.0 * words.argmax(axis=2), axis=1))

    def units(self, depth: Any) -> Any:
        return np.stack([1.5 - depth, depth - 0.5, 0.5 - abs(depth)], axis=-1)

    def unit_of(self, units: Any) -> list[int]:
        return [0, 1]


def brackets() -> tuple[Any, Brackets]:
    network, examples = Brackets(), drawn_examples(PARENTHESES, 0)
    coded, names = bound(network, examples)
    return keeping_to("next", coded, names, examples)[0], network


def depth_machine(deepest: int) -> Machine:
    """The machine of brackets up to a depth; its last state is for what follows an illegal symbol."""
    transitions, outputs = [], []
    for depth in (*range(deepest + 1), None):
        after = [None if depth is None else depth + step for step in (1, -1)]
        legal = [one if one is not None and 0 <= one <= deepest else None for one in after]
        transitions.append([deepest + 1 if one is None else one for one in legal])
        outputs.append(
            [[0, 0, 0] if d is None else [int(d < deepest), int(d > 0), int(d == 0)] for d in legal]
        )
    return Machine(np.array([[0], [1]]), np.array(transitions), np.array(outputs))


@pytest.mark.parametrize(("deepest", "calls"), [(2, 1), (3, 20), (1, 20)])
def test_words_drawn_by_a_machine_are_those_drawn_step_by_step(deepest: int, calls: int) -> None:
    stepped, _ = brackets()
    foreseen, network = brackets()
    foreseen.expect(depth_machine(deepest))
    words = stepped.legal_words(100, 30, np.random.default_rng(3))
    asked = network.words
    assert np.array_equal(foreseen.legal_words(100, 30, np.random.default_rng(3)), words)
    # Where the machine is right, once about every word (of 30 steps, which are asked one by one without it).
    assert network.words - asked <= 100 * calls + 200
    share = float((run(stepped, words)[:, -1] != 0).any(axis=1).mean())
    assert 0.5 < share < 1.0  # most words are legal to their end, and some slip


def test_hidden_states_along_whole_words_cost_no_further_call() -> None:
    network, inner = brackets()
    words = network.legal_words(50, 12, np.random.default_rng(0))
    asked = inner.words
    path = run_along(network, words)
    assert inner.words - asked <= 50 + 50  # the words, and what may come first
    hidden = network.initial_state(50)
    for step in range(12):
        hidden = network.next_state(hidden, words[:, step])
        assert np.array_equal(network.output(hidden), path.outputs[:, step])
    following = np.ones((50, 1), dtype=np.int64)
    mine, theirs = (network.next_state(one, following) for one in (hidden, path.at(np.arange(50), 11)))
    assert np.array_equal(network.output(mine), network.output(theirs))


def test_a_predicate_is_asked_of_a_word_once() -> None:
    asked: list[str] = []

    def once(word: list[str]) -> bool:
        asked.append("".join(word))
        return legal(word)

    network, _ = over(once)
    for _ in range(2):
        network.legal_words(40, 6, np.random.default_rng(0))
    assert asked
    assert len(asked) == len(set(asked))


def test_a_domain_that_is_none_or_cannot_be_had_is_refused() -> None:
    with pytest.raises(InputError, match="domain is 'legal'; expected 'next', 'examples', a function"):
        over("legal")
    with pytest.raises(InputError, match="domain is 'next'; expected a network whose outputs say"):
        over("next")

    def raising(word: list[str]) -> bool:
        raise KeyError("x")

    network, _ = over(raising)
    with pytest.raises(InputError, match="domain failed with KeyError"):
        run(network, np.zeros((1, 2, 1), dtype=np.int64))
