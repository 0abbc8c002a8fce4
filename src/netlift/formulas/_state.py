"""One free state variable: `s = E(s, u)`, kept if it determines the output (the functional test)."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from netlift.formulas import _kernel as kernel
from netlift.formulas._bank import Bank, distinct_rows
from netlift.formulas._draft import Draft, Variable
from netlift.formulas._expr import Expr, const, substitute, var
from netlift.formulas._lags import start_values
from netlift.formulas._problem import Problem
from netlift.formulas._quotient import Letters, views
from netlift.formulas._rank import description_length
from netlift.formulas._tidy import write
from netlift.states._machine import Machine

Ints = NDArray[np.int64]

_MOST_NUMBERED = 7  # states; 7! = 5,040 numberings
_SCREENED = 3_000_000  # candidate updates, in tree nodes


def search_divisions(problem: Problem) -> None:
    """`t = m * s + u; s = t % k` or `t // k`: sums, remainders and carries in any base."""
    for leaves, columns, symbol in _views(problem):
        amounts = _amounts([name for name, _ in leaves])
        moduli = sorted({c for c in problem.constants if c > 1} | set(range(2, 17)))
        updates, totals = [], []
        for times in (1, 2, *(k for k in problem.constants if k > 2)):
            scaled = var("s") if times == 1 else Expr("*", (const(times), var("s")))
            for amount in amounts:
                total = Expr("+", (scaled, amount))
                for k in moduli:
                    for op in ("%", "//"):
                        updates.append(Expr(op, (total, const(k))))
                        totals.append((total, k))
        screen = _Screen(problem, leaves, columns, symbol)
        for number, start in screen.survivors_of(updates, start_values(problem)[:4])[:12]:
            total, k = totals[number]
            outputs = [Expr("//", (total, const(k))), Expr("%", (total, const(k)))]
            screen.offer(updates[number], start, "division", outputs)
        if problem.found:
            return


def _amounts(names: Sequence[str]) -> list[Expr]:
    """What may be added at one step."""
    single: list[Expr] = [var(n) for n in names]
    amounts = [*single, *(Expr("-", (const(1), e)) for e in single), const(1)]
    amounts += [Expr("*", (const(2), e)) for e in single]
    amounts += [Expr(op, (a, b)) for i, a in enumerate(single) for b in single[i + 1 :] for op in "+-"]
    return amounts


def search_numberings(problem: Problem) -> None:
    """All n! ways to number the states of a small machine, against one bank of expressions."""
    machine = problem.behaviour.machine
    if machine is None or not 1 < machine.states <= _MOST_NUMBERED:
        return
    for letters in views(machine, problem.names):
        first = letters.representatives
        for shift in (0, -1):
            _number(problem, machine, letters, first, shift)
        if problem.found:
            return


def _number(problem: Problem, machine: Machine, letters: Letters, first: Ints, shift: int) -> None:
    states, count = machine.states, len(first)
    grid_state = np.repeat(np.arange(states), count)
    leaves = [("s", grid_state + shift)]
    leaves += [(name, np.tile(letters.columns[n], states)) for n, (name, _) in enumerate(letters.leaves)]
    bank = Bank(leaves, problem.constants, most=40_000)
    while bank.level < 7 and len(bank) < 20_000:
        used = bank.grow(problem.work.share(0.1, 30_000_000))[1]
        problem.work.spend(used)
    orders = np.array(list(permutations(range(states))), dtype=np.int64)
    delta, answers = machine.transitions[:, first], machine.outputs[:, first, 0]
    ranked = []
    for n, order in enumerate(orders):
        target = np.empty((states, count), dtype=np.int64)
        target[order] = order[delta]
        row = bank.number((target + shift).reshape(-1))
        if row >= 0:
            start = int(order[0]) + shift
            ranked.append((bank.cost(row) + 2 * (start != 0), n))
    drafts = []
    for _, n in sorted(ranked)[:12]:
        order = orders[n]
        after = np.empty((states, count), dtype=np.int64)
        after[order] = order[delta] + shift
        y = np.empty((states, count), dtype=np.int64)
        y[order] = answers
        names = [name for name, _ in leaves]
        columns = [column for _, column in leaves]
        updates = problem.explain(names, columns, after.reshape(-1), deepest=7, further=2, most_work=8_000_000)
        outputs = problem.explain(
            [*names, "s'"], [*columns, after.reshape(-1)], y.reshape(-1), deepest=7, most_work=8_000_000
        )
        start = int(order[0]) + shift
        drafts += _pairs(problem, letters.leaves, updates[:20], outputs[:20], start)
    drafts.sort(key=lambda d: d[0])
    for _, draft in drafts[:12]:
        problem.offer(draft, "numbering")


def _pairs(
    problem: Problem,
    leaves: Sequence[tuple[str, Expr]],
    updates: Sequence[Expr],
    outputs: Sequence[Expr],
    start: int,
) -> list[tuple[float, Draft]]:
    """Drafts from forms of the update and forms of the output, each with its description length."""
    inside = dict(leaves)
    drafts = []
    for update in updates[:8]:
        for output in outputs[:8]:
            state = Variable("s", start, substitute(update, inside))
            draft = Draft(problem.names, (state,), (substitute(output, inside),))
            drafts.append((description_length(write(draft)), draft))
    return drafts


def search_updates(problem: Problem) -> None:
    """Any update in the bank over the state and the input, by the functional test."""
    for leaves, columns, symbol in _views(problem):
        screen = _Screen(problem, leaves, columns, symbol)
        for update, start in screen.survivors_in_bank(start_values(problem)[:4])[:24]:
            screen.offer(update, start, "state")
        if problem.found:
            return


def _views(problem: Problem) -> list[tuple[tuple[tuple[str, Expr], ...], list[Ints], Ints]]:
    """Leaves, their columns on the tree, and the number of each node's class of symbols."""
    machine, tree = problem.behaviour.machine, problem.tree
    if machine is None:
        return [(tuple((n, var(n)) for n in problem.names), problem.columns(), tree.symbol)]
    place = machine.encode(tree.inputs[None])[0]
    result = []
    for letters in views(machine, problem.names):
        classes = letters.classes[place]
        result.append((letters.leaves, [column[classes] for column in letters.columns], classes))
    return result


