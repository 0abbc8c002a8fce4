"""Causal modules of PyTorch as networks: what is asked of them, when they are refused, lifting one."""

from typing import Any

import numpy as np
import pytest

import netlift
from netlift import InputError
from netlift.networks import Coded, InputCoding, OutputCoding, run, run_along

torch = pytest.importorskip("torch")

BITS = netlift.Alphabet(((0, 1),), length=8)


class Parity(torch.nn.Module):  # type: ignore[misc,name-defined]
    """Scores of the parity of the tokens so far; `calls` has the shapes that it was called with."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))
        self.dropout = torch.nn.Dropout(0.5)
        self.calls: list[tuple[int, ...]] = []
        self.modes: list[bool] = []

    def forward(self, tokens: Any) -> Any:
        self.calls.append(tuple(tokens.shape))
        self.modes.append(self.training or self.dropout.training)
        odd = torch.cumsum(tokens, dim=1) % 2
        return self.dropout(torch.stack([1.0 - odd, odd * self.weight], dim=2))


class OneHotAfter(torch.nn.Module):  # type: ignore[misc,name-defined]
    """Of three tokens, 0 opens, 1 closes and 2 ends: scores of which may come next, up to depth 2."""

    def forward(self, tokens: Any) -> Any:
        depth = torch.cumsum((tokens == 0).long() - (tokens == 1).long(), dim=1)
        return torch.stack([1.5 - depth, depth - 0.5, 0.5 - depth], dim=2)


def over_numbers(network: Any, **outputs: Any) -> Coded:
    return Coded(network, InputCoding("number"), OutputCoding(**outputs))


def test_whole_words_are_answered_in_one_call_as_step_by_step() -> None:
    module = Parity()
    network = over_numbers(netlift.from_causal(module, longest=12), kind="classes", classes=((0, 1),))
    words = np.random.default_rng(0).integers(2, size=(50, 10, 1))
    expected = np.cumsum(words, axis=1) % 2
    assert np.array_equal(run(network, words), expected)
    module.calls.clear()
    assert np.array_equal(run(network, words), expected)
    assert module.calls == [(len(np.unique(words, axis=0)), 10)]  # equal words are one
    path = run_along(network, words)
    assert np.array_equal(path.outputs, expected)
    ends = path.at(np.arange(50), 4)
    assert np.array_equal(network.output(ends), expected[:, 4])
    mixed = np.arange(0, 500, 7)  # states after different numbers of steps in one batch
    assert np.array_equal(network.output(path.states[mixed]), expected.reshape(-1, 1)[mixed])


def test_a_module_in_training_mode_is_asked_in_evaluation_mode_and_left_as_it_was() -> None:
    module = Parity()
    module.dropout.eval()
    assert module.training
    netlift.check_model(netlift.from_causal(module, longest=8), np.ones((3, 6, 1)))
    assert not any(module.modes)
    assert module.training
    assert not module.dropout.training


def test_begin_and_end_stand_around_each_word() -> None:
    class Seen(Parity):
        def forward(self, tokens: Any) -> Any:
            self.seen = tokens.tolist()
            return super().forward(tokens)

    module = Seen()
    network = netlift.from_causal(module, longest=8, begin=[3, 4], end=5)
    hidden = network.next_state(network.initial_state(1), np.array([[1.0]]))
    assert network.output(hidden).tolist() == [[0.0, 1.0]]  # 3 + 4 + 1 + 5 is odd: the second of two scores
    assert module.seen == [[3, 4, 1, 5]]
    begun = netlift.from_causal(module, longest=8, begin=3)
    assert begun.output(begun.initial_state(2)).tolist() == [[0.0, 1.0]] * 2
    bare = netlift.from_causal(module, longest=8)
    with pytest.raises(InputError, match="no begin= is put in front"):
        bare.output(bare.initial_state(1))


def test_positions_are_given_from_where_they_start() -> None:
    class Placed(torch.nn.Module):  # type: ignore[misc,name-defined]
        def forward(self, tokens: Any, positions: Any) -> Any:
            self.seen = positions.tolist()
            return torch.zeros(*tokens.shape, 2)

    module = Placed()
    network = netlift.from_causal(module, longest=8, positions=5)
    network.along(np.ones((2, 3, 1)))
    assert module.seen
    assert all(seen == [5, 6, 7] for seen in module.seen)


def test_a_module_of_half_precision_is_run_as_it_is() -> None:
    class Embedded(torch.nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.table = torch.nn.Embedding(2, 2)

        def forward(self, tokens: Any) -> Any:
            return self.table(tokens)

    module = Embedded()
    torch.nn.init.eye_(module.table.weight)
    network = netlift.from_causal(module.to(torch.bfloat16), longest=8)
    found = network.along(np.array([[[0.0], [1.0]]]))
    assert found is not None
    assert found.tolist() == [[[1.0, 0.0], [0.0, 1.0]]]


def test_a_module_is_opened_with_its_symbols_and_answers() -> None:
    network = netlift.from_causal(Parity(), longest=12, symbols={"b": 1, "a": 0}, answers=["even", "odd"])
    result = netlift.lift(network, netlift.Alphabet((["a", "b"],), length=8))
    assert result.solved, result.reason
    assert result.states == 2
    assert result.program is not None
    assert result.program(["b", "b", "b", "a"]) == ["odd", "even", "odd", "odd"]
    claim = next(one for one in result.claims if one.claim == "network = machine")
    assert claim.tier == "exhaustive"
    assert claim.details["longest"] == 12


def test_units_that_say_what_may_come_next_are_streams_of_0_and_1() -> None:
    words = np.array([[[0], [0], [1]]])
    network = netlift.from_causal(OneHotAfter(), longest=8, outputs="next")
    coded = over_numbers(network, kind="threshold", classes=((0, 1),) * 3)
    assert run(coded, words).tolist() == [[[1, 1, 0], [0, 1, 0], [1, 1, 0]]]
    assert network.said.outputs == "threshold"
    chosen = netlift.from_causal(OneHotAfter(), longest=8, outputs="next", answers={"end": 2, "open": 0})
    units = chosen.along(np.array([[[0.0], [0.0]]]))
    assert units is not None
    assert units.tolist() == [[[-0.5, 0.5], [-1.5, -0.5]]]


def test_likely_tokens_are_those_of_a_probability_above_the_threshold() -> None:
    class Scores(torch.nn.Module):  # type: ignore[misc,name-defined]
        def forward(self, tokens: Any) -> Any:
            return torch.log(torch.tensor([0.7, 0.25, 0.05])).expand(*tokens.shape, 3) + 4.0

    for threshold, expected in ((None, [1, 1, 0]), (0.3, [1, 0, 0]), (0.01, [1, 1, 1])):
        network = netlift.from_causal(Scores(), longest=8, outputs="likely", threshold=threshold)
        units = network.along(np.zeros((1, 1, 1)))
        assert units is not None
        assert (units[0, 0] > 0).astype(int).tolist() == expected


class Backwards(Parity):
    def forward(self, tokens: Any) -> Any:
        return super().forward(tokens.flip(1)).flip(1)


class Last(Parity):
    def forward(self, tokens: Any) -> Any:
        return super().forward(tokens)[:, -1]


class Nothing(Parity):
    def forward(self, tokens: Any) -> Any:
        return super().forward(tokens) * float("nan")


class Counting(Parity):
    def forward(self, tokens: Any) -> Any:
        return super().forward(tokens) + float(len(self.calls))


class Failing(Parity):
    def forward(self, tokens: Any) -> Any:
        raise RuntimeError("no\nway")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (Backwards, "answers after 4 symbols change with the symbols that follow; expected a causal module"),
        (Last, r"gave the shape \[1, 2\] for tokens \[1, 1\]; expected \[1, 1, K\]"),
        (Nothing, "the module gave a NaN or infinite number"),
        (Counting, "answers the same words otherwise when it is asked again"),
        (Failing, "module failed with RuntimeError: no way"),
    ],
)
def test_what_cannot_be_opened_ends_in_one_sentence(kind: Any, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        netlift.lift(netlift.from_causal(kind(), longest=12), BITS)


def test_a_module_with_broken_weights_or_none_is_refused_at_once() -> None:
    broken = Parity()
    broken.weight.data[0] = float("nan")
    with pytest.raises(InputError, match="weights 'weight' hold a NaN"):
        netlift.from_causal(broken, longest=8)
    for module in (Parity, 3, lambda tokens: tokens):
        with pytest.raises(InputError, match=r"expected a torch\.nn\.Module|expected an object"):
            netlift.from_causal(module, longest=8)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"longest": 0}, "longest is 0; expected a whole number from 1"),
        ({"begin": -1}, "begin is -1"),
        ({"end": []}, "end is empty"),
        ({"outputs": "best"}, "outputs is 'best'; expected one of classes, next, likely"),
        ({"outputs": "likely", "threshold": 2}, "threshold is 2; expected a probability"),
        ({"symbols": ["a", "a"]}, "symbols holds one twice"),
        ({"symbols": {"a": -1}}, "symbols has the token -1 for 'a'"),
        ({"answers": 3}, "answers is 3; expected a list"),
    ],
)
def test_arguments_that_cannot_be_used_are_named(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        netlift.from_causal(Parity(), **{"longest": 8, **given})


def test_an_answer_of_a_unit_that_is_none_is_named() -> None:
    network = netlift.from_causal(Parity(), longest=8, answers={"yes": 7})
    with pytest.raises(InputError, match="answers names the output unit 7; the model has 2"):
        network.along(np.ones((1, 2, 1)))


class LastSeen(torch.nn.Module):  # type: ignore[misc,name-defined]
    """A Transformer of one layer, written by hand: attention to the last 0 or 1, softmax and a residual.

    Tokens are 0, 1, 2, which is passed over, and 3, which begins. Keys grow with the position, but for 2.
    """

    def __init__(self) -> None:
        super().__init__()
        rows = [[-1.0, 1.0], [1.0, 1.0], [0.0, 0.0], [-0.5, 1.0]]  # what a token brings; whether it counts
        self.tokens = torch.nn.Embedding.from_pretrained(torch.tensor(rows))
        self.readout = torch.nn.Linear(2, 2)
        with torch.no_grad():
            self.readout.weight.copy_(torch.tensor([[0.0, -1.0], [0.0, 1.0]]))
            self.readout.bias.zero_()

    def forward(self, tokens: Any) -> Any:
        hidden = self.tokens(tokens)
        places = torch.arange(tokens.shape[1], dtype=torch.float32)
        keys = (4.0 * hidden[:, :, 1] * (places + 1.0))[:, :, None]
        values = torch.stack([torch.zeros_like(hidden[:, :, 0]), hidden[:, :, 0]], dim=2)
        queries = torch.ones_like(keys)
        seen = torch.nn.functional.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        return self.readout(torch.nn.functional.layer_norm(seen, (2,)) + seen)


def test_a_transformer_with_attention_is_opened() -> None:
    network = netlift.from_causal(LastSeen(), longest=24, begin=3)
    result = netlift.lift(network, netlift.Alphabet(((0, 1, 2),), length=12), budget=60)
    assert result.solved, result.reason
    assert result.states == 2
    assert result.program is not None
    assert result.program([2, 1, 2, 2, 0, 2, 1]) == [0, 1, 1, 1, 0, 0, 1]
    claim = next(one for one in result.claims if one.claim == "network = machine")
    assert "the network takes no more than 24 inputs" in claim.words


def test_a_word_is_asked_once_of_the_module() -> None:
    module = Parity()
    network = netlift.from_causal(module, longest=12)
    hidden = network.initial_state(40)
    for symbol in np.random.default_rng(0).integers(2, size=(3, 40, 1)):
        hidden = network.next_state(hidden, symbol)
    network.output(hidden)
    module.calls.clear()
    again = network.output(hidden)
    assert module.calls == []
    assert np.array_equal(again.argmax(axis=1), hidden.tokens.sum(axis=(1, 2)) % 2)
