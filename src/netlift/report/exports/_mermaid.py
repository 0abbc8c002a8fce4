"""The finite machine as a state diagram of Mermaid, which Markdown pages show."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netlift.report._machine_text import arrows_of, names_of
from netlift.report.exports._machines import finite_machine, known_of

if TYPE_CHECKING:
    from netlift.report._result import Result

MOST_ARROWS = 2_000  # Mermaid's own bound on the text of a diagram is 50,000 characters
_PLAIN = frozenset(" ,./()-_")


@dataclass(frozen=True)
class MermaidExporter:
    """The finite machine as a state diagram of Mermaid."""

    name: str = "mermaid"
    cost: float = 1.0

    def export(self, result: "Result") -> bytes:
        """Mermaid text in ASCII, with every transition of the machine; other characters by their number.

        Raises InputError where there is no finite machine, the program is known to be another one, or there
        are too many transitions to be looked at.
        """
        machine = finite_machine(result, self.name, MOST_ARROWS)
        lines = [*(f"%% {line}" for line in known_of(result)), "stateDiagram-v2", "    direction LR"]
        lines.append("    [*] --> s0")
        lines += [
            f"    s{state} --> s{to} : {_text(', '.join(symbols) + ' / ' + answer)}"
            for state, to, answer, symbols in arrows_of(machine, names_of(result, machine))
        ]
        return ("\n".join(lines) + "\n").encode()


def _text(text: str) -> str:
    """A label in which only Mermaid's entity codes could mean something."""
    return "".join(
        one if (one.isascii() and one.isalnum()) or one in _PLAIN else f"#{ord(one)};" for one in text
    )
