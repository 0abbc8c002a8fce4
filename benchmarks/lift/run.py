"""Open the networks of train.py with netlift and with AALpy, side by side in one run.

    python benchmarks/lift/run.py NETWORKS FOLDER [--page FILE] [--note TEXT] [--only NAME,...] [--no-aalpy]

For each network FOLDER gets NAME.json; a run that was killed goes on where it was. FOLDER/all.json holds all
rows and the figures of the page. Correct means: equal to the true table on every word (by the product of the
two); for a counter, right on fresh words. Neither side sees the table.
"""

import one_thread  # noqa: F401

# isort: split
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import numpy as np
from languages import LANGUAGES, Ints, Language, Table
from learning import learn
from page import FRESH, LONG, TRIALS, best, figures, page
from stepping import Stepping

import netlift
from netlift.bench import TASKS
from netlift.certify import Domain, prove_equal, system_of
from netlift.core._clock import Clock
from netlift.networks import CellRnn, MlpRnn
from netlift.program import Program
from netlift.report import write_whole
from netlift.states import Machine

EXAMPLES = 200  # words of the training length that netlift is given, without answers


@dataclass
class Count:
    """Rows that went through a network; `stages` has the steps of each stage of `lift`."""

    words: int = 0
    steps: int = 0
    stages: dict[str, int] = field(default_factory=dict)


@contextmanager
def counted() -> Iterator[Count]:
    """Counts every row that is stepped through a network, whoever asks for it.

    `lift` works on the cells of PyTorch, and on a perceptron where an Elman network is one.
    """
    count = Count()
    stage = Clock.stage
    methods = {cell: (cell.initial_state, cell.next_state) for cell in (CellRnn, MlpRnn)}

    @contextmanager
    def staged(self: Clock, name: str) -> Iterator[None]:
        before = count.steps
        with stage(self, name):
            yield
        count.stages[name] = count.stages.get(name, 0) + count.steps - before

    def patched(cell: Any) -> None:
        first, following = methods[cell]

        def initial_state(self: Any, batch: int) -> Any:
            count.words += batch
            return first(self, batch)

        def next_state(self: Any, hidden: Any, inputs: Any) -> Any:
            count.steps += len(hidden)
            return following(self, hidden, inputs)

        cell.initial_state, cell.next_state = initial_state, next_state

    for cell in methods:
        patched(cell)
    Clock.stage = staged  # type: ignore[method-assign]
    try:
        yield count
    finally:
        Clock.stage = stage  # type: ignore[method-assign]
        for cell, (first, following) in methods.items():
            cell.initial_state, cell.next_state = first, following  # type: ignore[method-assign, assignment]


def words_of(language: Language, count: int, length: int, seed: int) -> Ints:
    """Fresh inputs [count, length, D]."""
    return language.draw(count, length, np.random.default_rng([7, seed]))[0]


def symbols_of(language: Language, inputs: Ints) -> Ints:
    """Symbol numbers [N, T] of inputs [N, T, D]."""
    sizes = [len(alphabet) for alphabet in language.alphabets]
    lows = np.array([alphabet[0] for alphabet in language.alphabets])
    numbers: Ints = np.ravel_multi_index(tuple(np.moveaxis(inputs - lows, 2, 0)), sizes)
    return numbers


def truth_of(language: Language, inputs: Ints) -> Ints:
    """The right outputs [N, T]."""
    if language.table is not None:
        return language.table.run(symbols_of(language, inputs))
    assert language.task is not None
    return TASKS[language.task].function(inputs)[:, :, 0]


def answers(program: Program, inputs: Ints) -> Ints | None:
    """The program's outputs [N, T]; None where it stops with an error."""
    try:
        words = inputs.tolist()
        plain = [[step[0] if len(step) == 1 else tuple(step) for step in word] for word in words]
        return np.array([program(word) for word in plain], dtype=np.int64)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None


def equal(program: Program, language: Language) -> str:
    """Whether the program equals the true table: proved, refuted, or what else could be said."""
    assert language.table is not None
    truth = Machine(language.symbols, language.table.transitions, language.table.outputs[:, :, None])
    domain = Domain.of_rows([tuple(row) for row in language.symbols.tolist()])
    return prove_equal(system_of(truth), system_of(program), domain).claim.tier


