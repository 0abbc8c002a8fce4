"""The solver z3, where it is installed."""

from importlib import import_module
from typing import Any

MISSING = "the solver z3 is not installed (pip install 'netlift[proofs]')"


def solver_module() -> Any | None:
    """The module `z3`, or None."""
    try:
        return import_module("z3")
    except ImportError:
        return None
