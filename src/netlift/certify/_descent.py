"""Adam on the proof's own inequalities for one network, compiled once for every shape."""

import math

import numpy as np

from netlift.certify._excess import (
    CENTRES,
    INVERSES,
    LOGARITHMS,
    RADII,
    TO_RADII,
    held,
    overlap,
    read_classes,
    read_numbers,
)
from netlift.certify._vectors import COMPILED, INNER, ONE, ZERO, add_multiplied, dot, fill, gather, scatter
from netlift.certify._zonotope_gradient import (
    BOX,
    BOXES,
    HIDDEN,
    MIDDLE,
    RADIUS,
    SIZES,
    TO_MIDDLE,
    TO_RADIUS,
    TO_WEIGHTS,
    backward,
    forward,
    prepare,
    prepare_back,
)
from netlift.core._compiled import njit

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

    The loss is by how much the proof's inequalities fail: 0 where all hold with room to spare. Of 1 + M
    boxes, box 0 holds the first hidden state alone. `span` numbers of the `memory` are parameters (centres
    and logarithms of radii, both [H, 1 + M], then weights); their gradient follows. `plans` are those of f
    on some images at a time, of f on one, and of g on all boxes but the first. Image n of N is that of box
    `states[n]` under symbol `symbols[n]` and belongs into box `successors[n]`; after these the first two
    arrays go on with the boxes to be read and symbol 0. See `prepare` for `rows`, `columns` and `values`.
    Read are classes (see `read_classes`) or, if there are no `sizes`, `numbers` [K * M] in units of 1 /
    `scales` [K]. `chances` weigh the images: noise, against flat places. The rate has a warm-up and a
    cosine down to `total` steps, of which `begun` are done; gradients are no longer than 1.
    """
    count, hidden, block = chances.shape[1], plans[0, SIZES, HIDDEN], plans[0, SIZES, BOXES]
    boxes = plans[2, SIZES, BOXES] + 1
    blocks, size = (count + block - 1) // block, boxes * hidden
    start, turn_back = CENTRES * size, CENTRES * size + span
    params, gradient = memory[start : start + span], memory[turn_back : turn_back + span]
    loss = 0.0
    for step in range(len(chances)):
        valued = step == len(chances) - 1  # logarithms are slow
        for c in range(size):
            memory[RADII * size + c] = math.exp(memory[LOGARITHMS * size + c])
        for c in range(size):
            memory[INVERSES * size + c] = ONE / memory[RADII * size + c]
        fill(memory, TO_RADII * size, size, ZERO)
        fill(memory, turn_back, span, ZERO)
        for which in range(0, 3, 2):
            prepare(memory, plans[which], rows, columns, values)
        loss = overlap(memory, boxes, hidden, span, valued)
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
        to_logarithms = LOGARITHMS * size + span
        add_multiplied(memory, RADII * size, TO_RADII * size, to_logarithms, size)
        norm = dot(memory, turn_back, turn_back, span)
        if not np.isfinite(norm):
            fill(memory, turn_back, span, ZERO)
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
def _load(memory, plan, boxes, states, begin):  # type: ignore[no-untyped-def]
    """Centres and radii of the boxes from `states[begin]` on for a pass, their gradients 0."""
    hidden, count, box = plan[SIZES, HIDDEN], plan[SIZES, BOXES], plan[SIZES, BOX]
    for k in range(hidden):
        middle, radius = box + (MIDDLE * hidden + k) * count, box + (RADIUS * hidden + k) * count
        gather(memory, (CENTRES * hidden + k) * boxes, states, begin, middle, count)
        gather(memory, (RADII * hidden + k) * boxes, states, begin, radius, count)
    fill(memory, box + TO_MIDDLE * hidden * count, 2 * hidden * count, ZERO)


@njit(**INNER)
def _unload(memory, plan, boxes, states, begin):  # type: ignore[no-untyped-def]
    hidden, count, box = plan[SIZES, HIDDEN], plan[SIZES, BOXES], plan[SIZES, BOX]
    for k in range(hidden):
        middle, radius = box + (TO_MIDDLE * hidden + k) * count, box + (TO_RADIUS * hidden + k) * count
        to_centre = (CENTRES * hidden + k) * boxes + plan[SIZES, TO_WEIGHTS]
        scatter(memory, middle, states, begin, to_centre, count, ONE)
        scatter(memory, radius, states, begin, (TO_RADII * hidden + k) * boxes, count, ONE)
