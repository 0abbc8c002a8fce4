"""Names for the variables of linear programs: totals, and levels with their slopes."""

from netlift.formulas._expr import Expr, variables
from netlift.formulas._recurrence import Emit, Recurrence
from netlift.formulas._statements import assignments, renamed
from netlift.formulas.writing._names import rename


def named(recurrence: Recurrence) -> Recurrence:
    """The recurrence with names that tell what a variable is.

    A variable that adds up another one, which has an update of its own, is a level, the other one its slope,
    the words of structural time series (Harvey 1989): true of any double sum, be it of forces or of money.
    Everything else is named as other formulas are.
    """
    updates = dict(assignments(recurrence))
    state = [name for name, _ in recurrence.initial]
    shown = [e for s in recurrence.body if isinstance(s, Emit) for e in s.values]
    levels = [name for name in state if _adds_up(name, updates[name], state)]
    slope = {name: _other(name, updates[name]) for name in levels}
    outward = [name for name in levels if name not in slope.values()]
    ranked = sorted(
        outward, key=lambda n: min((i for i, e in enumerate(shown) if n in variables(e)), default=99)
    )
    if not outward or len(set(slope.values())) < len(slope):
        return rename(recurrence)
    names: dict[str, str] = {}
    for number, name in enumerate(ranked, start=1):
        suffix = str(number) if len(ranked) > 1 else ""
        for word in ("level", "slope", "curvature"):
            names[name] = word + suffix
            if name not in slope:
                break
            name = slope[name]
    if len(set(names.values())) < len(names) or set(names) != set(state):
        return rename(recurrence)
    return renamed(recurrence, names)


def _adds_up(name: str, update: Expr, state: list[str]) -> bool:
    return (
        update.op == "+"
        and update.args[0].value == name
        and update.args[1].op == "var"
        and update.args[1].value in state
    )


def _other(name: str, update: Expr) -> str:
    return str(update.args[1].value)
