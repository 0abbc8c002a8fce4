"""Where each variable of a program is found in the hidden state of the network that it was read from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.formulas import Recurrence
from netlift.networks import Network, run_with_states
from netlift.states import VariableMap, map_variable

Ints = NDArray[np.int64]

TRIALS = 300  # words for fitting the maps, and as many fresh ones for judging them


def variable_maps(network: Network, recurrence: Recurrence, words: Ints, seed: int) -> dict[str, Any]:
    """`state_map` of result.json: the map for each variable, and the agreement of the worst.

    Half of the words [N, T, D], drawn at random, serve to fit the maps, half to judge them. The
    elements of a list are variables of their own, where present.
    """
    rows = np.random.default_rng([seed, 6]).permutation(len(words))[: 2 * TRIALS]
    chosen = words[rows]
    hidden = run_with_states(network, chosen)[0]
    columns: dict[str, list[tuple[int, int, int]]] = {}
    for row, word in enumerate(chosen.tolist()):
        state = recurrence.start()
        for step, symbol in enumerate(word):
            state, _ = recurrence.step(state, symbol)
            for name, value in state.items():
                if isinstance(value, tuple):
                    for place, item in enumerate(value):
                        columns.setdefault(f"{name}[{place}]", []).append((row, step, int(item)))
                else:
                    columns.setdefault(name, []).append((row, step, int(value)))
    half = len(chosen) // 2
    maps: dict[str, VariableMap] = {}
    for name, entries in columns.items():
        table = np.array(entries, dtype=np.int64)
        points = hidden[table[:, 0], table[:, 1]]
        fit = table[:, 0] < half
        if fit.any() and not fit.all():
            maps[name] = map_variable(points[fit], table[fit, 2], points[~fit], table[~fit, 2])
    agreement = min((one.agreement for one in maps.values()), default=1.0)
    return {"variables": {name: one.facts() for name, one in maps.items()}, "agreement": agreement}
