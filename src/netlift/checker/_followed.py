"""Re-checks a proof by boxes whose images are followed until they lie in boxes again.

From each box every word is followed, set by set, until the set lies in the box that the word leads to, after
`length` symbols at the latest. On all sets on the way the answers are the machine's. So a run of the network
stays in what was followed, however long it is. Nothing of the learner is imported.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.checker._forms import UNIT, Cloud, Frame, extent
from netlift.checker._points import Cell, Perceptrons
from netlift.checker._sets import moved, right
from netlift.checker._values import need, real_numbers, whole_numbers

Array = NDArray[Any]

_LONGEST = 64
_MOST_WORK = 2 * 10**12  # multiplications
_TOGETHER = 32  # sets at a time, so that memory stays small
_FIELDS = {"labels", "successors", "centres", "radii", "frames", "axes", "length"}


def check_followed(certificate: Any, weights: dict[str, Array]) -> None:
    """Raises Refused at the first step that fails."""
    config, machine, stated = certificate["network"], certificate["machine"], certificate["followed"]
    need(set(machine) == {"alphabet", "transitions", "outputs"}, "form: the machine's fields")
    need(set(stated) == _FIELDS, "form: the fields of the boxes that are followed")
    net = _network(config, weights)
    alphabet = whole_numbers(machine["alphabet"], 2, "symbols")
    transitions = whole_numbers(machine["transitions"], 2, "transitions")
    outputs = whole_numbers(machine["outputs"], 3, "outputs")
    states, symbols = transitions.shape
    need(alphabet.shape == (symbols, net.streams), "machine: its alphabet does not fit")
    need(len({tuple(row) for row in alphabet.tolist()}) == symbols, "machine: a symbol stands there twice")
    need(outputs.shape == (states, symbols, net.answers), "machine: its outputs do not fit")
    need(((transitions >= 0) & (transitions < states)).all(), "machine: a transition leads nowhere")
    labels = whole_numbers(stated["labels"], 1, "labels")
    successors = whole_numbers(stated["successors"], 2, "successors")
    count, hidden = len(labels), net.hidden
    need(successors.shape == (count, symbols), "boxes: a box lacks a successor")
    need(((successors >= 0) & (successors < count)).all(), "boxes: a successor is no box")
    need(((labels >= 0) & (labels < states)).all(), "boxes: a label is no state")
    need(labels[0] == 0, "start: the first box is not labelled with the machine's first state")
    good = (labels[successors] == transitions[labels]).all(axis=1)
    need(good.all(), f"labels: box {int(np.argmax(~good))} leads to another state than the machine does")
    centres = real_numbers(stated["centres"], (count, hidden), "centres")
    radii = real_numbers(stated["radii"], (count, hidden), "radii")
    need((radii >= 0.0).all(), "boxes: a radius is negative")
    need((centres[0] == net.initial).all(), "start: the first hidden state is not the first centre")
    axes = real_numbers(stated["axes"], (len(stated["axes"]), hidden, hidden), "axes")
    of_box = whole_numbers(stated["frames"], 1, "frames")
    need(of_box.shape == (count,), "boxes: a box lacks axes")
    need(((of_box >= 0) & (of_box < len(axes))).all(), "boxes: a box has no axes")
    length = stated["length"]
    need(type(length) is int and 1 <= length <= _LONGEST, "boxes: the length up to which they are followed")
    frames = [Frame(own, _inverse(own)) for own in axes]
    units = net.encoded(alphabet)
    left = float(_MOST_WORK)
    for box in range(count):
        spread = axes[of_box[box]] * radii[box]
        fuzz = 2 * UNIT * (np.abs(spread).sum(axis=1) + np.abs(centres[box]))
        first = Cloud(centres[box][None], spread[None], fuzz[None])
        waiting = [(0, first, np.array([box]))]
        while waiting:
            steps, sets, at = waiting.pop()
            own, symbol = np.repeat(np.arange(len(at)), symbols), np.tile(np.arange(symbols), len(at))
            before = Cloud(sets.middle[own], sets.spread[own], sets.fuzz[own])
            left -= len(own) * hidden * hidden * (sets.spread.shape[2] + hidden)
            need(left >= 0.0, "boxes: too many sets to follow")
            reached, aim = moved(net, before, units[symbol]), successors[at[own], symbol]
            answers = right(net, reached, outputs[labels[at[own]], symbol])
            place = f"of what was followed from box {box} for {steps + 1} symbols"
            need(answers.all(), f"output: {place} there may be another answer")
            outside = np.flatnonzero(~_inside(reached, centres, radii, frames, of_box, aim))
            need(not len(outside) or steps + 1 < length, f"step: {place} not all leads into a box again")
            for start in range(0, len(outside), _TOGETHER):
                some = outside[start : start + _TOGETHER]
                rest = Cloud(reached.middle[some], reached.spread[some], reached.fuzz[some])
                waiting.append((steps + 1, rest, aim[some]))


def _network(config: Any, weights: dict[str, Array]) -> Cell | Perceptrons:
    """The network; perceptrons s' = W act(s) + U x + b with s = 0 at first are followed by their act(s).

    That is the hidden state of the Elman network with the same weights: act(0) = 0, and what the perceptrons
    compute besides are products with 1 and sums with 0, which round nothing.
    """
    if "architecture" not in config:
        return Cell(config, weights)
    form = Perceptrons(config, weights)
    one, activation = np.eye(form.hidden), config["architecture"]["activation"]
    needed = ("f.0.hidden", "f.1.weight", "f.skip.hidden", "f.skip.input", "g.0.weight", "g.1.weight")
    if form.f_depth != 2 or not all(name in weights for name in needed):
        return form
    zero = ("initial", "f.0.input", "f.0.bias", "f.skip.hidden", "g.0.bias", "g.skip")
    if any(weights[name].any() for name in zero if name in weights):
        return form
    if not all(np.array_equal(weights[name], one) for name in ("f.0.hidden", "g.0.weight")):
        return form
    if form.out_mean.any() or (form.out_scale != 1.0).any():
        return form
    own = {f"weight_{to}_l0": weights[name] for to, name in (("ih", "f.skip.input"), ("hh", "f.1.weight"))}
    own["bias_ih_l0"] = weights["f.1.bias"]
    for layer in range(1, form.g_depth):
        own |= {f"g.{layer - 1}.{kind}": weights[f"g.{layer}.{kind}"] for kind in ("weight", "bias")}
    numbers = form.alphabets is None
    inputs = {
        "coding": "number" if numbers else "one-hot",
        "alphabets": form.alphabets,
        "mean": form.mean.tolist() if numbers else [0.0],
        "scale": form.scale.tolist() if numbers else [1.0],
    }
    outputs = {"coding": "number" if form.classes is None else "classes", "classes": form.classes, "at": 0.0}
    described = {"kind": "cell", "cell": "rnn", "hidden": form.hidden, "layers": 1}
    described |= {"activation": activation, "readout_activation": activation}
    return Cell({**described, "inputs": inputs, "outputs": outputs}, own)


def _inverse(axes: Array) -> Array:
    """What the frame then shows to be the inverse, nearly."""
    try:
        inverse: Array = np.linalg.inv(axes)
    except np.linalg.LinAlgError:
        inverse = np.zeros_like(axes)
    return inverse


def _inside(
    state: Cloud, centres: Array, radii: Array, frames: list[Frame], of_box: Array, aim: Array
) -> Array:
    """Which of N sets lie in the boxes they should lead to."""
    inside = np.zeros(len(aim), dtype=bool)
    for frame in np.unique(of_box[aim]):
        rows = np.flatnonzero(of_box[aim] == frame)
        part = Cloud(state.middle[rows], state.spread[rows], state.fuzz[rows])
        reach = extent(part, centres[aim[rows]], frames[frame])
        inside[rows] = (reach <= radii[aim[rows]]).all(axis=1)
    return inside
