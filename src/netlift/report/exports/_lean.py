"""The program, the machine, and their equality as a theorem of Lean 4."""

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

MOST_STEPS = 2_000  # that `decide` goes through in Lean's kernel
_PLAIN = {
    "add": "+", "sub": "-", "mul": "*", "lt": "<", "le": "≤", "gt": ">", "ge": "≥",
}  # fmt: skip
_CALLED = {
    "floordiv": "Int.fdiv", "mod": "Int.fmod", "bitand": "bitAnd", "bitor": "bitOr", "bitxor": "bitXor",
}  # fmt: skip
_BITWISE = [
    f"def bit{name} (a b : Int) : Int := Int.ofNat (Nat.{operator} a.toNat b.toNat)"
    for name, operator in (("And", "land"), ("Or", "lor"), ("Xor", "xor"))
]
_PROOF = """
/-- Where both can be together, every symbol gives one answer and leads to where both can be together. -/
theorem closed : ∀ p ∈ pairs, ∀ a ∈ symbols,
    (machineNext p.1 a, (step p.2 a).1) ∈ pairs ∧ (step p.2 a).2 = machineAnswer p.1 a := by
  decide

theorem equal_from (word : List (List Int)) : ∀ q s, (q, s) ∈ pairs → (∀ a ∈ word, a ∈ symbols) →
    program s word = machine q word := by
  induction word with
  | nil => intro q s _ _; rfl
  | cons a rest held =>
    intro q s together known
    have one := closed (q, s) together a (known a (by simp))
    have answer : (step s a).2 = machineAnswer q a := one.2
    have later := held (machineNext q a) (step s a).1 one.1 (fun b hb => known b (by simp [hb]))
    show (step s a).2 :: program (step s a).1 rest = machineAnswer q a :: machine (machineNext q a) rest
    rw [answer, later]

/-- Program and machine are equal on every sequence of these symbols, of every length. -/
theorem equal (word : List (List Int)) (known : ∀ a ∈ word, a ∈ symbols) :
    program first word = machine 0 word :=
  equal_from word 0 first (by decide) known
"""


@dataclass(frozen=True)
class LeanExporter:
    """Program, machine, and their equality as a theorem of Lean 4.

    The file alone: netlift does not run Lean.
    """

    name: str = "lean"
    cost: float = 1.0

    def export(self, result: "Result") -> bytes:
        """Lean 4 in UTF-8, which needs no library; nothing in it has been checked by Lean.

        Without a finite machine the program alone, with no theorem. Strings are numbers; a comment says
        which.
        Raises InputError where a step cannot be said so, or machine and program differ.
        """
        step = step_in(result, self.name)
        relation = None
        if result.machine is not None:
            relation = relation_of(result, step, self.name, MOST_STEPS)
        if relation is None and used(step, lambda e: e.op.startswith("bit") and e.kind != "bool"):
            raise InputError(
                "the result cannot be written as lean: its program has bitwise operations on numbers without "
                "bound, which Lean's core does not have"
            )
        said = [*known_of(result), f"Written by netlift {result.version}; Lean has not checked this file."]
        said += [f"The number {place} is the string {text!a}." for place, text in enumerate(step.strings)]
        said += [] if relation else ["There is no finite machine, so that no equality is stated here."]
        lines = ["/-", *(line.replace("-/", "- /") for line in said), "-/", "namespace Netlift", ""]
        lines += ["set_option maxRecDepth 100000", "set_option maxHeartbeats 0", "", *_BITWISE, ""]
        lines += _program(step)
        if relation is not None:
            lines += [*_machine(relation), _PROOF]
        return ("\n".join([*lines, "end Netlift"]) + "\n").encode()


def _program(step: Step) -> list[str]:
    names = _names(step)
    lines = []
    for number, table in enumerate(step.tables):
        given = " ".join(f"(i{level} : Int)" for level in range(table.depth))
        lines.append(f"def table{number} {given} : {_sort(table.kind)} := {_table(step, number)}")
    fields = [f"  {names[name]} : {_sort(step.kinds[name])}" for name in step.first]
    first = ", ".join(
        f"{names[name]} := {_literal(value, step.kinds[name])}" for name, value in step.first.items()
    )
    chain = chain_of(step)
    outs = [chain.last[name] for name in (*step.first, *step.answers)]
    for made, _ in chain.defined:
        names[made] = f"d{len(names)}"
    after = ", ".join(
        f"{names[name]} := {_as(chain.last[name], step.kinds[name], names)}" for name in step.first
    )
    answers = ", ".join(_int(chain.last[name], names) for name in step.answers)
    return [
        *lines,
        "",
        "/-- What one step leaves for the next. -/",
        "structure State where",
        *fields,
        "deriving DecidableEq, Repr",
        "",
        f"def first : State := {{ {first} }}",
        "",
        "/-- One step: the next state, and the answers. -/",
        "def step (s : State) (inputs : List Int) : Prod State (List Int) :=",
        *(f"  let {names[name]} := s.{names[name]}" for name in step.first),
        *(f"  let {names[name]} := inputs.getD {place} 0" for place, name in enumerate(step.inputs)),
        *(
            f"  let {names[made]} : {_sort(value.kind)} := {_term(value, names)}"
            for made, value in chain.needed(outs)
        ),
        f"  ({{ {after} }}, [{answers}])",
        "",
        "def program (s : State) : List (List Int) → List (List Int)",
        "  | [] => []",
        "  | a :: rest => (step s a).2 :: program (step s a).1 rest",
        "",
    ]


