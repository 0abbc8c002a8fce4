"""From an assignment to its cheapest rules, by dynamic programming over symbols and cubes of values."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from netlift.core._clock import checkpoint
from netlift.formulas.machines._automaton import Automaton
from netlift.formulas.machines._cubes import Cubes
from netlift.formulas.machines._rules import (
    Block,
    Branch,
    Change,
    Choice,
    Choose,
    Event,
    Holds,
    OfPlace,
    Refuse,
    Reply,
    Rule,
    Rules,
    Say,
    SayIf,
    Steps,
    Told,
    price_of_test,
    reads,
    rule_price,
)
from netlift.formulas.machines._spent import Spent
from netlift.formulas.machines._variables import COUNT, FLAG, MODE, Variable, members

_NONE = float("inf")
_IF = 1.0
_HOPEFUL = 1.15  # of the nodes of the other form: beyond, no change of the list is tried
_MOST_EFFECTS = 8  # kinds of effects that are tried in the list of steps and out of it
_MOST_SETS = 12  # sets of states that are tested for beside single ones
_SET = 3.0
_LISTED = 4  # answers that are listed by the value of a counter
MOST_NODES = 1_500  # of the dynamic programming; beyond them only chains over the symbols are tried
_OPEN_NODES = 300  # the same where not every step matters, so that fewer symbols behave alike
_FEW_NODES = 150  # the same where a list of steps takes care of most
_MOST_SINGLES = 12_000  # decision trees of one symbol; beyond them only leaves are tried
MOST_TREES = 80_000  # beyond them nothing is divided any more, even where no leaf says it
_DIVIDED = 0.5  # of them: then blocks for several symbols are no longer, so that all are brought to an end


@dataclass(frozen=True)
class _Usual:
    """What is answered where nothing else is said: `yes` where the test holds (None: everywhere)."""

    test: Holds | None
    yes: int
    no: int


Cells = tuple[int, ...]
_Best = tuple[float, Block]
_Arm = tuple[float, Block, list[int]]  # its price, what it does, and the kinds of symbols that do it


def rules_of(
    automaton: Automaton,
    assignment: Sequence[Variable],
    symbols: Sequence[int],
    free: frozenset[tuple[int, int]] = frozenset(),
    spent: Spent | None = None,
) -> tuple[float, Rules] | None:
    """The cheapest rules found under a assignment, and their nodes; None where there are none.

    What happens in the steps that are `free` (state, symbol) does not matter. The trees that were made are
    added to `spent`.
    """
    most = _OPEN_NODES if free else MOST_NODES
    free = _alike(automaton, free)
    writer = _Writer(automaton, tuple(assignment), skipped=free, most_nodes=most)
    cells = tuple(group[0] for group in automaton.kinds)
    found: list[tuple[float, Block, Told | OfPlace | None]] = []
    cost, block = writer.node(cells, writer.whole, None)
    found.append((cost, block, None))
    if automaton.entered is not None:
        told = writer.told(writer.whole)
        after = _Writer(automaton, tuple(assignment), silent=True, skipped=free, most_nodes=most)
        cost, block = after.node(cells, after.whole, None)
        placed = _told_by_count(automaton, assignment)
        told_by = min((t for t in (told, placed) if t is not None), key=lambda t: t[0], default=None)
        if told_by is not None:
            found.append((cost + told_by[0] - 1.0, block, told_by[1]))
        writer.work += after.work
    if spent is not None:
        spent.trees += writer.work
    found = [f for f in found if f[0] < _NONE]
    if not found:
        return None
    cost, block, chosen = min(found, key=lambda f: f[0])
    block = _said_once(block, None, assignment)[0]
    return cost, Rules(tuple(assignment), block, chosen, tuple(symbols), automaton.answers, automaton.moves)


def _told_by_count(automaton: Automaton, assignment: Sequence[Variable]) -> tuple[float, OfPlace] | None:
    """The answer that belongs to the new value of a counter alone, one by one; its nodes.

    None where few answers are told apart: one after another is then read as easily.
    """
    for n, v in enumerate(assignment):
        if v.kind != COUNT:
            continue
        answers: dict[int, int] = {}
        told = zip(v.sets, automaton.entered or (), strict=False)
        alike = all(y is None or answers.setdefault(d, y) == y for one, y in told for d in members(one))
        if alike and len(set(answers.values())) >= _LISTED:
            usual = next(iter(answers.values()))
            return 5.0 + v.size, OfPlace(n, tuple(answers.get(d, usual) for d in range(v.size)))
    return None


def told_by(automaton: Automaton, assignment: Sequence[Variable]) -> tuple[float, Told] | None:
    """The answer that belongs to the state that is entered, by tests of the variables, and its nodes."""
    writer = _Writer(automaton, tuple(assignment))
    return writer.told(writer.whole)


def steps_of(
    automaton: Automaton,
    symbols: Sequence[int],
    most: float,
    free: frozenset[tuple[int, int]] = frozenset(),
) -> tuple[float, Rules] | None:
    """The machine as the list of its rare steps, by state and event, and rules for all that is common.

    Which steps are listed is found by trying: all whose effect is rare, then more or fewer kinds of effects.
    Steps that are `free` are not listed, and what happens there does not matter. None where that is not below
    `most` nodes.
    """
    effects: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for q, (moves, says) in enumerate(zip(automaton.moves, automaton.says, strict=True)):
        for a, (after, answer) in enumerate(zip(moves, says, strict=True)):
            if (q, a) in free:
                continue
            effects.setdefault((answer, -1 if after == q else after), []).append((q, a))
    rare = sorted(effects, key=lambda e: (len(effects[e]), e))
    assignment = (Variable(MODE, automaton.states, tuple(1 << q for q in range(automaton.states))),)

    def tried(listed: frozenset[tuple[int, int]]) -> tuple[float, Rules] | None:
        cells = frozenset(cell for effect in listed for cell in effects[effect])
        if not cells or 19.0 + 6.0 * len(cells) >= most:
            return None
        skipped = cells | free
        writer = _Writer(
            automaton,
            assignment,
            skipped=_alike(automaton, skipped),
            most_nodes=_FEW_NODES // 3 if free else _FEW_NODES,
            by_state=True,
        )
        cost, block = writer.node(tuple(group[0] for group in automaton.kinds), writer.whole, None)
        block = _said_once(block, None, assignment)[0]
        table = tuple(((q, a), (automaton.moves[q][a], automaton.says[q][a])) for q, a in sorted(cells))
        whole = (Steps(0, table, block),)
        rules = Rules(assignment, whole, None, tuple(symbols), automaton.answers, automaton.moves)
        return cost + 19.0 + 6.0 * len(cells), rules

    best: tuple[float, Rules] | None = None
    chosen = frozenset[tuple[int, int]]()
    for rarity in (1, 2, 3):
        listed = frozenset(e for e in rare if len(effects[e]) <= rarity)
        found = tried(listed)
        if found is not None and (best is None or found[0] < best[0]):
            best, chosen = found, listed
    if best is None or best[0] > _HOPEFUL * most:
        return None
    for effect in rare[: 0 if free else _MOST_EFFECTS]:
        found = tried(chosen ^ {effect})
        if found is not None and found[0] < best[0]:
            best, chosen = found, chosen ^ {effect}
    return best if best[0] < most else None


def guard_of(
    automaton: Automaton, assignment: Sequence[Variable], unseen: frozenset[tuple[int, int]]
) -> _Best:
    """What refuses the steps (state, symbol) that were never seen, and does nothing else; and its nodes."""
    states, events = range(automaton.states), range(automaton.symbols)
    stays = tuple((q,) * automaton.symbols for q in states)
    says = tuple(tuple(int((q, a) in unseen) for a in events) for q in states)
    refusing = Automaton(stays, says, ((0,), (1,)))
    writer = _Writer(refusing, tuple(assignment), most_nodes=_OPEN_NODES)
    cost, block = writer.node(
        tuple(group[0] for group in refusing.kinds), writer.whole, _Usual(None, 0, 0), False
    )
    return cost, _refusing(block, ())


def _refusing(block: Block, tested: tuple[int, ...]) -> Block:
    """A block that says 1 where to refuse, as one that does; `tested` are the variables above it."""
    found = list[Rule]()
    for rule in block:
        match rule:
            case Say(answer=1):
                found.append(Refuse(tested))
            case SayIf(test, yes, _):
                whole = tuple(dict.fromkeys((*tested, test.variable)))
                one, other = ((Refuse(whole),), ()) if yes else ((), (Refuse(whole),))
                found.append(Branch(test, one, other))
            case Branch(test, yes_block, no_block):
                held = (test.variable,) if isinstance(test, Holds) else ()
                whole = tuple(dict.fromkeys((*tested, *held)))
                found.append(Branch(test, _refusing(yes_block, whole), _refusing(no_block, whole)))
    return tuple(found)


def _alike(automaton: Automaton, skipped: frozenset[tuple[int, int]]) -> frozenset[tuple[int, int]]:
    """The skipped steps by the first symbol of each kind: those that are skipped with all symbols of it."""
    return frozenset(
        (q, kind[0])
        for kind in automaton.kinds
        for q in range(automaton.states)
        if all((q, a) in skipped for a in kind)
    )


class _Writer:
    def __init__(
        self,
        automaton: Automaton,
        assignment: tuple[Variable, ...],
        silent: bool = False,
        skipped: frozenset[tuple[int, int]] = frozenset(),
        most_nodes: int = MOST_NODES,
        by_state: bool = False,
    ) -> None:
        """`silent`: no answers; `skipped`: steps (state, symbol) that something else takes care of.

        `by_state`: the one variable is the state; sets of states that answer alike are tested for as well.
        """
        self._automaton, self._assignment, self._silent = automaton, assignment, silent
        self._skipped, self._most_nodes = skipped, most_nodes
        self._group = {group[0]: group for group in automaton.kinds}
        self._cubes = Cubes(automaton, self._assignment, skipped)
        self.whole = self._cubes.whole
        self._tests = [t for n, v in enumerate(assignment) for t in _tests(n, v)]
        if by_state:
            self._tests = list(dict.fromkeys([*self._tests, *self._effects()]))
        self._prices = {test: price_of_test(test, self._assignment) for test in self._tests}
        self._singles: dict[tuple[int, int, _Usual | None], _Best] = {}
        self.work = 0  # trees that were made
        self._nodes: dict[tuple[Cells, int, _Usual | None, bool], _Best] = {}
        self._acts: dict[tuple[int, int, int, int], list[tuple[float, Change | None]]] = {}

    def _effects(self) -> list[Holds]:
        """Sets of states in which a symbol is answered alike, for a assignment by one variable."""
        found = []
        for a, *_ in self._automaton.kinds:
            values: dict[int, int] = {}
            for q in members(self._cubes.at(a, self.whole)):
                answer = self._automaton.says[q][a]
                values[answer] = values.get(answer, 0) | 1 << q
            found += [Holds(0, mask) for mask in values.values() if mask.bit_count() > 1]
        return found[:_MOST_SETS]

    # one symbol

    def _is_usual(self, a: int, cube: int, usual: _Usual | None) -> bool:
        cubes = self._cubes
        inside = cubes.at(a, cube)
        if self._silent or not inside:
            return True
        if usual is None:
            return False
        if usual.test is None:
            return not inside & ~cubes.saying(a, usual.yes)
        yes, no = map(cubes.holding, cubes.part(cube, usual.test))
        return not (inside & yes & ~cubes.saying(a, usual.yes) or inside & no & ~cubes.saying(a, usual.no))

    def _concerning(self, a: int, cube: int, usual: _Usual | None) -> _Usual | None:
        """What is usual as far as a symbol may be answered so on a cube."""
        if usual is None or self._silent:
            return None
        inside, saying = self._cubes.at(a, cube), self._cubes.saying
        if usual.test is not None:
            one, other = self._cubes.part(cube, usual.test)
            if one and other:
                return usual if inside & (saying(a, usual.yes) | saying(a, usual.no)) else None
            usual = _Usual(None, *(2 * (usual.yes if one else usual.no,)))
        return usual if inside & saying(a, usual.yes) else None

    def _actions(self, a: int, cube: int, n: int) -> list[tuple[float, Change | None]]:
        """What may happen to a variable on a cube, cheapest first; None: nothing."""
        v, states = self._assignment[n], self._cubes.at(a, cube)
        full = (1 << v.size) - 1
        values = cube >> self._cubes.offsets[n] & full
        key = (a, n, states, values)
        found = self._acts.get(key)
        if found is not None:
            return found
        pairs = {(v.sets[q] & values, v.sets[self._automaton.moves[q][a]]) for q in members(states)}
        found = []
        if all(not have & ~want for have, want in pairs):
            found.append((0.0, None))
        common = full
        for _, want in pairs:
            common &= want
        found += [(_SET, Change(n, "set", d)) for d in members(common)]
        if v.kind == FLAG and all(not _flipped(have) & ~want for have, want in pairs):
            found.append((5.0, Change(n, "flip")))
        if v.kind == COUNT:
            top, rest = 1 << v.size - 1, full >> 1
            plain_up = all(not have & top and not have << 1 & ~want for have, want in pairs)
            plain_down = all(not have & 1 and not have >> 1 & ~want for have, want in pairs)
            most = all(not ((have & rest) << 1 | have & top) & ~want for have, want in pairs)
            least = all(not (have >> 1 | have & 1) & ~want for have, want in pairs)
            up = all(not ((have & rest) << 1 | bool(have & top)) & ~want for have, want in pairs)
            down = all(not (have >> 1 | (top if have & 1 else 0)) & ~want for have, want in pairs)
            ways = (
                ("up", plain_up), ("down", plain_down), ("up most", most), ("down least", least),
                ("up round", up), ("down round", down),
            )  # fmt: skip
            steps = [Change(n, how) for how, possible in ways if possible]
            found += [(rule_price(step, self._assignment), step) for step in steps]
        found.sort(key=lambda f: f[0])
        self._acts[key] = found
        return found

    def _leaf(self, a: int, cube: int, usual: _Usual | None) -> _Best:
        """What is done without a branch: one statement for the answer, one for each variable."""
        cost, items = 0.0, list[Rule]()
        if not self._is_usual(a, cube, usual):
            answer = self._cubes.answer(a, cube)
            if answer is not None:
                cost += _SET
                items.append(Say(answer))
            else:
                chosen = self._said_if(a, cube)
                if chosen is None:
                    return _NONE, ()
                cost += chosen[0]
                items.append(chosen[1])
        changes = list[Rule]()
        for n in range(len(self._assignment)):
            actions = self._actions(a, cube, n)
            best: tuple[float, Block] = (_NONE, ())
            if actions:
                price, change = actions[0]
                best = price, () if change is None else (change,)
            if best[0] > _SET:
                best = min(best, self._changed_if(a, cube, n), key=lambda b: b[0])
            if best[0] == _NONE:
                return _NONE, ()
            cost += best[0]
            changes += best[1]
        ordered = _ordered(changes)
        return (_NONE, ()) if ordered is None else (cost, (*items, *ordered))

    def _said_if(self, a: int, cube: int) -> tuple[float, Rule] | None:
        best: tuple[float, Rule] | None = None
        for test in self._tests:
            halves = self._cubes.halves(cube, test)
            if halves is None:
                continue
            yes, no = self._cubes.answer(a, halves[0]), self._cubes.answer(a, halves[1])
            if yes is None or no is None:
                continue
            cost = 5.0 + self._prices[test]
            if best is None or cost < best[0]:
                best = cost, SayIf(test, yes, no)
        return best

    def _changed_if(self, a: int, cube: int, n: int) -> _Best:
        """A change on one side of a test, or a value on each."""
        best: _Best = (_NONE, ())
        for test in self._tests:
            halves = self._cubes.halves(cube, test)
            if halves is None:
                continue
            sides = [self._actions(a, half, n) for half in halves]
            if not all(sides):
                continue
            (one, yes), (other, no) = sides[0][0], sides[1][0]
            price = self._prices[test]
            values = [{c.value for _, c in side if c is not None and c.how == "set"} for side in sides]
            if all(values):
                chosen = Choose(n, test, min(values[0]), min(values[1]))
                cost = rule_price(chosen, self._assignment)
                best = min(best, (cost, (chosen,)), key=lambda b: b[0])
            if yes is not None and no is not None:
                branch = Branch(test, (yes,), (no,))
            elif yes is not None:
                branch = Branch(test, (yes,), ())
            elif no is not None:
                branch, price = (
                    Branch(_negated(test, self._assignment), (no,), ()),
                    price_of_test(test, self._assignment, negated=True),
                )
            else:
                continue
            cost = _IF + price + one + other
            best = min(best, (cost, (branch,)), key=lambda b: b[0])
        return best

    def single(self, a: int, cube: int, usual: _Usual | None) -> _Best:
        """The cheapest decision tree of one kind of symbol."""
        usual = self._concerning(a, cube, usual)
        key = (a, cube, usual)
        best = self._singles.get(key)
        if best is not None:
            return best
        best = self._leaf(a, cube, usual)
        made = len(self._singles)
        if best[0] > 0.0 and made < (MOST_TREES if best[0] == _NONE else _MOST_SINGLES):
            for test in self._tests:
                halves = self._cubes.halves(cube, test)
                if halves is None or self._prices[test] + _IF >= best[0]:
                    continue
                # What both sides do is counted once, so that together they take no less than one of them.
                yes = self.single(a, halves[0], usual)
                if yes[0] >= best[0]:
                    continue
                no = self.single(a, halves[1], usual)
                if no[0] >= best[0]:
                    continue
                best = min(best, self._branch(test, yes, no), key=lambda b: b[0])
        self._singles[key] = best
        self.work += 1
        return best

    def _branch(self, test: Holds, yes: _Best, no: _Best) -> _Best:
        """A test around two blocks; what both do stands outside of it, before it or after it."""
        if yes[1] == no[1]:
            return yes
        before, (one, other) = list[Rule](), (list(yes[1]), list(no[1]))
        while one and other and one[0] == other[0] and isinstance(one[0], Say | SayIf):
            before.append(one.pop(0))
            other.pop(0)
        # All rules read what the variables held before the step, so a change may always come later.
        after = [rule for rule in one if isinstance(rule, Change | Choose) and rule in other]
        one, other = ([rule for rule in part if rule not in after] for part in (one, other))
        cost = yes[0] + no[0] - sum(rule_price(rule, self._assignment) for rule in (*before, *after))
        if not one and not other:
            return cost, (*before, *after)
        if not one:
            price = price_of_test(test, self._assignment, negated=True)
            branch = Branch(_negated(test, self._assignment), tuple(other), ())
        else:
            price, branch = price_of_test(test, self._assignment), Branch(test, tuple(one), tuple(other))
        ordered = _ordered([branch, *after]) if after else [branch]
        if ordered is None or ordered[0] is not branch:
            return _NONE, ()
        return _IF + price + cost, (*before, *ordered)

    # several symbols

    def _may_divide(self) -> bool:
        """Whether blocks for several symbols may still be divided: both bounds are on work, not on time."""
        return len(self._nodes) < self._most_nodes and len(self._singles) < _DIVIDED * MOST_TREES

    def node(self, cells: Cells, cube: int, usual: _Usual | None, may_say: bool = True) -> _Best:
        """The cheapest block for these kinds of symbols on a cube, the rule for what is usual included."""
        key = (cells, cube, usual, may_say)
        best = self._nodes.get(key)
        if best is not None:
            return best
        checkpoint()
        best = self._split(cells, cube, usual)
        if self._may_divide() and may_say and not self._silent and (len(cells) > 1 or best[0] > 8.0):
            for price, rule, other in self._usuals(cells, cube):
                if other == usual or price >= best[0]:
                    continue
                inner = self.node(cells, cube, other, False)
                if inner[0] + price < best[0]:
                    best = inner[0] + price, (rule, *inner[1])
        self._nodes[key] = best
        return best

    def _usuals(self, cells: Cells, cube: int) -> list[tuple[float, Rule, _Usual]]:
        """Answers that may be said before the branches: the commonest, or one of two by a test."""
        widest = len(cells) == len(self._automaton.kinds)

        def tally(part: int) -> dict[int, float]:
            found: dict[int, float] = {}
            for a in cells:
                for q in members(self._cubes.at(a, part)):
                    y = self._automaton.says[q][a]
                    found[y] = found.get(y, 0.0) + 1.0
            return dict(sorted(found.items(), key=lambda f: (-f[1], f[0])))

        all_of = tally(cube)
        found: list[tuple[float, Rule, _Usual]] = [
            (_SET, Say(y), _Usual(None, y, y)) for y in list(all_of)[: 2 if widest else 1] if all_of[y] > 1
        ]
        by_test = []
        for test in self._tests:
            halves = self._cubes.halves(cube, test)
            if halves is None:
                continue
            tops = [next(iter(tally(half).items()), (0, 0.0)) for half in halves]
            if tops[0][0] != tops[1][0]:
                price = 5.0 + price_of_test(test, self._assignment)
                usual = _Usual(test, tops[0][0], tops[1][0])
                by_test.append((-(tops[0][1] + tops[1][1]), price, test, usual))
        by_test.sort(key=lambda b: b[:2])
        for _, price, test, usual in by_test[: 2 if widest else 1]:
            found.append((price, SayIf(test, usual.yes, usual.no), usual))
        return found

    def _split(self, cells: Cells, cube: int, usual: _Usual | None) -> _Best:
        """A chain over the symbols, or a test of a variable around the rules of some of them."""
        if len(cells) == 1:
            return self.single(cells[0], cube, usual)
        singles = {a: self.single(a, cube, usual) for a in cells}
        best = self._chain(cells, singles, None)
        for test in self._tests if self._may_divide() else ():
            if len(self._singles) >= _DIVIDED * MOST_TREES:
                break
            halves = self._cubes.halves(cube, test)
            if halves is None:
                continue
            price = self._prices[test]
            gain, rest = list[int](), list[int]()
            for a in cells:
                parts = self.single(a, halves[0], usual)[0] + self.single(a, halves[1], usual)[0]
                (gain if parts < singles[a][0] else rest).append(a)
            if not gain:
                continue
            idle = [a for a in rest if singles[a][0] == 0.0]
            simple = [a for a in rest if len(singles[a][1]) == 1 and isinstance(singles[a][1][0], Say)]
            tried = set()
            for chosen in (cells, (*gain, *idle), (*gain, *idle, *simple)):
                inner = tuple(a for a in cells if a in chosen)
                if inner in tried or len(inner) < 2:
                    continue
                tried.add(inner)
                yes = self.node(inner, halves[0], usual)
                if yes[0] + _IF + price >= best[0]:
                    continue
                no = self.node(inner, halves[1], usual)
                whole = self._branch(test, yes, no)
                if len(inner) < len(cells):
                    outer = tuple(a for a in cells if a not in inner)
                    whole = self._chain(outer, singles, whole)
                best = min(best, whole, key=lambda b: b[0])
        return best

    def _chain(self, cells: Cells, singles: dict[int, _Best], rest: _Best | None) -> _Best:
        """One branch for each thing that events do; `rest` is for all other events."""
        groups: dict[Block, list[int]] = {}
        for a in cells:
            groups.setdefault(singles[a][1], []).append(a)
        if any(singles[a][0] == _NONE for a in cells):
            return _NONE, ()
        arms = [(singles[g[0]][0], block, g) for block, g in groups.items()]
        if rest is not None:
            return self._arms(arms, rest, ())
        if () in groups:
            return self._arms([arm for arm in arms if arm[1]], (0.0, ()), ())
        likely = max(arms, key=lambda arm: (sum(len(self._group[a]) for a in arm[2]), -arm[0]))
        longest = max(arms, key=lambda arm: arm[0])
        found = [
            self._arms([arm for arm in arms if arm is not last], last[:2], self._symbols(last[2]))
            for last in ([likely] if longest is likely else [likely, longest])
        ]
        return min(found, key=lambda f: f[0])

    def _arms(self, arms: list[_Arm], rest: _Best, others: tuple[int, ...]) -> _Best:
        """A branch for each of the arms, and the rest for all other events; `others`: those, where known."""
        arms = [arm for arm in arms if arm[1] != rest[1]]
        told = [arm for arm in arms if _is_said(arm[1])]
        pairs = _pairs(told, self._group)
        apart = sum(_IF + _event_price(self._symbols(arm[2])) + arm[0] for arm in told)
        reply: list[tuple[float, Block, tuple[int, ...]]] = []
        if others and _is_said(rest[1]):
            # The answers of all other events in one list, which then needs no test.
            every = tuple(sorted((*pairs, *((s, rest[1][0].answer) for s in others))))  # type: ignore[union-attr]
            whole_list = 9.0 + 2.0 * len(every)
            if told and whole_list < rest[0] + min(apart, 14.0 + 2.0 * len(pairs)):
                arms = [arm for arm in arms if arm not in told]
                rest, told = (whole_list, (Reply(every),)), []
        if told and 13.0 + 2.0 * len(pairs) < apart:
            arms = [arm for arm in arms if arm not in told]
            reply = [(9.0 + 2.0 * len(pairs), (Reply(pairs),), tuple(s for s, _ in pairs))]
        cost, block = rest
        bodies = [block, *(arm[1] for arm in arms)]
        common = [
            rule
            for rule in block
            if isinstance(rule, Change | Choose) and not reply and all(rule in body for body in bodies)
        ]
        if common and len(bodies) > 1:
            stripped = [tuple(rule for rule in body if rule not in common) for body in bodies]
            saved = sum(rule_price(rule, self._assignment) for rule in common)
            block, cost = stripped[0], cost - saved
            whole: dict[Block, tuple[float, list[int]]] = {}
            for body, arm in zip(stripped[1:], arms, strict=True):
                whole.setdefault(body, (arm[0] - saved, []))[1].extend(arm[2])
            arms = [(price, body, group) for body, (price, group) in whole.items() if body != block]
            cost += saved
        else:
            common = []
        tested = [(price, body, self._symbols(group)) for price, body, group in arms]
        tested.sort(key=lambda arm: (len(arm[2]) > 1, arm[2]))
        for price, body, symbols in reversed([*tested, *reply]):
            listed = bool(body) and isinstance(body[0], Reply)
            cost += _IF + price + (4.0 if listed else _event_price(symbols))
            block = (Branch(Event(symbols), body, block),)
        if common:
            ordered = _ordered([*(rule for rule in block if isinstance(rule, Branch)), *common])
            if ordered is None or (arms and not isinstance(ordered[0], Branch)):
                return _NONE, ()
            said = [rule for rule in block if not isinstance(rule, Branch)]
            block = (*said, *ordered)
        return cost, block

    def _symbols(self, group: Sequence[int]) -> tuple[int, ...]:
        return tuple(sorted(s for a in group for s in self._group[a]))

    # the answer from the new values

    def told(self, cube: int, depth: int = 4) -> tuple[float, Told] | None:
        """The cheapest choice of the answer that belongs to the state that is entered."""
        entered = self._automaton.entered
        if entered is None:
            return None
        found = {y for y in (entered[q] for q in members(self._cubes.inside(cube))) if y is not None}
        if len(found) <= 1:
            return 1.0, Told(found.pop() if found else 0)
        best: tuple[float, Told] | None = None
        for test in self._tests if depth else ():
            halves = self._cubes.halves(cube, test)
            if halves is None:
                continue
            yes = self.told(halves[0], depth - 1)
            no = self.told(halves[1], depth - 1)
            if yes is None or no is None:
                continue
            plain = yes[1].choice is None or no[1].choice is None
            cost = 1.0 + price_of_test(test, self._assignment) + yes[0] + no[0] + (0.0 if plain else 1.0)
            if best is None or cost < best[0]:
                best = cost, Told(0, Choice(test, yes[1], no[1]))
        return best


def _tests(n: int, v: Variable) -> list[Holds]:
    if v.kind == FLAG:
        return [Holds(n, 2)]
    found = []
    if v.kind == COUNT:
        found.append((1 << v.size) - 2)
        found += [1 << d for d in range(1, v.size)]
        found += [((1 << v.size) - 1) >> d << d for d in range(2, v.size - 1)]
    else:
        found += [1 << d for d in range(v.size)]
        if v.kind == MODE and 4 <= v.size <= 6:
            found += [sum(1 << d for d in two) for two in combinations(range(v.size), 2)]
    return [Holds(n, values) for values in dict.fromkeys(found)]


def _is_said(block: Block) -> bool:
    return len(block) == 1 and isinstance(block[0], Say)


def _pairs(told: Sequence[_Arm], group: dict[int, tuple[int, ...]]) -> tuple[tuple[int, int], ...]:
    """The answers that belong to symbols alone, by symbol."""
    found: list[tuple[int, int]] = []
    for _, block, kinds in told:
        said = block[0]
        assert isinstance(said, Say)
        found += [(s, said.answer) for a in kinds for s in group[a]]
    return tuple(sorted(found))


def _negated(test: Holds, assignment: Sequence[Variable]) -> Holds:
    return Holds(test.variable, ((1 << assignment[test.variable].size) - 1) & ~test.values)


def _said_once(block: Block, said: int | None, assignment: Sequence[Variable]) -> tuple[Block, int | None]:
    """The block without saying again, as one of two, what is said already; and what is said after it.

    `said` is the answer before the block, None where that is not one.
    """
    found = list[Rule]()
    for rule in block:
        match rule:
            case Say(answer):
                said = answer
            case SayIf(test, yes, no) if said == yes:
                rule, said = Branch(_negated(test, assignment), (Say(no),), ()), None
            case SayIf(test, yes, no) if said == no:
                rule, said = Branch(test, (Say(yes),), ()), None
            case SayIf() | Reply():
                said = None
            case Branch(test, yes_block, no_block):
                one, after = _said_once(yes_block, said, assignment)
                other, after_other = _said_once(no_block, said, assignment)
                rule, said = Branch(test, one, other), after if after == after_other else None
        found.append(rule)
    return tuple(found), said


def _flipped(mask: int) -> int:
    return (mask & 1) << 1 | mask >> 1


def _event_price(symbols: Sequence[int]) -> float:
    return 4.0 if len(symbols) == 1 else 4.0 + len(symbols)


def _ordered(changes: Sequence[Rule]) -> list[Rule] | None:
    """The changes in an order in which each still sees the old values that it reads; None where none does."""
    left, done = list(changes), list[Rule]()
    while left:
        for rule in left:
            own = _targets(rule)
            if not any(own & reads((other,)) for other in left if other is not rule):
                break
        else:
            return None
        left.remove(rule)
        done.append(rule)
    return done


def _targets(rule: Rule) -> set[int]:
    """The variables that a rule changes."""
    match rule:
        case Change(variable) | Choose(variable):
            return {variable}
        case Branch(_, yes, no):
            return set[int]().union(*map(_targets, (*yes, *no)))
    return set()
