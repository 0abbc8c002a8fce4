"""A file of text as people have it: `-`, packed, in one encoding or another; what was found is said."""

import atexit
import codecs
import gzip
import io
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from netlift.core._errors import InputError
from netlift.core._paths import is_folder, there

STDIN = "-"  # the name that stands for standard input
PACKED = (".gz", ".zst")
_BLOCK = 1 << 20
_MOST = 1 << 33  # bytes that a packed file, or standard input, may hold: a small file may unpack to very many
_IN_MEMORY = 1 << 26  # bytes of them that are kept in memory; more go to a temporary file
_CONTROLS = frozenset({*range(9), *range(14, 27), *range(28, 32), 127})  # bytes that no text has many of
_MOST_CONTROLS = 0.02  # of the bytes of text
_OF_WINDOWS = bytes(range(0x80, 0xA0))  # characters in Windows-1252, quotation marks and the euro among them
_NOWHERE = bytes.fromhex("81 8d 8f 90 9d")  # of these none: in Latin-1 all are control characters
_LOOKED = 4_096  # bytes at the beginning that tell UTF-16 without a mark


class _Readable(Protocol):
    """What a copy is made of."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, none at the end."""
        ...


@dataclass(frozen=True)
class Source:
    """Text that can be read, where it came from, and what was found out on the way.

    `name` stands for it in messages; `suffix` is the ending that tells the format, without that of the
    packing; `notes` are sentences to be said aloud. `raw` are the bytes of the text, which is in `encoding`.
    """

    name: str
    suffix: str
    text: IO[str]
    notes: tuple[str, ...]
    raw: BinaryIO
    encoding: str


def suffix_of(name: str) -> str:
    """The ending, in small letters, that tells the format: `.csv` of `log.CSV.gz`."""
    path = Path(name)
    return (Path(path.stem) if path.suffix.lower() in PACKED else path).suffix.lower()


@contextmanager
def opened(name: str, encoding: str | None = None) -> Iterator[Source]:
    """Open a file of text, or standard input where the name is `-`.

    `encoding` is one that Python knows; None: UTF-8 where the bytes are UTF-8, UTF-16 where a mark or the
    bytes' pattern says so, else Latin-1, which is noted. The whole file is read once for this, in blocks.
    Raises InputError where there is no such file, it cannot be unpacked, or it is not in `encoding`.
    """
    with bytes_of(name) as raw:
        chosen, notes = _encoding(name, raw, encoding)
        raw.seek(0)
        text = io.TextIOWrapper(raw, encoding=chosen, newline="")
        try:
            yield Source(name, suffix_of(name), text, notes, raw, chosen)
        except UnicodeError as error:
            raise InputError(f"{name}: is not {chosen} text ({error})") from error
        finally:
            text.detach()


@contextmanager
def bytes_of(name: str) -> Iterator[BinaryIO]:
    """The unpacked bytes of a file, or of standard input, from the first to the last and back again."""
    if name == STDIN:
        copy = _standard_input()
        copy.seek(0)
        yield copy
        return
    path = Path(name)
    if not there(path):
        raise InputError(f"{name}: no such file")
    if is_folder(path):
        raise InputError(f"{name}: is a folder; expected a file")
    try:
        with path.open("rb") as plain:
            unpack = _UNPACKERS.get(path.suffix.lower())
            if unpack is None and plain.seekable():
                yield plain
            else:
                with _spooled(name, plain if unpack is None else unpack(name, plain)) as raw:
                    yield raw
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror or error}") from error


_held: list[
    tuple[object, BinaryIO]
] = []  # standard input, and the copy of it, for it is looked at more than once


def _standard_input() -> BinaryIO:
    """A copy of standard input that can be read again and again."""
    if sys.stdin is None:
        raise InputError("-: standard input is closed; expected data on it")
    if not _held or _held[0][0] is not sys.stdin:
        copy: BinaryIO = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # type: ignore[assignment]  # noqa: SIM115
        atexit.register(copy.close)
        _fill(STDIN, sys.stdin.buffer, copy)
        for _, old in _held:
            old.close()
        _held[:] = [(sys.stdin, copy)]
    return _held[0][1]


