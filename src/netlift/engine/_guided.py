"""Reading guided by both: a machine from the data, and a network that answers where they are silent."""

import numpy as np

from netlift.core._clock import Clock, OutOfTimeError, checkpoint
from netlift.data import Sequences, shortened, split
from netlift.networks import WeightedNetwork, ladder
from netlift.report import Recorder

ENOUGH = 1.0  # accuracy on held-out sequences at which training ends
LEAST = 0.9  # accuracy from which a network is asked at all
HELD_OUT = 1_000


def trained_guide(
    sequences: Sequences, seed: int, clock: Clock, recorder: Recorder
) -> tuple[WeightedNetwork, float] | None:
    """The network that learned the sequences best, and its share of held-out ones; None: none learned enough."""
    recorder.stage("train")
    train, held_out = split(shortened(sequences), np.random.default_rng([seed, 2]))
    tested = held_out if len(held_out) else train
    tested = tested.take(np.arange(min(HELD_OUT, len(tested))))
    best: tuple[WeightedNetwork, float] | None = None
    try:
        with clock.bounding(), clock.stage("train"):
            for rung in ladder(train, tested, seed=seed):
                checkpoint()
                place = int(rung.accuracies.argmax())
                accuracy = float(rung.accuracies[place])
                recorder.update(network=rung.ensemble.architecture, accuracy=f"{accuracy:.1%}")
                if best is None or accuracy > best[1]:
                    best = rung.ensemble.network(place), accuracy
                if accuracy >= ENOUGH:
                    break
    except OutOfTimeError:
        recorder.log(f"the budget of {clock.budget:g} seconds is spent")
    if best is None or best[1] < LEAST:
        recorder.log("no network learned the data well enough to be asked")
        return None
    recorder.log(f"{best[0]}: right on {best[1]:.1%} of held-out sequences")
    return best
