"""How a log compares with a program."""

from typing import NamedTuple


class Difference(NamedTuple):
    """The first answer that is not the program's, as one sentence tells it."""

    where: str
    expected: str
    found: str


class Outcome(NamedTuple):
    """How a log compares with a program: rows, those that differ, sequences, those that have one."""

    rows: int
    differ: int
    sequences: int
    wrong: int
    first: Difference | None


def told_lines(outcome: Outcome) -> list[str]:
    """How many rows differ, and the first of them."""
    lines = [
        f"{outcome.differ:,} of {outcome.rows:,} steps differ, in {outcome.wrong:,} of {outcome.sequences:,} "
        "sequences."
    ]
    if outcome.first is not None:
        first = outcome.first
        lines.append(f"The first, {first.where}: the log has {first.expected}, the program {first.found}.")
    return lines
