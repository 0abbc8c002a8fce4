"""A linear system as a program keeps it: the state is what the inputs before this one left behind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from netlift._algebra import Constants, LinearSystem, explain_offsets, offsets_of, ordered_lattice, saturated
from netlift.formulas._behaviour import Behaviour
from netlift.formulas._draft import input_names
from netlift.formulas._expr import Expr, size, substitute, var, variables
from netlift.formulas._recurrence import Emit
from netlift.formulas._search import search

Ints = NDArray[np.int64]

_Terms = tuple[tuple[Expr, ...], Ints, Ints]

_SHORT = 7  # an expression of this size is not tried with the other sign
_WORK = 150_000_000
_CHOICES = 5
_CONSTANTS = 12  # steps after which a choice of start values and constants must give the right offsets


@dataclass(frozen=True)
class Mealy:
    """`y = C z + D u + d`, then `z' = A z + B u + b`, from z = `initial`; u are values of `terms`.

    `transition` A [n, n], `drive` B [n, Q], `bias` b [n], `readout` C [K, n], `through` D [K, Q],
    `offset` d [K], `initial` [n]. `terms` are Q expressions of the inputs named `inputs`.
    """

    inputs: tuple[str, ...]
    terms: tuple[Expr, ...]
    transition: Ints
    drive: Ints
    bias: Ints
    readout: Ints
    through: Ints
    offset: Ints
    initial: Ints

    @property
    def dimension(self) -> int:
        """The number n of state variables."""
        return len(self.transition)

    def in_basis(self, rows: Ints) -> "Mealy | None":
        """The same system with the functionals `rows` [n, n] of the state as variables.

        None where an update would need fractions.
        """
        inverse = np.linalg.inv(rows.astype(np.float64)) if len(rows) else rows.astype(np.float64)
        transition, readout = rows @ self.transition @ inverse, self.readout @ inverse
        exact_transition, exact_readout = (
            np.rint(transition).astype(np.int64),
            np.rint(readout).astype(np.int64),
        )
        if (exact_transition @ rows != rows @ self.transition).any():
            return None
        if (exact_readout @ rows != self.readout).any():
            return None
        return replace(
            self,
            transition=exact_transition,
            drive=rows @ self.drive,
            bias=rows @ self.bias,
            readout=exact_readout,
            initial=rows @ self.initial,
        )

    def with_other_constants(self) -> "list[Mealy]":
        """The same outputs by few start values and constants, in several ways."""
        given = Constants(self.initial, self.bias, self.offset)
        steps = self.dimension * 2 + _CONSTANTS
        wanted = offsets_of(self.transition, self.readout, given, steps, updated=False)
        explained = explain_offsets(
            self.transition, self.readout, wanted, updated=False, directions=(self.drive.T, self.through.T)
        )
        choices = islice(explained, _CHOICES)
        found = [replace(self, initial=c.initial, bias=c.bias, offset=c.offset) for c in choices]
        return found or [self]


def mealy_forms(system: LinearSystem) -> list[Mealy]:
    """The system in minimal Mealy form; several, where its functions of symbols can be written differently.

    Empty where a function of the symbols has no expression.
    """
    width = system.dimension
    transition, readout = system.transition, system.readout
    functionals, row = [], readout @ transition
    for _ in range(width):
        functionals += row.tolist()
        row = row @ transition
    listed = saturated([v for _, v in ordered_lattice(functionals)], width)
    rows = np.array(listed, dtype=np.int64).reshape(len(listed), width)
    inverse = _right_inverse(rows)
    inputs = input_names(system.streams)
    drive, through = rows @ system.drive, readout @ system.drive
    offset = readout @ system.bias + system.offset
    choices = [(offset, (tuple(map(var, inputs)), drive, through))]
    if system.alphabets is not None:
        choices = list(_expressed(inputs, system.alphabets, drive, through, offset))
    forms: list[Mealy] = []
    for left, (terms, by_terms, at_once) in choices:
        base = Mealy(
            inputs,
            terms,
            rows @ transition @ inverse,
            by_terms,
            rows @ system.bias,
            readout @ transition @ inverse,
            at_once,
            left,
            rows @ system.initial,
        )
        forms.append(base)
    return forms


def _expressed(
    inputs: tuple[str, ...], alphabets: tuple[tuple[int, ...], ...], drive: Ints, through: Ints, offset: Ints
) -> Iterator[tuple[Ints, _Terms]]:
    """Ways to write the functions of the symbols: the constant apart, or inside a function."""
    if offset.any():
        inside = through.copy()
        inside[:, : len(alphabets[0])] += offset[:, None]
        written = _terms(inputs, alphabets, drive, inside)
        if written is not None:
            yield np.zeros_like(offset), written
        if not len(drive) and written is not None:
            return
    written = _terms(inputs, alphabets, drive, through)
    if written is not None:
        yield offset, written


def _right_inverse(rows: Ints) -> Ints:
    """Whole numbers R [n, r] with rows @ R the unit matrix; `rows` [r, n] is a primitive basis."""
    found = np.zeros((rows.shape[1], len(rows)), dtype=np.int64)
    if len(rows):
        # saturated rows extend to a unimodular matrix, whose inverse holds the columns wanted
        width = rows.shape[1]
        work = np.concatenate([rows, np.zeros((0, width), dtype=np.int64)]).astype(object)
        change = np.eye(width, dtype=object)
        for line in range(len(work)):
            while True:
                live = [j for j in range(line, width) if work[line, j]]
                pivot = min(live, key=lambda j: abs(work[line, j]))
                if len(live) == 1:
                    break
                for j in live:
                    if j != pivot:
                        times = work[line, j] // work[line, pivot]
                        work[:, j] -= times * work[:, pivot]
                        change[:, j] -= times * change[:, pivot]
            work[:, [line, pivot]] = work[:, [pivot, line]]
            change[:, [line, pivot]] = change[:, [pivot, line]]
            if work[line, line] < 0:
                work[:, line], change[:, line] = -work[:, line], -change[:, line]
            for j in range(line):
                times = work[line, j]
                work[:, j] -= times * work[:, line]
                change[:, j] -= times * change[:, line]
        found = change[:, : len(rows)].astype(np.int64)
    return found


def _terms(
    inputs: tuple[str, ...], alphabets: Sequence[tuple[int, ...]], drive: Ints, through: Ints
) -> _Terms | None:
    """Expressions of the inputs, and drive and through in terms of them."""
    terms: list[Expr] = []
    columns: list[list[int]] = []
    start = 0
    whole = np.concatenate([drive, through])
    for stream, alphabet in enumerate(alphabets):
        part = whole[:, start : start + len(alphabet)]
        start += len(alphabet)
        if not part.any():
            continue
        basis = np.array(saturated([v for _, v in ordered_lattice(part.tolist())], len(alphabet)))
        if len(basis) > 1:
            basis = _readable(part, basis)
        weights = _weights(basis, part)
        if not np.array_equal(weights @ basis, part):
            return None
        for function, column in zip(basis, weights.T, strict=True):
            signed = _expression(alphabet, tuple(function.tolist()), inputs[stream])
            if signed is None:
                return None
            sign, expr = signed
            terms.append(expr)
            columns.append((sign * column).tolist())
    both = np.array(columns, dtype=np.int64).reshape(-1, len(whole)).T
    return tuple(terms), both[: len(drive)], both[len(drive) :]


def _weights(basis: Ints, part: Ints) -> Ints:
    solved = np.linalg.lstsq(basis.T.astype(np.float64), part.T.astype(np.float64), rcond=None)[0]
    return np.rint(solved.T).astype(np.int64)


def _readable(part: Ints, basis: Ints) -> Ints:
    """Functions that occur as they stand, where they are enough."""
    rows = np.unique(part[part.any(axis=1)], axis=0)
    return rows if len(rows) == len(basis) else basis


@lru_cache(maxsize=256)
def _expression(alphabet: tuple[int, ...], values: tuple[int, ...], name: str) -> tuple[int, Expr] | None:
    """A sign, and an expression of one symbol whose value times the sign is `values`."""
    plain = _searched(alphabet, values, name)
    if plain is not None and size(plain) <= _SHORT:
        return 1, plain
    negative = _searched(alphabet, tuple(-v for v in values), name)
    if negative is None or (plain is not None and size(plain) <= size(negative)):
        return None if plain is None else (1, plain)
    return -1, negative


def _searched(alphabet: tuple[int, ...], values: tuple[int, ...], name: str) -> Expr | None:
    words = np.array(alphabet, dtype=np.int64)[:, None, None]
    behaviour = Behaviour(words, np.array(values, dtype=np.int64)[:, None, None])
    for candidate in search(behaviour, seed=0, budget=_WORK):
        recurrence = candidate.recurrence
        if len(recurrence.body) == 1 and isinstance(recurrence.body[0], Emit) and not recurrence.initial:
            expr = recurrence.body[0].values[0]
            if variables(expr) <= {recurrence.inputs[0]}:
                return substitute(expr, {recurrence.inputs[0]: var(name)})
    return None
