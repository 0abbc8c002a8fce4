"""What networks make of labels of which some are wrong: the answers on which several agree."""

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import OutOfTimeError, checkpoint
from netlift.core._context import Context
from netlift.data import Sequences, shortened, split
from netlift.networks import ladder, run

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NETWORKS = 3  # of one architecture, that have to agree
ROUNDS = 3  # of the ladder of networks: what takes longer is not waited for
HELD_OUT = 1_000
BETTER = 0.005  # of the held-out sequences: less is no progress
PLATEAU = 6  # rungs without progress, after which no network learns more than its noise


def learned_answers(sequences: Sequences, context: Context) -> tuple[Ints, Bools] | None:
    """Answers [N, T, K] that networks give, and where all agree [N, T]; None: none learned anything.

    Training ends where held-out sequences are no better known for a while: noise keeps it below all of them.
    Longer sequences are cut as `shortened` does.
    """
    clock, recorder = context.clock, context.recorder
    recorder.stage("train")
    cut = shortened(sequences)
    train, held_out = split(cut, context.stream("split"))
    tested = held_out if len(held_out) else train
    tested = tested.take(np.arange(min(HELD_OUT, len(tested))))
    best, idle, networks = 0.0, 0, ()
    try:
        with clock.bounding(), clock.stage("train"):
            for rung in ladder(train, tested, seed=context.seed):
                checkpoint()
                order = np.argsort(-rung.accuracies, kind="stable")[:NETWORKS]
                share, idle = float(rung.accuracies[order[-1]]), idle + 1
                recorder.update(network=rung.ensemble.architecture, accuracy=f"{share:.1%}")
                if share > best + BETTER:
                    best, idle = share, 0
                    networks = tuple(rung.ensemble.network(int(place)) for place in order)
                if rung.round >= ROUNDS or (networks and idle >= PLATEAU):
                    break
    except OutOfTimeError:
        recorder.log(f"the budget of {clock.budget:g} seconds is spent")
    if not networks:
        return None
    answers = [run(network, cut.inputs) for network in networks]
    agreed = np.logical_and.reduce([(one == answers[0]).all(axis=2) for one in answers])
    recorder.log(
        f"{len(networks)} networks {networks[0]} have {best:.1%} of the noisy held-out sequences right"
    )
    return answers[0], agreed
