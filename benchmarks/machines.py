"""Machines of real implementations, read from random walks: netlift beside AALpy's passive learners.

    python benchmarks/machines.py FOLDER [NAME ...] [--out benchmarks/MACHINES.md] [--walks DIR] [--network]
        [--only netlift|aalpy|network]

FOLDER holds the models (.dot) and the script that walks through them (walks.py). Each model gives 4,000 walks
of 20 steps to learn from and 500 walks of 60 to judge with: a walk is right when every answer is. A walk
that meets a pair of state and input that a learner knows nothing of counts as not right; how many do is said.
`--network` runs the default mode besides, in which networks are trained: reading, formulas and all checks
are in its seconds, those of the interpreters that run the program among them. It is told what the program
came from.
Rows that were measured before are kept in a JSON file beside the page, so that it can be made in parts.
"""

import argparse
import csv
import json
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from typing import Any

import numpy as np

from netlift.data import Sequences, joint_symbols, read_sequences
from netlift.engine._distill import distill_sequences
from netlift.sources._tried import read_from_data
from netlift.states import PartialMachine, encoded

Walk = list[tuple[str, str]]
Figures = dict[str, Any]


def main() -> None:
    """Measure the machines that were asked for, and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("MACHINES.md"))
    parser.add_argument("--walks", type=Path, default=Path("runs/machines"))
    parser.add_argument("--only", choices=["netlift", "aalpy", "network"])
    parser.add_argument("--network", action="store_true")
    parser.add_argument("--budget", type=float, help="seconds for a machine, with networks")
    given = parser.parse_args()
    names = given.names or sorted(path.stem for path in given.folder.glob("*.dot"))
    missing = [name for name in names if not (given.walks / f"{name}.test.csv").exists()]
    if missing:
        subprocess.run([sys.executable, given.folder / "walks.py", given.walks, *missing], check=True)
    kept = given.out.with_suffix(".json")
    rows: dict[str, dict[str, Figures]] = json.loads(kept.read_text()) if kept.exists() else {}
    read_from_data(_few(given.walks / f"{names[0]}.csv"), *_alphabet(given.walks / f"{names[0]}.csv"), 0)
    for name in names:
        train, test = given.walks / f"{name}.csv", given.walks / f"{name}.test.csv"
        row = rows.setdefault(name, {})
        if given.only not in ("aalpy", "network"):
            row["data"] = _netlift(train, test)
        if given.network or given.only == "network":
            row["network"] = _by_default(train, test, given.budget)
        if given.only not in ("netlift", "network"):
            row |= _aalpy(_walks(train), _walks(test))
        print(name, json.dumps(row), flush=True)
        kept.write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n")
        given.out.write_text(_page(rows))


def _alphabet(path: Path) -> list[Any]:
    return [joint_symbols(read_sequences(path), 1_024)]


def _few(path: Path) -> Sequences:
    """A first reading, whose compilation is in nobody's seconds."""
    sequences = read_sequences(path)
    return sequences.take(np.arange(20))


def _netlift(train: Path, test: Path) -> Figures:
    sequences = read_sequences(train)
    alphabet = joint_symbols(sequences, 1_024)
    assert alphabet is not None
    started = time.process_time()
    machine = read_from_data(sequences, alphabet, 0)
    assert machine is not None
    seconds = time.process_time() - started
    return _judged(machine, sequences, _walks(test)) | {"seconds": round(seconds, 1)}


def _by_default(train: Path, test: Path, budget: float | None) -> Figures:
    """The whole of `netlift distill FILE`, and its program on the walks."""
    sequences = read_sequences(train)
    started = _spent()
    result = distill_sequences(sequences, budget=budget)
    seconds = _spent() - started
    walks = _walks(test)
    right = refused = 0
    for walk in walks if result.program is not None else ():
        assert result.program is not None
        try:
            right += result.program([x for x, _ in walk]) == [y for _, y in walk]
        except KeyError:  # it meets a pair that nothing is known of
            refused += 1
    alone = result.network_facts.get("answered_alone", ())
    return {
        "from": result.source,
        "solved": result.solved,
        "states": result.states,
        "wrong": len(walks) - right,
        "refused": refused,
        "unseen": sum(len(one["inputs"]) for one in result.unseen),
        "network_alone": sum(len(one["inputs"]) for one in alone),
        "seconds": round(seconds, 1),
    }


def _spent() -> float:
    """Seconds of CPU time of this process and of those it started and saw end."""
    return sum(sum(getrusage(who)[:2]) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))


