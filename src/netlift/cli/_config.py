"""The options --config and --resume, and what a command was given, as config.toml keeps it."""

from collections.abc import Callable
from typing import Any

import click
from click.core import ParameterSource

_NOT_KEPT = frozenset(["config", "directory", "quiet", "as_json", "resume", "scheduler", "verbose"])


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
    from netlift.data._config import options_in

    names = [one.name for one in context.command.params if one.name and one.name not in _NOT_KEPT]
    context.default_map = {**(context.default_map or {}), **options_in(value, names)}
    return value


def resume_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option --resume DIR: whatever is not given on the command line comes from the run stopped there."""
    return click.option(
        "--resume", metavar="DIR", is_eager=True, callback=_resumed, help="Go on with a run that was stopped."
    )(command)


def _resumed(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        from netlift.report._run_folder import options_of

        options = options_of(value, context.info_name or "")
        context.default_map = {**(context.default_map or {}), **options, "directory": value}
    return value


def given_options(context: click.Context) -> dict[str, Any]:
    """What a command was given, by flags or a file of settings, without what is about the folder alone."""
    told = {ParameterSource.COMMANDLINE, ParameterSource.DEFAULT_MAP}
    names = [one.name for one in context.command.params if one.name is not None]
    return {
        name: value
        for name, value in ((name, context.params.get(name)) for name in names)
        if name not in _NOT_KEPT and context.get_parameter_source(name) in told and value not in (None, ())
    }
