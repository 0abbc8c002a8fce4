"""Hidden states as opaque values: a batch of them is asked for rows, and batches are joined; nothing more.

An array [batch, ...] or tensor is a batch; so is a tuple, a list or a dict of batches (the two states of an
LSTM, a cache of keys and values); so is an object of a model's own with `state[rows]`, `len(state)` and a
class method `concatenate(states)`. Whoever needs vectors asks for them by `vectors`, and may get None.
"""

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
State = Any  # a batch of hidden states


@runtime_checkable
class Vectorial(Protocol):
    """A network whose opaque hidden states may be looked at as vectors."""

    def vector(self, hidden: State) -> Floats | None:
        """The hidden states of a batch as vectors [batch, H]; None where they are none."""
        ...


@runtime_checkable
class Bounded(Protocol):
    """A network that can be run on sequences of a limited length only."""

    @property
    def longest(self) -> int | None:
        """The most steps that a sequence may have; None: as many as one likes."""
        ...


def rows_of(hidden: State) -> int:
    """How many hidden states a batch holds."""
    while isinstance(hidden, (tuple, list, dict)):
        hidden = next(iter(hidden.values() if isinstance(hidden, dict) else hidden))
    return len(hidden)


def take(hidden: State, rows: Ints) -> State:
    """Take rows of a batch of hidden states, whatever these are.

    Args:
        hidden: a batch of hidden states.
        rows: the rows wanted, [n], in their order; a row may be taken several times.

    Returns:
        A batch of n hidden states.

    Example:
        >>> import numpy as np
        >>> from netlift.networks import take
        >>> take((np.array([1, 2]), {"cache": np.array([3, 4])}), np.array([1]))
        (array([2]), {'cache': array([4])})
    """
    if isinstance(hidden, np.ndarray):
        return hidden[rows]
    if isinstance(hidden, dict):
        return {name: take(one, rows) for name, one in hidden.items()}
    if isinstance(hidden, (tuple, list)):
        return _rebuilt(hidden, [take(one, rows) for one in hidden])
    return hidden[rows]


def joined(states: Sequence[State]) -> State:
    """Join batches of hidden states, one after another, into one batch.

    Args:
        states: batches of the same kind, at least one.

    Returns:
        One batch, the rows of the first before those of the second.

    Example:
        >>> import numpy as np
        >>> from netlift.networks import joined
        >>> joined([(np.array([1]),), (np.array([2]),)])
        (array([1, 2]),)
    """
    first = states[0]
    if len(states) == 1:
        return first
    if isinstance(first, np.ndarray):
        return np.concatenate(states)
    if isinstance(first, dict):
        return {name: joined([one[name] for one in states]) for name in first}
    if isinstance(first, (tuple, list)):
        return _rebuilt(first, [joined(parts) for parts in zip(*states, strict=True)])
    if type(first).__module__.split(".")[0] == "torch":
        import torch

        return torch.cat(list(states))
    return type(first).concatenate(list(states))


def repeated(hidden: State, times: int) -> State:
    """Each hidden state `times` times, its copies next to each other."""
    if isinstance(hidden, np.ndarray):
        return np.repeat(hidden, times, axis=0)
    return take(hidden, np.repeat(np.arange(rows_of(hidden)), times))


def vectors(network: Any, hidden: State) -> Floats | None:
    """Look at hidden states as vectors, where they can be.

    Args:
        network: the network, whose `vector` is asked where its states are no arrays.
        hidden: a batch of hidden states.

    Returns:
        Vectors [batch, H]; None where there are none.

    Example:
        >>> from netlift.networks import vectors
        >>> vectors(object(), ("an", "opaque", "state")) is None
        True
    """
    if isinstance(hidden, np.ndarray) and hidden.ndim == 2 and hidden.dtype != np.object_:
        return np.asarray(hidden, dtype=np.float64)
    seen = network.vector(hidden) if isinstance(network, Vectorial) else None
    return None if seen is None else np.asarray(seen, dtype=np.float64)


def longest(network: Any) -> int | None:
    """The most steps that the network can be run on; None: any number."""
    return network.longest if isinstance(network, Bounded) else None


def within(network: Any, steps: int) -> int:
    """So many steps, or as many as the network can be run on."""
    most = longest(network)
    return steps if most is None else min(steps, most)


def _rebuilt(like: Any, parts: list[Any]) -> Any:
    """The parts as a tuple or list of the same kind, named tuples included."""
    return type(like)(*parts) if hasattr(like, "_fields") else type(like)(parts)
