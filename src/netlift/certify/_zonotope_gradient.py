"""Boxes through a perceptron as DeepZ zonotopes, forward and backward, for shapes known when it runs.

B boxes with centres and radii [H, B] go through the layers at once, B being the contiguous axis. A layer
with n units has centres, noises and reaches [n, B] and a spread [n, H, B], the derivative of each unit by
each hidden unit: generator k of unit i is `spread[i, k] * radii[k]`. The spread of layer 1 is one matrix,
made of both layers' weights, times the slopes of layer 0.

The method is DeepZ (Singh, Gehr, Mirman, Püschel and Vechev, 2018) as in `_zonotope`, but without rounding,
and in reverse mode.
"""

from netlift.certify._activation import (
    ACTIVE,
    ACTIVE_NOISE,
    GRADIENT,
    NOISE,
    REACH,
    SLOPE,
    activate,
    activate_back,
)
from netlift.certify._vectors import (
    INNER,
    ONE,
    ZERO,
    add,
    add_absolute,
    add_multiplied,
    add_outer,
    add_product,
    add_product_back,
    add_signed,
    dot,
    fill,
    multiply,
    product,
    product_back,
)
from netlift.core._compiled import njit

# A plan [4, 24] says where a perceptron's arrays begin in the memory. Rows 0, 1 and 2 are layers: how many
# units, the matrix (that of layer 0 is transposed) and its absolute values, the bias, planes of units and of
# spreads.
UNITS, MATRIX, ABSOLUTE, TO_ABSOLUTE, BIAS, PLANES, SPREADS = range(7)
# The last row has sizes: layers, hidden units, boxes at a time, symbols that enter (0: none), input units, 1
# for tanh, the distance of a weight to its gradient. Then the path beside the layers, with its number of
# rows, which is also that of a single layer; what the input enters through; what follows from the weights;
# the boxes, room for the right classes and for more, and ones.
SIZES = 3
DEPTH, HIDDEN, BOXES, SYMBOLS, FEATURES, BENT, TO_WEIGHTS, BESIDE_ROWS, BESIDE = range(9)
ENTRY, BESIDE_ENTRY, PUSH, TO_PUSH, BESIDE_PUSH, TO_BESIDE_PUSH = range(9, 15)
JOINT, TO_JOINT, BOX, RIGHT, SCRATCH, ONES = range(15, 21)
# Planes of spreads [n, H, B], before and after the activation, and of boxes [H, B].
SPREAD, TO_SPREAD, ACTIVE_SPREAD, TO_ACTIVE_SPREAD = range(4)
MIDDLE, RADIUS, TO_MIDDLE, TO_RADIUS = range(4)


@njit(**INNER)
def prepare(memory, plan, rows, columns, values):  # type: ignore[no-untyped-def]
    """What follows from the weights for all boxes, before a gradient is added up.

    Symbol `columns[e]` sets input unit `rows[e]` to `values[e]`; all others are 0.
    """
    sizes = plan[SIZES]
    features, symbols, hidden, depth = sizes[FEATURES], sizes[SYMBOLS], sizes[HIDDEN], sizes[DEPTH]
    for path in range(2 if symbols else 0):
        n = sizes[BESIDE_ROWS] if path else (plan[0, UNITS] if depth > 1 else 0)
        entry, push = sizes[ENTRY + path], sizes[PUSH + 2 * path]
        fill(memory, push, 2 * n * symbols, ZERO)  # the gradient as well
        for i in range(n):
            for e in range(len(rows)):
                pushed = memory[entry + i * features + rows[e]] * values[e]
                memory[push + i * symbols + columns[e]] += pushed
    if depth == 1:
        return
    inner = hidden
    for layer in range(depth):
        size = plan[layer, UNITS] * inner
        fill(memory, plan[layer, ABSOLUTE], 2 * size, ZERO)  # the gradient as well
        add_absolute(memory, plan[layer, MATRIX], sizes[ONES], plan[layer, ABSOLUTE], size)
        inner = plan[layer, UNITS]
    n, inner, first = plan[1, UNITS], plan[0, UNITS], plan[0, MATRIX]
    for row in range(n * hidden):
        i, k = divmod(row, hidden)
        joint = sizes[JOINT] + row * inner
        multiply(memory, plan[1, MATRIX] + i * inner, first + k * inner, joint, inner)
    fill(memory, sizes[TO_JOINT], n * hidden * inner, ZERO)


