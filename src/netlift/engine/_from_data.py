"""A program from the data alone: no network is trained, a machine is read by merging, in seconds.

What no sequence shows stays unknown: the program refuses it, and the result lists it.
"""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import Clock, OutOfTimeError
from netlift.core._errors import InputError, shown
from netlift.core._version import __version__
from netlift.data import Sequences, alphabets, joint_symbols, split
from netlift.engine._guided import Guide, trained_guide
from netlift.formulas import partial_table
from netlift.program import Checked, Program, count_errors, print_program
from netlift.report import Recorder
from netlift.report._result import Check, Result
from netlift.report._story import Story
from netlift.states import (
    ContradictionError,
    Guided,
    PartialMachine,
    encoded,
    guided,
    partial_machine,
    passing_gaps,
)

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MOST_SYMBOLS = 1_024  # joint symbols up to which a finite machine is looked for
MOST_STATES = 256
SHORTER = 2  # steps that are left out to see whether the machine stays
TOLD = 12  # unseen pairs that the docstring names


SOURCES = ("network", "data", "both")  # what a program can be read from


def checked_source(source: Any) -> str:
    """What to read from. Raises InputError where it is none of `SOURCES`."""
    if source not in SOURCES:
        raise InputError(f"source is {shown(source)}; expected {' or '.join(map(repr, SOURCES))}")
    return str(source)


@dataclass(frozen=True)
class Tried:
    """How a machine from a part of the data answers other sequences."""

    sequences: int
    right: int
    refused: int

    @property
    def wrong(self) -> int:
        """Sequences that it answers, and not rightly."""
        return self.sequences - self.right - self.refused


def distilled_from_data(
    sequences: Sequences,
    seed: int,
    clock: Clock,
    recorder: Recorder,
    *,
    both: bool = False,
) -> Result:
    """The result for sequences that no network was trained on.

    With `both`, some are trained where the sequences do not show every pair of state and input: where all of
    them are sure of the same, it is answered, and the result lists it; what the data say stands.
    Solved is a machine that is right on all sequences where two others, one from nine tenths of the sequences
    and one from sequences two steps shorter, are right on all that they did not see. Raises InputError where
    two sequences contradict each other.
    """
    recorder.stage("states")
    alphabet = joint_symbols(sequences, MOST_SYMBOLS)
    if alphabet is None:
        reason = (
            f"the inputs have more than {MOST_SYMBOLS:,} joint symbols: no finite machine is read from them"
        )
        return _without(reason, seed, clock, recorder)
    if sequences.silent is not None:
        reason = "some steps have no target; the data alone are read where every step has one"
        return _without(reason, seed, clock, recorder)
    read: PartialMachine | None = None
    tried: dict[str, Tried] = {}
    try:
        with clock.bounding(), clock.stage("states"):
            read = read_from_data(sequences, alphabet, seed)
            if read is not None:
                recorder.log(f"data: a machine of {read.states} states, {len(read.unseen)} pairs never seen")
                tried = _tried(sequences, alphabet, seed)
    except OutOfTimeError:
        recorder.log(f"the budget of {clock.budget:g} seconds is spent")
    if read is None:
        reason = f"no machine of at most {MOST_STATES} states was found in the data"
        return _without(reason, seed, clock, recorder)
    guide = None
    if both and read.unseen:
        passing = passing_gaps(read, encoded(alphabet, sequences.inputs), sequences.lengths)
        guide = trained_guide(sequences, passing, seed, clock, recorder)
    if guide is None:
        return _result(read, sequences, tried, seed, clock, recorder, Guided(read, ()), None)
    with clock.stage("states"):
        words = encoded(alphabet, sequences.inputs)
        filled = guided(guide.networks, read, words, sequences.lengths, rng=np.random.default_rng([seed, 22]))
    recorder.log(f"the networks answer {len(filled.answered)} of {len(read.unseen)} pairs never seen")
    return _result(filled.machine, sequences, tried, seed, clock, recorder, filled, guide)


