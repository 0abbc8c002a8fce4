"""The lattice reader, on integer rules hidden in real vectors."""

from collections.abc import Callable

import numpy as np
import pytest

from netlift.networks._protocol import run_with_states
from netlift.states import Lattice, lattice_samples, read_lattice
from netlift.states._integers import hermite, reduce_basis
from states_by_hand import Embedded, Floats, Ints, Rule, random_machine

RNG = np.random.default_rng
Step = Callable[[Ints, Ints], Ints]

Read = Callable[[Ints], Ints]

RULES: dict[str, tuple[tuple[int, ...], Step, Read, int, int]] = {
    "sum": ((0,), lambda z, x: z + x, lambda z: z, 0, 99),
    "majority": ((0,), lambda z, x: z + 2 * x - 1, lambda z: np.asarray(z > 0, dtype=np.int64), 0, 1),
    "largest": ((0,), lambda z, x: np.maximum(z, x), lambda z: z, 0, 99),
    "remainder": ((0,), lambda z, x: (z + x) % 10, lambda z: z, 0, 9),
    "two back": (
        (0, 0, 0),
        lambda z, x: np.concatenate([x, z[:, :2]], axis=1),
        lambda z: z[:, 2:],
        0,
        99,
    ),
    "fall": (
        (0, 0),
        lambda z, x: np.concatenate([z[:, :1] + x, z[:, 1:] + z[:, :1] + x], axis=1),
        lambda z: z[:, 1:],
        -10,
        10,
    ),
    "spring": (
        (0, 0),
        lambda z, x: np.concatenate(
            [z[:, :1] + x - z[:, 1:], z.sum(axis=1, keepdims=True) + x - z[:, 1:]], 1
        ),
        lambda z: z[:, 1:],
        -10,
        10,
    ),
    "counts": (
        (0, 0, 0),
        lambda z, x: z + (np.arange(3) == x),
        lambda z: z.argmax(axis=1)[:, None],
        0,
        2,
    ),
}


def example(name: str, width: int, noise: float, seed: int = 0, steps: int = 10) -> tuple[Rule, Ints]:
    start, step, answer, low, high = RULES[name]
    network = Rule.of(start, step, answer, RNG(seed), width=width, noise=noise)
    return network, RNG(seed + 1).integers(low, high + 1, size=(300, steps, 1))


def check_same_lattice(lattice: Lattice, network: Rule) -> None:
    change = lattice.weights @ network.basis
    assert np.abs(change - np.rint(change)).max() < 0.05
    assert abs(np.linalg.det(change)) == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(("width", "noise"), [(4, 0.0), (8, 0.1), (64, 0.05)])
@pytest.mark.parametrize("name", RULES)
def test_the_lattice_is_found_in_any_dimension_through_noise(name: str, width: int, noise: float) -> None:
    network, inputs = example(name, width, noise)
    lattice = read_lattice(network, inputs)
    assert lattice is not None
    assert lattice.rank == network.basis.shape[1]
    check_same_lattice(lattice, network)
    assert lattice.contradictions == 0.0
    assert lattice.worst < 0.5
    states = run_with_states(network, inputs)[0]
    codes = lattice.encode(states)
    assert np.array_equal(lattice.encode(lattice.decode(codes)), codes)
    assert np.abs(lattice.coordinates(states) - codes).max() < 0.5
    assert not lattice.encode(network.initial_state(1)).any()


class Parts:
    """A rule whose hidden states are pairs, of which one part alone counts, as in a cache of layers."""

    def __init__(self, inner: Rule) -> None:
        self.inner = inner

    def initial_state(self, batch: int) -> tuple[Floats, Floats]:
        return self.inner.initial_state(batch), np.zeros((batch, 1, 2))

    def next_state(self, hidden: tuple[Floats, Floats], inputs: Ints) -> tuple[Floats, Floats]:
        return self.inner.next_state(hidden[0], inputs), hidden[1] + 1.0

    def output(self, hidden: tuple[Floats, Floats]) -> Ints:
        return self.inner.output(hidden[0])

    def vector(self, hidden: tuple[Floats, Floats]) -> Floats:
        return hidden[0]


@pytest.mark.parametrize("name", RULES)
def test_hidden_states_of_several_parts_are_read_as_the_vectors_they_tell(name: str) -> None:
    network, inputs = example(name, 8, 0.05)
    plain, found = read_lattice(network, inputs), read_lattice(Parts(network), inputs)
    assert plain is not None
    assert found is not None
    assert np.array_equal(found.basis, plain.basis)
    assert np.array_equal(found.offset, plain.offset)
    seen = [lattice_samples(one, found, inputs) for one in (network, Parts(network))]
    assert np.array_equal(seen[0].next_z, seen[1].next_z)


def test_coordinates_are_chosen_to_read_well() -> None:
    network, inputs = example("sum", 8, 0.05)
    lattice = read_lattice(network, inputs)
    assert lattice is not None
    samples = lattice_samples(network, lattice, inputs)
    assert np.array_equal(samples.next_z, samples.z + samples.x)
    assert np.array_equal(samples.y, samples.next_z)
    network, inputs = example("counts", 8, 0.05)
    lattice = read_lattice(network, inputs)
    assert lattice is not None
    samples = lattice_samples(network, lattice, inputs)
    steps = samples.next_z - samples.z
    assert set(map(tuple, steps.tolist())) == {(1, 0, 0), (0, 1, 0), (0, 0, 1)}


