"""How many networks of the benchmark are proved as they were trained, once they are contracted?

    python benchmarks/proofs.py RUN FOLDER [--seed N] [--page FILE] [--tasks NAME,...]

RUN is what `netlift bench -o RUN --seed N` wrote, by a netlift that does not contract (else there is nothing
left to do): networks as gradient left them, with their claims and the machines that were read. Each of them
that is not proved is contracted towards its own clusters on the data, as `distill` does it
(`netlift.harden.provably`). FOLDER gets TASK.json for each; a run that was killed goes on where it was.
"""

import json
import time
from pathlib import Path
from typing import Any

import click
import numpy as np

from netlift.bench import TASKS, get_task
from netlift.bench._draw import task_sequences
from netlift.checker import check_network
from netlift.core._threads import use_one_thread
from netlift.data import joint_symbols, shortened, split
from netlift.harden import provably
from netlift.harden._contract import LEARNED
from netlift.harden._provably import MOST_SYMBOLS
from netlift.networks import is_perceptron, load_network, network_accuracy
from netlift.report import write_whole
from netlift.states import Machine


def contracted(folder: Path, seed: int) -> dict[str, Any]:
    """What comes of the network of one task; `after` is None where nothing does."""
    task, network, machine = get_task(folder.name), load_network(folder), machine_of(folder)
    whole = split(task_sequences(task, seed), np.random.default_rng([seed, 2]))
    train, test = shortened(whole[0]), shortened(whole[1])
    begun = time.process_time()
    after = None
    alphabet = joint_symbols(train, MOST_SYMBOLS)
    learned = is_perceptron(network) and network_accuracy(network, test) >= LEARNED
    if is_perceptron(network) and learned and machine is not None:
        same = alphabet is not None and np.array_equal(alphabet, machine.alphabet)
        after = provably(network, machine, train, test, seed) if same else None
    row: dict[str, Any] = {"task": task.name, "after": None, "cpu": round(time.process_time() - begun, 1)}
    if after is not None:
        again = json.loads(json.dumps(after.known.certificate))
        row["after"] = {
            "clusters": after.made.clusters,
            "layer": after.made.layer,
            "test": network_accuracy(after.network, test),
            "train": network_accuracy(after.network, train),
            "accepted": check_network(again, dict(after.network.weights)) is None,
        }
    return row


def machine_of(folder: Path) -> Machine | None:
    """The machine that the certificates of a result are about, if they are about one."""
    whole = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    for certificate in whole["certificates"]:
        for name in ("machine", "system", "left"):
            known = certificate.get(name, {})
            if "transitions" in known:
                return Machine(*(np.array(known[part]) for part in ("alphabet", "transitions", "outputs")))
    return None


def page(rows: list[tuple[dict[str, Any], dict[str, Any]]], seed: int) -> str:
    """PROOFS.md: the counts, and a line for each task."""
    before = sum(first["claims"]["network = machine"]["tier"] == "proved" for first, _ in rows)
    after = [row["after"] for _, row in rows if row.get("after")]
    layers = sum(one["layer"] for one in after)
    accepted = sum(one["accepted"] for one in after)
    lines = [
        "# Networks proved as they were trained",
        "",
        f"Written by `benchmarks/proofs.py --seed {seed}`. Of the {len(rows)} networks below, all trained by "
        f"gradient, {before} are proved as it left them, and {len(after)} more once training went on, on the "
        f"data, towards clusters of their own hidden states: {len(after) - layers} with only their weights "
        f"changed, {layers} with a layer that rounds to the clusters. No answer of a machine or a program is "
        "used for that training; the machine that was read, and the held-out sequences, choose which of "
        "such networks is kept. Each of them is right on all training and held-out sequences, and the "
        f"independent checker accepts the certificates of {accepted} of the {len(after)}.",
        "",
        "| task | held out, as gradient left it | network = machine, as gradient left it | contracted "
        "| clusters | layer | CPU seconds |",
        "|---|---:|---|---|---:|:-:|---:|",
    ]
    for first, row in rows:
        claim, then = first["claims"]["network = machine"], row.get("after")
        length = f" {claim['length']}" if claim["tier"] == "exhaustive" else ""
        cells = [f"`{first['task']}`", f"{first['network_accuracy']:.2%}", f"{claim['tier']}{length}"]
        cells += ["proved", str(then["clusters"]), "x" if then["layer"] else ""] if then else ["", "", ""]
        cells.append(f"{row['cpu']:.1f}" if "cpu" in row else "")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


@click.command()
@click.argument("run", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--tasks", help="Names of tasks, with commas between.  [default: all]")
@click.option("--page", "page_file", type=click.Path(path_type=Path), help="Write the page there.")
def main(run: Path, folder: Path, seed: int, tasks: str | None, page_file: Path | None) -> None:
    """Contract the networks of a benchmark run until they are proved."""
    use_one_thread(also_for_training=True)
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for name in tasks.split(",") if tasks else TASKS:
        first = json.loads((run / name / "row.json").read_text(encoding="utf-8"))
        if first["trained_by"] != "gradient":
            continue
        row: dict[str, Any] = {}
        if first["claims"]["network = machine"]["tier"] != "proved":
            file = folder / f"{name}.json"
            if not file.exists():
                write_whole(file, json.dumps(contracted(run / name, seed), indent=1) + "\n")
            row = json.loads(file.read_text(encoding="utf-8"))
            click.echo(f"{name}: {row['after']}, {row['cpu']} s")
        rows.append((first, row))
    text = page(rows, seed)
    if page_file is not None:
        write_whole(page_file, text)
    click.echo(text)


if __name__ == "__main__":
    main()
