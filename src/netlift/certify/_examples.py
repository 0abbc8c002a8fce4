"""The examples that `--inputs` names."""

from collections.abc import Sequence
from pathlib import Path

from netlift.certify import Range, parse_stream
from netlift.core._errors import InputError
from netlift.core._paths import is_file
from netlift.data import Sequences, read_examples
from netlift.data._alphabet import Alphabet, Symbol, drawn_examples

ENDINGS = (".npz", ".jsonl", ".csv")


def examples_from(sources: Sequence[str], length: int, seed: int) -> tuple[Sequences, bool]:
    """The examples that a command names, and whether they have targets.

    `sources` is one file, or for each input stream its symbols as "LOW..HIGH" or "a,b,c", of which sequences
    of this length are drawn. Raises InputError where they are neither.
    """
    if not all(text.strip() for text in sources):
        raise InputError("--inputs is empty; expected a file, or what a stream brings, as 0..9 or a,b,c")
    if len(sources) == 1 and (is_file(sources[0]) or Path(sources[0]).suffix in ENDINGS):
        return read_examples(sources[0])
    streams: list[Sequence[Symbol]] = []
    for text in sources:
        stream = parse_stream(text)
        if isinstance(stream, Range):
            if stream.low is None or stream.high is None:
                raise InputError(f"--inputs {text}: expected a range with two ends, as in 0..9")
            streams.append(range(stream.low, stream.high + 1))
        else:
            streams.append(stream)
    return drawn_examples(Alphabet(tuple(streams), length), seed), False
