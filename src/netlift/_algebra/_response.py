"""The impulse response of a linear behaviour, by least squares, rounded and checked exactly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Alphabet = tuple[int, ...]

_RIDGE = 1e-10  # share of a column's own weight: what the data leave open becomes 0
_ROUNDS = 4
_MOST_COLUMNS = 1_200
_LEAST_HORIZON = 6


@dataclass(frozen=True)
class Response:
    """What an output is made of: `y[t] = sum over lags k <= t of markov[k] @ phi(x[t-k]) + offsets[t]`.

    `markov` is [H, K, F], `offsets` [H, K], whole numbers. `phi` gives the D streams as numbers
    (F = D) where `alphabets` is None, else one unit for each symbol of each stream.
    """

    markov: Ints
    offsets: Ints
    alphabets: tuple[Alphabet, ...] | None


def alphabets_of(inputs: Ints, mask: NDArray[np.bool_], most: int) -> tuple[Alphabet, ...] | None:
    """Each stream's symbols in ascending order; None where they are more than `most` altogether."""
    alphabets = []
    for stream in range(inputs.shape[2]):
        column = inputs[..., stream][mask]
        low = int(column.min())
        if int(column.max()) - low > 1_000_000:
            return None
        symbols = np.flatnonzero(np.bincount(column - low)) + low
        alphabets.append(tuple(symbols.tolist()))
    return tuple(alphabets) if sum(map(len, alphabets)) <= most else None


def places_in(inputs: Ints, alphabets: tuple[Alphabet, ...]) -> Ints:
    """The unit [..., D] of each symbol, streams following one another; -1 for one not in its alphabet."""
    places = np.empty(inputs.shape, dtype=np.int64)
    start = 0
    for stream, alphabet in enumerate(alphabets):
        symbols = np.array(alphabet, dtype=np.int64)
        place = np.searchsorted(symbols, inputs[..., stream]).clip(max=len(symbols) - 1)
        places[..., stream] = np.where(symbols[place] == inputs[..., stream], place + start, -1)
        start += len(symbols)
    return places


def fit_response(
    inputs: Ints,
    targets: Ints,
    lengths: Ints,
    *,
    alphabets: tuple[Alphabet, ...] | None = None,
    order_limit: int = 32,
) -> Response | None:
    """The response that reproduces a sample of the sequences exactly; None if there is none.

    `inputs` [N, T, D], `targets` [N, T, K], `lengths` [N]. Only the first H steps of the longest
    sequences are looked at: H is at most `order_limit`, and as many steps as enough sequences have.
    """
    features = inputs.shape[2] if alphabets is None else sum(map(len, alphabets))
    limit = min(order_limit, max(_LEAST_HORIZON, _MOST_COLUMNS // features), int(lengths.max(initial=0)))
    needed = 16 * features + 64
    ranked = np.sort(lengths)[::-1]
    enough = int(ranked[min(needed, len(ranked)) - 1]) if len(ranked) else 0
    horizon = min(limit, max(enough, _LEAST_HORIZON))
    if horizon < 1:
        return None
    rows = np.flatnonzero(lengths >= horizon)[: needed + 2 * horizon]
    if len(rows) < needed:  # too few that are long enough: take shorter ones as well
        rows = np.argsort(-lengths, kind="stable")[: needed + 2 * horizon]
    sample = np.ascontiguousarray(inputs[rows, :horizon])
    steps = np.arange(horizon) < lengths[rows, None]
    wanted = targets[rows, :horizon][steps]
    if np.abs(wanted).max(initial=0) >= 2**52 or np.abs(sample).max(initial=0) >= 2**52:
        return None
    design = _numbers(sample) if alphabets is None else _units(sample, alphabets, features)
    found = _rounded(design[steps.ravel()], wanted.astype(np.float64))
    if found is None:
        return None
    markov = found[: horizon * features].reshape(horizon, features, -1).transpose(0, 2, 1)
    return Response(markov, found[horizon * features :], alphabets)


def _numbers(sample: Ints) -> csr_matrix:
    count, horizon, streams = sample.shape
    lagged = np.zeros((count, horizon, horizon, streams))
    for lag in range(horizon):
        lagged[:, lag:, lag] = sample[:, : horizon - lag]
    clock = np.broadcast_to(np.eye(horizon), (count, horizon, horizon)).reshape(-1, horizon)
    return csr_matrix(np.concatenate([lagged.reshape(count * horizon, -1), clock], axis=1))


def _units(sample: Ints, alphabets: tuple[Alphabet, ...], features: int) -> csr_matrix:
    """One-hot lags. Each stream's reference symbol (0 if it has one) has no unit: offsets stand for it."""
    count, horizon, _ = sample.shape
    places = places_in(sample, alphabets)
    starts = np.cumsum([0, *map(len, alphabets)])[:-1]
    reference = [s + (a.index(0) if 0 in a else 0) for s, a in zip(starts, alphabets, strict=True)]
    shown = ~np.isin(places, reference)
    row = np.arange(count * horizon).reshape(count, horizon)
    rows, columns = [row.ravel()], [np.tile(features * horizon + np.arange(horizon), count)]
    for lag in range(horizon):
        seen = shown[:, : horizon - lag]
        rows.append(np.broadcast_to(row[:, lag:, None], seen.shape)[seen])
        columns.append(places[:, : horizon - lag][seen] + lag * features)
    at = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.ones(len(at[0])), at), shape=(count * horizon, (features + 1) * horizon))


def _rounded(design: csr_matrix, wanted: Floats) -> Ints | None:
    """Whole-number weights that reproduce what is wanted exactly."""
    gram = (design.T @ design).toarray()
    weight = gram.diagonal().copy()
    weight[weight == 0] = 1.0
    scale = 1.0 / np.sqrt(weight)
    gram *= scale[:, None] * scale
    gram[np.diag_indices_from(gram)] += _RIDGE
    factor = cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
    found = np.zeros((gram.shape[0], wanted.shape[1]))
    left = wanted
    for _ in range(_ROUNDS):
        step = cho_solve(factor, scale[:, None] * (design.T @ left), check_finite=False)
        found += np.rint(scale[:, None] * step)
        left = wanted - design @ found
        if not left.any():
            return found.astype(np.int64)
    return None