def _machine(relation: Relation) -> list[str]:
    symbols = ", ".join(_row(row) for row in relation.symbols)
    following = ", ".join(f"[{', '.join(map(str, row))}]" for row in relation.following)
    answers = ", ".join(f"[{', '.join(map(_row, row))}]" for row in relation.answers)
    kinds = [relation.step.kinds[name] for name in relation.step.first]
    pairs = ", ".join(
        f"({q}, ⟨{', '.join(_literal(v, k) for v, k in zip(values, kinds, strict=True))}⟩)"
        for q, values in relation.pairs
    )
    return [
        "/-- The symbols that an input may be. -/",
        f"def symbols : List (List Int) := [{symbols}]",
        f"def following : List (List Nat) := [{following}]",
        f"def answers : List (List (List Int)) := [{answers}]",
        "def place (a : List Int) : Nat := (symbols.takeWhile (fun b => !(b == a))).length",
        "def machineNext (q : Nat) (a : List Int) : Nat := (following.getD q []).getD (place a) 0",
        "def machineAnswer (q : Nat) (a : List Int) : List Int := (answers.getD q []).getD (place a) []",
        "",
        "/-- The finite machine, which starts in state 0. -/",
        "def machine (q : Nat) : List (List Int) → List (List Int)",
        "  | [] => []",
        "  | a :: rest => machineAnswer q a :: machine (machineNext q a) rest",
        "",
        "/-- What both can be in together. -/",
        f"def pairs : List (Prod Nat State) := [{pairs}]",
    ]


def _names(step: Step) -> dict[str, str]:
    """Names that Lean keeps for nothing else."""
    names = (*step.first, *step.inputs)
    return {name: f"v_{name}" if name.isascii() else f"v_{place}" for place, name in enumerate(names)}


def _sort(kind: str) -> str:
    return "Bool" if kind == "bool" else "Int"


def _row(row: Sequence[Any]) -> str:
    return f"[{', '.join(_literal(value, 'int') for value in row)}]"


def _literal(value: Any, kind: str) -> str:
    if kind == "bool":
        return "true" if value else "false"
    return str(int(value)) if value >= 0 else f"({int(value)})"


def _as(e: Expr, kind: str, names: dict[str, str]) -> str:
    return _term(e, names) if kind == "bool" else _int(e, names)


def _int(e: Expr, names: dict[str, str]) -> str:
    return f"(if {_term(e, names)} then (1 : Int) else 0)" if e.kind == "bool" else _term(e, names)


def _table(step: Step, number: int) -> str:
    table = step.tables[number]

    def inside(content: Any, level: int) -> str:
        if level == table.depth:
            return _literal(step.code(content), table.kind)
        if isinstance(content, dict):
            items = [([step.code(key)], one) for key, one in content.items()]
        else:
            size = len(content)
            items = [([place, place - size], one) for place, one in enumerate(content)]
        whole = inside(items[-1][1], level + 1)
        for keys, one in reversed(items[:-1]):
            asked = " \\/ ".join(f"i{level} = {_literal(key, 'int')}" for key in keys)
            whole = f"(if {asked} then {inside(one, level + 1)} else {whole})"
        return whole

    return inside(table.content, 0)


def _term(e: Expr, names: dict[str, str]) -> str:
    if e.op == "const":
        return _literal(e.args[0], e.kind)
    if e.op == "var":
        return names[e.args[0]]
    if e.op == "lookup":
        return f"(table{e.args[0]} {' '.join(_int(one, names) for one in e.args[1:])})"
    if e.op in ("and", "or"):
        operator = " && " if e.op == "and" else " || "
        return f"({operator.join(_term(one, names) for one in e.args)})"
    if e.op == "not":
        return f"(!{_term(e.args[0], names)})"
    if e.op == "ite":
        test, one, other = e.args
        return f"(if {_term(test, names)} then {_as(one, e.kind, names)} else {_as(other, e.kind, names)})"
    if e.kind == "bool" and e.op in ("bitand", "bitor", "bitxor", "max", "min"):
        operator = {"bitand": "&&", "min": "&&", "bitor": "||", "max": "||", "bitxor": "!="}[e.op]
        return f"({f' {operator} '.join(_term(one, names) for one in e.args)})"
    args = [_int(one, names) for one in e.args]
    if e.op in ("eq", "ne"):
        return f"(decide ({args[0]} {'=' if e.op == 'eq' else '≠'} {args[1]}))"
    if e.kind == "bool":
        return f"(decide ({args[0]} {_PLAIN[e.op]} {args[1]}))"
    if e.op == "int":
        return args[0]
    if e.op == "abs":
        return f"(Int.ofNat (Int.natAbs {args[0]}))"
    if e.op in ("neg", "inv"):
        return f"(-{args[0]})" if e.op == "neg" else f"(-{args[0]} - 1)"
    if e.op in ("max", "min"):
        whole = args[0]
        for one in args[1:]:
            whole = f"({e.op} {whole} {one})"
        return whole
    if e.op == "pow":
        return f"({args[0]} ^ (Int.toNat {args[1]}))"
    if e.op == "shl":
        return f"({args[0]} * 2 ^ (Int.toNat {args[1]}))"
    if e.op == "shr":
        return f"(Int.fdiv {args[0]} (2 ^ (Int.toNat {args[1]})))"
    if e.op in _PLAIN:
        return f"({args[0]} {_PLAIN[e.op]} {args[1]})"
    return f"({_CALLED[e.op]} {args[0]} {args[1]})"
