"""Network = recurrence for linear networks: an identity in exact rational arithmetic."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift._algebra import LinearSystem
from netlift.checker import exact_length
from netlift.networks import LinearRnn

Ints = NDArray[np.int64]
Exact = NDArray[np.object_]

PARTS = ("transition", "drive", "bias", "readout", "offset", "initial")


@dataclass(frozen=True)
class LinearProof:
    """A linear network, taken with its exact weights, answers as a linear system over the whole numbers.

    This holds for all sequences of whole numbers (of its symbols, where the network has units for them)
    of all lengths. For the network as it is evaluated in double precision it holds for inputs within
    `domain` (least and greatest of each stream) up to `float_length` steps: until then no number reaches
    2**53, so that no operation rounds. None: at all lengths. `order` is the number of steps that decide
    the identity.
    """

    system: LinearSystem
    domain: tuple[tuple[int, int], ...]
    float_length: int | None
    order: int

    def facts(self) -> dict[str, Any]:
        """The figures a claim needs, as JSON can hold them."""
        return {
            "order": self.order,
            "domain": [list(one) for one in self.domain],
            "float_length": self.float_length,
        }


def prove_linear(
    network: LinearRnn, system: LinearSystem, domain: tuple[tuple[int, int], ...]
) -> LinearProof | None:
    """A proof that network and system have the same outputs on all sequences; None where they have not.

    The difference of two linear systems with n and m state variables is a linear system of order
    n + m + 1 with its constant; by the theorem of Cayley and Hamilton its answers vanish for ever once
    they vanish for so many lags. `domain` gives the least and the greatest input of each stream.
    None also where a weight is no whole number.
    """
    if network.alphabets != system.alphabets:
        return None
    if any(not np.equal(array, np.rint(array)).all() for array in network.weights.values()):
        return None
    mine = _exact({name: network.weights[name] for name in PARTS})
    theirs = _exact({name: getattr(system, name) for name in PARTS})
    order = len(mine["bias"]) + len(theirs["bias"]) + 2
    first, second = _answers(mine, order), _answers(theirs, order)
    if first != second:
        return None
    if network.alphabets is not None:
        domain = tuple((alphabet[0], alphabet[-1]) for alphabet in network.alphabets)
    length = exact_length(mine, domain, network.alphabets)
    return LinearProof(system, domain, length, order)


def _exact(parts: dict[str, Any]) -> dict[str, Exact]:
    found = {}
    for name, part in parts.items():
        array = np.asarray(part)
        exact = np.empty(array.shape, dtype=object)
        for place in np.ndindex(array.shape):
            exact[place] = Fraction(array[place].item())
        found[name] = exact
    return found


def _answers(parts: dict[str, Exact], order: int) -> list[Any]:
    """Responses to a unit impulse, and outputs without input, over `order` steps."""
    found: list[Any] = []
    column, state = parts["drive"], parts["initial"]
    for _ in range(order):
        state = parts["transition"] @ state + parts["bias"]
        found.append(
            ((parts["readout"] @ column).tolist(), (parts["readout"] @ state + parts["offset"]).tolist())
        )
        column = parts["transition"] @ column
    return found
