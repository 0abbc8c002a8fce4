"""The functional test: run updates of one state variable, keep those that determine the output."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint
from netlift.formulas import _kernel, _simulate
from netlift.formulas._bank import Bank
from netlift.formulas._draft import Draft, Variable
from netlift.formulas._explain import distinct_rows
from netlift.formulas._expr import Expr, substitute, var
from netlift.formulas._operators import CODES
from netlift.formulas._problem import Problem
from netlift.formulas._quotient import views
from netlift.formulas._rank import description_length
from netlift.formulas.writing._write import write

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class TreeView:
    """How updates see the input: leaves with what they stand for, their columns on the prefix tree,
    and the number of each node's class of symbols."""

    leaves: tuple[tuple[str, Expr], ...]
    columns: list[Ints]
    symbol: Ints


def tree_views(problem: Problem) -> list[TreeView]:
    """The input through its quotient, where a machine gives one; else the raw streams."""
    machine, tree = problem.behaviour.machine, problem.tree
    if machine is None:
        return [TreeView(tuple((n, var(n)) for n in problem.names), problem.columns(), tree.symbol)]
    place = machine.encode(tree.inputs[None])[0]
    result = []
    for letters in views(machine, problem.names):
        classes = letters.classes[place]
        result.append(TreeView(letters.leaves, [column[classes] for column in letters.columns], classes))
    return result


class Screen:
    """Runs updates of one variable `s` along the prefix tree.

    An encoding that is different at more than a third of the nodes (with `seldom`, two thirds) is taken to
    remember everything.
    """

    def __init__(self, problem: Problem, view: TreeView, *, seldom: bool = False) -> None:
        self.problem = problem
        self.inside = dict(view.leaves)
        self.names = ["s", *(name for name, _ in view.leaves)]
        tree = problem.tree
        self.columns = np.ascontiguousarray(np.stack([np.zeros(len(tree), dtype=np.int64), *view.columns]))
        self.symbol = view.symbol
        self.most = max(8, len(tree) * (2 if seldom else 1) // 3)
        self._offered: set[bytes] = set()

    def survivors_of(self, updates: Sequence[Expr], starts: Sequence[int]) -> list[tuple[int, int]]:
        """(number, start value) of the updates that pass."""
        op, arg, leaf, roots = compiled(updates, self.names)
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
        checkpoint()
        tree = self.problem.tree
        verdict = np.zeros((len(roots), len(starts)), dtype=np.int64)
        used = _simulate.screen(
            roots, op, arg, leaf, 0, self.columns, tree.parent, self.symbol, self.problem.target,
            np.array(starts, dtype=np.int64), self.most, verdict,
        )  # fmt: skip
        self.problem.work.spend(int(used))
        return verdict

    def offer(self, update: Expr, start: int, strategy: str, idioms: Sequence[Expr] = ()) -> None:
        """Look up the output map of an update that passed; `idioms` are tried first."""
        problem = self.problem
        op, arg, leaf, roots = compiled([update], self.names)
        after = np.empty(len(problem.tree), dtype=np.int64)
        if not _simulate.trace(
            int(roots[0]), op, arg, leaf, 0, self.columns, problem.tree.parent, start, after
        ):
            return
        if after.tobytes() in self._offered:
            return  # another way to write the same sequence of states
        self._offered.add(after.tobytes())
        before = problem.tree.lag(after, start)
        if idioms:
            pairs = drafts_of(problem, list(self.inside.items()), [update], idioms, start)
            exact = [problem.offer(draft, strategy) for _, draft in pairs]
            if any(exact):
                return
        outputs: list[Expr] = []
        rows = distinct_rows(["s'"], [after], problem.target)
        if rows is not None:
            outputs += problem.explain_rows(rows, deepest=7, most_work=5_000_000)[:10]
        names = [*self.names, "s'"]
        columns = [before, *self.columns[1:], after]
        outputs += problem.explain(names, columns, problem.target, deepest=7, most_work=15_000_000)[:10]
        pairs = drafts_of(problem, list(self.inside.items()), [update], outputs, start)
        for _, draft in sorted(pairs, key=lambda p: p[0])[:4]:
            problem.offer(draft, strategy)


def drafts_of(
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


def compiled(exprs: Sequence[Expr], names: Sequence[str]) -> tuple[Ints, Ints, Ints, Ints]:
    """Expressions as the kernel reads them: operators, arguments, leaf values, roots."""
    leaves: dict[Expr, int] = {var(n): i for i, n in enumerate(names)}

    def gather(e: Expr) -> None:
        if not e.args:
            leaves.setdefault(e, len(leaves))
        for a in e.args:
            gather(a)

    for e in exprs:
        gather(e)
    op = [_kernel.LEAF] * len(leaves)
    arg = [[0, 0, 0]] * len(leaves)
    place = dict(leaves)

    def add(e: Expr) -> int:
        if e not in place:
            args = [add(a) for a in e.args]
            place[e] = len(op)
            op.append(CODES[e.op])
            arg.append([*args, *([args[-1]] * (3 - len(args)))])
        return place[e]

    roots = [add(e) for e in exprs]
    leaf = [e.value if e.op == "const" else 0 for e in leaves]
    as_ints = (np.array(v, dtype=np.int64) for v in (op, arg, leaf, roots))
    return tuple(as_ints)  # type: ignore[return-value]
