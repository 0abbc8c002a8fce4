"""Independent checks of saved certificates: numpy, the standard library and z3, nothing of the learner."""

from netlift.checker._domain import Domain as CheckedDomain
from netlift.checker._file import FILE_FORMAT, Verdict, check_file, check_files, file_of
from netlift.checker._json import read_json, written
from netlift.checker._network import FORMAT, check_network
from netlift.checker._objects import Runner
from netlift.checker._program import PROGRAM_FORMAT, check_program, seal_of, side_digest
from netlift.checker._values import digest, read_weights, seal
from netlift.checker._words import ARITHMETIC, Scope, certified_words, scope_of

__all__ = [
    "ARITHMETIC",
    "FILE_FORMAT",
    "FORMAT",
    "PROGRAM_FORMAT",
    "CheckedDomain",
    "Runner",
    "Scope",
    "Verdict",
    "certified_words",
    "check_file",
    "check_files",
    "check_network",
    "check_program",
    "digest",
    "file_of",
    "read_json",
    "read_weights",
    "scope_of",
    "seal",
    "seal_of",
    "side_digest",
    "written",
]
