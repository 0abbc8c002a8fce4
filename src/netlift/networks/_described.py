"""The JSON beside a network's weights: an object whose keys are known."""

import json
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from netlift.core._errors import InputError, shown


def described_in(place: Path, keys: Collection[str]) -> dict[str, Any]:
    """The object in a JSON file. Raises InputError where it is none, or has a key that is none of these."""
    try:
        described: Any = json.loads(place.read_text(encoding="utf-8"))
    except (RecursionError, ValueError, OSError) as error:
        raise InputError(f"{place}: is no JSON ({error})") from error
    if not isinstance(described, dict):
        raise InputError(f"{place}: is a JSON {type(described).__name__}; expected an object")
    for name in described:
        if name not in keys:
            near = get_close_matches(str(name)[:99], keys, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"expected {', '.join(keys)}"
            raise InputError(f"{place}: has a key {shown(name)}; {hint}")
    return described
