"""An output that some inputs set, some clear and some flip, and that the others leave as it is."""

from itertools import product

import numpy as np

from netlift.formulas._draft import Draft, Variable
from netlift.formulas._expr import Expr, const, var
from netlift.formulas._problem import Problem

_MOST_SYMBOLS = 200  # joint symbols of the inputs; longer lists are no rule
Keys = tuple[tuple[int, ...], ...]


def search_effects(problem: Problem) -> None:
    """`y = x in SETS or (y and x not in CLEARS)`, or `1 - y` where x flips it.

    What a symbol does is looked up, not computed, so that each is named; of what was not seen, the least is
    taken to happen.
    """
    tree, y = problem.tree, problem.target
    if not np.isin(y, (0, 1)).all():
        return
    symbols, numbers = np.unique(tree.inputs, axis=0, return_inverse=True)
    if len(symbols) > _MOST_SYMBOLS:
        return
    numbers = numbers.reshape(-1)
    for start in (0, 1):
        last = tree.lag(y, start)
        after = [
            [np.unique(y[(numbers == k) & (last == old)]) for old in (0, 1)] for k in range(len(symbols))
        ]
        if any(len(seen) > 1 for pair in after for seen in pair):
            continue
        kinds = [kind_of(*(int(seen[0]) if len(seen) else None for seen in pair)) for pair in after]
        listed = {
            kind: tuple(tuple(map(int, symbols[k])) for k, one in enumerate(kinds) if one == kind)
            for kind in ("set", "clear", "flip", "keep")
        }
        update = update_of(problem.names, listed)
        state = (Variable("y1", start, update),) if listed["keep"] or listed["flip"] else ()
        output = var("y1'") if state else update
        if problem.offer(Draft(problem.names, state, (output,)), "effects"):
            return


def kind_of(from_clear: int | None, from_set: int | None) -> str:
    """What a symbol does, by what follows 0 and 1, as far as they were seen."""
    for kind, pair in (("keep", (0, 1)), ("set", (1, 1)), ("clear", (0, 0)), ("flip", (1, 0))):
        if from_clear in (None, pair[0]) and from_set in (None, pair[1]):
            return kind
    raise AssertionError("a symbol that does none of what there is")


def update_of(names: tuple[str, ...], listed: dict[str, Keys], state: str = "y1") -> Expr:
    """What comes after an old value, by the symbols of each kind."""
    old = var(state)
    sets, clears, flips = (_among(names, listed[kind]) for kind in ("set", "clear", "flip"))
    if not listed["keep"] and not listed["flip"]:
        return sets if listed["set"] and listed["clear"] else const(int(bool(listed["set"])))
    value = old
    if listed["flip"]:
        value = Expr("if", (flips, Expr("-", (const(1), old)), value)) if listed["keep"] else _flipped(old)
    if listed["clear"]:
        value = Expr("and", (value, Expr("not", (clears,))))
    if listed["set"]:
        value = Expr("or", (sets, value))
    return value


def _flipped(old: Expr) -> Expr:
    return Expr("-", (const(1), old))


def _among(names: tuple[str, ...], keys: Keys) -> Expr:
    """Whether the inputs are among these; false where there are none."""
    if not keys:
        return const(0)
    streams = tuple(map(var, names))
    if len(names) == 1 and len(keys) == 1:
        return Expr("==", (streams[0], const(keys[0][0])))
    values = [sorted({key[place] for key in keys}) for place in range(len(names))]
    if len(names) > 1 and len(list(product(*values))) == len(keys) and any(len(v) == 1 for v in values):
        parts = [_among((name,), tuple((v,) for v in some)) for name, some in zip(names, values, strict=True)]
        whole = parts[0]
        for part in parts[1:]:
            whole = Expr("and", (whole, part))
        return whole
    members = tuple(sorted(key if len(key) > 1 else key[0] for key in keys))
    return Expr("in", streams, members)
