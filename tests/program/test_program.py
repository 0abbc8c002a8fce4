"""Programs: what is printed computes what the recurrence does, reads well, and is safe to run."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlift.core._errors import InputError
from netlift.data._sequences import Sequences
from netlift.formulas import Append, Assign, Emit, Expr, Increment, Recurrence, Statement, const, var
from netlift.program import (
    Program,
    ProgramFailed,
    _fresh,
    count_errors,
    parse_program,
    print_program,
    run_fresh,
)
from netlift.program._fresh import PATIENCE, Errors, Witness

NUMBERS = ["s", "t", "sum", "u'"]
BINARY = [
    "+",
    "-",
    "*",
    "//",
    "%",
    "min",
    "max",
    "&",
    "|",
    "^",
    "gcd",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "and",
    "or",
]
UNARY = ["neg", "abs", "not", "int", "isqrt", "bit_count"]


def e(op: str, *args: Expr | int | str) -> Expr:
    """An expression from operator names, numbers and variable names."""
    return Expr(
        op, tuple(a if isinstance(a, Expr) else const(a) if isinstance(a, int) else var(a) for a in args)
    )


def table(keys: list[str], pairs: dict[Any, int]) -> Expr:
    return Expr("table", tuple(map(var, keys)), tuple(sorted(pairs.items())))


def numbers(names: list[str]) -> st.SearchStrategy[Expr]:
    """Expressions whose value is a number or a truth value."""
    leaves = st.one_of(st.integers(-3, 4).map(const), st.sampled_from(names).map(var))
    lists = st.sampled_from(
        [
            var("h"),
            var("c"),
            Expr("reversed", (var("h"),)),
            Expr("sorted", (var("c"),)),
            Expr("reversed", (var("c"),)),
        ]
    )
    members = st.sets(st.integers(-2, 3), max_size=4).map(lambda found: tuple(sorted(found)))

    def extend(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        return st.one_of(
            st.builds(e, st.sampled_from(BINARY), inner, inner),
            st.builds(e, st.sampled_from(UNARY), inner),
            st.builds(e, st.just("if"), inner, inner, inner),
            st.builds(lambda key, found: Expr("in", (key,), found), inner, members),
            st.builds(lambda key: table_of(e("%", key, 4)), inner),
            st.builds(lambda a, b: Expr("in", (a, b), ((0, 0), (0, 1), (2, -1))), inner, inner),
            st.builds(
                lambda op, values: Expr(op, (values,)), st.sampled_from(["sum", "len", "largest"]), lists
            ),
            st.builds(lambda a, b: Expr("==", (a, b)), lists, lists),
            st.builds(lambda i: Expr("item", (var("c"), e("%", i, 3))), inner),
            st.just(Expr("argmax", (var("c"),))),
        )

    return st.recursive(leaves, extend, max_leaves=6)


def table_of(key: Expr) -> Expr:
    return Expr("table", (key,), ((0, 3), (1, 0), (2, -1), (3, 1)))


@st.composite
def recurrences(draw: st.DrawFn) -> Recurrence:
    """Random bodies over numbers, a history `h` and counters `c`, with one or two streams."""
    inputs = draw(st.sampled_from([("x",), ("a", "b"), ("max",)]))
    names = [*inputs, *NUMBERS]
    body: list[Statement] = []
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["assign", "assign", "both", "copy", "increment", "append"]))
        if kind == "assign":
            body.append(Assign((draw(st.sampled_from([*NUMBERS, "fresh"])),), (draw(numbers(names)),)))
        elif kind == "both":
            body.append(Assign(("s", "t"), (draw(numbers(names)), draw(numbers(names)))))
        elif kind == "copy":
            body.append(Assign(("k",), (var(draw(st.sampled_from(["h", "c"]))),)))
        elif kind == "increment":
            body.append(Increment("c", e("%", draw(numbers(names)), 3), draw(numbers(names))))
        else:
            body.append(Append("h", draw(numbers(names)), draw(st.sampled_from([None, 2, 3]))))
        if isinstance(body[-1], Assign) and "fresh" in body[-1].targets and "fresh" not in names:
            names.append("fresh")
    body.append(Emit(tuple(draw(st.lists(numbers(names), min_size=1, max_size=2)))))
    if draw(st.booleans()):
        body.append(Assign(("s",), (draw(numbers(names)),)))
    initial = [(name, draw(st.integers(-1, 2))) for name in NUMBERS]
    lists = [("h", draw(st.sampled_from([(), (0, 0)]))), ("c", (0, 0, 0)), ("k", (1, 2))]
    return Recurrence(inputs, (*initial, *lists), tuple(body))


def words(streams: int) -> st.SearchStrategy[list[tuple[int, ...]]]:
    return st.lists(st.tuples(*[st.integers(-3, 4)] * streams), max_size=8)


def ask(program: Program, word: list[tuple[int, ...]], streams: int) -> list[Any]:
    return program([step[0] for step in word] if streams == 1 else word)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_printed_program_computes_the_recurrence(data: st.DataObject) -> None:
    recurrence = data.draw(recurrences())
    source = print_program(recurrence)
    program = parse_program(source)
    for _ in range(3):
        word = data.draw(words(len(recurrence.inputs)))
        try:
            expected = recurrence.run(word)
        except (ArithmeticError, LookupError, ValueError):
            continue
        found = ask(program, word, len(recurrence.inputs))
        outputs = [step if isinstance(step, tuple) else (step,) for step in found]
        assert outputs == expected, source
        assert all(type(value) is int for step in outputs for value in step), source
    assert all(len(line) <= 100 for line in source.splitlines())
    assert print_program(recurrence) == source


SYMBOLS = ("(", ")", "it's", '"', "\\")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_symbols_are_read_and_answered_by_name(data: st.DataObject) -> None:
    symbols = SYMBOLS[: data.draw(st.integers(2, 5))]
    update, output = data.draw(numbers(["s", "x"])), data.draw(numbers(["s", "x"]))
    initial = (("s", 0), ("h", (0, 1)), ("c", (0, 0, 0)))
    body = (Assign(("s",), (update,)), Emit((e("%", output, 2),)))
    recurrence = Recurrence(("x",), initial, body)
    source = print_program(recurrence, (), [symbols], [("no", "yes")])
    word = data.draw(st.lists(st.integers(0, len(symbols) - 1), max_size=6))
    try:
        expected = [("no", "yes")[y] for (y,) in recurrence.run([(x,) for x in word])]
    except (ArithmeticError, LookupError, ValueError):
        return
    assert parse_program(source)([symbols[x] for x in word]) == expected, source


def body_of(source: str) -> list[str]:
    """The lines of the loop, without indentation."""
    lines = source.split("def program(inputs):\n")[1].split("    return outputs")[0].splitlines()
    return [line[4:] for line in lines]


def printed(initial: dict[str, Any], *body: Statement, inputs: tuple[str, ...] = ("x",)) -> list[str]:
    return body_of(print_program(Recurrence(inputs, tuple(initial.items()), body)))


def test_addition_reads_as_a_colleague_writes_it() -> None:
    total = Assign(("total",), (e("+", e("+", "a", "b"), "carry"),))
    carry = Assign(("carry",), (e("//", "total", 3),))
    lines = printed({"carry": 0}, total, Emit((e("%", "total", 3),)), carry, inputs=("a", "b"))
    assert lines == [
        "carry = 0",
        "outputs = []",
        "for a, b in inputs:",
        "    total = a + b + carry",
        "    outputs.append(total % 3)",
        "    carry = total // 3",
    ]


def test_updates_happen_in_place() -> None:
    steps = [
        (e("+", "s", "x"), "s += x"),
        (e("+", "x", "s"), "s += x"),
        (e("+", e("-", "s", 1), e("*", 2, "x")), "s += 2 * x - 1"),
        (e("-", "s", "x"), "s -= x"),
        (e("%", "s", 3), "s %= 3"),
        (e("^", "x", "s"), "s ^= x"),
        (e("-", "x", "s"), "s = x - s"),
        (e("if", e("==", "x", 0), e("+", "s", 1), "s"), "if x == 0:"),
    ]
    for value, line in steps:
        assert printed({"s": 0}, Assign(("s",), (value,)), Emit((var("s"),)))[3].strip() == line


def test_idle_parts_are_dropped() -> None:
    lines = printed(
        {"dead": 1, "fixed": 2, "s": 0},
        Assign(("dead",), (e("+", "dead", "x"),)),
        Assign(("once",), (e("*", e("+", "x", 0), 1),)),
        Assign(("s",), (e("+", e("*", "fixed", "once"), e("+", "s", -1)),)),
        Emit((e("not", e("==", "s", 0)),)),
    )
    assert lines == [
        "s = 0",
        "outputs = []",
        "for x in inputs:",
        "    s += 2 * x - 1",
        "    outputs.append(int(s != 0))",
    ]


def test_inputs_that_nothing_reads_are_an_underscore() -> None:
    lines = printed({"s": 0}, Emit((var("s"),)), Assign(("s",), (e("-", 1, "s"),)))
    assert lines[2:] == ["for _ in inputs:", "    outputs.append(s)", "    s = 1 - s"]


def test_flags_are_truth_values_and_answers_are_numbers() -> None:
    lost = Assign(("lost",), (e("or", "lost", e("<", "x", 0)),))
    lines = printed({"lost": 0}, lost, Emit((e("not", "lost"),)))
    assert lines[0] == "lost = False"
    assert lines[3:] == ["    lost = lost or x < 0", "    outputs.append(int(not lost))"]


def test_a_truth_value_used_as_a_number_is_one() -> None:
    lines = printed({"s": 0}, Assign(("s",), (e("==", "s", "x"),)), Emit((var("s"),)))
    assert lines[0] == "s = 0"
    assert lines[3:] == ["    s = int(s == x)", "    outputs.append(s)"]


def test_a_number_used_as_a_truth_value_is_compared() -> None:
    lines = printed({}, Emit((e("+", e("and", "a", "b"), 1),)), inputs=("a", "b"))
    assert lines[-1].strip() == "outputs.append((a != 0 and b != 0) + 1)"


def test_a_double_negation_keeps_its_truth_value() -> None:
    twice = e("%", Expr("in", (e("not", "x"),), (0,)), 2)
    assert Program(print_program(Recurrence(("x",), (), (Emit((twice,)),))))([4, 0]) == [1, 0]


def test_large_tables_are_constants_one_row_a_line() -> None:
    next_state = table(["state", "x"], {(q, x): (7 * q + x) % 12 for q in range(12) for x in range(5)})
    output = table(["state"], {q: q * q for q in range(12)})
    recurrence = Recurrence(("x",), (("state", 0),), (Assign(("state",), (next_state,)), Emit((output,))))
    source = print_program(recurrence)
    rows = source.split("NEXT_STATE = (\n")[1].split("\n)")[0].splitlines()
    assert len(rows) == 12
    assert "        state = NEXT_STATE[state][x]\n" in source
    assert "# The next state, by state (rows) and x (columns)." in source


def test_a_table_with_missing_keys_stays_a_dict() -> None:
    partial = table(["s", "x"], {(0, 0): 1, (0, 1): 0, (1, 1): 1})
    recurrence = Recurrence(("x",), (("s", 0),), (Assign(("s",), (partial,)), Emit((var("s"),))))
    program = Program(print_program(recurrence))
    assert program([0, 1]) == [1, 1]
    with pytest.raises(KeyError):
        program([0, 0])


def test_long_lines_are_wrapped() -> None:
    total = var("x")
    for i in range(40):
        total = e("+", total, e("*", i + 2, e("%", "x", i + 7)))
    source = print_program(Recurrence(("x",), (), (Emit((e("and", e("==", total, 3), e("<", total, 9)),)),)))
    assert max(map(len, source.splitlines())) <= 100
    assert Program(source)([1, 2]) == [0, 0]


def test_docstring_is_wrapped_and_escaped() -> None:
    source = print_program(Recurrence(("x",), (), (Emit((var("x"),)),)), ["word " * 40, "", 'a """ \\ b'])
    text = ast.get_docstring(ast.parse(source))
    assert text is not None
    assert text.endswith('\n\na """ \\ b')
    assert max(map(len, source.splitlines())) <= 100


