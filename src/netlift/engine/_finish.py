"""From what the search found to a result: the program with its docstring, checked as a user would run it."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netlift.bench import Task
from netlift.bench._by_rule import RULE, claimed_by_rule, drawn_by_rule
from netlift.certify import Claim, Range, System, domain_of
from netlift.core._clock import Clock, OutOfTimeError
from netlift.core._errors import shown
from netlift.core._version import __version__
from netlift.data import Sequences, alphabets
from netlift.engine._certify import Certified, about, certified
from netlift.engine._guard import Guard, failed
from netlift.engine._horizon import Horizon
from netlift.engine._judge import departures, network_errors
from netlift.engine._prove_network import NetworkKnown, Target, network_known
from netlift.engine._readings import longer_words, words_of
from netlift.engine._result import Check, Result
from netlift.engine._search import Found
from netlift.harden._prove_copy import CopyKnown, copy_known
from netlift.mechanism._measure import measured
from netlift.networks import WeightedNetwork, longest, run
from netlift.program import Checked, Program, count_errors, print_program, with_line
from netlift.report import Recorder

Ints = NDArray[np.int64]

LONGER = 5  # times the training length
TWICE = 2
TWICE_WORDS = 500
LONGER_SEQUENCES = 2_000
LONGER_WORK = 4 * 10**9  # weights times steps, so that large networks are not run for minutes
FEWEST_LONGER = 100
TOLD = 200  # characters of a sequence that a finding shows
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
    whole: tuple[Sequences, Sequences] | None = None,
) -> Result:
    """The result of a search: everything checked, nothing written.

    With a `specification` the program is compared with it as well. For a network that was given, `train`
    and `held_out` are its own answers, `data` are the sequences, if any, that somebody else labelled, and
    `snap` says whether a copy of it may be changed for a proof.
    Where `train` and `held_out` are the beginnings of longer sequences, `whole`, the program is checked on
    those.
    """
    recorder.stage("check")
    if found is None or found.program is None or found.candidate is None or found.reading is None:
        return _without_program(found, seed, clock, recorder)
    try:
        return _finished(found, train, held_out, seed, clock, recorder, specification, data, snap, whole)
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
    whole: tuple[Sequences, Sequences] | None,
) -> Result:
    assert found.candidate is not None
    assert found.reading is not None
    guard = Guard(recorder)
    symbols = (train.input_symbols, train.target_symbols, checked_inputs((whole or (train, held_out))[0]))
    recurrence = found.candidate.recurrence
    plain = print_program(recurrence, (), *symbols)

    def certify() -> tuple[Certified, CopyKnown | None]:
        target = Target.of(found, train)
        with clock.stage("certify"):
            about_network = network_known(found.network, target, seed, clock)
        copied = _copied(found, about_network, target, held_out, seed, clock, recorder, snap=snap)
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
        horizon = guard.kept(
            "The horizon", lambda: _horizon(found, train, seed), Horizon(words_of(train).length)
        )
        given = found.trained_by == "given"
        checks = {
            "train": Check(len(train), 0, "the examples" if given else "the training data"),
            "held_out": Check(len(held_out), 0, f"{'newly drawn' if given else 'the held-out'} data"),
        }
        told = [*_docstring(found, right, checks, longer, horizon, known), *guard.findings]
        source = guard.kept("The docstring", lambda: print_program(recurrence, told, *symbols), plain)
        checks = {
            name: _checked(source, part, checks[name].against)
            for name, part in zip(("train", "held_out"), whole or (train, held_out), strict=True)
        }
        wrong = [name for name, check in checks.items() if check.errors]
        if wrong:
            told = [*_docstring(found, right, checks, longer, horizon, known), *guard.findings]
            source = guard.kept("The docstring", lambda: print_program(recurrence, told, *symbols), plain)
    words = words_of(train).inputs
    with clock.stage("faithfulness"):
        faithful = guard.kept(
            "Measuring faithfulness", lambda: measured(found.network, recurrence, words, TRIALS, seed), None
        )
    reason = _reason(checks) if wrong else _refuted(known.claims) or horizon.doubt
    findings: tuple[str, ...] = _NONE_HELD_OUT if not len(held_out) else ()
    findings = (*findings, *known.findings)
    if wrong:
        findings = (*_breaking(source, (whole or (train, held_out))[0]), *found.findings)
    findings = (*findings, *horizon.advice, *guard.findings)
    assert found.reading is not None
    assert found.candidate is not None
    return Result(
        solved=not reason,
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
        horizon=horizon,
    )


def _copied(
    found: Found,
    about_network: NetworkKnown,
    target: Target,
    held_out: Sequences,
    seed: int,
    clock: Clock,
    recorder: Recorder,
    *,
    snap: bool,
) -> CopyKnown | None:
    """A changed copy of which more is known, if there is one and the budget lasts for it."""
    if clock.over():
        return None
    try:
        with clock.bounding():
            return copy_known(found, about_network, target, held_out, seed, clock, recorder, snap=snap)
    except OutOfTimeError:
        recorder.log("the budget ended before a copy of the network was proved")
        return None


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

    The rule says what is right at every length, so that it decides on the word solved: no error on any of
    them, nor on the data. program = specification is claimed as tested or as refuted; the docstring says so
    too, and begins with it where the rule refutes the program.
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
    with clock.stage("check"):
        checks = dict(result.checks)
        for name, (sequences, against) in drawn_by_rule(task, np.random.default_rng([seed, 4])).items():
            checks[name] = _checked(program.source, sequences, against)
    claims, source = result.claims, program.source
    claim = claimed_by_rule(checks)
    if claim.tier == "refuted" or all(one.claim != claim.claim for one in claims):
        claims = (*(one for one in claims if one.claim != claim.claim), claim)
        source = with_line(source, claim.sentence(), first=claim.tier == "refuted")
    deciding = {name: checks[name] for name in ("train", "held_out", *RULE)}
    wrong = any(check.errors for check in deciding.values())
    reason = _reason(deciding) if wrong else _refuted(result.claims)
    seconds = {name: taken + clock.seconds().get(name, 0.0) for name, taken in result.seconds.items()}
    return replace(
        result,
        solved=not reason,
        reason=reason,
        program=Program(source),
        checks=checks,
        findings=tuple(told for told in result.findings if reason or told not in result.advice),
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
        f"{shown(witness.inputs, TOLD)} it gives {shown(witness.found, TOLD)} instead of "
        f"{shown(witness.expected, TOLD)}."
    ]


def _longer(source: str, network: WeightedNetwork, train: Sequences, seed: int) -> Check:
    """Program and network side by side on words longer than any that the network was trained on."""
    words = words_of(train)
    size = network.parameters or 1
    count = int(np.clip(LONGER_WORK // (size * LONGER * words.length), FEWEST_LONGER, LONGER_SEQUENCES))
    inputs = longer_words(network, words, LONGER, count, np.random.default_rng([seed, 5]))
    lengths = np.full(len(inputs), inputs.shape[1], dtype=np.int64)
    sequences = Sequences(inputs, run(network, inputs), lengths, train.input_symbols, train.target_symbols)
    most = longest(network)
    length = (
        f"{LONGER} times the training length"
        if most is None
        else f"{inputs.shape[1]} steps (it takes {most})"
    )
    return _checked(source, sequences, f"the network, at {length}")


def _horizon(found: Found, train: Sequences, seed: int) -> Horizon:
    """How far the data reach, and whether the network that learned them goes on as the program does."""
    assert found.reading is not None
    assert found.program is not None
    words = words_of(train)
    if found.trained_by == "given":
        return Horizon(words.length)
    determining = found.reading.determining
    if determining is not None:
        return Horizon(words.length, determining, found.confirmed)
    if found.reading.reader == "data":
        return Horizon(words.length)
    inputs = longer_words(found.network, words, TWICE, TWICE_WORDS, np.random.default_rng([seed, 19]))
    differ = departures(found.program, found.network, inputs, train)
    return Horizon(words.length, words=len(differ), differ=int(differ.sum()))


def _refuted(claims: Sequence[Claim]) -> str:
    """Why a program is not solved that is not what it was specified to be.

    A specification that fails itself says nothing against the program; the claim tells of it.
    """
    for claim in claims:
        failed = claim.details.get("specification_failed", False)
        if claim.claim == "program = specification" and claim.tier == "refuted" and not failed:
            return f"the program is not what was specified ({claim.words})"
    return ""


def _docstring(
    found: Found,
    right: Right | None,
    checks: dict[str, Check],
    longer: Check,
    horizon: Horizon,
    known: Certified,
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
    agreed += (
        f"sequences ({longer.against.removeprefix('the network, ')})"
        if "takes" in longer.against
        else (f"sequences of {LONGER} times the training length")
    )
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
        f"Program checked: {', '.join(told)}{agreed if longer.errors or not proved else ''}.",
        *horizon.sentences(),
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
