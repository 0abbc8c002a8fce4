"""The networks of benchmarks/others/train_own.py: their rules, their kinds, and the way they are opened."""

import ast
import re
import runpy
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def opening() -> Iterator[dict[str, Any]]:
    """The script that opens."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [*sys.path])  # it puts the other one's folder there
        yield runpy.run_path(str(FOLDER / "own.py"))
        sys.modules.pop("train_own")


@pytest.fixture(scope="module")
def own(opening: dict[str, Any]) -> Any:
    """The script that trains."""
    return opening["own"]


def deepest(word: str, most: int) -> int:
    depths = [word[:end].count("0") - word[:end].count("1") for end in range(len(word) + 1)]
    return depths[-1] if min(depths) >= 0 and max(depths) <= most else most + 1


# What is answered after a word, by another way than the script's.
RULES: dict[str, Callable[[str], int | bool]] = {
    "parity": lambda word: word.count("1") % 2,
    "ones_mod_3": lambda word: word.count("1") % 3,
    "ones_mod_4": lambda word: word.count("1") % 4,
    "tomita_2": lambda word: re.fullmatch("(10)*", word) is not None,
    "tomita_3": lambda word: not re.search("(?<!1)1(11)*0(00)*(?!0)", word),
    "tomita_4": lambda word: "000" not in word,
    "tomita_7": lambda word: re.fullmatch("0*1*0*1*", word) is not None,
    "depth_2": lambda word: deepest(word, 2),
    "depth_3": lambda word: deepest(word, 3),
    "first": lambda word: int(word[0]),
    "even_pairs": lambda word: word[0] == word[-1],
    "contains_011": lambda word: "011" in word,
    "contains_0120": lambda word: "0120" in word,
    "divisible_by_3": lambda word: int(word, 2) % 3 == 0,
    "majority_of_3": lambda word: ("00" + word)[-3:].count("1") > 1,
    "majority": lambda word: 2 * word.count("1") > len(word),
    "delay_1": lambda word: int(("0" + word)[-2]),
    "delay_2": lambda word: int(("00" + word)[-3]),
    "last_seen": lambda word: int(("0" + word.replace("2", ""))[-1]),
    "in_order": lambda word: re.fullmatch("0*1*2*", word) is not None,
    "greatest": lambda word: int(max(word)),
    "at_most_3": lambda word: min(3, word.count("1")),
    "change": lambda word: ("0" + word)[-2] != word[-1],
}


def test_the_tasks_are_what_their_names_say(own: Any) -> None:
    assert set(RULES) == set(own.TASKS)
    for name, task in own.TASKS.items():
        following, answers = task.table
        for word in product(range(task.symbols), repeat=6):
            state, said = 0, -1
            for symbol in word:
                state, said = following[state, symbol], answers[state, symbol]
            assert said == RULES[name]("".join(map(str, word))), (name, word)
        words, said = task.draw(np.random.default_rng(0), 4, task.length)
        for word, told in zip(words, said, strict=True):
            text = "".join(map(str, word))
            assert told.tolist() == [RULES[name](text[:end]) for end in range(1, len(text) + 1)], name


def test_the_plan_has_the_families_kinds_and_tasks_that_were_asked_for(own: Any) -> None:
    families = [plan.family for plan in own.PLAN.values()]
    assert [families.count(one) for one in ("Transformer", "state space", "bidirectional")] == [20, 20, 10]
    assert {plan.kind for plan in own.PLAN.values() if plan.family == "state space"} == set(own.MIXERS)
    assert len({own.TASKS[plan.task].kind for plan in own.PLAN.values()}) >= 12


def test_what_trains_imports_nothing_of_netlift() -> None:
    tree = ast.parse((FOLDER / "others" / "train_own.py").read_text())
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert "torch" in names
    assert not any("netlift" in name or name == "languages" for name in names)


def test_networks_answer_by_the_doors_of_netlift_what_they_answer_themselves(
    own: Any, opening: dict[str, Any]
) -> None:
    plans = {(plan.family, plan.kind, plan.task == "in_order"): plan for plan in own.PLAN.values()}
    torch.manual_seed(0)
    for plan in plans.values():
        task, model = own.TASKS[plan.task], own.build(plan).eval()
        words, _ = task.draw(np.random.default_rng(0), 20, 7)
        network = opening["asked"](model, plan, task.length)
        with torch.no_grad():
            expected = own.units_of(model, plan, words).argmax(dim=2).numpy()
        state, found = network.initial_state(len(words)), []
        for symbols in words.T:
            state = network.next_state(state, np.eye(task.symbols)[symbols])
            units = np.asarray(network.output(state))
            found.append(units.argmax(axis=1) if units.shape[1] > 1 else units[:, 0])
        assert np.array_equal(np.stack(found, axis=1)[:, -expected.shape[1] :], expected), plan
        if plan.family == "state space":
            assert len(network.vector(state)) == len(words)


def test_a_program_is_held_against_the_network(own: Any, opening: dict[str, Any]) -> None:
    plan = own.PLAN["BiGRU-1x32-parity"]

    def count(tokens: Any) -> Any:
        """Output units of the parity, without an error."""
        return torch.nn.functional.one_hot(tokens.sum(dim=1) % 2, 2)

    def right(word: list[int]) -> list[int]:
        return [sum(word[: end + 1]) % 2 for end in range(len(word))]

    assert own.wrong(count, plan, np.random.default_rng(0), 1_000) == 0
    assert opening["unlike"](right, count, plan, 0) == 0
    off = opening["unlike"](lambda word: [1 - one if word[0] else one for one in right(word)], count, plan, 0)
    assert 0.4 * opening["FRESH"] < off < 0.6 * opening["FRESH"]
    rows = [
        opening["Row"](plan.name, plan.family, plan.kind, plan.task, wrong, right, unlike=unlike, seconds=2.0)
        for wrong, right, unlike in ((0, True, 0), (0, True, off), (0, False, 0), (3, True, 0))
    ]
    told = " ".join(opening["page"](rows).split())
    assert "4 of 50 networks, on tasks of 1 kinds; 3 are without an error." in told
    assert "Of these 1 are opened exactly (33%); median 2.0 s." in told
