"""The one exception that stands for a mistake of the user's, and how messages show what was found."""

import re
from typing import Any

MOST = 1_000  # characters of a message; more is nobody's sentence
SHOWN = 80  # characters of a value that a message shows


def message_of(error: BaseException) -> str:
    """What an exception says, on one line; "" where it cannot even say that, as one of a user's may."""
    try:
        return " ".join(str(error).split())
    except Exception:
        return ""


class InputError(ValueError):
    """What the user gave cannot be used.

    The message is one sentence that names the file, row or argument, what was found and what was
    expected. The command line prints it and exits with code 2. Whatever was put into it, the message is one
    line that any terminal and any encoding can show: characters that do not print are spelt out, and of a
    very long one the middle is left out.
    """

    def __init__(self, message: object = "") -> None:
        super().__init__(clipped(_printable(re.sub(r"\s*[\n\r\t]\s*", " ", str(message))), MOST))


def shown(value: Any, most: int = SHOWN) -> str:
    """A value as messages show it: its `repr`, on one line, cut in the middle where it is long.

    Never fails, whatever the value's own `repr` does, and of long strings and lists only the ends are spelt.
    """
    if isinstance(value, str | bytes) and len(value) > 2 * most:
        whole: Any = value
        value = whole[:most] + whole[-most:]
    elif isinstance(value, list | tuple) and len(value) > most:
        first = ", ".join(shown(one, most // 4) for one in value[:3])
        return f"[{first}, ... {len(value):,} values]"
    try:
        text = repr(value)
    except Exception:  # a number of too many digits, nesting too deep, or an object that cannot be shown
        text = f"a {type(value).__name__}" if not isinstance(value, int) else "a number of very many digits"
    return clipped(_printable(text), most)


def listed(values: Any, most: int = 8) -> str:
    """Names as messages list them: the first few, and how many there are."""
    names = [clipped(_printable(str(value)), SHOWN) for value in values]
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])}, ... ({len(names):,} of them)"


def clipped(text: str, most: int = SHOWN) -> str:
    """The text, with its middle left out where it is longer than `most` characters."""
    if len(text) <= most:
        return text
    half = (most - 5) // 2
    return f"{text[:half]} ... {text[-half:]}"


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)
