"""Regular languages, transducers and benchmark tasks that the networks of train.py learn.

Each is a table (or, for counters, only a rule) in plain Python and NumPy. netlift never imports this module
and never sees a table: it is the truth that opened networks are held against.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import permutations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.bench import TASKS

Ints = NDArray[np.int64]
Step = Callable[[Any, Any], tuple[Hashable, int]]


@dataclass(frozen=True)
class Table:
    """A complete Mealy machine that starts in state 0: next states and outputs, both [Q, A].

    An acceptor's output says after each symbol whether the word so far is in the language.
    """

    transitions: Ints
    outputs: Ints

    @property
    def states(self) -> int:
        """The number of states."""
        return len(self.transitions)

    def run(self, symbols: Ints) -> Ints:
        """Outputs [N, T] on symbol numbers [N, T]."""
        state = np.zeros(len(symbols), dtype=np.int64)
        outputs = np.zeros_like(symbols)
        for step in range(symbols.shape[1]):
            outputs[:, step] = self.outputs[state, symbols[:, step]]
            state = self.transitions[state, symbols[:, step]]
        return outputs

    def minimised(self) -> "Table":
        """The equivalent table with the fewest states, by Moore's partition refinement."""
        blocks = np.unique(self.outputs, axis=0, return_inverse=True)[1].reshape(-1)
        while True:
            signature = np.column_stack([blocks, blocks[self.transitions]])
            finer = np.unique(signature, axis=0, return_inverse=True)[1].reshape(-1)
            if finer.max() == blocks.max():
                break
            blocks = finer
        transitions, outputs = self.transitions.tolist(), self.outputs.tolist()

        def step(state: int, symbol: int) -> tuple[int, int]:
            after = transitions[state][symbol]
            return int(np.flatnonzero(blocks == blocks[after])[0]), outputs[state][symbol]

        return tabulate(int(np.flatnonzero(blocks == blocks[0])[0]), step, range(self.transitions.shape[1]))

    def difference(self, other: "Table") -> list[int] | None:
        """A shortest word (as symbol numbers) on which two tables answer differently, or None."""
        pairs: dict[tuple[int, int], tuple[int, ...]] = {(0, 0): ()}
        queue = [(0, 0)]
        for mine, theirs in queue:  # grows while it is walked: breadth-first
            word = pairs[mine, theirs]
            for symbol in range(self.transitions.shape[1]):
                if self.outputs[mine, symbol] != other.outputs[theirs, symbol]:
                    return [*word, symbol]
                pair = int(self.transitions[mine, symbol]), int(other.transitions[theirs, symbol])
                if pair not in pairs:
                    pairs[pair] = (*word, symbol)
                    queue.append(pair)
        return None


def tabulate(start: Hashable, step: Step, symbols: Any) -> Table:
    """The table of a rule `step(state, symbol) -> (state, output)`, states numbered breadth-first."""
    number, order = {start: 0}, [start]
    transitions, outputs = [], []
    for state in order:  # grows while it is walked
        nexts, emitted = [], []
        for symbol in symbols:
            after, output = step(state, symbol)
            if after not in number:
                number[after] = len(order)
                order.append(after)
            nexts.append(number[after])
            emitted.append(output)
        transitions.append(nexts)
        outputs.append(emitted)
    return Table(np.array(transitions, dtype=np.int64), np.array(outputs, dtype=np.int64))


