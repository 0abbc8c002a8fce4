"""Labels that are held to be wrong, and answers that are random, as a result tells them."""

from dataclasses import dataclass
from typing import Any

from netlift.core._errors import shown

TOLD = 6  # labels that a docstring names


@dataclass(frozen=True)
class Noise:
    """What of the data a program holds to be wrong, or random.

    `rate` is the share of labels held to be wrong, `wrong` these labels: row (from 0), step (from 1), given,
    expected. `random` are transitions that answer at random: state, the inputs "after" which it is reached,
    input, and how often each answer came.
    """

    rate: float
    wrong: tuple[dict[str, Any], ...]
    random: tuple[dict[str, Any], ...] = ()

    def facts(self) -> dict[str, Any]:
        """As it stands in result.json."""
        return {
            "rate": self.rate,
            "wrong": [dict(one) for one in self.wrong],
            "random": [dict(one) for one in self.random],
        }

    @property
    def summary(self) -> str:
        """A line for the screen."""
        random = f"; {len(self.random)} transitions answer at random" if self.random else ""
        if not self.wrong:
            return f"noise: no label is held to be wrong{random}"
        return (
            f"noise: up to {len(self.wrong):,} labels held to be wrong ({self.rate:.2%}); result.json lists "
            f"them{random}"
        )

    def lines(self) -> list[str]:
        """What a docstring says of it."""
        told = []
        if self.wrong:
            count = len(self.wrong)
            named = [_told(one) for one in self.wrong[:TOLD]]
            more = f"; and {count - TOLD:,} more" if count > TOLD else ""
            labels = "labels" if count > 1 else "label"
            told.append(
                f"Right up to {count:,} {labels} of the data ({self.rate:.2%}) held to be wrong: "
                f"{'; '.join(named)}{more} (result.json lists them)."
            )
        for one in self.random:
            shares = ", ".join(f"{shown(key)} {share:.1%}" for key, share in one["frequencies"])
            after = ", ".join(shown(step) for step in one["after"]) or "nothing"
            told.append(
                f"Random: in state {one['state']} (after {after}) {shown(one['input'])} is answered at "
                f'random ({shares} of {one["seen"]:,}); the program answers "random" there.'
            )
        return told


def _told(label: dict[str, Any]) -> str:
    place = f"sequence {label['row'] + 1} step {label['step']}"  # counted from 1, as in all messages
    return f"{place}: {shown(label['given'])}, expected {shown(label['expected'])}"
