"""The exporters: forms in which a result can be written."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from netlift.core._errors import InputError, shown
from netlift.plugins import Exporter, Plugins
from netlift.report.exports._c import CExporter
from netlift.report.exports._dot import DotExporter
from netlift.report.exports._json import JsonExporter
from netlift.report.exports._latex import LatexExporter
from netlift.report.exports._lean import LeanExporter
from netlift.report.exports._libraries import StatemachineExporter, TransitionsExporter
from netlift.report.exports._mermaid import MermaidExporter
from netlift.report.exports._onnx import OnnxExporter
from netlift.report.exports._python import PythonExporter
from netlift.report.exports._smt import SmtExporter
from netlift.report.exports._svg import SvgExporter
from netlift.report.exports._torch import TorchExporter

if TYPE_CHECKING:
    from netlift.report._result import Result

# An exporter is listed here, and nowhere else.
EXPORTERS: tuple[Exporter, ...] = (
    PythonExporter(),
    JsonExporter(),
    DotExporter(),
    MermaidExporter(),
    SvgExporter(),
    LatexExporter(),
    CExporter(),
    SmtExporter(),
    LeanExporter(),
    TransitionsExporter(),
    StatemachineExporter(),
    OnnxExporter(),
    TorchExporter(),
)


def export(result: "Result", format: str, plugins: Sequence[Any] = ()) -> bytes:
    """Write a result in another form.

    Args:
        result: what `distill` or `lift` gave.
        format: "python" (the program), "json" (all that is known, with the machine's tables), "dot",
            "mermaid" or "svg" (the finite machine as a picture), "latex" (program, machine and claims), "c",
            "smt2" or "lean" (the program, and its equality with the machine), "transitions" or
            "python-statemachine" (the machine as source for these libraries), "onnx" or "torch" (the network
            that was read), or the name of an exporter among `plugins`.
        plugins: exporters of yours, which come before the package's own (docs/extending/exporter.md).

    Returns:
        The content of a file, the same bytes each time.

    Raises:
        InputError: there is no such format, or the result has no such form; the sentence says why.

    Example:
        >>> import itertools, netlift
        >>> inputs = list(itertools.product((0, 1), repeat=6))
        >>> result = netlift.distill(inputs, inputs)
        >>> netlift.export(result, "python") == result.program.source.encode()
        True
    """
    exporters: dict[str, Exporter] = {one.name: one for one in (*EXPORTERS, *Plugins.of(plugins).exporters)}
    if format not in exporters:
        raise InputError(f"the format is {shown(format)}; expected one of {', '.join(exporters)}")
    return exporters[format].export(result)


__all__ = ["EXPORTERS", "DotExporter", "JsonExporter", "PythonExporter", "export"]
