"""Everything linear: networks in closed form, the linear reader, and the programs it leads to."""

import json
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.data import Sequences
from netlift.formulas import linear_programs
from netlift.networks import LinearRnn, Network, fit_closed_form, run
from netlift.program import Program, print_program
from netlift.states import LinearSystem, read_linear

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def of_arrays(inputs: Ints, targets: Ints, lengths: Ints | None = None) -> Sequences:
    if lengths is None:
        lengths = np.full(len(inputs), inputs.shape[1], dtype=np.int64)
    return Sequences(inputs, targets, lengths, (None,) * inputs.shape[2], (None,) * targets.shape[2])


def drawn(
    rule: Callable[[Ints], Ints], low: int, high: int, *, streams: int = 1, words: int = 500, length: int = 10
) -> Sequences:
    rng = np.random.default_rng(0)
    inputs = rng.integers(low, high + 1, size=(words, length, streams))
    return of_arrays(inputs, rule(inputs))


def lagged(x: Ints, lag: int) -> Ints:
    moved = np.zeros_like(x)
    moved[:, lag:] = x[:, : x.shape[1] - lag]
    return moved


def magnetic(x: Ints) -> Ints:
    velocity = np.zeros((len(x), 2), dtype=np.int64)
    position, outputs = velocity, []
    for step in range(x.shape[1]):
        turn = np.stack([-velocity[:, 1], velocity[:, 0]], axis=1)
        velocity = velocity + x[:, step] + turn
        position = position + velocity
        outputs.append(position)
    return np.stack(outputs, axis=1)


def spring(x: Ints) -> Ints:
    velocity = np.zeros((len(x), 1), dtype=np.int64)
    position, outputs = velocity, []
    for step in range(x.shape[1]):
        velocity = velocity + x[:, step] - position
        position = position + velocity
        outputs.append(position)
    return np.stack(outputs, axis=1)


@st.composite
def systems(draw: st.DrawFn) -> LinearSystem:
    size, streams, outputs = (draw(st.integers(1, most)) for most in (3, 2, 2))

    def matrix(*shape: int) -> Ints:
        count = int(np.prod(shape))
        entries = draw(st.lists(st.integers(-1, 1), min_size=count, max_size=count))
        return np.array(entries, dtype=np.int64).reshape(shape)

    return LinearSystem(
        matrix(size, size),
        matrix(size, streams),
        matrix(size) if draw(st.booleans()) else np.zeros(size, dtype=np.int64),
        matrix(outputs, size),
        matrix(outputs) if draw(st.booleans()) else np.zeros(outputs, dtype=np.int64),
        matrix(size) if draw(st.booleans()) else np.zeros(size, dtype=np.int64),
        None,
        (19,) * streams,
    )


