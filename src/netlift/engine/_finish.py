"""From an explanation to a result: the program with its docstring, checked as a user would run it."""

from dataclasses import replace

from netlift.certify._chain import Certified, about, certified
from netlift.certify._network import NetworkKnown, Target, network_known
from netlift.core._clock import OutOfTimeError
from netlift.core._version import __version__
from netlift.engine._run import Run
from netlift.harden._prove_copy import CopyKnown, copy_known
from netlift.mechanism._measure import measured
from netlift.program import Program, print_program
from netlift.program._explanation import Explanation, Unexplained
from netlift.report._case import Case
from netlift.report._checks import breaking, checked, checked_inputs, longer_check, reason_of, refuted
from netlift.report._docstring import docstring, network_facts, right_of
from netlift.report._guard import Guard, failed
from netlift.report._horizon import Horizon
from netlift.report._reach import horizon_of
from netlift.report._result import Check, Result
from netlift.report._story import Story
from netlift.states.readers import words_of

TRIALS = 2_000  # interventions of each kind
_NONE_HELD_OUT = (
    "From so few different sequences nothing could be held out: only the data that the program was made from "
    "confirm it.",
)


def finished(found: Explanation | Unexplained, case: Case, run: Run) -> Result:
    """The result of a search: everything checked, nothing written."""
    run.recorder.stage("check")
    if isinstance(found, Unexplained):
        return replace(_without_program(found, run), story=Story.of(*case.parts))
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
            lambda: longer_check(
                plain, found.network, train, run.seed, given=found.trained.provenance.is_truth
            ),
            Check(0, 0, "nothing"),
        )
        horizon = guard.kept(
            "The horizon", lambda: horizon_of(found, train, run.seed), Horizon(words_of(train).length)
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
        findings = (*breaking(source, case.parts[0]), *found.findings)
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
        story=Story.of(*case.parts, found.rivals, found.candidate),
    )


def _claimed(found: Explanation, case: Case, run: Run, source: str) -> tuple[Certified, CopyKnown | None]:
    """What can be claimed of network and program, and a changed copy of which more is known."""
    target = Target.of(found, case.train, case.held_out)
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
