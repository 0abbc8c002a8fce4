"""What `netlift inspect` says would be done is what is done."""

import json
import random
from pathlib import Path

import pytest

from netlift.data._inspect import inspect_file
from netlift.data._said import Said
from netlift.sources import planned


def would(folder: Path, rows: list[dict[str, object]], **said: object) -> str:
    """What would be done with rows of JSON."""
    path = folder / "data.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    found = planned(inspect_file(str(path), Said(**said)))  # type: ignore[arg-type]
    assert found.problem == ""
    return found.would


def rows_of(count: int, wrong: float = 0.0, seed: int = 0) -> list[dict[str, object]]:
    """Parities of words over a and b; a share of the labels is flipped."""
    rng = random.Random(seed)
    rows: list[dict[str, object]] = []
    for _ in range(count):
        word = [rng.choice("ab") for _ in range(rng.randint(1, 6))]
        label = (word.count("b") + (rng.random() < wrong)) % 2
        rows.append({"inputs": word, "targets": [None] * (len(word) - 1) + [label]})
    return rows


def test_the_rule_is_that_networks_are_trained(tmp_path: Path) -> None:
    assert would(tmp_path, rows_of(400)).startswith("train networks on the sequences")


@pytest.mark.parametrize(("share", "told"), [(0.01, "few labels that are wrong"), (0.5, "answers at random")])
def test_contradictions_are_no_refusal(share: float, told: str, tmp_path: Path) -> None:
    assert told in would(tmp_path, rows_of(400, share))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"inputs": [], "targets": [], "start": 1}, {"inputs": [1], "targets": [0]}], "have no steps"),
        ([{"inputs": ["a", "b"], "targets": ["x", "y"]}], "leave 4 pairs of state and input unseen"),
        ([{"inputs": ["a", "b"], "targets": [3, 9]}], "a formula of these few answers"),
    ],
)
def test_what_no_network_can_tell_is_said(rows: list[dict[str, object]], told: str, tmp_path: Path) -> None:
    assert told in would(tmp_path, rows)


def test_measured_outputs_end_in_a_law(tmp_path: Path) -> None:
    assert "largest error" in would(tmp_path, rows_of(9), approximate=True)
