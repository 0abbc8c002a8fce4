"""The lattice reader (integer autoencoder): hidden states on h = A z + b with whole z."""

from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint
from netlift.networks._protocol import Network, run_along
from netlift.networks._states import State, joined, take, vectors
from netlift.states._gcd import lattice_basis
from netlift.states._readable import readable_change
from netlift.states._tables import Samples, contradictions, samples

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_POINTS = 2000  # visited states used for the search
_SCALES = 12  # lengths at which "noise" is told from "lattice vector"
_UNEXPLAINED = 0.25  # share of the variance
_RESIDUE = 0.14  # root mean square in lattice units; 0.29 is what points without a lattice have


@dataclass(frozen=True)
class Lattice:
    """Hidden states h = basis @ z + offset with whole z: basis [H, d], offset [H].

    `residue` is the root mean square distance of the visited states to their lattice points, in
    lattice units, in the worst coordinate; `worst` the largest distance; `unexplained` is the share of
    their variance that lies in other directions or between the points. `contradictions` is the
    share of visited steps whose successor or output differs from the majority for the same (z, x)
    or z. `description_length` counts bits for basis, codes and residues of the distinct points, so
    that lattices of one network can be compared. The first hidden state has z = 0 (rounded).
    """

    basis: Floats
    offset: Floats
    weights: Floats  # [d, H], a left inverse of basis
    residue: float
    worst: float
    unexplained: float
    contradictions: float
    description_length: float

    @property
    def rank(self) -> int:
        """d, the number of whole coordinates."""
        return int(self.basis.shape[1])

    def coordinates(self, hidden: Floats) -> Floats:
        """The coordinates [..., d] of hidden states [..., H], not yet rounded."""
        exact: Floats = (hidden - self.offset) @ self.weights.T
        return exact

    def encode(self, hidden: Floats) -> Ints:
        """The lattice points z [..., d] nearest to hidden states [..., H]."""
        return np.rint(self.coordinates(hidden)).astype(np.int64)

    def decode(self, z: Ints) -> Floats:
        """The hidden states [..., H] of lattice points [..., d]."""
        hidden: Floats = z @ self.basis.T + self.offset
        return hidden


