"""The program's step in SMT-LIB, and the statement that it is the machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netlift.core._errors import InputError
from netlift.report.exports._machines import known_of
from netlift.report.exports._relation import Relation, relation_of, step_in
from netlift.report.exports._step import Expr, Step
from netlift.report.exports._terms import chain_of, used

if TYPE_CHECKING:
    from netlift.report._result import Result

MOST_STEPS = 20_000  # of machine and program together, each a case of the formula
_DEPTH = 400  # definitions within one another
_PLAIN = {
    "add": "+", "sub": "-", "mul": "*", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "floordiv": "floor_div",
    "mod": "floor_mod", "bitand": "bit_and", "bitor": "bit_or", "bitxor": "bit_xor", "max": "max_of",
    "min": "min_of",
}  # fmt: skip
_BITWISE = {"bit_and": "bvand", "bit_or": "bvor", "bit_xor": "bvxor"}
_HELPERS = [
    "(define-fun max_of ((a Int) (b Int)) Int (ite (> b a) b a))",
    "(define-fun min_of ((a Int) (b Int)) Int (ite (< b a) b a))",
    "(define-fun floor_div ((a Int) (b Int)) Int (ite (> b 0) (div a b) (div (- a) (- b))))",
    "(define-fun floor_mod ((a Int) (b Int)) Int (- a (* b (floor_div a b))))",
]


@dataclass(frozen=True)
class SmtExporter:
    """The program's step in SMT-LIB 2, and whether it is the machine.

    The last assertion says that one is not the other: "unsat" means that they are equal at every length.
    """

    name: str = "smt2"
    cost: float = 1.0

    def export(self, result: "Result") -> bytes:
        """SMT-LIB 2 in ASCII: functions for each next value and answer, over whole numbers without bounds.

        With a finite machine, also its functions, the pairs of states that belong together, and the assertion
        that they start or go on differently somewhere; `check-sat` answers unsat where program and machine
        are equal. Without one, the functions alone. Strings are numbers; a comment says which.

        Raises InputError where a step cannot be said so, or machine and program differ.
        """
        step = step_in(result, self.name)
        relation = None
        if result.machine is not None:
            relation = relation_of(result, step, self.name, MOST_STEPS)
        bits = used(step, lambda e: e.op in ("bitand", "bitor", "bitxor") and e.kind != "bool")
        if bits and relation is None:
            raise InputError(
                "the result cannot be written as smt2: its program has bitwise operations on numbers without "
                "bound, which SMT-LIB does not have"
            )
        lines = [
            f"; Written by netlift {result.version}: the program's step as functions over whole numbers.",
            *(f"; {line}" for line in known_of(result)),
            *(
                f"; The number {place} stands for the string {text!a}."
                for place, text in enumerate(step.strings)
            ),
            "(set-logic ALL)",
            *_HELPERS,
            *(_bitwise(name, operator) for name, operator in _BITWISE.items() if bits),
            *_functions(step),
        ]
        if relation is None:
            lines += [
                "; What was read has no finite machine, so that no equality is stated here.",
                *(f"; {name} begins as {_literal(value)}." for name, value in step.first.items()),
            ]
        else:
            lines += _claim(relation)
        return ("\n".join(lines) + "\n").encode("ascii", "backslashreplace")


def _bitwise(name: str, operator: str) -> str:
    wide = f"({operator} ((_ int2bv 32) a) ((_ int2bv 32) b))"
    return f"(define-fun {name} ((a Int) (b Int)) Int (bv2nat {wide})) ; for numbers from 0 below 2^31"


def _functions(step: Step) -> list[str]:
    lines = []
    for number, table in enumerate(step.tables):
        given = " ".join(f"(i{level} Int)" for level in range(table.depth))
        lines.append(f"(define-fun table{number} ({given}) {_sort(table.kind)} {_table(step, number)})")
    chain = chain_of(step)
    parameters = _parameters(step)
    wanted = [(f"next {name}", name, step.kinds[name]) for name in step.first]
    wanted += [(name, name, step.kinds[name]) for name in step.answers]
    for title, name, kind in wanted:
        last = chain.last[name]
        needed = chain.needed([last])
        if len(needed) > _DEPTH:
            raise InputError(
                f"the result cannot be written as smt2: a step has {len(needed):,} definitions within one "
                f"another, and at most {_DEPTH} are read by solvers"
            )
        body = _as(last, kind)
        for made, value in reversed(needed):
            body = f"(let (({_symbol(made)} {_term(value)})) {body})"
        lines.append(f"(define-fun {_symbol(title)} ({parameters}) {_sort(kind)} {body})")
    return lines


def _parameters(step: Step) -> str:
    names = (*step.first, *step.inputs)
    return " ".join(f"({_symbol(name)} {_sort(step.kinds[name])})" for name in names)


def _claim(relation: Relation) -> list[str]:
    step = relation.step
    state, inputs = [_symbol(n) for n in step.first], [_symbol(n) for n in step.inputs]
    sorts = [_sort(step.kinds[name]) for name in step.first]
    ins = " ".join(f"({name} Int)" for name in inputs)
    given = " ".join(inputs)
    called = " ".join([*state, *inputs])

    def places(row: Sequence[Any], names: Sequence[str]) -> str:
        return _all([f"(= {name} {_literal(v)})" for name, v in zip(names, row, strict=True)])

    def by_place(table: Sequence[Sequence[Any]]) -> str:
        rows = []
        for values in table:
            whole = _literal(values[-1])
            for symbol, value in zip(relation.symbols[-2::-1], values[-2::-1], strict=True):
                whole = f"(ite {places(symbol, inputs)} {_literal(value)} {whole})"
            rows.append(whole)
        whole = rows[-1]
        for number in range(len(rows) - 2, -1, -1):
            whole = f"(ite (= |machine state| {number}) {rows[number]}\n  {whole})"
        return whole

    answers = [
        (f"machine_{name}", [[one[place] for one in row] for row in relation.answers], name)
        for place, name in enumerate(step.answers)
    ]
    alike = [
        f"(= ({_symbol(f'machine {name}')} |machine state| {given}) "
        f"{_number_of(f'({_symbol(name)} {called})', step.kinds[name])})"
        for _, _, name in answers
    ]
    nexts = " ".join(f"({_symbol(f'next {name}')} {called})" for name in step.first)
    first = " ".join(_sorted_literal(v, step.kinds[n]) for n, v in step.first.items())
    pairs = [
        _all(
            [f"(= |machine state| {q})"]
            + [
                f"(= {name} {_sorted_literal(value, step.kinds[plain])})"
                for name, plain, value in zip(state, step.first, values, strict=True)
            ]
        )
        for q, values in relation.pairs
    ]
    related = " ".join(f"({name} {sort})" for name, sort in zip(state, sorts, strict=True))
    plain = [[[int(value) for value in row] for row in table] for _, table, _ in answers]
    return [
        "; The finite machine; its state starts in 0.",
        f"(define-fun |machine next| ((|machine state| Int) {ins}) Int {by_place(relation.following)})",
        *(
            f"(define-fun {_symbol(f'machine {name}')} ((|machine state| Int) {ins}) Int {by_place(table)})"
            for (_, _, name), table in zip(answers, plain, strict=True)
        ),
        f"(define-fun |is symbol| ({ins}) Bool {_any([places(row, inputs) for row in relation.symbols])})",
        "; What both can be in together.",
        f"(define-fun |are related| ((|machine state| Int) {related}) Bool {_any(pairs)})",
        "(declare-const |machine state| Int)",
        *(f"(declare-const {name} {sort})" for name, sort in zip(state, sorts, strict=True)),
        *(f"(declare-const {name} Int)" for name in inputs),
        "; They start apart, or from where both can be a symbol leads them apart or to different answers.",
        f"(assert (or (not (|are related| {' '.join(['0', first]).rstrip()}))",
        f"  (and (|are related| |machine state| {' '.join(state)}) (|is symbol| {given})",
        f"    (not (and (|are related| (|machine next| |machine state| {given}) {nexts})",
        f"      {' '.join(alike)})))))",
        "(check-sat) ; unsat: program and machine are equal on every sequence of these symbols",
    ]


def _all(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"(and {' '.join(parts)})"


def _any(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else "(or " + "\n  ".join(parts) + ")"


def _sort(kind: str) -> str:
    return "Bool" if kind == "bool" else "Int"


def _symbol(name: str) -> str:
    plain = name if name.isascii() else name.encode("ascii", "backslashreplace").decode().replace("\\", "~")
    return plain if plain.isalnum() and plain[0].isalpha() else f"|{plain}|"


def _literal(value: Any) -> str:
    number = int(value)
    return str(number) if number >= 0 else f"(- {-number})"


def _sorted_literal(value: Any, kind: str) -> str:
    return ("true" if value else "false") if kind == "bool" else _literal(value)


def _number_of(term: str, kind: str) -> str:
    return f"(ite {term} 1 0)" if kind == "bool" else term


def _as(e: Expr, kind: str) -> str:
    """An expression of a sort: a truth value as a number where one is wanted."""
    return _term(e) if kind == "bool" else _int(e)


def _int(e: Expr) -> str:
    return _number_of(_term(e), e.kind)


def _table(step: Step, number: int) -> str:
    table = step.tables[number]

    def inside(content: Any, level: int) -> str:
        if level == table.depth:
            return _sorted_literal(step.code(content), table.kind)
        if isinstance(content, dict):
            items = [([step.code(key)], one) for key, one in content.items()]
        else:
            size = len(content)
            items = [([place, place - size], one) for place, one in enumerate(content)]
        whole = inside(items[-1][1], level + 1)
        for keys, one in reversed(items[:-1]):
            asked = _any([f"(= i{level} {_literal(key)})" for key in keys])
            whole = f"(ite {asked} {inside(one, level + 1)} {whole})"
        return whole

    return inside(table.content, 0)


def _term(e: Expr) -> str:
    if e.op == "const":
        return _sorted_literal(e.args[0], e.kind)  # a string is a number by now
    if e.op == "var":
        return _symbol(e.args[0])
    if e.op == "lookup":
        return f"(table{e.args[0]} {' '.join(map(_int, e.args[1:]))})"
    if e.op in ("and", "or", "not"):
        return f"({e.op} {' '.join(map(_term, e.args))})"
    if e.op == "ite":
        test, one, other = e.args
        return f"(ite {_term(test)} {_as(one, e.kind)} {_as(other, e.kind)})"
    if e.op in ("eq", "ne"):
        both = all(one.kind == "bool" for one in e.args)
        equal = f"(= {' '.join(map(_term if both else _int, e.args))})"
        return equal if e.op == "eq" else f"(not {equal})"
    if e.kind == "bool" and e.op in ("bitand", "bitor", "bitxor"):
        return f"({e.op[3:]} {' '.join(map(_term, e.args))})"
    if e.kind == "bool" and e.op in ("max", "min"):
        return f"({'or' if e.op == 'max' else 'and'} {' '.join(map(_term, e.args))})"
    args = [_int(one) for one in e.args]
    if e.op == "int":
        return args[0]
    if e.op in ("neg", "abs"):
        return f"({'-' if e.op == 'neg' else 'abs'} {args[0]})"
    if e.op == "inv":
        return f"(- (- {args[0]}) 1)"
    if e.op in ("max", "min"):
        whole = args[0]
        for one in args[1:]:
            whole = f"({e.op}_of {whole} {one})"
        return whole
    if e.op in ("pow", "shl", "shr"):
        return _raised(e, args[0])
    return f"({_PLAIN[e.op]} {' '.join(args)})"


def _raised(e: Expr, base: str) -> str:
    """Powers and shifts, whose exponent has to be a constant."""
    exponent = e.args[1]
    if exponent.op != "const" or not 0 <= int(exponent.args[0]) <= 1000:
        raise InputError(
            "the result cannot be written as smt2: its program has a power or shift whose exponent is no "
            "small constant, which solvers do not have"
        )
    number = int(exponent.args[0])
    if e.op == "pow":
        return "1" if number == 0 else base if number == 1 else f"(* {' '.join([base] * number)})"
    return f"(* {base} {2**number})" if e.op == "shl" else f"(div {base} {2**number})"
