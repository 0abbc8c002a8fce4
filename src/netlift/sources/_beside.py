"""What networks say of a machine that was read from the data they were taught."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.data import Sequences
from netlift.sources._unseen import told_pairs, unseen_pairs
from netlift.states import PartialMachine, Trial
from netlift.trainers._guide import Taught

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Beside:
    """What networks say of a machine from the data.

    `answered` are the pairs [Q, A] of state and symbol that they alone answer, `shown` those that they were
    taught, `alike` those of these that the best of them answers as the data do. `trial` says how they
    answered pairs that were withheld from them; None: they were asked nothing.
    """

    networks: Taught
    answered: Bools
    shown: Bools
    alike: Bools
    trial: Trial | None = None

    @property
    def confirmation(self) -> str:
        """How far the best network and the data agree."""
        return (
            f"{self.networks.best} answers {int(self.alike.sum())} of {int(self.shown.sum())} transitions "
            "that it was shown as the data do"
        )

    def facts(self, machine: PartialMachine, sequences: Sequences) -> dict[str, Any]:
        """The best network as it stands in result.json."""
        best, guide, trial = self.networks.best, self.networks.guide, self.trial
        return {
            "architecture": str(best),
            "parameters": best.parameters,
            "hidden": best.hidden_size,
            "held_out_accuracy": self.networks.share,
            "asked": 0 if guide is None else len(guide.networks),
            "withheld": None if trial is None else asdict(trial),
            "answered_alone": unseen_pairs(machine, self.answered, sequences),
            "transitions": int(self.shown.sum()),
            "confirmed": int(self.alike.sum()),
            "not_confirmed": unseen_pairs(machine, self.shown & ~self.alike, sequences),
        }

    def lines(self, machine: PartialMachine, sequences: Sequences) -> list[str]:
        """The docstring's lines about them."""
        guide, trial, pairs = self.networks.guide, self.trial, machine.known.size
        told = [
            f"The best network is right on {self.networks.share:.2%} of held-out sequences; "
            f"{self.confirmation}."
        ]
        others = unseen_pairs(machine, self.shown & ~self.alike, sequences)
        if others:
            told.append(told_pairs("Where it answers something else the data rule", others, pairs))
        if guide is not None and trial is not None:
            verdict = "" if trial.passed else "; that is too little to take their word"
            told.append(
                f"Asked about what was never seen: {len(guide.networks)} networks, each right on at least "
                f"{min(guide.accuracies):.2%} of held-out sequences. Of {trial.withheld} pairs that were "
                f"withheld from them all gave the same answer to {trial.answered}, to {trial.right} as the "
                f"data do{verdict}."
            )
        alone = unseen_pairs(machine, self.answered, sequences)
        if alone:
            told.append(told_pairs("Never seen, answered as all of them do", alone, pairs))
        return told
