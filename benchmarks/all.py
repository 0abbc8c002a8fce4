"""Write every page of figures again, by one command, and say on which machine.

    python benchmarks/all.py FOLDER [--only PAGE,...] [--machines DIR] [--list] [--page benchmarks/ALL.md]

FOLDER keeps what the pages are made from; most benchmarks go on there, so that a command which was stopped,
or failed, can be given again. The pages are made one after the other, each by the command that its head
names; one that fails costs no other. DIR holds models of machines (.dot) and walks.py, which draws walks
through them; without it pages that need them are left out. Always left out are those of benchmarks/others.py
(networks of others), reading.py (answers of readers) and speed.py (an older commit beside this one). All of
it takes many hours: begin with --list. It needs `pip install -e '.[benchmark,test]' gplearn pyoperon`.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import click

from netlift.report import write_whole

ROOT = Path(__file__).parent.parent
NETLIFT = ("-m", "netlift")
BENCH, NETWORKS, WALKS = "{folder}/bench", "{folder}/lift_networks", "{folder}/walks"
LIBRARIES = ("numpy", "scipy", "numba", "torch")


@dataclass(frozen=True)
class Page:
    """A page, what follows `python` to make it (each command in turn), and whether machines are needed.

    `copied` are files of the run, each with its place in the repository.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    machines: bool = False
    copied: tuple[tuple[str, str], ...] = ()


TRAINED = ("benchmarks/lift/train.py", NETWORKS)
PAGES = (
    Page(
        "RESULTS.md",
        ((*NETLIFT, "bench", "--seeds", "0-19", "-o", BENCH),),
        copied=(
            (f"{BENCH}/RESULTS.md", "RESULTS.md"),
            (f"{BENCH}/seed-0/bench.json", "benchmarks/bench.json"),
        ),
    ),
    Page(
        "benchmarks/READABILITY.md",
        (
            (
                "benchmarks/readability.py",
                f"{BENCH}/seed-0",
                "-o",
                "benchmarks/READABILITY.md",
                "--gallery",
                "docs/gallery.md",
            ),
        ),
    ),
    Page(
        "benchmarks/PROOFS.md",
        (
            (
                "benchmarks/proofs.py",
                *(f"{BENCH}/seed-{seed}" for seed in range(3)),
                "--page",
                "benchmarks/PROOFS.md",
            ),
        ),
    ),
    Page(
        "benchmarks/MUTATIONS.md",
        (("benchmarks/mutations.py", f"{BENCH}/seed-0", "-o", "benchmarks/MUTATIONS.md"),),
    ),
    Page(
        "benchmarks/EARLY.md",
        (("benchmarks/early.py", "-o", "benchmarks/EARLY.md", "--bench", f"{BENCH}/seed-0/bench.json"),),
    ),
    Page(
        "benchmarks/TRAINING.md",
        (("benchmarks/training.py", "{folder}/training", "--page", "benchmarks/TRAINING.md"),),
    ),
    Page(
        "benchmarks/GROWTH.md",
        (("benchmarks/growth.py", "{folder}/growth", "--page", "benchmarks/GROWTH.md"),),
    ),
    Page(
        "benchmarks/SYMBOLIC.md",
        (("benchmarks/symbolic.py", "{folder}/symbolic", "--page", "benchmarks/SYMBOLIC.md"),),
    ),
    Page(
        "benchmarks/FAULTS.md", (("benchmarks/faults.py", "{folder}/faults", "-o", "benchmarks/FAULTS.md"),)
    ),
    Page(
        "benchmarks/LIFT.md",
        (TRAINED, ("benchmarks/lift/run.py", NETWORKS, "{folder}/lift", "--page", "benchmarks/LIFT.md")),
    ),
    Page(
        "benchmarks/PROOFS_LIFT.md",
        (
            TRAINED,
            (
                "benchmarks/lift/proofs.py",
                NETWORKS,
                "{folder}/lift_proofs",
                "--page",
                "benchmarks/PROOFS_LIFT.md",
            ),
        ),
    ),
    Page(
        "benchmarks/PLUGINS.md",
        (
            ("benchmarks/plugins.py", "run", "{folder}/plugins"),
            ("benchmarks/plugins.py", "page", "{folder}/plugins", "--page", "benchmarks/PLUGINS.md"),
        ),
    ),
    Page(
        "benchmarks/SEMANTICS.md",
        (("benchmarks/semantics/run.py", "{folder}/semantics", "-o", "benchmarks/SEMANTICS.md"),),
    ),
    Page(
        "benchmarks/NOISE.md",
        (
            ("benchmarks/noise.py", "--out", "{folder}/NOISE.md"),
        ),  # rows that are kept there are not run again
        copied=tuple((f"{{folder}}/NOISE.{kind}", f"benchmarks/NOISE.{kind}") for kind in ("md", "json")),
    ),
    Page("benchmarks/LARGE.md", (("benchmarks/large.py", "--cores", "1", "--page", "benchmarks/LARGE.md"),)),
    Page(
        "benchmarks/READABILITY_PAIRS.md",
        (("benchmarks/readability_measure.py", "-o", "benchmarks/READABILITY_PAIRS.md"),),
    ),
    Page("docs/faithfulness.md", (("benchmarks/faithfulness.py", "--page", "docs/faithfulness.md"),)),
    Page("examples/README.md", (("examples/run.py",),)),
    *(
        Page(
            f"benchmarks/wild/{part.upper()}.md",
            (
                (
                    "benchmarks/wild/run.py",
                    f"{{folder}}/{part}",
                    "--part",
                    part,
                    "--page",
                    f"benchmarks/wild/{part.upper()}.md",
                ),
            ),
        )
        for part in ("seen", "unseen")
    ),
    Page(
        "benchmarks/wild/SEARCH_UNSEEN.md",
        (
            (
                "benchmarks/wild/search.py",
                "--part",
                "unseen",
                "--page",
                "benchmarks/wild/SEARCH_UNSEEN.md",
            ),
        ),
    ),
    Page(
        "benchmarks/MACHINES.md",
        (("benchmarks/machines.py", "{machines}", "--walks", WALKS, "--out", "benchmarks/MACHINES.md"),),
        machines=True,
    ),
    Page(
        "docs/gallery_machines.md",
        (
            (
                "benchmarks/machine_gallery.py",
                "{machines}",
                "--walks",
                WALKS,
                "--page",
                "docs/gallery_machines.md",
            ),
        ),
        machines=True,
    ),
    Page(
        "benchmarks/READABILITY_MACHINES.md",
        (
            (
                "benchmarks/readability_machines.py",
                "{machines}",
                "--wild",
                "24",
                "-o",
                "benchmarks/READABILITY_MACHINES.md",
            ),
        ),
        machines=True,
    ),
    Page(
        "benchmarks/OWN.md",
        (
            ("benchmarks/others/train_own.py", "{folder}/own"),
            ("benchmarks/own.py", "{folder}/own", "-o", "benchmarks/OWN.md"),
        ),
    ),
    Page(
        "benchmarks/PAGE.md",
        (
            TRAINED,
            (
                "benchmarks/page_cost.py",
                "--networks",
                NETWORKS,
                "--walks",
                WALKS,
                "--page",
                "benchmarks/PAGE.md",
            ),
        ),
        machines=True,
    ),
)


