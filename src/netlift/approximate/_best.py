"""The best program where nothing exact was found, and how often it answers as the network does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.approximate._candidates import Near, Printing, near
from netlift.approximate._lifting import Lifting
from netlift.approximate._samples import At, Names, Samples
from netlift.core._clock import OutOfTimeError
from netlift.core._context import Context
from netlift.core._version import __version__
from netlift.data import Sequences, joint_symbols
from netlift.networks import WeightedNetwork
from netlift.program import Program, count_errors
from netlift.program._kept import kept_program
from netlift.report._approximation import Approximation
from netlift.report._checks import checked_inputs
from netlift.report._result import Check, Result
from netlift.states import Machine

Ints = NDArray[np.int64]

SLACK = 5.0  # times as many errors that may be made on words drawn like the user's
MOST_SYMBOLS = 256  # joint symbols up to which a best effort is made


def approximated(
    result: Result,
    network: WeightedNetwork,
    examples: Sequences,
    names: Names,
    how: Lifting,
    context: Context,
) -> Result:
    """The result, with the best program that was found where no exact one was; else as it is.

    Of the programs that agree with the network on the share `accept` of words that they are chosen by it is
    the one of the fewest numbers, else the one that agrees most often; the program that the search found is
    one of them. It is then run on fresh words, and the measure of that is kept beside it. A budget that ends
    leaves the best so far. Where a budget is spent before there are words to measure on, nothing is said.
    """
    alphabet, accept, at = joint_symbols(examples, MOST_SYMBOLS), how.accept, how.at
    if accept is None or result.solved or alphabet is None:
        return result
    context.recorder.stage("approximate")
    context.clock.until(1.0)
    rng = context.stream("programs that are near")
    with context.clock.stage("approximate"):
        samples = Samples.of(network, examples, names, at, rng, context)
        printing = Printing(examples.input_symbols, names, checked_inputs(examples))
        best = _best(network, alphabet, samples, printing, accept, result, context, rng)
        if best is None:
            return result
        told, measure = _measured(best, samples, accept, at)
    return _with(result, best, told, measure, context)


def _best(
    network: WeightedNetwork,
    alphabet: Ints,
    samples: Samples,
    printing: Printing,
    accept: float,
    result: Result,
    context: Context,
    rng: np.random.Generator,
) -> Near | None:
    """The program of the fewest numbers that reaches the share; else the one that agrees most often."""
    choosing, made = (places_of(alphabet, part.inputs) for part in (samples.choosing, samples.made))
    tried: list[_Tried] = []
    if result.program is not None:
        shares = [_share_wrong(result.program.source, part) for part in (samples.choosing, samples.made)]
        tried.append(_Tried(_found(result, result.program), *shares))
    elif result.machine is not None:
        own = printing.machine(result.machine, "by the search")
        tried.append(_Tried(own, own.wrong(choosing, samples.choosing), own.wrong(made, samples.made)))
        context.recorder.log(str(tried[-1]))
    if any(one.reaches(accept) for one in tried):
        return tried[0].program
    words = np.where(samples.made.mask, made, -1)
    try:
        with context.clock.bounding():
            for offered in near(network, alphabet, words, printing, rng):
                for one in offered:
                    tried.append(
                        _Tried(one, one.wrong(choosing, samples.choosing), one.wrong(made, samples.made))
                    )
                    context.recorder.log(str(tried[-1]))
                if any(one.reaches(accept) for one in tried):
                    break
    except OutOfTimeError:
        context.recorder.log("the budget ended the search for a best effort")
    reached = [one.program for one in tried if one.reaches(accept)]
    if not tried:
        return None
    if reached:
        return min(reached, key=lambda one: one.numbers)
    return min(tried, key=lambda one: (one.chosen + one.all / SLACK, one.program.numbers)).program


@dataclass(frozen=True)
class _Tried:
    """A program, and the share that it has wrong of the words to choose by, and of all that were made."""

    program: Near
    chosen: float
    all: float

    def __str__(self) -> str:
        return f"{self.program.kind}: wrong on {self.chosen:.2%} of words, {self.all:.2%} of drawn ones"

    def reaches(self, accept: float) -> bool:
        """Whether it agrees often enough; of drawn words, which are less like the user's, less is enough."""
        return self.chosen <= 1.0 - accept and self.all <= SLACK * (1.0 - accept)


def _share_wrong(source: str, sequences: Sequences) -> float:
    """The share of sequences that a program has wrong, run in an interpreter of its own."""
    with kept_program(source) as path:
        errors = count_errors(path, sequences)
    return errors.errors / errors.sequences


def places_of(alphabet: Ints, inputs: Ints) -> Ints:
    """The places [N, T] of inputs [N, T, D] in an alphabet that has them all; 0 for padding it has not."""
    width = len(alphabet)
    nothing = np.zeros((1, width), dtype=np.int64)
    found: Ints = Machine(alphabet, nothing, nothing[:, :, None]).encode(inputs)
    return np.maximum(found, 0)


def _found(result: Result, program: Program) -> Near:
    """The program that the search ended with, as one more."""
    states = "" if result.states is None else f" of {result.states:,} states"

    def run(places: Ints) -> Ints:
        raise NotImplementedError  # it is judged as a program, in an interpreter of its own

    kind = f"the best program of the search{states}"
    return Near(kind, program.nodes // 2, run, lambda told: program.source, result.machine)


def _measured(best: Near, samples: Samples, accept: float, at: At) -> tuple[str, Approximation]:
    """The source, and what running it on fresh words in an interpreter of its own shows."""
    source = best.source(["Not measured yet."])
    with kept_program(source) as path:
        errors = count_errors(path, samples.fresh)
    usual = samples.usual
    return source, Approximation(accept, errors.sequences, errors.errors, at, best.kind, samples.told, usual)


def _with(result: Result, best: Near, source: str, measure: Approximation, context: Context) -> Result:
    """The result with this program, of which nothing is claimed but the measure."""
    told = [
        f"Read out of a network by netlift {__version__}; it is not exact.",
        f"{measure.sentence[:1].upper()}{measure.sentence[1:]}.",
    ]
    new = best.source(told)
    own = result.program is not None and new == result.program.source
    kept: Sequence[Any] = result.claims if own else ()
    return replace(
        result,
        reason=measure.sentence,
        program=Program(new),
        machine=best.machine,
        states=None if best.machine is None else best.machine.states,
        recurrence=result.recurrence if own else None,
        faithfulness=result.faithfulness if own else None,
        strategy=result.strategy if own else "approximation",
        reader=result.reader or "approximation",
        claims=tuple(kept),
        certificates=result.certificates if own else (),
        checks={"fresh": Check(measure.words, measure.errors, "the network, on fresh words")},
        approximation=measure,
        story=result.story if own else None,
        log=context.recorder.lines,
        seconds=context.clock.seconds(),
    )
