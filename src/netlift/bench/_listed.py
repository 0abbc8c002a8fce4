"""The benchmark tasks as a table, and one of them with examples."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from netlift.bench import TASKS, Task
from netlift.bench._draw import task_sequences
from netlift.core._errors import InputError


def list_tasks(console: Console) -> None:
    """Print all tasks with their inputs, lengths and rules."""
    table = Table(box=None, pad_edge=False)
    for heading in ("task", "inputs", "length", "rule"):
        table.add_column(heading, no_wrap=heading != "rule")
    for task in TASKS.values():
        table.add_row(task.name, _inputs(task), str(task.length), task.rule)
    console.print(table)


def described(task: Task, seed: int, count: int) -> Iterator[str]:
    """What is told of one task: a line about it, and so many of its sequences."""
    yield f"{task.name}: {_inputs(task)}, length {task.length}; {task.rule}"
    sequences = task_sequences(task, seed, count)
    for inputs, targets in zip(sequences.inputs.tolist(), sequences.targets.tolist(), strict=True):
        yield f"  {_flat(inputs)} -> {_flat(targets)}"


def _inputs(task: Task) -> str:
    streams = "" if task.streams == 1 else f"{task.streams} streams, "
    return f"{streams}{task.low}..{task.high}"


def _flat(steps: list[list[int]]) -> str:
    return " ".join(str(step[0]) if len(step) == 1 else f"({','.join(map(str, step))})" for step in steps)


def write_task(task: Task, file: str, seed: int, count: int | None) -> str:
    """Write a task's data to a .npz file; a sentence on what is there now.

    Raises InputError where the file has another ending, or cannot be written.
    """
    from netlift.bench._draw import TASK_SEQUENCES, npz_bytes, task_sequences
    from netlift.report import write_whole

    target = Path(file)
    if target.suffix != ".npz":
        raise InputError(f"-o {file} has no name that ends in .npz.")
    if target.is_dir() or not target.absolute().parent.is_dir():
        found = "it is a folder" if target.is_dir() else f"there is no folder {target.parent}"
        raise InputError(f"-o {file} cannot be written: {found}.")
    sequences = task_sequences(task, seed, TASK_SEQUENCES if count is None else count)
    try:
        write_whole(target, npz_bytes(sequences))
    except OSError as error:
        raise InputError(f"-o {file} cannot be written: {error.strerror or error}.") from error
    return f"{len(sequences):,} sequences of {task.name} in {file}"
