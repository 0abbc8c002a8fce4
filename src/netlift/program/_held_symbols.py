"""Variables that hold symbols: `previous == "open"` in place of a comparison of the numbers of both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netlift.formulas._expr import Expr, const
from netlift.formulas._recurrence import Assign, Emit, Recurrence, Statement
from netlift.formulas._statements import assignments, mapped, written_by

_SWAPPED = {"<": ">", "<=": ">="}


class NotHeld(Exception):
    """The number of a symbol is used where its name will not do."""


@dataclass(frozen=True)
class Held:
    """A recurrence that speaks of the symbols of a stream by name.

    `first` has the first symbol of each variable that holds one; `answered` are the names whose symbols are
    answered as they are.
    """

    recurrence: Recurrence
    first: dict[str, str]
    answered: frozenset[str]


def with_held_symbols(
    recurrence: Recurrence, stream: str, names: tuple[str, ...], targets: Sequence[tuple[str, ...] | None]
) -> Held:
    """The recurrence with the symbols of a stream by name, to be answered where `targets` are the same.

    One number that stands for no symbol is the empty text. Raises NotHeld where a number of a symbol is
    computed with, answered as another symbol, or compared with something else.
    """
    held = _holding(recurrence, stream)
    spelling = _Spelling(names, held | {stream})
    same = [target == names for target in targets]
    first = {name: spelling.name_of(value) for name, value in recurrence.initial if name in held}
    body: list[Statement] = []
    for statement in recurrence.body:
        match statement:
            case Assign(written, values):
                pairs = zip(written, values, strict=True)
                spelt = tuple(spelling.symbol(v) if t in held else spelling.value(v) for t, v in pairs)
                body.append(Assign(written, spelt))
            case Emit(values):
                said = zip(values, same, strict=True)
                body.append(Emit(tuple(spelling.answer(v) if own else spelling.value(v) for v, own in said)))
            case _:
                if set(written_by(statement)) & held:
                    raise NotHeld
                body.append(mapped(statement, spelling.value))
    return Held(Recurrence(recurrence.inputs, recurrence.initial, tuple(body)), first, held | {stream})


def _holding(recurrence: Recurrence, stream: str) -> frozenset[str]:
    """The variables that get symbols of the stream, directly or from one another."""
    sources = list(assignments(recurrence))
    held = frozenset[str]()
    while True:
        more = {n for n, e in sources if any(leaf.value in held | {stream} for leaf in _leaves(e))}
        if more <= held:
            return held
        held |= more


def _leaves(value: Expr) -> Iterator[Expr]:
    """What a value may be, of which a condition chooses: names and constants."""
    if value.op == "if":
        yield from _leaves(value.args[1])
        yield from _leaves(value.args[2])
    elif value.op == "var":
        yield value


class _Spelling:
    def __init__(self, names: tuple[str, ...], symbolic: frozenset[str]) -> None:
        self._names, self._symbolic = names, symbolic
        self._none: int | None = None
        self._two = False  # two symbols were ordered, which leaves no room for a third

    def name_of(self, code: object) -> str:
        """The symbol of a number; "" for the one number that stands for none."""
        if not isinstance(code, int):
            raise NotHeld
        if 0 <= code < len(self._names):
            return self._names[code]
        if self._two or self._none not in (None, code) or "" in self._names:
            raise NotHeld
        self._none = code
        return ""

    def answer(self, e: Expr) -> Expr:
        """A value that may be a symbol, and is answered."""
        if e.op == "if":
            return Expr("if", (self.condition(e.args[0]), self.answer(e.args[1]), self.answer(e.args[2])))
        return e if self._is_symbol(e) else self.value(e)

    def symbol(self, e: Expr) -> Expr:
        """A value that is a symbol."""
        match e.op:
            case "if":
                return Expr("if", (self.condition(e.args[0]), self.symbol(e.args[1]), self.symbol(e.args[2])))
            case "var" if e.value in self._symbolic:
                return e
            case "const":
                return Expr("const", (), self.name_of(e.value))
        raise NotHeld

    def value(self, e: Expr) -> Expr:
        """A value that is none."""
        if e.op == "var" and e.value in self._symbolic:
            raise NotHeld
        if e.op in ("in", "table") and any(map(self._is_symbol, e.args)):
            return self._keyed(e)
        if e.op in ("==", "!=") and any(map(self._is_symbol, e.args)):
            return Expr(e.op, tuple(map(self.symbol, e.args)))
        if e.op in ("<", "<=", ">", ">=") and all(map(self._is_symbol, e.args)):
            return self._ordered(e)
        if e.op == "if":
            return Expr("if", (self.condition(e.args[0]), self.value(e.args[1]), self.value(e.args[2])))
        if e.op in ("and", "or", "not"):
            return Expr(e.op, tuple(map(self.condition, e.args)))
        return Expr(e.op, tuple(map(self.value, e.args)), e.value)

    def condition(self, e: Expr) -> Expr:
        """A value of which the truth counts."""
        if self._is_symbol(e):
            return Expr("!=", (e, Expr("const", (), self._names[0])))
        return self.value(e)

    def _is_symbol(self, e: Expr) -> bool:
        return e.op == "var" and e.value in self._symbolic

    def _ordered(self, e: Expr) -> Expr:
        """Which of two symbols has the larger number, where there are but two: one is the first, or not."""
        if len(self._names) != 2 or self._none is not None:
            raise NotHeld
        self._two = True
        one, other = e.args
        if e.op in _SWAPPED:
            one, other = other, one
        first, second = (Expr("const", (), name) for name in self._names)
        tests = (Expr("==", (one, second)), Expr("==", (other, first)))
        return Expr("and" if e.op in ("<", ">") else "or", tests)

    def _keyed(self, e: Expr) -> Expr:
        places = [n for n, arg in enumerate(e.args) if self._is_symbol(arg)]
        args = tuple(arg if n in places else self.value(arg) for n, arg in enumerate(e.args))

        def named(key: int | tuple[int, ...]) -> str | tuple[int | str, ...] | None:
            parts: list[int | str] = list(key) if isinstance(key, tuple) else [key]
            for place in places:
                code = parts[place]
                if not isinstance(code, int) or (code != self._none and not 0 <= code < len(self._names)):
                    return None
                parts[place] = self.name_of(code)
            return tuple(parts) if isinstance(key, tuple) else parts[0]  # type: ignore[return-value]

        if e.op == "in":
            keys = [key for key in map(named, e.value) if key is not None]
            return Expr("in", args, tuple(keys)) if keys else Expr("==", (const(0), const(1)))
        pairs = [(named(key), value) for key, value in e.value]
        return Expr("table", args, tuple((key, value) for key, value in pairs if key is not None))
