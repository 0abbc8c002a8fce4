"""The finite machine as a graph in the DOT language of Graphviz."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netlift.core._errors import InputError

if TYPE_CHECKING:
    from netlift.report._result import Result

MOST_ARROWS = 10_000  # beyond which nobody can look at a graph, and Graphviz takes minutes

Names = tuple[tuple[str, ...] | None, ...]


@dataclass(frozen=True)
class DotExporter:
    """States as nodes, and an arrow for all symbols that lead from one to another with one answer."""

    name: str = "dot"
    cost: float = 1.0

    def export(self, result: "Result") -> bytes:
        """DOT text in UTF-8, with every transition of the machine.

        Raises InputError where there is no finite machine, the program is known to be another one, or there
        are too many transitions to be looked at.
        """
        machine = result.machine
        if machine is None:
            why = "its states are without end" if result.program is not None else result.reason
            raise InputError(f"the result cannot be written as dot: it has no finite machine ({why})")
        known = [claim for claim in result.claims if claim.claim == "machine = program"]
        if any(claim.tier == "refuted" for claim in known):
            raise InputError(
                f"the result cannot be written as dot: its machine is not its program ({known[0].words})"
            )
        if machine.transitions.size > MOST_ARROWS:
            raise InputError(
                f"the result cannot be written as dot: its machine has {machine.transitions.size:,} "
                f"transitions, and at most {MOST_ARROWS:,} can be looked at"
            )
        inputs, outputs = result.symbols or ((None,) * machine.alphabet.shape[1], ())
        outputs = outputs or (None,) * machine.outputs.shape[2]
        said = [f"// {' '.join(claim.sentence().split())}" for claim in known]
        lines = [*said, "digraph machine {", "  rankdir=LR;", '  start [shape=point, label=""];']
        lines += [f"  s{state} [shape=circle, label={state}];" for state in range(machine.states)]
        lines.append("  start -> s0;")
        for state in range(machine.states):
            arrows: dict[tuple[int, str], list[str]] = {}
            for place, symbol in enumerate(machine.alphabet.tolist()):
                answer = _spelt(machine.outputs[state, place].tolist(), outputs)
                arrow = (int(machine.transitions[state, place]), answer)
                arrows.setdefault(arrow, []).append(_spelt(symbol, inputs))
            lines += [
                f"  s{state} -> s{to} [label={_quoted(', '.join(symbols) + ' / ' + answer)}];"
                for (to, answer), symbols in arrows.items()
            ]
        return ("\n".join([*lines, "}"]) + "\n").encode()


def _spelt(step: Sequence[int], names: Names) -> str:
    """One step of one or several streams, strings as they stood in the data."""
    values = [
        str(value) if symbols is None else symbols[value] for value, symbols in zip(step, names, strict=True)
    ]
    return values[0] if len(values) == 1 else f"({', '.join(values)})"


def _quoted(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{text}"'
