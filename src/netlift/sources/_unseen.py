"""The pairs of state and input that no sequence shows, as data and in a sentence."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.data import Sequences
from netlift.states import PartialMachine

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

TOLD = 12  # unseen pairs that the docstring names


def unseen_pairs(machine: PartialMachine, chosen: Bools, sequences: Sequences) -> list[dict[str, Any]]:
    """The chosen pairs [Q, A]: the state, a shortest sequence to it, and the inputs."""
    found = []
    for state in range(machine.states):
        unknown = np.flatnonzero(chosen[state])
        if len(unknown):
            found.append(
                {
                    "state": state,
                    "after": spelt_inputs(machine.alphabet[list(machine.access[state])], sequences),
                    "inputs": spelt_inputs(machine.alphabet[unknown], sequences),
                }
            )
    return found


def spelt_inputs(symbols: Ints, sequences: Sequences) -> list[Any]:
    """Inputs [T, D] as the user spells them: a value a step, or a list of them."""
    rows = [
        [
            value if names is None else names[value]
            for value, names in zip(row, sequences.input_symbols, strict=True)
        ]
        for row in symbols.tolist()
    ]
    return [row[0] if len(row) == 1 else row for row in rows]


def told_pairs(subject: str, unseen: Sequence[dict[str, Any]], pairs: int) -> str:
    """What the docstring says of pairs that no sequence shows."""
    count = sum(len(one["inputs"]) for one in unseen)
    told, left = [], TOLD
    for one in unseen:
        if left <= 0:
            break
        shown = [json.dumps(symbol, ensure_ascii=False) for symbol in one["inputs"][:left]]
        left -= len(shown)
        word = ", ".join(json.dumps(symbol, ensure_ascii=False) for symbol in one["after"])
        told.append(f"in state {one['state']} (after {word or 'nothing'}): {', '.join(shown)}")
    more = f"; and {count - TOLD} more" if count > TOLD else ""
    return f"{subject}: {count} of {pairs} pairs of state and input: {'; '.join(told)}{more}."
