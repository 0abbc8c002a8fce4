"""How often a program that is not exact answers as a network does, and what may be concluded from that."""

from dataclasses import dataclass
from typing import Any

from netlift.certify._claims import CONFIDENCE


@dataclass(frozen=True)
class Approximation:
    """What was measured of a program that is not exact; it is called approximate, and never solved.

    Attributes:
        wanted: the share of words that was asked for, from 0 to 1.
        words: how many fresh words of the domain program and network were run on.
        errors: on how many of them they differ.
        judged: which answers count: "each", after every symbol, or "end", after the last one alone.
        kind: what the program is, in words, with its size.
        words_told: where the fresh words come from, as a clause.
        usual: the share of these words that the most frequent answer alone has right: what says more is more.
    """

    wanted: float
    words: int
    errors: int
    judged: str
    kind: str
    words_told: str
    usual: float = 0.0

    @property
    def agreement(self) -> float:
        """The share of the words on which program and network agree."""
        return 1.0 - self.errors / self.words

    @property
    def at_least(self) -> float:
        """The share that they agree on at least, at 95 % confidence: the exact bound of a binomial share.

        Clopper and Pearson 1934, one-sided.
        """
        from scipy.special import betaincinv  # at start it would cost every run time

        right = self.words - self.errors
        return float(betaincinv(right, self.errors + 1, 1.0 - CONFIDENCE)) if right else 0.0

    @property
    def accepted(self) -> bool:
        """Whether the share that was measured is the one that was asked for, or more."""
        return self.agreement >= self.wanted

    @property
    def sentence(self) -> str:
        """What was measured, without a full stop."""
        at = "at the end" if self.judged == "end" else "at every step"
        return (
            f"approximate: {self.kind} that agrees with the network {at} of {self.words - self.errors:,} of "
            f"{self.words:,} fresh words ({self.words_told}), {self.agreement:.2%}, and of at least "
            f"{self.at_least:.2%} of such words at {CONFIDENCE:.0%} confidence; always the same answer has "
            f"{self.usual:.2%}; wanted: {self.wanted:.2%}"
        )

    def facts(self) -> dict[str, Any]:
        """The measure as it stands in result.json."""
        return {
            "accepted": self.accepted,
            "wanted": self.wanted,
            "words": self.words,
            "errors": self.errors,
            "agreement": self.agreement,
            "at_least": self.at_least,
            "confidence": CONFIDENCE,
            "judged": self.judged,
            "kind": self.kind,
            "fresh_words": self.words_told,
            "usual": self.usual,
        }
