"""Look-ups of the form: is there an expression over these leaves with these values?

Expressions are enumerated bottom-up, cheapest first, and each function is kept once, in its
cheapest form, recognised by the hash of its values on probe rows (observational equivalence:
Albarghouthi et al., Recursive Program Synthesis, 2013; Udupa et al., TRANSIT, 2013).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint, time_left
from netlift.formulas import _enumerate, _kernel
from netlift.formulas._expr import Expr, const, var
from netlift.formulas._operators import CODES, NAME_OF_CODE, OPERATORS

Ints = NDArray[np.int64]

PLAIN = ("+", "-", "*", "//", "%", "min", "max", "abs", "==", "!=", "<", "<=", "and", "or", "not", "if")
# The order decides between forms of one cost.
ALL = ("+", "-", "^", "&", "|", *PLAIN[2:], "neg", "isqrt", "bit_count", "gcd", "**", ">>", "<<")
_RATE = 30_000_000  # rows evaluated in a second, at least


class Bank:
    """Distinct expressions over leaves, grown one cost at a time.

    `leaves` are names with their columns [P] on the probe rows; a leaf or constant costs 1, an
    operator 1 (a rare one 2) more than its arguments.
    """

    def __init__(
        self,
        leaves: Sequence[tuple[str, Ints]],
        constants: Sequence[int],
        operators: Sequence[str] = ALL,
        *,
        most: int = 60_000,
    ) -> None:
        width = len(leaves[0][1]) if leaves else 1
        self.width = width
        self.values = np.zeros((most, width), dtype=np.int64)
        self.op = np.full(most, _kernel.LEAF, dtype=np.int64)
        self.arg = np.zeros((most, 3), dtype=np.int64)
        self.kind = np.zeros(most, dtype=np.int64)
        self.counters = np.zeros(3, dtype=np.int64)
        size = 1 << (2 * most - 1).bit_length()
        self._keys = np.zeros(size, dtype=np.int64)
        self._slots = np.zeros(size, dtype=np.int64)
        self.leaves: list[Expr] = []
        for name, column in leaves:
            self._add_leaf(var(name), column, 0)
        for value in dict.fromkeys(constants):
            self._add_leaf(const(value), np.full(width, value, dtype=np.int64), _kernel.CONST)
        self.starts = np.array([0, 0, len(self.leaves)], dtype=np.int64)
        self._codes = np.array([CODES[o] for o in operators], dtype=np.int64)
        self._arity = np.array([OPERATORS[o].arity for o in operators], dtype=np.int64)
        self._weight = np.array([OPERATORS[o].weight for o in operators], dtype=np.int64)
        self._target = 0
        self._hits = np.zeros((64, 4), dtype=np.int64)

    def __len__(self) -> int:
        return int(self.counters[_enumerate.COUNT])

    @property
    def level(self) -> int:
        """The greatest cost enumerated."""
        return len(self.starts) - 2

    def _add_leaf(self, leaf: Expr, column: Ints, flags: int) -> None:
        key = _kernel.fingerprint(np.ascontiguousarray(column))
        place = _kernel.find_slot(self._keys, key)
        number = len(self.leaves)
        if self._keys[place] == 0:
            self._keys[place] = key
            self._slots[place] = number
        bits = _kernel.BIT if bool(np.all((column == 0) | (column == 1))) else 0
        self.values[number] = column
        self.kind[number] = flags | bits
        self.leaves.append(leaf)
        self.counters[_enumerate.COUNT] = number + 1

    def aim(self, target: Ints) -> list[Expr]:
        """Note from now on every way to write this column; answers the ones already in the bank."""
        self._target = int(_kernel.fingerprint(np.ascontiguousarray(target)))
        self.counters[_enumerate.HITS] = 0
        found = self.find(target)
        return [] if found is None else [found]

    def grow(self, work: int, *, insert: bool = True, edge: bool = False) -> tuple[list[Expr], int]:
        """Enumerate the next cost; answers the new hits on the target and the work done.

        Without `insert` the expressions are only compared with the target and not kept; with `edge`
        binary ones have a leaf on one side.
        """
        checkpoint()
        work = int(min(work, _RATE * time_left()))
        before = int(self.counters[_enumerate.HITS])
        self.counters[_enumerate.LEFT] = work
        _enumerate.grow(
            self.values, self.op, self.arg, self.kind, self.starts, self.level + 1,
            self._codes, self._arity, self._weight, self._keys, self._slots,
            self._target, self._hits, self.counters, insert, edge,
        )  # fmt: skip
        self.starts = np.append(self.starts, len(self))
        hits = [self._hit(row) for row in self._hits[before : self.counters[_enumerate.HITS]].tolist()]
        return hits, work - int(self.counters[_enumerate.LEFT])

    def _hit(self, row: list[int]) -> Expr:
        name = NAME_OF_CODE[row[0]]
        return Expr(name, tuple(self.expr(n) for n in row[1 : 1 + OPERATORS[name].arity]))

    def find(self, column: Ints) -> Expr | None:
        """The cheapest expression with these values on the probe rows, if it is in the bank."""
        place = _kernel.find_slot(self._keys, _kernel.fingerprint(np.ascontiguousarray(column)))
        return self.expr(int(self._slots[place])) if self._keys[place] else None

    def number(self, column: Ints) -> int:
        """The row of the cheapest expression with these values, or -1."""
        place = _kernel.find_slot(self._keys, _kernel.fingerprint(np.ascontiguousarray(column)))
        return int(self._slots[place]) if self._keys[place] else -1

    def cost(self, number: int) -> int:
        """The cost of a row."""
        return int(np.searchsorted(self.starts, number, side="right")) - 1

    def expr(self, number: int) -> Expr:
        """The expression in a row."""
        if number < len(self.leaves):
            return self.leaves[number]
        return self._hit([int(self.op[number]), *self.arg[number].tolist()])

    def sums(self, target: Ints) -> list[Expr]:
        """Ways to write the target as a sum, difference or exclusive or of two known expressions."""
        found = np.zeros((32, 3), dtype=np.int64)
        hits = _enumerate.join(
            self.values, self.kind, len(self), self._keys, self._slots, np.ascontiguousarray(target), found
        )
        return [
            Expr(NAME_OF_CODE[code], (self.expr(i), self.expr(j))) for code, i, j in found[:hits].tolist()
        ]

    def modular_sums(self, target: Ints, moduli: Sequence[int]) -> list[Expr]:
        """Ways to write the target as a sum or difference of two known expressions modulo a number."""
        sums = []
        for modulus in moduli:
            if not 2 <= modulus <= _kernel.MOST_MODULUS or not 0 <= target.min() <= target.max() < modulus:
                continue
            found = np.zeros((8, 3), dtype=np.int64)
            hits = _enumerate.join_modulo(
                self.values, self.kind, len(self), modulus, np.ascontiguousarray(target), found
            )
            for code, i, j in found[:hits].tolist():
                whole = Expr(NAME_OF_CODE[code], (self.expr(i), self.expr(j)))
                sums.append(Expr("%", (whole, const(modulus))))
        return sums
