"""Proofs that a network is the machine or the recurrence that was read from it."""

from netlift.certify._boxes import NetworkProof, prove_network
from netlift.certify._certificates import linear_certificate, machine_certificate
from netlift.certify._enumerate import Reached, reached
from netlift.certify._exact import LinearProof, prove_linear
from netlift.certify._levels import ProvedLength, proved_length
from netlift.certify._snap import Snapped, snapped

__all__ = [
    "LinearProof",
    "NetworkProof",
    "ProvedLength",
    "Reached",
    "Snapped",
    "linear_certificate",
    "machine_certificate",
    "prove_linear",
    "prove_network",
    "proved_length",
    "reached",
    "snapped",
]
