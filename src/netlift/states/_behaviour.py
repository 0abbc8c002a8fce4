"""The machine reader: hidden states that answer alike on all suffixes are one state."""

from dataclasses import dataclass, replace
from itertools import product
from math import log2

import numpy as np

from netlift.networks._protocol import Network
from netlift.networks._states import vectors
from netlift.states._closure import close
from netlift.states._machine import Machine
from netlift.states._polish import merge, polish, start_merged
from netlift.states._probe import BudgetError, Floats, Ints, Probe, Suffixes, Word
from netlift.states._voting import spread_words, vote
from netlift.states._words import access_words, covering_words, distinguishing_words, run_symbols

_FIRST = 40  # suffixes at the start: all words up to a depth, as far as they fit
_MOST = 600  # suffixes when the machine still changes with the depth
_SAMPLED = 24  # symbols, of an alphabet too large to try every one
_VOTES = 150  # words that should vote at the first attempt
_CONVINCING = 0.85  # agreement of a voted machine at which no further attempt is made
_REPAIRS = 12  # rounds of counterexamples
_PATIENCE = 3  # rounds of them that need not help


@dataclass(frozen=True)
class MachineReading:
    """What the machine reader found.

    `machine` is minimal, or None; then `reason` says why: "horizon" (a counter seen through a short
    window, or states that only show beyond it), "too many states", "depth" (still changing with
    the depth of the suffixes), "contradictions" or "budget". `access` holds, for each state, the
    symbols [t, D] of a shortest word to it; `centres` [Q, H] the mean hidden vector there (the first
    hidden state counts to state 0; None where hidden states are no vectors). `agreement` is the share of
    `words` test words, of the horizon's length, on which network and machine give the same outputs at all
    steps. `voted` says that the machine was read by majority. `suffixes` are the words, as symbol
    numbers, that told the states apart. `others` are machines that passed the same tests and explain the
    network's answers less well, but may be what it was meant to learn: to be tried on the data where
    `machine` fails there.
    """

    machine: Machine | None
    reason: str = ""
    access: tuple[Ints, ...] = ()
    centres: Floats | None = None
    agreement: float = 0.0
    words: int = 0
    voted: bool = False
    suffixes: tuple[Word, ...] = ()
    others: tuple[Machine, ...] = ()

    def state_of(self, hidden: Floats) -> Ints:
        """The state [M] whose centre is nearest to each of the hidden states [M, H]."""
        if self.centres is None:
            raise ValueError(f"no machine was read ({self.reason}), so there are no centres")
        distance = ((hidden[:, None] - self.centres) ** 2).sum(axis=2)
        nearest: Ints = distance.argmin(axis=1)
        return nearest


