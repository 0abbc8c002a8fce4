"""From a recurrence to the source of program.py."""

import ast
import copy
import keyword
import re
import textwrap
from collections.abc import Sequence

from netlift.checker._script import CHECKED
from netlift.core._errors import InputError
from netlift.formulas._expr import Expr, occurrences, substitute, to_ast, var
from netlift.formulas._recurrence import Append, Assign, Emit, Increment, Recurrence, Statement
from netlift.formulas._statements import expressions_of, mapped, read_by, renamed, written_by
from netlift.formulas.machines._rules import RuledRecurrence
from netlift.formulas.writing import negated, tidy
from netlift.program._checked import ANY, Checked, checked_literal, checked_sentences, checked_text
from netlift.program._kinds import Kinds, as_condition, as_number, as_value, kinds, settle
from netlift.program._parse import FUNCTIONS, MATH, check_source
from netlift.program._printed import remember, was_printed
from netlift.program._rule_print import RuleWriter
from netlift.program._script import SCRIPT
from netlift.program._symbols import Spelling, Spelt, Symbols, spell_inputs, spell_output
from netlift.program._tables import Constant, Constants, Hoist
from netlift.program._update import augmented
from netlift.program._wrap import WIDTH, statement

_LONGEST_INDEX = 60  # a longer index of a counter is computed on a line of its own
_BETTER = {"max": "largest", "min": "smallest", "sum": "total", "len": "length", "input": "x"}


class NotPrinted(ValueError):
    """A recurrence for which no program could be written down that says the same."""


def print_program(
    recurrence: Recurrence,
    docstring: Sequence[str] = (),
    input_symbols: Sequence[Symbols] | None = None,
    target_symbols: Sequence[Symbols] | None = None,
    checked: Sequence[Checked] | None = None,
) -> str:
    """The source of a program that gives the recurrence's outputs, for sequences of any length.

    `docstring` holds the lines of the module's docstring, wrapped here. `input_symbols` and
    `target_symbols` give, a stream each, the strings that its numbers stand for, or None; the
    program then reads and answers the strings. Run as a script, the program turns JSON lines (a
    list of inputs, or an object with "inputs") into JSON lines. `checked` says, a stream each, which
    inputs it was checked on: "LOW..HIGH", numbers, or strings; the docstring tells it, and the script
    refuses others with `--strict`.

    What comes back was read again: it is in the language of programs, and its syntax tree is the one
    that was to be written. Raises NotPrinted where that fails, or where an expression is nested too
    deeply or a number too long to be written at all.
    """
    try:
        return remember(_written(recurrence, docstring, input_symbols, target_symbols, checked))
    except (ArithmeticError, InputError, LookupError, MemoryError, RecursionError, ValueError) as error:
        raise NotPrinted(f"{type(error).__name__}: {error}") from error


def _written(
    recurrence: Recurrence,
    docstring: Sequence[str],
    input_symbols: Sequence[Symbols] | None,
    target_symbols: Sequence[Symbols] | None,
    checked: Sequence[Checked] | None,
) -> str:
    outputs = next(len(s.values) for s in recurrence.body if isinstance(s, Emit))
    rules = recurrence if isinstance(recurrence, RuledRecurrence) else None
    if rules is None:
        recurrence = _safe_names(tidy(recurrence))
    if checked is None:
        checked = [names or ANY for names in input_symbols or (None,) * len(recurrence.inputs)]
    else:
        docstring = [*docstring, *checked_sentences(checked, recurrence.inputs)]
    if rules is not None:
        inputs = input_symbols[0] if input_symbols else None
        ruled = RuleWriter(rules, inputs, target_symbols or (None,) * outputs)
        function = ruled.function()
        return _assembled([*docstring, *ruled.told], ruled.constants.found, function, checked)
    targets = target_symbols or (None,) * outputs
    spelt = spell_inputs(recurrence, input_symbols or (None,) * len(recurrence.inputs), targets)
    return _Writer(settle(tidy(spelt.recurrence)), targets, spelt).source(docstring, checked)


