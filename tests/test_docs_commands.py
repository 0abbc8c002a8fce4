"""The commands that the pages show a user are run, in their order, in a folder with the files they take.

Scripts, which take minutes to hours, are run by `pytest -m slow`, with small sizes, in a copy of the repo.
What README pipes into a program is run by `tests/test_docs.py`, what needs a model of transformers' by
`tests/networks/test_transformers.py`. The table at the end of CONTRIBUTING.md names what nothing runs, and
why; a block that is neither run nor there fails here.
"""

import csv
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import netlift
from netlift.cli import run
from test_docs import COMMANDS, MENTIONED, RECIPES, ROOT, STANDS_FOR

SHOWN = {  # what is written smaller here, so that it takes seconds, or stands for a file of one's own
    "--seeds 0-19": "--seeds 0-1 --tasks bitwise_not --jobs 1",
    "DIR": "runs/mine",
    "--to FORMAT": "--to c",
    "0..9": "0..1",
    "--snap": "",
    "--domain next|examples": "--domain examples",
}
SLOW = r"python benchmarks/|python examples/|cp |ruff |mypy|python -m pytest tests/"
ELSEWHERE = r"echo|netlift lift folder"  # see above
READ = ("README.md", "CONTRIBUTING.md", "docs/")  # whose commands are accounted for
PAGES = (
    "README.md",
    "docs/data.md",
    "docs/start.md",
    "docs/terminal.md",
    "docs/exports.md",
    "docs/lift.md",
    "docs/proofs.md",
)
GIVEN = STANDS_FOR | {"CHECKPOINT": "network.safetensors", "N": "10000000", "SECONDS": "600"}
PROGRAM = """
def program(inputs):
    before = 0
    outputs = []
    for x in inputs:
        outputs.append(before)
        before = x
    return outputs
"""


def not_run() -> set[str]:
    """The commands in the table of CONTRIBUTING.md of what no test runs."""
    _, table = (ROOT / "CONTRIBUTING.md").read_text().split("## What no test runs\n")
    told = re.findall(r"^\| (`.*?`) \| \w", table.split("\n## ")[0], re.MULTILINE)
    return {command for cell in told for command in re.findall(r"`([^`]+)`", cell)}


