"""The shape of states: which of their parts are numbers, and which are lists that grow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from netlift.certify._paths import Many, Paths, Term, integer
from netlift.certify._symbolic import Symbolic, Unsupported


@dataclass(frozen=True)
class Shape:
    """A part of a state: a number, a list of any length, a value that never changes, or parts of its own.

    `kind` is "number", "many" (`value`: "list" or "tuple"), "fixed" (`value`: a string), "list", "tuple" or
    "dict" (`parts`, with `keys`: the variables of a state, by name).
    """

    kind: Literal["number", "many", "fixed", "list", "tuple", "dict"]
    value: Any = None
    parts: tuple["Shape", ...] = ()
    keys: tuple[str, ...] = ()

    def names(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Name and kind of each number and each list of any length, in order."""
        match self.kind:
            case "number" | "many":
                yield prefix, self.kind
            case "dict":
                for key, part in zip(self.keys, self.parts, strict=True):
                    yield from part.names(f"{prefix}.{key}")
            case "list" | "tuple":
                for place, part in enumerate(self.parts):
                    yield from part.names(f"{prefix}[{place}]")

    def unknown(self, prefix: str, paths: Paths) -> Any:
        """A state of this shape whose numbers are variables of the solver's, by name."""
        z3 = paths.z3
        match self.kind:
            case "number":
                return Term(paths, z3.Int(prefix))
            case "many":
                return Many(paths, z3.Const(prefix, z3.SeqSort(z3.IntSort())), self.value)
            case "fixed":
                return self.value
            case "dict":
                pairs = zip(self.keys, self.parts, strict=True)
                return {key: part.unknown(f"{prefix}.{key}", paths) for key, part in pairs}
        made = [part.unknown(f"{prefix}[{place}]", paths) for place, part in enumerate(self.parts)]
        return tuple(made) if self.kind == "tuple" else made

    def values(self, state: Any) -> Iterator[Any]:
        """The numbers and lists of a known state of this shape, in the order of `names`."""
        match self.kind:
            case "number":
                if not isinstance(state, int):
                    raise Unsupported("a state that is a number at some times only")
                yield int(state)
            case "many":
                if type(state).__name__ != self.value:
                    raise Unsupported("a state that is a list at some times only")
                yield tuple(state)
            case "dict":
                if not isinstance(state, dict) or tuple(state) != self.keys:
                    raise Unsupported("a state whose variables change")
                for key, part in zip(self.keys, self.parts, strict=True):
                    yield from part.values(state[key])
            case "list" | "tuple":
                if type(state).__name__ != self.kind or len(state) != len(self.parts):
                    raise Unsupported("a list whose length changes")
                for item, part in zip(state, self.parts, strict=True):
                    yield from part.values(item)

    def expressions(self, state: Any, paths: Paths) -> Iterator[Any]:
        """As `values`, for a state with unknown numbers: expressions of the solver's."""
        z3 = paths.z3
        match self.kind:
            case "number":
                if not isinstance(state, int | Symbolic):
                    raise Unsupported("a state that is a number at some times only")
                yield integer(paths, state)
            case "many":
                if isinstance(state, Many) and state.container == self.value:
                    yield state.expr
                elif type(state).__name__ != self.value:
                    raise Unsupported("a state that is a list at some times only")
                else:
                    units = [z3.Unit(integer(paths, item)) for item in state]
                    empty = z3.Empty(z3.SeqSort(z3.IntSort()))
                    yield z3.Concat(empty, *units) if units else empty
            case "fixed":
                if type(state) is not str or state != self.value:
                    raise Unsupported("a state that is fixed at some times only")
            case "dict":
                if not isinstance(state, dict) or set(state) != set(self.keys):
                    raise Unsupported("a state whose variables change")
                for key, part in zip(self.keys, self.parts, strict=True):
                    yield from part.expressions(state[key], paths)
            case "list" | "tuple":
                alike = isinstance(state, list if self.kind == "list" else tuple)
                if not alike or len(state) != len(self.parts):
                    raise Unsupported("a list whose length changes")
                for item, part in zip(state, self.parts, strict=True):
                    yield from part.expressions(item, paths)

    def facts(self) -> Any:
        """The shape as JSON holds it."""
        match self.kind:
            case "number" | "many":
                return self.kind
            case "fixed":
                return {"fixed": self.value}
            case "dict":
                pairs = zip(self.keys, self.parts, strict=True)
                return {"dict": [[key, part.facts()] for key, part in pairs]}
        return {self.kind: [part.facts() for part in self.parts]}


def shape_of(states: Sequence[Any], *, inside: bool = False) -> Shape:
    """The shape that all these states have; `inside`: they are parts of states.

    Raises Unsupported where they have none in common.
    """
    first = states[0]
    if all(isinstance(state, int) for state in states):
        return Shape("number")
    if all(isinstance(state, dict) for state in states):
        if inside:
            raise Unsupported("a state that holds a dict")
        if any(tuple(state) != tuple(first) for state in states):
            raise Unsupported("a state whose variables change")
        parts = [shape_of([state[key] for state in states], inside=True) for key in first]
        return Shape("dict", None, tuple(parts), tuple(first))
    for container in (list, tuple):
        if not all(isinstance(state, container) for state in states):
            continue
        if all(len(state) == len(first) for state in states):
            columns = [[state[place] for state in states] for place in range(len(first))]
            kind: Literal["list", "tuple"] = "list" if container is list else "tuple"
            return Shape(kind, None, tuple(shape_of(column, inside=True) for column in columns))
        if all(isinstance(item, int) for state in states for item in state):
            return Shape("many", container.__name__)
    if all(isinstance(state, str) for state in states) and len(set(states)) == 1:
        return Shape("fixed", first)
    raise Unsupported("a state of strings, or of a shape that changes")
