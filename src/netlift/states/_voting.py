"""A machine by majority: many hidden vectors a state, so that isolated errors are outvoted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.networks._states import State, take
from netlift.states._closure import Closure
from netlift.states._machine import Machine
from netlift.states._probe import Ints, Probe, Suffixes, Word
from netlift.states._words import fresh_prefixes

Bools = NDArray[np.bool_]

_SQUAD = 4  # voters that came to their class in the same way
_SQUADS = 8  # ways, for each class
_WORK = 400_000  # network steps in one round of voting; fewer squads where they would not suffice
_SPLIT = 0.2  # a minority of voters this large means two states, not an error
_ABSORB = 0.25  # a class this much rarer than one close by is that one's errors
_NEAR = 0.12  # share of the answers in which an erring signature may differ from its class
_ROUNDS = 8


@dataclass(frozen=True)
class _Ballot:
    """Where voters go: targets [C, V, A] (-1: nowhere known, -2: no voter), outputs [C, A, K]."""

    targets: Ints
    outputs: Ints


def spread_words(symbols: int, count: int, length: int, rng: np.random.Generator) -> Ints:
    """Words [count, length] of symbol numbers: half uniform, half each with its own lopsided mix.

    Lopsided words go to states that uniform ones hardly ever see.
    """
    words = rng.integers(symbols, size=(count, length))
    mixes = rng.dirichlet(np.full(symbols, 0.3), size=count // 2).cumsum(axis=1)
    draws = rng.random((count // 2, length))
    lopsided = (draws[:, :, None] > mixes[:, None]).sum(axis=2)
    words[: count // 2] = np.minimum(lopsided, symbols - 1)
    return words


def vote(
    probe: Probe,
    words: Ints,
    suffixes: Suffixes,
    limit: int,
    reach: int,
    max_states: int,
    rng: np.random.Generator,
) -> Closure:
    """Read a machine off an imperfect network, from the hidden states on `words` [N, T].

    Only states up to step `reach` vote (errors grow with the step number), and no word with its
    suffix is longer than `limit`.

    Hidden states that answer alike on the suffixes form classes; a rare class that is close to a
    frequent one is that one's errors. Members of each class, from as many ways into it as there are,
    vote on every successor and every output. Where they disagree by more than a few errors, or
    where all that came in one way agree against the rest, the suffix that separates the camps is
    added and everything is done again. Answers a machine, or why there is none: "horizon",
    "too many states" or "contradictions".
    """
    for _ in range(_ROUNDS):
        last = min(limit - 1 - suffixes.depth, reach)
        if last < 1:
            return Closure(None, "horizon")
        hidden = probe.visit(words[:, :last])[0]
        signatures = probe.signatures(hidden, suffixes, suffixes.depth)
        fresh = fresh_prefixes(words[:, :last])
        classes = _classes(signatures, words[:, :last], fresh, max_states)
        if not len(classes):
            return Closure(None, "too many states")
        labels = _nearest(signatures, classes)
        if (labels < 0).mean() > 0.3:
            return Closure(None, "contradictions")
        work = len(classes) * _SQUAD * probe.symbols * len(suffixes.words)
        squads = int(np.clip(_WORK // work, 1, _SQUADS))
        members = _members(
            labels.reshape(len(words), last + 1), words[:, :last], fresh, len(classes), squads, rng
        )
        ballot = _vote(probe, hidden, members, classes, suffixes)
        new = _splits(ballot.targets, classes, suffixes)
        if not new:
            first = probe.successors(probe.start())
            answers = probe.signatures(first, suffixes, suffixes.depth)
            ways = (answers[:, None] != classes).sum(axis=2).argmin(axis=1)
            return _assemble(probe, ways, probe.output(first), ballot)
        suffixes = suffixes.including(new)
    return Closure(None, "contradictions")


def _classes(signatures: Ints, words: Ints, fresh: Bools, max_states: int) -> Ints:
    """The signatures [C, S] of the classes, most frequent first; none if they are too many.

    A rare signature next to a frequent one is an error, unless some way in leads to it reliably.
    """
    width = signatures.shape[1] * signatures.itemsize
    keys = np.ascontiguousarray(signatures).view(np.dtype((np.void, width))).reshape(-1)
    _, firsts, labels = np.unique(keys, return_index=True, return_inverse=True)
    counts = np.bincount(labels[fresh.reshape(-1)], minlength=len(firsts))
    floor = max(2, int(fresh.sum()) // 2000)
    frequent = np.argsort(-counts, kind="stable")[: 8 * max_states]
    frequent = frequent[counts[frequent] >= floor]
    rows, counts = signatures[firsts[frequent]], counts[frequent]
    place = np.full(len(firsts), -1, dtype=np.int64)
    place[frequent] = np.arange(len(frequent))
    reliable = _reliable(place[labels].reshape(len(words), -1), words, fresh, len(frequent))
    kept: list[int] = []
    for row in range(len(frequent)):
        if kept and not reliable[row]:
            apart = (rows[kept] != rows[row]).mean(axis=1)
            near = (apart <= _NEAR) & (counts[row] < _ABSORB * counts[kept])
            if near.any():
                continue
        kept.append(row)
        if len(kept) > max_states:
            return rows[:0]
    return rows[kept]


def _reliable(labels: Ints, words: Ints, fresh: Bools, classes: int) -> Bools:
    """Whether some way in, a class and a symbol seen often enough, leads to the class [C] mostly."""
    symbols = int(words.max(initial=0)) + 1
    ways = labels[:, :-1] * symbols + words
    seen = (labels[:, :-1] >= 0) & (labels[:, 1:] >= 0) & fresh[:, 1:]
    pairs, counts = np.unique(np.column_stack([ways[seen], labels[:, 1:][seen]]), axis=0, return_counts=True)
    totals = np.bincount(ways[seen], minlength=classes * symbols)
    sure = (counts >= 4) & (counts > 0.6 * totals[pairs[:, 0]])
    reliable = np.zeros(classes, dtype=np.bool_)
    reliable[pairs[sure, 1]] = True
    return reliable


def _nearest(signatures: Ints, classes: Ints) -> Ints:
    """The class [M] each signature [M, S] belongs to, errors forgiven; -1 where two are as near."""
    known = {row.tobytes(): i for i, row in enumerate(classes)}
    labels = np.array([known.get(row.tobytes(), -1) for row in signatures], dtype=np.int64)
    strangers = np.flatnonzero(labels < 0)
    for begin in range(0, len(strangers), 256):
        rows = strangers[begin : begin + 256]
        apart = (signatures[rows][:, None] != classes).sum(axis=2)
        two = np.sort(apart, axis=1)[:, :2]
        clear = two[:, 0] <= max(1.0, _NEAR * classes.shape[1])
        if two.shape[1] == 2:
            clear &= two[:, 0] < two[:, 1]
        labels[rows[clear]] = apart[clear].argmin(axis=1)
    return labels


def _members(
    labels: Ints, words: Ints, fresh: Bools, classes: int, squads: int, rng: np.random.Generator
) -> Ints:
    """Row numbers [C, squads * _SQUAD] of each class's voters (-1: none), squad after squad.

    A squad came by the same class and symbol; `labels` is [N, T + 1].
    """
    count, steps = labels.shape
    symbols = int(words.max(initial=0)) + 1
    way = np.full((count, steps), -1, dtype=np.int64)  # -1: the start
    way[:, 1:] = np.where(labels[:, :-1] >= 0, labels[:, :-1] * symbols + words, -2)
    flat, ways = labels.reshape(-1), way.reshape(-1)
    rows = rng.permutation(np.flatnonzero((flat >= 0) & (ways >= -1) & fresh.reshape(-1)))
    rows = rows[np.lexsort((ways[rows], flat[rows]))]  # stable: the order within a squad stays random
    members = np.full((classes, squads, _SQUAD), -1, dtype=np.int64)
    ends = np.flatnonzero(np.diff(flat[rows] * (ways.max() + 2) + ways[rows])) + 1
    groups: list[list[Ints]] = [[] for _ in range(classes)]
    for group in np.split(rows, ends):
        if len(group):
            groups[int(flat[group[0]])].append(group)
    for state, found in enumerate(groups):
        for squad, place in enumerate(rng.permutation(len(found))[:squads].tolist()):
            chosen = found[place][:_SQUAD]
            members[state, squad, : len(chosen)] = chosen
    return members.reshape(classes, -1)


def _vote(probe: Probe, hidden: State, members: Ints, classes: Ints, suffixes: Suffixes) -> _Ballot:
    count, voters = members.shape
    successors = probe.successors(take(hidden, np.maximum(members, 0).reshape(-1)))
    labels = _nearest(probe.signatures(successors, suffixes, suffixes.depth), classes)
    targets = labels.reshape(count, voters, probe.symbols)
    targets[members < 0] = -2
    rows, numbers = np.unique(probe.output(successors), axis=0, return_inverse=True)
    numbers = np.where(members[:, :, None] >= 0, numbers.reshape(targets.shape), -1)
    return _Ballot(targets, rows[_majority(numbers)[0]])


def _majority(votes: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Over axis 1 of votes [C, V, A]: first and second choice [C, A] and their counts; negatives abstain."""
    kinds = int(votes.max(initial=0)) + 1
    tally = np.zeros((votes.shape[0], votes.shape[2], max(kinds, 2)), dtype=np.int64)
    state, voter, symbol = np.nonzero(votes >= 0)
    np.add.at(tally, (state, symbol, votes[state, voter, symbol]), 1)
    order = np.argsort(-tally, axis=2, kind="stable")[:, :, :2]
    counts = np.take_along_axis(tally, order, axis=2)
    return order[:, :, 0], order[:, :, 1], counts[:, :, 0], counts[:, :, 1]


