"""A finite machine as lines of text, for a screen and for documents."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netlift.report._result import Result
    from netlift.states import Machine

MOST_LINES = 60  # on a screen; more than that nobody reads there
LISTED = 12  # symbols that are told one by one where several lead to the same

Names = tuple[tuple[str, ...] | None, ...]


def spelled(step: Sequence[int], names: Names) -> str:
    """One step of one or several streams, strings as they stood in the data."""
    values = [str(value) if known is None else known[value] for value, known in zip(step, names, strict=True)]
    return values[0] if len(values) == 1 else f"({', '.join(values)})"


def names_of(result: "Result", machine: "Machine") -> tuple[Names, Names]:
    """For each input stream and each output stream the strings that its numbers stand for; None: numbers."""
    inputs, outputs = result.symbols or ((), ())
    return (
        inputs or (None,) * machine.alphabet.shape[1],
        outputs or (None,) * machine.outputs.shape[2],
    )


def arrows_of(machine: "Machine", names: tuple[Names, Names]) -> Iterator[tuple[int, int, str, list[str]]]:
    """From a state to a state with one answer: the symbols that do that, in the order of the alphabet."""
    inputs, outputs = names
    for state in range(machine.states):
        found: dict[tuple[int, str], list[str]] = {}
        for place, symbol in enumerate(machine.alphabet.tolist()):
            answer = spelled(machine.outputs[state, place].tolist(), outputs)
            arrow = (int(machine.transitions[state, place]), answer)
            found.setdefault(arrow, []).append(spelled(symbol, inputs))
        for (to, answer), symbols in found.items():
            yield state, to, answer, symbols


def machine_lines(result: "Result", most: int = MOST_LINES) -> list[str]:
    """The machine of a result, a line for all symbols that lead from a state to another with one answer.

    Nothing where it has none. Where it has more than `most` lines, the last one says how many are left out.
    """
    machine = result.machine
    if machine is None:
        return []
    names = names_of(result, machine)
    count = f"{machine.states:,} state{'s' * (machine.states != 1)}"
    head = f"Machine: {count}, {len(machine.alphabet):,} input symbols; every sequence starts in state 0."
    lines = []
    for state, to, answer, symbols in arrows_of(machine, names):
        more = f", ... ({len(symbols):,} symbols)" if len(symbols) > LISTED else ""
        told = (
            "any input" if len(symbols) == len(machine.alphabet) > 1 else ", ".join(symbols[:LISTED]) + more
        )
        lines.append(f"  {state}: {told} / {answer} -> {to}")
    if len(lines) > most:
        left = len(lines) - most
        lines = [*lines[:most], f"  ... {left:,} more lines; `netlift export DIR --to json` has them all"]
    return [head, *lines]