@contextmanager
def _spooled(name: str, stream: _Readable) -> Iterator[BinaryIO]:
    """A copy of a stream that can be read again: in memory, or in a temporary file where it is long."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
        plain: BinaryIO = copy  # type: ignore[assignment]  # it has all that TextIOWrapper asks for
        _fill(name, stream, plain)
        copy.seek(0)
        yield plain


def _fill(name: str, stream: _Readable, copy: BinaryIO) -> None:
    """Copies a stream, within bounds."""
    taken = 0
    try:
        while block := stream.read(_BLOCK):
            taken += len(block)
            if taken > _MOST:
                raise InputError(f"{name}: holds more than {_MOST:,} bytes unpacked; expected less")
            copy.write(block)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{name}: is damaged or cut off ({error}); expected a packed file") from error


def _gunzip(name: str, raw: BinaryIO) -> _Readable:
    return gzip.GzipFile(fileobj=raw)


def _unzstd(name: str, raw: BinaryIO) -> _Readable:
    try:
        import zstandard
    except ImportError as error:
        raise InputError(
            f"{name}: unpacking .zst needs the library zstandard; install it with "
            "`pip install 'netlift[tables]'`, or unpack the file first"
        ) from error
    return _Zstandard(name, zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(raw))


class _Zstandard:
    """A .zst file, unpacked, whose damages are the user's mistake."""

    def __init__(self, name: str, inner: _Readable) -> None:
        self._name, self._inner = name, inner

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, none at the end."""
        from zstandard import ZstdError

        try:
            return self._inner.read(size)
        except ZstdError as error:
            raise InputError(
                f"{self._name}: is damaged or cut off ({error}); expected a .zst file"
            ) from error


_UNPACKERS: dict[str, Callable[[str, BinaryIO], _Readable]] = {".gz": _gunzip, ".zst": _unzstd}


def _encoding(name: str, raw: BinaryIO, wanted: str | None) -> tuple[str, tuple[str, ...]]:
    """The encoding of the bytes, and what is to be said of it."""
    if wanted is not None:
        try:
            codecs.lookup(wanted)
            "".encode(wanted)
        except (LookupError, ValueError) as error:
            raise InputError(
                f"--encoding {wanted!r} is no encoding of text; expected utf-8, utf-16, latin-1 or the like"
            ) from error
        return wanted, ()
    head = raw.read(_LOOKED)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", ("The file is read as UTF-16, as its first two bytes say.",)
    for zeros, chosen in ((head[1::2], "utf-16-le"), (head[0::2], "utf-16-be")):
        others = head[0::2] if chosen == "utf-16-le" else head[1::2]
        if zeros and zeros.count(0) > 0.9 * len(zeros) and others.count(0) < 0.1 * len(others) + 1:
            return chosen, (f"The file is read as {chosen.upper()}, for every other byte in it is 0.",)
    decoder = codecs.getincrementaldecoder("utf-8")()
    block, place = head, 0
    while block:
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            odd = sum(byte in _CONTROLS for byte in head)
            if odd > _MOST_CONTROLS * len(head):
                raise InputError(
                    f"{name}: is no text ({odd:,} of its first {len(head):,} bytes are control characters); "
                    "expected a table, or --encoding where it is text after all"
                ) from error
            byte = f"byte {place + error.start:,} is {error.object[error.start]:#04x}"
            if _is_of_windows(raw):
                return "cp1252", (
                    f"The file is not UTF-8 ({byte}) and has characters that Latin-1 lacks, so it is read as "
                    "Windows-1252; --encoding says otherwise.",
                )
            return "latin-1", (
                f"The file is not UTF-8 ({byte}), so it is read as Latin-1; --encoding says otherwise.",
            )
        place += len(block)
        block = raw.read(_BLOCK)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "latin-1", ("The file is not UTF-8 at its very end, so it is read as Latin-1.",)
    return "utf-8-sig", ()


def _is_of_windows(raw: BinaryIO) -> bool:
    """Whether bytes stand for characters in Windows-1252 where Latin-1 has control characters."""
    raw.seek(0)
    found = False
    while block := raw.read(_BLOCK):
        if len(block.translate(None, _NOWHERE)) < len(block):
            return False
        found = found or len(block.translate(None, _OF_WINDOWS)) < len(block)
    return found
