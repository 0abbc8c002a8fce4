"""Cubes: for each variable of an assignment the values it may have, and the states that are then possible.

A cube is a bit mask, one bit for each value of each variable; a set of states is a bit mask as well.
"""

from collections.abc import Sequence

from netlift.formulas.machines._automaton import Automaton
from netlift.formulas.machines._rules import Holds
from netlift.formulas.machines._variables import Variable, members


class Cubes:
    """What a machine does within cubes of an assignment. `skipped` steps (state, symbol) do not matter."""

    def __init__(
        self, automaton: Automaton, assignment: Sequence[Variable], skipped: frozenset[tuple[int, int]]
    ) -> None:
        self.offsets, offset = list[int](), 0
        for v in assignment:
            self.offsets.append(offset)
            offset += v.size
        self.fields = [((1 << v.size) - 1) << off for v, off in zip(assignment, self.offsets, strict=True)]
        self.whole = (1 << offset) - 1
        self._allow = [
            sum(1 << q for q, one in enumerate(v.sets) if one >> d & 1)
            for v in assignment
            for d in range(v.size)
        ]
        self._holding: dict[int, int] = {0: 0}
        self._inside: dict[int, int] = {}
        states = range(automaton.states)
        self._minded: dict[int, int] = {}
        for q, a in skipped:
            self._minded[a] = self._minded.get(a, -1) & ~(1 << q)
        self._said: list[dict[int, int]] = [{} for _ in range(automaton.symbols)]
        for q in states:
            for a, y in enumerate(automaton.says[q]):
                self._said[a][y] = self._said[a].get(y, 0) | 1 << q

    def holding(self, values: int) -> int:
        """The states in which the one variable that these bits belong to may have one of these values."""
        found = self._holding.get(values)
        if found is None:
            found = 0
            for bit in members(values):
                found |= self._allow[bit]
            self._holding[values] = found
        return found

    def inside(self, cube: int) -> int:
        """The states that may be in a cube."""
        found = self._inside.get(cube)
        if found is None:
            found = -1
            for field in self.fields:
                found &= self.holding(cube & field)
            self._inside[cube] = found
        return found

    def at(self, a: int, cube: int) -> int:
        """The states of a cube in which it matters what a symbol does."""
        return self.inside(cube) & self._minded.get(a, -1)

    def answer(self, a: int, cube: int) -> int | None:
        """The one answer on a cube, or None."""
        states = self.at(a, cube)
        if states:
            for y, saying in self._said[a].items():
                if states & saying:
                    return None if states & ~saying else y
        return None

    def saying(self, a: int, answer: int) -> int:
        """The states in which a symbol is answered so."""
        return self._said[a].get(answer, 0)

    def part(self, cube: int, test: Holds) -> tuple[int, int]:
        """The values of the tested variable in a cube for which a test holds, and its others."""
        mask, field = test.values << self.offsets[test.variable], self.fields[test.variable]
        return cube & mask, cube & field & ~mask

    def halves(self, cube: int, test: Holds) -> tuple[int, int] | None:
        """The cube where a test holds and where it does not; None where it tells nothing."""
        one, other = self.part(cube, test)
        if not one or not other:
            return None
        yes, no = cube & ~other, cube & ~one
        return (yes, no) if self.inside(yes) and self.inside(no) else None
