"""Where the tokens of printed text begin and end, so that nothing is ever cut or counted inside a string."""

import io
import tokenize
from dataclasses import dataclass

_NOTHING = frozenset([tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER, tokenize.INDENT, tokenize.DEDENT])


@dataclass(frozen=True)
class Token:
    """A token of one line of Python: its text, and where it starts and ends in the line."""

    text: str
    start: int
    end: int
    is_string: bool


def tokens(line: str) -> list[Token]:
    """The tokens of a line of Python whose brackets are closed."""
    read = tokenize.generate_tokens(io.StringIO(line).readline)
    return [
        Token(one.string, one.start[1], one.end[1], one.type == tokenize.STRING)
        for one in read
        if one.type not in _NOTHING
    ]
