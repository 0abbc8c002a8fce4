"""Compare the programs of a run with those frozen before (goldens/CHANGES.md says when, and what changed).

    python benchmarks/goldens.py freeze KIND FOLDER
    python benchmarks/goldens.py compare KIND FOLDER

KIND says who wrote FOLDER: `bench` (netlift bench -o FOLDER), `wild` (benchmarks/wild/run.py FOLDER),
`examples` (examples/run.py -o FOLDER) or `lift` (benchmarks/lift/run.py NETWORKS FOLDER). For `examples` and
`lift` FOLDER may also be what is to be opened: the examples themselves, or the networks that
benchmarks/lift/train.py wrote; then that is done first, in minutes. (Goldens of `lift`
are those of the networks that train.py makes on one machine; others may train otherwise.) The golden of a
task is the code of its program: constants and function, byte for byte, without the docstring (it tells of
claims and versions) and without what follows the function: the lines that make the file a script. `compare`
exits with 1 where a program differs or is missing.
"""

import ast
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np

import netlift
from netlift.report import write_whole

HERE = Path(__file__).parent / "goldens"
EXAMPLES = (".csv", ".jsonl", ".npz")
WORDS = 200  # that a network is opened with, as in lift/run.py
KINDS = ("bench", "wild", "examples", "lift")


def code_of(source: str) -> str:
    """A program's constants and function as they are printed: no docstring, no script lines."""
    tree = ast.parse(source)
    first = last = 0
    for node in tree.body:
        if node is tree.body[0] and isinstance(node, ast.Expr):
            first = node.end_lineno or node.lineno
        if isinstance(node, ast.FunctionDef):
            last = node.end_lineno or node.lineno
    return "\n".join(source.splitlines()[first:last]).strip() + "\n"


def opened_networks(folder: Path) -> Iterator[tuple[str, str | None]]:
    """Each network of a folder with the program that `lift` finds in it, given the words of lift/run.py."""
    sys.path.append(str(HERE.parent / "lift"))
    from languages import LANGUAGES

    for file in sorted(folder.glob("*.safetensors")):
        language = LANGUAGES[json.loads(file.with_suffix(".json").read_text())["training"]["task"]]
        words = language.draw(WORDS, language.length, np.random.default_rng([7, 0]))[0]
        found = netlift.lift(netlift.load_checkpoint(file), words, seed=0).program
        yield file.stem, None if found is None else found.source


def distilled_files(folder: Path) -> Iterator[tuple[str, str | None]]:
    """Each file of a folder with the program that `netlift distill FILE` writes."""
    for file in sorted(one for one in folder.iterdir() if one.suffix in EXAMPLES):
        with tempfile.TemporaryDirectory() as scratch:
            command = [
                sys.executable,
                "-m",
                "netlift",
                "distill",
                str(file),
                "-o",
                scratch + "/out",
                "--quiet",
            ]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            program = Path(scratch) / "out" / "program.py"
            yield file.name, program.read_text() if program.exists() else None


def programs(kind: str, folder: Path) -> Iterator[tuple[str, str | None]]:
    """Each task of a folder with its program's source; None where there is no program."""
    if kind == "lift" and any(folder.glob("*.safetensors")):
        yield from opened_networks(folder)
        return
    if kind == "examples" and not any(folder.glob("*/result.json")):
        yield from distilled_files(folder)
        return
    if kind in ("bench", "examples"):
        for result in sorted(folder.glob("*/result.json")):
            program = result.with_name("program.py")
            yield result.parent.name, program.read_text() if program.exists() else None
        return
    for file in sorted(folder.glob("*.json")):
        row = json.loads(file.read_text())
        if kind == "wild":
            yield f"{row['family']}: {row['task']}", row["program"]
        elif file.name != "all.json":
            yield row["name"], row["netlift"].get("source")


def goldens(kind: str, folder: Path) -> dict[str, str | None]:
    """The code of each program of a folder."""
    return {name: None if source is None else code_of(source) for name, source in programs(kind, folder)}


def compared(before: dict[str, str | None], now: dict[str, str | None]) -> dict[str, list[str]]:
    """The tasks whose code is equal, differs, or stands on one side only."""
    both = [name for name in before if name in now]
    return {
        "equal": [name for name in both if before[name] == now[name]],
        "different": [name for name in both if before[name] != now[name]],
        "missing": [name for name in before if name not in now],
        "new": [name for name in now if name not in before],
    }


def nodes(code: str | None) -> int:
    """Nodes of the syntax tree, contexts left out; 0 where there is no program."""
    if code is None:
        return 0
    return sum(not isinstance(node, ast.expr_context) for node in ast.walk(ast.parse(code)))


@click.group()
def main() -> None:
    """Freeze programs, or compare others with them."""


@main.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
def freeze(kind: str, folder: Path) -> None:
    """Keep the programs of FOLDER as the goldens of this kind."""
    HERE.mkdir(exist_ok=True)
    found = goldens(kind, folder)
    write_whole(HERE / f"{kind}.json", json.dumps(found, indent=1, sort_keys=True) + "\n")
    click.echo(f"{kind}: {len(found)} programs kept")


@main.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
def compare(kind: str, folder: Path) -> int:
    """Compare the programs of FOLDER with the goldens, and show what differs."""
    before = json.loads((HERE / f"{kind}.json").read_text())
    now = goldens(kind, folder)
    found = compared(before, now)
    click.echo(f"{kind}: " + ", ".join(f"{len(names)} {word}" for word, names in found.items()))
    for name in found["different"]:
        click.echo(f"\n{name}: {nodes(before[name])} nodes became {nodes(now[name])}")
        click.echo(f"--- before\n{before[name]}--- now\n{now[name]}")
    for word in ("missing", "new"):
        for name in found[word]:
            click.echo(f"{word}: {name}")
    return 1 if found["different"] or found["missing"] else 0


if __name__ == "__main__":
    raise SystemExit(main(standalone_mode=False))
