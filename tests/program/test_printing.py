"""Printing: whatever the symbols, what is printed parses, keeps every constant, and answers as it should."""

import ast
import itertools
import math
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import netlift
import netlift.engine._explain as search
from netlift.bench._distilled import with_task_checks
from netlift.checker._script import SCRIPT
from netlift.data import from_arrays
from netlift.engine._run import Run
from netlift.formulas import Assign, Candidate, Emit, Expr, Recurrence, const, var
from netlift.formulas._rank import number_play
from netlift.program import NotPrinted, Program, _wrap, parse_program, print_program, with_line
from netlift.program._wrap import rows
from netlift.report._checks import checked_inputs
from netlift.report._guard import Guard, failures
from netlift.states import Machine
from netlift.states.readers import Reading, words_of

# Strings as they come in files: quotes, escapes, ends of lines, braces, other alphabets, nothing at all.
AWKWARD = [
    "", " ", "'", '"', "'\"", '"""', "\\", "\\'", "a\nb", "\r", "\t", "\0", "{}", "{0!r}", "#", "%s",
    "a, b", "(not x)", " or ", "x: y,", "é", "ß", "漢字", "\u2028", "\x85", "\ufeff", "🙂", "\x1b[0m",
    "__import__", "close_notify; then closed", "word " * 60, "'" * 120, "x" * 5_000,
    "ALERT_FATAL (handshake failure), then the connection is closed" * 2,
]  # fmt: skip
CHARACTERS = st.characters(exclude_categories=["Cs"])  # half characters are refused where data are read
SYMBOLS = st.one_of(st.sampled_from(AWKWARD), st.text(CHARACTERS, max_size=120))
WITHOUT_HALVES = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def strings_of(source: str) -> set[str]:
    found = ast.walk(ast.Module([n for n in ast.parse(source).body if not isinstance(n, ast.If)], []))
    return {n.value for n in found if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def alphabet(least: int = 1, most: int = 6) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(SYMBOLS, min_size=least, max_size=most, unique=True).map(tuple)


@st.composite
def machines(draw: st.DrawFn) -> tuple[Recurrence, list[Any], list[Any]]:
    """A table machine of 1 to 60 states over one to three streams, some of strings, with answers to match."""
    inputs = [draw(st.one_of(alphabet(1, 4), st.integers(1, 4))) for _ in range(draw(st.integers(1, 3)))]
    symbols = math.prod(one if isinstance(one, int) else len(one) for one in inputs)
    states = draw(st.one_of(st.integers(1, 4), st.integers(5, 60).filter(lambda n: n * symbols <= 300)))
    outputs = [draw(st.one_of(alphabet(1, 6), st.integers(1, 9))) for _ in range(draw(st.integers(1, 3)))]
    seed = draw(st.integers(0, 2**16))
    holes = draw(st.booleans())
    rng = np.random.default_rng(seed)
    names = tuple(f"x{i}" for i in range(len(inputs)))
    sizes = [one if isinstance(one, int) else len(one) for one in inputs]
    keys = list(itertools.product(range(states), *(range(size) for size in sizes)))

    def table(most: int) -> Expr:
        pairs = tuple((key, int(rng.integers(most))) for key in keys)
        if holes and len(pairs) > 2:
            pairs = pairs[:-1]
        return Expr("table", (var("state"), *map(var, names)), pairs)

    emit = Emit(tuple(table(one if isinstance(one, int) else len(one)) for one in outputs))
    recurrence = Recurrence(names, (("state", 0),), (emit, Assign(("state",), (table(states),))))
    return recurrence, inputs, outputs


def symbols_of(sides: Sequence[Any]) -> list[tuple[str, ...] | None]:
    return [one if isinstance(one, tuple) else None for one in sides]


def spelt(steps: Sequence[tuple[int, ...]], symbols: Sequence[tuple[str, ...] | None]) -> list[Any]:
    rows_ = [
        tuple(v if names is None else names[v] for v, names in zip(step, symbols, strict=True))
        for step in steps
    ]
    return [row[0] for row in rows_] if len(symbols) == 1 else rows_


@WITHOUT_HALVES
@given(machines(), st.data())
def test_tables_with_any_symbols_print_and_answer_as_the_machine(
    machine: tuple[Recurrence, list[Any], list[Any]], data: st.DataObject
) -> None:
    recurrence, inputs, outputs = machine
    read, answered = symbols_of(inputs), symbols_of(outputs)
    checked = [one if isinstance(one, tuple) else f"0..{one - 1}" for one in inputs]
    source = print_program(recurrence, ["Text."], read, answered, checked)
    assert print_program(recurrence, ["Text."], read, answered, checked) == source
    program = parse_program(source)
    assert {name for names in read if names for name in names} <= strings_of(source)
    sizes = [one if isinstance(one, int) else len(one) for one in inputs]
    word = data.draw(st.lists(st.tuples(*(st.integers(0, size - 1) for size in sizes)), max_size=12))
    try:
        expected = spelt(recurrence.run(word), answered)
    except KeyError:  # a hole of the table
        with pytest.raises((KeyError, IndexError)):
            program(spelt(word, read))
        return
    assert program(spelt(word, read)) == expected


@WITHOUT_HALVES
@given(alphabet(2, 6), alphabet(2, 6), st.data())
def test_formulas_over_any_symbols_print_and_answer(
    read: tuple[str, ...], answered: tuple[str, ...], data: st.DataObject
) -> None:
    x, s = var("x"), var("s")
    choice = data.draw(st.integers(0, 4))
    members = Expr("in", (x,), tuple(range(0, len(read), 2)))
    long = x
    for i in range(data.draw(st.integers(1, 12))):
        long = Expr("+", (long, Expr("if", (Expr("==", (x, const(i % len(read)))), s, const(i)))))
    value = [
        members,
        Expr("if", (members, s, Expr("+", (s, x)))),
        Expr("and", (Expr("==", (x, const(1))), Expr("not", (Expr("==", (s, const(0))),)))),
        Expr("+", (Expr("*", (x, x)), s)),
        long,
    ][choice]
    output = Expr("%", (value, const(len(answered))))
    recurrence = Recurrence(("x",), (("s", 0),), (Emit((output,)), Assign(("s",), (value,))))
    program = parse_program(print_program(recurrence, (), [read], [answered]))
    word = data.draw(st.lists(st.integers(0, len(read) - 1), max_size=8))
    expected = [answered[y] for (y,) in recurrence.run([(place,) for place in word])]
    assert program([read[place] for place in word]) == expected


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 120), alphabet(2, 4), st.integers(1, 12))
def test_lines_of_any_width_say_the_same(width: int, symbols: tuple[str, ...], streams: int) -> None:
    names = tuple(f"stream_number_{i}" for i in range(streams))
    total: Expr = const(1)
    for name in names:
        chosen = Expr("if", (Expr("==", (var(name), const(1))), var("s"), const(-7)))
        total = Expr("-", (Expr("*", (total, const(3))), Expr("%", (chosen, const(5)))))
    update = Expr("if", (Expr("<", (var("s"), const(3))), total, Expr("+", (var("s"), total))))
    output = Expr("%", (Expr("+", (var("s"), total)), const(len(symbols))))
    recurrence = Recurrence(names, (("s", 0),), (Emit((output, update)), Assign(("s",), (update,))))
    read: list[tuple[str, ...] | None] = [symbols if i % 2 else None for i in range(streams)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_wrap, "WIDTH", width)
        narrow = print_program(recurrence, (), read, [symbols, None])
    wide = print_program(recurrence, (), read, [symbols, None])
    assert ast.dump(ast.parse(narrow)) == ast.dump(ast.parse(wide))


