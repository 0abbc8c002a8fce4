"""For networks, labels that are wrong: found before they learn, and told of the program afterwards."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from netlift.certify import Claim, certified_of
from netlift.core._clock import OutOfTimeError
from netlift.core._context import Context
from netlift.core._errors import InputError
from netlift.data import Sequences
from netlift.program import Program, contradicted, with_line
from netlift.program._kept import kept_program
from netlift.report._noise import Noise
from netlift.report._result import Result
from netlift.sources._gathered import gathered
from netlift.sources._held import by_algebra, by_machine, by_networks
from netlift.sources._noise import FEW
from netlift.sources._votes import Votes, consistent_with

Ints = NDArray[np.int64]

_SPREAD = 3.0  # standard deviations by which a given rate may be exceeded
_SOON, _LATE = 0.25, 0.5  # of a budget, until algebra and a machine, and until networks must have told
_CHANCE = 1e-6  # that beginnings have none but wrong labels, all the same


def cleared(sequences: Sequences, noise: str | float, context: Context) -> Sequences:
    """The sequences with the labels that are held to be wrong replaced by what is held to be right.

    That is what a linear network fitted to few of them, the shortest machine with its errors, or three
    networks that learned through the wrong labels answer: the first that leaves few enough labels wrong.
    Raises InputError where contradictions are no few of the labels whose beginning recurs, where nothing of
    the kind leaves few labels wrong, or where answers are random. Sequences that do not contradict each other
    stay as they are, unless a rate is given.
    """
    if not is_noisy(sequences, noise):
        return sequences
    votes = Votes.of(sequences)
    if votes.outvoted > FEW * votes.recurring:
        return sequences.consistent()
    context.recorder.log(
        f"noise: {votes.outvoted:,} of {votes.recurring:,} labels whose beginning recurs are outvoted"
    )
    most = most_wrong(votes, sequences, noise)
    expected, late = _expected(sequences, votes, most, noise, context)
    if expected is None and late and sequences.clash:
        raise InputError(f"{sequences.clash}; the budget ended before it was found which labels are wrong")
    if expected is None:
        return sequences.consistent()
    labelled = sequences.labelled[..., None]
    known = consistent_with(sequences, np.where(labelled, expected, sequences.targets))
    count = replaced(sequences, known)
    if count > FEW * int(sequences.labelled.sum()):
        return sequences.consistent()
    context.recorder.log(f"noise: {count:,} labels are held to be wrong, and are replaced")
    return known


def _expected(
    sequences: Sequences, votes: Votes, most: float, noise: str | float, context: Context
) -> tuple[Ints | None, bool]:
    """What the first explanation answers that leaves few enough labels wrong; None: there is none.

    And whether time ended the search for one.
    """
    clock, late = context.clock, False
    looks: tuple[tuple[float, str, Callable[[], Ints | None]], ...] = (
        (_SOON, "states", lambda: by_algebra(sequences, most, context)),
        (_SOON, "states", lambda: by_machine(sequences, noise, most, context)),
        (_LATE, "train", lambda: by_networks(sequences, votes, most, context)),
    )
    try:
        for share, stage, look in looks:
            clock.reserve(1.0 - share)
            try:
                with clock.bounding(), clock.stage(stage):
                    expected = look()
            except OutOfTimeError:
                late = True
                context.recorder.log("the share of the budget for one way to find wrong labels is spent")
                continue
            if expected is not None:
                return expected, late
    finally:
        clock.reserve(0.0)
    return None, late


def is_noisy(sequences: Sequences, noise: str | float) -> bool:
    """Whether some labels are to be held to be wrong."""
    return bool(sequences.clash) or isinstance(noise, float)


def most_wrong(votes: Votes, sequences: Sequences, noise: str | float) -> float:
    """The share of labels that may be held to be wrong: what contradictions allow, or a given rate does."""
    if isinstance(noise, float):
        return noise + _SPREAD * float((noise / max(1, sequences.labelled.sum())) ** 0.5)
    return min(FEW, votes.most_wrong)


def replaced(given: Sequences, known: Sequences) -> int:
    """How many labels are others than those given."""
    return int(((known.targets != given.targets).any(axis=2) & given.labelled).sum())


def with_wrong_labels(result: Result, given: Sequences, known: Sequences, noise: str | float) -> Result:
    """The result for the sequences `known`, with the labels of the `given` ones that its program contradicts.

    Claims and checks say that they are of sequences with labels replaced. Where the program contradicts more
    labels than can be wrong, or such as chance does not choose, it is not solved.
    """
    if result.program is None or not is_noisy(given, noise):
        return result
    count = replaced(given, known)
    source = result.program.source
    with kept_program(source) as path:
        found = contradicted(path, given)
    wrong = tuple(
        {"row": row, "step": step + 1, "given": label, "expected": answer}
        for row, step, label, answer in found
    )
    told = Noise(len(wrong) / max(1, int(given.labelled.sum())), wrong)
    without = f"with {count:,} label{'' if count == 1 else 's'} held to be wrong replaced" if count else ""
    claims = []
    for claim in result.claims:
        changed = _qualified(claim, without)
        if changed is not claim:
            source = with_line(source, changed.sentence(), instead=claim.sentence())
        claims.append(changed)
    for line in reversed(told.lines()):  # before all that is said of the data
        source = with_line(source, line, first=True)
    checks = {
        name: replace(check, against=f"{check.against}, {without}")
        if count and name in ("train", "held_out")
        else check
        for name, check in result.checks.items()
    }
    doubt = doubt_of_noise([(row, step) for row, step, *_ in found], given, noise)
    if doubt:
        source = with_line(source, f"Not solved: {doubt}.", first=True)
    return replace(
        result,
        solved=result.solved and not doubt,
        reason=result.reason or doubt,
        noise=told,
        program=Program(source),
        claims=tuple(claims),
        checks=checks,
        certificates=tuple(certified_of(one, source) for one in result.certificates),
        log=(*result.log, told.summary),
    )


def _qualified(claim: Claim, without: str) -> Claim:
    """A claim about the data, that says which of their labels are replaced."""
    if claim.claim != "data = network" or not without:
        return claim
    return replace(claim, words=f"{claim.words}, {without}")


def doubt_of_noise(places: list[tuple[int, int]], given: Sequences, noise: str | float) -> str:
    """Why labels at these rows and steps (from 0) are no chance; nothing where they may be."""
    votes = Votes.of(given)
    wrong = np.zeros_like(given.labelled)
    wrong[tuple(np.array(places, dtype=np.int64).reshape(-1, 2).T)] = True
    count, labels = len(places), int(given.labelled.sum())
    most = most_wrong(votes, given, noise)
    if count > most * labels:
        return (
            f"the program contradicts {count:,} of {labels:,} labels, and no more than {most:.2%} can be "
            "wrong: so many the contradictions between labels, or the rate that was given, allow"
        )
    alike, chance = votes.unanimously(wrong)
    if chance < _CHANCE:
        after = "a beginning that recurs" if alike == 1 else f"{alike:,} beginnings that recur"
        return (
            f"after {after} the program contradicts every label, though these are the same there: that is no "
            "chance"
        )
    where = gathered(given, wrong)
    return f"{where}: that is no chance" if where else ""