@njit(**INNER)
def prepare_back(memory, plan, rows, columns, values):  # type: ignore[no-untyped-def]
    """Gradients of the weights through what `prepare` made of them."""
    sizes = plan[SIZES]
    features, symbols, hidden, depth = sizes[FEATURES], sizes[SYMBOLS], sizes[HIDDEN], sizes[DEPTH]
    further = sizes[TO_WEIGHTS]
    for path in range(2 if symbols else 0):
        n = sizes[BESIDE_ROWS] if path else (plan[0, UNITS] if depth > 1 else 0)
        to_entry, to_push = sizes[ENTRY + path] + further, sizes[TO_PUSH + 2 * path]
        for i in range(n):
            for e in range(len(rows)):
                pushed = memory[to_push + i * symbols + columns[e]] * values[e]
                memory[to_entry + i * features + rows[e]] += pushed
    if depth == 1:
        return
    inner = hidden
    for layer in range(depth):
        matrix, size = plan[layer, MATRIX], plan[layer, UNITS] * inner
        add_signed(memory, matrix, plan[layer, TO_ABSOLUTE], sizes[ONES], matrix + further, size)
        inner = plan[layer, UNITS]
    inner, first = plan[0, UNITS], plan[0, MATRIX]
    for row in range(plan[1, UNITS] * hidden):
        i, k = divmod(row, hidden)
        to_joint, matrix = sizes[TO_JOINT] + row * inner, plan[1, MATRIX] + i * inner
        add_multiplied(memory, to_joint, first + k * inner, matrix + further, inner)
        add_multiplied(memory, to_joint, matrix, first + further + k * inner, inner)


@njit(**INNER)
def forward(memory, plan, symbols, begin):  # type: ignore[no-untyped-def]
    """Units and spreads of every layer, from boxes and, from `begin` on, the `symbols` that enter."""
    sizes = plan[SIZES]
    depth, hidden, boxes = sizes[DEPTH], sizes[HIDDEN], sizes[BOXES]
    middle, radius = sizes[BOX] + MIDDLE * hidden * boxes, sizes[BOX] + RADIUS * hidden * boxes
    inner, below, below_spread = hidden, middle, middle
    for layer in range(depth):
        n, units, spread = plan[layer, UNITS], plan[layer, PLANES], plan[layer, SPREADS]
        plane, last = n * boxes, layer == depth - 1
        matrix, absolute = plan[layer, MATRIX], plan[layer, ABSOLUTE]
        noise, reach = units + NOISE * plane, units + REACH * plane
        if layer:
            under = inner * boxes
            product(memory, matrix, below + ACTIVE * under, units, n, inner, boxes)
            product(memory, absolute, below + ACTIVE_NOISE * under, noise, n, inner, boxes)
            if layer == 1:
                product(memory, sizes[JOINT], below + SLOPE * under, spread, n * hidden, inner, boxes)
            else:
                active = below_spread + ACTIVE_SPREAD * hidden * under
                product(memory, matrix, active, spread, n, inner, hidden * boxes)
        else:
            fill(memory, noise, plane, ZERO)
            if last:
                fill(memory, units, plane, ZERO)
                fill(memory, spread, hidden * plane, ZERO)
            else:
                product_back(memory, matrix, middle, units, hidden, n, boxes)
                product_back(memory, absolute, radius, reach, hidden, n, boxes)
                _add_pushes(memory, sizes[PUSH], units, n, boxes, sizes[SYMBOLS], symbols, begin)
        for i in range(n):
            add(memory, sizes[ONES], units + i * boxes, boxes, memory[plan[layer, BIAS] + i])
        if last:
            rows = sizes[BESIDE_ROWS]
            _add_pushes(memory, sizes[BESIDE_PUSH], units, rows, boxes, sizes[SYMBOLS], symbols, begin)
            add_product(memory, sizes[BESIDE], middle, units, rows, hidden, boxes)
            for row in range(rows * hidden):
                add(memory, sizes[ONES], spread + row * boxes, boxes, memory[sizes[BESIDE] + row])
        if layer or last:
            fill(memory, reach, plane, ZERO)
            add(memory, noise, reach, plane, ONE)
            for row in range(n * hidden):
                i, k = divmod(row, hidden)
                add_absolute(memory, spread + row * boxes, radius + k * boxes, reach + i * boxes, boxes)
        if not last:
            activate(memory, units, plane, sizes[BENT])
            slope, active = units + SLOPE * plane, spread + ACTIVE_SPREAD * hidden * plane
            for row in range(n * hidden if layer else 0):
                of_unit = slope + row // hidden * boxes
                multiply(memory, of_unit, spread + row * boxes, active + row * boxes, boxes)
        inner, below, below_spread = n, units, spread


