"""Streams of random numbers: what checks something is drawn apart from what it was made with."""

import ast
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import netlift
from netlift.core._context import Context
from netlift.core._streams import CHECKS, MAKES, random_stream
from netlift.states.readers import Words, longer_to_read, longer_words

SOURCE = Path(netlift.__file__).parent


def test_no_check_shares_its_stream() -> None:
    assert len(set(CHECKS.values())) == len(CHECKS)
    assert not set(CHECKS.values()) & set(MAKES.values())
    assert not set(CHECKS) & set(MAKES)
    firsts = [
        int(random_stream(7, name).integers(2**62)) for name in (*CHECKS, "longer words to read", "reading")
    ]
    assert len(set(firsts)) == len(firsts)


def test_no_more_names_share_a_number_than_the_table_tells_of() -> None:
    shared = Counter(MAKES.values())
    assert {number for number, names in shared.items() if names > 1} == {8, 9, 10, 11}
    assert max(shared.values()) == 2


def test_a_stream_is_that_of_its_seed_and_name() -> None:
    assert Context(3).stream("horizon").integers(100, size=5).tolist() == (
        random_stream(3, "horizon").integers(100, size=5).tolist()
    )
    assert random_stream(3, "horizon").integers(2**62) != random_stream(4, "horizon").integers(2**62)
    with pytest.raises(KeyError):
        random_stream(0, "anything")


def test_a_program_is_not_checked_on_the_words_that_were_read() -> None:
    """Both were concatenations of the same rows of the data, in the same order."""
    inputs = np.arange(300 * 4).reshape(300, 4, 1)
    words = Words(inputs, None)
    network: Any = object()  # only asked how long its words may be
    read = longer_to_read(network, words, 5)
    checked = longer_words(network, words, 5, 1_000, random_stream(5, "longer words"))
    rows = [one.reshape(-1, 4)[:2_000, 0] for one in (read, checked)]
    assert float(np.mean(rows[0] == rows[1])) < 0.05


def test_every_numbered_stream_has_a_name() -> None:
    """Nobody makes a generator from the seed and a number beside the tables."""
    found = []
    used: dict[str, set[str]] = {}
    for file in SOURCE.rglob("*.py"):
        if file.name == "_streams.py":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            constants = [one for argument in node.args for one in ast.walk(argument)]
            if name == "default_rng" and node.args and isinstance(node.args[0], ast.List):
                found += [file.name for one in constants if isinstance(one, ast.Constant)]
            if name in ("stream", "random_stream"):
                for one in constants:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        used.setdefault(one.value, set()).add(file.name)
    assert found == []
    assert set(used) == {*MAKES, *CHECKS}
    assert {name for name, files in used.items() if len(files) > 1} == {"split"}
