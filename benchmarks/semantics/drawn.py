# ruff: noqa: E501  (tables of short texts)
"""Random programs of the language, with much of what programs seldom hold: aliases, changes in place, slices.

`by_python` runs them in CPython, in a process of its own; `by_prover` and `by_checker` in the two evaluators.
"""

import ast
import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

Word = list[Any]

HEAD = ("from math import gcd, isqrt, lcm, prod", "ROW = (2, 0, 1)", "ROWS = ((0, 1, 2), (2, 1, 0))",
        "MEMBERS = {0, 2}", "CODE = {'a': 0, 'b': 1}", "CELLS = [1, 2, 3]")  # fmt: skip
WRONG = 0.02  # how often a value of another kind than the expected one is drawn


class Drawer:
    """Draws programs; `names` are what a loop binds, numbers or strings."""

    def __init__(self, rng: random.Random, names: Sequence[str], strings: bool, small: bool = False) -> None:
        self.rng, self.names, self.strings, self.small = rng, list(names), strings, small
        self.bound: list[str] = []
        self.changes = not small

    def pick(self, *choices: Any) -> Any:
        return self.rng.choice(choices)

    def value(self, kind: str, depth: int) -> str:
        """An expression of a kind, or, seldom, of another."""
        if self.rng.random() < WRONG and not self.small:
            kind = self.pick("number", "text", "list", "tuple", "dict", "set", "rows")
        return getattr(self, f"_{kind}")(max(depth, 0))  # type: ignore[no-any-return]

    def _number(self, depth: int) -> str:
        names = ["s", "t", *self.bound, *([] if self.strings else self.names)]
        if depth == 0 or self.rng.random() < 0.2:
            return self.pick(*names, *names, "0", "1", "2", "3", "-1", "7", "True", "False")
        n, e = lambda: self._or_wrong("number", depth - 1), self.value
        choices = [
            lambda: f"({n()} {self.pick('+', '-', '*', '//', '%', '&', '|', '^')} {n()})",
            lambda: f"({n()} {self.pick('+', '-', '+', '*')} {n()})",
            lambda: f"({n()} % {self.pick(2, 3, 5, -3)})",
            lambda: f"({n()} {self.pick('<<', '>>')} ({n()} % 4))",
            lambda: f"(({n()} % 5) ** {self.pick(0, 1, 2, 3)})",
            lambda: f"({self.pick('-', '+', '~')}{n()})",
            lambda: f"abs({n()})",
            lambda: f"int({e('truth', depth - 1)})",
            lambda: f"{self.pick('min', 'max', 'gcd', 'lcm')}({n()}, {n()})",
            lambda: f"({n()} if {e('truth', depth - 1)} else {n()})",
            lambda: e("truth", depth - 1),
            lambda: f"ROW[{n()} % 3]",
            lambda: f"ROWS[{n()} % 2][{n()} % 3]",
            lambda: f"isqrt(abs({n()}))",
            lambda: f"divmod({n()}, {n()})[{self.pick(0, 1)}]",
            lambda: f"({n()}).{self.pick('bit_count', 'bit_length')}()",
        ]
        if not self.small:
            choices += [
                lambda: f"len({e(self.pick('list', 'tuple', 'text', 'set', 'dict'), depth - 1)})",
                lambda: f"{self.pick('sum', 'max', 'min', 'prod')}({e('list', depth - 1)})",
                lambda: f"h[{self.pick(n(), '-1', '0')}]",
                lambda: f"h.{self.pick('index', 'count')}({n()})",
                lambda: f"u[{self.pick('0', '1', '-1', n())}]",
                lambda: f"d[{n()}]",
                lambda: f"d.{self.pick('get', 'get', 'pop')}({n()}, {n()})",
                lambda: f"{self.pick('sum', 'max')}({self._each('number', depth)})",
                lambda: f"g[{self.pick(0, 1, -1)}][{self.pick(0, -1, n())}]",
                lambda: f"h.pop({self.pick('', '0', '-1')})",
                lambda: f"CELLS[{n()} % 3]",
                lambda: f"CELLS.index({n()})",
                lambda: f"CODE[{e('text', depth - 1)}]",
            ]
        return self.pick(*choices)()  # type: ignore[no-any-return]

    def _or_wrong(self, kind: str, depth: int) -> str:
        return self.value(kind, depth)

    def _truth(self, depth: int) -> str:
        n, e = lambda: self.value("number", depth - 1), self.value
        if depth == 0:
            return f"{self._number(0)} {self.pick('==', '!=', '<', '<=', '>', '>=')} {self._number(0)}"
        kind = self.pick("list", "tuple", "text", "set", "dict", "rows")
        choices = [
            lambda: f"({n()} {self.pick('==', '!=', '<', '<=', '>', '>=')} {n()})",
            lambda: f"({n()} {self.pick('<', '<=', '==')} {n()} {self.pick('<', '<=', '!=')} {n()})",
            lambda: f"({e('truth', depth - 1)} {self.pick('and', 'or')} {e('truth', depth - 1)})",
            lambda: f"(not {e('truth', depth - 1)})",
            lambda: f"({n()} {self.pick('in', 'not in')} {self.pick('MEMBERS', 'ROW', '{0, 1}', '(1, 2)')})",
            lambda: f"(({n()}, {n()}) in {{(0, 1), (1, 1)}})",
            lambda: f"({e('text', depth - 1)} {self.pick('==', '!=', '<')} {e('text', depth - 1)})",
        ]
        if not self.small:
            choices += [
                lambda: f"({e(kind, depth - 1)} {self.pick('==', '!=')} {e(kind, depth - 1)})",
                lambda: f"({n()} in {e(self.pick('list', 'tuple', 'set', 'dict'), depth - 1)})",
                lambda: f"({e('list', depth - 1)} in g)",
                lambda: f"bool({e(kind, depth - 1)})",
                lambda: f"{self.pick('any', 'all')}({self._each('truth', depth)})",
                lambda: f"{self.pick('any', 'all')}({e('list', depth - 1)})",
                lambda: f"({e('text', depth - 1)} in {e('text', depth - 1)})",
            ]
        return self.pick(*choices)()  # type: ignore[no-any-return]

    def _each(self, kind: str, depth: int) -> str:
        over = self.pick(lambda: self.value("list", depth - 1), lambda: f"range({self.pick(2, 3)})")()
        self.bound.append("y")
        test = f" if {self.value('truth', depth - 2)}" if self.rng.random() < 0.3 else ""
        element = self.value(kind, depth - 1)
        self.bound.pop()
        return f"{element} for y in {over}{test}"

    def _text(self, depth: int) -> str:
        names = ["w", *(self.names if self.strings else []), "'a'", "'b'", "'\\\\u{41}'", "'A'"]
        if depth == 0 or self.small:
            return self.pick(*names)
        return self.pick(
            lambda: f"({self.value('text', depth - 1)} + {self.value('text', depth - 1)})[-3:]",
            lambda: f"{self.value('text', depth - 1)}[{self.pick('0', '-1', '::-1', ':1')}]",
            lambda: f"('a', 'b')[{self.value('number', depth - 1)} % 2]",
            lambda: f"('a' if {self.value('truth', depth - 1)} else 'b')",
            lambda: self.pick(*names),
        )()  # type: ignore[no-any-return]

    def _list(self, depth: int) -> str:
        if depth == 0:
            return self.pick("h", "h", "g[0]", "[]", "[0, 1]", "CELLS")
        n, e = lambda: self.value("number", depth - 1), self.value
        return self.pick(
            lambda: f"[{n()}, {n()}]", lambda: f"({e('list', depth - 1)} + {e('list', depth - 1)})[-4:]",
            lambda: f"h[{self.pick('1:', ':-1', '::-1', ':', '::2', n() + ':', ':' + n())}]",
            lambda: f"{self.pick('list', 'sorted')}({e(self.pick('list', 'tuple'), depth - 1)})",
            lambda: f"sorted({e('set', depth - 1)})", lambda: f"[{self._each('number', depth)}]",
            lambda: f"[{n()}] * ({n()} % 4)", lambda: f"list(range({self.pick(1, 2, 3)}))", lambda: "h.copy()",
            lambda: f"[*{e('list', depth - 1)}, {n()}][-4:]", lambda: self.pick("g[0]", "g[-1]", "h"),
            lambda: f"({e('list', depth - 1)} if {e('truth', depth - 1)} else h)",
            lambda: f"[y * z0 for y, z0 in zip({e('list', depth - 1)}, h)]",
            lambda: f"[i0 + y for i0, y in enumerate({e('list', depth - 1)})]",
            lambda: f"list(reversed({e('list', depth - 1)}))",
        )()  # type: ignore[no-any-return]  # fmt: skip

    def _rows(self, depth: int) -> str:
        return self.pick(
            "g", "g[:]", "g[::-1]", f"[{self.value('list', depth - 1)}, h]", "[[0]] * 2", "list(g)"
        )

    def _tuple(self, depth: int) -> str:
        return self.pick(
            lambda: f"({self.value('number', depth - 1)}, {self.value('number', depth - 1)})",
            lambda: f"tuple({self.value('list', depth - 1)})", lambda: "u", lambda: "u[::-1]",
            lambda: f"(u + ({self.value('number', depth - 1)},))[-2:]", lambda: "ROW",
            lambda: f"({self.value('number', depth - 1)}, {self.value('text', depth - 1)})",
            lambda: f"(h, {self.value('number', depth - 1)})" if self.rng.random() < 0.2 else "(0, 1)",
        )()  # type: ignore[no-any-return]  # fmt: skip

    def _dict(self, depth: int) -> str:
        return self.pick(
            lambda: "d", lambda: "d.copy()", lambda: "{}", lambda: "{0: 1, 1: 0}", lambda: "CODE",
            lambda: f"{{{self.value('number', depth - 1)}: {self.value('number', depth - 1)}, 1: 5}}",
        )()  # type: ignore[no-any-return]  # fmt: skip

    def _set(self, depth: int) -> str:
        return self.pick(
            lambda: "z", lambda: "z.copy()", lambda: "set()", lambda: f"set({self.value('list', depth - 1)})",
            lambda: f"{{{self.value('number', depth - 1)}, {self.value('number', depth - 1)}}}",
        )()  # type: ignore[no-any-return]  # fmt: skip

    def statements(self, count: int, depth: int, *, inside: bool = False) -> list[str]:
        """Statements of a step."""
        return [line for _ in range(count) for line in self._statement(depth, inside)]

    def _statement(self, depth: int, inside: bool) -> list[str]:
        e = self.value
        n = lambda: e("number", 2)  # noqa: E731
        simple = [
            lambda: f"{self.pick('s', 't')} = {n()}",
            lambda: f"{self.pick('s', 't')} = ({n()}) % {self.pick(2, 3, 4)}",
            lambda: f"{self.pick('s', 't')} {self.pick('+=', '-=', '*=', '^=', '|=', '%=', '//=')} {n()}",
            lambda: "s, t = t, s",
            lambda: f"s, t = {n()}, {n()}",
            lambda: f"w = {e('text', 2)}",
        ]
        if self.changes:
            simple += [
                lambda: f"h.{self.pick('append', 'append', 'remove')}({n()})",
                lambda: f"h = {e('list', 2)}", lambda: f"h += {e('list', 1)}",
                lambda: f"h.insert({self.pick(0, 1, -1)}, {n()})", lambda: f"h.extend({e('list', 1)})",
                lambda: f"h.{self.pick('reverse', 'sort', 'clear', 'pop')}()",
                lambda: f"del h[{self.pick(':-2', ':-3', '0', '-1', '1:', '::2')}]",
                lambda: f"h[{self.pick('0', '-1', n())}] = {n()}",
                lambda: f"h[{self.pick('0', '-1')}] {self.pick('+=', '-=', '^=')} {n()}",
                lambda: f"g[{self.pick(0, 1, -1)}].append({n()})", lambda: f"g[{self.pick(0, 1)}] = {e('list', 1)}",
                lambda: f"g[{self.pick(0, 1)}][0] += {n()}", lambda: "g = [h, h]", lambda: "h = g[0]",
                lambda: "g = [[], []]", lambda: f"g = {e('rows', 1)}", lambda: "g.append(h)", lambda: "del g[:-2]",
                lambda: f"u = {e('tuple', 2)}", lambda: "s, t = u", lambda: f"d[{n()}] = {n()}",
                lambda: f"d[{n()} % 2] = {n()}", lambda: f"d = {e('dict', 1)}", lambda: f"del d[{n()}]",
                lambda: f"d.{self.pick('clear()', f'pop({n()})')}", lambda: "d[0] += 1", lambda: "h = d[0] = [1]",
                lambda: f"z.{self.pick('add', 'discard', 'remove')}({n()})", lambda: f"z = {e('set', 1)}",
                lambda: "z.clear()", lambda: f"CELLS[0] = {n()}" if self.rng.random() < 0.1 else "pass",
                lambda: "h = CELLS" if self.rng.random() < 0.2 else "h = list(CELLS)",
                lambda: "h = h2 = [0]\nh2.append(1)", lambda: "h2 = h\nh2.append(s)",
            ]  # fmt: skip
        if depth > 0 and self.rng.random() < 0.3:
            inner = self.statements(self.pick(1, 2), depth - 1, inside=inside)
            if self.changes and self.rng.random() < 0.35:
                over = self.pick(
                    "h", "[*h]", "u", f"range({self.pick(2, 3)})", "g", "enumerate(h)", "ROW", "h[:3]"
                )
                name = "i1, y1" if over.startswith("enumerate") else "y1"
                leap = self.pick([], [], [f"if {e('truth', 1)}:", f"    {self.pick('continue', 'break')}"])
                return [f"for {name} in {over}:", *("    " + line for line in [*leap, *inner]),
                        *(["    if len(h) > 6:", "        break"])]  # fmt: skip
            rest = self.statements(1, depth - 1, inside=inside) if self.rng.random() < 0.5 else []
            tail = ["else:", *("    " + line for line in rest)] if rest else []
            return [f"if {e('truth', 2)}:", *("    " + line for line in inner), *tail]
        return self.pick(*simple)().split("\n")  # type: ignore[no-any-return]

    def answer(self) -> str:
        """What is appended to the answers."""
        kinds = ["number"] * 6 + ["truth", "text", "tuple", "tuple", "list"]
        kind = self.pick(*(["number"] * 3 + ["truth", "text"] if self.small else kinds))
        return f"outputs.append({self.value(kind, 2)})"

    def program(self) -> str:
        """The source of a program."""
        first = ["s = 0", "t = 1", "w = 'a'"]
        if not self.small:
            first += ["h = " + self.pick("[]", "[0]", "[1, 2]", "list(CELLS)"), "u = (0, 1)", "d = {0: 1}",
                      "g = " + self.pick("[[0], [1]]", "[[]] * 2", "[h, h]", "[h]"), "z = {1}"]  # fmt: skip
        count = self.pick(1, 2, 2, 3) if self.small else self.pick(1, 2, 3, 4)
        body = self.statements(count, 1)
        body.insert(self.rng.randrange(len(body) + 1) if not any(": " in b or b[0] == " " for b in body) else
                    self.pick(0, len(body)), self.answer())  # fmt: skip
        if self.rng.random() < 0.15:
            body += [f"if {self.value('truth', 1)}:", "    " + self.answer()]
        if self.rng.random() < 0.1:
            body.insert(0, "    continue")
            body.insert(0, f"if {self.value('truth', 1)}:")
        names = ", ".join(self.names)
        lines = [
            *HEAD,
            "",
            "",
            "def program(inputs):",
            *("    " + line for line in first),
            "    outputs = []",
        ]
        lines += [
            f"    for {names} in inputs:",
            *("        " + line for line in body),
            "    return outputs",
            "",
        ]
        return "\n".join(lines)


