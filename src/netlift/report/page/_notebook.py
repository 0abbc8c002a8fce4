"""A result as a cell of a notebook shows it: program, machine and claims, and nothing that runs."""

from base64 import b64encode
from typing import TYPE_CHECKING

from netlift.core._errors import InputError
from netlift.report._machine_text import machine_lines
from netlift.report._show import checked_line
from netlift.report.page._highlight import told_lines
from netlift.report.page._template import rendered

if TYPE_CHECKING:
    from netlift.report._result import Result


def notebook_cell(result: "Result") -> str:
    """What a notebook shows where a result is the value of a cell.

    Args:
        result: what `distill` or `lift` gave.

    Returns:
        HTML without scripts, whose styles reach nothing else in the notebook: the machine is an image of its
        own. A machine that is too large to be drawn is told in lines.

    Cost:
        Some hundredths of a second; the network is not run.
    """
    facts = result.facts()
    return rendered(
        "notebook.html",
        {
            "solved": result.solved,
            "reason": result.reason.rstrip("."),
            "findings": result.findings,
            "program": None if result.program is None else told_lines(result.program.source),
            "picture": _picture(result),
            "machine": machine_lines(result),
            "checked": checked_line(facts),
            "claims": facts["certificate"],
        },
    )


def _picture(result: "Result") -> str | None:
    """The machine as an image, where it can be drawn."""
    from netlift.report.exports import export

    if result.machine is None:
        return None
    try:
        return "data:image/svg+xml;base64," + b64encode(export(result, "svg")).decode()
    except InputError:
        return None
