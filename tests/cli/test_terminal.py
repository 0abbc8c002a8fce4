"""What a person sees in a terminal, in a pipe and in continuous integration; help and completion."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from netlift.cli import run
from netlift.cli._main import netlift as commands
from netlift.core._help import EXAMPLES
from netlift.core._terminal import console_on
from netlift.report import show_result
from netlift.report._progress import progress_of
from netlift.report._telling import Telling
from pages_by_hand import counting

COLOUR = "\x1b[3"  # or 9, with bold before it


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, **settings: str) -> str:
    """A result as it is printed on a stream, with these variables of the environment and no others."""
    for name in ("CI", "NO_COLOR", "FORCE_COLOR", "TERM", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", **settings}.items():
        monkeypatch.setenv(name, value)
    result = counting()
    assert result.program is not None
    show_result(result.facts(), result.program.source, "out", console_on(stream))
    return stream.getvalue()


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = shown(monkeypatch, io.StringIO())
    assert "\x1b" not in plain
    assert COLOUR in shown(monkeypatch, Terminal())
    uncoloured = shown(monkeypatch, Terminal(), NO_COLOR="1")
    assert "def program(inputs):" in uncoloured
    assert not any(f"\x1b[{code}" in uncoloured for code in (3, 9, "38", "1;3", "1;9"))
    assert shown(monkeypatch, Terminal(), CI="true") == plain
    assert COLOUR in shown(monkeypatch, Terminal(), CI="false")
    assert COLOUR in shown(monkeypatch, Terminal(), CI="true", FORCE_COLOR="1")


def test_continuous_integration_gets_plain_lines_of_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import ExitStack

    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("CI", "true")
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with ExitStack() as stack:
        progress_of(stack, verbose=False).stage("train")
    assert stream.getvalue().endswith(" s  [train]\n")
    assert "\x1b" not in stream.getvalue()


def written(tmp_path: Path) -> str:
    """A file of sequences whose rule is found at once from the data alone."""
    words = [[x, y, z, w] for x in (0, 1) for y in (0, 1) for z in (0, 1) for w in (0, 1)]
    rows = [json.dumps({"inputs": word, "targets": [0, *word[:-1]]}) for word in words]
    file = tmp_path / "before.jsonl"
    file.write_text("\n".join(rows))
    return str(file)


def test_json_alone_and_the_program_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["distill", written(tmp_path), "--from", "data", "-o", str(tmp_path / "out")]
    code = run([*command, "--json"])
    said = capsys.readouterr()
    assert said.err == ""
    told = json.loads(said.out)
    assert told["solved"] is (code == 0)
    assert run(["show", str(tmp_path / "out"), "--json"]) == 0
    assert capsys.readouterr().out == said.out
    assert "as_json" not in (tmp_path / "out" / "config.toml").read_text()
    assert run([*command, "--quiet"]) == code
    assert capsys.readouterr().out == (tmp_path / "out" / "program.py").read_text()
    assert run([*command, "--json", "--verbose"]) == code
    said = capsys.readouterr()
    assert json.loads(said.out)["solved"] is told["solved"]
    assert "[states]" in said.err
    assert run([*command, "--json", "--quiet"]) == 2
    assert "--quiet and --json contradict" in capsys.readouterr().err


def test_quiet_says_on_the_other_stream_that_a_program_is_not_solved(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong = counting(solved=False, reason="3 of\n40 sequences are wrong.")
    Telling(quiet=True).show(wrong, "out")
    said = capsys.readouterr()
    assert wrong.program is not None
    assert said.out == wrong.program.source
    assert said.err == "netlift: not solved: 3 of 40 sequences are wrong; what was found is in out.\n"


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_every_help_ends_in_examples_that_are_commands(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert capsys.readouterr().out.split("Examples:\n")[1].splitlines() == [
        f"    {line}" for line in EXAMPLES[name]
    ]
    for line in EXAMPLES[name]:
        words = next(part for part in line.split("|") if "netlift" in part).split(">")[0].split()
        assert words[:2] == ["netlift", name]
        try:
            commands.commands[name].make_context(name, [word.strip("'") for word in words[2:]])
        except click.UsageError as error:
            pytest.fail(f"{line}: {error.format_message()}")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("netlift ex", "plain,export\n"),
        ("netlift distill base_4", "plain,base_4_addition\n"),
        ("netlift distill my_", "file,my_\n"),
        ("netlift tasks bitwise_a", "plain,bitwise_and\n"),
        ("netlift export runs/a --to smt", "plain,smt2\n"),
        ("netlift lift --sna", "plain,--snap\n"),
    ],
)
def test_a_shell_is_told_how_a_word_goes_on(words: str, answer: str) -> None:
    asked = {
        "_NETLIFT_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "netlift"], env=os.environ | asked, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == (answer, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "netlift"],
        env=os.environ | {"_NETLIFT_COMPLETE": f"{shell}_source"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "_NETLIFT_COMPLETE" in done.stdout
    assert done.stderr == ""
