"""Golden programs: what was frozen is compared byte for byte, and a difference is an error."""

import json
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = '"""Told."""\n\n\ndef program(inputs):\n    return inputs\n\n\n# As a script\n'


def goldens(home: Path, *arguments: str) -> int:
    """The exit code of the script, which keeps its goldens in `home`."""
    script = runpy.run_path(str(ROOT / "benchmarks" / "goldens.py"))
    script["main"].commands["freeze"].callback.__globals__["HERE"] = home
    code = script["main"].main([*arguments], standalone_mode=False)
    return code or 0


def written(folder: Path, kind: str, source: str) -> Path:
    """A run of one task, as the script of this kind writes it."""
    folder.mkdir()
    if kind in ("bench", "examples"):
        (folder / "one").mkdir()
        (folder / "one" / "result.json").write_text("{}")
        (folder / "one" / "program.py").write_text(source)
    elif kind == "wild":
        (folder / "1.json").write_text(json.dumps({"family": "f", "task": "t", "program": source}))
    else:
        (folder / "one.json").write_text(json.dumps({"name": "one", "netlift": {"source": source}}))
        (folder / "all.json").write_text("{}")
    return folder


@pytest.mark.parametrize("kind", ["bench", "wild", "examples", "lift"])
def test_a_program_that_differs_is_an_error(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = written(tmp_path / "before", kind, SOURCE)
    same = written(tmp_path / "same", kind, SOURCE.replace("Told", "Told otherwise"))
    other = written(tmp_path / "other", kind, SOURCE.replace("return inputs", "return inputs[:]"))
    home = tmp_path / "goldens"
    assert goldens(home, "freeze", kind, str(before)) == 0
    assert list(json.loads((home / f"{kind}.json").read_text()).values()) == [
        "def program(inputs):\n    return inputs\n"
    ]
    assert goldens(home, "compare", kind, str(same)) == 0
    assert goldens(home, "compare", kind, str(other)) == 1
    assert "nodes became" in capsys.readouterr().out


def test_the_files_of_examples_may_be_given_themselves(tmp_path: Path) -> None:
    folder, home = tmp_path / "files", tmp_path / "goldens"
    folder.mkdir()
    rows = [[[i >> 2 & 1, i >> 1 & 1, i & 1, i >> 3 & 1]] * 2 for i in range(16)]
    lines = [json.dumps({"inputs": inputs, "targets": outputs}) for inputs, outputs in rows]
    (folder / "same.jsonl").write_text("\n".join(lines) + "\n")
    assert goldens(home, "freeze", "examples", str(folder)) == 0
    assert "outputs.append(x)" in json.loads((home / "examples.json").read_text())["same.jsonl"]
