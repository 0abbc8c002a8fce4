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
COMPARED = 5_000  # sequences that were learned, on which networks are compared with each other
NEAR = 0.9  # of the best accuracy so far, below which networks are not compared
UNLIKE = 0.001  # of the answers, up to which networks say the same when training ends


def plateau(learned: Sequences, most_wrong: float, context: Context) -> tuple[WeightedNetwork, ...] | None:
    """Three networks that agree with each other, and with all but a share `most_wrong` of held-out labels.

    Args:
        learned: sequences, some of whose labels are wrong.
        most_wrong: the share of wrong labels that contradictions between labels leave possible.
        context: seed, clock and who is told.

    Returns:
        The networks, the one that is right most often first; None: no three are right on so many labels and
        the same on all but one answer in a thousand.

    A budget that is bounding ends the training; what agreed until then is kept.

    Cost:
        As much training as the sequences without wrong labels take, or four rounds of the ladder.
    """
    recorder = context.recorder
    recorder.stage("train")
    train, held_out = split(shortened(learned), context.stream("split"))
    tested = held_out if len(held_out) else train
    quick = tested.take(np.arange(min(HELD_OUT, len(tested))))
    compared = train.take(np.arange(min(COMPARED, len(train))))
    each = float(quick.labelled.sum()) / len(quick)  # labels of a sequence
    best: tuple[WeightedNetwork, ...] | None = None
    least, furthest = UNLIKE, 0.0
    try:
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
            if max(against(network, quick) for network in networks) > most_wrong:
                continue
            unlike = unlike_share(networks, compared)
            if unlike <= least:
                best, least = networks, unlike
            if best is not None and (least == 0.0 or rung.turn_over):
                break
    except OutOfTimeError:
        recorder.log("the share of the budget that is for learning through wrong labels is spent")
    if best is None:
        recorder.log(f"no {NETWORKS} networks agreed on what is right where labels contradict each other")
    else:
        recorder.log(f"noise: {NETWORKS} networks {best[0]} say the same but for {least:.2%} of the answers")
    return best


def against(network: Network, sequences: Sequences) -> float:
    """The share of the labels that a network answers otherwise."""
    labelled = sequences.labelled
    wrong = (network_answers(network, sequences) != sequences.targets).any(axis=2) & labelled
    return float(wrong.sum() / max(1, labelled.sum()))


def unlike_share(networks: Sequence[Network], sequences: Sequences) -> float:
    """The share of the labels where networks do not all answer the same, whatever the labels are."""
    answers = [network_answers(network, sequences) for network in networks]
    unlike = np.zeros_like(sequences.labelled)
    for other in answers[1:]:
        unlike |= (other != answers[0]).any(axis=2)
    return float((unlike & sequences.labelled).sum() / max(1, sequences.labelled.sum()))
