"""How symbols enter a network that is given, and how its output units are read: said, or found.

What is said comes from the call or from the checkpoint's JSON; what is not said is found by the number of
units, and by what the output units look like on the example words.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import count, is_bounded, share_spent
from netlift.core._errors import InputError, shown
from netlift.core._errors import listed as listed_names
from netlift.data import LARGEST, Sequences, no_symbol
from netlift.data._alphabet import is_listed
from netlift.networks._cells import CellRnn
from netlift.networks._coded import Coded, UnitNetwork
from netlift.networks._protocol import LEAST
from netlift.networks._symbols import InputCoding, OutputCoding

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Names = tuple[str, ...] | None
Symbol = int | str

SAMPLE = 300  # words on which output units are looked at
LOOKING = 0.05  # share of a budget for that
WHOLE = 0.1  # mean distance from whole numbers up to which units are read as such
CODINGS = ("number", "one-hot")
READINGS = ("classes", "number", "threshold")


@dataclass(frozen=True)
class Said:
    """What a user says of a network's units; None: to be found.

    `inputs` is "number" or "one-hot", `alphabets` each stream's symbols in the order of their units;
    `outputs` is "classes", "number" or "threshold", `classes` each output stream's symbols in the order of
    their scores (for a threshold, below and above it), `threshold` where it lies.
    """

    inputs: str | None = None
    alphabets: Sequence[Sequence[Symbol]] | None = None
    mean: Sequence[float] | None = None
    scale: Sequence[float] | None = None
    outputs: str | None = None
    classes: Sequence[Sequence[Symbol]] | None = None
    threshold: float | None = None

    def __post_init__(self) -> None:
        for name, value, known in (
            ("inputs", self.inputs, CODINGS),
            ("outputs", self.outputs, READINGS),
        ):
            if value is not None and value not in known:
                raise InputError(
                    f"the coding of the {name} is {shown(value)}; expected one of {', '.join(known)}"
                )
        for name, listed in (("alphabets", self.alphabets), ("classes", self.classes)):
            if listed is not None and not (
                is_listed(listed) and len(listed) and all(map(_is_alphabet, listed))
            ):
                raise InputError(f"{name} is {shown(listed)}; expected a list of symbols for each stream")
        if self.threshold is not None and not _is_number(self.threshold):
            raise InputError(f"the threshold is {shown(self.threshold)}; expected a finite number")

    @classmethod
    def of(cls, inputs: Mapping[str, Any] | None, outputs: Mapping[str, Any] | None) -> "Said":
        """What a checkpoint's JSON says. Raises InputError on a key that is none."""
        known = {
            "inputs": ("coding", "alphabets", "mean", "scale"),
            "outputs": ("coding", "classes", "at"),
        }
        for side, given in (("inputs", inputs), ("outputs", outputs)):
            for name in given or {}:
                if name not in known[side]:
                    expected = ", ".join(known[side])
                    raise InputError(f"the JSON's {side!r} has a key {shown(name)}; expected {expected}")
        one, two = dict(inputs or {}), dict(outputs or {})
        for side, listed in (("alphabets", one.get("alphabets")), ("classes", two.get("classes"))):
            if listed is not None and not (
                isinstance(listed, list) and listed and all(map(_is_alphabet, listed))
            ):
                raise InputError(
                    f"the JSON's {side!r} is {shown(listed)}; expected a list of symbols for each stream"
                )
        for side in ("mean", "scale"):
            listed = one.get(side)
            if listed is not None and not (isinstance(listed, list) and all(map(_is_number, listed))):
                raise InputError(f"the JSON's {side!r} is {shown(listed)}; expected a number for each stream")
        at = two.get("at")
        if at is not None and not _is_number(at):
            raise InputError(f"the JSON's 'at' is {shown(at)}; expected a number")
        return cls(
            one.get("coding"),
            one.get("alphabets"),
            one.get("mean"),
            one.get("scale"),
            two.get("coding"),
            two.get("classes"),
            None if at is None else float(at),
        )


