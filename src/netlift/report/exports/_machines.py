"""What every form of a finite machine needs: the machine, or the sentence that says why there is none."""

import ast
from typing import TYPE_CHECKING

from netlift.checker._script import UNITS
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
    """What is known of machine and program, a line each, for the comments of a form.

    Of a result that is not solved, or that is approximate, this comes first; of decimals, what a 1 stands
    for, since only program.py as a script reads and writes the data's own numbers.
    """
    told = []
    if not result.solved:
        stated = [one for one in result.findings if one.startswith("Approximate")]
        told += stated or [f"Not solved: {result.reason}."]
    told += _units(result)
    told += [claim.sentence() for claim in result.claims if claim.claim == "machine = program"]
    return [" ".join(line.split()) for line in told]


def _units(result: "Result") -> list[str]:
    """What a 1 of each stream is worth, where a program's script has units (`netlift.checker._script`)."""
    if result.program is None:
        return []
    for node in ast.parse(result.program.source).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == UNITS:
                inputs, outputs = ast.literal_eval(value)
                sides = (("input", inputs), ("answer", outputs))
                worth = [
                    f"a 1 of {side} {number} is {unit}"
                    for side, units in sides
                    for number, unit in enumerate(units, 1)
                ]
                return [f"Whole numbers in and out, of units: {', '.join(worth)}."]
    return []
