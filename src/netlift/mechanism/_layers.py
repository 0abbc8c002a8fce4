"""Where in a network the program's variables are: a table by layer."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from netlift.core._arguments import checked_count, checked_seed
from netlift.core._errors import InputError
from netlift.core._streams import random_stream
from netlift.core._threads import on_one_thread
from netlift.mechanism._measure import FITTED, Interventions, Swaps
from netlift.mechanism._trace import Stepper, Trace, traced
from netlift.mechanism._variables import variable_maps
from netlift.networks import Inside, inside, parts_of, vectors_of, with_part

if TYPE_CHECKING:
    from netlift.report._result import Result

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Layer:
    """What one place inside a network holds of the program.

    Attributes:
        name: the place: a block of a causal model, or a part of the recurrent state.
        variables: for each program variable the share of fresh places in which it is read off right, by an
            affine map or the nearest stored vector (docs/faithfulness.md).
        usual: for each the share that its most frequent value alone has.
        interchange: how often the network answers as the source does, where what the place holds is put
            there from another word.
    """

    name: str
    variables: Mapping[str, float]
    usual: Mapping[str, float]
    interchange: Interventions


@dataclass(frozen=True)
class Layers:
    """The places inside a network, in the order they are run in; as text, a table."""

    layers: tuple[Layer, ...]

    def __str__(self) -> str:
        names = list(self.layers[0].variables)
        rows = [["layer", *names, "exchanged", "of these telling"]]
        rows.append(["most frequent value", *(f"{self.layers[0].usual[name]:.0%}" for name in names), "", ""])
        for layer in self.layers:
            shares = (layer.interchange.agreement, layer.interchange.telling_agreement)
            rows.append(
                [
                    layer.name,
                    *(f"{layer.variables[name]:.0%}" for name in names),
                    *("" if share is None else f"{share:.0%}" for share in shares),
                ]
            )
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
        ]
        return "\n".join(line.rstrip() for line in lines)


@on_one_thread
def layers(result: "Result", *, trials: int = 1_000, seed: int = 0) -> Layers:
    """Find where in a Transformer or a recurrent network of several parts the program's variables are held.

    Of a causal model (`from_causal`, `from_transformers`) the places are its blocks, and what they put out at
    the place of a symbol. It is put into another word at the same place, and the answer there should be that
    of the word it comes from. Of a network with three methods they are the parts of its hidden state (the
    elements of a tuple, list or dict); one part is put into another word's state, which is then read to its
    end: it should be answered as the program does from the state of the word that the part comes from.

    Args:
        result: what `lift` gave, with a program.
        trials: exchanges at each place, and about the number of fresh places that variables are read from.
        seed: the same seed gives the same figures.

    Returns:
        For each place the variables that can be read off, and the share of exchanges that agree.

    Raises:
        InputError: the result has no program, network or words, or the network has no places to look at.

    Cost:
        For each place a run of the network on `trials` words.

    Source:
        Geiger, Lu, Icard and Potts, Causal abstractions of neural networks, NeurIPS 2021.

    Example:
        >>> import netlift, numpy as np
        >>> class Parity:
        ...     def initial_state(self, batch):
        ...         return {"steps": np.zeros((batch, 1)), "odd": np.zeros((batch, 1))}
        ...     def next_state(self, hidden, inputs):
        ...         return {"steps": hidden["steps"] + 1, "odd": (hidden["odd"] + inputs) % 2}
        ...     def output(self, hidden):
        ...         return hidden["odd"]
        >>> result = netlift.lift(Parity(), netlift.Alphabet((range(2),), length=8))
        >>> [(one.name, one.interchange.telling_agreement) for one in netlift.layers(result).layers]
        [('state steps', 0.0), ('state odd', 1.0)]
    """
    trials, seed = checked_count("trials", trials), checked_seed(seed)
    if any(not hasattr(result, name) for name in ("network", "recurrence", "words")):
        raise InputError(f"result is of type {type(result).__name__}; expected what lift gives")
    network, recurrence, words = result.network, result.recurrence, result.words
    if network is None or recurrence is None or words is None:
        raise InputError("the result holds no program to compare a network with; expected one from lift")
    rng = random_stream(seed, "interventions by layer")
    length = words.shape[1]
    chosen = words[rng.permutation(len(words))[: FITTED + max(100, -(-trials // max(length, 1)))]]
    half, stepper = min(FITTED, len(chosen) // 2), Stepper(recurrence)
    fit, fresh = (traced(network, stepper, part) for part in (chosen[:half], chosen[half:]))
    if len(fit) < 1 or len(fresh) < 2 or length < 2:
        raise InputError("it takes three words of two or more steps that the program answers")
    swaps = Swaps(network, stepper, fresh, trials, rng)
    seen = [inside(network, np.array(trace.symbols)) for trace in (fit, fresh)]
    if seen[0] is not None and seen[1] is not None:
        held, exchanged = [seen[0].activations, seen[1].activations], _in_module(seen[1], swaps)
    else:
        held, exchanged = [_parts(trace) for trace in (fit, fresh)], _in_state(swaps)
    if not held[0]:
        raise InputError(f"{network} has no places that could be looked at")
    found = []
    for name, vectors in held[0].items():
        there = (replace(fit, hidden=vectors), replace(fresh, hidden=held[1][name]))
        maps = {part.name: (part, one) for part, one in variable_maps(recurrence, *there).items()}
        usual = {}
        for label, (part, _) in maps.items():
            values = Counter(part.of(state) for states in fresh.states for state in states)
            usual[label] = max(values.values()) / values.total()
        shares = {label: one.agreement for label, (_, one) in maps.items()}
        found.append(Layer(name, shares, usual, exchanged(name)))
    return Layers(tuple(found))


def _parts(trace: Trace) -> dict[str, Floats]:
    """The parts of the hidden states of a trace as vectors [N, T, H]."""
    shape = trace.path.outputs.shape[:2]
    seen = {name: vectors_of(part) for name, part in parts_of(trace.path.states).items()}
    return {name: one.reshape(*shape, -1) for name, one in seen.items() if one is not None and one.size}


def _in_state(swaps: Swaps) -> Callable[[str], Interventions]:
    mine = swaps.hidden(swaps.target, swaps.step - 1)
    rows = np.arange(len(swaps.step))
    return lambda name: swaps.compared(rows, with_part(mine, swaps.theirs, name), swaps.expected)


def _in_module(there: Inside, swaps: Swaps) -> Callable[[str], Interventions]:
    """Exchanges at the place of one symbol, judged by the answer there."""
    pairs = zip(swaps.source.tolist(), swaps.target.tolist(), swaps.step.tolist(), strict=True)
    answers = swaps.trace.answers
    both = [(answers[source][step], answers[target][step]) for source, target, step in pairs]
    theirs = np.array([one for one, _ in both])
    telling = np.array([one != two for one, two in both])

    def exchanged(name: str) -> Interventions:
        right = (there.exchanged(name, swaps.target, swaps.source, swaps.step) == theirs).all(axis=1)
        told = float(right[telling].mean()) if telling.any() else None
        return Interventions(len(right), float(right.mean()), int(telling.sum()), told)

    return exchanged
