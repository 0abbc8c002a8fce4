"""From an explanation to a result: the program with its docstring, checked as a user would run it."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from netlift.certify import Claim, Range, System, domain_of
from netlift.certify._chain import Certified, about, certified
from netlift.certify._network import NetworkKnown, Target, network_known
from netlift.core._clock import OutOfTimeError
from netlift.core._errors import shown
from netlift.core._version import __version__
from netlift.data import Sequences, alphabets
from netlift.engine._run import Run
from netlift.harden._prove_copy import CopyKnown, copy_known
from netlift.mechanism._measure import measured
from netlift.networks import WeightedNetwork, longest, run
from netlift.program import Checked, Program, count_errors, print_program
from netlift.program._explanation import Explanation, Unexplained
from netlift.program._judge import departures
from netlift.report._docstring import LONGER, docstring, network_facts, right_of
from netlift.report._guard import Guard, failed
from netlift.report._horizon import Horizon
from netlift.report._result import Check, Result
from netlift.states.readers import longer_words, words_of

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


@dataclass(frozen=True)
class Case:
    """What an explanation is checked against.

    `train` and `held_out` are the answers that the program is to give; where they are the beginnings of
    longer sequences, `whole` are those, and the program is checked on them. `labelled` are the data that the
    network is held against: those it was trained on and those held out, or what somebody else labelled, if
    anything. With a `specification` the program is compared as well. `snap` says whether a copy of a network
    that must not be changed may be changed all the same.
    """

    train: Sequences
    held_out: Sequences
    whole: tuple[Sequences, Sequences] | None = None
    labelled: tuple[Sequences, ...] = ()
    specification: System | None = None
    snap: bool = False

    @property
    def parts(self) -> tuple[Sequences, Sequences]:
        """What the program is checked on: what it was made from, and what was kept from it."""
        return self.whole or (self.train, self.held_out)

    @property
    def symbols(self) -> tuple[tuple[tuple[str, ...] | None, ...], tuple[tuple[str, ...] | None, ...]]:
        """The names of the input and of the output symbols."""
        return self.train.input_symbols, self.train.target_symbols


def finished(found: Explanation | Unexplained, case: Case, run: Run) -> Result:
    """The result of a search: everything checked, nothing written."""
    run.recorder.stage("check")
    if isinstance(found, Unexplained):
        return _without_program(found, run)
    try:
        return _finished(found, case, run)
    except Exception as error:
        return _unchecked(found, case, run, error)


def _finished(found: Explanation, case: Case, run: Run) -> Result:
    guard, clock, train, held_out = Guard(run.recorder), run.clock, case.train, case.held_out
    symbols = (*case.symbols, checked_inputs(case.parts[0]))
    recurrence = found.candidate.recurrence
    plain = print_program(recurrence, (), *symbols)
    known, copied = guard.kept(
        "Proving", lambda: _claimed(found, case, run, plain), (Certified((), ()), None)
    )
    if found.reading.states is None and known.machine is not None:  # so many over the data's inputs
        found = replace(found, reading=replace(found.reading, states=known.machine.states))
    right = right_of(found, train, held_out)
    with clock.stage("check"):
        longer = guard.kept(
            "Running longer words",
            lambda: _longer(plain, found.network, train, run.seed),
            Check(0, 0, "nothing"),
        )
        horizon = guard.kept(
            "The horizon", lambda: _horizon(found, train, run.seed), Horizon(words_of(train).length)
        )
        given = found.trained.provenance.is_truth
        checks = {
            "train": Check(len(train), 0, "the examples" if given else "the training data"),
            "held_out": Check(len(held_out), 0, f"{'newly drawn' if given else 'the held-out'} data"),
        }

        def written() -> str:
            told = [*docstring(found, right, checks, longer, horizon, known.claims), *guard.findings]
            return guard.kept("The docstring", lambda: print_program(recurrence, told, *symbols), plain)

        source = written()
        checks = {
            name: checked(source, part, checks[name].against)
            for name, part in zip(("train", "held_out"), case.parts, strict=True)
        }
        wrong = [name for name, check in checks.items() if check.errors]
        if wrong:
            source = written()
    words = words_of(train).inputs
    with clock.stage("faithfulness"):
        faithful = guard.kept(
            "Measuring faithfulness",
            lambda: measured(found.network, recurrence, words, TRIALS, run.seed),
            None,
        )
    reason = reason_of(checks) if wrong else refuted(known.claims) or horizon.doubt
    findings: tuple[str, ...] = _NONE_HELD_OUT if not len(held_out) else ()
    findings = (*findings, *known.findings)
    if wrong:
        findings = (*_breaking(source, case.parts[0]), *found.findings)
    return replace(
        _result(found, case, run, Program(source), reason),
        copy=None if copied is None else copied.copy,
        checks={**checks, "longer": longer},
        state_map={} if faithful is None else faithful.state_map,
        network_facts=network_facts(found, right),
        findings=(*findings, *horizon.advice, *guard.findings),
        claims=known.claims,
        certificates=about(known.certificates, source),
        faithfulness=faithful,
        words=words,
        horizon=horizon,
    )


def _result(found: Explanation, case: Case, run: Run, program: Program, reason: str) -> Result:
    """What is known of an explanation before it is checked."""
    return Result(
        solved=not reason,
        reason=reason,
        program=program,
        network=found.network,
        machine=found.reading.machine,
        reader=found.reading.reader,
        states=found.reading.states,
        strategy=found.candidate.strategy,
        trained_by=found.trained.provenance.name,
        measured_on=found.trained.provenance.figures,
        checks={},
        state_map={},
        network_facts={**found.trained.facts, "held_out_accuracy": found.accuracy},
        findings=(),
        seconds=run.clock.seconds(),
        seed=run.seed,
        version=__version__,
        log=run.recorder.lines,
        recurrence=found.candidate.recurrence,
        symbols=case.symbols,
    )


def _claimed(found: Explanation, case: Case, run: Run, source: str) -> tuple[Certified, CopyKnown | None]:
    """What can be claimed of network and program, and a changed copy of which more is known."""
    target = Target.of(found, case.train)
    with run.clock.stage("certify"):
        about_network = network_known(found.network, target, run.seed, run.clock, run.plugins.provers)
    copied = _copied(found, about_network, target, case, run)
    with run.clock.stage("certify"):
        known = certified(
            found,
            about_network,
            None if copied is None else copied.known,
            source,
            case.train,
            case.labelled,
            run.seed,
            case.specification,
        )
    return known, copied


def _copied(
    found: Explanation, about_network: NetworkKnown, target: Target, case: Case, run: Run
) -> CopyKnown | None:
    """A changed copy of which more is known, if there is one and the budget lasts for it."""
    if run.clock.over():
        return None
    try:
        with run.clock.bounding():
            return copy_known(
                found,
                about_network,
                target,
                case.held_out,
                run.seed,
                run.clock,
                run.recorder,
                snap=case.snap,
                plugins=run.plugins,
            )
    except OutOfTimeError:
        run.recorder.log("the budget ended before a copy of the network was proved")
        return None


def _unchecked(found: Explanation, case: Case, run: Run, error: Exception) -> Result:
    """The result where the checks of a program failed themselves: it stays, and nothing is claimed."""
    reason = failed("Checking the program", error)
    run.recorder.log(reason)
    program = Program(print_program(found.candidate.recurrence, [reason], *case.symbols))
    return replace(_result(found, case, run, program, reason), findings=(reason,))


def checked_inputs(train: Sequences) -> list[Checked]:
    """The inputs that a program is checked on, a stream each, as its script reads them."""
    streams = domain_of([seen.tolist() for seen in alphabets(train)], train.input_symbols).streams
    return [f"{one.low}..{one.high}" if isinstance(one, Range) else one for one in streams]


def _without_program(found: Unexplained, run: Run) -> Result:
    trained = found.trained
    if trained is None or trained.accuracy < 1.0:
        reason = "no network learned the data well enough to be opened"
    else:
        reason = "no formula was found for what the network does"
    facts = {} if trained is None else {**trained.facts, "held_out_accuracy": trained.accuracy}
    return Result(
        solved=False,
        reason=reason,
        program=None,
        network=None if trained is None else trained.network,
        machine=None,
        reader=None,
        states=None,
        strategy=None,
        trained_by="gradient" if trained is None else trained.provenance.name,
        checks={},
        state_map={},
        network_facts=facts,
        findings=found.findings if trained is not None else (),
        seconds=run.clock.seconds(),
        seed=run.seed,
        version=__version__,
        log=run.recorder.lines,
    )


def checked(source: str, sequences: Sequences, against: str) -> Check:
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
    return checked(source, sequences, f"the network, at {length}")


def _horizon(found: Explanation, train: Sequences, seed: int) -> Horizon:
    """How far the data reach, and whether the network that learned them goes on as the program does."""
    words = words_of(train)
    if found.trained.provenance.is_truth:
        return Horizon(words.length)
    determining = found.reading.determining
    if determining is not None:
        return Horizon(words.length, determining, found.confirmed)
    if found.reading.of_data:
        return Horizon(words.length)
    inputs = longer_words(found.network, words, TWICE, TWICE_WORDS, np.random.default_rng([seed, 19]))
    differ = departures(found.program, found.network, inputs, train)
    return Horizon(words.length, words=len(differ), differ=int(differ.sum()))


def refuted(claims: Sequence[Claim]) -> str:
    """Why a program is not solved that is not what it was specified to be.

    A specification that fails itself says nothing against the program; the claim tells of it.
    """
    for claim in claims:
        failed = claim.details.get("specification_failed", False)
        if claim.claim == "program = specification" and claim.tier == "refuted" and not failed:
            return f"the program is not what was specified ({claim.words})"
    return ""


def reason_of(checks: dict[str, Check]) -> str:
    """Why a program that made errors is not solved."""
    wrong = [
        f"wrong on {c.errors:,} of {c.sequences:,} sequences ({c.against})"
        for c in checks.values()
        if c.errors
    ]
    return "the program is " + ", ".join(wrong)
