"""Independent checks of saved certificates: numpy and the standard library, nothing of the learner."""

from netlift.checker._linear_network import exact_length
from netlift.checker._mutants import Mutant, mutants
from netlift.checker._network import ARITHMETIC, FORMAT, check_network
from netlift.checker._values import digest, read_weights, seal

__all__ = [
    "ARITHMETIC",
    "FORMAT",
    "Mutant",
    "check_network",
    "digest",
    "exact_length",
    "mutants",
    "read_weights",
    "seal",
]
