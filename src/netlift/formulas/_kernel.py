"""Operators on scalars and hashes of value vectors, compiled: what the inner loops are made of.

An expression is a row number in parallel arrays: `op` (the `code` of a row of `_operators.OPERATORS`, or
LEAF), `arg` (the row numbers of its arguments), `kind` (flags). Values are int64 and bounded by LIMIT;
anything undefined or larger becomes BAD. `//` and `%` floor, as Python's do.
"""

import numpy as np

from netlift.core._compiled import njit
from netlift.formulas._operators import CODES, COMMUTATIVE, OPERATORS

LEAF = -1
LIMIT = 1 << 40
MOST_MODULUS = (1 << 31) - 1
BAD = -(1 << 62)
CONST, BOOLEAN, BIT = 1, 2, 4  # flags of `kind`

# The operators' numbers in the compiled loops, where a name of another module is no constant.
ADD = CODES["+"]
SUBTRACT = CODES["-"]
TIMES = CODES["*"]
QUOTIENT = CODES["//"]
REMAINDER = CODES["%"]
LESSER = CODES["min"]
GREATER = CODES["max"]
AND_BITS = CODES["&"]
OR_BITS = CODES["|"]
XOR_BITS = CODES["^"]
SHIFT_LEFT = CODES["<<"]
SHIFT_RIGHT = CODES[">>"]
GCD = CODES["gcd"]
POWER = CODES["**"]
EQUAL = CODES["=="]
UNEQUAL = CODES["!="]
LESS = CODES["<"]
AT_MOST = CODES["<="]
AND = CODES["and"]
OR = CODES["or"]
ABS = CODES["abs"]
NEGATIVE = CODES["neg"]
NOT = CODES["not"]
ROOT = CODES["isqrt"]
BIT_COUNT = CODES["bit_count"]
CHOICE = CODES["if"]
COMMUTES = tuple(CODES[name] for name in CODES if name in COMMUTATIVE)
FIRST_UNARY = min(CODES[name] for name in CODES if OPERATORS[name].arity == 1)
LAST_UNARY = max(CODES[name] for name in CODES if OPERATORS[name].arity == 1)  # no other code between them
TRUTHS = tuple(CODES[name] for name in CODES if OPERATORS[name].boolean)

_UNSIGNED = (1 << 35) - 1  # what is left of 64 bits after a shift by 29
_MIX = -7046029254386353131  # 2^64 over the golden ratio, as a signed number


@njit(cache=True)
def apply(op, a, b, c):  # type: ignore[no-untyped-def]
    """One operator on scalars, BAD where Python would raise or the value leaves the bounds."""
    result = 0
    if op == ADD:
        result = a + b
    elif op == SUBTRACT:
        result = a - b
    elif op == TIMES:
        if a != 0 and abs(b) > LIMIT // abs(a):
            return BAD
        result = a * b
    elif op == QUOTIENT:
        if b == 0:
            return BAD
        result = a // b
    elif op == REMAINDER:
        if b == 0:
            return BAD
        result = a % b
    elif op == LESSER:
        result = a if a < b else b
    elif op == GREATER:
        result = b if a < b else a
    elif op == AND_BITS:
        result = a & b
    elif op == OR_BITS:
        result = a | b
    elif op == XOR_BITS:
        result = a ^ b
    elif op == SHIFT_LEFT:
        if b < 0 or b > 39 or abs(a) > (LIMIT >> b):
            return BAD
        result = a << b
    elif op == SHIFT_RIGHT:
        if b < 0 or b > 62:
            return BAD
        result = a >> b
    elif op == GCD:
        result = abs(a)
        rest = abs(b)
        while rest != 0:
            result, rest = rest, result % rest
    elif op == POWER:
        if b < 0 or b > 3:
            return BAD
        result = 1
        for _ in range(b):
            if result != 0 and abs(a) > LIMIT // abs(result):
                return BAD
            result = result * a
    elif op == EQUAL:
        return 1 if a == b else 0
    elif op == UNEQUAL:
        return 1 if a != b else 0
    elif op == LESS:
        return 1 if a < b else 0
    elif op == AT_MOST:
        return 1 if a <= b else 0
    elif op == AND:
        return 1 if a != 0 and b != 0 else 0
    elif op == OR:
        return 1 if a != 0 or b != 0 else 0
    elif op == ABS:
        result = abs(a)
    elif op == NEGATIVE:
        result = -a
    elif op == NOT:
        return 1 if a == 0 else 0
    elif op == ROOT:
        if a < 0:
            return BAD
        result = int(np.sqrt(float(a)))
        while result * result > a:
            result -= 1
        while (result + 1) * (result + 1) <= a:
            result += 1
    elif op == BIT_COUNT:
        rest = abs(a)
        while rest != 0:
            result += rest & 1
            rest >>= 1
    else:
        result = b if a != 0 else c
    if result > LIMIT or result < -LIMIT:
        return BAD
    return result


@njit(cache=True)
def fingerprint(row):  # type: ignore[no-untyped-def]
    """A 64-bit hash of a value vector; never 0.

    The shift brings in zeros, not the sign: with the sign, a number and its complement hash alike, and
    vectors such as (.., -1, 0) and (.., 1, 1) collide.
    """
    h = 1469598103934665603
    for value in row:
        h = (h ^ value) * _MIX
        h ^= (h >> 29) & _UNSIGNED
    return h if h != 0 else 1


@njit(cache=True)
def find_slot(keys, key):  # type: ignore[no-untyped-def]
    """The place of a key in an open-addressing table, or of the empty cell where it belongs."""
    mask = len(keys) - 1
    place = (key ^ (key >> 31)) & mask
    while keys[place] != 0 and keys[place] != key:
        place = (place + 1) & mask
    return place
