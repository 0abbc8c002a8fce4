"""One step of a program over whole numbers, truth values and symbols, as other languages can say it.

A step is a list of assignments and cases over scalar variables; strings are numbers, by their place in
`strings`. What it means is what `Step.run` computes, which tests and exporters hold against the program.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# "int", "bool", "str", or "mixed": a whole number or a truth value, which print differently; "any": no value
# ever comes of it, for the step ends in an error.
Kind = str


@dataclass(frozen=True)
class Expr:
    """An operator and what it is given: expressions, or for const, var and lookup a plain value first."""

    op: str
    args: tuple[Any, ...]
    kind: Kind


@dataclass(frozen=True)
class Set:
    """Variables that get their values together."""

    names: tuple[str, ...]
    values: tuple[Expr, ...]


@dataclass(frozen=True)
class Case:
    """One list of statements or another."""

    test: Expr
    then: tuple["Statement", ...]
    otherwise: tuple["Statement", ...]


Statement = Set | Case


@dataclass(frozen=True)
class Table:
    """A literal that is looked things up in: nested dictionaries by key; `dense` levels are tuples."""

    content: Any
    depth: int
    kind: Kind


@dataclass(frozen=True)
class Step:
    """A program as first values and one step.

    Attributes:
        inputs: the names of a step's inputs.
        input_kinds: "int" or "str" for each.
        first: the first value of each state variable; booleans and whole numbers as they are, strings by
            their place in `strings`.
        kinds: the kind of each variable, inputs included.
        body: what a step does; it sets each of `answers`.
        answers: names that hold the answers of a step.
        grouped: whether a step's answers stand in a tuple, also where there is one.
        tables: the literals that are looked things up in.
        strings: the symbols, by number.
    """

    inputs: tuple[str, ...]
    input_kinds: tuple[Kind, ...]
    first: Mapping[str, int | bool]
    kinds: Mapping[str, Kind]
    body: tuple[Statement, ...]
    answers: tuple[str, ...]
    grouped: bool
    tables: tuple[Table, ...] = ()
    strings: tuple[str, ...] = ()
    locals: tuple[str, ...] = field(default=())

    def code(self, value: Any) -> int:
        """A value as a number; KeyError for a string that the step does not know."""
        if isinstance(value, str):
            try:
                return self.strings.index(value)
            except ValueError:
                raise KeyError(value) from None
        return int(value)

    def run(
        self,
        state: Mapping[str, Any],
        symbol: Sequence[Any],
        operators: "Mapping[str, Any] | None" = None,
    ) -> tuple[dict[str, Any], list[Any]]:
        """The next state and the answers; numbers for strings. Raises what the program would."""
        env: dict[str, Any] = {**state, **dict(zip(self.inputs, symbol, strict=True))}
        _Running(self, operators or OPERATORS, env).do(self.body)
        return {name: env[name] for name in self.first}, [env[name] for name in self.answers]


@dataclass(frozen=True)
class _Running:
    step: Step
    operators: Mapping[str, Any]
    env: dict[str, Any]

    def do(self, body: Sequence[Statement]) -> None:
        for one in body:
            if isinstance(one, Set):
                self.env.update(zip(one.names, [self.value(value) for value in one.values], strict=True))
            else:
                self.do(one.then if self.value(one.test) else one.otherwise)

    def value(self, e: Expr) -> Any:
        if e.op == "const":
            return self.step.code(e.args[0]) if e.kind == "str" else e.args[0]
        if e.op == "var":
            return self.env[e.args[0]]
        if e.op == "lookup":
            content = self.step.tables[e.args[0]].content
            for index in e.args[1:]:
                key = self.value(index)
                if isinstance(content, dict):
                    content = {self.step.code(name): one for name, one in content.items()}[key]
                else:
                    content = content[key]
            return self.step.code(content) if e.kind == "str" else content
        if e.op in ("and", "or"):
            held = (bool(self.value(one)) for one in e.args)
            return all(held) if e.op == "and" else any(held)
        if e.op == "ite":
            return self.value(e.args[1] if self.value(e.args[0]) else e.args[2])
        return self.operators[e.op](*(self.value(one) for one in e.args))


OPERATORS: Mapping[str, Any] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "floordiv": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
    "pow": lambda a, b: a**b,
    "bitand": lambda a, b: a & b,
    "bitor": lambda a, b: a | b,
    "bitxor": lambda a, b: a ^ b,
    "shl": lambda a, b: a << b,
    "shr": lambda a, b: a >> b,
    "neg": lambda a: -a,
    "inv": lambda a: ~a,
    "abs": lambda a: abs(a),
    "max": lambda *several: max(several),
    "min": lambda *several: min(several),
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "not": lambda a: not a,
    "int": lambda a: int(a),
}