@njit(**INNER)
def backward(memory, plan, symbols, begin):  # type: ignore[no-untyped-def]
    """Adds to the gradients of weights and boxes, from those of the last layer's units and spreads.

    Given are the gradients of its centres, noises and reaches, and of the spreads beyond their reaches.
    """
    sizes = plan[SIZES]
    depth, hidden, boxes, further = sizes[DEPTH], sizes[HIDDEN], sizes[BOXES], sizes[TO_WEIGHTS]
    middle, radius = sizes[BOX] + MIDDLE * hidden * boxes, sizes[BOX] + RADIUS * hidden * boxes
    to_middle, to_radius = sizes[BOX] + TO_MIDDLE * hidden * boxes, sizes[BOX] + TO_RADIUS * hidden * boxes
    scratch, ones = sizes[SCRATCH], sizes[ONES]
    for layer in range(depth - 1, -1, -1):
        n, units, spread = plan[layer, UNITS], plan[layer, PLANES], plan[layer, SPREADS]
        plane, last = n * boxes, layer == depth - 1
        matrix, absolute = plan[layer, MATRIX], plan[layer, ABSOLUTE]
        to_matrix, to_absolute = matrix + further, plan[layer, TO_ABSOLUTE]
        to_centre, to_noise = units + GRADIENT * plane, units + (GRADIENT + NOISE) * plane
        to_reach, to_spread = units + (GRADIENT + REACH) * plane, spread + TO_SPREAD * hidden * plane
        if not last:
            if layer:
                slope, to_slope = units + SLOPE * plane, units + (GRADIENT + SLOPE) * plane
                to_active = spread + TO_ACTIVE_SPREAD * hidden * plane
                fill(memory, to_slope, plane, ZERO)
                for row in range(n * hidden):
                    start, own = to_active + row * boxes, row // hidden * boxes
                    add_multiplied(memory, start, spread + row * boxes, to_slope + own, boxes)
                    multiply(memory, start, slope + own, to_spread + row * boxes, boxes)
            activate_back(memory, units, plane, sizes[BENT])
        if layer or last:
            add(memory, to_reach, to_noise, plane, ONE)
            for row in range(n * hidden):
                i, k = divmod(row, hidden)
                start, own, to_own = spread + row * boxes, radius + k * boxes, to_radius + k * boxes
                given = to_reach + i * boxes
                add_signed(memory, start, given, own, to_spread + row * boxes, boxes)
                add_absolute(memory, start, given, to_own, boxes)
        if last:
            rows, to_beside = sizes[BESIDE_ROWS], sizes[BESIDE] + further
            to_push = sizes[TO_BESIDE_PUSH]
            _add_pushes_back(memory, to_push, to_centre, rows, boxes, sizes[SYMBOLS], symbols, begin)
            add_product_back(memory, sizes[BESIDE], to_centre, to_middle, rows, hidden, boxes)
            add_outer(memory, to_centre, middle, to_beside, scratch, rows, hidden, boxes)
            for row in range(rows * hidden):
                memory[to_beside + row] += dot(memory, to_spread + row * boxes, ones, boxes)
        for i in range(n):
            memory[plan[layer, BIAS] + further + i] += dot(memory, to_centre + i * boxes, ones, boxes)
        if layer:
            inner, below = plan[layer - 1, UNITS], plan[layer - 1, PLANES]
            under, turn = inner * boxes, below + GRADIENT * inner * boxes
            add_outer(memory, to_centre, below + ACTIVE * under, to_matrix, scratch, n, inner, boxes)
            product_back(memory, matrix, to_centre, turn + ACTIVE * under, n, inner, boxes)
            add_outer(memory, to_noise, below + ACTIVE_NOISE * under, to_absolute, scratch, n, inner, boxes)
            product_back(memory, absolute, to_noise, turn + ACTIVE_NOISE * under, n, inner, boxes)
            if layer == 1:
                slope, to_joint, rows = below + SLOPE * under, sizes[TO_JOINT], n * hidden
                add_outer(memory, to_spread, slope, to_joint, scratch, rows, inner, boxes)
                product_back(memory, sizes[JOINT], to_spread, turn + SLOPE * under, rows, inner, boxes)
            else:
                active = plan[layer - 1, SPREADS] + ACTIVE_SPREAD * hidden * under
                to_active = plan[layer - 1, SPREADS] + TO_ACTIVE_SPREAD * hidden * under
                add_outer(memory, to_spread, active, to_matrix, scratch, n, inner, hidden * boxes)
                product_back(memory, matrix, to_spread, to_active, n, inner, hidden * boxes)
        elif not last:
            add_outer(memory, middle, to_centre, to_matrix, scratch, hidden, n, boxes)
            product(memory, matrix, to_centre, scratch, hidden, n, boxes)
            add(memory, scratch, to_middle, hidden * boxes, ONE)
            add_outer(memory, radius, to_reach, to_absolute, scratch, hidden, n, boxes)
            product(memory, absolute, to_reach, scratch, hidden, n, boxes)
            add(memory, scratch, to_radius, hidden * boxes, ONE)
            _add_pushes_back(memory, sizes[TO_PUSH], to_centre, n, boxes, sizes[SYMBOLS], symbols, begin)


@njit(**INNER)
def _add_pushes(memory, push, centre, rows, boxes, count, symbols, begin):  # type: ignore[no-untyped-def]
    """Adds pushes [rows, count] to centres [rows, B]; the symbols are runs up to the last of them."""
    for i in range(rows if count else 0):
        b = 0
        while b < boxes:
            symbol = symbols[begin + b]
            run = min(count - symbol, boxes - b)
            add(memory, push + i * count + symbol, centre + i * boxes + b, run, ONE)
            b += run


@njit(**INNER)
def _add_pushes_back(memory, to_push, to_centre, rows, boxes, count, symbols, begin):  # type: ignore[no-untyped-def]
    for i in range(rows if count else 0):
        b = 0
        while b < boxes:
            symbol = symbols[begin + b]
            run = min(count - symbol, boxes - b)
            add(memory, to_centre + i * boxes + b, to_push + i * count + symbol, run, ONE)
            b += run
