"""Which words count: networks that are asked about legal words alone, and answer one thing after the others.

What a network says after a symbol that may not come next is no truth: it was never trained on it. Where a
domain is said, such a network is not asked on from there; the machine read from it has one state for all
these words, in which it stays.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint
from netlift.core._errors import InputError, shown
from netlift.core._streams import random_stream
from netlift.data import Sequences, joint_symbols
from netlift.networks._coded import Coded, asked
from netlift.networks._foresight import Tables, chosen, foreseen_words
from netlift.networks._prefixes import Prefixes
from netlift.networks._protocol import Parallel, WeightedNetwork, run
from netlift.networks._states import State, joined, longest, take

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Names = tuple[tuple[str, ...] | None, ...]
Domain = Literal["next", "examples"] | Callable[[list[Any]], bool]

RUN = 3  # symbols in a row, with the beginning, that stand in an example where a word is as the examples are
MOST_SYMBOLS = 1_024  # joint symbols up to which runs of them are remembered
SLIPS = 0.5  # slips to any symbol in a drawn word, in the mean: two of five words hold one, and meet the rest
ILLEGAL = "illegal"


class Guard(Protocol):
    """Says which symbols may come next; its states are opaque, as hidden states are."""

    @property
    def told(self) -> str:
        """Which words count, as a clause."""
        ...

    def start(self, batch: int) -> State:
        """The state before the first symbol, `batch` times."""
        ...

    def allows(self, state: State, answers: Ints | None, inputs: Ints) -> Bools:
        """Whether each symbol [n, D] may come next; `answers` [n, K] are the network's before it, if any."""
        ...

    def after(self, state: State, inputs: Ints) -> State:
        """The states after one symbol more."""
        ...


@dataclass(frozen=True)
class MayComeNext:
    """The network's own outputs say which symbols may come next: `streams` [A] has that of each symbol."""

    alphabet: Ints
    streams: Ints

    told: str = "which the network's own outputs say may come next"

    def start(self, batch: int) -> State:
        """Nothing is to be remembered."""
        return np.zeros((batch, 0))

    def allows(self, state: State, answers: Ints | None, inputs: Ints) -> Bools:
        """Whether the stream of each symbol is 1; before the first answer every symbol may come."""
        if answers is None:
            return np.ones(len(inputs), dtype=bool)
        found: Bools = answers[np.arange(len(inputs)), self.streams[_places(self.alphabet, inputs)]] == 1
        return found

    def after(self, state: State, inputs: Ints) -> State:
        """Nothing is to be remembered."""
        return state


@dataclass(frozen=True)
class AsExamples:
    """Words whose runs of symbols, with the beginning, all stand in examples; `runs` are their numbers."""

    alphabet: Ints
    runs: Ints
    told: str = f"of which all runs of {RUN} stand in the examples"

    @classmethod
    def of(cls, examples: Sequences, alphabet: Ints) -> "AsExamples":
        """The runs of these examples."""
        guard = cls(alphabet, np.zeros(0, dtype=np.int64))
        state, found = guard.start(len(examples)), []
        for step in range(examples.inputs.shape[1]):
            inside = examples.mask[:, step]
            inputs = np.where(inside[:, None], examples.inputs[:, step], alphabet[0])
            found.append(guard._numbers(state, inputs)[inside])
            state = guard.after(state, inputs)
        return replace(guard, runs=np.unique(np.concatenate(found)))

    def start(self, batch: int) -> State:
        """The last symbols, none yet."""
        return np.zeros((batch, RUN - 1), dtype=np.int64)

    def allows(self, state: State, answers: Ints | None, inputs: Ints) -> Bools:
        """Whether the run that a symbol completes stands in an example."""
        return np.isin(self._numbers(state, inputs), self.runs)

    def after(self, state: State, inputs: Ints) -> State:
        """The last symbols, with one more."""
        return np.concatenate([state[:, 1:], _places(self.alphabet, inputs)[:, None] + 1], axis=1)

    def _numbers(self, state: State, inputs: Ints) -> Ints:
        number = np.zeros(len(inputs), dtype=np.int64)
        for place in range(RUN - 1):
            number = number * (len(self.alphabet) + 1) + state[:, place]
        whole: Ints = number * (len(self.alphabet) + 1) + _places(self.alphabet, inputs) + 1
        return whole