def rational_rank(rows: list[list[int]]) -> int:
    left, rank = [[Fraction(v) for v in row] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in left[rank:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(rank, pivot)
        rank += 1
        for place in range(rank, len(left)):
            times = left[place][column] / pivot[column]
            left[place] = [a - times * b for a, b in zip(left[place], pivot, strict=True)]
    return rank


def hankel_rank(system: LinearSystem) -> int:
    markov = np.array(system.response(2 * system.dimension + 2)[0])
    blocks = range(system.dimension + 1)
    return rational_rank(np.block([[markov[i + j] for j in blocks] for i in blocks]).tolist())


@given(systems(), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_closed_form_continues_a_random_system_exactly(system: LinearSystem, seed: int) -> None:
    rng = np.random.default_rng(seed)
    inputs = rng.integers(-9, 10, size=(200, 14, system.streams))
    network = fit_closed_form(of_arrays(inputs, system.run(inputs).astype(np.int64)))
    assert network is not None
    longer = rng.integers(-9, 10, size=(20, 24, system.streams))
    np.testing.assert_array_equal(run(network, longer), system.run(longer))


@given(systems())
@settings(max_examples=60, deadline=None)
def test_no_linear_network_is_smaller(system: LinearSystem) -> None:
    plain = LinearSystem(
        system.transition,
        system.drive,
        np.zeros_like(system.bias),
        system.readout,
        np.zeros_like(system.offset),
        np.zeros_like(system.initial),
        None,
        system.sizes,
    )
    inputs = np.random.default_rng(0).integers(-9, 10, size=(200, 14, system.streams))
    network = fit_closed_form(of_arrays(inputs, plain.run(inputs).astype(np.int64)))
    assert network is not None
    assert network.hidden_size == hankel_rank(plain)


@given(systems())
@settings(max_examples=25, deadline=None)
def test_programs_answer_as_the_system_does(system: LinearSystem) -> None:
    programs = linear_programs(system)
    assert programs
    assert programs == sorted(programs, key=lambda c: c.cost)
    words = np.random.default_rng(1).integers(-99, 100, size=(5, 30, system.streams))
    for word, wanted in zip(words.tolist(), system.run(words).tolist(), strict=True):
        assert [list(y) for y in programs[0].recurrence.run(word)] == wanted


def test_a_first_answer_that_no_lag_can_hold_needs_a_state() -> None:
    zero = np.zeros(2, dtype=np.int64)
    first, never = np.array([[0, 1], [0, 0]]), np.zeros((2, 2), dtype=np.int64)
    readout = np.array([[0, 0], [1, 0]])
    system = LinearSystem(first, never, zero, readout, zero, np.array([0, 1]), None, (19, 19))
    words = np.ones((1, 4, 2), dtype=np.int64)
    program = linear_programs(system)[0].recurrence
    assert [list(y) for y in program.run(words[0].tolist())] == system.run(words)[0].tolist()


@pytest.mark.parametrize(
    "rule",
    [
        lambda x: x % 3,
        lambda x: abs(x) - lagged(x, 1),
        lambda x: np.maximum.accumulate(x, axis=1),
        lambda x: x * lagged(x, 1),
        lambda x: x.cumsum(axis=1) // 2,
    ],
)
def test_what_is_not_linear_is_not_answered(rule: Callable[[Ints], Ints]) -> None:
    assert fit_closed_form(drawn(rule, -1000, 1000)) is None


def test_a_memory_that_the_sequences_do_not_determine_is_not_answered() -> None:
    response = [3, -1, 4, 1, -5, 9, 2, 6, -5, 3]
    sequences = drawn(lambda x: sum((c * lagged(x, k) for k, c in enumerate(response)), 0 * x), -1000, 1000)
    assert fit_closed_form(sequences) is None


def test_symbols_without_order_are_read_one_by_one() -> None:
    network = fit_closed_form(drawn(lambda x: (x % 2 == 0).cumsum(axis=1), 0, 9))
    assert network is not None
    assert network.alphabets == (tuple(range(10)),)
    assert network.hidden_size == 1
    with pytest.raises(InputError, match="symbol 11"):
        run(network, np.full((1, 3, 1), 11))


def test_sequences_of_different_lengths() -> None:
    rng = np.random.default_rng(3)
    lengths = rng.integers(1, 30, size=400)
    inputs = rng.integers(-9, 10, size=(400, 30, 1))
    targets = inputs.cumsum(axis=1) - 3
    padding = np.arange(30) >= lengths[:, None]
    inputs[padding], targets[padding] = 0, 0
    network = fit_closed_form(of_arrays(inputs, targets, lengths))
    assert network is not None
    assert network.hidden_size == 1
    np.testing.assert_array_equal(run(network, inputs)[~padding], targets[~padding])


def test_one_wrong_target_anywhere_is_noticed() -> None:
    sequences = drawn(lambda x: x.cumsum(axis=1), 0, 99, words=3000)
    targets = sequences.targets.copy()
    targets[-1, -1, 0] += 1
    assert fit_closed_form(of_arrays(sequences.inputs, targets)) is None


@pytest.mark.parametrize("value", [0, 5])
def test_an_output_that_never_changes(value: int) -> None:
    network = fit_closed_form(drawn(lambda x: 0 * x + value, 0, 9))
    assert network is not None
    assert network.hidden_size == 0
    assert (run(network, np.ones((2, 30, 1), dtype=np.int64)) == value).all()
    system = read_linear(network, np.random.default_rng(0).integers(0, 9, size=(50, 10, 1)))
    assert system is not None
    assert system.states == 1
    assert linear_programs(system)[0].recurrence.run([(1,), (2,)]) == [(value,), (value,)]


def test_values_beyond_64_bits_are_python_integers() -> None:
    one = np.ones((1, 1), dtype=np.int64)
    none = np.zeros(1, dtype=np.int64)
    system = LinearSystem(3 * one, one, none, one, none, none, None, (10,))
    word = np.ones((1, 60, 1), dtype=np.int64)
    assert system.run(word)[0, -1, 0] == (3**60 - 1) // 2
    assert system.states is None


def test_a_network_is_restored_from_its_config_and_weights() -> None:
    network = fit_closed_form(drawn(lambda x: abs(x) - abs(lagged(x, 1)), -9, 9))
    assert network is not None
    again = LinearRnn.restore(json.loads(json.dumps(network.config())), network.weights)
    inputs = np.random.default_rng(0).integers(-9, 10, size=(20, 15, 1))
    np.testing.assert_array_equal(run(again, inputs), run(network, inputs))
    assert again.alphabets == network.alphabets
    assert network.parameters == sum(w.size for w in network.weights.values())


def test_misshapen_weights_are_refused() -> None:
    network = fit_closed_form(drawn(lambda x: x, 0, 9))
    assert network is not None
    with pytest.raises(InputError, match="'bias'"):
        LinearRnn({k: w for k, w in network.weights.items() if k != "bias"})
    with pytest.raises(InputError, match="shape"):
        LinearRnn({**network.weights, "readout": np.ones((1, 3))})


class Mixed:
    """A network whose state is a linear network's in another basis, with weights that are a little off."""

    def __init__(self, network: LinearRnn, seed: int) -> None:
        rng = np.random.default_rng(seed)
        size = network.hidden_size
        self._rng, self._network = rng, network
        self._basis = np.linalg.qr(rng.normal(size=(size, size)))[0]

    def initial_state(self, batch: int) -> Floats:
        start: Floats = self._network.initial_state(batch) @ self._basis
        return start

    def next_state(self, hidden: Floats, inputs: Ints) -> Floats:
        state = self._network.next_state(hidden @ self._basis.T, inputs) @ self._basis
        noise: Floats = state + 1e-9 * self._rng.normal(size=state.shape)
        return noise

    def output(self, hidden: Floats) -> Ints:
        return self._network.output(hidden @ self._basis.T)


@pytest.mark.parametrize("rule", [spring, lambda x: x.cumsum(axis=1), lambda x: lagged(x, 3) - 2 * x])
def test_a_linear_system_is_read_off_a_network(rule: Callable[[Ints], Ints]) -> None:
    trained = fit_closed_form(drawn(rule, -10, 10))
    assert trained is not None
    network: Network = Mixed(trained, seed=4)
    inputs = np.random.default_rng(5).integers(-10, 11, size=(300, 12, 1))
    system = read_linear(network, inputs)
    assert system is not None
    assert system.dimension == trained.hidden_size
    longer = np.random.default_rng(6).integers(-10, 11, size=(20, 20, 1))
    np.testing.assert_array_equal(system.run(longer), rule(longer))


@pytest.mark.parametrize(
    ("rule", "low", "high", "states"),
    [
        (lambda x: x, 0, 9, 1),
        (lambda x: lagged(x, 2), 0, 9, 100),
        (lambda x: abs(x) - abs(lagged(x, 1)), -9, 9, 10),
        (lambda x: x.cumsum(axis=1), 0, 9, None),
        (lambda x: np.indices(x.shape)[1] % 2, 0, 1, 2),
    ],
)
def test_states_are_counted(rule: Callable[[Ints], Ints], low: int, high: int, states: int | None) -> None:
    network = fit_closed_form(drawn(rule, low, high))
    assert network is not None
    system = read_linear(network, np.random.default_rng(0).integers(low, high + 1, size=(500, 10, 1)))
    assert system is not None
    assert system.states == states


# The numbers of nodes are those of the programs a person wrote for the same motions.
@pytest.mark.parametrize(
    ("rule", "streams", "nodes", "lines"),
    [
        (
            lambda x: x.cumsum(axis=1).cumsum(axis=1),
            1,
            30,
            ["slope += x", "level += slope", "outputs.append(level)"],
        ),
        (
            lambda x: (x - 1).cumsum(axis=1).cumsum(axis=1),
            1,
            33,
            ["slope += x - 1", "level += slope", "outputs.append(level)"],
        ),
        (
            lambda x: ((x - 1).cumsum(axis=1) + 5).cumsum(axis=1) + 2,
            1,
            33,
            ["slope += x - 1", "level += slope", "outputs.append(level)"],
        ),
        (spring, 1, 33, ["slope += x - level", "level += slope", "outputs.append(level)"]),
        (
            magnetic,
            2,
            59,
            [
                "slope1, slope2 = slope1 + a - slope2, slope2 + b + slope1",
                "level1 += slope1",
                "level2 += slope2",
                "outputs.append((level1, level2))",
            ],
        ),
        (lambda x: x - lagged(x, 1), 1, 25, ["outputs.append(x - previous)", "previous = x"]),
        (
            lambda x: sum((lagged(x, k) for k in range(4)), 0 * x),
            1,
            43,
            ["outputs.append(x + x1 + x2 + x3)", "x1, x2, x3 = x, x1, x2"],
        ),
        (lambda x: (x % 2 == 0).cumsum(axis=1), 1, 29, ["count += x % 2 == 0", "outputs.append(count)"]),
        (
            lambda x: abs(x) - abs(lagged(x, 1)),
            1,
            29,
            ["outputs.append(abs(x) - abs(previous))", "previous = x"],
        ),
    ],
)
def test_programs_read_as_a_person_writes_them(
    rule: Callable[[Ints], Ints], streams: int, nodes: int, lines: list[str]
) -> None:
    sequences = drawn(rule, -10, 10, streams=streams)
    network = fit_closed_form(sequences)
    assert network is not None
    system = read_linear(network, sequences.inputs)
    assert system is not None
    best = linear_programs(system)[0]
    assert best.strategy == "linear"
    source = print_program(best.recurrence)
    assert Program(source).nodes <= nodes
    body = source[source.index("for ") :].splitlines()[1 : len(lines) + 1]
    assert [line.strip() for line in body] == lines


def test_start_values_are_kept_where_a_person_would_keep_them() -> None:
    sequences = drawn(lambda x: ((x - 1).cumsum(axis=1) + 5).cumsum(axis=1) + 2, -10, 10)
    network = fit_closed_form(sequences)
    assert network is not None
    assert network.hidden_size == 2
    system = read_linear(network, sequences.inputs)
    assert system is not None
    recurrence = linear_programs(system)[0].recurrence
    assert dict(recurrence.initial) == {"slope": 5, "level": 2}


def test_programs_do_not_depend_on_the_basis() -> None:
    sequences = drawn(spring, -10, 10)
    network = fit_closed_form(sequences)
    assert network is not None
    system = read_linear(network, sequences.inputs)
    assert system is not None
    change = np.array([[2, 1], [1, 1]])
    back = np.array([[1, -1], [-1, 2]])
    other = LinearSystem(
        change @ system.transition @ back,
        change @ system.drive,
        system.bias,
        system.readout @ back,
        system.offset,
        system.initial,
        None,
        system.sizes,
    )
    assert linear_programs(other)[0].recurrence == linear_programs(system)[0].recurrence


def test_the_closed_form_looks_at_few_lags_where_asked() -> None:
    assert fit_closed_form(drawn(lambda x: lagged(x, 7), -999, 999, length=20), order_limit=6) is None
