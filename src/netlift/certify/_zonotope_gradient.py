"""Boxes through a perceptron as DeepZ zonotopes, forward and backward, for shapes known when it runs.

B boxes with centres and radii [H, B] go through the layers at once, B being the contiguous axis. A layer
with n units has centres, noises and reaches [n, B] and a spread [n, H, B], the derivative of each unit by
each hidden unit: generator k of unit i is `spread[i, k] * radii[k]`. The spread of layer 1 is one matrix, made
of both layers' weights, times the slopes of layer 0.
"""

from numba import njit

from netlift.certify._zonotope_layers import (
    ACTIVE,
    ACTIVE_NOISE,
    COMPILED,
    GRADIENT,
    NOISE,
    ONE,
    REACH,
    SLOPE,
    ZERO,
    activate,
    activate_back,
    add,
    add_outer,
    add_product,
    add_product_back,
    add_reaches,
    add_reaches_back,
    add_rows,
    add_scales,
    add_to_rows,
    fill,
    join,
    join_back,
    product,
    product_back,
    scale,
    sign,
)

# A plan [4, 24] says where a perceptron's arrays begin in the memory. Rows 0, 1 and 2 are layers: how many
# units, the matrix and its absolute values, the bias, planes of units and of spreads.
UNITS, MATRIX, ABSOLUTE, TO_ABSOLUTE, BIAS, PLANES, SPREADS = range(7)
# The last row has sizes: layers, hidden units, boxes at a time, symbols that enter (0: none), input units, 1 for
# tanh, the distance of a weight to its gradient. Then the path beside the layers, with its number of rows,
# which is also that of a single layer; what the input enters through; and what follows from the weights.
SIZES = 3
DEPTH, HIDDEN, BOXES, SYMBOLS, FEATURES, BENT, TO_WEIGHTS, BESIDE_ROWS, BESIDE = range(9)
ENTRY, BESIDE_ENTRY, PUSH, TO_PUSH, BESIDE_PUSH, TO_BESIDE_PUSH = range(9, 15)
TURNED, TO_TURNED, JOINT, TO_JOINT, BOX, RIGHT, SCRATCH = range(15, 22)
# Planes of spreads [n, H, B], before and after the activation, and of boxes [H, B].
SPREAD, TO_SPREAD, ACTIVE_SPREAD, TO_ACTIVE_SPREAD = range(4)
MIDDLE, RADIUS, TO_MIDDLE, TO_RADIUS = range(4)


@njit(**COMPILED)
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
        matrix, absolute = plan[layer, MATRIX], plan[layer, ABSOLUTE]
        for c in range(size):
            memory[absolute + c] = abs(memory[matrix + c])
        fill(memory, plan[layer, TO_ABSOLUTE], size, ZERO)
        inner = plan[layer, UNITS]
    n, inner, turned = plan[1, UNITS], plan[0, UNITS], sizes[TURNED]
    for j in range(inner):
        for k in range(hidden):
            memory[turned + k * inner + j] = memory[plan[0, MATRIX] + j * hidden + k]
    join(memory, plan[1, MATRIX], turned, sizes[JOINT], n, hidden, inner)
    fill(memory, sizes[TO_TURNED], hidden * inner, ZERO)
    fill(memory, sizes[TO_JOINT], n * hidden * inner, ZERO)


@njit(**COMPILED)
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
        matrix, to_absolute = plan[layer, MATRIX], plan[layer, TO_ABSOLUTE]
        for c in range(plan[layer, UNITS] * inner):
            memory[matrix + further + c] += sign(memory[matrix + c]) * memory[to_absolute + c]
        inner = plan[layer, UNITS]
    n, inner, to_turned = plan[1, UNITS], plan[0, UNITS], sizes[TO_TURNED]
    matrix = plan[1, MATRIX]
    join_back(
        memory, matrix, sizes[TURNED], sizes[TO_JOINT], matrix + further, to_turned, n, hidden, inner
    )
    for j in range(inner):
        for k in range(hidden):
            memory[plan[0, MATRIX] + further + j * hidden + k] += memory[to_turned + k * inner + j]


@njit(**COMPILED)
def forward(memory, plan, symbols, begin):  # type: ignore[no-untyped-def]
    """Units and spreads of every layer, from the boxes in the plan and the symbols from `begin` on that enter."""
    sizes = plan[SIZES]
    depth, hidden, boxes = sizes[DEPTH], sizes[HIDDEN], sizes[BOXES]
    middle, radius = sizes[BOX] + MIDDLE * hidden * boxes, sizes[BOX] + RADIUS * hidden * boxes
    inner = below = below_spread = 0
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
                product(memory, matrix, middle, units, n, hidden, boxes)
                product(memory, absolute, radius, reach, n, hidden, boxes)
                _add_pushes(memory, sizes[PUSH], units, n, boxes, sizes[SYMBOLS], symbols, begin)
        add_to_rows(memory, plan[layer, BIAS], units, n, boxes)
        if last:
            rows = sizes[BESIDE_ROWS]
            _add_pushes(memory, sizes[BESIDE_PUSH], units, rows, boxes, sizes[SYMBOLS], symbols, begin)
            add_product(memory, sizes[BESIDE], middle, units, rows, hidden, boxes)
            add_to_rows(memory, sizes[BESIDE], spread, rows * hidden, boxes)
        if layer or last:
            fill(memory, reach, plane, ZERO)
            add(memory, noise, reach, plane, ONE)
            add_reaches(memory, spread, radius, reach, n, hidden, boxes)
        if not last:
            activate(memory, units, plane, sizes[BENT])
            if layer:
                active = spread + ACTIVE_SPREAD * hidden * plane
                scale(memory, units + SLOPE * plane, spread, active, n, hidden, boxes)
        inner, below, below_spread = n, units, spread