@dataclass(frozen=True)
class ByPredicate:
    """Words of which each beginning passes a function of the user's; `spelt` writes them as it takes them."""

    predicate: Callable[[list[Any]], bool]
    names: Names
    told: str = "which the predicate lets pass"
    asked: dict[bytes, bool] = field(default_factory=dict)  # words, and whether it let them pass

    def start(self, batch: int) -> State:
        """Words without a symbol."""
        return Prefixes.empty(batch, len(self.names))

    def allows(self, state: State, answers: Ints | None, inputs: Ints) -> Bools:
        """Whether the predicate lets each word with one symbol more pass."""
        words = state.followed_by(inputs)
        passed = [
            self._passes(words.tokens[row, :length]) for row, length in enumerate(words.lengths.tolist())
        ]
        return np.array(passed, dtype=bool)

    def after(self, state: State, inputs: Ints) -> State:
        """The words with one symbol more."""
        return state.followed_by(inputs)

    def _passes(self, word: Ints) -> bool:
        """What the predicate says of a word, which it is asked once."""
        key = word.tobytes()
        if key not in self.asked:
            self.asked[key] = bool(asked("domain", self.predicate, self._spelt(word)))
        return self.asked[key]

    def _spelt(self, word: Ints) -> list[Any]:
        rows = [
            tuple(one if named is None else named[one] for one, named in zip(row, self.names, strict=True))
            for row in word.tolist()
        ]
        return [row[0] for row in rows] if len(self.names) == 1 else list(rows)


