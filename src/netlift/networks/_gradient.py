"""Training by gradient: back-propagation through time and Adam, for many networks on the same batches.

The products are those of _kernel.py. Networks are independent of one another, so that the result does not
depend on how many are trained together, nor on how many threads share them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.core._compiled import njit
from netlift.networks._architecture import Architecture, Coding
from netlift.networks._kernel import (
    F_DEPTH,
    FAST,
    FEATURES,
    G_DEPTH,
    HIDDEN,
    INITIAL,
    ONE_HOT,
    SCORES,
    STREAMS,
    WIDTH,
    Ints,
    Places,
    Singles,
    class_slopes,
    number_slopes,
    read,
    read_back,
    step,
    step_back,
)

Flags = NDArray[np.bool_]

_DECAY = (np.float32(0.9), np.float32(0.99))  # of Adam's first and second moment
_EPSILON = np.float32(1e-8)
_COLUMNS = 256  # sequences that are counted at a time
_GATHERED = 64  # one-hot units from which looking weights up is faster than multiplying by them


@dataclass(frozen=True)
class Layout:
    """Where the arrays of a network lie in one flat vector of weights, in the order of `shapes`.

    `net` [14] describes the network to the compiled loops, `classes` [K] holds the numbers of classes
    (empty where outputs are numbers), `scale` [O] the outputs' standard deviations.
    """

    shapes: dict[str, tuple[int, ...]]
    net: Ints
    classes: Ints
    scale: Singles

    @staticmethod
    def of(architecture: Architecture, coding: Coding) -> "Layout":
        """The layout of an architecture's networks in a coding."""
        shapes = architecture.shapes(coding.features, coding.scores)
        starts, size = {}, 0
        for name, shape in shapes.items():
            starts[name] = size
            size += int(np.prod(shape))
        net = [
            architecture.hidden,
            architecture.width,
            coding.features,
            coding.scores,
            architecture.f_depth,
            architecture.g_depth,
            architecture.activation == "tanh",
            coding.alphabets is not None,
            starts["initial"],
            starts["f.0.hidden"],
            starts.get("f.skip.hidden", -1),
            starts["g.0.weight"],
            starts.get("g.skip", -1),
            coding.streams,
        ]
        classes = [] if coding.classes is None else [len(symbols) for symbols in coding.classes]
        return Layout(
            shapes,
            np.array(net, dtype=np.int64),
            np.array(classes, dtype=np.int64),
            np.array(coding.output_scale, dtype=np.float32),
        )

    @property
    def described(self) -> tuple[Ints, Ints, Singles]:
        """The description, as the compiled loops take it."""
        return self.net, self.classes, self.scale

    def flat(self, weights: dict[str, Singles]) -> Singles:
        """The weights [S, ...] by name as flat vectors [S, P]."""
        return np.concatenate([weights[name].reshape(len(weights[name]), -1) for name in self.shapes], axis=1)

    def named(self, flat: Singles) -> dict[str, NDArray[np.float64]]:
        """The weights by name, in double precision, of one flat vector [P]."""
        weights, start = {}, 0
        for name, shape in self.shapes.items():
            size = int(np.prod(shape))
            weights[name] = flat[start : start + size].reshape(shape).astype(np.float64)
            start += size
        return weights


@dataclass(frozen=True)
class Examples:
    """N coded sequences: inputs [N, T, D] as numbers or as places of one-hot units, targets [N, T, K].

    The arrays of the other coding are empty in their last axis. `mask` [N, T] tells the steps with a target.
    """

    numbers: Singles
    places: Places
    targets: Singles
    answers: Places
    mask: Singles

    def __len__(self) -> int:
        return len(self.mask)

    @property
    def arrays(self) -> tuple[Singles, Places, Singles, Places, Singles]:
        """All arrays, as the compiled loops take them."""
        return self.numbers, self.places, self.targets, self.answers, self.mask


