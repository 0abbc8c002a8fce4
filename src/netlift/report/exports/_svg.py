"""The finite machine as a picture: its states on a circle, its transitions as arrows between them."""

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from netlift.core._errors import InputError
from netlift.report._machine_text import arrows_of, names_of
from netlift.report.exports._machines import finite_machine, known_of

if TYPE_CHECKING:
    from netlift.report._result import Result

MOST_STATES = 30  # whose arrows can still be told apart on a circle
MOST_ARROWS = 1_000
_STATE = 22  # radius of a state, in the units of the picture
_APART = 130  # between neighbours on the circle
_LETTER = 7  # the width of a letter of 12 units, about
_BEND = 0.18  # how far an arrow leaves the straight line, so that there and back are two
_STYLE = (
    "text{font:12px sans-serif;fill:#222;text-anchor:middle}circle{fill:#fff;stroke:#222;stroke-width:1.5}"
    "path{fill:none;stroke:#666}.s{font-weight:bold}.l{paint-order:stroke;stroke:#fff;stroke-width:4px}"
    "rect{fill:#fff}"
)


@dataclass(frozen=True)
class SvgExporter:
    """The finite machine as a picture, its states on a circle."""

    name: str = "svg"
    cost: float = 1.0

    def export(self, result: "Result") -> bytes:
        """SVG in UTF-8 with every transition; nothing in it is fetched, and no script runs.

        Raises InputError where there is no finite machine, the program is known to be another one, or there
        are too many states to be told apart.
        """
        machine = finite_machine(result, self.name, MOST_ARROWS)
        if machine.states > MOST_STATES:
            raise InputError(
                f"the result cannot be written as svg: its machine has {machine.states:,} states, and at "
                f"most {MOST_STATES} can be told apart on a circle; dot with Graphviz draws more"
            )
        arrows: dict[tuple[int, int], list[str]] = {}
        for state, to, answer, symbols in arrows_of(machine, names_of(result, machine)):
            arrows.setdefault((state, to), []).append(f"{', '.join(symbols)} / {answer}")
        widest = max((len(text) for texts in arrows.values() for text in texts), default=0) * _LETTER
        tallest = max((len(texts) for texts in arrows.values()), default=0) * 14
        radius = 0.0 if machine.states == 1 else max(_APART, _APART * machine.states / (2 * math.pi))
        half_width = radius + _STATE * 3 + widest
        half_height = radius + _STATE * 4 + tallest
        angles = [math.pi + 2 * math.pi * state / machine.states for state in range(machine.states)]
        places = [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]
        box = f"{-half_width:.0f} {-half_height:.0f} {2 * half_width:.0f} {2 * half_height:.0f}"
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-label="state machine">',
            f"<desc>{escape(' '.join(known_of(result)))}</desc><style>{_STYLE}</style>",
            '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
            'orient="auto"><path d="M0 0L8 4L0 8z" style="fill:#666"/></marker></defs>',
            f'<rect x="{-half_width:.0f}" y="{-half_height:.0f}" width="100%" height="100%"/>',
        ]
        for (state, to), texts in arrows.items():
            lines += _arrow(places[state], places[to], angles[state], texts, state == to)
        x, y = places[0]
        lines.append(
            f'<path d="M{x - _STATE - 34:.1f} {y:.1f}L{x - _STATE:.1f} {y:.1f}" marker-end="url(#a)"/>'
        )
        for state, (x, y) in enumerate(places):
            lines.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_STATE}"/>')
            lines.append(f'<text class="s" x="{x:.1f}" y="{y + 4:.1f}">{state}</text>')
        return ("\n".join([*lines, "</svg>"]) + "\n").encode()


def _arrow(
    start: tuple[float, float], end: tuple[float, float], angle: float, texts: list[str], loops: bool
) -> list[str]:
    """The lines of one arrow and of its labels."""
    if loops:  # outwards from the circle's middle
        x, y = start[0] + _STATE * math.cos(angle), start[1] + _STATE * math.sin(angle)
        far = _STATE * 2.4
        one = x + far * math.cos(angle - 0.6), y + far * math.sin(angle - 0.6)
        two = x + far * math.cos(angle + 0.6), y + far * math.sin(angle + 0.6)
        tip = x + 1, y + 1
        curve = (
            f"M{x:.1f} {y:.1f}C{one[0]:.1f} {one[1]:.1f} {two[0]:.1f} {two[1]:.1f} {tip[0]:.1f} {tip[1]:.1f}"
        )
        label = x + far * 1.1 * math.cos(angle), y + far * 1.1 * math.sin(angle)
    else:
        dx, dy = end[0] - start[0], end[1] - start[1]
        middle = (start[0] + end[0]) / 2 - dy * _BEND, (start[1] + end[1]) / 2 + dx * _BEND
        x, y = _edge(start, middle)
        tip = _edge(end, middle)
        curve = f"M{x:.1f} {y:.1f}Q{middle[0]:.1f} {middle[1]:.1f} {tip[0]:.1f} {tip[1]:.1f}"
        label = (x + 2 * middle[0] + tip[0]) / 4, (y + 2 * middle[1] + tip[1]) / 4
    lines = [f'<path d="{curve}" marker-end="url(#a)"/>']
    top = label[1] - 14 * (len(texts) - 1) / 2 + 4
    lines += [
        f'<text class="l" x="{label[0]:.1f}" y="{top + 14 * row:.1f}">{_shown(text)}</text>'
        for row, text in enumerate(texts)
    ]
    return lines


def _edge(centre: tuple[float, float], towards: tuple[float, float]) -> tuple[float, float]:
    """Where a line from a state's middle leaves its circle."""
    dx, dy = towards[0] - centre[0], towards[1] - centre[1]
    length = math.hypot(dx, dy) or 1.0
    return centre[0] + _STATE * dx / length, centre[1] + _STATE * dy / length


def _shown(text: str) -> str:
    """Text of XML; what XML cannot hold is written as Python would."""
    return escape("".join(one if one.isprintable() else repr(one)[1:-1] for one in text))
