"""Arguments that every entry from Python takes, checked before anything long is begun."""

import math
from numbers import Integral, Real
from typing import Any

from netlift.core._errors import InputError, shown

LARGEST_SEED = 2**63 - 1  # compiled code counts so far
_METHODS = ("stage", "update", "log")


def checked_seed(seed: Any) -> int:
    """A seed as a Python integer. Raises InputError where it is no whole number from 0."""
    if isinstance(seed, bool) or not isinstance(seed, Integral) or not 0 <= int(seed) <= LARGEST_SEED:
        raise InputError(f"seed is {shown(seed)}; expected a whole number from 0 to 2**63 - 1")
    return int(seed)


def checked_budget(budget: Any) -> float | None:
    """A budget in seconds, None for none. Raises InputError where it is no positive number."""
    if budget is None:
        return None
    number = not isinstance(budget, bool) and isinstance(budget, Real)
    if not number or not (math.isfinite(budget) and budget > 0):
        raise InputError(f"budget is {shown(budget)}; expected a positive number of seconds, or None")
    return float(budget)


def checked_count(name: str, value: Any, least: int = 1) -> int:
    """A count as a Python integer. Raises InputError, which names it, where it is no whole number or less."""
    if isinstance(value, bool) or not isinstance(value, Integral) or int(value) < least:
        raise InputError(f"{name} is {shown(value)}; expected a whole number from {least}")
    return int(value)


def checked_progress(progress: Any) -> Any:
    """A listener to progress. Raises InputError where it lacks a method."""
    missing = [name for name in _METHODS if not callable(getattr(progress, name, None))]
    if progress is not None and missing:
        raise InputError(
            f"progress is of type {type(progress).__name__}, which has no method {missing[0]}; expected "
            f"None or an object with {', '.join(_METHODS)}"
        )
    return progress