def parse_once() -> None:
    """Let the two evaluators share the syntax tree of a source, which neither changes: parsing takes longest."""
    from netlift.checker import _grammar, _syntax
    from netlift.program import _parse

    shared = lru_cache(maxsize=1_200)(_grammar.program_tree)
    for module in (_grammar, _syntax, _parse):
        module.program_tree = shared


def draw(rng: random.Random, *, small: bool = False) -> tuple[str, list[list[Any]]]:
    """A program in the language, and the values of its streams."""
    from netlift.checker import _grammar

    while True:
        strings = rng.random() < 0.15
        names = ("x",) if rng.random() < 0.75 else ("x", "v")
        source = Drawer(rng, names, strings, small).program()
        try:
            _grammar.program_tree(source)
        except _grammar.NoProgram:
            continue
        return source, [["a", "b"] if strings else [0, 1, 2]] * len(names)


def mutated(source: str, rng: random.Random) -> str:
    """The program with one operator, number or name changed."""
    tree = ast.parse(source)
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    operators = (ast.Add, ast.Sub, ast.Mult, ast.BitXor, ast.BitAnd, ast.BitOr, ast.FloorDiv, ast.Mod)
    comparisons = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
    places: list[Any] = [
        n for n in ast.walk(function)
        if isinstance(n, ast.BinOp | ast.AugAssign | ast.Compare | ast.IfExp)
        or (isinstance(n, ast.Constant) and type(n.value) is int)
    ]  # fmt: skip
    if not places:
        return source
    match rng.choice(places):
        case ast.Constant() as node:
            node.value = rng.choice([node.value + 1, 1 - node.value, 2])
            if node.value < 0:
                node.value = 0
        case ast.Compare() as node if not isinstance(node.ops[0], ast.In | ast.NotIn):
            node.ops[0] = rng.choice(comparisons)()
        case ast.BinOp() | ast.AugAssign() as node if isinstance(node.op, operators):
            node.op = rng.choice(operators)()
        case ast.IfExp() as node:
            node.body, node.orelse = node.orelse, node.body
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def words(streams: list[list[Any]], rng: random.Random, count: int, length: int) -> list[Word]:
    """Random words, each step a list of the streams' symbols."""
    return [[[rng.choice(s) for s in streams] for _ in range(rng.randint(1, length))] for _ in range(count)]


