"""A large log: seconds and memory of reading it, beside polars.

    python benchmarks/large.py [--events 10000000] [--runs 3] [--cores N] [--page benchmarks/LARGE.md]

The file has a row an event, about 100 bytes each, in the order of time, a hundred events a sequence. Each
reading is a process of its own; they take turns, and the fastest of each counts, for what slows a run down is
never the reader. With `--cores` all are kept to so many of the processors. netlift reads to sequences of
whole numbers, names and times included; polars reads the same columns, with its own types. Needs polars (no
dependency of netlift) and `netlift[tables]`.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

COLUMNS = ("case", "time", "event", "total")
BLOCK = 100_000  # rows that are written at a time
LONG = 100  # events of a sequence
NAMES = ("order", "pay", "ship", "return", "remind", "close")
NOTE = "a note of the clerk that says nothing and fills the row"


def write_log(file: Path, events: int) -> None:
    """Running totals of payments, of many sequences side by side; times rise by milliseconds."""
    rng = np.random.default_rng(0)
    start = np.datetime64("2024-01-01T00:00:00.000")
    with file.open("w", encoding="utf-8") as out:
        out.write(f"{','.join(COLUMNS)},note\n")
        for first in range(0, events, BLOCK):
            count = min(BLOCK, events - first)
            rows = np.arange(first, first + count)
            width = max(1, count // LONG)  # sequences side by side in a block
            case, step = (rows - first) % width + first // LONG, (rows - first) // width
            name = rng.integers(0, len(NAMES), count)
            paid = np.zeros((-(-count // width), width), dtype=np.int64)
            paid[step, (rows - first) % width] = name == 1
            total = paid.cumsum(axis=0)[step, (rows - first) % width]
            when = np.datetime_as_string(start + rows.astype("timedelta64[ms]"), unit="ms")
            out.writelines(
                f"case-{c:08d},{t},{NAMES[n]},{p},{NOTE}\n"
                for c, t, n, p in zip(
                    case.tolist(), when.tolist(), name.tolist(), total.tolist(), strict=True
                )
            )


def read_with(reader: str, file: Path) -> int:
    """Read the file; how many events there are."""
    if reader == "polars":
        import polars

        return len(polars.read_csv(file, columns=list(COLUMNS), try_parse_dates=True))
    if reader == "polars, all columns":
        import polars

        return len(polars.read_csv(file))
    from netlift.data._door import read_file
    from netlift.data._said import Said

    said = Said(sequence="case", order="time", inputs=("event",), outputs=("total",))
    return int(read_file(str(file), said).as_sequences().lengths.sum())


def measured(reader: str, file: Path) -> dict[str, float]:
    """Seconds, seconds of processors, and the peak of memory, of a process that reads the file."""
    command = [sys.executable, __file__, "--read", reader, str(file)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(told)
    return found


def _tell(reader: str, file: Path) -> None:
    start = time.perf_counter()
    events = read_with(reader, file)
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    facts = {
        "events": events,
        "seconds": seconds,
        "processor": used.ru_utime + used.ru_stime,
        "gigabytes": used.ru_maxrss / 2**20,
    }
    print(json.dumps(facts))


def page(found: dict[str, dict[str, float]], size: int, events: int, runs: int) -> str:
    """The figures as a page."""
    cores = len(os.sched_getaffinity(0))
    base = found["polars"]["seconds"]
    lines = [
        "# A large log",
        "",
        f"Written by `python benchmarks/large.py --cores {cores}`: {events:,} events, {size / 2**30:.2f} GiB "
        f"of CSV, {cores} of {os.cpu_count()} cores, a load of {os.getloadavg()[2]:.0f} meanwhile; the "
        f"fastest of {runs} run(s) each. Where others have the cores as well, seconds tell of them, and "
        "processor seconds of the readers.",
        "",
        "| reader | seconds | times polars | processor seconds | times polars | peak of memory, GiB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {name} | {one['seconds']:.1f} | {one['seconds'] / base:.2f} | {one['processor']:.1f} "
        f"| {one['processor'] / found['polars']['processor']:.2f} | {one['gigabytes']:.2f} |"
        for name, one in found.items()
    ]
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cores", type=int, help="that each reader is kept to; all by default")
    parser.add_argument("--page", type=Path)
    parser.add_argument("--file", type=Path, help="a file that was written before")
    parser.add_argument("--read", nargs=2, metavar=("READER", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        _tell(given.read[0], Path(given.read[1]))
        return
    if given.cores is not None:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-given.cores :])
    with tempfile.TemporaryDirectory() as folder:
        file = given.file or Path(folder, "log.csv")
        if not file.exists():
            write_log(file, given.events)
        found: dict[str, dict[str, float]] = {}
        for _ in range(given.runs):
            for reader in ("polars", "polars, all columns", "netlift"):
                now = measured(reader, file)
                best = found.get(reader)
                found[reader] = now if best is None or now["seconds"] < best["seconds"] else best
        text = page(found, file.stat().st_size, given.events, given.runs)
    print(text)
    if given.page is not None:
        given.page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
