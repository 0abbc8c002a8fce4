"""From what the search found to a result: the program with its docstring, checked as a user would run it."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netlift._certify import Certified, about, certified
from netlift._clock import Clock
from netlift._faithfulness import measured
from netlift._guard import Guard, failed
from netlift._judge import network_errors
from netlift._opening import longer_words, words_of
from netlift._prove_copy import CopyKnown, copy_known
from netlift._prove_network import Target, network_known
from netlift._result import Check, Result
from netlift._search import Found
from netlift._version import __version__
from netlift.certify import Claim, Range, System, domain_of, excluded_rate, faultless_words
from netlift.data import Sequences, Task, alphabets
from netlift.networks import WeightedNetwork, run
from netlift.program import Checked, Program, count_errors, print_program, with_line
from netlift.report import Recorder

Ints = NDArray[np.int64]

LONGER = 5  # times the training length
LONGEST = 10
LONGER_SEQUENCES = 2_000
LONGER_WORK = 4 * 10**9  # weights times steps, so that large networks are not run for minutes
FEWEST_LONGER = 100
FRESH_SEQUENCES = 100_000
TRIALS = 2_000  # interventions of each kind
_NONE_HELD_OUT = (
    "From so few different sequences nothing could be held out: only the data that the program was made from "
    "confirm it.",
)
_TRAINED = {
    "gradient": "trained by gradient",
    "closed-form": "fitted in closed form",
    "given": "given",
}


@dataclass(frozen=True)
class Right:
    """On how many sequences a network was run, how many it gets wrong, and whether they were held out."""

    sequences: int
    errors: int
    held_out: bool

    @property
    def accuracy(self) -> float:
        """The share that it answers right; 1 of none."""
        return 1.0 - self.errors / self.sequences if self.sequences else 1.0

    def __str__(self) -> str:
        kind = "held-out" if self.held_out else "training"
        return f"right on {self.sequences - self.errors:,} of {self.sequences:,} {kind} sequences"


def finished(
    found: Found | None,
    train: Sequences,
    held_out: Sequences,
    seed: int,
    clock: Clock,
    recorder: Recorder,
    specification: System | None = None,
    data: Sequences | None = None,
    snap: bool = False,
) -> Result:
    """The result of a search: everything checked, nothing written.

    With a `specification` the program is compared with it as well. For a network that was given, `train`
    and `held_out` are its own answers, `data` are the sequences, if any, that somebody else labelled, and
    `snap` says whether a copy of it may be changed for a proof.
    """
    recorder.stage("check")
    if found is None or found.program is None or found.candidate is None or found.reading is None:
        return _without_program(found, seed, clock, recorder)
    try:
        return _finished(found, train, held_out, seed, clock, recorder, specification, data, snap)
    except Exception as error:
        return _unchecked(found, train, seed, clock, recorder, error)


def _finished(
    found: Found,
    train: Sequences,
    held_out: Sequences,
    seed: int,
    clock: Clock,
    recorder: Recorder,
    specification: System | None,
    data: Sequences | None,
    snap: bool,
) -> Result:
    assert found.candidate is not None
    assert found.reading is not None
    guard = Guard(recorder)
    symbols = (train.input_symbols, train.target_symbols, checked_inputs(train))
    recurrence = found.candidate.recurrence
    plain = print_program(recurrence, (), *symbols)

    def certify() -> tuple[Certified, CopyKnown | None]:
        target = Target.of(found, train)
        with clock.stage("certify"):
            about_network = network_known(found.network, target, seed, clock)
        copied = copy_known(found, about_network, target, held_out, seed, clock, recorder, snap=snap)
        with clock.stage("certify"):
            known = certified(found, about_network, copied, plain, train, held_out, seed, specification, data)
        return known, copied

    known, copied = guard.kept("Proving", certify, (Certified((), ()), None))
    if found.reading.states is None and known.machine is not None:  # so many over the data's inputs
        found = replace(found, reading=replace(found.reading, states=known.machine.states))
    right = _right(found, train, held_out)
    with clock.stage("check"):
        longer = guard.kept(
            "Running longer words", lambda: _longer(plain, found.network, train, seed), Check(0, 0, "nothing")
        )
        given = found.trained_by == "given"
        checks = {
            "train": Check(len(train), 0, "the examples" if given else "the training data"),
            "held_out": Check(len(held_out), 0, f"{'newly drawn' if given else 'the held-out'} data"),
        }
        told = [*_docstring(found, right, checks, longer, known), *guard.findings]
        source = guard.kept("The docstring", lambda: print_program(recurrence, told, *symbols), plain)
        checks = {
            "train": _checked(source, train, checks["train"].against),
            "held_out": _checked(source, held_out, checks["held_out"].against),
        }
        wrong = [name for name, check in checks.items() if check.errors]
        if wrong:
            told = [*_docstring(found, right, checks, longer, known), *guard.findings]
            source = guard.kept("The docstring", lambda: print_program(recurrence, told, *symbols), plain)
    words = words_of(train).inputs
    with clock.stage("faithfulness"):
        faithful = guard.kept(
            "Measuring faithfulness", lambda: measured(found.network, recurrence, words, TRIALS, seed), None
        )
    reason = "" if not wrong else _reason(checks)
    findings: tuple[str, ...] = _NONE_HELD_OUT if not len(held_out) else ()
    if wrong:
        findings = (*_breaking(source, train), *found.findings)
    findings = (*findings, *guard.findings)
    assert found.reading is not None
    assert found.candidate is not None
    return Result(
        solved=not wrong,
        reason=reason,
        program=Program(source),
        network=found.network,
        copy=None if copied is None else copied.copy,
        machine=found.reading.machine,
        reader=found.reading.reader,
        states=found.reading.states,
        strategy=found.candidate.strategy,
        trained_by=found.trained_by,
        checks={**checks, "longer": longer},
        state_map={} if faithful is None else faithful.state_map,
        network_facts=_network_facts(found, right),
        findings=findings,
        seconds=clock.seconds(),
        seed=seed,
        version=__version__,
        log=recorder.lines,
        claims=known.claims,
        certificates=about(known.certificates, source),
        faithfulness=faithful,
        recurrence=recurrence,
        words=words,
    )


def _unchecked(
    found: Found, train: Sequences, seed: int, clock: Clock, recorder: Recorder, error: Exception
) -> Result:
    """The result where the checks of a program failed themselves: it stays, and nothing is claimed."""
    assert found.candidate is not None
    assert found.reading is not None
    reason = failed("Checking the program", error)
    recorder.log(reason)
    symbols = (train.input_symbols, train.target_symbols)
    return Result(
        solved=False,
        reason=reason,
        program=Program(print_program(found.candidate.recurrence, [reason], *symbols)),
        network=found.network,
        machine=found.reading.machine,
        reader=found.reading.reader,
        states=found.reading.states,
        strategy=found.candidate.strategy,
        trained_by=found.trained_by,
        checks={},
        state_map={},
        network_facts={**found.network_facts, "held_out_accuracy": found.accuracy},
        findings=(reason,),
        seconds=clock.seconds(),
        seed=seed,
        version=__version__,
        log=recorder.lines,
        recurrence=found.candidate.recurrence,
    )


def checked_inputs(train: Sequences) -> list[Checked]:
    """The inputs that a program is checked on, a stream each, as its script reads them."""
    streams = domain_of([seen.tolist() for seen in alphabets(train)], train.input_symbols).streams
    return [f"{one.low}..{one.high}" if isinstance(one, Range) else one for one in streams]


def with_task_checks(result: Result, task: Task, seed: int) -> Result:
    """The result with more checks by a benchmark task's rule: newly drawn, and longer sequences.

    Without an error on newly drawn ones, program = specification is claimed as tested, also in the docstring.
    """
    if result.program is None:
        return result
    try:
        return _task_checked(result, result.program, task, seed)
    except Exception as error:
        reason = failed("Checking the program by the task's rule", error)
        findings = (*result.findings, reason)
        return replace(result, solved=False, reason=result.reason or reason, findings=findings)


def _task_checked(result: Result, program: Program, task: Task, seed: int) -> Result:
    clock = Clock()
    claims, source = result.claims, program.source
    claim = Claim(
        "program = specification",
        "tested",
        faultless_words(FRESH_SEQUENCES, "sequences newly drawn by the rule"),
        {"sequences": FRESH_SEQUENCES, "excluded_rate": excluded_rate(FRESH_SEQUENCES)},
    )
    if all(one.claim != claim.claim for one in claims):
        claims, source = (*claims, claim), with_line(source, claim.sentence())
    rng = np.random.default_rng([seed, 4])
    with clock.stage("check"):
        fresh = task.sequences(FRESH_SEQUENCES, rng)
        checks = {
            **result.checks,
            "fresh": _checked(source, fresh, "the rule, on newly drawn sequences"),
        }
        for name, times in (("longer_rule", LONGER), ("longest_rule", LONGEST)):
            longer = task.sequences(LONGER_SEQUENCES, rng, times * task.length)
            against = f"the rule, at {times} times the training length"
            checks[name] = _checked(source, longer, against)
    if any(checks[name].errors for name in ("fresh", "longer_rule", "longest_rule")):
        claims, source = result.claims, program.source
    seconds = {name: taken + clock.seconds().get(name, 0.0) for name, taken in result.seconds.items()}
    solved = result.solved and checks["fresh"].errors == 0
    reason = "" if solved else result.reason or _reason(checks)
    return replace(
        result,
        solved=solved,
        reason=reason,
        program=Program(source),
        checks=checks,
        seconds=seconds,
        claims=claims,
        certificates=about(result.certificates, source),
    )


def _without_program(found: Found | None, seed: int, clock: Clock, recorder: Recorder) -> Result:
    if found is None or found.accuracy < 1.0:
        reason = "no network learned the data well enough to be opened"
    else:
        reason = "no formula was found for what the network does"
    return Result(
        solved=False,
        reason=reason,
        program=None,
        network=None if found is None else found.network,
        machine=None,
        reader=None,
        states=None,
        strategy=None,
        trained_by="gradient" if found is None else found.trained_by,
        checks={},
        state_map={},
        network_facts={} if found is None else {**found.network_facts, "held_out_accuracy": found.accuracy},
        findings=() if found is None else found.findings,
        seconds=clock.seconds(),
        seed=seed,
        version=__version__,
        log=recorder.lines,
    )


def _checked(source: str, sequences: Sequences, against: str) -> Check:
    """How often the program, run in a fresh interpreter, is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "program.py")
        path.write_text(source, encoding="utf-8")
        errors = count_errors(path, sequences)
    return Check(errors.sequences, errors.errors, against)


