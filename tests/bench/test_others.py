"""The languages that networks of others are held against are those of their expressions."""

import re
from collections.abc import Callable
from functools import partial
from importlib.util import module_from_spec, spec_from_file_location
from itertools import product
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "others" / "languages.py"


@pytest.fixture(scope="module")
def languages() -> ModuleType:
    spec = spec_from_file_location("others_languages", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXPRESSIONS = {
    "aastar": "(aa)*",
    "aaaastar": "(aaaa)*",
    "ababstar": "(abab)*",
    "abcde": "a+b+c+d+e+",
    "ab_d_bc": "[ab]*d[bc]*",
    "012_0_2": "[012]*02*",
    "tomita1": "1*",
    "tomita2": "(10)*",
    "tomita4": "(?!.*000).*",
    "tomita7": "0*1*0*1*",
}


def _matches(expression: str, word: str) -> bool:
    return re.fullmatch(expression, word) is not None


def depth(word: str, deepest: int) -> bool:
    depths = [word[:end].count("a") - word[:end].count("b") for end in range(len(word) + 1)]
    return min(depths) >= 0 and max(depths) <= deepest and depths[-1] == 0


IN_THE_LANGUAGE: dict[str, Callable[[str], bool]] = {
    **{name: partial(_matches, told) for name, told in EXPRESSIONS.items()},
    "D2": lambda word: depth(word, 2),
    "D3": lambda word: depth(word, 3),
    "D4": lambda word: depth(word, 4),
    "tomita3": lambda word: not re.search("(?<!1)1(11)*0(00)*(?!0)", word),
    "tomita5": lambda word: not word.count("0") % 2 and not word.count("1") % 2,
    "tomita6": lambda word: (word.count("0") - word.count("1")) % 3 == 0,
}


@pytest.mark.parametrize("name", IN_THE_LANGUAGE)
def test_a_language_says_what_may_come_next_and_where_a_word_may_end(
    name: str, languages: ModuleType
) -> None:
    assert languages.LANGUAGES.keys() == IN_THE_LANGUAGE.keys()
    symbols, accepts = languages.LANGUAGES[name][0], IN_THE_LANGUAGE[name]
    longest, whole = (5, 10) if len(symbols) < 4 else (2, 7)  # symbols compared; of words of the language
    machine = languages.machine_of(languages.LANGUAGES[name])
    every = ("".join(word) for steps in range(whole + 1) for word in product(symbols, repeat=steps))
    accepted = {word for word in every if accepts(word)}
    beginnings = {word[:end] for word in accepted for end in range(len(word) + 1)}
    for word in product(range(len(symbols)), repeat=longest):
        spelt = "".join(symbols[one] for one in word)
        found = machine.run(np.array(word)[None, :, None])[0].tolist()
        for end in range(1, longest + 1):
            here = spelt[:end]
            expected = [int(here in beginnings and here + one in beginnings) for one in symbols]
            assert found[end - 1] == [*expected, int(here in accepted)]