def _splits(targets: Ints, classes: Ints, suffixes: Suffixes) -> list[Word]:
    """The suffixes that separate the camps wherever the voters of a class go two ways."""
    first, second, most, next_most = _majority(targets)
    apart = np.where(next_most >= np.maximum(3, _SPLIT * (most + next_most)), second, -1)
    for squad in range(targets.shape[1] // _SQUAD):
        own, _, agree, _ = _majority(targets[:, squad * _SQUAD : (squad + 1) * _SQUAD])
        apart = np.where((agree >= 3) & (own != first), own, apart)
    outputs = classes.shape[1] // len(suffixes.words)
    found: list[Word] = []
    for state, symbol in np.argwhere(apart >= 0).tolist():
        differs = classes[first[state, symbol]] != classes[apart[state, symbol]]
        word = (symbol, *suffixes.words[int(differs.argmax()) // outputs])
        if word not in suffixes.words and word not in found:
            found.append(word)
    return found[:8]


def _assemble(probe: Probe, ways: Ints, emitted: Ints, ballot: _Ballot) -> Closure:
    """The machine that begins in a state of its own, left by `ways` [A] with outputs `emitted` [A, K].

    The first state has one hidden vector and so no vote; minimising merges it with its equal.
    """
    chosen, _, most, _ = _majority(ballot.targets)
    lost = (ballot.targets == -1).sum(axis=1)
    order: list[int] = []
    place: dict[int, int] = {}
    waiting = [ways]
    for row in waiting:  # grows: breadth-first
        for target in row.tolist():
            if target not in place:
                if (most[target] <= lost[target]).any():  # what follows is no known state: the horizon
                    return Closure(None, "horizon")
                order.append(target)
                place[target] = len(order)  # state 0 is the beginning
                waiting.append(chosen[target])
    transitions = np.array([[place[target] for target in row.tolist()] for row in waiting], dtype=np.int64)
    outputs = np.concatenate([emitted[None], ballot.outputs[order]])
    return Closure(Machine(probe.alphabet, transitions, outputs), "")
