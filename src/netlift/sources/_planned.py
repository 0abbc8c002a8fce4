"""What `netlift distill` would do with the data that an inspection saw, before anything long is done."""

from dataclasses import replace

from netlift.data import joint_symbols
from netlift.data._door import Data
from netlift.data._inspect import Inspection
from netlift.sources._merged import MOST_SYMBOLS
from netlift.sources._silent import is_random, is_slight, is_thin
from netlift.sources._tried import read_from_data

_UNTRAINED = "no network would be trained"


def planned(found: Inspection) -> Inspection:
    """The inspection with what is done where it is not the rule: see `WithoutNetwork` and `cleared`."""
    would = "" if found.data is None or found.problem else _would(found.data)
    return replace(found, would=would or found.would)


def _would(data: Data) -> str:
    """What is done instead of training networks on the sequences as they are; nothing where that is done."""
    sequences = data.sequences
    if data.said.approximate:
        return "look for a law with rational constants and state its largest error; " + _UNTRAINED
    if data.kind != "answers" or sequences is None:
        return ""
    if not sequences.lengths.all():
        return f"read the data themselves, for some sequences have no steps; {_UNTRAINED}"
    if is_random(sequences, data.noise):
        return (
            "read the data themselves with answers at random, for so many contradict each other, and refuse "
            "them where that explains nothing"
        )
    if sequences.clash:
        return (
            "look for the few labels that are wrong, for some contradict others, train networks on the rest, "
            "open them, and print the program inside"
        )
    if is_thin(sequences, data.noise):
        alphabet = joint_symbols(sequences, MOST_SYMBOLS)
        read = None if alphabet is None else read_from_data(sequences, alphabet, 0)
        if read is not None and read.unseen:
            return (
                f"read the data themselves, for they leave {len(read.unseen):,} pairs of state and input "
                f"unseen; {_UNTRAINED}"
            )
    if is_slight(sequences, data.noise):
        return (
            "look for a formula of these few answers, train networks where one is shorter than a list of "
            "them, and else read the data themselves"
        )
    return ""
