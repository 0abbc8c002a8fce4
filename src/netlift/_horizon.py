"""How far beyond its data a program can be trusted, and what that means for the word solved."""

from dataclasses import dataclass
from typing import Any

MOST_DRIFT = 0.5  # share of words of twice the length on which a network may leave the program


@dataclass(frozen=True)
class Horizon:
    """How far the data reach, and what speaks for the program beyond.

    `steps` is the length of the words that the program was made from. `determining` is the length of the
    words on which no other machine with as few states answers like the one that was read; None: no machine
    was read (a formula over numbers without end), or a given network was asked, which answers at every
    length. `networks` is how many networks, trained apart, show that machine. `words` of twice the length
    were given to network and program; they differ on `differ` (0 of 0 where no network learned the data).
    """

    steps: int
    determining: int | None = None
    networks: int = 1
    words: int = 0
    differ: int = 0

    @property
    def is_determined(self) -> bool:
        """Whether the data are long enough to leave one machine."""
        return self.determining is not None and self.determining <= self.steps

    @property
    def doubt(self) -> str:
        """Why the program must not be called solved where nobody can tell what is right; "" where it may."""
        if self.determining is not None and not self.is_determined and self.networks < 2:
            return (
                f"sequences of {self.steps:,} steps leave other machines as small as this one, only "
                f"{self.determining:,} steps would tell, and no second network shows the same"
            )
        return self._drift if not self.is_determined and self.differ > MOST_DRIFT * self.words else ""

    @property
    def _drift(self) -> str:
        return (
            f"the network answers {self.differ:,} of {self.words:,} sequences of twice the training length "
            "otherwise than the program"
        )

    @property
    def advice(self) -> tuple[str, ...]:
        """What would end the doubt."""
        if not self.doubt:
            return ()
        least = 2 * self.steps if self.determining is None else self.determining
        return (
            f"Sequences of at least {least:,} steps would show what is right beyond {self.steps:,} steps.",
        )

    def sentences(self) -> list[str]:
        """What the docstring says of it: nothing where the data determine the machine."""
        told = []
        if self.determining is not None and not self.is_determined:
            many = self.networks > 1
            seen = f"{self.networks:,} networks trained apart show" if many else "one network shows"
            told.append(
                f"Horizon: only words of {self.determining:,} steps would determine this machine, the data "
                f"have {self.steps:,}; what lies beyond, {seen}, and nothing else speaks for it."
            )
        if self.doubt == self._drift:
            told.append(f"Horizon: {self._drift}.")
        return told

    def facts(self) -> dict[str, Any]:
        """The horizon as it stands in result.json."""
        return {
            "steps": self.steps,
            "determining": self.determining,
            "networks": self.networks,
            "twice": {"sequences": self.words, "errors": self.differ},
        }
