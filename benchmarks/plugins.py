"""Which formula strategies are needed: on which tasks each is the only one that finds the program.

    python benchmarks/plugins.py run FOLDER [--only KIND,...] [--first N]
    python benchmarks/plugins.py page FOLDER [--runs FOLDER ...] [--page FILE]
    python benchmarks/plugins.py freeze FOLDER
    python benchmarks/plugins.py compare FOLDER

`run` gives the search every task's behaviour (the rule's answers to words, and the exact machine where the
rule has one; no network is trained) and, for each strategy that offered a program, the task once more with
that strategy left out. The tasks are the 62 of `netlift bench`, the seen part of benchmarks/wild, and
examples/. A run that was killed goes on where it was. `page` writes what the rows say; `--runs` are folders
of whole runs (`netlift bench -o`, benchmarks/wild/run.py), from which it counts the readers. `freeze` keeps
the programs as goldens of the formulas, and `compare` shows where those of a later run differ.
"""

import dataclasses
import functools
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np

HERE = Path(__file__).parent
sys.path += [str(HERE), str(HERE / "wild")]

from families import parts  # noqa: E402
from search import exact_machine  # noqa: E402

from formulas import behaviour_of, text  # noqa: E402
from goldens import code_of  # noqa: E402
from netlift.bench import TASKS  # noqa: E402
from netlift.core._threads import use_one_thread  # noqa: E402
from netlift.data import read_sequences  # noqa: E402
from netlift.formulas import Behaviour, Candidate, search  # noqa: E402
from netlift.formulas._problem import Problem  # noqa: E402
from netlift.formulas._search import STRATEGIES  # noqa: E402
from netlift.formulas._strategy import Strategy  # noqa: E402
from netlift.program import print_program  # noqa: E402
from netlift.report import write_whole  # noqa: E402
from netlift.states.readers import read_by_merging, words_of  # noqa: E402

GOLDENS = HERE / "goldens" / "formulas.json"
WORDS, BUDGET = 3_000, 1_500_000_000  # as in benchmarks/wild/search.py
SHOWN = 5  # programs of a search that are kept in a row
EXAMPLES = HERE.parent / "examples"
KINDS = ("bench", "wild", "examples")
BY_HAND = "<!-- below: by hand -->"
SLACK = 0.01  # description lengths that differ by less are equal

Row = dict[str, Any]


def tasks(kind: str) -> Iterator[tuple[str, Callable[[], Behaviour]]]:
    """Each task of a kind with what makes its behaviour."""
    if kind == "bench":
        for name, task in TASKS.items():
            yield name, functools.partial(behaviour_of, task, 0)
    elif kind == "wild":
        for family, rule in parts()[0]:
            yield f"{family}: {rule.name}", functools.partial(_of_rule, rule)
    else:
        for file in sorted(EXAMPLES.iterdir()):
            if file.suffix in (".csv", ".jsonl", ".npz"):
                yield file.name, functools.partial(_of_file, file)


def _of_rule(rule: Any) -> Behaviour:
    inputs = rule.draw(WORDS, rule.length, np.random.default_rng(0))
    return Behaviour(inputs, rule.answers(inputs), machine=exact_machine(rule))


def _of_file(file: Path) -> Behaviour:
    """The data themselves, with the machine that they show by merging, if they do."""
    data = read_sequences(file)
    words = words_of(data)
    outputs = data.targets[data.lengths >= words.length, : words.length]
    reading = read_by_merging(words, outputs, "data")
    return words.behaviour(words.inputs, outputs) if reading is None else reading.behaviour


def _watched(strategy: Strategy, number: int, offered: set[int]) -> Strategy:
    """The strategy; its number is noted in `offered` where it adds a program to those found."""

    def watch(problem: Problem) -> None:
        before = len(problem.found)
        try:
            strategy.search(problem)
        finally:
            if len(problem.found) > before:
                offered.add(number)

    return dataclasses.replace(strategy, search=watch)


def name_of(number: int) -> str:
    """A strategy's name; the function's name tells two of one name apart."""
    one = STRATEGIES[number]
    alone = sum(other.name == one.name for other in STRATEGIES) == 1
    return one.name if alone else f"{one.name} ({getattr(one.search, '__name__', number)})"


def searched(behaviour: Behaviour, left_out: int | None = None) -> tuple[list[Candidate], set[int]]:
    """The programs found, with a strategy left out or none, and which strategies offered one."""
    offered: set[int] = set()
    chosen = [_watched(s, n, offered) for n, s in enumerate(STRATEGIES) if n != left_out]
    return search(behaviour, seed=0, budget=BUDGET, strategies=chosen), offered


def _kept(found: list[Candidate]) -> list[list[Any]]:
    return [[c.strategy, round(c.cost, 3), text(c.recurrence)] for c in found[:SHOWN]]


def row_of(behaviour: Behaviour, *, leave_out: bool) -> Row:
    """What the search finds, and, to `leave_out`, what it finds without each strategy that offered one."""
    started = time.process_time()
    found, offered = searched(behaviour)
    seconds = time.process_time() - started
    without = {name_of(n): _kept(searched(behaviour, n)[0])[:1] for n in sorted(offered) if leave_out}
    try:
        source = code_of(print_program(found[0].recurrence)) if found else None
    except ValueError as error:
        source = f"not printed: {error}"
    return {"found": _kept(found), "source": source, "without": without, "seconds": round(seconds, 2)}


