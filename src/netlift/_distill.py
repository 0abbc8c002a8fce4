"""The chain: sequences to network, network to states, states to formulas, formulas to a program."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift._clock import Clock
from netlift._opening import Opening, open_network
from netlift._result import Check, Result
from netlift._version import __version__
from netlift.data import Sequences, Task, from_arrays, split
from netlift.formulas import Candidate
from netlift.networks import Network, run
from netlift.program import Program, count_errors, print_program
from netlift.report import Progress, Silent
from netlift.states import state_map

Ints = NDArray[np.int64]

TASK_SEQUENCES = 50_000  # drawn for a benchmark task; a twentieth of the paper's
FRESH_SEQUENCES = 100_000
LONGER_SEQUENCES = 2_000
LONGER = 5  # times the training length


def distill(
    inputs: Any, targets: Any, *, seed: int = 0, budget: float | None = None, progress: Progress | None = None
) -> Result:
    """Train a network on sequences, open it, and print the algorithm inside as Python.

    `inputs` is [N, T] or [N, T, D], `targets` [N, T] or [N, T, K]: arrays of whole numbers, or
    lists of sequences of different lengths, whose steps are numbers, strings or lists of them.
    `budget` bounds the seconds spent on searching (None: until the ladder of networks ends).
    Raises InputError where the sequences cannot be used.
    """
    return distill_sequences(from_arrays(inputs, targets), seed=seed, budget=budget, progress=progress)


def distill_task(
    task: Task, *, seed: int = 0, budget: float | None = None, progress: Progress | None = None
) -> Result:
    """Distil a benchmark task: its data as any user's sequences, and then the checks by its rule."""
    sequences = task_sequences(task, seed)
    result = distill_sequences(sequences, seed=seed, budget=budget, progress=progress)
    return with_task_checks(result, task, seed)


def task_sequences(task: Task, seed: int, count: int = TASK_SEQUENCES) -> Sequences:
    """The data that `distill` sees for a benchmark task."""
    return task.sequences(count, np.random.default_rng([seed, 1]))
