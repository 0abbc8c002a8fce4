"""The benchmark: every task distilled, in worker processes, with a table that grows as they end."""

import json
import math
import resource
import shutil
import statistics
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

from netlift.bench import TASKS, Task, get_task
from netlift.bench._finished import finished_row, write_stamped
from netlift.bench._page import bench_html
from netlift.bench._scattered import Scattered
from netlift.bench._workers import Outcome, Workers
from netlift.core._errors import InputError
from netlift.core._threads import use_one_thread
from netlift.core._version import __version__
from netlift.report import fill_folder, write_whole
from netlift.report.page import kept_page

ERROR = "error.txt"  # the traceback of a task that failed
STAGES = ("train", "simplify", "states", "formulas", "certify", "check", "faithfulness")

_NOTHING: dict[str, Any] = {  # what result.json would say of a task that failed
    "solved": False,
    "checks": {},
    "reader": None,
    "states": None,
    "strategy": None,
    "program": None,
    "seconds": {"total": 0.0},
    "trained_by": "",
    "network": {},
    "certificate": [],
    "version": __version__,
}


@dataclass(frozen=True)
class Summary:
    """What a benchmark run found: rows in the order of the tasks, and its wall-clock seconds."""

    rows: tuple[dict[str, Any], ...]
    seconds: float
    seed: int
    jobs: int

    @property
    def solved(self) -> int:
        """How many tasks were solved."""
        return sum(row["solved"] for row in self.rows)

    @property
    def failed(self) -> tuple[str, ...]:
        """The tasks that ended in an error or whose process was killed."""
        return tuple(row["task"] for row in self.rows if row.get("failed"))


def bench(
    names: Sequence[str],
    *,
    seed: int,
    directory: Path,
    jobs: int,
    console: Console,
    executor: Executor | None = None,
    budget: float | None = None,
) -> Summary:
    """Distil the named tasks, show a live table, write bench.json and RESULTS.md.

    Each task's result goes into a folder of its own under `directory` as soon as it is there. A
    run that was killed picks up where it was: a task whose result for this seed and version is
    already in the folder, undamaged, is not run again. A task whose worker fails or is killed gets a
    row that says so, and the others go on. The tasks are done by `jobs` processes of this machine,
    or by the workers of an executor, which need the directory under the same path. `budget` is seconds
    for all of them: each process has an equal share for each of its tasks. Raises InputError where the
    summary cannot be written.
    """
    tasks = [get_task(name) for name in names]
    directory.mkdir(parents=True, exist_ok=True)
    rows: dict[str, dict[str, Any]] = {}
    spent = 0.0
    for task in tasks:
        row = finished_row(directory / task.name, seed, console.print, budget)
        if row is not None:
            rows[task.name] = row
    missing = [task for task in tasks if task.name not in rows]
    if len(missing) < len(tasks):
        console.print(f"{len(tasks) - len(missing)} of {len(tasks)} tasks were already in {directory}")
        spent = sum(row["seconds"] for row in rows.values()) / jobs
    started = time.monotonic()
    use_one_thread(also_for_training=True)  # workers share the cores and inherit this
    screen = Live(console=console, refresh_per_second=2, transient=not console.is_terminal)
    share = None if budget is None else budget / math.ceil(max(len(missing), 1) / jobs)
    work = partial(_run, seed=seed, directory=directory.resolve(), budget=budget, share=share)
    pool: Workers | Scattered = Workers(work, jobs) if executor is None else Scattered(work, executor)
    with ExitStack() as stack:
        _sweep(directory, missing)
        stack.callback(_sweep, directory, missing)
        live = stack.enter_context(screen)
        stack.enter_context(pool)
        live.update(_table(tasks, rows))
        for outcome in pool.outcomes([task.name for task in missing]):
            rows[outcome.name] = _outcome_row(outcome, seed, directory)
            if not console.is_terminal:
                console.print(_line(rows[outcome.name]))
            live.update(_table(tasks, rows))
    seconds = spent + time.monotonic() - started
    summary = Summary(tuple(rows[task.name] for task in tasks), seconds, seed, jobs)
    content = {
        "solved": summary.solved,
        "seconds": round(seconds, 1),
        "seed": seed,
        "version": __version__,
        "jobs": jobs,
        "tasks": list(summary.rows),
    }
    try:
        write_whole(directory / "bench.json", json.dumps(content, indent=1) + "\n")
        write_whole(directory / "RESULTS.md", results_page(summary))
        lost = kept_page(directory, lambda: bench_html([summary], directory))
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"the summary cannot be written to {directory}: {reason}.") from error
    if lost:
        console.print(lost)
    return summary


