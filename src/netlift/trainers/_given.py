"""A network that is there already."""

from collections.abc import Iterator
from dataclasses import dataclass

from netlift.networks import GIVEN, Trained, WeightedNetwork, network_accuracy
from netlift.trainers._training import Training


@dataclass(frozen=True)
class Given:
    """A network that somebody else trained, and nothing else.

    `accuracy` is its share of right sequences, where that is known.
    """

    network: WeightedNetwork
    accuracy: float | None = None
    name: str = "given"
    cost: float = 0.0

    def train(self, task: Training) -> Iterator[Trained | None]:
        """The network as it is. The data need no search of their own: the network tells more."""
        task.clock.reserve(0.0)
        accuracy = network_accuracy(self.network, task.quick) if self.accuracy is None else self.accuracy
        yield Trained(self.network, GIVEN, accuracy)
