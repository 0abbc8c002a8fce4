"""Places inside a network: the parts of a recurrent state, and what the blocks of a causal module put out."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.networks._causal import Causal
from netlift.networks._coded import Coded
from netlift.networks._states import State, rows_of
from netlift.networks._tensors import plain_array

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def parts_of(hidden: State, name: str = "") -> dict[str, Any]:
    """The arrays and tensors [batch, ...] that a batch of hidden states consists of, by where they stand."""
    if not isinstance(hidden, (dict, tuple, list)):
        return {name or "state": hidden}
    named = hidden if isinstance(hidden, dict) else dict(zip(_keys(hidden), hidden, strict=True))
    found: dict[str, Any] = {}
    for key, part in named.items():
        found |= parts_of(part, _below(name, key))
    return found


def with_part(hidden: State, other: State, name: str, here: str = "") -> State:
    """The first batch of hidden states with this part as it is in the other one."""
    if here == name or (name == "state" and not isinstance(hidden, (dict, tuple, list))):
        return other
    if isinstance(hidden, dict):
        return {key: with_part(one, other[key], name, _below(here, key)) for key, one in hidden.items()}
    if isinstance(hidden, (tuple, list)):
        parts = [
            with_part(one, two, name, _below(here, key))
            for key, one, two in zip(_keys(hidden), hidden, other, strict=True)
        ]
        return type(hidden)(*parts) if hasattr(hidden, "_fields") else type(hidden)(parts)
    return hidden


def _keys(hidden: tuple[Any, ...] | list[Any]) -> Any:
    return getattr(hidden, "_fields", range(len(hidden)))


def _below(here: str, key: Any) -> str:
    return f"{here}.{key}" if here else f"state {key}"


def vectors_of(part: Any) -> Floats | None:
    """A part of a batch of hidden states as vectors [batch, H]; None where it holds no numbers."""
    if isinstance(part, np.ndarray):
        seen = np.asarray(part, dtype=np.float64) if part.dtype.kind in "biuf" else None
    else:
        seen = plain_array("a hidden state", part) if type(part).__module__.startswith("torch") else None
    return None if seen is None else seen.reshape(rows_of(part), -1)


class Inside:
    """What the blocks of a causal model put out after each symbol, and its answers if that is changed.

    `activations` [N, T, H] are by block: the elements of the model's lists of modules (`ModuleList` and
    `Sequential` of PyTorch) that put out a vector after each token, in the order they are run in. Where it
    has no such list, they are those of the modules directly below it.
    """

    def __init__(self, coded: Coded, causal: Causal, words: Ints) -> None:
        self._coded, self._causal = coded, causal
        encoded = [coded.inputs.encode(words[:, step]) for step in range(words.shape[1])]
        self._tokens = causal.tokens_of(np.stack(encoded, axis=1))
        self._first = causal.steps_before
        self._modules = _blocks(causal.module)
        self.activations: dict[str, Floats] = {}
        kept: dict[str, Any] = {}

        def keep(name: str, found: Any) -> None:
            if name not in kept and getattr(found, "ndim", 0) == 3:  # of a module that is run twice the first
                kept[name] = found

        with _hooked(self._modules, keep):
            causal.units_of(self._tokens)
        steps = self._tokens.shape[1] + self._first
        for name, found in kept.items():
            if tuple(found.shape[:2]) == (len(words), steps):
                self.activations[name] = plain_array(name, found)[:, self._first :]

    def exchanged(self, name: str, target: Ints, source: Ints, steps: Ints) -> Ints:
        """The answers [n, K] of words `target` at `steps`, where the activation there is that of `source`."""
        import torch

        theirs, rows = self.activations[name][source, steps], torch.arange(len(target))
        done: list[bool] = []

        def put(which: str, found: Any) -> Any:
            if which != name or done or getattr(found, "ndim", 0) != 3:
                return None
            done.append(True)
            changed = found.clone()
            changed[rows, torch.as_tensor(steps) + self._first] = torch.as_tensor(
                theirs, dtype=found.dtype, device=found.device
            )
            return changed

        with _hooked(self._modules, put):
            units = self._causal.units_of(self._tokens[target])[np.arange(len(target)), steps]
        answers: Ints = self._coded.outputs.decode(units)
        return answers


def inside(network: Any, words: Ints) -> Inside | None:
    """What is inside a causal model of PyTorch, run on words [N, T, D] of whole numbers; None: it is none."""
    if not isinstance(network, Coded) or not isinstance(network.network, Causal):
        return None
    if network.network.reads_behind_end:
        raise InputError("the answers are read behind an end symbol; expected an answer after each symbol")
    return Inside(network, network.network, words)


def _blocks(module: Any) -> Mapping[str, Any]:
    """The elements of its lists of modules that are in no other list, or the modules directly below."""
    import torch

    found: dict[str, Any] = {}
    for name, one in module.named_modules():
        listed = name and isinstance(one, torch.nn.ModuleList | torch.nn.Sequential)
        if listed and not any(name.startswith(f"{above}.") for above in found):
            found |= {f"{name}.{at}": below for at, below in one.named_children()}
    return found or dict(module.named_children())


@contextmanager
def _hooked(modules: Mapping[str, Any], told: Any) -> Iterator[None]:
    """Calls `told` with what each module puts out (of a tuple the first); what it gives goes on instead."""

    def hook(name: str) -> Any:
        def after(_: Any, __: Any, found: Any) -> Any:
            whole = isinstance(found, tuple) and found
            changed = told(name, found[0] if whole else found)
            return None if changed is None else (changed, *found[1:]) if whole else changed

        return after

    handles = [one.register_forward_hook(hook(name)) for name, one in modules.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
