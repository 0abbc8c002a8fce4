"""What the search for rules did: counts of work, by which it is bounded, and not by time."""

from dataclasses import dataclass


@dataclass
class Spent:
    """How much was looked at for one machine.

    `cubes` are the sets of values for which what a symbol does was estimated, over all assignments; `trees`
    the decision trees that were written in full. The same machine, work and seed give the same counts.
    """

    cubes: int = 0
    trees: int = 0
