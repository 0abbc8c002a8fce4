"""Sequences: read, checked, split, and drawn for the benchmark tasks."""

from netlift.data._agree import agree as agree
from netlift.data._agree import first_wrong as first_wrong
from netlift.data._arrays import from_arrays as from_arrays
from netlift.data._columns import LARGEST as LARGEST
from netlift.data._columns import no_symbol as no_symbol
from netlift.data._read import read_examples as read_examples
from netlift.data._read import read_sequences as read_sequences
from netlift.data._sequences import Sequences as Sequences
from netlift.data._sequences import distinct_rows as distinct_rows
from netlift.data._spelling import plain as plain
from netlift.data._spelling import spelt as spelt
from netlift.data._split import shortened as shortened
from netlift.data._split import split as split
from netlift.data._symbols import alphabets as alphabets
from netlift.data._symbols import joint_symbols as joint_symbols

__all__ = [
    "LARGEST",
    "Sequences",
    "agree",
    "alphabets",
    "distinct_rows",
    "first_wrong",
    "from_arrays",
    "joint_symbols",
    "no_symbol",
    "plain",
    "read_examples",
    "read_sequences",
    "shortened",
    "spelt",
    "split",
]
