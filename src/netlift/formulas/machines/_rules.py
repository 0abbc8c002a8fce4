"""Rules: what each event does to a few variables, and what is answered; from them a recurrence.

A program of rules is a block of statements that runs once a step. It reads the event and the variables, says
an answer and changes variables. `Told` answers from the new values instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netlift.formulas._expr import Expr, const, var
from netlift.formulas._recurrence import Assign, Emit, Recurrence
from netlift.formulas.machines._variables import FLAG, Variable, members


@dataclass(frozen=True)
class Event:
    """Whether the step's symbol is one of these, by number."""

    symbols: tuple[int, ...]


@dataclass(frozen=True)
class Holds:
    """Whether the variable's value is in a set (a bit mask)."""

    variable: int
    values: int


Test = Event | Holds


@dataclass(frozen=True)
class Say:
    """The answer of this step, unless it is said anew."""

    answer: int


@dataclass(frozen=True)
class SayIf:
    """One answer where a test holds, another one where it does not."""

    test: Holds
    yes: int
    no: int


@dataclass(frozen=True)
class Reply:
    """The answer that belongs to the event alone."""

    answers: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Change:
    """What happens to a variable.

    `how` is "set" (to `value`), "flip", or a step: "up" and "down" by one, with "most" or "least" only as far
    as the last value, "round" from the last value to the first or back.
    """

    variable: int
    how: str
    value: int = 0


@dataclass(frozen=True)
class Choose:
    """A variable gets one value where a test holds, another one where it does not."""

    variable: int
    test: Holds
    yes: int
    no: int


@dataclass(frozen=True)
class Branch:
    """One block where a test holds, another one where it does not."""

    test: Test
    yes: "Block"
    no: "Block"


@dataclass(frozen=True)
class Steps:
    """A path, step by step: the next value and the answer by value and event where listed, else a block.

    `table` holds ((value, symbol), (next value, answer)).
    """

    variable: int
    table: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    others: "Block"


@dataclass(frozen=True)
class Listed:
    """All steps, by the state that one variable holds: only what is not usual is listed.

    `usual` is the answer by symbol. `kinds` has the kind of each state and `answers`, by kind, the answers
    ((symbol, answer), ..) that are not the usual ones. `moves` has, by state, the symbols that lead elsewhere
    with where they lead; `leads`
    has the symbols that lead to one state unless `moves` says otherwise.
    """

    variable: int
    usual: tuple[int, ...]
    kinds: tuple[int, ...]
    answers: tuple[tuple[tuple[int, int], ...], ...]
    moves: tuple[tuple[tuple[int, int], ...], ...]
    leads: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Permute:
    """Variables get each other's values, all at once."""

    targets: tuple[int, ...]
    sources: tuple[int, ...]


@dataclass(frozen=True)
class Turn:
    """A place on a circle moves on by `amount` places in the direction that another variable has."""

    place: int
    direction: int
    amount: int


@dataclass(frozen=True)
class Moves:
    """The next value of a variable: by event ((value, next value), ..) where listed.

    All other values change as `others` says by event; where that is empty, they stay.
    """

    variable: int
    table: tuple[tuple[tuple[int, int], ...], ...]
    others: tuple[int, ...]


@dataclass(frozen=True)
class SayAt:
    """One answer where the variable has one of the values listed for the event, else another one."""

    variable: int
    values: tuple[tuple[int, ...], ...]
    yes: int
    no: int


@dataclass(frozen=True)
class Refuse:
    """Nothing is answered, and the program ends there; `variables` are those that tell why."""

    variables: tuple[int, ...]


Rule = (
    Say | SayIf | Reply | Change | Choose | Branch | Steps | Listed | Permute | Turn | Moves | SayAt | Refuse
)
Block = tuple[Rule, ...]


@dataclass(frozen=True)
class Told:
    """An answer chosen by tests of the new values: a number, or, where there is a `choice`, that."""

    answer: int = 0
    choice: "Choice | None" = None


@dataclass(frozen=True)
class Choice:
    """An answer where a test of the new values holds, and one where it does not."""

    test: Holds
    yes: Told
    no: Told


