"""Normalisers: a network in a simpler basis that computes the same."""

from netlift.simplify._change import AffineChange as AffineChange
from netlift.simplify._change import as_linear as as_linear
from netlift.simplify._change import changed as changed
from netlift.simplify._debias import debiasing as debiasing
from netlift.simplify._jordan import jordan as jordan
from netlift.simplify._quantise import quantised as quantised
from netlift.simplify._simplify import Simplified as Simplified
from netlift.simplify._simplify import Step as Step
from netlift.simplify._simplify import simplify as simplify
from netlift.simplify._toeplitz import toeplitz as toeplitz
from netlift.simplify._whiten import whitening as whitening

__all__ = [
    "AffineChange",
    "Simplified",
    "Step",
    "as_linear",
    "changed",
    "debiasing",
    "jordan",
    "quantised",
    "simplify",
    "toeplitz",
    "whitening",
]
