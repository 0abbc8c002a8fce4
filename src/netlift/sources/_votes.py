"""What labels of sequences that begin alike say of each other: which are outvoted, and by what."""

from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from netlift.data import Sequences

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_CLEAR = 3  # votes by which an answer must lead before it is held to be right whatever else is said
_SPREAD = 3.0  # standard deviations that a count of contradictions may lie below what is expected
_ALIKE = 3  # labels of one beginning that say the same: so many wrong ones in one place are no chance


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Votes:
    """The labels of sequences, counted for each beginning (the inputs up to a step).

    `beginning` [N, T] numbers the beginnings, -1 where there is no label. Of each one: `labels` how many it
    has, `most` [n, K] the answer given most often, `count` how often, `second` how often the next one came.
    `kind` [N, T] numbers the answers as given.
    """

    beginning: Ints
    kind: Ints
    labels: Ints
    most: Ints
    count: Ints
    second: Ints

    @classmethod
    def of(cls, sequences: Sequences) -> "Votes":
        """The votes on each beginning; a sort of the sequences for each step until all differ."""
        labelled = sequences.labelled
        beginning = np.where(labelled, beginnings(sequences), -1)
        found, kinds = np.unique(sequences.targets[labelled], axis=0, return_inverse=True)
        kind = np.full(labelled.shape, -1, dtype=np.int64)
        kind[labelled] = kinds.reshape(-1)
        used, numbers = np.unique(beginning[labelled], return_inverse=True)
        beginning[labelled] = numbers.reshape(-1)
        pairs, counts = np.unique(
            beginning[labelled] * max(1, len(found)) + kind[labelled], return_counts=True
        )
        group, answer = np.divmod(pairs, max(1, len(found)))
        order = np.lexsort((answer, -counts, group))  # within a group the answer that leads, then the next
        first = np.flatnonzero(np.diff(group[order], prepend=-1))
        count, second = counts[order][first], np.zeros(len(first), dtype=np.int64)
        following = first + 1
        inside = following < np.append(first[1:], len(order))
        second[inside] = counts[order][following[inside]]
        labels = np.bincount(beginning[labelled], minlength=len(used))
        return cls(beginning, kind, labels, found[answer[order][first]], count, second)

    @cached_property
    def outvoted(self) -> int:
        """How many labels are others than the one given most often after the same beginning."""
        return int((self.labels - self.count).sum())

    @cached_property
    def recurring(self) -> int:
        """How many labels have others after the same beginning."""
        return int(self.labels[self.labels > 1].sum())

    @property
    def most_wrong(self) -> float:
        """The share of labels that may be wrong for all that the contradictions say; 1 where none could."""
        if not self.recurring:
            return 1.0
        count = float(self.outvoted)
        return min(1.0, (count + _SPREAD * (sqrt(count) + 1.0)) / self.recurring)

    @property
    def clear(self) -> Bools:
        """[n]: whether the answer given most often leads so far that it is held to be right."""
        return (self.count - self.second >= _CLEAR) & (self.count >= 2 * self.second)

    def usual(self, sequences: Sequences) -> Ints:
        """The targets [N, T, K] with the answer given most often after each beginning; of equals, one."""
        expected: Ints = np.where(
            (self.beginning >= 0)[..., None], self.most[self.beginning.clip(min=0)], sequences.targets
        )
        return expected

    def unanimously(self, wrong: Bools) -> tuple[int, float]:
        """Beginnings whose labels, three or more, all say the same and are all `wrong` [N, T].

        How many there are, and how likely so many, or one with so many labels, would be were labels wrong at
        random, at the rate at which they are.
        """
        from scipy.special import pdtrc  # at start it would cost every run time

        here = self.beginning >= 0
        contradicted = np.bincount(self.beginning[here & wrong], minlength=len(self.labels))
        agreed = (self.labels >= _ALIKE) & (self.count == self.labels)
        found = self.labels[agreed & (contradicted == self.labels)]
        if not len(found):
            return 0, 1.0
        rate = float((here & wrong).sum() / here.sum())
        chances = rate ** self.labels[agreed].astype(np.float64)
        together = float(pdtrc(len(found) - 1, float(chances.sum())))
        return len(found), min(together, len(chances) * rate ** float(found.max()))


def beginnings(sequences: Sequences) -> Ints:
    """The number [N, T] of the inputs up to each step, equal where these are; -1 beyond an end."""
    flat, width = sequences.inputs.reshape(-1, sequences.inputs.shape[2]), sequences.inputs.shape[1]
    symbols: Ints = np.unique(flat, axis=0, return_inverse=True)[1].reshape((len(flat) // width, width))
    letters = int(symbols.max(initial=0)) + 1
    found = np.full(symbols.shape, -1, dtype=np.int64)
    now, numbered = np.zeros(len(symbols), dtype=np.int64), 0
    for step in range(symbols.shape[1]):
        live = np.flatnonzero(sequences.lengths > step)
        if not len(live):
            break
        keys = now[live] * letters + symbols[live, step]
        now[live] = np.unique(keys, return_inverse=True)[1].reshape(-1)
        found[live, step] = now[live] + numbered
        numbered += int(now[live].max()) + 1
    return found


def consistent_with(sequences: Sequences, expected: Ints) -> Sequences:
    """The sequences with these targets [N, T, K]; where they still contradict each other, the usual ones."""
    changed = replace(sequences, targets=expected, clash="")
    return replace(changed, targets=Votes.of(changed).usual(changed))
