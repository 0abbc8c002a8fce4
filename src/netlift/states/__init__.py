"""Readers of hidden states: machine, window, lattice and linear system, and the types they answer."""

from netlift.states._behaviour import MachineReading as MachineReading
from netlift.states._behaviour import read_machine as read_machine
from netlift.states._behaviour import refine as refine
from netlift.states._machine import Machine as Machine
from netlift.states._window import read_window as read_window
from netlift.states._window import window_padding as window_padding

__all__ = ["Machine", "MachineReading", "read_machine", "read_window", "refine", "window_padding"]
