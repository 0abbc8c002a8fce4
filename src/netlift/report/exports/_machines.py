"""What every form of a finite machine needs: the machine, or the sentence that says why there is none."""

from typing import TYPE_CHECKING

from netlift.core._errors import InputError

if TYPE_CHECKING:
    from netlift.report._result import Result
    from netlift.states import Machine


def finite_machine(result: "Result", form: str, most: int) -> "Machine":
    """The machine of a result, of at most so many transitions.

    Raises InputError where there is none, the program is known to be another one, or it is larger.
    """
    machine = result.machine
    if machine is None:
        why = result.reason or "its states are without end"
        if result.solved and result.states is not None:
            why = "none was kept with the result"
        raise InputError(f"the result cannot be written as {form}: it has no finite machine ({why})")
    known = [claim for claim in result.claims if claim.claim == "machine = program"]
    if any(claim.tier == "refuted" for claim in known):
        raise InputError(
            f"the result cannot be written as {form}: its machine is not its program ({known[0].words})"
        )
    if machine.transitions.size > most:
        raise InputError(
            f"the result cannot be written as {form}: its machine has {machine.transitions.size:,} "
            f"transitions, and at most {most:,} can be looked at"
        )
    return machine


def known_of(result: "Result") -> list[str]:
    """What is known of machine and program, a line each, for the comments of a form."""
    return [
        " ".join(claim.sentence().split()) for claim in result.claims if claim.claim == "machine = program"
    ]
