"""What the data themselves show, where no network learned them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from netlift.states._machine import Machine
from netlift.states.readers._finite import read_by_merging
from netlift.states.readers._reading import Reading
from netlift.states.readers._words import WORDS, Words


def reading_of_data(words: Words, outputs: NDArray[np.int64], errors: Callable[[Machine], int]) -> Reading:
    """The machine that merging finds in words and their outputs [N, T, K], or else the mere answers.

    `errors` counts the sequences that a machine answers wrongly; one that errs is none.
    """
    found = read_by_merging(words, outputs, "data")
    if found is None or (found.machine is not None and errors(found.machine)):
        found = Reading("data", None, words.behaviour(words.inputs[:WORDS], outputs[:WORDS]))
    return replace(found, of_data=True)
