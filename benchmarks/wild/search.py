"""The formula search alone on the random tasks, given an oracle of their behaviour: no network is trained.

    python benchmarks/wild/search.py [--part seen|unseen] [--first N] [--page FILE]

The oracle is the rule: 3,000 words of the task's own length and, for up to 64 states and 64 symbols, the
exact machine. The figures bound what the whole chain (run.py) can reach, and cost a tenth of its time.
"""

import itertools
import statistics
import time
from pathlib import Path

import click
import numpy as np
from families import Rule, parts

from netlift.formulas import Behaviour, search
from netlift.report import write_whole
from netlift.states import Machine

WORDS, MOST, BUDGET = 3_000, 64, 1_500_000_000


def exact_machine(rule: Rule) -> Machine | None:
    """The machine that a rule is; None beyond 64 states or symbols, or where the first input is special."""
    symbols = list(itertools.product(*(range(low, high + 1) for low, high in rule.bounds)))
    if len(symbols) > MOST or rule.first is not None:
        return None
    numbers, order = {rule.start: 0}, [rule.start]
    transitions, outputs = [], []
    for state in order:
        row, answers = [], []
        for symbol in symbols:
            after, answer = rule.step(state, symbol)
            if after not in numbers:
                numbers[after] = len(order)
                order.append(after)
            row.append(numbers[after])
            answers.append([int(value) for value in answer])
        if len(order) > 100 * MOST:
            return None
        transitions.append(row)
        outputs.append(answers)
    machine = Machine(np.array(symbols, dtype=np.int64), np.array(transitions), np.array(outputs)).minimised()
    return machine if machine.states <= MOST else None


def row_of(rule: Rule) -> tuple[str, float]:
    """What the search answered ("formula", "table" or "nothing"), and processor seconds."""
    inputs = rule.draw(WORDS, rule.length, np.random.default_rng(0))
    behaviour = Behaviour(inputs, rule.answers(inputs), machine=exact_machine(rule))
    started = time.process_time()
    found = search(behaviour, seed=0, budget=BUDGET)
    seconds = time.process_time() - started
    if not found:
        return "nothing", seconds
    return "table" if "table" in found[0].strategy else "formula", seconds


@click.command()
@click.option("--part", type=click.Choice(["seen", "unseen"]), default="seen")
@click.option("--first", type=int, help="Only the first so many tasks: a random share.")
@click.option("--page", "target", type=click.Path(path_type=Path), help="Write the figures here.")
def main(part: str, first: int | None, target: Path | None) -> None:
    """Search formulas for the random tasks."""
    drawn = parts()[part == "unseen"]
    rows = []
    for number, (family, rule) in enumerate(drawn[:first], 1):
        rows.append((family, *row_of(rule)))
        click.echo(f"\r{number} of {len(drawn[:first])}", nl=False)
        if target is not None:
            write_whole(target, page(rows, part, len(drawn)))
    click.echo("\n" + page(rows, part, len(drawn)))


def page(rows: list[tuple[str, str, float]], part: str, drawn: int) -> str:
    """The figures by family."""

    def line(name: str, chosen: list[tuple[str, str, float]]) -> str:
        counts = [sum(kind == wanted for _, kind, _ in chosen) for wanted in ("formula", "table", "nothing")]
        shown = " | ".join(map(str, counts))
        seconds = sorted(second for _, _, second in chosen)
        return f"| {name} | {len(chosen)} | {shown} | {statistics.median(seconds):.1f} | {seconds[-1]:.1f} |"

    lines = [
        f"# Random tasks, the {part} part: the formula search alone",
        "",
        f"Written by `python benchmarks/wild/search.py`: {len(rows)} tasks (the first of {drawn}, in random "
        "order), each given as its exact behaviour. No network is trained; seconds are processor seconds.",
        "",
        "| family | tasks | formula | table | nothing | median seconds | longest |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(line(f, [row for row in rows if row[0] == f]) for f in sorted({row[0] for row in rows})),
        line("all", rows),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
