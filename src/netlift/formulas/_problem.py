"""What the strategies share: the prefix tree, plausible constants, and the judge of drafts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint
from netlift.formulas._bank import ALL
from netlift.formulas._behaviour import Behaviour, Candidate, Work
from netlift.formulas._draft import Draft, input_names
from netlift.formulas._explain import Rows, distinct_rows, explain
from netlift.formulas._expr import Expr
from netlift.formulas._prefixes import Prefixes, sample_prefixes
from netlift.formulas._product import judged
from netlift.formulas._rank import CHARGE, chosen_numbers, description_length, number_play
from netlift.formulas._recurrence import Recurrence
from netlift.formulas._statements import looks_up
from netlift.formulas.writing._write import write

Ints = NDArray[np.int64]

ENOUGH = 40  # exact programs to choose from
_OFTEN = 0.01  # the share of outputs at their bound that makes the bound a constant of the rule
_UNCLOSED = 12.0  # charged when a finite machine is explained by a state that grows without end
# Charged to a formula with as many numbers as there are answers to explain: through so few, one of every form
# can be laid. It explains as little as a table, and costs as much more as one.
_LAID_THROUGH = CHARGE["table"]
# What it costs to list the answers instead, step by step: a counter of steps, the look-up, and a number each.
# A longer formula was found because there are so many of its length, and says nothing of the next step.
_LISTED, _LISTED_ANSWER = 20.0, 2.0


@dataclass
class Problem:
    """One output stream to explain."""

    behaviour: Behaviour
    tree: Prefixes
    work: Work
    seed: int
    names: tuple[str, ...]
    constants: tuple[int, ...]
    found: list[Candidate] = field(default_factory=list)
    seen: set[Recurrence] = field(default_factory=set)

    @property
    def target(self) -> Ints:
        """The outputs at the nodes of the tree, [M]."""
        return self.tree.outputs[:, 0]

    @property
    def listed(self) -> float:
        """The price of a list of the answers after each history."""
        return _LISTED + _LISTED_ANSWER * len(self.tree)

    def columns(self) -> list[Ints]:
        """The inputs at the nodes, one column a stream."""
        return [self.tree.inputs[:, d] for d in range(self.tree.inputs.shape[1])]

    def sample_nodes(self, count: int) -> Ints:
        """Some nodes of the tree, drawn by the problem's seed."""
        return np.random.default_rng(self.seed).integers(len(self.tree), size=count)

    def explain(
        self,
        names: Sequence[str],
        columns: Sequence[Ints],
        target: Ints,
        *,
        deepest: int = 9,
        most_work: int = 60_000_000,
        further: int = 1,
        operators: Sequence[str] = ALL,
        where: NDArray[np.bool_] | None = None,
    ) -> list[Expr]:
        """Expressions for a target column over named columns; [] also where they do not determine it."""
        checkpoint()
        if where is not None:
            columns, target = [c[where] for c in columns], target[where]
        rows = distinct_rows(names, columns, target)
        if rows is None:
            return []
        return self.explain_rows(
            rows, deepest=deepest, most_work=most_work, further=further, operators=operators
        )

    def explain_rows(
        self,
        rows: Rows,
        *,
        deepest: int = 9,
        most_work: int = 60_000_000,
        further: int = 1,
        operators: Sequence[str] = ALL,
    ) -> list[Expr]:
        """The same for rows already made distinct."""
        return explain(
            rows,
            self.constants,
            self.work,
            seed=self.seed,
            operators=operators,
            most_work=self.work.share(0.25, most_work),
            deepest=deepest,
            further=further,
        )

    def offer(self, draft: Draft | Recurrence, strategy: str, price: float | None = None) -> bool:
        """Judge a draft: kept if it is exact on every word and on the machine.

        `price` replaces the description length where that misjudges what is printed.
        """
        recurrence = draft if isinstance(draft, Recurrence) else write(draft)
        checkpoint()
        if recurrence in self.seen:
            return any(c.recurrence == recurrence for c in self.found)
        self.seen.add(recurrence)
        b = self.behaviour
        cost = description_length(recurrence) if price is None else price
        cost += number_play(recurrence, b.named_inputs, b.named_outputs)
        if b.machine is None and chosen_numbers(recurrence) >= len(self.tree):
            cost += _LAID_THROUGH
        if b.machine is None and cost > self.listed and not looks_up(recurrence):
            return False
        if len(self.found) >= ENOUGH and cost > max(c.cost for c in self.found):
            return False
        self.work.spend(b.inputs.shape[0] * b.inputs.shape[1])
        exact, closed = judged(recurrence, b)
        if not exact:
            return False
        if b.machine is not None and not closed:
            cost += _UNCLOSED
        self.found.append(Candidate(recurrence, cost, strategy, closed))
        return True

    def best(self) -> float:
        """The cost of the best program so far."""
        return min((c.cost for c in self.found), default=float("inf"))


def pose(behaviour: Behaviour, seed: int, work: Work) -> Problem:
    """The problem of a behaviour with one output stream."""
    tree = sample_prefixes(behaviour, np.random.default_rng(seed))
    return Problem(
        behaviour, tree, work, seed, input_names(tree.inputs.shape[1]), _constants(behaviour, tree)
    )


def _constants(behaviour: Behaviour, tree: Prefixes) -> tuple[int, ...]:
    """Small numbers, and the sizes that a behaviour suggests: of alphabets, states and outputs."""
    values = [0, 1, 2, -1]
    for d in range(tree.inputs.shape[1]):
        letters = np.unique(behaviour.inputs[..., d])
        if len(letters) <= 32:
            values.append(int(letters.max()) + 1)
    answers = np.unique(behaviour.outputs)
    if len(answers) <= 32:
        values += [int(answers.max()) + 1, int(answers.max())]
        if (
            len(answers) > 1
        ):  # remainders go up to one step below the modulus; they need not be a step of 1 apart
            values.append(int(answers.max() + np.diff(answers).min()))
    else:  # a bound that is met so often cuts numbers off there
        flat = behaviour.outputs.reshape(-1)
        ends = (int(answers.max()), int(answers.min()))
        values += [end for end in ends if (flat == end).mean() > _OFTEN]
    if behaviour.machine is not None and behaviour.machine.states <= 64:
        values.append(behaviour.machine.states)
    return tuple(dict.fromkeys(v for v in values if abs(v) <= 1000))
