"""The program as it was printed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netlift.core._errors import InputError

if TYPE_CHECKING:
    from netlift.report._result import Result


@dataclass(frozen=True)
class PythonExporter:
    """The program's source, docstring and script lines included."""

    name: str = "python"
    cost: float = 1.0

    def export(self, result: "Result") -> bytes:
        """The bytes of program.py."""
        if result.program is None:
            raise InputError(f"the result has no program to write as python: {result.reason}")
        return result.program.source.encode()
