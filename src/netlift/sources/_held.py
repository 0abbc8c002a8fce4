"""What is held to be right where labels contradict each other: by algebra, a small machine, or networks.

Each is asked for an explanation of nearly all labels. That of few labels at a time, for algebra, is
the consensus of Fischler and Bolles (Random sample consensus, 1981): from few labels, often none is wrong.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint, unbounded
from netlift.core._context import Context
from netlift.core._errors import InputError
from netlift.data import Sequences, joint_symbols
from netlift.networks import fit_closed_form, network_answers
from netlift.sources._noise import few, settled
from netlift.sources._tried import MOST_STATES
from netlift.sources._votes import Votes
from netlift.trainers._plateau import against, plateau

Ints = NDArray[np.int64]

MOST_SYMBOLS = 1_024  # joint symbols up to which a finite machine is looked for
_SAMPLES = (6, 12, 24, 48)  # sequences that an explanation by algebra is fitted to
_TRIES = 24  # samples of each size
_LOOKED = 2_000  # sequences on which an explanation is tried first


def by_algebra(sequences: Sequences, most_wrong: float, context: Context) -> Ints | None:
    """The answers [N, T, K] of a linear network that contradicts at most this share of labels, if one does.

    It is fitted to few sequences, drawn again and again, and tried on all.
    """
    if sequences.silent is not None:
        return None
    rng = context.stream("sequences without wrong labels")
    some = sequences.take(np.sort(rng.permutation(len(sequences))[:_LOOKED]))
    for size in _SAMPLES:
        if size >= len(sequences):
            break
        for _ in range(_TRIES):
            checkpoint()
            part = sequences.take(rng.choice(len(sequences), size=size, replace=False))
            network = fit_closed_form(part)
            if network is None:
                continue
            try:
                if against(network, some) > most_wrong or against(network, sequences) > most_wrong:
                    continue
                found = network_answers(network, sequences)
            except InputError:  # a symbol that the sample lacks
                continue
            context.recorder.log(f"noise: {network}, fitted to {size} sequences, contradicts few labels")
            return found
    return None


def by_machine(sequences: Sequences, noise: str | float, most_wrong: float, context: Context) -> Ints | None:
    """The answers of the shortest machine with its errors; None: there is none, or it contradicts many.

    Raises InputError where transitions answer at random.
    """
    alphabet = joint_symbols(sequences, MOST_SYMBOLS)
    if alphabet is None:
        return None
    found = settled(sequences, alphabet, noise, context.seed, MOST_STATES)
    if found is None or not few(found.wrong, sequences):
        return None
    if found.random:
        raise InputError(
            f"{len(found.random)} transitions answer at random, which no network is read for; "
            "source='data' (--from data) lists them"
        )
    count = int(found.wrong.sum())
    if count > most_wrong * int(sequences.labelled.sum()):
        return None
    context.recorder.log(f"noise: {count:,} labels contradict the shortest machine")
    return np.where(found.wrong[..., None], found.expected, sequences.targets)


def by_networks(sequences: Sequences, votes: Votes, most_wrong: float, context: Context) -> Ints | None:
    """The answers of three networks that learned through the wrong labels; None: none did.

    What two of three answer counts, but where the labels of one beginning are clear among themselves.
    """
    usual = votes.usual(sequences)
    networks = plateau(replace(sequences, targets=usual, clash=""), most_wrong, context)
    if networks is None:
        return None
    with unbounded():  # what was found at the end of a budget is kept
        one, two, three = (network_answers(network, sequences) for network in networks)
    agreed = np.where((two == three).all(axis=2)[..., None], two, one)
    alone = ((one != two).any(axis=2) & (two != three).any(axis=2) & (one != three).any(axis=2))[..., None]
    clear = (votes.clear[votes.beginning.clip(min=0)] & (votes.beginning >= 0))[..., None]
    return np.where(clear | alone, usual, agreed)
