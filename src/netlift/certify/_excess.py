"""The proof's own inequalities as a loss, with its gradient; compiled once for every shape."""

import math

import numpy as np
from numba import njit

from netlift.certify._zonotope_gradient import (
    BOX,
    BOXES,
    DEPTH,
    HIDDEN,
    MIDDLE,
    PLANES,
    RADIUS,
    RIGHT,
    SIZES,
    SPREAD,
    SPREADS,
    TO_MIDDLE,
    TO_RADIUS,
    TO_SPREAD,
    UNITS,
    backward,
    forward,
    prepare,
    prepare_back,
)
from netlift.certify._zonotope_layers import (
    ACTIVE,
    ACTIVE_NOISE,
    COMPILED,
    GRADIENT,
    LOW,
    NOISE,
    ONE,
    REACH,
    SLOPE,
    TWO,
    ZERO,
    add,
    fill,
    sign,
)

_SLACK = np.float32(0.7)  # share of a radius that images may fill
_LEAD = np.float32(1.0)  # by which the right class has to lead
_APART = np.float32(2.0)  # distance of two boxes' centres, in sums of their radii
_REPEL = np.float32(0.1)  # share of overlapping boxes in the loss
_WORST = np.float32(0.03)  # share of the worst inequality in the loss
_NEAR = np.float32(0.35)  # distance from the right number that is near enough
_TINY = np.float32(1e-9)

# Rows of the memory's first part [5 * (1 + M) * H]: centres, radii, their gradients, each [H, 1 + M], and room.
_CENTRES, _RADII, _TO_CENTRES, _TO_RADII, _ROOM = range(5)


@njit(**COMPILED)
def excess(  # type: ignore[no-untyped-def]
    memory, plans, span, states, symbols, successors, rows, columns, values, sizes, classes, numbers, scales,
    chance, valued,
):  # fmt: skip
    """By how much the inequalities fail: 0 where all hold with room to spare. Sets the gradient.

    Of 1 + M boxes, box 0 holds the first hidden state alone. `memory` begins with room for 5 * (1 + M) * H
    numbers, then come `span` parameters (all centres [1 + M, H], the weights, the logarithms of the radii
    [M, H]) and their gradient. `plans` are those of f on some images at a time, of f on one, and of g on all
    boxes but the first. Image n of N is that of box `states[n]` under symbol `symbols[n]` and belongs into
    box `successors[n]`; after these the first two arrays go on with the boxes to be read and symbol 0. See
    `prepare` for `rows`, `columns` and `values`. Read are `classes` [K, M] of `sizes` [K] or, if there are
    no sizes, `numbers` [K, M] in units of 1 / `scales` [K]. `chance` [N] weighs the images: noise, against
    flat places. The loss itself is worked out only if `valued`, as logarithms are slow.
    """
    count, hidden, block = len(chance), plans[0, SIZES, HIDDEN], plans[0, SIZES, BOXES]
    boxes = plans[2, SIZES, BOXES] + 1
    begin_radii, params = boxes * hidden, 5 * boxes * hidden
    logs = params + span - (boxes - 1) * hidden
    for k in range(hidden):
        memory[begin_radii + k * boxes] = ZERO
        for m in range(boxes):
            memory[k * boxes + m] = memory[params + m * hidden + k]
        for m in range(1, boxes):
            memory[begin_radii + k * boxes + m] = math.exp(memory[logs + (m - 1) * hidden + k])
    fill(memory, _TO_CENTRES * boxes * hidden, 2 * boxes * hidden, ZERO)
    fill(memory, params + span, span, ZERO)
    for which in range(0, 3, 2):
        prepare(memory, plans[which], rows, columns, values)
    total = _overlap(memory, boxes, hidden, valued)
    blocks = (count + block - 1) // block
    largest, worst = ZERO, 0
    for turn in range(blocks + 2):  # f on all images, then on the worst of several blocks; then g
        reads = turn > blocks
        if turn < blocks:
            plan, begin = plans[0], min(turn * block, count - block)  # the last overlaps the one before
        elif reads:
            plan, begin = plans[2], count
        else:
            if blocks == 1 or largest <= _SLACK:
                continue
            plan, begin = plans[1], worst
        _load(memory, plan, boxes, states, begin)
        forward(memory, plan, symbols, begin)
        if reads:
            if len(sizes):
                total += _classes(memory, plan, sizes, classes)
            else:
                total += _numbers(memory, plan, numbers, scales, valued)
        else:
            share = ONE / np.float32(count * hidden) if turn < blocks else ZERO
            weight = _WORST if turn == blocks or blocks == 1 else ZERO
            skipped = turn * block - begin if turn < blocks else 0
            part, most, where = _inside(
                memory, plan, boxes, successors, chance, begin, skipped, share, weight, valued
            )
            total += part
            if most > largest:
                largest, worst = most, where
        backward(memory, plan, symbols, begin)
        _unload(memory, plan, boxes, states, begin)
    for which in range(0, 3, 2):
        prepare_back(memory, plans[which], rows, columns, values)
    for k in range(hidden):
        for m in range(boxes):
            memory[params + span + m * hidden + k] += memory[_TO_CENTRES * boxes * hidden + k * boxes + m]
        for m in range(1, boxes):
            slope = memory[_TO_RADII * boxes * hidden + k * boxes + m] * memory[begin_radii + k * boxes + m]
            memory[logs + span + (m - 1) * hidden + k] += slope
    return total


