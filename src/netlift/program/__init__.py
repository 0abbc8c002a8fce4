"""Programs: printed from recurrences, parsed with care, run in an interpreter of their own."""

from netlift.program._checked import Checked as Checked
from netlift.program._fresh import Errors as Errors
from netlift.program._fresh import Witness as Witness
from netlift.program._fresh import contradicted as contradicted
from netlift.program._fresh import count_errors as count_errors
from netlift.program._fresh import run_fresh as run_fresh
from netlift.program._in_units import in_units as in_units
from netlift.program._print import NotPrinted as NotPrinted
from netlift.program._print import print_program as print_program
from netlift.program._print import with_line as with_line
from netlift.program._program import Program as Program
from netlift.program._program import parse_program as parse_program
from netlift.program._runner import Failure as Failure
from netlift.program._runner import ProgramFailed as ProgramFailed
from netlift.program._runner import Runner as Runner

__all__ = [
    "Checked",
    "Errors",
    "Failure",
    "NotPrinted",
    "Program",
    "ProgramFailed",
    "Runner",
    "Witness",
    "contradicted",
    "count_errors",
    "in_units",
    "parse_program",
    "print_program",
    "run_fresh",
    "with_line",
]
