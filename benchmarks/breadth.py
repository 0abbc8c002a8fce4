"""Inputs of every shape that users bring: distil one task of each, and write down what came of it.

    python benchmarks/breadth.py [-o benchmarks/BREADTH.md] [--only NAME] [--budget SECONDS]

Each row is a plain rule with one thing that is out of the ordinary: many symbols, wide numbers, many streams,
very short, very long or ragged sequences, a special first input, rare or constant outputs, labels at the last
step alone. Solved: `distill` says so, and the program is right on 1,000 fresh sequences.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from netlift.core._threads import use_one_thread
from netlift.data import Sequences, from_arrays
from netlift.engine._distill import distill_sequences
from netlift.report import write_whole

Rows = tuple[list[Any], list[Any]]
WIDE = 1_000_000
FRESH = 1_000


@dataclass(frozen=True)
class Case:
    """How many sequences, and how to draw one and answer it."""

    count: int
    draw: Callable[[np.random.Generator], list[Any]]
    answer: Callable[[list[Any]], list[Any]]


def numbers(low: int, high: int, length: int) -> Callable[[np.random.Generator], list[Any]]:
    """A word of whole numbers."""
    return lambda rng: rng.integers(low, high + 1, size=length).tolist()


def tuples(low: int, high: int, length: int, streams: int) -> Callable[[np.random.Generator], list[Any]]:
    """A word of several streams."""
    return lambda rng: rng.integers(low, high + 1, size=(length, streams)).tolist()


def running(start: Any, step: Callable[[Any, Any], tuple[Any, Any]]) -> Callable[[list[Any]], list[Any]]:
    """The answers of a device with a state."""

    def answers(word: list[Any]) -> list[Any]:
        state, outputs = start, []
        for x in word:
            state, output = step(state, x)
            outputs.append(output)
        return outputs

    return answers


def both(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], tuple[Any, Any]]:
    """A step whose output is the new state."""
    return lambda s, x: (function(s, x),) * 2


NAMES = [f"item{n:03d}" for n in range(200)]
SHELF = {name: place * 7919 % 5 for place, name in enumerate(NAMES)}


def run_of_four(s: int, x: int) -> tuple[int, int]:
    """How often the symbol 3 came in a row, up to five; the answer is rare."""
    now = min(5, s + 1) if x == 3 else 0
    return now, int(now == 5)


CASES = {
    "200 names, shelves modulo 5": Case(
        10_000,
        lambda rng: [NAMES[i] for i in rng.integers(200, size=8)],
        running(0, both(lambda s, x: (s + SHELF[x]) % 5)),
    ),
    "1,000 numbers, sum modulo 7": Case(
        20_000, numbers(0, 999, 8), running(0, both(lambda s, x: (s + x) % 7))
    ),
    "wide: largest so far": Case(10_000, numbers(-WIDE, WIDE, 10), running(-WIDE, both(max))),
    "wide: smallest so far": Case(10_000, numbers(-WIDE, WIDE, 10), running(WIDE, both(min))),
    "wide: absolute value": Case(10_000, numbers(-WIDE, WIDE, 10), lambda w: [abs(x) for x in w]),
    "wide: clipped": Case(10_000, numbers(-WIDE, WIDE, 10), lambda w: [min(max(x, -1000), 1000) for x in w]),
    "wide: sign": Case(10_000, numbers(-WIDE, WIDE, 10), lambda w: [(x > 0) - (x < 0) for x in w]),
    "wide: greater than the one before": Case(
        10_000, numbers(-WIDE, WIDE, 10), running(0, lambda s, x: (x, int(x > s)))
    ),
    "wide: difference of two streams": Case(
        10_000, tuples(-WIDE, WIDE, 10, 2), lambda w: [abs(a - b) for a, b in w]
    ),
    "four streams, sum modulo 4": Case(
        10_000, tuples(0, 3, 10, 4), running(0, both(lambda s, x: (s + sum(x)) % 4))
    ),
    "four streams, largest": Case(10_000, tuples(0, 9, 10, 4), lambda w: [max(x) for x in w]),
    "sixteen outputs": Case(
        10_000, numbers(0, 15, 10), running(0, lambda s, x: (x, [int(s == k) for k in range(16)]))
    ),
    "length 1": Case(300, numbers(-100, 100, 1), lambda w: [x * x for x in w]),
    "length 52, counter modulo 13": Case(
        3_000, numbers(0, 1, 52), running(0, both(lambda s, x: (s + x) % 13))
    ),
    "length 100, depth": Case(
        3_000, numbers(0, 1, 100), running(0, both(lambda s, x: max(0, s + (1 if x else -1))))
    ),
    "length 1,000, parity": Case(400, numbers(0, 1, 1_000), running(0, both(lambda s, x: s ^ x))),
    "ragged, 1 to 30": Case(
        5_000,
        lambda rng: rng.integers(0, 5, size=int(rng.integers(1, 31))).tolist(),
        running(0, both(lambda s, x: (2 * s + x) % 5)),
    ),
    "the first input is the modulus": Case(
        20_000,
        lambda rng: [int(rng.integers(2, 6)), *rng.integers(0, 6, size=9).tolist()],
        lambda w: [0, *[sum(w[1 : n + 1]) % w[0] for n in range(1, len(w))]],
    ),
    "the first input is a key": Case(
        10_000,
        lambda rng: rng.integers(0, 6, size=10).tolist(),
        lambda w: [0, *[int(x == w[0]) for x in w[1:]]],
    ),
    "rare output, one in a thousand": Case(20_000, numbers(0, 3, 12), running(0, run_of_four)),
    "the output never changes": Case(500, numbers(0, 9, 10), lambda w: [7] * len(w)),
    "label at the last step alone": Case(
        5_000,
        lambda rng: rng.integers(0, 3, size=int(rng.integers(1, 12))).tolist(),
        lambda w: [*[None] * (len(w) - 1), sum(w) % 3],
    ),
}


def sequences(case: Case, count: int, seed: int) -> Sequences:
    """Drawn words with their answers."""
    rng = np.random.default_rng(seed)
    words = [case.draw(rng) for _ in range(count)]
    answers = [case.answer(word) for word in words]
    return from_arrays(words, answers)


def spelt(word: list[Any]) -> list[Any]:
    """The word as a program takes it: tuples for several streams."""
    return [tuple(step) if isinstance(step, list) else step for step in word]


def agree(found: list[Any], expected: list[Any]) -> bool:
    """Whether all answers are right that were asked for."""
    pairs = zip(found, spelt(expected), strict=True)
    return all(answer == wanted for answer, wanted in pairs if wanted is not None)


def row_of(name: str, budget: float) -> str:
    """A line of the table."""
    case = CASES[name]
    started = time.monotonic()
    result = distill_sequences(sequences(case, case.count, 0), seed=0, budget=budget)
    seconds = time.monotonic() - started
    right = result.solved and result.program is not None
    if right and result.program is not None:
        rng = np.random.default_rng(1)
        fresh = [case.draw(rng) for _ in range(FRESH)]
        right = all(agree(result.program(spelt(word)), case.answer(word)) for word in fresh)
    nodes = result.program.nodes if result.program is not None else ""
    click.echo(f"{name}: {right} {seconds:.1f} s {result.reader} {result.strategy} {result.reason}")
    if result.program is not None:
        click.echo(result.program.source.split('"""')[2].split("\n\nif __name__")[0].strip())
    mark = "x" if right else ""
    strategy = result.strategy or ""
    return f"| {name} | {mark} | {result.reader or ''} | {strategy} | {nodes} | {seconds:.1f} |"


@click.command()
@click.option("-o", "page", type=click.Path(path_type=Path), default=Path(__file__).with_name("BREADTH.md"))
@click.option("--only", help="Only cases with this in their name.")
@click.option("--budget", type=float, default=120.0, help="Seconds a case.")
def main(page: Path, only: str | None, budget: float) -> None:
    """Distil one task of each shape."""
    use_one_thread(also_for_training=True)
    chosen = [name for name in CASES if only is None or only in name]
    rows = [row_of(name, budget) for name in chosen]
    solved = sum("| x |" in row for row in rows)
    lines = [
        "# Inputs of every shape",
        "",
        f"Written by `python benchmarks/breadth.py`: {solved} of {len(rows)} solved, with a budget of "
        f"{budget:g} seconds each.",
        "",
        "| case | solved | reader | found by | nodes | seconds |",
        "|---|:-:|---|---|---:|---:|",
        *rows,
    ]
    if only is None:
        write_whole(page, "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