def read_machine(
    network: Network,
    alphabet: Ints,
    horizon: int,
    *,
    rng: np.random.Generator,
    max_states: int = 128,
    voting: bool = True,
    least_agreement: float = 0.5,
    budget: int = 4_000_000,
) -> MachineReading:
    """Read a finite machine off a network over the alphabet [A, D], trusted up to `horizon` steps.

    A state is the hidden vector reached by its shortest access word; two are one when the network
    answers alike on all suffixes up to a small depth. The machine is accepted when it is the same
    one depth further, when it is the same with words two steps shorter (otherwise it is a counter
    seen through a short window), and when network and machine agree on at least `least_agreement`
    of random and covering words. Counterexamples refine it (Rivest and Schapire 1993); with
    `voting`, an imperfect network is read once more by majority over many words to each state, and
    the shorter description of machine and errors wins. `budget` counts network steps (a quarter as
    many again for the majority reading).
    """
    probe = Probe(network, alphabet, budget)
    try:
        first = _strict(probe, horizon, max_states, rng)
    except BudgetError:
        first = MachineReading(None, "budget")
    if first.machine is not None:
        first = replace(first, others=_distinct(first.machine, [start_merged(first.machine)]))
    if first.agreement == 1.0 or not voting:
        return _sure(first, least_agreement)
    probe = Probe(network, alphabet, budget // 4)
    try:
        second = _voted(probe, horizon, max_states, rng)
    except BudgetError:
        second = MachineReading(None, "budget", voted=True)
    best = _sure(min(first, second, key=_cost), least_agreement)
    if best.machine is None:
        return best
    found = [first.machine, *first.others, second.machine, *second.others]
    return replace(best, others=_distinct(best.machine, [one for one in found if one is not None]))


def refine(network: Network, machine: Machine, words: Ints, *, budget: int = 2_000_000) -> Machine:
    """The machine after its states were split by those of the words [N, T, D] it answers wrongly.

    Words on which it already agrees with the network leave it as it is; so do words whose split
    would not close within their own length.
    """
    probe = Probe(network, machine.alphabet, budget)
    symbols = machine.encode(words)
    if (symbols < 0).any():
        raise ValueError("words hold a symbol that is not in the machine's alphabet")
    suffixes = Suffixes.of([*_every(probe.symbols, 1), *distinguishing_words(machine)])
    limit, most = words.shape[1], 4 * machine.states + 64
    try:
        if np.array_equal(run_symbols(machine, symbols)[1], probe.run(symbols)):
            return machine
        closed = close(probe, suffixes, limit, most)
        if closed.machine is None:
            return machine
        return _repair(probe, closed.machine.minimised(), suffixes, symbols, limit, most)[0]
    except BudgetError:
        return machine


def _sure(reading: MachineReading, least: float) -> MachineReading:
    if reading.machine is None or reading.agreement >= least:
        return reading
    return MachineReading(None, "contradictions", agreement=reading.agreement, words=reading.words)


def _every(symbols: int, depth: int) -> list[Word]:
    return [word for length in range(1, depth + 1) for word in product(range(symbols), repeat=length)]


def _first_depth(symbols: int, most: int) -> int:
    """The greatest depth whose words, shorter ones included, number at most `most`; at least 1."""
    depth, total = 1, symbols + symbols**2
    while total <= most and depth < 12:
        depth += 1
        total += symbols ** (depth + 1)
    return depth


def _suffixes(symbols: int, rng: np.random.Generator) -> Suffixes:
    if symbols <= _FIRST:
        return Suffixes.of(_every(symbols, _first_depth(symbols, _FIRST)))
    inner = rng.permutation(symbols - 2)[: _SAMPLED - 2] + 1
    return Suffixes.of([(0,), (symbols - 1,), *((int(a),) for a in inner)])


def _deeper(suffixes: Suffixes, symbols: int, rng: np.random.Generator) -> Suffixes:
    """All words one symbol longer, or a sample where those are too many."""
    depth = suffixes.depth + 1
    if sum(symbols**length for length in range(1, depth + 1)) <= _MOST:
        return suffixes.including(product(range(symbols), repeat=depth))
    sampled = rng.integers(symbols, size=(16, depth + 1)).tolist()
    return suffixes.including(tuple(word) for word in sampled)


def _strict(probe: Probe, horizon: int, max_states: int, rng: np.random.Generator) -> MachineReading:
    """Close at growing depth until two depths give the same machine, then judge it."""
    suffixes = _suffixes(probe.symbols, rng)
    closed = close(probe, suffixes, horizon, max_states)
    while closed.machine is not None:
        deeper = _deeper(suffixes, probe.symbols, rng)
        again = close(probe, deeper, horizon, max_states)
        if again.machine is None:
            return MachineReading(None, again.reason)
        if closed.machine.difference(again.machine) is None:
            return _judge(probe, again.machine, suffixes, horizon, max_states, rng)
        if len(deeper.words) > _MOST or deeper.depth > horizon // 2 + 1:
            return MachineReading(None, "depth")
        suffixes, closed = deeper, again
    return MachineReading(None, closed.reason)


def _judge(
    probe: Probe,
    machine: Machine,
    suffixes: Suffixes,
    horizon: int,
    max_states: int,
    rng: np.random.Generator,
) -> MachineReading:
    """Counterexamples, then the horizon test, then the figures."""
    machine = machine.minimised()
    words = covering_words(machine, horizon, 256, rng)
    refined, wider = _repair(probe, machine, suffixes, words, horizon, max_states)
    fresh = covering_words(refined, horizon, 256, rng)
    choices = [_reading(probe, m, s, fresh) for m, s in ((machine, suffixes), (refined, wider))]
    best = min(choices, key=_cost)
    shorter = close(probe, Suffixes.of(best.suffixes), horizon - 2, max_states)
    if best.machine is None or shorter.machine is None:
        return MachineReading(None, "horizon")
    if shorter.machine.minimised().difference(best.machine) is not None:
        return MachineReading(None, "horizon")
    return best


def _voted(probe: Probe, horizon: int, max_states: int, rng: np.random.Generator) -> MachineReading:
    """The majority reading, by states after few steps first: a network errs least there."""
    reach = 2
    while probe.symbols**reach < _VOTES and reach < horizon:
        reach += 1
    best = MachineReading(None, "horizon", voted=True)
    for steps in sorted({min(reach, horizon), min(reach + 2, horizon), horizon}):
        reading = _voted_within(probe, horizon, steps, max_states, rng)
        best = min(best, reading, key=_cost) if best.machine is not None else reading
        if best.agreement >= _CONVINCING or best.reason == "too many states":
            break
    return best


def _voted_within(
    probe: Probe, horizon: int, reach: int, max_states: int, rng: np.random.Generator
) -> MachineReading:
    """The majority reading, with words up to the horizon and with words two steps shorter."""
    words = spread_words(probe.symbols, 256, horizon, rng)
    small = probe.symbols <= _FIRST
    every = Suffixes.of(_every(probe.symbols, 1 if probe.symbols > 3 else 2)) if small else None
    start = every or _suffixes(probe.symbols, rng)
    read: list[Machine] = []
    for limit in (horizon, horizon - 2):
        voted = vote(probe, words, start, limit, reach, max_states, rng)
        if voted.machine is None:
            return MachineReading(None, voted.reason, voted=True)
        read.append(_polished(probe, voted.machine.minimised(), limit, rng))
    if read[0].states > max_states:
        return MachineReading(None, "too many states", voted=True)
    words = covering_words(read[0], horizon, 256, rng)
    if not _same(read[0], read[1], words):
        read = [start_merged(one) for one in read]  # a wrong answer at the start makes a state of its own
        if not _same(read[0], read[1], words):
            return MachineReading(None, "horizon", voted=True)
    choices = (read[0], *_distinct(read[0], [read[1], *map(start_merged, read)]))
    tails = [Suffixes.of([*_every(probe.symbols, 1), *distinguishing_words(one)]) for one in choices]
    readings = [_reading(probe, one, tail, words) for one, tail in zip(choices, tails, strict=True)]
    return replace(min(readings, key=_cost), voted=True, others=choices)


def _same(one: Machine, other: Machine, words: Ints) -> bool:
    """Whether two machines, each with a few wrong votes perhaps, are one: equal size, hardly a difference."""
    if one.states != other.states:
        return False
    differs = run_symbols(one, words)[1] != run_symbols(other, words)[1]
    return bool(differs.any(axis=(1, 2)).mean() <= 0.1)


def _distinct(chosen: Machine, machines: list[Machine]) -> tuple[Machine, ...]:
    """Those of the machines that differ from the chosen one and from each other, fewest states first."""
    kept = [chosen]
    for machine in sorted(machines, key=lambda one: one.states):
        if all(machine.difference(other) is not None for other in kept):
            kept.append(machine)
    return tuple(kept[1:])


def _polished(probe: Probe, machine: Machine, limit: int, rng: np.random.Generator) -> Machine:
    half = spread_words(probe.symbols, 256, limit, rng)
    words = np.concatenate(
        [half, covering_words(machine, limit, int(np.clip(4 * machine.transitions.size, 512, 2048)), rng)]
    )
    truth = probe.run(words)
    return merge(polish(machine, words, truth), words, truth)


def _cost(reading: MachineReading) -> float:
    """Bits to write the machine down and the test words it answers wrongly."""
    if reading.machine is None:
        return float("inf")
    table = reading.machine.transitions.size * (1.0 + log2(reading.machine.states))
    return table + 12.0 * (1.0 - reading.agreement) * reading.words


def _reading(probe: Probe, machine: Machine, suffixes: Suffixes, words: Ints) -> MachineReading:
    visited, truth = probe.visit(words)
    states, outputs = run_symbols(machine, words)
    agreement = float((truth == outputs).all(axis=(1, 2)).mean())
    access = access_words(machine)
    hidden = vectors(probe.network, visited)
    centres = None if hidden is None else _centres(probe, hidden, states.reshape(-1), access)
    inputs = tuple(machine.alphabet[np.array(word, dtype=np.int64)] for word in access)
    return MachineReading(machine, "", inputs, centres, agreement, len(words), False, suffixes.words)


def _centres(probe: Probe, hidden: Floats, states: Ints, access: tuple[Word, ...]) -> Floats:
    """The mean hidden vector [Q, H] at each state; `hidden` [M, H] were seen at `states` [M]."""
    totals = np.zeros((len(access), hidden.shape[1]))
    counts = np.bincount(states, minlength=len(access))
    np.add.at(totals, states, hidden)
    for state in np.flatnonzero(counts == 0).tolist():  # rare: no test word came by
        last = probe.visit(np.array([access[state]], dtype=np.int64))[0]
        seen = vectors(probe.network, last)
        if seen is not None:
            totals[state] = seen[-1]
    return totals / np.maximum(counts, 1)[:, None]


def _repair(
    probe: Probe, machine: Machine, suffixes: Suffixes, words: Ints, limit: int, max_states: int
) -> tuple[Machine, Suffixes]:
    """Split states by counterexamples among the words [N, T] until none is left or none helps."""
    truth = probe.run(words)
    best, fewest, patience = (machine, suffixes), len(words) + 1, _PATIENCE
    for _ in range(_REPAIRS):
        wrong = (run_symbols(machine, words)[1] != truth).any(axis=2)
        rows = np.flatnonzero(wrong.any(axis=1))
        if len(rows) < fewest:
            best, fewest, patience = (machine, suffixes), len(rows), _PATIENCE
        else:  # a split may need company; but one that never helps follows single errors, not the rule
            patience -= 1
        if not len(rows) or not patience:
            break
        ends = wrong[rows].argmax(axis=1)
        shortest = np.argsort(ends, kind="stable")[:4]
        found = [_splitting_suffix(probe, machine, words[rows[i], : ends[i] + 1]) for i in shortest]
        new = [word for word in found if word and word not in suffixes.words]
        if not new:
            break
        suffixes = suffixes.including(new)
        closed = close(probe, suffixes, limit, max_states)
        if closed.machine is None:
            break
        machine = closed.machine.minimised()
    return best


def _splitting_suffix(probe: Probe, machine: Machine, word: Ints) -> Word:
    """The suffix that tells a state's access word from the word that really led there.

    Rivest and Schapire's search, all places at once: replace ever longer prefixes by the access
    word of the machine's state there, and see where the network's last answer changes.
    """
    states = run_symbols(machine, word[None])[0][0]
    access = access_words(machine)
    tests = np.zeros((len(word), len(word)), dtype=np.int64)
    ends = np.zeros(len(word), dtype=np.int64)
    for place in range(len(word)):
        test = [*access[states[place]], *word[place:].tolist()]
        tests[place, : len(test)] = test
        ends[place] = len(test) - 1
    answers = probe.run(tests)[np.arange(len(word)), ends]
    changed = (answers[1:] != answers[:-1]).any(axis=1)
    if not changed.any():
        return ()
    return tuple(word[int(changed.argmax()) + 1 :].tolist())
