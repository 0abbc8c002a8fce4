"""The normalisers in a row: each step is kept only where the network goes on computing the same."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift._algebra import fit_system
from netlift.core._clock import checkpoint
from netlift.networks import LinearRnn, MlpRnn, as_network, is_affine, is_perceptron, run, run_with_states
from netlift.simplify._change import AffineChange, as_linear, changed
from netlift.simplify._debias import debiasing
from netlift.simplify._jordan import jordan
from netlift.simplify._quantise import quantised
from netlift.simplify._toeplitz import toeplitz
from netlift.simplify._whiten import whitening

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TOLERANCE = 1e-6  # how far a change of basis may move a raw output, relative to the largest
_LARGEST = 32  # hidden units up to which a Jordan form is looked for


@dataclass(frozen=True)
class Step:
    """One normaliser that was kept, and how far it moved a raw output at most."""

    name: str
    residue: float


@dataclass(frozen=True)
class Simplified:
    """A network after the normalisers, the steps that were kept, and whether all weights are whole."""

    network: MlpRnn | LinearRnn
    steps: tuple[Step, ...]
    whole: bool

    def __str__(self) -> str:
        told = ", ".join(f"{step.name} (residue {step.residue:.1e})" for step in self.steps)
        return f"{told or 'none'}{'; all weights whole' if self.whole else ''}"


def simplify(network: MlpRnn | LinearRnn, inputs: Ints) -> Simplified:
    """The network in a simpler basis, with the same outputs on the words [N, T, D].

    Whitening (with as few hidden units as the visited states need) and de-bias for every network;
    for one whose f and g are affine also Jordan normal form, Toeplitz, and quantisation, or, where
    they do not reach whole numbers, the integer realisation of its impulse response. A change of
    basis is kept if it moves no raw output by more than `TOLERANCE`, relative to the largest;
    rounding is kept if it changes no output. The normalisers are those of Michaud et al., Entropy
    2024, 26, 1046.
    """
    judge = _Judge(network, inputs)
    steps: list[Step] = []
    current: MlpRnn | LinearRnn = network
    linear = as_linear(network)
    if linear is not None and _whole(linear):
        return Simplified(linear, (), True)
    if linear is not None:
        current = judge.kept(current, linear, "affine", steps, relative=False)
    current = _step(judge, current, "whiten", whitening(judge.states(current)), steps)
    current = _step(judge, current, "debias", debiasing(current), steps)
    if is_affine(current):
        current = _normal_form(judge, current, steps)
        if not _whole(current):
            current = _realised(judge, current, inputs, steps)
    return Simplified(current, tuple(steps), _whole(current))


def _normal_form(judge: "_Judge", network: LinearRnn, steps: list[Step]) -> LinearRnn:
    """Jordan form, Toeplitz, whole numbers."""
    current: MlpRnn | LinearRnn = network
    if network.hidden_size <= _LARGEST:
        change = jordan(network.weights["transition"])
        if change is not None:
            current = _step(judge, current, "jordan", change, steps)
            weights = current.weights
            commuting = toeplitz(weights["transition"], weights["readout"], weights["drive"])
            current = _step(judge, current, "toeplitz", commuting, steps)
    assert is_affine(current)
    weights, moved = quantised(current.weights)
    if moved > 0:
        rounded = judge.kept(
            current, LinearRnn(weights, current.alphabets), "quantise", steps, relative=False
        )
        assert is_affine(rounded)
        return rounded
    return current


def _realised(judge: "_Judge", network: LinearRnn, inputs: Ints, steps: list[Step]) -> LinearRnn:
    """The integer realisation of what the network answers, if it has one."""
    lengths = np.full(len(inputs), inputs.shape[1], dtype=np.int64)
    sizes = tuple(len(np.unique(column)) for column in inputs.reshape(-1, inputs.shape[-1]).T)
    system = fit_system(inputs, run(network, inputs), lengths, alphabets=network.alphabets, sizes=sizes)
    if system is None:
        return network
    found = judge.kept(network, as_network(system), "realise", steps, relative=False)
    assert is_affine(found)
    return found


def _step(
    judge: "_Judge", network: MlpRnn | LinearRnn, name: str, change: AffineChange, steps: list[Step]
) -> MlpRnn | LinearRnn:
    checkpoint()
    return judge.kept(network, changed(network, change), name, steps, relative=True)


def _whole(network: MlpRnn | LinearRnn) -> bool:
    return all(bool((np.rint(array) == array).all()) for array in network.weights.values())


class _Judge:
    """Compares networks with the first one on given words."""

    def __init__(self, network: MlpRnn | LinearRnn, inputs: Ints) -> None:
        self._inputs = inputs
        hidden, self._outputs = run_with_states(network, inputs)
        self._raw = self._units(network, hidden)

    def states(self, network: MlpRnn | LinearRnn) -> Floats:
        """All visited states [M, H], the first one included."""
        hidden = run_with_states(network, self._inputs)[0]
        return np.concatenate([network.initial_state(1), np.concatenate(hidden)])

    def kept(
        self,
        old: MlpRnn | LinearRnn,
        new: MlpRnn | LinearRnn,
        name: str,
        steps: list[Step],
        *,
        relative: bool,
    ) -> MlpRnn | LinearRnn:
        """The new network if it is as good as the first one, else the old; the step is noted."""
        with np.errstate(over="ignore", invalid="ignore"):
            hidden, outputs = run_with_states(new, self._inputs)
            raw = self._units(new, hidden)
        residue = float(np.abs(raw - self._raw).max(initial=0.0))
        scale = max(1.0, float(np.abs(self._raw).max(initial=0.0)))
        good = np.array_equal(outputs, self._outputs) and np.isfinite(residue)
        if not good or (relative and residue > TOLERANCE * scale):
            return old
        steps.append(Step(name, residue))
        return new

    def _units(self, network: MlpRnn | LinearRnn, hidden: Floats) -> Floats:
        """Raw outputs, in whole-number units where outputs are numbers."""
        raw = network.raw_output(np.concatenate(hidden))
        if is_perceptron(network) and network.coding.classes is None:
            raw = raw * np.array(network.coding.output_scale) + np.array(network.coding.output_mean)
        units: Floats = raw
        return units
