"""Sets of hidden states hold what the network does with their points, in the checker and in the prover."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from netlift.certify._clouds import Clouds, advanced, leads
from netlift.checker._forms import Cloud
from netlift.checker._points import Cell
from netlift.checker._sets import _bent, moved, right
from netlift.networks import CellRnn, Coded, InputCoding, OutputCoding

Floats = NDArray[np.float64]

GATES = {"rnn": 1, "gru": 3, "lstm": 4}
ROUNDED = 1e-9  # the prover's sets are without rounding errors


def random_network(kind: Any, activation: str, layers: int, seed: int) -> Coded:
    rng = np.random.default_rng(seed)
    weights: dict[str, Floats] = {"g.0.weight": rng.normal(size=(4, 3)), "g.0.bias": rng.normal(size=4)}
    weights |= {"g.1.weight": rng.normal(size=(2, 4))}
    for layer in range(layers):
        for name in ("ih", "hh"):
            weights[f"weight_{name}_l{layer}"] = rng.normal(size=(3 * GATES[kind], 3))
            weights[f"bias_{name}_l{layer}"] = rng.normal(size=3 * GATES[kind])
    cell = CellRnn(kind, 3, layers, activation, "relu", weights)
    return Coded(cell, InputCoding("one-hot", ((0, 1, 2),)), OutputCoding("classes", ((0, 1),)))


@pytest.mark.parametrize("radius", [1e-7, 0.05, 1.0])
@pytest.mark.parametrize(
    ("kind", "activation"), [("rnn", "tanh"), ("rnn", "relu"), ("gru", "tanh"), ("lstm", "tanh")]
)
def test_images_of_points_lie_in_the_images_of_sets(kind: str, activation: str, radius: float) -> None:
    network = random_network(kind, activation, 2, 3)
    rng = np.random.default_rng(4)
    units = network.hidden_size
    centre, axes = rng.normal(size=units) * 0.5, rng.normal(size=(units, units)) * radius
    cell = Cell({"kind": "cell", **plain(network.config())}, dict(network.weights))
    own = np.zeros((1, units))
    sets, clouds = Cloud(centre[None], axes[None], own), Clouds(centre[None], axes[None], own)
    corners = np.sign(rng.normal(size=(300, units)))
    corners[:100] *= rng.random(size=(100, units))
    points = centre + corners @ axes.T
    way = rng.normal(size=(50, units))
    for symbol in (0, 2, 1):
        inputs = np.full((len(points), 1), symbol)
        points = network.next_state(points, inputs)
        encoded = network.inputs.encode(inputs[:1])
        sets, clouds = moved(cell, sets, encoded), advanced(network, clouds, encoded)
        for middle, spread, fuzz, loose in (
            (sets.middle, sets.spread, sets.fuzz, 1e-15),
            (clouds.centre, clouds.directions, clouds.own, ROUNDED),
        ):
            reach = np.abs(way @ spread[0]).sum(axis=1) + np.abs(way) @ fuzz[0]
            away = np.abs((points - middle[0]) @ way.T).max(axis=0)
            assert (away <= reach + loose * np.abs(way).sum(axis=1)).all()
    said = network.output(points)
    for answer in (0, 1):
        wanted = np.array([[answer]])
        alike = bool((said == answer).all())
        assert alike or not right(cell, sets, wanted)[0]
        assert alike or leads(network, clouds, wanted)[0] <= 0.0


def test_small_sets_have_one_answer() -> None:
    network = random_network("gru", "tanh", 1, 3)
    cell = Cell({"kind": "cell", **plain(network.config())}, dict(network.weights))
    middle = np.array([[0.9, -0.8, 0.7]])
    small = Cloud(middle, 1e-9 * np.eye(3)[None], np.zeros((1, 3)))
    answer = network.output(middle)
    assert right(cell, small, answer)[0]
    assert not right(cell, small, 1 - answer)[0]


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu"])
def test_activations_lie_between_their_lines(name: str) -> None:
    rng = np.random.default_rng(0)
    middle = np.concatenate([rng.normal(size=200) * 4, np.linspace(-30.0, 30.0, 100)])
    width = np.concatenate([10.0 ** rng.uniform(-12, 1, size=200), np.full(100, 1e-3)])
    cloud = _bent(Cloud(middle[:, None], width[:, None, None], np.zeros((300, 1))), name)
    at = np.linspace(-1.0, 1.0, 201)
    values = middle[:, None] + width[:, None] * at
    exact = np.maximum(values, 0.0)
    if name != "relu":
        exact = np.tanh(values) if name == "tanh" else 0.5 + 0.5 * np.tanh(0.5 * values)
    line = cloud.middle + cloud.spread[:, 0] * at
    assert (np.abs(exact - line) <= cloud.fuzz).all()
    bent = width > 1e-4  # and the lines are no further apart than the values are
    assert (cloud.fuzz[bent, 0] <= exact[bent].max(axis=1) - exact[bent].min(axis=1) + 1e-9).all()


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value
