"""From rules to the statements of program.py: one branch an event, with what it changes and answers."""

import ast
import keyword
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import permutations

from netlift.checker._script import CHECKED
from netlift.formulas.machines._rules import (
    Block,
    Branch,
    Change,
    Choose,
    Event,
    Holds,
    Listed,
    Moves,
    OfPlace,
    Permute,
    Refuse,
    Reply,
    RuledRecurrence,
    Say,
    SayAt,
    SayIf,
    Steps,
    Test,
    Told,
    Turn,
    Word,
    is_step,
    walk,
)
from netlift.formulas.machines._variables import COUNT, FLAG, SIGN, members
from netlift.program._expression import expression_of
from netlift.program._parse import FUNCTIONS, MATH
from netlift.program._rule_names import MOST_NAMED, constant_name, named_variables, place_order
from netlift.program._symbols import Symbols
from netlift.program._tables import Constants

_LONG = 24  # characters beyond which an answer that is given in several places gets a name
_TOO_LONG = 70  # and one that is given once, or two of them on one line
_RESERVED = {
    "answer",
    "index",
    "inputs",
    "outputs",
    "program",
    "symbol",
    "x",
    *keyword.kwlist,
    *FUNCTIONS,
    *MATH,
}


class RuleWriter:
    """The function of one ruled recurrence, its constants, and what its docstring says of the variables."""

    def __init__(
        self, recurrence: RuledRecurrence, input_symbols: Symbols, target_symbols: Sequence[Symbols]
    ) -> None:
        self._rules = recurrence.rules
        self._stream = recurrence.inputs[0]
        self._inputs, self._targets = input_symbols, target_symbols
        self.constants = Constants({CHECKED})
        shown = [str(self._symbol(a)).strip() for a in range(len(self._rules.symbols))]
        self._order = place_order(self._rules)
        self._is_listed = any(isinstance(rule, Listed) for rule in self._rules.block)
        self._items = self._item_names()
        self._named = named_variables(self._rules, shown, {*_RESERVED, self._stream}, self._order)
        self._used = Counter(
            y
            for rule in walk(self._rules.block)
            for y in (
                (rule.answer,)
                if isinstance(rule, Say)
                else (rule.yes, rule.no)
                if isinstance(rule, SayIf)
                else ()
            )
        )

    @property
    def told(self) -> list[str]:
        """What each variable holds, a line each."""
        if not self._rules.variables:
            return []
        return [*(f"{self._named[n].told}." for n in self._order), *self._expression()]

    def _expression(self) -> list[str]:
        """After which words an answer is given, where a short regular expression says it."""
        symbols = [str(self._symbol(a)) for a in range(len(self._rules.symbols))]
        found = expression_of(self._rules, symbols)
        if found is None:
            return []
        return [f"{self._plain_text(found[0])} is answered when what was read is {found[1]}."]

    def function(self) -> list[ast.stmt]:
        """The statements of the function `program`."""
        body = [*self._block(self._rules.guard), *self._block(self._rules.block)]
        told = self._rules.told
        emitted = _name("answer") if told is None else self._chosen(told)
        last = body[-1] if body else None
        if told is None and isinstance(last, ast.Assign) and len(body) == 1:
            emitted, body = last.value, []
        call = ast.Call(ast.Attribute(_name("outputs"), "append", ast.Load()), [emitted], [])
        read = {n.id for s in [*body, ast.Expr(call)] for n in ast.walk(s) if isinstance(n, ast.Name)}
        first = _alike(
            [
                _assignment(named.name, self._value(n, v.first))
                for n, named, v in ((n, self._named[n], self._rules.variables[n]) for n in self._order)
                if named.name in read
            ]
        )
        stream = _name(self._stream if self._stream in read else "_")
        loop = ast.For(stream, _name("inputs"), [*body, ast.Expr(call)], [])
        return [*first, _assignment("outputs", ast.List([], ast.Load())), loop, ast.Return(_name("outputs"))]

    def _symbol(self, a: int) -> int | str:
        number = self._rules.symbols[a]
        return number if self._inputs is None else self._inputs[number]

    def _value(self, n: int, d: int) -> ast.expr:
        v = self._rules.variables[n]
        if v.kind == FLAG:
            return ast.Constant(bool(d))
        if v.kind == SIGN:
            return _literal(-1 if d else 1)
        if v.kind == COUNT or (self._is_listed and v.size > MOST_NAMED):
            return ast.Constant(d)
        return ast.Constant(self._items[d] if self._items else self._named[n].values[d])

    def _item_names(self) -> tuple[str, ...]:
        """What items in places are called where answers name them; () where they do not."""
        told, names = self._rules.told, self._targets[0]
        moved = any(isinstance(rule, Permute) for rule in walk(self._rules.block))
        if names is None or len(self._targets) > 1 or not moved:
            return ()
        if isinstance(told, OfPlace):
            return tuple(names[self._rules.answers[y][0]] for y in told.answers)
        if isinstance(told, Word):
            whole = dict(told.answers)
            start = tuple(v.first for v in self._rules.variables)
            letters = names[self._rules.answers[whole[start]][0]] if start in whole else ""
            for order in permutations(range(len(start))) if len(letters) == len(start) else ():
                items = {start[place]: letter for place, letter in zip(order, letters, strict=True)}
                if all(
                    names[self._rules.answers[y][0]] == "".join(items[held[place]] for place in order)
                    for held, y in told.answers
                ):
                    self._order = list(order)
                    return tuple(items[item] for item in range(len(start)))
        return ()

    # answers

    def _plain_answer(self, number: int) -> ast.expr:
        parts = [
            _literal(value if names is None else names[value])
            for value, names in zip(self._rules.answers[number], self._targets, strict=True)
        ]
        return parts[0] if len(parts) == 1 else ast.Tuple(parts, ast.Load())

    def _answer(self, number: int, beside: int | None = None) -> ast.expr:
        """The answer, a long one by the name of a constant; `beside` is another one on the same line."""
        value = self._plain_answer(number)
        if (
            not isinstance(value, ast.Constant)
            or not isinstance(value.value, str)
            or len(value.value) <= _LONG
        ):
            return value
        other = "" if beside is None else str(getattr(self._plain_answer(beside), "value", ""))
        if self._used[number] < 2 and len(value.value) + len(other) <= _TOO_LONG:
            return value
        texts = [self._targets[0][y[0]] for y in self._rules.answers] if self._targets[0] else []
        others = [text for text in texts if text != value.value]
        return _name(self.constants.add(constant_name(value.value, others), value, ""))

    # statements

    def _block(self, block: Block) -> list[ast.stmt]:
        return _alike([node for rule in block for node in self._rule(rule)])

    def _rule(self, rule: object) -> list[ast.stmt]:
        match rule:
            case Say(answer):
                return [_assignment("answer", self._answer(answer))]
            case SayIf(test, yes, no):
                chosen = ast.IfExp(self._test(test), self._answer(yes, no), self._answer(no, yes))
                return [_assignment("answer", chosen)]
            case Reply(answers):
                return [
                    _assignment(
                        "answer", ast.Subscript(self._replies(answers), _name(self._stream), ast.Load())
                    )
                ]
            case Choose(n, test, yes, no):
                return [_assignment(self._named[n].name, self._either(n, test, yes, no))]
            case Change():
                return [self._change(rule)]
            case Steps(n, table, others):
                return self._steps(n, table, self._block(others))
            case Listed():
                return self._lists(rule)
            case Refuse(variables):
                return [self._refused(variables)]
            case Permute(targets, sources):
                pairs = sorted(zip(targets, sources, strict=True), key=lambda p: self._order.index(p[0]))
                left, right = (
                    [_name(self._named[n].name) for n in side] for side in zip(*pairs, strict=True)
                )
                return [
                    ast.Assign(
                        [ast.Tuple(list(left), ast.Store())], ast.Tuple(list(right), ast.Load()), lineno=0
                    )
                ]
            case Turn():
                return [self._turn(rule)]
            case Moves():
                return [self._moves(rule)]
            case SayAt():
                return [self._say_at(rule)]
            case Branch(Event(), (Reply(answers),), no):
                among = ast.Compare(_name(self._stream), [ast.In()], [self._replies(answers)])
                return [ast.If(among, self._block((Reply(answers),)), self._block(no))]
            case Branch(test, (SayIf() as inner,), (Say(answer),)) if answer in (inner.yes, inner.no):
                return [self._said_once(test, inner, answer, negated=False)]
            case Branch(test, (Say(answer),), (SayIf() as inner,)) if answer in (inner.yes, inner.no):
                return [self._said_once(test, inner, answer, negated=True)]
            case Branch(test, (), no):
                return self._joined(self._test(test, negated=True), self._block(no), [])
            case Branch(test, yes_block, no):
                return self._joined(self._test(test), self._block(yes_block), self._block(no))
        raise ValueError(f"no way to print the rule {rule!r}")

    def _said_once(self, test: Test, inner: SayIf, usual: int, *, negated: bool) -> ast.stmt:
        """One answer where both tests hold, the usual one elsewhere."""
        rare = inner.yes if usual == inner.no else inner.no
        both = _both(
            ast.And(),
            self._test(test, negated=negated),
            self._test(inner.test, negated=rare == inner.no),
        )
        return _assignment("answer", ast.IfExp(both, self._answer(rare, usual), self._answer(usual, rare)))

    def _joined(self, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt]) -> list[ast.stmt]:
        """An `if`; two around the same statements are one with `and`."""
        match body:
            case [ast.If(test=inner, body=deeper, orelse=[])] if not orelse:
                parts = (
                    inner.values
                    if isinstance(inner, ast.BoolOp) and isinstance(inner.op, ast.And)
                    else [inner]
                )
                return [ast.If(ast.BoolOp(ast.And(), [test, *parts]), deeper, [])]
        return [ast.If(test, body or [ast.Pass()], orelse)]

    def _replies(self, answers: Sequence[tuple[int, int]]) -> ast.expr:
        keys = [_literal(self._symbol(a)) for a, _ in answers]
        table = ast.Dict(list(keys), [self._plain_answer(y) for _, y in answers])
        return _name(self.constants.add("REPLIES", table, "Answers that belong to an event alone."))

    def _steps(
        self, n: int, table: Sequence[tuple[tuple[int, int], tuple[int, int]]], others: list[ast.stmt]
    ) -> list[ast.stmt]:
        """`if (mode, x) in STEPS: mode, answer = STEPS[mode, x]`, and the rules for the rest."""
        name = self._named[n].name
        rows = ast.Dict(
            [ast.Tuple([self._value(n, d), _literal(self._symbol(a))], ast.Load()) for (d, a), _ in table],
            [ast.Tuple([self._value(n, d), self._plain_answer(y)], ast.Load()) for _, (d, y) in table],
        )
        comment = f"The next {name} and the answer, by {name} and event."
        steps = _name(self.constants.add("STEPS", rows, comment))
        key = ast.Tuple([_name(name), _name(self._stream)], ast.Load())
        among = ast.Compare(key, [ast.In()], [steps])
        targets = ast.Tuple([ast.Name(name, ast.Store()), ast.Name("answer", ast.Store())], ast.Store())
        step = ast.Assign([targets], ast.Subscript(steps, key, ast.Load()), lineno=0)
        return [ast.If(among, [step], others)]

    def _lists(self, rule: Listed) -> list[ast.stmt]:
        """`answer = ANSWERS[KIND[state]].get(x, USUAL[x])`, and the same for the next state."""
        state = _name(self._named[rule.variable].name)

        def row_of(cells: Sequence[tuple[int, int]], value: Callable[[int], ast.expr]) -> ast.expr:
            return ast.Dict([_literal(self._symbol(a)) for a, _ in cells], [value(d) for _, d in cells])

        def own(d: int) -> ast.expr:
            return self._value(rule.variable, d)

        states = range(len(rule.kinds))
        symbols = [_literal(self._symbol(a)) for a in range(len(rule.usual))]
        table = ast.Dict(list(symbols), [self._plain_answer(y) for y in rule.usual])
        usual = self.constants.add("USUAL", table, "What is usually answered, by event.")
        if len(rule.answers) == len(rule.kinds):
            row: ast.expr = state
            said = f"Other answers, by {state.id}."
            heads = [own(q) for q in states]
        else:
            numbers = ast.Dict([own(q) for q in states], [ast.Constant(kind) for kind in rule.kinds])
            kind = self.constants.add("KIND", numbers, "Those of one kind answer alike.")
            row, said = (
                ast.Subscript(_name(kind), state, ast.Load()),
                f"Other answers, by the kind of {state.id}.",
            )
            heads = [ast.Constant(kind) for kind in range(len(rule.answers))]
        other_answers = ast.Dict(list(heads), [row_of(cells, self._plain_answer) for cells in rule.answers])
        answers = self.constants.add("ANSWERS", other_answers, said)
        rows = ast.Dict([own(q) for q in states], [row_of(cells, own) for cells in rule.moves])
        comment = f"Where events lead, by {state.id}; others leave it as it is."
        stays: ast.expr = state
        if rule.leads:
            comment = f"Where events lead, by {state.id}, if not as usual."
            leads = self.constants.add(
                "LEADS",
                row_of(rule.leads, own),
                f"Where events usually lead; others leave {state.id} as it is.",
            )
            stays = ast.Call(ast.Attribute(_name(leads), "get", ast.Load()), [_name(self._stream), state], [])
        moves = self.constants.add("MOVES", rows, comment)

        def looked_up(name: str, row: ast.expr, otherwise: ast.expr) -> ast.expr:
            found = ast.Attribute(ast.Subscript(_name(name), row, ast.Load()), "get", ast.Load())
            return ast.Call(found, [_name(self._stream), otherwise], [])

        other = ast.Subscript(_name(usual), _name(self._stream), ast.Load())
        return [
            _assignment("answer", looked_up(answers, row, other)),
            _assignment(state.id, looked_up(moves, state, stays)),
        ]

    def _refused(self, variables: Sequence[int]) -> ast.stmt:
        """`answer = UNSEEN[paired, x]`, which ends in an error that names what the variables hold and x."""
        told = "No sequence shows what is answered there: looked up here, it ends in KeyError."
        table = _name(self.constants.add("UNSEEN", ast.Dict([], []), told))
        held: list[ast.expr] = [_name(self._named[n].name) for n in variables]
        key: ast.expr = _name(self._stream)
        if held:
            key = ast.Tuple([*held, key], ast.Load())
        return _assignment("answer", ast.Subscript(table, key, ast.Load()))

    def _turn(self, rule: Turn) -> ast.stmt:
        """`place = (place + step) % 7`."""
        place, step = (_name(self._named[n].name) for n in (rule.place, rule.direction))
        far = abs(rule.amount)
        by = step if far == 1 else ast.BinOp(ast.Constant(far), ast.Mult(), step)
        moved = ast.BinOp(place, ast.Add() if rule.amount > 0 else ast.Sub(), by)
        size = ast.Constant(self._rules.variables[rule.place].size)
        return _assignment(place.id, ast.BinOp(moved, ast.Mod(), size))

    def _moves(self, rule: Moves) -> ast.stmt:
        """`state = MOVES[x].get(state, 0)`."""
        state, x = _name(self._named[rule.variable].name), _name(self._stream)

        def own(d: int) -> ast.expr:
            return self._value(rule.variable, d)

        symbols = [_literal(self._symbol(a)) for a in range(len(rule.table))]
        rows = [ast.Dict([own(d) for d, _ in cells], [own(d) for _, d in cells]) for cells in rule.table]
        said = f"Where an event leads, from {state.id} to {state.id}"
        if not rule.others:
            otherwise: ast.expr = state
            comment = f"{said}; others stay as they are."
        elif len(set(rule.others)) == 1:
            otherwise = own(rule.others[0])
            comment = f"{said}; all others to {rule.others[0]}."
        else:
            usual = ast.Dict(
                [_literal(self._symbol(a)) for a in range(len(rule.table))], list(map(own, rule.others))
            )
            name = self.constants.add("USUAL", usual, "Where an event usually leads.")
            otherwise = ast.Subscript(_name(name), x, ast.Load())
            comment = f"{said} where it is not the usual one."
        table = self.constants.add("MOVES", ast.Dict(list(symbols), list(rows)), comment)
        found = ast.Attribute(ast.Subscript(_name(table), x, ast.Load()), "get", ast.Load())
        return _assignment(state.id, ast.Call(found, [state, otherwise], []))

    def _say_at(self, rule: SayAt) -> ast.stmt:
        """`answer = "yes" if state in ENDS[x] else "no"`, or the event and the states in one test."""
        state, x = _name(self._named[rule.variable].name), _name(self._stream)
        own = [(a, values) for a, values in enumerate(rule.values) if values]
        if len(own) == 1:
            (a, values) = own[0]
            event = _among(x, [_literal(self._symbol(a))], False)
            inside = _among(state, [self._value(rule.variable, d) for d in values], False)
            test: ast.expr = ast.BoolOp(ast.And(), [event, inside])
        else:
            rows = [
                ast.Tuple([self._value(rule.variable, d) for d in values], ast.Load())
                for values in rule.values
            ]
            table = ast.Dict([_literal(self._symbol(a)) for a in range(len(rows))], list(rows))
            comment = f"The {state.id}s in which the answer is {self._plain_text(rule.yes)}, by event."
            ends = _name(self.constants.add("ENDS", table, comment))
            test = ast.Compare(state, [ast.In()], [ast.Subscript(ends, x, ast.Load())])
        return _assignment(
            "answer", ast.IfExp(test, self._answer(rule.yes, rule.no), self._answer(rule.no, rule.yes))
        )

    def _plain_text(self, number: int) -> str:
        return ast.unparse(self._plain_answer(number)).replace("'", '"')

    def _change(self, change: Change) -> ast.stmt:
        name, size = self._named[change.variable].name, self._rules.variables[change.variable].size
        one, last = ast.Constant(1), ast.Constant(size - 1)
        up, down = ast.BinOp(_name(name), ast.Add(), one), ast.BinOp(_name(name), ast.Sub(), one)
        match change.how:
            case "set":
                return _assignment(name, self._value(change.variable, change.value))
            case "flip":
                turned = ast.USub() if self._rules.variables[change.variable].kind == SIGN else ast.Not()
                return _assignment(name, ast.UnaryOp(turned, _name(name)))
            case "up":
                return ast.AugAssign(ast.Name(name, ast.Store()), ast.Add(), one)
            case "down":
                return ast.AugAssign(ast.Name(name, ast.Store()), ast.Sub(), one)
            case "up most":
                return _assignment(name, ast.Call(_name("min"), [up, last], []))
            case "down least":
                return _assignment(name, ast.Call(_name("max"), [down, ast.Constant(0)], []))
            case "up round":
                return _assignment(name, ast.BinOp(up, ast.Mod(), ast.Constant(size)))
            case "down round":
                return _assignment(name, ast.BinOp(down, ast.Mod(), ast.Constant(size)))
        raise ValueError(f"no way to print the change {change.how!r}")

    def _either(self, n: int, test: Holds, yes: int, no: int) -> ast.expr:
        v = self._rules.variables[n]
        if v.kind == FLAG and {yes, no} == {0, 1}:
            return self._test(test, negated=no == 1, truth=True)
        return ast.IfExp(self._test(test), self._value(n, yes), self._value(n, no))

    # tests

    def _test(self, test: Test, *, negated: bool = False, truth: bool = False) -> ast.expr:
        if isinstance(test, Event):
            return _among(_name(self._stream), [_literal(self._symbol(a)) for a in test.symbols], negated)
        v, name = self._rules.variables[test.variable], _name(self._named[test.variable].name)
        values = ((1 << v.size) - 1) & ~test.values if negated else test.values
        if v.kind == FLAG:
            return name if values == 2 else ast.UnaryOp(ast.Not(), name)
        if v.kind == COUNT:
            if values == (1 << v.size) - 2 and not truth:
                return name
            if is_step(values, v.size) and values.bit_count() > 1:
                low = not values & 1
                bound = next(members(values if low else ~values & ((1 << v.size) - 1)))
                return ast.Compare(name, [ast.GtE() if low else ast.Lt()], [ast.Constant(bound)])
        inside = list(members(values))
        outside = [d for d in range(v.size) if d not in inside]
        turned = len(outside) < len(inside)
        listed = [self._value(test.variable, d) for d in (outside if turned else inside)]
        return _among(name, listed, turned)

    # the answer from the new values

    def _chosen(self, told: Told | OfPlace | Word) -> ast.expr:
        if isinstance(told, OfPlace):
            place = _name(self._named[told.variable].name)
            numbers = [self._rules.answers[y] for y in told.answers]
            if self._items:
                return place
            if self._rules.variables[told.variable].kind == COUNT:
                if self._targets == (None,) and numbers == [(d,) for d in range(len(numbers))]:
                    return place
                cells = ast.Tuple([self._plain_answer(y) for y in told.answers], ast.Load())
                comment = f"The answer, by {place.id}."
                return ast.Subscript(_name(self.constants.add("ANSWERS", cells, comment)), place, ast.Load())
            rows = ast.Dict(
                [self._value(told.variable, d) for d in range(len(told.answers))],
                [self._plain_answer(y) for y in told.answers],
            )
            comment = "The answer, by item."
            return ast.Subscript(_name(self.constants.add("ANSWERS", rows, comment)), place, ast.Load())
        if isinstance(told, Word):
            return self._word(told)
        numbers = [self._rules.answers[y] for y in range(len(self._rules.answers))]
        if len(numbers) == 2 and len(numbers[0]) == 1:
            low, high = sorted(range(2), key=lambda y: numbers[y])
            plain = self._targets[0] is None and {numbers[0][0], numbers[1][0]} == {0, 1}
            if plain or _is_deep(told):
                where = self._truth(told, high)
                if plain:
                    return ast.Call(_name("int"), [where], [])
                return ast.IfExp(where, self._answer(high), self._answer(low))
        return self._choice(told)

    def _word(self, told: Word) -> ast.expr:
        """The items one after another, where the answers are such words; else an answer for each order."""
        places = [_name(named.name) for named in self._named]
        if self._items:
            places = [places[place] for place in self._order]
            whole: ast.expr = places[0]
            for place in places[1:]:
                whole = ast.BinOp(whole, ast.Add(), place)
            return whole
        rows = ast.Dict(
            [
                ast.Tuple([self._value(n, d) for n, d in enumerate(held)], ast.Load())
                for held, _ in told.answers
            ],
            [self._plain_answer(y) for _, y in told.answers],
        )
        table = _name(self.constants.add("ANSWERS", rows, "The answer, by the items in their places."))
        return ast.Subscript(table, ast.Tuple(list(places), ast.Load()), ast.Load())

    def _choice(self, told: Told) -> ast.expr:
        choice = told.choice
        if choice is None:
            return self._answer(told.answer)
        return ast.IfExp(self._test(choice.test), self._choice(choice.yes), self._choice(choice.no))

    def _truth(self, told: Told, high: int) -> ast.expr:
        """Whether the answer is `high`, as a condition."""
        choice = told.choice
        if choice is None:
            return ast.Constant(told.answer == high)
        yes, no = self._truth(choice.yes, high), self._truth(choice.no, high)
        match yes, no:
            case ast.Constant(value=True), ast.Constant(value=False):
                return self._test(choice.test, truth=True)
            case ast.Constant(value=False), ast.Constant(value=True):
                return self._test(choice.test, negated=True, truth=True)
            case _, ast.Constant(value=False):
                return _both(ast.And(), self._test(choice.test, truth=True), yes)
            case ast.Constant(value=False), _:
                return _both(ast.And(), self._test(choice.test, negated=True, truth=True), no)
            case ast.Constant(value=True), _:
                return _both(ast.Or(), self._test(choice.test, truth=True), no)
            case _, ast.Constant(value=True):
                return _both(ast.Or(), self._test(choice.test, negated=True, truth=True), yes)
        return ast.IfExp(self._test(choice.test), yes, no)


