"""The inner loops of training: products, activations, and one network's loss and gradient on a batch.

Compiled once by numba and kept on disk: no shape is compiled in, so that a new architecture costs nothing.
All arrays are features first, [units, batch], the batch contiguous, which the compiler turns into vectors.
The weights of a network are one flat vector; `Layout` in _gradient.py says where each array lies.
"""

import numpy as np
from numpy.typing import NDArray

from netlift.core._compiled import njit

Singles = NDArray[np.float32]
Ints = NDArray[np.int64]
Places = NDArray[np.int32]

# What the flat description of a network holds, by position; offsets are -1 where there is no such array.
HIDDEN, WIDTH, FEATURES, SCORES, F_DEPTH, G_DEPTH, TANH = range(7)
ONE_HOT, INITIAL, F, F_SKIP, G, G_SKIP, STREAMS = range(7, 14)

FAST = {"reassoc", "contract", "arcp", "nsz"}  # no `nnan`: a network that diverged must be seen


@njit(cache=True, nogil=True, fastmath=FAST)
def times(out: Singles, weights: Singles, units: Singles) -> None:
    """Out [O, B] += weights [O, K] @ units [K, B]."""
    rows, inner = weights.shape
    columns = out.shape[1]
    row = 0
    while row + 2 <= rows:  # two rows by four units: each number that is loaded is used twice
        k = 0
        while k + 4 <= inner:
            v0, v1, v2, v3 = weights[row, k], weights[row, k + 1], weights[row, k + 2], weights[row, k + 3]
            w0, w1, w2 = weights[row + 1, k], weights[row + 1, k + 1], weights[row + 1, k + 2]
            w3 = weights[row + 1, k + 3]
            for b in range(columns):
                u0, u1, u2, u3 = units[k, b], units[k + 1, b], units[k + 2, b], units[k + 3, b]
                out[row, b] += v0 * u0 + v1 * u1 + v2 * u2 + v3 * u3
                out[row + 1, b] += w0 * u0 + w1 * u1 + w2 * u2 + w3 * u3
            k += 4
        while k < inner:
            v0, w0 = weights[row, k], weights[row + 1, k]
            for b in range(columns):
                out[row, b] += v0 * units[k, b]
                out[row + 1, b] += w0 * units[k, b]
            k += 1
        row += 2
    while row < rows:
        for k in range(inner):
            v0 = weights[row, k]
            for b in range(columns):
                out[row, b] += v0 * units[k, b]
        row += 1


@njit(cache=True, nogil=True, fastmath=FAST)
def outer(out: Singles, slopes: Singles, units: Singles) -> None:
    """Out [O, K] += slopes [O, B] @ units [K, B].T."""
    rows, inner = out.shape
    columns = units.shape[1]
    zero = np.float32(0.0)
    for row in range(rows):
        place = 0
        while place + 4 <= inner:
            s0, s1, s2, s3 = zero, zero, zero, zero
            for b in range(columns):
                slope = slopes[row, b]
                s0 += slope * units[place, b]
                s1 += slope * units[place + 1, b]
                s2 += slope * units[place + 2, b]
                s3 += slope * units[place + 3, b]
            out[row, place] += s0
            out[row, place + 1] += s1
            out[row, place + 2] += s2
            out[row, place + 3] += s3
            place += 4
        while place < inner:
            s0 = zero
            for b in range(columns):
                s0 += slopes[row, b] * units[place, b]
            out[row, place] += s0
            place += 1


@njit(cache=True, nogil=True, fastmath=FAST)
def sums(out: Singles, slopes: Singles) -> None:
    """Out [O] += the sum over the batch of slopes [O, B]."""
    for row in range(len(out)):
        total = np.float32(0.0)
        for b in range(slopes.shape[1]):
            total += slopes[row, b]
        out[row] += total


@njit(cache=True, nogil=True, fastmath=FAST)
def exponential(x: np.float32) -> np.float32:
    """Exp of a number that is at most 0, to about 1e-5: a power series and squarings, which vectorise."""
    one = np.float32(1.0)
    x = np.float32(max(x, np.float32(-87.0)) * np.float32(1 / 256))
    y = np.float32(1 / 24) + x * (np.float32(1 / 120) + x * np.float32(1 / 720))
    y = one + x * (one + x * (np.float32(1 / 2) + x * (np.float32(1 / 6) + x * y)))
    for _ in range(8):
        y = y * y
    return y


@njit(cache=True, nogil=True, fastmath=FAST)
def activate(units: Singles, tanh: bool) -> None:
    """ReLU or tanh of units [W, B], in place."""
    one, zero = np.float32(1.0), np.float32(0.0)
    for row in range(len(units)):
        if tanh:
            for b in range(units.shape[1]):
                x = units[row, b]
                e = exponential(np.float32(-2.0) * abs(x))
                y = (one - e) / (one + e)
                units[row, b] = y if x > zero else -y
        else:
            for b in range(units.shape[1]):
                units[row, b] = max(units[row, b], zero)


