"""The language of programs: what its table lets in is harmless, all else is refused by both parsers."""

import ast
import copy
import dis
import keyword
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlift import Program
from netlift.checker import _grammar
from netlift.checker._grammar import FROM_MATH, FUNCTIONS, GRAMMAR, METHODS, NoProgram, program_tree
from netlift.checker._script import SCRIPTS
from netlift.checker._syntax import Refused, parsed
from netlift.cli import run
from netlift.core._errors import InputError
from netlift.program import parse_program, print_program
from netlift.program._parse import compile_program, compiled
from netlift.program._script import SCRIPT

RICH = '''"""A docstring."""
from math import gcd, isqrt

TABLE = {0: (1, -2), "a": [3, True], (1, -1): {4, 5}}
NAMES = ("x", "y")


def program(inputs):
    """Another."""
    outputs = []
    total, last, (seen, _) = 0, -1, (0, 0)
    counts = [0] * 3
    history = []
    for place, (a, b) in enumerate(inputs):
        total += a if a > b else b // 2
        counts[place % 3] += 1
        counts[0] = ~total & 7 | 1 ^ 2 << 3 >> 1
        history.append((a, b))
        del history[:-5]
        if not total or a == 1 and b != 2 or 0 <= a < 3 or a >= b or a in TABLE or b not in {1, 2}:
            seen = gcd(a, b) - isqrt(total * total) + 2**3 % 5
        elif a:
            continue
        else:
            pass
        for x in range(3):
            if x == 2:
                break
        several = [x + 1 for x in counts if x if x > 1]
        best = max(x * 2 for x, in [(1,), (2,)])
        outputs.append([*several, best, +seen, counts[::-1], {1: 2}[1], history[-1:], NAMES[0]][0])
    return outputs


''' + SCRIPT  # fmt: skip

BODY = "def program(inputs):\n    outputs = []\n    for x in inputs:\n        {}\n    return outputs\n"
SUM = BODY.format("outputs.append(x)")


def refused(source: str) -> str:
    """The sentence of both parsers, which have to refuse the source."""
    with pytest.raises(InputError) as product:
        parse_program(source, "it")
    with pytest.raises(Refused) as checker:
        parsed(source)
    said = str(product.value)
    assert said.startswith("it")
    assert "\n" not in said
    assert len(said) < 400
    assert str(checker.value) == f"language: the program{said[2:]}"
    return said


OWN = '[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == "_wrap_close"][0]'
TOUCH = OWN + '.__init__.__globals__["system"]("touch {}")'


