"""Network = recurrence for all words up to a length: sets of hidden states, level by level."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.certify._enumerate import Reached
from netlift.certify._zonotope import image, lead
from netlift.networks import MlpRnn

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_BOXES = 300_000  # beyond it boxes that belong to one state are merged
MOST_WORK = 20_000_000  # boxes times symbols, over all levels
LIGHT = 64  # squared hidden units up to which these numbers hold; beyond, they fall in proportion
PIECE = 20_000  # images at a time


@dataclass(frozen=True)
class ProvedLength:
    """A network answers as a recurrence on all words of up to `length` symbols of its alphabet.

    `words` tells on how many, `margin` the least lead of a right answer on the way, `stopped` why it
    goes no further: "answer" (a box in which an answer may be wrong), "work" or "table" (limits), or
    "closed" where the whole table was asked for.
    """

    length: int
    words: int
    margin: float
    stopped: str


def proved_length(network: MlpRnn, table: Reached, most_work: int = MOST_WORK) -> ProvedLength:
    """The length up to which the network provably answers as the table, rounding errors included.

    Level t has for each word of length t a box that holds the hidden state after it: points at first,
    later, where there are too many, one box for all words that lead the recurrence to the same state.
    Interval arithmetic (Moore, 1966) carries the boxes on; nothing needs to contract, so that boxes
    grow and the length ends, but up to there every word is covered. Symbols are those of the table.
    `most_work` bounds boxes times symbols over all levels.
    """
    hidden, symbols = network.hidden_size, len(table.alphabet)
    centres = network.weights["initial"][None].astype(np.float64)
    radii = np.zeros_like(centres)
    states = np.zeros(1, dtype=np.int64)
    axes = np.eye(hidden)
    margin, work, length = np.inf, 0, 0
    heavier = max(1, hidden * hidden // LIGHT)  # a box of a wide network costs as much as many of a small one
    while length < table.length:
        if (table.transitions[states] < 0).any():
            return _told(length, symbols, margin, "table")
        work += len(states) * symbols
        if work > most_work // heavier:
            return _told(length, symbols, margin, "work")
        reached_centres, reached_radii = [], []
        step = max(1, PIECE // (symbols * heavier))
        for start in range(0, len(states), step):
            piece = slice(start, start + step)
            images = image(network, table.alphabet, centres[piece], radii[piece], axes)
            leads = lead(network, images, table.outputs[states[piece]].reshape(-1, table.outputs.shape[-1]))
            if not (leads > 0.0).all():
                return _told(length, symbols, margin, "answer")
            margin = min(margin, float(leads.min()))
            reached_centres.append(images.centre.reshape(-1, hidden))
            reached_radii.append(images.reach().reshape(-1, hidden))
        states = table.transitions[states].reshape(-1)
        centres, radii = np.concatenate(reached_centres), np.concatenate(reached_radii)
        if len(states) > MOST_BOXES // heavier:
            centres, radii, states = _merged(centres, radii, states)
        length += 1
    return _told(length, symbols, margin, "closed")


def _told(length: int, symbols: int, margin: float, why: str) -> ProvedLength:
    return ProvedLength(length, sum(symbols**t for t in range(1, length + 1)), margin, why)


def _merged(centres: Floats, radii: Floats, states: Ints) -> tuple[Floats, Floats, Ints]:
    """One box for each state, around all its boxes."""
    kept, groups = np.unique(states, return_inverse=True)
    low = np.full((len(kept), centres.shape[1]), np.inf)
    high = np.full((len(kept), centres.shape[1]), -np.inf)
    np.minimum.at(low, groups.reshape(-1), centres - radii)
    np.maximum.at(high, groups.reshape(-1), centres + radii)
    middle = 0.5 * (low + high)
    reach = np.maximum(high - middle, middle - low) + 1e-15 * (np.abs(low) + np.abs(high))
    return middle, reach, kept