class _Screen:
    """Runs updates of one variable `s` along the prefix tree."""

    def __init__(
        self, problem: Problem, leaves: Sequence[tuple[str, Expr]], columns: Sequence[Ints], symbol: Ints
    ) -> None:
        self.problem = problem
        self.inside = dict(leaves)
        self.names = ["s", *(name for name, _ in leaves)]
        tree = problem.tree
        self.columns = np.ascontiguousarray(np.stack([np.zeros(len(tree), dtype=np.int64), *columns]))
        self.symbol = symbol
        self.most = max(8, len(tree) // 3)

    def survivors_of(self, updates: Sequence[Expr], starts: Sequence[int]) -> list[tuple[int, int]]:
        """(number, start value) of the updates that pass."""
        op, arg, leaf, roots = _compiled(updates, self.names)
        verdict = self._screen(roots, op, arg, leaf, starts)
        order = [(m, n) for n, m in zip(*np.nonzero(verdict), strict=True)]
        return [(int(n), starts[int(m)]) for m, n in sorted(order)]

    def survivors_in_bank(self, starts: Sequence[int]) -> list[tuple[Expr, int]]:
        """(update, start value) of the bank's expressions that pass, cheapest first."""
        bank = self._bank()
        found: list[tuple[Expr, int]] = []
        done = len(bank.leaves)
        left = self.problem.work.share(0.3, 400_000_000)
        while len(found) < 24 and left > 0 and bank.level < 8 and len(bank) < 0.9 * len(bank.op):
            used = bank.grow(left)[1]
            roots = np.arange(done, len(bank))
            done = len(bank)
            leaf = np.zeros(len(bank.leaves), dtype=np.int64)
            for n, e in enumerate(bank.leaves):
                leaf[n] = e.value if e.op == "const" else 0
            for part in np.array_split(roots, max(1, len(roots) // 2_000)):
                verdict = self._screen(part, bank.op, bank.arg, leaf, starts)
                for n, m in zip(*np.nonzero(verdict), strict=True):
                    found.append((bank.expr(int(part[n])), starts[int(m)]))
                if len(found) >= 200:
                    break
            left -= used
            self.problem.work.spend(used)
        return found

    def _bank(self) -> Bank:
        """Expressions told apart on pairs of plausible states and inputs of the tree."""
        tree = self.problem.tree
        rng = np.random.default_rng(self.problem.seed)
        rows = rng.integers(len(tree), size=90)
        span = max(3, *(abs(c) for c in self.problem.constants))
        state = rng.integers(-3, 2 * min(span, 100) + 1, size=90)
        leaves = [("s", state), *((n, self.columns[i + 1, rows]) for i, n in enumerate(self.names[1:]))]
        return Bank(leaves, self.problem.constants)

    def _screen(self, roots: Ints, op: Ints, arg: Ints, leaf: Ints, starts: Sequence[int]) -> Ints:
        tree = self.problem.tree
        verdict = np.zeros((len(roots), len(starts)), dtype=np.int64)
        used = kernel.screen(
            roots, op, arg, leaf, 0, self.columns, tree.parent, self.symbol, self.problem.target,
            np.array(starts, dtype=np.int64), self.most, verdict,
        )  # fmt: skip
        self.problem.work.spend(int(used))
        return verdict

    def offer(self, update: Expr, start: int, strategy: str, idioms: Sequence[Expr] = ()) -> None:
        """Look up the output map of an update that passed; `idioms` are tried first."""
        problem = self.problem
        op, arg, leaf, roots = _compiled([update], self.names)
        after = np.empty(len(problem.tree), dtype=np.int64)
        if not kernel.trace(int(roots[0]), op, arg, leaf, 0, self.columns, problem.tree.parent, start, after):
            return
        before = problem.tree.lag(after, start)
        outputs = list(idioms)
        rows = distinct_rows(["s'"], [after], problem.target)
        if rows is not None:
            outputs += problem.explain_rows(rows, deepest=7, most_work=5_000_000)[:10]
        names = [*self.names, "s'"]
        columns = [before, *self.columns[1:], after]
        outputs += problem.explain(names, columns, problem.target, deepest=7, most_work=15_000_000)[:10]
        pairs = _pairs(problem, list(self.inside.items()), [update], outputs, start)
        for _, draft in sorted(pairs, key=lambda p: p[0])[:4]:
            problem.offer(draft, strategy)


def _compiled(exprs: Sequence[Expr], names: Sequence[str]) -> tuple[Ints, Ints, Ints, Ints]:
    """Expressions as the kernel reads them: operators, arguments, leaf values, roots."""
    leaves: dict[Expr, int] = {var(n): i for i, n in enumerate(names)}

    def gather(e: Expr) -> None:
        if not e.args:
            leaves.setdefault(e, len(leaves))
        for a in e.args:
            gather(a)

    for e in exprs:
        gather(e)
    op = [kernel.LEAF] * len(leaves)
    arg = [[0, 0, 0]] * len(leaves)
    place = dict(leaves)

    def add(e: Expr) -> int:
        if e not in place:
            args = [add(a) for a in e.args]
            place[e] = len(op)
            op.append(kernel.CODES[e.op])
            arg.append([*args, *([args[-1]] * (3 - len(args)))])
        return place[e]

    roots = [add(e) for e in exprs]
    leaf = [e.value if e.op == "const" else 0 for e in leaves]
    as_ints = (np.array(v, dtype=np.int64) for v in (op, arg, leaf, roots))
    return tuple(as_ints)  # type: ignore[return-value]
