"""Wrong labels: the tasks of the benchmark, and small automata, with some of their labels flipped.

    python benchmarks/noise.py [--tasks NAME ...] [--automata N] [--rates 0.001 0.005 0.01] [--seed 0]
        [--from network|data] [--budget SECONDS] [--out benchmarks/NOISE.md]

A label is flipped to another answer of its stream, at random. A task counts as exact where the program makes
no error on newly drawn sequences and on longer ones, with their right labels. Of the labels that the result
lists as wrong, it is counted how many had been flipped. The automata (2 to 10 states, two symbols, a label at
the end of each of 2,000 words) are drawn so that no two states are alike, and compared with what was read on
1,000 longer words; they are read from the data. Rows that were measured are kept in a JSON file beside the
page, which can so be made in parts.
"""

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.bench import TASKS
from netlift.bench._by_rule import RULE
from netlift.bench._distilled import with_task_checks
from netlift.bench._draw import task_sequences
from netlift.data import Sequences
from netlift.data._validate import validated
from netlift.engine._distill import distill_sequences
from netlift.report import write_whole
from netlift.report._result import Result

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

WORDS, LONGEST, RATE = 2_000, 15, 0.01  # of an automaton
TESTED, TEST_LENGTH = 1_000, 40
STATES = (2, 10)


def main() -> None:
    """Measure what was asked for and is not kept yet, and write the page after each row."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tasks", nargs="*", default=sorted(TASKS))
    parser.add_argument("--automata", type=int, default=40)
    parser.add_argument("--rates", type=float, nargs="*", default=[0.001, 0.005, 0.01])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--from", dest="origin", choices=["network", "data"], default="network")
    parser.add_argument("--budget", type=float, default=None)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/NOISE.md"))
    given = parser.parse_args()
    kept = given.out.with_suffix(".json")
    rows: dict[str, dict[str, Any]] = json.loads(kept.read_text()) if kept.exists() else {}
    jobs: list[tuple[str, Any]] = [
        (f"task {name} {rate:g} {given.origin} {given.seed}", (name, rate))
        for rate in given.rates
        for name in given.tasks
    ]
    jobs += [(f"automaton {number} {given.seed}", number) for number in range(given.automata)]
    for key, job in jobs:
        if key not in rows:
            start = time.perf_counter()
            row = (
                of_automaton(job, given.seed)
                if isinstance(job, int)
                else of_task(job[0], job[1], given.seed, given.origin, given.budget)
            )
            if not isinstance(job, int):
                row["budget"] = given.budget
            rows[key] = {**row, "seconds": round(time.perf_counter() - start, 1)}
            print(key, rows[key], flush=True)
            write_whole(kept, json.dumps(rows, indent=1) + "\n")
        write_whole(given.out, page(rows))


def of_task(name: str, rate: float, seed: int, origin: str, budget: float | None) -> dict[str, Any]:
    """What comes of a task with flipped labels."""
    right = task_sequences(TASKS[name], seed)
    noisy, flipped = with_flips(right, rate, np.random.default_rng([seed, 41]))
    try:
        result = distill_sequences(noisy, seed=seed, budget=budget, source=origin)
    except ValueError as error:  # refused, in a sentence
        return {"kind": "task", "rate": rate, "from": origin, "exact": False, "why": str(error)[:200]}
    result = with_task_checks(result, TASKS[name], seed)
    exact = result.program is not None and not any(result.checks[one].errors for one in RULE)
    return {"kind": "task", "rate": rate, "from": origin, "exact": exact, **listed(result, flipped)}


def of_automaton(number: int, seed: int) -> dict[str, Any]:
    """What comes of a drawn automaton with flipped labels at the ends of words."""
    rng = np.random.default_rng([seed, 42, number])
    states = int(rng.integers(STATES[0], STATES[1] + 1))
    transitions, answers = drawn(states, rng)
    lengths = rng.integers(1, LONGEST + 1, size=WORDS)
    words = rng.integers(2, size=(WORDS, LONGEST))
    silent = np.arange(LONGEST) != lengths[:, None] - 1
    labels = run(transitions, answers, words)
    right = Sequences(words[..., None], labels[..., None], lengths, (("a", "b"),), (None,), silent)
    noisy, flipped = with_flips(right, RATE, rng)
    result = distill_sequences(noisy, seed=seed, source="data")
    tested = rng.integers(2, size=(TESTED, TEST_LENGTH))
    exact = result.machine is not None and np.array_equal(
        result.machine.run(tested[..., None])[..., 0], run(transitions, answers, tested)
    )
    facts = {"kind": "automaton", "rate": RATE, "from": "data", "states": states, "read": result.states}
    return {**facts, "exact": bool(exact), **listed(result, flipped)}


def drawn(states: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Next states [Q, 2] and answers [Q] of an automaton of which all states are reached and differ."""
    while True:
        transitions, answers = rng.integers(states, size=(states, 2)), rng.integers(2, size=states)
        kinds, before = answers, 0
        while len(set(kinds.tolist())) > before:
            before = len(set(kinds.tolist()))
            rows = np.column_stack([kinds, kinds[transitions]])
            kinds = np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1)
        reached = {0}
        for _ in range(states):
            reached |= set(transitions[sorted(reached)].reshape(-1).tolist())
        if before == len(reached) == states:
            return transitions, answers


