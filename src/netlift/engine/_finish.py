"""From an explanation to a result: the program with its docstring, checked as a user would run it."""

from dataclasses import replace

from netlift.certify._case import Case
from netlift.certify._chain import Certified, about
from netlift.engine._run import Run
from netlift.harden._claimed import claimed
from netlift.mechanism._measure import measured, trials_of
from netlift.program import Program, print_program
from netlift.program._explanation import Explanation, Unexplained
from netlift.report._checks import breaking, longer_check, reason_of, refuted
from netlift.report._docstring import network_facts, right_of
from netlift.report._guard import Guard, failed
from netlift.report._horizon import Horizon
from netlift.report._outline import outline, without_program
from netlift.report._reach import horizon_of
from netlift.report._result import Check, Result, of_run
from netlift.report._written import plain_source, written
from netlift.states.readers import words_of

_NONE_HELD_OUT = ("Nothing was held out: only the data that the program was made from confirm it.",)


def finished(found: Explanation | Unexplained, case: Case, run: Run) -> Result:
    """The result of a search: everything checked, nothing written."""
    run.recorder.stage("check")
    if isinstance(found, Unexplained):
        return of_run(without_program(found, case), run)
    try:
        return of_run(_finished(found, case, run), run)
    except Exception as error:
        return _unchecked(found, case, run, error)


def _finished(found: Explanation, case: Case, run: Run) -> Result:
    guard, clock, train, held_out = Guard(run.recorder, run.clock), run.clock, case.train, case.held_out
    plain = plain_source(found, case)
    found, known, copied = guard.kept(
        "Proving", lambda: claimed(found, case, plain, run, run.plugins), (found, Certified((), ()), None)
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
        source, checks = written(found, case, plain, right, longer, horizon, known.claims, guard)
    wrong = any(check.errors for check in checks.values())
    words, recurrence = words_of(train).inputs, found.candidate.recurrence
    with clock.stage("faithfulness"):
        faithful = guard.kept(
            "Measuring faithfulness",
            lambda: measured(found.network, recurrence, words, trials_of(found.network), run.seed),
            None,
        )
    reason = reason_of(checks) if wrong else refuted(known.claims) or horizon.doubt
    findings: tuple[str, ...] = _NONE_HELD_OUT if not len(held_out) else ()
    findings = (*findings, *known.findings)
    if wrong:
        findings = (*breaking(source, case.parts[0]), *found.findings)
    return replace(
        outline(found, case, Program(source), reason),
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


def _unchecked(found: Explanation, case: Case, run: Run, error: Exception) -> Result:
    """The result where the checks of a program failed themselves: it stays, and nothing is claimed."""
    reason = failed("Checking the program", error)
    run.recorder.log(reason)
    program = Program(print_program(found.candidate.recurrence, [reason], *case.symbols))
    return of_run(replace(outline(found, case, program, reason), findings=(reason,)), run)