_ORACLE = """
import json, resource, signal, sys
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
class Late(BaseException):
    pass
def late(*_):
    raise Late
signal.signal(signal.SIGVTALRM, late)
def plain(v):
    if isinstance(v, bool):
        return int(v)
    if isinstance(v, (list, tuple)):
        return [type(v).__name__, *map(plain, v)]
    return v if isinstance(v, (int, str)) else [type(v).__name__]
def called(program, word, form):
    inputs = [step[0] if len(step) == 1 else form(step) for step in word]
    try:
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0.1)
            found = [plain(answer) for answer in program(inputs)]
            json.dumps(found)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except (Late, MemoryError, RecursionError):
        return "late"
    except Exception as error:
        return "late" if "4300" in str(error) else "!" + type(error).__name__
    return found
for line in sys.stdin:
    source, words = json.loads(line)
    scope = {}
    found = []
    try:
        exec(compile(source, "program.py", "exec"), scope)
        for word in words:
            forms = [called(scope["program"], word, form) for form in (tuple, list)]
            found.append(forms[0] if forms[0] == forms[1] or "late" in forms else forms)
    except (Late, SyntaxError):
        found = ["late"] * len(words)
    print(json.dumps(found))
"""


def by_python(asked: Sequence[tuple[str, list[Word]]], seconds: float = 300.0) -> list[list[Any]]:
    """What CPython answers on each word of each program: a list, or "!" and an exception, or "late".

    A call gets its inputs as tuples and as lists, where there are several streams: both answers, if they differ.
    """
    lines = "".join(json.dumps(one) + "\n" for one in asked)
    command = [sys.executable, "-I", "-c", _ORACLE]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=seconds, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _typed(answer: Any) -> Any:
    return ["tuple", *map(_typed, answer)] if isinstance(answer, tuple) else answer


