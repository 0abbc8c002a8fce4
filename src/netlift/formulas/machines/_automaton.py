"""A machine as plain tuples: what the search for variables looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from netlift.states._machine import Machine


@dataclass(frozen=True)
class Automaton:
    """A machine with numbered answers; state 0 is where every sequence starts.

    `moves[q][a]` is the next state, `says[q][a]` the number of the answer in `answers`, which holds them as
    tuples, one number an output stream.
    """

    moves: tuple[tuple[int, ...], ...]
    says: tuple[tuple[int, ...], ...]
    answers: tuple[tuple[int, ...], ...]

    @property
    def states(self) -> int:
        """The number of states."""
        return len(self.moves)

    @property
    def symbols(self) -> int:
        """The number of input symbols."""
        return len(self.moves[0])

    @cached_property
    def kinds(self) -> tuple[tuple[int, ...], ...]:
        """Symbols that behave alike in every state, together; each by its first."""
        columns: dict[tuple[tuple[int, int], ...], list[int]] = {}
        for a in range(self.symbols):
            column = tuple((m[a], s[a]) for m, s in zip(self.moves, self.says, strict=True))
            columns.setdefault(column, []).append(a)
        return tuple(tuple(group) for group in columns.values())

    @cached_property
    def entered(self) -> tuple[int | None, ...] | None:
        """The answer that belongs to each state however it is entered (None: it never is); None: no such."""
        own: list[int | None] = [None] * self.states
        for moves, says in zip(self.moves, self.says, strict=True):
            for state, answer in zip(moves, says, strict=True):
                if own[state] not in (None, answer):
                    return None
                own[state] = answer
        return tuple(own)


def automaton_of(machine: Machine) -> Automaton:
    """The machine as plain tuples."""
    numbers: dict[tuple[int, ...], int] = {}
    says = tuple(
        tuple(numbers.setdefault(tuple(answer), len(numbers)) for answer in row)
        for row in machine.outputs.tolist()
    )
    return Automaton(tuple(map(tuple, machine.transitions.tolist())), says, tuple(numbers))


def reachable_by(moves: Sequence[Sequence[int]], start: int) -> set[int]:
    """The states that words lead to."""
    seen, waiting = {start}, [start]
    while waiting:
        for state in moves[waiting.pop()]:
            if state not in seen:
                seen.add(state)
                waiting.append(state)
    return seen