@dataclass(frozen=True)
class Legal:
    """A network that is asked about legal words alone; after any other it answers `illegal` [K].

    Its hidden states are those of the network, whether the word is legal so far, the answers after it, and
    the states of the guard. Of an illegal word the hidden state stays what it was.
    """

    network: WeightedNetwork
    guard: Guard
    alphabet: Ints
    illegal: Ints
    names: Names
    guesses: list[Tables] = field(default_factory=list)  # none, or the machine that words are drawn by

    def __str__(self) -> str:
        return f"{self.network}, legal words alone"

    @property
    def hidden_size(self) -> int:
        """The number of hidden units of the network."""
        return self.network.hidden_size

    @property
    def longest(self) -> int | None:
        """The most steps that the network can be run on; None: any number."""
        return longest(self.network)

    @property
    def parameters(self) -> int | None:
        """How many numbers the network consists of; None where it does not tell."""
        return self.network.parameters

    @property
    def domain(self) -> str:
        """Which words count, and what is answered after the others."""
        return (
            f"only words of symbols count {self.guard.told}; after any other symbol the network is not "
            f"asked, and the answer is {', '.join(map(str, self.answers_of_illegal))} from there on"
        )

    @property
    def answers_of_illegal(self) -> list[Any]:
        """What is answered after illegal words, as the program prints it."""
        return [
            one if named is None else named[one]
            for one, named in zip(self.illegal.tolist(), self.names, strict=True)
        ]

    def initial_state(self, batch: int) -> State:
        """The hidden state before the first symbol, `batch` times."""
        hidden = self.network.initial_state(batch)
        answers = self._first(batch)
        known = np.full(batch, answers is not None)
        if answers is None:
            answers = np.tile(self.illegal, (batch, 1))
        return hidden, np.ones(batch, dtype=bool), known, answers, self.guard.start(batch)

    def next_state(self, hidden: State, inputs: Ints) -> State:
        """The hidden states after one more symbol each."""
        return self._after(hidden, inputs, None)

    def states_along(self, inputs: Ints, answers: Ints) -> list[State]:
        """The hidden states after each step of words [N, T, D], whose answers [N, T, K] are known."""
        hidden, states = self.initial_state(len(inputs)), []
        for step in range(inputs.shape[1]):
            hidden = self._after(hidden, inputs[:, step], answers[:, step])
            states.append(hidden)
        return states

    def _after(self, hidden: State, inputs: Ints, answers: Ints | None) -> State:
        """The hidden states after one more symbol each, the network not asked where `answers` are known."""
        inner, legal, _, _, guard = hidden
        legal = legal & self._allowed(hidden, inputs)
        rows, rest = np.flatnonzero(legal), np.flatnonzero(~legal)
        after = np.tile(self.illegal, (len(inputs), 1))
        if len(rows):
            stepped = self.network.next_state(take(inner, rows), inputs[rows])
            after[rows] = self.network.output(stepped) if answers is None else answers[rows]
            back = np.argsort(np.concatenate([rows, rest]), kind="stable")
            inner = take(joined([stepped, take(inner, rest)]), back) if len(rest) else stepped
            following = self.guard.after(take(guard, rows), inputs[rows])
            guard = take(joined([following, take(guard, rest)]), back) if len(rest) else following
        return inner, legal, np.ones(len(inputs), dtype=bool), after, guard

    def output(self, hidden: State) -> Ints:
        """The answers of legal words, and `illegal` for the others."""
        found: Ints = hidden[3]
        return found

    def along(self, inputs: Ints) -> Ints | None:
        """The outputs along words [N, T, D], where the network answers whole words; None: step by step.

        Words are cut before the first symbol that may not come; where the network itself says which these
        are, what it says after one is dropped unseen.
        """
        if not isinstance(self.network, Parallel) or not len(inputs):
            return None
        count, steps, _ = inputs.shape
        if isinstance(self.guard, MayComeNext):
            found = self.network.along(inputs)
            if found is None:
                return None
            before = [self._first(count), *(found[:, step] for step in range(steps - 1))]
            guard = self.guard.start(count)
            allowed = [self.guard.allows(guard, one, inputs[:, t]) for t, one in enumerate(before)]
            legal = np.logical_and.accumulate(np.stack(allowed, axis=1), axis=1)
            return np.where(legal[:, :, None], found, self.illegal)
        lengths = self._legal_steps(inputs)
        answers = np.tile(self.illegal, (count, steps, 1))
        for length in np.unique(lengths[lengths > 0]).tolist():
            rows = np.flatnonzero(lengths == length)
            found = self.network.along(inputs[rows, :length])
            if found is None:
                return None
            answers[rows, :length] = found
        return answers

    def expect(self, machine: Tables) -> None:
        """Take a machine as a guess of the answers, which makes drawing words cheaper and changes none."""
        self.guesses[:] = [machine] if np.array_equal(machine.alphabet, self.alphabet) else []

    def legal_words(self, count: int, length: int, rng: np.random.Generator, slips: float = SLIPS) -> Ints:
        """Words [count, length, D], at each step an even choice among what may come; some slip once.

        `slips` is how often a word does, in the mean. Where nothing may come next, any symbol follows. The
        network is asked only where it says itself what may come.
        """
        draws = [_draws(count, len(self.alphabet), slips / length, rng) for _ in range(length)]
        slipping, weights = (np.stack(part, axis=1) for part in zip(*draws, strict=True))
        if isinstance(self.guard, MayComeNext):
            return self.alphabet[self._by_the_network(self.guard, slipping, weights)]
        guard, legal, words = self.guard.start(count), np.ones(count, dtype=bool), []
        for step in range(length):
            checkpoint()
            allowed = np.zeros((count, len(self.alphabet)), dtype=bool)
            rows = np.flatnonzero(legal)
            for place, symbol in enumerate(self.alphabet if len(rows) else ()):
                inputs = np.tile(symbol, (len(rows), 1))
                allowed[rows, place] = self.guard.allows(take(guard, rows), None, inputs)
            symbols = chosen(allowed, slipping[:, step], weights[:, step])
            legal = allowed[np.arange(count), symbols]
            words.append(self.alphabet[symbols])
            guard = self.guard.after(guard, words[-1])
        return np.stack(words, axis=1)

    def _by_the_network(self, guard: MayComeNext, slips: Bools, weights: Floats) -> Ints:
        """Words [N, T] of symbol numbers, drawn by what the network says may come next."""
        count, length, symbols = weights.shape
        first = self._first(1)
        may = np.ones(symbols, dtype=bool) if first is None else first[0, guard.streams] == 1
        if self.guesses and self.along(self.alphabet[:1, None]) is not None:

            def says(words: Ints) -> Ints:
                return run(self, self.alphabet[words])

            return foreseen_words(self.guesses[0], may, guard.streams, says, slips, weights)
        hidden, words, allowed = self.initial_state(count), [], np.tile(may, (count, 1))
        for step in range(length):
            checkpoint()
            words.append(chosen(allowed, slips[:, step], weights[:, step]))
            hidden = self.next_state(hidden, self.alphabet[words[-1]])
            allowed = self.output(hidden)[:, guard.streams] == 1
        return np.stack(words, axis=1)

    def _allowed(self, hidden: State, inputs: Ints) -> Bools:
        """Whether each symbol may come next, of words that are legal so far."""
        _, legal, known, answers, guard = hidden
        found = np.zeros(len(inputs), dtype=bool)
        for told in (True, False):
            rows = np.flatnonzero(legal & (known == told))
            if len(rows):
                found[rows] = self.guard.allows(
                    take(guard, rows), answers[rows] if told else None, inputs[rows]
                )
        return found

    def _legal_steps(self, inputs: Ints) -> Ints:
        """Up to which step each word is legal, by a guard that does not ask the network."""
        steps = np.zeros(len(inputs), dtype=np.int64)
        rows, guard = np.arange(len(inputs)), self.guard.start(len(inputs))
        for step in range(inputs.shape[1]):
            kept = np.flatnonzero(self.guard.allows(guard, None, inputs[rows, step]))
            rows, guard = rows[kept], take(guard, kept)
            if not len(rows):
                break
            guard = self.guard.after(guard, inputs[rows, step])
            steps[rows] += 1
        return steps

    def _first(self, batch: int) -> Ints | None:
        """The answers before the first symbol, where the network has some and the guard looks at them."""
        if not isinstance(self.guard, MayComeNext):
            return None
        try:
            return np.repeat(self.network.output(self.network.initial_state(1)), batch, axis=0)
        except InputError:  # nothing is put in front of words that could be answered
            return None