def _assembled(
    docstring: Sequence[str],
    constants: Sequence[Constant],
    function: Sequence[ast.stmt],
    checked: Sequence[Checked],
) -> str:
    """The source of a program with these constants and this body, read again."""
    text = "".join(statement(node, 1) for node in function)
    used = {n.id for s in function for n in ast.walk(s) if isinstance(n, ast.Name)}
    imports = sorted(used & set(MATH))
    parts = [docstring_text(docstring)]
    parts += [f"from math import {', '.join(imports)}\n"] if imports else []
    plain = [constant for constant in constants if not constant.comment]  # names for long answers
    if plain:
        parts += ["# Long answers, by name.\n" + "".join(constant.text() for constant in plain)]
    constants = [*plain, *(constant for constant in constants if constant.comment)]
    commented = [constant.text() for constant in constants if constant.comment]
    parts += ["\n".join(commented)] if commented else []
    head = "\n".join(part for part in parts if part)
    source = f"{head}\n\ndef program(inputs):\n{text}\n\n".lstrip("\n")
    source += f"{checked_text(checked)}\n{SCRIPT}"
    nodes: list[ast.stmt] = [_assignment(c.name, c.value) for c in constants]
    _compare(source, [*nodes, *function, _assignment(CHECKED, checked_literal(checked))])
    return source