def evil(path: Path) -> list[str]:
    """Sources each of which writes a file where Python runs it, or could do more than compute."""
    touch = TOUCH.format(path)
    plain = "    outputs = []\n    for x in inputs:\n        outputs.append(x)\n    return outputs\n"
    return [
        f"def program(inputs: {touch}):\n{plain}",
        f"def program(inputs) -> {touch}:\n{plain}",
        f"def program(inputs={touch}):\n{plain}",
        f"def program(inputs, *, more={touch}):\n{plain}",
        f"def program(*inputs: {touch}):\n{plain}",
        f"def program(inputs, /):\n{plain}",
        f"def program(inputs, **more: {touch}):\n{plain}",
        f"@{touch}\ndef program(inputs):\n{plain}",
        f"@(lambda f: {touch} or f)\ndef program(inputs):\n{plain}",
        f"A: {touch} = 1\n{SUM}",
        f"A = {touch}\n{SUM}",
        f"A = [{touch}]\n{SUM}",
        f"from __future__ import annotations\ndef program(inputs: int):\n{plain}",
        BODY.format(f"y: {touch} = 1"),
        BODY.format(f"(y): {touch}"),
        BODY.format(f"outputs.append({touch})"),
        BODY.format("def inner(y: print(1)): pass"),
        BODY.format("class Inner: pass"),
        BODY.format("outputs.append(__builtins__)"),
        BODY.format("outputs.append(__name__)"),
        BODY.format("__import__('os').system('id')"),
        BODY.format("outputs.append('{0.__class__}'.format(x))"),
        BODY.format("outputs.append('{x}'.format_map({'x': x}))"),
        BODY.format("outputs.append(x.__class__)"),
        BODY.format("outputs.append(x.real)"),
        BODY.format("outputs.append(outputs.append)"),
        BODY.format("outputs.append.__self__.append(x)"),
        BODY.format("outputs.append((y for y in inputs).gi_frame.f_back)"),
        BODY.format("outputs.append([y for y in (z := inputs)])"),
        BODY.format("outputs.append([outputs for outputs[0] in inputs])"),
        BODY.format("outputs.append([y for y in inputs for z in inputs])"),
        BODY.format("outputs.append({y for y in inputs})"),
        BODY.format("outputs.append(len(y for y in inputs))"),
        BODY.format("outputs.append(y for y in inputs)"),
        BODY.format("outputs.append(max(inputs, key=int))"),
        BODY.format("outputs.append(max(*inputs))"),
        BODY.format("outputs.append(max(**{}))"),
        BODY.format("f = int\n        outputs.append(f(x))"),
        BODY.format("outputs.append(list)"),
        BODY.format("outputs.append(gcd(x, 2))"),
        BODY.format("int = x"),
        BODY.format("program = x"),
        BODY.format("outputs.append(program(inputs))"),
        BODY.format("outputs.append({**{}})"),
        BODY.format("outputs.append(1.5)"),
        BODY.format("outputs.append(1j)"),
        BODY.format("outputs.append(None)"),
        BODY.format("outputs.append(...)"),
        BODY.format("outputs.append(b'x')"),
        BODY.format("outputs.append(u'x')"),
        BODY.format("outputs.append(x / 2)"),
        BODY.format("outputs.append(x is 2)"),
        BODY.format("outputs[:] = [x]"),
        BODY.format("[a, b] = x"),
        BODY.format("a, *b = x"),
        BODY.format("del x"),
        BODY.format("x"),
        BODY.format("'a string'"),
        BODY.format("return"),
        BODY.format("for y in x: pass\n        else: pass"),
        BODY.format("for x in inputs:  # type: int\n            pass"),
        BODY.format("y = 1  # type: int"),
        SUM.replace("inputs):", "inputs):  # type: (int) -> int"),
        SUM.replace("return outputs", "return outputs  # type: ignore"),
        SUM.replace("inputs", "__inputs"),
        "from math import gcd as len\n" + SUM,
        "from math import sqrt\n" + SUM,
        "from .math import gcd\n" + SUM,
        "A = 1\nA = 2\n" + SUM,
        "A = B = 1\n" + SUM,
        "A, B = 1, 2\n" + SUM,
        "program = 1\n" + SUM,
        "inputs = 1\n" + SUM,
        "len = 1\n" + SUM,
        "A = -'x'\n" + SUM,
        "A = -True\n" + SUM,
        "A = {[]: 1}\n" + SUM,
        "A = {**{}}\n" + SUM,
        "A = 1.5\n" + SUM,
        "A = 1 + 1\n" + SUM,
        SUM + SUM,
        SUM + "if __name__ == '__main__':\n    print(program([1]))\n",
        SUM + SCRIPT + SCRIPT,
        SCRIPT + SUM,
        SUM + "'a string'\n",
        "async " + SUM,
        "def program(inputs):\n    continue\n    return []\n",
        "def program(inputs):\n    break\n",
        "def program(inputs):\n    yield 1\n",
        "def program(a, b):\n    return a\n",
        "def program():\n    return []\n",
        "program = lambda inputs: inputs\n",
        "",
    ]


@pytest.mark.parametrize("number", range(len(evil(Path("OWNED")))))
def test_a_source_that_does_more_than_compute_is_refused(number: int, tmp_path: Path) -> None:
    owned = tmp_path / "OWNED"
    source = evil(owned)[number]
    refused(source)
    with pytest.raises(InputError):
        Program(source)([1, 2])
    assert not owned.exists()


