"""Networks stopped early: are their programs exact all the same?

    python benchmarks/early.py [-o benchmarks/EARLY.md] [--bench benchmarks/bench.json] [--seed N]

For every benchmark task with finitely many states, networks are taken from training while their sequence
accuracy lies between 93 and 97 %, and trained no further; no better network of the task is ever looked at.
The machine reader reads them one after the other, as `distill` would (at most twelve), until the formula
search explains one. A task counts as recovered if that program is right on 10,000 fresh sequences at five
times the training length. Tasks that the closed form solves are trained here by gradient like all others.
Finite are the tasks that the rows of `bench.json` give a number of states.
"""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click
import numpy as np

from netlift.bench import TASKS
from netlift.core._threads import use_one_thread
from netlift.data import Sequences, split
from netlift.formulas import search
from netlift.networks import MlpRnn, ladder
from netlift.program._judge import Judge, plain_program
from netlift.report import write_whole
from netlift.states.readers import read_finite, words_of

LOW, HIGH = 0.93, 0.97
MOST_STEPS = 3_000
CHUNK = 25  # steps between two looks
MOST_NETWORKS = 12
AT_A_TIME = 2
FRESH = 10_000


def early_networks(train: Sequences, held_out: Sequences, seed: int) -> Iterator[tuple[float, MlpRnn]]:
    """Networks whose accuracy lies within the bounds, as training passes by, nearest to 95 % first."""
    for rung in ladder(train, held_out, seed=seed, chunk=CHUNK):
        if rung.ensemble.steps > MOST_STEPS:
            return
        accuracies = rung.accuracies
        within = np.flatnonzero((accuracies >= LOW) & (accuracies <= HIGH))
        for index in within[np.argsort(np.abs(accuracies[within] - 0.95), kind="stable")][:AT_A_TIME]:
            yield float(accuracies[index]), rung.ensemble.network(int(index))


def recovered(name: str, seed: int) -> dict[str, object]:
    """What came of one task."""
    task = TASKS[name]
    rng = np.random.default_rng([seed, 1])
    train, held_out = split(task.sequences(50_000, rng), rng)
    quick = held_out.take(np.arange(min(1000, len(held_out))))
    judge = Judge(train)
    row = {"task": name, "accuracy": None, "networks": 0, "states": None, "exact": False, "strategy": ""}
    for accuracy, network in islice(early_networks(train, quick, seed), MOST_NETWORKS):
        row |= {"accuracy": accuracy, "networks": int(str(row["networks"])) + 1}
        for reading in read_finite(network, words_of(train), np.random.default_rng([seed, 3]))[0]:
            if reading.machine is None or judge.machine_errors(reading.machine):
                continue
            candidate = search(reading.behaviour, seed=seed)[0]
            fresh = task.sequences(FRESH, rng, 5 * task.length)
            wrong = Judge(fresh).program_errors(plain_program(candidate), FRESH)
            return row | {"states": reading.states, "exact": wrong == 0, "strategy": candidate.strategy}
    return row


@click.command()
@click.option("-o", "page", type=click.Path(path_type=Path), default=Path(__file__).with_name("EARLY.md"))
@click.option(
    "--bench",
    type=click.Path(exists=True, path_type=Path),
    default=Path(__file__).with_name("bench.json"),
)
@click.option("--seed", type=int, default=0)
def main(page: Path, bench: Path, seed: int) -> None:
    """Read machines off networks that were stopped early."""
    use_one_thread(also_for_training=True)
    finite = [row["task"] for row in json.loads(bench.read_text())["tasks"] if row["states"] is not None]
    names = [name for name in finite if TASKS[name].high - TASKS[name].low < 20]
    rows = []
    for name in names:
        rows.append(recovered(name, seed))
        click.echo(rows[-1])
    count = sum(bool(row["exact"]) for row in rows)
    reached = sum(row["accuracy"] is not None for row in rows)
    lines = [
        "# Networks stopped early",
        "",
        f"Written by `python benchmarks/early.py --seed {seed}`. Of {len(rows)} finite-state tasks, "
        f"{reached} passed through a sequence accuracy of {LOW:.0%} to {HIGH:.0%} while they were trained "
        f"(the others jumped over it between two looks, {CHUNK} steps apart); from such networks alone, the "
        f"best of them never seen, netlift read the exact program of {count}.",
        "",
        "| task | accuracy of the network read | networks read | states | found by | exact program |",
        "|---|---:|---:|---:|---|:-:|",
    ]
    for row in rows:
        accuracy = row["accuracy"]
        shown = "" if accuracy is None else f"{100 * float(str(accuracy)):.1f} %"
        states = row["states"] or ""
        lines.append(
            f"| `{row['task']}` | {shown} | {row['networks']} | {states} "
            f"| {row['strategy']} | {'x' if row['exact'] else ''} |"
        )
    write_whole(page, "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
