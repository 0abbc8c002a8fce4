"""The networks of TAYSIR 2023, track 1, as networks of three plain methods; they come as plain arrays.

A folder holds table.json, which describes each network, and its weights, 1.N.npz: recurrent layers `mach[L]`
in PyTorch's order of gates, and dense layers with nothing between them. A word is BEGIN, letters and END,
each one-hot; the answer is read behind END. So `output` gives the answer to the word read so far, END behind
it. A network that reads both ways has no recurrence but the forward one: its hidden state is that, and the
word.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
GATES = {"rnn": 1, "gru": 3, "lstmx": 4}


@dataclass(frozen=True)
class Layer:
    """One recurrent layer in one direction; a state is [n, H], or [n, 2 H] where there is a cell state."""

    cell: str
    inputs: Floats
    recurrent: Floats
    bias: Floats
    recurrent_bias: Floats

    @property
    def width(self) -> int:
        """Units of a state."""
        return self.recurrent.shape[1] * (2 if self.cell == "lstmx" else 1)

    def step(self, state: Floats, inputs: Floats) -> Floats:
        """The states after inputs [n, D]."""
        return self.stepped(state, inputs @ self.inputs.T + self.bias)

    def stepped(self, state: Floats, given: Floats) -> Floats:
        """The states, of what the inputs bring [n, gates * H]."""
        size = self.recurrent.shape[1]
        held = state[:, :size] @ self.recurrent.T + self.recurrent_bias
        if self.cell == "rnn":
            return np.tanh(given + held)
        if self.cell == "gru":
            reset, update = np.split(_sigmoid(given[:, : 2 * size] + held[:, : 2 * size]), 2, axis=1)
            new = np.tanh(given[:, 2 * size :] + reset * held[:, 2 * size :])
            return (1.0 - update) * new + update * state
        entered, forgot, cell, out = np.split(given + held, 4, axis=1)
        kept = _sigmoid(forgot) * state[:, size:] + _sigmoid(entered) * np.tanh(cell)
        return np.concatenate([_sigmoid(out) * np.tanh(kept), kept], axis=1)


@dataclass(frozen=True)
class Words:
    """Hidden states of a network that reads both ways: the forward ones, and the words [n, T]."""

    forward: Floats
    letters: Ints
    lengths: Ints

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, rows: Ints) -> "Words":
        lengths = self.lengths[rows]
        return Words(self.forward[rows], self.letters[rows, : int(lengths.max(initial=0))], lengths)

    @classmethod
    def concatenate(cls, batches: "list[Words]") -> "Words":
        """All rows, one batch after another."""
        most = max(batch.letters.shape[1] for batch in batches)
        letters = [np.pad(one.letters, ((0, 0), (0, most - one.letters.shape[1]))) for one in batches]
        return cls(
            np.concatenate([one.forward for one in batches]),
            np.concatenate(letters),
            np.concatenate([one.lengths for one in batches]),
        )


@dataclass(frozen=True)
class Taysir:
    """One network; `layers` forward, `back` the backward one, `dense` weights and biases of those after."""

    layers: tuple[Layer, ...]
    back: Layer | None
    dense: tuple[tuple[Floats, Floats], ...]
    letters: int
    begin: int
    end: int
    parameters: int

    @property
    def said(self) -> Any:
        """How letters are coded: all of them, whether they occur in the examples or not."""
        from netlift.networks._codings import Said

        return Said(inputs="one-hot", alphabets=(tuple(range(self.letters)),))

    def initial_state(self, batch: int) -> Any:
        """After BEGIN."""
        state = np.zeros((batch, sum(layer.width for layer in self.layers)))
        state = self._forward(state, np.full(batch, self.begin))
        if self.back is None:
            return state
        return Words(state, np.zeros((batch, 0), dtype=np.int64), np.zeros(batch, dtype=np.int64))

    def next_state(self, hidden: Any, inputs: Floats) -> Any:
        """After one letter more, one-hot."""
        letters = inputs.argmax(axis=1)
        if self.back is None:
            return self._forward(hidden, letters)
        room = np.zeros((len(hidden), hidden.letters.shape[1] + 1), dtype=np.int64)
        room[:, :-1] = hidden.letters
        room[np.arange(len(hidden)), hidden.lengths] = letters
        return Words(self._forward(hidden.forward, letters), room, hidden.lengths + 1)

    def output(self, hidden: Any) -> Floats:
        """The scores [n, 2] of the words read so far, END behind them."""
        forward = hidden if self.back is None else hidden.forward
        state = self._forward(forward, np.full(len(forward), self.end))
        top = self.layers[-1]
        ended = state[:, state.shape[1] - top.width :][:, : top.recurrent.shape[1]]
        if self.back is not None:
            ended = np.concatenate([ended, self._backward(self.back, hidden)], axis=1)
        for weight, bias in self.dense:
            ended = ended @ weight.T + bias
        return ended

    def _forward(self, state: Floats, letters: Ints) -> Floats:
        parts, before, given = [], 0, None
        for layer in self.layers:
            own = state[:, before : before + layer.width]
            before += layer.width
            after = (
                layer.stepped(own, layer.inputs.T[letters] + layer.bias)
                if given is None
                else layer.step(own, given)
            )
            given = after[:, : layer.recurrent.shape[1]]
            parts.append(after)
        return np.concatenate(parts, axis=1)

    def _backward(self, layer: Layer, words: Words) -> Floats:
        """The backward states [n, H] at BEGIN; words of all lengths at once, each set out at its end."""
        brought = layer.inputs.T + layer.bias
        state = layer.stepped(np.zeros((len(words), layer.width)), brought[np.full(len(words), self.end)])
        for place in range(words.letters.shape[1] - 1, -1, -1):
            rows = np.flatnonzero(words.lengths > place)
            state[rows] = layer.stepped(state[rows], brought[words.letters[rows, place]])
        state = layer.stepped(state, brought[np.full(len(words), self.begin)])
        return state[:, : layer.recurrent.shape[1]]


def network_of(folder: Path, name: str) -> Taysir:
    """The network 1.N of a folder."""
    told = json.loads((folder / "table.json").read_text())[name]
    with np.load(folder / f"{name}.npz", allow_pickle=False) as held:
        arrays = {key: held[key].astype(np.float64) for key in held.files if key != "meta"}
    levels = range(told["layers"])
    back = _layer(told["cell"], arrays, "mach[0]", reverse=True) if told["bidirectional"] else None
    return Taysir(
        tuple(_layer(told["cell"], arrays, f"mach[{level}]", reverse=False) for level in levels),
        back,
        tuple(
            (arrays[f"dense.{level}.weight"], arrays[f"dense.{level}.bias"])
            for level in range(told["dense_layers"])
        ),
        told["symbols"] - 2,
        told["begin"],
        told["end"],
        sum(array.size for array in arrays.values()),
    )


def words_of(file: Path) -> list[list[int]]:
    """The letters of a file of words as the competition has them: length, BEGIN, letters, END; one a line."""
    lines = file.read_text().splitlines()[1:]
    return [[int(one) for one in line.split()[2:-1]] for line in lines]


def _layer(cell: str, arrays: dict[str, Floats], name: str, *, reverse: bool) -> Layer:
    if cell == "lstmx":
        stem = f"{name}.{'reverse' if reverse else 'forward'}_layers[0]"
        return Layer(cell, *(arrays[f"{stem}.{part}"] for part in _PARTS))
    end = "_l0_reverse" if reverse else "_l0"
    return Layer(cell, *(arrays[f"{name}.{part}{end}"] for part in _PARTS))


_PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def _sigmoid(values: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-values))


GIVEN, KEPT = 4_000, 4_000  # words that netlift is given, and others that its program is measured on
ACCEPT = 0.993  # share of the words on which a best effort has to agree, the best of the winner's
WINNER = {  # error and states of the winner's machines (github emuskardin/taysir_competition_mbt)
    "1.1": "7.5 %, 7,708",
    "1.2": "0, 8",
    "1.5": "0, 5",
    "1.6": "0.02 %, 18",
    "1.8": "32 %",
    "1.9": "0.7 %, 200",
    "1.10": "1.4 %, 1,500",
    "1.11": "0.7 %, 500",
}


@dataclass(frozen=True)
class Opened:
    """What came of one network: the cells of its row, and the program."""

    cells: tuple[str, ...]
    solved: bool
    program: str


def opened(folder: Path, words: Path, name: str, budget: float, seed: int) -> Opened:
    """One network, opened by one call of `netlift.lift` on words of its file, which only count at their end.

    Where a thousand words or more are left, the error is measured on those; else on the half of the words
    that netlift itself keeps, as `result.approximation` tells.
    """
    import netlift
    from netlift.report._approximation import Approximation

    network, all_words = network_of(folder, name), words_of(words / f"{name}.words")
    order = np.random.default_rng(seed).permutation(len(all_words)).tolist()
    given, rest = order[:GIVEN], order[GIVEN : GIVEN + KEPT]
    started = time.monotonic()
    result = netlift.lift(
        network,
        [all_words[row] for row in given],
        input_coding="one-hot",
        output_coding="classes",
        accept=ACCEPT,
        at="end",
        budget=budget,
        seed=seed,
    )
    seconds = time.monotonic() - started
    measure = result.approximation
    if len(rest) >= 1_000 and result.program is not None:
        kept = [all_words[row] for row in rest]
        said = [result.program(word)[-1] for word in kept]
        right = answers(network, kept)
        wrong = sum(one != other for one, other in zip(said, right, strict=True))
        usual = max(right.count(one) for one in set(right)) / len(kept)
        measure = Approximation(ACCEPT, len(kept), wrong, "end", "", "", usual)
    told = json.loads((folder / "table.json").read_text())[name]
    cell = f"{told['cell'].removesuffix('x').upper()} {told['hidden']}"
    cell += ", both ways" if told["bidirectional"] else ", 2 layers" if told["layers"] > 1 else ""
    kind = result.approximation.kind if result.approximation is not None else ""
    if result.solved and result.states is not None:
        kind = f"a machine of {result.states} states"
    error = "" if measure is None else f"{1.0 - measure.agreement:.2%} of {measure.words:,}"
    bound = "" if measure is None else f"{1.0 - measure.at_least:.2%}"
    alone = "" if measure is None else f"{1.0 - measure.usual:.2%}"
    cells = (name, cell, "x" if result.solved else "", kind or result.reason, error, bound, alone)
    cells = (*cells, WINNER.get(name, ""), f"{seconds:.0f}")
    return Opened(cells, result.solved, "" if result.program is None else result.program.source)


def answers(network: Taysir, words: list[list[int]]) -> list[int]:
    """The network's answers at the end of words, those of one length at once."""
    found, letters = np.zeros(len(words), dtype=np.int64), np.eye(network.letters)
    lengths = np.array([len(word) for word in words])
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length)
        hidden = network.initial_state(len(rows))
        for step in range(length):
            hidden = network.next_state(hidden, letters[[words[row][step] for row in rows.tolist()]])
        found[rows] = network.output(hidden).argmax(axis=1)
    return [int(one) for one in found]
