"""A recurrence as the searches find it, before it is written down readably."""

from dataclasses import dataclass
from itertools import count, islice, product
from string import ascii_lowercase

from netlift.formulas._expr import Expr


@dataclass(frozen=True)
class Variable:
    """A state variable of a draft.

    Attributes:
        name: as the program will call it, if no better name is found.
        initial: its first value.
        update: its next value, in terms of inputs and old values.
    """

    name: str
    initial: int
    update: Expr


@dataclass(frozen=True)
class Draft:
    """A recurrence as the searches find it, before it is written down readably.

    Attributes:
        inputs: the names of the input streams.
        variables: the state variables; their updates read inputs and old values.
        outputs: one expression an output stream. They read the same, and also new values, written with a
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
