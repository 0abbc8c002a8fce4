"""A recurrence as the searches find it, before it is written down readably."""

from dataclasses import dataclass

from netlift.formulas._expr import Expr


@dataclass(frozen=True)
class Variable:
    """A state variable, its first value, and its next value in terms of the old ones."""

    name: str
    initial: int
    update: Expr


@dataclass(frozen=True)
class Draft:
    """State variables and outputs.

    Updates read inputs and old values. Outputs read the same, and also new values, written with a
    prime: `s'` is the value of `s` after this step.
    """

    inputs: tuple[str, ...]
    variables: tuple[Variable, ...]
    outputs: tuple[Expr, ...]


def input_names(streams: int) -> tuple[str, ...]:
    """`x` for one stream, `a`, `b`, ... for several."""
    return ("x",) if streams == 1 else tuple("abcdefgh"[:streams])