def test_an_annotation_is_never_evaluated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    owned = tmp_path / "OWNED"
    file, data = tmp_path / "program.py", tmp_path / "data.jsonl"
    file.write_text(evil(owned)[0])
    data.write_text('{"inputs": [1, 2], "targets": [1, 2]}\n')
    for more in (["--data", str(data)], ["--against", str(file)]):
        assert run(["check", str(file), *more]) == 2
        said = capsys.readouterr()
        assert "line 1: a signature other than program(inputs) is not part of the language" in said.err
        assert said.out == ""
    assert not owned.exists()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (
            "def program(inputs):\n    continue\n    return []\n",
            "line 2 is not Python: 'continue' not properly",
        ),
        ("A = -'x'\n" + SUM, "line 1: a constant that is not a literal"),
        (BODY.format("outputs.append({**{}})"), "line 4: a dictionary that takes in another"),
        (BODY.format("outputs.append('\\ud800')"), "line 4: a string with half a character"),
        (BODY.format("outputs.append('\ud800')"), "holds half a character"),
        ("# -*- coding: latin-1 -*-\n" + SUM, "line 1: a declaration of an encoding"),
        ("\n#vim: set fileencoding=utf-7 :\n" + SUM, "line 2: a declaration of an encoding"),
        ("\r\f # coding=ascii\r" + SUM, "line 2: a declaration of an encoding"),
        ("\ufeff" + SUM, "line 1: a byte order mark"),
        (BODY.format("outputs.append('\0')"), "null bytes"),
        (BODY.format("outputs.append(x.a" + "b" * 10**5 + ")"), "line 4: the attribute 'abbb"),
        (BODY.format("outputs.append(" + "y" * 10**5 + ")"), "line 4: the unknown name 'yyy"),
        (BODY.format("outputs.append(0x" + "f" * 10**5 + ")"), "line 4: a number of more than 13,000 bits"),
        (BODY.format("outputs.append(" + "9" * 4_301 + ")"), "line 4 is not Python"),
        (BODY.format("outputs.append(" + "-" * 10**5 + "x)"), "nested too deeply"),
        (BODY.format("outputs.append(x" + "[0]" * 10**5 + ")"), "nested too deeply"),
        (BODY.format("outputs.append(x" + "+ x" * 400 + ")"), "nesting deeper than 250 levels"),
        ("#" * 10**6 + "\n" + SUM, "has 1,000,105 characters; a program has at most 1,000,000"),
        (BODY.format("outputs.append(x" + ".a" * 10**5 + ")"), "nested too deeply"),
    ],
)
def test_what_is_refused_is_named(source: str, sentence: str) -> None:
    assert sentence in refused(source)


def test_bytes_in_a_file_that_are_no_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, data = tmp_path / "program.py", tmp_path / "data.jsonl"
    data.write_text('{"inputs": [1, 2], "targets": [1, 2]}\n')
    for content, said in [
        (b"\xff\xfe", "is no text"),
        (b"#" * 4_000_001, "has more than 4,000,000 bytes"),
        (SUM.replace("append(x)", "append('\\ud800')").encode(), "half a character"),
    ]:
        file.write_bytes(content)
        assert run(["check", str(file), "--data", str(data)]) == 2
        assert said in capsys.readouterr().err
    assert run(["check", "x" * 5_000, "--data", str(data)]) == 2
    assert len(capsys.readouterr().err) < 400


def test_what_a_careful_colleague_writes_is_a_program() -> None:
    tree, function = program_tree(RICH)
    parse_program(RICH)
    assert [type(node).__name__ for node in tree.body] == [
        "Expr", "ImportFrom", "Assign", "Assign", "FunctionDef",
    ]  # fmt: skip
    assert function.name == "program"
    kinds = {type(node) for node in ast.walk(tree)}
    allowed = {kind for production in GRAMMAR.values() for kind in production}
    assert kinds == allowed  # so what follows looks at each of them
    references = ast.parse((Path(__file__).parents[2] / "benchmarks" / "references.py").read_text())
    imports = [node for node in references.body if isinstance(node, ast.ImportFrom)]
    for node in references.body:
        if isinstance(node, ast.FunctionDef):
            renamed = copy.deepcopy(node)
            renamed.name = "program"
            parse_program(ast.unparse(ast.Module([*imports, renamed], [])))


def node_types() -> Iterator[type[ast.AST]]:
    """Every node type of the running Python, those included that it only keeps for old code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        named = [getattr(ast, name) for name in dir(ast)]
    found = {kind for kind in named if isinstance(kind, type) and issubclass(kind, ast.AST)}
    left = [ast.AST]
    while left:
        kind = left.pop()
        if kind.__module__ in ("ast", "_ast"):
            found.add(kind)
        left += kind.__subclasses__()
    yield from sorted(found, key=lambda kind: kind.__name__)


def made(kind: type[ast.AST]) -> ast.AST:
    """An empty node of a type."""
    return ast.AST.__new__(kind)


def test_every_node_type_is_refused_where_the_table_does_not_name_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each type of `ast` is put into each field of each production: only what this one names may pass."""
    tree, _ = program_tree(RICH)
    rules: dict[tuple[str, type[ast.AST], str], tuple[ast.AST, Any]] = {}
    children = _grammar._children

    def noted(production: str, rule: Any, value: Any, node: ast.AST, name: str, line: int) -> Any:
        rules.setdefault((production, type(node), name), (node, rule))
        return children(production, rule, value, node, name, line)

    with monkeypatch.context() as patch:
        patch.setattr(_grammar, "_children", noted)
        _grammar._walk(tree)
    kinds = list(node_types())
    assert len(kinds) > 100
    places = 0
    for (_, _, name), (node, rule) in rules.items():
        for kind in kinds:
            if not names(rule, kind):
                places += 1
                with put(node, name, made(kind)), pytest.raises(NoProgram):
                    _grammar._walk(tree)
    assert places > 10_000
    _grammar._walk(tree)  # as it was


