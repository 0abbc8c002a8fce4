"""The proof's own inequalities as a loss, with its gradient; compiled once for every shape."""

import math

import numpy as np
from numba import njit

from netlift.certify._activation import ACTIVE, ACTIVE_NOISE, GRADIENT, LOW, NOISE, REACH, SLOPE
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
    UNITS,
)

# The memory begins with centres and radii of all boxes and their gradients, each [H, 1 + M], and room for as much.
CENTRES, RADII, TO_CENTRES, TO_RADII, ROOM, PARTS = range(6)

_SLACK = np.float32(0.7)  # share of a radius that images may fill
_LEAD = np.float32(1.0)  # by which the right class has to lead
_APART = np.float32(2.0)  # distance of two boxes' centres, in sums of their radii
_REPEL = np.float32(0.1)  # share of overlapping boxes in the loss
_WORST = np.float32(0.03)  # share of the worst inequality in the loss
_NEAR = np.float32(0.35)  # distance from the right number that is near enough
_TINY = np.float32(1e-9)


@njit(**INNER)
def held(memory, plan, boxes, successors, chance, begin, skipped, part, worst, valued):  # type: ignore[no-untyped-def]
    """By how much images, from `begin` on, are not inside their boxes; the first `skipped` do not count.

    `part` is the share of one of these in the loss, `worst` says whether the worst of these counts as the worst
    of all. Also what that fills of its box, and which it is.
    """
    hidden, count, last = plan[SIZES, HIDDEN], plan[SIZES, BOXES], plan[SIZES, DEPTH] - 1
    plane, units = hidden * count, plan[last, PLANES]
    target, radius = units + ACTIVE * plane, units + ACTIVE_NOISE * plane
    to_centre, to_reach = units + GRADIENT * plane, units + (GRADIENT + REACH) * plane
    for k in range(hidden):
        gather(memory, (CENTRES * hidden + k) * boxes, successors, begin, target + k * count, count)
        gather(memory, (RADII * hidden + k) * boxes, successors, begin, radius + k * count, count)
    centres, reaches = memory[units : units + plane], memory[units + REACH * plane :][:plane]
    targets, radii = memory[target : target + plane], memory[radius : radius + plane]
    filled = memory[units + SLOPE * plane :][:plane]
    for c in range(plane):
        filled[c] = (abs(centres[c] - targets[c]) + reaches[c]) / radii[c] + _TINY
    total, largest, place = 0.0, ZERO, 0
    for k in range(hidden):
        for b in range(skipped, count):
            c = k * count + b
            if filled[c] > largest:
                largest, place = filled[c], c
            if valued and not filled[c] <= _SLACK:  # not a number makes the loss no number
                total += part * chance[begin + b] * math.log(filled[c] / _SLACK)
    weights = chance[begin : begin + count]
    for k in range(hidden):
        own, one = filled[k * count : (k + 1) * count], memory[to_reach + k * count :][:count]
        scale = radii[k * count : (k + 1) * count]
        for b in range(count):
            one[b] = part * weights[b] / (own[b] * scale[b]) if own[b] > _SLACK else ZERO
        fill(memory, to_reach + k * count, skipped, ZERO)
    if worst and largest > _SLACK:
        total += _WORST * math.log(largest / _SLACK)
        memory[to_reach + place] += _WORST / (largest * radii[place])
    fill(memory, to_centre, 2 * plane, ZERO)  # and that of the noise
    signs = memory[to_centre : to_centre + plane]
    for c in range(plane):
        signs[c] = sign(centres[c] - targets[c])
    multiply(memory, to_centre, to_reach, to_centre, plane)
    multiply(memory, units + SLOPE * plane, to_reach, target, plane)
    for k in range(hidden):
        row = k * count
        scatter(memory, to_centre + row, successors, begin, (TO_CENTRES * hidden + k) * boxes, count, -ONE)
        scatter(memory, target + row, successors, begin, (TO_RADII * hidden + k) * boxes, count, -ONE)
    fill(memory, plan[last, SPREADS] + TO_SPREAD * hidden * plane, hidden * plane, ZERO)
    return total, largest, begin + place % count


@njit(**INNER)
def overlap(memory, boxes, hidden, valued):  # type: ignore[no-untyped-def]
    """By how much boxes other than the first come too near to one another."""
    share = TWO * _REPEL / np.float32(boxes - 1)  # of a pair, which counts twice
    total, size = 0.0, boxes * hidden
    shortest = memory[ROOM * size : ROOM * size + boxes]
    for one in range(2, boxes):
        fill(memory, ROOM * size, one, ONE)
        for k in range(hidden):
            middle, radius = memory[k * boxes :][:boxes], memory[size + k * boxes :][:boxes]
            own, own_radius = middle[one], radius[one]
            for other in range(one):
                short = _APART * (own_radius + radius[other]) - abs(own - middle[other])
                shortest[other] = short if short < shortest[other] else shortest[other]
        for other in range(1, one):
            if shortest[other] <= ZERO:
                continue
            least, place, further = ZERO, 0, other - one
            for k in range(hidden):
                c = k * boxes + one
                between = abs(memory[c] - memory[c + further]) + _TINY
                ratio = _APART * (memory[size + c] + memory[size + c + further]) / between
                if k == 0 or ratio < least:
                    least, place = ratio, c
            if least <= ONE:
                continue
            if valued:
                total += share * math.log(least)
            off = memory[place] - memory[place + further]
            slope = share * sign(off) / (abs(off) + _TINY)
            memory[TO_CENTRES * size + place] -= slope
            memory[TO_CENTRES * size + place + further] += slope
            slope = share / (memory[size + place] + memory[size + place + further])
            memory[TO_RADII * size + place] += slope
            memory[TO_RADII * size + place + further] += slope
    return total


