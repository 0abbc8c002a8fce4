"""What keeps the page cheap: templates compiled once, formulas written once, and Python's own tokenizer."""

import html
import marshal
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment

from netlift.report.page import told_lines
from netlift.report.page._compiled import Compiled

SOURCE = '''"""What it does."""

TABLE = {"a": 1}


def program(inputs):
    # five & more
    return [x < 5 for x in inputs if not None]


# As a script:
if True:
    pass
'''


def opened(folder: Path, text: str, settings: str = "") -> Environment:
    return Environment(
        loader=DictLoader({"one.html": text}), autoescape=True, bytecode_cache=Compiled(folder, settings)
    )


def kept(folder: Path) -> list[Path]:
    return sorted(folder.rglob("one.*"))


@pytest.fixture
def compiling(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What jinja compiles, while Python keeps what it compiles beside its source."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    seen: list[str] = []
    compile_ = Environment._generate

    def told(self: Environment, *given: Any, **named: Any) -> str:
        seen.append("once")
        return compile_(self, *given, **named)

    monkeypatch.setattr(Environment, "_generate", told)
    return seen


def test_a_template_is_compiled_once(tmp_path: Path, compiling: list[str]) -> None:
    for _ in range(2):
        page = opened(tmp_path, "{{ x }}!").get_template("one.html").render(x="<")
        assert page == "&lt;!"
    assert compiling == ["once"]
    assert [file.parent.name for file in kept(tmp_path)] == ["__pycache__"]


@pytest.mark.parametrize("changed", ["text", "settings", "damaged", "cut", "other"])
def test_what_does_not_fit_is_compiled_anew(tmp_path: Path, compiling: list[str], changed: str) -> None:
    opened(tmp_path, "{{ x }}!").get_template("one.html")
    (file,) = kept(tmp_path)
    content = file.read_bytes()
    if changed == "damaged":
        file.write_bytes(content[:40] + b"\xff" * 20 + content[60:])
    if changed == "cut":
        file.write_bytes(content[:-100])
    if changed == "other":
        file.write_bytes(content[:32] + marshal.dumps("no code"))
    text = "{{ x }}?" if changed == "text" else "{{ x }}!"
    template = opened(tmp_path, text, "others" if changed == "settings" else "").get_template("one.html")
    assert template.render(x=1) == f"1{text[-1]}"
    assert compiling == ["once", "once"]


def test_nothing_is_kept_where_python_keeps_nothing(
    tmp_path: Path, compiling: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for _ in range(2):
        assert opened(tmp_path, "{{ x }}!").get_template("one.html").render(x=1) == "1!"
    assert kept(tmp_path) == []
    assert compiling == ["once", "once"]


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path, compiling: list[str]) -> None:
    (tmp_path / "__pycache__").write_text("a file")
    for _ in range(2):
        assert opened(tmp_path, "{{ x }}!").get_template("one.html").render(x=1) == "1!"
    assert compiling == ["once", "once"]


def test_lines_are_told_letter_for_letter_without_docstring_and_script() -> None:
    lines = told_lines(SOURCE)
    plain = [(number, html.unescape(re.sub(r"<[^>]+>", "", line))) for number, line in lines]
    assert plain == list(enumerate(SOURCE.split("\n"), 1))[2:8]


@pytest.mark.parametrize(
    "piece",
    [
        '<span class="k">def</span> <span class="nf">program</span>',
        '<span class="s">&#34;a&#34;</span>',
        '<span class="mi">5</span>',
        '<span class="c1"># five &amp; more</span>',
        '<span class="ow">not</span> <span class="k">None</span>',
        '<span class="o">&lt;</span>',
    ],
)
def test_pieces_have_the_class_of_their_kind(piece: str) -> None:
    assert piece in "".join(line for _, line in told_lines(SOURCE))


def test_a_text_of_several_lines_is_one_piece_a_line() -> None:
    lines = told_lines("x = 1\nTEXT = '''a\n\n<b>'''\n")
    assert [str(line) for _, line in lines[1:]] == [
        'TEXT <span class="o">=</span> <span class="s">&#39;&#39;&#39;a</span>',
        "",
        '<span class="s">&lt;b&gt;&#39;&#39;&#39;</span>',
    ]


@pytest.mark.parametrize("source", ["def", "x = 1\nT = '''a\n# As a script:\n'''\n"])
def test_what_has_no_lines_to_tell_is_an_error_of_syntax(source: str) -> None:
    with pytest.raises(SyntaxError):
        told_lines(source)
