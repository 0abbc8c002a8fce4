"""What is claimed about a network, its machine and its program, and the proofs of it."""

from netlift.certify._claims import Claim, Equality, Tier, excluded_rate, faultless_words
from netlift.certify._domain import Domain, Range, Stream, Symbol, domain_of, parse_stream
from netlift.certify._prove import Proof, prove_equal
from netlift.certify._sampled import compare_network
from netlift.certify._systems import System, system_of

__all__ = [
    "Claim",
    "Domain",
    "Equality",
    "Proof",
    "Range",
    "Stream",
    "Symbol",
    "System",
    "Tier",
    "compare_network",
    "domain_of",
    "excluded_rate",
    "faultless_words",
    "parse_stream",
    "prove_equal",
    "system_of",
]