def commands(page: str) -> list[str]:
    """What the page shows, without what is left out, and with optional parts that have a value."""
    found = []
    for line in (line for where, line in COMMANDS if where == Path(page)):
        if line in not_run() or re.match(f"{SLOW}|{ELSEWHERE}", line):
            continue
        line = re.sub(r"^\.venv/bin/", "", line)
        line = re.sub(r"\[[^]]*--quiet[^]]*\]", "", line)
        if line.startswith("netlift lift"):
            line = line.replace("DIR", "runs/lifted")
        for word, other in SHOWN.items():
            line = line.replace(word, other)
        found.append(re.sub(r"[\[\]]", "", line) if line.startswith("netlift") else line)
    words = (" ".join(GIVEN.get(word, word) for word in line.split(" ")) for line in found)
    return list(dict.fromkeys(words))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a user who has read the page: data, a log, a program, and a finished run."""
    monkeypatch.chdir(tmp_path)
    opened: list[str] = []  # instead of a browser
    monkeypatch.setattr("click.launch", opened.append)
    rng = random.Random(0)
    words = [[rng.randrange(2) for _ in range(8)] for _ in range(400)]
    answers = [[0, *word[:-1]] for word in words]  # the input before: fitted in closed form, and two states
    with open("data.jsonl", "w") as lines:
        for word, answer in zip(words, answers, strict=True):
            lines.write(json.dumps({"inputs": word, "targets": answer}) + "\n")
    with open("data.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["sequence", "step", "x", "y"])
        pairs = (zip(word, answer, strict=True) for word, answer in zip(words, answers, strict=True))
        rows.writerows([n, t, x, y] for n, pair in enumerate(pairs) for t, (x, y) in enumerate(pair))
    for name in ("log.csv", "new_log.csv"):
        with open(name, "w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["case_id", "timestamp", "activity", "payments"])
            for n in range(300):
                paid = 0
                for t in range(6):
                    paid = min(2, paid + (act := rng.randrange(2)))
                    rows.writerow([n, f"2024-01-01T00:00:{t:02}", ("look", "pay")[act], paid])
    with open("heater.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["run", "t", "u", "T"])
        for n in range(30):
            warm = 20.0
            for t in range(20):
                warm += 0.5 * (on := rng.randrange(2)) - 0.05 * (warm - 15)
                rows.writerow([n, t, on, f"{warm:.2f}"])
    for name in ("wanted.py", "other.py"):
        Path(name).write_text(PROGRAM)
    result = netlift.distill(words, answers)
    result.save("runs/mine")
    for name in ("certificate.json", "program.py", "network.safetensors", "network.json"):
        shutil.copy(f"runs/mine/{name}", name)
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_shows_is_run(page: str, place: Path) -> None:
    lines = commands(page)
    assert lines
    for line in lines:
        if line.startswith("netlift "):
            assert run(shlex.split(line)[1:]) == 0, line
        else:
            done = shell(line, place)
            assert (done.returncode, done.stderr) == (0, ""), line


def test_what_the_page_on_data_names_is_run(place: Path) -> None:
    """`netlift inspect FILE` and its like stand inside of sentences there."""
    named = [line for page, line in MENTIONED if page == Path("docs/data.md")]
    lines = [line for line in named if line != "netlift run"]
    assert lines == [
        "netlift inspect FILE",
        "netlift distill --config config.toml",
        "netlift run DIR LOG",
    ]
    assert run(shlex.split("distill data.csv -o runs/one")) == 0
    shutil.copy("runs/one/config.toml", "config.toml")
    for line in lines:
        given = line.replace("FILE", "data.csv").replace("DIR", "runs/one").replace("LOG", "data.csv")
        assert run(shlex.split(given)[1:]) == 0, line


def test_every_block_is_run_or_the_reason_is_told() -> None:
    """A new page, a new kind of block or a new command is run by a test, or told in CONTRIBUTING.md."""
    shown = [(page, line) for page, line in COMMANDS if page.as_posix().startswith(READ)]
    ran = [(page, line) for page, line in shown if re.match(f"{SLOW}|{ELSEWHERE}", line)]
    ran += [(page, line) for page, line in shown if page.as_posix() in PAGES and "netlift" in line]
    named = {line for page, line in MENTIONED if page.as_posix().startswith(READ)}
    assert {line for page, line in shown if (page, line) not in ran} | (named & not_run()) == not_run()
    python = {Path(page) for page in ("README.md", "CONTRIBUTING.md", "docs/data.md", "docs/lift.md")}
    python |= {Path("docs/how.md"), Path("docs/gallery.md"), Path("docs/gallery_machines.md"), *RECIPES}
    python |= {page.relative_to(ROOT) for page in (ROOT / "docs" / "notebooks").glob("*.md")}
    known = {
        "python": python,  # tests/test_docs.py; notebooks: tests/test_site.py
        # the last by tests/networks/test_transformers.py
        "json": {Path("docs/lift.md"), Path("docs/start.md"), Path("docs/networks.md")},
        "sh": {Path("docs/terminal.md")},  # here
        "mermaid": {Path("docs/architecture.md")},  # docs/structure.py draws it anew
        "{toctree}": {Path("docs/index.md")},  # tests/test_site.py
        "{eval-rst}": {Path("docs/reference.md")},
        "text": {
            Path("README.md"),
            *(Path("docs") / f"{page}.md" for page in ("how", "architecture", "cluster", "faithfulness")),
        },
    }
    found: dict[str, set[Path]] = {}
    for file in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")):
        for kind in re.findall(r"^```([^\n`]*)\n.*?^```$", file.read_text(), re.MULTILINE | re.DOTALL):
            found.setdefault(kind, set()).add(file.relative_to(ROOT))
    assert found == known


SMALL = {  # what a script is given besides, so that it takes seconds to minutes
    "netlift bench": "--tasks bitwise_not --jobs 1",
    "python benchmarks/all.py": "--list",
    "python benchmarks/wild/run.py": "--first 1 --jobs 1 --budget 20",
    "python benchmarks/breadth.py": "--only changes --budget 20",
    "python benchmarks/semantics/run.py": "--programs 100 --pairs 10",
    "python benchmarks/mutations.py": "--count 20",
    "python benchmarks/faithfulness.py": "bitwise_not --trials 100",
}
# 1 of these says that what was measured is not all that is wanted, as it is not of one task
MAY_SAY_NO = ("python benchmarks/readability.py", "python benchmarks/goldens.py")
BENCH = "runs/bench/seed-0"
FOLDERS = {"FOLDER": BENCH, "BENCH_FOLDER": BENCH, "RUNS": "runs", "FILE": "light.pt"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the repo, in which scripts may write their pages."""
    left = shutil.ignore_patterns(".git", "runs", "shared", ".*_cache", "__pycache__", ".hypothesis")
    shutil.copytree(ROOT, tmp_path / "tree", ignore=left)
    return tmp_path / "tree"


