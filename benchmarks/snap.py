"""How many networks are proved to be what was read from them, with and without snapping?

    python benchmarks/snap.py RUN [-o FOLDER] [--seed N] [TASK ...]

RUN is what `netlift bench -o RUN` wrote. Each network is opened again as `distill` would; the proof is
tried on the network as it is, then on its snapped copy. Every certificate is re-read from JSON by the
independent checker. With -o, FOLDER gets a table (SNAP.md), and for each proved task a folder with the
network that the proof is about and its certificate.json.
"""

import json
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from netlift.bench import Task, get_task
from netlift.bench._draw import task_sequences
from netlift.certify import (
    linear_certificate,
    machine_certificate,
    prove_linear,
    prove_network,
    proved_length,
    reached,
    snapped,
)
from netlift.checker import check_network
from netlift.core._threads import use_one_thread
from netlift.data import Sequences, joint_symbols, split
from netlift.formulas import Recurrence, search
from netlift.networks import LinearRnn, MlpRnn, load_network, network_accuracy, network_files
from netlift.program._judge import Judge, plain_program
from netlift.report import write_whole
from netlift.states import Machine, read_linear
from netlift.states.readers import read_finite, read_unbounded, words_of

MOST_SYMBOLS = 256
MOST_STATES = 500
LENGTH = 100
TABLE = 20_000


@dataclass(frozen=True)
class Row:
    """What came of one task."""

    task: str
    kind: str
    plain: bool
    proved: bool
    how: str
    boxes: int | None
    radius: float | None
    seconds: float
    check_seconds: float
    checked: bool
    accuracy: tuple[float, float]

    def __str__(self) -> str:
        radius = "" if self.radius is None else f"{self.radius:.1e}"
        before, after = (f"{100 * value:.2f} %" for value in self.accuracy)
        cells = (
            f"`{self.task}`",
            self.kind,
            "x" if self.plain else "",
            "x" if self.proved else "",
            self.how,
            "" if self.boxes is None else str(self.boxes),
            radius,
            f"{self.seconds:.2f}",
            f"{self.check_seconds:.2f}",
            "x" if self.checked else "",
            before,
            after,
        )
        return "| " + " | ".join(cells) + " |"


HEAD = (
    "| task | what was read | proved as it is | proved | how | boxes | largest radius | seconds | "
    "checker's seconds | accepted | network exact before | after |\n"
    "|---|---|:-:|:-:|---|---:|---:|---:|---:|:-:|---:|---:|"
)


def linear_row(name: str, network: LinearRnn, task: Task, data: Sequences, folder: Path | None) -> Row:
    """A closed-form network against the linear system that is read from it."""
    ranges = tuple((int(c.min()), int(c.max())) for c in data.inputs.reshape(-1, data.inputs.shape[-1]).T)
    system = read_linear(network, words_of(data).inputs)
    begun = time.perf_counter()
    proof = None if system is None else prove_linear(network, system, ranges)
    taken = time.perf_counter() - begun
    how, checked, spent = "", False, 0.0
    if proof is not None:
        length = "at every length" if proof.float_length is None else f"up to length {proof.float_length:,}"
        how = f"exact identity; in double precision {length}"
        checked, spent = recheck(network, linear_certificate(network, proof), name, folder)
    right = network_accuracy(network, data)
    return Row(
        name, "linear system", proof is not None, proof is not None, how, None, None, taken, spent, checked,
        (right, right),
    )  # fmt: skip


def recheck(
    network: MlpRnn | LinearRnn, certificate: dict[str, Any], name: str, folder: Path | None
) -> tuple[bool, float]:
    """What the independent checker says of a certificate as it would stand in a file, and its seconds."""
    text = json.dumps(certificate)
    begun = time.perf_counter()
    refusal = check_network(json.loads(text), dict(network.weights))
    if refusal is not None:
        click.echo(f"{name}: refused, {refusal}")
    if folder is not None:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for file, content in {**network_files(network), "certificate.json": text.encode()}.items():
            write_whole(folder / name / file, content)
    return refusal is None, time.perf_counter() - begun


