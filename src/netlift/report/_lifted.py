"""What a result says besides of a network that somebody else trained."""

from dataclasses import replace

import numpy as np

from netlift.core._context import Context
from netlift.data import Sequences
from netlift.mechanism._diagnosis import diagnosed
from netlift.networks import WeightedNetwork
from netlift.report._differences import differing, disagreement
from netlift.report._guard import Guard, failures
from netlift.report._result import Result
from netlift.states.readers import words_of


def lifted(
    result: Result,
    network: WeightedNetwork,
    train: Sequences,
    data: Sequences | None,
    follows: str,
    context: Context,
    rng: np.random.Generator,
) -> Result:
    """The result with the kind of the network, whom the program follows, and where the two differ.

    `follows` is "data" or "network"; `data` are those that somebody labelled, if anybody did. Where no
    program is right, the network is diagnosed, on words drawn from `rng`.
    """
    findings = result.findings if result.solved else ()
    kind = "state machine" if result.machine is not None else "recurrence"
    if not result.solved:
        guard = Guard(context.recorder, context.clock)
        with context.clock.stage("check"):
            diagnosis = guard.kept(
                "The diagnosis", lambda: diagnosed(network, words_of(train), result.program, rng), None
            )
            unlike = guard.kept("Comparing", lambda: differing(result.program, train), ())
        kind = kind if diagnosis is None else diagnosis.kind
        sentences = () if diagnosis is None else diagnosis.sentences
        findings = (*sentences, *unlike, *failures(result.findings), *guard.findings)
    if data is not None:
        findings = (*findings, *disagreement(network, data, follows))
    facts = {**result.network_facts, "kind": kind, "follows": follows}
    reason = result.reason if result.program is not None else "no program was found for what the network does"
    return replace(
        result,
        reason="" if result.solved else reason,
        findings=findings,
        network_facts=facts,
        seconds=context.clock.seconds(),
    )
