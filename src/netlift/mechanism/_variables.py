"""Where each variable of a program is found in the hidden state of the network that it was read from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.formulas import Expr, Recurrence, evaluate, expressions_of, variables
from netlift.mechanism._trace import State, Trace
from netlift.states import VariableMap, map_variable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """A number in a program's state: the variable at place `at`, or the element `item` of that list.

    `relative`: the difference of this element to the list's first. `read`: what an expression, in which the
    variable is named `variable`, makes of it.
    """

    name: str
    at: int
    item: int | None = None
    relative: bool = False
    read: Expr | None = None
    variable: str = ""

    def of(self, state: State) -> int | None:
        """The number; None where the list is too short."""
        value = state[self.at]
        if self.read is not None:
            return int(evaluate(self.read, {self.variable: int(value)}))
        if self.item is None:
            return int(value)
        if self.item >= len(value):
            return None
        return int(value[self.item]) - (int(value[0]) if self.relative else 0)

    def taken(self, state: State, source: State) -> State:
        """The state with this number as it is in the source, all else as it was."""
        value: Any = source[self.at]
        if self.item is not None:
            whole, number = state[self.at], int(value[self.item])
            if self.relative:
                number += int(whole[0]) - int(value[0])
            value = (*whole[: self.item], number, *whole[self.item + 1 :])
        return (*state[: self.at], value, *state[self.at + 1 :])


def variable_maps(recurrence: Recurrence, fit: Trace, fresh: Trace) -> dict[Part, VariableMap]:
    """The map for each variable, fitted on one trace and judged on the hidden states of another.

    Of these only states count that are fresh: no word of the first trace begins with the same inputs. A
    variable without a fresh state has no map.
    The elements of a list are variables of their own, where present. Where a list of fixed length is
    found better by its differences to its first element, those stand there instead: the program's
    answers may not depend on a constant added to all, and then the network need not know it. For the same
    reason a variable that the program only reads through one expression, `abs(previous)` say, stands there
    as this expression where it is found better so.
    """
    maps: dict[Part, VariableMap] = {}
    if fit.hidden is None or fresh.hidden is None:
        return maps  # nothing to decode from
    new = _new_prefixes(fit, fresh)
    for at, (name, _) in enumerate(recurrence.initial):
        ways = [_fitted(parts, fit, fresh, new) for parts in _ways(recurrence, name, at, fit)]
        best: dict[Part, VariableMap] = max(ways, key=_worst)
        maps |= best
    return maps


def map_facts(maps: Mapping[Part, VariableMap]) -> dict[str, Any]:
    """`state_map` of result.json: the map for each variable, and the agreement of the worst."""
    return {"variables": {part.name: one.facts() for part, one in maps.items()}, "agreement": _worst(maps)}


def _worst(maps: Mapping[Part, VariableMap]) -> float:
    return min((one.agreement for one in maps.values()), default=1.0)


def _ways(recurrence: Recurrence, name: str, at: int, trace: Trace) -> list[list[Part]]:
    """The ways to see a variable as numbers."""
    initial = recurrence.initial[at][1]
    if not isinstance(initial, tuple):
        read = _read_through(recurrence, name)
        plain = [Part(name, at)]
        return [plain] if read is None else [plain, [Part(str(read), at, read=read, variable=name)]]
    lengths = {len(state[at]) for states in trace.states for state in states}
    longest = max(lengths, default=0)
    ways = [[Part(f"{name}[{item}]", at, item) for item in range(longest)]]
    if lengths == {len(initial)} and longest > 1:
        first = ways[0][0].name
        ways.append([Part(f"{part.name} - {first}", at, part.item, True) for part in ways[0][1:]])
    return ways


def _new_prefixes(known: Trace, trace: Trace) -> list[bool]:
    """For each word and step: whether no known word begins with the inputs up to there."""
    old = {tuple(word[: end + 1]) for word in known.symbols for end in range(len(word))}
    return [tuple(word[: end + 1]) not in old for word in trace.symbols for end in range(len(word))]


def _fitted(parts: list[Part], fit: Trace, fresh: Trace, new: list[bool]) -> dict[Part, VariableMap]:
    maps = {}
    for part in parts:
        hidden, values = _seen(part, fit)
        fresh_hidden, fresh_values = _seen(part, fresh, new)
        if len(values) and len(fresh_values):
            maps[part] = map_variable(hidden, values, fresh_hidden, fresh_values)
    return maps


def _seen(part: Part, trace: Trace, chosen: list[bool] | None = None) -> tuple[Floats, Ints]:
    """Hidden states [M, H] and the number [M] at the (chosen) steps where there is one."""
    numbers = [part.of(state) for states in trace.states for state in states]
    rows = [
        row for row, number in enumerate(numbers) if number is not None and (chosen is None or chosen[row])
    ]
    hidden = np.zeros((len(numbers), 0)) if trace.hidden is None else trace.hidden
    points: Floats = hidden.reshape(-1, hidden.shape[-1])[rows]
    return points, np.array([numbers[row] for row in rows], dtype=np.int64)


def _read_through(recurrence: Recurrence, variable: str) -> Expr | None:
    """The one function of the variable alone that the program reads; None where it reads others too."""
    read = {part for s in recurrence.body for e in expressions_of(s) for part in _parts(e, variable)}
    only = read.pop() if len(read) == 1 else None
    return None if only is None or only.op == "var" else only


def _parts(expr: Expr, variable: str) -> Iterator[Expr]:
    """The largest parts of an expression that read the variable and no other."""
    names = variables(expr)
    if names == {variable}:
        yield expr
    elif variable in names:
        for argument in expr.args:
            yield from _parts(argument, variable)
