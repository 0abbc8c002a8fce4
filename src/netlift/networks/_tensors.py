"""PyTorch tensors of any kind as plain arrays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError, shown

MOST_NUMBERS = 2**28  # of one tensor: an expanded one takes no memory before it is copied


def plain_array(name: str, tensor: Any) -> NDArray[np.float64]:
    """A tensor's numbers in double precision; `name` is what messages call it.

    Raises InputError where it holds none (meta), or not plain numbers: complex, quantized, sparse or nested.
    """
    import torch

    if not isinstance(tensor, torch.Tensor):
        raise InputError(f"{shown(name)} is of type {type(tensor).__name__}; expected a tensor")
    kind = _other_than_plain(torch, tensor)
    if kind:
        raise InputError(f"{shown(name)} is {kind}; expected plain numbers")
    if tensor.numel() > MOST_NUMBERS:
        raise InputError(f"{shown(name)} has {tensor.numel():,} numbers; expected {MOST_NUMBERS:,} at most")
    try:
        array = np.array(
            tensor.detach().to("cpu", torch.float64).numpy()
        )  # a copy, which nobody else changes
    except Exception as error:  # tensor subclasses fail in ways of their own
        kind = f"{type(tensor).__name__} of type {tensor.dtype}"
        raise InputError(f"{shown(name)} is a {kind}, which converts to no array ({error})") from error
    return array


def _other_than_plain(torch: Any, tensor: Any) -> str:
    """What keeps a tensor from being plain numbers; empty where it is that."""
    kinds = {
        "a meta tensor, which has a shape but no numbers": tensor.is_meta,
        "nested": tensor.is_nested,
        "complex, quantized or sparse": tensor.is_complex()
        or tensor.is_quantized
        or tensor.layout != torch.strided,
    }
    return next((kind for kind, found in kinds.items() if found), "")
