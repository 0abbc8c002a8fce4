"""The search: strategies by price, until one has found exact programs."""

from collections.abc import Callable

from netlift.formulas._behaviour import Behaviour, Candidate, Work
from netlift.formulas._lags import search_feedback, search_window
from netlift.formulas._problem import Problem, pose
from netlift.formulas._state import search_divisions, search_numberings, search_updates
from netlift.formulas._table import search_table

_WORK = 4_000_000_000  # row evaluations; about a minute

_STRATEGIES: tuple[tuple[str, Callable[[Problem], None]], ...] = (
    ("window", search_window),
    ("feedback", search_feedback),
    ("division", search_divisions),
    ("numbering", search_numberings),
    ("state", search_updates),
    ("table", search_table),
)


def search(
    behaviour: Behaviour,
    *,
    seed: int,
    budget: int = _WORK,
    progress: Callable[[str], None] | None = None,
) -> list[Candidate]:
    """Recurrences that are exact on a behaviour, most readable first; empty if none was found.

    Exact means: on every given word, and, where a machine is given, on the whole product of machine
    and recurrence (or 20,000 pairs of it; see `Candidate.closed`). `budget` counts row evaluations,
    about 60 million a second; the same seed and budget give the same answer. `progress` is told the
    strategy that starts.
    """
    work = Work(budget)
    problem = pose(behaviour, seed, work)
    for name, strategy in _STRATEGIES:
        if work.left <= 0 and name != "table":
            continue
        if progress is not None:
            progress(name)
        strategy(problem)
        if problem.found:
            break
    return sorted(problem.found, key=lambda c: (c.cost, str(c.recurrence)))
