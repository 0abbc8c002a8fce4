"""The finite machine as a graph in the DOT language of Graphviz."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netlift.report._machine_text import arrows_of, names_of
from netlift.report.exports._machines import finite_machine, known_of

if TYPE_CHECKING:
    from netlift.report._result import Result

MOST_ARROWS = 10_000  # beyond which nobody can look at a graph, and Graphviz takes minutes


@dataclass(frozen=True)
class DotExporter:
    """The finite machine as a graph for Graphviz.

    States are nodes, with an arrow for all symbols that lead from one to another with one answer.
    """

    name: str = "dot"
    cost: float = 1.0

    def export(self, result: "Result") -> bytes:
        """DOT text in UTF-8, with every transition of the machine.

        Raises InputError where there is no finite machine, the program is known to be another one, or there
        are too many transitions to be looked at.
        """
        machine = finite_machine(result, self.name, MOST_ARROWS)
        said = [f"// {line}" for line in known_of(result)]
        lines = [*said, "digraph machine {", "  rankdir=LR;", '  start [shape=point, label=""];']
        lines += [f"  s{state} [shape=circle, label={state}];" for state in range(machine.states)]
        lines.append("  start -> s0;")
        lines += [
            f"  s{state} -> s{to} [label={_quoted(', '.join(symbols) + ' / ' + answer)}];"
            for state, to, answer, symbols in arrows_of(machine, names_of(result, machine))
        ]
        return ("\n".join([*lines, "}"]) + "\n").encode()


def _quoted(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{text}"'
