"""The chain: sequences to network, network to states, states to formulas, formulas to a program."""

from typing import Any

import numpy as np

from netlift._clock import Clock
from netlift._draw import task_sequences
from netlift._finish import finished, with_task_checks
from netlift._result import Result
from netlift._search import search_networks
from netlift._specification import Specification, specified
from netlift.data import Sequences, Task, from_arrays, split
from netlift.report import Progress, Recorder, Silent


def distill(
    inputs: Any,
    targets: Any,
    *,
    seed: int = 0,
    budget: float | None = None,
    progress: Progress | None = None,
    specification: Specification | None = None,
) -> Result:
    """Train a network on sequences, open it, and print the algorithm inside as Python.

    `inputs` is [N, T] or [N, T, D], `targets` [N, T] or [N, T, K]: arrays of whole numbers, or
    lists of sequences of different lengths, whose steps are numbers, strings or lists of them.
    `budget` bounds the seconds spent on searching and, if any are left, on a copy for a proof (None: until
    the ladder of networks ends). The method is that of Michaud et al., Entropy 2024, 26, 1046, with other
    parts. `specification` is what the program should be, another program or a Python function: it plays no
    part in the search, but the result then claims how well the two are known to be equal on the inputs of
    the data (see `prove`).
    Raises InputError where the sequences or the specification cannot be used.
    """
    sequences = from_arrays(inputs, targets)
    return distill_sequences(
        sequences, seed=seed, budget=budget, progress=progress, specification=specification
    )


def distill_sequences(
    sequences: Sequences,
    *,
    seed: int = 0,
    budget: float | None = None,
    progress: Progress | None = None,
    specification: Specification | None = None,
) -> Result:
    """`distill` for sequences that were read and checked."""
    wanted = None if specification is None else specified(specification, sequences.inputs.shape[2])
    recorder = Recorder(Silent() if progress is None else progress)
    clock = Clock(budget)
    train, held_out = split(sequences, np.random.default_rng([seed, 2]))
    found = search_networks(train, held_out, seed, clock, recorder)
    return finished(found, train, held_out, seed, clock, recorder, wanted)


def distill_task(
    task: Task,
    *,
    seed: int = 0,
    budget: float | None = None,
    progress: Progress | None = None,
    specification: Specification | None = None,
) -> Result:
    """Distil a benchmark task: its data as any user's sequences, and then the checks by its rule."""
    sequences = task_sequences(task, seed)
    result = distill_sequences(
        sequences, seed=seed, budget=budget, progress=progress, specification=specification
    )
    return with_task_checks(result, task, seed)
