"""A network trained on, with all the data, where it still errs on words as long as the sequences.

A network that counts, or that looks back over everything, is no finite machine, and all that can be shown of
it is that it is right up to a length. What was held out chose it and confirmed what was read from it; after
that nothing speaks against learning from those sequences as well.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.certify._network import Target
from netlift.core._clock import checkpoint
from netlift.data import Sequences
from netlift.harden._contract import LEARNED
from netlift.harden._copy import Step, copy_of
from netlift.harden._hard_words import MOST_WORDS, hardest, leads
from netlift.networks import Ensemble, MlpRnn, is_perceptron, network_accuracy
from netlift.program._explanation import Explanation

# Steps of the optimiser and its rates, round by round while words are still answered wrong.
ROUNDS = ((2_000, (1e-3, 2e-3, 4e-3)), (6_000, (2e-3, 4e-3, 8e-3)), (6_000, (2e-3, 4e-3, 8e-3)))
HARDEST = 8_000  # sequences with the least margins, which are seen twice as often
FEWEST = 300  # of them that are seen still more often
TRIED = 3  # networks of which all words are run
HOW = "trained on all the data, held-out sequences included, after the program was read"
USED = "held_out_used"  # in the details of a network: what was held out is no independent test of it


def trained_on_all(found: Explanation, target: Target, held_out: Sequences, seed: int) -> Explanation:
    """The finding with its network trained on all the data, if more words are right then; else as it was.

    Args:
        found: the finding; its network has to be one that was trained here and has learned the data.
        target: what was read, whose answers to all words of the training length choose among networks.
        held_out: sequences that were held out, which are learned from as well.
        seed: of batches.

    Raises:
        OutOfTimeError: the budget that bounds the caller is spent.

    Cost:
        A few seconds where a word is answered wrong; else that of running all words of the training length.
    """
    network, table, length = found.network, target.table, target.length
    if not is_perceptron(network) or not found.may_go_on or found.errors or found.accuracy < LEARNED:
        return found
    if target.train.silent is not None or held_out.silent is not None:
        return found
    if table is None or table.length < length or len(table.alphabet) ** length > MOST_WORDS:
        return found
    wrong = hardest(network, table, length)[1]
    if not wrong:
        return found
    data = _together(target.train, held_out)
    best = network
    for number, (steps, rates) in enumerate(ROUNDS):
        for other in _trained(best, data, seed + number, steps, rates):
            checkpoint()
            left = hardest(other, table, length)[1]
            if left < wrong:
                best, wrong = other, left
        if not wrong:
            break
    if best is network:
        return found
    which = f"more words of {length} inputs than before" if wrong else f"all words of {length} inputs"
    how = f"{HOW}, and kept because it answers {which} as the program does"
    before = copy_of(network, best, (Step(how),), target.train, seed).details()
    details = {
        "uses_answers": None,
        USED: True,
        "before": {"agreement": before["agreement"], "weights_moved": before["weights_moved"]},
    }
    provenance = found.trained.provenance
    provenance = replace(provenance, said=f"{provenance.said} on the data, then {how}")
    trained = replace(found.trained, network=best, provenance=provenance, accuracy=1.0, details=details)
    return replace(found, trained=trained)


def labelled_for(found: Explanation, parts: tuple[Sequences, ...]) -> tuple[Sequences, ...]:
    """The data that a network is held against: one part, none of it held out, if it was trained on all."""
    if not found.trained.details.get(USED) or len(parts) < 2:
        return parts
    return (_together(parts[0], parts[1]), *parts[2:])


def _trained(
    network: MlpRnn, data: Sequences, seed: int, steps: int, rates: tuple[float, ...]
) -> list[MlpRnn]:
    """Networks that are right on all sequences, those with the widest margins first."""
    lead = _least(network, data)
    order = np.argsort(lead, kind="stable")
    worst = order[: max(FEWEST, int((lead < 0.0).sum()))]
    rows = np.concatenate([np.arange(len(data)), order[:HARDEST], np.resize(worst, len(data) // 8)])
    ensemble = Ensemble(
        network.architecture,
        data.take(rows),
        seed=seed,
        rates=rates,
        networks_per_rate=1,
        cycle=steps,
        start=network,
    )
    ensemble.advance(steps)
    made = [ensemble.network(number) for number in range(len(ensemble))]
    exact = [one for one in made if network_accuracy(one, data) == 1.0]
    return sorted(exact, key=lambda one: -float(_least(one, data).min()))[:TRIED]


def _least(network: MlpRnn, data: Sequences) -> NDArray[np.float64]:
    """The least margin [N] on each sequence, below 0 where an answer is wrong."""
    return leads(network, data.filled, data.targets, data.mask)


def _together(train: Sequences, held_out: Sequences) -> Sequences:
    """Both, as one."""
    steps = max(train.inputs.shape[1], held_out.inputs.shape[1])

    def joined(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
        ends = [[(0, 0), (0, steps - part.shape[1]), (0, 0)][: part.ndim] for part in (one, other)]
        return np.concatenate([np.pad(part, end) for part, end in zip((one, other), ends, strict=True)])

    if not len(held_out):
        return train
    silent = None
    if train.silent is not None or held_out.silent is not None:
        silent = joined(train.mask & ~train.labelled, held_out.mask & ~held_out.labelled)
    return replace(
        train,
        inputs=joined(train.inputs, held_out.inputs),
        targets=joined(train.targets, held_out.targets),
        lengths=np.concatenate([train.lengths, held_out.lengths]),
        silent=silent,
    )
