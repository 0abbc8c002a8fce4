"""Whether data tell the machine that explains them, or a shorter formula for their words alone is its rival.

What a machine does on words longer than the data, or on words that are hardly among them, is the network's
invention: one that counts saturates somewhere. Where the best formula for the words of the data alone goes
on as the machine does, it confirms the machine.
"""

from dataclasses import replace

from netlift.certify._enumerate import reached
from netlift.networks import run
from netlift.program._explanation import Explanation
from netlift.states import Machine, is_told_by
from netlift.states.readers import WORDS, Reading, Words

MOST_STATES = 500  # of a formula that is written out as a machine
MOST_STEPS = 1_000  # in which it has to close


def rival_reading(found: Explanation, words: Words) -> Reading | None:
    """The words of the data alone, to search for what explains them shorter than the machine that was found.

    None where the network is the truth, no machine was found, or the data leave no room for another one.
    """
    machine = found.reading.machine
    if found.trained.provenance.is_truth or machine is None:
        return None
    if found.reading.is_determined_by(words.length) and is_told_by(machine, words.inputs):
        return None
    sample = words.inputs[:WORDS]
    answers = machine.run(sample)  # right on the data, and where the network is, its own
    if found.reading.of_data:
        return Reading("data", None, words.behaviour(sample, answers), of_data=True)
    alike = (run(found.network, sample) == answers).all(axis=(1, 2))
    return Reading("behaviour", None, words.behaviour(sample[alike], answers[alike]))


def settled_by(found: Explanation, rival: Explanation | None) -> Explanation:
    """The explanation with a machine, confirmed where its rival goes on alike; else the shorter one."""
    machine = found.reading.machine
    if rival is None or machine is None:
        return found
    if _goes_on_as(rival, machine):
        return replace(found, confirmed=True)
    return rival if rival.candidate.cost < found.candidate.cost else found


def _goes_on_as(rival: Explanation, machine: Machine) -> bool:
    written_out = reached(rival.candidate.recurrence, machine.alphabet, MOST_STEPS, MOST_STATES).machine()
    return written_out is not None and written_out.difference(machine) is None
