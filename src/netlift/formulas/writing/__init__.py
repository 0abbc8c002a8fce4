"""How formulas are written: one rewriting system, the order of statements, names."""

from netlift.formulas.writing._names import rename as rename
from netlift.formulas.writing._rewrite import Rules as Rules
from netlift.formulas.writing._shorten import negated as negated
from netlift.formulas.writing._shorten import simplify as simplify
from netlift.formulas.writing._spell import normalise as normalise
from netlift.formulas.writing._spell import spelling as spelling
from netlift.formulas.writing._sums import operands as operands
from netlift.formulas.writing._sums import sum_of as sum_of
from netlift.formulas.writing._sums import sum_terms as sum_terms
from netlift.formulas.writing._tidy import tidy as tidy
from netlift.formulas.writing._write import write as write

__all__ = [
    "Rules",
    "negated",
    "normalise",
    "operands",
    "rename",
    "simplify",
    "spelling",
    "sum_of",
    "sum_terms",
    "tidy",
    "write",
]
