"""The changes: what may be done to a copy of a network so that more can be shown of it."""

from dataclasses import dataclass

from netlift.certify import answers_many, prove_cut, quantised, snapped
from netlift.certify._network import Target, proved_by_boxes, proved_by_codes
from netlift.core._clock import time_left
from netlift.harden._copy import Changed, Step
from netlift.harden._hard_words import refitted, settled, sharpened
from netlift.harden._longer_words import TIMES, prolonged
from netlift.networks import can_be_saved, is_perceptron, network_accuracy, takes_codes
from netlift.plugins import Change
from netlift.program._explanation import Explanation


def _is_over() -> bool:
    return time_left() <= 0.0


@dataclass(frozen=True)
class LeastSquares:
    """A perceptron of numbers fitted again to the machine's answers."""

    name: str = "least squares"
    cost: float = 1e8

    def changed(self, explanation: Explanation, target: Target, seed: int) -> Changed | None:
        """The fitted network, if boxes prove it."""
        network, machine = explanation.network, target.machine
        if not is_perceptron(network) or machine is None or not answers_many(machine):
            return None
        exact = refitted(network, machine, target.train, seed)
        proof = None if exact is network else prove_cut(exact, machine, seed)
        if proof is None:
            return None
        step = Step(f"fitted again by least squares to the {target.answers}'s answers", target.answers)
        return Changed(exact, step, proved_by_boxes(exact, machine, proof))


@dataclass(frozen=True)
class Snap:
    """A perceptron given a rounding layer, or fine-tuned, until boxes prove it."""

    name: str = "snap"
    cost: float = 1e9

    def changed(self, explanation: Explanation, target: Target, seed: int) -> Changed | None:
        """The snapped network with its proof."""
        network, machine = explanation.network, target.machine
        if not is_perceptron(network) or machine is None:
            return None
        snap = snapped(network, machine, seed, _is_over)
        if snap is None:
            return None
        step = Step(f"{snap.change} to fit the {target.answers}'s states and answers", target.answers)
        return Changed(snap.network, step, proved_by_boxes(snap.network, machine, snap.proof))


@dataclass(frozen=True)
class Codes:
    """A network that was given, with a layer of codes behind its step."""

    name: str = "codes"
    cost: float = 1e10

    def changed(self, explanation: Explanation, target: Target, seed: int) -> Changed | None:
        """The network with its codes, if the independent checker accepts the proof."""
        network, machine = explanation.network, target.machine
        if explanation.may_be_changed or machine is None:
            return None
        if not can_be_saved(network) or not takes_codes(network):
            return None
        rounding = quantised(network, machine, target.length, seed)
        known = None if rounding is None else proved_by_codes(rounding[0], machine, rounding[1])
        if rounding is None or known is None:
            return None
        count = len(rounding[0].codes)
        layer = f"given a layer of {count:,} code{'s' if count > 1 else ''}"
        how = f"{layer} to fit the {target.answers}'s states and answers"
        return Changed(rounding[0], Step(how, target.answers), known)


@dataclass(frozen=True)
class TrainFurther:
    """A perceptron trained on drawn words until it answers as the machine does."""

    name: str = "train further"
    cost: float = 1e11

    def changed(self, explanation: Explanation, target: Target, seed: int) -> Changed | None:
        """The network after it, if it is right on more of the held-out sequences."""
        network, machine = explanation.network, target.reading.machine
        if machine is None or not is_perceptron(network):
            return None
        better = settled(network, machine, target.length, target.train, seed)
        accuracy = network_accuracy(better, target.test)
        if better is network or accuracy <= explanation.accuracy:
            return None
        step = Step("trained further on the machine's answers", "machine")
        return Changed(better, step, accuracy=accuracy)


@dataclass(frozen=True)
class TrainOnHardWords:
    """A perceptron trained on all words of the training length that it still has wrong."""

    name: str = "train on hard words"
    cost: float = 1e11

    def changed(self, explanation: Explanation, target: Target, seed: int) -> Changed | None:
        """The network after it, if it has no more of them wrong."""
        network, table = explanation.network, target.table
        if not is_perceptron(network) or table is None or explanation.errors:
            return None
        better = sharpened(network, table, target.length, target.train, seed)
        if better is network:
            return None
        whose = target.answers
        return Changed(
            better, Step(f"trained further at the training length on the {whose}'s answers", whose)
        )


@dataclass(frozen=True)
class TrainOnLongerWords:
    """A perceptron trained at greater length on the program's answers."""

    name: str = "train on longer words"
    cost: float = 1e11

    def changed(self, explanation: Explanation, target: Target, seed: int) -> Changed | None:
        """The network after it, if it is right on more of the longer words and the same is read from it."""
        held_out = target.train if target.held_out is None else target.held_out
        better = prolonged(explanation, target.train, held_out, seed)
        if better is explanation:
            return None
        step = Step(f"trained at {TIMES} times the length on the program's answers", "program")
        return Changed(better.network, step)


# A change is listed here, and nowhere else; the cheaper is tried first. The first three end in a proof.
TO_PROOFS: tuple[Change, ...] = (LeastSquares(), Snap(), Codes())
TRAININGS: tuple[Change, ...] = (TrainFurther(), TrainOnHardWords(), TrainOnLongerWords())
CHANGES: tuple[Change, ...] = (*TO_PROOFS, *TRAININGS)
