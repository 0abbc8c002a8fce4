"""Proofs about networks."""

from netlift.certify._boxes import NetworkProof, prove_network

__all__ = ["NetworkProof", "prove_network"]