def _judged(machine: PartialMachine, sequences: Sequences, walks: list[Walk]) -> Figures:
    inputs, targets = sequences.input_symbols[0], sequences.target_symbols[0]
    assert inputs is not None
    assert targets is not None
    symbols = encoded(machine.alphabet, np.array([[[inputs.index(x)] for x, _ in walk] for walk in walks]))
    outputs, told = machine.run(symbols)
    right = refused = 0
    for walk, answers, known in zip(walks, outputs[..., 0], told, strict=True):
        good = [
            targets[a] == y for (_, y), a, k in zip(walk, answers.tolist(), known.tolist(), strict=True) if k
        ]
        right += all(good) and bool(known.all())
        refused += all(good) and not known.all()
    return {
        "states": machine.states,
        "wrong": len(walks) - right,
        "refused": refused,
        "unseen": len(machine.unseen),
    }


def _aalpy(train: list[Walk], test: list[Walk]) -> dict[str, Figures]:
    from aalpy.learning_algs import run_RPNI
    from aalpy.learning_algs.general_passive.GsmAlgorithms import run_EDSM

    learners: dict[str, Callable[..., Any]] = {"RPNI": run_RPNI, "EDSM": run_EDSM}
    found = {}
    for name, learner in learners.items():
        started = time.process_time()
        data = [(tuple(x for x, _ in walk[: n + 1]), walk[n][1]) for walk in train for n in range(len(walk))]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = learner(list(dict.fromkeys(data)), "mealy", print_info=False)
        seconds = time.process_time() - started
        found[name] = {"states": len(model.states), "seconds": round(seconds, 1)} | _asked(model, test)
    return found


def _asked(model: Any, walks: list[Walk]) -> Figures:
    wrong = refused = 0
    for walk in walks:
        model.reset_to_initial()
        for symbol, output in walk:
            try:
                answer = model.step(symbol)
            except KeyError:  # a transition that the model does not have
                refused += 1
                wrong += 1
                break
            if answer != output:
                wrong += 1
                break
    return {"wrong": wrong, "refused": refused}


def _walks(path: Path) -> list[Walk]:
    walks: dict[int, Walk] = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            walks.setdefault(int(row["sequence"]), []).append((row["x"].strip(), row["y"].strip()))
    return list(walks.values())


_COLUMNS = {
    "data": "netlift `--from data`",
    "network": "netlift, default",
    "RPNI": "AALpy RPNI",
    "EDSM": "AALpy EDSM",
}


def _page(rows: dict[str, dict[str, Figures]]) -> str:
    lines = [
        "# Machines of real implementations, from random walks",
        "",
        "Written by `benchmarks/machines.py`. Each machine is learned from 4,000 random walks of 20 steps",
        "and judged with 500 walks of 60 steps. A cell holds the states found, on how many of the 500 walks",
        "some answer is not right (of these, in brackets, how many end at a pair of state and input that the",
        "learner knows nothing of), and seconds of CPU time. Those of the default are of the whole command,",
        "with training, formulas and checks; those of the others of the reading alone. Of the default stands",
        "whether the program was read out of a network, or from data and networks trained beside them, how",
        "many pairs networks alone answer, and whether it calls itself solved.",
        "",
        "| machine | " + " | ".join(_COLUMNS.values()) + " |",
        "|---|" + "---|" * len(_COLUMNS),
    ]
    lines += [
        f"| {name} | " + " | ".join(_cell(row.get(column)) for column in _COLUMNS) + " |"
        for name, row in sorted(rows.items())
    ]
    exact, times = [], []
    for column in _COLUMNS:
        mine = [row[column] for row in rows.values() if column in row]
        exact.append(f"{sum(one['wrong'] == 0 for one in mine)} of {len(mine)}" if mine else "not run")
        seconds = [one["seconds"] for one in mine]
        times.append(f"{median(seconds):.1f} / {max(seconds):.1f}" if mine else "not run")
    lines += [
        f"| **exact on all 500** | {' | '.join(exact)} |",
        f"| **CPU seconds, median / most** | {' | '.join(times)} |",
    ]
    return "\n".join(lines) + "\n"


def _cell(figures: Figures | None) -> str:
    if figures is None:
        return "not run"
    refused = f" ({figures['refused']})" if figures["refused"] else ""
    wrong = "exact" if not figures["wrong"] else f"{figures['wrong']} wrong{refused}"
    origin = ""
    if "from" in figures:
        alone = f", {figures['network_alone']} pairs by networks alone" if figures["network_alone"] else ""
        verdict = "solved" if figures["solved"] else "not solved"
        source = "data and network" if figures["from"] == "both" else figures["from"]
        origin = f", from {source}{alone}, {verdict}"
    states = "no program" if figures["states"] is None else f"{figures['states']} states"
    return f"{states}, {wrong}, {figures['seconds']:.1f} s{origin}"


if __name__ == "__main__":
    main()
