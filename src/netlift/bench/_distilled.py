"""A benchmark task distilled: as any user's data, and then checked by the task's rule; or a user's file."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from netlift.bench._by_rule import RULE, claimed_by_rule, drawn_by_rule
from netlift.bench._draw import task_sequences
from netlift.bench._tasks import Task
from netlift.certify._chain import about
from netlift.certify._specification import Specification
from netlift.core import _signals
from netlift.core._arguments import checked_seed
from netlift.core._clock import Clock
from netlift.core._streams import random_stream
from netlift.data._door import Data, read_file, told_data
from netlift.data._said import Said
from netlift.engine._distill import distill_data, distill_sequences
from netlift.program import Program, with_line
from netlift.report import Progress
from netlift.report._checks import checked, reason_of, refuted
from netlift.report._guard import failed
from netlift.report._result import Result


def distill_task(
    task: Task,
    *,
    seed: int = 0,
    budget: float | None = None,
    progress: Progress | None = None,
    specification: Specification | None = None,
    source: str = "network",
    noise: str | float = "auto",
) -> Result:
    """Distil a benchmark task: its data as any user's sequences, and then the checks by its rule."""
    sequences = task_sequences(task, checked_seed(seed))
    result = distill_sequences(
        sequences,
        seed=seed,
        budget=budget,
        progress=progress,
        specification=specification,
        source=source,
        noise=noise,
    )
    return with_task_checks(result, task, seed)


def distill_source(
    task: Task | None, source: str, said: Said, given: dict[str, Any], claim: Callable[[], None]
) -> tuple[Result, Data | None]:
    """The result for a task, or else for the file `source` and what was read there.

    `given` are the arguments of `distill_task`. `claim` is called before the work begins; from then
    on signals raise.
    """
    if task is not None:
        given["progress"].stage("data")
        _signals.clean_up_first()
        claim()
        return distill_task(task, **given), None
    data = read_file(source, said, given["progress"])
    told_data(data, given["progress"])
    _signals.clean_up_first()
    claim()
    return distill_data(data, **given), data


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
        for name, (sequences, against) in drawn_by_rule(task, random_stream(seed, "words of a rule")).items():
            checks[name] = checked(program.source, sequences, against)
    claims, source = result.claims, program.source
    claim = claimed_by_rule(checks)
    if claim.tier == "refuted" or all(one.claim != claim.claim for one in claims):
        claims = (*(one for one in claims if one.claim != claim.claim), claim)
        source = with_line(source, claim.sentence(), first=claim.tier == "refuted")
    deciding = {name: checks[name] for name in ("train", "held_out", *RULE)}
    wrong = any(check.errors for check in deciding.values())
    reason = reason_of(deciding) if wrong else refuted(result.claims)
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
