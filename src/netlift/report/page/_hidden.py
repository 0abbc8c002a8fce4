"""A network's hidden states as a picture in two dimensions, coloured by what they stand for."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.formulas import Recurrence
from netlift.networks import Network, run_with_states, vectors, within
from netlift.report.page._passage import passage_content
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WORDS = 120  # at most, that the network is run on
FEWEST = 20  # words that it is run on, however long they are
MOST_POINTS = 1_500  # in the picture; words beyond these would only cost time
MOST_PATH = 2_000  # steps of an example whose way is kept
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
        around = points - mean
        axes, variances = np.zeros((points.shape[1], 2)), np.zeros(2)
        known = min(2, *around.shape)
        # of the smaller of the two products; singular values of the points take several times as long
        wide = points.shape[1] > len(points)
        sizes, directions = np.linalg.eigh(around @ around.T if wide else around.T @ around)
        directions = directions[:, ::-1][:, :known]
        variances[:known] = np.maximum(sizes[::-1][:known], 0.0)
        if wide:
            directions = around.T @ directions / np.sqrt(np.where(variances > 0, variances, 1.0))[:known]
        axes[:, :known] = directions
        signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(2)])
        axes = axes * np.where(signs == 0, 1.0, signs)
        total = float((around**2).sum()) or 1.0
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
        turned, moved = self.map()
        placed: Floats = np.round(points @ turned + moved, 1)
        return placed

    def map(self) -> tuple[Floats, Floats]:
        """Places as an affine map: vectors [M, H] times the first [H, 2], plus the second [2]."""
        wide = self.high > self.low
        room = np.array([WIDTH - 2 * EDGE, 2 * EDGE - HEIGHT])  # the second direction goes up
        scale = np.where(wide, room / np.where(wide, self.high - self.low, 1.0), 0.0)
        start = np.where(wide, (EDGE, HEIGHT - EDGE), (WIDTH / 2, HEIGHT / 2)) - self.low * scale
        turned: Floats = self.axes * scale
        return turned, start - self.mean @ turned


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
    words = words[:, : within(network, words.shape[1])]
    words = words[: min(WORDS, max(FEWEST, -(-MOST_POINTS // max(words.shape[1], 1))))]
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
        "paths": _paths(network, view, examples, flat),
        "passage": _passage(network, view, words.shape[2], flat),
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


def _paths(network: Network, view: Projection, examples: list[Ints], flat: bool) -> list[list[list[float]]]:
    """The places that each sequence comes by, the start first; all go on together, for speed."""
    start = vectors(network, network.initial_state(1))
    steps = [min(within(network, len(one)), MOST_PATH) for one in examples]
    most = max(steps, default=0)
    if start is None:
        return []
    long = [(one, count) for one, count in zip(examples, steps, strict=True) if count]
    # a sequence that has ended goes on with its last input, and is cut afterwards
    batch = [one[np.minimum(np.arange(most), count - 1)] for one, count in long]
    ways = iter(run_with_states(network, np.stack(batch))[0] if batch else ())
    return [
        _path(view, np.concatenate([start, next(ways)[:count]]) if count else start, flat) for count in steps
    ]


def _path(view: Projection, seen: Floats, flat: bool) -> list[list[float]]:
    """The places of the states of one sequence, of which the first is the start."""
    places = view.place(seen)
    if flat:
        places[1:, 1] = _down(len(seen) - 1)
        places[0, 1] = EDGE / 2
    found: list[list[float]] = places.tolist()
    return found


def _passage(network: Network, view: Projection, streams: int, flat: bool) -> dict[str, Any] | None:
    """The network for a script, and where its states are in the picture; None: it cannot be had."""
    content = passage_content(network, streams)
    if content is None or len(content["first"]) != len(view.mean):
        return None
    turned, moved = view.map()
    heights = [EDGE, HEIGHT - 2 * EDGE, EDGE / 2] if flat else None
    return {**content, "turned": turned.tolist(), "moved": moved.tolist(), "heights": heights}


def _down(steps: int) -> Floats:
    """Heights of so many steps, the first at the top."""
    return np.round(EDGE + (HEIGHT - 2 * EDGE) * np.arange(steps) / max(steps - 1, 1), 1)
