"""Claims: what is held to be equal to what, and how much is known about it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Equality = Literal[
    "data = network",
    "network = machine",  # of the network as it was trained or given
    "copy = machine",  # of a changed copy, or of another network for the same data
    "machine = program",
    "program = specification",
]
Tier = Literal["proved", "exhaustive", "tested", "refuted"]

CONFIDENCE = 0.95  # of the bound that tests give


@dataclass(frozen=True)
class Claim:
    """One equality and how much is known about it.

    Attributes:
        claim: the equality, such as "network = machine".
        tier: "proved" (every input of every length of the stated domain), "exhaustive" (every input up to a
            stated length), "tested" (a stated number of sequences) or "refuted" (a stated sequence on which
            the two differ).
        words: one sentence that says no more than was shown.
        details: what goes with it, as JSON can hold it: "because" is the argument of a proof in words.
    """

    claim: Equality
    tier: Tier
    words: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.claim not in get_args(Equality):
            raise ValueError(f"no such claim: {self.claim!r}; expected one of {get_args(Equality)}")
        if self.tier not in get_args(Tier):
            raise ValueError(f"no such tier: {self.tier!r}; expected one of {get_args(Tier)}")
        json.dumps(self.details)  # a claim that cannot be written down is refused where it is made

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        return self.tier != "refuted"

    def facts(self) -> dict[str, Any]:
        """The claim as it stands in result.json."""
        return {"claim": self.claim, "tier": self.tier, "words": self.words, **self.details}

    def sentence(self) -> str:
        """The claim as a sentence of its own, as in a docstring."""
        return f"{self.claim[0].upper()}{self.claim[1:]}: {self.words}."

    def __str__(self) -> str:
        return f"{self.claim}: {self.words}"


def excluded_rate(sequences: int) -> float:
    """The error rate that this many faultless independent tests exclude at 95 % confidence.

    Exactly 1 - 0.05 ** (1 / n), of which 3 / n is the rule of three (Hanley and Lippman-Hand, 1983).
    """
    if sequences < 1:
        return 1.0
    return float(1.0 - (1.0 - CONFIDENCE) ** (1.0 / sequences))


def faultless_words(sequences: int, drawn: str) -> str:
    """What faultless tests on `sequences` sequences, `drawn` in words, allow to say."""
    rate = excluded_rate(sequences)
    return (
        f"tested on {sequences:,} {drawn} without an error, which excludes an error rate above "
        f"{rate:.2g} at 95 % confidence"
    )
