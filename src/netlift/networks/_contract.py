"""The inner loops of `contracted`: the data's loss under noise, and the pull of hidden states to centres.

Compiled once for every shape, with the products of _kernel.py.
"""

import numpy as np

from netlift.core._compiled import njit
from netlift.networks._gradient import adam, multiplied, units_of
from netlift.networks._kernel import (
    F_DEPTH,
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

PULL = np.float32(10.0)  # of the squared distance to the nearest centre, beside the data's loss
FOLLOWING = np.float32(0.1)  # share of the way to the mean of its hidden states that a centre goes in a step


@njit(cache=True, nogil=True)
def draw_together(
    net: Ints,
    classes: Ints,
    scale: Singles,
    flat: Singles,
    mean: Singles,
    square: Singles,
    centres: Singles,
    spread: Singles,
    numbers: Singles,
    places: Places,
    targets: Singles,
    answers: Places,
    mask: Singles,
    rows: Ints,
    rates: Singles,
    noise: Singles,
    begun: int,
) -> None:
    """Steps of Adam for one network (flat, mean, square [P]) on the batches of rows [C, B] of N examples.

    `noise` [C, T, H, B] is in units of `spread` [H]; the centres [K, H] go along.
    """
    columns, length = rows.shape[1], mask.shape[1]
    net = multiplied(net)
    x = np.empty((length, 0 if net[ONE_HOT] else net[FEATURES], columns), dtype=np.float32)
    p = np.empty((length, net[STREAMS], columns), dtype=np.int32)
    y = np.empty((length, targets.shape[2], columns), dtype=np.float32)
    a = np.empty((length, answers.shape[2], columns), dtype=np.int32)
    m = np.empty((length, columns), dtype=np.float32)
    gradient = np.empty(len(flat), dtype=np.float32)
    sums = np.empty((len(centres), net[HIDDEN] + 1), dtype=np.float32)
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
        sums[:] = 0.0
        gradient_together(net, classes, scale, flat, centres, spread, x, p, y, a, m, noise[c], gradient, sums)
        adam(flat, mean, square, gradient, rates[c], begun + c + 1.0)
        for k in range(len(centres)):
            if sums[k, net[HIDDEN]] > 0.0:
                for row in range(net[HIDDEN]):
                    away = sums[k, row] / sums[k, net[HIDDEN]] - centres[k, row]
                    centres[k, row] += FOLLOWING * away


@njit(cache=True, nogil=True)
def gradient_together(
    net: Ints,
    classes: Ints,
    scale: Singles,
    flat: Singles,
    centres: Singles,
    spread: Singles,
    numbers: Singles,
    places: Places,
    targets: Singles,
    answers: Places,
    mask: Singles,
    noise: Singles,
    gradient: Singles,
    sums: Singles,
) -> None:
    """The gradient [P] of the data's mean loss under noise, and of the pull to the nearest of the centres.

    Batches lie as in `gradient_of`. `sums` [K, H + 1] gets the sums of the hidden states nearest to each
    centre, before noise, and how many they are.
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
    towards = np.empty((length, size, columns), dtype=np.float32)
    carry = np.zeros((2, size, columns), dtype=np.float32)
    weight = np.empty(columns, dtype=np.float32)
    total = np.float32(1e-6)
    for t in range(length):
        for b in range(columns):
            total += mask[t, b]
    gradient[:] = 0.0
    for row in range(size):
        hidden[0, row, :] = flat[net[INITIAL] + row]
    for t in range(length):
        step(net, flat, hidden[t], numbers[t], places[t], inner_f[t], hidden[t + 1])
        for b in range(columns):
            weight[b] = mask[t, b] / total
        draw(centres, spread, weight, hidden[t + 1], towards[t], sums)
        for row in range(size):
            for b in range(columns):
                hidden[t + 1, row, b] += spread[row] * noise[t, row, b]
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
                slopes[row, b] += pulls[t, row, b] + towards[t, row, b]
        step_back(net, flat, hidden[t], numbers[t], places[t], inner_f[t], slopes, spare, gradient, into)
    for row in range(size):
        for b in range(columns):
            gradient[net[INITIAL] + row] += carry[1, row, b]


@njit(cache=True, nogil=True)
def draw(
    centres: Singles, spread: Singles, weight: Singles, hidden: Singles, towards: Singles, sums: Singles
) -> None:
    """The slopes [H, B] of the pull of each hidden state to its nearest centre; `sums` are added to."""
    size, columns = hidden.shape
    for b in range(columns):
        nearest, least = 0, np.float32(np.inf)
        for k in range(len(centres)):
            away = np.float32(0.0)
            for row in range(size):
                off = (hidden[row, b] - centres[k, row]) / spread[row]
                away += off * off
            if away < least:
                nearest, least = k, away
        counted = np.float32(weight[b] > 0.0)
        sums[nearest, size] += counted
        for row in range(size):
            sums[nearest, row] += counted * hidden[row, b]
            off = (hidden[row, b] - centres[nearest, row]) / (spread[row] * spread[row])
            towards[row, b] = np.float32(2.0) * PULL * weight[b] * off
