"""State bits: a small machine over bits as Boolean formulas, minimised with don't-cares.

The codes that no state has are don't-cares of the minimisation (Quine 1952, McCluskey 1956). They are
listed with the program: it never reaches them, and what it would do there is nobody's observation.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._boolean import MOST_VARIABLES, minimise
from netlift.formulas._expr import Expr, size
from netlift.formulas._problem import Problem
from netlift.formulas._rank import description_length
from netlift.formulas._recurrence import Assign, Emit, Recurrence
from netlift.formulas._table import table_recurrence
from netlift.states._machine import Machine

Ints = NDArray[np.int64]

_MOST_STATES = 16
_NUMBERINGS = 60  # ways to give states their codes that are tried
_WORTH = 0.8  # formulas longer than this share of the table say less than the table does
_NAMES = "pqrs"


def search_bits(problem: Problem) -> None:
    """Next-state and output formulas over the bits of the state's code, for the best of many codes."""
    machine = problem.behaviour.machine
    if machine is None or not 1 < machine.states <= _MOST_STATES:
        return
    bits = int(machine.states - 1).bit_length()
    symbols = machine.alphabet
    if bits + symbols.shape[1] > MOST_VARIABLES:
        return
    if not set(np.unique(symbols).tolist()) <= {0, 1} or not set(np.unique(machine.outputs).tolist()) <= {
        0,
        1,
    }:
        return
    names = [name for name in _NAMES if name not in problem.names][:bits]
    rng = np.random.default_rng(problem.seed)
    best: tuple[int, tuple[int, ...], tuple[Expr, ...]] | None = None
    for codes in _codings(machine, bits, rng):
        if problem.work.left <= 0:
            break
        problem.work.spend(200_000)
        formulas = _formulas(machine, codes, bits, (*names, *problem.names))
        total = sum(size(formula) for formula in formulas)
        if best is None or total < best[0]:
            best = (total, codes, formulas)
    if best is None:
        return
    _, codes, formulas = best
    start = _bits(codes[0], bits)
    recurrence = Recurrence(
        problem.names,
        tuple(zip(names, start, strict=True)),
        (Emit(formulas[-1:]), Assign(tuple(names), formulas[:-1])),
    )
    table = table_recurrence(machine, problem.names)
    if description_length(recurrence) > _WORTH * description_length(table):
        return
    if problem.offer(recurrence, "bits"):
        free = sorted(set(range(2**bits)) - set(codes))
        told = tuple(
            ", ".join(f"{name} = {bit}" for name, bit in zip(names, _bits(code, bits), strict=True))
            for code in free
        )
        problem.found[-1] = replace(problem.found[-1], unobserved=told)


def _codings(machine: Machine, bits: int, rng: np.random.Generator) -> list[tuple[int, ...]]:
    """Codes for the states, the first state 0: in order of discovery, and at random."""
    found = [tuple(range(machine.states))]
    for _ in range(_NUMBERINGS - 1):
        others = rng.permutation(np.arange(1, 2**bits))[: machine.states - 1]
        found.append((0, *others.tolist()))
    return list(dict.fromkeys(found))


def _bits(code: int, bits: int) -> tuple[int, ...]:
    return tuple(code >> place & 1 for place in reversed(range(bits)))


def _formulas(machine: Machine, codes: Sequence[int], bits: int, names: Sequence[str]) -> tuple[Expr, ...]:
    """One formula for each bit of the next state, and one for the output."""
    rows = [
        (*_bits(codes[state], bits), *symbol)
        for state, symbol in product(range(machine.states), machine.alphabet.tolist())
    ]
    columns = [
        [_bits(codes[after], bits)[place] for after in machine.transitions.reshape(-1).tolist()]
        for place in range(bits)
    ]
    columns.append(machine.outputs[..., 0].reshape(-1).tolist())
    formulas = []
    for column in columns:
        ones = [row for row, value in zip(rows, column, strict=True) if value]
        zeros = [row for row, value in zip(rows, column, strict=True) if not value]
        formulas.append(minimise(ones, zeros, names).expr)
    return tuple(formulas)