def _alike(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Statements where variables that get the same flag or number, one after another, get it at once."""
    found: list[ast.stmt] = []
    run: dict[tuple[type, int], ast.Assign] = {}
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=int(value))):
                key = (type(value), value)
                first = run.get(key)
                if first is not None and len(ast.unparse(first)) + len(name) < _TOO_LONG:
                    first.targets.append(ast.Name(name, ast.Store()))
                    continue
                made = _assignment(name, ast.Constant(value))
                run[key] = made
                found.append(made)
            case _:
                run = {}
                found.append(statement)
    return found


def _is_deep(told: Told) -> bool:
    choice = told.choice
    return choice is not None and any(part.choice is not None for part in (choice.yes, choice.no))


def _both(op: ast.boolop, one: ast.expr, other: ast.expr) -> ast.expr:
    parts = other.values if isinstance(other, ast.BoolOp) and type(other.op) is type(op) else [other]
    return ast.BoolOp(op, [one, *parts])


def _among(value: ast.expr, listed: Sequence[ast.expr], negated: bool) -> ast.expr:
    if len(listed) == 1:
        return ast.Compare(value, [ast.NotEq() if negated else ast.Eq()], [listed[0]])
    return ast.Compare(value, [ast.NotIn() if negated else ast.In()], [ast.Tuple(list(listed), ast.Load())])


def _literal(value: int | str) -> ast.expr:
    if isinstance(value, int) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _assignment(name: str, value: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Name(name, ast.Store())], value, lineno=0)