def rows_of(folder: Path) -> dict[str, Row]:
    """The rows of a run, by task."""
    rows = [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
    return {row["task"]: row for row in rows}


def loss(row: Row, name: str) -> str | None:
    """What the task loses without the strategy: "formula" (none is left), "nodes" (a longer one), or None."""
    best, rest = row["found"][0], row["without"].get(name)
    if rest is None or best[0] == "table":
        return None
    if not rest or "table" in rest[0][0]:
        return "formula"
    return "nodes" if rest[0][1] > best[1] + SLACK else None


@click.group()
def main() -> None:
    """Ablate strategies."""


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--only", default=",".join(KINDS), help="Kinds of tasks.")
@click.option("--first", type=int, help="Only the first so many tasks of each kind.")
@click.option("--whole", is_flag=True, help="Leave no strategy out: for `compare`.")
def run(folder: Path, only: str, first: int | None, whole: bool) -> None:
    """Search every task, whole and with each strategy left out that offered a program."""
    use_one_thread(also_for_training=True)
    folder.mkdir(parents=True, exist_ok=True)
    for kind in only.split(","):
        for task, make in list(tasks(kind))[:first]:
            path = folder / f"{kind}-{hashlib.sha256(task.encode()).hexdigest()[:12]}.json"
            if not path.exists():
                row = {"task": f"{kind}: {task}", **row_of(make(), leave_out=not whole)}
                write_whole(path, json.dumps(row) + "\n")
                best = row["found"][0] if row["found"] else ["nothing", "", ""]
                click.echo(f"{kind:9}{task[:50]:52}{best[0]:16}{row['seconds']}")


@main.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
def freeze(folder: Path) -> None:
    """Keep the programs of a run as goldens."""
    programs = {task: row["source"] for task, row in rows_of(folder).items()}
    write_whole(GOLDENS, json.dumps(programs, indent=1, sort_keys=True) + "\n")
    click.echo(f"{len(programs)} programs kept")


@main.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
def compare(folder: Path) -> int:
    """Compare the programs of a run with the goldens; 1 where one differs."""
    before = json.loads(GOLDENS.read_text())
    now = {task: row["source"] for task, row in rows_of(folder).items()}
    different = [task for task in before if task in now and before[task] != now[task]]
    click.echo(f"{sum(task in now for task in before)} of {len(before)} compared, {len(different)} differ")
    for task in different:
        click.echo(f"\n{task}\n--- before\n{before[task]}\n--- now\n{now[task]}")
    return int(bool(different))


@main.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--runs", multiple=True, type=click.Path(exists=True, path_type=Path))
@click.option("--page", "target", type=click.Path(path_type=Path), default=HERE / "PLUGINS.md")
def page(folder: Path, runs: tuple[Path, ...], target: Path) -> None:
    """Write the page; what stands below its mark was written by hand and stays."""
    kept = target.read_text().partition(BY_HAND)[2] if target.exists() else "\n"
    write_whole(target, written(rows_of(folder), runs) + f"\n{BY_HAND}{kept}")


def written(rows: dict[str, Row], runs: tuple[Path, ...]) -> str:
    """The page: a line a strategy, then the tasks."""
    solved = {task: row for task, row in rows.items() if row["found"]}
    kinds = Counter(task.split(":")[0] for task in rows)
    lines = [
        "# Which strategies are needed",
        "",
        "Written by `python benchmarks/plugins.py`: the formula search alone on "
        + ", ".join(f"{count} tasks of {kind}" for kind, count in kinds.items())
        + ", each given as its exact behaviour; then once more without each strategy that offered something.",
        "",
        "Wins: its program is the one answered. Alone: without it there is a table or nothing. "
        "Shortest: without it a longer one is answered.",
        "",
        "| strategy | offers | wins | alone | shortest |",
        "|---|---:|---:|---:|---:|",
    ]
    names = list(dict.fromkeys(map(name_of, range(len(STRATEGIES)))))
    losses = {name: {task: loss(row, name) for task, row in solved.items()} for name in names}
    for name in names:
        kept = Counter(losses[name].values())
        offers = sum(name in row["without"] for row in solved.values())
        wins = sum(
            name in row["without"] and row["without"][name] != row["found"][:1] for row in solved.values()
        )
        lines.append(f"| {name} | {offers} | {wins} | {kept['formula']} | {kept['nodes']} |")
    lines += ["", "## The tasks of each", ""]
    for name in names:
        for what, word in (("formula", "alone on"), ("nodes", "shortest on")):
            of = [task for task, lost in losses[name].items() if lost == what]
            if of:
                lines.append(f"- **{name}**, {word}: " + "; ".join(f"`{task}`" for task in of))
    if runs:
        lines += ["", "## Readers", "", "Whose reading the program of a whole run came from:", ""]
        lines += ["| run | " + "reader: tasks |", "|---|---|"]
        for one in runs:
            files = [*one.glob("*/result.json")] or [*one.glob("*.json")]
            told = Counter(str(json.loads(file.read_text()).get("reader")) for file in files)
            lines.append(f"| {one.name} | " + ", ".join(f"{r}: {n}" for r, n in told.most_common()) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main(standalone_mode=False))