@njit(cache=True, nogil=True, fastmath=FAST)
def deactivate(slopes: Singles, active: Singles, tanh: bool) -> None:
    """The slopes [W, B] before the activation, from those after it and the active units, in place."""
    for row in range(len(slopes)):
        if tanh:
            for b in range(slopes.shape[1]):
                slopes[row, b] *= np.float32(1.0) - active[row, b] * active[row, b]
        else:
            for b in range(slopes.shape[1]):
                slopes[row, b] = slopes[row, b] if active[row, b] > 0.0 else np.float32(0.0)


@njit(cache=True, nogil=True, fastmath=FAST)
def fill(units: Singles, values: Singles) -> None:
    """Each row of units [O, B] with its value [O]."""
    for row in range(len(units)):
        for b in range(units.shape[1]):
            units[row, b] = values[row]


@njit(cache=True, nogil=True, fastmath=FAST)
def enter(out: Singles, weights: Singles, numbers: Singles, places: Places, one_hot: bool) -> None:
    """Out [O, B] += weights [O, I] times input units: numbers [D, B], or the places [D, B] of ones."""
    if not one_hot:
        times(out, weights, numbers)
        return
    for row in range(len(weights)):
        own = weights[row]
        for stream in range(len(places)):
            for b in range(out.shape[1]):
                out[row, b] += own[places[stream, b]]


@njit(cache=True, nogil=True, fastmath=FAST)
def enter_back(out: Singles, slopes: Singles, numbers: Singles, places: Places, one_hot: bool) -> None:
    """Out [O, I] += slopes [O, B] times the transposed input units."""
    if not one_hot:
        outer(out, slopes, numbers)
        return
    for row in range(len(out)):
        own = out[row]
        for stream in range(len(places)):
            for b in range(slopes.shape[1]):
                own[places[stream, b]] += slopes[row, b]


@njit(cache=True, nogil=True)
def matrix(flat: Singles, start: int, rows: int, columns: int) -> Singles:
    """The weights [rows, columns] that begin there."""
    return flat[start : start + rows * columns].reshape((rows, columns))


@njit(cache=True, nogil=True)
def f_weights(net: Ints, flat: Singles, layer: int) -> tuple[Singles, Singles]:
    """Weights and bias of an inner or last layer of f, layer at least 1."""
    rows0 = net[HIDDEN] if net[F_DEPTH] == 1 else net[WIDTH]
    start = net[F] + rows0 * (net[HIDDEN] + net[FEATURES] + 1)
    for _ in range(1, layer):
        start += net[WIDTH] * (net[WIDTH] + 1)
    rows = net[HIDDEN] if layer == net[F_DEPTH] - 1 else net[WIDTH]
    bias = start + rows * net[WIDTH]
    return matrix(flat, start, rows, net[WIDTH]), flat[bias : bias + rows]


@njit(cache=True, nogil=True)
def g_weights(net: Ints, flat: Singles, layer: int) -> tuple[Singles, Singles]:
    """Weights and bias of a layer of g."""
    start, inner = net[G], net[HIDDEN]
    for _ in range(layer):
        start += net[WIDTH] * (inner + 1)
        inner = net[WIDTH]
    rows = net[SCORES] if layer == net[G_DEPTH] - 1 else net[WIDTH]
    bias = start + rows * inner
    return matrix(flat, start, rows, inner), flat[bias : bias + rows]


@njit(cache=True, nogil=True)
def step(
    net: Ints,
    flat: Singles,
    hidden: Singles,
    numbers: Singles,
    places: Places,
    inner: Singles,
    after: Singles,
) -> None:
    """The next hidden state [H, B] into `after`, and the active units of f [layers, W, B] into `inner`."""
    size, features = net[HIDDEN], net[FEATURES]
    rows = size if net[F_DEPTH] == 1 else net[WIDTH]
    start = net[F]
    into = start + rows * size
    bias = into + rows * features
    first = after if net[F_DEPTH] == 1 else inner[0]
    fill(first, flat[bias : bias + rows])
    times(first, matrix(flat, start, rows, size), hidden)
    enter(first, matrix(flat, into, rows, features), numbers, places, net[ONE_HOT] == 1)
    for layer in range(1, net[F_DEPTH]):
        activate(inner[layer - 1], net[TANH] == 1)
        weights, offsets = f_weights(net, flat, layer)
        out = after if layer == net[F_DEPTH] - 1 else inner[layer]
        fill(out, offsets)
        times(out, weights, inner[layer - 1])
    if net[F_SKIP] >= 0:
        times(after, matrix(flat, net[F_SKIP], size, size), hidden)
        into = net[F_SKIP] + size * size
        enter(after, matrix(flat, into, size, features), numbers, places, net[ONE_HOT] == 1)


