"""Accuracy over the steps of training, a line for each ensemble."""

from collections.abc import Sequence
from typing import Any

from netlift.core._progress import Learned

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 52, 628, 14, 206  # of the lines; outside stand the numbers
MOST_LINES = 10  # as many as there are colours that can be told apart
SHARES = (0.0, 0.5, 1.0)  # that are marked


def course_content(course: Sequence[Learned], held_out: bool) -> dict[str, Any] | None:
    """What the page shows of the training.

    Args:
        course: how far the ensembles came, in order.
        held_out: whether they were measured on sequences that they were not trained on.

    Returns:
        The lines, those that came furthest first, and what stands around them; None where no ensemble was
        measured, as for networks that were given or fitted in closed form.
    """
    ensembles: dict[str, list[Learned]] = {}
    for one in course:
        ensembles.setdefault(one.network, []).append(one)
    if not ensembles:
        return None
    steps = max(one.steps for one in course)
    # those that came furthest first; of equals, the one that was trained first
    order = sorted(ensembles.items(), key=lambda one: -max(seen.best for seen in one[1]))
    lines = [
        {
            "network": network,
            "steps": seen[-1].steps,
            "last": seen[-1].best,
            "middle": seen[-1].middle,
            "best": max(one.best for one in seen),
            "end": (_x(seen[-1].steps, steps), _y(seen[-1].best)),
            "path": "M" + "L".join(f"{_x(one.steps, steps)} {_y(one.best)}" for one in seen),
        }
        for network, seen in order[:MOST_LINES]
    ]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": RIGHT,
        "steps": steps,
        "ticks": [{"y": _y(share), "text": f"{share:.0%}"} for share in SHARES],
        "lines": lines,
        "held_out": held_out,
    }


def _x(steps: int, most: int) -> float:
    return round(LEFT + (RIGHT - LEFT) * steps / most, 1)


def _y(share: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)
