"""Rows of separated text with the lines they begin in, and what is said where quotation marks go wrong."""

import csv
from collections.abc import Iterable, Iterator

from netlift.core._errors import InputError

Rows = Iterator[tuple[int, list[str]]]


def numbered_rows(name: str, text: Iterable[str], separator: str = ",", skipped: int = 0) -> Rows:
    """Each row that is no empty line, and the line of the file that it begins in.

    `skipped` lines stand before the text. Raises InputError where a cell is longer than Python's csv reads, a
    quotation mark is never closed, or something follows a closed one.
    """
    reader = csv.reader(text, delimiter=separator, strict=True)
    before = 0
    try:
        for fields in reader:
            if fields:
                yield before + 1 + skipped, fields
            before = reader.line_num
    except csv.Error as error:
        raise _refused(name, before + 1 + skipped, reader.line_num + skipped, error) from error


def _refused(name: str, first: int, last: int, error: csv.Error) -> InputError:
    """What is wrong with the row that begins in line `first`, of which lines up to `last` were read."""
    told = str(error)
    if "field larger" in told:
        most = f"{csv.field_size_limit():,} characters"
        if last > first:
            return InputError(
                f"{name}: line {first:,} begins a row with a quotation mark that is still open "
                f"{last - first:,} lines later, after more than {most}; expected the mark that closes it"
            )
        return InputError(f"{name}: line {first:,} has a cell of more than {most}; expected as many at most")
    if "unexpected end" in told:
        return InputError(
            f"{name}: line {first:,} begins a row with a quotation mark that is never closed; is the file "
            "cut off?"
        )
    if "expected after" in told:
        return InputError(
            f"{name}: line {last:,} goes on after the quotation mark that closes a cell; expected a "
            "separator or the end of the line there, and marks inside a cell written twice"
        )
    return InputError(f"{name}: is no proper table near line {first:,} ({error})")