def coded_inputs(
    network: UnitNetwork, said: Said, streams: Sequence[Ints], names: Sequence[Names]
) -> InputCoding:
    """The coding of the inputs, whose streams have these symbols [A] (and names, where they are strings)."""
    count = len(streams)
    units = network.input_units if isinstance(network, CellRnn) else None
    listed = None
    if said.alphabets is not None:
        if len(said.alphabets) != count:
            raise InputError(f"the network has {len(said.alphabets)} input streams; the inputs have {count}")
        listed = tuple(
            _placed(one, own, f"input stream {number}")
            for number, (one, own) in enumerate(zip(said.alphabets, names, strict=True))
        )
        for number, (one, own, named) in enumerate(zip(listed, streams, names, strict=True)):
            foreign = sorted(set(own.tolist()) - set(one))
            if foreign:
                shown = foreign[0] if named is None else repr(named[foreign[0]])
                raise InputError(
                    f"the inputs hold the symbol {shown} in stream {number}; the network takes "
                    f"{listed_names(said.alphabets[number])}"
                )
    kind = said.inputs
    if kind is None and listed is not None:
        kind = "one-hot"
    if kind is None:
        kind = _found_coding(network, units, streams, names)
    if kind == "number":
        if isinstance(network, CellRnn) and "embedding" in network.weights:
            raise InputError(
                "the network looks symbols up in an embedding; expected the input coding one-hot"
            )
        if any(named is not None for named in names):
            raise InputError(
                "the inputs are strings, but the network takes numbers; say which unit each symbol has"
            )
        mean = tuple(said.mean) if said.mean is not None else (0.0,) * count
        scale = tuple(said.scale) if said.scale is not None else (1.0,) * count
        if len(mean) != count or len(scale) != count or not all(scale):
            raise InputError(f"mean and scale of the inputs need {count} numbers each, and no scale of 0")
        coding = InputCoding("number", None, mean, scale)
    else:
        if listed is None:
            listed = tuple(
                _filled(own, units if count == 1 else None, named)
                for own, named in zip(streams, names, strict=True)
            )
        coding = InputCoding("one-hot", listed)
    if units is not None and coding.units != units:
        raise InputError(
            f"the network takes {units} input units; as {kind}, the inputs of {count} streams with "
            f"{', '.join(str(len(own)) for own in streams)} symbols make {coding.units}"
        )
    return coding


def _found_coding(
    network: UnitNetwork, units: int | None, streams: Sequence[Ints], names: Sequence[Names]
) -> str:
    numbers = all(named is None for named in names)
    if isinstance(network, CellRnn) and "embedding" in network.weights:
        return "one-hot"  # which looks a symbol's row up, of however many there are
    if units is not None:
        return "number" if numbers and units == len(streams) else "one-hot"
    choices = {
        "number": InputCoding("number", None, (0.0,) * len(streams), (1.0,) * len(streams)),
        "one-hot": InputCoding("one-hot", tuple(tuple(own.tolist()) for own in streams)),
    }
    first = np.stack([own[:1] for own in streams], axis=1)
    reasons = []
    for kind, coding in choices.items():
        if kind == "number" and not numbers:
            continue
        try:
            network.next_state(network.initial_state(1), coding.encode(first))
        except InputError:
            raise
        except Exception as error:  # the user's own network may raise anything
            reasons.append(f"{kind} ({coding.units} units): {type(error).__name__} {error}".rstrip())
        else:
            return kind
    raise InputError(f"the network takes the inputs neither as numbers nor one-hot; {'; '.join(reasons)}")


