"""Input symbols that behave alike, and the cheapest expressions that tell the classes apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._bank import Bank
from netlift.formulas._expr import Expr, var
from netlift.states._machine import Machine

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Letters:
    """How later expressions see the input.

    `leaves` are names with the expressions they stand for; `columns` [L, C] their values on the C
    classes of symbols; `classes` [A] the class of each symbol of the alphabet.
    """

    leaves: tuple[tuple[str, Expr], ...]
    columns: Ints
    classes: Ints

    @property
    def representatives(self) -> Ints:
        """[C]: the first symbol of each class."""
        return np.unique(self.classes, return_index=True)[1]


def partition(machine: Machine) -> Ints:
    """The class of each symbol, [A]: alike are symbols with the same transitions and outputs."""
    letters = len(machine.alphabet)
    table = np.concatenate(
        [machine.transitions.T, np.moveaxis(machine.outputs, 1, 0).reshape(letters, -1)], axis=1
    )
    return _canonical(np.unique(table, axis=0, return_inverse=True)[1].reshape(-1))


def _canonical(labels: Ints) -> Ints:
    """The same partition, classes numbered in order of appearance."""
    _, first, place = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[place.reshape(-1)]


def views(machine: Machine, names: tuple[str, ...], *, most: int = 3) -> list[Letters]:
    """Ways to see the input, cheapest first: the raw streams last, unless no two symbols are alike."""
    alphabet, classes = machine.alphabet, partition(machine)
    raw = Letters(
        tuple((n, var(n)) for n in names), np.ascontiguousarray(alphabet.T), np.arange(len(alphabet))
    )
    count = int(classes.max()) + 1
    if count == len(alphabet):
        return [raw]
    if count == 1:
        return [Letters((), np.zeros((0, 1), dtype=np.int64), classes)]
    found: list[Letters] = []
    constants = [0, 1, 2, int(alphabet.max()) + 1, 3]
    bank = Bank(
        [(n, np.ascontiguousarray(alphabet[:, d])) for d, n in enumerate(names)], constants, most=4_000
    )
    checked = 0
    while bank.level < 5 and len(found) < most and len(bank) < 3_000:
        bank.grow(20_000_000)
        for number in range(checked, len(bank)):
            values = bank.values[number]
            if len(np.unique(values)) == count and np.array_equal(_canonical(values), classes):
                first = np.unique(classes, return_index=True)[1]
                found.append(Letters((("u", bank.expr(number)),), values[first][None, :].copy(), classes))
                if len(found) == most:
                    break
        checked = len(bank)
    return found if found else [raw]