def run(transitions: Ints, answers: Ints, words: Ints) -> Ints:
    """The answers [N, T] of an automaton's states after each symbol of words [N, T]."""
    state, told = np.zeros(len(words), dtype=np.int64), np.zeros_like(words)
    for step in range(words.shape[1]):
        state = transitions[state, words[:, step]]
        told[:, step] = answers[state]
    return told


def with_flips(right: Sequences, rate: float, rng: np.random.Generator) -> tuple[Sequences, Bools]:
    """The sequences with a share of their labels replaced by other answers, and which [N, T]."""
    flipped = (rng.random(right.labelled.shape) < rate) & right.labelled
    targets = right.targets.copy()
    for stream in range(targets.shape[2]):
        kinds = np.unique(right.targets[..., stream][right.labelled])
        places = np.searchsorted(kinds, targets[..., stream][flipped])
        shift = rng.integers(1, max(2, len(kinds)), size=len(places))
        targets[flipped, stream] = kinds[(places + shift) % len(kinds)]
    flipped &= (targets != right.targets).any(axis=2)
    return validated("the data", replace(right, targets=targets), lambda row: f"row {row}"), flipped


def listed(result: Result, flipped: Bools) -> dict[str, Any]:
    """How many labels were flipped and listed, and both."""
    wrong = () if result.noise is None else result.noise.wrong
    both = sum(bool(flipped[one["row"], one["step"] - 1]) for one in wrong)
    return {"flipped": int(flipped.sum()), "listed": len(wrong), "both": both, "solved": result.solved}


def page(rows: dict[str, dict[str, Any]]) -> str:
    """The page: a line for each kind and rate, and what was not exact."""
    groups: dict[tuple[str, str, float], list[tuple[str, dict[str, Any]]]] = {}
    for key, row in rows.items():
        groups.setdefault((row["kind"], row["from"], row["rate"]), []).append((key, row))
    lines = [
        "# Wrong labels",
        "",
        "Written by `python benchmarks/noise.py`. Exact: no error on new and longer sequences with right "
        "labels.",
        "",
        "| what | from | labels flipped | tried | exact | called solved and not exact | labels listed "
        "| of them flipped | flipped and not listed |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    missed, ran = [], []
    for (kind, origin, rate), found in sorted(groups.items()):
        each = [row for _, row in found]
        told, both = sum(row.get("listed", 0) for row in each), sum(row.get("both", 0) for row in each)
        flipped = sum(row.get("flipped", 0) for row in each)
        false = sum(bool(row.get("solved")) and not row["exact"] for row in each)
        share = f"{both / told:.1%}" if told else "-"
        lines.append(
            f"| {kind} | {origin} | {rate:.1%} | {len(each)} | {sum(row['exact'] for row in each)} | {false} "
            f"| {told:,} | {share} | {flipped - both:,} |"
        )
        if kind == "task":
            names = sorted(key.split()[1] for key, _ in found)
            budgets = {row.get("budget") for row in each}
            bound = "".join(f", in {one:g} s each" for one in sorted(filter(None, budgets)))
            ran.append(
                f"- from {origin}, {rate:.1%}: {len(names)} of {len(TASKS)} tasks{bound}: {', '.join(names)}"
            )
        missed += [f"- {key}: {row.get('why', 'not exact')}" for key, row in found if not row["exact"]]
    told = ["Tasks that were run (the others were not):", "", *ran, ""] if ran else []
    return "\n".join([*lines, "", *told, *(["Not exact:", "", *missed, ""] if missed else [])])


if __name__ == "__main__":
    main()
