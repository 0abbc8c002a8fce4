"""Of very many sequences some are learned from, and all are checked."""

import numpy as np
import pytest

import netlift
from netlift.data import from_arrays
from netlift.data._door import Data
from netlift.data._said import Said
from netlift.sources import _sampled, sampled


def parity(count: int, steps: int, wrong: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Words of bits and whether the ones so far are odd; the last answer of some is wrong."""
    inputs = np.random.default_rng(1).integers(0, 2, (count, steps))
    targets = inputs.cumsum(axis=1) % 2
    targets[:wrong, -1] ^= 1
    return inputs, targets


def test_as_many_as_are_needed_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sampled, "MOST_STEPS", 50)
    data = Data("answers", Said(), from_arrays(*parity(100, 5)))
    first, second = sampled(data, 0), sampled(data, 0)
    assert first.sequences is not None
    assert second.sequences is not None
    assert len(first.sequences) == 10
    assert first.sequences.inputs.tolist() == second.sequences.inputs.tolist()
    assert first.whole is data.sequences
    assert first.notes[0].startswith("10 of 100 sequences are drawn at random to learn from")
    other = sampled(data, 1).sequences
    assert other is not None
    assert other.inputs.tolist() != first.sequences.inputs.tolist()


def test_few_sequences_are_left_as_they_are() -> None:
    data = Data("answers", Said(), from_arrays(*parity(100, 5)))
    assert sampled(data, 0) is data


def test_contradictions_are_looked_for_among_the_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sampled, "MOST_STEPS", 50)
    monkeypatch.setattr(_sampled, "MOST_COMPARED", 60)
    monkeypatch.setattr("netlift.data._validate.MOST_COMPARED", 60)
    inputs = np.zeros((100, 5), dtype=np.int64)
    data = Data("answers", Said(), from_arrays(inputs, np.arange(100)[:, None] % 2 + inputs))
    assert data.sequences is not None
    assert not data.sequences.clash
    drawn = sampled(data, 0).sequences
    assert drawn is not None
    assert "contradict each other" in drawn.clash


@pytest.mark.parametrize("wrong", [0, 3])
def test_the_program_is_checked_on_all(wrong: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sampled, "MOST_STEPS", 300)
    inputs, targets = parity(400, 6, wrong)
    result = netlift.distill(inputs, targets, source="data", seed=2)
    assert result.program is not None
    assert (result.checks["all"].sequences, result.checks["all"].errors) == (400, wrong)
    assert result.solved == (wrong == 0)
    assert "Learned from 50 sequences that were drawn from 400" in " ".join(result.program.source.split())
    if wrong:
        assert "wrong on 3 of 400 sequences (all sequences of the data)" in result.reason
