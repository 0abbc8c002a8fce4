"""A network's hidden states as a picture in two dimensions, coloured by what they stand for."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.formulas import Recurrence
from netlift.networks import Network, run_with_states, vectors, within
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WORDS = 120  # that the network is run on
MOST_POINTS = 1_500  # in the picture
MOST_COLOURS = 24  # that are told apart by name
WIDTH, HEIGHT, EDGE = 640, 420, 24  # of the picture, and what stays free around the points
ANSWER = "the network's answer"  # what colours the picture where no state and no variable is known
FLAT = 1e-3  # share of the variance below which a second direction shows nothing
MOST_STATES = 300  # whose own vector is kept
_DIGITS = 4  # of a hidden vector that is shown


@dataclass(frozen=True)
class Projection:
    """How vectors are seen: their mean, the two directions in which they differ most, and the scale."""

    mean: Floats
    axes: Floats  # [H, 2]
    low: Floats
    high: Floats
    shares: tuple[float, float]

    @classmethod
    def of(cls, points: Floats) -> "Projection":
        """Principal components of points [M, H]; their signs are fixed, so that equal runs look alike."""
        mean = points.mean(axis=0)
        _, sizes, directions = np.linalg.svd(points - mean, full_matrices=False)
        axes = np.zeros((points.shape[1], 2))
        axes[:, : min(2, len(directions))] = directions[:2].T
        signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(2)])
        axes = axes * np.where(signs == 0, 1.0, signs)
        variances = np.zeros(2)
        variances[: min(2, len(sizes))] = sizes[:2] ** 2
        total = float((sizes**2).sum()) or 1.0
        seen = (points - mean) @ axes
        return cls(
            mean,
            axes,
            seen.min(axis=0),
            seen.max(axis=0),
            (float(variances[0]) / total, float(variances[1]) / total),
        )

    def place(self, points: Floats) -> Floats:
        """Places in the picture [M, 2] of vectors [M, H]."""
        seen = (points - self.mean) @ self.axes
        span = np.where(self.high > self.low, self.high - self.low, 1.0)
        share = np.where(self.high > self.low, (seen - self.low) / span, 0.5)
        room = np.array([WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE])
        placed: Floats = EDGE + share * room
        placed[:, 1] = HEIGHT - placed[:, 1]
        return np.round(placed, 1)


def hidden_content(
    network: Network,
    words: Ints,
    machine: Machine | None,
    recurrence: Recurrence | None,
    access: list[list[int]] | None,
    examples: list[Ints],
) -> dict[str, Any] | None:
    """What the page shows of hidden states; None where they are no vectors, or none can be told apart.

    Args:
        network: what is run.
        words: inputs [N, T, D], the first of which are run.
        machine: whose states colour the picture; None: the program's first variable does.
        recurrence: whose variable that is.
        access: for each state of the machine a word to it, as numbers of symbols; None: there is none.
        examples: sequences [T, D] whose way through the picture is kept.
    """
    words = words[:WORDS, : within(network, words.shape[1])]
    if not len(words) or not words.shape[1]:
        return None
    if vectors(network, network.initial_state(1)) is None:
        return None
    states, answers = run_with_states(network, words)
    if not np.isfinite(states).all():
        return None
    colour = _colours(words, machine, recurrence, answers[..., 0].reshape(-1))
    size = states.shape[2]
    points = states.reshape(-1, size)
    start = vectors(network, network.initial_state(1))
    view = Projection.of(points if start is None else np.concatenate([start, points]))
    places = view.place(points)
    flat = size == 1 or view.shares[1] < FLAT
    if flat:  # a line: the step of the sequence tells its points apart
        places[:, 1] = np.tile(_down(words.shape[1]), len(words))
    content: dict[str, Any] = {
        "width": WIDTH,
        "height": HEIGHT,
        "hidden": size,
        "shares": view.shares,
        "by_step": flat,
        "by": colour.by,
        "groups": _groups(places, colour.values),
        "numbers": colour.numbers,
        "centres": [],
        "vectors": [],
        "paths": [_path(network, view, one, flat) for one in examples],
    }
    if machine is not None and colour.by == "state" and access is not None:
        content["centres"] = _centres(places, colour.values, machine.states)
        content["vectors"] = _access_vectors(network, machine, access)
    return content


@dataclass(frozen=True)
class _Colour:
    by: str  # "state", the name of a variable, or ANSWER
    values: Ints  # [N * T]
    numbers: bool  # whether the values are more than can be told by colours of their own


def _colours(words: Ints, machine: Machine | None, recurrence: Recurrence | None, answers: Ints) -> _Colour:
    if machine is not None:
        symbols = machine.encode(words)
        if (symbols >= 0).all():
            reached = np.zeros(symbols.shape, dtype=np.int64)
            state = np.zeros(len(words), dtype=np.int64)
            for step in range(symbols.shape[1]):
                state = machine.transitions[state, symbols[:, step]]
                reached[:, step] = state
            return _Colour("state", reached.reshape(-1), machine.states > MOST_COLOURS)
    if recurrence is not None and recurrence.initial and isinstance(recurrence.initial[0][1], int):
        values = _variable(words, recurrence)
        if values is not None:
            return _Colour(recurrence.initial[0][0], values, len(np.unique(values)) > MOST_COLOURS)
    return _Colour(ANSWER, answers, len(np.unique(answers)) > MOST_COLOURS)


def _variable(words: Ints, recurrence: Recurrence) -> Ints | None:
    """The first variable after each step, [N * T]; None where the program raises or leaves 64 bits."""
    name, found = recurrence.initial[0][0], []
    for word in words.tolist():
        state = dict(recurrence.initial)
        for symbol in word:
            try:
                state, _ = recurrence.step(state, tuple(symbol))
                value = state[name]
            except (ArithmeticError, LookupError, TypeError, ValueError):
                return None
            if not isinstance(value, int) or abs(value) >= 2**53:
                return None
            found.append(int(value))
    return np.array(found, dtype=np.int64)


def _groups(places: Floats, values: Ints) -> list[dict[str, Any]]:
    """Points by colour, each place once; fewer where there are very many."""
    both = np.unique(np.column_stack([values, places]), axis=0)
    if len(both) > MOST_POINTS:
        both = both[np.linspace(0, len(both) - 1, MOST_POINTS).astype(np.int64)]
    return [
        {"value": value, "text": str(value), "points": both[both[:, 0] == value, 1:].tolist()}
        for value in np.unique(both[:, 0]).astype(np.int64).tolist()
    ]


def _centres(places: Floats, values: Ints, states: int) -> list[list[float] | None]:
    """For each state the place of its points that is nearest their middle; None where none was visited."""
    found: list[list[float] | None] = [None] * states
    for state in np.unique(values).tolist():
        own = places[values == state]
        nearest = ((own - own.mean(axis=0)) ** 2).sum(axis=1).argmin()
        found[state] = own[nearest].tolist()
    return found


def _access_vectors(network: Network, machine: Machine, access: list[list[int]]) -> list[list[float] | None]:
    """The hidden vector after each state's access word."""
    chosen = access[:MOST_STATES]
    steps = within(network, max(map(len, chosen), default=0))
    padded = np.zeros((len(chosen), max(steps, 1)), dtype=np.int64)
    for row, word in enumerate(chosen):
        padded[row, : min(len(word), steps)] = word[:steps]
    start = vectors(network, network.initial_state(1))
    states, _ = run_with_states(network, machine.alphabet[padded])
    found: list[list[float] | None] = []
    for row, word in enumerate(chosen):
        if len(word) > steps or start is None:
            found.append(None)
            continue
        vector = states[row, len(word) - 1] if word else start[0]
        found.append([float(f"{value:.{_DIGITS}g}") for value in vector])
    return found


def _path(network: Network, view: Projection, word: Ints, flat: bool) -> list[list[float]]:
    """The places that a sequence comes by, the start first."""
    word = word[: within(network, len(word))]
    start = vectors(network, network.initial_state(1))
    if start is None:
        return []
    seen = start if not len(word) else np.concatenate([start, run_with_states(network, word[None])[0][0]])
    places = view.place(seen)
    if flat:
        places[1:, 1] = _down(len(word))
        places[0, 1] = EDGE / 2
    return [[float(x), float(y)] for x, y in places]


def _down(steps: int) -> Floats:
    """Heights of so many steps, the first at the top."""
    return np.round(EDGE + (HEIGHT - 2 * EDGE) * np.arange(steps) / max(steps - 1, 1), 1)
