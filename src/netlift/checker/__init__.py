"""Independent checks of saved certificates: numpy, the standard library and z3, nothing of the learner."""

from netlift.checker._file import FILE_FORMAT, Verdict, check_file
from netlift.checker._linear_network import exact_length
from netlift.checker._mutants import Mutant, drawn_mutants, mutants
from netlift.checker._network import ARITHMETIC, FORMAT, check_network
from netlift.checker._objects import Runner
from netlift.checker._program import PROGRAM_FORMAT, check_program, seal_of, side_digest
from netlift.checker._values import digest, read_weights, seal

__all__ = [
    "ARITHMETIC",
    "FILE_FORMAT",
    "FORMAT",
    "PROGRAM_FORMAT",
    "Mutant",
    "Runner",
    "Verdict",
    "check_file",
    "check_network",
    "check_program",
    "digest",
    "drawn_mutants",
    "exact_length",
    "mutants",
    "read_weights",
    "seal",
    "seal_of",
    "side_digest",
]