@runtime_checkable
class Drawing(Protocol):
    """A network that knows which words count, and draws such words."""

    @property
    def domain(self) -> str:
        """Which words count, and what is answered after the others, as a clause."""
        ...

    def legal_words(self, count: int, length: int, rng: np.random.Generator, slips: float = SLIPS) -> Ints:
        """Words [count, length, D], with so many symbols in each, in the mean, that may not come."""
        ...

    def expect(self, machine: Tables) -> None:
        """Take a machine as a guess of the answers, which makes drawing words cheaper and changes none."""
        ...


def keeping_to(
    domain: Domain | None, network: WeightedNetwork, names: Names, examples: Sequences
) -> tuple[WeightedNetwork, Names]:
    """The network, asked about words of a domain alone, and the names of its outputs' symbols.

    Raises InputError where the domain is none, or cannot be had from this network or these examples.
    """
    if domain is None:
        return network, names
    alphabet = joint_symbols(examples, MOST_SYMBOLS)
    if alphabet is None:
        raise InputError(f"domain is given and the inputs have more than {MOST_SYMBOLS:,} joint symbols")
    guard: Guard | None = None
    if domain == "next":
        guard = _may_come_next(network, alphabet)
    elif domain == "examples":
        guard = AsExamples.of(examples, alphabet)
    elif callable(domain):
        guard = ByPredicate(domain, examples.input_symbols)
    if guard is None:
        raise InputError(
            f"domain is {shown(domain)}; expected 'next', 'examples', a function of words, or None"
        )
    if isinstance(network, Coded) and network.outputs.kind == "threshold":
        named, illegal = names, [0] * len(names)  # nothing may come next, nothing is accepted
    else:
        named = tuple(None if one is None else (*one, ILLEGAL) for one in names)
        illegal = [-1 if one is None else len(one) for one in names]
    return Legal(network, guard, alphabet, np.array(illegal, dtype=np.int64), named), named


def legal_examples(domain: Domain | None, drawn: Sequences, seed: int) -> Sequences:
    """Words of the predicate instead of ones that were drawn evenly, so that no other is ever asked.

    They are legal to their end where that is possible. Where no predicate says which words count, the drawn
    ones stay.
    """
    alphabet = joint_symbols(drawn, MOST_SYMBOLS)
    if not callable(domain) or alphabet is None:
        return drawn
    guard, rng = ByPredicate(domain, drawn.input_symbols), random_stream(seed, "words that count")
    count, steps, _ = drawn.inputs.shape
    state, words = guard.start(count), []
    for _ in range(steps):
        allowed = np.stack(
            [guard.allows(state, None, np.tile(symbol, (count, 1))) for symbol in alphabet], axis=1
        )
        slips = np.zeros(count, dtype=bool)
        words.append(alphabet[chosen(allowed, slips, 1.0 - rng.random(allowed.shape))])
        state = guard.after(state, words[-1])
    return replace(drawn, inputs=np.stack(words, axis=1))


def _draws(count: int, symbols: int, slipping: float, rng: np.random.Generator) -> tuple[Bools, Floats]:
    """Of one step, which of `count` words slip, and the weights [n, A] of the symbols."""
    return rng.random(count) < slipping, 1.0 - rng.random((count, symbols))


def legal_words_only(network: WeightedNetwork) -> str:
    """The sentence about which words count; empty where all do."""
    told = network.domain if isinstance(network, Drawing) else ""
    return f"{told[:1].upper()}{told[1:]}." if told else ""


def _may_come_next(network: WeightedNetwork, alphabet: Ints) -> MayComeNext:
    """The guard by the network's own outputs. Raises InputError where these say no such thing."""
    told = "a network whose outputs say which symbols may come next (from_causal, outputs='next' or 'likely')"
    if not isinstance(network, Coded) or not hasattr(network.network, "unit_of"):
        raise InputError(f"domain is 'next'; expected {told}")
    streams: Sequence[int | None] = network.network.unit_of(network.inputs.encode(alphabet))
    missing = [row for row, stream in zip(alphabet.tolist(), streams, strict=True) if stream is None]
    if network.outputs.kind != "threshold" or missing:
        none = f"; none of them is of the symbol {missing[0][0]}" if missing else ""
        raise InputError(f"domain is 'next'{none}; expected {told}")
    return MayComeNext(alphabet, np.array(streams, dtype=np.int64))


def _places(alphabet: Ints, inputs: Ints) -> Ints:
    """The places of symbols [n, D] in the alphabet [A, D]; 0 for one that is not in it."""
    found: Ints = (inputs[:, None, :] == alphabet[None]).all(axis=2).argmax(axis=1)
    return found