def read_lattice(network: Network, inputs: Ints, *, max_rank: int = 6) -> Lattice | None:
    """The integer lattice on which the hidden states lie while the network runs on [N, T, D], or None.

    After Michaud et al., Entropy 2024, 26, 1046 (GCD lattice finder), with these changes: states of
    all steps count, the first one included; directions the states do not use are dropped first
    (SVD), so any hidden dimension will do; lattice vectors come from neighbouring states and from
    interventions (the same hidden state, two different inputs); every rank and noise level is tried
    and the shortest description without contradictions wins. None when the states lie on no
    lattice, or when rounding to it contradicts itself on more than a tenth of the steps.
    """
    before, path, outputs = _gone_through(network, inputs)
    points = path.reshape(-1, path.shape[-1])
    if not np.isfinite(points).all():
        return None
    points = points[:: max(1, len(points) // _POINTS)]
    centre = points.mean(axis=0)
    _, scale, axes = np.linalg.svd(points - centre, full_matrices=False)
    used = int((scale > 1e-7 * max(float(scale[0]), 1e-300)).sum())
    found: list[Lattice] = []
    moves = _interventions(network, before, inputs)
    for rank in range(1, min(used, max_rank) + 1):
        left = scale[rank:] / np.sqrt(len(points))
        for frame in (axes[:rank] / scale[:rank, None], axes[:rank]) if rank > 1 else (axes[:1],):
            checkpoint()
            lattice = _best_of_rank(points, frame, centre, moves, path, inputs, outputs)
            if lattice is None:
                continue
            found.append(lattice)
            if _explains(lattice, left):
                return lattice
    if not found:
        return None
    best = min(found, key=lambda one: (one.contradictions > 0.02, one.description_length))
    return best if best.contradictions <= 0.1 else None


def _explains(lattice: Lattice, left: Floats) -> bool:
    """Whether the lattice contradicts itself nowhere and the directions `left` hold its noise only."""
    noise = lattice.residue * float(np.linalg.norm(lattice.basis, axis=0).max())
    return lattice.contradictions == 0.0 and bool((left <= 2.0 * noise).all())


def lattice_samples(network: Network, lattice: Lattice, inputs: Ints) -> Samples:
    """The steps of a run on [N, T, D], seen through the lattice: tables for integer regression."""
    _, path, outputs = _gone_through(network, inputs)
    return samples(lattice.encode(path), inputs, outputs)


def _gone_through(network: Network, inputs: Ints) -> tuple[State, Floats, Ints]:
    """States before each step of words [N, T, D], word after word; all as vectors [N, 1 + T, H]; outputs."""
    first, gone = network.initial_state(len(inputs)), run_along(network, inputs)
    count, steps = inputs.shape[:2]
    after = _seen(network, gone.states).reshape(count, steps, -1)
    path = np.concatenate([_seen(network, first)[:, None], after], axis=1)
    rows = np.concatenate(
        [np.arange(count)[:, None], count + np.arange(count * steps).reshape(count, steps)[:, :-1]], axis=1
    )
    return take(joined([first, gone.states]), rows.reshape(-1)), path, gone.outputs


def _interventions(network: Network, before: State, inputs: Ints) -> Floats:
    """Differences [n, H] between what follows one hidden state after two inputs, neighbours or any two.

    Not only at once: after further inputs, the same for both, the difference has moved on to other
    directions of the lattice and is still short.
    """
    given = inputs.reshape(-1, inputs.shape[-1])
    symbols, place = np.unique(given, axis=0, return_inverse=True)
    taken = np.arange(0, len(given), max(1, len(given) // 200))
    number, from_here = place.reshape(-1)[taken], take(before, taken)
    beside = np.where(number + 1 < len(symbols), number + 1, number - 1)
    found = []
    for other in (symbols[beside], given[(7 * taken + 3) % len(given)]):
        one = network.next_state(from_here, given[taken])
        two = network.next_state(from_here, other)
        found.append(_apart(network, one, two))
        for later in range(1, 4):
            common = given[(taken + later) % len(given)]
            one, two = network.next_state(one, common), network.next_state(two, common)
            found.append(_apart(network, one, two))
    return np.concatenate(found)


def _apart(network: Network, one: State, two: State) -> Floats:
    """The differences of hidden states, as vectors."""
    return _seen(network, two) - _seen(network, one)


def _seen(network: Network, hidden: State) -> Floats:
    found = vectors(network, hidden)
    if found is None:
        raise TypeError(f"the hidden states of {network} are no vectors")
    return found


def _best_of_rank(
    points: Floats, axes: Floats, centre: Floats, moves: Floats, path: Floats, inputs: Ints, outputs: Ints
) -> Lattice | None:
    flat = (points - centre) @ axes.T
    moved = moves @ axes.T
    far = flat - np.roll(flat, 1, axis=0)
    lengths = np.linalg.norm(np.concatenate([moved, far, _neighbours(flat, 0.0)]), axis=1)
    lengths = lengths[lengths > 1e-9 * lengths.max()]  # no rounding dust
    if not len(lengths):
        return None
    low, high = np.quantile(lengths, 0.02), lengths.max()
    best: Lattice | None = None
    tried: list[float] = []
    for shortest in np.geomspace(0.5 * low, 0.7 * high, _SCALES).tolist():
        pool = np.concatenate([_neighbours(flat, shortest), moved])
        basis = lattice_basis(pool, shortest)
        if basis is None:
            continue
        basis = _extended(basis, np.concatenate([pool, far]))
        volume = float(abs(np.linalg.det(basis)))
        if any(abs(volume - other) < 0.01 * other for other in tried):
            continue
        tried.append(volume)
        lattice = _lattice(points, flat, basis, path, inputs, outputs)
        if lattice is not None and (best is None or lattice.description_length < best.description_length):
            best = lattice
    return best


def _neighbours(points: Floats, shortest: float) -> Floats:
    """Differences [n, r] of neighbouring points, after points of one cell of that size became one."""
    from scipy.spatial import cKDTree  # at start it would cost every run a tenth of a second

    if shortest > 0.0:
        cells = np.floor(points / (0.5 * shortest))
        points = points[np.unique(cells, axis=0, return_index=True)[1]]
    if len(points) < 2:
        return np.zeros((0, points.shape[1]))
    base = points[:: max(1, len(points) // 300)]
    nearest = np.asarray(cKDTree(points).query(base, k=min(13, len(points)))[1])[:, 1:]
    differences: Floats = (points[nearest] - base[:, None]).reshape(-1, points.shape[1])
    return differences


def _extended(basis: Floats, differences: Floats) -> Floats:
    """The basis fitted to ever longer differences: each fit is good enough to round the next."""
    size = np.abs(differences @ np.linalg.inv(basis)).max(axis=1)
    reach = 4.0
    while True:
        near = size < reach
        whole = np.rint(differences[near] @ np.linalg.inv(basis))
        good = np.abs(differences[near] @ np.linalg.inv(basis) - whole).max(axis=1) < 0.3
        if good.sum() > len(basis) and np.linalg.matrix_rank(whole[good]) == len(basis):
            fitted = np.linalg.lstsq(whole[good], differences[near][good], rcond=None)[0]
            if np.linalg.matrix_rank(fitted) == len(basis):
                basis = fitted
        if near.all():
            return basis
        reach *= 1.6


def _lattice(
    points: Floats, flat: Floats, basis: Floats, path: Floats, inputs: Ints, outputs: Ints
) -> Lattice | None:
    """Fix the offset, fit basis and offset to all points, and judge; None if it is no lattice."""
    exact = flat @ np.linalg.inv(basis)
    phase = np.angle(np.exp(2j * np.pi * exact).mean(axis=0)) / (2 * np.pi)
    codes = np.rint(exact - phase).astype(np.int64)
    fitted = _fit(points, codes)
    if fitted is None:
        return None
    for _ in range(2):
        codes = np.rint((points - fitted[1]) @ fitted[2].T).astype(np.int64)
        fitted = _fit(points, codes)
        if fitted is None:
            return None
    big, offset, weights = fitted
    off = (points - offset) @ weights.T - codes
    residue = float(np.sqrt((off**2).mean(axis=0)).max())
    distinct = np.unique(codes, axis=0)
    if residue > _RESIDUE or (np.ptp(distinct, axis=0) < 1).any() or not _worth(distinct, residue):
        return None
    decoded = offset + codes @ big.T
    unexplained = float(((points - decoded) ** 2).sum() / ((points - points.mean(axis=0)) ** 2).sum())
    if unexplained > _UNEXPLAINED:
        return None
    whole = np.rint((path - offset) @ weights.T).astype(np.int64)
    shift = whole[0, 0]
    change = readable_change(whole - shift, inputs, outputs)
    inverse = np.rint(np.linalg.inv(change)).astype(np.int64)
    off = off @ change.T
    table = samples((whole - shift) @ change.T, inputs, outputs)
    return Lattice(
        basis=big @ inverse,
        offset=offset + big @ shift,
        weights=change @ weights,
        residue=float(np.sqrt((off**2).mean(axis=0)).max()),
        worst=float(np.abs(off).max()),
        unexplained=unexplained,
        contradictions=contradictions(table),
        description_length=_bits(distinct, residue, points, decoded),
    )


def _fit(points: Floats, codes: Ints) -> tuple[Floats, Floats, Floats] | None:
    """Basis [H, d], offset [H] and left inverse [d, H] by least squares."""
    design = np.column_stack([codes, np.ones(len(codes))])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    solved: Floats = np.asarray(np.linalg.lstsq(design, points, rcond=None)[0], dtype=np.float64)
    basis, offset = solved[:-1].T, solved[-1]
    if np.linalg.matrix_rank(basis) < basis.shape[1]:
        return None
    return basis, offset, np.asarray(np.linalg.pinv(basis), dtype=np.float64)


def _worth(distinct: Ints, residue: float) -> bool:
    """Whether the points' closeness to the lattice says more than the basis costs to write down.

    A point without a lattice has a uniform residue; a normal one of deviation s saves
    -log2(4.13 s) bits a coordinate. The basis is free to choose, so its own points say nothing, and
    many bases were tried (the 8 bits).
    """
    count, rank = distinct.shape
    spread = float(np.ptp(distinct, axis=0).max()) + 1.0
    accuracy = max(residue, 0.01)
    saved = (count - rank - 1) * rank * -log2(4.13 * accuracy)
    return bool(saved > rank * (rank + 1) * log2(spread / accuracy) * 0.75 + 8.0)


def _bits(distinct: Ints, residue: float, points: Floats, decoded: Floats) -> float:
    """Bits for the distinct codes, and for what the lattice leaves of the hidden states."""
    ranges = np.ptp(distinct, axis=0) + 1.0
    codes = float(len(distinct) * np.log2(ranges).sum())
    scale = float(np.sqrt(((points - points.mean(axis=0)) ** 2).mean()))
    left = float(np.sqrt(((points - decoded) ** 2).mean())) / max(scale, 1e-300)
    return codes + float(len(distinct) * points.shape[1] * log2(max(left, 1e-3) / 1e-3))