@dataclass(frozen=True)
class Language:
    """What a network is to learn: its input alphabets (one a stream), number of classes and length.

    `table` is the truth, symbols in the order of the product of the alphabets; None for a counter. `task`
    names the benchmark task that draws the data, where it is one.
    """

    name: str
    kind: str
    alphabets: tuple[tuple[int, ...], ...]
    classes: int
    length: int
    table: Table | None
    task: str | None = None

    @property
    def symbols(self) -> Ints:
        """The joint symbols [A, D]."""
        return np.array(list(product(*self.alphabets)), dtype=np.int64)

    def draw(self, count: int, length: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
        """Fresh inputs [count, length, D] and the right outputs [count, length].

        A benchmark task draws as it always does. Words of a language are a third uniform, a third with
        symbol frequencies drawn anew for each word, and a third walks that keep away from states that
        cannot be left again: uniform words alone hardly ever stay in a language such as 1*.
        """
        if self.task is not None:
            # cut from full length: there may be fewer short words than are wanted without repeats
            drawn = TASKS[self.task].sequences(count, rng, max(length, self.length))
            return drawn.inputs[:, :length], drawn.targets[:, :length, 0]
        assert self.table is not None
        table = self.table
        size = len(self.symbols)
        symbols = rng.integers(size, size=(count, length))
        third = count // 3
        shares = rng.dirichlet(np.full(size, 0.5), size=third).cumsum(axis=1)
        symbols[:third] = (rng.random((third, length, 1)) > shares[:, None]).sum(axis=2).clip(max=size - 1)
        absorbing = (table.transitions == np.arange(table.states)[:, None]).all(axis=1)
        if absorbing.any():
            state = np.zeros(third, dtype=np.int64)
            for step in range(length):
                wanted = ~absorbing[table.transitions[state]] | (rng.random((third, 1)) < 0.03)
                chosen = np.where(wanted, rng.random((third, size)), -1.0).argmax(axis=1)
                symbols[third : 2 * third, step] = chosen
                state = table.transitions[state, chosen]
        return self.symbols[symbols], table.run(symbols)


def acceptor(start: Hashable, move: Callable[[Any, Any], Hashable], accepts: Any, size: int) -> Table:
    """The table of an acceptor over the symbols 0..size-1."""

    def step(state: Hashable, symbol: int) -> tuple[Hashable, int]:
        after = move(state, symbol)
        return after, int(accepts(after))

    return tabulate(start, step, range(size)).minimised()


def _tomita() -> list[Table]:
    """Tomita (1982), 1 to 7: 1*; (10)*; no odd run of ones right before an odd run of zeros; no 000;
    even numbers of both; ones and zeros equal modulo 3; 0*1*0*1*.
    """

    def three(state: tuple[str, int], x: int) -> tuple[str, int]:
        phase, parity = state  # "even", "ones", "zeros after an odd run", or dead
        if phase == "dead":
            return state
        if phase == "ones":
            return ("ones", 1 - parity) if x else (("zeros", 1) if parity else ("free", 0))
        if phase == "zeros":
            return ("zeros", 1 - parity) if not x else (("dead", 0) if parity else ("ones", 1))
        return ("ones", 1) if x else ("free", 0)

    def seven(s: int, x: int) -> int:
        return s if s == 4 or x == s % 2 else s + 1

    return [
        acceptor(True, lambda s, x: s and x == 1, bool, 2),
        acceptor(0, lambda s, x: 1 - s if s < 2 and x == 1 - s else 2, lambda s: s == 0, 2),
        acceptor(("free", 0), three, lambda s: s[0] != "dead" and s != ("zeros", 1), 2),
        acceptor(0, lambda s, x: s if s == 3 else (0 if x else s + 1), lambda s: s < 3, 2),
        acceptor((0, 0), lambda s, x: (s[0] ^ x, s[1] ^ (1 - x)), lambda s: s == (0, 0), 2),
        acceptor(0, lambda s, x: (s + (1 if x else -1)) % 3, lambda s: s == 0, 2),
        acceptor(0, seven, lambda s: s < 4, 2),
    ]


def _contains(word: tuple[int, ...], size: int) -> Table:
    def move(seen: tuple[int, ...], x: int) -> tuple[int, ...]:
        return seen if seen == word else (*seen, x)[-len(word) :]

    return acceptor((), move, lambda seen: seen == word, size)


def _two_brackets(depth: int) -> Table:
    """Brackets of two kinds, 0 and 1 open, 2 and 3 close, at most so deep."""

    def move(stack: tuple[int, ...] | None, x: int) -> tuple[int, ...] | None:
        if stack is None or (x < 2 and len(stack) == depth) or (x >= 2 and stack[-1:] != (x - 2,)):
            return None
        return (*stack, x) if x < 2 else stack[:-1]

    return acceptor((), move, lambda stack: stack == (), 4)


def _group(generators: list[tuple[int, ...]], points: int) -> Table:
    """The product of permutations so far; the output is where it takes the first points, numbered."""
    size = len(generators[0])
    places = list(permutations(range(size), points))

    def step(state: tuple[int, ...], x: int) -> tuple[tuple[int, ...], int]:
        after = tuple(state[i] for i in generators[x])
        return after, places.index(after[:points])

    return tabulate(tuple(range(size)), step, range(len(generators))).minimised()


def random_table(
    states: int, symbols: int, classes: int, *, accepts: bool, seed: int, among: int | None = None
) -> Table:
    """A random minimal machine with so many states; where it `accepts`, the next state tells the output.

    `among` is how many states are drawn, of which those stay that can be reached (two symbols reach about
    four fifths); as many as the machine has, unless told otherwise.
    """
    count = states if among is None else among
    rng = np.random.default_rng([seed, states, symbols, classes])
    while True:
        transitions = rng.integers(count, size=(count, symbols))
        final = rng.integers(classes, size=count)
        outputs = final[transitions] if accepts else rng.integers(classes, size=(count, symbols))
        rows, emitted = transitions.tolist(), outputs.tolist()

        def step(q: int, x: int, rows: Any = rows, emitted: Any = emitted) -> tuple[int, int]:
            return rows[q][x], emitted[q][x]

        table = tabulate(0, step, range(symbols)).minimised()
        balance = np.bincount(table.outputs.reshape(-1), minlength=classes) / table.outputs.size
        if table.states == states and balance.min() > 0.5 / classes:
            return table


def _acceptors() -> list[tuple[str, Table, int]]:
    tomita = [(f"tomita_{i + 1}", table, 15) for i, table in enumerate(_tomita())]
    named = [
        ("contains_0110", _contains((0, 1, 1, 0), 2), 20),
        ("contains_0121", _contains((0, 1, 2, 1), 3), 20),
        ("divisible_by_5", acceptor(0, lambda s, x: (2 * s + x) % 5, lambda s: s == 0, 2), 15),
        (
            "ones_mod_3_zeros_mod_2",
            acceptor((0, 0), lambda s, x: ((s[0] + x) % 3, (s[1] + 1 - x) % 2), lambda s: s == (0, 0), 2),
            15,
        ),
        ("third_last_is_1", acceptor((0, 0, 0), lambda s, x: (*s[1:], x), lambda s: s[0] == 1, 2), 15),
        ("in_order", acceptor(0, lambda s, x: x if s <= x else 9, lambda s: s < 9, 4), 15),
        (
            "brackets_depth_4",
            acceptor(
                0,
                lambda s, x: 9 if s == 9 or not 0 <= s + 1 - 2 * x <= 4 else s + 1 - 2 * x,
                lambda s: s == 0,
                2,
            ),
            20,
        ),
        ("two_brackets_depth_3", _two_brackets(3), 20),
    ]
    drawn = [
        (f"random_dfa_{q}", random_table(q, a, 2, accepts=True, seed=s), length)
        for q, a, s, length in [(4, 3, 0, 15), (6, 2, 0, 15), (8, 4, 0, 15), (10, 3, 0, 20), (12, 2, 0, 20)]
    ]
    return [*tomita, *named, *drawn]


def _transducers() -> list[tuple[str, Table, int]]:
    def quotient(divisor: int) -> Step:
        return lambda r, x: ((2 * r + x) % divisor, (2 * r + x) // divisor)

    def lift(floor: int, x: int) -> tuple[int, int]:
        """A lift of 13 floors: down, stay, up; it says which third it is in, and rings (3) at a stop."""
        after = min(max(floor + x - 1, 0), 12)
        return after, 3 if after == floor and x != 1 else after // 5

    def coffee(paid: int, x: int) -> tuple[int, int]:
        """Coins of 1, 2 and 5 buy at 7: the output is the change, or 5 where there is nothing to give."""
        total = paid + (1, 2, 5)[x]
        return (0, total - 7) if total >= 7 else (total, 5)

    named = [
        ("times_3", tabulate(0, lambda c, x: ((3 * x + c) // 2, (3 * x + c) % 2), range(2)), 15),
        ("quotient_by_11", tabulate(0, quotient(11), range(2)), 20),
        ("delay_2", tabulate((0, 0), lambda s, x: ((s[1], x), s[0]), range(3)), 15),
        ("edges_mod_4", tabulate((0, 0), lambda s, x: ((x, (s[1] + (x ^ s[0])) % 4), s[1]), range(2)), 15),
        ("lift_13_floors", tabulate(6, lift, range(3)), 25),
        ("coffee", tabulate(0, coffee, range(3)), 15),
        ("group_s3", _group([(1, 0, 2), (1, 2, 0)], 1), 15),
        ("group_s4", _group([(1, 0, 2, 3), (1, 2, 3, 0)], 1), 12),
        ("group_a5", _group([(1, 2, 3, 4, 0), (1, 2, 0, 3, 4)], 2), 12),
    ]
    drawn = [
        (f"random_mealy_{q}", random_table(q, a, k, accepts=False, seed=0, among=drawn), length)
        for q, a, k, length, drawn in [
            (2, 3, 3, 15, 2),
            (5, 2, 2, 15, 5),
            (8, 3, 2, 15, 8),
            (12, 3, 3, 20, 12),
            (16, 3, 4, 20, 16),
            (20, 2, 4, 20, 20),
            (30, 2, 6, 20, 38),
            (40, 2, 8, 20, 50),
            (60, 2, 12, 20, 75),
        ]
    ]
    return [*((name, table.minimised(), length) for name, table, length in named), *drawn]


def _addition(base: int) -> Step:
    return lambda carry, x: ((carry + x[0] + x[1]) // base, (carry + x[0] + x[1]) % base)


def _tasks() -> list[tuple[str, int, int, Any, Step | None]]:
    """Benchmark tasks: name, classes, length, first state and step of the rule, restated here.

    A task without a step is a counter, whose truth no table holds.
    """
    return [
        ("binary_addition", 2, 15, 0, _addition(2)),
        ("base_3_addition", 3, 15, 0, _addition(3)),
        ("parity_all", 2, 15, 0, lambda s, x: ((s + x[0]) % 2, (s + x[0]) % 2)),
        ("add_mod_5", 5, 15, 0, lambda s, x: ((s + x[0]) % 5, (s + x[0]) % 5)),
        ("div_3", 2, 15, 0, lambda r, x: ((2 * r + x[0]) % 3, (2 * r + x[0]) // 3)),
        (
            "alternating_last4",
            2,
            15,
            (0, 0, 0),
            lambda s, x: ((*s[1:], x[0]), int(s in ((0, 1, 0), (1, 0, 1)) and x[0] != s[2])),
        ),
        ("bit_dot_prod_mod2", 2, 15, 0, lambda s, x: (s ^ (x[0] & x[1]), s ^ (x[0] & x[1]))),
        ("previous_equals_current", 2, 15, 0, lambda s, x: (x[0], int(s == x[0]))),
        ("min_seen", 10, 10, 9, lambda s, x: (min(s, x[0]), min(s, x[0]))),
        ("bit_shift_right", 2, 15, 0, lambda s, x: (x[0], s)),
        ("prev1", 100, 10, 0, lambda s, x: (x[0], s)),
        ("balanced_parenthesis", 2, 12, None, None),
        ("evens_counter", 11, 10, None, None),
    ]


def _all() -> dict[str, Language]:
    found = []
    for kind, tables in (("acceptor", _acceptors()), ("transducer", _transducers())):
        for name, table, length in tables:
            alphabet = tuple(range(table.transitions.shape[1]))
            found.append(Language(name, kind, (alphabet,), int(table.outputs.max()) + 1, length, table))
    for name, classes, length, start, step in _tasks():
        task = TASKS[name]
        alphabets = (tuple(range(task.low, task.high + 1)),) * task.streams
        rule = None if step is None else tabulate(start, step, list(product(*alphabets))).minimised()
        found.append(Language(f"task_{name}", "task", alphabets, classes, length, rule, name))
    return {language.name: language for language in found}


LANGUAGES: dict[str, Language] = _all()
