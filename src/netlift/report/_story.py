"""What a result's page tells of a run that neither its claims nor its checks need: data, and formulas."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.core._progress import Learned
from netlift.data import Sequences
from netlift.formulas import Candidate

SHOWN = 12  # sequences that are kept for the page
LOOKED_AT = 200  # rows among which different ones are looked for


@dataclass(frozen=True, eq=False)
class Story:
    """Some of the data of a run, and the formulas that were considered for what was read.

    Attributes:
        examples: a few different sequences, as the program was made from them.
        count: how many there are to make it from.
        held_out: how many were kept from it.
        lengths: the shortest and the longest.
        values: for each input stream, and for each output stream, the least and the largest number (a text:
            its place among the symbols).
        considered: the formulas that were exact on what was read, in the order in which they were tried.
        chosen: the one that became the program; None: there is none.
        course: how far the ensembles came that gradient trained, as they came.
    """

    examples: Sequences
    count: int
    held_out: int
    lengths: tuple[int, int]
    values: tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]
    considered: tuple[Candidate, ...] = ()
    chosen: Candidate | None = None
    course: tuple[Learned, ...] = ()

    @classmethod
    def of(
        cls,
        train: Sequences,
        held_out: Sequences | None = None,
        considered: tuple[Candidate, ...] = (),
        chosen: Candidate | None = None,
    ) -> "Story":
        """What is to be told of a run on these sequences."""
        ends = (int(train.lengths.min()), int(train.lengths.max())) if len(train) else (0, 0)
        first = train.take(np.arange(min(LOOKED_AT, len(train))))
        rows = np.sort(first.distinct()[0])[:SHOWN]
        mask, labelled = train.mask, train.labelled
        return cls(
            first.take(rows),
            len(train),
            0 if held_out is None else len(held_out),
            ends,
            (_ends(train.inputs[mask]), _ends(train.targets[labelled])),
            considered,
            chosen,
        )


def _ends(values: NDArray[np.int64]) -> tuple[tuple[int, int], ...]:
    """The least and the largest of each column of [M, D]."""
    if not len(values):
        return ()
    ends = zip(values.min(axis=0).tolist(), values.max(axis=0).tolist(), strict=True)
    return tuple((low, high) for low, high in ends)