@contextmanager
def put(parent: ast.AST, name: str, node: ast.AST) -> Iterator[None]:
    """The node in the place of a field, or of the first in its list; afterwards all is as it was."""
    old = getattr(parent, name, None)
    setattr(parent, name, [node, *old[1:]] if isinstance(old, list) else node)
    try:
        yield
    finally:
        setattr(parent, name, old)


def names(rule: Any, kind: type[ast.AST]) -> bool:
    """Whether a rule names a node type in one of its productions."""
    productions = [getattr(rule, part) for part in ("of", "value", "generator") if hasattr(rule, part)]
    return any(kind in GRAMMAR[production] for production in productions)


def test_every_field_of_every_type_in_the_table_is_covered() -> None:
    """No field of the running Python is without a rule, and a field that nobody knows is refused."""
    for production, kinds in GRAMMAR.items():
        for kind, fields in kinds.items():
            assert set(kind._fields) <= set(fields), (production, kind)

    tree, function = program_tree(RICH)
    later = type("FunctionDef", (ast.FunctionDef,), {"_fields": (*ast.FunctionDef._fields, "later")})
    changed = later(**{name: getattr(function, name) for name in ast.FunctionDef._fields}, lineno=1)
    tree.body[-1] = changed
    with pytest.raises(NoProgram, match="'FunctionDef'"):
        _grammar._walk(tree)
    _, function = program_tree(RICH)
    rules = dict(GRAMMAR["part"][ast.FunctionDef])
    del rules["returns"]
    with pytest.raises(NoProgram, match="signature"):
        list(_grammar._children("part", rules.get("returns"), function, function, "returns", 1))


WRONG: tuple[Any, ...] = (
    "evil", "__class__", 5, -1, 1.5, None, b"", True, (), [ast.Name("x", ast.Load())], ["x"], [None],
    ast.Name("x", ast.Load()), ast.arg("x", None, None), ast.Await(ast.Name("x", ast.Load())), object(),
)  # fmt: skip


def test_a_field_holds_nothing_but_what_its_rule_says() -> None:
    """What is put into any field is refused, or the tree is one that Python can compile, and harmless."""
    tree, _ = program_tree(RICH)
    refusals = 0
    tried: set[tuple[type[ast.AST], str]] = set()
    for node in ast.walk(tree):
        for name in type(node)._fields:
            if (type(node), name) in tried:
                continue
            tried.add((type(node), name))
            old = getattr(node, name, None)
            for wrong in WRONG:
                setattr(node, name, wrong)
                try:
                    _grammar._walk(tree)
                except NoProgram:
                    refusals += 1
                else:
                    assert wrong is None or type(wrong) in (str, int, bool, list, ast.Name)
            setattr(node, name, old)
    assert refusals > 1_000


