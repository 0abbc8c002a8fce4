"""The example files, as a user would distil them."""

import json
from pathlib import Path

import pytest

from netlift.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = sorted(p.name for p in EXAMPLES.iterdir() if p.suffix in (".csv", ".jsonl", ".npz"))


def solved(name: str, folder: Path) -> str:
    """The program of one example."""
    with pytest.raises(SystemExit) as stopped:
        main(["distill", str(EXAMPLES / name), "-o", str(folder), "--quiet"])
    assert stopped.value.code == 0
    assert json.loads((folder / "result.json").read_text())["solved"]
    return (folder / "program.py").read_text()


def test_the_page_shows_every_example() -> None:
    page = (EXAMPLES / "README.md").read_text()
    assert len(FILES) == 10
    assert all(f"## {name}\n" in page for name in FILES)


def test_a_log_of_events_becomes_a_program(tmp_path: Path) -> None:
    assert '"unlocked" if x == "coin" else "locked"' in solved("turnstile.csv", tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_every_example_is_solved_as_its_page_shows(name: str, tmp_path: Path) -> None:
    program = solved(name, tmp_path)
    body = program[program.index("def program") : program.index("\n\nif __name__")].strip()
    assert body in (EXAMPLES / "README.md").read_text()
