"""All that is known of a result, as JSON."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netlift.report._result import Result


@dataclass(frozen=True)
class JsonExporter:
    """The content of result.json, with the program's source and the machine's tables."""

    name: str = "json"
    cost: float = 1.0

    def export(self, result: "Result") -> bytes:
        """JSON in UTF-8; "source" is None without a program, "machine" without a finite machine."""
        machine: dict[str, Any] | None = None
        if result.machine is not None:
            machine = {
                "alphabet": result.machine.alphabet.tolist(),
                "transitions": result.machine.transitions.tolist(),
                "outputs": result.machine.outputs.tolist(),
            }
        source = None if result.program is None else result.program.source
        facts = {**result.facts(), "source": source, "machine": machine}
        return (json.dumps(facts, indent=2) + "\n").encode()
