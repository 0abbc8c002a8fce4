"""netlift: lift trained networks into code.

`netlift.distill(inputs, targets)` trains a recurrent network on sequences, opens it, and gives back
the algorithm inside as a short, exact, readable Python program with the evidence for it.
"""

from netlift.core._version import __version__ as __version__

TYPE_CHECKING = False  # known to type checkers; importing it would delay the first Ctrl-C that counts
if TYPE_CHECKING:
    from typing import Any

    from netlift.certify import Claim as Claim
    from netlift.certify import Proof as Proof
    from netlift.certify._specification import prove as prove
    from netlift.contracts import check_change as check_change
    from netlift.contracts import check_exporter as check_exporter
    from netlift.contracts import check_model as check_model
    from netlift.contracts import check_prover as check_prover
    from netlift.contracts import check_reader as check_reader
    from netlift.contracts import check_strategy as check_strategy
    from netlift.contracts import check_trainer as check_trainer
    from netlift.core._errors import InputError as InputError
    from netlift.data._alphabet import Alphabet as Alphabet
    from netlift.engine._distill import distill as distill
    from netlift.engine._lift import lift as lift
    from netlift.harden._copy import Copy as Copy
    from netlift.mechanism._layers import layers as layers
    from netlift.mechanism._measure import Faithfulness as Faithfulness
    from netlift.mechanism._measure import Interventions as Interventions
    from netlift.mechanism._measure import faithfulness as faithfulness
    from netlift.networks import from_causal as from_causal
    from netlift.networks import from_function as from_function
    from netlift.networks import from_torch as from_torch
    from netlift.networks import from_transformers as from_transformers
    from netlift.networks import load_checkpoint as load_checkpoint
    from netlift.program import Program as Program
    from netlift.report._result import Check as Check
    from netlift.report._result import Result as Result
    from netlift.report.exports import export as export

__all__ = [
    "Alphabet",
    "Check",
    "Claim",
    "Copy",
    "Faithfulness",
    "InputError",
    "Interventions",
    "Program",
    "Proof",
    "Result",
    "__version__",
    "check_change",
    "check_exporter",
    "check_model",
    "check_prover",
    "check_reader",
    "check_strategy",
    "check_trainer",
    "distill",
    "export",
    "faithfulness",
    "from_causal",
    "from_function",
    "from_torch",
    "from_transformers",
    "layers",
    "lift",
    "load_checkpoint",
    "prove",
]

_HOME = {
    "Alphabet": "netlift.data._alphabet",
    "Check": "netlift.report._result",
    "Claim": "netlift.certify",
    "Copy": "netlift.harden._copy",
    "Faithfulness": "netlift.mechanism._measure",
    "InputError": "netlift.core._errors",
    "Interventions": "netlift.mechanism._measure",
    "Program": "netlift.program",
    "Proof": "netlift.certify",
    "Result": "netlift.report._result",
    "check_change": "netlift.contracts",
    "check_exporter": "netlift.contracts",
    "check_model": "netlift.contracts",
    "check_prover": "netlift.contracts",
    "check_reader": "netlift.contracts",
    "check_strategy": "netlift.contracts",
    "check_trainer": "netlift.contracts",
    "distill": "netlift.engine._distill",
    "export": "netlift.report.exports",
    "faithfulness": "netlift.mechanism._measure",
    "from_causal": "netlift.networks",
    "from_function": "netlift.networks",
    "from_torch": "netlift.networks",
    "from_transformers": "netlift.networks",
    "layers": "netlift.mechanism._layers",
    "lift": "netlift.engine._lift",
    "load_checkpoint": "netlift.networks",
    "prove": "netlift.certify._specification",
}


def __getattr__(name: str) -> "Any":
    """Public names on first use (PEP 562): the command line's help need not load numba."""
    from importlib import import_module

    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