class _Writer:
    """Writes one recurrence; collects the constants that its statements ask for on the way."""

    def __init__(
        self,
        recurrence: Recurrence,
        target_symbols: Sequence[Symbols],
        spelt: Spelt,
    ) -> None:
        """`spelt`: what is known of the symbols in the recurrence, before it was tidied."""
        self._recurrence, self._spelt = recurrence, spelt
        self._symbols = target_symbols
        self._known: Kinds = kinds(recurrence)
        self._constants = Constants({CHECKED})

    def source(self, docstring: Sequence[str], checked: Sequence[Checked]) -> str:
        names, decoding = self._loop(self._spelt.decoded)
        body = [node for s in self._recurrence.body for node in self._statements(s)]
        target: ast.expr = (
            _name(names[0]) if len(names) == 1 else ast.Tuple([_name(n) for n in names], ast.Load())
        )
        loop = ast.For(target, _name("inputs"), [*decoding, *body], [])
        function = [*self._initial(), _assignment("outputs", ast.List([], ast.Load())), loop]
        function.append(ast.Return(_name("outputs")))
        return _assembled(docstring, self._constants.found, function, checked)

    def _loop(self, spellings: Sequence[Spelling]) -> tuple[list[str], list[ast.stmt]]:
        """The names that the loop binds, and the statements that decode strings."""
        body = self._recurrence.body
        needed = frozenset[str]().union(*(read_by(s) for s in body))
        names = {stream: stream if stream in needed else "_" for stream in self._recurrence.inputs}
        decoding: list[ast.stmt] = []
        for spelling in spellings:
            stream = spelling.stream
            if names[stream] == "_":
                continue
            wish = "CODE" if len(spellings) == 1 else f"CODE_{stream.upper()}"
            codes = [ast.Constant(code) for code in range(len(spelling.symbols))]
            table = ast.Dict([ast.Constant(symbol) for symbol in spelling.symbols], list[ast.expr](codes))
            constant = self._constants.add(wish, table, "The number that stands for each symbol.")
            times = sum(occurrences(e, stream) for s in body for e in expressions_of(s))
            if times == 1:
                lookup = Expr("item", (var(constant), var(stream)))
                body = tuple(mapped(s, lambda e, n=stream, v=lookup: substitute(e, {n: v})) for s in body)  # type: ignore[misc]
                continue
            names[stream] = "symbol" if len(names) == 1 else self._unused(f"symbol_{stream}")
            decoding.append(
                _assignment(stream, ast.Subscript(_name(constant), _name(names[stream]), ast.Load()))
            )
        self._recurrence = Recurrence(self._recurrence.inputs, self._recurrence.initial, body)
        return list(names.values()), decoding

    def _unused(self, wish: str) -> str:
        used = {*self._recurrence.inputs, *(name for name, _ in self._recurrence.initial)}
        for s in self._recurrence.body:
            used |= {*read_by(s), *written_by(s)}
        while wish in used:
            wish += "_"
        return wish

    def _initial(self) -> list[ast.stmt]:
        nodes = []
        for name, value in self._recurrence.initial:
            if name in self._spelt.first:
                nodes.append(_assignment(name, ast.Constant(self._spelt.first[name])))
            elif isinstance(value, tuple):
                items = [_number(item) for item in value]
                listed: ast.expr = ast.List(items, ast.Load())
                if len(value) > 1 and len(set(value)) == 1:
                    listed = ast.BinOp(ast.List(items[:1], ast.Load()), ast.Mult(), ast.Constant(len(value)))
                nodes.append(_assignment(name, listed))
            elif name in self._known.truths:
                nodes.append(_assignment(name, ast.Constant(bool(value))))
            else:
                nodes.append(_assignment(name, _number(value)))
        return list(nodes)

    def _statements(self, s: Statement) -> list[ast.stmt]:
        match s:
            case Assign(targets, values) if len(targets) > 1:
                syntax = [self._copied(v, t) for t, v in zip(targets, values, strict=True)]
                names = ast.Tuple([_name(t) for t in targets], ast.Store())
                return [ast.Assign([names], ast.Tuple(syntax, ast.Load()), lineno=0)]
            case Assign((target,), (value,)):
                return self._assign(target, as_value(value, self._known))
            case Increment(target, index, amount):
                stored = _stored(target, index, amount)
                value = amount if stored is None else stored
                return self._increment(
                    target, as_value(index, self._known), as_value(value, self._known), stored is not None
                )
            case Append(target, value, keep):
                return self._append(target, self._copied(value, target), keep)
            case Emit(values):
                return [self._emit(values)]
        raise ValueError(f"no way to print the statement {s!r}")

    def _assign(self, target: str, value: Expr) -> list[ast.stmt]:
        """An assignment; where a branch keeps the old value, an `if` without `else`."""
        if value.op == "if":
            condition, yes, no = value.args
            if yes == var(target):
                condition, yes, no = as_condition(negated(condition), self._known), no, yes
            if no == var(target):
                return [ast.If(self._syntax(condition, target), self._assign(target, yes), [])]
            if _keeps(no, target):
                rest = self._assign(target, no)
                return [ast.If(self._syntax(condition, target), self._assign(target, yes), rest)]
        update = None if target in self._known.lists else augmented(value, target)
        if update is not None:
            operator, amount = update
            return [ast.AugAssign(_name(target), operator, self._syntax(amount, target))]
        simple = _assignment(target, self._copied(value, target))
        if value.op == "if" and value.args[2].op == "if" and len(ast.unparse(simple)) > WIDTH - 8:
            rest = self._assign(target, value.args[2])
            return [ast.If(self._syntax(value.args[0], target), self._assign(target, value.args[1]), rest)]
        return [simple]

    def _increment(self, target: str, index: Expr, amount: Expr, overwrites: bool) -> list[ast.stmt]:
        place = self._syntax(index, target)
        before: list[ast.stmt] = []
        if len(ast.unparse(place)) > _LONGEST_INDEX:
            before, place = [_assignment("index", place)], _name("index")
        item = ast.Subscript(_name(target), place, ast.Store())
        if overwrites:
            return [*before, ast.Assign([item], self._syntax(amount, target), lineno=0)]
        return [*before, ast.AugAssign(item, ast.Add(), self._syntax(amount, target))]

    def _append(self, target: str, item: ast.expr, keep: int | None) -> list[ast.stmt]:
        first = dict(self._recurrence.initial).get(target, ())
        appends = [s for s in self._recurrence.body if isinstance(s, Append) and s.target == target]
        if keep is not None and isinstance(first, tuple) and len(first) == keep and len(appends) == 1:
            others = ast.Subscript(_name(target), ast.Slice(ast.Constant(1)), ast.Load())
            return [_assignment(target, ast.BinOp(others, ast.Add(), ast.List([item], ast.Load())))]
        method = ast.Attribute(_name(target), "append", ast.Load())
        nodes: list[ast.stmt] = [ast.Expr(ast.Call(method, [item], []))]
        if keep is not None:
            old = ast.Slice(None, ast.UnaryOp(ast.USub(), ast.Constant(keep)))
            nodes.append(ast.Delete([ast.Subscript(_name(target), old, ast.Del())]))
        return nodes

    def _emit(self, values: Sequence[Expr]) -> ast.stmt:
        items = []
        for stream, (value, names) in enumerate(zip(values, self._symbols, strict=True), 1):
            wish = "SYMBOLS" if len(values) == 1 else f"SYMBOLS_{stream}"
            if names is None:
                shown = as_number(value, self._known)
            else:
                listed = ast.Tuple([ast.Constant(name) for name in names], ast.Load())
                comment = "The symbols that are answered, by number."
                shown = spell_output(
                    as_value(value, self._known),
                    names,
                    self._known,
                    lambda w=wish, t=listed, c=comment: self._constants.add(w, t, c),  # type: ignore[misc]
                    self._spelt.answered,
                )
            items.append(self._syntax(shown, None))
        answer = items[0] if len(items) == 1 else ast.Tuple(items, ast.Load())
        return ast.Expr(ast.Call(ast.Attribute(_name("outputs"), "append", ast.Load()), [answer], []))

    def _copied(self, value: Expr, target: str) -> ast.expr:
        """The value; a list that already has a name is copied, since lists change in place."""
        syntax = self._syntax(as_value(value, self._known), target)
        if value.op in ("var", "if") and self._known.is_list(value):
            return ast.Call(_name("list"), [syntax], [])
        return syntax

    def _syntax(self, value: Expr, target: str | None) -> ast.expr:
        node = copy.deepcopy(to_ast(value))
        done: ast.expr = Hoist(self._constants, target, self._known.lists).visit(node)
        return done


