"""One row of numbers: a program from n to a(n)."""

from collections.abc import Sequence
from dataclasses import dataclass

from netlift.core._context import Context
from netlift.core._errors import InputError
from netlift.core._version import __version__
from netlift.data import from_arrays
from netlift.data._door import Data
from netlift.formulas._law import Law, law_of, numbers_kept, recurrence_of
from netlift.program import Program, ProgramFailed, print_program, run_fresh
from netlift.program._kept import kept_program
from netlift.report._result import Check, Result, of_run
from netlift.report._story import Story

FEWEST = 3  # numbers from which on a network can be trained to give the next
MOST_TOLD = 2**62  # in size: the page keeps its examples as numbers of 64 bits


@dataclass(frozen=True)
class RowLaw:
    """The linear recurrence behind one row, with whole (or divided) coefficients and powers of n."""

    name: str = "row"

    def derived(self, data: Data, context: Context) -> Result | None:
        """The recurrence as a program; None where there is none, and a program from each number to the next
        is to be looked for."""
        row, recorder = data.row, context.recorder
        recorder.stage("formulas")
        with context.clock.stage("formulas"):
            law = law_of(row)
        if law is not None:
            recorder.log(f"{law}; {law.spare:,} numbers agree that were not needed")
            return _result(law, row, context)
        recorder.log("no linear recurrence gives the row")
        if len(row) < FEWEST:
            raise InputError(f"the row has {len(row)} numbers; expected more of them")
        recorder.log("looking for a program from each number to the next")
        return None


def _result(law: Law, row: Sequence[int], context: Context) -> Result:
    recurrence = recurrence_of(law, row)
    first = ", ".join(f"a({law.base + i}) = {row[i]}" for i in range(numbers_kept(law, row)))
    told = [
        f"Found by netlift {__version__} in one row of {len(row):,} numbers, without a network.",
        f"{law}{f', with {first}' if first else ''}.",
        f"Inputs: {law.base}, {law.base + 1}, {law.base + 2}, ...; the answers are the row, and go on.",
        f"Exact on all {len(row):,} numbers, {law.spare:,} more than determine it; nothing is known beyond "
        "them.",
    ]
    source = print_program(recurrence, told)
    places = list(range(law.base, law.base + len(row)))
    with context.clock.stage("check"), kept_program(source) as path:
        try:
            answers = run_fresh(path, [places])
        except ProgramFailed as failure:
            answers = [failure.message]
    wrong = int(answers != [list(row)])
    found = Result(
        solved=not wrong,
        reason="the program does not give the row" if wrong else "",
        program=Program(source),
        reader="row",
        strategy="linear recurrence",
        checks={"train": Check(1, wrong, "the row")},
        recurrence=recurrence,
        story=None if max(map(abs, row)) > MOST_TOLD else Story.of(from_arrays([places], [list(row)])),
    )
    return of_run(found, context)
