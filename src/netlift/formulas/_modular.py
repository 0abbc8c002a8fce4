"""Systems of linear equations modulo any number."""

from math import gcd

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def solve_modulo(table: Ints, target: Ints, modulus: int) -> list[int] | None:
    """Factors f with `table @ f == target` modulo `modulus`; None where there are none.

    `table` is [R, L], `target` [R]. By elimination over the field of each prime factor, lifted to its
    power (Hensel) and put together (Chinese remainders). Where a lift is not unique and the first
    choice fails, None is returned although another choice might do.
    """
    whole = [0] * table.shape[1]
    done = 1
    for prime, power in _factors(modulus):
        part = _lifted(table, target, prime, power)
        if part is None:
            return None
        size = prime**power
        whole = [_both(f, done, g, size) for f, g in zip(whole, part, strict=True)]
        done *= size
    return whole


def _factors(number: int) -> list[tuple[int, int]]:
    found = []
    prime = 2
    while number > 1:
        power = 0
        while number % prime == 0:
            number //= prime
            power += 1
        if power:
            found.append((prime, power))
        prime += 1
    return found


def _both(one: int, size: int, other: int, more: int) -> int:
    """The number that is `one` modulo `size` and `other` modulo `more`."""
    assert gcd(size, more) == 1
    return (one + size * ((other - one) * pow(size, -1, more) % more)) % (size * more)


def _lifted(table: Ints, target: Ints, prime: int, power: int) -> list[int] | None:
    factors = np.zeros(table.shape[1], dtype=np.int64)
    rest = target.copy()
    for place in range(power):
        digit = solve_field(table, rest, prime)
        if digit is None:
            return None
        factors += prime**place * digit
        rest = rest - table @ digit
        if (rest % prime).any():
            return None
        rest = rest // prime
    found: list[int] = (factors % prime**power).tolist()
    return found


def solve_field(table: Ints, target: Ints, prime: int) -> Ints | None:
    """Factors modulo a prime, 0 for every unknown that the equations leave free; None if there are none."""
    unknowns = table.shape[1]
    rows = np.unique(np.column_stack([table, target]) % prime, axis=0)
    pivots: list[int] = []
    for column in range(unknowns):
        row = len(pivots)
        below = np.flatnonzero(rows[row:, column]) + row
        if not len(below):
            continue
        rows[[row, below[0]]] = rows[[below[0], row]]
        rows[row] = rows[row] * pow(int(rows[row, column]), -1, prime) % prime
        others = rows[:, column].copy()
        others[row] = 0
        touched = np.flatnonzero(others)
        rows[touched] = (rows[touched] - others[touched, None] * rows[row]) % prime
        pivots.append(column)
    if rows[len(pivots) :, -1].any():
        return None
    factors = np.zeros(unknowns, dtype=np.int64)
    for row, column in enumerate(pivots):
        factors[column] = rows[row, -1]
    return factors