def by_prover(source: str, asked: list[Word]) -> tuple[list[Any] | None, list[str] | None]:
    """The same in the evaluator that proofs rest on, None where it refuses; and the names of the state."""
    from netlift.certify._frozen import freeze, thaw
    from netlift.certify._program_system import ProgramSystem
    from netlift.certify._symbolic import Unsupported
    from netlift.certify._system import FAILED
    from netlift.core._errors import InputError

    found: list[Any] = []
    try:
        system = ProgramSystem(source)
    except (InputError, Unsupported):
        return None, None
    try:
        for word in asked:
            state, answers = system.start(), list[Any]()
            for symbol in word:
                state, said = system.step(thaw(freeze(state)), tuple(symbol))
                if said == FAILED:
                    break
                answers += map(_typed, said)
            found.append("!" if said == FAILED else answers)
    except Unsupported:
        return None, system.variables
    return found, system.variables


def by_checker(source: str, asked: list[Word], names: list[str] | None) -> list[Any] | None:
    """The same in the independent checker's evaluator; None where it refuses."""
    from netlift.checker import Runner
    from netlift.checker._language import Step
    from netlift.checker._objects import FAILED
    from netlift.checker._syntax import Refused

    found: list[Any] = []
    try:
        if names is None:
            step = Step(source)
            names = sorted({*step._first, *step._stored})
        runner = Runner({"kind": "program", "source": source, "sha256": ""}, names)
        for word in asked:
            state, answers = runner.start(), list[Any]()
            for symbol in word:
                state, said = runner.step(state, symbol)
                if said == FAILED:
                    break
                answers += map(_typed, said)
            found.append("!" if said == FAILED else answers)
    except Refused:
        return None
    return found


