"""What sequences must be before anything is learned from them: there, and without contradiction."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError, shown
from netlift.data._sequences import Sequences

Ints = NDArray[np.int64]

_SHOWN = 12  # steps of a prefix that a message shows
_CELLS = 4_000_000  # steps whose beginnings are compared at a time
_FACTOR = 0x9E3779B97F4A7C15  # odd, and far from regular
MOST_COMPARED = 1 << 22  # steps; of more, those that are drawn to learn from are compared (`sampled`)
_LOOKED = 1_000  # pairs of rows that are compared step by step


def validated(source: str, sequences: Sequences, label: Callable[[int], str]) -> Sequences:
    """The sequences, if each has a step; `label` names a row.

    Two rows contradict each other where the same inputs up to a step come with different outputs
    at that step: noise, or outputs that depend on later inputs. `Sequences.clash` names both; whoever takes
    no noise asks for `Sequences.consistent`. Among more than `MOST_COMPARED` steps nobody looks for them. A
    row without steps is taken where `start` tells its label.
    """
    if len(sequences) == 0:
        raise InputError(f"{source}: there are no sequences; expected at least one")
    if sequences.inputs.shape[2] == 0 or sequences.targets.shape[2] == 0:
        side = "inputs" if sequences.inputs.shape[2] == 0 else "targets"
        raise InputError(f"{source}: the {side} have no streams; expected at least one")
    empty = sequences.lengths == 0
    if empty.any() and (sequences.start is None or empty.all()):
        raise InputError(
            f"{source}: {label(int(empty.argmax()))} has no steps; expected at least one in each sequence"
        )
    clash = None if int(sequences.lengths.sum()) > MOST_COMPARED else _contradiction(sequences)
    return (
        sequences
        if clash is None
        else replace(sequences, clash=f"{source}: {_told(sequences, label, *clash)}")
    )


def _numbered(values: Ints) -> Ints:
    """For values [N, T, D] the number [N, T] of each distinct row of D."""
    flat = values.reshape(-1, values.shape[2])
    if flat.shape[1] == 1:
        return np.unique(flat[:, 0], return_inverse=True)[1].reshape(values.shape[:2])
    return np.unique(flat, axis=0, return_inverse=True)[1].reshape(values.shape[:2])


def _contradiction(sequences: Sequences) -> tuple[int, int, int] | None:
    """Two rows and the first step at which equal inputs so far have different outputs.

    Rows whose whole inputs are equal come first, because they say most. Beginnings are told apart by a hash,
    a few million steps at a time; what it shows is looked at before it counts.
    """
    symbols, answers = _numbered(sequences.inputs), _numbered(sequences.targets)
    labelled, same_as = sequences.labelled, sequences.distinct()[1]
    rows, steps = symbols.shape
    mixed: NDArray[np.uint64] = symbols.astype(np.uint64) * np.uint64(_FACTOR) + np.uint64(1)
    multipliers: NDArray[np.uint64] = _drawn(steps)
    before: NDArray[np.uint64] = np.zeros(rows, dtype=np.uint64)
    found: tuple[int, int, int] | None = None
    width = max(1, _CELLS // max(1, rows))
    for start in range(0, steps, width):
        part = slice(start, min(steps, start + width))
        weighed: NDArray[np.uint64] = mixed[:, part] * multipliers[None, part]
        hashes: NDArray[np.uint64] = before[:, None] + weighed.cumsum(axis=1)
        before = hashes[:, -1].copy()
        places = np.argwhere(labelled[:, part])  # by row, so that the first of a group is the first row
        keys = hashes[places[:, 0], places[:, 1]] ^ (
            places[:, 1].astype(np.uint64) * np.uint64(_FACTOR)
        )  # beginnings of different lengths differ
        _, first, group = np.unique(keys, return_index=True, return_inverse=True)
        leaders, told = places[first][group.reshape(-1), 0], places[:, 0]
        at = places[:, 1] + start
        clash = np.flatnonzero(answers[told, at] != answers[leaders, at])
        whole = same_as[told[clash]] == same_as[leaders[clash]]
        for equal in (True, False):
            chosen = clash[whole == equal]
            for place in chosen[np.lexsort((told[chosen], at[chosen]))][:_LOOKED].tolist():
                one, two, step = int(leaders[place]), int(told[place]), int(at[place])
                if not np.array_equal(sequences.inputs[one, : step + 1], sequences.inputs[two, : step + 1]):
                    continue  # equal hashes of different beginnings
                if equal:
                    return one, two, step
                found = found or (one, two, step)
                break
    return found


def _drawn(count: int) -> NDArray[np.uint64]:
    """Odd multipliers [count] of a hash, always the same."""
    drawn: NDArray[np.uint64] = np.random.default_rng(1).integers(2**63, size=count, dtype=np.uint64)
    return drawn | np.uint64(1)


def _same_inputs(sequences: Sequences, one: int, two: int) -> bool:
    equal = np.array_equal(sequences.inputs[one], sequences.inputs[two])
    return equal and bool(sequences.lengths[one] == sequences.lengths[two])


def _told(sequences: Sequences, label: Callable[[int], str], one: int, two: int, step: int) -> str:
    beginning = sequences.inputs[one, max(0, step + 1 - _SHOWN) : step + 1]
    outputs = [
        _steps(sequences.targets[row, step : step + 1], sequences.target_symbols) for row in (one, two)
    ]
    rows = f"{label(one)} and {label(two)}"
    answers = f"{outputs[0][0]} and {outputs[1][0]}"
    last = ", ".join(_steps(beginning, sequences.input_symbols))
    start = "" if step + 1 <= _SHOWN else "..., "
    if _same_inputs(sequences, one, two):
        return (
            f"{rows} contradict each other: the same inputs [{start}{last}] have different outputs "
            f"at step {step + 1}, {answers}; expected one output for one prefix"
        )
    return (
        f"{rows} have the same inputs up to step {step + 1}, [{start}{last}], but different outputs there, "
        f"{answers}; expected outputs that depend only on the inputs so far, not on later ones"
    )


def _steps(values: Ints, symbols: tuple[tuple[str, ...] | None, ...]) -> list[str]:
    told = []
    for step in values.tolist():
        items = [
            shown(names[item]) if names else str(item) for item, names in zip(step, symbols, strict=True)
        ]
        told.append(items[0] if len(items) == 1 else f"({', '.join(items)})")
    return told
