"""How many networks of the benchmark are proved as they were trained on the data?

    python benchmarks/proofs.py RUN [RUN ...] [--page FILE]

Each RUN is what `netlift bench -o RUN --seed N` wrote, one for each seed. Nothing is trained or proved here:
the claims are those of the runs, the independent checker reads every certificate again, and the words say how
each network was trained.
"""

import json
from pathlib import Path
from typing import Any

import click

from netlift.bench import TASKS
from netlift.checker import check_file
from netlift.core._threads import use_one_thread
from netlift.report import write_whole

CLAIM = "network = machine"


def row_of(folder: Path) -> dict[str, Any] | None:
    """What is known of one task's network; None where it was not trained by gradient."""
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    row = json.loads((folder / "row.json").read_text(encoding="utf-8"))
    if row["trained_by"] != "gradient":
        return None
    claim = next(one for one in result["certificate"] if one["claim"] == CLAIM)
    trained = result["network"]["trained"]
    about = [one for one in check_file(folder / "certificate.json") if one.claim == CLAIM]
    return {
        "tier": claim["tier"],
        "length": claim.get("exhaustive_length"),
        "enough": claim["tier"] == "proved" or claim.get("exhaustive_length", 0) >= TASKS[folder.name].length,
        "done": done(trained),
        "accepted": bool(about) and all(one.failure is None for one in about),
    }


def done(trained: dict[str, Any]) -> str:
    """What was done to a network after gradient descent on the data, in a word or two."""
    how = trained["how"]
    steps = ["another network"] if "from a first network" in how else []
    if trained.get("held_out_used"):
        steps.append("all the data")
    elif "least squares" in how:
        steps.append("least squares")
    elif "contracted" in how:
        steps.append("contracted")
    if trained.get("layer"):
        steps.append("layer")
    return ", ".join(steps)


def page(runs: list[tuple[int, dict[str, dict[str, Any]]]]) -> str:
    """PROOFS.md: the counts of each seed, and a line for each task."""
    lines = [
        "# Networks proved as they were trained",
        "",
        "Written by `python benchmarks/proofs.py` from runs of `netlift bench`, one for each seed. Networks "
        "that gradient trained, the claim *network = machine* about each as it was trained on the data, and "
        "what was done after gradient descent, on the data alone ([how](../docs/proofs.md#contraction)): "
        "*contracted* towards clusters of its own hidden states, *layer*: given a layer that rounds to its "
        "own codes, *least squares*, *another network* for the same data, *all the data*: held-out sequences "
        "learned as well. No answer of a machine or a program is learned from; they choose which network is "
        "kept.",
        "",
        "| seed | networks | proved | of these as gradient left them | with a layer | certificates accepted "
        "| not proved, but right on all words of the training length or more | others |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for seed, rows in runs:
        proved = [row for row in rows.values() if row["tier"] == "proved"]
        counts = [
            len(rows),
            len(proved),
            sum(not row["done"] for row in proved),
            sum("layer" in row["done"] for row in proved),
            sum(row["accepted"] for row in proved),
            sum(row["enough"] for row in rows.values()) - len(proved),
            sum(not row["enough"] for row in rows.values()),
        ]
        lines.append(f"| {seed} | {' | '.join(map(str, counts))} |")
    lines += [
        "",
        f"| task | {' | '.join(f'seed {seed}' for seed, _ in runs)} |",
        f"|---|{'---|' * len(runs)}",
    ]
    for name in TASKS:
        cells = [_cell(rows.get(name)) for _, rows in runs]
        if any(cells):
            lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(row: dict[str, Any] | None) -> str:
    if row is None:
        return ""
    length = f" {row['length']}" if row["tier"] == "exhaustive" else ""
    done = f" ({row['done']})" if row["done"] else ""
    return f"{row['tier']}{length}{done}"


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--page", "page_file", type=click.Path(path_type=Path), help="Write the page there.")
def main(runs: tuple[Path, ...], page_file: Path | None) -> None:
    """Count the networks of benchmark runs that are proved as they were trained."""
    use_one_thread(also_for_training=True)
    read = []
    for run in runs:
        names = [name for name in TASKS if (run / name / "row.json").exists()]
        rows = {name: row for name in names if (row := row_of(run / name)) is not None}
        seed = json.loads((run / names[0] / "row.json").read_text(encoding="utf-8"))["seed"]
        read.append((seed, rows))
    text = page(read)
    if page_file is None:
        click.echo(text)
    else:
        write_whole(page_file, text)


if __name__ == "__main__":
    main()
