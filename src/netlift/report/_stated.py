"""How far a program errs that was made from measured numbers; it is never called exact."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from netlift.core._errors import shown
from netlift.data._cells import told

LEAST_EXPLAINED = 0.5  # of the variance of what was held out, by a program that is of use


@dataclass(frozen=True)
class StatedErrors:
    """The errors of a program, in the users' units.

    Attributes:
        largest: for each output, by name, its largest error on all the data.
        held_out: the same on what was held out, when its law was made, or chose between laws.
        typical: the root of its mean squared error on all the data.
        explained: the least share, of all outputs, of the variance of what was held out that the program
            explains: 1 where it has no error, 0 where their mean would do as well.
    """

    largest: Mapping[str, Fraction]
    held_out: Mapping[str, Fraction]
    typical: Mapping[str, float]
    explained: float

    @property
    def useful(self) -> bool:
        """Whether the program says more of what was held out than its mean does."""
        return self.explained >= LEAST_EXPLAINED

    @property
    def sentence(self) -> str:
        """The largest errors, in words."""
        parts = [
            f"{told(error)} for {shown(name)} ({told(self.held_out[name])} on what was held out, typically "
            f"{self.typical[name]:.2g})"
            for name, error in self.largest.items()
        ]
        return f"Approximate, not exact: the largest error on all the data is {', '.join(parts)}."

    def facts(self) -> dict[str, Any]:
        """As it stands in result.json; exact numbers as text."""
        return {
            "largest": {name: told(error) for name, error in self.largest.items()},
            "held_out": {name: told(error) for name, error in self.held_out.items()},
            "typical": dict(self.typical),
            "explained": self.explained,
            "useful": self.useful,
        }
