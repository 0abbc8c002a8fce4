"""Functions from words to answers as networks: what they are asked, how often, when they are refused."""

from typing import Any

import numpy as np
import pytest

import netlift
from netlift import InputError
from netlift.networks import Coded, InputCoding, OutputCoding, run

BITS = netlift.Alphabet(((0, 1),), length=8)


class Asked:
    """The number of ones modulo 3; `words` has what it was asked."""

    def __init__(self) -> None:
        self.words: list[Any] = []

    def __call__(self, words: list[list[int]]) -> list[int]:
        self.words += words
        return [sum(word) % 3 for word in words]


def numbers(network: Any) -> Coded:
    return Coded(network, InputCoding("number"), OutputCoding("number"))


def test_each_prefix_is_asked_once_and_counted() -> None:
    asked = Asked()
    network = netlift.from_function(asked, longest=10)
    words = np.random.default_rng(0).integers(2, size=(40, 6, 1))
    expected = np.cumsum(words, axis=1) % 3
    assert np.array_equal(run(numbers(network), words), expected)
    prefixes = {tuple(word[:step, 0].tolist()) for word in words for step in range(1, 7)}
    assert network.queries == len(asked.words)
    assert len(prefixes) <= network.queries <= len(prefixes) + 16  # eight words are tried twice more
    before = network.queries
    hidden = numbers(network).initial_state(40)
    for step in range(6):
        hidden = numbers(network).next_state(hidden, words[:, step])
        assert np.array_equal(numbers(network).output(hidden), expected[:, step])
    assert network.queries == before


def test_a_function_that_answers_at_each_step_is_asked_for_long_words_alone() -> None:
    asked: list[list[int]] = []

    def running(words: list[list[int]]) -> Any:
        asked.extend(words)
        return [np.cumsum(word) for word in words]

    network = netlift.from_function(running, at="each", begin=0)
    words = np.random.default_rng(0).integers(2, size=(40, 6, 1))
    assert np.array_equal(run(numbers(network), words), np.cumsum(words, axis=1))
    assert all(word[0] == 0 for word in asked)
    assert network.queries <= 40 + 24
    before = network.queries
    assert np.array_equal(run(numbers(network), words[:, :3]), np.cumsum(words[:, :3], axis=1))
    assert network.queries == before


def test_words_stand_between_begin_and_end_and_are_answered_behind_it() -> None:
    def value(words: list[list[Any]]) -> list[int]:
        assert all(word[0] == "<" and word[-1] == ">" for word in words)
        return [int("".join(map(str, word[1:-1])), 2) % 5 for word in words]

    network = netlift.from_function(value, begin="<", end=">", longest=14)
    netlift.check_model(network, np.random.default_rng(0).integers(2, size=(5, 6, 1)))
    result = netlift.lift(network, BITS)
    assert result.solved, result.reason
    assert result.states == 5
    assert result.program is not None
    assert result.program([1, 0, 1, 1]) == [1, 2, 0, 1]


def test_several_streams_come_as_tuples_and_go_as_lists() -> None:
    def both(words: list[list[tuple[int, int]]]) -> list[list[int]]:
        return [[word[-1][0] + word[-1][1], word[-1][1]] for word in words]

    words = np.random.default_rng(0).integers(5, size=(10, 4, 2))
    network = Coded(
        netlift.from_function(both),
        InputCoding("number", None, (0.0, 0.0), (1.0, 1.0)),
        OutputCoding("number"),
    )
    assert np.array_equal(run(network, words), np.stack([words.sum(axis=2), words[:, :, 1]], axis=2))


def test_what_was_found_is_kept_when_all_queries_are_spent() -> None:
    asked = Asked()
    result = netlift.lift(netlift.from_function(asked, most_queries=4_000, longest=40), BITS)
    assert len(asked.words) <= 4_000
    assert result.program is not None
    assert result.program([1, 1, 1, 1]) == [1, 2, 0, 1]
    stopped = [one for one in result.findings if "was stopped: the function was asked" in one]
    assert stopped
    assert "most_queries is 4,000" in stopped[0]
    assert "mistake in netlift" not in "".join(result.findings)
    with pytest.raises(InputError, match="asked 10 words and 1 more are needed; most_queries is 10"):
        netlift.lift(netlift.from_function(Asked(), most_queries=10), BITS)


def changing(words: list[list[int]]) -> list[int]:
    changing.calls += 1  # type: ignore[attr-defined]
    return [changing.calls] * len(words)  # type: ignore[attr-defined]


changing.calls = 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("function", "given", "sentence"),
    [
        (changing, {}, "answers the same word otherwise when it is asked again, alone"),
        (lambda words: [0], {}, "gave 1 answers to .* words; expected one each"),
        (lambda words: 3, {}, "function failed with TypeError: it gave a int and no list of answers"),
        (lambda words: [[0] for _ in words], {"at": "each"}, "gave 1 answers along a word of"),
        (lambda words: [word[::-1] for word in words], {"at": "each"}, "change with the symbols that follow"),
        (lambda words: ["x"] * len(words), {"answers": ["y"]}, "answers 'x'; expected one of 'y'"),
        (lambda words: ["x"] * len(words), {}, "answers 'x'; expected a whole number"),
        (lambda words: [0.5] * len(words), {}, "answers 0.5; expected a whole number"),
        (lambda words: [float("nan")] * len(words), {}, "answers nan; expected a whole number"),
        (lambda words: 1 / 0, {}, "function failed with ZeroDivisionError"),
    ],
)
def test_a_function_that_cannot_be_opened_ends_in_one_sentence(
    function: Any, given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        netlift.lift(netlift.from_function(function, **given), BITS)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"function": 3}, "the function is of type int"),
        ({"at": "last"}, "at is 'last'; expected 'end' or 'each'"),
        ({"at": "each", "end": 1}, "end is given and at is 'each'"),
        ({"symbols": "ab"}, "symbols is 'ab'; expected a list"),
        ({"most_queries": 0}, "most_queries is 0"),
        ({"begin": [0.5]}, r"begin is \[0.5\]; expected a symbol"),
    ],
)
def test_arguments_that_cannot_be_used_are_named(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        netlift.from_function(**{"function": Asked(), **given})
