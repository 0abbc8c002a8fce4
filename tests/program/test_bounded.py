"""Programs from a file end in one sentence, whatever they would take: runner and bounds of evaluators."""

import json
import math
import operator
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlift import Program
from netlift.checker._bounds import (
    LONGEST,
    MOST_BITS,
    TooMuch,
    Work,
    effort,
    judge,
    multiple,
    product,
    ranged,
    summed,
    weigh,
)
from netlift.cli import run
from netlift.program import Failure, ProgramFailed, Runner, _printed, _runner, parse_program, run_fresh

STEP = "def program(inputs):\n    outputs = []\n    for x in inputs:\n{}\n    return outputs\n"
SAME = STEP.format("        outputs.append(x)")
TIME = "did not answer within 1 s"
SPACE = "needed more than 1 GB of memory"

# What each bomb ends in when it is run; an evaluator refuses it by its size.
BOMBS = {
    "a power": ("        outputs.append(10**10**10 % 7)", TIME),
    "a list that grows in its own loop": (
        "        b = [0]\n        for y in b:\n            b.append(y)\n        outputs.append(x)",
        f"{TIME}|{SPACE}",
    ),
    "a list repeated": ("        a = [0] * 10**9\n        outputs.append(a[x])", SPACE),
    "a shift": ("        outputs.append((1 << 10**11) % 3)", SPACE),
    "a string repeated": ('        a = "a" * 10**10\n        outputs.append(a[x])', SPACE),
    "a range": ("        outputs.append(sum(range(10**12)))", TIME),
    "a longer range": ("        outputs.append(sum(range(10**25)))", TIME),
    "squares": (
        "        a = x + 3\n        for y in range(60):\n            a *= a\n        outputs.append(a % 7)",
        TIME,
    ),
    "a list joined to itself": (
        "        a = [x]\n        for y in range(60):\n            a += a\n        outputs.append(a[0])",
        f"{TIME}|{SPACE}",
    ),
    "tuples that hold each other": (
        "        a = (x, x)\n        for y in range(60):\n            a = (a, a)\n"
        "        outputs.append(len({a}))",
        TIME,
    ),
    "a product": ("        outputs.append(prod([10**1000] * 10**6) % 7)", TIME),
    "loops in loops": (
        "        for y in range(99999):\n            for z in range(99999):\n                x += z\n"
        "        outputs.append(x)",
        TIME,
    ),
}


def source(body: str) -> str:
    return ("from math import prod\n" if "prod(" in body else "") + STEP.format(body)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_a_sentence(name: str) -> None:
    body, said = BOMBS[name]
    with pytest.raises(ProgramFailed, match=said):
        list(Program(source(body)).run([[1, 2]], seconds=1))


