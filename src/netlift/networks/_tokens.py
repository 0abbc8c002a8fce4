"""Symbols as the tokens that a model of sequences takes, and its output units as answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError, listed, shown
from netlift.data._alphabet import is_listed

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Symbol = int | str
Kind = Literal["classes", "next", "likely"]

KINDS: tuple[str, ...] = get_args(Kind)
LIKELY = 0.1  # probability above which a token counts as one that may come next, where nothing is said


@dataclass(frozen=True)
class Tokens:
    """How symbols enter: `ids` has the token of each symbol; None: symbols are the tokens themselves."""

    ids: Mapping[Symbol, int] | None = None

    @classmethod
    def of(cls, symbols: Any) -> "Tokens":
        """From a sequence of symbols, whose tokens are 0, 1, ..., a mapping to tokens, or None."""
        return cls(None if symbols is None else numbered("symbols", symbols, "token"))

    @property
    def alphabet(self) -> tuple[Symbol, ...] | None:
        """The symbols in the order of their units; None: any number is one."""
        return None if self.ids is None else tuple(self.ids)

    def read(self, units: Any) -> Ints:
        """The tokens [batch, D] of input units: one-hot where symbols are listed, else the tokens."""
        units = np.asarray(units, dtype=np.float64)
        if self.ids is None:
            numbers: Ints = np.rint(units).astype(np.int64)
            return numbers
        if units.ndim != 2 or units.shape[1] != len(self.ids):
            raise InputError(
                f"the inputs have the shape {list(units.shape)}; expected [batch, {len(self.ids)}], one-hot, "
                "for so many symbols are listed"
            )
        tokens: Ints = self._table[units.argmax(axis=1)][:, None]
        return tokens

    @cached_property
    def _table(self) -> Ints:
        return np.array(list((self.ids or {}).values()), dtype=np.int64)


@dataclass(frozen=True)
class Answers:
    """How output units [n, K] are read.

    `kind` is "classes" (the best unit), "next" (each unit says of one token whether it may come next) or
    "likely" (the same, for units that are scores of one distribution over all of them). `units` has for each
    answer the unit that stands for it; None: all units, from 0.
    """

    kind: Kind = "classes"
    units: Mapping[Symbol, int] | None = None
    threshold: float | None = None

    @classmethod
    def of(cls, kind: Any, answers: Any, threshold: Any) -> "Answers":
        """What a caller says, checked."""
        if kind not in KINDS:
            raise InputError(f"outputs is {shown(kind)}; expected one of {', '.join(KINDS)}")
        if threshold is not None and (
            isinstance(threshold, bool)
            or not isinstance(threshold, int | float)
            or not np.isfinite(threshold)
            or (kind == "likely" and not 0.0 < threshold < 1.0)
        ):
            expected = "a probability between 0 and 1" if kind == "likely" else "a finite number"
            raise InputError(f"threshold is {shown(threshold)}; expected {expected}")
        return cls(kind, None if answers is None else numbered("answers", answers, "output unit"), threshold)

    @property
    def names(self) -> tuple[Symbol, ...] | None:
        """The answers in the order of the units that are read; None: their numbers."""
        return None if self.units is None else tuple(self.units)

    def read(self, units: Floats) -> Floats:
        """The units that count, of [..., K]; log probabilities beyond the threshold for "likely"."""
        if self.kind == "likely":
            top = units - units.max(axis=-1, keepdims=True)
            units = top - np.log(np.exp(top).sum(axis=-1, keepdims=True))
            units = units - np.log(LIKELY if self.threshold is None else self.threshold)
        if self.units is None:
            return units
        chosen = list(self.units.values())
        if max(chosen) >= units.shape[-1]:
            raise InputError(
                f"answers names the output unit {max(chosen)}; the model has {units.shape[-1]}, from 0"
            )
        return units[..., chosen]

    def unit_of(self, token: int) -> int | None:
        """Which of the units that are read says whether a token may come next; None: none does."""
        if self.kind == "classes":
            return None
        if self.units is None:
            return token
        return next((place for place, unit in enumerate(self.units.values()) if unit == token), None)


def numbered(name: str, given: Any, what: str = "number") -> dict[Symbol, int]:
    """A list of symbols, or a mapping of them to whole numbers from 0, as a mapping. Raises InputError."""
    if not isinstance(given, Mapping) and not is_listed(given):
        raise InputError(
            f"{name} is {shown(given)}; expected a list, or a mapping to the {what} of each, or None"
        )
    pairs = (
        given.items() if isinstance(given, Mapping) else [(one, number) for number, one in enumerate(given)]
    )
    mapping: dict[Symbol, int] = {}
    for symbol, number in pairs:
        if not isinstance(symbol, str | int | np.integer) or isinstance(symbol, bool):
            raise InputError(f"{name} holds {shown(symbol)}; expected whole numbers or strings")
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 0:
            raise InputError(
                f"{name} has the {what} {shown(number)} for {symbol!r}; expected a number from 0"
            )
        mapping[symbol if isinstance(symbol, str) else int(symbol)] = int(number)
    if not mapping:
        raise InputError(f"{name} is empty; expected one at least")
    if len(mapping) < len(given):
        raise InputError(f"{name} holds one twice: {listed(map(repr, given))}")
    return mapping
