"""The gallery of real machines: what `--from data` prints for each, from random walks alone.

    python benchmarks/machine_gallery.py FOLDER [--walks DIR] [--page docs/gallery_machines.md]

FOLDER holds the models (.dot) and the script that walks through them (walks.py); DIR the walks that were
drawn before, or the place for them. Each machine is read from 4,000 walks of 20 steps; its program is then
asked for 500 walks of 60 steps that it was not made from. Some seconds for each machine.
"""

import csv
import subprocess
import sys
from pathlib import Path

import click

import netlift
from netlift.program._alternatives import code_of
from netlift.report import write_whole

LARGEST = 200  # lines of a program that is shown whole


def walks_of(file: Path) -> list[tuple[list[str], list[str]]]:
    """Inputs and answers of each walk."""
    walks: dict[str, tuple[list[str], list[str]]] = {}
    with file.open(newline="") as lines:
        for row in csv.DictReader(lines):
            inputs, answers = walks.setdefault(row["sequence"], ([], []))
            inputs.append(row["x"].strip())
            answers.append(row["y"].strip())
    return list(walks.values())


def judged(program: netlift.Program, walks: list[tuple[list[str], list[str]]]) -> str:
    """On how many of the walks every answer is right, and what the others are, in words."""
    right = refused = 0
    for inputs, answers in walks:
        try:
            right += program(inputs) == answers
        except LookupError:  # its tables do not have the pair
            refused += 1
    wrong = len(walks) - right - refused
    parts = [f"right on {right:,} of {len(walks):,} walks of {len(walks[0][0])} steps that were kept from it"]
    parts += [f"wrong on {wrong:,}"] if wrong else []
    parts += [f"without an answer on {refused:,}, which do what no walk had shown"] if refused else []
    return ", ".join(parts)


def section(name: str, walks: Path) -> str:
    """One machine: what is known of it, and its program."""
    result = netlift.distill(walks / f"{name}.csv", source="data", seed=0)
    program, states = result.program, result.facts()["states"]
    lines = [f"## {name}", ""]
    if program is None:
        return "\n".join([*lines, f"No program was found: {result.reason}", ""])
    unseen = sum(len(one["inputs"]) for one in result.unseen)
    told = f"{states} states" + (
        f", {unseen} transition{'s' * (unseen > 1)} that no walk shows" if unseen else ""
    )
    told += f". {program.nodes:,} nodes; {judged(program, walks_of(walks / f'{name}.test.csv'))}."
    source = code_of(program.source).rstrip().split("\n")
    left = len(source) - LARGEST
    source = source if left <= 0 else [*source[:LARGEST], f"# and {left} more lines"]
    return "\n".join([*lines, told, "", "```python", *source, "```", ""])


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--walks", type=click.Path(path_type=Path), default=Path("runs/machines"), show_default=True)
@click.option("--page", type=click.Path(path_type=Path), help="Write the gallery here.")
def main(folder: Path, walks: Path, page: Path | None) -> None:
    """Read each machine from walks through it, and show the programs."""
    names = sorted((file.stem for file in folder.glob("*.dot")), key=str.lower)
    missing = [name for name in names if not (walks / f"{name}.test.csv").exists()]
    if missing:
        subprocess.run([sys.executable, folder / "walks.py", walks, *missing], check=True)
    text = "\n".join(
        [
            "# Gallery of real machines",
            "",
            "Models of real implementations (Bluetooth LE, MQTT, TCP, TLS, a car alarm, a coffee machine), "
            "which the public AALpy repository has under the MIT licence. netlift saw nothing of them but "
            "4,000 random walks of 20 steps each, and trained no network: `--from data`, seed 0. Docstring "
            "and script lines are left out. Written by `python benchmarks/machine_gallery.py FOLDER --page "
            "docs/gallery_machines.md`.",
            "",
            *(section(name, walks) for name in names),
        ]
    )
    if page is None:
        click.echo(text)
    else:
        write_whole(page, text)


if __name__ == "__main__":
    main()