@dataclass(frozen=True)
class OfPlace:
    """The answer that belongs to the new value of one variable, `answers` by value."""

    variable: int
    answers: tuple[int, ...]


@dataclass(frozen=True)
class Word:
    """The answer that belongs to the new values of all variables together, by values."""

    answers: tuple[tuple[tuple[int, ...], int], ...]


@dataclass(frozen=True)
class Rules:
    """A whole program of rules.

    `variables` say what each state of the machine allows, `moves` [state][symbol] which state follows;
    `symbols` are the inputs by number, `answers` the answers by number, one number an output stream. `told`
    is None where the block says the answer. `guard` runs before the block: it refuses what nothing is known
    of, the pairs of state and symbol in `unseen`; what `moves` says of those means nothing.
    """

    variables: tuple[Variable, ...]
    block: Block
    told: Told | OfPlace | Word | None
    symbols: tuple[int, ...]
    answers: tuple[tuple[int, ...], ...]
    moves: tuple[tuple[int, ...], ...]
    guard: Block = ()
    unseen: frozenset[tuple[int, int]] = frozenset()

    def after(self, state: int) -> list[tuple[int, int]]:
        """The symbols that were seen in a state, each with the state that follows."""
        return [(a, r) for a, r in enumerate(self.moves[state]) if (state, a) not in self.unseen]


@dataclass(frozen=True)
class RuledRecurrence(Recurrence):
    """A recurrence that is printed as the rules that it was made from."""

    rules: Rules


def ruled(rules: Rules, stream: str) -> RuledRecurrence:
    """The recurrence that rules amount to: new values and outputs as conditions over the old ones."""
    names = [f"v{n}" for n in range(len(rules.variables))]
    lowering = _Lowering(rules, stream, names)
    first: _Env = dict(enumerate(map(var, names))) | {-1: const(0)}
    after = lowering.run(rules.block, first)
    changed = [(name, after[n]) for n, name in enumerate(names) if after[n] != var(name)]
    if rules.guard and changed:  # a step that is refused fails in its first change
        refused = lowering.run(rules.guard, first)[-1]
        changed[0] = changed[0][0], _unless(refused, changed[0][1])
    steps = (Assign(tuple(n for n, _ in changed), tuple(v for _, v in changed)),) if changed else ()
    initial = tuple((name, v.first) for name, v in zip(names, rules.variables, strict=True))
    outputs = len(rules.answers[0])
    if rules.told is not None:
        emit = Emit(tuple(lowering.told(rules.told, k) for k in range(outputs)))
        return RuledRecurrence((stream,), initial, (*steps, emit), rules)
    emit = Emit(tuple(lowering.answered(after[-1], k) for k in range(outputs)))
    return RuledRecurrence((stream,), initial, (emit, *steps), rules)


_Env = dict[int, Expr]  # -1: the number of the answer


