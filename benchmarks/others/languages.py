"""The languages of decompiling_transformers' networks, as machines that say what may come next."""

from collections.abc import Callable
from typing import Any

import numpy as np

from netlift.states import Machine

State = Any
# A language: its symbols in the order of their tokens, the first state, the state after a symbol (None: no
# word of the language goes on so), and whether a word may end in a state.
Language = tuple[str, State, Callable[[State, str], State | None], Callable[[State], bool]]


def _dyck(deepest: int) -> Language:
    def step(depth: int, symbol: str) -> int | None:
        after = depth + (1 if symbol == "a" else -1)
        return after if 0 <= after <= deepest else None

    return "ab", 0, step, lambda depth: depth == 0


def _cycle(word: str) -> Language:
    def step(place: int, symbol: str) -> int | None:
        return (place + 1) % len(word) if symbol == word[place] else None

    return "".join(sorted(set(word))), 0, step, lambda place: place == 0


def _stages(symbols: str, stages: tuple[str, ...], last: int) -> Language:
    """Words whose symbols move through stages, each a set of symbols that stay; `last` is the final one."""

    def step(stage: int, symbol: str) -> int | None:
        here = stage >= 0 and symbol in stages[stage]
        if here:
            return stage
        return stage + 1 if stage + 1 < len(stages) and symbol in stages[stage + 1] else None

    return symbols, -1, step, lambda stage: stage == last


def _tomita3(state: tuple[str, int, bool], symbol: str) -> tuple[str, int, bool] | None:
    """Of ones and zeros: the last symbol, the parity of its run, whether the run of ones before was odd."""
    last, run, odd = state
    if symbol == last:
        return last, 1 - run, odd
    if symbol == "0":
        return "0", 1, last == "1" and run == 1
    return None if last == "0" and odd and run == 1 else ("1", 1, False)


def _tomita7(runs: int, symbol: str) -> int | None:
    """How often the symbol changed in 0*1*0*1*."""
    after = runs if symbol == "01"[runs % 2] else runs + 1
    return after if after < 4 else None


LANGUAGES: dict[str, Language] = {
    "D2": _dyck(2),
    "D3": _dyck(3),
    "D4": _dyck(4),
    "aastar": _cycle("aa"),
    "aaaastar": _cycle("aaaa"),
    "ababstar": _cycle("abab"),
    "abcde": _stages("abcde", ("a", "b", "c", "d", "e"), 4),
    "ab_d_bc": (
        "abcd",
        0,
        lambda s, x: s if x in ("ab", "bc")[s] else 1 if s == 0 and x == "d" else None,
        bool,
    ),
    "012_0_2": (
        "012",
        0,  # nothing yet, or a 1 or a 2 that is behind no 0; 1: a 0 and twos; 2: may be either
        lambda s, x: 1 if x == "0" or (x == "2" and s == 1) else 0,
        lambda s: s == 1,
    ),
    "tomita1": ("1", 0, lambda s, x: 0, lambda s: True),
    "tomita2": ("01", 0, lambda s, x: 1 - s if x == "10"[s] else None, lambda s: s == 0),
    "tomita3": ("01", ("", 0, False), _tomita3, lambda s: not (s[0] == "0" and s[1] == 1 and s[2])),
    "tomita4": ("01", 0, lambda s, x: 0 if x == "1" else s + 1 if s < 2 else None, lambda s: True),
    "tomita5": ("01", (0, 0), lambda s, x: (s[0] ^ (x == "0"), s[1] ^ (x == "1")), lambda s: s == (0, 0)),
    "tomita6": ("01", 0, lambda s, x: (s + (1 if x == "1" else -1)) % 3, lambda s: s == 0),
    "tomita7": ("01", 0, _tomita7, lambda s: True),
}


def machine_of(language: Language) -> Machine:
    """What may come next after each symbol, the end last; after an illegal symbol nothing may."""
    symbols, first, step, ends = language
    states = [first]
    for state in states:  # grows
        for symbol in symbols:
            after = step(state, symbol)
            if after is not None and after not in states:
                states.append(after)

    def told(state: State | None) -> list[int]:
        if state is None:
            return [0] * (len(symbols) + 1)
        return [*(int(step(state, symbol) is not None) for symbol in symbols), int(ends(state))]

    rows = [[step(state, symbol) for symbol in symbols] for state in states]
    rows.append([None] * len(symbols))
    transitions = [[len(states) if one is None else states.index(one) for one in row] for row in rows]
    return Machine(
        np.arange(len(symbols))[:, None],
        np.array(transitions),
        np.array([[told(s) for s in row] for row in rows]),
    ).minimised()
