"""The truth that opened networks are held against in benchmarks/lift."""

import importlib.util
import re
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from netlift.bench import TASKS

FOLDER = Path(__file__).parents[2] / "benchmarks" / "lift"


@pytest.fixture(scope="module")
def languages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lift_languages", FOLDER / "languages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


TOMITA: dict[int, Callable[[str], Any]] = {
    1: lambda w: re.fullmatch("1*", w),
    2: lambda w: re.fullmatch("(10)*", w),
    3: lambda w: not re.search("(?:^|0)1(?:11)*0(?:00)*(?:1|$)", w),
    4: lambda w: "000" not in w,
    5: lambda w: w.count("0") % 2 == 0 and w.count("1") % 2 == 0,
    6: lambda w: (w.count("1") - w.count("0")) % 3 == 0,
    7: lambda w: re.fullmatch("0*1*0*1*", w),
}


@pytest.mark.parametrize("number", TOMITA)
def test_tomita_by_regular_expression(languages: ModuleType, number: int) -> None:
    table = languages.LANGUAGES[f"tomita_{number}"].table
    for length in range(1, 11):
        words = np.array(list(product([0, 1], repeat=length)))
        expected = [bool(TOMITA[number]("".join(map(str, word)))) for word in words.tolist()]
        assert table.run(words)[:, -1].astype(bool).tolist() == expected


def test_tables_are_minimal_and_drawn_words_follow_them(languages: ModuleType) -> None:
    kinds = {"acceptor": 0, "transducer": 0, "task": 0}
    for language in languages.LANGUAGES.values():
        kinds[language.kind] += 1
        if language.table is None:
            continue
        assert language.table.minimised().states == language.table.states, language.name
        inputs, targets = language.draw(60, 12, np.random.default_rng(0))
        index = {tuple(row): place for place, row in enumerate(language.symbols.tolist())}
        symbols = np.array([[index[tuple(row)] for row in word] for word in inputs.tolist()])
        assert (language.table.run(symbols) == targets).all(), language.name
        if language.task is not None:
            assert (TASKS[language.task].function(inputs)[:, :, 0] == targets).all()
    assert kinds["acceptor"] + kinds["transducer"] >= 24
    assert kinds["task"] >= 10


def test_difference_is_a_shortest_word(languages: ModuleType) -> None:
    three, five = (languages.acceptor(0, lambda s, x, k=k: (s + x) % k, lambda s: s == 0, 2) for k in (3, 5))
    assert three.difference(three) is None
    word = three.difference(five)
    assert word == [1, 1, 1]
    assert three.run(np.array([word]))[0, -1] != five.run(np.array([word]))[0, -1]
