"""Wide inputs that matter by a few ranges alone: where these are, and which inputs play no part.

A tree of questions (is an input above a number? what was the last answer?) proposes the bounds of ranges;
the fewest of them are kept over which a small machine, merged from four fifths of the sequences, answers
nearly all others. What is made of the ranges is checked on all of the data later. Breiman, Friedman, Olshen
and Stone, Classification and Regression Trees (1984).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint
from netlift.core._context import Context
from netlift.data import Sequences, joint_symbols
from netlift.program._in_ranges import Part
from netlift.states import ContradictionError, encoded, partial_machine

Ints = NDArray[np.int64]

WIDE = 16  # different numbers, of more of which a stream may matter by ranges
_KINDS = 8  # different answers
_FEWEST = 400  # steps with answers
_LOOKED = 2_000  # answers that are looked at first
_ROWS = 20_000  # of which the tree is made
_BACK = 3  # steps back that narrow inputs are asked of
_SMALLEST, _DEEPEST = 8, 8  # steps of a leaf, and questions on the way to it
_SURE = 10.0  # bits that an answer has to save beyond the cost of the question
_MOST_CUTS = 6  # that are tried
_MOST_STATES, _SEQUENCES_EACH = 40, 4  # of a machine: and how many sequences there are for each state
_MOST_SYMBOLS = 64
_ATTEMPTS = 24  # of merging, for each set of ranges
_WRONG = 0.02  # of the sequences held out: merging may miss what is rare, which a network then learns
_HELD = 5  # one of so many sequences is held out


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Ranges:
    """Sequences whose inputs are ranges' numbers, and what these are of the streams of the data."""

    sequences: Sequences
    parts: tuple[Part, ...]


def ranges_of(sequences: Sequences, context: Context) -> Ranges | None:
    """The ranges by which the inputs of the sequences matter; None where these are not such."""
    wide = [d for d, names in enumerate(sequences.input_symbols) if names is None and _is_wide(sequences, d)]
    if not wide or not _may_be(sequences):
        return None
    with context.clock.stage("states"):
        cuts = _proposed(sequences, wide)[:_MOST_CUTS]
        narrow = tuple(Part(d) for d in range(sequences.inputs.shape[2]) if d not in wide)
        rows = context.stream("ranges").permutation(len(sequences))
        for count in range(1, len(cuts) + 1):
            parts = _parts(cuts[:count], narrow)
            found = _tried(sequences, parts, rows)
            if found is not None:
                parts = _fewer(sequences, cuts[:count], narrow, rows, found)
                listed = any(_has_single(sequences, part) for part in parts)
                return None if listed else Ranges(_in_ranges(sequences, parts), parts)
    return None


def _may_be(sequences: Sequences) -> bool:
    labelled = sequences.labelled
    if sequences.clash or int(labelled.sum()) < _FEWEST or not sequences.lengths.all():
        return False
    answers = sequences.targets[labelled]
    if len(np.unique(answers[:_LOOKED], axis=0)) > _KINDS:
        return False
    return 1 < len(np.unique(answers, axis=0)) <= _KINDS


def _is_wide(sequences: Sequences, stream: int) -> bool:
    values = sequences.inputs[:, :, stream][sequences.mask]
    if not len(values) or int(values.max()) - int(values.min()) < WIDE:  # mostly so, and need not be sorted
        return False
    return len(np.unique(values)) > WIDE


def _has_single(sequences: Sequences, part: Part) -> bool:
    """Whether some range between two bounds is one number: a list of numbers is no matter of ranges."""
    values = np.unique(sequences.inputs[:, :, part.of][sequences.mask])
    places = np.searchsorted(np.array(part.cuts, dtype=np.int64), values, side="left")
    return bool(part.cuts) and bool((np.bincount(places, minlength=len(part.cuts) + 1)[1:-1] < 2).any())


def _parts(cuts: list[tuple[int, int]], narrow: tuple[Part, ...]) -> tuple[Part, ...]:
    streams = sorted({stream for stream, _ in cuts})
    ranged = tuple(Part(d, tuple(sorted(cut for of, cut in cuts if of == d))) for d in streams)
    return tuple(sorted((*ranged, *narrow), key=lambda part: part.of))


def _in_ranges(sequences: Sequences, parts: tuple[Part, ...]) -> Sequences:
    """The sequences with ranges' numbers for inputs."""
    columns = [
        np.searchsorted(np.array(part.cuts), sequences.inputs[:, :, part.of], side="left")
        if part.cuts
        else sequences.inputs[:, :, part.of]
        for part in parts
    ]
    inputs = np.stack(columns, axis=2).astype(np.int64) * sequences.mask[:, :, None]
    return replace(
        sequences,
        inputs=inputs,
        input_symbols=tuple(part.names or sequences.input_symbols[part.of] for part in parts),
    )