def agree(python: list[Any], evaluated: list[Any]) -> bool:
    """Whether an evaluator answers as CPython does, errors at the same calls included."""
    for right, found in zip(python, evaluated, strict=True):
        if right == "late":  # took too long, or more than may be printed
            continue
        if found != ("!" if isinstance(right, str) else right):
            return False
    return True


def constructs(source: str) -> Iterator[str]:
    """What a program's function holds, by name: statements, operators, functions, methods."""
    tree = ast.parse(source)
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield f"{name}()"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="outputs"))):
                pass
            case ast.Call(func=ast.Attribute(attr=name)):
                yield f".{name}()"
            case ast.operator() | ast.cmpop() | ast.unaryop() | ast.boolop():
                yield type(node).__name__
            case (
                ast.AugAssign()
                | ast.Delete()
                | ast.For()
                | ast.If()
                | ast.IfExp()
                | ast.ListComp()
                | ast.Slice()
            ):
                yield type(node).__name__
            case (
                ast.GeneratorExp()
                | ast.Starred()
                | ast.Continue()
                | ast.Break()
                | ast.Subscript()
                | ast.Dict()
            ):
                yield type(node).__name__
            case ast.Assign(targets=[_, _, *_]):
                yield "Assign to two"
            case ast.Set() | ast.Tuple() | ast.List():
                yield type(node).__name__
