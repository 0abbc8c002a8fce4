"""The lean machine reader: as few network steps as a machine can be had for, hidden states being kept."""

from dataclasses import dataclass, field

import numpy as np

from netlift.networks._protocol import Network
from netlift.networks._states import State, joined, rows_of, take
from netlift.states._machine import Machine
from netlift.states._probe import BudgetError, Ints, Probe, Word
from netlift.states._voting import spread_words

_OPENING = 8  # words of the horizon's length, before anything is believed
_WALKS = 60  # walks over all transitions, for small machines
_LEAST, _MOST = 2, 20  # walks from each transition
_TAIL = 3  # symbols of a walk behind the suffix that tells states apart
_MIDDLE = 2  # random symbols before it, at most
_EVERY = 16  # symbols up to which each one is tried from the end of every transition
_SLACK = 2  # steps that telling states apart has to leave over, or all longer suffixes are tried


@dataclass(frozen=True)
class LeanReading:
    """What the lean reader found: a minimal `machine` that stood all tests, or None and why.

    `reason` is "horizon" (states are told apart only by words about as long as the network is trusted, as a
    counter's are), "too many states" or "budget". `steps` counts the network's steps, tests included.
    `best` is the last machine that was whole, found wrong or not; None: there was none yet.
    """

    machine: Machine | None
    reason: str
    steps: int
    best: Machine | None = None


def read_lean(
    network: Network,
    alphabet: Ints,
    horizon: int,
    *,
    rng: np.random.Generator,
    max_states: int = 128,
    budget: int = 30_000,
    opening: Ints | None = None,
) -> LeanReading:
    """Read a finite machine off a network over the alphabet [A, D], by words of at most `horizon` steps.

    Active learning (Angluin 1987) with one question more than a black box allows: the hidden state after
    every word that was asked is kept, so that a longer word costs only the steps that are new, and no reset.
    States are the leaves of a discrimination tree (Kearns and Vazirani 1994; Isberner, Howar and Steffen
    2014), grown breadth-first, so that each has a shortest access word; a counterexample brings one suffix
    more, the shortest that Rivest and Schapire's (1993) argument finds. Counterexamples are looked for in
    all words that were ever asked, which costs nothing, then by random words and by walks from the end of
    every transition, over suffixes of the tree. `budget` counts network steps. `opening` are the words of
    symbol numbers [N, T] that are asked first, -1 behind their ends; None: a few random ones.
    """
    reader = _Reader(Probe(network, alphabet, budget), horizon, max_states, rng)
    reason = ""
    try:
        reason = reader.read(opening)
    except BudgetError:
        reason = "budget"
    machine = None if reason else reader.machine()
    return LeanReading(machine, reason, len(reader.tree.parent) - 1, machine or reader.best())


class _Store:
    """Hidden states that are only ever added, and asked for by row.

    Batches are joined in doublings, so that adding one costs as little as it does to an array that grows.
    """

    def __init__(self, first: State) -> None:
        self._batches: list[tuple[int, State]] = [(1, first)]

    def append(self, hidden: State) -> None:
        """One batch more."""
        self._batches.append((rows_of(hidden), hidden))
        while len(self._batches) > 1 and self._batches[-2][0] <= 2 * self._batches[-1][0]:
            (some, one), (more, other) = self._batches[-2:]
            self._batches[-2:] = [(some + more, joined([one, other]))]

    def rows(self, places: Ints) -> State:
        """The states of these rows, in their order."""
        ends = np.cumsum([count for count, _ in self._batches])
        batch = np.searchsorted(ends, places, side="right")
        order = np.argsort(batch, kind="stable")
        parts = [
            take(
                self._batches[number][1],
                places[order][batch[order] == number] - (ends[number - 1] if number else 0),
            )
            for number in np.unique(batch).tolist()
        ]
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return take(joined(parts), back) if len(parts) > 1 else parts[0]


