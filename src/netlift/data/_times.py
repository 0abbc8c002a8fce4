"""Cells that say when a step was: step numbers, or times in any of the usual forms."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import NamedTuple

from netlift.core._errors import InputError, shown
from netlift.data._cells import number

_DAYS = (
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%Y/%m/%d",
    "%Y-%m-%d",
    "%d-%b-%Y",
    "%d %b %Y",
)
_CLOCKS = ("", "%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%H.%M", "%H.%M.%S", "%I:%M %p", "%I:%M:%S %p")
_JOINTS = (" ", ":", "T")
Key = int | Fraction


class Order(NamedTuple):
    """What a column of steps or times says: a key for each cell, and sentences to be said aloud."""

    keys: Mapping[str, Key]
    notes: tuple[str, ...]
    kind: str


def order_of(source: str, name: str, cells: Iterable[str], time_format: str | None = None) -> Order:
    """The keys by which the (different) cells of a column are sorted.

    Numbers are step numbers; else ISO 8601; else the one of the usual forms that all cells have, which is
    noted. `time_format` is a form as `datetime.strptime` takes it. Raises InputError where a cell has none
    of these, or where several forms fit and sort differently.
    """
    different = list(dict.fromkeys(cells))
    if time_format is not None:
        return Order(_formatted(source, name, different, time_format), (), "time")
    numbers = {cell: _step(cell) for cell in different}
    plain = {cell: value for cell, value in numbers.items() if value is not None}
    if len(plain) == len(different):
        return Order(plain, (), "number")
    iso = _iso(source, name, different)
    if isinstance(iso, dict):
        return Order(iso, (), "time")
    forms = _forms(different)
    if not forms:
        odd = iso
        raise InputError(
            f"{source}: the order column {shown(name)} has {shown(odd)}; expected step numbers, ISO 8601 "
            "times, or a "
            "form given with --time-format, as in --time-format '%d-%m-%Y %H:%M'"
        )
    ranked = [[keys[cell] for cell in different] for _, keys in forms]
    if any(_ranks(one) != _ranks(ranked[0]) for one in ranked[1:]):
        both = " and ".join(shown(form) for form, _ in forms[:2])
        raise InputError(
            f"{source}: the order column {shown(name)} can be read as {both} ({shown(different[0])}), "
            "which sort "
            f"differently; say which with --time-format"
        )
    form, keys = forms[0]
    return Order(keys, (f"Column {shown(name)}: times are read in the form {form!r}.",), "time")


def _step(cell: str) -> Key | None:
    """A step number; whole ones, of which there are many, the short way."""
    if cell.isdecimal() and cell.isascii() and (cell[0] != "0" or cell == "0") and len(cell) < 19:
        return int(cell)
    return number(cell, comma=True)


def _iso(source: str, name: str, cells: list[str]) -> dict[str, Key] | str:
    """The keys of ISO 8601 times, or the first cell that is none."""
    keys: dict[str, Key] = {}
    zones: dict[bool, str] = {}
    for cell in cells:
        try:
            moment = datetime.fromisoformat(cell.strip())
        except ValueError:
            return cell
        zones.setdefault(moment.tzinfo is not None, cell)
        keys[cell] = _key(moment)
    if len(zones) > 1:
        raise InputError(
            f"{source}: the order column {shown(name)} has times with a zone ({shown(zones[True])}) and "
            "without "
            f"({shown(zones[False])}); expected all of one kind"
        )
    return keys


def _formatted(source: str, name: str, cells: list[str], form: str) -> dict[str, Key]:
    keys: dict[str, Key] = {}
    for cell in cells:
        try:
            keys[cell] = _key(datetime.strptime(cell.strip(), form))
        except ValueError:
            raise InputError(
                f"{source}: the order column {shown(name)} has {shown(cell)}, which has not the form "
                f"{shown(form)}"
            ) from None
    return keys


def _key(moment: datetime) -> int:
    """Microseconds, as a whole number; a time without a zone as if it were UTC."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    past = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds


def _forms(cells: list[str]) -> list[tuple[str, dict[str, Key]]]:
    """The usual forms that all cells have, with the keys."""
    found = []
    for day in _DAYS:
        for clock in _CLOCKS:
            for joint in _JOINTS if clock else ("",):
                form = f"{day}{joint}{clock}"
                keys: dict[str, Key] = {}
                try:
                    for cell in cells:
                        keys[cell] = _key(datetime.strptime(cell.strip(), form))
                except ValueError:
                    continue
                found.append((form, keys))
    return found


def _ranks(keys: list[Key]) -> list[int]:
    place = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return [place[key] for key in keys]
