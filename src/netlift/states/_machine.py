"""Finite state machines in Mealy form: run, minimise, compare."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Machine:
    """A complete Mealy machine; state 0 is where every sequence starts.

    A Moore machine is the case in which the output depends on the next state alone.

    Attributes:
        alphabet: [A, D], one row a joint input symbol.
        transitions: [Q, A], the next state from each state by each symbol.
        outputs: [Q, A, K], what is emitted on the way.

    Example:
        >>> import numpy as np
        >>> from netlift.states import Machine
        >>> flip = np.array([[0, 1], [1, 0]])
        >>> parity = Machine(np.array([[0], [1]]), flip, flip[:, :, None])
        >>> parity.run(np.array([[[1], [1], [1]]])).tolist()
        [[[1], [0], [1]]]
    """

    alphabet: Ints
    transitions: Ints
    outputs: Ints

    @property
    def states(self) -> int:
        """The number of states Q."""
        return len(self.transitions)

    def encode(self, inputs: Ints) -> Ints:
        """Symbol numbers [N, T] of inputs [N, T, D]; -1 where a symbol is not in the alphabet."""
        known = np.ones(inputs.shape[:-1], dtype=bool)
        place, own = np.zeros(inputs.shape[:-1], dtype=np.int64), np.zeros(len(self.alphabet), dtype=np.int64)
        for given, column in zip(np.moveaxis(inputs, -1, 0), self.alphabet.T, strict=True):
            numbers, number = np.unique(column, return_inverse=True)
            own = own * len(numbers) + number.reshape(-1)
            kept = np.searchsorted(numbers, given).clip(max=len(numbers) - 1)
            place = place * len(numbers) + kept
            pairs, own = np.unique(own, return_inverse=True)  # as few numbers again as there are symbols
            own = own.reshape(-1)
            again = np.searchsorted(pairs, place).clip(max=len(pairs) - 1)
            known &= (numbers[kept] == given) & (pairs[again] == place)
            place = again
        rows = np.zeros(len(self.alphabet), dtype=np.int64)
        rows[own] = np.arange(len(self.alphabet))
        symbols: Ints = np.where(known, rows[place], -1)
        return symbols

    def run(self, inputs: Ints) -> Ints:
        """Outputs [N, T, K] on inputs [N, T, D], all symbols from the alphabet."""
        symbols = self.encode(inputs)
        state = np.zeros(len(inputs), dtype=np.int64)
        outputs = np.zeros((*symbols.shape, self.outputs.shape[-1]), dtype=np.int64)
        for step in range(symbols.shape[1]):
            outputs[:, step] = self.outputs[state, symbols[:, step]]
            state = self.transitions[state, symbols[:, step]]
        return outputs

    def minimised(self) -> "Machine":
        """The equivalent machine with the fewest states, reachable ones only, numbered breadth-first.

        Moore's partition refinement.
        """
        flat = self.outputs.reshape(self.states, -1)
        blocks = np.unique(flat, axis=0, return_inverse=True)[1].reshape(-1)
        while True:
            signature = np.column_stack([blocks, blocks[self.transitions]])
            finer = np.unique(signature, axis=0, return_inverse=True)[1].reshape(-1)
            if finer.max() == blocks.max():
                break
            blocks = finer
        order = [0]
        number = {int(blocks[0]): 0}
        for state in order:  # the list grows while it is walked: breadth-first
            for successor in self.transitions[state].tolist():
                block = int(blocks[successor])
                if block not in number:
                    number[block] = len(order)
                    order.append(successor)
        renumber = np.array([number.get(int(b), -1) for b in blocks], dtype=np.int64)
        chosen = np.array(order, dtype=np.int64)
        return Machine(self.alphabet, renumber[self.transitions[chosen]], self.outputs[chosen])

    def difference(self, other: "Machine") -> Ints | None:
        """A shortest word [T, D] on which the two machines answer differently, or None."""
        if not np.array_equal(self.alphabet, other.alphabet):
            raise ValueError("machines over different alphabets cannot be compared")
        queue: deque[tuple[int, int]] = deque([(0, 0)])
        came_from: dict[tuple[int, int], tuple[tuple[int, int], int] | None] = {(0, 0): None}
        while queue:
            pair = queue.popleft()
            mine, theirs = pair
            differs = (self.outputs[mine] != other.outputs[theirs]).any(axis=1)
            if differs.any():
                word = [int(differs.argmax())]
                link = came_from[pair]
                while link is not None:
                    word.append(link[1])
                    link = came_from[link[0]]
                return self.alphabet[word[::-1]]
            for symbol in range(len(self.alphabet)):
                successor = (int(self.transitions[mine, symbol]), int(other.transitions[theirs, symbol]))
                if successor not in came_from:
                    came_from[successor] = (pair, symbol)
                    queue.append(successor)
        return None