# A source with each node type that the table does not name: as a user would write it.
WITHOUT: dict[str, list[str]] = {
    "AnnAssign": [BODY.format("y: int = x")],
    "Assert": [BODY.format("assert x")],
    "AsyncFor": ["async def program(inputs):\n    async for x in inputs:\n        pass\n"],
    "AsyncFunctionDef": ["async def program(inputs):\n    return []\n"],
    "AsyncWith": ["async def program(inputs):\n    async with inputs:\n        pass\n"],
    "Await": ["async def program(inputs):\n    await inputs\n"],
    "ClassDef": [BODY.format("class A: pass"), "class program: pass\n"],
    "DictComp": [BODY.format("outputs.append({y: y for y in inputs})")],
    "Div": [BODY.format("outputs.append(x / 2)"), BODY.format("x /= 2")],
    "ExceptHandler": [BODY.format("try: pass\n        except x: pass")],
    "FormattedValue": [BODY.format("outputs.append(f'{x}')")],
    "Global": [BODY.format("global y")],
    "Import": ["import math\n" + SUM, BODY.format("import os")],
    "Interpolation": [BODY.format("outputs.append(t'{x}')")],
    "Is": [BODY.format("outputs.append(x is 1)")],
    "IsNot": [BODY.format("outputs.append(x is not 1)")],
    "JoinedStr": [BODY.format("outputs.append(f'x')")],
    "Lambda": [BODY.format("outputs.append((lambda: x)())"), "program = lambda inputs: inputs\n"],
    "MatMult": [BODY.format("outputs.append(x @ x)")],
    "Match": [BODY.format("match x:\n            case 1: pass")],
    "MatchAs": [BODY.format("match x:\n            case y: pass")],
    "MatchClass": [BODY.format("match x:\n            case int(): pass")],
    "MatchMapping": [BODY.format("match x:\n            case {1: 2}: pass")],
    "MatchOr": [BODY.format("match x:\n            case 1 | 2: pass")],
    "MatchSequence": [BODY.format("match x:\n            case [1, 2]: pass")],
    "MatchSingleton": [BODY.format("match x:\n            case None: pass")],
    "MatchStar": [BODY.format("match x:\n            case [*y]: pass")],
    "MatchValue": [BODY.format("match x:\n            case 1: pass")],
    "NamedExpr": [BODY.format("outputs.append((y := x))")],
    "Nonlocal": [BODY.format("nonlocal y")],
    "ParamSpec": ["def program[**T](inputs):\n    return []\n"],
    "Raise": [BODY.format("raise x")],
    "SetComp": [BODY.format("outputs.append({y for y in inputs})")],
    "TemplateStr": [BODY.format("outputs.append(t'x')")],
    "Try": [BODY.format("try: pass\n        finally: pass")],
    "TryStar": [BODY.format("try: pass\n        except* x: pass")],
    "TypeAlias": ["type A = int\n" + SUM],
    "TypeIgnore": [SUM.replace("return outputs", "return outputs  # type: ignore")],
    "TypeVar": ["def program[T](inputs):\n    return []\n"],
    "TypeVarTuple": ["def program[*T](inputs):\n    return []\n"],
    "While": [BODY.format("while x: pass")],
    "With": [BODY.format("with x: pass")],
    "Yield": [BODY.format("yield x")],
    "YieldFrom": [BODY.format("yield from x")],
    "keyword": [BODY.format("outputs.append(max(inputs, default=0))")],
    "match_case": [BODY.format("match x:\n            case 1: pass")],
    "withitem": [BODY.format("with x: pass")],
}
# Types that no source of a module has: names of groups, roots of other trees, and what old code may name.
UNSEEN = {
    "AST", "AugLoad", "AugStore", "Bytes", "Ellipsis", "Expression", "ExtSlice", "FunctionType", "Index",
    "Interactive", "NameConstant", "Num", "Param", "Str", "Suite", "boolop", "cmpop", "excepthandler", "expr",
    "expr_context", "mod", "operator", "pattern", "slice", "stmt", "type_ignore", "type_param", "unaryop",
    "_ast_Ellipsis",
}  # fmt: skip


@pytest.mark.parametrize("kind", list(node_types()), ids=lambda kind: kind.__name__)
def test_every_node_type_of_python_is_named_or_refused(kind: type[ast.AST]) -> None:
    if any(kind in production for production in GRAMMAR.values()) or kind.__name__ in UNSEEN:
        return
    sources = WITHOUT[kind.__name__]
    for source in sources:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source, type_comments=True)
        holds = [type(node) for node in ast.walk(tree)] + [type(one) for one in tree.type_ignores]
        assert kind in holds
        refused(source)


def codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


HARMLESS = FUNCTIONS | FROM_MATH | METHODS | {"program"}


def assert_harmless(source: str) -> None:
    """The byte code of a source that was let in: no import, no class, no attribute but listed methods."""
    for code in codes(compiled(source, "it")):
        for name in (*code.co_names, *code.co_varnames, *code.co_freevars, *code.co_cellvars):
            assert name in HARMLESS or not name.startswith("__")
        for step in dis.get_instructions(code):
            assert not step.opname.startswith(("IMPORT", "LOAD_BUILD", "STORE_ATTR", "DELETE_ATTR", "SETUP"))
            assert step.opname not in ("YIELD_FROM", "SEND", "GET_AWAITABLE", "LOAD_LOCALS")
            if step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
                assert step.argval in METHODS
            if step.opname == "MAKE_FUNCTION":
                assert not (step.arg or 0) & 7  # no defaults, no annotations


