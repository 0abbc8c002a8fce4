"""What a second look at the words of results found."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netlift.certify import _chain
from netlift.data import read_sequences
from netlift.networks import _accuracy
from netlift.report._docstring import longer_told


def test_a_witness_in_the_data_is_spelled_as_the_data_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "d.jsonl"
    file.write_text('{"inputs": [["tick", 1], ["a b", 2]], "targets": [0, 1]}\n')
    sequences = read_sequences(file)
    answers = sequences.targets.copy()
    answers[0, 1] += 1
    monkeypatch.setattr(_chain, "network_answers", lambda network, inputs: answers)
    monkeypatch.setattr(_accuracy, "network_answers", lambda network, inputs: answers)
    unused: Any = None
    claim = _chain._data_claim(unused, [sequences])
    assert claim.words.endswith("first after the inputs (tick, 1), ('a b', 2)")
    assert claim.details["witness"] == [["tick", 1], ["a b", 2]]
    monkeypatch.setattr(_accuracy, "network_answers", lambda network, inputs: sequences.targets)
    assert _chain._data_claim(unused, [sequences]).tier == "tested"
    assert np.array_equal(sequences.targets[0, :, 0], [0, 1])


@pytest.mark.parametrize(
    ("trained", "told"), [("given", "examples' length"), ("gradient", "training length")]
)
def test_nobody_says_on_what_a_given_network_was_trained(trained: str, told: str) -> None:
    assert longer_told(trained == "given") == f"5 times the {told}"
