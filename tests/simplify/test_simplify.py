"""Normalisers: the computed function stays, and linear algorithms come out in whole numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from netlift.data import from_arrays
from netlift.networks import Architecture, Coding, Ensemble, LinearRnn, MlpRnn, run, run_with_states
from netlift.simplify import AffineChange, as_linear, changed, debiasing, simplify, whitening

Floats = NDArray[np.float64]


def random_network(architecture: Architecture, seed: int) -> tuple[MlpRnn, NDArray[np.int64]]:
    """A network with random weights, and words to run it on."""
    rng = np.random.default_rng(seed)
    inputs = rng.integers(-3, 4, size=(40, 15, 2))
    coding = Coding.of(architecture, from_arrays(inputs, np.cumsum(inputs[..., 0], axis=1)))
    shapes = architecture.shapes(coding.features, coding.scores)
    weights = {
        name: rng.normal(size=shape) / (2.0 * np.sqrt(shape[-1]))
        if len(shape) > 1
        else rng.normal(size=shape)
        for name, shape in shapes.items()
    }
    return MlpRnn(architecture, coding, weights), inputs


def raw(network: MlpRnn | LinearRnn, inputs: NDArray[np.int64]) -> Floats:
    hidden = run_with_states(network, inputs)[0]
    return network.raw_output(hidden.reshape(-1, hidden.shape[-1]))


architectures = st.builds(
    Architecture,
    hidden=st.integers(1, 6),
    width=st.integers(1, 6),
    f_depth=st.integers(1, 3),
    g_depth=st.integers(1, 3),
    activation=st.sampled_from(["relu", "tanh"]),
    skip=st.booleans(),
    inputs=st.sampled_from(["number", "one-hot"]),
    outputs=st.sampled_from(["number", "classes"]),
)


@settings(max_examples=60, deadline=None)
@given(architecture=architectures, seed=st.integers(0, 2**32))
def test_every_change_of_basis_leaves_the_function_as_it_was(architecture: Architecture, seed: int) -> None:
    network, inputs = random_network(architecture, seed)
    rng = np.random.default_rng(seed)
    before = raw(network, inputs)
    states = run_with_states(network, inputs)[0].reshape(-1, architecture.hidden)
    states = np.concatenate([network.initial_state(1), states])
    mixing = rng.normal(size=(architecture.hidden,) * 2) + 3 * np.eye(architecture.hidden)
    for change in (
        AffineChange.of(mixing, rng.normal(size=architecture.hidden)),
        whitening(states),
        debiasing(network),
    ):
        after = raw(changed(network, change), inputs)
        assert np.abs(after - before).max() <= 1e-6 * max(1.0, np.abs(before).max())


@settings(max_examples=25, deadline=None)
@given(architecture=architectures, seed=st.integers(0, 2**32))
def test_simplify_answers_as_the_network_does(architecture: Architecture, seed: int) -> None:
    network, inputs = random_network(architecture, seed)
    simple = simplify(network, inputs)
    assert np.array_equal(run(simple.network, inputs), run(network, inputs))
    assert simple.network.hidden_size <= network.hidden_size


def test_whitening_drops_units_that_the_states_do_not_need() -> None:
    weights = {
        "transition": np.diag([0.5, 0.5, 0.5]),
        "drive": np.array([[1.0], [2.0], [-1.0]]),
        "bias": np.zeros(3),
        "readout": np.array([[1.0, 1.0, 1.0]]),
        "offset": np.zeros(1),
        "initial": np.zeros(3),
    }
    network = LinearRnn(weights)
    inputs = np.random.default_rng(0).integers(-5, 6, size=(50, 10, 1))
    states = run_with_states(network, inputs)[0].reshape(-1, 3)
    smaller = changed(network, whitening(states))
    assert smaller.hidden_size == 1
    assert np.allclose(raw(smaller, inputs), raw(network, inputs), atol=1e-9)
    assert np.allclose(
        whitening(states).matrix @ np.cov(states.T, bias=True) @ whitening(states).matrix.T, 1.0
    )


SYSTEMS = {
    "running sum": ([[1]], [[1]], [[1]]),
    "sum of the last three": ([[0, 1, 0], [0, 0, 1], [0, 0, 0]], [[1], [1], [1]], [[1, 0, 0]]),
    "delay": ([[0, 1, 0], [0, 0, 1], [0, 0, 0]], [[0], [0], [1]], [[1, 0, 0]]),
    "twice summed": ([[1, 1], [0, 1]], [[1], [1]], [[1, 0]]),
    "spring": ([[0, 1], [-1, 1]], [[1], [1]], [[1, 0]]),
    "alternating sum": ([[-1]], [[2]], [[3]]),
}


@pytest.mark.parametrize("name", list(SYSTEMS))
@pytest.mark.parametrize("seed", range(3))
def test_linear_algorithms_come_out_in_whole_numbers(name: str, seed: int) -> None:
    """Behind a random basis and a little noise, as training by gradient leaves them."""
    rng = np.random.default_rng(seed)
    transition, drive, readout = (np.array(part, dtype=np.float64) for part in SYSTEMS[name])
    size = len(transition)
    basis = rng.normal(size=(size, size)) + 2 * np.eye(size)
    weights = {
        "transition": basis @ transition @ np.linalg.inv(basis),
        "drive": basis @ drive,
        "bias": np.zeros(size),
        "readout": readout @ np.linalg.inv(basis),
        "offset": np.zeros(1),
        "initial": np.zeros(size),
    }
    noisy = LinearRnn({key: part + 1e-9 * rng.normal(size=part.shape) for key, part in weights.items()})
    inputs = rng.integers(-20, 21, size=(60, 12, 1))
    simple = simplify(noisy, inputs)
    assert simple.whole
    assert isinstance(simple.network, LinearRnn)
    assert simple.network.hidden_size == size
    longer = rng.integers(-20, 21, size=(20, 60, 1))
    exact = LinearRnn(
        {key: np.rint(part) for key, part in weights.items()}
        | {"transition": transition, "drive": drive, "readout": readout}
    )
    assert np.array_equal(run(simple.network, longer), run(exact, longer))


def test_a_linear_network_trained_by_gradient_becomes_whole() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.integers(0, 10, size=(2000, 8))
    sequences = from_arrays(inputs, np.cumsum(inputs, axis=1))
    ensemble = Ensemble(Architecture(2, 1, f_depth=1, g_depth=1), sequences, seed=0, cycle=1500)
    ensemble.advance(1500)
    accuracies = ensemble.accuracies(sequences)
    assert accuracies.max() == 1.0
    network = ensemble.network(int(accuracies.argmax()))
    assert as_linear(network) is not None
    simple = simplify(network, sequences.inputs[:300])
    assert simple.whole
    assert {step.name for step in simple.steps} & {"quantise", "realise"}
    longer = rng.integers(0, 10, size=(50, 100, 1))
    assert np.array_equal(run(simple.network, longer), np.cumsum(longer, axis=1))
