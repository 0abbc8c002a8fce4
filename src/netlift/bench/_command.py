"""The benchmark as `netlift bench` runs it: of one seed or several, and how it ended as a sentence."""

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from netlift.bench._named import task_named
from netlift.bench._run import bench
from netlift.bench._scattered import cluster
from netlift.bench._seeds import bench_seeds, parse_seeds
from netlift.bench._tasks import TASKS
from netlift.core._terminal import command_line


def chosen(names: str | None, seeds: str | None) -> tuple[list[str], tuple[int, ...] | None]:
    """The tasks that a list with commas names, each once (None: all), and the seeds. Raises InputError."""
    tasks = list(TASKS)
    if names is not None:
        tasks = list(dict.fromkeys(task_named(name.strip()).name for name in names.split(",")))
    return tasks, None if seeds is None else parse_seeds(seeds)


def bench_tasks(
    tasks: Sequence[str],
    seeds: Sequence[int] | None,
    seed: int,
    folder: Path,
    jobs: int | None,
    console: Console,
    scheduler: str | None = None,
    budget: float | None = None,
) -> tuple[str, str]:
    """Distil the tasks with each of the seeds (None: with `seed`); how many were solved, and which failed.

    `scheduler` is the address of a Dask scheduler whose workers do them; None: processes of this machine.
    `budget` is seconds for the whole, in equal shares for the tasks; None: no bound.

    The second sentence is empty where none failed.
    """
    share = None if budget is None else budget / len(seeds or (seed,))
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    try:
        with cluster(scheduler) as (executor, workers):
            at_once = jobs or workers or cores
            if seeds is None:
                with_seed = partial(bench, seed=seed, directory=folder, budget=share)
                summaries = [with_seed(tasks, jobs=at_once, console=console, executor=executor)]
            else:
                with_seeds = partial(bench_seeds, seeds=seeds, directory=folder, budget=share)
                summaries = with_seeds(tasks, jobs=at_once, console=console, executor=executor)
    except KeyboardInterrupt as stop:
        again = f"`{command_line()} -o {folder}` goes on"
        stop.add_note(f"the tasks that had ended are in {folder}; {again}")
        raise
    solved, total = sum(one.solved for one in summaries), sum(len(one.rows) for one in summaries)
    seconds = sum(one.seconds for one in summaries)
    ended = f"{solved} of {total} solved in {seconds:.0f} s; see {folder}/RESULTS.md"
    failed = list(dict.fromkeys(name for one in summaries for name in one.failed))
    return ended, f"{len(failed)} of the tasks failed: {', '.join(failed)}." if failed else ""
