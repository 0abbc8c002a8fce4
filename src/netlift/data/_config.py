"""What a run was given, as config.toml in its folder: to repeat it, and to read other files as its own."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any

from netlift.core._errors import InputError, listed, shown
from netlift.core._paths import is_file
from netlift.core._version import __version__
from netlift.data._door import Data
from netlift.data._options import said_of
from netlift.data._said import Said

CONFIG = "config.toml"
_SECTIONS = frozenset(["netlift", "distill", "columns", "units", "text"])
_MOST = 1 << 20  # bytes of a file of settings


def read_config(file: Path) -> dict[str, Any]:
    """The settings of a file. Raises InputError, one sentence, where it is none of netlift's."""
    try:
        if file.stat().st_size > _MOST:
            raise InputError(
                f"{file}: has more than {_MOST:,} bytes; expected settings as netlift writes them"
            )
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{file}: is no TOML ({error})") from error
    for section, content in found.items():
        if section not in _SECTIONS:
            raise InputError(f"{file}: has {shown(section)}; expected {listed(sorted(_SECTIONS))}")
        if section != "netlift" and not isinstance(content, dict):
            raise InputError(f"{file}: {section} is {shown(content)}; expected a table")
    return found


def options_in(file: str, names: Sequence[str]) -> dict[str, Any]:
    """The options of `netlift distill` that a file of settings gives, of those called `names`.

    Raises InputError, with a near name, where it has others.
    """
    given: dict[str, Any] = read_config(Path(file)).get("distill", {})
    for name, setting in given.items():
        if name not in names:
            near = get_close_matches(name[:100], names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"expected {listed(sorted(names))}"
            raise InputError(f"--config {file}: [distill] has {shown(name)}; {hint}")
        if isinstance(setting, dict):
            raise InputError(f"--config {file}: {name} is a table; expected a value")
    return given


def said_of_result(directory: Path) -> Said:
    """What the columns of a result's data were taken for."""
    settings = directory / CONFIG
    if not is_file(settings):
        return Said()
    found = read_config(settings)
    columns, text = dict(found.get("columns", {})), found.get("text", {}).get("names", [])
    approximate = columns.pop("approximate", False)
    lists = {side: columns.pop(side, []) for side in ("inputs", "outputs")}
    single = {"sequence", "order", "lifecycle", "reset", "time_format", "step"}
    strings = [*columns.values(), *found.get("units", {}).values()]
    strings += [
        one for names in (*lists.values(), text) for one in (names if isinstance(names, list) else [None])
    ]
    whole = isinstance(approximate, bool) and set(columns) <= single
    if not whole or not all(isinstance(one, str) for one in strings):
        raise InputError(f"{settings}: [columns], [units] or [text] is not as netlift writes it")
    units = {name: _unit(settings, name, unit) for name, unit in found.get("units", {}).items()}
    return replace(
        said_of(**columns),
        inputs=tuple(lists["inputs"]),
        outputs=tuple(lists["outputs"]),
        text=tuple(text),
        units=units,
        approximate=approximate,
    )


def _unit(settings: Path, name: str, text: str) -> Fraction:
    try:
        unit = Fraction(text)
    except (ValueError, ZeroDivisionError):
        unit = Fraction(0)
    if unit <= 0:
        raise InputError(
            f"{settings}: the unit of {shown(name)} is {shown(text)}; expected a positive number"
        )
    return unit


def config_text(options: Mapping[str, Any], data: Data | None) -> str:
    """The content of config.toml: the options, and how each column was read."""
    lines = [
        "# What netlift distill was given; `netlift distill --config FILE` repeats the run.",
        f"netlift = {_toml(__version__)}",
        "",
        "[distill]",
        *(f"{_key(name)} = {_toml(value)}" for name, value in options.items()),
    ]
    if data is not None and (data.inputs or data.outputs):
        said = data.said
        columns: dict[str, Any] = {
            "sequence": said.sequence,
            "order": said.order,
            "inputs": [one.name for one in data.inputs],
            "outputs": [one.name for one in data.outputs],
            "lifecycle": said.lifecycle,
            "reset": said.reset,
            "time_format": said.time_format,
            "step": None if said.step is None else str(said.step),
            "approximate": said.approximate or None,
        }
        lines += [
            "",
            "# What the columns were taken for, so that `netlift run` reads other files alike.",
            "[columns]",
        ]
        lines += [f"{name} = {_toml(value)}" for name, value in columns.items() if value is not None]
        both = (*data.inputs, *data.outputs)
        lines += ["", "# What a whole number of the program counts, of each column of numbers.", "[units]"]
        lines += [f"{_key(one.name)} = {_toml(str(one.unit))}" for one in both if one.kind == "number"]
        lines += ["", "[text]", f"names = {_toml([one.name for one in both if one.kind == 'text'])}"]
    return "\n".join([*lines, ""])


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalnum() else _toml(name)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
