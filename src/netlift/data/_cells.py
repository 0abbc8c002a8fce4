"""A column of text cells as a stream: whole numbers, whole numbers of a smaller unit, or symbols."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from netlift.core._errors import InputError, listed, shown
from netlift.data._columns import LARGEST, no_symbol

MOST_PLACES = 6  # decimal places of a fixed-point number; more are those of a measurement
MISSING = frozenset(["", "na", "n/a", "nan", "null", "none", "nil", "?", "-"])  # in a column of numbers
_TRUE = frozenset(["true", "yes", "1", "on"])
_FALSE = frozenset(["false", "no", "0", "off"])
_NUMBER = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_ZEROS = re.compile(r"[+-]?0[0-9]+(\.[0-9]+)?", re.ASCII)
_DIGITS = 9  # of the largest measured number that are kept
_LONGEST = 400  # characters of a number; more are no number


@dataclass(frozen=True)
class Column:
    """How the cells of one column are read.

    `kind` is "number" or "text". `unit` is what a whole number counts, 1/2 for 21.5; `symbols` the sorted
    strings of a text column. `values` gives for each cell as it stands in the file its whole number, or None
    where the cell is missing. `notes` are sentences to be said aloud.
    """

    name: str
    kind: str
    unit: Fraction
    symbols: tuple[str, ...] | None
    values: Mapping[str, int | None]
    notes: tuple[str, ...] = ()

    @property
    def places(self) -> int:
        """Decimal places that write any multiple of the unit."""
        return places_of(self.unit)

    def told(self, value: int) -> str:
        """A value in the user's unit, as text."""
        if self.symbols is not None:
            return self.symbols[value]
        return told(value * self.unit)

    def spelt(self, value: int) -> str:
        """The same as the column spells numbers: with its comma, and the places that all cells have."""
        text = self.told(value)
        if self.symbols is not None or not self._places:
            return text
        whole, _, part = text.partition(".")
        places = max(len(part), *self._places) if len(self._places) == 1 else len(part)
        return whole + self._point + part.ljust(places, "0") if places else whole

    @cached_property
    def _point(self) -> str:
        return "," if any("," in cell for cell in self.values) else "."

    @cached_property
    def _places(self) -> frozenset[int]:
        """How many decimal places the cells have."""
        cells = [cell.strip().replace(",", ".") for cell, value in self.values.items() if value is not None]
        return frozenset(len(cell.partition(".")[2]) for cell in cells)


def number(cell: str, comma: bool = False) -> Fraction | None:
    """The number that a cell spells, exactly; None where it spells none. 01 is text, 1_000 too."""
    text = cell.strip()
    if comma and "." not in text:
        text = text.replace(",", ".", 1)
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        return None
    return Fraction(text)


def places_of(value: Fraction) -> int:
    """Decimal places that write a fraction; one whose denominator has another prime than 2 and 5 has none."""
    left, twos, fives = value.denominator, 0, 0
    while left % 2 == 0:
        left, twos = left // 2, twos + 1
    while left % 5 == 0:
        left, fives = left // 5, fives + 1
    return max(twos, fives)


def told(value: Fraction) -> str:
    """A number as its decimals, "21.5"; a fraction where it has none."""
    places = places_of(value)
    if value * 10**places != int(value * 10**places):
        return str(value)
    scaled = abs(int(value * 10**places))
    sign = "-" if value < 0 else ""
    whole, part = divmod(scaled, 10**places)
    return f"{sign}{whole}.{part:0{places}d}" if places else f"{sign}{whole}"


def column_of(
    source: str,
    name: str,
    cells: Iterable[str],
    *,
    text: bool = False,
    comma: bool = False,
    step: Fraction | None = None,
    unit: Fraction | None = None,
    is_output: bool = False,
    approximate: bool = False,
) -> Column:
    """How a column with these (different) cells is read.

    `text`: as symbols, whatever they are; `comma`: 12,99 is a number; `step`: numbers that are no multiples
    of it are rounded to one; `unit`: the unit, where it is known, of which every number has to be a multiple;
    `approximate`: measured numbers are rounded to a unit of their size. Raises InputError where it cannot be
    read: numbers with too many places and no step.
    """
    different = dict.fromkeys(cells)
    numbers = {} if text else {cell: number(cell, comma) for cell in different}
    others = [cell for cell, value in numbers.items() if value is None]
    missing = [cell for cell in others if cell.strip().lower() in MISSING]
    if not text and len(different) > len(missing) and len(others) == len(missing):
        found = {cell: value for cell, value in numbers.items() if value is not None}
        if approximate and unit is None and step is None:
            step = measured_unit(found.values())
        return _numbers(source, name, found, missing, step, unit, is_output, approximate)
    notes = _remarks(name, different, numbers, others)
    empty = [cell for cell in different if not cell] if is_output else []
    folded = {} if text else _truths(different, several=unit is None)
    if unit is not None and not text and not folded:
        odd = next((cell for cell in others if cell not in missing), "")
        raise InputError(f"{source}: column {shown(name)} has {shown(odd)}; expected numbers")
    if folded:
        spellings = {value: [cell for cell in different if folded.get(cell) == value] for value in (1, 0)}
        parts = [f"{listed(map(shown, some))} as {value}" for value, some in spellings.items() if some]
        aloud = (
            f"Column {shown(name)}: truth values in several spellings are read as one: {'; '.join(parts)}."
        )
        values: dict[str, int | None] = {cell: folded.get(cell) for cell in different}
        return Column(name, "number", Fraction(1), None, values, (aloud,))
    symbols = tuple(sorted(cell for cell in different if cell not in empty))
    for symbol in symbols:
        if told_why := no_symbol(symbol):
            raise InputError(f"{source}: column {shown(name)} has {shown(symbol)}, {told_why}")
    places: dict[str, int | None] = {symbol: place for place, symbol in enumerate(symbols)}
    places |= dict.fromkeys(empty)
    if "" in symbols:
        notes = (*notes, f"Column {shown(name)}: the empty cell is a symbol of its own.")
    return Column(name, "text", Fraction(1), symbols, places, notes)


