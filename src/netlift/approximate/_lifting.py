"""How a network is to be lifted: all that a user says beside the network and its examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from netlift.approximate._samples import At
from netlift.core._arguments import checked_budget, checked_count, checked_seed
from netlift.core._clock import SEARCH, Clock, whole_clock
from netlift.core._errors import InputError, shown
from netlift.networks._codings import Said
from netlift.networks._legal import Domain

CHECKS, EFFORT = (
    0.5,
    0.65,
)  # shares of a budget as SEARCH is, where a best effort may follow, and until where its checks go on


@dataclass(frozen=True)
class Lifting:
    """What a user says; the arguments of `netlift.lift`, by their names there."""

    said: Said
    seed: int = 0
    budget: float | None = None
    steps: int | None = None
    snap: bool = False
    domain: Domain | None = None
    accept: float | None = None
    at: At = "each"

    @classmethod
    def of(
        cls,
        *,
        seed: Any = 0,
        budget: Any = None,
        steps: Any = None,
        input_coding: str | None = None,
        output_coding: str | None = None,
        classes: Sequence[Sequence[Any]] | None = None,
        threshold: float | None = None,
        snap: bool = False,
        domain: Domain | None = None,
        accept: Any = None,
        at: Any = "each",
    ) -> "Lifting":
        """The same, checked. Raises InputError where an argument cannot be used."""
        if at not in ("each", "end"):
            raise InputError(f"at is {shown(at)}; expected 'each' or 'end'")
        return cls(
            Said(inputs=input_coding, outputs=output_coding, classes=classes, threshold=threshold),
            checked_seed(seed),
            checked_budget(budget),
            None if steps is None else checked_count("steps", steps),
            snap,
            domain,
            checked_accept(accept),
            at,
        )

    def clock(self) -> Clock:
        """A clock with the budget, which is of the whole: checks end with it."""
        return whole_clock(self.budget, self.steps, search=SEARCH if self.accept is None else CHECKS)

    def to_check(self, clock: Clock) -> None:
        """Let checks go on to the end of the budget, or until a best effort has to begin."""
        clock.until(1.0 if self.accept is None else EFFORT)


def checked_accept(given: Any) -> float | None:
    """The share of words that a best effort has to reach. Raises InputError where it is no such share."""
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float | np.number) or not 0.0 < given <= 1.0:
        raise InputError(f"accept is {shown(given)}; expected a share of words above 0 and up to 1, as 0.99")
    return float(given)