def test_size_counts_neither_docstring_nor_script() -> None:
    recurrence = Recurrence(("x",), (), (Emit((var("x"),)),))
    bare, told = Program(print_program(recurrence)), Program(print_program(recurrence, ["Text."]))
    tree = ast.parse(bare.source).body[0]
    assert bare.nodes == told.nodes == sum(not isinstance(n, ast.expr_context) for n in ast.walk(tree))
    assert bare.lines == told.lines == 5


EMIT = """\
def program(inputs):
    outputs = []
    for x in inputs:
        outputs.append({})
    return outputs
"""


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import os\n" + EMIT.format("x"), "line 1"),
        ("from os import path\n" + EMIT.format("x"), "line 1"),
        ("from math import *\n" + EMIT.format("x"), r"line 1: import of '\*'"),
        (EMIT.format("__import__('os')"), "line 4: the unknown name '__import__'"),
        (EMIT.format("x.__class__"), "line 4: the attribute '__class__'"),
        (EMIT.format("open('f')"), "line 4: the unknown name 'open'"),
        (EMIT.format("(lambda: x)()"), "line 4"),
        (EMIT.format("'{0.__class__}'.format(x)"), "the attribute 'format'"),
        (EMIT.format("f'{x}'"), "'JoinedStr'"),
        (EMIT.format("x") + "print(1)\n", "line 6"),
        ("A = [].append(1)\n" + EMIT.format("x"), "line 1"),
        (EMIT.format("x") + "if True:\n    import os\n", "line 6"),
        ("def program(inputs=print(1)):\n    return []\n", "line 1"),
        ("@print\ndef program(inputs):\n    return []\n", "signature"),
        ("def other(inputs):\n    return []\n", "must define one function"),
        ("def program(inputs):\n    return [\n", "is not Python"),
        ("def program(inputs):\n    while True:\n        pass\n", "'While'"),
    ],
)
def test_anything_but_a_program_is_refused(source: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        parse_program(source, "mine.py")
    assert str(caught.value).startswith("mine.py")


PREVIOUS = Recurrence(
    ("x",), (("p", 0),), (Emit((e("//", "x", e("-", "p", 7)),)), Assign(("p",), (var("x"),)))
)


def saved(folder: Path, recurrence: Recurrence, **symbols: Any) -> Path:
    path = folder / "program.py"
    path.write_text(print_program(recurrence, ["Text."], **symbols))
    return path


def test_fresh_interpreter_answers_as_the_recurrence_does(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    batch = rng.integers(0, 7, (5_000, 10)).tolist()
    found = run_fresh(saved(tmp_path, PREVIOUS), batch)
    assert found == [[y for (y,) in PREVIOUS.run([(x,) for x in row])] for row in batch]


def test_a_program_that_stops_says_where(tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed, match="line 2: ZeroDivisionError") as caught:
        run_fresh(saved(tmp_path, PREVIOUS), [[1, 2], [7, 1], [3]])
    assert caught.value.outputs == [[-1, -1]]


def test_a_program_that_hangs_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("while True:\n    pass\n")
    with pytest.raises(ProgramFailed, match="no answer within"):
        run_fresh(path, [[1]], seconds=0.5)


@pytest.mark.skipif(sys.platform == "win32", reason="computing time is bounded on POSIX")
def test_computing_is_bounded_and_waiting_hardly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a program that needs no time waits long for its turn, and is not wrong for it."""
    waits = []
    communicate = subprocess.Popen.communicate

    def seen(process: Any, given: Any = None, timeout: float | None = None) -> Any:
        waits.append(timeout)
        return communicate(process, given, None)

    monkeypatch.setattr(subprocess.Popen, "communicate", seen)
    path = tmp_path / "program.py"
    path.write_text("while True:\n    pass\n")
    with pytest.raises(ProgramFailed, match="no answer within 1 seconds"):
        run_fresh(path, [[1]], seconds=1.0)
    assert waits == [PATIENCE]


def sequences(inputs: Any, targets: Any, lengths: list[int], symbols: Any = (None,)) -> Sequences:
    streams = [np.asarray(values, dtype=np.int64)[:, :, None] for values in (inputs, targets)]
    return Sequences(streams[0], streams[1], np.array(lengths), symbols, (None,))


def test_errors_are_counted_by_sequence_and_crashes_are_errors(tmp_path: Path) -> None:
    path = saved(tmp_path, PREVIOUS)
    rows = [[1, 2], [7, 1], [3, 0], [2, 7]]
    outcome = count_errors(path, sequences(rows, [[-1, -1], [0, 0], [9, 0], [-1, -2]], [2, 2, 1, 2]))
    assert (outcome.sequences, outcome.errors) == (4, 2)
    assert outcome.witness is not None
    assert outcome.witness.row == 1
    assert "ZeroDivisionError" in outcome.witness.found


def test_answers_that_are_right_are_not_read_and_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is printed as it should be is not read again; where one number is wrong, its row is found."""
    read = []
    whole = _fresh._read

    def seen(printed: str) -> list[Any]:
        read.append(printed)
        return whole(printed)

    monkeypatch.setattr(_fresh, "_read", seen)
    path = saved(tmp_path, PREVIOUS)
    rows = [[1, 2], [3, 0], [1, 2], [2, 5]]
    right = run_fresh(path, rows)
    read.clear()
    assert count_errors(path, sequences(rows, right, [2, 2, 2, 2])) == Errors(4, 0, None)
    assert not read
    wrong = [*right[:3], [right[3][0], right[3][1] + 1]]
    witness = Witness(3, rows[3], wrong[3], right[3])
    assert count_errors(path, sequences(rows, wrong, [2, 2, 2, 2])) == Errors(4, 1, witness)
    assert len(read) == 1


def test_equal_inputs_with_different_answers_are_counted_each(tmp_path: Path) -> None:
    path = saved(tmp_path, PREVIOUS)
    [right] = run_fresh(path, [[1, 2]])
    rows = [[1, 2], [1, 2], [1, 2]]
    found = count_errors(path, sequences(rows, [right, [0, 0], right], [2, 2, 2]))
    assert (found.sequences, found.errors) == (3, 1)
    assert found.witness is not None
    assert found.witness.row == 1


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[]],
        [[], [1], []],
        [[1, -2], [3, 4]],
        [[[1, 2], [3, 4]], [[5, 6], [7, 8]]],
        [[[1, 2]], [], [[7, 8]]],
        [[1], [[2, 3]], [[4, 5], [6, 7]]],
        [["a], [b"], ["c"]],
        [[["]], [[", 1]], [["x", 2]]],
        [[True, None], [1.5]],
    ],
)
def test_lines_are_those_of_each_row(rows: list[Any]) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    assert _fresh._lines(rows) == lines
    assert _fresh._read(lines) == rows


