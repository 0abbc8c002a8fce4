"""Coverage-guided fuzzing of the readers: a file either is read, or refused with one sentence.

    python benchmarks/fuzz/readers.py FORMAT CORPUS [tests/data/corpus] -max_total_time=600

FORMAT is an ending that `netlift inspect` takes (csv, jsonl, csv.gz, ...), `toml` (a file of settings) or
`py` (a program). CORPUS is a folder for what is found; more folders are read from. What follows goes to
libFuzzer. A traceback, a hang of 10 s or more than 1 GB of memory ends the run and keeps the file beside the
corpus, whence it belongs into tests/data/corpus/FORMAT; `tests/data/test_corpus.py` reads all that is there.

It needs atheris (no dependency of netlift), and `netlift[tables]` for the packed and binary formats.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["netlift"]):
    from netlift.checker._grammar import NoProgram, program_tree
    from netlift.core._errors import InputError
    from netlift.data._config import options_in
    from netlift.data._door import read_data
    from netlift.data._inspect import inspect_file, told_lines

LIMITS = ["-timeout=10", "-rss_limit_mb=1024", "-max_len=4096", "-print_final_stats=1"]


def reader_of(form: str) -> Callable[[Path], object]:
    """What reads a file of a format; it raises nothing but InputError."""
    if form == "toml":
        return lambda file: options_in(str(file), ["seed", "budget"])
    if form == "py":
        return _program
    return _look_and_read


def _program(file: Path) -> None:
    try:
        program_tree(file.read_text(encoding="utf-8", errors="replace"))
    except NoProgram as error:
        raise InputError(error.sentence(str(file))) from error


def _look_and_read(file: Path) -> None:
    """As `netlift inspect` and `netlift distill` do, with what the first proposes."""
    found = inspect_file(str(file))
    told_lines(found)
    found.facts()
    if not found.problem:
        read_data(str(file), contradictions=True)


def main() -> None:
    """Fuzz one reader."""
    form, corpus, *more = sys.argv[1:]
    read = reader_of(form)
    Path(corpus).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        file = Path(folder, f"fuzzed.{form}")

        def once(content: bytes) -> None:
            file.write_bytes(content)
            try:
                read(file)
            except InputError as error:
                message = str(error)
                assert message.isprintable(), message
                assert len(message) <= 1_000, message

        prefix = f"-artifact_prefix={corpus}/../bad-{form}-"
        atheris.Setup([sys.argv[0], *LIMITS, prefix, corpus, *more], once)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