SOUP = [
    "lambda", ":", "=", "*", "**", "@", "async", "await", "yield", ":=", "->", "f'{x}'", ".__class__",
    ".append", ".real", "(", ")", "[", "]", "{", "}", ",", "0", "'x'", "None", "1.5", "x", "inputs",
    "outputs", "int", "len", "gcd", "__import__", "print", "~", "-", "/", "//", "import os", "#",
    "from math import gcd", "# type: int", "\n", "\n    ", "\n        ", "# coding: latin-1\n", "\0",
    "\ud800", *keyword.kwlist,
]  # fmt: skip
BASES = [*[RICH, SUM] * 50, *evil(Path("OWNED"))]


@st.composite
def sources(draw: st.DrawFn) -> str:
    """A source with a few tokens taken out, doubled, swapped or put in."""
    source = draw(st.sampled_from(BASES))
    pieces = re.split(r"(\w+|\s+)", source)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(pieces) - 1))
        match draw(st.integers(0, 6)):
            case 0:
                pieces[place] = ""
            case 1:
                pieces[place] = pieces[place] * 2
            case 2:
                pieces.insert(place, draw(st.sampled_from(SOUP)))
            case _:
                alike = [piece for piece in pieces if piece.isidentifier() == pieces[place].isidentifier()]
                pieces[place] = draw(st.sampled_from(alike))
    return "".join(pieces)


def check_source(source: str) -> bool:
    """Whether both parsers let a source in, where they agree and what they let in is harmless."""
    try:
        parse_program(source, "it")
    except InputError:
        with pytest.raises(Refused):
            parsed(source)
        return False
    tree, _ = parsed(source)
    assert_harmless(source)
    again, _ = parsed(ast.unparse(tree))  # what was let in says all that there is
    assert ast.dump(again) == ast.dump(tree)
    return True


@settings(max_examples=1_500, deadline=None)
@given(sources())
def test_the_two_parsers_agree_and_let_in_what_is_harmless(source: str) -> None:
    check_source(source)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_program_or_refused(text: str) -> None:
    check_source(text)


def test_the_script_lines_are_let_in_word_for_word() -> None:
    parse_program(SUM + "\n\n" + SCRIPT)
    for old, new in [("print(", "exec("), ("import sys", "import os as sys"), ("__main__", "main")]:
        assert old in SCRIPT
        assert "a script part other than" in refused(SUM + SCRIPT.replace(old, new))
    deep = "if x:\n" + "".join(" " * n + "if x:\n" for n in range(1, 90)) + " " * 90 + "pass\n"
    assert "a script part other than" in refused(SUM + deep)


@pytest.mark.parametrize("script", SCRIPTS)
def test_script_lines_are_known_by_their_text_or_else_by_their_tree(
    script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dumped: list[str] = []
    dump = ast.dump

    def told(node: ast.AST) -> str:
        dumped.append("a tree")
        return dump(node)

    monkeypatch.setattr(ast, "dump", told)
    source = f"{SUM}\n\n{script}"
    tree = dump(program_tree(source)[0])
    assert dumped == []
    for other in (source + "\n", source + "# done\n", source.replace("\n", "\r\n"), source.rstrip("\n")):
        assert dump(program_tree(other)[0]) == tree
    assert len(dumped) == 4
    first = script.index("if __name__")
    with pytest.raises(NoProgram, match="a script part other than"):
        program_tree(source + "elif program:\n    pass\n")
    with pytest.raises(NoProgram):  # the text is there, and not as the last statement of the module
        program_tree(f"{SUM}\n\n{script[:first]}if True:\n    x = 1\n" + f"else:\n    {script[first:]}")


def test_code_is_made_from_the_checked_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the source parsed a second time, it might be read otherwise."""
    tree = program_tree(SUM.replace("append(x)", "append(x + 1)"))
    monkeypatch.setattr("netlift.program._parse.program_tree", lambda source: tree)
    assert compile_program(SUM, "it")([1, 2]) == [2, 3]
    assert print_program.__module__ == "netlift.program._print"