LITERALS: st.SearchStrategy[Any] = st.recursive(
    st.one_of(SYMBOLS, st.integers(-(10**30), 10**30)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=8),
        st.lists(inner, min_size=1, max_size=8).map(tuple),
        st.dictionaries(st.one_of(SYMBOLS, st.integers()), inner, min_size=1, max_size=6),
        st.sets(st.one_of(SYMBOLS, st.integers()), min_size=1, max_size=6),
    ),
    max_leaves=25,
)


@settings(max_examples=120, deadline=None)
@given(LITERALS)
def test_a_literal_comes_back_as_it_was(value: Any) -> None:
    node = ast.parse(repr(value), mode="eval").body
    text = rows("TABLE", node)
    assert ast.literal_eval(text.removeprefix("TABLE = ")) == value
    assert rows("TABLE", node) == text


def test_lines_are_cut_between_tokens_and_not_inside_strings() -> None:
    """The table that was lost: answers with spaces, in rows that are too long for a line."""
    answers = tuple(f"ALERT_FATAL number {i}, then the connection is closed" for i in range(7))
    pairs = tuple(((s, x), (s * 3 + x) % 7) for s in range(7) for x in range(7))
    table = Expr("table", (var("s"), var("x")), pairs)
    recurrence = Recurrence(("x",), (("s", 0),), (Emit((table,)), Assign(("s",), (table,))))
    symbols = tuple(f"Client Hello {i}" for i in range(7))
    source = print_program(recurrence, (), [symbols], [answers])
    program = Program(source)
    assert program([symbols[3], symbols[3]]) == [answers[3], answers[(3 * 3 + 3) % 7]]
    assert max(map(len, source.splitlines())) <= 100
    assert (
        '    {\n        "Client Hello 0": "ALERT_FATAL number 0, then the connection is closed",\n' in source
    )