def read_from_data(sequences: Sequences, alphabet: Ints, seed: int) -> PartialMachine | None:
    """The machine of the sequences over the joint alphabet [A, D]; None: it has too many states.

    Raises InputError where two sequences begin alike and are answered differently.
    """
    symbols = encoded(alphabet, sequences.inputs)
    try:
        read = partial_machine(
            symbols,
            sequences.targets,
            sequences.labelled,
            sequences.lengths,
            alphabet,
            seed=seed,
            most=MOST_STATES,
        )
    except ContradictionError as error:
        raise InputError(
            f"sequence {error.word + 1} and an earlier one contradict each other: they begin alike and have "
            "different targets; no machine answers both"
        ) from error
    return None if read is None else read[0]


def _tried(sequences: Sequences, alphabet: Ints, seed: int) -> dict[str, Tried]:
    """How machines from less of the data answer the rest: what is held out, and the last steps."""
    found = {}
    train, held_out = split(sequences, np.random.default_rng([seed, 2]))
    if len(held_out):
        part = read_from_data(train, alphabet, seed)
        if part is not None:
            found["held out"] = _answers(part, held_out)
    long = np.flatnonzero(sequences.lengths > SHORTER + 1)
    if len(long):
        whole = sequences.take(long)
        shorter = read_from_data(replace(whole, lengths=whole.lengths - SHORTER), alphabet, seed)
        if shorter is not None:
            found["longer"] = _answers(shorter, whole)
    return found


def _answers(machine: PartialMachine, sequences: Sequences) -> Tried:
    outputs, told = machine.run(encoded(machine.alphabet, sequences.inputs))
    asked = sequences.labelled
    wrong = (asked & told & (outputs != sequences.targets).any(axis=2)).any(axis=1)
    refused = (sequences.mask & ~told).any(axis=1) & ~wrong
    return Tried(len(sequences), int((~wrong & ~refused).sum()), int(refused.sum()))


def _result(
    machine: PartialMachine,
    sequences: Sequences,
    tried: dict[str, Tried],
    seed: int,
    clock: Clock,
    recorder: Recorder,
    filled: Guided,
    guide: Guide | None,
) -> Result:
    recorder.stage("check")
    named = tuple(symbols is not None for symbols in sequences.input_symbols)
    names = tuple("x" if len(named) == 1 else f"x{n}" for n in range(1, len(named) + 1))
    recurrence = partial_table(machine, names, named)
    unseen = _unseen(machine, ~machine.known, sequences)
    answered = np.zeros_like(machine.known)
    answered[tuple(np.array(filled.answered, dtype=np.int64).reshape(-1, 2).T)] = True
    by_network = _unseen(machine, answered, sequences)
    findings = _findings(tried, unseen)
    streams: list[Checked] = [
        symbols or tuple(sorted(set(seen.tolist())))
        for symbols, seen in zip(sequences.input_symbols, alphabets(sequences), strict=True)
    ]
    pairs = machine.states * len(machine.alphabet)
    told = [
        f"Read from {len(sequences):,} sequences alone by netlift {__version__}, by merging; "
        + ("no network was trained" if guide is None else "networks answer some of what they never show")
        + f": {machine.states} state{'s' if machine.states > 1 else ''}.",
        *(
            [
                f"Networks: {len(guide.networks)} times {guide.networks[0]}, each right on at least "
                f"{min(guide.accuracies):.2%} of held-out sequences."
            ]
            if guide
            else []
        ),
        *([_pairs("Never seen, answered as all networks do", by_network, pairs)] if by_network else []),
        *([_pairs("Never seen, and not answered (KeyError)", unseen, pairs)] if unseen else []),
        *findings,
    ]
    symbols = (sequences.input_symbols, sequences.target_symbols, streams)
    with clock.stage("check"):
        source = print_program(recurrence, told, *symbols)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "program.py")
            path.write_text(source, encoding="utf-8")
            errors = count_errors(path, sequences)
    check = Check(errors.sequences, errors.errors, "the data that it was read from")
    reason = _doubt(tried, check)
    return Result(
        solved=not reason,
        reason=reason,
        program=Program(source),
        network=None if guide is None else guide.networks[0],
        machine=machine.complete,
        reader="data" if guide is None else "data and network",
        states=machine.states,
        strategy="table",
        trained_by="nothing" if guide is None else "gradient",
        checks={"train": check},
        state_map={},
        network_facts={}
        if guide is None
        else {
            "architecture": str(guide.networks[0]),
            "parameters": guide.networks[0].parameters,
            "hidden": guide.networks[0].hidden_size,
            "held_out_accuracy": guide.accuracies[0],
            "asked": len(guide.networks),
            "answered_alone": by_network,
        },
        findings=findings,
        seconds=clock.seconds(),
        seed=seed,
        version=__version__,
        log=recorder.lines,
        recurrence=recurrence,
        unseen=tuple(unseen),
        story=Story.of(sequences),
    )


