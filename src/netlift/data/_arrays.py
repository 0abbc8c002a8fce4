"""Sequences from Python: arrays, or lists of sequences of different lengths."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError, shown
from netlift.data._columns import column, whole_array
from netlift.data._sequences import Sequences
from netlift.data._validate import validated

Ints = NDArray[np.int64]


MOST_VALUES = 2**27  # numbers of one side, padding included: a gigabyte


def from_arrays(inputs: Any, targets: Any, *, contradictions: bool = False) -> Sequences:
    """Check sequences that are given as arrays or lists.

    Args:
        inputs: [N, T] or [N, T, D]: an array of whole numbers of any type (or what converts to one, as tables
            and tensors do), or a list of sequences, of different lengths if need be, whose steps are numbers,
            strings, or lists of them.
        targets: [N, T] or [N, T, K], given in the same ways; in a list a target may be None where the step
            has none (labels at the last step alone, say), in an array masked.
        contradictions: whether rows may contradict each other; the first two are then named in
            `Sequences.clash`.

    Returns:
        The sequences, padded to the longest.

    Raises:
        InputError: they cannot be used; it names the argument and the row.

    Example:
        >>> from netlift.data import from_arrays
        >>> from_arrays([[0, 1, 1]], [[None, None, 2]]).labelled.tolist()
        [[False, False, True]]
    """
    sides = [as_given(name, values) for name, values in (("inputs", inputs), ("targets", targets))]
    if all(isinstance(side, np.ndarray) for side in sides):
        sequences = from_numpy("inputs and targets", *sides)
        return sequences if contradictions else sequences.consistent()
    rows = [listed_rows(name, side) for name, side in zip(("inputs", "targets"), sides, strict=True)]
    sequences = from_rows("inputs and targets", rows[0], rows[1], lambda row: f"row {row}")
    return sequences if contradictions else sequences.consistent()


def from_numpy(source: str, inputs: NDArray[Any], targets: NDArray[Any]) -> Sequences:
    """Checked sequences from two arrays; `source` stands for them in messages."""
    for name, array in (("inputs", inputs), ("targets", targets)):
        if array.ndim not in (2, 3):
            streams = "D" if name == "inputs" else "K"
            raise InputError(
                f"{source}: {name} has the shape {list(array.shape)}; expected [N, T] or [N, T, {streams}]"
            )
    if inputs.shape[:2] != targets.shape[:2]:
        what = "sequences" if inputs.shape[0] != targets.shape[0] else "steps"
        axis = 0 if what == "sequences" else 1
        raise InputError(
            f"{source}: inputs has {inputs.shape[axis]} {what} and targets has {targets.shape[axis]}; "
            "expected as many of both"
        )
    for name, array in (("inputs", inputs), ("targets", targets)):
        if not array.size:
            lacking = (
                "there are no sequences; expected at least one",
                "row 0 has no steps; expected at least one in each sequence",
                f"the {name} have no streams; expected at least one",
            )
            raise InputError(f"{source}: {lacking[array.shape.index(0)]}")
        if array.size > MOST_VALUES:
            raise InputError(
                f"{source}: {name} has {array.size:,} values; expected {MOST_VALUES:,} at most, so give "
                "fewer or shorter sequences"
            )
    if inputs.dtype.kind in "UO" or targets.dtype.kind in "UO":
        return from_rows(source, inputs.tolist(), targets.tolist(), lambda row: f"row {row}")
    whole_inputs, whole_targets = (
        whole_array(source, cube, _placer(name, cube.shape))
        for name, cube in (("inputs", _cube(inputs)), ("targets", _cube(targets)))
    )
    lengths = np.full(len(inputs), inputs.shape[1], dtype=np.int64)
    names = ((None,) * whole_inputs.shape[2], (None,) * whole_targets.shape[2])
    sequences = Sequences(whole_inputs, whole_targets, lengths, *names)
    return validated(source, sequences, lambda row: f"row {row}")


def _cube(array: NDArray[Any]) -> NDArray[Any]:
    return array if array.ndim == 3 else array[:, :, None]


def from_rows(
    source: str,
    inputs: Sequence[Sequence[Any]],
    targets: Sequence[Sequence[Any]],
    label: Callable[[int], str],
    starts: Mapping[int, Any] | None = None,
) -> Sequences:
    """Sequences from lists of steps; `label` names a row in messages.

    `starts` are answers before any input, by the rows that give them: all the same. Rows may contradict each
    other (`Sequences.clash`).
    """
    if len(inputs) != len(targets):
        raise InputError(
            f"{source}: inputs has {len(inputs)} sequences and targets has {len(targets)}; "
            "expected as many of both"
        )
    for row, (one, other) in enumerate(zip(inputs, targets, strict=True)):
        if len(one) != len(other):
            raise InputError(
                f"{source}: {label(row)} has {len(one)} inputs and {len(other)} targets; "
                "expected as many of both"
            )
    filler = next((step for steps in inputs for step in steps), None)
    if starts and filler is not None:  # its label is a target as any other, of a step that is taken off again
        inputs, targets = [*inputs, [filler]], [*targets, [_start_of(source, label, starts)]]
    lengths = np.array([len(row) for row in inputs], dtype=np.int64)
    _fits(source, inputs, targets, lengths, label)
    silent = np.zeros((len(lengths), int(lengths.max(initial=0))), dtype=bool)
    for row, steps in enumerate(targets):
        silent[row, : len(steps)] = [_is_null(step) for step in steps]
    if silent.any():
        targets = _filled(source, targets)
    sides = [
        _padded(source, name, rows, lengths, label)
        for name, rows in (("inputs", inputs), ("targets", targets))
    ]
    sequences = Sequences(
        sides[0][0], sides[1][0], lengths, sides[0][1], sides[1][1], silent if silent.any() else None
    )
    if starts and filler is not None:
        rows = np.arange(len(lengths) - 1)
        sequences = replace(sequences.take(rows), start=sequences.targets[-1, 0])
    return validated(source, sequences, label)


def _start_of(source: str, label: Callable[[int], str], starts: Mapping[int, Any]) -> Any:
    """The answer before any input that rows give. Raises InputError where they differ."""
    first, answer = next(iter(starts.items()))
    for row, other in starts.items():
        if other != answer:
            raise InputError(
                f"{source}: 'start' is {shown(answer)} in {label(first)} and {shown(other)} in {label(row)}; "
                "expected one answer before any input"
            )
    return answer


def _fits(
    source: str,
    inputs: Sequence[Sequence[Any]],
    targets: Sequence[Sequence[Any]],
    lengths: Ints,
    label: Callable[[int], str],
) -> None:
    """Refuses sequences whose lengths are so unequal, or that are so many, that padding fills the memory."""
    longest = int(lengths.max(initial=0))
    widths = [
        next((len(step) if isinstance(step, list | tuple) else 1 for row in rows for step in row), 1)
        for rows in (inputs, targets)
    ]
    cells = len(lengths) * longest * max(1, *widths)
    if cells > MOST_VALUES:
        raise InputError(
            f"{source}: {label(int(lengths.argmax()))} has {longest:,} steps, and with all {len(lengths):,} "
            f"sequences padded to that length there are {cells:,} values, where half of them have "
            f"{int(np.median(lengths)):,} steps at most; expected {MOST_VALUES:,} values, so cut the "
            "longest up or leave some out"
        )


def _is_null(step: Any) -> bool:
    """Whether a step has no target: null, or a list of nothing but null."""
    return all(value is None for value in step) if isinstance(step, list | tuple) and step else step is None


def _filled(source: str, targets: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The targets with a value of another step where there is none, so that a stream keeps its type."""
    filler = next((step for steps in targets for step in steps if not _is_null(step)), None)
    if filler is None:
        raise InputError(f"{source}: every target is null; expected a value at one step at least")
    return [[filler if _is_null(step) else step for step in steps] for steps in targets]


