"""A finite machine whose states are clusters of rows: hidden states that go on nearly alike are one.

Machines were read so from recurrent networks early on (Omlin and Giles 1996), from hidden units; here rows
are clustered, what a network answers later, so that any network can be read, and k-means++ (Arthur and
Vassilvitskii 2007) sets out.
"""

import numpy as np
from numpy.typing import NDArray

from netlift.approximate._pairs import Pairs
from netlift.core._clock import checkpoint
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROUNDS = 20  # of Lloyd's algorithm
AGAIN = 2  # rounds in which transitions are counted from where the machine itself stands


def clustered(pairs: Pairs, states: int, rng: np.random.Generator) -> list[Machine]:
    """Machines of at most so many states, the later ones with transitions counted along their own runs."""
    centres = _centres(np.concatenate([pairs.first[None], pairs.before, pairs.after]), states, rng)
    start = int(_nearest(pairs.first[None], centres)[0])
    before, after = _nearest(pairs.before, centres), _nearest(pairs.after, centres)
    symbols, answers = pairs.rows.probe.symbols, pairs.rows.answers.rows
    usual = _majority(after, pairs.said, len(centres), len(answers))
    moves = _counted(before, pairs.symbols, after, len(centres), symbols)
    found = [_machine(pairs, moves, usual, start)]
    words = _padded(pairs)
    for _ in range(AGAIN):
        checkpoint()
        stands = np.full(len(pairs.words), start, dtype=np.int64)
        for step in range(words.shape[1]):
            stands = np.where(words[:, step] < 0, stands, moves[stands, words[:, step]])
        moves = _counted(stands, pairs.symbols, after, len(centres), symbols, moves)
        usual = _majority(moves[stands, pairs.symbols], pairs.said, len(centres), len(answers), usual)
        found.append(_machine(pairs, moves, usual, start))
    return found


def _machine(pairs: Pairs, moves: Ints, usual: Ints, start: int) -> Machine:
    """The machine that answers by the state it comes to; its first state is `start`."""
    order = np.concatenate([[start], np.delete(np.arange(len(moves)), start)])
    place = np.empty(len(moves), dtype=np.int64)
    place[order] = np.arange(len(moves))
    outputs = pairs.rows.answers.rows[usual[moves[order]]]
    return Machine(pairs.rows.probe.alphabet, place[moves[order]], outputs).minimised()


def _counted(
    before: Ints, symbols: Ints, after: Ints, states: int, width: int, otherwise: Ints | None = None
) -> Ints:
    """Where each symbol leads most often from each state [Q, A]; where none was seen, as `otherwise`.

    Without that: where the symbol leads most often at all, or to the state itself.
    """
    counts = np.zeros((states, width, states), dtype=np.int32)
    np.add.at(counts, (before, symbols, after), 1)
    if otherwise is None:
        whole = counts.sum(axis=0)
        often = np.where(whole.sum(axis=1) > 0, whole.argmax(axis=1), 0)
        otherwise = np.tile(often, (states, 1))
    return np.where(counts.sum(axis=2) > 0, counts.argmax(axis=2), otherwise)


def _majority(states: Ints, said: Ints, count: int, answers: int, otherwise: Ints | None = None) -> Ints:
    """The most frequent answer [Q] on the way to each state."""
    counts = np.zeros((count, answers), dtype=np.int64)
    np.add.at(counts, (states, said), 1)
    if otherwise is None:
        otherwise = np.full(count, int(counts.sum(axis=0).argmax()), dtype=np.int64)
    return np.where(counts.sum(axis=1) > 0, counts.argmax(axis=1), otherwise)


def _padded(pairs: Pairs) -> Ints:
    """The words before each place [M, T], -1 behind their ends."""
    words = np.full((len(pairs.words), max(map(len, pairs.words))), -1, dtype=np.int64)
    for row, word in enumerate(pairs.words):
        words[row, : len(word)] = word
    return words


def _centres(points: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Up to `count` centres [k, S] of points [n, S], set out by k-means++."""
    chosen = [points[0]]  # the row before any symbol: where every word begins
    away = ((points - chosen[0]) ** 2).sum(axis=1)
    while len(chosen) < count and away.sum() > 1e-9 * len(points):
        chosen.append(points[int(rng.choice(len(points), p=away / away.sum()))])
        away = np.minimum(away, ((points - chosen[-1]) ** 2).sum(axis=1))
    centres = np.array(chosen)
    for _ in range(ROUNDS):
        checkpoint()
        near = _nearest(points, centres)
        sizes = np.bincount(near, minlength=len(centres))[:, None]
        sums = np.zeros_like(centres)
        np.add.at(sums, near, points)
        moved = np.where(sizes > 0, sums / np.maximum(sizes, 1), centres)
        if np.allclose(moved, centres):
            break
        centres = moved
    return centres


def _nearest(points: Floats, centres: Floats) -> Ints:
    """The number [n] of the centre nearest to each point."""
    found: Ints = ((centres**2).sum(axis=1) - 2.0 * points @ centres.T).argmin(axis=1)
    return found
