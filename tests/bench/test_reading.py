"""Question sheets for blind reading: benchmarks/reading.py."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from netlift.program import Program

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

TURNSTILE = """digraph g {
s0 [label="s0"];
s1 [label="s1"];
s0 -> s1 [label="coin/thanks"];
s0 -> s0 [label="push/locked"];
s1 -> s1 [label="coin/again"];
s1 -> s0 [label="push/open"];
__start0 -> s0;
}
"""


@pytest.fixture(scope="module")
def reading() -> Iterator[ModuleType]:
    """The script, with the scripts beside it that it imports."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("reading")
        for name in ("reading", "readability_machines", "machine_references"):
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def made(reading: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sheets about a turnstile, and their key."""
    folder = tmp_path_factory.mktemp("reading")
    (folder / "turnstile.dot").write_text(TURNSTILE)
    said = CliRunner().invoke(reading.main, ["sheets", str(folder), str(folder / "sheets")])
    assert said.exit_code == 0, said.output
    return folder


def test_both_forms_get_the_same_questions_and_no_answers(reading: ModuleType, made: Path) -> None:
    """What differs between the two sheets is the program alone."""
    sheets = [(made / "sheets" / form / "turnstile.md").read_text() for form in reading.FORMS]
    asked = [sheet.split("## Questions")[1] for sheet in sheets]
    assert asked[0] == asked[1]
    assert sheets[0] != sheets[1]
    key = json.loads((made / "sheets.key.json").read_text())["turnstile"]
    assert len(key) == len({q["text"] for q in key}) == 10
    assert all("right" not in sheet for sheet in asked)


def test_the_key_is_what_the_printed_program_answers(reading: ModuleType, made: Path) -> None:
    """A question after a word has the letter of what either printed program says."""
    key = json.loads((made / "sheets.key.json").read_text())["turnstile"]
    asked = [q for q in key if q["kind"] == "after a word"]
    assert asked
    for form in reading.FORMS:
        text = (made / "sheets" / form / "turnstile.md").read_text()
        program = Program(text.split("```python\n")[1].split("```")[0])
        letters = dict(zip(sorted(["again", "locked", "open", "thanks"]), "ABCD", strict=True))
        for q in asked:
            before, _, last = (
                q["text"].removeprefix("After the events ").partition(": what is the answer to ")
            )
            word = [*before.split(", "), last.split("?")[0]]
            assert q["right"] == letters[program(word)[-1]]


def test_marks_count_what_is_right_and_what_is_missing(reading: ModuleType, made: Path) -> None:
    """Right answers in another spelling count; wrong ones and missing ones do not."""
    right = json.loads((made / "sheets.key.json").read_text())
    full = [q["right"] for q in right["turnstile"]]
    spelled = [[*reversed(one)] if isinstance(one, list) else f" {one} " for one in full]
    assert reading.marks(right, {"turnstile": spelled})["turnstile"] == [True] * 10
    assert reading.marks(right, {"turnstile": full[:4]})["turnstile"] == [True] * 4 + [False] * 6
    assert not any(reading.marks(right, {"turnstile": ["?"] * 10})["turnstile"])
    (made / "answers.json").write_text(json.dumps({"turnstile": full[:9]}))
    key, given = str(made / "sheets.key.json"), f"rules={made / 'answers.json'}"
    page = CliRunner().invoke(reading.main, ["mark", key, given, "--said", "One reader."])
    assert "| **all** | 9 of 10, 90% |" in page.output
    assert "One reader." in page.output


def test_the_same_seed_makes_the_same_sheets(reading: ModuleType, made: Path, tmp_path: Path) -> None:
    """Another run writes the same bytes."""
    CliRunner().invoke(reading.main, ["sheets", str(made), str(tmp_path / "sheets")])
    for form in reading.FORMS:
        path = f"sheets/{form}/turnstile.md"
        assert (tmp_path / path).read_bytes() == (made / path).read_bytes()
