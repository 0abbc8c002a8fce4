"""What sequences must be before anything is learned from them: there, and without contradiction."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from netlift._errors import InputError
from netlift.data._sequences import Sequences

Ints = NDArray[np.int64]

_SHOWN = 12  # steps of a prefix that a message shows


def validated(source: str, sequences: Sequences, label: Callable[[int], str]) -> Sequences:
    """The sequences, if each has a step and no two contradict each other; `label` names a row.

    Two rows contradict each other where the same inputs up to a step come with different outputs
    at that step: noise, or outputs that depend on later inputs. Raises InputError with both rows.
    """
    if len(sequences) == 0:
        raise InputError(f"{source}: there are no sequences; expected at least one")
    if sequences.inputs.shape[2] == 0 or sequences.targets.shape[2] == 0:
        side = "inputs" if sequences.inputs.shape[2] == 0 else "targets"
        raise InputError(f"{source}: the {side} have no streams; expected at least one")
    empty = sequences.lengths == 0
    if empty.any():
        raise InputError(
            f"{source}: {label(int(empty.argmax()))} has no steps; expected at least one in each sequence"
        )
    clash = _contradiction(sequences)
    if clash is not None:
        raise InputError(f"{source}: {_told(sequences, label, *clash)}")
    return sequences


def _numbered(values: Ints) -> Ints:
    """For values [N, T, D] the number [N, T] of each distinct row of D."""
    flat = values.reshape(-1, values.shape[2])
    if flat.shape[1] == 1:
        return np.unique(flat[:, 0], return_inverse=True)[1].reshape(values.shape[:2])
    return np.unique(flat, axis=0, return_inverse=True)[1].reshape(values.shape[:2])


def _contradiction(sequences: Sequences) -> tuple[int, int, int] | None:
    """Two rows and the first step at which equal inputs so far have different outputs.

    Rows whose whole inputs are equal come first, because they say most.
    """
    symbols, answers = _numbered(sequences.inputs), _numbered(sequences.targets)
    size = int(symbols.max()) + 1
    labelled = sequences.labelled
    rows = np.arange(len(sequences))
    group = np.zeros(len(sequences), dtype=np.int64)
    found: tuple[int, int, int] | None = None
    for step in range(symbols.shape[1]):
        alive = step < sequences.lengths[rows]
        rows, group = rows[alive], group[alive]
        keys = group * size + symbols[rows, step]
        _, first, group = np.unique(keys, return_index=True, return_inverse=True)
        leader = rows[first][group]
        told = labelled[rows, step]
        spoken = np.full(int(group.max(initial=-1)) + 1, -1, dtype=np.int64)
        spoken[group[told][::-1]] = rows[told][::-1]  # the first row of each prefix that has a target here
        leader = np.where(spoken[group] >= 0, spoken[group], leader)
        clash = told & (answers[rows, step] != answers[leader, step])
        for place in np.flatnonzero(clash)[:1000].tolist():
            one, two = int(leader[place]), int(rows[place])
            if _same_inputs(sequences, one, two):
                return one, two, step
            found = found or (one, two, step)
    return found


def _same_inputs(sequences: Sequences, one: int, two: int) -> bool:
    equal = np.array_equal(sequences.inputs[one], sequences.inputs[two])
    return equal and bool(sequences.lengths[one] == sequences.lengths[two])


def _told(sequences: Sequences, label: Callable[[int], str], one: int, two: int, step: int) -> str:
    prefix = _steps(sequences.inputs[one, : step + 1], sequences.input_symbols)
    outputs = [
        _steps(sequences.targets[row, step : step + 1], sequences.target_symbols) for row in (one, two)
    ]
    rows = f"{label(one)} and {label(two)}"
    answers = f"{outputs[0][0]} and {outputs[1][0]}"
    shown = ", ".join(prefix[-_SHOWN:])
    start = "" if len(prefix) <= _SHOWN else "..., "
    if _same_inputs(sequences, one, two):
        return (
            f"{rows} contradict each other: the same inputs [{start}{shown}] have different outputs "
            f"at step {step + 1}, {answers}; expected one output for one prefix"
        )
    return (
        f"{rows} have the same inputs up to step {step + 1}, [{start}{shown}], but different outputs there, "
        f"{answers}; expected outputs that depend only on the inputs so far, not on later ones"
    )


def _steps(values: Ints, symbols: tuple[tuple[str, ...] | None, ...]) -> list[str]:
    shown = []
    for step in values.tolist():
        items = [repr(names[item]) if names else str(item) for item, names in zip(step, symbols, strict=True)]
        shown.append(items[0] if len(items) == 1 else f"({', '.join(items)})")
    return shown
