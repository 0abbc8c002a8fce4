"""What a network is able to, asked once by whoever needs it; no class is tested anywhere else.

Each question answers whether a network has a form that a stage works on. An outsider's network has the
ability of a form where it is one of these.
"""

from typing import TYPE_CHECKING

from netlift.networks._coded import Coded
from netlift.networks._linear_rnn import LinearRnn
from netlift.networks._mlp_rnn import MlpRnn
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


def answers_numbers(network: object) -> "TypeIs[Coded | MlpRnn]":
    """Whether its outputs are numbers to be rounded, so that they may lie between whole ones."""
    if isinstance(network, MlpRnn):
        return network.coding.classes is None
    return isinstance(network, Coded) and network.outputs.kind == "number"


def is_over_whole_numbers(network: object) -> "TypeIs[MlpRnn | LinearRnn | Coded | Quantised]":
    """Whether it takes and answers whole numbers already, so that no coding is to be found."""
    return isinstance(network, MlpRnn | LinearRnn | Coded | Quantised)
