"""How many networks of the benchmark are proved as they were trained, before and after they are contracted?

    python benchmarks/proofs.py FOLDER [--seed N] [--page FILE] [--tasks NAME,...]

Each task's network is trained and read as `distill` does it. What is known of the network is told before and
after it is contracted towards its own clusters on the data (`netlift.harden`), with the seconds that took and
whether the independent checker accepts the certificate. FOLDER gets TASK.json for each task whose network
gradient trained; a run that was killed goes on where it was.
"""

import json
import time
from pathlib import Path
from typing import Any

import click
import numpy as np

from netlift.bench import TASKS, Task, get_task
from netlift.bench._draw import task_sequences
from netlift.certify._network import NetworkKnown, Target, network_known
from netlift.checker import check_network
from netlift.core._clock import Clock
from netlift.core._threads import use_one_thread
from netlift.data import shortened, split
from netlift.engine._explain import explain
from netlift.engine._run import Run
from netlift.harden import contracted_until_proved
from netlift.networks import is_perceptron, network_accuracy
from netlift.program._explanation import Explanation
from netlift.report import write_whole
from netlift.trainers import TRAINERS


def opened(task: Task, seed: int) -> dict[str, Any] | None:
    """What is known of a task's network before and after; None: gradient did not train it."""
    run = Run.of(seed, None, None, ())
    whole = split(task_sequences(task, seed), np.random.default_rng([seed, 2]))
    train, held_out = shortened(whole[0]), shortened(whole[1])
    started = time.monotonic()
    found = explain(TRAINERS, train, held_out, run)
    if not isinstance(found, Explanation) or not is_perceptron(found.network):
        return None
    target = Target.of(found, train, held_out)
    reading = time.monotonic()
    known = network_known(found.network, target, seed, Clock())
    row: dict[str, Any] = {
        "task": task.name,
        "seed": seed,
        "length": target.length,
        "network": str(found.network),
        "before": told(known) | {"right": network_accuracy(found.network, held_out)},
        "open_seconds": round(reading - started, 2),
        "after": None,
    }
    begun = time.monotonic()
    after, proved = contracted_until_proved(found, known, target, seed)
    row["seconds"] = round(time.monotonic() - begun, 2)
    if after is not found:
        network = after.network
        row["after"] = told(proved) | {"right": network_accuracy(network, held_out)}
        row["after"] |= {
            "network": str(network),
            "how": after.trained.provenance.said,
            **after.trained.details,
        }
        weights = getattr(network, "weights", {})
        again = json.loads(json.dumps(proved.certificate))
        row["after"]["accepted"] = check_network(again, dict(weights)) is None
    return row


def told(known: NetworkKnown) -> dict[str, Any]:
    """The tier of a claim, with its length."""
    return {"tier": known.claim.tier, "length": known.claim.details.get("exhaustive_length")}


def page(rows: list[dict[str, Any]], seed: int) -> str:
    """PROOFS.md: the counts, and a row for each task."""
    before = sum(row["before"]["tier"] == "proved" for row in rows)
    after = [row for row in rows if row["after"] is not None]
    layers = sum(row["after"]["layer"] for row in after)
    accepted = sum(row["after"]["accepted"] for row in after)
    spent = sum(row["seconds"] for row in rows)
    told_layers = f"{layers} of these with a layer that rounds to the clusters"
    lines = [
        "# Networks proved as they were trained",
        "",
        f"Written by `benchmarks/proofs.py --seed {seed}`. Of {len(rows)} networks that gradient trained, "
        f"{before} are proved to be the machine that was read from them, for words of every length, as it "
        f"left them. {len(after)} more are after they were contracted towards clusters of their own hidden "
        f"states on the training data, {told_layers}. No answer of a machine or a program is used for that. "
        "Each of them is right on all training and held-out sequences; the independent checker accepts "
        f"{accepted} of {len(after)} certificates. All that takes {spent:.0f} s.",
        "",
        "| task | as gradient left it | held out | contracted | clusters | layer "
        "| agrees with before (drawn) | weights moved | seconds |",
        "|---|---|---:|---|---:|:-:|---:|---:|---:|",
    ]
    for row in rows:
        first, then = row["before"], row["after"]
        cells = [f"`{row['task']}`", tier(first), f"{first['right']:.2%}"]
        if then is None:
            cells += ["", "", "", "", "", f"{row['seconds']:.1f}"]
        else:
            moved, drawn = then["before"]["weights_moved"], then["before"]["agreement"]["drawn"]
            cells += [
                tier(then),
                str(then["clusters"]),
                "x" if then["layer"] else "",
                f"{drawn['agree'] / drawn['sequences']:.2%}",
                moved if isinstance(moved, str) else f"{moved:.0%}",
                f"{row['seconds']:.1f}",
            ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def tier(known: dict[str, Any]) -> str:
    """A tier with the length up to which it is known, if there is one."""
    return known["tier"] if known["length"] is None else f"{known['tier']} {known['length']}"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--tasks", help="Names of tasks, with commas between.  [default: all]")
@click.option("--page", "page_file", type=click.Path(path_type=Path), help="Write the page there.")
def main(folder: Path, seed: int, tasks: str | None, page_file: Path | None) -> None:
    """Prove the networks of the benchmark's tasks before and after they are contracted."""
    use_one_thread(also_for_training=True)
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for name in tasks.split(",") if tasks else TASKS:
        file = folder / f"{name}.json"
        if file.exists():
            row = json.loads(file.read_text(encoding="utf-8"))
        else:
            row = opened(get_task(name), seed)
            write_whole(file, json.dumps(row, indent=1) + "\n")
        if row is None:
            continue
        rows.append(row)
        then = row["after"]
        end = "" if then is None else f" -> {tier(then)} ({then['how']})"
        click.echo(f"{name}: {tier(row['before'])}{end}, {row['seconds']:.1f} s")
    text = page(rows, seed)
    if page_file is not None:
        write_whole(page_file, text)
    click.echo(text)


if __name__ == "__main__":
    main()
