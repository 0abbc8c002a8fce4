"""Training by gradient: slopes against finite differences, threads, weights that diverge, least squares."""

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlift.data import Sequences, from_arrays
from netlift.networks import Architecture, MlpRnn
from netlift.networks._architecture import Coding
from netlift.networks._ensemble import Ensemble, coded, first_weights
from netlift.networks._gradient import Layout, gradient_of, units_of
from netlift.networks._tangents import answers

ARCHITECTURES = st.builds(
    Architecture,
    hidden=st.integers(1, 5),
    width=st.integers(1, 7),
    f_depth=st.integers(1, 3),
    g_depth=st.integers(1, 3),
    activation=st.sampled_from(["relu", "tanh"]),
    skip=st.booleans(),
    inputs=st.sampled_from(["number", "one-hot"]),
    outputs=st.sampled_from(["number", "classes"]),
)


def drawn(seed: int, streams: int, outputs: int, count: int = 40) -> Sequences:
    """Ragged sequences of few symbols, some steps without a target."""
    rng = np.random.default_rng(seed)
    inputs = [rng.integers(0, 3, (length, streams)) for length in rng.integers(1, 6, count)]
    factors = np.arange(1, outputs + 1)
    targets = [word.sum(axis=1).cumsum()[:, None] * factors % 4 for word in inputs]
    return from_arrays(inputs, targets)


def mean_loss(network: MlpRnn, sequences: Sequences) -> float:
    """The loss that training descends, in double precision from the network as it is run."""
    total, count = 0.0, 0
    hidden = network.initial_state(len(sequences))
    coding = network.coding
    for step in range(sequences.inputs.shape[1]):
        inputs = np.where(sequences.mask[:, step, None], sequences.inputs[:, step], 0)
        hidden = network.next_state(hidden, inputs)
        scores, wanted = network.raw_output(hidden), sequences.targets[:, step]
        rows = np.flatnonzero(sequences.mask[:, step])
        count += len(rows)
        if coding.classes is None:
            errors = scores * np.array(coding.output_scale) + np.array(coding.output_mean) - wanted
            total += np.log1p(errors[rows] ** 2).sum()
            continue
        start = 0
        for stream, symbols in enumerate(coding.classes):
            part = scores[:, start : start + len(symbols)]
            place = np.searchsorted(np.array(symbols), wanted[rows, stream])
            total += (np.log(np.exp(part).sum(axis=1))[rows] - part[rows, place]).sum()
            start += len(symbols)
    return total / count


def slopes_of(network: MlpRnn, sequences: Sequences) -> np.ndarray:
    """The gradient [P] by back-propagation."""
    layout = Layout.of(network.architecture, network.coding)
    flat = layout.flat({name: array[None].astype(np.float32) for name, array in network.weights.items()})[0]
    data = coded(sequences, network.coding)
    length, count = data.mask.shape[1], len(data)
    units = np.zeros((length, data.numbers.shape[2], count), dtype=np.float32)
    ones = np.zeros((length, network.coding.streams, count), dtype=np.int32)
    units_of(layout.net, data.numbers, data.places, np.arange(count), units, ones)
    columns = [np.ascontiguousarray(np.moveaxis(a, 0, -1)) for a in (data.targets, data.answers, data.mask)]
    gradient: np.ndarray = np.empty_like(flat)
    arguments: list[Any] = [*layout.described, flat, units, ones, *columns, gradient]
    gradient_of(*arguments)
    return gradient


@given(ARCHITECTURES, st.integers(0, 10_000), st.integers(1, 2), st.integers(1, 2))
@settings(max_examples=40, deadline=None)
def test_slopes_equal_finite_differences(
    architecture: Architecture, seed: int, streams: int, outputs: int
) -> None:
    sequences = drawn(seed, streams, outputs)
    coding = Coding.of(architecture, sequences)
    rng = np.random.default_rng(seed)
    weights = {
        name: array[0].astype(np.float64)
        for name, array in first_weights(architecture, coding, 1, rng).items()
    }
    slopes = slopes_of(MlpRnn(architecture, coding, weights), sequences)
    direction = rng.standard_normal(len(slopes)).astype(np.float32)
    layout = Layout.of(architecture, coding)
    moved = layout.named(direction)
    around = []
    for size in (1e-5, -1e-5):
        shifted = {name: array + size * moved[name] for name, array in weights.items()}
        around.append(mean_loss(MlpRnn(architecture, coding, shifted), sequences))
    expected = (around[0] - around[1]) / 2e-5
    assert float(slopes @ direction) == pytest.approx(expected, rel=2e-2, abs=5e-3)


