"""The options that say what the columns of a file hold, the same for every command."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from netlift.core._errors import InputError, shown

if TYPE_CHECKING:
    from fractions import Fraction

    from netlift.data._said import Said

_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "bar": "|"}

_OPTIONS = (
    click.option("--sequence", metavar="COLUMN", help="The column with the sequences' names."),
    click.option("--order", metavar="COLUMN", help="The column with step numbers or times."),
    click.option("--time-format", metavar="FORM", help="The form of the times, as in '%d-%m-%Y %H:%M'."),
    click.option(
        "--input", "inputs", multiple=True, metavar="COLUMN,...", help="The columns, or fields, of inputs."
    ),
    click.option("--output", "outputs", multiple=True, metavar="COLUMN,...", help="Those of outputs."),
    click.option("--lifecycle", metavar="COLUMN", help="The column that tells start from complete."),
    click.option(
        "--reset", metavar="COLUMN", help="The column that marks rows where a sequence begins anew."
    ),
    click.option("--step", metavar="NUMBER", help="What measured numbers are rounded to, as in 0.1."),
    click.option(
        "--text",
        multiple=True,
        metavar="COLUMN,...",
        help="Columns that are symbols, though they look like numbers.",
    ),
    click.option("--separator", metavar="MARK", help="What separates the columns (default: found)."),
    click.option("--encoding", metavar="NAME", help="The encoding of the text (default: found, and told)."),
)
NAMES = (
    "sequence",
    "order",
    "time_format",
    "inputs",
    "outputs",
    "lifecycle",
    "reset",
    "step",
    "text",
    "separator",
    "encoding",
)


def column_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command these options; it gets them as one argument, `said`."""

    @wraps(command)
    def gathered(**given: Any) -> Any:
        options = {name: given.pop(name) for name in NAMES}
        return command(**given, said=said_of(**options))

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered


def said_of(
    sequence: str | None = None,
    order: str | None = None,
    time_format: str | None = None,
    inputs: Sequence[str] = (),
    outputs: Sequence[str] = (),
    lifecycle: str | None = None,
    reset: str | None = None,
    step: str | None = None,
    text: Sequence[str] = (),
    separator: str | None = None,
    encoding: str | None = None,
) -> "Said":
    """The options as netlift.data takes them. Raises InputError where one cannot be used."""
    from netlift.data._said import Said

    if separator is not None:
        separator = _SEPARATORS.get(separator.lower(), separator)
        if len(separator) != 1 or separator in '"\r\n':
            raise InputError(f"--separator {shown(separator)} is no one character; expected , ; | or tab")
    both = [name for name in _names(inputs) if name in _names(outputs)]
    if both:
        raise InputError(f"--input and --output both name {shown(both[0])}; expected different columns")
    return Said(
        sequence,
        order,
        _names(inputs),
        _names(outputs),
        lifecycle,
        reset,
        time_format,
        _step(step),
        _names(text),
        separator,
        encoding,
    )


def _names(given: Sequence[str]) -> tuple[str, ...]:
    """The names of an option, each once; a comma in a name is written with a backslash before it."""
    names: dict[str, None] = {}
    for one in given:
        parts = one.replace("\\,", "\0").split(",")
        names |= dict.fromkeys(part.strip().replace("\0", ",") for part in parts)
    if "" in names:
        raise InputError("--input, --output or --text names an empty column; expected names, as in a,b")
    return tuple(names)


def _step(text: str | None) -> "Fraction | None":
    if text is None:
        return None
    from fractions import Fraction

    try:
        step = Fraction(text)
    except (ValueError, ZeroDivisionError):
        step = Fraction(0)
    if step <= 0:
        raise InputError(f"--step {shown(text)} is no positive number; expected one such as 0.1")
    return step
