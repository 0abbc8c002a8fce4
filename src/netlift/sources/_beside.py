"""What networks say of a machine that was read from the data they were taught."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.data import Sequences
from netlift.sources._unseen import told_pairs, unseen_pairs
from netlift.states import PartialMachine
from netlift.trainers._guide import Taught

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Beside:
    """What networks say of a machine from the data.

    `answered` are the pairs [Q, A] of state and symbol that they alone answer, `alike` those of the data that
    the best of them answers as the data do.
    """

    networks: Taught
    answered: Bools
    alike: Bools

    def facts(self, machine: PartialMachine, sequences: Sequences) -> dict[str, Any]:
        """The best network as it stands in result.json."""
        best, guide = self.networks.best, self.networks.guide
        of_data = machine.known & ~self.answered
        return {
            "architecture": str(best),
            "parameters": best.parameters,
            "hidden": best.hidden_size,
            "held_out_accuracy": self.networks.share,
            "asked": 0 if guide is None else len(guide.networks),
            "answered_alone": unseen_pairs(machine, self.answered, sequences),
            "transitions": int(of_data.sum()),
            "confirmed": int(self.alike.sum()),
            "not_confirmed": unseen_pairs(machine, of_data & ~self.alike, sequences),
        }

    def lines(self, machine: PartialMachine, sequences: Sequences) -> list[str]:
        """The docstring's lines about them."""
        guide, pairs = self.networks.guide, machine.known.size
        of_data = machine.known & ~self.answered
        told = [
            f"The best network: {self.networks.best}, right on {self.networks.share:.2%} of "
            f"held-out sequences; it answers {int(self.alike.sum())} of {int(of_data.sum())} transitions as "
            "the data do."
        ]
        others = unseen_pairs(machine, of_data & ~self.alike, sequences)
        if others:
            told.append(told_pairs("Where it answers something else the data rule", others, pairs))
        alone = unseen_pairs(machine, self.answered, sequences)
        if guide is not None and alone:
            told += [
                f"Asked: {len(guide.networks)} networks, each right on at least {min(guide.accuracies):.2%} "
                "of held-out sequences.",
                told_pairs("Never seen, answered as all of them do", alone, pairs),
            ]
        return told
