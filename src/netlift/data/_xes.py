"""XES event logs (IEEE 1849) as tables: a row an event, attributes of traces as columns that begin with "
"case:."""

from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from netlift.core._errors import InputError

CASE = "case:"
_BLOCK = 1 << 16
_ATTRIBUTES = frozenset(["string", "date", "int", "float", "boolean", "id"])


def events(name: str, raw: BinaryIO) -> Iterator[tuple[int, dict[str, str]]]:
    """Each event of a log with the line that it begins in, and its attributes and its trace's as text.

    Read in a stream. Lists and nested attributes are left out. A document type, which could define entities
    without end, is refused, as is what is no XML; both raise InputError.
    """
    reader = _Reader(name)
    raw.seek(0)
    while True:
        block = raw.read(_BLOCK)
        try:
            reader.parser.Parse(block, not block)
        except expat.ExpatError as error:
            raise InputError(f"{name}: is no XES log ({error}); is the file cut off?") from error
        yield from reader.found
        reader.found.clear()
        if not block:
            return


class _Reader:
    """What the parser has seen: the elements that are open, the trace and the event among them."""

    def __init__(self, name: str) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.found: list[tuple[int, dict[str, str]]] = []
        self._name, self._open = name, list[str]()
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] = {}
        self._line = 0

    def _refuse(self, *_: object) -> None:
        raise InputError(f"{self._name}: has a document type, which is not read; expected plain XES")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        inside = self._open[-1] if self._open else ""
        if not self._open and tag != "log":
            raise InputError(f"{self._name}: begins with <{tag}>; expected <log>, as XES logs do")
        self._open.append(tag)
        if tag == "trace":
            self._trace = {}
        elif tag == "event":
            self._event, self._line = {}, self.parser.CurrentLineNumber
        elif tag in _ATTRIBUTES and "key" in attributes:
            if inside == "trace":
                self._trace[CASE + attributes["key"]] = attributes.get("value", "")
            elif inside == "event":
                self._event[attributes["key"]] = attributes.get("value", "")

    def _end(self, tag: str) -> None:
        self._open.pop()
        if tag.rpartition(":")[2] == "event":
            self.found.append((self._line, {**self._trace, **self._event}))
