"""What a run was given, as config.toml in its folder: to repeat it, and to read other files as its own."""

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from netlift.core._errors import InputError, listed, shown
from netlift.core._version import __version__

if TYPE_CHECKING:
    from netlift.data._door import Data

CONFIG = "config.toml"
_NOT_KEPT = frozenset(["config", "directory", "quiet", "verbose"])
_SECTIONS = frozenset(["netlift", "distill", "columns", "units", "text"])
_MOST = 1 << 20  # bytes of a file of settings


def config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option --config FILE.toml: whatever is not given on the command line comes from there."""
    return click.option(
        "--config",
        metavar="FILE.toml",
        is_eager=True,
        expose_value=False,
        callback=_take,
        help="What was given by flags before, from the config.toml of a result; flags here come first.",
    )(command)


def _take(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    given = read_config(Path(value)).get("distill", {})
    names = {one.name for one in context.command.params if one.name not in _NOT_KEPT}
    for name, setting in given.items():
        if name not in names:
            from difflib import get_close_matches

            near = get_close_matches(name[:100], [one for one in names if one], n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"expected {listed(sorted(map(str, names)))}"
            raise InputError(f"--config {value}: [distill] has {shown(name)}; {hint}")
        if isinstance(setting, dict):
            raise InputError(f"--config {value}: {name} is a table; expected a value")
    context.default_map = {**(context.default_map or {}), **given}
    return value


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


def given_options(context: click.Context) -> dict[str, Any]:
    """What a command was given, by flags or a file of settings, without what is about the folder alone."""
    told = {ParameterSource.COMMANDLINE, ParameterSource.DEFAULT_MAP}
    names = [one.name for one in context.command.params if one.name is not None]
    return {
        name: value
        for name, value in ((name, context.params.get(name)) for name in names)
        if name not in _NOT_KEPT and context.get_parameter_source(name) in told and value not in (None, ())
    }


def config_text(options: Mapping[str, Any], data: "Data | None") -> str:
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
