"""Does the independent checker refuse certificates with one field changed?

`python benchmarks/program_mutations.py BENCH_FOLDER [COUNT]` takes the certificates about programs in all
certificate.json under the folder, checks that each is accepted, then changes COUNT fields in all
(default 10,000), drawn evenly over the certificates, one at a time, seals the file anew, and
counts how many are accepted all the same.
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from netlift.checker import PROGRAM_FORMAT, check_program, seal_of


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all leaves, and to all lists, of nested JSON."""
    if isinstance(value, list):
        yield path
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(one, (*path, key))
    else:
        yield path


def other(value: Any, rng: random.Random) -> Any:
    """Another value of the same type."""
    match value:
        case bool():
            return not value
        case int():
            return value + rng.choice([-2, -1, 1, 2])
        case float():
            return value * (1 + 1e-6)
        case None:
            return 0
        case list():
            return value[:-1] if value else [0]
    place = rng.randrange(len(value) + 1)
    return value[:place] + rng.choice("0 x") + value[place + 1 :] if value else "x"


def changed(certificate: dict[str, Any], rng: random.Random) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The certificate with one field changed, and where."""
    path = rng.choice([path for path in places(certificate) if path and path[0] != "seal"])
    copy = json.loads(json.dumps(certificate))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    before = inner[path[-1]]
    while inner[path[-1]] == before and type(inner[path[-1]]) is type(before):
        inner[path[-1]] = other(before, rng)
    copy["seal"] = seal_of(copy)
    return path, copy


def main(folder: str, count: str = "10000") -> None:
    """Check, change, check again; a line for each change that slips through."""
    found = []
    for file in sorted(Path(folder).rglob("certificate.json")):
        certificates = json.loads(file.read_text())["certificates"]
        found += [(file, one) for one in certificates if one["format"] == PROGRAM_FORMAT]
    started = time.monotonic()
    accepted = sum(check_program(certificate) is None for _, certificate in found)
    print(f"{accepted} of {len(found)} accepted in {time.monotonic() - started:.1f} s")
    rng = random.Random(0)
    slipped = 0
    for number in range(int(count)):
        file, certificate = found[number % len(found)]
        path, mutated = changed(certificate, rng)
        if check_program(mutated) is None:
            slipped += 1
            print(f"slipped through: {file.parent.name} {path}")
    seconds = time.monotonic() - started
    print(f"{int(count) - slipped} of {int(count)} changed certificates refused, {seconds:.1f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
