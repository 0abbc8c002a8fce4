"""Products, activations and other loops of the compiled zonotopes: all numbers are in one vector, the memory.

Arrays are named by where they begin in it, their shapes are arguments. A loop over the contiguous axis writes
one array only, as LLVM compares few pairs of arrays for overlap before it gives up vectors. Constants are
single precision, as a plain Python number would widen what it meets.
"""

import numpy as np
from numba import njit

FAST = {"contract", "reassoc", "nsz", "arcp"}  # not-a-number and infinity keep their meaning
COMPILED = {"cache": True, "nogil": True, "fastmath": FAST, "error_model": "numpy"}

# Planes [n, B] of the units of a layer; that of a gradient is GRADIENT further.
CENTRE, NOISE, REACH, SLOPE, ACTIVE, ACTIVE_NOISE, LOW, HIGH = range(8)
GRADIENT, UNIT_PLANES = 8, 16
ZERO, QUARTER, HALF, ONE, TWO = (np.float32(value) for value in (0.0, 0.25, 0.5, 1.0, 2.0))
_SMALL = 2_000  # multiplications up to which BLAS costs more than it saves


@njit(**COMPILED)
def sign(x):  # type: ignore[no-untyped-def]
    """-1, 0 or 1."""
    return ONE if x > ZERO else (-ONE if x < ZERO else ZERO)


@njit(**COMPILED)
def fill(memory, at, size, value):  # type: ignore[no-untyped-def]
    """The same value everywhere."""
    for c in range(at, at + size):
        memory[c] = value


@njit(**COMPILED)
def add(memory, x, out, size, factor):  # type: ignore[no-untyped-def]
    """out += factor * x."""
    one, to = memory[x : x + size], memory[out : out + size]
    for c in range(size):
        to[c] += factor * one[c]


@njit(**COMPILED)
def add_rows(memory, x, out, rows, columns):  # type: ignore[no-untyped-def]
    """out [rows] += the sums of the rows of x [rows, columns]."""
    for i in range(rows):
        total = ZERO * memory[x]
        for value in memory[x + i * columns : x + (i + 1) * columns]:
            total += value
        memory[out + i] += total


@njit(**COMPILED)
def add_to_rows(memory, x, out, rows, columns):  # type: ignore[no-untyped-def]
    """out [rows, columns] += x [rows, 1]."""
    for i in range(rows):
        row, value = memory[out + i * columns : out + (i + 1) * columns], memory[x + i]
        for c in range(columns):
            row[c] += value


@njit(**COMPILED)
def add_product(memory, matrix, x, out, rows, inner, columns):  # type: ignore[no-untyped-def]
    """out [rows, columns] += matrix [rows, inner] @ x [inner, columns], for few of all."""
    for i in range(rows):
        for j in range(inner):
            add(memory, x + j * columns, out + i * columns, columns, memory[matrix + i * inner + j])


@njit(**COMPILED)
def add_product_back(memory, matrix, y, out, rows, inner, columns):  # type: ignore[no-untyped-def]
    """out [inner, columns] += matrix [rows, inner].T @ y [rows, columns], for few of all."""
    for j in range(inner):
        for i in range(rows):
            add(memory, y + i * columns, out + j * columns, columns, memory[matrix + i * inner + j])


@njit(**COMPILED)
def _matrix(memory, at, rows, columns):  # type: ignore[no-untyped-def]
    return memory[at : at + rows * columns].reshape((rows, columns))


@njit(**COMPILED)
def product(memory, matrix, x, out, rows, inner, columns):  # type: ignore[no-untyped-def]
    """out [rows, columns] = matrix [rows, inner] @ x [inner, columns]."""
    if rows * inner * columns > _SMALL:
        one, other = _matrix(memory, matrix, rows, inner), _matrix(memory, x, inner, columns)
        np.dot(one, other, _matrix(memory, out, rows, columns))
    else:
        fill(memory, out, rows * columns, ZERO)
        add_product(memory, matrix, x, out, rows, inner, columns)


@njit(**COMPILED)
def product_back(memory, matrix, y, out, rows, inner, columns):  # type: ignore[no-untyped-def]
    """out [inner, columns] = matrix [rows, inner].T @ y [rows, columns]."""
    if rows * inner * columns > _SMALL:
        one, other = _matrix(memory, matrix, rows, inner), _matrix(memory, y, rows, columns)
        np.dot(one.T, other, _matrix(memory, out, inner, columns))
    else:
        fill(memory, out, inner * columns, ZERO)
        add_product_back(memory, matrix, y, out, rows, inner, columns)


