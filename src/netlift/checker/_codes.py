"""Re-checks a proof by codes: a network whose hidden state is one of finitely many vectors after every step.

Nothing of the learner is imported: numpy and the standard library only. The argument: each code is labelled
with a state of the machine. From the first hidden state and from every code, under every symbol, some code
that is labelled with the state that the machine enters, and at which the network answers what the machine
answers, is nearer to the new hidden state than every other code, whatever was rounded. By induction on the
length of the word every answer is the machine's.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.checker._forms import UNIT
from netlift.checker._points import Cell, Perceptrons, Points
from netlift.checker._values import need, real_numbers, whole_numbers

Array = NDArray[Any]

_AGREE = 1e-6  # to what share a margin that is stated has to be the one that is found
_MOST_WORK = 10**8  # codes times codes times symbols


def check_codes(certificate: Any, weights: dict[str, Array]) -> None:
    """Raises Refused at the first step that fails."""
    config, machine, stated = certificate["network"], certificate["machine"], certificate["codes"]
    need(set(config) == {"kind", "network"} and config["kind"] == "codes", "network: it has no codes")
    need(set(machine) == {"alphabet", "transitions", "outputs"}, "form: the machine's fields")
    need(set(stated) == {"labels", "margin", "answer_margin"}, "form: the codes' fields")
    need("codes" in weights and weights["codes"].ndim == 2, "weights: there are no codes")
    codes = weights["codes"]
    inner = {name: array for name, array in weights.items() if name != "codes"}
    perceptrons = "architecture" in config["network"]
    cell = Perceptrons(config["network"], inner) if perceptrons else Cell(config["network"], inner)
    need(len(codes) >= 1 and codes.shape[1] == cell.hidden, "weights: the codes are no hidden states")
    alphabet = whole_numbers(machine["alphabet"], 2, "symbols")
    transitions = whole_numbers(machine["transitions"], 2, "transitions")
    outputs = whole_numbers(machine["outputs"], 3, "outputs")
    states, symbols = transitions.shape
    need(alphabet.shape == (symbols, cell.streams), "machine: its alphabet does not fit")
    need(len({tuple(row) for row in alphabet.tolist()}) == symbols, "machine: a symbol stands there twice")
    need(outputs.shape == (states, symbols, cell.answers), "machine: its outputs do not fit")
    need(((transitions >= 0) & (transitions < states)).all(), "machine: a transition leads nowhere")
    labels = whole_numbers(stated["labels"], 1, "labels")
    need(labels.shape == (len(codes),), "codes: a code lacks a label")
    need(((labels >= 0) & (labels < states)).all(), "codes: a label is no state")
    need(len(codes) ** 2 * symbols <= _MOST_WORK, "codes: too many to check")
    said, sure = _answers(cell, codes)
    halves = 0.5 * (codes * codes).sum(axis=1)
    units = cell.encoded(alphabet)
    least, distances = np.inf, dict[int, Array]()
    for node in range(-1, len(codes)):  # the first hidden state, then each code
        before = cell.initial if node < 0 else codes[node]
        state = 0 if node < 0 else labels[node]
        reached = cell.advanced(np.repeat(before[None], symbols, axis=0), units)
        finite = np.isfinite(reached.value + reached.off).all()
        need(finite, f"step: from {'the start' if node < 0 else f'code {node}'} numbers grow too large")
        close = reached.affine(codes, -halves)  # h c - |c|^2 / 2 is greatest at the nearest code
        for symbol in range(symbols):
            right = (labels == transitions[state, symbol]) & (said == outputs[state, symbol]).all(axis=1)
            place = f"from {'the start' if node < 0 else f'code {node}'} symbol {symbol}"
            need(right.any(), f"codes: {place} should lead to a code that is not there")
            own = Points(close.value[symbol][None])
            own.off = close.off[symbol][None]
            best = int(np.where(right, own.value[0], -np.inf).argmax())
            away, clear = _lead(own, best)
            need((clear[0] | right).all(), f"step: {place} may lead to another code")
            if not right.all():
                if best not in distances:
                    distances[best] = np.sqrt(np.square(codes - codes[best]).sum(axis=1))
                least = min(least, float((away[0][~right] / distances[best][~right]).min()))
    _need_margin(stated["margin"], least, "codes")
    _need_margin(stated["answer_margin"], sure, "answers")


def _answers(cell: Cell | Perceptrons, codes: Array) -> tuple[Array, float]:
    """What the network answers at each code [M, K], and how far that is at least from another answer."""
    units = cell.shown(codes)
    need(np.isfinite(units.value + units.off).all(), "output: numbers grow too large")
    if cell.classes is None:
        whole = np.rint(units.value)
        need((np.abs(whole) < 2.0**53).all(), "output: a number is too large")
        away = 0.5 - np.abs(units.value - whole)
        _need_sure((away > 2.001 * units.off + 8 * UNIT * units.size()).all(axis=1))
        return whole.astype(np.int64), float(away.min())
    said, sure, start = [], np.inf, 0
    for stream, symbols in enumerate(cell.classes):
        names = np.array(symbols)
        if cell.kind == "threshold":
            value, off = units.value[:, stream], units.off[:, stream]
            over = np.abs(value - cell.at)
            _need_sure(over > 2.001 * off + 8 * UNIT * (np.abs(value) + abs(cell.at)))
            said.append(names[(value > cell.at).astype(np.int64)])
            sure = min(sure, float(over.min()))
            continue
        scores = units.part(start, start + len(symbols))
        place = scores.value.argmax(axis=1)
        for code, best in enumerate(place.tolist()):
            own = scores.value[code : code + 1], scores.off[code : code + 1]
            row = Points(own[0])
            row.off = own[1]
            lead, clear = _lead(row, best)
            others = np.arange(len(symbols)) != best
            need(clear[0][others].all(), f"output: at code {code} there may be another answer")
            sure = min(sure, float(lead[0][others].min(initial=np.inf)))
        said.append(names[place])
        start += len(symbols)
    return np.stack(said, axis=1), sure


def _need_sure(good: Array) -> None:
    need(good.all(), f"output: at code {int(np.argmax(~good))} there may be another answer")


def _lead(scores: Points, best: int) -> tuple[Array, Array]:
    """How far one score is ahead of each [N, n], and whether it is so in every evaluation."""
    ahead = scores.value[:, best : best + 1] - scores.value
    # what is compared is computed anew, and may be off as much again
    loose = 2.001 * (scores.off + scores.off[:, best : best + 1])
    size = np.abs(scores.value) + np.abs(scores.value[:, best : best + 1])
    return ahead, ahead > loose + 8 * UNIT * size


def _need_margin(stated: Any, found: float, what: str) -> None:
    """What a certificate states as the least margin is the one found here; None where there is none."""
    if not np.isfinite(found):
        need(stated is None, f"margin: there is none of {what}")
        return
    value = float(real_numbers([stated], (1,), f"the margin of {what}")[0])
    need(abs(value - found) <= _AGREE * found, f"margin: of {what} it is {found:.6g}, not {value:.6g}")
