"""Networks that learn through wrong labels: trained until those of different starts say the same.

A network learns what labels have in common before it learns single ones by heart (Arpit et al., A closer look
at memorization in deep networks, 2017). Wrong labels drawn at random have nothing in common, so that networks
from different starts agree on what is right, and each is wrong about as often as labels are.
"""

from collections.abc import Sequence

import numpy as np

from netlift.core._clock import OutOfTimeError, checkpoint
from netlift.core._context import Context
from netlift.data import Sequences, shortened, split
from netlift.networks import Network, WeightedNetwork, ladder, network_answers

NETWORKS = 3  # whose answers are compared; of one architecture, each from a start of its own
ROUNDS = 4  # of the ladder of networks: what takes longer is not waited for
HELD_OUT = 1_000  # sequences that accuracies are measured on
COMPARED = 5_000  # sequences on which networks are compared with each other
NEAR = 0.9  # of the best accuracy so far, below which networks are not compared
UNLIKE = 0.001  # of the answers, up to which networks say the same when training ends
SHARE = 0.5  # of a budget; the rest is for what follows


def plateau(learned: Sequences, most_wrong: float, context: Context) -> tuple[WeightedNetwork, ...] | None:
    """Three networks that agree with each other, and with all but a share `most_wrong` of held-out labels.

    Args:
        learned: sequences, some of whose labels are wrong.
        most_wrong: the share of wrong labels that contradictions between labels leave possible.
        context: seed, clock and who is told.

    Returns:
        The networks, the one that is right most often first; None: no three are right on so many labels and
        the same on all but one answer in a thousand.

    Cost:
        As much training as the sequences without wrong labels take, or four rounds of the ladder.
    """
    clock, recorder = context.clock, context.recorder
    recorder.stage("train")
    train, held_out = split(shortened(learned), context.stream("split"))
    tested = held_out if len(held_out) else train
    quick = tested.take(np.arange(min(HELD_OUT, len(tested))))
    compared = tested.take(np.arange(min(COMPARED, len(tested))))
    each = float(quick.labelled.sum()) / len(quick)  # labels of a sequence
    best: tuple[WeightedNetwork, ...] | None = None
    least, furthest = UNLIKE, 0.0
    clock.reserve(1.0 - SHARE)
    try:
        with clock.stage("train"):
            for rung in ladder(train, quick, seed=context.seed):
                checkpoint()
                if rung.round >= ROUNDS:
                    break
                order = np.argsort(-rung.accuracies, kind="stable")[:NETWORKS]
                weakest = float(rung.accuracies[order[-1]])
                recorder.update(network=rung.ensemble.architecture, accuracy=f"{rung.accuracies.max():.1%}")
                if (1.0 - weakest) / each > most_wrong or weakest < NEAR * furthest:
                    continue  # where a sequence is wrong, at least one answer is
                furthest = max(furthest, weakest)
                networks = tuple(rung.ensemble.network(int(place)) for place in order)
                unlike, wrong = against(networks, compared)
                if wrong <= most_wrong and unlike <= least:
                    best, least = networks, unlike
                if best is not None and (least == 0.0 or rung.turn_over):
                    break
    except OutOfTimeError:
        recorder.log("the share of the budget that is for learning through wrong labels is spent")
    finally:
        clock.reserve(0.0)
    if best is None:
        recorder.log(f"no {NETWORKS} networks agreed on what is right where labels contradict each other")
    else:
        recorder.log(
            f"noise: {NETWORKS} networks {best[0]} say the same on all but {least:.2%} of held-out labels"
        )
    return best


def against(networks: Sequence[Network], sequences: Sequences) -> tuple[float, float]:
    """The share of labels where networks differ from each other, and the largest share that one has wrong."""
    labelled = sequences.labelled
    answers = [network_answers(network, sequences) for network in networks]
    unlike = np.zeros_like(labelled)
    for other in answers[1:]:
        unlike |= (other != answers[0]).any(axis=2)
    wrong = [int(((one != sequences.targets).any(axis=2) & labelled).sum()) for one in answers]
    count = max(1, int(labelled.sum()))
    return float((unlike & labelled).sum() / count), max(wrong) / count
