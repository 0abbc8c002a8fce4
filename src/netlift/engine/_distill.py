"""The chain: sequences to network, network to states, states to formulas, formulas to a program."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from netlift.certify._specification import Specification, specified
from netlift.core._threads import on_one_thread
from netlift.data import Sequences, from_arrays, shortened, split
from netlift.engine._explain import explain
from netlift.engine._finish import finished
from netlift.engine._run import Run
from netlift.report import Progress
from netlift.report._case import Case
from netlift.report._result import Result
from netlift.trainers import TRAINERS


def distill(
    inputs: Any,
    targets: Any,
    *,
    seed: int = 0,
    budget: float | None = None,
    progress: Progress | None = None,
    specification: Specification | None = None,
    plugins: Sequence[Any] = (),
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
        plugins: trainers, readers, strategies, changes and provers of yours (`netlift.plugins`), which are
            asked beside the package's own.

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
        sequences,
        seed=seed,
        budget=budget,
        progress=progress,
        specification=specification,
        plugins=plugins,
    )


@on_one_thread
def distill_sequences(
    sequences: Sequences,
    *,
    seed: int = 0,
    budget: float | None = None,
    progress: Progress | None = None,
    specification: Specification | None = None,
    plugins: Sequence[Any] = (),
) -> Result:
    """`distill` for sequences that were read and checked."""
    run = Run.of(seed, budget, progress, plugins)
    wanted = None if specification is None else specified(specification, sequences.inputs.shape[2])
    whole = split(sequences, np.random.default_rng([run.seed, 2]))
    train, held_out = shortened(whole[0]), shortened(whole[1])
    found = explain(TRAINERS, train, held_out, run)
    return finished(found, Case(train, held_out, whole, (train, held_out), wanted), run)
