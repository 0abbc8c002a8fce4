"""The command that makes every page of figures knows the pages, and the commands that make them."""

import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

ROOT = Path(__file__).parents[2]
BY_OTHERS = {"OTHERS.md", "READING.md", "SPEED.md", "ALL.md"}  # what they need lies outside, as the head says


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    sys.modules["netlift_all_pages"] = module = type(sys)("netlift_all_pages")  # where its data class looks
    module.__dict__.update(runpy.run_path(str(ROOT / "benchmarks" / "all.py"), run_name="netlift_all_pages"))
    return vars(module)


def test_every_page_has_its_command(script: dict[str, Any]) -> None:
    written = [*ROOT.glob("benchmarks/*.md"), *ROOT.glob("benchmarks/wild/*.md"), ROOT / "RESULTS.md"]
    names = {str(page.relative_to(ROOT)) for page in written if page.name not in BY_OTHERS}
    assert names - {page.name for page in script["PAGES"]} == set()
    with pytest.raises(
        click.UsageError, match="--only typo: no page has that in its name; there are RESULTS"
    ):
        script["main"].main(["runs", "--only", "typo", "--list"], standalone_mode=False)


def test_every_command_is_one(script: dict[str, Any]) -> None:
    for page in script["PAGES"]:
        for first, *words in page.commands:
            if first == "-m":
                continue
            text = (ROOT / first).read_text(encoding="utf-8")
            for word in words:
                assert not word.startswith("-") or f'"{word}"' in text, (first, word)
        told = [word for command in page.commands for word in command]
        assert page.name in told or page.copied or page.name == "examples/README.md"


def test_pages_are_made_in_turn_and_a_failure_costs_no_other(
    script: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []

    def run(words: list[str], **_: Any) -> Any:
        if words[0] == sys.executable:
            ran.append(words[1:])
        return SimpleNamespace(returncode=int("lift/train" in words[1]), stdout="abc123\n")

    copied: list[str] = []
    told = script["machine"]()
    monkeypatch.setattr(script["shutil"], "copyfile", lambda _, to: copied.append(str(to.relative_to(ROOT))))
    monkeypatch.setattr(script["subprocess"], "run", run)
    target = tmp_path / "ALL.md"
    only = ["--only", "LIFT.md,NOISE", "--page", str(target)]
    assert script["main"].main([str(tmp_path / "work"), *only], standalone_mode=False) == 1
    networks = str(tmp_path / "work" / "lift_networks")
    trained = ["benchmarks/lift/train.py", networks]
    assert ran[:2] == [trained, trained]
    assert ran[2][:2] == ["benchmarks/noise.py", "--out"]
    assert copied == ["benchmarks/NOISE.md", "benchmarks/NOISE.json"]
    rows = json.loads((tmp_path / "work" / "all.json").read_text())
    assert [row["failed"] == "" for row in rows.values()] == [False, False, True]
    page = target.read_text()
    assert f"On {told.split(',')[0]}" in page
    assert "| benchmarks/NOISE.md | 0.0 | abc123 |  |" in page
    assert "train.py" in page