def _tried(sequences: Sequences, parts: tuple[Part, ...], rows: Ints) -> tuple[int, int] | None:
    """How many of the sequences held out a machine over the ranges gets wrong, and its states.

    None: they are too many, there is no machine, or sequences contradict each other over these ranges.
    """
    checkpoint()
    ranged = _in_ranges(sequences, parts)
    alphabet = joint_symbols(ranged, _MOST_SYMBOLS)
    if alphabet is None:
        return None
    held = max(1, len(rows) // _HELD)
    train, others = ranged.take(rows[held:]), ranged.take(rows[:held])
    most = min(_MOST_STATES, len(train) // _SEQUENCES_EACH)
    if most < 1:
        return None
    try:
        partial_machine(*_words(ranged, alphabet), alphabet, most=most, attempts=1)  # contradictions of all
        read = partial_machine(*_words(train, alphabet), alphabet, most=most, attempts=_ATTEMPTS)
    except ContradictionError:
        return None
    if read is None:
        return None
    outputs, told = read[0].run(encoded(alphabet, others.inputs))
    right = ~others.labelled | (told & (outputs == others.targets).all(axis=2))
    wrong = int((~right.all(axis=1)).sum())
    return (wrong, read[0].states) if wrong <= _WRONG * len(others) else None


def _words(sequences: Sequences, alphabet: Ints) -> tuple[Ints, Ints, NDArray[np.bool_], Ints]:
    return (
        encoded(alphabet, sequences.inputs),
        sequences.targets,
        sequences.labelled,
        sequences.lengths,
    )


def _fewer(
    sequences: Sequences,
    cuts: list[tuple[int, int]],
    narrow: tuple[Part, ...],
    rows: Ints,
    best: tuple[int, int],
) -> tuple[Part, ...]:
    """The ranges without the bounds, and the narrow inputs, that a machine as small does without."""
    for cut in reversed(list(cuts)):
        fewer = [other for other in cuts if other != cut]
        found = _tried(sequences, _parts(fewer, narrow), rows) if fewer else None
        if found is not None and found <= best:
            cuts, best = fewer, found
    for part in narrow:
        fewer_inputs = tuple(other for other in narrow if other != part)
        found = _tried(sequences, _parts(cuts, fewer_inputs), rows)
        if found is not None and found <= best:
            narrow, best = fewer_inputs, found
    return _parts(cuts, narrow)


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class _Asked:
    """Something that the tree may ask of a step: whether a value is above a bound, or is one of a few."""

    values: Ints
    stream: int | None  # whose ranges it tells; None: another question


def _proposed(sequences: Sequences, wide: list[int]) -> list[tuple[int, int]]:
    """Bounds that a tree of questions uses, a stream and the largest value below each; the best first."""
    rows, steps = np.nonzero(sequences.labelled & (np.arange(sequences.mask.shape[1]) > 0))
    if len(rows) > _ROWS:
        kept = np.linspace(0, len(rows) - 1, _ROWS).astype(np.int64)
        rows, steps = rows[kept], steps[kept]
    _, kinds = np.unique(
        sequences.targets.reshape(-1, sequences.targets.shape[2]), axis=0, return_inverse=True
    )
    answers = np.where(sequences.labelled, kinds.reshape(sequences.mask.shape), -1)
    asked = [_Asked(sequences.inputs[rows, steps, d], d) for d in wide]
    asked.append(_Asked(answers[rows, steps - 1], None))
    for d in range(sequences.inputs.shape[2]):
        if d in wide:
            continue
        for back in range(_BACK + 1):
            values = np.where(steps >= back, sequences.inputs[rows, steps - back, d], -1)
            asked.append(_Asked(values, None))
    gains: dict[tuple[int, int], float] = {}
    _grow(asked, answers[rows, steps], np.arange(len(rows)), _DEEPEST, gains)
    return sorted(gains, key=lambda cut: (-gains[cut], cut))


def _grow(
    asked: list[_Asked], answers: Ints, places: Ints, deep: int, gains: dict[tuple[int, int], float]
) -> None:
    """Grow the tree below a node, whose steps are `places`; what bounds save is added to `gains`."""
    checkpoint()
    counts = np.bincount(answers[places])
    if deep == 0 or len(places) < 2 * _SMALLEST or (counts > 0).sum() < 2:
        return
    best: tuple[float, _Asked, int] | None = None
    for one in asked:
        gain, value = _best(one.values[places], answers[places], ranged=one.stream is not None)
        if best is None or gain > best[0]:
            best = gain, one, value
    if best is None or best[0] <= 0:
        return
    gain, one, value = best
    yes = one.values[places] > value if one.stream is not None else one.values[places] == value
    if one.stream is not None:
        gains[one.stream, value] = gains.get((one.stream, value), 0.0) + gain
    _grow(asked, answers, places[yes], deep - 1, gains)
    _grow(asked, answers, places[~yes], deep - 1, gains)


def _best(values: Ints, answers: Ints, *, ranged: bool) -> tuple[float, int]:
    """The bits that the best question on some values saves, and its value."""
    found, place = np.unique(values, return_inverse=True)
    if len(found) < 2:
        return 0.0, 0
    table = np.zeros((len(found), int(answers.max()) + 1))
    np.add.at(table, (place.reshape(-1), answers), 1.0)
    below = table.cumsum(axis=0)[:-1] if ranged else table
    above = table.sum(axis=0) - below
    sizes = np.minimum(below.sum(axis=1), above.sum(axis=1))
    saved = _bits(table.sum(axis=0)[None]) - _bits(below) - _bits(above)
    saved = np.where(sizes >= _SMALLEST, saved, 0.0) - np.log2(len(saved)) - _SURE
    chosen = int(saved.argmax())
    return float(saved[chosen]), int(found[chosen])


def _bits(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """What answers with these counts take to write down, each row [n, K]: number times entropy."""
    total = counts.sum(axis=1, keepdims=True)
    share = counts / np.where(total > 0, total, 1.0)
    found: NDArray[np.float64] = -(counts * np.log2(np.where(share > 0, share, 1.0))).sum(axis=1)
    return found
