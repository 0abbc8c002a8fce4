"""Measured numbers explained by a law with real constants (`AffineLaw`): chosen terms, fitted weights."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import OutOfTimeError, checkpoint
from netlift.formulas._affine_law import AffineLaw, Feature, Reals, Threshold, simplest

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

MOST_TERMS = 10  # of one output
FARTHEST, OWN = 12, 3  # steps back that inputs, and own values, are looked at
_MOST_FEATURES = 240
_ROWS = 20_000  # steps from which terms are chosen
_STEPS = 40_000  # steps on which weights are fitted
_LEVELS = 15  # of a threshold, for each number that it may be of
_NEAR = 1.05  # an error as good as the smallest: fewer terms then count more
_SAME = 1.01  # an error as good as that of the fitted weights: simpler constants then count more
_HALVED = 0.7  # of the error, which a threshold has to save
_DENOMINATORS = (1, 2, 4, 5, 8, 10, 20, 50, 100, 1_000, 10_000, 10**5, 10**6, 10**8, 10**10, 10**12)


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Measured:
    """Sequences of real numbers in the user's units.

    Attributes:
        inputs: [N, T, S]; the first is 1 throughout. Those from `numbers` on tell whether a symbol came, and
            are looked at in the step itself alone.
        targets: [N, T, K].
        lengths: [N].
        fitted: [N, T], the steps that a law is fitted to.
        held: [N, T], those that choose between laws.
        numbers: how many of the inputs are numbers.
        resolution: [K], how far apart the values of an output are.
    """

    inputs: Reals
    targets: Reals
    lengths: Ints
    fitted: Flags
    held: Flags
    numbers: int
    resolution: Reals

    def error(self, law: AffineLaw, where: Flags) -> float:
        """The root mean square of the errors at these steps, in spreads of each output."""
        return float(np.sqrt(np.mean(self.residuals(law, where) ** 2)))

    def residuals(self, law: AffineLaw, where: Flags) -> Reals:
        """The errors at these steps, each in spreads of its output."""
        found = law.answers(self.inputs, self.lengths)[where] - self.targets[where]
        return np.clip(np.nan_to_num(found / self.spread, nan=1e9), -1e9, 1e9)

    @property
    def spread(self) -> Reals:
        """[K], the standard deviation of each output; 1 where it never changes."""
        spread: Reals = self.targets[self.fitted].std(axis=0)
        return np.where(spread > 0, spread, 1.0)

    @property
    def floor(self) -> float:
        """The error that nobody can avoid: half of what the outputs are measured in."""
        return float(np.sqrt(np.mean((self.resolution / self.spread) ** 2 / 12)))


def fitted_law(data: Measured) -> AffineLaw:
    """The law with the fewest terms that errs about as little as any with more, in simple fractions.

    Terms are chosen one after the other by how much they explain of the next value, weights fitted to what
    the law answers on its own. Where the budget that bounds the caller is spent, the best law so far is it;
    there is one at least.
    """
    best = _constant(data)
    try:
        best = _pruned(_chosen(data, None, best), data)
        threshold = _threshold(data, best)
        if threshold is not None:
            other = _pruned(_chosen(data, threshold, _constant(data)), data)
            if data.error(other, data.held) < _HALVED * data.error(best, data.held):
                best = other
    except OutOfTimeError:
        pass
    return _rational(best, data)


def _constant(data: Measured) -> AffineLaw:
    means = data.targets[data.fitted].mean(axis=0)
    one = Feature(own=False, stream=0, lag=0)
    outputs = data.targets.shape[2]
    return AffineLaw(
        ((one,),) * outputs,
        tuple((float(mean),) for mean in means),
        np.tile(means[:, None], (1, OWN)),
        np.concatenate([np.ones(1), np.zeros(data.inputs.shape[2] - 1)]),
    )


def _lags(data: Measured) -> tuple[int, int]:
    """Steps back that inputs, and own values, may be looked at; short sequences, many streams: few."""
    outputs, streams = data.targets.shape[2], data.numbers - 1
    usual = int(np.median(data.lengths))
    own = max(0, min(OWN, usual // 4, _MOST_FEATURES // (2 * outputs)))
    left = _MOST_FEATURES - own * outputs - (data.inputs.shape[2] - data.numbers)
    return max(0, min(FARTHEST, usual // 3, left // max(1, streams) - 1)), own


def _features(data: Measured) -> list[Feature]:
    far, own = _lags(data)
    found = [Feature(own=False, stream=0, lag=0)]
    found += [Feature(own=False, stream=s, lag=lag) for s in range(1, data.numbers) for lag in range(far + 1)]
    found += [Feature(own=False, stream=s, lag=0) for s in range(data.numbers, data.inputs.shape[2])]
    found += [
        Feature(own=True, stream=k, lag=lag)
        for k in range(data.targets.shape[2])
        for lag in range(1, own + 1)
    ]
    return found


def _places(data: Measured) -> tuple[Ints, Ints]:
    """Rows and steps from which terms are chosen: those with all that is looked back at."""
    far = max(_lags(data))
    rows, steps = np.nonzero(data.fitted)
    whole = steps >= far
    rows, steps = rows[whole], steps[whole]
    if len(rows) > _ROWS:
        kept = np.linspace(0, len(rows) - 1, _ROWS).astype(np.int64)
        rows, steps = rows[kept], steps[kept]
    return rows, steps


def _column(data: Measured, one: Feature, rows: Ints, steps: Ints) -> Reals:
    side = data.targets if one.own else data.inputs
    found: Reals = side[rows, steps - one.lag, one.stream]
    return found


def _chosen(data: Measured, threshold: Threshold | None, least: AffineLaw) -> AffineLaw:
    """The law with as few of the best terms as do about as well as more."""
    features, rows, steps = _features(data), *_places(data)
    columns = np.stack([_column(data, one, rows, steps) for one in features], axis=1)
    targets = data.targets[rows, steps]
    if threshold is not None:
        holds = _column(data, threshold.feature, rows, steps) > threshold.level
        columns = np.concatenate([columns, columns * holds[:, None]], axis=1)
        features = [*features, *(one._replace(gated=True) for one in features)]
    orders = [_greedy(columns, targets[:, k])[0] for k in range(targets.shape[1])]
    found = [(data.error(least, data.held), least)]
    for count in range(1, MOST_TERMS + 1):
        checkpoint()
        if count > max(map(len, orders)):
            break
        picked = [order[:count] for order in orders]
        weights = tuple(
            tuple(np.linalg.lstsq(columns[:, some], targets[:, k], rcond=None)[0].tolist())
            for k, some in enumerate(picked)
        )
        law = replace(
            least,
            features=tuple(tuple(features[place] for place in some) for some in picked),
            weights=weights,
            threshold=threshold,
        )
        law = _refined(_from_first(law, data), data)
        found.append((data.error(law, data.held), law))
        if found[-1][0] <= data.floor:
            break
    smallest = max(min(error for error, _ in found), data.floor)
    return next(law for error, law in found if error <= _NEAR * smallest)


def _greedy(columns: Reals, target: Reals) -> tuple[list[int], float]:
    """Places of columns, the one that explains most of what is left first; and what is left in the end."""
    size = np.sqrt((columns**2).mean(axis=0))
    scaled = columns / np.where(size > 0, size, 1.0)
    gram, along = scaled.T @ scaled, scaled.T @ target
    left, whole = float(target @ target), float(target @ target)
    order: list[int] = []
    own = np.diag(gram).copy()
    for _ in range(min(MOST_TERMS, columns.shape[1])):
        remaining = np.diag(gram)
        free = remaining > 1e-9 * np.maximum(own, 1e-300)
        free[order] = False
        gains = np.where(free, along**2 / np.where(free, remaining, 1.0), 0.0)
        place = int(gains.argmax())
        if gains[place] <= 1e-14 * whole:
            break
        order.append(place)
        left -= float(gains[place])
        across = gram[:, place] / gram[place, place]
        along = along - across * along[place]
        gram = gram - np.outer(across, gram[place])
    return order, max(left, 0.0)


def _from_first(law: AffineLaw, data: Measured) -> AffineLaw:
    """The law with values before the first step from which its own answers err least, as they are weighted.

    The answers are a weighted sum of those values, unless a threshold comes between.
    """
    part = _few(data)
    row, weights = law.numbers(), sum(map(len, law.weights))
    if len(row) == weights or not part.fitted.any():
        return law
    row[weights:] = 0.0
    nothing = part.residuals(law.with_numbers(row), part.fitted).reshape(-1)
    columns = []
    for place in range(weights, len(row)):
        row[place] = 1.0
        columns.append(part.residuals(law.with_numbers(row), part.fitted).reshape(-1) - nothing)
        row[place] = 0.0
    row[weights:] = np.linalg.lstsq(np.stack(columns, axis=1), -nothing, rcond=None)[0]
    other = law.with_numbers(row)
    return other if data.error(other, data.fitted) < data.error(law, data.fitted) else law


def _few(data: Measured) -> Measured:
    """As many of the sequences as weights are fitted on."""
    kept = max(1, int((np.cumsum(data.lengths) <= _STEPS).sum()))
    longest = int(data.lengths[:kept].max())
    steps = max(min(longest, _STEPS), 1)
    return replace(
        data,
        inputs=data.inputs[:kept, :steps],
        targets=data.targets[:kept, :steps],
        lengths=np.minimum(data.lengths[:kept], steps),
        fitted=data.fitted[:kept, :steps],
        held=data.held[:kept, :steps],
    )


def _refined(law: AffineLaw, data: Measured) -> AffineLaw:
    """The law with weights, and values before the first step, for which its own answers err least."""
    from scipy.optimize import least_squares  # at start it would cost every run a seventh of a second

    part = _few(data)
    if not part.fitted.any():
        return law
    spread = data.spread

    def errors(row: Reals) -> Reals:
        checkpoint()
        return (part.residuals(law.with_numbers(row), part.fitted) / spread.size).reshape(-1)

    first = law.numbers()
    scale = np.maximum(np.abs(first), 1e-3)
    try:
        found = least_squares(errors, first, method="trf", x_scale=scale, max_nfev=40)
    except (ValueError, np.linalg.LinAlgError):  # nothing finite to begin with
        return law
    other = law.with_numbers(found.x)
    return other if data.error(other, data.fitted) <= data.error(law, data.fitted) else law


def _pruned(law: AffineLaw, data: Measured) -> AffineLaw:
    """The law without the terms that it does about as well without."""
    best = max(data.error(law, data.held), data.floor)
    dropped = True
    while dropped and law.terms > len(law.features):
        dropped = False
        for other in _with_one_less(law):
            checkpoint()
            shorter = _refined(other, data)
            if data.error(shorter, data.held) <= _NEAR * best:
                law, dropped = shorter, True
                break
    return law


def _with_one_less(law: AffineLaw) -> Iterator[AffineLaw]:
    """The law without one of its terms, the one of the least weight first."""
    places = [(abs(w), k, n) for k, some in enumerate(law.weights) for n, w in enumerate(some)]
    for _, k, n in sorted(places):
        if len(law.features[k]) > 1:
            features, weights = list(law.features), list(law.weights)
            features[k] = features[k][:n] + features[k][n + 1 :]
            weights[k] = weights[k][:n] + weights[k][n + 1 :]
            yield replace(law, features=tuple(features), weights=tuple(weights))


def _threshold(data: Measured, law: AffineLaw) -> Threshold | None:
    """The threshold that explains most of what one weighted sum leaves of the next values."""
    if data.error(law, data.held) <= 2 * data.floor:
        return None
    rows, steps = _places(data)
    if len(rows) < 8 * MOST_TERMS:
        return None
    few = np.linspace(0, len(rows) - 1, min(len(rows), _ROWS // 4)).astype(np.int64)
    rows, steps = rows[few], steps[few]
    asked = [one for one in _features(data) if one.lag <= (1 if one.own else 0) and (one.stream or one.own)]
    asked = [one for one in asked if one.own or one.stream < data.numbers][:_LEVELS]
    features = [one for one in _features(data) if one.lag <= 1] if len(_features(data)) > 40 else None
    features = features or _features(data)
    columns = np.stack([_column(data, one, rows, steps) for one in features], axis=1)
    targets = data.targets[rows, steps]

    def left(one: Feature, level: float) -> float:
        checkpoint()
        holds = _column(data, one, rows, steps) > level
        both = np.concatenate([columns, columns * holds[:, None]], axis=1)
        return sum(_greedy(both, target)[1] / max(float(target.var()), 1e-300) for target in targets.T)

    plain = sum(_greedy(columns, target)[1] / max(float(target.var()), 1e-300) for target in targets.T)
    best: tuple[float, Threshold] | None = None
    for one in asked:
        values = np.unique(_column(data, one, rows, steps))
        for some in (_spaced(values, _LEVELS), None):
            levels = some if some is not None else _around(values, best, one)
            for level in levels:
                score = left(one, float(level))
                if best is None or score < best[0]:
                    best = score, Threshold(one, float(level))
    return best[1] if best is not None and best[0] < _HALVED * plain else None


def _spaced(values: Reals, count: int) -> Reals:
    """Some of the values but the largest, evenly chosen."""
    return values[np.unique(np.linspace(0, max(len(values) - 2, 0), count).astype(np.int64))]


def _around(values: Reals, best: tuple[float, Threshold] | None, one: Feature) -> Reals:
    """Values near the best level, where it is one of this feature."""
    if best is None or best[1].feature != one:
        return values[:0]
    width = max(1, len(values) // _LEVELS)
    place = int(np.searchsorted(values, best[1].level))
    return _spaced(values[max(0, place - width) : place + width + 1], 2 * _LEVELS)


def _rational(law: AffineLaw, data: Measured) -> AffineLaw:
    """The law with the simplest fractions that err about as little."""
    most = _SAME * max(data.error(law, data.fitted), data.floor)
    row = law.numbers()
    weights = sum(map(len, law.weights))
    for part in (slice(0, weights), slice(weights, len(row))):
        for denominator in _DENOMINATORS:
            tried = row.copy()
            tried[part] = [float(simplest(one, denominator)) for one in row[part]]
            if data.error(law.with_numbers(tried), data.fitted) <= most or denominator == _DENOMINATORS[-1]:
                row = tried
                break
    return law.with_numbers(row)


def split_measured(lengths: Ints, labelled: Flags, outside: Sequence[int] | Ints) -> tuple[Flags, Flags]:
    """Which steps a law is fitted to, and which are held out: the rows `outside`, or else the last fifth."""
    held = np.zeros_like(labelled)
    if len(outside):
        held[outside] = True
    else:
        held |= np.arange(labelled.shape[1]) >= (lengths - lengths // 5)[:, None]
    held &= labelled
    fitted = labelled & ~held
    return (labelled, labelled) if not fitted.any() or not held.any() else (fitted, held)