class _Tree:
    """Words that were asked, as a tree; each node has its hidden state and its output as a number.

    `child` [M, A] is -1 where a word was not asked yet. A node's parent has a smaller number than the node.
    """

    def __init__(self, probe: Probe) -> None:
        self.probe = probe
        self.hidden = _Store(probe.start())
        self.child = np.full((64, probe.symbols), -1, dtype=np.int64)
        self.parent, self.symbol, self.depth, self.output = [-1], [-1], [0], [-1]
        self.rows: list[Ints] = []
        self.numbers: dict[bytes, int] = {}

    def walk(self, nodes: list[int], words: list[Word]) -> list[list[int]]:
        """The nodes that each word passes from each node, in one call of the network for each step."""
        passed: list[list[int]] = [[] for _ in nodes]
        now = list(nodes)
        for step in range(max(map(len, words), default=0)):
            going = [i for i, word in enumerate(words) if step < len(word)]
            self._step([now[i] for i in going], [words[i][step] for i in going])
            for i in going:
                now[i] = int(self.child[now[i], words[i][step]])
                passed[i].append(now[i])
        return passed

    def word(self, node: int) -> Word:
        """The word that leads to a node."""
        word: list[int] = []
        while node:
            word.append(self.symbol[node])
            node = self.parent[node]
        return tuple(word[::-1])

    def _step(self, nodes: list[int], symbols: list[int]) -> None:
        """Ask for the words that are new."""
        new = [pair for pair in dict.fromkeys(zip(nodes, symbols, strict=True)) if self.child[pair] < 0]
        if not new:
            return
        first, last = len(self.parent), len(self.parent) + len(new)
        came, by = map(np.array, zip(*new, strict=True))
        hidden = self.probe.step(self.hidden.rows(came), by)
        while last > len(self.child):
            self.child = np.concatenate([self.child, np.full_like(self.child, -1)])
        self.hidden.append(hidden)
        self.child[came, by] = np.arange(first, last)
        self.parent += came.tolist()
        self.symbol += by.tolist()
        self.depth += [self.depth[node] + 1 for node, _ in new]
        for row in self.probe.output(hidden):
            number = self.numbers.setdefault(row.tobytes(), len(self.rows))
            if number == len(self.rows):
                self.rows.append(row)
            self.output.append(number)


@dataclass
class _Question:
    """A node of the discrimination tree: a suffix, and where each answer to it leads. None: a leaf."""

    suffix: Word | None = None
    answers: dict[tuple[int, ...], "_Question"] = field(default_factory=dict)


