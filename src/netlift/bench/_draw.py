"""The data of a benchmark task, drawn the same way for `distill` and for `tasks -o`."""

import io

import numpy as np

from netlift.bench import Task
from netlift.core._streams import random_stream
from netlift.data import Sequences

TASK_SEQUENCES = 50_000  # a twentieth of the paper's


def task_sequences(task: Task, seed: int, count: int = TASK_SEQUENCES) -> Sequences:
    """The data that `distill` sees for a benchmark task."""
    return task.sequences(count, random_stream(seed, "data of a task"))


def npz_bytes(sequences: Sequences) -> bytes:
    """The content of an .npz file with `inputs` [N, T, D] and `targets` [N, T, K], all of one length."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, inputs=sequences.inputs, targets=sequences.targets)
    return buffer.getvalue()
