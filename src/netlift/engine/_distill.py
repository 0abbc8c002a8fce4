"""The chain: sequences to network, network to states, states to formulas, formulas to a program."""

from typing import Any

import numpy as np

from netlift.bench import Task
from netlift.bench._draw import task_sequences
from netlift.certify._specification import Specification, specified
from netlift.core._arguments import checked_budget, checked_progress, checked_seed
from netlift.core._clock import Clock
from netlift.core._threads import on_one_thread
from netlift.data import Sequences, from_arrays, shortened, split
from netlift.engine._finish import finished, with_task_checks
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
) -> Result:
    """Train a network on sequences, open it, and print the algorithm inside as Python.

    The method is that of Michaud et al., with other parts; docs/architecture.md tells its steps.

    Args:
        inputs: [N, T] or [N, T, D]: an array of whole numbers, or lists of sequences of different lengths,
            whose steps are numbers, strings or lists of them (D input streams).
        targets: the answers to them, [N, T] or [N, T, K], given in the same ways; None at a step: no target.
        seed: the same seed gives the same result, as long as no budget is reached.
        budget: seconds for training, reading networks, searching formulas and, if any are left, making a
            copy that is proved; what was found then is kept. Checking it (the program in a fresh
            interpreter, proofs that change nothing) comes on top. None: until the ladder of networks ends.
        progress: told of stages, as `netlift.report.Progress`; None: nobody is.
        specification: what the program should be: another program, its path, or a Python function. It plays
            no part in the search; the result then claims how well the two are known to be equal on the
            inputs of the data (see `prove`). None: nothing is compared.

    Returns:
        The result; `result.solved` says whether its program is right as far as can be known.

    Raises:
        InputError: an argument cannot be used; one sentence says where, what was found and expected.

    Cost:
        Seconds to a minute for tasks like those of the benchmark, all cores (see RESULTS.md).

    Source:
        Michaud et al., Opening the AI black box, Entropy 2024, 26, 1046.

    Example:
        >>> import itertools, netlift
        >>> inputs = list(itertools.product((0, 1), repeat=6))
        >>> targets = [[sum(word[: step + 1]) % 2 for step in range(6)] for word in inputs]
        >>> result = netlift.distill(inputs, targets, seed=0)
        >>> result.solved
        True
        >>> result.program([1, 1, 1, 0])
        [1, 0, 1, 1]
    """
    sequences = from_arrays(inputs, targets)
    return distill_sequences(
        sequences, seed=seed, budget=budget, progress=progress, specification=specification
    )


@on_one_thread
def distill_sequences(
    sequences: Sequences,
    *,
    seed: int = 0,
    budget: float | None = None,
    progress: Progress | None = None,
    specification: Specification | None = None,
) -> Result:
    """`distill` for sequences that were read and checked."""
    seed, budget, progress = checked_seed(seed), checked_budget(budget), checked_progress(progress)
    wanted = None if specification is None else specified(specification, sequences.inputs.shape[2])
    recorder = Recorder(Silent() if progress is None else progress)
    clock = Clock(budget)
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
) -> Result:
    """Distil a benchmark task: its data as any user's sequences, and then the checks by its rule."""
    sequences = task_sequences(task, checked_seed(seed))
    result = distill_sequences(
        sequences, seed=seed, budget=budget, progress=progress, specification=specification
    )
    return with_task_checks(result, task, seed)