@njit(**COMPILED)
def _load(memory, plan, boxes, states, begin):  # type: ignore[no-untyped-def]
    """Centres and radii of the boxes from `states[begin]` on for a pass, their gradients 0."""
    hidden, count = plan[SIZES, HIDDEN], plan[SIZES, BOXES]
    for plane in range(2):
        for k in range(hidden):
            own, one = plan[SIZES, BOX] + (plane * hidden + k) * count, (plane * hidden + k) * boxes
            for b in range(count):
                memory[own + b] = memory[one + states[begin + b]]
    fill(memory, plan[SIZES, BOX] + TO_MIDDLE * hidden * count, 2 * hidden * count, ZERO)


@njit(**COMPILED)
def _unload(memory, plan, boxes, states, begin):  # type: ignore[no-untyped-def]
    hidden, count = plan[SIZES, HIDDEN], plan[SIZES, BOXES]
    for plane in range(TO_MIDDLE, TO_RADIUS + 1):
        for k in range(hidden):
            own, one = plan[SIZES, BOX] + (plane * hidden + k) * count, (plane * hidden + k) * boxes
            for b in range(count):
                memory[one + states[begin + b]] += memory[own + b]


@njit(**COMPILED)
def _inside(memory, plan, boxes, successors, chance, begin, skipped, share, weight, valued):  # type: ignore[no-untyped-def]
    """The loss of some images: `share` times their sum but for those `skipped`, `weight` times the worst.

    Also the most that one fills of its box, and which.
    """
    hidden, count, last = plan[SIZES, HIDDEN], plan[SIZES, BOXES], plan[SIZES, DEPTH] - 1
    plane, own = hidden * count, plan[last, PLANES]
    units = memory[own : own + (GRADIENT + REACH + 1) * plane]
    centre, reach = units[:plane], units[REACH * plane : (REACH + 1) * plane]
    target, radius = units[ACTIVE * plane : (ACTIVE + 1) * plane], units[ACTIVE_NOISE * plane : LOW * plane]
    filled, to_centre = units[SLOPE * plane : (SLOPE + 1) * plane], units[GRADIENT * plane :][:plane]
    to_reach = units[(GRADIENT + REACH) * plane :]
    for k in range(hidden):
        for b in range(count):
            target[k * count + b] = memory[k * boxes + successors[begin + b]]
        for b in range(count):
            radius[k * count + b] = memory[(hidden + k) * boxes + successors[begin + b]]
    for c in range(plane):
        filled[c] = (abs(centre[c] - target[c]) + reach[c]) / radius[c] + _TINY
    total, largest, place = 0.0, ZERO, 0
    for k in range(hidden):
        for b in range(skipped, count):
            if filled[k * count + b] > largest:
                largest, place = filled[k * count + b], k * count + b
    if valued:
        for k in range(hidden):
            for b in range(skipped, count):
                total += share * chance[begin + b] * math.log(max(filled[k * count + b] / _SLACK, ONE))
        total += weight * math.log(max(largest / _SLACK, ONE))
    for k in range(hidden):
        one, given = filled[k * count : (k + 1) * count], chance[begin : begin + count]
        to_one = to_reach[k * count : (k + 1) * count]
        for b in range(count):
            to_one[b] = share * given[b] / one[b] if one[b] > _SLACK else ZERO
        for b in range(skipped):
            to_one[b] = ZERO
    if largest > _SLACK:
        to_reach[place] += weight / largest
    for c in range(plane):
        to_reach[c] = to_reach[c] / radius[c]
    for c in range(plane):
        to_centre[c] = to_reach[c] * sign(centre[c] - target[c])
    for k in range(hidden):
        to_target, to_radius = (_TO_CENTRES * hidden + k) * boxes, (_TO_RADII * hidden + k) * boxes
        for b in range(skipped, count):
            memory[to_target + successors[begin + b]] -= to_centre[k * count + b]
            memory[to_radius + successors[begin + b]] -= to_reach[k * count + b] * filled[k * count + b]
    fill(memory, own + (GRADIENT + NOISE) * plane, plane, ZERO)
    fill(memory, plan[last, SPREADS] + TO_SPREAD * hidden * plane, hidden * plane, ZERO)
    return total, largest, begin + place % count