def _padded(
    source: str, name: str, rows: Sequence[Sequence[Any]], lengths: Ints, label: Callable[[int], str]
) -> tuple[Ints, tuple[tuple[str, ...] | None, ...]]:
    """One side of the sequences as an array [N, T, streams], zeros where a row has ended."""
    steps = [step if isinstance(step, list | tuple) else (step,) for row in rows for step in row]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    width = len(steps[0]) if steps else 1

    def where(place: int) -> str:
        row = int(np.searchsorted(starts, place, side="right")) - 1
        return f"step {place - int(starts[row]) + 1} of the {name} of {label(row)}"

    for place, step in enumerate(steps):
        if len(step) != width:
            raise InputError(
                f"{source}: {where(place)} has {len(step)} values; expected {width}, as in the first step"
            )
    if width == 0:
        raise InputError(f"{source}: the {name} have no streams; expected at least one")
    mask = np.arange(int(lengths.max(initial=0))) < lengths[:, None]
    padded = np.zeros((*mask.shape, width), dtype=np.int64)
    symbols = []
    for stream in range(width):
        values, names = column(source, [step[stream] for step in steps], where)
        padded[mask, stream] = values
        symbols.append(names)
    return padded, tuple(symbols)


def as_given(name: str, values: Any) -> Any:
    """An argument as a plain array where it is an array of any kind or converts to one, else as it is.

    Masked values become None in nested lists: as targets they are steps without one. A subclass of an array,
    as `numpy.matrix` is, may index otherwise than arrays do, which compiled code relies on. Tensors are taken
    wherever they are, with or without a gradient; a column of lists, as data frames have, is a list of them.
    """
    values = _here(values)
    if isinstance(values, np.ma.MaskedArray):
        return values.tolist() if np.ma.getmaskarray(values).any() else np.array(values.data)
    if isinstance(values, np.ndarray):
        return np.asarray(values)
    if isinstance(values, list | tuple | str | bytes) or not hasattr(values, "__array__"):
        return values
    try:
        found = np.asarray(values)
        return found.tolist() if found.dtype == object and found.ndim == 1 else found
    except Exception as error:
        raise InputError(
            f"{name}: a {type(values).__name__} does not convert to an array ({error}); expected an array or "
            "a list of sequences"
        ) from error


