"""The commands that the pages show a user are run, in their order, in a folder with the files they take.

Not here: `pip`, `venv` and the commands of CONTRIBUTING.md, which `.ci/run` runs itself; `benchmarks/` and
`examples/` scripts, which take minutes to hours (`tests/test_docs.py` holds their options against them); and
`netlift lift folder` of docs/networks.md, which needs a model of transformers' (tests/networks). What README
pipes into a program is run by `tests/test_docs.py`.
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
from pathlib import Path

import pytest

import netlift
from netlift.cli import run
from test_docs import COMMANDS, STANDS_FOR

SHOWN = {  # what is written smaller here, so that it takes seconds, or stands for a file of one's own
    "--seeds 0-9": "--seeds 0-1 --tasks bitwise_not --jobs 1",
    "DIR": "runs/mine",
    "--to FORMAT": "--to c",
    "0..9": "0..1",
    "--snap": "",
    "--domain next|examples": "--domain examples",
}
LEFT_OUT = (
    r"echo|pip|python3? -m venv|cp |python benchmarks/|python examples/|.*python -m pytest|data ->|Sequences"
)
PAGES = (
    "README.md",
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


def commands(page: str) -> list[str]:
    """What the page shows, without what is left out, and with optional parts that have a value."""
    found = []
    for line in (line for where, line in COMMANDS if where == Path(page)):
        line = re.sub(r"^\.venv/bin/", "", line)
        if re.match(LEFT_OUT, line):
            continue
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


def shell(line: str, place: Path) -> subprocess.CompletedProcess[str]:
    """A line for a shell, in which `netlift` and `python` are those of the tests."""
    folder = place / "bin"
    folder.mkdir(exist_ok=True)
    for name, given in (("netlift", "-m netlift "), ("python", "")):
        (folder / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {given}"$@"\n')
        (folder / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    line = re.sub(r"eval \"\$\((.*zsh.*)\)\"", r"\1", line)  # what another shell would read is made, at least
    line = line.replace("| source", "")
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, env=environment)
