"""How often a network answers sequences right."""

from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from netlift.data._sequences import Sequences, distinct_rows
from netlift.networks._abilities import is_perceptron
from netlift.networks._mlp_rnn import MlpRnn
from netlift.networks._protocol import Network, run

# Training, proving and certifying ask the same of the same network, whose weights never change.
_ERRORS: WeakKeyDictionary[MlpRnn, WeakKeyDictionary[Sequences, NDArray[np.bool_]]] = WeakKeyDictionary()


def network_answers(network: Network, sequences: Sequences) -> NDArray[np.int64]:
    """The network's answers on the sequences, [N, T, K]; beyond the end of one they mean nothing.

    Where most of the sequences are there several times, each is run once.
    """
    safe = sequences.filled
    first, same_as = distinct_rows(safe.reshape(len(safe), -1))
    if 2 * len(first) > len(safe):
        return run(network, safe)
    return run(network, safe[first])[same_as]


def network_errors(network: Network, sequences: Sequences) -> NDArray[np.bool_]:
    """Which of the sequences the network answers wrong at a step that has a target, [N].

    The array is read-only: a perceptron that was asked before is not run again.
    """
    if not is_perceptron(network):
        return _errors(network, sequences)
    known = _ERRORS.setdefault(network, WeakKeyDictionary())
    if sequences not in known:
        known[sequences] = _errors(network, sequences)
    return known[sequences]


def _errors(network: Network, sequences: Sequences) -> NDArray[np.bool_]:
    if not len(sequences):
        return np.zeros(0, dtype=np.bool_)
    wrong = (network_answers(network, sequences) != sequences.targets).any(axis=2) & sequences.labelled
    errors = np.asarray(wrong.any(axis=1))
    errors.flags.writeable = False
    return errors


def network_accuracy(network: Network, sequences: Sequences) -> float:
    """The share of the sequences that the network answers entirely right; 1 of none."""
    return float(1.0 - network_errors(network, sequences).mean()) if len(sequences) else 1.0
