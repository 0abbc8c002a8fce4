"""What a search learned about the data and the networks, in sentences: said when no program was found."""

from collections import Counter
from dataclasses import dataclass, field

from netlift.data import Sequences

_MACHINES = {
    "horizon": "their states grow with the length of the words, as those of a counter or of a memory of many "
    "steps do",
    "too many states": "they have more states than can be told apart",
    "depth": "their states go on splitting the further one looks ahead",
    "contradictions": "no small machine answers as they do",
    "budget": "telling their states apart took too many runs of the network",
}


@dataclass
class Findings:
    """Collected while a search runs."""

    linear: bool | None = None
    trained: int = 0
    best: tuple[float, str] = (-1.0, "")
    machines: Counter[str] = field(default_factory=Counter)
    wrong_machines: list[tuple[int, int, int]] = field(default_factory=list)
    searched: Counter[str] = field(default_factory=Counter)
    unprinted: Counter[str] = field(default_factory=Counter)
    out_of_time: str = ""  # the budget that ended the search, in words

    def saw(self, accuracy: float, network: str) -> None:
        """An ensemble's best accuracy."""
        if accuracy > self.best[0]:
            self.best = (accuracy, network)

    def sentences(self, train: Sequences) -> list[str]:
        """What was found out, and then what could be tried next."""
        said = []
        if self.linear is False:
            said.append(
                "The outputs are no linear function of the inputs so far, neither as numbers nor one-hot."
            )
        accuracy, network = self.best
        if network:
            said.append(
                f"Of {self.trained} architectures, {network} came furthest: {accuracy:.1%} of the held-out "
                "sequences entirely right."
            )
        if self.machines:
            reason, count = self.machines.most_common(1)[0]
            said.append(
                f"{count} networks that were nearly right are no finite machine as far as the words reach: "
                f"{_MACHINES.get(reason, reason)}."
            )
        if self.wrong_machines:
            states, errors, of = min(self.wrong_machines, key=lambda one: one[1])
            said.append(
                f"The best machine that was read has {states} states and is wrong on {errors:,} of {of:,} "
                "training sequences."
            )
        if self.searched:
            readers = ", ".join(f"{reader} ({count})" for reader, count in sorted(self.searched.items()))
            said.append(f"Formulas were searched for what these readers saw: {readers}; none is exact.")
        if self.unprinted:
            forms = ", ".join(f"{name} ({count})" for name, count in sorted(self.unprinted.items()))
            said.append(f"These forms were found and could not be printed: {forms}; log.txt says why.")
        if self.out_of_time:
            said.append(f"The budget of {self.out_of_time} ended the search.")
        said.append(f"To try next: {self._advice(train)}.")
        return said

    def _advice(self, train: Sequences) -> str:
        accuracy = self.best[0]
        if self.out_of_time and accuracy < 1.0:
            return "a larger --budget"
        if accuracy < 0.5:
            few = (
                f"more sequences than these {len(train):,}, or shorter ones; " if len(train) < 20_000 else ""
            )
            return (
                f"{few}make sure that each output depends on the inputs up to its step alone, and that "
                "nothing they depend on is left out"
            )
        if accuracy < 1.0:
            return "another seed, more sequences, or shorter ones"
        return "longer sequences, or inputs from a smaller range, so that the rule shows itself sooner"
