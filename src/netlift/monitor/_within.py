"""How far a result's program may be from a log: not at all, or as far as an approximate one says it errs."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from netlift.checker._json import MALFORMED, read_json
from netlift.core._errors import InputError
from netlift.core._paths import is_file
from netlift.report._folders import RESULT


def stated_errors(directory: Path) -> Mapping[str, Fraction]:
    """The largest error that the result states of each output, by name; nothing where it is exact.

    Raises InputError where result.json is none that netlift wrote.
    """
    file = directory / RESULT
    if not is_file(file):
        return {}
    try:
        facts = read_json(file.read_bytes())
        approximate = facts.get("stated_errors")
        if approximate is None:
            return {}
        return {str(name): Fraction(str(error)) for name, error in approximate["largest"].items()}
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror or error}") from error
    except (*MALFORMED, RecursionError, ZeroDivisionError) as error:
        raise InputError(f"{file}: is none that netlift wrote ({error})") from error


def near(answer: Any, right: Any, error: Fraction | None, unit: Fraction) -> bool:
    """Whether an answer is the right one, or no further from it than a stated error; both count units."""
    if error is None or not isinstance(answer, int) or not isinstance(right, int):
        return bool(answer == right)
    return abs(answer - right) * unit <= error