def filled(command: tuple[str, ...], folder: Path, machines: Path | None) -> list[str]:
    """What follows `python`, with the folders of this run."""
    return [part.format(folder=folder.absolute(), machines=machines) for part in command]


def machine() -> str:
    """The machine that the pages are made on, in a line."""
    cpu = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                cpu = line.partition(":")[2].strip()
                break
        memory = f", {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB of memory"
    except (OSError, ValueError):
        memory = ""
    libraries = ", ".join(f"{name} {_version(name)}" for name in LIBRARIES)
    return (
        f"{cpu}, {os.cpu_count()} cores{memory}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {libraries}"
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except ImportError:
        return "(none)"


def made(page: Page, folder: Path, machines: Path | None) -> dict[str, object]:
    """Make a page: its seconds, and how it failed, if it did."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    started, failed = time.monotonic(), ""
    for command in page.commands:
        words = [sys.executable, *filled(command, folder, machines)]
        code = subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode
        if code:
            failed = f"{' '.join(command[:3])} ended with exit code {code}"
            break
    else:
        for source, place in page.copied:
            shutil.copyfile(filled((source,), folder, machines)[0], ROOT / place)
    asked = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    seconds = round(time.monotonic() - started)
    return {"seconds": seconds, "failed": failed, "commit": commit, "machine": machine()}


def report(rows: dict[str, dict[str, object]]) -> str:
    """Which pages were made, when, and on which machine."""
    lines = [
        "# Pages of figures, made again",
        "",
        "Written by `python benchmarks/all.py`, whose head says how.",
    ]
    for one in dict.fromkeys(str(row["machine"]) for row in rows.values()):
        lines += ["", f"On {one}:", "", "| page | minutes | commit | |", "|---|---:|---|---|"]
        lines += [
            f"| {name} | {float(str(row['seconds'])) / 60:.1f} | {row['commit']} | {row['failed']} |"
            for name, row in rows.items()
            if row["machine"] == one
        ]
    return "\n".join(lines) + "\n"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--only", help="Only these pages: parts of their names, with commas.")
@click.option("--machines", type=click.Path(exists=True, path_type=Path), help="Models of machines.")
@click.option("--list", "listed", is_flag=True, help="Make nothing: print the commands.")
@click.option("--page", "target", type=click.Path(path_type=Path), help="Say here what was made.")
def main(folder: Path, only: str | None, machines: Path | None, listed: bool, target: Path | None) -> int:
    """Make all pages of figures anew; 1 where one failed."""
    wanted = None if only is None else only.split(",")
    chosen = [
        page
        for page in PAGES
        if (wanted is None or any(part in page.name for part in wanted)) and (machines or not page.machines)
    ]
    if not chosen:
        among = ", ".join(page.name for page in PAGES if machines or not page.machines)
        raise click.UsageError(f"--only {only}: no page has that in its name; there are {among}")
    if listed:
        for page in chosen:
            for command in page.commands:
                click.echo(f"{page.name:36} python {' '.join(filled(command, folder, machines))}")
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "all.json"
    rows: dict[str, dict[str, object]] = json.loads(kept.read_text()) if kept.exists() else {}
    for page in chosen:
        click.echo(f"{page.name} ...")
        rows[page.name] = made(page, folder, machines)
        click.echo(f"{page.name}: {rows[page.name]['failed'] or 'made'} in {rows[page.name]['seconds']} s")
        write_whole(kept, json.dumps(rows, indent=1) + "\n")
        if target is not None:
            write_whole(target, report(rows))
    return int(any(rows[page.name]["failed"] for page in chosen))


if __name__ == "__main__":
    raise SystemExit(main(standalone_mode=False))
