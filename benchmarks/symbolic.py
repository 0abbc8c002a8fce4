"""Formulas for transition tables: netlift's search beside symbolic regression (gplearn, pyoperon).

    pip install gplearn pyoperon
    python benchmarks/symbolic.py FOLDER [--most SECONDS] [--tasks NAME,...] [--page benchmarks/SYMBOLIC.md]

netlift is given each of the 62 tasks as in benchmarks/formulas.py: words with their answers, and the machine,
whose states have no names, where there is one. It has to find numbers for the states as well as formulas.
The others are given what netlift found there, the numbers: a table whose rows are (the state's numbers, the
inputs) -> (the next state's numbers, the outputs), of at most 500 different rows that words of the task
reach; a list is a column an entry. They have to find a formula for each column that is not constant; the
columns share the time, and what one leaves the next ones have. A formula is exact if, rounded, it is right on
all rows. gplearn has arithmetic, maximum, minimum, absolute value, and also `mod`, `//`, `<` and `==`, which
it does not bring; pyoperon has arithmetic, maximum, minimum, absolute value, floor and square. Both begin
again, or go on, until their time is over. Processor seconds, on one thread, without imports and compiling. A
row that was measured is kept in FOLDER and not measured again.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from netlift.report import write_whole

SIDES = ("netlift", "gplearn", "pyoperon")
ROWS = 500  # of a table, drawn where there are more
WORDS = 200  # from which a table is gathered
SLICE = 2  # seconds by the clock after which pyoperon, which knows no processor seconds, is looked at
UNSEEN, TIMES = 500, 5  # new words, this many times as long, on which netlift's program has to be right
NONE = -1  # stands in a table where a list has no entry yet
THREADS = ("NETLIFT_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
Floats = NDArray[np.float64]
Row = dict[str, Any]


def numbers_of(state: dict[str, Any]) -> list[int]:
    """The numbers of a state, lists after one another."""
    flat: list[int] = []
    for value in state.values():
        flat.extend(map(int, value) if isinstance(value, tuple) else [int(value)])
    return flat


def table_of(recurrence: Any, words: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """The different rows that words reach: a state's numbers with the inputs, and what comes of them."""
    found: dict[tuple[int, ...], list[int]] = {}
    parts = []
    for word in words.tolist():
        state = recurrence.start()
        for symbol in word:
            after, outputs = recurrence.step(state, symbol)
            parts.append((numbers_of(state), symbol, numbers_of(after), outputs))
            state = after
    longest = max(len(after) for _, _, after, _ in parts)

    def filled(numbers: list[int]) -> list[int]:
        return numbers + [NONE] * (longest - len(numbers))

    for before, symbol, after, outputs in parts:
        found.setdefault((*filled(before), *symbol), [*filled(after), *outputs])
    given = np.array(list(found), dtype=np.float64)
    wanted = np.array(list(found.values()), dtype=np.float64)
    if len(given) > ROWS:
        chosen = np.sort(np.random.default_rng(0).permutation(len(given))[:ROWS])
        given, wanted = given[chosen], wanted[chosen]
    return given, wanted


def by_netlift(task: str, most: float, target: Path) -> Row:
    """The best program of netlift's search; the table of its numbers is kept for the others."""
    sys.path.insert(0, str(Path(__file__).parent))
    from formulas import behaviour_of, text  # the file beside this one
    from netlift.bench import TASKS
    from netlift.core._clock import Clock
    from netlift.core._threads import use_one_thread
    from netlift.formulas import search

    use_one_thread()
    search(behaviour_of(TASKS["parity_all"], 1), seed=1)  # loads what is compiled
    behaviour = behaviour_of(TASKS[task], 0)
    clock = Clock(most, time.process_time)
    with clock.bounding():
        found = search(behaviour, seed=0)
    seconds = clock.elapsed()
    if not found:
        return {"exact": False, "seconds": seconds}
    recurrence = found[0].recurrence
    given, wanted = table_of(recurrence, behaviour.inputs[:WORDS])
    np.savez(target, given=given, wanted=wanted)
    rule, rng = TASKS[task], np.random.default_rng(99)
    unseen = rule.sequences(UNSEEN, rng, TIMES * rule.length)
    answers = np.array([recurrence.run(word) for word in unseen.inputs.tolist()])
    right = bool((answers == unseen.targets).all())
    return {
        "exact": right and not found[0].is_table,
        "seconds": seconds,
        "rows": len(given),
        "columns": wanted.shape[1],
        "told": text(recurrence),
    }