@njit(**INNER)
def read_numbers(memory, plan, numbers, scales, valued):  # type: ignore[no-untyped-def]
    """By how much numbers read from boxes are too far from the right ones."""
    hidden, boxes, last = plan[SIZES, HIDDEN], plan[SIZES, BOXES], plan[SIZES, DEPTH] - 1
    plane, units = len(scales) * boxes, plan[last, PLANES]
    share = ONE / np.float32(plane)
    total, largest, place = 0.0, ZERO, units
    fill(memory, units + GRADIENT * plane, 3 * plane, ZERO)  # of centres, noises, reaches
    for i in range(len(scales)):
        for b in range(boxes):
            c = units + i * boxes + b
            off = memory[c] - numbers[i, b]
            wrong = (abs(off) + memory[c + REACH * plane]) * scales[i] + _TINY
            if wrong > largest:
                largest, place = wrong, c
            if not wrong <= _NEAR:
                if valued:
                    total += share * math.log(wrong / _NEAR)
                memory[c + (GRADIENT + REACH) * plane] = share * scales[i] / wrong
                memory[c + GRADIENT * plane] = share * scales[i] / wrong * sign(off)
    if largest > _NEAR:
        total += _WORST * math.log(largest / _NEAR)
        memory[place + (GRADIENT + REACH) * plane] *= ONE + _WORST / share
        memory[place + GRADIENT * plane] *= ONE + _WORST / share
    fill(memory, plan[last, SPREADS] + TO_SPREAD * hidden * plane, hidden * plane, ZERO)
    return total


@njit(**INNER)
def read_classes(memory, plan, sizes, classes):  # type: ignore[no-untyped-def]
    """By how much the right classes do not lead, in units that no network can enlarge."""
    hidden, boxes, last = plan[SIZES, HIDDEN], plan[SIZES, BOXES], plan[SIZES, DEPTH] - 1
    plane, units, spread = plan[last, UNITS] * boxes, plan[last, PLANES], plan[last, SPREADS]
    apart, to_spread = spread + ACTIVE_SPREAD * hidden * plane, spread + TO_SPREAD * hidden * plane
    box = plan[SIZES, BOX]
    radius, to_radius = box + RADIUS * hidden * boxes, box + TO_RADIUS * hidden * boxes
    right, width = plan[SIZES, RIGHT], (hidden + 2) * boxes  # spreads, centres, noises of the right classes
    to_right, row = right + width, hidden * boxes
    missing, loose, to_noise = units + SLOPE * plane, units + LOW * plane, units + (GRADIENT + NOISE) * plane
    fill(memory, units + GRADIENT * plane, 3 * plane, ZERO)  # of centres, noises, reaches
    fill(memory, to_spread, hidden * plane, ZERO)
    share = ONE / np.float32(boxes)
    total, start = 0.0, 0
    for stream in range(len(sizes)):
        for b in range(boxes):
            i = start + classes[stream, b]
            for k in range(hidden):
                memory[right + k * boxes + b] = memory[spread + (i * hidden + k) * boxes + b]
            memory[right + row + b] = memory[units + i * boxes + b]
            memory[right + row + boxes + b] = memory[units + NOISE * plane + i * boxes + b]
        fill(memory, to_right, width, ZERO)
        largest, place = ZERO, -1
        for i in range(start, start + sizes[stream]):
            own = i * boxes
            fill(memory, loose + own, boxes, ZERO)
            add(memory, units + NOISE * plane + own, loose + own, boxes, ONE)
            fill(memory, apart + own * hidden, row, ZERO)
            add(memory, spread + own * hidden, apart + own * hidden, row, ONE)
            add(memory, right, apart + own * hidden, row, -ONE)
            for k in range(hidden):
                one = apart + own * hidden + k * boxes
                add_absolute(memory, one, radius + k * boxes, loose + own, boxes)
            for b in range(boxes):
                lead = memory[right + row + b] - memory[units + own + b] - memory[loose + own + b]
                lead -= memory[right + row + boxes + b]
                memory[loose + own + b] += ONE  # taken as constant, so that no network is drowned by its scores
                short = ZERO if lead >= _LEAD else (_LEAD - lead) / memory[loose + own + b]
                short = short if start + classes[stream, b] != i else ZERO
                memory[missing + own + b] = short
                total += share * short
                if short > largest:
                    largest, place = short, own + b
        total += _WORST * largest
        for i in range(start, start + sizes[stream]):
            own = i * boxes
            for b in range(own, own + boxes):
                slope = share + (_WORST if b == place else ZERO)
                memory[to_noise + b] = slope / memory[loose + b] if memory[missing + b] > ZERO else ZERO
            add(memory, to_noise + own, units + GRADIENT * plane + own, boxes, ONE)
            add(memory, to_noise + own, to_right + row, boxes, -ONE)
            add(memory, to_noise + own, to_right + row + boxes, boxes, ONE)
            for k in range(hidden):
                one = apart + own * hidden + k * boxes
                to_one = to_spread + own * hidden + k * boxes
                add_absolute(memory, one, to_noise + own, to_radius + k * boxes, boxes)
                add_signed(memory, one, to_noise + own, radius + k * boxes, to_one, boxes)
            add(memory, to_spread + own * hidden, to_right, row, -ONE)
        for b in range(boxes):
            i = start + classes[stream, b]
            for k in range(hidden):
                memory[to_spread + (i * hidden + k) * boxes + b] += memory[to_right + k * boxes + b]
            memory[units + GRADIENT * plane + i * boxes + b] += memory[to_right + row + b]
            memory[to_noise + i * boxes + b] += memory[to_right + row + boxes + b]
        start += sizes[stream]
    return total