@given(ARCHITECTURES, st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_tangents_equal_finite_differences(architecture: Architecture, seed: int) -> None:
    sequences = drawn(seed, 2, 1)
    coding = Coding.of(architecture, sequences)
    rng = np.random.default_rng(seed)
    weights = {
        name: array[0].astype(np.float64)
        for name, array in first_weights(architecture, coding, 1, rng).items()
    }
    inputs = np.where(sequences.mask[..., None], sequences.inputs, sequences.inputs[:1, :1])
    units = np.moveaxis(coding.inputs.encode(inputs), 0, -1)
    _, tangents = answers(architecture, weights, units, True)
    direction = rng.standard_normal(len(tangents))
    start, moved = 0, {}
    for name, array in weights.items():
        moved[name] = direction[start : start + array.size].reshape(array.shape)
        start += array.size
    above, below = (
        answers(
            architecture, {name: array + size * moved[name] for name, array in weights.items()}, units, False
        )
        for size in (1e-7, -1e-7)
    )
    slope = np.tensordot(direction, tangents, 1)
    kinks = np.abs((above[0] - below[0]) / 2e-7 - slope) > 1e-4 * (1.0 + np.abs(slope))
    assert kinks.mean() < 0.02  # a unit that changes sides between the two points


def test_accuracies_are_those_of_the_networks_as_they_are_run() -> None:
    sequences = drawn(3, 2, 1, 500)
    for architecture in (Architecture(2, 8), Architecture(3, 8, inputs="one-hot", outputs="classes")):
        ensemble = Ensemble(architecture, sequences, seed=0)
        ensemble.advance(50)
        shares = ensemble.accuracies(sequences)
        for index in (0, 7):
            network = ensemble.network(index)
            hidden, right = network.initial_state(len(sequences)), np.ones(len(sequences), dtype=bool)
            for step in range(sequences.inputs.shape[1]):
                present = sequences.mask[:, step]
                hidden = network.next_state(hidden, np.where(present[:, None], sequences.inputs[:, step], 0))
                said = (network.output(hidden) == sequences.targets[:, step]).all(axis=1)
                right &= said | ~present
            assert shares[index] == pytest.approx(right.mean(), abs=1 / len(sequences))


def test_weights_do_not_depend_on_the_number_of_threads() -> None:
    script = (
        "import numpy as np\n"
        "from netlift.bench import get_task\n"
        "from netlift.networks import Architecture\n"
        "from netlift.networks._ensemble import Ensemble\n"
        "data = get_task('parity_all').sequences(200, np.random.default_rng(0))\n"
        "ensemble = Ensemble(Architecture(2, 8), data, seed=1)\n"
        "ensemble.advance(100)\n"
        "print([ensemble.network(i).weights['g.0.weight'].sum().hex() for i in range(len(ensemble))])\n"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "NETLIFT_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "3")
    ]
    assert printed[0] == printed[1] != ""


def test_a_network_that_diverges_harms_no_other() -> None:
    sequences = from_arrays(np.full((64, 20, 1), 10**9), np.full((64, 20, 1), -(10**9)))
    ensemble = Ensemble(Architecture(2, 8, f_depth=1), sequences, seed=0, rates=(1e-3, 1e6))
    ensemble.advance(100)
    assert np.isfinite(ensemble.network(0).weights["f.0.hidden"]).all()
    assert np.isfinite(ensemble.accuracies(sequences)).all()


def test_networks_that_were_given_up_cannot_be_had_and_the_others_are_themselves() -> None:
    ensemble = Ensemble(Architecture(2, 8), drawn(0, 1, 1), seed=0)
    before = {number: ensemble.network(number) for number in ensemble.kept}
    ensemble.keep(np.array([1, 5, 6]))
    assert ensemble.kept == [1, 5, 6]
    for number, network in before.items():
        if number in ensemble.kept:
            assert np.array_equal(
                ensemble.network(number).weights["f.0.hidden"], network.weights["f.0.hidden"]
            )
        else:
            with pytest.raises(ValueError, match="not in list"):
                ensemble.network(number)
