"""What a second look at the commands found."""

from pathlib import Path

import pytest

from netlift.bench._named import is_file
from netlift.certify import Domain, Range, prove_equal, system_of
from netlift.checker import file_of
from netlift.cli import run


def test_an_answer_of_more_digits_than_python_writes_is_refuted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.py").write_text("def program(inputs):\n    return [10 ** 5000 for x in inputs]\n")
    (tmp_path / "d.csv").write_text("sequence,x,y\n0,1,1\n")
    assert run(["check", str(tmp_path / "p.py"), "--data", str(tmp_path / "d.csv")]) == 1
    told = capsys.readouterr().out
    assert "expected 1, found a number of very many digits" in told


def test_a_folder_of_a_tasks_name_does_not_hide_the_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "prev1").mkdir()  # as `-o prev1` makes it
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    assert not is_file("prev1")
    assert run(["distill", "other", "--quiet"]) == 2
    assert "other: is a folder; expected a file" in capsys.readouterr().err


def test_an_object_that_has_a_name_twice_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "d.jsonl"
    file.write_text('{"inputs": [1], "targets": [1]}\n{"inputs": [1], "targets": [1], "inputs": [2]}\n')
    assert run(["distill", str(file)]) == 2
    assert "line 2 has 'inputs' twice" in capsys.readouterr().err


def test_a_file_that_no_certificate_is_about_is_shown_with_its_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = b"def program(inputs):\n    outputs = []\n    for x in inputs:\n"
    program = head + b"        outputs.append(x)\n    return outputs\n"
    other = program.replace(b"append(x)", b"append(x + 0)")
    proof = prove_equal(
        system_of(other.decode()),
        system_of(program.decode()),
        Domain((Range(0, 1),)),
        claim="program = specification",
    )
    beside = {"program.py": program, "network.json": b"{}", "network.safetensors": b""}
    for name, content in beside.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "certificate.json").write_text(file_of([proof.certificate], beside))
    assert run(["check", "--certificate", str(tmp_path / "certificate.json")]) == 0
    shown = capsys.readouterr().out
    assert "network.json: SHA-256 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" in shown
    assert "no certificate is about it" in shown
