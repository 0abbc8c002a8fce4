"""Many networks of one architecture trained at once, differing in first weights and learning rate."""

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint
from netlift.core._elsewhere import Spread, spreading
from netlift.core._journal import Arrays, Outcome, kept, stamp
from netlift.core._threads import training_pool, training_threads
from netlift.data._sequences import Sequences
from netlift.networks._architecture import Architecture, Coding
from netlift.networks._descent import descended, used
from netlift.networks._mlp_rnn import MlpRnn
from netlift.networks._symbols import symbol_places

if TYPE_CHECKING:
    from netlift.networks._gradient import Examples

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Flags = NDArray[np.bool_]

RATES = (2e-3, 5e-3, 1e-2, 2e-2)
CHUNK = 25  # optimiser steps in one call
_LAST_RATE = 0.02  # where the cosine ends, as a share of where it began


class Ensemble:
    """S networks trained on the same batches.

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
        from netlift.networks._gradient import Layout

        self.architecture = architecture
        self.coding = Coding.of(architecture, sequences) if start is None else start.coding
        self.steps = 0
        self._rng = np.random.default_rng(seed)
        self._batch = min(batch, max(16, len(sequences)))
        self._rates = np.repeat(np.array(rates, dtype=np.float32), networks_per_rate)
        self._size = len(self._rates)
        self._alive = np.arange(self._size)
        self._cycle = (0, cycle)  # where the current one began, and its length
        self._growth, self._warm_up = growth, warm_up
        self._layout = Layout.of(architecture, self.coding)
        weights = first_weights(architecture, self.coding, len(self._rates), self._rng)
        if start is not None:
            weights = {
                name: np.repeat(start.weights[name][None].astype(np.float32), len(self), axis=0)
                for name in weights
            }
        self._flat = self._layout.flat(weights)
        self._means, self._squares = np.zeros_like(self._flat), np.zeros_like(self._flat)
        self._data = coded(sequences, self.coding)
        self._threads = training_threads()
        self._pool = training_pool(self._threads)

    def __len__(self) -> int:
        return self._size

    def keep(self, numbers: Ints) -> None:
        """Train only these of the networks any further; the others are gone, with accuracy -1."""
        chosen = np.isin(self._alive, numbers)
        self._alive, self._rates = self._alive[chosen], self._rates[chosen]
        self._flat, self._means, self._squares = (
            array[chosen] for array in (self._flat, self._means, self._squares)
        )

    def advance(self, steps: int) -> None:
        """Take this many optimiser steps, rounded up to whole chunks. Raises OutOfTimeError.

        Where the run has a journal, what comes of it is kept there, or taken from there.
        """

        def work() -> Outcome:
            self._advance(steps)
            return self._state()

        self._restore(*kept("ensemble", lambda: (steps, self._task, *self._state()), work))

    def _advance(self, steps: int) -> None:
        from netlift.networks._gradient import descend

        chunks = -(-steps // CHUNK)
        elsewhere = spreading()
        if elsewhere is not None:
            self._advance_on(elsewhere, chunks)
            return
        for _ in range(chunks):
            checkpoint()
            batches, factors = self._next_chunk(self.steps)

            def take(part: slice, batches: Ints = batches, factors: Singles = factors) -> None:
                own = self._flat[part], self._means[part], self._squares[part]
                arguments = (*self._layout.described, *own, *self._data.arrays, batches, factors)
                descend(*arguments, self._rates[part], self.steps)

            list(self._pool.map(take, self._parts(self._threads)))
            self.steps += CHUNK

    def _advance_on(self, elsewhere: Spread, chunks: int) -> None:
        """The same steps on the workers of an executor, to the same weights."""
        checkpoint()
        drawn = [self._next_chunk(self.steps + CHUNK * chunk) for chunk in range(chunks)]
        factors = [one for _, one in drawn]
        arrays, batches = used(self._data, [one for one, _ in drawn])
        parts = self._parts(elsewhere.jobs)
        state = self._flat, self._means, self._squares
        pieces = [
            (
                self._layout.described,
                tuple(array[part] for array in state),
                self._rates[part],
                arrays,
                batches,
                factors,
                self.steps,
            )
            for part in parts
        ]
        for part, found in zip(parts, elsewhere.results(descended, pieces), strict=True):
            for array, new in zip(state, found, strict=True):
                array[part] = new
        self.steps += CHUNK * chunks

    def _next_chunk(self, begun: int) -> tuple[Ints, Singles]:
        """The batches of the steps after `begun`, and what multiplies the rates in them."""
        rates = [self._rate(step) for step in range(begun + 1, begun + CHUNK + 1)]
        batches = self._rng.integers(len(self._data), size=(CHUNK, self._batch))
        return batches, np.array(rates, dtype=np.float32)

    @cached_property
    def _task(self) -> str:
        """A stamp of all that training depends on beside the state: data, layout, settings."""
        settings = self._batch, self._growth, self._warm_up, self._size, CHUNK, _LAST_RATE
        return stamp(*settings, self._layout.described, self._data.arrays)

    def _state(self) -> Outcome:
        """All that changes while the networks are trained."""
        arrays: Arrays = {
            "alive": self._alive,
            "rates": self._rates,
            "weights": self._flat,
            "means": self._means,
            "squares": self._squares,
        }
        return arrays, {
            "steps": self.steps,
            "cycle": list(self._cycle),
            "generator": self._rng.bit_generator.state,
        }

    def _restore(self, arrays: Arrays, facts: Any) -> None:
        """Go on from what `_state` gave, perhaps in another run."""
        self._alive, self._rates = arrays["alive"], arrays["rates"]
        self._flat, self._means, self._squares = arrays["weights"], arrays["means"], arrays["squares"]
        self.steps, self._cycle = facts["steps"], (facts["cycle"][0], facts["cycle"][1])
        self._rng.bit_generator.state = facts["generator"]

    def _parts(self, many: int) -> list[slice]:
        """The networks that each of so many threads or workers has to do with."""
        alive = len(self._alive)
        ends = np.linspace(0, alive, min(alive, many) + 1).round().astype(int).tolist()
        return [slice(start, end) for start, end in pairwise(ends)]

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

        arrays = coded(sequences, self.coding).arrays

        def count(part: slice) -> Flags:
            good: Flags = right(*(*self._layout.described, self._flat[part], *arrays))
            return good

        good = self._pool.map(count, self._parts(self._threads))
        shares = np.full(len(self), -1.0)  # a network that was given up comes after all others
        shares[self._alive] = np.concatenate(list(good)).sum(axis=1) / max(1, len(sequences))
        return shares

    @property
    def kept(self) -> list[int]:
        """The numbers of the networks that are still trained."""
        return [int(number) for number in self._alive]

    def network(self, index: int) -> MlpRnn:
        """One of the networks as it stands, in double precision. Raises ValueError if it was given up."""
        place = self.kept.index(index)
        return MlpRnn(self.architecture, self.coding, self._layout.named(self._flat[place]))


def coded(sequences: Sequences, coding: Coding) -> "Examples":
    """Sequences as the compiled loops take them."""
    from netlift.networks._gradient import Examples

    count, length = sequences.mask.shape
    labelled = sequences.labelled
    inputs = _coded_inputs(sequences.inputs, sequences.mask, coding)
    targets = _coded_targets(sequences.targets, labelled, coding)
    none: Singles = np.zeros((count, length, 0), dtype=np.float32)
    nowhere = np.zeros((count, length, 0), dtype=np.int32)
    return Examples(
        inputs if coding.alphabets is None else none,
        nowhere if coding.alphabets is None else inputs,
        targets if coding.classes is None else none,
        nowhere if coding.classes is None else targets,
        labelled.astype(np.float32),
    )


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


def _coded_inputs(values: Ints, mask: NDArray[np.bool_], coding: Coding) -> NDArray[Any]:
    if coding.alphabets is None:
        return coding.inputs.encode(np.where(mask[..., None], values, 0)).astype(np.float32)
    first = np.array([alphabet[0] for alphabet in coding.alphabets])
    return symbol_places(np.where(mask[..., None], values, first), coding.alphabets).astype(np.int32)


def _coded_targets(values: Ints, mask: NDArray[np.bool_], coding: Coding) -> NDArray[Any]:
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