@njit(**COMPILED)
def add_outer(memory, y, x, out, scratch, rows, inner, columns):  # type: ignore[no-untyped-def]
    """out [rows, inner] += y [rows, columns] @ x [inner, columns].T."""
    if rows * inner * columns > _SMALL:
        one, other = _matrix(memory, y, rows, columns), _matrix(memory, x, inner, columns)
        np.dot(one, other.T, _matrix(memory, scratch, rows, inner))
        add(memory, scratch, out, rows * inner, ONE)
        return
    for i in range(rows):
        one_row = memory[y + i * columns : y + (i + 1) * columns]
        for j in range(inner):
            row = memory[x + j * columns : x + (j + 1) * columns]
            total = ZERO * row[0]
            for c in range(columns):
                total += one_row[c] * row[c]
            memory[out + i * inner + j] += total


@njit(**COMPILED)
def add_reaches(memory, spread, radius, out, rows, hidden, columns):  # type: ignore[no-untyped-def]
    """out [rows, columns] += |spread| [rows, hidden, columns] times radius [hidden, columns], summed."""
    for i in range(rows):
        to = memory[out + i * columns : out + (i + 1) * columns]
        for k in range(hidden):
            start = spread + (i * hidden + k) * columns
            one = memory[start : start + columns]
            other = memory[radius + k * columns : radius + (k + 1) * columns]
            for c in range(columns):
                to[c] += abs(one[c]) * other[c]


@njit(**COMPILED)
def add_reaches_back(memory, spread, radius, y, to_spread, to_radius, rows, hidden, columns):  # type: ignore[no-untyped-def]
    """Gradients of spread and radius from the gradient y [rows, columns] of `add_reaches`."""
    for i in range(rows):
        own = memory[y + i * columns : y + (i + 1) * columns]
        for k in range(hidden):
            start, place = spread + (i * hidden + k) * columns, radius + k * columns
            one, other = memory[start : start + columns], memory[place : place + columns]
            start, place = to_spread + (i * hidden + k) * columns, to_radius + k * columns
            to_one, to_other = memory[start : start + columns], memory[place : place + columns]
            for c in range(columns):
                to_one[c] += own[c] * other[c] * sign(one[c])
            for c in range(columns):
                to_other[c] += own[c] * abs(one[c])


@njit(**COMPILED)
def scale(memory, slope, spread, out, rows, hidden, columns):  # type: ignore[no-untyped-def]
    """out [rows, hidden, columns] = slope [rows, 1, columns] * spread."""
    for i in range(rows):
        own = memory[slope + i * columns : slope + (i + 1) * columns]
        for k in range(hidden):
            row = (i * hidden + k) * columns
            one, to = memory[spread + row : spread + row + columns], memory[out + row : out + row + columns]
            for c in range(columns):
                to[c] = own[c] * one[c]


@njit(**COMPILED)
def add_scales(memory, one, other, out, rows, hidden, columns):  # type: ignore[no-untyped-def]
    """out [rows, columns] += one * other, both [rows, hidden, columns], summed."""
    for i in range(rows):
        to = memory[out + i * columns : out + (i + 1) * columns]
        for k in range(hidden):
            row = (i * hidden + k) * columns
            left, right = memory[one + row : one + row + columns], memory[other + row : other + row + columns]
            for c in range(columns):
                to[c] += left[c] * right[c]


@njit(**COMPILED)
def join(memory, matrix, turned, out, rows, hidden, inner):  # type: ignore[no-untyped-def]
    """out [rows, hidden, inner] = matrix [rows, 1, inner] * turned [hidden, inner]."""
    for i in range(rows):
        own = memory[matrix + i * inner : matrix + (i + 1) * inner]
        for k in range(hidden):
            start = out + (i * hidden + k) * inner
            one, to = memory[turned + k * inner : turned + (k + 1) * inner], memory[start : start + inner]
            for c in range(inner):
                to[c] = own[c] * one[c]


@njit(**COMPILED)
def join_back(memory, matrix, turned, y, to_matrix, to_turned, rows, hidden, inner):  # type: ignore[no-untyped-def]
    """Gradients of matrix and turned from the gradient y [rows, hidden, inner] of `join`."""
    for i in range(rows):
        own = memory[matrix + i * inner : matrix + (i + 1) * inner]
        to_own = memory[to_matrix + i * inner : to_matrix + (i + 1) * inner]
        for k in range(hidden):
            start = y + (i * hidden + k) * inner
            given, one = memory[start : start + inner], memory[turned + k * inner : turned + (k + 1) * inner]
            to_one = memory[to_turned + k * inner : to_turned + (k + 1) * inner]
            for c in range(inner):
                to_own[c] += given[c] * one[c]
            for c in range(inner):
                to_one[c] += given[c] * own[c]


