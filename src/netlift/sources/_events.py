"""Sequences of events alone: the program that says what may come next, and whether the sequence may end."""

from dataclasses import dataclass, replace

import numpy as np

from netlift.certify import Domain, certified_of, prove_equal, system_of
from netlift.core._context import Context
from netlift.core._errors import InputError, listed
from netlift.core._version import __version__
from netlift.data import Sequences
from netlift.data._door import Data
from netlift.formulas._draft import input_names
from netlift.formulas._table import table_recurrence
from netlift.program import Program, print_program
from netlift.program._next_events import BETWEEN, END, UNSEEN
from netlift.report._checks import checked
from netlift.report._result import Result, of_run
from netlift.report._story import Story
from netlift.states import Machine
from netlift.states._tails import TAIL, Tails, tails

MOST_CELLS = 20_000  # states times events of a machine that is written down
MOST_EVENTS = 200


@dataclass(frozen=True)
class Events:
    """The program that answers after each event of a sequence which events may come next.

    An answer is a string: the events, in order and joined by " | ", with "(end)" among them where a sequence
    may end; or "(never seen)" from the first event on that no merged beginning was followed by. The machine
    is that of `tails`.
    """

    name: str = "tails"

    def derived(self, data: Data, context: Context) -> Result:
        """The program; targets play no part.

        Raises InputError where there are so many events or states that nobody could read the program.
        """
        return from_events(data.as_sequences(), context)


def from_events(sequences: Sequences, context: Context) -> Result:
    """What `Events` derives from sequences."""
    clock, recorder = context.clock, context.recorder
    recorder.stage("states")
    with clock.stage("states"):
        alphabet, codes = _events(sequences)
        words = [row[:length].tolist() for row, length in zip(codes, sequences.lengths.tolist(), strict=True)]
        found = tails(words)
        if len(found.after) * len(alphabet) > MOST_CELLS:
            raise InputError(
                f"the events' machine has {len(found.after):,} states and {len(alphabet):,} events; "
                "expected at most "
                f"{MOST_CELLS:,} pairs, so leave out columns or rare events"
            )
        names = _spelt(alphabet, sequences)
        answers, machine = _machine(found, alphabet, names)
    recorder.log(f"{found.nodes:,} beginnings merged into {len(found.after):,} states")
    with clock.stage("formulas"):
        streams = sequences.inputs.shape[2]
        named = tuple(symbols is not None for symbols in sequences.input_symbols)
        recurrence = table_recurrence(machine, input_names(streams), named)
        told = [
            f"Read out of {len(words):,} sequences of events by netlift {__version__}, without a network: "
            "which "
            "events may come next.",
            f"Beginnings with the same next {TAIL} events are one state (k-tails): {len(found.after):,} "
            "states from "
            f"{found.nodes:,} different beginnings.",
            f"First may come: {_may(found, 0, names)}.",
            f"Answers: the events that may follow, {END} where the sequence may end, {UNSEEN} where the data "
            "never show such a sequence.",
        ]
        symbols = (sequences.input_symbols, (answers,))
        source = print_program(recurrence, told, *symbols)
    return _checked(sequences, words, found, machine, answers, source, context)


def _checked(
    sequences: Sequences,
    words: list[list[int]],
    found: Tails,
    machine: Machine,
    answers: tuple[str, ...],
    source: str,
    context: Context,
) -> Result:
    """The result, after the program was run on all sequences in a fresh interpreter."""
    place = {answer: number for number, answer in enumerate(answers)}
    names = _spelt(machine.alphabet, sequences)
    targets = np.zeros((*sequences.inputs.shape[:2], 1), dtype=np.int64)
    for row, word in enumerate(words):
        state = 0
        for step, event in enumerate(word):
            state = found.after[state][event]
            targets[row, step, 0] = place[_may(found, state, names)]
        if not found.ends[state]:
            raise AssertionError("a sequence may not end where it ends")
    expected = replace(sequences, targets=targets, target_symbols=(answers,), silent=None)
    with context.clock.stage("check"):
        check = checked(source, expected, "the sequences, each of which is accepted")
    with context.clock.stage("certify"):
        symbols = (sequences.input_symbols, (answers,))
        rows = [
            tuple(v if s is None else s[v] for v, s in zip(row, sequences.input_symbols, strict=True))
            for row in machine.alphabet.tolist()
        ]
        left = system_of(machine, *symbols)
        proof = prove_equal(
            left, system_of(source), Domain.of_rows(rows), names=("machine", "program"), seed=context.seed
        )
    reason = f"the program refuses {check.errors:,} of the sequences" if check.errors else ""
    found_out = Result(
        solved=not reason and proof.claim.holds,
        reason=reason or ("" if proof.claim.holds else proof.claim.words),
        program=Program(source),
        machine=machine,
        reader="tails",
        states=machine.states,
        strategy="table",
        checks={"train": check},
        findings=(
            "Learned from sequences that happened, and none that cannot: what was never seen may still be "
            "possible.",
        ),
        claims=(proof.claim,),
        certificates=(certified_of(proof.certificate, source),),
        story=Story.of(expected),
        symbols=symbols,
    )
    return of_run(found_out, context)


def _events(sequences: Sequences) -> tuple[np.ndarray, np.ndarray]:
    """The joint events [A, D] that occur, and for each step [N, T] its number among them."""
    mask = sequences.mask
    alphabet, numbers = np.unique(sequences.inputs[mask], axis=0, return_inverse=True)
    if len(alphabet) > MOST_EVENTS:
        raise InputError(
            f"there are {len(alphabet):,} different events and no outputs; expected {MOST_EVENTS:,} at "
            "most, or outputs "
            "given with --output"
        )
    codes = np.full(mask.shape, -1, dtype=np.int64)
    codes[mask] = numbers.reshape(-1)
    return alphabet, codes


def _spelt(alphabet: np.ndarray, sequences: Sequences) -> list[str]:
    """The events as text."""
    spelt = []
    for row in alphabet.tolist():
        parts = [
            str(value) if symbols is None else symbols[value]
            for value, symbols in zip(row, sequences.input_symbols, strict=True)
        ]
        spelt.append(parts[0] if len(parts) == 1 else f"({', '.join(parts)})")
    clash = [name for name in spelt if name in (END, UNSEEN) or BETWEEN in name]
    if clash:
        raise InputError(
            f"the events include {listed(clash)}, which stands for something else in the answers"
        )
    return spelt


def _may(found: Tails, state: int, names: list[str]) -> str:
    """What may come after a state."""
    events = [names[event] for event in sorted(found.after[state])]
    return BETWEEN.join([*events, *([END] if found.ends[state] else [])])


def _machine(found: Tails, alphabet: np.ndarray, names: list[str]) -> tuple[tuple[str, ...], Machine]:
    """The answers, sorted, and the complete machine that gives their numbers; its last state is for good."""
    told = [_may(found, state, names) for state in range(len(found.after))]
    answers = tuple(sorted({*told, UNSEEN}))
    place = {answer: number for number, answer in enumerate(answers)}
    sink = len(found.after)
    transitions = np.full((sink + 1, len(alphabet)), sink, dtype=np.int64)
    for state, row in enumerate(found.after):
        for event, below in row.items():
            transitions[state, event] = below
    after = np.array([*(place[one] for one in told), place[UNSEEN]], dtype=np.int64)
    return answers, Machine(alphabet, transitions, after[transitions][:, :, None])
