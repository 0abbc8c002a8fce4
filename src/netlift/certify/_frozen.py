"""States as keys: equal keys mean states that no step can tell apart; and states as JSON."""

import json
from typing import Any

from netlift.certify._symbolic import Unsupported

Key = Any


def freeze(value: Any) -> Key:
    """A hashable key of a state, from which `thaw` makes an independent copy.

    Lists that are one and the same object stay one: a change through one name is then seen
    through the other. Truth values and the numbers 0 and 1 have one key, as Python's own
    comparisons and arithmetic do not tell them apart.
    """
    return _freeze(value, {})


def thaw(key: Key) -> Any:
    """A new state with this key."""
    return _thaw(key, {})


def to_json(key: Key) -> Any:
    """A key as JSON holds it: numbers, strings and lists as they are, the rest under its type's name."""
    if not isinstance(key, tuple):
        return int(key) if isinstance(key, bool) else key
    kind, number, items = key
    if kind == "same":
        return {"same": number}
    if kind == "dict":
        return {"dict": [[to_json(k), to_json(v)] for k, v in items]}
    listed = [to_json(item) for item in items]
    return listed if kind == "list" else {kind: listed}


def _freeze(value: Any, seen: dict[int, int]) -> Key:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, tuple):
        return ("tuple", 0, tuple(_freeze(item, seen) for item in value))
    if not isinstance(value, list | set | dict):
        raise Unsupported(f"a state of the type {type(value).__name__}")
    if id(value) in seen:
        return ("same", seen[id(value)], ())
    seen[id(value)] = number = len(seen)
    if isinstance(value, list):
        return ("list", number, tuple(_freeze(item, seen) for item in value))
    if isinstance(value, set):
        return ("set", number, tuple(sorted((_freeze(item, seen) for item in value), key=_written)))
    pairs = [(_freeze(k, seen), _freeze(v, seen)) for k, v in value.items()]
    return ("dict", number, tuple(pairs))


def _written(key: Key) -> str:
    return json.dumps(to_json(key))


def _thaw(key: Key, made: dict[int, Any]) -> Any:
    if not isinstance(key, tuple):
        return key
    kind, number, items = key
    if kind == "same":
        return made[number]
    if kind == "tuple":
        return tuple(_thaw(item, made) for item in items)
    if kind == "dict":
        made[number] = mapping = {}
        for k, v in items:
            mapping[_thaw(k, made)] = _thaw(v, made)
        return mapping
    if kind == "set":
        made[number] = held = {_thaw(item, made) for item in items}
        return held
    listed: list[Any] = []
    made[number] = listed
    listed.extend(_thaw(item, made) for item in items)
    return listed
