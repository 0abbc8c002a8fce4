"""Networks whose methods take and give PyTorch tensors, as networks over numpy arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.networks._coded import UnitNetwork, asked
from netlift.networks._tensors import plain_array

METHODS = ("initial_state", "next_state", "output")


@dataclass(frozen=True)
class _Tensors:
    """An adapter over tensors; `like` is one of its hidden states, for type and device."""

    network: Any
    like: Any

    def __str__(self) -> str:
        return type(self.network).__name__

    def initial_state(self, batch: int) -> NDArray[Any]:
        return self._array(self.network.initial_state, batch)

    def next_state(self, hidden: NDArray[Any], inputs: NDArray[Any]) -> NDArray[Any]:
        return self._array(self.network.next_state, self._tensor(hidden), self._tensor(inputs))

    def output(self, hidden: NDArray[Any]) -> NDArray[Any]:
        return self._array(self.network.output, self._tensor(hidden))

    def _tensor(self, array: NDArray[Any]) -> Any:
        import torch

        return torch.as_tensor(array, dtype=self.like.dtype, device=self.like.device)

    def _array(self, method: Any, *arguments: Any) -> NDArray[Any]:
        import torch

        with torch.no_grad():
            found = method(*arguments)
        name = getattr(method, "__name__", "a method")
        if not isinstance(found, torch.Tensor):
            told = f"{name} gave a {type(found).__name__}"
            raise InputError(f"{told}; expected a tensor, as initial_state gives")
        return plain_array(f"what {name} gave", found)


def adapted(network: Any) -> UnitNetwork:
    """An object with the three methods, as a network over numpy arrays.

    Methods that work with PyTorch tensors get tensors of the type that `initial_state` gives. Raises
    InputError that names the method which is missing.
    """
    if isinstance(network, type):
        raise InputError(f"the network is the class {network.__name__}; expected an object of it")
    missing = [name for name in METHODS if not callable(getattr(network, name, None))]
    if missing:
        raise InputError(
            f"the network, of type {type(network).__name__}, has no method {missing[0]}; expected "
            "initial_state(batch), next_state(hidden, inputs) and output(hidden), or what netlift.from_torch "
            "or netlift.load_checkpoint gives"
        )
    state = asked("initial_state", network.initial_state, 1)
    if type(state).__module__.split(".")[0] == "torch":
        return _Tensors(network, state)
    if not isinstance(state, np.ndarray | tuple | dict) and not _is_batch(state):
        raise InputError(
            f"initial_state(1) is of type {type(state).__name__}; expected an array or a tensor [1, H], a "
            "tuple or dict of these, or an object with state[rows], len(state) and concatenate(states)"
        )
    adapter: UnitNetwork = network
    return adapter


def _is_batch(state: Any) -> bool:
    """Whether an object can be asked for rows and joined with others of its kind."""
    return all(hasattr(type(state), name) for name in ("__getitem__", "__len__", "concatenate"))
