"""Conditions that are true for some symbols of an alphabet only, as a person would write them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._expr import Expr, const, var

Ints = NDArray[np.int64]


def plain_conditions(
    names: Sequence[str], alphabet: Ints, chosen: NDArray[np.bool_], named: Sequence[bool] = ()
) -> list[Expr]:
    """Comparisons of one input stream with constants that hold for the chosen rows of [A, D] alone.

    A threshold, an interval, one value or all but one; none where no single stream decides. Streams
    that are `named` stand for strings, which have no order: those are compared for equality only.
    """
    found = []
    for stream, name in enumerate(names):
        inside = sorted(set(alphabet[chosen, stream].tolist()))
        outside = sorted(set(alphabet[~chosen, stream].tolist()))
        if not inside or not outside or set(inside) & set(outside):
            continue
        x = var(name)
        if len(inside) == 1:
            found.append(Expr("==", (x, const(inside[0]))))
        elif len(outside) == 1:
            found.append(Expr("!=", (x, const(outside[0]))))
        if stream < len(named) and named[stream]:
            continue
        below = [v for v in outside if v < inside[0]]
        above = [v for v in outside if v > inside[-1]]
        if not below and inside[-1] < outside[0]:
            found.append(Expr("<", (x, const(outside[0]))))
        elif not above and outside[-1] < inside[0]:
            found.append(Expr(">", (x, const(outside[-1]))))
        elif len(below) + len(above) == len(outside) and len(inside) > 1:
            found.append(Expr("and", (Expr("<=", (const(inside[0]), x)), Expr("<=", (x, const(inside[-1]))))))
    return found
