"""A program from the data alone: no network is trained, a machine is read by merging, in seconds.

What no sequence shows stays unknown: the program refuses it, and the result lists it.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import OutOfTimeError
from netlift.core._context import Context
from netlift.core._errors import shown
from netlift.core._version import __version__
from netlift.data import Sequences, alphabets, joint_symbols
from netlift.data._door import Data
from netlift.program import Checked, Program, print_program
from netlift.report._checks import checked
from netlift.report._noise import Noise
from netlift.report._result import Result, of_run
from netlift.report._story import Story
from netlift.sources._beside import Beside
from netlift.sources._forms import form_of
from netlift.sources._noise import Settled, few, found_noise, settled, spelt_answer
from netlift.sources._tried import (
    MOST_STATES,
    Tried,
    doubt_of,
    findings_of,
    read_from_data,
    tried_on_less,
)
from netlift.sources._unseen import told_pairs, unseen_pairs
from netlift.states import (
    Guided,
    PartialMachine,
    Withheld,
    confirmed,
    encoded,
    guided_if_right,
    passing_gaps,
    withheld,
)
from netlift.states.readers import WORDS
from netlift.trainers._guide import ROUNDS, Taught, taught

Ints = NDArray[np.int64]

MOST_SYMBOLS = 1_024  # joint symbols up to which a finite machine is looked for

_WITHOUT = ", without the labels that are held to be wrong"
_NOT_APART = (
    "Which labels are held to be wrong all sequences tell, those of the trials above among them; they are "
    "left out there."
)


@dataclass(frozen=True)
class Merged:
    """The machine of the data, read by merging.

    With `both`, networks are trained where the sequences do not show every pair of state and input: where all
    of them are sure of the same, it is answered, and the result lists it; what the data say stands.
    """

    both: bool = False

    @property
    def name(self) -> str:
        """As results tell it."""
        return "data and network" if self.both else "data"

    def derived(self, data: Data, context: Context) -> Result:
        """The machine as a program, in the most readable form that is proved to be it.

        Solved is a machine that is right on all sequences where two others, one from nine tenths of the
        sequences and one from sequences two steps shorter, are right on all that they did not see. Raises
        InputError where two sequences contradict each other.
        """
        return from_sequences(data.as_sequences(), context, both=self.both, noise=data.noise)


def from_sequences(
    given: Sequences, context: Context, *, both: bool = False, noise: str | float = "auto"
) -> Result:
    """What `Merged` derives from sequences, of whose labels some may be wrong (see `checked_noise`)."""
    sequences = given
    clock, recorder = context.clock, context.recorder
    recorder.stage("states")
    alphabet = joint_symbols(sequences, MOST_SYMBOLS)
    if alphabet is None:
        reason = (
            f"the inputs have more than {MOST_SYMBOLS:,} joint symbols: no finite machine is read from them"
        )
        return _without(reason, context)
    read: PartialMachine | None = None
    tried: dict[str, Tried] = {}
    found: Settled | None = None
    spent = ""
    try:
        with clock.bounding(), clock.stage("states"):
            if not sequences.clash and not isinstance(noise, float):
                read, tried = machine_of(sequences, alphabet, context)
            if noise != "none" and (read is None or any(one.wrong for one in tried.values())):
                found = settled(given, alphabet, noise, context.seed, MOST_STATES)
                if found is not None and (few(found.wrong, given) or isinstance(noise, float)):
                    sequences = found.sequences
                    read, tried = machine_of(sequences, alphabet, context)
                else:
                    found = None
    except OutOfTimeError:
        spent = f"the budget of {clock.budget:g} seconds is spent"
        recorder.log(spent)
    if read is None:
        given.consistent()
        reason = f"{spent}; " if spent else ""
        reason += f"no machine of at most {MOST_STATES} states was found in the data"
        return _without(reason, context)
    told = None
    if found is not None:
        told, wrong = found_noise(given, read, alphabet, found)
        recorder.log(told.summary)
        silent = wrong | ~given.labelled
        sequences = replace(sequences, silent=silent if (silent & given.mask).any() else None)
    if both and read.unseen:
        found_beside = asked(read, sequences, tried, context, rounds=ROUNDS, noise=told)
        if found_beside is not None:
            return found_beside
    return result_of(read, sequences, tried, context, noise=told)


def asked(
    machine: PartialMachine,
    sequences: Sequences,
    tried: dict[str, Tried],
    context: Context,
    *,
    rounds: int,
    noise: Noise | None = None,
) -> Result | None:
    """The machine, completed by networks that are trained to be asked; None: there was no time to train them.

    Some pairs are withheld from them, to see what they make of pairs that they never saw.
    """
    words = encoded(machine.alphabet, sequences.inputs)
    held = withheld(machine, words, sequences.lengths, context.stream("withheld pairs"))
    shown = np.flatnonzero(held.lengths)
    lesson = replace(sequences.take(shown), lengths=held.lengths[shown])
    networks = taught(lesson, lambda part: passing(held.part, part), context, rounds=rounds)
    return None if networks is None else completed(held, sequences, tried, context, networks, noise)


def passing(machine: PartialMachine, sequences: Sequences) -> Ints:
    """The numbers of the sequences that pass what networks are asked about: states known in part."""
    return passing_gaps(machine, encoded(machine.alphabet, sequences.inputs), sequences.lengths)


def completed(
    held: Withheld,
    sequences: Sequences,
    tried: dict[str, Tried],
    context: Context,
    networks: Taught,
    noise: Noise | None = None,
) -> Result:
    """The machine as a program, with what networks say of it that were taught what is not withheld."""
    words, recorder = encoded(held.machine.alphabet, sequences.inputs), context.recorder
    filled, trial = Guided(held.machine, ()), None
    with context.clock.stage("states"):
        if networks.guide is not None:
            rng = context.stream("asking networks")
            filled, trial = guided_if_right(networks.guide.networks, held, words, rng=rng)
            recorder.log(
                f"of {trial.withheld} pairs that were withheld the networks answer {trial.answered}, "
                f"{trial.right} of them as the data do; they answer {len(filled.answered)} of "
                f"{len(held.machine.unseen)} pairs never seen"
            )
        alike = confirmed(networks.best, held.part, words[:WORDS], held.lengths[:WORDS])
    answered = np.zeros_like(held.pairs)
    answered[tuple(np.array(filled.answered, dtype=np.int64).reshape(-1, 2).T)] = True
    beside = Beside(networks, answered, held.part.known, alike, trial)
    recorder.log(beside.confirmation)
    return result_of(filled.machine, sequences, tried, context, noise=noise, beside=beside)


def machine_of(
    sequences: Sequences, alphabet: Ints, context: Context
) -> tuple[PartialMachine | None, dict[str, Tried]]:
    """The machine of sequences that do not contradict each other, and how machines from less do."""
    read = read_from_data(sequences, alphabet, context.seed)
    if read is None:
        return None, {}
    context.recorder.log(f"data: a machine of {read.states} states, {len(read.unseen)} pairs never seen")
    return read, tried_on_less(sequences, alphabet, context.seed)


def result_of(
    machine: PartialMachine,
    sequences: Sequences,
    tried: dict[str, Tried],
    context: Context,
    *,
    noise: Noise | None = None,
    beside: Beside | None = None,
) -> Result:
    """The machine as a program, checked as a user would run it."""
    form = form_of(machine, sequences, context)
    context.recorder.stage("check")
    unseen = unseen_pairs(machine, ~machine.known, sequences)
    findings = findings_of(tried, unseen)
    if tried and noise is not None and noise.wrong:
        findings = (*findings, _NOT_APART)
    start = None if sequences.start is None else spelt_answer(sequences.start, sequences)
    streams: list[Checked] = [
        symbols or tuple(sorted(set(seen.tolist())))
        for symbols, seen in zip(sequences.input_symbols, alphabets(sequences), strict=True)
    ]
    pairs = machine.states * len(machine.alphabet)
    told = [
        f"Read from {len(sequences):,} sequences {'' if beside else 'alone '}by netlift {__version__}, by "
        + ("merging; networks were trained beside it" if beside else "merging; no network was trained")
        + f": {machine.states} state{'s' if machine.states > 1 else ''}.",
        *(beside.lines(machine, sequences) if beside else []),
        *([told_pairs("Never seen, and not answered (KeyError)", unseen, pairs)] if unseen else []),
        *([f"Before any input the answer is {shown(start)}."] if start is not None else []),
        *(noise.lines() if noise is not None else []),
        *findings,
    ]
    symbols = (sequences.input_symbols, sequences.target_symbols, streams)
    with context.clock.stage("check"):
        source = print_program(form.recurrence, told, *symbols)
        asked = sequences.take(np.flatnonzero(sequences.lengths))  # a row without steps asks nothing
        left_out = noise is not None and noise.wrong
        against = "the data that it was read from" + (_WITHOUT if left_out else "")
        check = checked(source, asked, against)
    reason = doubt_of(tried, check)
    found = Result(
        solved=not reason,
        reason=reason,
        program=Program(source),
        network=None if beside is None else beside.networks.best,
        machine=machine.complete,
        reader="data" if beside is None else "data and network",
        states=machine.states,
        strategy=form.strategy,
        trained_by="nothing" if beside is None else "gradient",
        checks={"train": check},
        network_facts={} if beside is None else beside.facts(machine, sequences),
        findings=findings,
        recurrence=form.recurrence,
        unseen=tuple(unseen),
        noise=noise,
        start=start,
        story=Story.of(sequences, None, form.considered, form.chosen),
        symbols=symbols[:2],
    )
    return of_run(found, context)


def _without(reason: str, context: Context) -> Result:
    context.recorder.log(reason)
    return of_run(Result(solved=False, reason=reason, trained_by="nothing"), context)
