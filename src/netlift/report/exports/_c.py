"""The program as C with whole numbers of 64 bits, of which no overflow goes unseen."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netlift.core._errors import InputError
from netlift.report._machine_text import names_of
from netlift.report.exports._c_parts import MAIN, PRELUDE
from netlift.report.exports._machines import finite_machine, known_of
from netlift.report.exports._relation import domain_of, proved, step_in
from netlift.report.exports._step import Case, Expr, Statement, Step, Table

if TYPE_CHECKING:
    from netlift.report._result import Result

MOST_CELLS = 200_000  # of the tables of a machine
_LEAST, _GREATEST = -(2**63), 2**63 - 1
_INFIX = {
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "bitand": "&", "bitor": "|",
    "bitxor": "^", "and": "&&", "or": "||",
}  # fmt: skip


@dataclass(frozen=True)
class CExporter:
    """The program as C, in which no overflow goes unseen.

    The program's own steps where they are about numbers, truth values and symbols; else the finite machine
    that is proved to be the program.
    """

    name: str = "c"
    cost: float = 1.0

    def export(self, result: "Result") -> bytes:
        """C11 for gcc and clang: lines of JSON in, lines of JSON out, as program.py.

        A number of more than 64 bits, an input that the program does not know, and whatever the program
        would raise end it with one sentence and exit code 2. Raises InputError where neither program nor
        machine can be written so.
        """
        try:
            step = step_in(result, self.name, total=False)
            parts = _program(step)
            how = "the program's own steps"
            kinds = step.input_kinds
            answers = [step.kinds[name] for name in step.answers]
            strings: Sequence[str] = step.strings
            grouped = step.grouped
            known = domain_of(result) or [[] for _ in kinds]
        except InputError:
            if result.machine is None or not proved(result):
                raise
            parts, kinds, answers, strings, known = _machine(result)
            grouped = len(answers) > 1
            how = "the finite machine that is proved to be the program"
        lines = [
            "/* Written by netlift; " + how + ", over whole numbers of 64 bits.",
            *(f"   {line.replace('*/', '* /')}" for line in known_of(result)),
            "   Compile with: gcc -O2 -std=c11 FILE -o PROGRAM; lines of JSON in, lines of JSON out. */",
            PRELUDE.replace("@STREAMS@", str(len(kinds)))
            .replace("@ANSWERS@", str(len(answers)))
            .replace("@TEXTS@", _texts(strings, kinds, known)),
            *parts,
            _printing(answers, strings, grouped),
            MAIN,
        ]
        return ("\n".join(lines)).encode()


def _program(step: Step) -> list[str]:
    names = {name: _name(name, place) for place, name in enumerate(step.kinds)}
    writer = _Writer(step, names)
    body = writer.block(step.body, 1)
    state = [f"static int64_t {names[name]};" for name in step.first]
    start = [f"    {names[name]} = {_number(int(value))};" for name, value in step.first.items()]
    own = [*step.locals, *step.answers, *step.inputs]
    declared = [f"    int64_t {names[name]} = 0; (void){names[name]};" for name in own]
    taken = [f"    {names[name]} = x[{place}];" for place, name in enumerate(step.inputs)]
    given = [f"    answer[{place}] = {names[name]};" for place, name in enumerate(step.answers)]
    return [
        *(_table(table, number, step) for number, table in enumerate(step.tables)),
        *state,
        "static void start(void) {",
        *start,
        "}",
        "static void step(const int64_t *x, int64_t *answer) {",
        "    (void)x;",
        *declared,
        *taken,
        *body,
        *given,
        "}",
    ]


@dataclass(frozen=True)
class _Writer:
    step: Step
    names: dict[str, str]

    def block(self, body: Sequence[Statement], level: int) -> list[str]:
        pad = "    " * level
        lines: list[str] = []
        for one in body:
            if isinstance(one, Case):
                lines.append(f"{pad}if ({self.value(one.test)}) {{")
                lines += self.block(one.then, level + 1)
                if one.otherwise:
                    lines += [f"{pad}}} else {{", *self.block(one.otherwise, level + 1)]
                lines.append(f"{pad}}}")
            elif len(one.names) == 1:
                lines.append(f"{pad}{self.names[one.names[0]]} = {self.value(one.values[0])};")
            else:  # all of them from the old values
                pairs = list(zip(one.names, one.values, strict=True))
                lines.append(f"{pad}{{")
                lines += [f"{pad}    const int64_t t{n} = {self.value(v)};" for n, (_, v) in enumerate(pairs)]
                lines += [f"{pad}    {self.names[name]} = t{n};" for n, (name, _) in enumerate(pairs)]
                lines.append(f"{pad}}}")
        return lines

    def value(self, e: Expr) -> str:
        if e.op == "const":
            return _number(self.step.code(e.args[0]) if e.kind == "str" else int(e.args[0]))
        if e.op == "var":
            return self.names[e.args[0]]
        if e.op == "lookup":
            return f"table{e.args[0]}({', '.join(map(self.value, e.args[1:]))})"
        args = [self.value(one) for one in e.args]
        if e.op == "ite":
            return f"({args[0]} ? {args[1]} : {args[2]})"
        if e.op in _INFIX:
            return f"({f' {_INFIX[e.op]} '.join(args)})"
        if e.op in ("not", "inv"):
            return f"({'!' if e.op == 'not' else '~'}{args[0]})"
        if e.op == "int":
            return args[0]
        if e.op in ("max", "min"):
            whole = args[0]
            for one in args[1:]:
                whole = f"{e.op}_of({whole}, {one})"
            return whole
        return f"{e.op}_of({', '.join(args)})"


def _table(table: Table, number: int, step: Step) -> str:
    """A function that looks up in a literal; what is not there ends the program."""
    names = [f"i{level}" for level in range(table.depth)]

    def inside(content: Any, level: int) -> str:
        if level == table.depth:
            return f"return {_number(step.code(content))};"
        dense = not isinstance(content, dict)
        items = enumerate(content) if dense else content.items()
        if dense and level + 1 == table.depth:
            row = ", ".join(_number(step.code(one)) for one in content)
            size = len(content)
            return f"{{ static const int64_t row[] = {{{row}}}; return row[place(i{level}, {size})]; }}"
        asked = f"place(i{level}, {len(content)})" if dense else f"i{level}"
        cases = "\n".join(f"case {_number(step.code(key))}: {inside(one, level + 1)}" for key, one in items)
        return f'switch ({asked}) {{\n{cases}\ndefault: stop("no data showed what comes here");\n}}'

    given = ", ".join(f"int64_t {name}" for name in names)
    if table.content == {}:
        unused = " ".join(f"(void){name};" for name in names)
        stops = 'stop("no data showed what comes here");'
        return f"static int64_t table{number}({given}) {{\n{unused}\n{stops}\nreturn 0;\n}}"
    return f"static int64_t table{number}({given}) {{\n{inside(table.content, 0)}\nreturn 0;\n}}"


def _machine(result: "Result") -> tuple[list[str], tuple[str, ...], list[str], list[str], list[list[Any]]]:
    machine = finite_machine(result, "c", MOST_CELLS)
    if machine.outputs.size > MOST_CELLS:
        raise InputError(
            f"the result cannot be written as c: its machine's tables have {machine.outputs.size:,} entries, "
            f"and at most {MOST_CELLS:,} are written"
        )
    inputs, outputs = names_of(result, machine)
    strings = list(dict.fromkeys(name for known in (*inputs, *outputs) if known for name in known))
    numbers = {name: place for place, name in enumerate(strings)}

    def coded(row: Sequence[int], names: Any) -> str:
        values = [v if known is None else numbers[known[v]] for v, known in zip(row, names, strict=True)]
        return f"{{{', '.join(map(_number, values))}}}"

    width, count, size = len(inputs), len(machine.alphabet), len(outputs)
    symbols = ", ".join(coded(row, inputs) for row in machine.alphabet.tolist())
    rows = ",\n    ".join(f"{{{', '.join(map(str, row))}}}" for row in machine.transitions.tolist())
    answers = ",\n    ".join(
        f"{{{', '.join(coded(one, outputs) for one in row)}}}" for row in machine.outputs.tolist()
    )
    parts = [
        f"static const int64_t SYMBOLS[{count}][{width}] = {{{symbols}}};",
        f"static const int32_t NEXT[{machine.states}][{count}] = {{\n    {rows}}};",
        f"static const int64_t GIVES[{machine.states}][{count}][{size}] = {{\n    {answers}}};",
        "static int32_t state;",
        "static void start(void) { state = 0; }",
        "static void step(const int64_t *x, int64_t *answer) {",
        f"    for (int a = 0; a < {count}; a++)",
        "        if (memcmp(SYMBOLS[a], x, sizeof SYMBOLS[a]) == 0) {",
        "            memcpy(answer, GIVES[state][a], sizeof GIVES[state][a]);",
        "            state = NEXT[state][a];",
        "            return;",
        "        }",
        '    stop("the input is none that the machine knows");',
        "}",
    ]
    kinds = tuple("int" if known is None else "str" for known in inputs)
    known = [[] if one is None else list(one) for one in inputs]
    return parts, kinds, ["int" if one is None else "str" for one in outputs], strings, known


def _texts(strings: Sequence[str], kinds: Sequence[str], known: Sequence[Sequence[Any]]) -> str:
    """The symbols by number, and which of them each stream may bring (none: it brings numbers)."""
    listed = ", ".join(f"{{{_quoted(one)}, {len(one.encode())}}}" for one in strings) or '{"", 0}'
    lines = [f"static const struct {{ const char *text; size_t size; }} TEXTS[] = {{{listed}}};"]
    numbers = {name: place for place, name in enumerate(strings)}
    for place, (kind, own) in enumerate(zip(kinds, known, strict=True)):
        codes = [numbers[one] for one in own if isinstance(one, str)] if kind == "str" else []
        lines.append(f"static const int KNOWN{place}[] = {{{', '.join(map(str, [*codes, -1]))}}};")
    rows = ", ".join(f"KNOWN{place}" for place in range(len(kinds)))
    lines.append(f"static const int *const KNOWN[] = {{{rows}}};")
    return "\n".join(lines)


def _printing(kinds: Sequence[str], strings: Sequence[str], grouped: bool) -> str:
    """The function that prints the answers of a step as JSON."""
    told = ", ".join(_quoted(json.dumps(one)) for one in strings) or '""'
    lines = [
        f"static const char *const TOLD[] = {{{told}}};",
        "static void print_answer(const int64_t *answer) {",
        "    (void)TOLD;",
    ]
    lines += ["    putchar('[');"] * grouped
    for place, kind in enumerate(kinds):
        lines += ['    fputs(", ", stdout);'] * (place > 0)
        value = f"answer[{place}]"
        shown = {"str": f"TOLD[{value}]", "bool": f'{value} ? "true" : "false"'}.get(kind)
        lines.append(f"    fputs({shown}, stdout);" if shown else f'    printf("%" PRId64, {value});')
    lines += ["    putchar(']');"] * grouped
    return "\n".join([*lines, "}"])


def _number(value: int) -> str:
    if not _LEAST <= value <= _GREATEST:
        raise InputError("the result cannot be written as c: its program holds a number of more than 64 bits")
    if value == _LEAST:
        return "INT64_MIN"
    return str(value) if abs(value) < 2**31 else f"INT64_C({value})"


def _name(name: str, place: int) -> str:
    return f"v_{name}" if name.isascii() else f"v_{place}"


def _quoted(text: str) -> str:
    plain = "".join(
        chr(byte) if chr(byte).isalnum() and byte < 128 else f"\\{byte:03o}" for byte in text.encode()
    )
    return f'"{plain}"'
