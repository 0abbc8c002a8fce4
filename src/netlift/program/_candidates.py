"""The candidates of a formula search as programs: those that can be printed."""

from collections.abc import Callable, Iterator, Sequence

from netlift.formulas import Behaviour, Candidate, whole_table
from netlift.program._judge import plain_program
from netlift.program._print import print_program
from netlift.program._program import Program

MOST_CANDIDATES = 10  # programs of one search that are tried on the data

Symbols = tuple[tuple[tuple[str, ...] | None, ...], tuple[tuple[str, ...] | None, ...]]


def printed(
    candidates: Sequence[Candidate],
    behaviour: Behaviour,
    symbols: Symbols,
    unprinted: Callable[[Candidate, Exception], None],
) -> Iterator[tuple[Candidate, Program]]:
    """The first candidates that can be printed, as programs over numbers; else the machine's table.

    Each is printed with its `symbols` (of inputs and of outputs) as well, as it will be in the end: what
    cannot be written down shows here, where another form can take its place. `unprinted` is told of those.
    """
    count = 0
    for candidate in candidates:
        program = _program(candidate, symbols, unprinted)
        if program is not None:
            count += 1
            yield candidate, program
        if count == MOST_CANDIDATES:
            return
    for table in whole_table(behaviour) if candidates and not count else ():
        program = _program(table, symbols, unprinted)
        if program is not None:
            yield table, program


def _program(
    candidate: Candidate, symbols: Symbols, unprinted: Callable[[Candidate, Exception], None]
) -> Program | None:
    try:
        print_program(candidate.recurrence, (), *symbols)
        return plain_program(candidate)
    except Exception as error:
        unprinted(candidate, error)
        return None