class _Reader:
    """One reading: the tree of words, the discrimination tree, and the hypothesis that they make.

    `nodes` are the states' nodes, `leaves` their leaves; `transitions` [Q][A] and `ends` [Q][A] the states
    and nodes that their symbols lead to.
    """

    def __init__(self, probe: Probe, horizon: int, max_states: int, rng: np.random.Generator) -> None:
        self.tree = _Tree(probe)
        self.symbols: list[Word] = [(symbol,) for symbol in range(probe.symbols)]
        self.horizon, self.max_states, self.rng = horizon, max_states, rng
        self.root = _Question()
        self.suffixes: list[Word] = []
        self.walked: dict[int, int] = {}
        self.deepest = 0
        self.nodes: list[int] = []
        self.leaves: list[_Question] = []
        self.transitions: list[list[int]] = []
        self.ends: list[list[int]] = []
        self.whole: tuple[list[list[int]], list[list[int]]] | None = None

    def read(self, opening: Ints | None = None) -> str:
        """Close, test, split, until all tests are passed; answers why that was given up, else ""."""
        if opening is None:
            opening = spread_words(len(self.symbols), _OPENING, self.horizon, self.rng)
        words = [tuple(symbol for symbol in word if symbol >= 0) for word in opening.tolist()]
        self.tree.walk([0] * len(words), words)
        while True:
            reason = self._close()
            if reason:
                return reason
            self.whole = self.transitions, self.ends
            wrong = self._wrong()
            while wrong is None and self._test():
                wrong = self._wrong()
            if wrong is None:
                return "" if self.deepest < self.horizon else "horizon"
            self._split(wrong)

    def machine(self) -> Machine:
        """The hypothesis as a machine."""
        return self._tables(self.transitions, self.ends)

    def best(self) -> Machine | None:
        """The last hypothesis that was closed; None: there was none."""
        return None if self.whole is None else self._tables(*self.whole)

    def _tables(self, moves: list[list[int]], ends: list[list[int]]) -> Machine:
        outputs = [[self.tree.rows[self.tree.output[end]] for end in row] for row in ends]
        transitions = np.array(moves, dtype=np.int64)
        return Machine(self.tree.probe.alphabet, transitions, np.array(outputs, dtype=np.int64)).minimised()

    def _close(self) -> str:
        """Breadth-first from the start: a state for each leaf that is reached. Answers as `read` does."""
        self.nodes, self.leaves, self.transitions, self.ends = [], [], [], []
        self.deepest = 0
        state_of: dict[int, int] = {}
        level = [0]
        while True:
            leaves = self._sift(level)
            if leaves is None:
                return "horizon"
            first = len(self.nodes)
            for node, leaf in zip(level, leaves, strict=True):
                if id(leaf) not in state_of:
                    state_of[id(leaf)] = len(self.nodes)
                    self.nodes.append(node)
                    self.leaves.append(leaf)
            width = len(self.symbols)
            states = [state_of[id(leaf)] for leaf in leaves]
            if self.transitions or first:
                self.transitions += [states[i : i + width] for i in range(0, len(states), width)]
            new = self.nodes[first:]
            if not new:
                return ""
            if len(self.nodes) > self.max_states:
                return "too many states"
            if max(self.tree.depth[node] for node in new) >= self.horizon:
                return "horizon"
            walked = self.tree.walk([n for n in new for _ in self.symbols], self.symbols * len(new))
            level = [passed[0] for passed in walked]
            self.ends += [level[i : i + width] for i in range(0, len(level), width)]

    def _sift(self, nodes: list[int]) -> list[_Question] | None:
        """The leaves that nodes belong to; None where the horizon is too near to tell."""
        places = [self.root] * len(nodes)
        while True:
            asked = [i for i, place in enumerate(places) if place.suffix is not None]
            if not asked:
                return places
            suffixes = [places[i].suffix or () for i in asked]
            ends = [self.tree.depth[nodes[i]] + len(s) for i, s in zip(asked, suffixes, strict=True)]
            self.deepest = max(self.deepest, *ends)
            if self.deepest > self.horizon:
                return None
            for i, passed in zip(asked, self.tree.walk([nodes[i] for i in asked], suffixes), strict=True):
                answer = tuple(self.tree.output[node] for node in passed)
                places[i] = places[i].answers.setdefault(answer, _Question())

    def _wrong(self) -> int | None:
        """Of all nodes whose output the hypothesis has otherwise, one nearest to the start."""
        tree = self.tree
        expected = [[tree.output[end] for end in row] for row in self.ends]
        state, best = [0] * len(tree.parent), None
        for node in range(1, len(tree.parent)):
            before, symbol = state[tree.parent[node]], tree.symbol[node]
            state[node] = self.transitions[before][symbol]
            wrong = tree.output[node] != expected[before][symbol]
            if wrong and (best is None or tree.depth[node] < tree.depth[best]):
                best = node
        return best

    def _split(self, wrong: int) -> None:
        """One question more, where the word to a wrong node left the hypothesis for the last time."""
        word, states = self.tree.word(wrong), [0]
        for symbol in word:
            states.append(self.transitions[states[-1]][symbol])
        last = self.tree.output[self.ends[states[-2]][word[-1]]]
        for place in range(len(word) - 2, -1, -1):  # from the end: short suffixes are asked often
            passed = self.tree.walk([self.nodes[states[place]]], [word[place:]])[0]
            if self.tree.output[passed[-1]] != last:
                suffix = word[place + 1 :]
                self.leaves[states[place + 1]].suffix = suffix
                if suffix not in self.suffixes:
                    self.suffixes.append(suffix)
                return

    def _test(self) -> bool:
        """Walks from the ends of transitions that are no state's own node; False: nothing new was asked.

        Near the horizon a counter's next state would differ only on a suffix one symbol longer than those
        that told its states apart; there, each of these is tried.
        """
        ends = [end for row in self.ends for end in row if end not in self.nodes]
        count = int(np.clip(-(-_WALKS // max(1, len(ends))), _LEAST, _MOST))
        starts: list[int] = []
        words: list[Word] = []
        if len(self.symbols) <= _EVERY:
            new = [end for end in ends if end not in self.walked]
            starts = [end for end in new for _ in self.symbols]
            words = self.symbols * len(new)
        for end in ends:
            starts += [end] * (count - self.walked.get(end, 0))
            self.walked[end] = count
        tails = self._tails(len(starts) - len(words))
        room = [self.horizon - self.tree.depth[end] for end in starts[len(words) :]]
        words += [tail[:most] for tail, most in zip(tails, room, strict=True)]
        if self.deepest > self.horizon - _SLACK:
            longer = [(*symbol, *suffix) for symbol in self.symbols for suffix in self.suffixes]
            for end in ends:
                fitting = [word for word in longer if self.tree.depth[end] + len(word) <= self.horizon]
                starts += [end] * len(fitting)
                words += fitting
        before = len(self.tree.parent)
        self.tree.walk(starts, words)
        return len(self.tree.parent) > before

    def _tails(self, count: int) -> list[Word]:
        """Words of a few random symbols, a suffix of the tree, and random symbols again."""
        drawn = self.rng.integers(len(self.symbols), size=(count, _MIDDLE + _TAIL)).tolist()
        middles = self.rng.integers(_MIDDLE + 1, size=count).tolist()
        suffixes = self.suffixes or [()]
        chosen = self.rng.integers(len(suffixes), size=count).tolist()
        return [
            (*symbols[:middle], *suffixes[suffix], *symbols[_MIDDLE:])
            for symbols, middle, suffix in zip(drawn, middles, chosen, strict=True)
        ]
