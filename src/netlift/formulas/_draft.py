"""A recurrence as the searches find it, before it is written down readably."""

from dataclasses import dataclass
from itertools import count, islice, product
from string import ascii_lowercase

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


_FEW = "abcdefgh"  # names of one letter that nothing else takes
_MANY = "x"  # what the names of more streams start with


def input_names(streams: int) -> tuple[str, ...]:
    """`x` for one stream, `a`, `b`, ... for several, `xa`, `xb`, ..., `xz`, `xaa`, ... for more than eight.

    None ends in a digit, for a stream's name followed by a number is the name of an earlier value of it.
    """
    if streams == 1:
        return ("x",)
    if streams <= len(_FEW):
        return tuple(_FEW[:streams])
    endings = ("".join(letters) for size in count(1) for letters in product(ascii_lowercase, repeat=size))
    return tuple(_MANY + ending for ending in islice(endings, streams))


def is_input_name(name: str) -> bool:
    """Whether a name is one that `input_names` gives."""
    return name in _FEW if len(name) == 1 and name != "x" else name[:1] == "x" and name.isalpha()
