"""How far an explanation can be trusted beyond its data."""

from netlift.core._streams import random_stream
from netlift.data import Sequences
from netlift.program._explanation import Explanation
from netlift.program._judge import departures
from netlift.report._horizon import Horizon
from netlift.states.readers import longer_words, words_of

TWICE = 2
TWICE_WORDS = 500


def horizon_of(found: Explanation, train: Sequences, seed: int) -> Horizon:
    """How far the data reach, and whether the network that learned them goes on as the program does."""
    words = words_of(train)
    if found.trained.provenance.is_truth:
        return Horizon(words.length)
    determining = found.reading.determining
    if determining is not None:
        return Horizon(words.length, determining, found.confirmed)
    if found.reading.of_data:
        return Horizon(words.length)
    inputs = longer_words(found.network, words, TWICE, TWICE_WORDS, random_stream(seed, "horizon"))
    differ = departures(found.program, found.network, inputs, train)
    return Horizon(words.length, words=len(differ), differ=int(differ.sum()))
