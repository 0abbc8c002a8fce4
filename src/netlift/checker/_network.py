"""Re-checks a saved proof that a network computes a machine or a linear recurrence.

Nothing of the learner is imported: numpy and the standard library only. The network is evaluated from its raw
weights, with bounds written anew. What is trusted: IEEE 754 double precision with rounding to nearest, in
which numpy computes sums and products in any order, with or without fused multiply-add (Higham, 2002,
section 3.1); numpy's tanh and exp right to four units in the last place.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.checker._codes import check_codes
from netlift.checker._followed import check_followed
from netlift.checker._forms import UNIT, Cloud, Form, Frame, advanced, answers, extent
from netlift.checker._json import MALFORMED
from netlift.checker._levels import check_levels
from netlift.checker._linear_network import check_linear
from netlift.checker._syntax import Refused as BadProgram
from netlift.checker._values import Refused, digest, need, real_numbers, seal, whole_numbers
from netlift.checker._words import ARITHMETIC

Array = NDArray[Any]

FORMAT = "netlift network certificate 2"
ABOUT = ("network", "copy")  # the network as it was trained or given, or a changed copy of it
_KEYS = {
    (f"{about} = {other}", tier): fields
    for about in ABOUT
    for other, tier, fields in (
        ("machine", "proved", [{"machine", "boxes"}, {"machine", "codes"}, {"machine", "followed"}]),
        ("machine", "exhaustive", [{"system", "alphabet", "length"}]),
        ("recurrence", "proved", [{"system", "domain", "float_length"}]),
        ("recurrence", "exhaustive", [{"system", "domain", "float_length"}]),
    )
}
NETWORK_CLAIMS = frozenset(claim for claim, _ in _KEYS)
_MOST_HALVINGS = 12
_MOST_IMAGES = 4_000_000  # pieces of boxes times symbols; fewer where there are many hidden units, but
_FEWEST_IMAGES = 500_000  # not fewer than these
_LEAST_IMAGES = 16  # that each piece counts for
_COMMON = {"format", "claim", "tier", "arithmetic", "network", "weights", "seal"}


def check_network(certificate: Any, weights: Mapping[str, Array]) -> str | None:
    """None where the proof holds for a network with these weights; else the first step that fails."""
    try:
        with np.errstate(all="ignore"):  # what overflows compares false, and is refused
            _check(
                certificate, {name: np.asarray(array, dtype=np.float64) for name, array in weights.items()}
            )
    except (Refused, BadProgram) as refusal:
        return str(refusal)
    except MALFORMED as error:
        return f"form: the certificate is malformed ({type(error).__name__}: {error})"
    return None


def _check(certificate: Any, weights: dict[str, Array]) -> None:
    need(isinstance(certificate, dict), "form: a certificate is an object")
    need(certificate.get("format") == FORMAT, f"form: the format is not {FORMAT!r}")
    claim = (str(certificate.get("claim")), str(certificate.get("tier")))
    need(claim[0] in NETWORK_CLAIMS, "form: the claim is unknown")
    need(certificate["seal"] == seal(certificate), "seal: the certificate was changed after it was written")
    need(claim in _KEYS, "form: the tier is none of such a claim")
    complete = set(certificate) >= _COMMON and set(certificate) - _COMMON in _KEYS[claim]
    need(complete, "form: fields are missing or superfluous")
    need(certificate["arithmetic"] == ARITHMETIC, f"form: the arithmetic is not {ARITHMETIC!r}")
    need(certificate["weights"] == digest(weights), "weights: they are not those that the proof is about")
    finite = all(np.isfinite(array).all() for array in weights.values())
    need(finite, "weights: they hold a NaN or infinite number")
    if "codes" in certificate:
        check_codes(certificate, weights)
    elif "followed" in certificate:
        check_followed(certificate, weights)
    elif "boxes" in certificate:
        _check_machine(certificate, weights)
    elif "length" in certificate:
        check_levels(certificate, weights)
    else:
        check_linear(certificate, weights)


# ---- network = machine -------------------------------------------------------------------------


def _check_machine(certificate: Any, weights: dict[str, Array]) -> None:
    form = Form(certificate["network"], weights)
    machine, boxes = certificate["machine"], certificate["boxes"]
    need(set(machine) == {"alphabet", "transitions", "outputs"}, "form: the machine's fields")
    fields = {"labels", "successors", "centres", "radii", "axes", "inverse", "halvings"}
    need(set(boxes) == fields, "form: the boxes' fields")
    alphabet = whole_numbers(machine["alphabet"], 2, "symbols")
    transitions = whole_numbers(machine["transitions"], 2, "transitions")
    outputs = whole_numbers(machine["outputs"], 3, "outputs")
    states, symbols = transitions.shape
    need(alphabet.shape == (symbols, len(form.mean)), "machine: its alphabet does not fit")
    need(len({tuple(row) for row in alphabet.tolist()}) == symbols, "machine: a symbol stands there twice")
    need(outputs.shape == (states, symbols, len(form.out_mean)), "machine: its outputs do not fit")
    need(((transitions >= 0) & (transitions < states)).all(), "machine: a transition leads nowhere")
    labels = whole_numbers(boxes["labels"], 1, "labels")
    successors = whole_numbers(boxes["successors"], 2, "successors")
    count, hidden = len(labels), form.hidden
    need(successors.shape == (count, symbols), "boxes: a box lacks a successor")
    need(((successors >= 0) & (successors < count)).all(), "boxes: a successor is no box")
    need(((labels >= 0) & (labels < states)).all(), "boxes: a label is no state")
    need(labels[0] == 0, "start: the first box is not labelled with the machine's first state")
    good = labels[successors] == transitions[labels]
    need(good.all(), f"labels: box {_first(good)} leads to another state than the machine does")
    centres = real_numbers(boxes["centres"], (count, hidden), "centres")
    radii = real_numbers(boxes["radii"], (count, hidden), "radii")
    axes = real_numbers(boxes["axes"], (hidden, hidden), "axes")
    inverse = real_numbers(boxes["inverse"], (hidden, hidden), "the inverse of the axes")
    need((radii >= 0.0).all(), "boxes: a radius is negative")
    frame = Frame(axes, inverse)
    need((centres[0] == weights["initial"]).all(), "start: the first hidden state is not the first centre")
    halvings = boxes["halvings"]
    need(type(halvings) is int and 0 <= halvings <= _MOST_HALVINGS, "boxes: the number of halvings")
    units = form.units(alphabet)
    left = max(_FEWEST_IMAGES, _MOST_IMAGES // max(1, hidden * hidden // 64))
    for box in range(count):  # one box at a time keeps memory small
        aim, long = successors[box], int(radii[box].argmax())
        pieces = [(0, centres[box], radii[box])]
        while pieces:
            cuts, centre, radius = pieces.pop()
            left -= max(_LEAST_IMAGES, symbols)
            need(left >= 0, "boxes: too many pieces to check")
            state = advanced(form, units, Cloud(centre[None], (axes * radius)[None], np.zeros((1, hidden))))
            inside = (extent(state, centres[aim], frame) <= radii[aim]).all(axis=1)
            right = answers(form, state, outputs[labels[box]])
            if cuts < halvings and not (inside.all() and right.all()):
                radius = np.where(np.arange(hidden) == long, 0.5 * radius, radius)
                for side in (-1.0, 1.0):
                    middle = centre + side * axes[:, long] * radius[long]
                    slack = 4 * UNIT * (np.abs(centre) + np.abs(axes[:, long]) * radius[long])
                    # so that both halves cover the whole, wherever the middle was rounded to
                    wider = (radius + frame.reach(np.abs(inverse) @ slack)) * (1.0 + 4 * UNIT)
                    pieces.append((cuts + 1, middle, wider))
                continue
            place = f"from box {box} symbol"
            need(inside.all(), f"step: {place} {_first(inside)} leads out of the box it should lead to")
            need(right.all(), f"output: {place} {_first(right)} may give another answer")


def _first(good: Array) -> int:
    return int(np.argmax(~good.reshape(len(good), -1).all(axis=1)))
