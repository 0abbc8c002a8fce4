"""Training that ends provable, from the data alone: a network is contracted towards its own clusters.

The clusters are those of the network's own hidden states on its training sequences, where they lead is what
it does there, and what is answered is what the data say.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from netlift.certify._boxes import MOST_IMAGES, prove_network
from netlift.certify._graph import BoxGraph, box_graph
from netlift.certify._snap import MOST_TRAINED, tuned
from netlift.core._clock import checkpoint
from netlift.core._streams import random_stream
from netlift.data import Sequences
from netlift.harden._candidate import Candidate, by_boxes, layered
from netlift.harden._own_clusters import Clusters, finest, own_clusters
from netlift.networks import MlpRnn, contracted, network_accuracy
from netlift.states import Machine

Ints = NDArray[np.int64]

LEARNED = 0.9  # share of the held-out sequences from which a network has learned the data
MOST_SYMBOLS = 64  # joint symbols up to which the data can show every cluster with every symbol
NOISES = (0.05, 0.1)  # standard deviations, in units of the hidden units' own
ROUNDS = 2  # of clustering anew and contracting, with each of them
STEPS = 200  # of the optimiser in each
CLOSING = 600  # steps on the proof's inequalities for the network's own clusters
LONGER = 2_000  # the same where fewer were not enough
WORK = 6_000_000  # steps times images of boxes times width up to which they are taken


def contractions(network: MlpRnn, train: Sequences, alphabet: Ints, seed: int) -> Iterator[Candidate]:
    """Networks to prove, each trained on the data alone towards its own clusters; the cheaper come first.

    Args:
        network: a network that has learned the data.
        train: its training sequences, every step of which has an answer.
        alphabet: [A, D], the joint symbols that occur.
        seed: of all that is drawn.

    Raises:
        OutOfTimeError: the budget that bounds the caller is spent.

    Cost:
        Half a second to ten seconds for all of them.
    """
    if len(alphabet) > MOST_SYMBOLS:
        return
    rng = random_stream(seed, "clusters of hidden states")
    now, exact, number = network, network, 0
    own = own_clusters(now, train, alphabet, rng)
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
            own = own_clusters(now, train, alphabet, rng)
            yield Candidate(now, _how(near), partial(prove_network, now), len(near))
        if network_accuracy(now, train) < LEARNED:
            now = exact
            break
        exact = now
        yield from _closed(now, own, seed, CLOSING)
    own = own_clusters(now, train, alphabet, rng)
    yield from _closed(now, own, seed, LONGER)
    for one, table, _ in _tables(own):
        layer = layered(now, table, f"{_how(one)} and given a layer that rounds to them", len(one), rng)
        if layer is not None:
            yield layer


def _how(clusters: Clusters) -> str:
    some = f"{len(clusters):,} cluster{'s' if len(clusters) > 1 else ''}"
    return f"contracted towards {some} of its own hidden states on the data"


def _tables(own: list[Clusters]) -> list[tuple[Clusters, Machine, BoxGraph]]:
    """The coarsest and the finest of the clusterings that have a table, with the boxes that it needs."""
    pure = [one for one in own if one.table is not None]
    found = []
    for one in (pure[:1] + pure[1:][-1:]) if pure else []:
        graph = None if one.table is None else box_graph(one.table, 0, MOST_IMAGES)
        if one.table is not None and graph is not None and graph.successors.size <= MOST_TRAINED:
            found.append((one, one.table, graph))
    return found


def _closed(network: MlpRnn, own: list[Clusters], seed: int, steps: int) -> Iterator[Candidate]:
    """The network while it is trained so that boxes around its own clusters are mapped into each other."""
    for one, table, graph in _tables(own):
        if steps * graph.successors.size * network.architecture.width > WORK:
            continue
        for _, networks in tuned(network, table, graph, seed, steps):
            checkpoint()
            for closer, centres in networks:
                yield Candidate(closer, _how(one), by_boxes(closer, table, graph, centres), len(one))
