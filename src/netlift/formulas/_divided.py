"""A weighted sum of inputs, delayed inputs and own values before, divided: `y = (9 * y + x5) // 10`.

The weights are those of least squares, made whole for each divisor. Whether a sum rounds down to the outputs
is then told exactly, for all of its constants at once.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._draft import Draft, Variable
from netlift.formulas._expr import Expr, const, var
from netlift.formulas._lags import start_values
from netlift.formulas._law import weighted_sum
from netlift.formulas._problem import Problem

Ints = NDArray[np.int64]

_KINDS = 8  # different outputs; of fewer a rest of a division says little
_DELAYS, _OWN = 10, 2  # steps back
_MOST_STREAMS = 6
_MOST_TERMS = 5
_LARGEST_DIVISOR = 128
_ROWS = 20_000  # from which weights are fitted
_FEWEST = 200
_NEAR = 0.25  # of a whole number, within which a weight is rounded to it
_LARGEST = 1 << 40


def search_divided(problem: Problem) -> None:
    """`y = (a * y1 + b * x + c * x3 + k) // d`, with as few terms as there can be."""
    tree, y = problem.tree, problem.target
    if (
        len(problem.names) > _MOST_STREAMS
        or any(problem.behaviour.named_inputs)
        or len(np.unique(y)) <= _KINDS
    ):
        return
    far = min(_DELAYS, int(tree.step.max()) // 2)
    names, columns = _columns(problem, far)
    whole = tree.step >= far
    if int(whole.sum()) < _FEWEST:
        return
    table, target = np.stack([column[whole] for column in columns], axis=1), y[whole]
    if max(np.abs(table).max(), np.abs(target).max()) > _LARGEST:
        return
    for chosen in _selections(table, target):
        problem.work.spend(_LARGEST_DIVISOR * len(target))
        for divisor, factors, constant in _sums(table[:, chosen], target):
            terms = [(f, names[place]) for f, place in zip(factors, chosen, strict=True) if f]
            if _offered(problem, terms, divisor, constant):
                return


def _columns(problem: Problem, far: int) -> tuple[list[tuple[str, int]], list[Ints]]:
    """Streams with how many steps back, and their values at the nodes; the outputs are called y."""
    tree = problem.tree
    names, columns = list[tuple[str, int]](), list[Ints]()
    for name, column in zip(problem.names, problem.columns(), strict=True):
        for lag in range(far + 1):
            names.append((name, lag))
            columns.append(column)
            column = tree.lag(column, 0)
    last = problem.target
    for lag in range(1, _OWN + 1):
        last = tree.lag(last, 0)
        names.append(("y", lag))
        columns.append(last)
    return names, columns


def _selections(table: Ints, target: Ints) -> Iterator[list[int]]:
    """Places of the columns that explain most, one more each time (orthogonal matching pursuit)."""
    rows = np.linspace(0, len(target) - 1, min(len(target), _ROWS)).astype(np.int64)
    left = target[rows] - target[rows].mean()
    centred = table[rows] - table[rows].mean(axis=0)
    size = np.sqrt((centred**2).sum(axis=0))
    basis = centred / np.where(size > 0, size, 1.0)
    chosen: list[int] = []
    for _ in range(min(_MOST_TERMS, table.shape[1])):
        gains = np.abs(basis.T @ left)
        gains[size == 0] = 0.0
        gains[chosen] = 0.0
        chosen.append(int(gains.argmax()))
        picked = centred[:, chosen]
        weights = np.linalg.lstsq(picked, target[rows] - target[rows].mean(), rcond=None)[0]
        left = target[rows] - target[rows].mean() - picked @ weights
        yield sorted(chosen)
        if float(np.abs(left).max()) < 1e-9:
            return


def _sums(table: Ints, target: Ints) -> Iterator[tuple[int, list[int], int]]:
    """Divisor, whole factors and constant of sums that round down to the target, the least divisor first."""
    rows = np.linspace(0, len(target) - 1, min(len(target), _ROWS)).astype(np.int64)
    picked = np.column_stack([table[rows], np.ones(len(rows))])
    weights = np.linalg.lstsq(picked, target[rows].astype(np.float64), rcond=None)[0][:-1]
    for divisor in range(2, _LARGEST_DIVISOR + 1):
        factors = np.rint(weights * divisor)
        common = int(np.gcd.reduce([divisor, *factors.astype(np.int64).tolist()]))
        if common > 1 or np.abs(weights * divisor - factors).max() > _NEAR:
            continue
        rest = table @ factors.astype(np.int64) - divisor * target
        least, most = -int(rest.min()), divisor - 1 - int(rest.max())  # of the constant
        if least <= most:
            constant = next(one for one in (0, divisor // 2, least) if least <= one <= most)
            yield divisor, factors.astype(np.int64).tolist(), constant


def _offered(problem: Problem, terms: list[tuple[int, tuple[str, int]]], divisor: int, constant: int) -> bool:
    """Offer the recurrence, with values before the first step that make the first ones right."""
    parts = [(factor, var(f"{name}{lag}" if lag else name)) for factor, (name, lag) in terms]
    total = weighted_sum([*parts, *([(constant, const(1))] if constant else [])])
    value = Expr("//", (total, const(divisor)))
    lags = {name: max(lag for _, (other, lag) in terms if other == name) for _, (name, _) in terms}
    for fill, start in _starts(problem, lags, _first_values(problem, terms, divisor, constant)):
        state = [
            Variable(f"{name}{lag}", fill, var(f"{name}{lag - 1}" if lag > 1 else name))
            for name, most in lags.items()
            if name != "y"
            for lag in range(1, most + 1)
        ]
        state += [
            Variable(f"y{lag}", start, value if lag == 1 else var(f"y{lag - 1}"))
            for lag in range(1, lags.get("y", 0) + 1)
        ]
        output = var("y1'") if "y" in lags else value
        if problem.offer(Draft(problem.names, tuple(state), (output,)), "divided sum"):
            return True
    return False


def _first_values(
    problem: Problem, terms: list[tuple[int, tuple[str, int]]], divisor: int, constant: int
) -> list[int]:
    """Outputs before the first step from which the first ones follow, where inputs before it were 0."""
    tree, roots = problem.tree, problem.tree.step == 0
    own = dict.fromkeys(lag for _, (name, lag) in terms if name == "y")
    factor = next((f for f, (name, _) in terms if name == "y"), 0)
    if list(own) != [1] or factor <= 0:
        return []
    rest = np.full(int(roots.sum()), constant, dtype=np.int64)
    for other, (name, lag) in terms:
        if name != "y" and not lag:
            rest += other * tree.inputs[roots, problem.names.index(name)]
    lowest = divisor * problem.target[roots] - rest
    low, high = int((-(-lowest // factor)).max()), int(((lowest + divisor - 1) // factor).min())
    return [low, high] if low <= high else []


def _starts(problem: Problem, lags: dict[str, int], first: list[int]) -> Iterator[tuple[int, int]]:
    """Values before the first step: of inputs, and of outputs."""
    inputs = [0] if all(lag == 0 for name, lag in lags.items() if name != "y") else start_values(problem)
    outputs = list(dict.fromkeys([0, *first, *start_values(problem)])) if "y" in lags else [0]
    yield from ((0, start) for start in outputs)
    yield from ((fill, start) for fill in inputs if fill for start in outputs)