@pytest.mark.parametrize("name", ["a list repeated", "a string repeated"])
def test_a_bomb_on_the_command_line(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, data = tmp_path / "bomb.py", tmp_path / "data.jsonl"
    file.write_text(source(BOMBS[name][0]))
    data.write_text('{"inputs": [1, 2], "targets": [1, 2]}\n' * 3)
    assert run(["check", str(file), "--data", str(data)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{file}: the program {SPACE} (sequence 1 of 3).\n" in said.err
    assert said.err.count("\n") == 1
    with pytest.raises(ProgramFailed, match=SPACE):
        Program(file.read_text())([1, 2])


PROVE = """
import json, sys
from netlift import InputError, prove
from netlift.checker import check_program, seal_of, side_digest

bombs, same = json.load(sys.stdin)
proof = prove(same, same.replace("x", "y"), inputs=[range(2)])
assert check_program(json.loads(json.dumps(proof.certificate))) is None
for bomb in bombs:
    try:
        prove(bomb, same, inputs=[range(2)])
        print("no refusal")
    except InputError as error:
        print(error)
    for side in ("left", "right"):
        changed = json.loads(json.dumps(proof.certificate))
        changed[side] = {"kind": "program", "source": bomb}
        changed[side]["sha256"] = side_digest(changed[side])
        changed["seal"] = seal_of(changed)
        print(check_program(changed))
"""


def test_no_proof_is_made_of_a_bomb() -> None:
    """The prover and the independent checker judge the size before they do the work."""
    pytest.importorskip("z3")
    given = json.dumps([[source(body) for body, _ in BOMBS.values()], SAME])
    done = subprocess.run(
        [sys.executable, "-c", PROVE], input=given, capture_output=True, text=True, timeout=300, check=True
    )
    said = done.stdout.splitlines()
    assert len(said) == 3 * len(BOMBS)
    for place, sentence in enumerate(said):
        if place % 3:
            assert sentence.startswith("language: ")
        else:
            assert "cannot be compared" in sentence or SPACE in sentence or "did not answer" in sentence


def test_answers_come_back_as_they_are() -> None:
    program = Program(STEP.format("        outputs.append((x, [x, 'a'], x == 1, -x if x < 5 else 10**5000))"))
    assert program([1, 5]) == [(1, [1, "a"], True, -1), (5, [5, "a"], False, 10**5000)]
    assert program(np.array([1, 2])) == program((np.int64(1), True + 1)) == program(iter([1, 2]))  # type: ignore[arg-type]
    pairs = Program(STEP.format("        outputs.append(x == (1, 2))"))
    assert pairs([(1, 2), [1, 2]]) == [True, False]
    with pytest.raises(TypeError, match="inputs hold a value of the type object"):
        program([object()])


def test_what_a_program_raises_is_raised_and_told() -> None:
    program = Program("A = {'a': 1}\n" + STEP.format("        outputs.append(A[x])"))
    with pytest.raises(KeyError, match="'c'"):
        program(["a", "c"])
    first, second = program.run([["a"], ["c"]])
    assert first == [1]
    assert isinstance(second, Failure)
    assert str(second) == "KeyError: 'c'"
    assert isinstance(second.raised(), KeyError)
    unset = Program(STEP.format("        outputs.append(y)\n        for y in x:\n            pass"))
    with pytest.raises(UnboundLocalError):
        unset([[1]])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def program(inputs):\n    return 3\n", "a value of the type int instead of a list"),
        ("def program(inputs):\n    return tuple(inputs)\n", "a value of the type tuple instead of a list"),
        ("def program(inputs):\n    a = inputs\n", "a value of the type NoneType instead of a list"),
        ("def program(inputs):\n    return [{1}]\n", "a list that holds a value of the type set"),
        ("def program(inputs):\n    return [2**-1]\n", "a list that holds a value of the type float"),
        ("def program(inputs):\n    return [enumerate(inputs)]\n", "holds a value of the type enumerate"),
        ("def program(inputs):\n    a = []\n    a.append(a)\n    return a\n", "more than 20 deep"),
    ],
)
def test_an_answer_that_is_no_list_of_plain_values(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (failure,) = Program(text).run([[1]])
    assert isinstance(failure, Failure)
    assert said in str(failure)
    with pytest.raises(ProgramFailed, match=f"answered with .*{said}"):
        Program(text)([1])
    file, data = tmp_path / "program.py", tmp_path / "data.jsonl"
    file.write_text(text)
    data.write_text('{"inputs": [1, 2], "targets": [1, 2]}\n')
    assert run(["check", str(file), "--data", str(data)]) == 1
    assert said in capsys.readouterr().out


def test_a_witness_is_a_shortest_beginning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, data = tmp_path / "program.py", tmp_path / "data.jsonl"
    file.write_text(STEP.format("        outputs.append(6 // x)"))
    rows = [{"inputs": [1, 2, 3, 0], "targets": [6, 3, 2, 0]}, {"inputs": [3, 0, 1], "targets": [2, 0, 6]}]
    data.write_text("".join(json.dumps(row) + "\n" for row in [*rows, *rows]))
    assert run(["check", str(file), "--data", str(data)]) == 1
    said = capsys.readouterr().out
    assert "refuted on 4 of 4 sequences" in said
    assert "inputs 3, 0\nexpected 2, 0, found ZeroDivisionError: integer division or modulo by zero" in said


def test_time_for_all_sequences_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_runner, "SECONDS_MORE", 0.0)
    slow = Program(
        STEP.format("        for y in range(10**6):\n            x += 1\n        outputs.append(x)")
    )
    with pytest.raises(ProgramFailed, match=r"too long for all sequences together|did not answer within"):
        list(slow.run([[1]] * 10_000, seconds=0.5))


def test_no_process_is_left() -> None:
    with Runner(source(BOMBS["a range"][0]), seconds=30) as runner:
        process = runner._process
        assert process.poll() is None
    assert process.poll() is not None
    with pytest.raises(TypeError), Runner(SAME) as runner:
        list(runner.answers([[object()]]))
    assert runner._process.poll() is not None


def test_a_program_ends_with_the_process_that_asked() -> None:
    """Killed without a chance to clean up, netlift leaves nothing that computes for ever."""
    asks = (
        "from netlift.program import Runner\nimport os\n"
        f"with Runner({source(BOMBS['a range'][0])!r}, seconds=0.1) as runner:\n"
        "    print(runner._process.pid, flush=True)\n"
        "    runner._send([[1, 2]])\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=False)
    child = Path(f"/proc/{done.stdout.strip()}")
    end = time.monotonic() + 60
    while child.exists() and time.monotonic() < end:
        time.sleep(0.2)
    assert not child.exists()


def test_only_what_was_printed_here_runs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []

    def noted(text: str) -> Runner:
        started.append(text)
        return Runner(text)

    monkeypatch.setattr("netlift.program._program.Runner", noted)
    text = SAME + "# one of its own\n"
    assert Program(text)([1]) == [1]
    assert started == [text]
    _printed.remember(text)
    assert Program(text)([2]) == [2]
    assert started == [text]


def test_memory_of_a_fresh_interpreter_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("a = [0] * 10**10\n")
    with pytest.raises(ProgramFailed, match="needed more than 1 GB of memory"):
        run_fresh(path, [[1]], seconds=20)


def test_parsing_alone_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    assert parse_program(SAME) == Program(SAME)


SIGNS: dict[str, Any] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "//": operator.floordiv, "%": operator.mod,
    "**": operator.pow, "<<": operator.lshift, ">>": operator.rshift, "&": operator.and_, "|": operator.or_,
    "^": operator.xor,
}  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-70, 70), st.integers(-(2**300), 2**300), st.integers(0, 10**5), st.integers(10**9, 10**30)
)