def _unseen(machine: PartialMachine, chosen: Bools, sequences: Sequences) -> list[dict[str, Any]]:
    """The chosen pairs [Q, A]: the state, a shortest sequence to it, and the inputs."""
    found = []
    for state in range(machine.states):
        unknown = np.flatnonzero(chosen[state])
        if len(unknown):
            found.append(
                {
                    "state": state,
                    "after": _spelt(machine.alphabet[list(machine.access[state])], sequences),
                    "inputs": _spelt(machine.alphabet[unknown], sequences),
                }
            )
    return found


def _spelt(symbols: Ints, sequences: Sequences) -> list[Any]:
    rows = [
        [
            value if names is None else names[value]
            for value, names in zip(row, sequences.input_symbols, strict=True)
        ]
        for row in symbols.tolist()
    ]
    return [row[0] if len(row) == 1 else row for row in rows]


def _pairs(subject: str, unseen: Sequence[dict[str, Any]], pairs: int) -> str:
    """What the docstring says of pairs that no sequence shows."""
    count = sum(len(one["inputs"]) for one in unseen)
    told, left = [], TOLD
    for one in unseen:
        if left <= 0:
            break
        shown = [json.dumps(symbol, ensure_ascii=False) for symbol in one["inputs"][:left]]
        left -= len(shown)
        word = ", ".join(json.dumps(symbol, ensure_ascii=False) for symbol in one["after"])
        told.append(f"in state {one['state']} (after {word or 'nothing'}): {', '.join(shown)}")
    more = f"; and {count - TOLD} more" if count > TOLD else ""
    return f"{subject}: {count} of {pairs} pairs of state and input: {'; '.join(told)}{more}."


def _findings(tried: dict[str, Tried], unseen: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    told = []
    for name, one in tried.items():
        how = (
            "A machine read in the same way from nine tenths of the sequences"
            if name == "held out"
            else f"A machine read in the same way from sequences {SHORTER} steps shorter"
        )
        others = "the others" if name == "held out" else "the whole sequences"
        refused = f", meets pairs it never saw in {one.refused:,}" if one.refused else ""
        wrong = f", is wrong on {one.wrong:,}" if one.wrong else ""
        told.append(f"{how} is right on {one.right:,} of {one.sequences:,} of {others}{refused}{wrong}.")
    if unseen:
        told.append(
            "What was never seen is listed as `unseen` in result.json; sequences that show it would fill it."
        )
    return tuple(told)


def _doubt(tried: dict[str, Tried], check: Check) -> str:
    """Why a machine is not solved; nothing where nothing speaks against it."""
    if check.errors:
        return f"the program is wrong on {check.errors:,} of {check.sequences:,} sequences"
    if "held out" not in tried:
        return "from so few different sequences nothing could be held out"
    for name, what in (("held out", "that were held out"), ("longer", "when their last steps are held out")):
        one = tried.get(name)
        if one is not None and one.right < one.sequences:
            return (
                "the data are too few to tell the machine: read from less of them, it is not right on "
                f"{one.sequences - one.right:,} of {one.sequences:,} sequences {what}"
            )
    return ""


def _without(reason: str, seed: int, clock: Clock, recorder: Recorder) -> Result:
    recorder.log(reason)
    return Result(
        solved=False,
        reason=reason,
        program=None,
        network=None,
        machine=None,
        reader=None,
        states=None,
        strategy=None,
        trained_by="nothing",
        checks={},
        state_map={},
        network_facts={},
        findings=(),
        seconds=clock.seconds(),
        seed=seed,
        version=__version__,
        log=recorder.lines,
    )