def explanation(network: MlpRnn, train: Sequences, seed: int) -> Recurrence | None:
    """The recurrence of a network with too many states for the machine reader, right on its data."""
    for reading in read_unbounded(network, network, words_of(train), np.random.default_rng([seed, 3]), 0.9):
        for candidate in search(reading.behaviour, seed=seed)[:5]:
            if Judge(train).program_errors(plain_program(candidate)) == 0:
                return candidate.recurrence
    return None


def machine_of(network: MlpRnn, train: Sequences, seed: int) -> Machine | None:
    """The machine inside a network that is right on its data."""
    for reading in read_finite(network, words_of(train), np.random.default_rng([seed, 3]))[0]:
        if reading.machine is not None and not Judge(train).machine_errors(reading.machine):
            return reading.machine.minimised()
    return None


def row(name: str, network: MlpRnn, train: Sequences, seed: int, folder: Path | None) -> Row:
    """A gradient-trained network against its machine, or for a length against its recurrence."""
    before = network_accuracy(network, train)
    machine = machine_of(network, train, seed)
    recurrence, alphabet = None, joint_symbols(train, MOST_SYMBOLS)
    if machine is None and alphabet is not None:
        recurrence = explanation(network, train, seed)
        if recurrence is not None:
            machine = reached(recurrence, alphabet, 1_000, MOST_STATES).machine()
    kind = "recurrence" if machine is None else f"machine, {machine.states} states"
    begun = time.perf_counter()
    plain = snap = None
    if machine is not None:
        plain = prove_network(network, machine)
        snap = None if plain is not None else snapped(network, machine, seed)
    how, proof, shown = "", plain, network
    if snap is not None:
        how, proof, shown = snap.change, snap.proof, snap.network
    if proof is None and recurrence is not None and alphabet is not None:
        table = reached(recurrence, alphabet, LENGTH, TABLE)
        how = f"all words up to length {proved_length(network, table).length}"
    taken = time.perf_counter() - begun
    checked, spent = False, 0.0
    if proof is not None:
        checked, spent = recheck(shown, machine_certificate(shown, proof), name, folder)
    after = network_accuracy(shown, train)
    boxes = None if proof is None else proof.boxes
    radius = None if proof is None else float(proof.radii.max())
    return Row(
        name, kind, plain is not None, proof is not None, how, boxes, radius, taken, spent, checked,
        (before, after),
    )  # fmt: skip


@click.command()
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("tasks", nargs=-1)
@click.option("-o", "output", type=click.Path(file_okay=False, path_type=Path))
@click.option("--seed", default=0, show_default=True)
def main(run: Path, tasks: tuple[str, ...], output: Path | None, seed: int) -> None:
    """Prove the networks of a benchmark run."""
    use_one_thread(also_for_training=True)
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
    rows = []
    for path in sorted(run.glob("*/network.json")):
        name = path.parent.name
        if tasks and name not in tasks:
            continue
        task, network = get_task(name), load_network(path.parent)
        data = task_sequences(task, seed)
        train = split(data, np.random.default_rng([seed, 2]))[0]
        if isinstance(network, LinearRnn):
            rows.append(linear_row(name, network, task, train, output))
        else:
            rows.append(row(name, network, train, seed, output))
        click.echo(str(rows[-1]))
    counts = Counter(proved=0, plain=0, checked=0)
    counts.update(proved=sum(r.proved for r in rows), plain=sum(r.plain for r in rows))
    counts.update(checked=sum(r.checked for r in rows))
    seconds = float(np.median([r.seconds for r in rows])) if rows else 0.0
    summary = (
        f"{counts['proved']} of {len(rows)} networks proved for all lengths ({counts['plain']} as they were "
        f"trained), {counts['checked']} certificates accepted by the checker; {seconds:.2f} s in the median."
    )
    click.echo(summary)
    if output is not None:
        lines = "\n".join(map(str, rows))
        write_whole(
            output / "SNAP.md",
            f"# Networks proved\n\nWritten by `python benchmarks/snap.py`. {summary}\n\n{HEAD}\n{lines}\n",
        )


if __name__ == "__main__":
    main()
