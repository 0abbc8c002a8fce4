"""Where a program, a network and data differ, in sentences."""

from typing import Any

import numpy as np

from netlift.data import Sequences, spelt
from netlift.networks import WeightedNetwork, network_errors
from netlift.program import Program

TOLD = 200  # steps of a sequence that are told
SHOWN = 5  # sequences on which two differ that are told


def disagreement(network: WeightedNetwork, data: Sequences, follows: str) -> tuple[str, ...]:
    """Where network and data disagree, and which of the two the program follows."""
    wrong = np.flatnonzero(network_errors(network, data))
    if not len(wrong):
        return ()
    shown = "; ".join(_told(data, int(row)) for row in wrong[:SHOWN])
    return (
        f"The network is wrong on {len(wrong):,} of {len(data):,} sequences of the data; the program follows "
        f"the {follows}. Such inputs are {shown}.",
    )


def differing(program: Program | None, train: Sequences) -> tuple[str, ...]:
    """The first sequences on which program and network differ."""
    if program is None:
        return ()
    rows: list[int] = []
    count = 0
    for row in range(len(train)):
        length = int(train.lengths[row])
        try:
            same = program(_spelt(train, row)) == _targets(train, row)[:length]
        except (ArithmeticError, LookupError, TypeError, ValueError):
            same = False
        if not same:
            count += 1
            rows.append(row)
    rows.sort(key=lambda row: (int(train.lengths[row]), row))
    shown = "; ".join(_told(train, row) for row in rows[:SHOWN])
    return (
        (f"The program and the network differ on {count:,} of {len(train):,} words, such as {shown}.",)
        if rows
        else ()
    )


def _spelt(sequences: Sequences, row: int) -> list[Any]:
    return spelt(sequences.inputs[row, : sequences.lengths[row]], sequences.input_symbols)


def _targets(sequences: Sequences, row: int) -> list[Any]:
    return spelt(sequences.targets[row, : sequences.lengths[row]], sequences.target_symbols)


def _told(sequences: Sequences, row: int) -> str:
    word = _spelt(sequences, row)
    told = ", ".join(map(str, word[:TOLD]))
    return f"[{told}]" if len(word) <= TOLD else f"[{told}, ... {len(word):,} steps]"