def results_page(summary: Summary) -> str:
    """RESULTS.md: the totals, where the time went, and one row a task."""
    rows = summary.rows
    total = len(rows)
    baseline = {
        "MIPS": sum(TASKS[row["task"]].solved_by_mips for row in rows),
        "GPT-4": sum(TASKS[row["task"]].solved_by_gpt4 for row in rows),
    }
    stages = {stage: sum(row["stages"].get(stage, 0.0) for row in rows) for stage in STAGES}
    stages["other"] = sum(row["seconds"] for row in rows) - sum(stages.values())
    taken = sorted(row["seconds"] for row in rows)
    lines = [
        "# Benchmark results",
        "",
        f"Written by `netlift bench --seed {summary.seed}` (netlift {__version__}, {summary.jobs} worker "
        "processes of one thread each).",
        "",
        f"- **{summary.solved} of {total} tasks solved** (MIPS {baseline['MIPS']}, GPT-4 {baseline['GPT-4']} "
        "of the same tasks, as published). Solved: program.py, run in a fresh interpreter, makes no error "
        "on the training data, on held-out data, on 100,000 newly drawn sequences, and on sequences of five, "
        "ten (2,000 each) and a hundred times (200) the training length.",
        f"- Exact at five times the training length: {sum(row['exact_long'] for row in rows)} of {total}; "
        f"at ten times: {sum(row['exact_ten_times'] for row in rows)} of {total}; at a hundred times: "
        f"{sum(bool(row.get('exact_hundred_times')) for row in rows)} of {total}.",
        f"- Whole run {summary.seconds / 60:.1f} minutes; a task takes {taken[total // 2]:.1f} s in the "
        f"median, {taken[-1]:.1f} s at most; peak memory of a worker "
        f"{max(row['peak_mb'] for row in rows)} MB.",
        "- Where the time goes (seconds of all workers): "
        + ", ".join(f"{stage} {seconds:.0f}" for stage, seconds in stages.items())
        + ".",
        *_proved_lines(rows),
        "",
        "| task | solved | 5x | 10x | 100x | reader | states | found by | nodes | seconds | network "
        "| network exact (as trained) | network = machine (as trained) | copy = machine | machine = program "
        "| certify s | MIPS | GPT-4 |",
        "|---|:-:|:-:|:-:|:-:|---|---:|---|---:|---:|---|---:|---|---|---|---:|:-:|:-:|",
    ]
    for row in rows:
        task = TASKS[row["task"]]
        accuracy = _percent(row["network_accuracy"]) + " (all the data)" * bool(row.get("trained_on_all"))
        lines.append(
            f"| `{row['task']}` | {_mark(row['solved'])} | {_mark(row['exact_long'])} "
            f"| {_mark(row['exact_ten_times'])} | {_mark(bool(row.get('exact_hundred_times')))} "
            f"| {row['reader'] or ''} | {'unbounded' if row['states'] is None else row['states']} "
            f"| {row['strategy'] or ''} | {row['nodes'] or ''} | {row['seconds']:.1f} "
            f"| {row['architecture']} | {accuracy} "
            f"| {_tier(row, 'network = machine')} | {_copy_tier(row)} | {_tier(row, 'machine = program')} "
            f"| {row['stages'].get('certify', 0.0):.1f} "
            f"| {_mark(task.solved_by_mips)} | {_mark(task.solved_by_gpt4)} |"
        )
    unsolved = [row for row in rows if not row["solved"]]
    if unsolved:
        lines += ["", "## Not solved", ""]
        lines += [f"- `{row['task']}`: {row['reason']}" for row in unsolved]
    return "\n".join(lines) + "\n"


