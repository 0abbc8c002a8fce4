"""Least squares after gradient descent: a nearly right network is made right to double precision.

A piecewise linear behaviour (largest so far, absolute difference, clipped sum) is *exactly* a small ReLU
network, but descent by gradient stops some thousandths away from it, which is far too much where numbers go
to a million. From there Gauss-Newton steps converge quadratically (Levenberg 1944, Marquardt 1963).
"""

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint
from netlift.data._sequences import Sequences
from netlift.networks._mlp_rnn import MlpRnn
from netlift.networks._protocol import run
from netlift.networks._tangents import answers

Floats = NDArray[np.float64]
Shapes = tuple[tuple[str, tuple[int, ...]], ...]

SEQUENCES = 256  # that residuals are taken on
STEPS = 16  # of each of them at most
ROUNDS = 60
_POOL = 4_000  # sequences among which wrong ones are looked for
_AGAIN = 3  # times that wrong ones are taken in
EXACT = 1e-3  # error in whole numbers at which there is nothing left to do
MOST_PARAMETERS = 250
FEWEST_VALUES = 32  # different outputs from which descent is too coarse; below, rounding forgives it
_PATIENCE = 10  # steps that may be refused in a row
_TRIAL = 10  # steps in which the squared error has to fall to a quarter


def rough_error(network: MlpRnn, sequences: Sequences) -> float:
    """The root mean square error in standard deviations of the outputs, on some of the sequences."""
    few = _some(sequences)
    hidden, filled = network.initial_state(len(few)), few.filled
    coding = network.coding
    total, count = 0.0, 0
    for step in range(few.inputs.shape[1]):
        hidden = network.next_state(hidden, filled[:, step])
        wanted = (few.targets[:, step] - np.array(coding.output_mean)) / np.array(coding.output_scale)
        error = (network.raw_output(hidden) - wanted)[few.labelled[:, step]]
        total, count = total + float((error**2).sum()), count + error.size
    return float(np.sqrt(total / max(1, count)))


def can_be_refined(network: MlpRnn, sequences: Sequences) -> bool:
    """Whether inputs and outputs are numbers, outputs of many values, and parameters are few."""
    coding = network.coding
    if coding.alphabets is not None or coding.classes is not None or network.parameters > MOST_PARAMETERS:
        return False
    return len(np.unique(sequences.targets[sequences.labelled])) >= FEWEST_VALUES


def refined(network: MlpRnn, sequences: Sequences) -> MlpRnn:
    """The network after Levenberg-Marquardt steps on the squared error of its number outputs.

    Only for networks that `can_be_refined`. A few sequences are looked at; where the result is right on
    those but not on all, sequences that it gets wrong take the place of half of them, and it goes on.
    """
    chosen = np.arange(min(SEQUENCES, len(sequences)))
    pool = sequences.take(np.arange(min(_POOL, len(sequences))))
    best, fewest = network, len(pool) + 1
    for _ in range(_AGAIN + 1):
        network = _descended(network, sequences.take(chosen))
        wrong = np.flatnonzero(_wrong(network, pool))
        if len(wrong) < fewest:
            best, fewest = network, len(wrong)
        if not 0 < len(wrong) < 0.5 * len(pool):
            break
        half = len(chosen) // 2
        chosen = np.concatenate([np.resize(wrong, half), chosen[: len(chosen) - half]])
    return best


def _wrong(network: MlpRnn, sequences: Sequences) -> NDArray[np.bool_]:
    """Which sequences the network answers wrongly."""
    wrong = (run(network, sequences.filled) != sequences.targets).any(axis=2) & sequences.labelled
    found: NDArray[np.bool_] = wrong.any(axis=1)
    return found


def _descended(network: MlpRnn, sequences: Sequences) -> MlpRnn:
    """Levenberg-Marquardt until nothing is left to do on these sequences."""
    few = _some(sequences)
    shapes = tuple((name, value.shape) for name, value in network.weights.items())
    units = np.moveaxis(network.coding.inputs.encode(few.filled), 0, -1)
    targets, labelled = _exact_targets(few, network), few.labelled.T
    scale = np.array(network.coding.output_scale).max()

    def residual(point: Floats, slopes: bool) -> tuple[Floats, Floats]:
        scores, tangents = answers(network.architecture, _unravelled(point, shapes), units, slopes)
        error = np.where(labelled[:, None], scores - targets, 0.0).ravel()
        return error, np.where(labelled[:, None], tangents, 0.0).reshape(len(tangents), error.size)

    point: Floats = np.concatenate([value.ravel() for value in network.weights.values()])
    error, _ = residual(point, False)
    damping, history = 1e-3, [float((error**2).sum())]
    while len(history) <= ROUNDS and np.abs(error).max() * scale > EXACT:
        checkpoint()
        _, slope = residual(point, True)
        normal, pull = slope @ slope.T, slope @ error
        for _ in range(_PATIENCE):
            checkpoint()
            ridge = damping * (np.diag(normal) + 1e-12 * np.trace(normal) + 1e-300)
            trial = point - np.linalg.solve(normal + np.diag(ridge), pull)
            fresh, _ = residual(trial, False)
            if float((fresh**2).sum()) < history[-1]:
                break
            damping *= 4
        else:
            break
        point, error, damping = trial, fresh, max(1e-15, damping / 5)
        history.append(float((error**2).sum()))
        if len(history) > _TRIAL and history[-1] > 0.25 * history[-1 - _TRIAL]:
            break  # it creeps: no piecewise linear network of this size is near
    return MlpRnn(network.architecture, network.coding, _unravelled(point, shapes))


def _unravelled(point: Floats, shapes: Shapes) -> dict[str, Floats]:
    """The weights by name from one flat array."""
    weights, start = {}, 0
    for name, shape in shapes:
        size = int(np.prod(shape))
        weights[name] = point[start : start + size].reshape(shape)
        start += size
    return weights


def _exact_targets(sequences: Sequences, network: MlpRnn) -> Floats:
    """Standardised targets [T, K, B] in double precision, 0 where there is none."""
    coding = network.coding
    numbers = (sequences.targets - np.array(coding.output_mean)) / np.array(coding.output_scale)
    return np.moveaxis(np.where(sequences.labelled[..., None], numbers, 0.0), 0, -1)


def _some(sequences: Sequences) -> Sequences:
    few = sequences.take(np.arange(min(SEQUENCES, len(sequences))))
    silent = None if few.silent is None else few.silent[:, :STEPS]
    return Sequences(
        few.inputs[:, :STEPS],
        few.targets[:, :STEPS],
        np.minimum(few.lengths, STEPS),
        few.input_symbols,
        few.target_symbols,
        silent,
    )
