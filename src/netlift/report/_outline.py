"""What a result says before anything is checked: of an explanation, or of there being none."""

from netlift.certify._case import Case
from netlift.program import Program
from netlift.program._explanation import Explanation, Unexplained
from netlift.report._result import Result
from netlift.report._story import Story


def outline(found: Explanation, case: Case, program: Program, reason: str) -> Result:
    """What is known of an explanation before it is checked; `reason` says why it is not solved."""
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
        network_facts={**found.trained.facts, "held_out_accuracy": found.accuracy},
        recurrence=found.candidate.recurrence,
        symbols=case.symbols,
        story=Story.of(*case.parts, found.rivals, found.candidate),
    )


def without_program(found: Unexplained, case: Case) -> Result:
    """The result of a search that found no program."""
    trained = found.trained
    if trained is None:
        reason = "no network learned the data well enough to be opened"
        return Result(solved=False, reason=reason, trained_by="gradient", story=Story.of(*case.parts))
    learned = trained.accuracy >= 1.0
    return Result(
        solved=False,
        reason="no formula was found for what the network does"
        if learned
        else "no network learned the data well enough to be opened",
        network=trained.network,
        machine=found.nearest if trained.provenance.is_truth else None,
        trained_by=trained.provenance.name,
        network_facts={**trained.facts, "held_out_accuracy": trained.accuracy},
        findings=found.findings,
        story=Story.of(*case.parts),
    )