def coded_outputs(
    coded: Coded, said: Said, words: Ints, targets: Sequences | None
) -> tuple[OutputCoding, tuple[Names, ...]]:
    """How output units are read, and the names of the output streams' symbols (None for numbers).

    Words [N, T, D] are what the network is run on; with `targets` the reading is the one that is right most
    often on them.
    """
    names: tuple[Names, ...] | None = None if targets is None else targets.target_symbols
    said_all = said.outputs is not None or said.classes is not None
    told = said_all and (said.outputs != "threshold" or said.threshold is not None)
    raw = raw_outputs(coded, words[:1, :1]) if told else sampled_outputs(coded, words[:SAMPLE])
    units = raw.shape[1]
    reached = float(np.abs(raw).max())
    if reached > LARGEST and (said.outputs == "number" or not said_all):
        raise InputError(
            f"the network's output units reach {reached:.3g}; as whole numbers, expected 2**62 at most"
        )
    if said_all:
        coding = _said_coding(said, raw, names, targets)
    elif targets is not None:
        coding = _best(coded, _choices(units, targets), targets)
    else:
        coding = _looks_like(raw)
    if names is None:
        names = (None,) * coding.streams(units)
        if said.classes is not None:
            names = tuple(_names_of(one) for one in said.classes)
    if targets is not None and len(names) != coding.streams(units):
        raise InputError(
            f"the network answers {coding.streams(units)} output streams as {coding.kind}; the targets have "
            f"{len(names)}"
        )
    return coding, names


def _said_coding(
    said: Said, raw: Floats, names: Sequence[Names] | None, targets: Sequences | None
) -> OutputCoding:
    kind, units = said.outputs or "classes", raw.shape[1]
    if kind == "number":
        return OutputCoding("number")
    if said.classes is not None:
        own = names if names is not None else [_names_of(one) for one in said.classes]
        if len(own) != len(said.classes):
            raise InputError(f"classes has {len(said.classes)} output streams; the targets have {len(own)}")
        classes = tuple(
            _placed(one, named, f"output stream {number}")
            for number, (one, named) in enumerate(zip(said.classes, own, strict=True))
        )
    elif kind == "threshold":
        classes = _pairs(targets) or ((0, 1),) * units
    else:
        classes = _score_classes(units, targets)
    expected = len(classes) if kind == "threshold" else sum(map(len, classes))
    if expected != units or (kind == "threshold" and any(len(one) != 2 for one in classes)):
        raise InputError(f"the network has {units} output units; as {kind}, {classes} would take {expected}")
    at = said.threshold
    if at is None:
        at = 0.5 if raw.min() >= 0.0 and raw.max() <= 1.0 else 0.0
    return OutputCoding("threshold" if kind == "threshold" else "classes", classes, at)


def _choices(units: int, targets: Sequences) -> list[OutputCoding]:
    streams = targets.targets.shape[2]
    choices = []
    if streams == 1 and units > 1:
        choices.append(OutputCoding("classes", _score_classes(units, targets)))
    if streams == units:
        if all(named is None for named in targets.target_symbols):
            choices.append(OutputCoding("number"))
        pairs = _pairs(targets)
        if pairs is not None:
            choices += [OutputCoding("threshold", pairs, at) for at in (0.0, 0.5)]
    if not choices:
        raise InputError(
            f"the network has {units} output units and the targets have {streams} streams; say how the units "
            "are to be read, as classes of each stream"
        )
    return choices


def _best(coded: Coded, choices: list[OutputCoding], targets: Sequences) -> OutputCoding:
    part = targets.take(np.arange(min(SAMPLE, len(targets))))
    told = part.labelled
    raw = sampled_outputs(coded, part.filled)
    raw = raw.reshape(-1, told.shape[1], raw.shape[1])
    told, targets_told = told[: len(raw)], part.targets[: len(raw)]
    right = [
        float((one.decode(raw[told]) == targets_told[told]).all(axis=1).mean()) if told.any() else 0.0
        for one in choices
    ]
    return choices[int(np.argmax(right))]


def _looks_like(raw: Floats) -> OutputCoding:
    """The reading that units without a word about them call for."""
    units = raw.shape[1]
    whole = float(np.abs(raw - np.rint(raw)).mean()) <= WHOLE
    if units == 1:
        if raw.min() >= 0.0 and raw.max() <= 1.0 and not whole:
            return OutputCoding("threshold", ((0, 1),), 0.5)
        logits = raw.min() < 0.0 < raw.max() and float(np.abs(raw).min()) > 0.05 * float(np.abs(raw).mean())
        if not whole and logits:
            return OutputCoding("threshold", ((0, 1),), 0.0)
        return OutputCoding("number")
    probabilities = bool((np.abs(raw.sum(axis=1) - 1.0) < 1e-3).all())
    if whole and not probabilities:
        return OutputCoding("number")
    return OutputCoding("classes", (tuple(range(units)),))


