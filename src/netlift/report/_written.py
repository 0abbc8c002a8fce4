"""An explanation as a program with its docstring, run on what it was made from and on what was kept."""

from collections.abc import Sequence

from netlift.certify import Claim
from netlift.certify._case import Case
from netlift.core._clock import unbounded
from netlift.program import print_program
from netlift.program._explanation import Explanation
from netlift.report._checks import checked, checked_inputs
from netlift.report._docstring import Right, docstring
from netlift.report._guard import Guard
from netlift.report._horizon import Horizon
from netlift.report._result import Check


def plain_source(found: Explanation, case: Case) -> str:
    """The program without docstring, that checks its inputs."""
    return print_program(found.candidate.recurrence, (), *case.symbols, checked_inputs(case.parts[0]))


def written(
    found: Explanation,
    case: Case,
    plain: str,
    right: Right | None,
    longer: Check,
    horizon: Horizon,
    claims: Sequence[Claim],
    guard: Guard,
) -> tuple[str, dict[str, Check]]:
    """The program, and how often it is wrong on "train" and "held_out".

    The docstring says first that it is right, and is written again where it turns out not to be. Where it
    cannot be written, the program is the `plain` one, and a finding of the guard says so.
    """
    given = found.trained.provenance.is_truth
    symbols = (*case.symbols, checked_inputs(case.parts[0]))
    checks = {
        "train": Check(len(case.train), 0, "the examples" if given else "the training data"),
        "held_out": Check(len(case.held_out), 0, f"{'newly drawn' if given else 'the held-out'} data"),
    }

    def source() -> str:
        told = [*docstring(found, right, checks, longer, horizon, claims), *guard.findings]

        def printed() -> str:
            with unbounded():  # what was found is written down, however late it is
                return print_program(found.candidate.recurrence, told, *symbols)

        return guard.kept("The docstring", printed, plain)

    first = source()
    checks = {
        name: checked(first, part, checks[name].against)
        for name, part in zip(("train", "held_out"), case.parts, strict=True)
    }
    return source() if any(check.errors for check in checks.values()) else first, checks