class _Lowering:
    def __init__(self, rules: Rules, stream: str, names: Sequence[str]) -> None:
        self._rules, self._stream = rules, var(stream)
        self._names = names

    def run(self, block: Block, env: _Env) -> _Env:
        for rule in block:
            match rule:
                case Say(answer):
                    env = env | {-1: const(answer)}
                case SayIf(test, yes, no):
                    env = env | {-1: _chosen(self._test(test, env), const(yes), const(no))}
                case Reply(answers):
                    table = tuple(sorted((self._rules.symbols[a], y) for a, y in answers))
                    env = env | {-1: Expr("table", (self._stream,), table)}
                case Change(variable):
                    env = env | {variable: self._changed(rule, env[variable])}
                case Choose(variable, test, yes, no):
                    env = env | {variable: _chosen(self._test(test, env), const(yes), const(no))}
                case Steps(variable, table, others):
                    env = self._stepped(variable, table, self.run(others, env), env)
                case Listed():
                    env = self._listed(rule, env)
                case Turn(place, direction, amount):
                    env = env | {place: self._turned(place, env[place], env[direction], amount)}
                case Moves(variable):
                    env = env | {variable: self._moved(rule, env[variable])}
                case SayAt(variable, values, yes, no):
                    pairs = [(d, self._rules.symbols[a]) for a, own in enumerate(values) for d in own]
                    where = Expr("in", (env[variable], self._stream), tuple(sorted(pairs)))
                    env = env | {-1: _chosen(where, const(yes), const(no))}
                case Refuse(variables):
                    key = (*(env[n] for n in variables), self._stream)
                    env = env | {-1: Expr("table", key, ())}
                case Permute(targets, sources):
                    env = env | {t: env[s] for t, s in zip(targets, sources, strict=True)}
                case Branch(test, yes_block, no_block):
                    where = self._test(test, env)
                    one, other = self.run(yes_block, env), self.run(no_block, env)
                    env = {key: _chosen(where, one[key], other[key]) for key in env}
        return env

    def _stepped(
        self, variable: int, table: Sequence[tuple[tuple[int, int], tuple[int, int]]], others: _Env, env: _Env
    ) -> _Env:
        symbols, key = self._rules.symbols, (env[variable], self._stream)
        rows = sorted(((d, symbols[a]), (after, y)) for (d, a), (after, y) in table)
        where = Expr("in", key, tuple(pair for pair, _ in rows))
        after = Expr("table", key, tuple((pair, value) for pair, (value, _) in rows))
        answer = Expr("table", key, tuple((pair, y) for pair, (_, y) in rows))
        changed = env | {variable: after, -1: answer}
        return {name: _chosen(where, changed[name], others[name]) for name in env}

    def _listed(self, rule: Listed, env: _Env) -> _Env:
        key = (env[rule.variable], self._stream)
        moves: list[tuple[tuple[int, int], int]] = []
        answers: list[tuple[tuple[int, int], int]] = []
        leads = dict(rule.leads)
        for q, kind in enumerate(rule.kinds):
            there, said = dict(rule.moves[q]), dict(rule.answers[kind])
            for a, symbol in enumerate(self._rules.symbols):
                moves.append(((q, symbol), there.get(a, leads.get(a, q))))
                answers.append(((q, symbol), said.get(a, rule.usual[a])))
        after, answer = (Expr("table", key, tuple(sorted(rows))) for rows in (moves, answers))
        return env | {rule.variable: after, -1: answer}

    def _turned(self, place: int, old: Expr, direction: Expr, amount: int) -> Expr:
        """The place after a move; the direction is held as 0 (forward) and 1 (back)."""
        size = self._rules.variables[place].size
        ways = (Expr("%", (Expr("+", (old, const(step % size))), const(size))) for step in (amount, -amount))
        return _chosen(_among(direction, [0]), *ways)

    def _moved(self, rule: Moves, old: Expr) -> Expr:
        size = self._rules.variables[rule.variable].size
        rows: list[tuple[tuple[int, int], int]] = []
        for a, symbol in enumerate(self._rules.symbols):
            there = dict(rule.table[a])
            rows += [((d, symbol), there.get(d, rule.others[a] if rule.others else d)) for d in range(size)]
        return Expr("table", (old, self._stream), tuple(sorted(rows)))

    def _test(self, test: Test, env: _Env) -> Expr:
        if isinstance(test, Event):
            return _among(self._stream, [self._rules.symbols[a] for a in test.symbols])
        return _among(env[test.variable], list(members(test.values)))

    def _changed(self, change: Change, old: Expr) -> Expr:
        last = const(self._rules.variables[change.variable].size - 1)
        up, down = Expr("+", (old, const(1))), Expr("-", (old, const(1)))
        match change.how:
            case "set":
                return const(change.value)
            case "flip":
                return Expr("-", (const(1), old))
            case "up":
                return up
            case "down":
                return down
            case "up most":
                return Expr("min", (up, last))
            case "down least":
                return Expr("max", (down, const(0)))
            case "up round":
                return Expr("%", (up, const(last.value + 1)))
            case "down round":
                return Expr("%", (down, const(last.value + 1)))
        raise ValueError(f"no change {change.how!r}")

    def told(self, told: Told | OfPlace | Word, stream: int) -> Expr:
        answers = self._rules.answers
        if isinstance(told, OfPlace):
            cells = tuple((d, answers[y][stream]) for d, y in enumerate(told.answers))
            return Expr("table", (var(self._names[told.variable]),), cells)
        if isinstance(told, Word):
            rows = tuple((held, answers[y][stream]) for held, y in told.answers)
            return Expr("table", tuple(map(var, self._names)), rows)
        choice = told.choice
        if choice is None:
            return const(self._rules.answers[told.answer][stream])
        where = self._test(choice.test, dict(enumerate(map(var, self._names))))
        return _chosen(where, self.told(choice.yes, stream), self.told(choice.no, stream))

    def answered(self, number: Expr, stream: int) -> Expr:
        """The output of one stream, where the answer's number is chosen by conditions."""
        if number.op == "const":
            return const(self._rules.answers[number.value][stream])
        if number.op == "table":
            cells = tuple((key, self._rules.answers[y][stream]) for key, y in number.value)
            return Expr("table", number.args, cells)
        yes, no = (self.answered(arg, stream) for arg in number.args[1:])
        return _chosen(number.args[0], yes, no)