def test_a_string_longer_than_a_line_stays_whole() -> None:
    long = "a very long answer with many words " * 8
    choice = Expr("if", (Expr("<", (var("x"), const(3))), const(0), const(1)))
    source = print_program(Recurrence(("x",), (), (Emit((choice,)),)), (), None, [(long, long + "!")])
    assert f'"{long}"' in source
    assert Program(source)([1, 5]) == [long, long + "!"]


def test_docstrings_hold_any_text() -> None:
    recurrence = Recurrence(("x",), (), (Emit((var("x"),)),))
    for text in [
        'ends with "',
        '"',
        '""',
        '"""',
        'a """" b',
        "\\",
        "ends with \\",
        "a\0b",
        "a\u2028b",
        "\ud800",
    ]:
        for lines in ([text], [text, "more"], ["more", text]):
            source = print_program(recurrence, lines)
            longer = with_line(source, "One more.")
            for one in (source, longer):
                assert parse_program(one)([1]) == [1]
                one.encode()
            assert "One more." in (ast.get_docstring(ast.parse(longer)) or "")
            assert longer[longer.index("\n\ndef ") :] == source[source.index("\n\ndef ") :]
            first = with_line(source, "At the top.", first=True)
            assert (ast.get_docstring(ast.parse(first)) or "").startswith("At the top.")


def test_what_cannot_be_written_down_is_refused_as_such() -> None:
    deep = var("x")
    for _ in range(1_500):
        deep = Expr("if", (Expr("==", (deep, const(1))), const(2), const(3)))
    with pytest.raises(NotPrinted):
        print_program(Recurrence(("x",), (), (Emit((deep,)),)))
    huge = Expr("+", (var("x"), const(10**5_000)))
    with pytest.raises(NotPrinted):
        print_program(Recurrence(("x",), (), (Emit((huge,)),)))


def test_names_of_other_alphabets_become_plain_ones() -> None:
    body = (Assign(("ﬁ",), (Expr("+", (var("ﬁ"), var("ª"))),)), Emit((Expr("+", (var("ﬁ"), var("fi"))),)))
    source = print_program(Recurrence(("ª",), (("ﬁ", 1), ("fi", 5)), body))
    assert Program(source)([2]) == [8]


def test_the_checked_inputs_stand_above_the_script_and_count_for_nothing() -> None:
    recurrence = Recurrence(("a", "b"), (), (Emit((Expr("+", (var("a"), var("b"))),)),))
    bare = Program(print_program(recurrence))
    told = Program(print_program(recurrence, ["Text."], None, None, ["0..9", (0, 5, 12)]))
    assert 'CHECKED = ("0..9", (0, 5, 12))\n\n' + SCRIPT in told.source
    assert "Inputs checked: a in 0 to 9 and b in 0, 5, 12; as a script," in (
        ast.get_docstring(ast.parse(told.source)) or ""
    )
    assert bare.nodes == told.nodes
    assert bare.lines == told.lines == 5
    reads = told.source.replace("outputs = []", "outputs = [CHECKED]")
    assert Program(reads).nodes > told.nodes + 5  # where the function reads it, it is part of the program


def test_checked_inputs_are_those_of_the_data() -> None:
    numbers = from_arrays([[0, 5, 9], [9, 9]], [[0, 0, 0], [0, 0]])
    assert checked_inputs(numbers) == [(0, 5, 9)]
    pairs = from_arrays([[(0, "b"), (1, "a")], [(2, "b"), (3, "a")]], [[0, 0], [0, 0]])
    assert checked_inputs(pairs) == ["0..3", ("a", "b")]


# What is found is kept.

SUMS = np.random.default_rng(3).integers(0, 5, size=(300, 8))


def summed() -> netlift.Result:
    return netlift.distill(SUMS, np.cumsum(SUMS, axis=1), seed=1)


def broken(*_: Any, **__: Any) -> Any:
    raise ValueError("the reason why")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("netlift.engine._finish.measured", "Measuring faithfulness failed (ValueError: the reason why)"),
        ("netlift.harden._claimed.certified", "Proving failed (ValueError: the reason why)"),
        ("netlift.harden._claimed.network_proved", "Proving failed (ValueError: the reason why)"),
        ("netlift.engine._finish.longer_check", "Running longer words failed (ValueError: the reason why)"),
    ],
)
def test_a_program_outlives_a_stage_that_fails(
    monkeypatch: pytest.MonkeyPatch, name: str, told: str, tmp_path: Any
) -> None:
    monkeypatch.setattr(name, broken)
    result = summed()
    assert result.solved
    assert result.program is not None
    assert result.program([1, 2, 3]) == [1, 3, 6]
    assert any(finding.startswith(told) for finding in result.findings)
    assert failures(result.findings) == result.findings
    assert any("ValueError" in line for line in result.log)
    result.save(tmp_path)
    assert parse_program((tmp_path / "program.py").read_text()) == result.program


