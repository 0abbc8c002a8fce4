"""The chain: sequences to network, network to states, states to formulas, formulas to a program."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Unpack

from netlift.certify._case import Case
from netlift.certify._specification import Specification, specified
from netlift.core._errors import InputError
from netlift.core._threads import on_one_thread
from netlift.data import Sequences, shortened, split
from netlift.data._door import Data
from netlift.data._given import Columns, given_data
from netlift.data._said import Said
from netlift.engine._explain import explain
from netlift.engine._finish import finished
from netlift.engine._run import Run
from netlift.report import Progress
from netlift.report._result import Result
from netlift.report._whole import with_data
from netlift.sources import checked_noise, cleared, in_ranges, sampled, sources_for, with_wrong_labels
from netlift.trainers import TRAINERS


def distill(
    inputs: Any,
    targets: Any = None,
    *,
    seed: int = 0,
    budget: float | None = None,
    progress: Progress | None = None,
    specification: Specification | None = None,
    plugins: Sequence[Any] = (),
    source: str = "network",
    noise: str | float = "auto",
    **columns: Unpack[Columns],
) -> Result:
    """Train a network on sequences, open it, and print the algorithm inside as Python.

    The method is that of Michaud et al., with other parts; docs/architecture.md tells its steps.

    Args:
        inputs: [N, T] or [N, T, D]: an array of whole numbers, or lists of sequences of different lengths,
            whose steps are numbers, strings or lists of them (D input streams). Or a table (see columns).
        targets: the answers to them, [N, T] or [N, T, K], given in the same ways; None at a step: no target.
        seed: the same seed gives the same result, as long as no budget is reached.
        budget: seconds for the whole: training, reading networks and searching formulas end at three
            quarters of them, with what was found; proofs and checks have the rest. None: no bound.
        progress: told of stages, as `netlift.report.Progress`; None: nobody is.
        specification: what the program should be: another program, its path, or a Python function. It plays
            no part in the search; the result then claims how well the two are known to be equal on the
            inputs of the data (see `prove`). None: nothing is compared.
        plugins: trainers, readers, strategies, changes and provers of yours (`netlift.plugins`), which are
            asked beside the package's own.
        source: "network": a program is read out of a network; of many sequences of names, where no network
            learns them soon, a machine from the sequences, with networks beside it (docs/data.md). "data": no
            network is trained, a finite machine is read from the sequences by merging, in seconds, and what
            they never show the program does not answer (`Result.unseen`). "both": networks are asked what
            the sequences never show; the result tells what they alone answer.
        noise: "auto": where labels contradict each other and those that a small machine contradicts are few,
            these are held to be wrong and listed (`Result.noise`). "none": contradictions are refused. A
            number: the share of labels that are wrong.
        columns: what the columns of a table, or file, hold: `sequence="case", order="time", input="event",
            output=["paid"]` and the other options of `netlift distill` (see docs/data.md).

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
    return distill_data(
        given_data(inputs, targets, columns),
        seed=seed,
        budget=budget,
        progress=progress,
        specification=specification,
        plugins=plugins,
        source=source,
        noise=noise,
    )


def distill_sequences(sequences: Sequences, **given: Any) -> Result:
    """`distill` for sequences that were read and checked."""
    return distill_data(Data("answers", Said(), sequences), **given)


@on_one_thread
def distill_data(
    data: Data,
    *,
    seed: int = 0,
    budget: float | None = None,
    progress: Progress | None = None,
    specification: Specification | None = None,
    plugins: Sequence[Any] = (),
    source: str = "network",
    noise: str | float = "auto",
) -> Result:
    """`distill` for data of any kind: with answers, events alone, or one row of numbers."""
    if data.kind != "answers" and specification is not None:
        raise InputError("--specification needs data with outputs; found none")
    data = sampled(replace(data, noise=checked_noise(noise)), seed)
    given = data.sequences
    if given is not None and (data.noise == "none" or data.kind != "answers"):
        given.consistent()
    run = Run.of(seed, budget, progress, plugins)
    wanted = None if specification is None else specified(specification, data.as_sequences().inputs.shape[2])
    for one in sources_for(data, source, specified=wanted is not None):
        derived = one.derived(data, run)
        if derived is not None:
            return with_data(derived, data)
    sequences = data.as_sequences()
    known = cleared(sequences, data.noise, run)
    ranged = in_ranges(known, run, specified=wanted is not None)
    whole = split(ranged.sequences, run.stream("split"))
    train, held_out = shortened(whole[0]), shortened(whole[1])
    found = explain(TRAINERS, train, held_out, run)
    run.clock.until(1.0)  # with its checks
    result = finished(found, Case(train, held_out, whole, (train, held_out), wanted), run)
    result = ranged.result(result, run)
    return with_data(with_wrong_labels(result, sequences, known, data.noise), data)
