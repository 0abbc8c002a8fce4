"""Whether a program is the network's mechanism: the map of its variables, and interventions on hidden states.

After Geiger et al., "Causal Abstractions of Neural Networks", NeurIPS 2021 (interchange interventions).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._arguments import checked_count, checked_seed
from netlift.core._clock import spend
from netlift.core._errors import InputError
from netlift.core._streams import random_stream
from netlift.core._threads import on_one_thread
from netlift.formulas import Recurrence
from netlift.mechanism._trace import State, Stepper, Symbol, Trace, traced
from netlift.mechanism._variables import Part, map_facts, variable_maps
from netlift.networks import Network, ReadsOn, joined, take
from netlift.networks import State as Hidden
from netlift.states import VariableMap

if TYPE_CHECKING:
    from netlift.report._result import Result

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FITTED = 300  # words for fitting the maps
TRIALS, FEWEST_TRIALS = 2_000, 200  # interventions of each kind, and of a large network at least
LARGE = 20_000  # weights from which there are fewer, so that a network is run for about as long
FEWEST = 100  # fresh words, even where fewer have hidden states enough
NOTHING = 1e-6  # share of the natural spread up to which a move, or a difference, counts as none


@dataclass(frozen=True)
class Interventions:
    """How often the network answered as the program does after its hidden state was changed.

    A trial agrees when all outputs from the change to the end of the word are equal.

    Attributes:
        trials: how many hidden states were changed; 0 where none could be.
        agreement: the share of trials that agree, from 0 to 1; None: no trial was possible.
        telling: trials in which the change alters what the program answers: there, agreement is no matter of
            course.
        telling_agreement: the share of these that agree; None: there were none.
        distance: where hidden states are moved to places of their own, how far: the root mean square of the
            moves, divided by that of the difference of two visited hidden states. None: they are not.
        reason: why no trial was possible; empty where there were trials.
    """

    trials: int
    agreement: float | None
    telling: int = 0
    telling_agreement: float | None = None
    distance: float | None = None
    reason: str = ""

    @classmethod
    def impossible(cls, reason: str) -> "Interventions":
        """Say that no trial was possible.

        Args:
            reason: why, in one sentence.

        Returns:
            Figures without trials.
        """
        return cls(0, None, reason=reason)

    def facts(self) -> dict[str, Any]:
        """The figures as they stand in result.json."""
        if self.agreement is None:
            return {"trials": 0, "agreement": None, "reason": self.reason}
        facts: dict[str, Any] = {
            "trials": self.trials,
            "agreement": self.agreement,
            "telling": self.telling,
            "telling_agreement": self.telling_agreement,
        }
        return facts if self.distance is None else facts | {"distance": self.distance}


@dataclass(frozen=True)
class Faithfulness:
    """What interventions on a network's hidden states say of the program that was read from it.

    `interchange` and `same_state` use hidden states that words lead to, and so say no more than running words
    would; `one_variable`, `ignored` and `between` go beyond behaviour. docs/faithfulness.md explains each.

    Attributes:
        variables: for each program variable, how often it is decoded right from fresh hidden states.
        interchange: the hidden state of one word put into another at the same step.
        one_variable: for each program variable, only its component put there; empty: no maps are affine.
        ignored: `interchange` with the source's hidden state moved where no variable changes.
        same_state: moved to the hidden state that another word, as long or shorter, leaves where the
            program's state is the same.
        between: moved to a random point on the straight line to there.
        seed: the seed of the trials.
        state_map: how variables are decoded, as JSON can hold it.
    """

    variables: Mapping[str, VariableMap]
    interchange: Interventions
    one_variable: Mapping[str, Interventions]
    ignored: Interventions
    same_state: Interventions
    between: Interventions
    seed: int
    state_map: Mapping[str, Any]

    def facts(self) -> dict[str, Any]:
        """`faithfulness` of result.json; the maps themselves stand in its `state_map`."""
        return {
            "variables": {
                name: {"trials": one.trials, "agreement": one.agreement}
                for name, one in self.variables.items()
            },
            "interchange": self.interchange.facts(),
            "one_variable": {name: one.facts() for name, one in self.one_variable.items()},
            "ignored": self.ignored.facts(),
            "same_state": self.same_state.facts(),
            "between": self.between.facts(),
            "seed": self.seed,
        }


@on_one_thread
def faithfulness(result: "Result", *, trials: int = 10_000, seed: int = 0) -> Faithfulness:
    """Measure how far a result's program is its network's mechanism, not only its behaviour.

    The network is run through its three methods alone, on words of the training data (for a network that was
    brought along: on its example words).

    Args:
        result: what `distill` or `lift` gave, with a program and a network.
        trials: interventions of each kind, at least 1 (those on single variables share them), and about the
            number of fresh hidden states that variables are decoded from.
        seed: the same seed gives the same figures.

    Returns:
        Shares of trials in which network and program agree.

    Raises:
        InputError: the result holds no program, network or words, or an argument cannot be used.

    Cost:
        Some ten runs of the network on `trials` words; seconds for 10,000 trials and a small network.

    Source:
        Geiger, Lu, Icard and Potts, Causal abstractions of neural networks, NeurIPS 2021.

    Example:
        >>> import itertools, netlift
        >>> inputs = list(itertools.product((0, 1), repeat=6))
        >>> targets = [[sum(word[: step + 1]) % 2 for step in range(6)] for word in inputs]
        >>> result = netlift.distill(inputs, targets)
        >>> netlift.faithfulness(result, trials=100).interchange.agreement
        1.0
    """
    trials, seed = checked_count("trials", trials), checked_seed(seed)
    if any(not hasattr(result, name) for name in ("network", "recurrence", "words")):
        raise InputError(f"result is of type {type(result).__name__}; expected what distill or lift gives")
    if result.network is None or result.recurrence is None or result.words is None:
        raise InputError("the result holds no program to compare a network with; expected one from distill")
    return measured(result.network, result.recurrence, result.words, trials, seed)


def trials_of(network: Network) -> int:
    """How many interventions of each kind are made on a network: fewer where it is large."""
    size = getattr(network, "parameters", None) or 1
    return min(TRIALS, max(FEWEST_TRIALS, TRIALS * LARGE // size))


def measured(network: Network, recurrence: Recurrence, words: Ints, trials: int, seed: int) -> Faithfulness:
    """`faithfulness` for a network and a recurrence, on words [N, T, D] drawn from these."""
    rng = random_stream(seed, "interventions")
    length = words.shape[1]
    count = max(FEWEST, -(-trials // max(length, 1)))
    chosen = words[rng.permutation(len(words))[: FITTED + count]]
    stepper = Stepper(recurrence)
    half = min(FITTED, len(chosen) // 2)
    fit, fresh = (traced(network, stepper, part) for part in (chosen[:half], chosen[half:]))
    maps = variable_maps(recurrence, fit, fresh)
    named = {part.name: one for part, one in maps.items()}
    reason = (
        "the network has no hidden units" if fresh.hidden is not None and not fresh.hidden.shape[-1] else ""
    )
    if len(fit) < 1 or len(fresh) < 2 or length < 2:
        reason = "it takes three words of two or more steps that the program answers"
    if reason:
        no = Interventions.impossible(reason)
        return Faithfulness(named, no, {}, no, no, no, seed, map_facts(maps))
    swaps = Swaps(network, stepper, fresh, trials, rng)
    hidden = fresh.path.states
    if not isinstance(hidden, np.ndarray) or fresh.hidden is None:
        no = Interventions.impossible("hidden states cannot be changed: they are no vectors")
        return Faithfulness(named, swaps.whole(), {}, no, swaps.same_state(), no, seed, map_facts(maps))
    moved = _Moves(swaps, fresh.hidden)
    directions = _directions(recurrence, maps, fresh, fresh.hidden)
    if isinstance(directions, str):
        ignored = Interventions.impossible(directions)
        single = {name: ignored for name, one in named.items() if one.kind != "constant"}
    else:
        ignored = moved.ignored(directions)
        single = moved.one_variable(directions)
    same, between = moved.same_state()
    return Faithfulness(named, swaps.whole(), single, ignored, same, between, seed, map_facts(maps))


@dataclass(frozen=True)
class _Directions:
    """Program variables as directions among hidden states.

    `reads` [V, H] gives the variables' values, up to a constant; `moves` [V, H] are the moves that raise one
    of them by 1 and leave the others, and of all such moves the one most usual among visited hidden states:
    the regression of hidden states on what is read.
    """

    parts: tuple[Part, ...]
    reads: Floats
    moves: Floats


def _directions(
    recurrence: Recurrence, maps: Mapping[Part, VariableMap], trace: Trace, hidden: Floats
) -> _Directions | str:
    """The directions of all variables that vary; where there are none, the reason."""
    for at, (name, initial) in enumerate(recurrence.initial):
        if isinstance(initial, tuple) and len({len(s[at]) for states in trace.states for s in states}) > 1:
            return f"the list {name} changes its length"
        if initial != () and at not in {part.at for part in maps}:
            return f"no fresh hidden state is left to judge a map of {name} on"
    varying = {part: one for part, one in maps.items() if one.kind != "constant"}
    for part, one in varying.items():
        if one.kind != "affine":
            return f"{part.name} has no affine map, so that it cannot be told which directions leave it alone"
    points = hidden.reshape(-1, hidden.shape[-1])
    centred = points - points.mean(axis=0)
    reads = np.array([one.weights for one in varying.values()]).reshape(-1, points.shape[1])
    values = centred @ reads.T
    scale = values.std(axis=0)
    if (scale == 0.0).any() or np.linalg.matrix_rank(values / scale, rtol=NOTHING) < len(reads):
        return "some variables cannot be moved while the others stay: their directions are dependent"
    moves = np.linalg.lstsq(values / scale, centred, rcond=None)[0] / scale[:, None]
    return _Directions(tuple(varying), reads, moves)


class Swaps:
    """Trials of interventions: target words, source words, and the steps at which they are joined.

    Source and target are different rows of the trace; the step, in 1 .. T - 1, is the same in both, so that
    no word is longer than those the network knows. Of hidden states nothing is asked but rows.
    """

    def __init__(
        self, network: Network, stepper: Stepper, trace: Trace, trials: int, rng: np.random.Generator
    ) -> None:
        self.network, self.stepper, self.trace, self.rng = network, stepper, trace, rng
        count, length = len(trace), trace.path.outputs.shape[1]
        self.length = length
        self.target = rng.integers(count, size=trials)
        self.source = (self.target + rng.integers(1, count, size=trials)) % count
        self.step = rng.integers(1, length, size=trials)
        self.theirs: Hidden = self.hidden(self.source, self.step - 1)
        pairs = zip(self.source.tolist(), self.step.tolist(), strict=True)
        self.states = [trace.states[row][step - 1] for row, step in pairs]
        everything = np.arange(trials)
        self.expected = self.program(everything, self.states)

    def hidden(self, words: Ints, steps: Ints) -> Hidden:
        """The network's hidden states in these words after these steps (0: the first input)."""
        return take(self.trace.path.states, words * self.length + steps)

    def whole(self) -> Interventions:
        """The source's hidden state instead of the target's."""
        return self.compared(np.arange(len(self.step)), self.theirs, self.expected)

    def same_places(self) -> tuple[Ints, Ints]:
        """For each trial a word, and a step no later, where the program's state is the source's."""
        places: dict[State, list[tuple[int, int]]] = {}
        for step in range(self.length - 1):
            for row, states in enumerate(self.trace.states):
                places.setdefault(states[step], []).append((step, row))
        steps_of = {state: np.array([step for step, _ in found]) for state, found in places.items()}
        picked = []
        for state, step in zip(self.states, self.step.tolist(), strict=True):
            no_longer = int(np.searchsorted(steps_of[state], step))  # places come by step
            picked.append(places[state][int(self.rng.integers(no_longer))])
        steps, rows = np.array(picked).T
        return rows, steps

    def same_state(self) -> Interventions:
        """Another word's hidden state where the program's state is the source's."""
        rows, steps = self.same_places()
        kept = np.flatnonzero((rows != self.source) | (steps != self.step - 1))
        if not len(kept):
            return Interventions.impossible("no state of the program was seen in two places")
        expected = [self.expected[row] for row in kept.tolist()]
        return self.compared(kept, self.hidden(rows[kept], steps[kept]), expected)

    def program(self, rows: Ints, states: Sequence[State]) -> list[list[Symbol] | None]:
        """The program's outputs from these states on the rest of the target words; None: it would raise."""
        outputs: list[list[Symbol] | None] = []
        for row, state in zip(rows.tolist(), states, strict=True):
            rest = self.trace.symbols[int(self.target[row])][int(self.step[row]) :]
            walked = self.stepper.walk(state, rest)
            outputs.append(None if walked is None else walked[1])
        return outputs

    def compared(
        self,
        rows: Ints,
        hidden: Hidden,
        expected: Sequence[list[Symbol] | None],
        distance: float | None = None,
    ) -> Interventions:
        """The network from these hidden states on the rest of the target words, held against the program."""
        answers = self._network(rows, hidden)
        right, telling = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
        for place, row in enumerate(rows.tolist()):
            target, step = int(self.target[row]), int(self.step[row])
            right[place] = answers[place] == expected[place]
            telling[place] = expected[place] != self.trace.answers[target][step:]
        told = float(right[telling].mean()) if telling.any() else None
        return Interventions(len(rows), float(right.mean()), int(telling.sum()), told, distance)

    def _network(self, rows: Ints, hidden: Hidden) -> list[list[Symbol]]:
        """The network's outputs from these hidden states on the rest of the target words."""
        words = np.array(self.trace.symbols, dtype=np.int64)[self.target[rows]]
        step = self.step[rows]
        whole = self._read_on(words, step, hidden) if isinstance(self.network, ReadsOn) else None
        if whole is not None:
            return whole
        outputs: list[list[Symbol]] = [[] for _ in rows]
        order = np.argsort(step, kind="stable")  # trials set out one after another, at their steps
        begins = np.searchsorted(step[order], np.arange(words.shape[1] + 1))
        running: Hidden | None = None
        for now in range(words.shape[1]):
            new = order[begins[now] : begins[now + 1]]
            if len(new):
                setting_out = take(hidden, new)
                running = setting_out if running is None else joined([running, setting_out])
            if running is None:
                continue
            trials = order[: begins[now + 1]]
            spend(len(trials))
            running = self.network.next_state(running, words[trials, now])
            for row, output in zip(trials.tolist(), self.network.output(running).tolist(), strict=True):
                outputs[row].append(tuple(output))
        return outputs

    def _read_on(self, words: Ints, step: Ints, hidden: Hidden) -> list[list[Symbol]] | None:
        """The outputs of a network that answers whole words, a call for each step; None: it does not."""
        assert isinstance(self.network, ReadsOn)
        outputs: list[list[Symbol]] = [[] for _ in words]
        for now in np.unique(step).tolist():
            trials = np.flatnonzero(step == now)
            found = self.network.along_from(take(hidden, trials), words[trials, now:])
            if found is None:
                return None
            spend(found.shape[0] * found.shape[1])
            for row, word in zip(trials.tolist(), found.tolist(), strict=True):
                outputs[row] = [tuple(output) for output in word]
        return outputs


