"""Reading guided by both: a machine from the data, and networks that answer where they are silent."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import OutOfTimeError, checkpoint
from netlift.core._context import Context
from netlift.data import Sequences, shortened, split
from netlift.networks import Rung, WeightedNetwork, ladder

Ints = NDArray[np.int64]

LEAST = 0.99  # accuracy on held-out sequences from which a network is asked
NETWORKS = 3  # that have to agree; of one architecture, each from a start of its own
ROUNDS = 2  # of the ladder of networks: what takes longer is not waited for
HELD_OUT = 1_000
MOST_TIMES = 50  # a sequence that passes a gap is seen while others are seen once


@dataclass(frozen=True)
class Guide:
    """Networks that learned the sequences, the best first, and their shares of held-out ones."""

    networks: tuple[WeightedNetwork, ...]
    accuracies: tuple[float, ...]


@dataclass(frozen=True)
class Taught:
    """What networks made of sequences.

    `foremost` is right on the largest share of held-out ones, `accuracy`. `guide` are those that may be asked
    where the sequences are silent; None: too few learned them. The first of these, or else the foremost, is
    the `best`.
    """

    foremost: WeightedNetwork
    accuracy: float
    guide: Guide | None = None

    @property
    def best(self) -> WeightedNetwork:
        """The network that stands beside the machine."""
        return self.foremost if self.guide is None else self.guide.networks[0]

    @property
    def share(self) -> float:
        """Its share of held-out sequences."""
        return self.accuracy if self.guide is None else self.guide.accuracies[0]

    @property
    def learned(self) -> bool:
        """Whether a network is right on all held-out sequences."""
        return self.accuracy == 1.0


def taught(
    sequences: Sequences,
    telling: Callable[[Sequences], Ints] | None,
    context: Context,
    *,
    rounds: int = ROUNDS,
) -> Taught | None:
    """Networks trained on sequences for so many rounds of the ladder at most; None: there was no time.

    `telling` numbers the sequences that pass what networks are to be asked about. They are shown to them as
    often as all others together (`MOST_TIMES` each at most), for a state that is passed nine times in four
    thousand walks is learned last. Training ends when `NETWORKS` of one architecture have all of them right;
    where nothing is asked (None), when one network has all held-out sequences right; or with the budget.
    """
    clock, recorder = context.clock, context.recorder
    recorder.stage("train")
    whole = shortened(sequences)
    train, held_out = split(whole, context.stream("split"))
    tested = held_out if len(held_out) else train
    tested = tested.take(np.arange(min(HELD_OUT, len(tested))))
    asked = None if telling is None else whole.take(telling(whole))
    lesson = train if telling is None else _more_of(train, telling(train))
    best = _Best()
    try:
        with clock.bounding(), clock.stage("train"):
            for rung in ladder(lesson, tested, seed=context.seed):
                checkpoint()
                if rung.round >= rounds:
                    break
                recorder.learned(rung.ensemble.architecture, rung.ensemble.steps, rung.accuracies.tolist())
                best.saw(rung, asked)
                if (best.accuracy if asked is None else best.furthest) == 1.0:
                    break
    except OutOfTimeError:
        recorder.log(f"the budget of {clock.budget:g} seconds is spent")
    found = best.taught
    if found is not None:
        recorder.log(
            f"networks were trained beside it: {found.foremost} is right on {found.accuracy:.1%} of held-out "
            "sequences"
        )
    if asked is not None:
        recorder.log(best.told)
    return found


class _Best:
    """The networks that came furthest so far."""

    def __init__(self) -> None:
        self.accuracy = self.furthest = -1.0
        self._foremost: WeightedNetwork | None = None
        self._guide: Guide | None = None

    def saw(self, rung: Rung, asked: Sequences | None) -> None:
        """Note how far an ensemble has come, on held-out sequences and on those it is to be asked about."""
        accuracies, ensemble = rung.accuracies, rung.ensemble
        if float(accuracies.max()) > self.accuracy:
            self.accuracy = float(accuracies.max())
            self._foremost = ensemble.network(int(accuracies.argmax()))
        learned = np.flatnonzero(accuracies >= LEAST)
        if len(learned) < NETWORKS or asked is None or not len(asked):
            return
        known = ensemble.accuracies(asked)
        chosen = learned[np.argsort(-known[learned], kind="stable")[:NETWORKS]]
        if float(known[chosen[-1]]) > self.furthest:
            self.furthest = float(known[chosen[-1]])
            networks = tuple(ensemble.network(int(place)) for place in chosen)
            self._guide = Guide(networks, tuple(accuracies[chosen].tolist()))

    @property
    def taught(self) -> Taught | None:
        """What networks made of the sequences; None: there was none."""
        return None if self._foremost is None else Taught(self._foremost, self.accuracy, self._guide)

    @property
    def told(self) -> str:
        """The log's line about those that may be asked."""
        guide = self._guide
        if guide is None:
            return f"no {NETWORKS} networks learned the data well enough to be asked"
        return (
            f"{NETWORKS} networks {guide.networks[0]}: each right on {min(guide.accuracies):.1%} or more of "
            f"the held-out sequences, and on {self.furthest:.1%} of those that pass what they are asked about"
        )


def _more_of(train: Sequences, telling: Ints) -> Sequences:
    """The sequences, those numbered `telling` so often that they are as many as all."""
    if not len(telling):
        return train
    times = min(MOST_TIMES, max(1, len(train) // len(telling))) - 1
    return train.take(np.concatenate([np.arange(len(train)), np.repeat(telling, times)]))
