"""The table of docs/faithfulness.md: interventions on networks of the benchmark, as they were trained.

    python benchmarks/faithfulness.py [--seed N] [--trials N] [--page docs/faithfulness.md] [TASK ...]

Each task is distilled anew; the figures are of `result.network`, the network that the program was read from,
with the weights that training on the data left. A changed copy plays no part. With `--page`, what stands in
the page between the two lines that begin with `<!-- table` is replaced.
"""

import math
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import click

import netlift
from netlift.bench import get_task
from netlift.bench._distilled import distill_task
from netlift.core._threads import use_one_thread
from netlift.mechanism._measure import Interventions
from netlift.report import Silent, write_whole

TASKS = (
    "newton_spring", "max_seen", "base_3_addition", "add_mod_5", "parity_last4", "alternating_last3",
    "majority_0_1", "majority_0_2", "dithering", "bit_palindrome",
)  # fmt: skip
HEADER = (
    "| task | network, as trained | right on held-out | variables (worst) | interchange "
    "| one variable (worst) | ignored (distance) | same state | between (distance) | seconds |\n"
    "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|"
)
MARKS = re.compile(r"(<!-- table[^\n]*-->\n).*?(<!-- table[^\n]*-->)", re.DOTALL)


def percent(share: float) -> str:
    """A share as a percentage, 100 only where nothing is missing."""
    return "100 %" if share == 1.0 else f"{math.floor(round(10_000 * share, 6)) / 100:.2f} %"


def told(one: Interventions, *, far: bool = False) -> str:
    """The agreement, and how far hidden states were moved."""
    if one.agreement is None:
        return "impossible"
    return percent(one.agreement) + (f" ({one.distance:.2g})" if far and one.distance is not None else "")


def worst(agreements: Iterable[float | None]) -> str:
    """The least agreement of those that could be measured."""
    shares = list(agreements)
    known = [share for share in shares if share is not None]
    return percent(min(known)) if known else "impossible" if shares else "none"


def exact(facts: Mapping[str, Any]) -> str:
    """The share of held-out sequences that are right; of the others where it was trained on these, too."""
    if (share := facts["held_out_accuracy"]) is not None:
        return percent(float(share))
    on = facts["measured"]
    return f"{percent(1.0 - on['errors'] / on['sequences'])} (all the data)"


def row(name: str, seed: int, trials: int) -> tuple[str, float]:
    """A task's line, and the seconds that its interventions took."""
    result = distill_task(get_task(name), seed=seed, progress=Silent())
    begun = time.perf_counter()
    found = netlift.faithfulness(result, trials=trials, seed=seed)
    taken = time.perf_counter() - begun
    facts = result.network_facts
    how = "fitted in closed form" if result.trained_by == "closed-form" else f"by {result.trained_by}"
    cells = (
        f"`{name}`",
        f"{facts['architecture']}, {how}",
        exact(facts),
        worst(one.agreement for one in found.variables.values()),
        told(found.interchange),
        worst(one.agreement for one in found.one_variable.values()),
        told(found.ignored, far=True),
        told(found.same_state),
        told(found.between, far=True),
        f"{taken:.1f}",
    )
    return f"| {' | '.join(cells)} |", taken


def table(names: Sequence[str], seed: int, trials: int) -> str:
    """What stands between the two lines of the page."""
    rows = []
    seconds = []
    for name in names:
        line, taken = row(name, seed, trials)
        click.echo(line)
        rows.append(line)
        seconds.append(taken)
    command = f"python benchmarks/faithfulness.py --seed {seed} --trials {trials}"
    lead = (
        f"`{command}` (netlift {netlift.__version__}), one thread: {trials:,} trials of each kind, "
        f"{median(seconds):.1f} s a task in the median."
    )
    return "\n".join([lead, "", HEADER, *rows, ""])


@click.command()
@click.argument("names", metavar="[TASK ...]", nargs=-1)
@click.option("--seed", default=0, show_default=True)
@click.option("--trials", default=10_000, show_default=True)
@click.option("--page", type=click.Path(exists=True, path_type=Path), help="Replace the table of this page.")
def main(names: Sequence[str], seed: int, trials: int, page: Path | None) -> None:
    """Measure the tasks, and write the table."""
    use_one_thread()
    made = table(names or TASKS, seed, trials)
    if page is None:
        return
    text = page.read_text(encoding="utf-8")
    if not MARKS.search(text):
        raise click.ClickException(f"{page}: has no two lines that begin with '<!-- table'")
    write_whole(page, MARKS.sub(lambda match: f"{match[1]}\n{made}\n{match[2]}", text))


if __name__ == "__main__":
    main()
