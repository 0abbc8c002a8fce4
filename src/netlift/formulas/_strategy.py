"""What a formula strategy is: one idea of how the outputs may come about, tried on a posed problem."""

from collections.abc import Callable
from dataclasses import dataclass

from netlift.formulas._problem import Problem


@dataclass(frozen=True)
class Strategy:
    """One way to look for recurrences (docs/extending/strategy.md).

    Attributes:
        name: stands in results and on the screen.
        price: the description length, in nodes, below which this strategy is not worth its time: it runs only
            while no program that cheap was found.
        search: looks at the problem, spends from `problem.work`, and offers what it finds by
            `problem.offer(draft, name)`, which checks it on every word and on the machine: a strategy cannot
            make a wrong program pass. It must give the same offers for the same problem, and draws by
            `problem.seed`.
    """

    name: str
    price: float
    search: Callable[[Problem], None]