def _proved_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """How many of the claims were proved, of networks as trained and, apart, of changed copies."""

    def told(claim: str, some: Sequence[dict[str, Any]]) -> str:
        """Counts by tier, those that are exhaustive only where it is at the training length or beyond."""
        known = [(row, _known(row, claim)) for row in some]
        proved = sum(one.get("tier") == "proved" for _, one in known)
        long = sum(
            one.get("tier") == "exhaustive" and one.get("length", 0) >= TASKS[row["task"]].length
            for row, one in known
        )
        refuted = sum(one.get("tier") == "refuted" for _, one in known)
        rest = len(known) - proved - long - refuted
        return (
            f"{proved} proved for every length, {long} exhaustive at the training length or beyond, "
            f"{rest} at a shorter length or tested alone, {refuted} refuted"
        )

    gradient = [row for row in rows if row["trained_by"] == "gradient"]
    fitted = [row for row in rows if row["trained_by"] == "closed-form"]
    copies = [row for row in rows if _known(row, "copy = machine")]
    used = [row for row in copies if row.get("copy", {}).get("uses_answers")]
    apart = [row for row in rows if not row.get("trained_on_all")]
    exact, on_all = (
        sum(row["network_accuracy"] == 1.0 for row in some)
        for some in (apart, [row for row in rows if row.get("trained_on_all")])
    )
    learned = f", {on_all} on all the data, held-out sequences included, which they were trained on"
    learned *= len(apart) < len(rows)
    programs = sum(_known(row, "machine = program").get("tier") == "proved" for row in rows)
    taken = sorted(row["stages"].get("certify", 0.0) for row in rows)
    return [
        f"- Networks as trained, with no answer of a machine or program: {exact} of {len(rows)} are exact on "
        f"all held-out sequences{learned}. Network = machine, of the {len(gradient)} that gradient trained: "
        f"{told('network = machine', gradient)}; of the {len(fitted)} fitted in closed form: "
        f"{told('network = machine', fitted)}. (Numbers in that column: the length.)",
        "- Copy = machine says nothing of the network itself. It is said of "
        f"{len(copies)} changed copies, {len(used)} of them changed with the machine's or the program's "
        f"answers, the others trained on the data alone: {told('copy = machine', copies)}.",
        f"- Machine = program is proved for every length in {programs} of {len(rows)}. Certifying takes "
        f"{statistics.median(taken):.1f} s in the median, {taken[-1]:.1f} s at most.",
    ]


def _known(row: dict[str, Any], claim: str) -> dict[str, Any]:
    known: dict[str, Any] = row.get("claims", {}).get(claim, {})
    return known


def _tier(row: dict[str, Any], claim: str) -> str:
    known = _known(row, claim)
    length = f" {known['length']}" if known.get("tier") == "exhaustive" else ""
    return f"{known.get('tier', '')}{length}"


def _copy_tier(row: dict[str, Any]) -> str:
    """What is known of the copy, and whose answers it was changed with."""
    if not _known(row, "copy = machine"):
        return ""
    whose = row.get("copy", {}).get("uses_answers")
    return f"{_tier(row, 'copy = machine')} ({'another network' if whose is None else f'{whose} answers'})"


def _percent(share: float | None) -> str:
    """A share as a percentage that is 100 only where nothing is missing."""
    return "" if share is None else f"{math.floor(round(10_000 * share, 6)) / 100:.2f} %"


