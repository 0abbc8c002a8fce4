"""Adam on the proof's own inequalities for one network, compiled once for every shape."""

import math

import numpy as np
from numba import njit

from netlift.certify._excess import (
    CENTRES,
    INVERSES,
    PARTS,
    RADII,
    TO_CENTRES,
    held,
    overlap,
    read_classes,
    read_numbers,
)
from netlift.certify._vectors import COMPILED, INNER, ONE, ZERO, dot, fill, gather, scatter
from netlift.certify._zonotope_gradient import (
    BOX,
    BOXES,
    HIDDEN,
    MIDDLE,
    SIZES,
    TO_MIDDLE,
    backward,
    forward,
    prepare,
    prepare_back,
)

_DECAY = (np.float32(0.9), np.float32(0.99))
_EPSILON = np.float32(1e-8)
_WARM = 30  # steps until the full rate
_LAST = 0.02  # share of the rate that is left at the end


@njit(**COMPILED)
def descend(  # type: ignore[no-untyped-def]
    memory, plans, span, states, symbols, successors, rows, columns, values, sizes, classes, spreads, numbers,
    scales, chances, means, squares, rate, begun, total,
):  # fmt: skip
    """Steps of Adam, one for each row of `chances` [T, N], and the loss before the last.

    The loss is by how much the proof's inequalities fail: 0 where all hold with room to spare. Of 1 + M boxes,
    box 0 holds the first hidden state alone. After the first parts of the `memory` (see `held`) come `span`
    parameters (all centres [1 + M, H], the weights, the logarithms of the radii [M, H]), then their gradient.
    `plans` are those of f on some images at a time, of f on one, and of g on all boxes but the first. Image n of
    N is that of box `states[n]` under symbol `symbols[n]` and belongs into box `successors[n]`; after these
    the first two arrays go on with the boxes to be read and symbol 0. See `prepare` for `rows`, `columns` and
    `values`. Read are classes (see `read_classes`) or, if there are no `sizes`, `numbers` [K * M] in units of
    1 / `scales` [K]. `chances` weigh the images: noise, against flat places. The rate has a warm-up and a
    cosine down to `total` steps, of which `begun` are done; gradients are no longer than 1.
    """
    count, hidden, block = chances.shape[1], plans[0, SIZES, HIDDEN], plans[0, SIZES, BOXES]
    boxes = plans[2, SIZES, BOXES] + 1
    blocks = (count + block - 1) // block
    start = PARTS * boxes * hidden
    params, gradient = memory[start : start + span], memory[start + span : start + 2 * span]
    loss = 0.0
    for step in range(len(chances)):
        valued = step == len(chances) - 1  # logarithms are slow
        _unpack(memory, start, start + span - (boxes - 1) * hidden, boxes, hidden)
        fill(memory, TO_CENTRES * boxes * hidden, 2 * boxes * hidden, ZERO)
        fill(memory, start + span, span, ZERO)
        for which in range(0, 3, 2):
            prepare(memory, plans[which], rows, columns, values)
        loss = overlap(memory, boxes, hidden, valued)
        largest, worst = ZERO, 0
        for turn in range(blocks + 2):  # f on all images; on the worst, which is known only now; g
            place = worst if turn == blocks else count
            if turn < blocks:
                place = min(turn * block, count - block)  # the last block overlaps the one before
            elif turn == blocks and (blocks == 1 or largest == ZERO):
                continue
            plan = plans[0 if turn < blocks else turn - blocks + 1]
            _load(memory, plan, boxes, states, place)
            forward(memory, plan, symbols, place)
            if turn <= blocks:
                skipped = max(turn * block - place, 0) if turn < blocks else 0
                share = ONE / np.float32(count * hidden) if turn < blocks else ZERO
                alone = turn == blocks or blocks == 1
                part, most, where = held(
                    memory, plan, boxes, successors, chances[step], place, skipped, share, alone, valued
                )
                loss += part
                if most > largest:
                    largest, worst = most, where
            elif len(sizes):
                loss += read_classes(memory, plan, sizes, classes, spreads)
            else:
                loss += read_numbers(memory, plan, numbers, scales, valued)
            backward(memory, plan, symbols, place)
            _unload(memory, plan, boxes, states, place)
        for which in range(0, 3, 2):
            prepare_back(memory, plans[which], rows, columns, values)
        _unpack_back(memory, start + span, start + 2 * span - (boxes - 1) * hidden, boxes, hidden)
        norm = dot(memory, start + span, start + span, span)
        if not np.isfinite(norm):
            fill(memory, start + span, span, ZERO)
        shrink = np.float32(min(1.0, 1.0 / math.sqrt(norm + 1e-12)))
        moment = begun + step + 1.0
        cosine = _LAST + (1.0 - _LAST) * 0.5 * (1.0 + math.cos(math.pi * min(moment / total, 1.0)))
        pace = np.float32(rate * min(1.0, moment / _WARM) * cosine / (1.0 - _DECAY[0] ** moment))
        fair = np.float32(1.0 / (1.0 - _DECAY[1] ** moment))
        for c in range(span):
            slope = shrink * gradient[c]
            means[c] = _DECAY[0] * means[c] + (ONE - _DECAY[0]) * slope
            squares[c] = _DECAY[1] * squares[c] + (ONE - _DECAY[1]) * slope * slope
            params[c] -= pace * means[c] / (np.sqrt(fair * squares[c]) + _EPSILON)
    return loss


@njit(**INNER)
def _unpack(memory, params, logarithms, boxes, hidden):  # type: ignore[no-untyped-def]
    """Centres and radii [H, 1 + M] of all boxes."""
    for k in range(hidden):
        memory[(RADII * hidden + k) * boxes] = ZERO
        for m in range(boxes):
            memory[(CENTRES * hidden + k) * boxes + m] = memory[params + m * hidden + k]
        for m in range(1, boxes):
            radius = math.exp(memory[logarithms + (m - 1) * hidden + k])
            memory[(RADII * hidden + k) * boxes + m] = radius
            memory[(INVERSES * hidden + k) * boxes + m] = ONE / radius


@njit(**INNER)
def _unpack_back(memory, params, logarithms, boxes, hidden):  # type: ignore[no-untyped-def]
    size = boxes * hidden
    for k in range(hidden):
        for m in range(boxes):
            c = k * boxes + m
            memory[params + m * hidden + k] += memory[TO_CENTRES * size + c]
            if m > 0:
                slope = memory[(TO_CENTRES + RADII) * size + c] * memory[RADII * size + c]
                memory[logarithms + (m - 1) * hidden + k] += slope


@njit(**INNER)
def _load(memory, plan, boxes, states, begin):  # type: ignore[no-untyped-def]
    """Centres and radii of the boxes from `states[begin]` on for a pass, their gradients 0."""
    hidden, count, box = plan[SIZES, HIDDEN], plan[SIZES, BOXES], plan[SIZES, BOX]
    for row in range((RADII + 1) * hidden):
        gather(memory, row * boxes, states, begin, box + (MIDDLE * hidden + row) * count, count)
    fill(memory, box + TO_MIDDLE * hidden * count, 2 * hidden * count, ZERO)


@njit(**INNER)
def _unload(memory, plan, boxes, states, begin):  # type: ignore[no-untyped-def]
    hidden, count, box = plan[SIZES, HIDDEN], plan[SIZES, BOXES], plan[SIZES, BOX]
    for row in range((RADII + 1) * hidden):
        to = (TO_CENTRES * hidden + row) * boxes
        scatter(memory, box + (TO_MIDDLE * hidden + row) * count, states, begin, to, count, ONE)
