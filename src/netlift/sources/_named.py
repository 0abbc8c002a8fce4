"""Logs of names: a machine that the data all but tell is read from them and from networks, in one go."""

from dataclasses import dataclass, replace

import numpy as np

from netlift.core._clock import OutOfTimeError
from netlift.core._context import Context
from netlift.data import joint_symbols
from netlift.data._door import Data
from netlift.report._result import Result
from netlift.sources._merged import MOST_SYMBOLS, asked, completed, machine_of
from netlift.sources._silent import FEW_STEPS
from netlift.sources._tried import Tried, doubts_of, is_closed
from netlift.states import Withheld
from netlift.trainers._guide import taught

NEARLY = 0.95  # share of what was held out on which machines from less of the data must not be wrong
ROUNDS = {True: 2, False: 1}  # of the ladder of networks, where something speaks against the machine or not

_WHY = (
    "The sequences are of names and tell a machine; networks were trained beside it for {rounds} of the "
    "ladder, and none was right on all that was held out, or the data leave something open."
)


def is_named(data: Data) -> bool:
    """Whether all inputs and outputs are names, in numbers that mean nothing, and they are many."""
    sequences = data.sequences
    if data.kind != "answers" or sequences is None or sequences.clash or data.noise not in ("auto", "none"):
        return False
    named = None not in (*sequences.input_symbols, *sequences.target_symbols)
    whole = sequences.silent is None and bool(sequences.lengths.all())
    return named and whole and int(sequences.labelled.sum()) > FEW_STEPS


@dataclass(frozen=True)
class Named:
    """The machine of sequences of names, read by merging, with networks trained beside it for a short while.

    Names are no numbers, so that no formula is missed. Where a network learns all that was held out, it is
    opened instead, as networks are. But not where half the steps of the sequences show as many states and yet
    all leave some pairs of state and input out: of these the network would say anything.
    """

    name: str = "data and network"

    def derived(self, data: Data, context: Context) -> Result | None:
        """The machine as a program; None where a network is to be opened, or the data tell no machine."""
        sequences = data.as_sequences()
        alphabet = joint_symbols(sequences, MOST_SYMBOLS)
        if alphabet is None:
            return None
        context.recorder.stage("states")
        try:
            with context.clock.bounding(), context.clock.stage("states"):
                read, tried = machine_of(sequences, alphabet, context)
                if read is None or not _nearly_told(tried):
                    return None
                closed = bool(read.unseen) and is_closed(read, sequences, context.seed)
        except OutOfTimeError:
            return None
        rounds = ROUNDS[bool(doubts_of(tried)) and not closed]
        if closed:
            found = asked(read, sequences, tried, context, rounds=rounds)
        else:
            networks = taught(sequences, None, context, rounds=rounds)
            if networks is None or networks.learned:
                return None
            nothing = Withheld(read, np.zeros_like(read.known), sequences.lengths)
            found = completed(nothing, sequences, tried, context, networks)
        if found is None:
            return None
        why = _WHY.format(rounds="one round" if rounds == 1 else f"{rounds} rounds")
        return replace(found, findings=(why, *found.findings), log=context.recorder.lines)


def _nearly_told(tried: dict[str, Tried]) -> bool:
    """Whether machines from less of the data were tried, and hardly wrong on the rest."""
    return len(tried) > 1 and all(one.wrong <= (1.0 - NEARLY) * one.sequences for one in tried.values())
