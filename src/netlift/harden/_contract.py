"""Training that ends provable, from the data alone: a network is contracted towards its own clusters.

No answer of a machine or of a program is used: the clusters are those of the network's own hidden states on
its training sequences, where they lead is what it does there, and what is answered is what the data say. So
what is proved afterwards is proved of a network that was trained on the data. The machine that was read
decides only which of the networks is kept: the first for which the proof succeeds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netlift.certify._boxes import MOST_IMAGES, prove_network, prove_with
from netlift.certify._graph import BoxGraph, box_graph
from netlift.certify._network import NetworkKnown, Target, proved_by_boxes
from netlift.certify._rounding import rounded
from netlift.certify._snap import MOST_TRAINED, means, tuned
from netlift.checker import check_network
from netlift.core._clock import OutOfTimeError, checkpoint
from netlift.core._streams import random_stream
from netlift.data import Sequences, joint_symbols
from netlift.harden._copy import Step, copy_of
from netlift.harden._own_clusters import Clusters, finest, own_clusters
from netlift.networks import MlpRnn, contracted, is_perceptron, network_accuracy
from netlift.program._explanation import Explanation
from netlift.states import Machine

Floats = NDArray[np.float64]

LEARNED = 0.9  # share of the held-out sequences from which a network has learned the data
MOST_SYMBOLS = 64  # joint symbols up to which the data can show every cluster with every symbol
NOISES = (0.05, 0.1)  # standard deviations, in units of the hidden units' own
ROUNDS = 2  # of clustering anew and contracting, with each of them
STEPS = 200  # of the optimiser in each
CLOSING = 600  # steps on the proof's inequalities for the network's own clusters
LONGER = 2_000  # the same where fewer were not enough
WORK = 6_000_000  # steps times images of boxes times width up to which they are taken


@dataclass(frozen=True)
class _Candidate:
    """A network, with the boxes that it was made for (None: none), and how many clusters it was drawn to."""

    network: MlpRnn
    clusters: int
    boxes: tuple[Machine, BoxGraph, Floats] | None = None
    layer: bool = False


# The words say what the held-out sequences and the machine were used for: to choose, not to train.
_KEPT = " after the program was read, and kept because it is right on all the data and proved"


@dataclass(frozen=True)
class Contracted:
    """A network that was trained further on its data alone, and what is proved of it.

    Attributes:
        network: the network.
        known: that it is the machine, for words of every length, with the certificate.
        clusters: how many clusters of its own hidden states it was drawn to.
        layer: whether it was given a layer that rounds to them.
    """

    network: MlpRnn
    known: NetworkKnown
    clusters: int
    layer: bool

    @property
    def how(self) -> str:
        """What was done, in words."""
        some = f"{self.clusters:,} cluster{'s' if self.clusters > 1 else ''}"
        rounding = " and given a layer that rounds to them" if self.layer else ""
        return f"contracted towards {some} of its own hidden states on the data{rounding}{_KEPT}"


def provably(
    network: MlpRnn, machine: Machine, train: Sequences, test: Sequences, seed: int
) -> Contracted | None:
    """The network after training on its data alone that ends in a proof; None where it does not.

    Args:
        network: a network that has learned the data.
        machine: what was read from it, over the alphabet of the data; it decides only which network is kept.
        train: its training sequences, every step of which has an answer.
        test: held-out sequences.
        seed: of all that is drawn.

    Returns:
        The first network that is right on all training and held-out sequences and that boxes prove, as the
        independent checker agrees.

    Raises:
        OutOfTimeError: the budget that bounds the caller is spent.

    Cost:
        Half a second to ten seconds.
    """
    for candidate in _candidates(network, train, machine, seed):
        proved = _known(candidate, machine)
        if proved is None or network_accuracy(candidate.network, test) < 1.0:
            continue
        if network_accuracy(candidate.network, train) == 1.0:
            return Contracted(candidate.network, proved, candidate.clusters, candidate.layer)
    return None


def contracted_until_proved(
    found: Explanation, target: Target, seed: int
) -> tuple[Explanation, NetworkKnown | None]:
    """The finding with its network trained on until it is proved to be the machine that was read.

    Args:
        found: the finding; its network has to be one that was trained here and has learned the data, and that
            is not proved as it is.
        target: what was read, with training sequences and held-out ones.
        seed: of all that is drawn.

    Returns:
        The finding with the network that `provably` gives, and what is known of that; the finding as it was
        and None where there is no such network, or where the budget ends.

    Cost:
        That of `provably`.
    """
    network, machine, train = found.network, target.machine, target.train
    alphabet = joint_symbols(train, MOST_SYMBOLS)
    if not is_perceptron(network) or machine is None or alphabet is None:
        return found, None
    if not found.may_go_on or found.errors or found.accuracy < LEARNED or train.silent is not None:
        return found, None
    if not np.array_equal(alphabet, machine.alphabet):
        return found, None
    try:
        checkpoint()
        after = provably(network, machine, train, target.test, seed)
    except OutOfTimeError:
        after = None
    return (found, None) if after is None else (_finding(found, after, train, seed), after.known)


def _candidates(network: MlpRnn, train: Sequences, machine: Machine, seed: int) -> Iterator[_Candidate]:
    """Networks to prove, each trained on the data alone; the cheaper come first."""
    rng = random_stream(seed, "clusters of hidden states")
    now, exact, number = network, network, 0
    own = own_clusters(now, train, machine.alphabet, rng)
    yield from _closed(now, own, seed, CLOSING)
    for noise in NOISES:
        for _ in range(ROUNDS):
            checkpoint()
            if not own:
                return
            near = finest(own)
            number += 1
            now = contracted(
                now, train, near.centres, near.sizes, noise=noise, steps=STEPS, seed=seed + 100 * number
            )
            own = own_clusters(now, train, machine.alphabet, rng)
            yield _Candidate(now, len(near))
        if network_accuracy(now, train) < LEARNED:
            now = exact
            break
        exact = now
        yield from _closed(now, own, seed, CLOSING)
    own = own_clusters(now, train, machine.alphabet, rng)
    yield from _closed(now, own, seed, LONGER)
    yield from _layered(now, own, rng)


def _tables(own: list[Clusters]) -> list[tuple[Clusters, Machine, BoxGraph]]:
    """The coarsest and the finest of the clusterings that have a table, with the boxes that it needs."""
    pure = [one for one in own if one.table is not None]
    found = []
    for one in (pure[:1] + pure[1:][-1:]) if pure else []:
        graph = None if one.table is None else box_graph(one.table, 0, MOST_IMAGES)
        if one.table is not None and graph is not None and graph.successors.size <= MOST_TRAINED:
            found.append((one, one.table, graph))
    return found


def _closed(network: MlpRnn, own: list[Clusters], seed: int, steps: int) -> Iterator[_Candidate]:
    """The network while it is trained so that boxes around its own clusters are mapped into each other."""
    for one, table, graph in _tables(own):
        if steps * graph.successors.size * network.architecture.width > WORK:
            continue
        for _, networks in tuned(network, table, graph, seed, steps):
            checkpoint()
            for closer, centres in networks:
                yield _Candidate(closer, len(one), (table, graph, centres))


def _layered(network: MlpRnn, own: list[Clusters], rng: np.random.Generator) -> Iterator[_Candidate]:
    """The network with a layer that rounds hidden states to the centres of its own clusters."""
    for one, table, graph in _tables(own):
        checkpoint()
        centres = means(network, table, graph, rng)
        layered = rounded(network, table, graph, centres, rng)
        if layered is not None:
            yield _Candidate(layered, len(one), (table, graph, centres), True)


def _known(candidate: _Candidate, machine: Machine) -> NetworkKnown | None:
    """What is proved of a candidate: that it is the machine, as the independent checker agrees."""
    if candidate.boxes is None:
        proof = prove_network(candidate.network, machine)
    else:
        own, graph, centres = candidate.boxes
        labels = _states(own, machine)
        if labels is None:
            return None
        graph = replace(graph, labels=labels[graph.labels])
        proof = prove_with(candidate.network, machine, graph, centres)
    known = None if proof is None else proved_by_boxes(candidate.network, machine, proof)
    if known is None or known.certificate is None:
        return None
    refused = check_network(known.certificate, dict(candidate.network.weights))
    return known if refused is None else None


def _states(own: Machine, machine: Machine) -> NDArray[np.int64] | None:
    """The machine's state [Q] with each state of the clusters' table; None where they answer differently."""
    labels = np.full(own.states, -1, dtype=np.int64)
    labels[0] = 0
    queue = [0]
    for state in queue:  # the list grows while it is walked
        same = labels[state]
        if (own.outputs[state] != machine.outputs[same]).any():
            return None
        for after, wanted in zip(
            own.transitions[state].tolist(), machine.transitions[same].tolist(), strict=True
        ):
            if labels[after] < 0:
                labels[after] = wanted
                queue.append(after)
            elif labels[after] != wanted:
                return None
    return np.maximum(labels, 0)  # what is never reached has no box


def _finding(found: Explanation, after: Contracted, train: Sequences, seed: int) -> Explanation:
    """The finding with the contracted network as its own, and how that was trained."""
    before = copy_of(found.network, after.network, (Step(after.how),), train, seed).details()
    details = {
        "clusters": after.clusters,
        "layer": after.layer,
        "uses_answers": None,
        "before": {"agreement": before["agreement"], "weights_moved": before["weights_moved"]},
    }
    provenance = found.trained.provenance
    provenance = replace(provenance, said=f"{provenance.said} on the data, then {after.how}")
    trained = replace(
        found.trained, network=after.network, provenance=provenance, accuracy=1.0, details=details
    )
    return replace(found, trained=trained)
