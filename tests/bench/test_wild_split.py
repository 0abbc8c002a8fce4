"""How the random tasks of benchmarks/wild are split into those one may look at and those one only counts."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "wild" / "families.py"


@pytest.fixture(scope="module")
def families() -> ModuleType:
    spec = importlib.util.spec_from_file_location("wild_families", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


def test_no_kind_is_in_both_parts(families: ModuleType) -> None:
    seen, unseen = ({(family, rule.kind) for family, rule in part} for part in families.parts())
    assert not seen & unseen
    assert unseen == families.unseen_kinds()
    assert len(unseen) == len(seen | unseen) // 3


def test_every_rule_is_in_one_part(families: ModuleType) -> None:
    seen, unseen = families.parts()
    names = [(family, rule.name) for family, rule in (*seen, *unseen)]
    assert sorted(names) == sorted((family, rule.name) for family, rule in families.rules())


def test_the_kind_is_what_the_name_says(families: ModuleType) -> None:
    """A family that forgot to say its rules' kind would stand in one part with all of them."""
    for family, rule in families.rules():
        if family != "language":  # small and large automata, told by their number of states
            assert rule.name.startswith(f"{family} {rule.kind} "), rule.name


def test_the_split_is_fixed(families: ModuleType) -> None:
    """Whoever changes the seed looks at what was never to be looked at."""
    assert ("register", "feedback") in families.unseen_kinds()
    assert ("register", "scrambler") not in families.unseen_kinds()
