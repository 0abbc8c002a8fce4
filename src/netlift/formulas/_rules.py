"""One rule for each symbol: what an event does to the last output."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._conditions import plain_conditions
from netlift.formulas._expr import Expr, size, var
from netlift.formulas._feedback import offer_feedback
from netlift.formulas._problem import Problem

Ints = NDArray[np.int64]

_MOST_SYMBOLS = 16
_MOST_RULES = 5
_WORK = 3_000_000


def search_rules(problem: Problem) -> None:
    """`y = E0(y1) if x == g0 else E1(y1) ..`, where one stream tells the symbols apart.

    The other streams are read by the rules. Symbols that can share a rule do.
    """
    for stream in range(len(problem.names)):
        rules = _rules(problem, stream)
        if rules is not None:
            offer_feedback(problem, _written(problem, stream, rules), [], "rules")


def _rules(problem: Problem, stream: int) -> dict[int, Expr] | None:
    """The rule of each symbol of a stream; None if there are too many, or one has none."""
    tree = problem.tree
    column = tree.inputs[:, stream]
    symbols = np.unique(column).tolist()
    if not 1 < len(symbols) <= _MOST_SYMBOLS:
        return None
    last = tree.lag(problem.target, 0)
    names = [n for d, n in enumerate(problem.names) if d != stream] + ["y1"]
    columns = [tree.inputs[:, d] for d in range(len(problem.names)) if d != stream] + [last]
    choices: dict[int, list[Expr]] = {}
    for symbol in symbols:
        where = (column == symbol) & (tree.step >= 1)
        if not where.any():
            return None
        found = problem.explain(names, columns, problem.target, deepest=6, most_work=_WORK, where=where)
        if not found:
            return None
        choices[symbol] = found
    votes = Counter(e for found in choices.values() for e in dict.fromkeys(found))
    chosen = {s: min(found, key=lambda e: (-votes[e], size(e), str(e))) for s, found in choices.items()}
    return chosen if 1 < len(set(chosen.values())) <= _MOST_RULES else None


def _written(problem: Problem, stream: int, rules: dict[int, Expr]) -> Expr:
    """The nested cases; the rule of most symbols comes last, without a condition, if it says "as before"."""
    groups: dict[Expr, list[int]] = {}
    for symbol, rule in rules.items():
        groups.setdefault(rule, []).append(symbol)
    order = sorted(groups, key=lambda e: (e == var("y1"), len(groups[e]), groups[e]))
    alphabet = np.array(sorted(rules), dtype=np.int64)[:, None]
    named = problem.behaviour.named_inputs[stream : stream + 1]
    whole = order[-1]
    for rule in reversed(order[:-1]):
        chosen = np.isin(alphabet[:, 0], groups[rule])
        plain = plain_conditions([problem.names[stream]], alphabet, chosen, named)
        condition = plain[0] if plain else Expr("in", (var(problem.names[stream]),), tuple(groups[rule]))
        whole = Expr("if", (condition, rule, whole))
    return whole