@pytest.mark.slow
@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_scripts_of_a_page_run(page: str, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    bench = next(line for _, line in COMMANDS if line.startswith("netlift bench --seeds"))
    lines = [line for where, line in COMMANDS if where == Path(page) and re.match(SLOW, line)]
    assert lines
    for line in [bench.replace("0-9", "0-1"), *lines] if page == "README.md" else lines:
        ended(line, tree)


@pytest.mark.slow
def test_the_scripts_that_pages_name_run(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those inside of sentences; tests by their names are run by name of themselves."""
    monkeypatch.chdir(tree)
    told = not_run()
    named = {line for page, line in MENTIONED if page.as_posix().startswith(READ)}
    lines = sorted(line for line in named if line.startswith("python ") and line not in told)
    assert len(lines) >= 8
    browser = bool(shutil.which("chromium") and find_spec("playwright"))
    needed = {"pictures/take.py": browser, "build_site.py": bool(find_spec("sphinx"))}  # extras
    ended("netlift bench --seeds 0-1 -o runs/bench", tree)
    shutil.copytree("runs/bench/seed-0/bitwise_not", "runs/max_seen")  # a run, for a picture
    for line in lines:
        if all(there for script, there in needed.items() if script in line):
            ended(line, tree)


def ended(line: str, tree: Path) -> None:
    """Run a command in the copy, in a small size; it ends as it has to."""
    small = next((f" {more}" for begin, more in SMALL.items() if line.startswith(begin)), "")
    words = [FOLDERS.get(word, word) for word in (line + small).split(" ")]
    done = shell(" ".join(words), tree)
    codes = {0, 1} if line.startswith(MAY_SAY_NO) else {0}
    assert done.returncode in codes, f"{line}\n{done.stdout[-2_000:]}{done.stderr[-2_000:]}"
    assert "Traceback" not in done.stderr, line


def shell(line: str, place: Path) -> subprocess.CompletedProcess[str]:
    """A line for a shell, in which `netlift` and `python` are those of the tests."""
    folder = place / "bin"
    folder.mkdir(exist_ok=True)
    modules = (("netlift", "-m netlift "), ("python", ""), ("ruff", "-m ruff "), ("mypy", "-m mypy "))
    for name, given in modules:
        (folder / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {given}"$@"\n')
        (folder / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    line = re.sub(r"eval \"\$\((.*zsh.*)\)\"", r"\1", line)  # what another shell would read is made, at least
    line = line.replace("| source", "")
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, env=environment)