def by_netlift(file: Path, language: Language) -> dict[str, Any]:
    """What `netlift.lift` made of the network."""
    examples = words_of(language, EXAMPLES, language.length, 0)
    with counted() as count:
        started = time.monotonic()
        result = netlift.lift(netlift.load_checkpoint(file), examples, seed=0)
        seconds = time.monotonic() - started
    machine, program = result.machine, result.program
    row: dict[str, Any] = {
        "words": count.words,
        "steps": count.steps,
        "seconds": round(seconds, 3),
        "stages": {
            name: {"steps": count.stages.get(name, 0), "seconds": round(taken, 3)}
            for name, taken in result.seconds.items()
            if name != "total"
        },
        "solved": result.solved,
        "reason": result.reason,
        "states": result.states,
        "reader": result.reader,
        "strategy": result.strategy,
        "machine": None,
        "program": None,
    }
    if machine is not None and language.table is not None:
        table = Table(machine.transitions, machine.outputs[:, :, 0])
        same = np.array_equal(machine.alphabet, language.symbols)
        row["machine"] = same and table.difference(language.table) is None
    if program is not None:
        row["source"] = program.source
        row |= against_the_network(file, language, program)
        if language.table is not None:
            row["program"] = equal(program, language)
    faithful = result.faithfulness
    if program is not None and (faithful is None or faithful.interchange.trials < TRIALS):
        faithful = netlift.faithfulness(result, trials=TRIALS)
    if faithful is not None:
        row["interchange"] = {
            "trials": faithful.interchange.trials,
            "agreement": faithful.interchange.agreement,
        }
    right = row["program"] == "proved" if language.table is not None else row.get("right_fresh", False)
    return {**row, "correct": bool(result.solved and right)}


def against_the_network(file: Path, language: Language, program: Program) -> dict[str, Any]:
    """Fresh words of the training length, and of ten times it: who is right on how many."""
    network = Stepping.load(file, language.symbols)
    found: dict[str, Any] = {}
    for name, length, count in (("fresh", language.length, FRESH), ("long", 10 * language.length, LONG)):
        inputs = words_of(language, count, length, length)
        truth, said = truth_of(language, inputs), answers(program, inputs)
        net = (network.run(symbols_of(language, inputs)) == truth).all(axis=1)
        mine = np.zeros(count, dtype=bool) if said is None else (said == truth).all(axis=1)
        found |= {
            f"network_{name}": float(net.mean()),
            f"program_{name}": float(mine.mean()),
            f"right_{name}": bool(mine[net].all()),
        }
    return found


def by_aalpy(file: Path, language: Language) -> list[dict[str, Any]]:
    """What AALpy's learners made of the network."""
    rows = []
    network = Stepping.load(file, language.symbols)
    for learnt in learn(network, len(language.symbols), language.length, seed=0):
        table, truth = learnt.table, language.table
        rows.append(
            {
                "learner": learnt.learner,
                "oracle": learnt.oracle,
                "correct": table is not None and truth is not None and table.difference(truth) is None,
                "states": None if table is None else table.states,
                "words": learnt.words,
                "steps": learnt.posed,
                "computed": learnt.computed,
                "seconds": round(learnt.seconds, 3),
                "reason": learnt.reason,
            }
        )
    return rows


@click.command()
@click.argument("networks", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--page", "page_file", type=click.Path(path_type=Path), help="Write the page there.")
@click.option("--note", help="A sentence about the run, for the page.")
@click.option("--only", help="Parts of names of networks, with commas between.")
@click.option("--aalpy/--no-aalpy", default=True, show_default=True, help="AALpy's side too.")
def main(
    networks: Path, folder: Path, page_file: Path | None, note: str | None, only: str | None, aalpy: bool
) -> None:
    """Open every network in NETWORKS; rows and figures go to FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for file in sorted(networks.glob("*.safetensors")):
        if only and not any(part in file.stem for part in only.split(",")):
            continue
        done = folder / f"{file.stem}.json"
        if not done.exists():
            row = row_of(file, aalpy)
            write_whole(done, json.dumps(row) + "\n")
        rows.append(json.loads(done.read_text()))
        click.echo(told(rows[-1]))
    sums = figures(rows)
    write_whole(folder / "all.json", json.dumps({"figures": sums, "rows": rows}, indent=1) + "\n")
    if page_file is not None:
        write_whole(page_file, page(rows, sums, note))


def told(row: dict[str, Any]) -> str:
    """A row as a line on the screen."""
    mine, other = row["netlift"], best(row["aalpy"])
    first = "correct" if mine["correct"] else f"NOT correct ({mine['reason']})"
    line = f"{row['name']}: netlift {first}, {mine.get('steps', 0):,} steps, {mine.get('seconds', 0.0):.2f} s"
    if other is None:
        return f"{line}; AALpy none correct" if row["aalpy"] else line
    return f"{line}; AALpy {other['steps']:,} steps, {other['seconds']:.2f} s"


def row_of(file: Path, aalpy: bool) -> dict[str, Any]:
    """Both sides on one network."""
    config = json.loads(file.with_suffix(".json").read_text())
    language = LANGUAGES[config["training"]["task"]]
    perfect = config["training"]["accuracy"] == 1.0  # only these are compared; others take AALpy to its cap
    try:
        mine = by_netlift(file, language)
    except Exception as error:  # a fault is a row that counts as not correct, not the end of the run
        said = f"{type(error).__name__}: {error}".replace(f"{file.parent}/", "")
        mine = {"correct": False, "reason": said}
    return {
        "name": file.stem,
        "kind": language.kind,
        "states": None if language.table is None else language.table.states,
        "training": config["training"],
        "netlift": mine,
        "aalpy": by_aalpy(file, language) if aalpy and perfect and language.table is not None else [],
    }


if __name__ == "__main__":
    main()