@njit(cache=True, nogil=True)
def gradient_of(
    net: Ints,
    classes: Ints,
    scale: Singles,
    flat: Singles,
    numbers: Singles,
    places: Places,
    targets: Singles,
    answers: Places,
    mask: Singles,
    gradient: Singles,
) -> None:
    """The gradient [P] of the mean loss over a batch: cross-entropy, or log(1 + error^2) for numbers.

    Inputs are numbers [T, D, B] or places [T, D, B] of one-hot units, targets [T, K, B] numbers or classes,
    `mask` [T, B] tells the steps that have a target.
    """
    length, columns = mask.shape
    size = net[HIDDEN]
    hidden = np.empty((length + 1, size, columns), dtype=np.float32)
    inner_f = np.empty((length, max(1, net[F_DEPTH] - 1), net[WIDTH], columns), dtype=np.float32)
    inner_g = np.empty((max(1, net[G_DEPTH] - 1), net[WIDTH], columns), dtype=np.float32)
    scores = np.empty((net[SCORES], columns), dtype=np.float32)
    spare = np.empty((2, net[WIDTH], columns), dtype=np.float32)
    rows = np.empty((2, columns), dtype=np.float32)
    pulls = np.zeros((length, size, columns), dtype=np.float32)
    carry = np.zeros((2, size, columns), dtype=np.float32)
    total = np.float32(0.0)
    for t in range(length):
        for b in range(columns):
            total += mask[t, b]
    gradient[:] = 0.0
    for row in range(size):
        hidden[0, row, :] = flat[net[INITIAL] + row]
    weight = np.empty(columns, dtype=np.float32)
    for t in range(length):
        step(net, flat, hidden[t], numbers[t], places[t], inner_f[t], hidden[t + 1])
        labelled = False
        for b in range(columns):
            weight[b] = mask[t, b] / max(total, np.float32(1.0))
            labelled = labelled or mask[t, b] > 0.0
        if not labelled:
            continue
        read(net, flat, hidden[t + 1], inner_g, scores)
        if len(classes):
            class_slopes(scores, answers[t], weight, classes, rows)
        else:
            number_slopes(scores, targets[t], weight, scale)
        read_back(net, flat, hidden[t + 1], inner_g, scores, spare, gradient, pulls[t])
    for t in range(length - 1, -1, -1):
        slopes, into = carry[t % 2], carry[(t + 1) % 2]
        for row in range(size):
            for b in range(columns):
                slopes[row, b] += pulls[t, row, b]
        step_back(net, flat, hidden[t], numbers[t], places[t], inner_f[t], slopes, spare, gradient, into)
    for row in range(size):
        for b in range(columns):
            gradient[net[INITIAL] + row] += carry[1, row, b]


@njit(cache=True, nogil=True, fastmath=FAST)
def adam(flat: Singles, mean: Singles, square: Singles, gradient: Singles, rate: float, count: float) -> None:
    """One step of Adam, the gradient [P] clipped to norm 1; one that is not finite counts as 0."""
    norm = np.float32(0.0)
    for i in range(len(gradient)):
        norm += gradient[i] * gradient[i]
    finite = np.isfinite(norm)
    shrink = np.float32(min(1.0, 1.0 / np.sqrt(norm + 1e-12))) if finite else np.float32(0.0)
    first = np.float32(1.0 / (1.0 - _DECAY[0] ** count))
    second = np.float32(1.0 / (1.0 - _DECAY[1] ** count))
    size = np.float32(rate) if finite else np.float32(0.0)
    one = np.float32(1.0)
    for i in range(len(gradient)):
        g = gradient[i] * shrink if finite else np.float32(0.0)
        mean[i] = _DECAY[0] * mean[i] + (one - _DECAY[0]) * g
        square[i] = _DECAY[1] * square[i] + (one - _DECAY[1]) * g * g
        flat[i] -= size * (mean[i] * first) / (np.sqrt(square[i] * second) + _EPSILON)


@njit(cache=True, nogil=True)
def multiplied(net: Ints) -> Ints:
    """The network's description, in which few one-hot units count as numbers."""
    net = net.copy()
    if net[FEATURES] <= _GATHERED:
        net[ONE_HOT] = 0
    return net


@njit(cache=True, nogil=True)
def units_of(net: Ints, numbers: Singles, places: Places, rows: Ints, units: Singles, ones: Places) -> None:
    """The inputs of these sequences into `units` [T, I, B], or the places of ones into `ones` [T, D, B]."""
    units[:] = 0.0
    for b in range(len(rows)):
        for t in range(len(units)):
            for d in range(numbers.shape[2]):
                units[t, d, b] = numbers[rows[b], t, d]
            for d in range(places.shape[2]):
                if net[ONE_HOT]:
                    ones[t, d, b] = places[rows[b], t, d]
                else:
                    units[t, places[rows[b], t, d], b] += np.float32(1.0)


