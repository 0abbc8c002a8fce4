"""Breadth-first closure: the states of a network as far as a set of suffixes tells them apart."""

from dataclasses import dataclass

import numpy as np

from netlift.networks._states import State, joined, take
from netlift.states._machine import Machine
from netlift.states._probe import Ints, Probe, Suffixes

_ROWS = 1 << 14  # signature rows asked for at once: small, so that a hopeless network is given up early


@dataclass(frozen=True)
class Closure:
    """The closed machine, not minimised, or why there is none.

    `reason` is "" where there is a machine, else "horizon" (words too long to be trusted would
    have been needed) or "too many states".
    """

    machine: Machine | None
    reason: str


def close(probe: Probe, suffixes: Suffixes, limit: int, max_states: int) -> Closure:
    """Merge hidden states that answer alike on all suffixes, breadth-first until closed.

    A state is the hidden vector reached by its shortest access word. A word and the suffix that
    tests it together never exceed `limit` steps: near the limit only shorter suffixes are used, and
    where those no longer tell two known states apart the answer is "horizon", not a guess.
    """
    hidden: list[State] = [probe.start()]  # a batch of one for each state
    signatures = [probe.signatures(probe.start(), suffixes, limit)[0]]
    transitions: list[list[int]] = []
    outputs: list[Ints] = []
    level, length = [0], 0
    while level:
        length += 1
        room = min(limit - length, suffixes.depth)
        if room < 1:
            return Closure(None, "horizon")
        columns = suffixes.count(room) * (len(signatures[0]) // len(suffixes.words))
        known: dict[bytes, int] = {}
        for state, signature in enumerate(signatures):
            key = signature[:columns].tobytes()
            known[key] = -1 if key in known else state
        chunk = max(1, _ROWS // (probe.symbols * suffixes.count(room)))
        following: list[int] = []
        for begin in range(0, len(level), chunk):
            successors = probe.successors(joined([hidden[s] for s in level[begin : begin + chunk]]))
            answered = probe.output(successors)
            outputs.append(answered.reshape(-1, probe.symbols, answered.shape[1]))
            answers = probe.signatures(successors, suffixes, room)
            targets: list[int] = []
            for row, answer in enumerate(answers):
                key = answer.tobytes()
                target = known.get(key)
                if target is None:
                    target = len(hidden)
                    if target >= max_states:
                        return Closure(None, "too many states")
                    known[key] = target
                    hidden.append(take(successors, np.array([row])))
                    signatures.append(answer)
                    following.append(target)
                elif target < 0:
                    return Closure(None, "horizon")
                targets.append(target)
            transitions += np.array(targets).reshape(-1, probe.symbols).tolist()
        level = following
    machine = Machine(probe.alphabet, np.array(transitions, dtype=np.int64), np.concatenate(outputs))
    return Closure(machine, "")
