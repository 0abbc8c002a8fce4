"""What was observed of a network or in data: words, the answers to them, and what readers know besides."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.states._machine import Machine

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Behaviour:
    """What has to be explained: words and the answers to them.

    `inputs` is [N, T, D], `outputs` [N, T, K]. `machine` is given when a reader found a finite
    machine, which is then exact and complete; `window` when only the last `window` inputs matter;
    `coordinates` [N, T, d] are integer state variables after each step, read from hidden states.
    `named_inputs` (one for each stream) and `named_outputs` tell which streams' numbers only stand for
    strings, so that arithmetic on them would mean nothing to a reader.
    """

    inputs: Ints
    outputs: Ints
    machine: Machine | None = None
    window: int | None = None
    coordinates: Ints | None = None
    named_inputs: tuple[bool, ...] = ()
    named_outputs: tuple[bool, ...] = ()