def _here(values: Any) -> Any:
    """A tensor in this machine's memory, without its gradient, of a type that numpy has; else as it is.

    Nested tensors are lists of their rows.
    """
    if not (hasattr(values, "detach") and hasattr(values, "cpu")):
        return values
    plain = values.detach().cpu()
    if getattr(plain, "is_nested", False):
        return [_here(row) for row in plain.unbind()]
    if getattr(plain, "is_sparse", False):
        plain = plain.to_dense()
    return plain.double() if str(plain.dtype) == "torch.bfloat16" else plain


def listed_rows(name: str, values: Any) -> list[list[Any]]:
    """An argument as a list of rows, each a list of steps."""
    rows = values.tolist() if isinstance(values, np.ndarray) else values
    if not isinstance(rows, list | tuple):
        lists = isinstance(rows, Iterable) and not isinstance(rows, str | bytes | dict)
        hint = f", as in list({name})" if lists else ""
        raise InputError(
            f"{name} is of type {type(rows).__name__}; expected an array or a list of sequences{hint}"
        )
    listed = []
    for number, row in enumerate(rows):
        steps = _plain(f"{name}, row {number}", row)
        if isinstance(steps, str):
            steps = list(steps)  # a sequence of one-letter symbols
        if not isinstance(steps, list | tuple):
            raise InputError(
                f"{name}: row {number} is of type {type(row).__name__}; expected a sequence of steps"
            )
        kinds = {type(step) for step in steps}
        if any(hasattr(kind, "__array__") for kind in kinds):
            steps = [_plain(f"{name}, row {number}", step) for step in steps]
        listed.append(list(steps))
    return listed


def _plain(name: str, values: Any) -> Any:
    """A row or a step as Python values, where it is an array of any kind."""
    if isinstance(values, np.generic):
        return values.item() if values.dtype.kind in "biufU" else values
    given = as_given(name, values)
    return given.tolist() if isinstance(given, np.ndarray) else given


def _placer(name: str, shape: tuple[int, ...]) -> Callable[[int], str]:
    def where(place: int) -> str:
        row, step, stream = np.unravel_index(place, shape)
        extra = "" if shape[2] == 1 else f", stream {stream}"
        return f"step {step + 1} of the {name} of row {row}{extra}"

    return where
