"""The activations of DeepZ zonotopes with their derivatives, as in the proof but without rounding."""

import numpy as np

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
    table,
)
from netlift.core._compiled import njit

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
    planes = table(memory, units, UNIT_PLANES, n)
    centres, noises, reaches, slopes = planes[CENTRE], planes[NOISE], planes[REACH], planes[SLOPE]
    looses, lows, highs = planes[ACTIVE_NOISE], planes[LOW], planes[HIGH]
    slope, active, loose = units + SLOPE * n, units + ACTIVE * n, units + ACTIVE_NOISE * n
    low = units + LOW * n
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
        add(memory, units + HIGH * n, active, n, HALF)
        return
    for c in range(n):
        crossing = HALF + HALF * centres[c] / reaches[c]
        slopes[c] = crossing if reaches[c] > abs(centres[c]) else (ONE if centres[c] >= ZERO else ZERO)
    for c in range(n):
        gap = QUARTER * (reaches[c] * reaches[c] - centres[c] * centres[c]) / reaches[c]
        lows[c] = gap if reaches[c] > abs(centres[c]) else ZERO
    add(memory, low, active, n, ONE)
    add_multiplied(memory, slope, units, active, n)
    multiply(memory, slope, units + NOISE * n, loose, n)
    add(memory, low, loose, n, ONE)


@njit(**INNER)
def activate_back(memory, units, n, bent):  # type: ignore[no-untyped-def]
    """Gradients of centres, noises and reaches from those of slopes and of what `activate` gave."""
    planes, turn = table(memory, units, UNIT_PLANES, n), units + GRADIENT * n
    centres, noises, reaches, slopes = planes[CENTRE], planes[NOISE], planes[REACH], planes[SLOPE]
    lows, highs, to_slopes = planes[LOW], planes[HIGH], planes[GRADIENT + SLOPE]
    to_actives, to_looses = planes[GRADIENT + ACTIVE], planes[GRADIENT + ACTIVE_NOISE]
    to_noise, to_reach, to_slope = turn + NOISE * n, turn + REACH * n, turn + SLOPE * n
    to_active, to_loose = turn + ACTIVE * n, turn + ACTIVE_NOISE * n
    to_low, to_high = turn + LOW * n, turn + HIGH * n
    multiply(memory, units + SLOPE * n, to_loose, to_noise, n)
    if bent:
        for c in range(n):
            to_slopes[c] += to_looses[c] * (noises[c] - reaches[c])
        fill(memory, to_low, 2 * n, ZERO)
        for end in (to_low, to_high):
            add(memory, to_active, end, n, HALF)
        add(memory, to_loose, to_low, n, -HALF)
        add(memory, to_loose, to_high, n, HALF)
        _tanh_back(lows, highs, to_slopes, planes[GRADIENT + LOW])
        _tanh_back(highs, lows, to_slopes, planes[GRADIENT + HIGH])
        fill(memory, turn, n, ZERO)
        add(memory, to_low, turn, n, ONE)
        add(memory, to_high, turn, n, ONE)
        fill(memory, to_reach, n, ZERO)
        add(memory, to_low, to_reach, n, -ONE)
        add(memory, to_high, to_reach, n, ONE)
        add(memory, to_noise, to_reach, n, -ONE)
        return
    to_centres, to_reaches = planes[GRADIENT + CENTRE], planes[GRADIENT + REACH]
    add_multiplied(memory, to_active, units, to_slope, n)
    add_multiplied(memory, to_loose, units + NOISE * n, to_slope, n)
    for c in range(n):
        lows[c] = HALF / reaches[c] if reaches[c] > abs(centres[c]) else ZERO
    for c in range(n):
        direct = to_slopes[c] - centres[c] * (to_actives[c] + to_looses[c])
        to_centres[c] = slopes[c] * to_actives[c] + lows[c] * direct
    for c in range(n):
        share = TWO * centres[c] * lows[c]
        width = QUARTER * (ONE + share * share) if lows[c] > ZERO else ZERO
        to_reaches[c] = width * (to_actives[c] + to_looses[c]) - share * lows[c] * to_slopes[c]


@njit(**INNER)
def _tanh(centres, reaches, factor, out):  # type: ignore[no-untyped-def]
    """tanh(centre + factor * reach) by the rational function of Eigen's `ptanh`, which becomes vectors."""
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
    """The gradient of an end from that of its tanh; at the end further off the slope is the derivative."""
    for c in range(len(out)):
        direct = out[c] - (TWO * own[c] * to_slope[c] if abs(own[c]) > abs(other[c]) else ZERO)
        out[c] = direct * (ONE - own[c] * own[c])
