"""The readers: what may be inside a network, asked one after the other, the cheapest first."""

from netlift.states.readers._data import reading_of_data as reading_of_data
from netlift.states.readers._finite import ConfirmedMachine as ConfirmedMachine
from netlift.states.readers._finite import MachineReader, MergingReader
from netlift.states.readers._finite import deepened as deepened
from netlift.states.readers._finite import read_by_merging as read_by_merging
from netlift.states.readers._finite import read_finite as read_finite
from netlift.states.readers._finite import read_lean_machine as read_lean_machine
from netlift.states.readers._reading import Reading as Reading
from netlift.states.readers._reading import View as View
from netlift.states.readers._reading import share_to_read as share_to_read
from netlift.states.readers._reading import sure_words as sure_words
from netlift.states.readers._unbounded import BehaviourReader, LatticeReader, LinearReader, WindowReader
from netlift.states.readers._words import WORDS as WORDS
from netlift.states.readers._words import Words as Words
from netlift.states.readers._words import longer_to_read as longer_to_read
from netlift.states.readers._words import longer_words as longer_words
from netlift.states.readers._words import words_of as words_of

# A reader is listed here, and nowhere else. `cost` is about how many steps of the network (one symbol of one
# word) it takes; the cheaper is asked first.
READERS = (
    LinearReader(),
    MachineReader(),
    MergingReader(),
    WindowReader(),
    LatticeReader(),
    BehaviourReader(),
)

__all__ = [
    "READERS",
    "WORDS",
    "BehaviourReader",
    "ConfirmedMachine",
    "LatticeReader",
    "LinearReader",
    "MachineReader",
    "MergingReader",
    "Reading",
    "View",
    "WindowReader",
    "Words",
    "deepened",
    "longer_to_read",
    "longer_words",
    "read_by_merging",
    "read_finite",
    "read_lean_machine",
    "reading_of_data",
    "share_to_read",
    "sure_words",
    "words_of",
]
