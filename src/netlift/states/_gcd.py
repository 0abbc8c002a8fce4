"""The GCD lattice finder: a basis of the lattice that noisy difference vectors lie on."""

import numpy as np
from numpy.typing import NDArray

from netlift.states._integers import hermite, reduce_basis

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_DENOMINATORS = np.arange(2, 7)
_EXACT = 0.15  # a coordinate this near to a whole number counts as whole
_POOL = 300


def lattice_basis(differences: Floats, shortest: float) -> Floats | None:
    """A basis [r, r], one vector a row, of the lattice that the differences [n, r] generate.

    Vectors shorter than `shortest` are noise. The Euclidean algorithm in several dimensions: the
    shortest independent vectors come first; where most others have coordinates p/q in them with one
    small q, the basis is refined by q (exactly, through the Hermite form, so that noise does not
    grow), else by the remainder of one of them; after each step the basis is reduced (LLL) and
    fitted again to all vectors it explains. None where this ends in noise.
    """
    lengths = np.linalg.norm(differences, axis=1)
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > shortest]
    if len(order) < differences.shape[1]:
        return None
    differences = differences[order]
    pool = _averaged(differences, 0.4 * shortest)
    basis = _independent(pool, shortest)
    if basis is None:
        return None
    smallest = 0.1 * shortest ** differences.shape[1]
    for _ in range(24):
        basis = _fit(_reduced(basis), pool)
        if basis is None:
            return None
        coordinates = pool @ np.linalg.inv(basis)
        near = np.abs(coordinates).max(axis=1) < 8
        off = np.abs(coordinates - np.rint(coordinates)).max(axis=1)
        strangers = np.flatnonzero(near & (off > _EXACT))
        if len(strangers) <= 0.05 * max(near.sum(), 1):
            return basis
        whole_by = _denominator(coordinates[strangers])
        if whole_by is not None:
            numerators = np.rint(whole_by * coordinates[strangers]).astype(np.int64)
            rows = np.concatenate([whole_by * np.eye(len(basis), dtype=np.int64), numerators])
            basis = hermite(rows) @ basis / whole_by
        else:  # Euclid's step: the remainder takes the place of a basis vector, half its size or less
            row = coordinates[strangers[0]] - np.rint(coordinates[strangers[0]])
            basis[int(np.abs(row).argmax())] = row @ basis
        if abs(np.linalg.det(basis)) < smallest:
            return None
    return None


def _averaged(ordered: Floats, radius: float) -> Floats:
    """Up to 300 vectors, no two from one cell, each the mean of all within `radius`: less noise."""
    from scipy.spatial import cKDTree  # at start it would cost every run a tenth of a second

    cells = np.unique(np.rint(ordered / radius), axis=0, return_index=True)[1]
    chosen = ordered[np.sort(cells)[:_POOL]]
    groups = cKDTree(ordered).query_ball_point(chosen, radius)
    averaged: Floats = np.array([ordered[group].mean(axis=0) for group in groups])
    return averaged


def _independent(ordered: Floats, shortest: float) -> Floats | None:
    """The first vectors, shortest first, each of which adds a direction by more than noise."""
    width = ordered.shape[1]
    chosen: list[Floats] = []
    axes = np.zeros((0, width))
    rest = ordered
    while len(chosen) < width:
        beyond = rest - rest @ axes.T @ axes
        distance = np.linalg.norm(beyond, axis=1)
        new = np.flatnonzero(distance > np.maximum(0.6 * shortest, 0.2 * np.linalg.norm(rest, axis=1)))
        if not len(new):
            return None
        chosen.append(rest[new[0]])
        axes = np.concatenate([axes, (beyond[new[0]] / distance[new[0]])[None]])
        rest = rest[new[0] :]
    return np.array(chosen)


def _reduced(basis: Floats) -> Floats:
    return reduce_basis(basis @ basis.T) @ basis


def _fit(basis: Floats, pool: Floats) -> Floats | None:
    """Least squares over the vectors with small, nearly whole coordinates."""
    for reach in (1.5, 2.5, 4.5):
        if abs(np.linalg.det(basis)) < 1e-30:
            return None
        coordinates = pool @ np.linalg.inv(basis)
        whole = np.rint(coordinates)
        good = (np.abs(coordinates - whole).max(axis=1) < _EXACT) & (np.abs(whole).max(axis=1) < reach)
        good &= np.abs(whole).max(axis=1) > 0
        if good.sum() >= len(basis) and np.linalg.matrix_rank(whole[good]) == len(basis):
            basis = np.linalg.lstsq(whole[good], pool[good], rcond=None)[0]
    return basis


def _denominator(coordinates: Floats) -> int | None:
    """The smallest whole number that makes most of these vectors whole."""
    for times in _DENOMINATORS.tolist():
        scaled = times * coordinates
        if (np.abs(scaled - np.rint(scaled)).max(axis=1) < _EXACT).mean() > 0.85:
            return int(times)
    return None