@njit(**COMPILED)
def _tanh(x):  # type: ignore[no-untyped-def]
    """The rational function of Eigen's `ptanh`, right to single precision; it compiles to vectors."""
    bound = np.float32(7.90531110763549805)
    x = -bound if x < -bound else (bound if x > bound else x)
    q = x * x
    up = np.float32(-2.76076847742355e-16) * q + np.float32(2.00018790482477e-13)
    up = up * q + np.float32(-8.60467152213735e-11)
    up = up * q + np.float32(5.12229709037114e-08)
    up = up * q + np.float32(1.48572235717979e-05)
    up = up * q + np.float32(6.37261928875436e-04)
    up = up * q + np.float32(4.89352455891786e-03)
    down = np.float32(1.19825839466702e-06) * q + np.float32(1.18534705686654e-04)
    down = down * q + np.float32(2.26843463243900e-03)
    down = down * q + np.float32(4.89352518554385e-03)
    return x * up / down


@njit(**COMPILED)
def activate(memory, at, n, bent):  # type: ignore[no-untyped-def]
    """Slopes, and centres and noises after the activation, of units [UNIT_PLANES, n].

    As in the proof (DeepZ), without rounding. `bent` says tanh, else the activation is the ReLU.
    """
    planes = memory[at : at + UNIT_PLANES * n]
    centre, noise, reach = planes[:n], planes[n : 2 * n], planes[2 * n : 3 * n]
    slope, active, loose = planes[3 * n : 4 * n], planes[4 * n : 5 * n], planes[5 * n : 6 * n]
    low, high = planes[6 * n : 7 * n], planes[7 * n : 8 * n]
    if bent:
        for c in range(n):
            low[c] = _tanh(centre[c] - reach[c])
        for c in range(n):
            high[c] = _tanh(centre[c] + reach[c])
        for c in range(n):
            one, other = low[c] * low[c], high[c] * high[c]
            slope[c] = ONE - (one if one > other else other)
        for c in range(n):
            active[c] = HALF * (high[c] + low[c])
        for c in range(n):
            loose[c] = slope[c] * (noise[c] - reach[c]) + HALF * (high[c] - low[c])
        return
    for c in range(n):
        crossing = HALF + HALF * centre[c] / reach[c]
        slope[c] = crossing if reach[c] > abs(centre[c]) else (ONE if centre[c] >= ZERO else ZERO)
    for c in range(n):  # half the gap between the ReLU and the line over it
        gap = QUARTER * (reach[c] * reach[c] - centre[c] * centre[c]) / reach[c]
        low[c] = gap if reach[c] > abs(centre[c]) else ZERO
    for c in range(n):
        active[c] = slope[c] * centre[c] + low[c]
    for c in range(n):
        loose[c] = slope[c] * noise[c] + low[c]


@njit(**COMPILED)
def activate_back(memory, at, n, bent):  # type: ignore[no-untyped-def]
    """Gradients of centres, noises and reaches from those of slopes and of what `activate` gave."""
    planes = memory[at : at + UNIT_PLANES * n]
    centre, noise, reach = planes[:n], planes[n : 2 * n], planes[2 * n : 3 * n]
    slope, low, high = planes[3 * n : 4 * n], planes[6 * n : 7 * n], planes[7 * n : 8 * n]
    to_centre, to_noise, to_reach = planes[8 * n : 9 * n], planes[9 * n : 10 * n], planes[10 * n : 11 * n]
    to_slope, to_active, to_loose = planes[11 * n : 12 * n], planes[12 * n : 13 * n], planes[13 * n : 14 * n]
    to_low, to_high = planes[14 * n : 15 * n], planes[15 * n :]
    for c in range(n):
        to_noise[c] = slope[c] * to_loose[c]
    if bent:
        for c in range(n):
            to_slope[c] += to_loose[c] * (noise[c] - reach[c])
        for c in range(n):
            steepest = abs(low[c]) > abs(high[c])  # there the slope is the derivative at the lower end
            direct = HALF * (to_active[c] - to_loose[c]) - (TWO * low[c] * to_slope[c] if steepest else ZERO)
            to_low[c] = direct * (ONE - low[c] * low[c])
        for c in range(n):
            steepest = abs(low[c]) > abs(high[c])
            direct = HALF * (to_active[c] + to_loose[c]) - (ZERO if steepest else TWO * high[c] * to_slope[c])
            to_high[c] = direct * (ONE - high[c] * high[c])
        for c in range(n):
            to_centre[c] = to_low[c] + to_high[c]
        for c in range(n):
            to_reach[c] = to_high[c] - to_low[c] - slope[c] * to_loose[c]
        return
    for c in range(n):
        to_slope[c] += to_active[c] * centre[c] + to_loose[c] * noise[c]
    for c in range(n):
        low[c] = HALF / reach[c] if reach[c] > abs(centre[c]) else ZERO
    for c in range(n):
        both = to_slope[c] - centre[c] * (to_active[c] + to_loose[c])
        to_centre[c] = slope[c] * to_active[c] + low[c] * both
    for c in range(n):
        share = TWO * centre[c] * low[c]
        width = QUARTER * (ONE + share * share) if low[c] > ZERO else ZERO
        to_reach[c] = width * (to_active[c] + to_loose[c]) - share * low[c] * to_slope[c]
