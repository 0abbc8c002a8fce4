"""From an impulse response to a linear system over the whole numbers, of the smallest dimension."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netlift._algebra._lattice import coordinates, ordered_lattice, rank_at_least
from netlift._algebra._offsets import explain_offsets

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Realisation:
    """`h' = transition h + drive phi(x) + bias`, `y = readout h' + offset`, from `initial`.

    Shapes [n, n], [n, F], [n], [K, n], [K], [n].
    """

    transition: Ints
    drive: Ints
    bias: Ints
    readout: Ints
    offset: Ints
    initial: Ints


@dataclass(frozen=True)
class _Offsets:
    """One way to bring the offsets about: a further column of the response, and a constant."""

    kind: str  # "none", "bias" (a constant input 1) or "initial" (a first state)
    column: Ints | None  # [H, K]
    constant: Ints  # [K]


def realise(markov: Ints, offsets: Ints) -> Realisation | None:
    """The minimal realisation of a response (`Response.markov` [H, K, F], `offsets` [H, K]).

    The rank of the Hankel matrix of the response is the dimension of the smallest system (Ho and
    Kalman, 1966); the lattice that its columns span is closed under the shift (Fatou's lemma), so a
    basis of it gives matrices of whole numbers. None where the response is too short to determine
    the system: the rank must be reached with one block row and one block column to spare, or
    the response must end in zeros.
    """
    markov, offsets = _ended(markov, offsets)
    rank = _determined_rank(markov, None)
    if rank is None:
        return None
    plain = _built(rank, _Offsets("none", None, np.zeros_like(offsets[0])), markov)
    if plain is not None:
        for constants in explain_offsets(plain.transition, plain.readout, offsets, updated=True):
            return replace(plain, initial=constants.initial, bias=constants.bias, offset=constants.offset)
    best: tuple[int, _Offsets, Ints] | None = None
    for choice in _choices(offsets):
        extra = [] if choice.column is None else [choice.column[:, :, None]]
        whole = np.concatenate([markov, *extra], axis=2)
        most = None if best is None else best[0] - 1
        rank = _determined_rank(whole, most)
        if rank is not None and (best is None or rank < best[0]):
            best = rank, choice, whole
    if best is None:
        return None
    return _built(*best)


def _ended(markov: Ints, offsets: Ints) -> tuple[Ints, Ints]:
    """A response that ends in zeros, with offsets that end in a constant, made long enough."""
    horizon = len(markov)
    live = np.flatnonzero(markov.any(axis=(1, 2)))
    last = int(live[-1]) + 1 if len(live) else 0
    moving = np.flatnonzero((offsets != offsets[-1]).any(axis=1))
    last = max(last, int(moving[-1]) + 1 if len(moving) else 0)
    if horizon - last < max(2, (last + 1) // 2):
        return markov, offsets
    more = max(0, 2 * (last + 2) + 2 - horizon)
    return (
        np.concatenate([markov, np.zeros((more, *markov.shape[1:]), dtype=np.int64)]),
        np.concatenate([offsets, np.repeat(offsets[-1:], more, axis=0)]),
    )


def _choices(offsets: Ints) -> Iterator[_Offsets]:
    zero = np.zeros_like(offsets[0])
    seen: dict[bytes, Ints] = {}
    for constant in (zero, offsets[0], offsets[min(1, len(offsets) - 1)], offsets[-1]):
        seen.setdefault(constant.tobytes(), constant)
    for constant in seen.values():
        rest = offsets - constant
        yield _Offsets("bias", np.diff(rest, axis=0, prepend=zero[None]), constant)
    for constant in seen.values():
        rest = offsets - constant
        before = {v.tobytes(): v for v in (zero, rest[0], 2 * rest[0] - rest[min(1, len(rest) - 1)])}
        for first in before.values():
            yield _Offsets("initial", np.concatenate([first[None], rest[:-1]]), constant)


def _columns(response: Ints, rows: int, columns: int) -> list[tuple[int, ...]]:
    """The distinct columns of the block Hankel matrix, in order."""
    blocks = [response[j : j + rows].reshape(-1, response.shape[2]) for j in range(columns)]
    listed = [tuple(column) for block in blocks for column in block.T.tolist()]
    return list(dict.fromkeys(listed))


def _determined_rank(response: Ints, most: int | None) -> int | None:
    """The rank of the Hankel matrix; None where it still grows with the last block (or exceeds `most`)."""
    horizon = len(response)
    rows = max(1, horizon // 2)
    columns = horizon + 1 - rows
    rank = rank_at_least(_columns(response, rows, columns))
    if most is not None and rank > most:
        return None
    if rank == 0:
        return 0
    if rows < 2 or rank_at_least(_columns(response, rows - 1, columns - 1)) < rank:
        return None
    return rank


def _built(rank: int, choice: _Offsets, response: Ints) -> Realisation | None:
    horizon, outputs, _ = response.shape
    rows = min(max(1, horizon // 2), rank + 1)
    basis = ordered_lattice(_columns(response, rows, horizon + 1 - rows))
    short = (rows - 1) * outputs
    if len(basis) != rank or any(place >= short for place, _ in basis):
        return None
    shifted = [coordinates(basis, vector[outputs:]) for _, vector in basis]
    entries = [
        coordinates(basis, column) for column in response[:rows].reshape(rows * outputs, -1).T.tolist()
    ]
    if any(column is None for column in (*shifted, *entries)):
        return None
    transition = _matrix(shifted, rank)
    drive = _matrix(entries, rank)
    readout = _matrix([vector[:outputs] for _, vector in basis], outputs)
    zero = np.zeros(rank, dtype=np.int64)
    last = zero if choice.kind == "none" else drive[:, -1]
    return Realisation(
        transition,
        drive if choice.kind == "none" else drive[:, :-1],
        last if choice.kind == "bias" else zero,
        readout,
        choice.constant,
        last if choice.kind == "initial" else zero,
    )


def _matrix(columns: list[list[int] | None] | list[list[int]], height: int) -> Ints:
    """Columns, one list each, as an array [height, columns]."""
    return np.array(columns, dtype=np.int64).reshape(len(columns), height).T.copy()
