"""Program, machine and claims as a document of LaTeX."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netlift.core._errors import InputError
from netlift.report._machine_text import arrows_of, names_of

if TYPE_CHECKING:
    from netlift.report._result import Result

MOST_ROWS = 2_000  # of the machine's table; more are some forty pages
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    **{one: f"\\{one}" for one in "&%$#_{}"},
}


@dataclass(frozen=True)
class LatexExporter:
    """Program, machine and claims as a document of LaTeX."""

    name: str = "latex"
    cost: float = 1.0

    def export(self, result: "Result") -> bytes:
        """A document in UTF-8 for lualatex or pdflatex; the program stands in it word for word.

        Raises InputError where there is no program, it cannot stand in a verbatim text, or the machine's
        table is too long.
        """
        if result.program is None:
            raise InputError(f"the result has no program to write as latex: {result.reason}")
        source = result.program.source
        if r"\end{verbatim}" in source or not all(one.isprintable() or one == "\n" for one in source):
            raise InputError(
                "the result cannot be written as latex: its program has characters that no verbatim text "
                "can hold"
            )
        lines = [
            r"\documentclass{article}",
            r"\usepackage[T1]{fontenc}",
            r"\usepackage{longtable,textcomp}",
            r"\begin{document}",
            r"\section*{Program}",
            r"\begin{verbatim}",
            source.rstrip("\n"),
            r"\end{verbatim}",
            *self._machine(result),
            r"\section*{What is known}",
            r"\begin{itemize}",
            *(rf"\item {_text(claim.sentence())}" for claim in result.claims),
            *([r"\item nothing"] if not result.claims else []),
            r"\end{itemize}",
            r"\end{document}",
        ]
        return ("\n".join(lines) + "\n").encode()

    @staticmethod
    def _machine(result: "Result") -> list[str]:
        machine = result.machine
        refuted = any(one.claim == "machine = program" and not one.holds for one in result.claims)
        if machine is None or refuted:
            return []
        arrows = list(arrows_of(machine, names_of(result, machine)))
        if len(arrows) > MOST_ROWS:
            raise InputError(
                f"the result cannot be written as latex: its machine's table has {len(arrows):,} rows, and "
                f"at most {MOST_ROWS:,} can be looked at"
            )
        rows = [
            rf"{state} & {_text(', '.join(symbols))} & {_text(answer)} & {to} \\"
            for state, to, answer, symbols in arrows
        ]
        head = r"state & inputs & answer & next state \\ \hline"
        return [
            r"\section*{Machine}",
            r"\begin{longtable}{rp{0.5\textwidth}lr}",
            head,
            *rows,
            r"\end{longtable}",
        ]


def _text(text: str) -> str:
    shown = "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)
    return "".join(_SPECIAL.get(one, one) for one in shown)