def test_padding_is_no_input_and_symbols_are_strings(tmp_path: Path) -> None:
    recurrence = Recurrence(("x",), (("s", 0),), (Assign(("s",), (e("+", "s", "x"),)), Emit((var("s"),))))
    path = saved(tmp_path, recurrence, input_symbols=[("off", "on")])
    data = sequences([[1, 1, 0], [1, 0, 0]], [[1, 2, 2], [1, 0, 0]], [3, 1], (("off", "on"),))
    assert count_errors(path, data).errors == 0


def test_script_reads_lists_and_objects_and_refuses_other_lines(tmp_path: Path) -> None:
    path = saved(tmp_path, PREVIOUS)
    for text, line in [
        ("[1]\n[1, 2\n", 2),
        ("7\n", 1),
        ('"12"\n', 1),
        ('{"input": [1]}\n', 1),
        ('["a"]\n', 1),
    ]:
        done = subprocess.run([sys.executable, path], input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert done.stderr.startswith(f"line {line}")
        assert done.stderr.count("\n") == 1
        assert done.stderr.count("\n") == 1
    text = '{"inputs": [14, 7]}\n[0]\n'
    done = subprocess.run([sys.executable, path], input=text, capture_output=True, text=True, check=True)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [[-2, 1], [0]]
