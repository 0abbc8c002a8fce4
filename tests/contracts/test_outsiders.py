"""A new model, reader, strategy, prover and exporter, each in at most 40 lines, from outside the package."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import netlift

BITS = np.random.default_rng(4).integers(0, 2, size=(400, 9))


# --- model: attention over a growing prefix, whose state no array can hold


@dataclass(frozen=True)
class Prefix:
    """What was read so far, [batch, steps]."""

    seen: np.ndarray

    def __getitem__(self, rows: np.ndarray) -> "Prefix":
        return Prefix(self.seen[rows])

    def __len__(self) -> int:
        return len(self.seen)

    @classmethod
    def concatenate(cls, states: list["Prefix"]) -> "Prefix":
        most = max(state.seen.shape[1] for state in states)  # nothing is before the first symbol
        padded = [np.pad(state.seen, ((0, 0), (most - state.seen.shape[1], 0))) for state in states]
        return cls(np.concatenate(padded))


class Attention:
    """Whether the share of ones among the last three symbols is at least a half, by uniform attention."""

    longest = 64

    def initial_state(self, batch: int) -> Prefix:
        return Prefix(np.zeros((batch, 0)))

    def next_state(self, hidden: Prefix, inputs: np.ndarray) -> Prefix:
        return Prefix(np.concatenate([hidden.seen, inputs[:, -1:]], axis=1))

    def output(self, hidden: Prefix) -> np.ndarray:
        last = hidden.seen[:, -3:]
        return np.asarray(last.sum(axis=1, keepdims=True) >= 2, dtype=np.float64)


def test_a_model() -> None:
    netlift.check_model(Attention(), BITS[:, :, None].astype(np.float64))
    result = netlift.lift(Attention(), BITS)
    assert result.solved, result.reason
    assert result.program is not None
    assert result.program([1, 1, 0, 0, 1]) == [0, 1, 1, 0, 0]


# --- reader: states by what the network answers to all words of three symbols


@dataclass(frozen=True)
class Answers:
    name: str = "answers"
    cost: float = 1.0
    tolerant: bool = True

    def read(self, view: Any) -> Iterator[Any]:
        from netlift.states import Machine
        from netlift.states.readers import Reading

        alphabet = view.words.alphabet
        if alphabet is None or len(alphabet) != 2:
            return
        tails = alphabet[np.array([[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)])]
        numbers: dict[bytes, int] = {}
        words, moves, answers = [tails[:1, :0]], [], []
        for word in words:  # the list grows while it is walked
            moves.append([0, 0])
            answers.append([[0], [0]])
            for place in range(2):
                longer = np.concatenate([word, alphabet[None, place : place + 1]], axis=1)
                state = self.signature(view.network, longer, tails)
                if state not in numbers and len(words) < 50:
                    numbers[state] = len(words)
                    words.append(longer)
                moves[-1][place] = numbers[state]
                answers[-1][place] = self.run(view.network, longer)[0, -1]
        machine = Machine(alphabet, np.array(moves), np.array(answers)).minimised()
        sample = view.words.inputs
        behaviour = view.words.behaviour(sample, machine.run(sample), machine=machine)
        yield Reading(self.name, machine.states, behaviour, machine)

    def signature(self, network: Any, word: np.ndarray, tails: np.ndarray) -> bytes:
        words = np.concatenate([np.repeat(word, 8, axis=0), tails], axis=1)
        return self.run(network, words)[:, -3:].tobytes()

    def run(self, network: Any, words: np.ndarray) -> np.ndarray:
        from netlift.networks import run

        return run(network, words)


def test_a_reader() -> None:
    netlift.check_reader(Answers())
    result = netlift.lift(Attention(), BITS, plugins=(Answers(),))
    assert result.solved, result.reason
    assert (result.reader, result.states) == ("answers", 4)


# --- strategy: a hash of the last two symbols that nobody would enumerate


def hashed(problem: Any) -> None:
    from netlift.formulas import Assign, Emit, Expr, Recurrence, const, var

    x, p = problem.names[0], "p"
    mixed = Expr("%", (Expr("+", (Expr("*", (var(x), const(37))), var(p))), const(11)))
    problem.offer(Recurrence((x,), ((p, 0),), (Assign((p,), (mixed,)), Emit((var(p),)))), "hash")


def test_a_strategy() -> None:
    from netlift.formulas import Strategy

    strategy = Strategy("hash", 0.0, hashed)
    netlift.check_strategy(strategy)
    outputs, state = np.zeros_like(BITS), np.zeros(len(BITS), dtype=np.int64)
    for step in range(BITS.shape[1]):
        state = (BITS[:, step] * 37 + state) % 11
        outputs[:, step] = state

    class Hash:
        def initial_state(self, batch: int) -> np.ndarray:
            return np.zeros((batch, 1))

        def next_state(self, hidden: np.ndarray, inputs: np.ndarray) -> np.ndarray:
            return np.asarray((inputs[:, -1:] * 37 + hidden) % 11)

        def output(self, hidden: np.ndarray) -> np.ndarray:
            return hidden

    result = netlift.lift(Hash(), BITS, outputs, output_coding="number", plugins=(strategy,))
    assert result.solved, result.reason
    assert result.strategy == "hash"


# --- prover: all words of a network that forgets everything after four steps


@dataclass(frozen=True)
class ForgetsProver:
    name: str = "forgets"
    cost: float = 1.0

    def applies(self, network: Any, target: Any) -> bool:
        return getattr(getattr(network, "network", None), "memory", None) == 3 and target.machine is not None

    def prove(self, network: Any, target: Any, seed: int) -> Any:
        from netlift.certify import Claim, NetworkKnown
        from netlift.networks import run

        machine = target.machine
        words = machine.alphabet[np.indices((2,) * 5).reshape(5, -1).T]
        answers = run(network, words)
        if not np.array_equal(answers, machine.run(words)):
            return None
        told = "proved: it remembers three inputs, and is right on all words of five"
        return NetworkKnown(Claim("network = machine", "proved", told), None, machine)


class Forgetting(Attention):
    memory = 3


def test_a_prover() -> None:
    netlift.check_prover(ForgetsProver())
    result = netlift.lift(Forgetting(), BITS, plugins=(ForgetsProver(),))
    claim = next(one for one in result.claims if one.claim == "network = machine")
    assert claim.tier == "proved"
    assert claim.words.endswith("(says the prover 'forgets'; no certificate)")


# --- exporter: a table in Markdown


@dataclass(frozen=True)
class Markdown:
    name: str = "markdown"
    cost: float = 1.0

    def export(self, result: Any) -> bytes:
        machine = result.machine
        if machine is None:
            raise netlift.InputError("the result has no finite machine, of which a table could be made")
        lines = ["| state | " + " | ".join(str(s[0]) for s in machine.alphabet.tolist()) + " |"]
        lines.append("|---" * (len(machine.alphabet) + 1) + "|")
        for state, (moves, answers) in enumerate(zip(machine.transitions, machine.outputs, strict=True)):
            cells = [f"{to} / {answer[0]}" for to, answer in zip(moves, answers, strict=True)]
            lines.append(f"| {state} | {' | '.join(cells)} |")
        return "\n".join(lines).encode()


def test_an_exporter() -> None:
    netlift.check_exporter(Markdown())
    result = netlift.lift(Attention(), BITS)
    table = netlift.export(result, "markdown", plugins=(Markdown(),)).decode()
    assert table.startswith("| state | 0 | 1 |\n|---|---|---|\n| 0 | ")
    with pytest.raises(netlift.InputError, match="expected one of python, json, dot"):
        netlift.export(result, "markdown")


def test_each_is_at_most_forty_lines() -> None:
    source = Path(__file__).read_text()
    ours = ("Prefix", "Attention", "Answers", "hashed", "ForgetsProver", "Markdown")
    sizes = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name in ours
    }
    assert set(sizes) == set(ours)
    assert sizes["Prefix"] + sizes["Attention"] <= 40
    assert max(sizes.values()) <= 40
