"""A network of every kind whose weights are known, with weights by hand, and words for them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.networks import Architecture, CellRnn, Coded, Coding, LinearRnn, MlpRnn, Quantised
from netlift.networks._symbols import InputCoding, OutputCoding

LETTERS = ((2, 5, -3), (0, 1))  # not in order, as a checkpoint may have them
COUNT, STEPS = 2_000, 9


def drawn(seed: int, shapes: dict[str, tuple[int, ...]]) -> dict[str, NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def perceptron(**more: Any) -> MlpRnn:
    architecture = Architecture(3, 6, f_depth=2, g_depth=2, **more)
    one_hot, classes = architecture.inputs == "one-hot", architecture.outputs == "classes"
    coding = Coding(
        tuple(tuple(sorted(one)) for one in LETTERS) if one_hot else None,
        (0.5, -0.25),
        (1.5, 2.0),
        ((3, 4, 9), (-1, 1)) if classes else None,
        (0.5, 1.0),
        (4.0, 3.0),
    )
    return MlpRnn(architecture, coding, drawn(1, architecture.shapes(coding.features, coding.scores)))


def cell(kind: Any, outputs: OutputCoding, layers: int = 2, embedded: bool = False) -> Coded:
    gates, size = {"rnn": 1, "gru": 3, "lstm": 4, "mlp": 0}[kind], 4
    units = 3 if embedded else 5
    shapes: dict[str, tuple[int, ...]] = {"embedding": (5, 3)} if embedded else {}
    if kind == "mlp":
        shapes |= {"f.0.weight": (6, size + units), "f.0.bias": (6,), "f.1.weight": (size, 6)}
    for layer in range(layers if gates else 0):
        shapes |= {
            f"weight_ih_l{layer}": (gates * size, size if layer else units),
            f"weight_hh_l{layer}": (gates * size, size),
            f"bias_ih_l{layer}": (gates * size,),
        }
    shapes |= {"g.0.weight": (6, size), "g.0.bias": (6,), "g.1.weight": (3, 6)}
    inner = CellRnn(kind, size, layers if gates else 1, "tanh", "relu", drawn(4, shapes))
    return Coded(inner, InputCoding("one-hot", LETTERS), outputs)


SCORES = OutputCoding("classes", ((7, 1, 4),))
ABOVE = OutputCoding("threshold", ((0, 1), (5, 3), (-1, 1)), at=0.25)
NUMBERS = OutputCoding("number", mean=(0.0,) * 3, scale=(8.0,) * 3)
NETWORKS: dict[str, Any] = {
    "linear": LinearRnn(
        drawn(
            0,
            {
                "initial": (3,),
                "transition": (3, 3),
                "drive": (3, 5),
                "bias": (3,),
                "offset": (2,),
                "readout": (2, 3),
            },
        ),
        LETTERS,
    ),
    "numbers": perceptron(),
    "classes": perceptron(inputs="one-hot", outputs="classes", activation="tanh", skip=False),
    "rnn": cell("rnn", ABOVE),
    "gru": cell("gru", SCORES, embedded=True),
    "lstm": cell("lstm", NUMBERS),
    "cell of layers": cell("mlp", SCORES),
    "codes": Quantised(
        cell("gru", SCORES, layers=1), np.random.default_rng(3).normal(scale=0.5, size=(20, 4))
    ),
}


def words() -> NDArray[np.int64]:
    rng = np.random.default_rng(4)
    streams = [rng.choice(letters, size=(COUNT, STEPS)) for letters in LETTERS]
    return np.stack(streams, axis=2)
