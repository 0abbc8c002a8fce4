"""Reading guided by both: a machine from the data, and networks that answer where they are silent."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import OutOfTimeError, checkpoint
from netlift.core._context import Context
from netlift.data import Sequences, shortened, split
from netlift.networks import WeightedNetwork, ladder

Ints = NDArray[np.int64]

LEAST = 0.99  # accuracy on held-out sequences from which a network is asked
NETWORKS = 3  # that have to agree; of one architecture, each from a start of its own
ROUNDS = 2  # of the ladder of networks: what takes longer is not waited for
HELD_OUT = 1_000


@dataclass(frozen=True)
class Guide:
    """Networks that learned the sequences, the best first, and their shares of held-out ones."""

    networks: tuple[WeightedNetwork, ...]
    accuracies: tuple[float, ...]


def trained_guide(sequences: Sequences, telling: Ints, context: Context) -> Guide | None:
    """Networks that learned the sequences, and those numbered `telling` best; None: too few did.

    Training ends when `NETWORKS` of one architecture have all the telling sequences right, which pass the
    states that are to be asked about; or with the budget, or with the second round of the ladder.
    """
    clock, recorder = context.clock, context.recorder
    recorder.stage("train")
    train, held_out = split(shortened(sequences), context.stream("split"))
    tested = held_out if len(held_out) else train
    tested = tested.take(np.arange(min(HELD_OUT, len(tested))))
    asked = shortened(sequences).take(telling)
    best: Guide | None = None
    furthest = -1.0
    try:
        with clock.bounding(), clock.stage("train"):
            for rung in ladder(train, tested, seed=context.seed):
                checkpoint()
                recorder.update(
                    network=rung.ensemble.architecture, accuracy=f"{float(rung.accuracies.max()):.1%}"
                )
                if rung.round >= ROUNDS:
                    break
                learned = np.flatnonzero(rung.accuracies >= LEAST)
                if len(learned) < NETWORKS:
                    continue
                known = rung.ensemble.accuracies(asked)
                chosen = learned[np.argsort(-known[learned], kind="stable")[:NETWORKS]]
                if float(known[chosen[-1]]) > furthest:
                    furthest = float(known[chosen[-1]])
                    networks = tuple(rung.ensemble.network(int(place)) for place in chosen)
                    best = Guide(networks, tuple(rung.accuracies[chosen].tolist()))
                if furthest == 1.0:
                    break
    except OutOfTimeError:
        recorder.log(f"the budget of {clock.budget:g} seconds is spent")
    if best is None:
        recorder.log(f"no {NETWORKS} networks learned the data well enough to be asked")
    else:
        recorder.log(
            f"{NETWORKS} networks {best.networks[0]}: each right on at least {min(best.accuracies):.1%} of "
            f"held-out sequences, and on {furthest:.1%} of those that pass the states they are asked about"
        )
    return best