def _score_classes(units: int, targets: Sequences | None) -> tuple[tuple[int, ...], ...]:
    if targets is None:
        return (tuple(range(units)),)
    distinct = np.unique(targets.targets[targets.labelled])
    if targets.targets.shape[2] == 1 and len(distinct) == units:
        return (tuple(distinct.tolist()),)
    return (tuple(range(units)),)


def _pairs(targets: Sequences | None) -> tuple[tuple[int, ...], ...] | None:
    """The two symbols of each target stream, or None where one has others than two."""
    if targets is None:
        return None
    columns = [np.unique(column).tolist() for column in targets.targets[targets.labelled].T]
    if any(len(column) > 2 for column in columns):
        return None
    return tuple(tuple(column) if len(column) == 2 else (0, 1) for column in columns)


def sampled_outputs(coded: Coded, words: Ints) -> Floats:
    """The same of the first of the words: of all, or of as many as a small share of a budget lasts for."""
    if not is_bounded() or len(words) <= LEAST:
        return raw_outputs(coded, words)
    ends = share_spent() + LOOKING
    found = [raw_outputs(coded, words[:LEAST])]
    for first in range(LEAST, len(words), LEAST):
        if share_spent() > ends:
            break
        found.append(raw_outputs(coded, words[first : first + LEAST]))
    return np.concatenate(found)


def raw_outputs(coded: Coded, words: Ints) -> Floats:
    """The output units [N * T, K] of words [N, T, D], word after word."""
    whole = coded.raw_along(words)
    if whole is not None:
        count(words.shape[0] * words.shape[1])
        return whole.reshape(-1, whole.shape[2])
    hidden = coded.initial_state(len(words))
    found = []
    for step in range(words.shape[1]):
        count(len(words))
        hidden = coded.next_state(hidden, words[:, step])
        found.append(coded.raw_output(hidden))
    raw: Floats = np.stack(found, axis=1).reshape(-1, found[0].shape[1])
    return raw


def _placed(symbols: Sequence[Symbol], names: Names, where: str) -> tuple[int, ...]:
    """The symbols as the whole numbers that stand for them."""
    if len(set(symbols)) < len(symbols):
        raise InputError(f"the alphabet of {where} holds a symbol twice: {listed_names(symbols)}")
    strings = [isinstance(symbol, str) for symbol in symbols]
    if any(strings) != (names is not None) or any(strings) != all(strings):
        kind = "strings" if names is not None else "numbers"
        raise InputError(
            f"the alphabet of {where} is {listed_names(map(repr, symbols))}; the sequences have {kind}"
        )
    if names is None:
        return tuple(int(symbol) for symbol in symbols)
    missing = [symbol for symbol in names if symbol not in symbols]
    if missing:
        raise InputError(
            f"the sequences hold {shown(missing[0])} in {where}; the network has "
            f"{listed_names(map(repr, symbols))}"
        )
    rest = sorted(str(symbol) for symbol in symbols if symbol not in names)
    order = (*names, *rest)
    return tuple(order.index(str(symbol)) for symbol in symbols)


def _names_of(symbols: Sequence[Symbol]) -> Names:
    return tuple(sorted(map(str, symbols))) if any(isinstance(symbol, str) for symbol in symbols) else None


def _filled(own: Ints, units: int | None, names: Names) -> tuple[int, ...]:
    """A stream's symbols in ascending order; 0 .. units - 1 where those that occur are some of them."""
    symbols: list[int] = own.tolist()
    if (
        units is not None
        and names is None
        and len(symbols) < units
        and symbols[0] >= 0
        and symbols[-1] < units
    ):
        return tuple(range(units))
    return tuple(symbols)


def _is_alphabet(listed: Any) -> bool:
    """Whether a value lists symbols: strings that are text, and whole numbers that are counted with."""
    return is_listed(listed) and len(listed) > 0 and all(map(_is_symbol, listed))


def _is_symbol(value: Any) -> bool:
    if isinstance(value, str):
        return not no_symbol(value)
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and abs(int(value)) <= LARGEST


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