@njit(**COMPILED)
def _overlap(memory, boxes, hidden, valued):  # type: ignore[no-untyped-def]
    """By how much boxes other than the first come too near to one another."""
    share = TWO * _REPEL / np.float32(boxes - 1)  # of a pair, which counts twice
    total, size = 0.0, boxes * hidden
    near = memory[_ROOM * size : _ROOM * size + boxes]
    for one in range(2, boxes):
        for other in range(one):
            near[other] = ONE
        for k in range(hidden):
            middle, radius = memory[k * boxes : (k + 1) * boxes], memory[size + k * boxes :][:boxes]
            own, own_radius = middle[one], radius[one]
            for other in range(one):
                short = _APART * (own_radius + radius[other]) - abs(own - middle[other])
                near[other] = short if short < near[other] else near[other]
        for other in range(1, one):
            if near[other] <= ZERO:
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
            memory[_TO_CENTRES * size + place] -= slope
            memory[_TO_CENTRES * size + place + further] += slope
            slope = share / (memory[size + place] + memory[size + place + further])
            memory[_TO_RADII * size + place] += slope
            memory[_TO_RADII * size + place + further] += slope
    return total


@njit(**COMPILED)
def _numbers(memory, plan, numbers, scales, valued):  # type: ignore[no-untyped-def]
    """By how much numbers read from boxes are too far from the right ones."""
    hidden, boxes, last = plan[SIZES, HIDDEN], plan[SIZES, BOXES], plan[SIZES, DEPTH] - 1
    plane, own = len(scales) * boxes, plan[last, PLANES]
    share = ONE / np.float32(plane)
    total, largest, place = 0.0, ZERO, own
    for i in range(len(scales)):
        for b in range(boxes):
            c = own + i * boxes + b
            off = memory[c] - numbers[i, b]
            wrong = (abs(off) + memory[c + REACH * plane]) * scales[i] + _TINY
            if wrong > largest:
                largest, place = wrong, c
            if valued:
                total += share * math.log(max(wrong / _NEAR, ONE))
            slope = share * scales[i] / wrong if wrong > _NEAR else ZERO
            memory[c + (GRADIENT + REACH) * plane] = slope
            memory[c + GRADIENT * plane] = slope * sign(off)
    if largest > _NEAR:
        total += _WORST * math.log(largest / _NEAR)
        memory[place + (GRADIENT + REACH) * plane] *= ONE + _WORST / share
        memory[place + GRADIENT * plane] *= ONE + _WORST / share
    fill(memory, own + (GRADIENT + NOISE) * plane, plane, ZERO)
    fill(memory, plan[last, SPREADS] + TO_SPREAD * hidden * plane, hidden * plane, ZERO)
    return total


