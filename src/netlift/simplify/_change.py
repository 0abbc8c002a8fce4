"""Another basis for the hidden state, absorbed in the weights: the computed function stays the same."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netlift.networks import LinearRnn, MlpRnn, is_affine

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AffineChange:
    """New hidden states `matrix @ (h - centre)`; `inverse` [H, H'] leads back, to within `centre`.

    `matrix` is [H', H]. Where H' < H, the visited states must lie in the subspace that `inverse`
    spans around `centre`.
    """

    matrix: Floats
    inverse: Floats
    centre: Floats

    @staticmethod
    def of(matrix: Floats, centre: Floats | None = None) -> "AffineChange":
        """The change by an invertible matrix. Raises numpy.linalg.LinAlgError where it is singular."""
        origin = np.zeros(len(matrix)) if centre is None else centre
        inverse: Floats = np.linalg.inv(matrix).astype(np.float64)
        return AffineChange(matrix, inverse, origin)


def changed(network: MlpRnn | LinearRnn, change: AffineChange) -> MlpRnn | LinearRnn:
    """The network over the new hidden states; its outputs are the old ones but for rounding."""
    weights = {name: np.asarray(array) for name, array in network.weights.items()}
    matrix, back, centre = change.matrix, change.inverse, change.centre
    new = dict(weights)
    new["initial"] = matrix @ (weights["initial"] - centre)
    if is_affine(network):
        new["transition"] = matrix @ weights["transition"] @ back
        new["drive"] = matrix @ weights["drive"]
        new["bias"] = matrix @ (weights["transition"] @ centre + weights["bias"] - centre)
        new["readout"] = weights["readout"] @ back
        new["offset"] = weights["offset"] + weights["readout"] @ centre
        return LinearRnn(new, network.alphabets)
    depth, first = network.architecture.f_depth, weights["f.0.hidden"]
    if depth == 1:
        new["f.0.hidden"] = matrix @ first @ back
        new["f.0.input"] = matrix @ weights["f.0.input"]
        new["f.0.bias"] = matrix @ (first @ centre + weights["f.0.bias"] - centre)
    else:
        new["f.0.hidden"] = first @ back
        new["f.0.bias"] = weights["f.0.bias"] + first @ centre
        last, shift = f"f.{depth - 1}", -centre
        if "f.skip.hidden" in weights:
            skip = weights["f.skip.hidden"]
            shift = shift + skip @ centre
            new["f.skip.hidden"] = matrix @ skip @ back
            new["f.skip.input"] = matrix @ weights["f.skip.input"]
        new[f"{last}.weight"] = matrix @ weights[f"{last}.weight"]
        new[f"{last}.bias"] = matrix @ (weights[f"{last}.bias"] + shift)
    new["g.0.weight"] = weights["g.0.weight"] @ back
    new["g.0.bias"] = weights["g.0.bias"] + weights["g.0.weight"] @ centre
    if "g.skip" in weights:
        new["g.skip"] = weights["g.skip"] @ back
        final = f"g.{network.architecture.g_depth - 1}.bias"
        new[final] = new[final] + weights["g.skip"] @ centre
    architecture = replace(network.architecture, hidden=len(matrix))
    return MlpRnn(architecture, network.coding, new)


def as_linear(network: MlpRnn | LinearRnn) -> LinearRnn | None:
    """A network whose f and g are affine, as `LinearRnn`; None for others.

    Raw outputs become those in whole-number units.
    """
    if is_affine(network):
        return network
    shape, coding, weights = network.architecture, network.coding, network.weights
    if shape.f_depth != 1 or shape.g_depth != 1 or coding.classes is not None:
        return None
    drive, bias = weights["f.0.input"], weights["f.0.bias"]
    if coding.alphabets is None:
        scale = np.array(coding.input_scale)
        bias = bias - drive @ (np.array(coding.input_mean) / scale)
        drive = drive / scale
    units = np.array(coding.output_scale)
    return LinearRnn(
        {
            "transition": weights["f.0.hidden"],
            "drive": drive,
            "bias": bias,
            "readout": weights["g.0.weight"] * units[:, None],
            "offset": weights["g.0.bias"] * units + np.array(coding.output_mean),
            "initial": weights["initial"],
        },
        coding.alphabets,
    )
