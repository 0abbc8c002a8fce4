"""Independent checks of saved certificates: numpy, the standard library and z3, nothing of the learner."""

from netlift.checker._file import FILE_FORMAT, Verdict, check_file
from netlift.checker._program import PROGRAM_FORMAT, check_program, seal_of, side_digest

__all__ = [
    "FILE_FORMAT",
    "PROGRAM_FORMAT",
    "Verdict",
    "check_file",
    "check_program",
    "seal_of",
    "side_digest",
]
