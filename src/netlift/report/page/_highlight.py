"""A program's lines with colours, each an element of its own that a script can light up."""

from typing import Any

END = "# As a script:"  # where the lines begin that make a program a script


def told_lines(source: str) -> list[tuple[int, Any]]:
    """The lines of a program without its docstring and its script part: number and coloured text.

    Cost: some milliseconds; the first call loads pygments.
    """
    from markupsafe import Markup
    from pygments import lex
    from pygments.lexers.python import PythonLexer
    from pygments.token import STANDARD_TYPES, Token

    first, last = _part(source)
    wanted = source.split("\n")[first:last]
    lines: list[list[Markup]] = [[]]
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    for kind, value in lex("\n".join(wanted), lexer):
        while kind not in STANDARD_TYPES and kind is not Token:
            kind = kind.parent
        name = STANDARD_TYPES.get(kind, "")
        for number, piece in enumerate(value.split("\n")):
            if number:
                lines.append([])
            if piece:
                # the class is pygments' own; the piece is the program's, and escaped
                lines[-1].append(Markup('<span class="{}">{}</span>').format(name, piece))
    return [(first + at + 1, Markup("").join(parts)) for at, parts in enumerate(lines)]


def _part(source: str) -> tuple[int, int]:
    """The lines from the end of the docstring to the script part, without blank ones around."""
    import ast

    lines = source.split("\n")
    first = 0
    body = ast.parse(source).body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        first = body[0].end_lineno or 0
    last = next((at for at, line in enumerate(lines) if at >= first and line.startswith(END)), len(lines))
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return first, last
