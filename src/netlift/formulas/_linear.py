"""Readable programs for linear systems: a basis of the state in which every update is short."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift._algebra import LinearSystem
from netlift.formulas._bases import bases, grouped_orders
from netlift.formulas._behaviour import Candidate
from netlift.formulas._expr import Expr, var
from netlift.formulas._linear_names import named
from netlift.formulas._mealy import Mealy, mealy_forms
from netlift.formulas._rank import description_length
from netlift.formulas._recurrence import Assign, Emit, Recurrence, Statement
from netlift.formulas._weighted import weighted_sum
from netlift.formulas._window_programs import window_programs

Ints = NDArray[np.int64]

_WRITTEN = 24  # plans that are written down and judged, for one choice of constants
_WORDS, _STEPS = 60, 40


def linear_programs(system: LinearSystem, *, seed: int = 0, most: int = 10) -> list[Candidate]:
    """Recurrences that answer as the system does, most readable first; the strategy is "linear".

    Each was compared with `system.run` on random words, four times as long as the system has state
    variables at least, in exact arithmetic. Empty where no expression was found for a function of
    the symbols.
    """
    words = _words(system, np.random.default_rng(seed))
    wanted = [[tuple(map(int, y)) for y in word] for word in system.run(words).tolist()]
    found: dict[Recurrence, Candidate] = {}
    for form in mealy_forms(system):
        written = window_programs(form.with_other_constants()[0]) if _forgets(form) else []
        if all(len(r.initial) > form.dimension for r in written):
            written = [*written, *_plans(form)]
        for recurrence in written:
            if recurrence not in found:
                found[recurrence] = Candidate(recurrence, description_length(recurrence), "linear")
    ranked = sorted(found.values(), key=lambda c: (c.cost, str(c.recurrence)))
    listed = words.tolist()
    exact: list[Candidate] = []
    for candidate in ranked:
        if len(exact) == most:
            break
        if all(candidate.recurrence.run(w) == y for w, y in zip(listed, wanted, strict=True)):
            exact.append(candidate)
    return exact


def _words(system: LinearSystem, rng: np.random.Generator) -> Ints:
    """Random words [words, steps, D]: small numbers and large ones, or symbols."""
    steps = max(_STEPS, 4 * system.dimension)
    if system.alphabets is None:
        shape = (_WORDS // 2, steps, system.streams)
        return np.concatenate([rng.integers(-9, 10, size=shape), rng.integers(-(10**6), 10**6, size=shape)])
    streams = [rng.choice(np.array(a, dtype=np.int64), size=(_WORDS, steps)) for a in system.alphabets]
    return np.stack(streams, axis=2)


def _forgets(form: Mealy) -> bool:
    """Whether the transition is nilpotent: only the last inputs matter."""
    power = np.linalg.matrix_power(form.transition.astype(object), max(1, form.dimension))
    return not power.any()


@dataclass(frozen=True)
class _Plan:
    """An order of updates (groups at once) and the place of the output, with every coefficient.

    Rows are over old state variables, terms and the constant 1; those of `updates` and `outputs` say
    how the value is computed from what the variables hold at that moment.
    """

    groups: tuple[tuple[int, ...], ...]
    emit: int  # before this group
    updates: Ints  # [n, n + Q + 1]
    outputs: Ints  # [K, n + Q + 1]
    price: float


def _plans(form: Mealy) -> Iterator[Recurrence]:
    if form.dimension == 0:
        yield _written(
            form, _Plan((), 0, np.zeros((0, len(form.terms) + 1), dtype=np.int64), _reads(form), 0.0)
        )
        return
    chosen = [choice for based in bases(form) for choice in based.with_other_constants()]
    plans = [(choice, plan) for choice in chosen for plan in _orders(choice)]
    for based, plan in sorted(plans, key=lambda entry: entry[1].price)[:_WRITTEN]:
        yield _written(based, plan)


def _reads(form: Mealy) -> Ints:
    """The outputs' rows over old state, terms and 1."""
    return np.concatenate([form.readout, form.through, form.offset[:, None]], axis=1)


