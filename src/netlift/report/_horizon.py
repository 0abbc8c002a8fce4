"""How far beyond its data a program can be trusted, and what that means for the word solved."""

from dataclasses import dataclass
from typing import Any

MOST_DRIFT = 0.5  # share of words of twice the length from which on it is told that the network leaves them


@dataclass(frozen=True)
class Horizon:
    """How far the data reach, and what speaks for the program beyond.

    `steps` is the length of the words that the program was made from. `determining` is the length of the
    words on which no other machine with as few states answers like the one that was read; None: no machine
    was read (a formula over numbers without end), or a given network was asked, which answers at every
    length. `confirmed` says that the best formula for the words of the data alone goes on
    as the machine does. `words` of twice the length were given to network and program, those only to which
    the program gives no answer that the data never show; they differ on `differ` (0 of 0 where that was not
    asked).
    """

    steps: int
    determining: int | None = None
    confirmed: bool = False
    words: int = 0
    differ: int = 0

    @property
    def is_determined(self) -> bool:
        """Whether the data are long enough to leave one machine."""
        return self.determining is not None and self.determining <= self.steps

    @property
    def doubt(self) -> str:
        """Why the program must not be called solved where nobody can tell what is right; "" where it may."""
        if self.determining is None or self.is_determined or self.confirmed:
            return ""
        return (
            f"sequences of {self.steps:,} steps leave room for another machine that is no larger; "
            f"{self.determining:,} steps would tell, and no formula for the data alone gives this one"
        )

    @property
    def advice(self) -> tuple[str, ...]:
        """What would end the doubt."""
        if not self.doubt:
            return ()
        return (
            f"Sequences of at least {self.determining:,} steps would show what is right beyond "
            f"{self.steps:,} steps.",
        )

    def sentences(self) -> list[str]:
        """What the docstring says of it: nothing where the data determine the machine."""
        if self.doubt:
            return [f"Horizon: {self.doubt}."]
        if self.determining is None and self.differ > MOST_DRIFT * self.words:
            return [
                f"Horizon: beyond {self.steps:,} steps, as long as the data are, the network does not bear "
                f"the program out: of {self.words:,} sequences of twice the length it answers "
                f"{self.differ:,} otherwise."
            ]
        if self.determining is None or self.is_determined:
            return []
        return [
            f"Horizon: only words of {self.determining:,} steps would tell this machine from others no "
            f"larger, the data have {self.steps:,}; the best formula for the data alone goes on as it does."
        ]

    def facts(self) -> dict[str, Any]:
        """The horizon as it stands in result.json."""
        return {
            "steps": self.steps,
            "determining": self.determining,
            "confirmed": self.confirmed,
            "twice": {"sequences": self.words, "errors": self.differ},
        }