def test_a_program_outlives_its_checks(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr("netlift.report._written.checked", broken)
    monkeypatch.setattr("netlift.report._docstring.network_errors", broken)
    result = summed()
    assert not result.solved
    assert result.reason.startswith("Checking the program failed (ValueError: the reason why)")
    assert result.program is not None
    assert result.program([1, 2, 3]) == [1, 3, 6]
    assert result.reason in result.findings
    assert result.claims == ()
    result.save(tmp_path)
    assert (tmp_path / "program.py").exists()


def test_a_program_outlives_the_checks_by_a_rule() -> None:
    task: Any = SimpleNamespace(sequences=broken, length=8)
    before = summed()
    result = with_task_checks(before, task, 0)
    assert not result.solved
    assert result.program == before.program
    assert result.reason.startswith(
        "Checking the program by the task's rule failed (ValueError: the reason why)"
    )
    assert result.reason in result.findings


def test_a_docstring_that_cannot_be_printed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def some(recurrence: Recurrence, docstring: Sequence[str] = (), *rest: Any) -> str:
        return print_program(recurrence, docstring, *rest) if not docstring else broken()

    monkeypatch.setattr("netlift.report._written.print_program", some)
    result = summed()
    assert result.solved
    assert result.program is not None
    assert "Read out of" not in result.program.source
    assert any(finding.startswith("The docstring failed") for finding in result.findings)


def turning() -> tuple[search.Search, Reading]:
    """A search over a machine of three states, whose symbols have spaces, and what a network would show."""
    turns = np.random.default_rng(5).integers(0, 3, size=(50, 9))
    states = np.cumsum(turns, axis=1) % 3
    names = ("a turn to the right, twice", "stay", "then turn to the left")
    train = from_arrays(
        [[names[x] for x in row] for row in turns.tolist()],
        [[f"answer number {s}, and no other" for s in row] for row in states.tolist()],
    )
    cells = (np.arange(3)[:, None] + np.arange(3)) % 3
    machine = Machine(np.arange(3)[:, None], cells, cells[:, :, None])
    behaviour = words_of(train).behaviour(train.inputs, train.targets, machine=machine)
    return search.Search(train, train, Run()), Reading("machine", 3, behaviour, machine)


def unprintable() -> Recurrence:
    deep = var("x")
    for _ in range(300):
        deep = Expr("abs", (Expr("-", (deep, var("s"))),))
    return Recurrence(("x",), (("s", 0),), (Emit((deep,)), Assign(("s",), (deep,))))


def summing() -> Recurrence:
    total = Expr("%", (Expr("+", (var("s"), var("x"))), const(3)))
    return Recurrence(("x",), (("s", 0),), (Assign(("s",), (total,)), Emit((var("s"),))))


TRAINED: Any = None  # it is only handed on


def test_where_a_form_cannot_be_printed_the_next_one_is() -> None:
    searching, reading = turning()
    candidates = [Candidate(unprintable(), 1.0, "too deep"), Candidate(summing(), 2.0, "state")]
    found = searching.attempts.first_right(TRAINED, reading, candidates)
    assert found is not None
    assert found.errors == 0
    assert found.candidate.strategy == "state"
    log = searching.progress.lines
    assert any(line.startswith("too deep: cannot be printed (") for line in log)


def test_where_no_formula_can_be_printed_the_table_is() -> None:
    searching, reading = turning()
    candidates = [Candidate(unprintable(), 1.0, "too deep")] * 12
    found = searching.attempts.first_right(TRAINED, reading, candidates)
    assert found is not None
    assert found.errors == 0
    assert found.candidate.is_table


def test_where_nothing_can_be_printed_a_finding_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netlift.program._candidates.print_program", broken)
    searching, reading = turning()
    assert searching.attempts.first_right(TRAINED, reading, [Candidate(summing(), 2.0, "state")]) is None
    sentences = searching.findings.sentences(searching.train)
    assert (
        "These forms were found and could not be printed: state (1), table (1); log.txt says why."
        in sentences
    )


def test_a_variable_that_keeps_its_own_value_is_ranked() -> None:
    """It was followed into itself without end wherever answers are strings."""
    kept = Expr("if", (Expr("==", (var("x"), const(1))), var("y"), const(2)))
    recurrence = Recurrence(("x",), (("y", 0),), (Assign(("y",), (kept,)), Emit((var("y"),))))
    assert number_play(recurrence, [True], [True]) == 0.0


def test_interrupts_are_no_failures_of_a_stage() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    guard = Guard()
    with pytest.raises(KeyboardInterrupt):
        guard.kept("Proving", interrupted, None)
    assert guard.findings == []
    assert guard.kept("Proving", lambda: 1 // 0, 7) == 7
    assert guard.findings[0].startswith(
        "Proving failed (ZeroDivisionError: integer division or modulo by zero)"
    )
