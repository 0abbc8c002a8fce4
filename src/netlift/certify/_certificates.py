"""Proofs about networks as plain values that JSON can hold, for the independent checker."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.certify._boxes import NetworkProof
from netlift.certify._codes import CodesProof
from netlift.certify._exact import PARTS, LinearProof
from netlift.certify._followed import FollowedProof
from netlift.certify._system import System
from netlift.checker import ARITHMETIC, FORMAT, digest, seal
from netlift.networks import Coded, LinearRnn, MlpRnn, Quantised, has_codes, is_affine, is_perceptron
from netlift.states import Machine

Ints = NDArray[np.int64]


def machine_certificate(network: MlpRnn, proof: NetworkProof) -> dict[str, Any]:
    """What `checker.check_network` needs, beside the weights, to re-check a proof by boxes."""
    graph = proof.graph
    return _sealed(
        "network = machine",
        network,
        {
            "machine": _tables(proof.machine),
            "boxes": {
                "labels": graph.labels.tolist(),
                "successors": graph.successors.tolist(),
                "centres": proof.centres.tolist(),
                "radii": proof.radii.tolist(),
                "axes": proof.axes.tolist(),
                "inverse": proof.inverse.tolist(),
                "halvings": proof.halvings,
            },
        },
    )


def codes_certificate(network: Quantised, proof: CodesProof) -> dict[str, Any]:
    """What `checker.check_network` needs, beside weights and codes, to re-check a proof by codes."""
    stated = {
        "labels": proof.labels.tolist(),
        "margin": proof.margin,
        "answer_margin": proof.answer_margin,
    }
    return _sealed("network = machine", network, {"machine": _tables(proof.machine), "codes": stated})


def followed_certificate(network: Coded | MlpRnn, proof: FollowedProof) -> dict[str, Any]:
    """What `checker.check_network` needs, beside the weights, to re-check boxes that are followed."""
    stated = {
        "labels": proof.graph.labels.tolist(),
        "successors": proof.graph.successors.tolist(),
        "centres": proof.centres.tolist(),
        "radii": proof.radii.tolist(),
        "frames": proof.frames.tolist(),
        "axes": proof.axes.tolist(),
        "length": proof.length,
    }
    return _sealed("network = machine", network, {"machine": _tables(proof.machine), "followed": stated})


def linear_certificate(network: LinearRnn, proof: LinearProof) -> dict[str, Any]:
    """What `checker.check_network` needs, beside the weights, to re-check an exact identity.

    The tier is that of the network as it runs: "proved" where nothing is ever rounded, "exhaustive" where
    that is known up to a length.
    """
    return _sealed(
        "network = recurrence",
        network,
        {
            "system": {name: np.asarray(getattr(proof.system, name)).tolist() for name in PARTS},
            "domain": proof.domain.facts()["streams"],
            "float_length": proof.float_length,
        },
        "proved" if proof.float_length is None else "exhaustive",
    )


def levels_certificate(network: MlpRnn, system: System, alphabet: Ints, length: int) -> dict[str, Any]:
    """What `checker.check_network` needs, beside the weights, to re-check all words up to a length.

    `system` is the machine or the recurrence that the network was compared with over `alphabet` [A, D].
    """
    rest = {"system": system.facts(), "alphabet": alphabet.tolist(), "length": length}
    return _sealed("network = machine", network, rest, "exhaustive")


def _sealed(
    claim: str, network: Coded | MlpRnn | LinearRnn | Quantised, rest: dict[str, Any], tier: str = "proved"
) -> dict[str, Any]:
    kind = "linear" if is_affine(network) else "cell"
    kind = "mlp" if is_perceptron(network) else kind
    kind = "codes" if has_codes(network) else kind
    certificate = {
        "format": FORMAT,
        "claim": claim,
        "tier": tier,
        "arithmetic": ARITHMETIC,
        "network": {"kind": kind, **_plain(network.config())},
        "weights": digest(network.weights),
        **rest,
    }
    return {**certificate, "seal": seal(certificate)}


def _tables(machine: Machine) -> dict[str, Any]:
    return {
        "alphabet": machine.alphabet.tolist(),
        "transitions": machine.transitions.tolist(),
        "outputs": machine.outputs.tolist(),
    }


def _plain(value: Any) -> Any:
    """Tuples as lists, as JSON would give them back."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value
