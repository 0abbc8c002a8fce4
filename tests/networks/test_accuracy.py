"""What a network answers wrong is asked once."""

from typing import Any

import numpy as np
import pytest

from kinds_by_hand import perceptron, words
from netlift.data import from_arrays
from netlift.networks import _accuracy, network_accuracy, network_errors, run


def test_a_perceptron_is_run_once_on_the_same_sequences(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []

    def counted(network: Any, sequences: Any) -> Any:
        runs.append(1)
        return original(network, sequences)

    original = _accuracy.network_answers
    monkeypatch.setattr(_accuracy, "network_answers", counted)
    network, other = perceptron(), perceptron()
    inputs = words()[:50]
    targets = run(network, inputs)
    targets[3, -1] += 1
    sequences, same = from_arrays(inputs, targets), from_arrays(inputs, targets)
    assert np.flatnonzero(network_errors(network, sequences)).tolist() == [3]
    assert network_accuracy(network, sequences) == 49 / 50
    assert len(runs) == 1
    network_errors(network, same)
    network_errors(other, sequences)
    assert len(runs) == 3
    with pytest.raises(ValueError, match="read-only"):
        network_errors(network, sequences)[0] = True
