"""The chain: sequences to network, network to states, states to formulas, formulas to a program."""

from typing import Any

import numpy as np

from netlift.bench import Task
from netlift.bench._draw import task_sequences
from netlift.certify._specification import Specification, specified
from netlift.core._arguments import checked_budget, checked_progress, checked_seed
from netlift.core._clock import Clock
from netlift.core._errors import InputError
from netlift.core._threads import on_one_thread
from netlift.data import Sequences, from_arrays, shortened, split
from netlift.engine._finish import finished, with_task_checks
from netlift.engine._from_data import checked_source, distilled_from_data
from netlift.engine._result import Result
from netlift.engine._search import search_networks
from netlift.report import Progress, Recorder, Silent


def distill(
    inputs: Any,
    targets: Any,
    *,
    seed: int = 0,
    budget: float | None = None,
    progress: Progress | None = None,
    specification: Specification | None = None,
    source: str = "network",
) -> Result:
    """Train a network on sequences, open it, and print the algorithm inside as Python.

    `inputs` is [N, T] or [N, T, D], `targets` [N, T] or [N, T, K]: arrays of whole numbers, or
    lists of sequences of different lengths, whose steps are numbers, strings or lists of them.
    `budget` bounds the seconds of training, of reading networks and of searching formulas, and, if any are
    left, of making a copy that is proved (None: until the ladder of networks ends); what was found then is
    kept. Checking it (the program in a fresh interpreter, proofs that change nothing) comes on top. The
    method is that of Michaud et al., Entropy 2024, 26, 1046, with other parts. `specification` is what the
    program should be, another program or a Python function: it plays no part in the search, but the result
    then claims how well the two are known to be equal on the inputs of the data (see `prove`).
    `source` is "network", or "data": then no network is trained, a finite machine is read from the sequences
    by merging, in seconds, and what they never show the program does not answer (`Result.unseen`). With
    "both" networks are trained for what they never show; where all are sure of one answer the program gives
    it, and the result tells which those are.
    Raises InputError, one sentence, where an argument cannot be used.
    """
    sequences = from_arrays(inputs, targets)
    return distill_sequences(
        sequences, seed=seed, budget=budget, progress=progress, specification=specification, source=source
    )


@on_one_thread
def distill_sequences(
    sequences: Sequences,
    *,
    seed: int = 0,
    budget: float | None = None,
    progress: Progress | None = None,
    specification: Specification | None = None,
    source: str = "network",
) -> Result:
    """`distill` for sequences that were read and checked."""
    seed, budget, progress = checked_seed(seed), checked_budget(budget), checked_progress(progress)
    wanted = None if specification is None else specified(specification, sequences.inputs.shape[2])
    recorder = Recorder(Silent() if progress is None else progress)
    clock = Clock(budget)
    if checked_source(source) != "network":
        if wanted is not None:
            raise InputError(
                "a specification is compared with what a network holds; it needs source='network'"
            )
        return distilled_from_data(sequences, seed, clock, recorder, both=source == "both")
    train, held_out = split(sequences, np.random.default_rng([seed, 2]))
    beginnings = shortened(train), shortened(held_out)
    found = search_networks(*beginnings, seed, clock, recorder)
    return finished(found, *beginnings, seed, clock, recorder, wanted, whole=(train, held_out))


def distill_task(
    task: Task,
    *,
    seed: int = 0,
    budget: float | None = None,
    progress: Progress | None = None,
    specification: Specification | None = None,
    source: str = "network",
) -> Result:
    """Distil a benchmark task: its data as any user's sequences, and then the checks by its rule."""
    sequences = task_sequences(task, checked_seed(seed))
    result = distill_sequences(
        sequences, seed=seed, budget=budget, progress=progress, specification=specification, source=source
    )
    return with_task_checks(result, task, seed)