def _stored(target: str, index: Expr, amount: Expr) -> Expr | None:
    """The value v of `cells[i] += v - cells[i]`, which prints as `cells[i] = v`."""
    if amount.op == "-" and len(amount.args) == 2 and amount.args[1] == Expr("item", (var(target), index)):
        return amount.args[0]
    return None


def _keeps(value: Expr, target: str) -> bool:
    while value.op == "if":
        value = value.args[2]
    return value == var(target)


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _assignment(name: str, value: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Name(name, ast.Store())], value, lineno=0)


def _number(value: int) -> ast.expr:
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(int(value))


def _safe_names(recurrence: Recurrence) -> Recurrence:
    """Names that are identifiers and collide with no keyword, function or constant."""
    body = recurrence.body
    used = [*recurrence.inputs, *(n for n, _ in recurrence.initial)]
    used += [t for s in body if isinstance(s, Assign) for t in s.targets]
    used = list(dict.fromkeys(used))
    reserved = {"_", "index", "inputs", "outputs", "program", "symbol", *keyword.kwlist, *FUNCTIONS, *MATH}
    taken = {name for name in used if _is_safe(name, reserved)}
    names: dict[str, str] = {}
    for name in used:
        if name in taken:
            continue
        wish = _BETTER.get(name) or re.sub(r"\W", "_", name, flags=re.ASCII).lower().lstrip("_") or "s"
        while wish in taken or not _is_safe(wish, reserved):
            wish = f"{wish}_" if wish[0].isalpha() else f"s{wish}"
        taken.add(wish)
        names[name] = wish
    if not names:
        return recurrence
    return renamed(recurrence, names)


def _is_safe(name: str, reserved: set[str]) -> bool:
    plain = name.isascii() and name.isidentifier()  # Python takes some other letters for the same
    return plain and name not in reserved and not name.startswith("_") and not name.isupper()


def _compare(source: str, statements: Sequence[ast.stmt]) -> None:
    """Raises ValueError where a source is no program, or does not hold just these statements."""
    tree = check_source(source, "the program")
    found: list[ast.stmt] = []
    for part in tree.body:
        if isinstance(part, ast.Assign):
            found.append(part)
        elif isinstance(part, ast.FunctionDef):
            found += part.body
    wanted, read_again = (ast.fix_missing_locations(ast.Module([*body], [])) for body in (statements, found))
    if ast.unparse(wanted) != ast.unparse(read_again):
        raise ValueError("the printed program is not the one that was to be printed")


def docstring_text(lines: Sequence[str]) -> str:
    """The sentences as a docstring, wrapped; empty without any."""
    if not lines:
        return ""
    wrapped = [piece for line in map(_visible, lines) for piece in (textwrap.wrap(line, WIDTH - 3) or [""])]
    text = "\n".join(wrapped).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{text}\n"""\n' if len(wrapped) > 1 or text.endswith('"') else f'"""{text}"""\n'


def _visible(line: str) -> str:
    """The line with characters that no file should hold, or that end lines for some, as their escapes."""
    return "".join(
        one if one.isprintable() or one == "\t" else one.encode("unicode_escape").decode("ascii")
        for one in line
    )


def with_line(source: str, line: str, *, first: bool = False, instead: str = "") -> str:
    """The source of a printed program with one more line in its docstring, wrapped here.

    `line` comes last, or, with `first`, before all others, or takes the place of the line `instead`, where
    the docstring has that.
    """
    tree = ast.parse(source)
    docstring = ast.get_docstring(tree, clean=False)
    if docstring is None:
        raise ValueError("the source does not begin with a docstring as netlift prints it")
    rest = "\n".join(source.split("\n")[tree.body[0].end_lineno :])
    lines = docstring.rstrip("\n").split("\n")
    old = textwrap.wrap(_visible(instead), WIDTH - 3)
    place = next((at for at in range(len(lines)) if old and lines[at : at + len(old)] == old), None)
    if place is not None:
        told = [*lines[:place], line, *lines[place + len(old) :]]
    else:
        told = [line, *lines] if first else [*lines, line]
    longer = docstring_text(told) + rest
    return remember(longer) if was_printed(source) else longer