class _Moves:
    """Interventions that change a hidden state as a vector: possible where states are arrays."""

    def __init__(self, swaps: Swaps, hidden: Floats) -> None:
        self.swaps, self.hidden = swaps, hidden
        self.theirs: Floats = hidden[swaps.source, swaps.step - 1]
        self.mine: Floats = hidden[swaps.target, swaps.step - 1]
        points = hidden[:, : swaps.length - 1].reshape(-1, hidden.shape[-1])
        self.spread = float(np.sqrt(2.0 * points.var(axis=0).sum()))

    def ignored(self, directions: _Directions) -> Interventions:
        """The source's hidden state, moved where no variable changes.

        A move is the difference of two visited hidden states, less the part that changes variables.
        """
        rng, (count, length) = self.swaps.rng, self.hidden.shape[:2]
        rows = rng.integers(count, size=(2, len(self.theirs)))
        steps = rng.integers(length - 1, size=(2, len(self.theirs)))
        one, other = self.hidden[rows, steps]
        moves = (one - other) - ((one - other) @ directions.reads.T) @ directions.moves
        if self._distance(moves) <= NOTHING:
            return Interventions.impossible("hidden states differ in no direction that leaves all variables")
        everything = np.arange(len(self.theirs))
        return self.swaps.compared(
            everything, self.theirs + moves, self.swaps.expected, self._distance(moves)
        )

    def same_state(self) -> tuple[Interventions, Interventions]:
        """Another word's hidden state where the program's state is the source's; then, a point between."""
        rows, steps = self.swaps.same_places()
        moves = self.hidden[rows, steps] - self.theirs
        kept = np.flatnonzero(np.sqrt((moves**2).sum(axis=1)) > NOTHING * self.spread)
        if not len(kept):
            no = Interventions.impossible("no state of the program was seen with two different hidden states")
            return no, no
        start, moves = self.theirs[kept], moves[kept]
        expected = [self.swaps.expected[row] for row in kept.tolist()]
        shorter = self.swaps.rng.random((len(kept), 1)) * moves
        return (
            self.swaps.compared(kept, start + moves, expected, self._distance(moves)),
            self.swaps.compared(kept, start + shorter, expected, self._distance(shorter)),
        )

    def one_variable(self, directions: _Directions) -> dict[str, Interventions]:
        """Only one variable's component of the hidden state taken from the source, for each variable."""
        swaps, found = self.swaps, {}
        for number, part in enumerate(directions.parts):
            hybrids, rows = [], []
            for row, theirs in enumerate(swaps.states):
                mine = swaps.trace.states[int(swaps.target[row])][int(swaps.step[row]) - 1]
                value = part.of(theirs)
                if value is not None and value != part.of(mine):
                    hybrids.append(part.taken(mine, theirs))
                    rows.append(row)
                if len(rows) == -(-len(swaps.step) // len(directions.parts)):
                    break
            chosen = np.array(rows, dtype=np.int64)
            expected = swaps.program(chosen, hybrids)
            known = [place for place, answers in enumerate(expected) if answers is not None]
            chosen = chosen[known]
            if not known:
                found[part.name] = Interventions.impossible(
                    "the program answers from no state in which it is another word's"
                )
                continue
            differ = (self.theirs[chosen] - self.mine[chosen]) @ directions.reads[number]
            hidden = self.mine[chosen] + differ[:, None] * directions.moves[number]
            found[part.name] = swaps.compared(chosen, hidden, [expected[place] for place in known])
        return found

    def _distance(self, moves: Floats) -> float:
        return float(np.sqrt((moves**2).sum(axis=1).mean())) / self.spread if self.spread > 0.0 else 0.0
