"""Which words count: after an illegal symbol a network is not asked, and the program says what it answers."""

from typing import Any

import numpy as np
import pytest

import netlift
from netlift import InputError
from netlift.data._alphabet import drawn_examples
from netlift.networks import Coded, InputCoding, Legal, OutputCoding, keeping_to, run, run_along

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
