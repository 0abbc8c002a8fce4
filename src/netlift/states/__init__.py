"""Readers of hidden states: machine, window, lattice and linear system, and the types they answer."""

from netlift._algebra import LinearSystem as LinearSystem
from netlift.states._alike import over_all_symbols as over_all_symbols
from netlift.states._alike import representatives as representatives
from netlift.states._alike import symbol_classes as symbol_classes
from netlift.states._behaviour import MachineReading as MachineReading
from netlift.states._behaviour import read_machine as read_machine
from netlift.states._behaviour import refine as refine
from netlift.states._guided import Guided as Guided
from netlift.states._guided import confirmed as confirmed
from netlift.states._guided import guided as guided
from netlift.states._guided import passing_gaps as passing_gaps
from netlift.states._lattice import Lattice as Lattice
from netlift.states._lattice import lattice_samples as lattice_samples
from netlift.states._lattice import read_lattice as read_lattice
from netlift.states._lean import LeanReading as LeanReading
from netlift.states._lean import read_lean as read_lean
from netlift.states._linear import read_linear as read_linear
from netlift.states._machine import Machine as Machine
from netlift.states._map import VariableMap as VariableMap
from netlift.states._map import map_variable as map_variable
from netlift.states._merging import ContradictionError as ContradictionError
from netlift.states._merging import machine_of_words as machine_of_words
from netlift.states._merging import partial_machine as partial_machine
from netlift.states._noise import NoisyMachine as NoisyMachine
from netlift.states._noise import noisy_partial_machine as noisy_partial_machine
from netlift.states._noise import states_passed as states_passed
from netlift.states._observed import Behaviour as Behaviour
from netlift.states._partial import PartialMachine as PartialMachine
from netlift.states._partial import encoded as encoded
from netlift.states._reach import determining_length as determining_length
from netlift.states._tables import Samples as Samples
from netlift.states._told import is_told_by as is_told_by
from netlift.states._window import read_window as read_window
from netlift.states._window import window_padding as window_padding
from netlift.states._withheld import Trial as Trial
from netlift.states._withheld import Withheld as Withheld
from netlift.states._withheld import guided_if_right as guided_if_right
from netlift.states._withheld import withheld as withheld
from netlift.states._words import covering_words as covering_words

__all__ = [
    "Behaviour",
    "ContradictionError",
    "Guided",
    "Lattice",
    "LeanReading",
    "LinearSystem",
    "Machine",
    "MachineReading",
    "NoisyMachine",
    "PartialMachine",
    "Samples",
    "Trial",
    "VariableMap",
    "Withheld",
    "confirmed",
    "covering_words",
    "determining_length",
    "encoded",
    "guided",
    "guided_if_right",
    "is_told_by",
    "lattice_samples",
    "machine_of_words",
    "map_variable",
    "noisy_partial_machine",
    "over_all_symbols",
    "partial_machine",
    "passing_gaps",
    "read_lattice",
    "read_lean",
    "read_linear",
    "read_machine",
    "read_window",
    "refine",
    "representatives",
    "states_passed",
    "symbol_classes",
    "window_padding",
    "withheld",
]
