"""A network held against a program where there is no proof: all short words, and random long ones."""

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlift.certify._claims import Claim, excluded_rate, faultless_words
from netlift.certify._domain import Domain, Joint
from netlift.certify._symbolic import Unsupported
from netlift.certify._system import Answer, System
from netlift.certify._systems import MachineSystem, Spelled
from netlift.core._clock import OutOfTimeError, spend, unbounded
from netlift.core._errors import InputError
from netlift.core._streams import random_stream
from netlift.data import Sequences
from netlift.data._like import words_like
from netlift.networks import Drawing, Network, longest, repeated, rows_of, run_while_budget, within
from netlift.networks._protocol import LEAST
from netlift.states import Machine

Ints = NDArray[np.int64]

MOST_WORDS = 20_000  # words of one length that are all looked at
TESTS, LENGTH = 2_000, 50
FEWEST = 500  # tests of a large network, which is run for about as long as a small one:
WORK = TESTS * LENGTH * 20_000  # weights times steps
EXHAUSTIVE = 10  # length from which looking at all words says more than tests do


def compare_network(network: Network, system: System, domain: Domain, *, seed: int = 0) -> Claim:
    """What running both on words over a domain shows; a refutation is on a shortest word of the short ones.

    `system` is a program, a machine or a recurrence over the numbers that the network takes.
    """
    try:
        return _compared(network, system, domain, seed)
    except Unsupported as reason:
        raise InputError(f"the program cannot be followed step by step: {reason}.") from reason


def compare_ends(network: Network, system: System, examples: Sequences, *, seed: int = 0) -> Claim:
    """What running both on words like the examples shows, their answers at the end of each alone.

    Nothing else is asked, for nothing else counts. A refutation is on a shortest of these words.
    """
    words = words_like(examples, _tests(network), random_stream(seed, "random words"))
    order = np.argsort(words.lengths, kind="stable")  # the shortest first, of the same length as drawn
    name = "machine" if isinstance(system, MachineSystem) else "program"
    run_on, longest_one = 0, 0
    for length in np.unique(words.lengths).tolist():
        rows = order[words.lengths[order] == length]
        inputs = words.inputs[rows, :length]
        answers = run_while_budget(network, inputs)[:, -1]
        for word, said in zip(inputs[: len(answers)].tolist(), answers.tolist(), strict=True):
            state, answered = system.start(), _answer(said)
            for symbol in word:
                state, answered = system.step(state, tuple(symbol))
            if answered != _answer(said):
                witness = [tuple(symbol) for symbol in word], _answer(said), answered
                return _refuted(witness, name, "; only answers at the end of words like the examples count")
        run_on, longest_one = run_on + len(answers), length
    drawn = f"words of up to {longest_one} inputs, drawn like the examples and read at their end"
    details = {
        "sequences": run_on,
        "length": longest_one,
        "seed": seed,
        "excluded_rate": excluded_rate(run_on),
    }
    return Claim("network = machine", "tested", faultless_words(run_on, drawn), {**details, "at": "end"})


def _compared(network: Network, system: System, domain: Domain, seed: int) -> Claim:
    if any(not isinstance(symbol, int) for stream in _finite(domain) for symbol in stream):
        raise InputError("a network takes numbers; give --inputs of numbers, as in 0..9.")
    inner = system.inner if isinstance(system, Spelled) else system
    length, name = 0, "machine" if isinstance(inner, MachineSystem) else "program"
    if domain.size <= MOST_WORDS:
        length, witness = _all_words(network, system, domain.symbols())
        if witness is not None:
            return _refuted(witness, name, "; no shorter sequence tells them apart")
    tests, steps = _tests(network), within(network, LENGTH)
    drawn = (
        _legal(network, tests, steps, seed)
        if isinstance(network, Drawing)
        else _drawn(domain, tests, steps, seed)
    )
    answers = run_while_budget(network, drawn)
    tests = len(answers)
    witness = _first_difference(network, system, drawn[:tests], answers)
    facts = {"domain": domain.facts(), "sequences": tests, "length": steps, "seed": seed}
    if witness is not None:
        return _refuted(
            witness, name, f"; every sequence of up to {length} inputs is answered alike" if length else ""
        )
    most = longest(network)
    limit = "" if most is None else f"; the network takes no more than {most} inputs"
    if most is not None:
        facts["longest"] = most
    if isinstance(network, Drawing):
        limit = f"{limit}; {network.domain}"
    details = {**facts, "exhaustive_length": length, "excluded_rate": excluded_rate(tests)}
    if length >= EXHAUSTIVE:
        told = f"exhaustive, every sequence of up to {length} inputs over {domain} was run{limit}"
        return Claim("network = machine", "exhaustive", told, details)
    told = faultless_words(tests, f"random sequences of {steps} inputs over {domain}") + limit
    return Claim("network = machine", "tested", told, details)


def _legal(network: Drawing, count: int, length: int, seed: int) -> Ints:
    """Random words [count, length, D] of those that count; a few where a budget ends before."""
    try:
        return network.legal_words(count, length, random_stream(seed, "random words"))
    except OutOfTimeError:
        with unbounded():
            return network.legal_words(LEAST, length, random_stream(seed, "random words"))


