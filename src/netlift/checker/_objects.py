"""Machines, linear systems, recurrences and programs of a certificate, each as a first state and a step."""

import copy
import json
from collections.abc import Mapping
from typing import Any

from netlift.checker._bounds import MOST_TOTAL, MOST_WORK, Work
from netlift.checker._language import Step
from netlift.checker._operations import (
    ERRORS,
    answered_by,
    called,
    combined,
    compared,
    is_in,
    look_up,
    signed,
    sized,
    special,
    true,
)
from netlift.checker._syntax import Refused

_ENTRIES_EACH = 10  # numbers or names gone through that count as one piece of work
State = Any
FAILED = "error"


class Runner:
    """What a certificate describes, run step by step. `names` are the variables of a program's state."""

    def __init__(self, facts: Mapping[str, Any], names: list[str] | None) -> None:
        self.kind: str = facts["kind"]
        self._facts = facts
        self._inner: Runner  # of one that is spelled
        self._work = Work(MOST_TOTAL)
        keys = {
            "program": {"kind", "source", "sha256"},
            "machine": {"kind", "alphabet", "initial", "transitions", "outputs", "sha256"},
            "linear": {
                "kind", "transition", "drive", "bias", "readout", "offset", "initial", "alphabets", "sha256",
            },
            "recurrence": {"kind", "inputs", "initial", "body", "sha256"},
            "spelled": {"kind", "inputs", "outputs", "inner", "sha256"},
        }  # fmt: skip
        if self.kind not in keys or set(facts) | {"sha256"} != keys[self.kind]:
            raise Refused("form: fields of a side are missing or superfluous")
        if self.kind == "program":
            self._step = Step(facts["source"])
            self._step.fix_state(names or [])
        elif names is not None and self.kind not in ("recurrence", "spelled"):
            raise Refused("state: variables of something that is no program")
        if self.kind == "recurrence" and names not in (None, [name for name, _ in facts["initial"]]):
            raise Refused("state: other variables than the recurrence has")
        if self.kind == "recurrence":
            check_recurrence(facts)
        if self.kind == "spelled":
            if not all(_are_names(one) for one in (*facts["inputs"], *facts["outputs"])):
                raise Refused("spelled: a stream's symbols are no list of different strings")
            self._inner = Runner(facts["inner"], names)
        if self.kind == "machine":
            self._machine_is_whole()
        if self.kind == "linear":
            rows: list[list[int]] = facts["transition"]
            self._live = [any(row[place] for row in rows) for place in range(len(facts["initial"]))]
            size = len(rows) + len(facts["readout"])
            self._effort = 1 + size * (1 + len(facts["initial"]) + len(facts["drive"])) // _ENTRIES_EACH

    def start(self) -> State:
        """The first state."""
        facts = self._facts
        match self.kind:
            case "program":
                return self._step.start()
            case "machine":
                return facts["initial"]
            case "linear":
                return self._without_dead(facts["initial"])
            case "recurrence":
                return {n: tuple(v) if isinstance(v, list) else v for n, v in facts["initial"]}
        return self._inner.start()

    def step(self, state: State, symbol: list[Any]) -> tuple[State, Any]:
        """As `advance` on a copy; (None, "error") where the step stops with an error."""
        try:
            return self.advance(copy.deepcopy(state), symbol)
        except ERRORS:
            return None, FAILED

    def advance(self, state: State, symbol: list[Any]) -> tuple[State, Any]:
        """The next state, and the list of what is answered."""
        match self.kind:
            case "program":
                try:
                    after, said = self._step.advance(state, symbol)
                finally:
                    self._work.spend(self._step.used)
                return after, [_plain(answer) for answer in said]
            case "machine":
                return self._machine(state, symbol)
            case "linear":
                return self._linear(state, symbol)
            case "recurrence":
                return self._recurrence(state, symbol)
        self._work.spend(sum(1 + len(names) // _ENTRIES_EACH for names in self._facts["inputs"] if names))
        pairs = zip(symbol, self._facts["inputs"], strict=True)
        after, said = self._inner.advance(state, [s if n is None else n.index(s) for s, n in pairs])
        return after, [self._named(answer) for answer in said]

    def _machine_is_whole(self) -> None:
        facts = self._facts
        states, symbols = len(facts["transitions"]), len(facts["alphabet"])
        rows = [*facts["transitions"], *facts["outputs"]]
        if len(facts["outputs"]) != states or any(len(row) != symbols for row in rows):
            raise Refused("machine: its tables do not fit one another")
        if facts["initial"] != 0 or type(facts["initial"]) is not int:
            raise Refused("machine: it does not start in state 0")
        whole = [n for row in facts["transitions"] for n in row]
        if any(type(n) is not int or not 0 <= n < states for n in whole):
            raise Refused("machine: a transition leads to no state")
        self._places = {tuple(symbol): place for place, symbol in enumerate(facts["alphabet"])}
        if len(self._places) < symbols:
            raise Refused("machine: a symbol stands there twice")

    def _machine(self, state: State, symbol: list[Any]) -> tuple[State, Any]:
        if special(symbol) or special(state):
            raise Refused("machine: a step from a state that is not known")
        place = self._places[tuple(symbol)]
        emitted = self._facts["outputs"][state][place]
        return self._facts["transitions"][state][place], [_joined(emitted)]

    def _linear(self, state: State, symbol: list[Any]) -> tuple[State, Any]:
        facts = self._facts
        self._work.spend(self._effort)
        after = []
        for row, drive, bias in zip(facts["transition"], facts["drive"], facts["bias"], strict=True):
            total: Any = bias
            for factor, value in zip(row, state, strict=True):
                total = total + factor * value if factor else total
            after.append(total + self._push(drive, symbol))
        said = []
        for row, offset in zip(facts["readout"], facts["offset"], strict=True):
            total = offset
            for factor, value in zip(row, after, strict=True):
                total = total + factor * value if factor else total
            said.append(total)
        return self._without_dead(after), [_joined(said)]

    def _push(self, drive: list[int], symbol: list[Any]) -> Any:
        alphabets = self._facts["alphabets"]
        total: Any = 0
        place = 0
        for stream, part in enumerate(symbol):
            if alphabets is None:
                total = total + drive[stream] * part if drive[stream] else total
                continue
            width = len(alphabets[stream])
            total = total + look_up(
                dict(zip(alphabets[stream], drive[place : place + width], strict=True)), part
            )
            place += width
        return total

    def _without_dead(self, values: list[Any]) -> list[Any]:
        """What no later step reads is 0."""
        return [value if live else 0 for value, live in zip(values, self._live, strict=True)]

    def _recurrence(self, state: State, symbol: list[Any]) -> tuple[State, Any]:
        env = {**state, **dict(zip(self._facts["inputs"], symbol, strict=True))}
        work = Work(min(MOST_WORK, self._work.left))
        try:
            return self._recurred(env, work)
        finally:
            self._work.spend(min(MOST_WORK, self._work.left) - max(work.left, 0))

    def _recurred(self, env: State, work: Work) -> tuple[State, Any]:
        said: list[Any] = []
        for statement in self._facts["body"]:
            match statement:
                case ["assign", targets, trees]:
                    env |= dict(zip(targets, [_evaluated(tree, env, work) for tree in trees], strict=True))
                case ["increment", target, index, amount]:
                    counts, place = list(env[target]), _evaluated(index, env, work)
                    change = _evaluated(amount, env, work)
                    for i in range(-len(counts), len(counts)):
                        if place == i:
                            counts[i] = combined("Add", counts[i], change, work)
                            break
                    else:
                        raise IndexError("out of range")
                    env[target] = tuple(counts)
                case ["append", target, tree, keep]:
                    longer = combined("Add", env[target], (_evaluated(tree, env, work),), work)
                    if keep is not None and special(longer) and not isinstance(longer, tuple):
                        raise Refused("recurrence: the end of a list that is not known")
                    env[target] = longer if keep is None else longer[-keep:]
                case ["emit", trees]:
                    said.append(_joined([_evaluated(tree, env, work) for tree in trees]))
                case _:
                    raise Refused("recurrence: a statement of no known form")
        return {name: env[name] for name, _ in self._facts["initial"]}, said

    def _named(self, answer: Any) -> Any:
        parts = answer if isinstance(answer, tuple) else (answer,)
        names = self._facts["outputs"]
        if any(n is not None and special(p) for p, n in zip(parts, names, strict=True)):
            raise Refused("spelled: a table of strings")
        return _joined([p if n is None else n[p] for p, n in zip(parts, names, strict=True)])


def encoded(value: Any, seen: dict[int, int] | None = None) -> Any:
    """A state as a certificate writes it."""
    seen = {} if seen is None else seen
    if value is None or isinstance(value, (int, str)):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, tuple):
        return {"tuple": [encoded(one, seen) for one in value]}
    if not isinstance(value, (list, set, dict)):
        raise Refused("state: of a kind that a certificate cannot hold")
    if id(value) in seen:
        return {"same": seen[id(value)]}
    seen[id(value)] = len(seen)
    if isinstance(value, list):
        return [encoded(one, seen) for one in value]
    if isinstance(value, set):
        return {"set": sorted((encoded(one, seen) for one in value), key=json.dumps)}
    return {"dict": [[encoded(k, seen), encoded(v, seen)] for k, v in value.items()]}


def _plain(answer: Any) -> Any:
    """An answer: a number, a string, or a tuple of these. Truth values count as the numbers they are."""
    if isinstance(answer, tuple):
        return tuple(_plain(part) for part in answer)
    if special(answer):
        return answer
    if isinstance(answer, (int, str)):
        return int(answer) if isinstance(answer, bool) else answer
    raise Refused("answers: one of a kind that no program prints")


def _joined(parts: list[Any]) -> Any:
    plain = [_plain(part) for part in parts]
    return plain[0] if len(plain) == 1 else tuple(plain)


def _are_names(names: Any) -> bool:
    if names is None:
        return True
    return isinstance(names, list) and all(type(n) is str for n in names) and len(set(names)) == len(names)


_BINARY = {
    "+": "Add", "-": "Sub", "*": "Mult", "//": "FloorDiv", "%": "Mod", "**": "Pow", "&": "BitAnd",
    "|": "BitOr", "^": "BitXor", "<<": "LShift", ">>": "RShift",
}  # fmt: skip
_COMPARED = {"==": "Eq", "!=": "NotEq", "<": "Lt", "<=": "LtE", ">": "Gt", ">=": "GtE"}
_TWO = {*_BINARY, *_COMPARED, "min", "max", "gcd", "and", "or", "item"}
_ONE = {
    "neg", "abs", "isqrt", "sum", "len", "int", "bit_count", "not", "argmax", "largest", "smallest",
    "reversed", "sorted",
}  # fmt: skip


def check_recurrence(facts: Mapping[str, Any]) -> None:
    """Its names are different, its variables known, its statements and operators of a known form."""
    names = [name for name, _ in facts["initial"]]
    if not _are_names([*facts["inputs"], *names]):
        raise Refused("recurrence: its variables are no different names")
    for _, value in facts["initial"]:
        if not all(type(one) is int for one in (value if isinstance(value, list) else [value])):
            raise Refused("recurrence: a variable does not start as a number or a list of numbers")
    known = {*facts["inputs"], *names}
    for statement in facts["body"]:
        match statement:
            case ["assign", [*targets], [*trees]] if len(targets) == len(trees) and _are_names(targets):
                good = all(_is_tree(tree, known) for tree in trees)
                known |= set(targets)
            case ["increment", str() as target, index, amount]:
                good = target in known and _is_tree(index, known) and _is_tree(amount, known)
            case ["append", str() as target, tree, keep]:
                good = (
                    target in known
                    and _is_tree(tree, known)
                    and (keep is None or (type(keep) is int and keep > 0))
                )
            case ["emit", [_, *_] as trees]:
                good = all(_is_tree(tree, known) for tree in trees)
            case _:
                good = False
        if not good:
            raise Refused("recurrence: a statement of no known form")


def _is_tree(tree: Any, known: set[str]) -> bool:
    match tree:
        case ["const", value]:
            return type(value) is int
        case ["var", str() as name]:
            return name in known
        case ["in", [*values], *arguments] if arguments:
            keys = values
        case ["table", [*pairs], *arguments] if arguments:
            if not all(isinstance(pair, list) and len(pair) == 2 and type(pair[1]) is int for pair in pairs):
                return False
            keys = [key for key, _ in pairs]
        case [str() as name, *arguments]:
            count = 3 if name == "if" else 2 if name in _TWO else 1 if name in _ONE else 0
            return len(arguments) == count > 0 and all(_is_tree(one, known) for one in arguments)
        case _:
            return False
    if not all(type(part) is int for key in keys for part in (key if isinstance(key, list) else [key])):
        return False
    return all(_is_tree(one, known) for one in arguments)


def _evaluated(tree: Any, env: Mapping[str, Any], work: Work) -> Any:
    work.spend()
    name, *rest = tree
    match name:
        case "const":
            return rest[0]
        case "var":
            return env[rest[0]]
        case "if":
            return _evaluated(rest[1] if true(_evaluated(rest[0], env, work)) else rest[2], env, work)
        case "in" | "table":
            arguments = [_evaluated(argument, env, work) for argument in rest[1:]]
            key = arguments[0] if len(arguments) == 1 else tuple(arguments)
            if name == "in":
                return is_in(key, [tuple(one) if isinstance(one, list) else one for one in rest[0]])
            return look_up({tuple(k) if isinstance(k, list) else k: v for k, v in rest[0]}, key)
    values = [_evaluated(argument, env, work) for argument in rest]
    if name in _BINARY:
        return combined(_BINARY[name], values[0], values[1], work)
    if name in _COMPARED:
        return compared(_COMPARED[name], values[0], values[1])
    match name, values:
        case "neg", [a]:
            return signed("USub", a)
        case "not", [a]:
            return not true(a)
        case "and", [a, b]:
            return true(a) & true(b)  # both are asked
        case "or", [a, b]:
            return true(a) | true(b)
        case "item", [a, b]:
            return look_up(a, b)
        case "argmax", [a]:
            return answered_by(a, "index", [called("max", [a], work)], work)
        case "largest" | "smallest", [a]:
            return called("max" if name == "largest" else "min", [a], work)
        case "reversed", [a]:
            return look_up(a, slice(None, None, -1))
        case "sorted", [a]:
            return sized(tuple(called("sorted", [a], work)), work)
        case "bit_count", [a]:
            return answered_by(a, "bit_count", [], work)
        case "abs" | "min" | "max" | "gcd" | "isqrt" | "sum" | "len" | "int", _:
            return called(name, values, work)
    raise Refused(f"recurrence: the operator {name!r}")
