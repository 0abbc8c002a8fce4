"""What a search answers: an explanation of a network, or that there is none, and what was found out."""

from dataclasses import dataclass, field, replace

from netlift.formulas import Candidate
from netlift.networks import Trained, WeightedNetwork
from netlift.program._program import Program
from netlift.states import Machine
from netlift.states.readers import Reading


@dataclass(frozen=True)
class Explanation:
    """A network, what was read from it, and the program that says so: right on the sample if `errors` is 0.

    `confirmed` tells of a machine for which the data leave room that the best formula for the words of the
    data, found without it, goes on as it does. `findings` are sentences for a program that is not right;
    `rivals` are the formulas that were exact on the reading, this one's included, in the order of trial.
    """

    trained: Trained
    reading: Reading
    candidate: Candidate
    program: Program
    errors: int = 0
    confirmed: bool = False
    findings: tuple[str, ...] = ()
    rivals: tuple[Candidate, ...] = field(default=(), repr=False)

    @property
    def network(self) -> WeightedNetwork:
        """The network that was opened."""
        return self.trained.network

    @property
    def accuracy(self) -> float:
        """The network's share of right sequences."""
        return self.trained.accuracy

    def with_network(self, network: WeightedNetwork, accuracy: float | None = None) -> "Explanation":
        """The explanation with another network in place of its own, and its accuracy (None: the same)."""
        accuracy = self.accuracy if accuracy is None else accuracy
        return replace(self, trained=replace(self.trained, network=network, accuracy=accuracy))

    @property
    def may_be_changed(self) -> bool:
        """Whether a copy of its network may be changed for a proof without anybody's asking."""
        return self.trained.provenance.may_change and not self.reading.of_data

    @property
    def may_go_on(self) -> bool:
        """Whether its network may be trained further on its own data before anything is claimed of it."""
        return self.trained.provenance.may_go_on and not self.reading.of_data


@dataclass(frozen=True)
class Unexplained:
    """No program was found: the best network, None where none was trained, and what was found out.

    `nearest` is the machine that errs least, of those that were read; None: there was none.
    """

    trained: Trained | None
    findings: tuple[str, ...] = ()
    nearest: Machine | None = None
