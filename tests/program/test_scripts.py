"""Printed programs as scripts: one sentence for every line that they cannot answer, and no traceback ever."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from netlift.checker._script import SCRIPTS
from netlift.formulas import Assign, Emit, Expr, Recurrence, const, var
from netlift.program import parse_program, print_program
from netlift.report import show_program

TOTAL = Expr("+", (var("s"), var("x")))
SUM = Recurrence(("x",), (("s", 0),), (Assign(("s",), (TOTAL,)), Emit((var("s"),))))
PAIR = Recurrence(("a", "b"), (), (Emit((Expr("+", (var("a"), var("b"))),)),))
DISTANCE = Expr("-", (var("x"), const(3)))
RATIO = Recurrence(("x",), (), (Emit((Expr("//", (var("x"), DISTANCE)),)),))
SQUARE = Expr("*", (var("s"), var("s")))
GROWING = Recurrence(("x",), (("s", 2),), (Assign(("s",), (SQUARE,)), Emit((var("s"),))))


def saved(
    folder: Path,
    recurrence: Recurrence,
    checked: Sequence[Any] | None,
    symbols: Sequence[tuple[str, ...] | None] | None = None,
) -> Path:
    path = folder / "program.py"
    path.write_text(print_program(recurrence, ["Text."], symbols, None, checked), encoding="utf-8")
    return path


def run(path: Path, text: str | bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
    given = text.encode() if isinstance(text, str) else text
    command = [sys.executable, "-I", str(path), *options]
    done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=60)
    assert b"Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1
    return done


def told(done: subprocess.CompletedProcess[bytes]) -> str:
    assert done.returncode == 2
    return done.stderr.decode().strip()


def test_blank_lines_are_skipped_and_counted(tmp_path: Path) -> None:
    path = saved(tmp_path, SUM, ["0..9"])
    done = run(path, '[1, 2]\n\n   \n\r\n{"inputs": [3]}\n[]\n')
    assert done.returncode == 0
    assert done.stdout.split(b"\n") == [b"[1, 3]", b"[3]", b"[]", b""]
    assert told(run(path, "\n\n[1, 2\n")).startswith("line 3: no JSON that can be read")


NUMBERS = [
    ("[1, 0.5]", "line 1, step 2: 0.5 is not a whole number"),
    ("[1.0]", "line 1, step 1: 1.0 is not a whole number"),
    ("[NaN]", "line 1, step 1: NaN is not a whole number"),
    ("[Infinity]", "line 1, step 1: Infinity is not a whole number"),
    ("[1, true]", "line 1, step 2: true is not a whole number"),
    ("[null]", "line 1, step 1: null is not a whole number"),
    ('["1"]', 'line 1, step 1: "1" is not a whole number'),
    ("[[1]]", "line 1, step 1: [1] is not a whole number"),
    ("[{}]", "line 1, step 1: {} is not a whole number"),
    ("7", 'line 1: expected a list of inputs, or an object that has it as "inputs"'),
    ('"12"', 'line 1: expected a list of inputs, or an object that has it as "inputs"'),
    ('{"input": [1]}', 'line 1: expected a list of inputs, or an object that has it as "inputs"'),
    ("null", 'line 1: expected a list of inputs, or an object that has it as "inputs"'),
]


@pytest.mark.parametrize(("line", "sentence"), NUMBERS)
@pytest.mark.parametrize("options", [(), ("--strict",)])
def test_what_is_no_whole_number_is_refused(
    tmp_path: Path, line: str, sentence: str, options: tuple[str, ...]
) -> None:
    assert told(run(saved(tmp_path, SUM, ["0..9"]), line, *options)) == sentence


def test_long_values_are_not_echoed(tmp_path: Path) -> None:
    path = saved(tmp_path, SUM, ["0..9"])
    sentence = told(run(path, json.dumps(["x" * 1_000_000])))
    assert len(sentence) < 120
    assert sentence.endswith("... is not a whole number")


def test_numbers_that_were_not_checked_are_answered_unless_strict(tmp_path: Path) -> None:
    path = saved(tmp_path, SUM, ["0..9"])
    assert run(path, "[1, 12, -3]\n").stdout == b"[1, 13, 10]\n"
    done = run(path, "[1, 2]\n[1, 12]\n", "--strict")
    assert told(done) == "line 2, step 2: the input 12 is none of 0..9"
    assert done.stdout == b"[1, 3]\n"
    listed = saved(tmp_path, SUM, [(0, 5, 9)])
    assert run(listed, "[0, 5, 9]\n", "--strict").stdout == b"[0, 5, 14]\n"
    assert told(run(listed, "[5, 6]\n", "--strict")) == "line 1, step 2: the input 6 is none of 0, 5, 9"
    assert run(listed, "[5, 6]\n").stdout == b"[5, 11]\n"
    open_ended = saved(tmp_path, SUM, [".."])
    assert run(open_ended, "[-5, 10000]\n", "--strict").stdout == b"[-5, 9995]\n"
    half = saved(tmp_path, SUM, ["-3.."])
    assert run(half, "[-3, 1000]\n", "--strict").stdout == b"[-3, 997]\n"
    assert told(run(half, "[-4]\n", "--strict")) == "line 1, step 1: the input -4 is none of -3.."


@pytest.mark.parametrize("options", [(), ("--strict",)])
def test_an_unseen_symbol_is_named_with_those_that_are_known(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    path = saved(tmp_path, SUM, [("a", "é", "c d")], [("a", "é", "c d")])
    assert run(path, '["a", "c d", "\\u00e9"]\n', *options).stdout == b"[0, 2, 3]\n"
    lines = '["a"]\n\n["a", "a", "a", "a", "b"]\n'
    assert told(run(path, lines, *options)) == 'line 3, step 5: the input "b" is none of "a", "é", "c d"'
    for wrong in ("1", "null", "true", '["a"]'):
        assert told(run(path, f"[{wrong}]", *options)).startswith(
            f"line 1, step 1: the input {wrong} is none of"
        )


def test_several_streams_are_each_judged_by_their_own(tmp_path: Path) -> None:
    path = saved(tmp_path, PAIR, ["0..9", (0, 5)])
    assert run(path, "[[1, 2], [3, 4]]\n").stdout == b"[3, 7]\n"
    assert run(path, "[]\n").stdout == b"[]\n"
    assert told(run(path, "[[1, 5], [3, 4]]", "--strict")) == "line 1, step 2: the input 4 is none of 0, 5"
    for step in ("1", '"ab"', "[1]", "[1, 2, 3]", "null", '{"a": 1, "b": 2}'):
        sentence = told(run(path, f"[[1, 2], {step}]"))
        assert sentence == f"line 1, step 2: {step} is not a list of 2 inputs"


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000,
        b"[1, 2",
        b"\xff\xfe\xfd",
        b"[" + b"1" * 5_000 + b"]",
    ],
)
def test_lines_that_cannot_be_read_are_one_sentence(tmp_path: Path, line: bytes) -> None:
    sentence = told(run(saved(tmp_path, SUM, ["0..9"]), b"[1]\n" + line + b"\n"))
    assert sentence.startswith("line 2: no JSON that can be read: ")


def test_lists_in_lists_below_the_depth_of_python_are_one_sentence(tmp_path: Path) -> None:
    path = saved(tmp_path, SUM, ["0..9"])
    for depth in (500, 900, 950, 980, 990, 1_000):
        assert told(run(path, "[" * depth + "]" * depth)).startswith("line 1")


def test_what_a_program_cannot_compute_is_one_sentence(tmp_path: Path) -> None:
    sentence = told(run(saved(tmp_path, RATIO, ["0..9"]), "[1, 2]\n[4, 3]\n"))
    assert sentence.startswith("line 2: ZeroDivisionError: ")
    sentence = told(run(saved(tmp_path, GROWING, ["0..9"]), json.dumps([1] * 16)))
    assert sentence.startswith("line 1: ValueError: Exceeds the limit")


def test_only_strict_is_an_option(tmp_path: Path) -> None:
    path = saved(tmp_path, SUM, ["0..9"])
    for options in (["--help"], ["-s"], ["data.jsonl"], ["--strict", "--strict"], ["--strict", "x"]):
        sentence = told(run(path, "[1]\n", *options))
        assert sentence == f'expected no option but --strict; found "{" ".join(options)}"'


def test_input_in_any_locale_is_read_as_json(tmp_path: Path) -> None:
    path = saved(tmp_path, SUM, [("é", "漢")], [("é", "漢")])
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PATH": os.environ["PATH"]}
    for lines in ('["漢"]\n'.encode(), b'\xef\xbb\xbf["\xc3\xa9"]\n'):
        done = subprocess.run([sys.executable, path], input=lines, capture_output=True, env=env, check=False)
        assert done.returncode == 0, done.stderr
    done = subprocess.run(
        [sys.executable, path], input='["ß"]'.encode(), capture_output=True, env=env, check=False
    )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def started(path: Path) -> subprocess.Popen[bytes]:
    """The script, one line answered; Ctrl-C reaches it even where whoever runs the tests ignores it."""
    process = subprocess.Popen(
        [sys.executable, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"[1]\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"[1]\n"  # an answer comes at once
    return process


@pytest.mark.skipif(os.name != "posix", reason="signals are sent")
def test_ctrl_c_ends_without_a_traceback(tmp_path: Path) -> None:
    with started(saved(tmp_path, SUM, ["0..9"])) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130  # its input stays open until then
        assert process.stderr is not None
        assert process.stderr.read() == b""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent")
def test_whoever_reads_the_answers_may_stop(tmp_path: Path) -> None:
    with started(saved(tmp_path, SUM, ["0..9"])) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(b"[1, 2, 3]\n" * 100)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        assert process.wait(timeout=30) == 0
        assert process.stderr.read() == b""


@pytest.mark.skipif(os.name != "posix", reason="a shell closes the streams")
def test_closed_streams_and_full_disks_are_one_sentence(tmp_path: Path) -> None:
    path = saved(tmp_path, SUM, ["0..9"])
    for redirection in ("<&-", ">&- <<< '[1]'"):
        done = subprocess.run(
            ["bash", "-c", f'"{sys.executable}" "{path}" {redirection}'], capture_output=True, check=False
        )
        assert told(done) == "expected lines of JSON on standard input, and an open standard output"
    if Path("/dev/full").exists():
        done = subprocess.run(
            ["bash", "-c", f'echo \'[1]\' | "{sys.executable}" "{path}" > /dev/full'],
            capture_output=True,
            check=False,
        )
        assert told(done).startswith("line 1: OSError: ")


def test_programs_of_earlier_versions_are_still_programs() -> None:
    source = print_program(SUM)
    assert len(SCRIPTS) == 4
    for script in SCRIPTS:
        assert parse_program(source[: source.index("# As a script")] + script)([1, 2]) == [1, 3]


def test_the_screen_shows_the_program_without_its_script(tmp_path: Path) -> None:
    source = saved(tmp_path, SUM, ["0..9"]).read_text()
    stream = io.StringIO()
    show_program(source, Console(file=stream, width=100))
    shown = stream.getvalue()
    assert shown.rstrip().endswith("return outputs")
    assert "CHECKED" not in shown
    assert "Inputs checked: 0 to 9; as a script, others are refused with --strict." in shown