@njit(cache=True, nogil=True)
def descend(
    net: Ints,
    classes: Ints,
    scale: Singles,
    flat: Singles,
    means: Singles,
    squares: Singles,
    numbers: Singles,
    places: Places,
    targets: Singles,
    answers: Places,
    mask: Singles,
    rows: Ints,
    rates: Singles,
    base_rates: Singles,
    begun: int,
) -> None:
    """Steps of Adam for S networks (flat, means, squares [S, P]) on the batches of rows [C, B] of N examples.

    `rates` [C] multiplies the networks' own `base_rates` [S]; `begun` steps were taken before.
    """
    columns, length = rows.shape[1], mask.shape[1]
    net = multiplied(net)
    x = np.empty((length, 0 if net[ONE_HOT] else net[FEATURES], columns), dtype=np.float32)
    p = np.empty((length, net[STREAMS], columns), dtype=np.int32)
    y = np.empty((length, targets.shape[2], columns), dtype=np.float32)
    a = np.empty((length, answers.shape[2], columns), dtype=np.int32)
    m = np.empty((length, columns), dtype=np.float32)
    gradient = np.empty(flat.shape[1], dtype=np.float32)
    for c in range(len(rows)):
        units_of(net, numbers, places, rows[c], x, p)
        for b in range(columns):
            example = rows[c, b]
            for t in range(length):
                m[t, b] = mask[example, t]
                for d in range(y.shape[1]):
                    y[t, d, b] = targets[example, t, d]
                for d in range(a.shape[1]):
                    a[t, d, b] = answers[example, t, d]
        for s in range(len(flat)):
            gradient_of(net, classes, scale, flat[s], x, p, y, a, m, gradient)
            adam(flat[s], means[s], squares[s], gradient, rates[c] * base_rates[s], begun + c + 1.0)


@njit(cache=True, nogil=True)
def right(
    net: Ints,
    classes: Ints,
    scale: Singles,
    flat: Singles,
    numbers: Singles,
    places: Places,
    targets: Singles,
    answers: Places,
    mask: Singles,
) -> Flags:
    """Which of N sequences each of S networks answers entirely right, [S, N]."""
    count, length = mask.shape
    size = net[HIDDEN]
    good = np.ones((len(flat), count), dtype=np.bool_)
    inner_f = np.empty((max(1, net[F_DEPTH] - 1), net[WIDTH], _COLUMNS), dtype=np.float32)
    inner_g = np.empty((max(1, net[G_DEPTH] - 1), net[WIDTH], _COLUMNS), dtype=np.float32)
    scores = np.empty((net[SCORES], _COLUMNS), dtype=np.float32)
    hidden = np.empty((2, size, _COLUMNS), dtype=np.float32)
    net = multiplied(net)
    x = np.zeros((length, 0 if net[ONE_HOT] else net[FEATURES], _COLUMNS), dtype=np.float32)
    p = np.zeros((length, net[STREAMS], _COLUMNS), dtype=np.int32)
    for start in range(0, count, _COLUMNS):
        width = min(_COLUMNS, count - start)
        units_of(net, numbers, places, np.arange(start, start + width), x, p)
        for s in range(len(flat)):
            for row in range(size):
                hidden[0, row, :] = flat[s, net[INITIAL] + row]
            for t in range(length):
                after = hidden[(t + 1) % 2]
                step(net, flat[s], hidden[t % 2], x[t], p[t], inner_f, after)
                read(net, flat[s], after, inner_g, scores)
                for b in range(width):
                    if mask[start + b, t] == 0.0 or not good[s, start + b]:
                        continue
                    if len(classes):
                        first = 0
                        for stream in range(len(classes)):
                            best = first
                            for row in range(first + 1, first + classes[stream]):
                                if scores[row, b] > scores[best, b]:
                                    best = row
                            if best - first != answers[start + b, t, stream]:
                                good[s, start + b] = False
                            first += classes[stream]
                    else:
                        for row in range(len(scores)):
                            error = abs(scores[row, b] - targets[start + b, t, row]) * scale[row]
                            if not error < 0.5:
                                good[s, start + b] = False
    return good