@settings(max_examples=2_000, deadline=None)
@given(st.sampled_from(list(SIGNS)), NUMBERS, NUMBERS)
def test_a_number_that_is_granted_is_small(sign: str, left: int, right: int) -> None:
    try:
        judge(sign, left, right)
    except TooMuch:
        assert sign in ("**", "<<")  # of numbers this small, only these grow
        assert right > 40
        return
    if sign == "**" and right < 0:
        return  # no whole number
    try:
        result = SIGNS[sign](left, right)
    except (ZeroDivisionError, ValueError):
        return
    assert abs(result).bit_length() <= MOST_BITS + 1


def test_what_would_be_large_is_refused_at_once() -> None:
    for sign, left, right in [
        ("**", 10, 10**10), ("<<", 1, 10**100), ("*", 1 << 15_000, 1 << 15_000), ("*", [0], 10**9),
        ("*", 10**20, "a"), ("*", (0, 1), LONGEST), ("+", [0] * LONGEST, [0]), ("+", 1 << MOST_BITS, 1),
    ]:  # fmt: skip
        with pytest.raises(TooMuch):
            judge(sign, left, right)
    for sign, left, right in [
        ("**", 1, 10**10), ("**", -1, 10**10), ("**", 0, 10**10), ("<<", 0, 10**10), (">>", 5, 10**10),
        ("*", [], 10**10), ("*", [0], -(10**10)), ("*", 0, 1 << 10**4), ("%", "a", 5),
    ]:  # fmt: skip
        judge(sign, left, right)
    for bounds in [(10**12,), (10**25,), (0, -(10**6), -1)]:
        with pytest.raises(TooMuch):
            ranged(*bounds)
    assert ranged(10**30, 10**30 + 5) == range(10**30, 10**30 + 5)
    with pytest.raises(TypeError):
        ranged("a")


def test_values_that_hold_each_other_are_weighed_as_trees() -> None:
    value: Any = (0, 0)
    assert weigh(value) == 3
    assert weigh([1, {2: (3, "abc")}, {4}]) == 9
    for _ in range(60):
        value = (value, value)
    with pytest.raises(TooMuch):
        weigh(value)
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(TooMuch):
        weigh(circle)


@settings(max_examples=300, deadline=None)
@given(st.lists(NUMBERS, max_size=6))
def test_sums_and_products_are_pythons(values: list[int]) -> None:
    assert summed(values, Work()) == sum(values)
    assert summed([[1], values], Work(), [0]) == [0, 1, *values]
    assert product(values, Work()) == math.prod(values)
    assert multiple(values, Work()) == math.lcm(*values)


def test_sums_and_products_that_grow_are_refused() -> None:
    with pytest.raises(TooMuch):
        product([10**1000] * 10**5, Work())
    with pytest.raises(TooMuch):
        multiple(range(1, 10**5), Work())
    with pytest.raises(TooMuch):
        summed(([0] * 1000 for _ in range(10**5)), Work(), [])
    work = Work(10)
    with pytest.raises(TooMuch):
        summed(range(10**12), work)
    assert work.left < 0
    assert effort(1 << 2560) == 11
    assert effort([1, 2]) == 3
    assert effort(object()) == 1


def test_a_failure_can_be_sent_from_a_worker() -> None:
    sent = pickle.loads(pickle.dumps(ProgramFailed([1, 2], "line 2: ZeroDivisionError")))
    assert str(sent) == sent.message == "line 2: ZeroDivisionError"
    assert sent.outputs == [1, 2]
