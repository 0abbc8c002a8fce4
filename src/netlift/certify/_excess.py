"""The proof's own inequalities as a loss, with its gradient; compiled once for every shape."""

import math

import numpy as np

from netlift.certify._activation import (
    ACTIVE,
    ACTIVE_NOISE,
    CENTRE,
    GRADIENT,
    HIGH,
    LOW,
    NOISE,
    REACH,
    SLOPE,
    UNIT_PLANES,
)
from netlift.certify._vectors import (
    INNER,
    ONE,
    TWO,
    ZERO,
    add,
    add_absolute,
    add_signed,
    fill,
    gather,
    multiply,
    scatter,
    sign,
    table,
)
from netlift.certify._zonotope_gradient import (
    ACTIVE_SPREAD,
    BOX,
    BOXES,
    DEPTH,
    HIDDEN,
    PLANES,
    RADIUS,
    RIGHT,
    SIZES,
    SPREADS,
    TO_RADIUS,
    TO_SPREAD,
    TO_WEIGHTS,
    UNITS,
)
from netlift.core._compiled import njit

# The memory begins with parts [H, 1 + M] about all boxes: radii, their gradient and inverses, room; then come
# the parameters: centres, logarithms of the radii, weights.
RADII, TO_RADII, INVERSES, ROOM, CENTRES, LOGARITHMS = range(6)
# Planes of a last layer's units that are free for what is asked of them.
FILLED, TARGET, SCALE, WEIGHT = SLOPE, ACTIVE, ACTIVE_NOISE, HIGH

_SLACK = np.float32(0.7)  # share of a radius that images may fill
_LEAD = np.float32(1.0)  # by which the right class has to lead
_APART = np.float32(2.0)  # distance of two boxes' centres, in sums of their radii
_REPEL = np.float32(0.1)  # share of overlapping boxes in the loss
_WORST = np.float32(0.03)  # share of the worst inequality in the loss
_NEAR = np.float32(0.35)  # distance from the right number that is near enough
_TINY = np.float32(1e-9)


@njit(**INNER)
def held(memory, plan, boxes, successors, chance, begin, skipped, share, worst, valued):  # type: ignore[no-untyped-def]
    """By how much images, from `begin` on, are not inside their boxes.

    `share` is that of one of these in the mean, 0 for the first `skipped`; see `_beyond` for the rest.
    """
    hidden, count, last = plan[SIZES, HIDDEN], plan[SIZES, BOXES], plan[SIZES, DEPTH] - 1
    plane, units = hidden * count, plan[last, PLANES]
    target, scale, weight = units + TARGET * plane, units + SCALE * plane, units + WEIGHT * plane
    to_centre, to_reach = units + GRADIENT * plane, units + (GRADIENT + REACH) * plane
    for k in range(hidden):
        row = k * count
        gather(memory, (CENTRES * hidden + k) * boxes, successors, begin, target + row, count)
        gather(memory, (INVERSES * hidden + k) * boxes, successors, begin, scale + row, count)
        for b in range(count):
            memory[weight + row + b] = share * chance[begin + b]
        fill(memory, weight + row, skipped, ZERO)
    total, largest, place = _beyond(memory, units, plane, _SLACK, worst, valued)
    multiply(memory, units + FILLED * plane, to_reach, target, plane)
    to_centres = CENTRES * hidden * boxes + plan[SIZES, TO_WEIGHTS]
    for k in range(hidden):
        row = k * count
        scatter(memory, to_centre + row, successors, begin, to_centres + k * boxes, count, -ONE)
        scatter(memory, target + row, successors, begin, (TO_RADII * hidden + k) * boxes, count, -ONE)
    fill(memory, plan[last, SPREADS] + TO_SPREAD * hidden * plane, hidden * plane, ZERO)
    return total, largest, begin + place % count


