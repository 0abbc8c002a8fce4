"""The real Jordan normal form of a transition matrix, for matrices that are known to a tolerance."""

import numpy as np
from numpy.typing import NDArray

from netlift.simplify._change import AffineChange

Floats = NDArray[np.float64]

NEAR = 1e-2  # eigenvalues closer than this are one: rounding splits a block of size k by its k-th root
_RANK = 1e-5  # singular values below this share of the largest count as zero


def jordan(transition: Floats) -> AffineChange | None:
    """The change after which a transition matrix [H, H] is in real Jordan form, ones above the diagonal.

    Eigenvalues nearer than `NEAR` count as one. Pairs of complex eigenvalues give 2 x 2 rotations,
    if they are simple. None where a basis of chains cannot be found: repeated complex eigenvalues,
    or ranks that rounding has blurred.
    """
    size = len(transition)
    values = np.linalg.eigvals(transition)
    columns: list[Floats] = []
    left = sorted(values, key=lambda v: (-abs(v), v.real, -v.imag))
    while left:
        value = left[0]
        cluster = [v for v in left if abs(v - value) < NEAR or abs(v - value.conjugate()) < NEAR]
        left = [v for v in left if v not in cluster]
        if abs(value.imag) > NEAR:
            if len(cluster) != 2:
                return None
            columns += _rotation(transition, value)
            continue
        centre = float(np.mean([v.real for v in cluster]))
        chains = _chains(transition - centre * np.eye(size), len(cluster))
        if chains is None:
            return None
        columns += chains
    basis = np.array(columns).T
    if basis.shape != (size, size) or np.linalg.cond(basis) > 1e8:
        return None
    inverse: Floats = np.linalg.inv(basis).astype(np.float64)
    return AffineChange(inverse, basis, np.zeros(size))


def _rotation(transition: Floats, value: complex) -> list[Floats]:
    """Two real columns on which the matrix acts as the rotation and scaling by a complex eigenvalue."""
    values, vectors = np.linalg.eig(transition)
    vector = vectors[:, int(np.abs(values - value).argmin())]
    return [vector.real, vector.imag]


def _chains(shifted: Floats, size: int) -> list[Floats] | None:
    """Jordan chains of the generalised null space of N = A - lambda, each from its eigenvector up."""
    space = _null_space(np.linalg.matrix_power(shifted, size), size)
    if space is None:
        return None
    inner = np.linalg.lstsq(space, shifted @ space, rcond=None)[0]  # N on that space, nilpotent
    kernels = [np.zeros((size, 0))]
    while kernels[-1].shape[1] < size:
        kernel = _kernel(np.linalg.matrix_power(inner, len(kernels)))
        if kernel.shape[1] <= kernels[-1].shape[1]:
            return None
        kernels.append(kernel)
    chains: list[list[Floats]] = []
    for height in range(len(kernels) - 1, 0, -1):
        known = [kernels[height - 1], *(chain[height - 1][:, None] for chain in chains)]
        for vector in _new_directions(np.hstack(known), kernels[height]):
            chain = [vector]
            while len(chain) < height:
                chain.insert(0, inner @ chain[0])
            chains.append(chain)
    return [space @ vector for chain in chains for vector in chain]


def _kernel(matrix: Floats) -> Floats:
    _, sizes, axes = np.linalg.svd(matrix)
    scale = max(1.0, sizes[0]) if len(sizes) else 1.0
    return axes[sizes <= _RANK * scale].T


def _null_space(matrix: Floats, size: int) -> Floats | None:
    """The `size` directions that the matrix shrinks most, if the next one is clearly larger."""
    _, sizes, axes = np.linalg.svd(matrix)
    if size < len(sizes) and sizes[-size - 1] < _RANK * max(1.0, sizes[0]):
        return None
    return axes[len(sizes) - size :].T


def _new_directions(known: Floats, space: Floats) -> list[Floats]:
    """Vectors that complete `known` to the span of `space`."""
    found = []
    basis = np.linalg.qr(known)[0][:, : np.linalg.matrix_rank(known, tol=_RANK)] if known.shape[1] else known
    for vector in space.T:
        rest = vector - basis @ (basis.T @ vector)
        if np.linalg.norm(rest) > 1e-3:
            found.append(vector)
            basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
    return found
