"""Linear networks by algebra."""

from collections.abc import Iterator
from dataclasses import dataclass

from netlift.networks import CLOSED_FORM, Trained, fit_closed_form, network_accuracy
from netlift.trainers._training import Training


@dataclass(frozen=True)
class ClosedForm:
    """Linear networks, by least squares on the data."""

    name: str = "closed-form"
    cost: float = 1e7

    def train(self, task: Training) -> Iterator[Trained | None]:
        """The linear network that is right on all sequences, if there is one."""
        task.progress.stage("train")
        task.progress.update(network="closed form (least squares over lags)")
        with task.clock.stage("train"):
            network = fit_closed_form(task.train)
        if network is None:
            task.progress.log("closed form: the data are not linear in their inputs")
            task.findings.linear = False
            return
        accuracy = network_accuracy(network, task.quick)
        task.progress.log(f"closed form: {network}, right on {accuracy:.2%} of held-out sequences")
        if accuracy == 1.0:
            yield Trained(network, CLOSED_FORM, accuracy)
