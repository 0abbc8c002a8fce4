"""Where each variable of a program is found in the hidden state of the network that it was read from."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.formulas import Append, Assign, Emit, Expr, Increment, Recurrence, evaluate, variables
from netlift.networks import Network, run_with_states
from netlift.states import VariableMap, map_variable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Entry = tuple[int, int, int]

TRIALS = 300  # words for fitting the maps, and as many fresh ones for judging them


def variable_maps(network: Network, recurrence: Recurrence, words: Ints, seed: int) -> dict[str, Any]:
    """`state_map` of result.json: the map for each variable, and the agreement of the worst.

    Half of the words [N, T, D], drawn at random, serve to fit the maps, half to judge them. The
    elements of a list are variables of their own, where present. Where a list of fixed length is
    found better by its differences to its first element, those stand there instead: the program's
    answers may not depend on a constant added to all, and then the network need not know it. For
    the same reason a variable that the program only reads through one expression, `abs(previous)`
    say, stands there as this expression where it is found better so.
    """
    rows = np.random.default_rng([seed, 6]).permutation(len(words))[: 2 * TRIALS]
    chosen = words[rows]
    hidden = run_with_states(network, chosen)[0]
    half = len(chosen) // 2
    families: dict[str, list[dict[str, VariableMap]]] = {}
    for variable, columns in _columns(recurrence, chosen).items():
        families[variable] = [
            {name: _fitted(hidden, np.array(entries, dtype=np.int64), half) for name, entries in one.items()}
            for one in columns
        ]
    maps: dict[str, VariableMap] = {}
    for alternatives in families.values():
        best: dict[str, VariableMap] = max(alternatives, key=_worst)
        maps |= best
    return {"variables": {name: one.facts() for name, one in maps.items()}, "agreement": _worst(maps)}


def _worst(maps: dict[str, VariableMap]) -> float:
    return min((one.agreement for one in maps.values()), default=1.0)


def _fitted(hidden: Floats, table: Ints, half: int) -> VariableMap:
    """The map for a variable whose values are rows (word, step, value) of a table."""
    points = hidden[table[:, 0], table[:, 1]]
    fit = table[:, 0] < half
    return map_variable(points[fit], table[fit, 2], points[~fit], table[~fit, 2])


def _columns(recurrence: Recurrence, words: Ints) -> dict[str, list[dict[str, list[Entry]]]]:
    """For each variable the ways to see it, each as columns (word, step, value) by name."""
    fixed = {name: len(value) for name, value in recurrence.initial if isinstance(value, tuple) and value}
    plain: dict[str, dict[str, list[Entry]]] = {name: {} for name, _ in recurrence.initial}
    apart: dict[str, dict[str, list[Entry]]] = {name: {} for name in fixed}
    through = {name: _read_through(recurrence, name) for name, _ in recurrence.initial}
    told: dict[str, dict[str, list[Entry]]] = {name: {} for name in plain}
    for row, word in enumerate(words.tolist()):
        state = recurrence.start()
        for step, symbol in enumerate(word):
            state, _ = recurrence.step(state, symbol)
            for variable, value in state.items():
                if not isinstance(value, tuple):
                    plain[variable].setdefault(variable, []).append((row, step, int(value)))
                    read = through[variable]
                    if read is not None:
                        seen = (row, step, int(evaluate(read, {variable: value})))
                        told[variable].setdefault(str(read), []).append(seen)
                    continue
                for place, item in enumerate(value):
                    name = f"{variable}[{place}]"
                    plain[variable].setdefault(name, []).append((row, step, int(item)))
                    if place and len(value) == fixed.get(variable):
                        difference = (row, step, int(item) - int(value[0]))
                        apart[variable].setdefault(f"{name} - {variable}[0]", []).append(difference)
    half = len(words) // 2
    return {
        variable: [
            {name: entries for name, entries in one.items() if entries[0][0] < half <= entries[-1][0]}
            for one in (columns, apart.get(variable, {}), told[variable])
            if one
        ]
        for variable, columns in plain.items()
        if columns
    }


def _read_through(recurrence: Recurrence, variable: str) -> Expr | None:
    """The one function of the variable alone that the program reads; None where it reads others too."""
    read = {part for expr in _expressions(recurrence) for part in _parts(expr, variable)}
    only = read.pop() if len(read) == 1 else None
    return None if only is None or only.op == "var" else only


def _expressions(recurrence: Recurrence) -> Iterator[Expr]:
    for statement in recurrence.body:
        match statement:
            case Assign(_, values) | Emit(values):
                yield from values
            case Increment(_, index, amount):
                yield from (index, amount)
            case Append(_, value):
                yield value


def _parts(expr: Expr, variable: str) -> Iterator[Expr]:
    """The largest parts of an expression that read the variable and no other."""
    names = variables(expr)
    if names == {variable}:
        yield expr
    elif variable in names:
        for argument in expr.args:
            yield from _parts(argument, variable)