def exact_on(predicted: Any, wanted: Floats) -> bool:
    """Whether a formula is right on all rows, once rounded."""
    values = np.asarray(predicted, dtype=np.float64)
    return bool(np.isfinite(values).all() and (np.round(values) == wanted).all())


def by_gplearn(given: Floats, wanted: Floats, seconds: float, seed: int) -> str | None:
    """A formula that gplearn finds for a column, or None; a generation at a time until the time is over."""
    from gplearn.functions import make_function
    from gplearn.genetic import SymbolicRegressor

    def mod(a: Floats, b: Floats) -> Floats:
        return np.where(np.abs(b) > 1e-9, np.mod(a, np.where(np.abs(b) > 1e-9, b, 1.0)), 0.0)

    def whole(a: Floats, b: Floats) -> Floats:
        return np.where(np.abs(b) > 1e-9, np.floor_divide(a, np.where(np.abs(b) > 1e-9, b, 1.0)), 0.0)

    def less(a: Floats, b: Floats) -> Floats:
        return (a < b).astype(np.float64)

    def same(a: Floats, b: Floats) -> Floats:
        return (a == b).astype(np.float64)

    more = [make_function(function=f, name=f.__name__, arity=2, wrap=False) for f in (mod, whole, less, same)]
    found = SymbolicRegressor(
        generations=1,
        const_range=(-10.0, 10.0),
        function_set=["add", "sub", "mul", "div", "max", "min", "abs", "neg", *more],
        warm_start=True,
        random_state=seed,
        low_memory=True,
    )
    started, generation = time.process_time(), 1
    while time.process_time() - started < seconds:
        found.set_params(generations=generation)
        found.fit(given, wanted)
        if exact_on(found.predict(given), wanted):
            return str(found)
        generation += 1
    return None


def by_pyoperon(given: Floats, wanted: Floats, seconds: float, seed: int) -> str | None:
    """A formula that pyoperon finds for a column, or None; with other seeds until the time is over."""
    from pyoperon.sklearn import SymbolicRegressor

    def begun(number: int) -> Any:
        return SymbolicRegressor(
            allowed_symbols="add,sub,mul,div,fmin,fmax,abs,floor,square,constant,variable",
            optimizer_iterations=5,
            generations=1_000_000,
            max_evaluations=1_000_000_000,
            max_time=SLICE,
            n_threads=1,
            random_state=number,
            warm_start=True,
        )

    found, started = begun(seed), time.process_time()
    while time.process_time() - started < seconds:
        began = time.monotonic()
        found.fit(given, wanted)
        if exact_on(found.predict(given), wanted):
            return str(found.get_model_string(found.model_, 6))
        if time.monotonic() - began < SLICE / 2:  # it converged, to something else
            seed += 1
            found = begun(seed)
    return None


def by_regression(side: str, table: Path, most: float) -> Row:
    """What symbolic regression finds for a table: whether every column is exact, and after how long."""
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    one: Callable[..., str | None] = by_gplearn if side == "gplearn" else by_pyoperon
    small = np.arange(8.0)[:, None]
    one(small, small[:, 0], 1.0, 0)  # imports, and what is done once
    with np.load(table) as kept:
        given, wanted = kept["given"], kept["wanted"]
    columns = [column for column in range(wanted.shape[1]) if len(np.unique(wanted[:, column])) > 1]
    started, told = time.process_time(), []
    for place, column in enumerate(columns):
        left = most - (time.process_time() - started)
        formula = one(given, wanted[:, column], left / (len(columns) - place), place)
        told.append(formula)
    return {
        "exact": None not in told,
        "seconds": time.process_time() - started,
        "right": sum(formula is not None for formula in told),
        "columns": len(columns),
        "told": told,
    }


