"""Reading guided by both: a machine from the data, and networks that answer where they are silent."""

from dataclasses import dataclass

import numpy as np

from netlift.core._clock import Clock, OutOfTimeError, checkpoint
from netlift.data import Sequences, shortened, split
from netlift.networks import WeightedNetwork, ladder
from netlift.report import Recorder

LEAST = 0.99  # accuracy on held-out sequences from which a network is asked
NETWORKS = 3  # that have to agree; of one architecture, each from a start of its own
HELD_OUT = 1_000


@dataclass(frozen=True)
class Guide:
    """Networks that learned the sequences, the best first, and their shares of held-out ones."""

    networks: tuple[WeightedNetwork, ...]
    accuracies: tuple[float, ...]


def trained_guide(sequences: Sequences, seed: int, clock: Clock, recorder: Recorder) -> Guide | None:
    """The first networks that learned the sequences; None: too few did, within the budget or at all."""
    recorder.stage("train")
    train, held_out = split(shortened(sequences), np.random.default_rng([seed, 2]))
    tested = held_out if len(held_out) else train
    tested = tested.take(np.arange(min(HELD_OUT, len(tested))))
    try:
        with clock.bounding(), clock.stage("train"):
            for rung in ladder(train, tested, seed=seed):
                checkpoint()
                best = float(rung.accuracies.max())
                recorder.update(network=rung.ensemble.architecture, accuracy=f"{best:.1%}")
                order = np.argsort(-rung.accuracies, kind="stable")[:NETWORKS]
                accuracies = tuple(rung.accuracies[order].tolist())
                if len(order) == NETWORKS and accuracies[-1] >= LEAST:
                    networks = tuple(rung.ensemble.network(int(place)) for place in order)
                    recorder.log(
                        f"{NETWORKS} networks {networks[0]}: right on {accuracies[-1]:.1%} or more of held-out sequences"
                    )
                    return Guide(networks, accuracies)
    except OutOfTimeError:
        recorder.log(f"the budget of {clock.budget:g} seconds is spent")
    recorder.log(f"no {NETWORKS} networks learned the data well enough to be asked")
    return None
