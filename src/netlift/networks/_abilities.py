"""What a network is able to, asked once by whoever needs it; no class is tested anywhere else.

Two kinds of questions. What a network does with numbers (`answers_numbers`, `is_over_whole_numbers`) it says
itself, an outsider's as well as one of the package. Whether its weights have a form that algebra, boxes or
codes work on is asked of the classes that are these forms: a network of an outsider has the ability by being
built as one (`LinearRnn`, `MlpRnn`, ...), for a method could promise a form but not make its weights one.
"""

from typing import TYPE_CHECKING, TypeGuard

from netlift.networks._coded import Coded
from netlift.networks._linear_rnn import LinearRnn
from netlift.networks._mlp_rnn import MlpRnn
from netlift.networks._protocol import Graded, WeightedNetwork
from netlift.networks._quantised import Quantised

if TYPE_CHECKING:
    from typing_extensions import TypeIs


def is_affine(network: object) -> "TypeIs[LinearRnn]":
    """Whether both of its maps are affine and its weights are known: proofs over the whole numbers."""
    return isinstance(network, LinearRnn)


def is_perceptron(network: object) -> "TypeIs[MlpRnn]":
    """Whether its maps are perceptrons of known weights: boxes can be enclosed, and it can be trained on."""
    return isinstance(network, MlpRnn)


def has_basis(network: object) -> "TypeIs[MlpRnn | LinearRnn]":
    """Whether its hidden states can be written in another basis, its weights changed to match."""
    return isinstance(network, MlpRnn | LinearRnn)


def has_codes(network: object) -> "TypeIs[Quantised]":
    """Whether its hidden state is one of finitely many codes after every step."""
    return isinstance(network, Quantised)


def takes_codes(network: object) -> "TypeIs[Coded | MlpRnn]":
    """Whether a layer of codes can be put behind its step."""
    return isinstance(network, Coded | MlpRnn)


def answers_numbers(network: object) -> TypeGuard[Graded]:
    """Whether its outputs are numbers to be rounded, so that they may lie between whole ones.

    It says so by an attribute `answers_numbers`, and `margin` tells how far they are from the nearest half.
    """
    return getattr(network, "answers_numbers", False) is True and isinstance(network, Graded)


def is_over_whole_numbers(network: object) -> TypeGuard[WeightedNetwork]:
    """Whether it takes and answers whole numbers already, so that no coding is to be found.

    It says so by an attribute `over_whole_numbers`, and tells its size by `hidden_size` and `parameters`.
    """
    return getattr(network, "over_whole_numbers", False) is True