@njit(cache=True, nogil=True)
def read(net: Ints, flat: Singles, hidden: Singles, inner: Singles, scores: Singles) -> None:
    """Output units [O, B] of hidden states [H, B], and the active units of g [layers, W, B]."""
    units = hidden
    for layer in range(net[G_DEPTH]):
        weights, offsets = g_weights(net, flat, layer)
        out = scores if layer == net[G_DEPTH] - 1 else inner[layer]
        fill(out, offsets)
        times(out, weights, units)
        if layer < net[G_DEPTH] - 1:
            activate(out, net[TANH] == 1)
        units = out
    if net[G_SKIP] >= 0:
        times(scores, matrix(flat, net[G_SKIP], net[SCORES], net[HIDDEN]), hidden)


@njit(cache=True, nogil=True)
def read_back(
    net: Ints,
    flat: Singles,
    hidden: Singles,
    inner: Singles,
    slopes: Singles,
    spare: Singles,
    gradient: Singles,
    into: Singles,
) -> None:
    """The gradient of g's weights, and of the hidden states [H, B] into `into`, from slopes [O, B]."""
    into[:] = 0.0
    if net[G_SKIP] >= 0:
        outer(matrix(gradient, net[G_SKIP], net[SCORES], net[HIDDEN]), slopes, hidden)
        times(into, matrix(flat, net[G_SKIP], net[SCORES], net[HIDDEN]).T, slopes)
    for layer in range(net[G_DEPTH] - 1, -1, -1):
        weights, _ = g_weights(net, flat, layer)
        own, offsets = g_weights(net, gradient, layer)
        units = hidden if layer == 0 else inner[layer - 1]
        sums(offsets, slopes)
        outer(own, slopes, units)
        if layer == 0:
            times(into, weights.T, slopes)
        else:
            below = spare[layer % 2]
            below[:] = 0.0
            times(below, weights.T, slopes)
            deactivate(below, units, net[TANH] == 1)
            slopes = below


@njit(cache=True, nogil=True)
def step_back(
    net: Ints,
    flat: Singles,
    hidden: Singles,
    numbers: Singles,
    places: Places,
    inner: Singles,
    slopes: Singles,
    spare: Singles,
    gradient: Singles,
    into: Singles,
) -> None:
    """The gradient of f's weights, and of the hidden states before into `into`, from slopes [H, B] after."""
    size, features, one_hot = net[HIDDEN], net[FEATURES], net[ONE_HOT] == 1
    into[:] = 0.0
    if net[F_SKIP] >= 0:
        outer(matrix(gradient, net[F_SKIP], size, size), slopes, hidden)
        times(into, matrix(flat, net[F_SKIP], size, size).T, slopes)
        start = net[F_SKIP] + size * size
        enter_back(matrix(gradient, start, size, features), slopes, numbers, places, one_hot)
    for layer in range(net[F_DEPTH] - 1, 0, -1):
        weights, _ = f_weights(net, flat, layer)
        own, offsets = f_weights(net, gradient, layer)
        units = inner[layer - 1]
        sums(offsets, slopes)
        outer(own, slopes, units)
        below = spare[layer % 2]
        below[:] = 0.0
        times(below, weights.T, slopes)
        deactivate(below, units, net[TANH] == 1)
        slopes = below
    rows = size if net[F_DEPTH] == 1 else net[WIDTH]
    start = net[F]
    entered = start + rows * size
    bias = entered + rows * features
    sums(gradient[bias : bias + rows], slopes)
    outer(matrix(gradient, start, rows, size), slopes, hidden)
    enter_back(matrix(gradient, entered, rows, features), slopes, numbers, places, one_hot)
    times(into, matrix(flat, start, rows, size).T, slopes)


@njit(cache=True, nogil=True, fastmath=FAST)
def number_slopes(scores: Singles, targets: Singles, weight: Singles, scale: Singles) -> None:
    """Scores [O, B] become the slopes of the loss log(1 + error^2), errors in whole-number units."""
    for row in range(len(scores)):
        size = scale[row]
        for b in range(scores.shape[1]):
            error = (scores[row, b] - targets[row, b]) * size
            scores[row, b] = weight[b] * np.float32(2.0) * error * size / (np.float32(1.0) + error * error)


@njit(cache=True, nogil=True, fastmath=FAST)
def class_slopes(scores: Singles, targets: Places, weight: Singles, classes: Ints, spare: Singles) -> None:
    """Scores [O, B] become the slopes of the cross-entropy, summed over streams; target -1: no class."""
    start, columns = 0, scores.shape[1]
    top, total = spare[0], spare[1]
    for stream in range(len(classes)):
        size = classes[stream]
        for b in range(columns):
            top[b] = scores[start, b]
            total[b] = 0.0
        for row in range(start + 1, start + size):
            for b in range(columns):
                top[b] = max(top[b], scores[row, b])
        for row in range(start, start + size):
            for b in range(columns):
                scores[row, b] = exponential(scores[row, b] - top[b])
                total[b] += scores[row, b]
        for b in range(columns):
            total[b] = weight[b] / total[b] if targets[stream, b] >= 0 else np.float32(0.0)
        for row in range(start, start + size):
            for b in range(columns):
                scores[row, b] *= total[b]
        for b in range(columns):
            if targets[stream, b] >= 0:
                scores[start + targets[stream, b], b] -= weight[b]
        start += size
