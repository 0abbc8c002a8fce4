"""What a formula search is given, and what it answers."""

from dataclasses import dataclass

from netlift.core._clock import checkpoint
from netlift.formulas._recurrence import Recurrence
from netlift.states._observed import Behaviour as Behaviour


@dataclass(frozen=True)
class Candidate:
    """A recurrence that is exact on a behaviour.

    Attributes:
        recurrence: what is computed.
        cost: its description length, in nodes: the lower, the more readable.
        strategy: the name of the search that found it; "table": no formula was found, and the recurrence only
            replays the machine's table.
        closed: whether the product with the behaviour's machine was explored to its end, so that the
            recurrence equals the machine on words of every length.
        unobserved: values of the state variables that never occur and that the formulas were free to treat as
            they liked (don't-cares of a Boolean minimisation).
    """

    recurrence: Recurrence
    cost: float
    strategy: str
    closed: bool = False
    unobserved: tuple[str, ...] = ()

    @property
    def is_table(self) -> bool:
        """Whether no formula was found."""
        return self.strategy == "table"


class Work:
    """A budget counted in row evaluations, so that two runs stop at the same place."""

    def __init__(self, left: int) -> None:
        self.left = left

    def share(self, fraction: float, most: int) -> int:
        """A slice of what is left, at most `most`."""
        return max(0, min(int(self.left * fraction), most))

    def spend(self, units: int) -> None:
        """Take off what was used. Raises OutOfTimeError where a budget of seconds is spent."""
        self.left -= units
        checkpoint()