@njit(**COMPILED)
def backward(memory, plan, symbols, begin):  # type: ignore[no-untyped-def]
    """Adds to the gradients of weights and boxes, from those of the last layer's units and spreads.

    Given are the gradients of its centres, noises and reaches, and of the spreads beyond their reaches.
    """
    sizes = plan[SIZES]
    depth, hidden, boxes, further = sizes[DEPTH], sizes[HIDDEN], sizes[BOXES], sizes[TO_WEIGHTS]
    middle, radius = sizes[BOX] + MIDDLE * hidden * boxes, sizes[BOX] + RADIUS * hidden * boxes
    to_middle, to_radius = sizes[BOX] + TO_MIDDLE * hidden * boxes, sizes[BOX] + TO_RADIUS * hidden * boxes
    scratch = sizes[SCRATCH]
    for layer in range(depth - 1, -1, -1):
        n, units, spread = plan[layer, UNITS], plan[layer, PLANES], plan[layer, SPREADS]
        plane, last = n * boxes, layer == depth - 1
        matrix, absolute = plan[layer, MATRIX], plan[layer, ABSOLUTE]
        to_matrix, to_absolute = matrix + further, plan[layer, TO_ABSOLUTE]
        to_centre, to_noise = units + GRADIENT * plane, units + (GRADIENT + NOISE) * plane
        to_reach, to_spread = units + (GRADIENT + REACH) * plane, spread + TO_SPREAD * hidden * plane
        if not last:
            if layer:
                to_slope = units + (GRADIENT + SLOPE) * plane
                to_active = spread + TO_ACTIVE_SPREAD * hidden * plane
                fill(memory, to_slope, plane, ZERO)
                add_scales(memory, to_active, spread, to_slope, n, hidden, boxes)
                scale(memory, units + SLOPE * plane, to_active, to_spread, n, hidden, boxes)
            activate_back(memory, units, plane, sizes[BENT])
        if layer or last:
            add(memory, to_reach, to_noise, plane, ONE)
            add_reaches_back(memory, spread, radius, to_reach, to_spread, to_radius, n, hidden, boxes)
        if last:
            rows, to_beside = sizes[BESIDE_ROWS], sizes[BESIDE] + further
            _add_pushes_back(
                memory, sizes[TO_BESIDE_PUSH], to_centre, rows, boxes, sizes[SYMBOLS], symbols, begin
            )
            add_product_back(memory, sizes[BESIDE], to_centre, to_middle, rows, hidden, boxes)
            add_outer(memory, to_centre, middle, to_beside, scratch, rows, hidden, boxes)
            add_rows(memory, to_spread, to_beside, rows * hidden, boxes)
        add_rows(memory, to_centre, plan[layer, BIAS] + further, n, boxes)
        if layer:
            inner, below = plan[layer - 1, UNITS], plan[layer - 1, PLANES]
            under, turn = inner * boxes, below + GRADIENT * inner * boxes
            add_outer(memory, to_centre, below + ACTIVE * under, to_matrix, scratch, n, inner, boxes)
            product_back(memory, matrix, to_centre, turn + ACTIVE * under, n, inner, boxes)
            add_outer(memory, to_noise, below + ACTIVE_NOISE * under, to_absolute, scratch, n, inner, boxes)
            product_back(memory, absolute, to_noise, turn + ACTIVE_NOISE * under, n, inner, boxes)
            if layer == 1:
                slope, to_joint = below + SLOPE * under, sizes[TO_JOINT]
                add_outer(memory, to_spread, slope, to_joint, scratch, n * hidden, inner, boxes)
                product_back(
                    memory, sizes[JOINT], to_spread, turn + SLOPE * under, n * hidden, inner, boxes
                )
            else:
                active = plan[layer - 1, SPREADS] + ACTIVE_SPREAD * hidden * under
                to_active = plan[layer - 1, SPREADS] + TO_ACTIVE_SPREAD * hidden * under
                add_outer(memory, to_spread, active, to_matrix, scratch, n, inner, hidden * boxes)
                product_back(memory, matrix, to_spread, to_active, n, inner, hidden * boxes)
        elif not last:
            add_outer(memory, to_centre, middle, to_matrix, scratch, n, hidden, boxes)
            product_back(memory, matrix, to_centre, scratch, n, hidden, boxes)
            add(memory, scratch, to_middle, hidden * boxes, ONE)
            add_outer(memory, to_reach, radius, to_absolute, scratch, n, hidden, boxes)
            product_back(memory, absolute, to_reach, scratch, n, hidden, boxes)
            add(memory, scratch, to_radius, hidden * boxes, ONE)
            _add_pushes_back(memory, sizes[TO_PUSH], to_centre, n, boxes, sizes[SYMBOLS], symbols, begin)


@njit(**COMPILED)
def _add_pushes(memory, push, centre, rows, boxes, count, symbols, begin):  # type: ignore[no-untyped-def]
    """Adds pushes [rows, count] to centres [rows, B]; the symbols are runs up to the last of them."""
    for i in range(rows if count else 0):
        b = 0
        while b < boxes:
            symbol = symbols[begin + b]
            run = min(count - symbol, boxes - b)
            add(memory, push + i * count + symbol, centre + i * boxes + b, run, ONE)
            b += run


@njit(**COMPILED)
def _add_pushes_back(memory, to_push, to_centre, rows, boxes, count, symbols, begin):  # type: ignore[no-untyped-def]
    for i in range(rows if count else 0):
        b = 0
        while b < boxes:
            symbol = symbols[begin + b]
            run = min(count - symbol, boxes - b)
            add(memory, to_centre + i * boxes + b, to_push + i * count + symbol, run, ONE)
            b += run
