"""What is claimed about a network, its machine and its program, and the proofs of it."""

from netlift.certify._boxes import NetworkProof, prove_network
from netlift.certify._called import Function, SpecificationFailed, function_system
from netlift.certify._certificates import codes_certificate as codes_certificate
from netlift.certify._certificates import followed_certificate as followed_certificate
from netlift.certify._certificates import levels_certificate, linear_certificate, machine_certificate
from netlift.certify._claims import Claim, Equality, Tier, excluded_rate, faultless_words
from netlift.certify._codes import CodesProof as CodesProof
from netlift.certify._codes import prove_codes as prove_codes
from netlift.certify._codes import quantised as quantised
from netlift.certify._cut import answers_many as answers_many
from netlift.certify._cut import prove_cut as prove_cut
from netlift.certify._domain import Domain, Range, Stream, Symbol, domain_of, parse_stream
from netlift.certify._enumerate import Reached, reached
from netlift.certify._exact import LinearProof, prove_linear
from netlift.certify._followed import prove_followed as prove_followed
from netlift.certify._levels import ProvedLength, proved_length
from netlift.certify._network import PROVERS, THOROUGH, NetworkKnown, Target
from netlift.certify._prove import Proof, certified_of, prove_equal
from netlift.certify._sampled import compare_network
from netlift.certify._snap import Snapped, snapped
from netlift.certify._system import System
from netlift.certify._systems import system_of

__all__ = [
    "PROVERS",
    "THOROUGH",
    "Claim",
    "CodesProof",
    "Domain",
    "Equality",
    "Function",
    "LinearProof",
    "NetworkKnown",
    "NetworkProof",
    "Proof",
    "ProvedLength",
    "Range",
    "Reached",
    "Snapped",
    "SpecificationFailed",
    "Stream",
    "Symbol",
    "System",
    "Target",
    "Tier",
    "answers_many",
    "certified_of",
    "codes_certificate",
    "compare_network",
    "domain_of",
    "excluded_rate",
    "faultless_words",
    "function_system",
    "levels_certificate",
    "linear_certificate",
    "machine_certificate",
    "parse_stream",
    "prove_codes",
    "prove_cut",
    "prove_equal",
    "prove_linear",
    "prove_network",
    "proved_length",
    "quantised",
    "reached",
    "snapped",
    "system_of",
]
