"""Loops over parts of one vector, the memory, for shapes that are known only when they run.

An array is named by where it begins in the memory. Each loop writes one array only, as LLVM compares few
pairs of arrays for overlap before it gives up vectors. Constants are single precision, as a plain Python
number would widen what it meets. What is compiled is compiled again with all that calls it, so that there
are few loops, which serve for everything.

numba's cache looks at the file of a function alone: whoever changes one of these modules has to delete
`__pycache__/*.nb?` here, so that what calls it is compiled again.
"""

from typing import Any

import numpy as np

from netlift.core._compiled import njit

FAST = {"contract", "reassoc", "nsz", "arcp"}  # not-a-number and infinity keep their meaning
COMPILED: dict[str, Any] = {"cache": True, "nogil": True, "fastmath": FAST, "error_model": "numpy"}
INNER: dict[str, Any] = {
    **COMPILED,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}  # what Python never calls

ZERO, QUARTER, HALF, ONE, TWO = (np.float32(value) for value in (0.0, 0.25, 0.5, 1.0, 2.0))
_SMALL = 2_000  # multiplications up to which BLAS costs more than it saves


@njit(**INNER)
def sign(x):  # type: ignore[no-untyped-def]
    """-1, 0 or 1."""
    return ONE if x > ZERO else (-ONE if x < ZERO else ZERO)


@njit(**INNER)
def fill(memory, at, size, value):  # type: ignore[no-untyped-def]
    """The same value everywhere."""
    to = memory[at : at + size]
    for c in range(size):
        to[c] = value


@njit(**INNER)
def add(memory, x, out, size, factor):  # type: ignore[no-untyped-def]
    """out += factor * x."""
    one, to = memory[x : x + size], memory[out : out + size]
    for c in range(size):
        to[c] += factor * one[c]


@njit(**INNER)
def multiply(memory, x, y, out, size):  # type: ignore[no-untyped-def]
    """out = x * y."""
    one, other, to = memory[x : x + size], memory[y : y + size], memory[out : out + size]
    for c in range(size):
        to[c] = one[c] * other[c]


@njit(**INNER)
def add_multiplied(memory, x, y, out, size):  # type: ignore[no-untyped-def]
    """out += x * y."""
    one, other, to = memory[x : x + size], memory[y : y + size], memory[out : out + size]
    for c in range(size):
        to[c] += one[c] * other[c]


@njit(**INNER)
def add_absolute(memory, x, y, out, size):  # type: ignore[no-untyped-def]
    """out += |x| * y."""
    one, other, to = memory[x : x + size], memory[y : y + size], memory[out : out + size]
    for c in range(size):
        to[c] += abs(one[c]) * other[c]


@njit(**INNER)
def add_signed(memory, x, y, z, out, size):  # type: ignore[no-untyped-def]
    """out += sign(x) * y * z."""
    one, other, to = memory[x : x + size], memory[y : y + size], memory[out : out + size]
    third = memory[z : z + size]
    for c in range(size):
        to[c] += sign(one[c]) * other[c] * third[c]


@njit(**INNER)
def dot(memory, x, y, size):  # type: ignore[no-untyped-def]
    """The inner product of x and y."""
    one, other = memory[x : x + size], memory[y : y + size]
    total = ZERO * one[0]
    for c in range(size):
        total += one[c] * other[c]
    return total


@njit(**INNER)
def gather(memory, x, places, begin, out, size):  # type: ignore[no-untyped-def]
    """out[c] = x[places[begin + c]]."""
    for c in range(size):
        memory[out + c] = memory[x + places[begin + c]]


@njit(**INNER)
def scatter(memory, x, places, begin, out, size, factor):  # type: ignore[no-untyped-def]
    """out[places[begin + c]] += factor * x[c]."""
    for c in range(size):
        memory[out + places[begin + c]] += factor * memory[x + c]


@njit(**INNER)
def add_product(memory, matrix, x, out, rows, inner, columns):  # type: ignore[no-untyped-def]
    """out [rows, columns] += matrix [rows, inner] @ x [inner, columns], where it is small."""
    for i in range(rows):
        for j in range(inner):
            add(memory, x + j * columns, out + i * columns, columns, memory[matrix + i * inner + j])


@njit(**INNER)
def add_product_back(memory, matrix, y, out, rows, inner, columns):  # type: ignore[no-untyped-def]
    """out [inner, columns] += matrix [rows, inner].T @ y [rows, columns], where it is small."""
    for j in range(inner):
        for i in range(rows):
            add(memory, y + i * columns, out + j * columns, columns, memory[matrix + i * inner + j])


@njit(**INNER)
def table(memory, at, rows, columns):  # type: ignore[no-untyped-def]
    """A part of the memory as [rows, columns]."""
    return memory[at : at + rows * columns].reshape((rows, columns))


@njit(**INNER)
def product(memory, matrix, x, out, rows, inner, columns):  # type: ignore[no-untyped-def]
    """out [rows, columns] = matrix [rows, inner] @ x [inner, columns]."""
    if rows * inner * columns > _SMALL:
        one, other = table(memory, matrix, rows, inner), table(memory, x, inner, columns)
        np.dot(one, other, table(memory, out, rows, columns))
    else:
        fill(memory, out, rows * columns, ZERO)
        add_product(memory, matrix, x, out, rows, inner, columns)


@njit(**INNER)
def product_back(memory, matrix, y, out, rows, inner, columns):  # type: ignore[no-untyped-def]
    """out [inner, columns] = matrix [rows, inner].T @ y [rows, columns]."""
    if rows * inner * columns > _SMALL:
        one, other = table(memory, matrix, rows, inner), table(memory, y, rows, columns)
        np.dot(one.T, other, table(memory, out, inner, columns))
    else:
        fill(memory, out, inner * columns, ZERO)
        add_product_back(memory, matrix, y, out, rows, inner, columns)


@njit(**INNER)
def add_outer(memory, y, x, out, scratch, rows, inner, columns):  # type: ignore[no-untyped-def]
    """out [rows, inner] += y [rows, columns] @ x [inner, columns].T."""
    if rows * inner * columns > _SMALL:
        one, other = table(memory, y, rows, columns), table(memory, x, inner, columns)
        np.dot(one, other.T, table(memory, scratch, rows, inner))
        add(memory, scratch, out, rows * inner, ONE)
        return
    for i in range(rows):
        for j in range(inner):
            memory[out + i * inner + j] += dot(memory, y + i * columns, x + j * columns, columns)