def _among(value: Expr, numbers: list[int]) -> Expr:
    if len(numbers) == 1:
        return Expr("==", (value, const(numbers[0])))
    return Expr("in", (value,), tuple(sorted(numbers)))


def _chosen(where: Expr, yes: Expr, no: Expr) -> Expr:
    return yes if yes == no else Expr("if", (where, yes, no))


def _unless(refused: Expr, value: Expr) -> Expr:
    """The value where nothing is refused; `refused` is chosen by conditions: a number, or what fails."""
    match refused.op:
        case "const":
            return value
        case "if":
            test, yes, no = refused.args
            return _chosen(test, _unless(yes, value), _unless(no, value))
    return refused


def reads(block: Block) -> set[int]:
    """The variables that a block looks at."""
    found: set[int] = set()
    for rule in block:
        match rule:
            case SayIf(test) | Choose(_, test):
                found.add(test.variable)
            case Change(variable, how) if how != "set":
                found.add(variable)
            case Turn(place, direction):
                found |= {place, direction}
            case Moves(variable) | SayAt(variable):
                found.add(variable)
            case Branch(test, yes, no):
                found |= reads(yes) | reads(no) | ({test.variable} if isinstance(test, Holds) else set())
    return found


def walk(block: Block) -> Iterator[Rule]:
    """All rules of a block, those inside others too."""
    for rule in block:
        yield rule
        if isinstance(rule, Branch):
            yield from walk(rule.yes)
            yield from walk(rule.no)
        elif isinstance(rule, Steps):
            yield from walk(rule.others)


def price_of_test(test: Test, variables: Sequence[Variable], *, negated: bool = False) -> int:
    """The nodes of a test as it is printed."""
    if isinstance(test, Event):
        return 4 if len(test.symbols) == 1 else 4 + len(test.symbols)
    v = variables[test.variable]
    if v.kind == FLAG:
        return 1 if (test.values == 2) != negated else 3
    count = test.values.bit_count()
    return 4 if count in (1, v.size - 1) or is_step(test.values, v.size) else 4 + min(count, v.size - count)


def rule_price(rule: Rule, variables: Sequence[Variable]) -> float:
    """The nodes of a rule that is no branch, as it is printed."""
    match rule:
        case Say():
            return 3.0
        case SayIf(test):
            return 5.0 + price_of_test(test, variables)
        case Choose(variable, test, yes, no):
            if variables[variable].kind == FLAG and yes + no == 1:
                return 2.0 + price_of_test(test, variables, negated=no == 1)
            return 5.0 + price_of_test(test, variables)
        case Change(_, how):
            return {"set": 3.0, "flip": 5.0, "up": 4.0, "down": 4.0}.get(how, 9.0)
    raise ValueError(f"the rule {rule!r} has no price of its own")


def is_step(values: int, size: int) -> bool:
    """Whether a set is all values from some one on, or all up to some one."""
    return any(values in (((1 << size) - 1) >> d << d, (1 << d) - 1) for d in range(1, size))
