"""A machine from words and answers alone, by merging the states of their prefix tree.

Lang, Pearlmutter and Price, Results of the Abbadingo One DFA learning competition (1998): the states that
are sure ("red") grow by one whenever a successor fits none of them; else it is merged with the one that
agrees with it on most answers.
"""

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint
from netlift.states._machine import Machine

Ints = NDArray[np.int64]

_EVIDENCE = 4  # answers that must agree before two states are taken for one
_WORK = 4_000_000  # pairs of nodes that are compared


def machine_of_words(inputs: Ints, outputs: Ints, alphabet: Ints, *, most: int = 128) -> Machine | None:
    """The machine behind words [N, T, D] with answers [N, T, K], over the alphabet [A, D].

    None where it has more than `most` states, where the words do not show every transition, or where
    words two steps shorter give another machine: then it is a counter seen through a short window.
    """
    if inputs.shape[1] < 4:
        return None
    whole = _merged(inputs, outputs, alphabet, most)
    if whole is None:
        return None
    shorter = _merged(inputs[:, :-2], outputs[:, :-2], alphabet, most)
    return whole if shorter is not None and whole.difference(shorter) is None else None


def _merged(inputs: Ints, outputs: Ints, alphabet: Ints, most: int) -> Machine | None:
    kinds, answers = np.unique(outputs.reshape(-1, outputs.shape[2]), axis=0, return_inverse=True)
    symbols = Machine(alphabet, np.zeros((1, len(alphabet)), int), np.zeros((1, len(alphabet), 1), int))
    tree = _Tree(symbols.encode(inputs), answers.reshape(inputs.shape[:2]), len(alphabet))
    red = [0]
    while True:
        checkpoint()
        fringe = tree.fringe(red)
        if fringe is None:
            break
        parent, symbol, blue = fringe
        scored = [(tree.fold(state, blue, keep=False), -place) for place, state in enumerate(red)]
        best, place = max(scored)
        if best < 0:
            red.append(blue)
        elif best < _EVIDENCE:
            return None
        else:
            tree.child[parent][symbol] = red[-place]
            tree.fold(red[-place], blue, keep=True)
        if len(red) > most or tree.work > _WORK:
            return None
    number = {state: n for n, state in enumerate(red)}
    if any(-1 in tree.child[state] for state in red):
        return None
    transitions = np.array([[number[s] for s in tree.child[state]] for state in red], dtype=np.int64)
    told = np.array([tree.answer[state] for state in red], dtype=np.int64)
    return Machine(alphabet, transitions, kinds[told]).minimised()


class _Tree:
    """The prefix tree, level by level; its edges are redirected as states are merged."""

    def __init__(self, symbols: Ints, answers: Ints, letters: int) -> None:
        self.child: list[list[int]] = [[-1] * letters]
        self.answer: list[list[int]] = [[-1] * letters]
        self.work = 0
        places = [0] * len(symbols)
        for step in range(symbols.shape[1]):
            checkpoint()
            column = zip(symbols[:, step].tolist(), answers[:, step].tolist(), strict=True)
            for word, (symbol, answer) in enumerate(column):
                node = places[word]
                if self.child[node][symbol] < 0:
                    self.child[node][symbol] = len(self.child)
                    self.answer[node][symbol] = answer
                    self.child.append([-1] * letters)
                    self.answer.append([-1] * letters)
                places[word] = self.child[node][symbol]

    def fringe(self, red: list[int]) -> tuple[int, int, int] | None:
        """The edge from a red state to the first node that is not red; None if there is none."""
        known = set(red)
        edges = ((node, parent, s) for parent in red for s, node in enumerate(self.child[parent]))
        first = min((edge for edge in edges if edge[0] >= 0 and edge[0] not in known), default=None)
        return None if first is None else (first[1], first[2], first[0])

    def fold(self, into: int, node: int, *, keep: bool) -> int:
        """How many answers of two states agree, -1 if some do not; with `keep` the two become one."""
        checkpoint()
        agreed = 0
        changed: list[tuple[int, int]] = []
        todo = [(into, node)]
        while todo:
            a, b = todo.pop()
            self.work += 1
            for symbol, below in enumerate(self.child[b]):
                if below < 0:
                    continue
                if self.child[a][symbol] < 0:
                    self.child[a][symbol] = below
                    self.answer[a][symbol] = self.answer[b][symbol]
                    changed.append((a, symbol))
                elif self.answer[a][symbol] != self.answer[b][symbol]:
                    agreed, todo = -1, []
                    break
                else:
                    agreed += 1
                    todo.append((self.child[a][symbol], below))
        if not keep:
            for a, symbol in changed:
                self.child[a][symbol] = self.answer[a][symbol] = -1
        return agreed
