"""Every plugin of the package keeps the contracts of its socket, and breaches are named."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

import netlift
from netlift.certify import PROVERS, THOROUGH, Claim, NetworkKnown, Target
from netlift.certify._network import BoxesProver
from netlift.contracts import _examples
from netlift.formulas import STRATEGIES, Strategy, search
from netlift.harden import CHANGES, Changed, Step
from netlift.networks import CLOSED_FORM, Trained, WeightedNetwork
from netlift.plugins import Change, Exporter, Plugins, Prover, Reader, Trainer
from netlift.plugins import Strategy as StrategySocket
from netlift.report.exports import EXPORTERS, DotExporter
from netlift.states.readers import READERS, Reading, View
from netlift.trainers import TRAINERS, Training


def test_models_of_whole_words() -> None:
    torch = pytest.importorskip("torch")

    class Ones(torch.nn.Module):  # type: ignore[misc,name-defined]
        def forward(self, tokens: Any) -> Any:
            return torch.cumsum(tokens, dim=1)[:, :, None]

    def ones(words: list[list[int]]) -> list[int]:
        return [sum(word) for word in words]

    words = np.random.default_rng(0).integers(2, size=(6, 9, 1))
    for network in (
        netlift.from_causal(Ones(), longest=7),
        netlift.from_causal(Ones(), longest=None, begin=1, end=1, outputs="next"),
        netlift.from_function(ones, longest=7),
        netlift.from_function(lambda given: [np.cumsum(word) for word in given], at="each"),
    ):
        netlift.check_model(network, words)
    one_hot = np.eye(2)[words[:, :, 0]]
    netlift.check_model(netlift.from_causal(Ones(), longest=None, symbols=["a", "b"]), one_hot)
    letters = netlift.from_function(
        lambda given: [word.count("b") % 2 for word in given], symbols=["a", "b"], answers=[0, 1]
    )
    netlift.check_model(letters, one_hot)


@pytest.mark.parametrize("reader", READERS, ids=lambda one: one.name)
def test_readers(reader: Reader) -> None:
    assert isinstance(reader, Reader)
    netlift.check_reader(reader)


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda one: one.name)
def test_strategies(strategy: Strategy) -> None:
    assert isinstance(strategy, StrategySocket)
    netlift.check_strategy(strategy)


@pytest.mark.parametrize("trainer", TRAINERS, ids=lambda one: one.name)
def test_trainers(trainer: Trainer) -> None:
    netlift.check_trainer(trainer)


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.name)
def test_changes(change: Change) -> None:
    netlift.check_change(change)


@pytest.mark.parametrize("prover", PROVERS, ids=lambda one: one.name)
def test_provers(prover: Prover) -> None:
    assert isinstance(prover, Prover)
    netlift.check_prover(prover)


@pytest.mark.slow
@pytest.mark.parametrize("prover", THOROUGH, ids=lambda one: one.name)
def test_provers_that_take_their_time(prover: Prover) -> None:
    assert isinstance(prover, Prover)
    netlift.check_prover(prover)


@pytest.mark.parametrize("exporter", EXPORTERS, ids=lambda one: one.name)
def test_exporters(exporter: Exporter) -> None:
    assert isinstance(exporter, Exporter)
    netlift.check_exporter(exporter)


def test_names_and_costs_are_declared_once() -> None:
    for room in (READERS, (*PROVERS, *THOROUGH), EXPORTERS, TRAINERS, CHANGES):
        names = [one.name for one in room]
        assert len(set(names)) == len(names)
        assert [one.cost for one in room] == sorted(one.cost for one in room)
    assert all(isinstance(one, Trainer) for one in TRAINERS)
    assert all(isinstance(one, Change) for one in CHANGES)


class Forgetful:
    """A model whose answer depends on the row beside it."""

    def initial_state(self, batch: int) -> np.ndarray:
        return np.zeros((batch, 1))

    def next_state(self, hidden: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        return np.asarray(hidden + inputs.mean())

    def output(self, hidden: np.ndarray) -> np.ndarray:
        return hidden


def test_a_model_whose_rows_are_mixed_is_named() -> None:
    inputs = np.arange(24.0).reshape(4, 6, 1)
    with pytest.raises(AssertionError, match=r"a contract is violated: .*states lead to other answers"):
        netlift.check_model(Forgetful(), inputs)


@dataclass
class Guesser:
    """A reader that draws from nowhere, and says that the answers are zero."""

    name: str = "guess"
    cost: float = 1.0
    tolerant: bool = True
    told: int = 0

    def read(self, view: View) -> Iterator[Reading]:
        self.told += 1
        sample = view.words.inputs[: self.told]
        yield Reading("guess", None, view.words.behaviour(sample, np.zeros_like(sample)))


def test_a_reader_that_reads_otherwise_each_time_is_named() -> None:
    with pytest.raises(AssertionError, match="reads something else when it is asked again"):
        netlift.check_reader(Guesser())


def test_a_strategy_that_goes_round_the_judge_is_named() -> None:
    def cheat(problem: Any) -> None:
        STRATEGIES[1].search(problem)
        other = replace(problem.behaviour, outputs=1 - problem.behaviour.outputs)
        table = search(other, seed=0)[:1]
        problem.found += table

    with pytest.raises(AssertionError, match=r"its candidate .* is wrong on the word"):
        netlift.check_strategy(Strategy("cheat", 1.0, cheat))


@dataclass(frozen=True)
class Believer(BoxesProver):
    """A prover that believes all that it is told."""

    name: str = "belief"

    def prove(self, network: WeightedNetwork, target: Target, seed: int) -> NetworkKnown | None:
        return NetworkKnown(Claim("network = machine", "proved", "proved, as it is said"))


def test_a_prover_that_proves_what_is_not_so_is_named() -> None:
    with pytest.raises(AssertionError, match="what it calls proved is refuted"):
        netlift.check_prover(Believer())


@dataclass
class Braggart:
    """A trainer whose network is said to be right, whatever it answers."""

    name: str = "praise"
    cost: float = 1.0

    def train(self, task: Training) -> Iterator[Trained | None]:
        yield None
        yield Trained(_examples()[1][0], CLOSED_FORM, 1.0)


def test_a_trainer_whose_accuracy_is_not_what_it_is_is_named() -> None:
    words = np.random.default_rng(1).integers(0, 2, size=(100, 6, 1))
    netlift.check_trainer(Braggart(), words, words)  # there it is right: the network answers the last bit
    with pytest.raises(AssertionError, match=r"said to be right on 100.00% of the sequences; it is on 0.00%"):
        netlift.check_trainer(Braggart(), words, 1 - words)


@dataclass(frozen=True)
class Vandal:
    """A change that moves the weights of the network that it was given."""

    name: str = "vandal"
    cost: float = 1.0

    def changed(self, explanation: Any, target: Target, seed: int) -> Changed | None:
        for array in explanation.network.weights.values():
            array += 1.0
        return Changed(explanation.network, Step("moved"))


def test_a_change_of_the_network_itself_is_named() -> None:
    with pytest.raises(AssertionError, match="it changes the network itself"):
        netlift.check_change(Vandal())


def test_an_exporter_that_gives_text_is_named() -> None:
    class Text(DotExporter):
        def export(self, result: netlift.Result) -> Any:
            return "digraph"

    network, words, _ = _examples()[0]
    with pytest.raises(AssertionError, match="gives a str; expected bytes"):
        netlift.check_exporter(Text(), netlift.lift(network, words))


@pytest.mark.parametrize(
    ("plugin", "told"),
    [
        (3, "has none of them"),
        (DotExporter, "is a class, not an object of it"),
        (type("Half", (), {"read": lambda self, view: []})(), "has read, but no name"),
    ],
)
def test_what_is_no_plugin_is_refused(plugin: Any, told: str) -> None:
    with pytest.raises(netlift.InputError, match=told):
        netlift.distill([[0, 1]] * 9, [[0, 1]] * 9, plugins=(plugin,))
    with pytest.raises(netlift.InputError, match="plugins is of type"):
        Plugins.of(plugin if isinstance(plugin, int) else {})  # type: ignore[arg-type]
