"""Networks stopped early: are their programs exact all the same?

    python benchmarks/early.py [-o benchmarks/EARLY.md] [--seed N]

For every benchmark task with finitely many states, a network is taken from training as soon as one has a
sequence accuracy between 93 and 97 %; it is trained no further. The machine reader reads it, as `distill`
would, and the formula search explains the machine. A task counts as recovered if the program is right on
10,000 fresh sequences at five times the training length. Tasks that the closed form solves are trained here
by gradient like all others. Which tasks are finite is asked of nothing but the rule: they are those whose
reader in RESULTS.md is "machine".
"""

import json
from pathlib import Path

import click
import numpy as np

from netlift._judge import Judge, plain_program
from netlift._opening import read_finite, words_of
from netlift._threads import forget_compiled, use_one_thread
from netlift.data import TASKS, Sequences, split
from netlift.formulas import search
from netlift.networks import MlpRnn, ladder
from netlift.report import write_whole

LOW, HIGH = 0.93, 0.97
MOST_STEPS = 3_000
FRESH = 10_000


def early_network(train: Sequences, held_out: Sequences, seed: int) -> tuple[float, MlpRnn] | None:
    """A network whose accuracy lies within the bounds, and that accuracy; None if none passes through."""
    for rung in ladder(train, held_out, seed=seed, chunk=50):
        if rung.ensemble.steps > MOST_STEPS:
            return None
        accuracies = rung.accuracies
        within = np.flatnonzero((accuracies >= LOW) & (accuracies <= HIGH))
        if len(within):
            index = int(within[np.abs(accuracies[within] - 0.95).argmin()])
            return float(accuracies[index]), rung.ensemble.network(index)
    return None


def recovered(name: str, seed: int) -> dict[str, object]:
    """What came of one task."""
    task = TASKS[name]
    rng = np.random.default_rng([seed, 1])
    train, held_out = split(task.sequences(50_000, rng), rng)
    found = early_network(train, held_out.take(np.arange(min(1000, len(held_out)))), seed)
    if found is None:
        return {"task": name, "accuracy": None, "states": None, "exact": False, "strategy": ""}
    accuracy, network = found
    judge = Judge(train)
    for reading in read_finite(network, words_of(train), np.random.default_rng([seed, 3]))[0]:
        if reading.machine is None or judge.machine_errors(reading.machine):
            continue
        candidate = search(reading.behaviour, seed=seed)[0]
        fresh = task.sequences(FRESH, rng, 5 * task.length)
        wrong = Judge(fresh).program_errors(plain_program(candidate), FRESH)
        row = {"task": name, "accuracy": accuracy, "states": reading.states, "exact": wrong == 0}
        return {**row, "strategy": candidate.strategy}
    return {"task": name, "accuracy": accuracy, "states": None, "exact": False, "strategy": ""}


@click.command()
@click.option("-o", "page", type=click.Path(path_type=Path), default=Path(__file__).with_name("EARLY.md"))
@click.option("--bench", type=click.Path(exists=True, path_type=Path), default=Path("bench.json"))
@click.option("--seed", type=int, default=0)
def main(page: Path, bench: Path, seed: int) -> None:
    """Read machines off networks that were stopped early."""
    use_one_thread()
    finite = [row["task"] for row in json.loads(bench.read_text())["tasks"] if row["states"] is not None]
    names = [name for name in finite if TASKS[name].high - TASKS[name].low < 20]
    rows = []
    for name in names:
        rows.append(recovered(name, seed))
        forget_compiled()
        click.echo(rows[-1])
    count = sum(bool(row["exact"]) for row in rows)
    reached = sum(row["accuracy"] is not None for row in rows)
    lines = [
        "# Networks stopped early",
        "",
        f"Written by `python benchmarks/early.py --seed {seed}`. Of {len(rows)} finite-state tasks, "
        f"{reached} passed through a sequence accuracy of {LOW:.0%} to {HIGH:.0%} while they were trained "
        "(the others jumped over it between two looks, 50 steps apart); from "
        f"{count} of those networks netlift read the exact program.",
        "",
        "| task | accuracy of the network | states | found by | exact program |",
        "|---|---:|---:|---|:-:|",
    ]
    for row in rows:
        accuracy = row["accuracy"]
        shown = "" if accuracy is None else f"{100 * float(str(accuracy)):.1f} %"
        states = row["states"] or ""
        lines.append(
            f"| `{row['task']}` | {shown} | {states} | {row['strategy']} | {'x' if row['exact'] else ''} |"
        )
    write_whole(page, "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
