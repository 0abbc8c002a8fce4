"""When answers are right: wherever there is a target."""

from collections.abc import Sequence
from typing import Any


def agree(found: Any, expected: Sequence[Any]) -> bool:
    """Whether the answers are right at every step that has a target (None: it has none).

    `found` is a sentence, or anything else that is no list, where a program failed instead of answering.
    """
    if not isinstance(found, list) or len(found) != len(expected):
        return False
    return found == expected or first_wrong(found, expected) is None


def first_wrong(found: Sequence[Any], expected: Sequence[Any]) -> int | None:
    """The first step at which an answer is not the target that is there, or None."""
    pairs = enumerate(zip(found, expected, strict=True))
    return next((step for step, (answer, right) in pairs if right is not None and answer != right), None)
