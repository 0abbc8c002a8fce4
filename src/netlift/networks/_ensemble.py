"""Many networks of one architecture trained at once, differing in first weights and learning rate."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from netlift.data._sequences import Sequences
from netlift.networks._architecture import Architecture, Coding, symbol_places
from netlift.networks._mlp_rnn import MlpRnn

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

RATES = (2e-3, 5e-3, 1e-2, 2e-2)
CHUNK = 50  # optimiser steps in one compiled call
_COLUMNS = 1024  # sequences in one compiled call that counts right answers
_LAST_RATE = 0.02  # where the cosine ends, as a share of where it began


class Ensemble:
    """S networks trained on the same batches, in one compiled program.

    Adam with one rate a network, gradients clipped to norm 1, a warm-up, then cosine cycles: the
    rate falls to 2 % at the end of a cycle of `cycle` steps, starts again, and each cycle is
    `growth` times as long as the one before. The same seed gives the same weights on one machine.
    With `start`, all go on from that network, in its coding.
    """

    def __init__(
        self,
        architecture: Architecture,
        sequences: Sequences,
        *,
        seed: int,
        rates: tuple[float, ...] = RATES,
        networks_per_rate: int = 4,
        batch: int = 128,
        cycle: int = 1000,
        growth: float = 1.0,
        warm_up: int = 100,
        start: MlpRnn | None = None,
    ) -> None:
        from netlift.networks._gradient import Form

        self.architecture = architecture
        self.coding = Coding.of(architecture, sequences) if start is None else start.coding
        self.steps = 0
        self._rng = np.random.default_rng(seed)
        self._batch = min(batch, max(16, len(sequences)))
        self._rates = np.repeat(np.array(rates, dtype=np.float32), networks_per_rate)
        self._cycle = (0, cycle)  # where the current one began, and its length
        self._growth, self._warm_up = growth, warm_up
        classes = self.coding.classes
        self._form = Form(
            architecture.activation,
            architecture.f_depth,
            architecture.g_depth,
            self.coding.features,
            self.coding.alphabets is not None,
            None if classes is None else tuple(map(len, classes)),
        )
        self._scale = np.array(self.coding.output_scale, dtype=np.float32)[:, None]
        self._params = first_weights(architecture, self.coding, len(self._rates), self._rng)
        if start is not None:
            self._params = {
                name: np.repeat(start.weights[name][None].astype(np.float32), len(self), axis=0)
                for name in self._params
            }
        self._means = {name: np.zeros_like(array) for name, array in self._params.items()}
        self._squares = {name: np.zeros_like(array) for name, array in self._params.items()}
        self._data = self._coded(sequences)
        self._spread: Singles | None = None

    def __len__(self) -> int:
        return len(self._rates)

    def advance(self, steps: int) -> None:
        """Take this many optimiser steps, rounded up to whole chunks."""
        from netlift.networks._gradient import train

        for _ in range(-(-steps // CHUNK)):
            count = np.arange(self.steps + 1, self.steps + CHUNK + 1)
            rows = self._rng.integers(len(self._data["inputs"]), size=(CHUNK, self._batch))
            batches = {name: np.moveaxis(array[rows], 1, -1) for name, array in self._data.items()}
            batches["rates"] = np.array([self._rate(int(step)) for step in count], dtype=np.float32)
            batches["steps"] = count.astype(np.float32)
            self._params, self._means, self._squares = train(
                self._form,
                self._params,
                self._means,
                self._squares,
                batches,
                self._scale,
                self._rates,
                self._spread,
            )
            self.steps += CHUNK

    def _rate(self, step: int) -> float:
        start, length = self._cycle
        if step > start + length:
            start, length = start + length, round(length * self._growth / CHUNK) * CHUNK
            self._cycle = (start, length)
        warm = min(1.0, (step - start) / self._warm_up) if self._warm_up else 1.0
        cosine = 0.5 * (1.0 + np.cos(np.pi * (step - start) / length))
        return float(warm * (_LAST_RATE + (1.0 - _LAST_RATE) * cosine))

    def accuracies(self, sequences: Sequences) -> Floats:
        """For each network the share of the sequences that it answers entirely right, [S]."""
        from netlift.networks._gradient import right

        data = self._coded(sequences)
        counts = np.zeros(len(self))
        for part in _padded(data, _COLUMNS):
            good = right(self._form, self._params, part["inputs"], part["targets"], part["mask"], self._scale)
            present = part["mask"].any(axis=0)
            counts += np.asarray(good)[:, present].sum(axis=1)
        return counts / max(1, len(sequences))

    def network(self, index: int) -> MlpRnn:
        """One of the networks as it stands, in double precision."""
        weights = {name: np.asarray(array)[index].astype(np.float64) for name, array in self._params.items()}
        return MlpRnn(self.architecture, self.coding, weights)

    def _coded(self, sequences: Sequences) -> dict[str, NDArray[np.float32] | NDArray[np.int32]]:
        """Inputs [N, T, D] and targets [N, T, K] as the compiled program takes them, and the mask [N, T].

        The mask tells the steps that have a target.
        """
        labelled = sequences.labelled
        return {
            "inputs": _coded_inputs(sequences.inputs, sequences.mask, self.coding),
            "targets": _coded_targets(sequences.targets, labelled, self.coding),
            "mask": labelled.astype(np.float32),
        }


def first_weights(
    architecture: Architecture, coding: Coding, seeds: int, rng: np.random.Generator
) -> dict[str, Singles]:
    """Random weights [S, ...], uniform within 1 / sqrt(fan-in) as is usual."""
    weights = {}
    for name, shape in architecture.shapes(coding.features, coding.scores).items():
        if name.startswith(("f.0", "f.skip")):
            fan_in = architecture.hidden + coding.streams
        elif name == "initial":
            fan_in = 1
        elif name in ("g.0.weight", "g.0.bias", "g.skip"):
            fan_in = architecture.hidden
        else:
            fan_in = architecture.width
        bound = 1.0 / np.sqrt(fan_in)
        weights[name] = rng.uniform(-bound, bound, (seeds, *shape)).astype(np.float32)
    return weights


def _coded_inputs(
    values: Ints, mask: NDArray[np.bool_], coding: Coding
) -> NDArray[np.float32] | NDArray[np.int32]:
    if coding.alphabets is None:
        return coding.encode(np.where(mask[..., None], values, 0)).astype(np.float32)
    first = np.array([alphabet[0] for alphabet in coding.alphabets])
    return symbol_places(np.where(mask[..., None], values, first), coding.alphabets, "input").astype(np.int32)


def _coded_targets(
    values: Ints, mask: NDArray[np.bool_], coding: Coding
) -> NDArray[np.float32] | NDArray[np.int32]:
    if coding.classes is None:
        numbers = (values - np.array(coding.output_mean)) / np.array(coding.output_scale)
        return np.where(mask[..., None], numbers, 0.0).astype(np.float32)
    columns = []
    for stream, symbols in enumerate(coding.classes):
        column = np.where(mask, values[..., stream], symbols[0])
        place = np.searchsorted(np.array(symbols), column)
        known = place.clip(max=len(symbols) - 1)
        columns.append(np.where(np.array(symbols)[known] == column, known, -1))  # -1: never right
    return np.stack(columns, axis=-1).astype(np.int32)


def _padded(
    data: dict[str, NDArray[np.float32] | NDArray[np.int32]], columns: int
) -> Iterator[dict[str, NDArray[np.float32] | NDArray[np.int32]]]:
    """Parts of `columns` sequences, sequences last, the final part filled up with masked ones."""
    count = len(data["inputs"])
    for start in range(0, count, columns):
        rows = np.arange(start, start + columns)
        outside = rows >= count
        part = {name: np.moveaxis(array[rows.clip(max=count - 1)], 0, -1) for name, array in data.items()}
        part["mask"] = np.where(outside, np.float32(0), part["mask"])
        yield part
