"""The activations of DeepZ zonotopes with their derivatives, as in the proof but without rounding."""

import numpy as np
from numba import njit

from netlift.certify._vectors import (
    HALF,
    INNER,
    ONE,
    QUARTER,
    TWO,
    ZERO,
    add,
    add_multiplied,
    fill,
    multiply,
)

# Planes [n] of the units of a layer; that of a gradient is GRADIENT further. LOW and HIGH are what tanh makes
# of the ends, or for the ReLU (LOW) half the gap between it and the line over it, later 1 / (2 * reach).
CENTRE, NOISE, REACH, SLOPE, ACTIVE, ACTIVE_NOISE, LOW, HIGH = range(8)
GRADIENT, UNIT_PLANES = 8, 16


@njit(**INNER)
def activate(memory, units, n, bent):  # type: ignore[no-untyped-def]
    """Slopes, and centres and noises after the activation, from centres, noises and reaches.

    What the activation (tanh if `bent`, else the ReLU) makes of x within centre +- reach is
    slope * x + offset +- width, of which the width goes to the noise.
    """
    noise, slope, active, loose = (
        units + NOISE * n,
        units + SLOPE * n,
        units + ACTIVE * n,
        units + ACTIVE_NOISE * n,
    )
    reach, low, high = units + REACH * n, units + LOW * n, units + HIGH * n
    centres, noises, reaches = memory[units : units + n], memory[noise : noise + n], memory[reach : reach + n]
    slopes, looses = memory[slope : slope + n], memory[loose : loose + n]
    lows, highs = memory[low : low + n], memory[high : high + n]
    fill(memory, active, n, ZERO)
    if bent:
        _tanh(centres, reaches, -ONE, lows)
        _tanh(centres, reaches, ONE, highs)
        for c in range(n):
            one, other = lows[c] * lows[c], highs[c] * highs[c]
            slopes[c] = ONE - (one if one > other else other)
        for c in range(n):
            looses[c] = slopes[c] * (noises[c] - reaches[c]) + HALF * (highs[c] - lows[c])
        add(memory, low, active, n, HALF)
        add(memory, high, active, n, HALF)
        return
    for c in range(n):
        crossing = HALF + HALF * centres[c] / reaches[c]
        slopes[c] = crossing if reaches[c] > abs(centres[c]) else (ONE if centres[c] >= ZERO else ZERO)
    for c in range(n):
        gap = QUARTER * (reaches[c] * reaches[c] - centres[c] * centres[c]) / reaches[c]
        lows[c] = gap if reaches[c] > abs(centres[c]) else ZERO
    add(memory, low, active, n, ONE)
    add_multiplied(memory, slope, units, active, n)
    multiply(memory, slope, noise, loose, n)
    add(memory, low, loose, n, ONE)


@njit(**INNER)
def activate_back(memory, units, n, bent):  # type: ignore[no-untyped-def]
    """Gradients of centres, noises and reaches from those of slopes and of what `activate` gave."""
    noise, slope, reach = units + NOISE * n, units + SLOPE * n, units + REACH * n
    centres, noises, reaches = memory[units : units + n], memory[noise : noise + n], memory[reach : reach + n]
    slopes, lows = memory[slope : slope + n], memory[units + LOW * n : units + HIGH * n]
    highs = memory[units + HIGH * n : units + GRADIENT * n]
    turn = units + GRADIENT * n
    to_noise, to_reach, to_slope = turn + NOISE * n, turn + REACH * n, turn + SLOPE * n
    to_active, to_loose, to_low, to_high = (
        turn + ACTIVE * n,
        turn + ACTIVE_NOISE * n,
        turn + LOW * n,
        turn + HIGH * n,
    )
    slopes_to, loose_to = memory[to_slope : to_slope + n], memory[to_loose : to_loose + n]
    multiply(memory, slope, to_loose, to_noise, n)
    if bent:
        for c in range(n):
            slopes_to[c] += loose_to[c] * (noises[c] - reaches[c])
        fill(memory, to_low, 2 * n, ZERO)
        for end in (to_low, to_high):
            add(memory, to_active, end, n, HALF)
        add(memory, to_loose, to_low, n, -HALF)
        add(memory, to_loose, to_high, n, HALF)
        _tanh_back(lows, highs, slopes_to, memory[to_low : to_low + n])
        _tanh_back(highs, lows, slopes_to, memory[to_high : to_high + n])
        fill(memory, turn, n, ZERO)
        add(memory, to_low, turn, n, ONE)
        add(memory, to_high, turn, n, ONE)
        fill(memory, to_reach, n, ZERO)
        add(memory, to_low, to_reach, n, -ONE)
        add(memory, to_high, to_reach, n, ONE)
        add(memory, to_noise, to_reach, n, -ONE)
        return
    centres_to, reaches_to = memory[turn : turn + n], memory[to_reach : to_reach + n]
    active_to = memory[to_active : to_active + n]
    add_multiplied(memory, to_active, units, to_slope, n)
    add_multiplied(memory, to_loose, noise, to_slope, n)
    for c in range(n):
        lows[c] = HALF / reaches[c] if reaches[c] > abs(centres[c]) else ZERO
    for c in range(n):
        direct = slopes_to[c] - centres[c] * (active_to[c] + loose_to[c])
        centres_to[c] = slopes[c] * active_to[c] + lows[c] * direct
    for c in range(n):
        share = TWO * centres[c] * lows[c]
        width = QUARTER * (ONE + share * share) if lows[c] > ZERO else ZERO
        reaches_to[c] = width * (active_to[c] + loose_to[c]) - share * lows[c] * slopes_to[c]


@njit(**INNER)
def _tanh(centres, reaches, factor, out):  # type: ignore[no-untyped-def]
    """tanh(centre + factor * reach), by the rational function of Eigen's `ptanh`, which compiles to vectors."""
    bound = np.float32(7.90531110763549805)
    for c in range(len(out)):
        x = centres[c] + factor * reaches[c]
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
        out[c] = x * up / (down * q + np.float32(4.89352518554385e-03))


@njit(**INNER)
def _tanh_back(own, other, to_slope, out):  # type: ignore[no-untyped-def]
    """The gradient of an end from that of its tanh; the slope is the derivative at the end that is further off."""
    for c in range(len(out)):
        direct = out[c] - (TWO * own[c] * to_slope[c] if abs(own[c]) > abs(other[c]) else ZERO)
        out[c] = direct * (ONE - own[c] * own[c])
