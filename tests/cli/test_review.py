"""What a second look at the commands found."""

from pathlib import Path

import pytest

from netlift.cli import run


def test_an_answer_of_more_digits_than_python_writes_is_refuted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.py").write_text("def program(inputs):\n    return [10 ** 5000 for x in inputs]\n")
    (tmp_path / "d.csv").write_text("sequence,x,y\n0,1,1\n")
    assert run(["check", str(tmp_path / "p.py"), "--data", str(tmp_path / "d.csv")]) == 1
    told = capsys.readouterr().out
    assert "expected 1, found a number of very many digits" in told