@njit(**INNER)
def read_numbers(memory, plan, numbers, scales, valued):  # type: ignore[no-untyped-def]
    """By how much numbers [K * M] read from boxes are too far from the right ones."""
    hidden, boxes, last = plan[SIZES, HIDDEN], plan[SIZES, BOXES], plan[SIZES, DEPTH] - 1
    plane, units = len(numbers), plan[last, PLANES]
    for c in range(plane):
        memory[units + TARGET * plane + c] = numbers[c]
        memory[units + SCALE * plane + c] = scales[c // boxes]
    fill(memory, units + WEIGHT * plane, plane, ONE / np.float32(plane))
    fill(memory, plan[last, SPREADS] + TO_SPREAD * hidden * plane, hidden * plane, ZERO)
    return _beyond(memory, units, plane, _NEAR, plane > 0, valued)[0]


@njit(**INNER)
def _beyond(memory, units, plane, limit, worst, valued):  # type: ignore[no-untyped-def]
    """The logarithms by which what is filled, (|centre - target| + reach) * scale, is beyond a limit.

    They are weighted and summed; if `worst` the largest counts once more. Also returned are the most that is
    filled, and where; the gradients of the units are set.
    """
    to_centre, to_reach = units + GRADIENT * plane, units + (GRADIENT + REACH) * plane
    planes = table(memory, units, UNIT_PLANES, plane)
    centres, reaches, targets, scales = planes[CENTRE], planes[REACH], planes[TARGET], planes[SCALE]
    filled, weights, slopes = planes[FILLED], planes[WEIGHT], planes[GRADIENT + REACH]
    for c in range(plane):
        filled[c] = (abs(centres[c] - targets[c]) + reaches[c]) * scales[c] + _TINY
    total, largest, place = 0.0, ZERO, 0
    for c in range(plane):
        if filled[c] > largest:
            largest, place = filled[c], c
    for c in range(plane if valued else 0):
        if not filled[c] <= limit:  # what is not a number makes the loss none
            total += weights[c] * math.log(filled[c] / limit)
    for c in range(plane):
        slopes[c] = weights[c] * scales[c] / filled[c] if filled[c] > limit else ZERO
    if worst and largest > limit:
        total += float(_WORST) * math.log(largest / limit)
        slopes[place] += _WORST * scales[place] / largest
    fill(memory, to_centre, 2 * plane, ZERO)  # and that of the noise
    for c in range(plane):
        memory[to_centre + c] = sign(centres[c] - targets[c])
    multiply(memory, to_centre, to_reach, to_centre, plane)
    return total, largest, place


@njit(**INNER)
def overlap(memory, boxes, hidden, further, valued):  # type: ignore[no-untyped-def]
    """By how much boxes but the first are too near to one another; gradients are `further` on."""
    share = TWO * _REPEL / np.float32(boxes - 1)  # of a pair, which counts twice
    total, size = 0.0, boxes * hidden
    parts = table(memory, RADII, CENTRES + 1, size)
    shortest, centres, radii, to_radii = parts[ROOM], parts[CENTRES], parts[RADII], parts[TO_RADII]
    to_centres = memory[CENTRES * size + further : (CENTRES + 1) * size + further]
    for one in range(2, boxes):
        fill(memory, ROOM * size, one, ONE)
        for k in range(hidden):
            middle, radius = centres[k * boxes :][:one], radii[k * boxes :][:one]
            own, own_radius = centres[k * boxes + one], radii[k * boxes + one]
            for other in range(one):
                short = _APART * (own_radius + radius[other]) - abs(own - middle[other])
                shortest[other] = short if short < shortest[other] else shortest[other]
        for other in range(1, one):
            if shortest[other] <= ZERO:
                continue
            least, c, d = ZERO, 0, 0
            for k in range(hidden):
                i, j = k * boxes + one, k * boxes + other
                ratio = _APART * (radii[i] + radii[j]) / (abs(centres[i] - centres[j]) + _TINY)
                if k == 0 or ratio < least:
                    least, c, d = ratio, i, j
            if least <= ONE:
                continue
            if valued:
                total += float(share) * math.log(least)
            off = centres[c] - centres[d]
            slope = share * sign(off) / (abs(off) + _TINY)
            to_centres[c] -= slope
            to_centres[d] += slope
            slope = share / (radii[c] + radii[d])
            to_radii[c] += slope
            to_radii[d] += slope
    return total


@njit(**INNER)
def read_classes(memory, plan, sizes, classes, spreads):  # type: ignore[no-untyped-def]
    """By how much the right classes do not lead, in units that no network can enlarge.

    `classes` and `spreads` [K * M] are where the right classes are among the units [n, M] and, for hidden
    unit 0, among the spreads [n, H, M].
    """
    hidden, boxes, last = plan[SIZES, HIDDEN], plan[SIZES, BOXES], plan[SIZES, DEPTH] - 1
    plane, units, spread = plan[last, UNITS] * boxes, plan[last, PLANES], plan[last, SPREADS]
    apart, to_spread = spread + ACTIVE_SPREAD * hidden * plane, spread + TO_SPREAD * hidden * plane
    radius = plan[SIZES, BOX] + RADIUS * hidden * boxes
    to_radius, row = plan[SIZES, BOX] + TO_RADIUS * hidden * boxes, hidden * boxes
    right, width = plan[SIZES, RIGHT], (hidden + 2) * boxes  # spreads, centres, noises of the right classes
    to_right, noise, to_noise = right + width, units + NOISE * plane, units + (GRADIENT + NOISE) * plane
    planes = table(memory, units, UNIT_PLANES, plane)
    looses, shorts, slopes = planes[LOW], planes[FILLED], planes[GRADIENT + NOISE]
    fill(memory, units + GRADIENT * plane, 3 * plane, ZERO)  # of centres, noises, reaches
    fill(memory, to_spread, hidden * plane, ZERO)
    share = ONE / np.float32(boxes)
    total, start = 0.0, 0
    for stream in range(len(sizes)):
        begin, stop = stream * boxes, start + sizes[stream]
        gather(memory, units, classes, begin, right + row, boxes)
        gather(memory, noise, classes, begin, right + row + boxes, boxes)
        for k in range(hidden):
            gather(memory, spread + k * boxes, spreads, begin, right + k * boxes, boxes)
        fill(memory, to_right, width, ZERO)
        for i in range(start, stop):
            own, loose = i * boxes, units + LOW * plane + i * boxes
            fill(memory, apart + own * hidden, row, ZERO)
            add(memory, spread + own * hidden, apart + own * hidden, row, ONE)
            add(memory, right, apart + own * hidden, row, -ONE)
            fill(memory, loose, boxes, ZERO)
            add(memory, noise + own, loose, boxes, ONE)
            for k in range(hidden):
                add_absolute(memory, apart + own * hidden + k * boxes, radius + k * boxes, loose, boxes)
            short = units + FILLED * plane + own
            fill(memory, short, boxes, _LEAD)
            add(memory, right + row, short, boxes, -ONE)
            add(memory, right + row + boxes, short, boxes, ONE)
            add(memory, units + own, short, boxes, ONE)
            add(memory, loose, short, boxes, ONE)
        for c in range(start * boxes, stop * boxes):
            shorts[c] = ZERO if shorts[c] <= ZERO else shorts[c] / (ONE + looses[c])
        for b in range(boxes):
            shorts[classes[begin + b]] = ZERO
        largest, place = ZERO, 0
        for c in range(start * boxes, stop * boxes):
            total += share * shorts[c]
            if shorts[c] > largest:
                largest, place = shorts[c], c
        total += float(_WORST * largest)
        for c in range(start * boxes, stop * boxes):  # what is loose is taken as constant in the divisor,
            slopes[c] = share / (ONE + looses[c]) if shorts[c] > ZERO else ZERO
        if largest > ZERO:  # so that no network is drowned by its scores
            slopes[place] += _WORST / (ONE + looses[place])
        for i in range(start, stop):
            own = i * boxes
            add(memory, to_noise + own, units + GRADIENT * plane + own, boxes, ONE)
            add(memory, to_noise + own, to_right + row, boxes, -ONE)
            add(memory, to_noise + own, to_right + row + boxes, boxes, ONE)
            for k in range(hidden):
                one_apart = apart + own * hidden + k * boxes
                to_one = to_spread + own * hidden + k * boxes
                add_absolute(memory, one_apart, to_noise + own, to_radius + k * boxes, boxes)
                add_signed(memory, one_apart, to_noise + own, radius + k * boxes, to_one, boxes)
            add(memory, to_spread + own * hidden, to_right, row, -ONE)
        scatter(memory, to_right + row, classes, begin, units + GRADIENT * plane, boxes, ONE)
        scatter(memory, to_right + row + boxes, classes, begin, to_noise, boxes, ONE)
        for k in range(hidden):
            scatter(memory, to_right + k * boxes, spreads, begin, to_spread + k * boxes, boxes, ONE)
        start = stop
    return total