def _orders(form: Mealy) -> Iterator[_Plan]:
    size, terms = form.dimension, len(form.terms)
    width = size + terms + 1
    after = np.concatenate(
        [form.transition, form.drive, form.bias[:, None]], axis=1
    )  # new values, by old ones
    wanted = _reads(form)
    plain = np.eye(width, dtype=np.int64)
    for groups in grouped_orders(size):
        held = plain.copy()  # what each name holds, by old values
        updates = np.zeros((size, width), dtype=np.int64)
        choices: list[tuple[float, int, Ints]] = []
        price, fine = 0.0, True
        for place in range(len(groups) + 1):
            outputs = _by(held, wanted)
            if outputs is not None:
                choices.append((_price(outputs, None), place, outputs))
            if place == len(groups):
                break
            group = groups[place]
            values = _by(held, after[list(group)])
            if values is None:
                fine = False
                break
            updates[list(group)] = values
            price += sum(_price(values[i : i + 1], n) for i, n in enumerate(group))
            price += 1.5 * len(group) if len(group) > 1 else 0.0
            held[list(group)] = after[list(group)]
        if fine and choices:
            cost, emit, outputs = min(choices, key=lambda c: (c[0], -c[1]))
            price += cost + 2.5 * np.count_nonzero(form.initial)
            yield _Plan(groups, emit, updates, outputs, price)


def _by(held: Ints, wanted: Ints) -> Ints | None:
    """Whole-number rows R with R @ held = wanted; None if there are none."""
    if np.linalg.matrix_rank(held) < len(held):
        solved = np.linalg.lstsq(held.T.astype(np.float64), wanted.T.astype(np.float64), rcond=None)[0].T
    else:
        solved = np.linalg.solve(held.T.astype(np.float64), wanted.T.astype(np.float64)).T
    rows = np.rint(solved).astype(np.int64)
    return rows if np.array_equal(rows @ held, wanted) else None


def _price(rows: Ints, own: int | None) -> float:
    """Roughly the syntax nodes of these sums; a variable's own value costs nothing in `own += ...`."""
    price = 0.0
    for row in rows:
        live = row[row != 0]
        price += 2.0 * len(live) + 2.0 * (np.abs(live) > 1).sum() + 0.1 * (live < 0).sum()
        if row[-1] and abs(row[-1]) > 1:
            price -= 2.0
        if own is not None:
            price += 3.0
            price -= 2.0 if row[own] == 1 else 0.0
            price += 1.5 if row[own] < 0 else 0.0
    return price


def _written(form: Mealy, plan: _Plan) -> Recurrence:
    names = [f"s{n}" for n in range(form.dimension)]
    values, terms = [*map(var, names), *form.terms], len(form.terms)
    body: list[Statement] = []
    for place, group in enumerate((*plan.groups, ())):
        if place == plan.emit:
            body.append(Emit(tuple(_sum(row, values, terms) for row in plan.outputs)))
        if group:
            targets = tuple(names[n] for n in group)
            body.append(Assign(targets, tuple(_sum(plan.updates[n], values, terms, n) for n in group)))
    order = [n for group in plan.groups for n in group]  # declared as they are updated
    initial = tuple((names[n], int(form.initial[n])) for n in order)
    return named(Recurrence(form.inputs, initial, tuple(body)))


def _sum(row: Ints, values: Sequence[Expr], terms: int, own: int | None = None) -> Expr:
    """The sum of coefficients times states and terms, and a constant; `own` comes first, then terms."""
    parts = [(int(c), v, n) for n, (c, v) in enumerate(zip(row[:-1], values, strict=True)) if c]
    first = [(c, v) for c, v, n in parts if n == own and c == 1]
    states = len(row) - 1 - terms
    rest = [part for part in parts if part[2] != own or part[0] != 1]
    ranked = sorted(rest, key=lambda part: (part[0] < 0, part[2] != own, part[2] < states))
    others = [(c, v) for c, v, _ in ranked]
    constant = int(row[-1])
    if not first:
        return weighted_sum(others, constant)
    if not others and not constant:
        return first[0][1]
    if all(c < 0 for c, _ in others) and constant <= 0:
        return Expr("-", (first[0][1], weighted_sum([(-c, v) for c, v in others], -constant)))
    return Expr("+", (first[0][1], weighted_sum(others, constant)))
