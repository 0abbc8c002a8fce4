"""Training that draws hidden states together: noise on them, and a pull towards centres that follow them.

The data's own loss is kept, so that what was learned stays; no answer but those of the data is used. Noise on
hidden states makes a recurrent network hold its states apart (Jim, Giles and Horne 1996); the pull is the
commitment loss of vector quantisation (van den Oord, Vinyals and Kavukcuoglu 2017), with centres that are
running means, as in a state-regularised network (Wang and Niepert 2019).
"""

import numpy as np
from numpy.typing import NDArray

from netlift.core._journal import Outcome, kept
from netlift.core._streams import random_stream
from netlift.data._sequences import Sequences
from netlift.networks._ensemble import coded
from netlift.networks._mlp_rnn import MlpRnn

Floats = NDArray[np.float64]

BATCH = 128  # sequences in each step of the optimiser, as many as in training
CHUNK = 50  # steps for which noise is drawn at once
RATE = 1e-2
WARM = 50  # steps until the full rate
LAST = 0.02  # share of the rate that is left at the end


def contracted(
    network: MlpRnn,
    sequences: Sequences,
    centres: Floats,
    sizes: Floats,
    *,
    noise: float,
    steps: int,
    seed: int,
) -> MlpRnn:
    """The network after training on the same sequences with its hidden states drawn together.

    Args:
        network: the one to begin with; it is not changed.
        sequences: the sequences that it was trained on, with their answers.
        centres: [K, H], where its hidden states are drawn to; they follow.
        sizes: [H], the standard deviations of its hidden units, in which distances are measured.
        noise: standard deviation of what is added to every hidden unit, in units of its size.
        steps: of the optimiser.
        seed: of batches and noise.

    Returns:
        The network afterwards, of the same architecture.

    Cost:
        About a second for 400 steps of 10 inputs, 32 units wide.

    Source:
        Jim, Giles and Horne 1996; van den Oord, Vinyals and Kavukcuoglu 2017.
    """
    from netlift.networks._contract import draw_together
    from netlift.networks._gradient import Layout

    layout, data = Layout.of(network.architecture, network.coding), coded(sequences, network.coding)
    flat = layout.flat({name: network.weights[name][None].astype(np.float32) for name in layout.shapes})[0]

    def work() -> Outcome:
        mean, square = np.zeros_like(flat), np.zeros_like(flat)
        near, spread = centres.astype(np.float32), sizes.astype(np.float32)
        rng = random_stream(seed, "noise on hidden states")
        batch, length = min(BATCH, max(16, len(data))), data.mask.shape[1]
        for begun in range(0, steps, CHUNK):
            rows = rng.integers(len(data), size=(CHUNK, batch))
            shape = (CHUNK, length, network.hidden_size, batch)
            shaken = np.float32(noise) * rng.standard_normal(shape, dtype=np.float32)
            done = begun + 1.0 + np.arange(CHUNK)
            cosine = LAST + (1.0 - LAST) * 0.5 * (1.0 + np.cos(np.pi * np.minimum(done / steps, 1.0)))
            rates = (RATE * np.minimum(1.0, done / WARM) * cosine).astype(np.float32)
            own = (flat, mean, square, near, spread)
            draw_together(*layout.described, *own, *data.arrays, rows, rates, shaken, begun)
        return {"weights": flat}, None

    about = (layout.described, data.arrays, centres, sizes, noise, steps, seed)
    drawn, _ = kept("contracted", lambda: (*about, flat), work)
    return MlpRnn(network.architecture, network.coding, layout.named(drawn["weights"]))
