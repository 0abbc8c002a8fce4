"""Distil random tasks of many families, and count what was solved.

    python benchmarks/wild/run.py FOLDER [--part seen|unseen] [--family NAME] [--jobs N] [--page FILE]

The tasks are those of families.py, split once by a fixed seed into a part that developers may look at
(`seen`) and a part that is only counted (`unseen`: the page shows sums over families, no task). A run that
was killed goes on where it was. Solved means: `distill` says so, and the program is right on 2,000 fresh
sequences of the training length; exact at ten times the length is told beside it.
"""

import hashlib
import json
import multiprocessing
import os
import statistics
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import click
import numpy as np
from families import Rule, parts

from netlift.core._threads import use_one_thread
from netlift.data import Sequences, from_arrays
from netlift.engine._distill import distill_sequences
from netlift.program import Program
from netlift.program._judge import Judge
from netlift.report import write_whole

COUNT, FRESH = 10_000, 2_000


def sequences(rule: Rule, count: int, length: int, rng: np.random.Generator) -> Sequences:
    """Drawn inputs with the rule's answers."""
    inputs = rule.draw(count, length, rng)
    return from_arrays(inputs, rule.answers(inputs))


def right(program: Program | None, rule: Rule, length: int, count: int) -> bool:
    """Whether the program is right on fresh sequences of this length, halved while numbers overflow."""
    if program is None:
        return False
    try:
        fresh = sequences(rule, count, length, np.random.default_rng([1, length]))
    except OverflowError:
        return right(program, rule, length // 2, count)
    return Judge(fresh).program_errors(program, count) == 0


def cpu_seconds() -> float:
    """Seconds of processor time of this process and of those that it waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def row_of(family: str, rule: Rule, budget: float) -> dict[str, Any]:
    """Distil one task."""
    started, used = time.monotonic(), cpu_seconds()
    data = sequences(rule, COUNT, rule.length, np.random.default_rng(0))
    result = distill_sequences(data, seed=0, budget=budget)
    seconds, used = time.monotonic() - started, cpu_seconds() - used
    table = "table" in (result.strategy or "table")
    solved = result.solved and right(result.program, rule, rule.length, FRESH)
    return {
        "family": family,
        "task": rule.name,
        "solved": solved,
        "by_formula": solved and not table,
        "from_network": solved and result.reader != "data",
        "exact_ten_times": solved and right(result.program, rule, 10 * rule.length, FRESH // 10),
        "strategy": result.strategy,
        "reader": result.reader,
        "states": result.states,
        "nodes": result.program.nodes if result.program is not None else None,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(used, 1),
        "stages": dict(result.seconds),
        "reason": result.reason,
        "program": result.program.source if result.program is not None else None,
    }


def crashed(family: str, rule: Rule, error: Exception) -> dict[str, Any]:
    """The row of a task that netlift failed on with an exception."""
    judged = dict.fromkeys(("solved", "by_formula", "from_network", "exact_ten_times"), False)
    unknown = dict.fromkeys(("strategy", "reader", "states", "nodes", "program"))
    told = "".join(traceback.format_exception(error))
    spent = {"seconds": 0.0, "cpu_seconds": 0.0, "stages": {}}
    return {
        "family": family,
        "task": rule.name,
        **judged,
        **unknown,
        **spent,
        "reason": told,
        "crashed": True,
    }


def run_one(job: tuple[str, str, str, int, float]) -> dict[str, Any]:
    """In a worker: the task with this number of this part, or its row from an earlier run."""
    part, family, folder, number, budget = job
    family, rule = parts()[part == "unseen"][number]
    name = hashlib.sha256(f"{family} {rule.name} {part} {number}".encode()).hexdigest()[:12]
    path = Path(folder) / f"{name}.json"
    if path.exists():
        row: dict[str, Any] = json.loads(path.read_text())
        return row
    try:
        row = row_of(family, rule, budget)
    except Exception as error:  # a crash is a row like others, and no reason to end the run
        row = crashed(family, rule, error)
    write_whole(path, json.dumps(row) + "\n")
    return row


def page(rows: list[dict[str, Any]], part: str, drawn: int, jobs: int) -> str:
    """The figures by family."""
    families = sorted({row["family"] for row in rows})
    seconds = sorted(row["cpu_seconds"] for row in rows)

    def share(key: str, chosen: list[dict[str, Any]]) -> str:
        return f"{100 * sum(bool(row[key]) for row in chosen) / len(chosen):.0f} %"

    lines = [
        f"# Random tasks, the {part} part",
        "",
        f"Written by `python benchmarks/wild/run.py`: {len(rows)} tasks (the first of {drawn}, in "
        f"random order), {COUNT:,} sequences each.",
        "",
        f"Solved {share('solved', rows)}, by a formula {share('by_formula', rows)}, exact at ten times the "
        f"length {share('exact_ten_times', rows)}; read out of a network {share('from_network', rows)}.",
        "",
        f"Processor seconds on one thread: median {statistics.median(seconds):.1f}, longest "
        f"{seconds[-1]:.0f}; by the clock, {jobs} at a time: median "
        f"{statistics.median(row['seconds'] for row in rows):.1f}, longest "
        f"{max(row['seconds'] for row in rows):.0f}.",
        *([f"\nCrashed: {crashes}."] if (crashes := sum("crashed" in row for row in rows)) else []),
        "",
        "| family | tasks | solved | by formula | exact at 10x | median nodes | median CPU seconds |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for family in families:
        chosen = [row for row in rows if row["family"] == family]
        nodes = [row["nodes"] for row in chosen if row["solved"]]
        median = f"{statistics.median(nodes):.0f}" if nodes else ""
        lines.append(
            f"| {family} | {len(chosen)} | {share('solved', chosen)} | {share('by_formula', chosen)} "
            f"| {share('exact_ten_times', chosen)} | {median} "
            f"| {statistics.median(row['cpu_seconds'] for row in chosen):.1f} |"
        )
    return "\n".join(lines) + "\n"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--part", type=click.Choice(["seen", "unseen"]), default="seen")
@click.option("--family", help="Only this family.")
@click.option("--first", type=int, help="Only the first so many tasks: a random share.")
@click.option("--budget", type=float, default=120.0, help="Seconds for the search of a task.")
@click.option("--jobs", type=int, default=2)
@click.option("--page", "target", type=click.Path(path_type=Path), help="Write the figures here.")
def main(
    folder: Path,
    part: str,
    family: str | None,
    first: int | None,
    budget: float,
    jobs: int,
    target: Path | None,
) -> None:
    """Distil random tasks."""
    use_one_thread(also_for_training=True)
    folder.mkdir(parents=True, exist_ok=True)
    drawn = parts()[part == "unseen"]
    work = [
        (part, f, str(folder), i, budget) for i, (f, _) in enumerate(drawn[:first]) if family in (None, f)
    ]
    rows = []
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for row in pool.map(run_one, work):
            rows.append(row)
            if "crashed" in row:
                click.echo(row["reason"] if part == "seen" else "a task crashed")
            if part == "seen":
                shown = f"{row['family']:<11}{row['task'][:44]:<46}{row['reader'] or '':<10}"
                verdict = "formula" if row["by_formula"] else "table" if row["solved"] else "NO"
                long = "10x" if row["exact_ten_times"] else ""
                click.echo(f"{shown}{verdict:<8}{long:<5}{row['nodes'] or '':<6}{row['cpu_seconds']}")
            else:
                click.echo(".", nl=False)
    text = page(rows, part, len(drawn), jobs)
    click.echo("\n" + text)
    if target is not None:
        write_whole(target, text)


if __name__ == "__main__":
    main()
