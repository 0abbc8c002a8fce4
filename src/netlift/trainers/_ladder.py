"""Perceptrons by gradient, from small to large."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from netlift.core._clock import checkpoint
from netlift.networks import (
    GRADIENT,
    Rung,
    Trained,
    can_be_refined,
    ladder,
    network_accuracy,
    refined,
    rough_error,
)
from netlift.trainers._training import LEAST, Training

EACH_TIME = 3  # networks of one ensemble that are opened at a time
ROUGH = 0.7  # error, in standard deviations of the outputs, from which least squares are tried
REFINED = 2  # networks of an ensemble that least squares are tried on
UNLEARNED = (0.02, 0.5)  # accuracies below which no network is waited for after the first and second round


@dataclass(frozen=True)
class Ladder:
    """Perceptrons, by gradient, over a ladder of architectures from small to large."""

    name: str = "gradient"
    cost: float = 1e12

    def train(self, task: Training) -> Iterator[Trained | None]:
        """The networks that are right on most sequences, whenever they have come clearly further."""
        task.progress.stage("train")
        tried: dict[tuple[int, int], float] = {}
        rungs = ladder(task.train, task.quick, seed=task.seed)
        while True:
            with task.clock.stage("train"):
                rung = next(rungs, None)
                if rung is None:
                    return
            accuracies, ensemble = rung.accuracies, rung.ensemble
            best = float(accuracies.max())
            shape = ensemble.architecture
            task.progress.learned(shape, ensemble.steps, accuracies.tolist())
            order = np.argsort(-accuracies, kind="stable").tolist()
            task.findings.trained = max(task.findings.trained, rung.number + 1)
            if task.foremost is None or best > task.foremost.accuracy:
                task.saw(Trained(ensemble.network(order[0]), GRADIENT, best))
            good = [i for i in order if accuracies[i] >= LEAST]
            chosen = [i for i in good if _is_news(tried.get((rung.number, i)), float(accuracies[i]))]
            if rung.turn_over and good[:1] not in ([], chosen[:1]):
                chosen = good[:1]
            for index in chosen[:EACH_TIME]:
                accuracy = float(accuracies[index])
                tried[rung.number, index] = accuracy
                task.progress.log(
                    f"{shape}, network {index} after {ensemble.steps} steps: {accuracy:.1%} of held-out "
                    "sequences"
                )
                final = rung.turn_over and index == order[0]
                yield Trained(ensemble.network(index), GRADIENT, accuracy, final)
            if rung.round_over and best < 1.0:
                yield from _refined(rung, task)
            if _is_hopeless(rung, task):
                yield None
            if chosen:
                task.progress.stage("train")
            checkpoint()


def _is_news(before: float | None, accuracy: float) -> bool:
    """Whether a network was never opened, or is clearly better than when it was."""
    return before is None or (1.0 - accuracy) < 0.5 * (1.0 - before)


def _is_hopeless(rung: Rung, task: Training) -> bool:
    """Whether no network has learned much, at the end of a round or after a quarter of the budget."""
    best = task.findings.best[0]
    if rung.last and rung.round < len(UNLEARNED):
        return best < UNLEARNED[rung.round]
    return task.clock.over(0.25) and best < UNLEARNED[0]


def _refined(rung: Rung, task: Training) -> Iterator[Trained]:
    """Networks that are roughly right, made right by least squares."""
    networks = {i: rung.ensemble.network(i) for i in rung.ensemble.kept}
    if not all(can_be_refined(network, task.train) for network in networks.values()):
        return
    shape = rung.ensemble.architecture
    with task.clock.stage("train"):
        rough = {i: rough_error(network, task.train) for i, network in networks.items()}
    order = sorted((error, i) for i, error in rough.items() if error < ROUGH)
    for error, index in order[:REFINED]:
        with task.clock.stage("train"):
            better = refined(networks[index], task.train)
            trained = Trained(better, GRADIENT, network_accuracy(better, task.quick))
        task.saw(trained)
        task.progress.log(
            f"{shape}, network {index} after least squares: its error fell from {error:.2g} to "
            f"{rough_error(better, task.train):.2g}; {trained.accuracy:.1%} of held-out sequences"
        )
        if trained.accuracy >= LEAST:
            yield trained
