"""Programs for linear systems that forget: the last inputs as variables of their own."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._draft import Draft, Variable
from netlift.formulas._expr import Expr, evaluate, substitute, var, variables
from netlift.formulas._mealy import Mealy
from netlift.formulas._recurrence import Recurrence
from netlift.formulas._weighted import weighted_sum
from netlift.formulas.writing._write import write

Ints = NDArray[np.int64]


def window_programs(form: Mealy) -> list[Recurrence]:
    """`y = sum of coefficients times lagged terms`, with lags of the inputs or of the terms.

    Empty where no start values of the lags give the right first outputs.
    """
    return [recurrence for lagged in (True, False) for recurrence in _lagged(form, lagged)]


def _lagged(form: Mealy, of_terms: bool) -> Iterator[Recurrence]:
    markov = [form.through]
    column = form.drive
    for _ in range(form.dimension):
        markov.append(form.readout @ column)
        column = form.transition @ column
    lags = max((n for n, m in enumerate(markov) if m.any()), default=0)
    plain = all(term.op == "var" for term in form.terms)
    if plain and not of_terms:
        return
    names = [f"u{n}" for n in range(len(form.terms))] if of_terms and not plain else list(form.inputs)
    deepest = [
        max((lag for lag, m in enumerate(markov) if lag and m[:, n].any()), default=0)
        for n in range(len(form.terms))
    ]
    offset = _steady(form)
    first = _starts(form, markov, lags, offset)
    if first is None:
        return
    kept_before: list[Variable] = []
    lag_of: dict[tuple[int, int], Expr] = {}
    for n, term in enumerate(form.terms):
        if of_terms:
            source, kept = term, term
        else:
            bases = variables(term)
            if len(bases) != 1:  # a stream of one symbol: its term is a constant
                return
            (base,) = bases
            if (
                first.any() or int(evaluate(term, {base: 0})) != 0
            ):  # 0 before the first input must change nothing
                return
            source, kept = var(base), term
        base = names[n] if of_terms else base
        for lag in range(1, deepest[n] + 1):
            name = f"{base}{lag}"
            if all(v.name != name for v in kept_before):
                fed = source if lag == 1 else var(f"{base}{lag - 1}")
                start = int(first[n][lag - 1]) if of_terms else 0
                kept_before.append(Variable(name, start, fed))
            lag_of[n, lag] = var(name) if of_terms else substitute(kept, {base: var(name)})
        lag_of[n, 0] = term
    outputs = []
    for row in range(len(form.offset)):
        parts = [
            (int(markov[lag][row, n]), lag_of[n, lag])
            for lag in range(lags + 1)
            for n in range(len(form.terms))
            if markov[lag][row, n]
        ]
        outputs.append(weighted_sum(sorted(parts, key=lambda part: part[0] < 0), int(offset[row])))
    yield write(Draft(form.inputs, tuple(kept_before), tuple(outputs)))


def _steady(form: Mealy) -> Ints:
    """The constant part of the outputs once the start is forgotten."""
    state = form.initial
    for _ in range(form.dimension + 1):
        state = form.transition @ state + form.bias
    steady: Ints = form.readout @ state + form.offset
    return steady


def _starts(form: Mealy, markov: list[Ints], lags: int, offset: Ints) -> Ints | None:
    """First values [terms, lags] of the lags that give the first outputs; None if there are none."""
    terms = len(form.terms)
    state, wanted = form.initial, []
    for _ in range(lags + 1):
        wanted.append(form.readout @ state + form.offset - offset)
        state = form.transition @ state + form.bias
    if not np.array(wanted).any():
        return np.zeros((terms, max(lags, 1)), dtype=np.int64)
    if not terms * lags:  # no lag whose first value could say it
        return None
    design = np.zeros((lags + 1, len(offset), terms, lags))
    for step in range(lags + 1):
        for lag in range(1, lags + 1):
            if step + lag <= lags:  # the lag's first value is used with this coefficient after `step` steps
                design[step, :, :, lag - 1] = markov[step + lag]
    solved = np.linalg.lstsq(
        design.reshape(-1, terms * lags), np.array(wanted, dtype=np.float64).ravel(), rcond=None
    )[0]
    rounded: Ints = np.rint(solved).astype(np.int64)
    if not np.array_equal(design.reshape(-1, terms * lags) @ rounded, np.array(wanted).ravel()):
        return None
    return rounded.reshape(terms, lags)