def _tests(network: Network) -> int:
    """How many random words a network is run on: fewer where it has more than 20,000 weights."""
    size = getattr(network, "parameters", None) or 1
    return max(FEWEST, min(TESTS, WORK // (size * LENGTH)))


def _drawn(domain: Domain, count: int, length: int, seed: int) -> Ints:
    """Random words [count, length, D]; of few symbols all at once, which costs a fiftieth of one by one."""
    if domain.size > MOST_WORDS:
        return np.array(list(domain.words(count, length, random.Random(seed))), dtype=np.int64)
    symbols = np.array(domain.symbols(), dtype=np.int64)
    drawn: Ints = symbols[random_stream(seed, "random words").integers(len(symbols), size=(count, length))]
    return drawn


Witness = tuple[list[Joint], object, object]  # the inputs, and what network and system answer at their end


def _all_words(network: Network, system: System, symbols: list[Joint]) -> tuple[int, Witness | None]:
    """All words, length by length: the greatest length that was looked at, or a shortest difference.

    Each word goes on from where the one without its last symbol ended; words of a length come in the order of
    the symbols.
    """
    units = np.array(symbols, dtype=np.int64)
    hidden = network.initial_state(1)
    machine = _table(system, units[None])
    level = _Steps(system, symbols) if machine is None else _Tables(machine, units)
    length = 0
    while len(symbols) ** (length + 1) <= MOST_WORDS and length < within(network, EXHAUSTIVE + 4):
        before = rows_of(hidden)
        try:
            spend(before * len(symbols))
        except OutOfTimeError:
            break
        hidden = network.next_state(repeated(hidden, len(symbols)), np.tile(units, (before, 1)))
        different = level.advanced(network.output(hidden))
        if different is not None:
            row, said, answered = different
            places = np.unravel_index(row, (len(symbols),) * (length + 1))
            return length, ([symbols[int(place)] for place in places], said, answered)
        length += 1
    return length, None


class _Steps:
    """A system after all words of a length."""

    def __init__(self, system: System, symbols: list[Joint]) -> None:
        self.system, self.symbols, self.states = system, symbols, [system.start()]

    def advanced(self, answers: Ints) -> tuple[int, Answer, Answer] | None:
        """One symbol more; the first word whose answer is not that of `answers` [N, K], and both."""
        following = [self.system.step(state, symbol) for state in self.states for symbol in self.symbols]
        for row, (said, (_, answered)) in enumerate(zip(answers.tolist(), following, strict=True)):
            if answered != _answer(said):
                return row, _answer(said), answered
        self.states = [state for state, _ in following]
        return None


class _Tables:
    """The same for a machine, by its tables."""

    def __init__(self, machine: Machine, units: Ints) -> None:
        self.machine, self.states = machine, np.zeros(1, dtype=np.int64)
        self.places = machine.encode(units[None])[0]

    def advanced(self, answers: Ints) -> tuple[int, Answer, Answer] | None:
        """As that of `_Steps`."""
        outputs = self.machine.outputs[self.states][:, self.places].reshape(answers.shape)
        rows = np.flatnonzero((outputs != answers).any(axis=1))
        if len(rows):
            row = int(rows[0])
            return row, _answer(answers[row].tolist()), _answer(outputs[row].tolist())
        self.states = self.machine.transitions[self.states][:, self.places].reshape(-1)
        return None


def _first_difference(network: Network, system: System, inputs: Ints, answers: Ints) -> Witness | None:
    """The shortest beginning of inputs [N, T, D] on which `answers` of the network are not the system's."""
    machine = _table(system, inputs)
    if machine is not None:
        wrong = (machine.run(inputs) != answers).any(axis=2)
        first = np.where(wrong.any(axis=1), wrong.argmax(axis=1), wrong.shape[1])
        if first.min() == wrong.shape[1]:
            return None
        row = int(first.argmin())
        inputs, answers = inputs[row : row + 1], answers[row : row + 1]
    best: Witness | None = None
    for steps, said in zip(inputs.tolist(), answers.tolist(), strict=True):
        word, state = [tuple(step) for step in steps], system.start()
        for place, (symbol, mine) in enumerate(zip(word, said, strict=True)):
            if best is not None and place + 1 >= len(best[0]):
                break
            state, answered = system.step(state, symbol)
            if answered != _answer(mine):
                best = (word[: place + 1], _answer(mine), answered)
                break
    return best


def _table(system: System, inputs: Ints) -> Machine | None:
    """The machine that a system is, where it knows all these inputs [N, T, D]; None: it is stepped."""
    if isinstance(system, MachineSystem) and (system.machine.encode(inputs) >= 0).all():
        return system.machine
    return None


def _answer(outputs: Sequence[int]) -> Answer:
    """Outputs of the streams as a system answers them."""
    return (outputs[0] if len(outputs) == 1 else tuple(outputs),)


def _refuted(witness: Witness, name: str, ending: str) -> Claim:
    word, said, answered = witness
    told = ", ".join(str(s[0]) if len(s) == 1 else str(s) for s in word)
    shown = [str(a[0]) if isinstance(a, tuple) and len(a) == 1 else str(a) for a in (said, answered)]
    words = (
        f"refuted: at the end of the inputs {told} the network answers {shown[0]}, the {name} "
        f"{shown[1]}{ending}"
    )
    return Claim("network = machine", "refuted", words, {"witness": [list(symbol) for symbol in word]})


def _finite(domain: Domain) -> list[tuple[object, ...]]:
    return [stream for stream in domain.streams if isinstance(stream, tuple)]
