"""Training continued at greater length, after a network has been explained."""

from netlift.data._sequences import Sequences
from netlift.networks._ensemble import Ensemble
from netlift.networks._mlp_rnn import MlpRnn

STEPS = 1_000
_RATES = (5e-4, 1e-3, 2e-3, 4e-3)


def continued(network: MlpRnn, longer: Sequences, held_out: Sequences, *, seed: int) -> tuple[float, MlpRnn]:
    """The network after further training on longer sequences, and its share of `held_out` right.

    Length cures what a short one cannot show: states that drift slowly. Four copies are trained,
    each at its rate; the best is kept, the network as it was included.
    """
    ensemble = Ensemble(
        network.architecture,
        longer,
        seed=seed,
        rates=_RATES,
        networks_per_rate=1,
        cycle=STEPS,
        start=network,
    )
    best = (float(ensemble.accuracies(held_out)[0]), network)
    while ensemble.steps < STEPS and best[0] < 1.0:
        ensemble.advance(200)
        accuracies = ensemble.accuracies(held_out)
        top = int(accuracies.argmax())
        if accuracies[top] > best[0]:
            best = (float(accuracies[top]), ensemble.network(top))
    return best