@njit(**COMPILED)
def _classes(memory, plan, sizes, classes):  # type: ignore[no-untyped-def]
    """By how much the right classes do not lead, in units that no network can enlarge."""
    hidden, boxes, last = plan[SIZES, HIDDEN], plan[SIZES, BOXES], plan[SIZES, DEPTH] - 1
    plane, units, spread = plan[last, UNITS] * boxes, plan[last, PLANES], plan[last, SPREADS]
    further = TO_SPREAD * hidden * plane
    radius = plan[SIZES, BOX] + RADIUS * hidden * boxes
    right, width = plan[SIZES, RIGHT], (hidden + 2) * boxes  # centres, noises, spreads of the right classes
    missing, sizes_at, to_noise = SLOPE * plane, LOW * plane, (GRADIENT + NOISE) * plane
    fill(memory, units + (GRADIENT + REACH) * plane, plane, ZERO)
    share = ONE / np.float32(boxes)
    total, start = 0.0, 0
    for stream in range(len(sizes)):
        for b in range(boxes):
            i = start + classes[stream, b]
            memory[right + b] = memory[units + i * boxes + b]
            memory[right + boxes + b] = memory[units + NOISE * plane + i * boxes + b]
            for k in range(hidden):
                memory[right + (2 + k) * boxes + b] = memory[spread + (i * hidden + k) * boxes + b]
        fill(memory, right + width, width, ZERO)
        largest, place = ZERO, 0
        for i in range(start, start + sizes[stream]):
            row, one = units + i * boxes, spread + i * hidden * boxes
            fill(memory, row + sizes_at, boxes, ZERO)
            add(memory, row + NOISE * plane, row + sizes_at, boxes, ONE)
            _add_apart(memory, right + 2 * boxes, one, radius, row + sizes_at, hidden, boxes)
            for b in range(boxes):
                c = row + b
                lead = memory[right + b] - memory[c] - memory[c + sizes_at] - memory[right + boxes + b]
                memory[c + sizes_at] += ONE  # taken as constant, so that no network is drowned by its scores
                short = max(_LEAD - lead, ZERO) / memory[c + sizes_at]
                short = short if start + classes[stream, b] != i else ZERO
                memory[c + missing] = short
                total += share * short
                if short > largest:
                    largest, place = short, c
        total += _WORST * largest
        for i in range(start, start + sizes[stream]):
            row, one = units + i * boxes, spread + i * hidden * boxes
            for b in range(boxes):
                c = row + b
                slope = share + (_WORST if c == place else ZERO) if memory[c + missing] > ZERO else ZERO
                memory[c + to_noise] = slope / memory[c + sizes_at]
                memory[c + GRADIENT * plane] = memory[c + to_noise]
            add(memory, row + to_noise, right + width, boxes, -ONE)
            add(memory, row + to_noise, right + width + boxes, boxes, ONE)
            _add_apart_back(
                memory, right + 2 * boxes, one, radius, row + to_noise, right + width + 2 * boxes,
                one + further, radius + (TO_RADIUS - RADIUS) * hidden * boxes, hidden, boxes,
            )  # fmt: skip
        for b in range(boxes):
            i = start + classes[stream, b]
            memory[units + GRADIENT * plane + i * boxes + b] += memory[right + width + b]
            memory[units + to_noise + i * boxes + b] += memory[right + width + boxes + b]
            for k in range(hidden):
                slope = memory[right + width + (2 + k) * boxes + b]
                memory[spread + further + (i * hidden + k) * boxes + b] += slope
        start += sizes[stream]
    return total


@njit(**COMPILED)
def _add_apart(memory, right, spread, radius, out, hidden, boxes):  # type: ignore[no-untyped-def]
    """out [B] += |right - spread| * radius, all [H, B], summed."""
    to = memory[out : out + boxes]
    for k in range(hidden):
        one, other = memory[right + k * boxes :][:boxes], memory[spread + k * boxes :][:boxes]
        own = memory[radius + k * boxes :][:boxes]
        for b in range(boxes):
            to[b] += abs(one[b] - other[b]) * own[b]


@njit(**COMPILED)
def _add_apart_back(  # type: ignore[no-untyped-def]
    memory, right, spread, radius, slope, to_right, to_spread, to_radius, hidden, boxes
):
    """Gradients from the gradient `slope` [B] of `_add_apart`; that of the spread is set."""
    given = memory[slope : slope + boxes]
    for k in range(hidden):
        one, other = memory[right + k * boxes :][:boxes], memory[spread + k * boxes :][:boxes]
        own, to_own = memory[radius + k * boxes :][:boxes], memory[to_radius + k * boxes :][:boxes]
        to_other = memory[to_spread + k * boxes :][:boxes]
        for b in range(boxes):
            to_other[b] = given[b] * own[b] * sign(other[b] - one[b])
        add(memory, to_spread + k * boxes, to_right + k * boxes, boxes, -ONE)
        for b in range(boxes):
            to_own[b] += given[b] * abs(one[b] - other[b])