def _run(
    name: str, seed: int, directory: Path, budget: float | None = None, share: float | None = None
) -> dict[str, Any]:
    from netlift.bench._distilled import distill_task
    from netlift.report import Silent

    result = distill_task(get_task(name), seed=seed, budget=share, progress=Silent())
    row = _row(name, result.facts())
    if budget is not None:
        row["budget"] = budget
    row["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    def save(folder: Path) -> None:
        result.write_files(folder, f"netlift distill {name} --seed {seed}")
        write_stamped(folder, row)

    fill_folder(directory / name, save, tell=lambda _: None)  # `finished_row` has said it
    return row


def _sweep(directory: Path, tasks: Sequence[Task]) -> None:
    """Remove what workers were writing when they were killed."""
    for task in tasks:
        for folder in directory.glob(f".{task.name}-*"):
            shutil.rmtree(folder, ignore_errors=True)


def _outcome_row(outcome: Outcome, seed: int, directory: Path) -> dict[str, Any]:
    """The row of a task, which for one that failed says so; its traceback is kept in its folder."""
    error = directory / outcome.name / ERROR
    if outcome.failure is None:
        with suppress(OSError):
            error.unlink(missing_ok=True)
        row: dict[str, Any] = outcome.value
        return row
    reason = f"failed: {outcome.failure}"
    if outcome.trace:
        with suppress(OSError):
            error.parent.mkdir(exist_ok=True)
            write_whole(error, outcome.trace)
            reason += f" (traceback in {outcome.name}/{ERROR})"
    return {**_row(outcome.name, {**_NOTHING, "reason": reason, "seed": seed}), "failed": True, "peak_mb": 0}


def _row(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    checks = facts["checks"]
    exact = {key: check["errors"] == 0 for key, check in checks.items()}
    from_network = facts["reader"] != "data"  # a program that no network stands behind does not count here
    return {
        "task": name,
        "solved": facts["solved"] and from_network,
        "exact_fresh": exact.get("fresh", False),
        "exact_long": exact.get("longer_rule", False),
        "exact_ten_times": exact.get("longest_rule", False),
        "exact_hundred_times": exact.get("hundredfold_rule", False),
        "reader": facts["reader"],
        "states": facts["states"],
        "strategy": facts["strategy"],
        "nodes": facts["program"] and facts["program"]["nodes"],
        "lines": facts["program"] and facts["program"]["lines"],
        "seconds": round(facts["seconds"]["total"], 2),
        "stages": {stage: round(facts["seconds"].get(stage, 0.0), 2) for stage in STAGES},
        "trained_by": facts["trained_by"],
        "architecture": facts["network"].get("architecture", ""),
        **_accuracy(facts["network"]),
        "copy": _copy(facts.get("copy")),
        "claims": {claim["claim"]: _claim(claim) for claim in facts["certificate"]},
        "reason": facts["reason"] if from_network else "found in the data, not in a network",
        "seed": facts["seed"],
        "version": facts["version"],
    }


def _accuracy(network: Mapping[str, Any]) -> dict[str, Any]:
    """The share of sequences that the network answers right, and whether it was trained on these."""
    held_out = network.get("held_out_accuracy")
    if held_out is not None or "measured" not in network:
        return {"network_accuracy": held_out, "trained_on_all": False}
    on = network["measured"]
    return {"network_accuracy": 1.0 - on["errors"] / max(on["sequences"], 1), "trained_on_all": True}


def _claim(facts: dict[str, Any]) -> dict[str, Any]:
    """The tier of a claim, and the length that an exhaustive one goes to."""
    length = {"length": facts["exhaustive_length"]} if facts["tier"] == "exhaustive" else {}
    return {"tier": facts["tier"], **length}


def _copy(facts: dict[str, Any] | None) -> dict[str, Any]:
    """How the copy was changed and with whose answers; empty where there is none."""
    return (
        {} if facts is None else {name: facts[name] for name in ("change", "uses_answers", "weights_moved")}
    )


def _table(tasks: Sequence[Task], rows: dict[str, dict[str, Any]]) -> Table:
    solved = sum(row["solved"] for row in rows.values())
    table = Table(title=f"{solved} solved, {len(rows)} of {len(tasks)} tasks done")
    for heading in ("task", "solved", "reader", "states", "nodes", "seconds", "MIPS", "GPT-4"):
        table.add_column(heading, justify="left" if heading in ("task", "reader") else "right")
    for task in tasks:
        if task.name in rows:
            table.add_row(*_cells(rows[task.name]), _mark(task.solved_by_mips), _mark(task.solved_by_gpt4))
    return table


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    states = "unbounded" if row["states"] is None else str(row["states"])
    nodes = "" if row["nodes"] is None else str(row["nodes"])
    return (
        row["task"],
        "yes" if row["solved"] else "no",
        row["reader"] or "",
        states,
        nodes,
        f"{row['seconds']:.1f}",
    )


def _line(row: dict[str, Any]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(_cells(row), (26, 3, 10, 9, 5, 6), strict=True))


def _mark(truth: bool) -> str:
    return "x" if truth else ""
