"""The benchmark with several seeds: a run each, and a table of how they ended."""

import json
import re
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from netlift.bench._page import bench_html
from netlift.bench._run import Summary, bench, results_page
from netlift.core._errors import InputError
from netlift.core._version import __version__
from netlift.report import write_whole
from netlift.report.page import kept_page

MOST_SEEDS = 1_000
_EXACT = {"5x": "exact_long", "10x": "exact_ten_times", "100x": "exact_hundred_times"}


def parse_seeds(text: str) -> tuple[int, ...]:
    """The seeds that "0-9", "3" or "0-4,7" names, in this order, each once. Raises InputError."""
    seeds: list[int] = []
    for part in text.split(","):
        ends = re.fullmatch(r"\s*(\d{1,9})\s*(?:-\s*(\d{1,9})\s*)?", part, re.ASCII)
        if ends is None:
            raise InputError(f"--seeds {text[:60]}: {part.strip()[:30]!r} is no seed and no range as 0-9.")
        low, high = int(ends[1]), int(ends[2] or ends[1])
        if high < low:
            raise InputError(f"--seeds {text[:60]}: {part.strip()} ends before it begins.")
        if high - low + len(seeds) >= MOST_SEEDS:
            raise InputError(f"--seeds {text[:60]}: more than {MOST_SEEDS:,} seeds.")
        seeds += range(low, high + 1)
    return tuple(dict.fromkeys(seeds))


def bench_seeds(
    names: Sequence[str],
    *,
    seeds: Sequence[int],
    directory: Path,
    jobs: int,
    console: Console,
    executor: Executor | None = None,
    budget: float | None = None,
) -> list[Summary]:
    """The benchmark with each seed, one after the other, in folders `seed-N` under `directory`.

    `budget` is seconds for each seed. What had ended before is not run again. After every seed RESULTS.md,
    the page of the first seed with a table of all that have ended, and seeds.json, its content, are written
    there.
    """
    summaries: list[Summary] = []
    for seed in seeds:
        console.print(f"seed {seed}")
        folder = directory / f"seed-{seed}"
        with_seed = partial(bench, seed=seed, directory=folder, jobs=jobs, budget=budget)
        one = with_seed(names, console=console, executor=executor)
        summaries.append(one)
        content = {"version": __version__, "seeds": [_facts(summary) for summary in summaries]}
        write_whole(directory / "seeds.json", json.dumps(content, indent=1) + "\n")
        page = results_page(summaries[0]) + "\n" + "\n".join(seeds_lines(summaries)) + "\n"
        write_whole(directory / "RESULTS.md", page)
        first = f"seed-{seeds[0]}"
        lost = kept_page(directory, partial(bench_html, tuple(summaries), directory / first, f"{first}/"))
        if lost:
            console.print(lost)
    return summaries


def seeds_lines(summaries: Sequence[Summary]) -> list[str]:
    """The part of RESULTS.md about several seeds: how many tasks were solved and exact, and which not."""
    total = sum(len(summary.rows) for summary in summaries)
    solved = sum(summary.solved for summary in summaries)
    shown = _shown([summary.seed for summary in summaries])
    lines = [
        f"## Seeds {shown}",
        "",
        f"Written by `netlift bench --seeds {shown.replace(' to ', '-').replace(', ', ',')}` (netlift "
        f"{__version__}): each seed draws other data and other networks. Solved {solved} of {total}. "
        "The columns 5x, 10x and 100x count the programs that make no error on sequences of so many times "
        "the training length, by the rule of the task; only these can be solved.",
        "",
        "| seed | solved | 5x | 10x | 100x | minutes | not solved |",
        "|---:|---:|---:|---:|---:|---:|---|",
    ]
    for summary in summaries:
        facts = _facts(summary)
        exact = " | ".join(str(facts[name]) for name in _EXACT.values())
        missing = ", ".join(f"`{name}`" for name in facts["not_solved"])
        lines.append(
            f"| {summary.seed} | {summary.solved} of {len(summary.rows)} | {exact} "
            f"| {summary.seconds / 60:.1f} | {missing} |"
        )
    reasons = [
        f"- `{row['task']}`, seed {summary.seed}: {row['reason']}"
        for summary in summaries
        for row in summary.rows
        if not row["solved"]
    ]
    return [*lines, *(["", *reasons] if reasons else [])]


def _facts(summary: Summary) -> dict[str, Any]:
    """One seed as it stands in seeds.json."""
    return {
        "seed": summary.seed,
        "tasks": len(summary.rows),
        "solved": summary.solved,
        **{name: sum(bool(row.get(name)) for row in summary.rows) for name in _EXACT.values()},
        "seconds": round(summary.seconds, 1),
        "not_solved": [row["task"] for row in summary.rows if not row["solved"]],
    }


def _shown(seeds: Sequence[int]) -> str:
    """Seeds in words: "0 to 9" where they follow each other, else all of them."""
    if len(seeds) > 1 and list(seeds) == list(range(seeds[0], seeds[-1] + 1)):
        return f"{seeds[0]} to {seeds[-1]}"
    return ", ".join(map(str, seeds))
