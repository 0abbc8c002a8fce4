"""Named streams of random numbers: what checks something is drawn apart from what it was made with."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

# The number of each stream, which stays what it is: another one would draw other words, and results of one
# seed would no longer be the same bytes. A new purpose gets a number that none of the tables has.
#
# Four numbers have two names each (8 to 11). The first draws words, to read or train networks with; the
# other draws weights, codes or walks for a changed copy of a network. That is harmless: they draw other
# things in another order, and what one makes is never checked with what the other drew. A copy is proved, or
# run on words of a stream of CHECKS, whose numbers no other name has. Numbers of their own would give other
# copies, so that benchmarks/PROOFS.md would have to be made anew.
MAKES: Mapping[str, int] = MappingProxyType(
    {
        "data of a task": 1,
        "split": 2,  # the one split of data into those to learn from and those held out
        "reading": 3,
        "longer words to read": 5,
        "longer words to train on": 7,
        "examples of an alphabet": 8,
        "fine-tuning": 8,
        "words of a given network": 9,
        "new units": 9,
        "lean reading": 10,
        "pulling into boxes": 10,
        "hardest words": 11,
        "codes": 11,
        "cutting boxes": 12,
        "ends of ranges": 13,
        "drawn words to train on": 15,
        "reading another network": 17,
        "merging": 21,
        "asking networks": 22,
        "words with wrong labels": 31,
        "noise on hidden states": 33,
        "clusters of hidden states": 34,
        "words that count": 35,
        "sequences without wrong labels": 36,
        "sequences to learn from": 37,
        "ranges": 38,
        "programs that are near": 41,
        "rounding to ways of going on": 43,
        "withheld pairs": 44,
        "followed boxes": 45,
    }
)
CHECKS: Mapping[str, int] = MappingProxyType(
    {
        "words of a rule": 4,
        "interventions": 6,
        "horizon": 19,
        "longer words": 23,
        "agreement of a copy": 24,
        "random words": 25,
        "words to measure by": 42,
        "interventions by layer": 47,
    }
)
_NUMBERS = {**MAKES, **CHECKS}


def random_stream(seed: int, name: str) -> np.random.Generator:
    """A new stream of random numbers for the purpose of this name, the same each time.

    Raises KeyError for a name that stands in neither table.
    """
    return np.random.default_rng([seed, _NUMBERS[name]])