def measured(side: str, task: str, folder: Path, most: float) -> Row:
    """One side on one task, in a process of its own, or from an earlier run."""
    kept = folder / f"{side}_{task}.json"
    if kept.exists():
        row: Row = json.loads(kept.read_text())
        return row
    command = [sys.executable, str(Path(__file__).resolve()), str(folder), "--most", str(most)]
    environment = {**os.environ, **dict.fromkeys(THREADS, "1")}
    try:
        done = subprocess.run(
            [*command, "--one", side, task],
            env=environment,
            capture_output=True,
            text=True,
            timeout=20 * most + 120,
            check=False,
        )
        said = done.stderr.strip().rpartition("\n")[2]
        row = json.loads(done.stdout) if done.returncode == 0 else {"exact": False, "failed": said}
    except subprocess.TimeoutExpired:
        row = {"exact": False, "failed": "did not end"}
    write_whole(kept, json.dumps(row) + "\n")
    return row


def cell(row: Row | None) -> str:
    """A cell of the page."""
    if row is None:
        return "no table"
    if "failed" in row:
        return f"failed: {row['failed'][:60]}"
    if row["exact"]:
        return f"{row['seconds']:.1f}"
    return f"{row['right']} of {row['columns']} columns" if "right" in row else "not exact"


def page(rows: dict[tuple[str, str], Row], most: float) -> str:
    """Shares and medians, then a line a task."""
    tasks = list(dict.fromkeys(task for _, task in rows))
    versions = ", ".join(f"{side} {_version(side)}" for side in SIDES)
    lines = [
        "# Formulas beside symbolic regression",
        "",
        "Written by `python benchmarks/symbolic.py`, which says what each side is given: "
        f"{len(tasks)} tasks, {most:g} processor seconds for each table, on one thread of "
        f"{platform.machine()}, Python {platform.python_version()}; {versions}. "
        "netlift looks for the states' numbers and formulas, and "
        f"its program has to be right on {UNSEEN} new words {TIMES} times as long; the others are given its "
        "numbers, and have to be right on the table's rows alone.",
        "",
        "| | exact | share | median seconds of those that are | median of those that all find |",
        "|---|---:|---:|---:|---:|",
    ]
    common = [task for task in tasks if all(rows.get((side, task), {}).get("exact") for side in SIDES)]
    for side in SIDES:
        taken = [rows[side, task]["seconds"] for task in tasks if rows.get((side, task), {}).get("exact")]
        shared = [rows[side, task]["seconds"] for task in common]
        middle = f"{statistics.median(taken):.2f}" if taken else ""
        both = f"{statistics.median(shared):.2f}" if shared else ""
        lines.append(f"| {side} | {len(taken)} | {len(taken) / len(tasks):.0%} | {middle} | {both} |")
    lines += [
        "",
        "Seconds where every column is exact, else how many are:",
        "",
        f"| task | rows | {' | '.join(SIDES)} | netlift's program |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for task in tasks:
        first = rows["netlift", task]
        cells = " | ".join(cell(rows.get((side, task))) for side in SIDES)
        told = str(first.get("told", "")).replace("|", "\\|")
        lines.append(f"| {task} | {first.get('rows', '')} | {cells} | `{told}` |")
    return "\n".join(lines) + "\n"


def _version(side: str) -> str:
    try:
        return version(side)
    except PackageNotFoundError:
        return "(not installed)"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--most", type=float, default=20.0, show_default=True, help="Seconds that a table has.")
@click.option("--tasks", "named", help="Only these tasks, with commas.")
@click.option("--page", "target", type=click.Path(path_type=Path), help="Write the figures here.")
@click.option("--one", type=(str, str), hidden=True)
def main(
    folder: Path, most: float, named: str | None, target: Path | None, one: tuple[str, str] | None
) -> None:
    """Compare netlift's formula search with symbolic regression."""
    if one is not None:
        side, task = one
        table = folder / f"{task}.npz"
        row = by_netlift(task, most, table) if side == "netlift" else by_regression(side, table, most)
        click.echo(json.dumps(row))
        return
    from netlift.bench import TASKS

    folder.mkdir(parents=True, exist_ok=True)
    rows = {}
    for task in TASKS if named is None else named.split(","):
        for side in SIDES:
            if side == "netlift" or (folder / f"{task}.npz").exists():
                row = rows[side, task] = measured(side, task, folder, most)
                click.echo(f"{task:<24} {side:<10} {cell(row)}")
        if target is not None:
            write_whole(target, page(rows, most))
    click.echo("\n" + page(rows, most))


if __name__ == "__main__":
    main()