def _breaking(source: str, train: Sequences) -> list[str]:
    """How far the best program is right, and the first training sequence that breaks it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "program.py")
        path.write_text(source, encoding="utf-8")
        errors = count_errors(path, train)
    witness = errors.witness
    if witness is None:
        return []
    right = errors.sequences - errors.errors
    return [
        f"The best program is right on {right:,} of {errors.sequences:,} training sequences; for the inputs "
        f"{witness.inputs} it gives {witness.found} instead of {witness.expected}."
    ]


def _longer(source: str, network: WeightedNetwork, train: Sequences, seed: int) -> Check:
    """Program and network side by side on words longer than any that the network was trained on."""
    words = words_of(train)
    size = network.parameters or 1
    count = int(np.clip(LONGER_WORK // (size * LONGER * words.length), FEWEST_LONGER, LONGER_SEQUENCES))
    inputs = longer_words(words, LONGER, count, np.random.default_rng([seed, 5]))
    lengths = np.full(len(inputs), inputs.shape[1], dtype=np.int64)
    sequences = Sequences(inputs, run(network, inputs), lengths, train.input_symbols, train.target_symbols)
    return _checked(source, sequences, f"the network, at {LONGER} times the training length")


def _docstring(
    found: Found, right: Right | None, checks: dict[str, Check], longer: Check, known: Certified
) -> list[str]:
    assert found.reading is not None
    states = found.reading.states
    reader = found.reading.reader
    how_many = "unboundedly many states" if states is None else f"{states:,} state{'s' if states > 1 else ''}"
    given = found.trained_by == "given"
    names = {"train": "example" if given else "training", "held_out": "new" if given else "held-out"}
    sizes = {name: f"{check.sequences:,} {names[name]} sequences" for name, check in checks.items()}
    good = [sizes[name] for name, check in checks.items() if check.sequences and not check.errors]
    bad = [f"{check.errors:,} of {sizes[name]}" for name, check in checks.items() if check.errors]
    told = [f"{what} on {' and '.join(on)}" for what, on in (("no error", good), ("errors", bad)) if on]
    proved = any(claim.claim == "network = machine" and claim.tier == "proved" for claim in known.claims)
    agreed = f"; equal to the network on {longer.sequences - longer.errors:,} of {longer.sequences:,} "
    agreed += f"sequences of {LONGER} times the training length"
    assert found.candidate is not None
    free = found.candidate.unobserved
    listed = [f"Never reached, and of no meaning in the formulas: {'; '.join(free)}."] if free else []
    accuracy = "" if right is None else f", {right}"
    origin = [
        f"Read out of a recurrent network by netlift {__version__}: {reader} reader, {how_many}.",
        f"Network: {found.network}, {_TRAINED[found.trained_by]}{accuracy}.",
    ]
    if reader == "data":
        origin = [
            f"Found by netlift {__version__} in the data themselves, which no network learned.",
            f"The best network: {found.network}{accuracy}.",
        ]
    return [
        *origin,
        f"Program checked: {', '.join(told)}{'' if proved else agreed}.",
        *(claim.sentence() for claim in known.claims),
        *listed,
    ]


def _reason(checks: dict[str, Check]) -> str:
    wrong = [
        f"wrong on {c.errors:,} of {c.sequences:,} sequences ({c.against})"
        for c in checks.values()
        if c.errors
    ]
    return "the program is " + ", ".join(wrong)


def _right(found: Found, train: Sequences, held_out: Sequences) -> Right | None:
    """How often the network is right, as it was trained; None for one that was given, where the data tell."""
    if found.trained_by == "given":
        return None
    tested = held_out if len(held_out) else train
    return Right(len(tested), int(network_errors(found.network, tested).sum()), bool(len(held_out)))


def _network_facts(found: Found, right: Right | None) -> dict[str, object]:
    """The network as it was trained or given, for result.json."""
    if right is None:  # and measured already
        return {**found.network_facts, "held_out_accuracy": found.accuracy}
    name = "held_out" if right.held_out else "training"
    return {
        **found.network_facts,
        "held_out_accuracy": right.accuracy,
        "measured": {"on": name, "sequences": right.sequences, "errors": right.errors},
    }
