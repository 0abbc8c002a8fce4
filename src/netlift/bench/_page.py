"""The benchmark as a page: all tasks in a table that sorts, their programs, and where the time goes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netlift.bench._published import ABOUT, SOLVED
from netlift.bench._tasks import TASKS
from netlift.core._version import __version__
from netlift.report.page import rendered, told_lines

if TYPE_CHECKING:
    from netlift.bench._run import Summary

MOST_PROGRAM = 20_000  # characters of a program that is shown
SLOWEST = 10  # tasks whose time is drawn
PROGRAM = "program.py"
_TIERS = {"proved": 0, "exhaustive": 1, "tested": 2, "refuted": 3, "": 4}  # in the order of a sorted column
_EXACT = {"5x": "exact_long", "10x": "exact_ten_times", "100x": "exact_hundred_times"}


def bench_html(summaries: "Sequence[Summary]", directory: Path, prefix: str = "") -> str:
    """The page of one or several runs of the benchmark; its table is that of the first.

    Args:
        summaries: the runs, one a seed, at least one.
        directory: the first one's folder, with a folder for each task.
        prefix: where that folder is, seen from the page: "" or "seed-0/".

    Returns:
        HTML in one file.

    Raises:
        TooLargeError: it would have more than 3 MB.
    """
    summary = summaries[0]
    rows = [_row(row, directory, prefix) for row in summary.rows]
    return rendered(
        "bench.html",
        {
            "version": __version__,
            "seed": summary.seed,
            "jobs": summary.jobs,
            "minutes": summary.seconds / 60,
            "solved": summary.solved,
            "total": len(rows),
            "rows": rows,
            "exact": {
                name: sum(bool(row.get(field)) for row in summary.rows) for name, field in _EXACT.items()
            },
            "others": _others(summary.rows),
            "about": ABOUT,
            "stages": _stages(summary.rows),
            "slowest": _slowest(summary.rows),
            "seeds": [_seed(one) for one in summaries] if len(summaries) > 1 else [],
            "command": _command(summaries),
        },
    )


def _row(row: Mapping[str, Any], directory: Path, prefix: str) -> dict[str, Any]:
    task = TASKS[row["task"]]
    folder = directory / task.name
    return {
        **{name: row[name] for name in ("task", "solved", "reader", "states", "strategy", "nodes", "lines")},
        "seconds": row["seconds"],
        "architecture": row["architecture"],
        "accuracy": row["network_accuracy"],
        "trained_on_all": bool(row.get("trained_on_all")),
        "reason": row["reason"],
        "rule": task.rule,
        "exact": {name: bool(row.get(field)) for name, field in _EXACT.items()},
        "claims": {
            name: _claim(row, name) for name in ("network = machine", "copy = machine", "machine = program")
        },
        "others": [task.name in solved for solved in SOLVED.values()],
        "program": _program(folder / PROGRAM),
        "page": f"{prefix}{task.name}/report.html" if (folder / "report.html").is_file() else "",
    }


def _claim(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    known = row.get("claims", {}).get(name, {})
    tier = known.get("tier", "")
    return {"tier": tier, "length": known.get("length"), "order": _TIERS.get(tier, len(_TIERS))}


def _program(file: Path) -> list[tuple[int, Any]] | None:
    """The lines of a task's program; None where there is none that can be shown."""
    try:
        source = file.read_text(encoding="utf-8")
        return told_lines(source) if len(source) <= MOST_PROGRAM else None
    except (OSError, SyntaxError, ValueError):
        return None


def _others(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """How each of the others did on the same tasks, as published, and where the results part."""
    solved = {row["task"] for row in rows if row["solved"]}
    found = []
    for name, tasks in SOLVED.items():
        theirs = {row["task"] for row in rows} & tasks
        found.append(
            {
                "name": name,
                "solved": len(theirs),
                "ours_alone": [row["task"] for row in rows if row["task"] in solved - theirs],
                "theirs_alone": [row["task"] for row in rows if row["task"] in theirs - solved],
            }
        )
    return found


def _stages(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    names = list(dict.fromkeys(name for row in rows for name in row["stages"]))
    total = sum(row["seconds"] for row in rows)
    stages = [(name, sum(row["stages"].get(name, 0.0) for row in rows)) for name in names]
    stages.append(("other", max(0.0, total - sum(seconds for _, seconds in stages))))
    return [
        {"name": name, "seconds": seconds, "share": seconds / total if total else 0.0}
        for name, seconds in stages
    ]


def _slowest(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    ordered = sorted(rows, key=lambda row: -row["seconds"])[:SLOWEST]
    longest = max((row["seconds"] for row in ordered), default=0.0) or 1.0
    return [
        {"name": row["task"], "seconds": row["seconds"], "share": row["seconds"] / longest} for row in ordered
    ]


def _seed(summary: "Summary") -> dict[str, Any]:
    return {
        "seed": summary.seed,
        "solved": summary.solved,
        "total": len(summary.rows),
        "minutes": summary.seconds / 60,
        "missing": [row["task"] for row in summary.rows if not row["solved"]],
    }


def _command(summaries: "Sequence[Summary]") -> str:
    seeds = [summary.seed for summary in summaries]
    names = [row["task"] for row in summaries[0].rows]
    tasks = "" if names == list(TASKS) else f" --tasks {','.join(names)}"
    if len(seeds) == 1:
        return f"netlift bench --seed {seeds[0]}{tasks}"
    return f"netlift bench --seeds {','.join(map(str, seeds))}{tasks}"
