"""Programs from the data alone: in seconds, without a network, and silent on what was never seen."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import netlift
from netlift.cli._main import run
from netlift.core._clock import OutOfTimeError
from netlift.core._errors import InputError
from netlift.program import run_fresh
from netlift.sources import _merged
from server_by_hand import SYMBOLS, session


def sessions(count: int) -> tuple[list[list[str]], list[list[str]]]:
    rng = np.random.default_rng(3)
    inputs = [[SYMBOLS[n] for n in rng.integers(4, size=rng.integers(6, 15))] for _ in range(count)]
    return inputs, [session(one) for one in inputs]


def test_a_server_is_read_without_a_network() -> None:
    inputs, targets = sessions(400)
    result = netlift.distill(inputs, targets, source="data")
    assert result.solved
    assert result.network is None
    assert result.source == result.facts()["from"] == "data"
    assert result.states == 3
    assert result.unseen == ()
    assert result.program is not None
    assert "no network was trained" in result.program.source
    longer = [SYMBOLS[n] for n in np.random.default_rng(9).integers(4, size=100)]
    assert result.program(longer) == session(longer)


def test_a_budget_that_ends_first_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def spent(*_: Any) -> None:
        raise OutOfTimeError

    monkeypatch.setattr(_merged, "machine_of", spent)
    inputs, answers = sessions(50)
    result = netlift.distill(inputs, answers, source="data", budget=60)
    assert result.reason.startswith("the budget of 60 seconds is spent; no machine of at most")


def test_what_was_never_seen_is_listed_and_refused_by_name(tmp_path: Path) -> None:
    inputs, targets = sessions(60)
    inputs, targets = [*map(list, inputs)], [*map(list, targets)]
    for word in inputs:  # nobody opens what is logged in
        state = "closed"
        for step, symbol in enumerate(word):
            if state == "in" and symbol == "open":
                word[step] = "put"
            state = {"open": "opened" if state == "closed" else state, "close": "closed"}.get(
                word[step], state
            )
            state = "in" if word[step] == "login" and state == "opened" else state
    targets = [session(word) for word in inputs]
    result = netlift.distill(inputs, targets, source="data")
    assert result.unseen == (
        {"state": result.unseen[0]["state"], "after": ["open", "login"], "inputs": ["open"]},
    )
    assert result.machine is None
    assert result.program is not None
    assert 'after "open", "login"): "open"' in " ".join(result.program.source.split())
    with pytest.raises(KeyError, match="open"):
        result.program(["open", "login", "open"])
    result.save(tmp_path)
    assert json.loads((tmp_path / "result.json").read_text())["unseen"] == [dict(result.unseen[0])]
    assert run_fresh(tmp_path / "program.py", inputs) == targets
    asked = subprocess.run(
        [sys.executable, tmp_path / "program.py"],
        input='["open", "login", "open"]\n',
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 2
    assert asked.stdout == ""
    assert re.fullmatch(r"line 1: no data showed what comes for \(.*, 'open'\): .*\n", asked.stderr)


def test_a_counter_is_no_solved_machine() -> None:
    inputs = np.random.default_rng(0).integers(0, 2, size=(600, 8))
    result = netlift.distill(inputs, np.cumsum(inputs, axis=1), source="data")
    assert not result.solved
    assert "too few to tell the machine" in result.reason


def test_sessions_too_few_are_not_called_solved() -> None:
    result = netlift.distill([["open", "close"]], [["ok", "bye"]], source="data")
    assert not result.solved
    assert "nothing could be held out" in result.reason


def test_the_same_seed_gives_the_same_result() -> None:
    one, other = (netlift.distill(*sessions(80), source="data", seed=4) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"source": "log"}, "source is 'log'; expected 'network' or 'data' or 'both'"),
        ({"source": "data", "specification": "program.py"}, "specification"),
    ],
)
def test_what_cannot_be_done_is_said(options: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    if "specification" in options:
        path = tmp_path / "program.py"
        body = "    outputs = []\n    for x in inputs:\n        outputs.append(x)\n    return outputs\n"
        path.write_text(f"def program(inputs):\n{body}")
        options = options | {"specification": path}
    with pytest.raises(InputError, match=sentence):
        netlift.distill([[0, 1]] * 3, [[0, 1]] * 3, **options)


def test_both_needs_no_network_where_the_data_show_all() -> None:
    result = netlift.distill(*sessions(400), source="both")
    assert result.solved
    assert result.network is None
    assert result.source == "data"


def test_the_command_reads_from_the_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inputs, targets = sessions(300)
    path = tmp_path / "sessions.jsonl"
    rows = (json.dumps({"inputs": x, "targets": y}) for x, y in zip(inputs, targets, strict=True))
    path.write_text("\n".join(rows) + "\n")
    assert run(["distill", str(path), "--from", "data", "-o", str(tmp_path / "out"), "--quiet"]) == 0
    facts = json.loads((tmp_path / "out" / "result.json").read_text())
    assert facts["from"] == "data"
    assert facts["network"] == {}
    capsys.readouterr()