def _numbers(
    source: str,
    name: str,
    found: Mapping[str, Fraction],
    missing: list[str],
    step: Fraction | None,
    unit: Fraction | None,
    is_output: bool,
    approximate: bool,
) -> Column:
    notes = []
    known = unit
    if unit is None:
        unit = _unit(found.values())
    if step is not None and unit != 1 and unit != step:
        unit = step
        worst = max(abs(value - unit * round(value / unit)) for value in found.values())
        notes.append(
            f"Column {shown(name)}: its numbers are rounded to multiples of {told(unit)}; the largest change "
            f"is {float(worst):.3g}."
        )
    elif known is None and step is None and places_of(unit) > MOST_PLACES:
        longest = max(found, key=lambda cell: places_of(found[cell]))
        side = "output" if is_output else "input"
        raise InputError(
            f"{source}: column {shown(name)} is an {side} of measured numbers such as {shown(longest)}; "
            "expected "
            f"decimals with at most {MOST_PLACES} places, so give a step to which they are rounded, as in "
            "--step 0.1, or --approximate for a program with a stated error"
        )
    values: dict[str, int | None] = {}
    for cell, value in found.items():
        whole = value / unit
        if step is None and not approximate and whole.denominator != 1:
            raise InputError(
                f"{source}: column {shown(name)} has {shown(cell)}; expected a multiple of {told(unit)}"
            )
        values[cell] = round(whole)
        if abs(round(whole)) > LARGEST:
            raise InputError(f"{source}: column {shown(name)} has {shown(cell)}, which is beyond 2**62")
    if unit != 1 and known is None and not approximate:
        example = max(found, key=lambda cell: (places_of(found[cell]), cell))
        notes.append(
            f"Column {shown(name)}: decimals are whole numbers of {told(unit)} ({example} is "
            f"{values[example]}), so "
            "that the program computes exactly."
        )
    if any(missing) and is_output:
        notes.append(
            f"Column {shown(name)}: {listed(map(shown, missing))} count as missing, for all else are numbers."
        )
    return Column(name, "number", unit, None, values | dict.fromkeys(missing), tuple(notes))


def measured_unit(values: Iterable[Fraction]) -> Fraction | None:
    """The power of ten to which measured numbers are rounded; None where they have few places as they are."""
    every = list(values)
    if not every or places_of(_unit(every)) <= MOST_PLACES:
        return None
    largest = max(map(abs, every))
    size = math.log10(largest.numerator) - math.log10(largest.denominator) if largest else 0.0
    return Fraction(10) ** (math.floor(size) + 1 - _DIGITS)


def _unit(values: Iterable[Fraction]) -> Fraction:
    """The largest unit, 1 at most, of which all values are multiples: one over a whole number."""
    return Fraction(1, math.lcm(*{value.denominator for value in values}))


def _truths(cells: Iterable[str], *, several: bool = True) -> dict[str, int]:
    """The truth values that cells spell; with `several` nothing where each is spelt in one way alone."""
    spelt = {}
    for cell in cells:
        word = cell.strip().lower()
        if not word:
            continue
        if word not in _TRUE and word not in _FALSE:
            return {}
        spelt[cell] = int(word in _TRUE)
    return spelt if not several or len(spelt) > len(set(spelt.values())) else {}


def _remarks(
    name: str, cells: Mapping[str, None], numbers: Mapping[str, Fraction | None], others: list[str]
) -> tuple[str, ...]:
    """What is worth a sentence of a column that is read as text."""
    notes = []
    zeros = [cell for cell in cells if _ZEROS.fullmatch(cell.strip())]
    if numbers and zeros and all(_ZEROS.fullmatch(cell.strip()) for cell in others):
        notes.append(
            f"Column {shown(name)}: {shown(zeros[0])} begins with a zero, so the column is read as text."
        )
    alike: dict[str, list[str]] = {}
    for cell in cells:
        alike.setdefault(cell.strip().casefold(), []).append(cell)
    pairs = [some for some in alike.values() if len(some) > 1]
    if pairs and not _truths(cells):
        some = listed(map(shown, pairs[0]), 4)
        notes.append(
            f"Column {shown(name)}: {some} differ in case or spaces alone; they are read as different "
            "symbols."
        )
    return tuple(notes)
