"""What a user says of a file's columns, as text, made into `Said`."""

from collections.abc import Sequence
from fractions import Fraction

from netlift.core._errors import InputError, shown
from netlift.data._said import Said

_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "bar": "|"}


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
    approximate: bool = False,
) -> Said:
    """The options as netlift.data takes them. Raises InputError where one cannot be used."""
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
        approximate,
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


def _step(text: str | None) -> Fraction | None:
    if text is None:
        return None
    try:
        step = Fraction(text)
    except (ValueError, ZeroDivisionError):
        step = Fraction(0)
    if step <= 0:
        raise InputError(f"--step {shown(text)} is no positive number; expected one such as 0.1")
    return step
