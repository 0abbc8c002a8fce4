"""What a trainer is given."""

from dataclasses import dataclass, field

from netlift.core._clock import Clock
from netlift.core._progress import Recorder
from netlift.data import Sequences
from netlift.networks import Trained
from netlift.program._findings import Findings

LEAST = 0.9  # sequence accuracy from which a network is opened
HELD_OUT = 1_000  # sequences on which accuracy is measured during training


@dataclass
class Training:
    """What a trainer is given: the sequences to learn, some to test on, and a seed for all that it draws.

    `clock` says how much of the budget is spent and counts the seconds of stage "train"; `progress` and
    `findings` are told how it goes. `foremost` is the best network so far, whether it was opened or not.
    """

    train: Sequences
    quick: Sequences
    seed: int
    clock: Clock
    progress: Recorder
    findings: Findings = field(default_factory=Findings)
    least: float = LEAST
    foremost: Trained | None = None

    def saw(self, trained: Trained) -> None:
        """Note how far a network has come."""
        self.findings.saw(trained.accuracy, str(trained.network))
        if self.foremost is None or trained.accuracy > self.foremost.accuracy:
            self.foremost = trained