class Smooth:
    """Hidden states on no lattice."""

    def __init__(self, width: int) -> None:
        self.inner = RNG(3).normal(size=(width, width)) * 0.8
        self.outer = RNG(4).normal(size=(1, width)) * 0.3

    def initial_state(self, batch: int) -> Floats:
        return np.zeros((batch, len(self.inner)))

    def next_state(self, hidden: Floats, inputs: Ints) -> Floats:
        moved: Floats = np.tanh(hidden @ self.inner + inputs @ self.outer)
        return moved

    def output(self, hidden: Floats) -> Ints:
        answer: Ints = np.rint(3 * hidden[:, :1]).astype(np.int64)
        return answer


@pytest.mark.parametrize("width", [1, 2, 4])
@pytest.mark.parametrize("symbols", [2, 10])
def test_no_lattice_is_invented_for_smooth_states(width: int, symbols: int) -> None:
    inputs = RNG(0).integers(0, symbols, size=(300, 10, 1))
    assert read_lattice(Smooth(width), inputs) is None


@pytest.mark.parametrize("states", [4, 9, 25])
@pytest.mark.parametrize("width", [1, 2, 4])
def test_no_lattice_is_invented_for_a_few_scattered_states(states: int, width: int) -> None:
    network = Embedded.of(random_machine(RNG(states), states, 2, 3), RNG(width), width=width, noise=0.02)
    assert read_lattice(network, RNG(0).integers(0, 2, size=(300, 10, 1))) is None


def test_a_network_with_infinite_states_has_no_lattice() -> None:
    class Broken(Smooth):
        def next_state(self, hidden: Floats, inputs: Ints) -> Floats:
            return np.full_like(hidden, np.nan)

        def output(self, hidden: Floats) -> Ints:
            return np.zeros((len(hidden), 1), dtype=np.int64)

    assert read_lattice(Broken(2), np.zeros((20, 5, 1), dtype=np.int64)) is None


def test_states_of_all_steps_enter_not_only_the_last_two() -> None:
    """From step six on the states are even: a lattice fitted to late steps alone would miss half."""

    def step(z: Ints, x: Ints) -> Ints:
        late = z[:, 1:] >= 6
        return np.concatenate(
            [np.where(late, z[:, :1] + 2 * x + z[:, :1] % 2, z[:, :1] + x), z[:, 1:] + 1], 1
        )

    network = Rule.of((0, 0), step, lambda z: z[:, :1], RNG(0), noise=0.02)
    inputs = RNG(1).integers(0, 10, size=(300, 12, 1))
    lattice = read_lattice(network, inputs)
    assert lattice is not None
    check_same_lattice(lattice, network)
    early = lattice.coordinates(run_with_states(network, inputs)[0][:, :3])
    assert np.abs(early - np.rint(early)).max() < 0.1


def test_pairs_that_never_occurred_are_listed() -> None:
    network, _ = example("remainder", 4, 0.0)
    inputs = RNG(1).integers(0, 10, size=(60, 4, 1))
    lattice = read_lattice(network, RNG(1).integers(0, 10, size=(300, 10, 1)))
    assert lattice is not None
    samples = lattice_samples(network, lattice, inputs)
    unobserved = samples.unobserved()
    seen = set(zip(map(tuple, samples.z.tolist()), map(tuple, samples.x.tolist()), strict=True))
    assert not seen & set(unobserved)
    assert len(seen) + len(unobserved) == 100
    assert samples.counts.sum() == inputs.shape[0] * inputs.shape[1]


def test_a_hidden_second_variable_shows_as_a_contradiction_not_as_a_rule() -> None:
    """Two variables, the second one squeezed below the noise: rounding to the first contradicts itself."""

    def step(z: Ints, x: Ints) -> Ints:
        return np.concatenate([z[:, :1] + x * (1 + z[:, 1:]), x], axis=1)

    network = Rule.of((0, 0), step, lambda z: z[:, :1], RNG(0), width=3, noise=0.02)
    squeezed = Rule(
        network.start,
        network.step,
        network.read,
        np.array([[1.0, 1e-4], [0.5, -1e-4], [0.2, 3e-4]]),
        network.offset,
        0.0,
    )
    inputs = RNG(1).integers(0, 2, size=(300, 10, 1))
    lattice = read_lattice(squeezed, inputs)
    assert lattice is None or lattice.rank == 2


def test_hermite_form_keeps_the_lattice() -> None:
    rows = np.array([[4, 0], [0, 4], [2, 2], [1, 3]])
    basis = hermite(rows)
    assert abs(round(float(np.linalg.det(basis)))) == 4
    coordinates = rows @ np.linalg.inv(basis)
    assert np.allclose(coordinates, np.rint(coordinates))
    with pytest.raises(ValueError, match="do not span"):
        hermite(np.array([[1, 1], [2, 2]]))


def test_reduction_shortens_a_skewed_basis() -> None:
    basis = np.array([[1.0, 0.0, 0.0], [7.0, 1.0, 0.0], [-5.0, 3.0, 1.0]])
    change = reduce_basis(basis @ basis.T)
    assert abs(round(float(np.linalg.det(change)))) == 1
    assert np.linalg.norm(change @ basis, axis=1).max() < 1.01
