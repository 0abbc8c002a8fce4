"""A changed copy of a network: how it was changed, with whose answers, and what ties it to the original."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from netlift.certify import Claim
from netlift.certify._network import NetworkKnown
from netlift.core._streams import random_stream
from netlift.data import Sequences, alphabets, distinct_rows
from netlift.networks import WeightedNetwork, has_codes, run
from netlift.states.readers import words_of

Ints = NDArray[np.int64]

DRAWN = 100_000  # words of the training length on which copy and original are compared
FEWEST = 2_000
WORK = 1_500_000_000  # what running both may cost, for each of the two kinds of words: weights times steps,
EACH = 600  # with so many more for every step of a network
PIECE = 2_000  # words run at a time

Answers = Literal["machine", "program"]


@dataclass(frozen=True)
class Step:
    """One change: what was done, in words ("fine-tuned"), and whose answers it used (None: nobody's)."""

    how: str
    answers: Answers | None = None


@dataclass(frozen=True)
class Changed:
    """What a change made of a network: the new one, what was done, and what is known of it, if anything.

    `accuracy` is its share of right held-out sequences; None: taken to be the original's.
    """

    network: WeightedNetwork
    step: Step
    known: NetworkKnown | None = None
    accuracy: float | None = None


@dataclass(frozen=True)
class Agreement:
    """On how many of so many sequences the copy answers as the original, at every step.

    Attributes:
        sequences: how many were run.
        agree: on how many of them both answer alike.
    """

    sequences: int
    agree: int

    def facts(self) -> dict[str, int]:
        """The counts as they stand in result.json."""
        return {"sequences": self.sequences, "agree": self.agree}


@dataclass(frozen=True)
class Copy:
    """A network that was made from, or trained in place of, the one that is kept as the network.

    Attributes:
        network: the changed network, or the other one.
        change: in words, what it is and how it came about.
        uses_answers: whether a step of that used the "machine"'s or the "program"'s answers; None: the data
            alone.
        training: how often it answers as the original on training sequences.
        drawn: the same on words of `length` inputs, drawn evenly.
        length: the number of inputs of each of these.
        weights_moved: the distance of the weights, relative to the size of the original's (Euclidean), or a
            sentence that says why there is none.
    """

    network: WeightedNetwork
    change: str
    uses_answers: Answers | None
    training: Agreement
    drawn: Agreement
    length: int
    weights_moved: float | str

    def details(self) -> dict[str, Any]:
        """What a claim about the copy has to say of it."""
        return {
            "change": self.change,
            "uses_answers": self.uses_answers,
            "agreement": {
                "training": self.training.facts(),
                "drawn": {**self.drawn.facts(), "length": self.length},
            },
            "weights_moved": self.weights_moved,
        }

    def facts(self) -> dict[str, Any]:
        """The copy as it stands in result.json."""
        network = {
            "architecture": str(self.network),
            "parameters": self.network.parameters,
            "hidden": self.network.hidden_size,
        }
        return {"network": network, **self.details()}

    def claim(self, known: Claim) -> Claim:
        """Tell what is known of the copy's network, as a claim that cannot be taken for one of the original.

        Args:
            known: the claim about the copy's network alone.

        Returns:
            The claim "copy = ...", which begins with the change.
        """
        moved = self.weights_moved
        told = f"its weights moved by {_percent(moved)} of their size" if isinstance(moved, float) else moved
        words = (
            f"{self.change}: {known.words}; it answers as the network that is kept on "
            f"{self.training.agree:,} of {self.training.sequences:,} training sequences and on "
            f"{self.drawn.agree:,} of {self.drawn.sequences:,} drawn ones of {self.length:,} inputs; {told}"
        )
        return Claim("copy = machine", known.tier, words, {**known.details, **self.details()})


def copy_of(
    original: WeightedNetwork,
    network: WeightedNetwork,
    steps: Sequence[Step],
    train: Sequences,
    seed: int,
    *,
    another: bool = False,
) -> Copy:
    """The changed network with what ties it to the original.

    `another` says that it was trained from the data anew, and then changed by the steps, if there are any.
    """
    first = "another network, trained on the same data, not the one that was read" if another else "a copy"
    later = [f"{'then ' if another or place else ''}{step.how}" for place, step in enumerate(steps)]
    used = {step.answers for step in steps}
    answers: Answers | None = "machine" if "machine" in used else "program" if "program" in used else None
    words, rng = words_of(train), random_stream(seed, "agreement of a copy")
    size = sum(EACH + (one.parameters or 0) for one in (original, network))
    most = int(np.clip(WORK // (size * words.length), FEWEST, DRAWN))
    rows = train.take(np.arange(min(len(train), most)))
    same = _alike(original, network, rows.filled, rows.mask)
    drawn = _drawn(train, words.length, most, rng)
    alike = _alike(original, network, drawn, np.ones(drawn.shape[:2], dtype=np.bool_))
    return Copy(
        network,
        ", ".join([first, *later]),
        answers,
        Agreement(len(rows), int(same.sum())),
        Agreement(len(drawn), int(alike.sum())),
        words.length,
        "its weights are its own" if another else weights_moved(original, network),
    )


def weights_moved(original: WeightedNetwork, network: WeightedNetwork) -> float | str:
    """How far the weights of a changed network are from the original's, relative to their size.

    A sentence's end, where the two have other weights.
    """
    if has_codes(network):
        return "a layer of codes was added"
    before, after = _weights(original), _weights(network)
    if before is None or after is None:
        return "it keeps its weights to itself"
    shapes = [{name: np.shape(array) for name, array in weights.items()} for weights in (before, after)]
    if shapes[0] != shapes[1]:
        depths = [getattr(getattr(one, "architecture", None), "f_depth", 0) for one in (original, network)]
        return "a layer was added" if depths[0] < depths[1] else "it is of another architecture"
    size = sum(float(np.square(one).sum()) for one in before.values())
    moved = sum(float(np.square(after[name] - one).sum()) for name, one in before.items())
    return float(np.sqrt(moved / size)) if size > 0.0 else "the original's weights are all 0"


def _percent(share: float) -> str:
    return f"{100 * share:,.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def _weights(network: WeightedNetwork) -> Mapping[str, NDArray[np.float64]] | None:
    """Its weights by name; None where it does not tell them."""
    weights: Mapping[str, NDArray[np.float64]] | None = getattr(network, "weights", None)
    return weights


def _alike(
    one: WeightedNetwork, other: WeightedNetwork, inputs: Ints, mask: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether both answer alike [N] at every step of inputs [N, T, D] that counts; each word is run once."""
    first, same_as = distinct_rows(inputs.reshape(len(inputs), -1))
    differ = np.zeros((len(first), inputs.shape[1]), dtype=np.bool_)
    for start in range(0, len(first), PIECE):
        piece = slice(start, start + PIECE)
        words = inputs[first[piece]]
        differ[piece] = (run(one, words) != run(other, words)).any(axis=2)
    return np.logical_not((differ[same_as] & mask).any(axis=1), dtype=np.bool_)


def _drawn(train: Sequences, length: int, count: int, rng: np.random.Generator) -> Ints:
    """Words [count, length, D] of joint symbols that occur, or, of many, of each stream's numbers."""
    symbols = words_of(train).alphabet
    if symbols is not None:
        drawn: Ints = symbols[rng.integers(len(symbols), size=(count, length))]
        return drawn
    return np.stack([rng.choice(known, size=(count, length)) for known in alphabets(train)], axis=2)
