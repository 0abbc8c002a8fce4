"""What a program's docstring says: where it was read, on what it was checked, what is claimed of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from netlift.certify import Claim
from netlift.core._version import __version__
from netlift.data import Sequences
from netlift.networks import network_errors
from netlift.program._explanation import Explanation
from netlift.report._horizon import Horizon
from netlift.report._result import Check

LONGER = 5  # times the training length


@dataclass(frozen=True)
class Right:
    """On how many sequences a network was run, how many it gets wrong, and whether they were held out."""

    sequences: int
    errors: int
    held_out: bool

    @property
    def accuracy(self) -> float:
        """The share that it answers right; 1 of none."""
        return 1.0 - self.errors / self.sequences if self.sequences else 1.0

    def __str__(self) -> str:
        kind = "held-out" if self.held_out else "training"
        return f"right on {self.sequences - self.errors:,} of {self.sequences:,} {kind} sequences"


def right_of(found: Explanation, train: Sequences, held_out: Sequences) -> Right | None:
    """How often the network is right, as it was trained; None for one that is itself the truth."""
    if found.trained.provenance.is_truth:
        return None
    apart = bool(len(held_out)) and not found.trained.details.get("held_out_used")
    tested = held_out if apart else train
    return Right(len(tested), int(network_errors(found.network, tested).sum()), apart)


def network_facts(found: Explanation, right: Right | None) -> dict[str, object]:
    """The network as it was trained or given, for result.json."""
    facts = {**found.trained.facts, "held_out_accuracy": found.accuracy if right is None else right.accuracy}
    if right is None:
        return facts
    if not right.held_out:  # none were held out, or the network was trained on them in the end
        facts["held_out_accuracy"] = None
    name = "held_out" if right.held_out else "training"
    return {**facts, "measured": {"on": name, "sequences": right.sequences, "errors": right.errors}}


def longer_told(given: bool) -> str:
    """How long the longer words are; nobody knows what a network that was given was trained on."""
    return f"{LONGER} times the " + ("examples' length" if given else "training length")


def docstring(
    found: Explanation,
    right: Right | None,
    checks: dict[str, Check],
    longer: Check,
    horizon: Horizon,
    claims: Sequence[Claim],
) -> list[str]:
    """The sentences about a program, from where it was read to what is claimed of it."""
    states = found.reading.states
    reader = found.reading.reader
    how_many = "unboundedly many states" if states is None else f"{states:,} state{'s' if states > 1 else ''}"
    given = found.trained.provenance.is_truth
    names = {"train": "example" if given else "training", "held_out": "new" if given else "held-out"}
    sizes = {name: f"{check.sequences:,} {names[name]} sequences" for name, check in checks.items()}
    good = [sizes[name] for name, check in checks.items() if check.sequences and not check.errors]
    bad = [f"{check.errors:,} of {sizes[name]}" for name, check in checks.items() if check.errors]
    told = [f"{what} on {' and '.join(on)}" for what, on in (("no error", good), ("errors", bad)) if on]
    proved = any(claim.claim == "network = machine" and claim.tier == "proved" for claim in claims)
    agreed = f"; equal to the network on {longer.sequences - longer.errors:,} of {longer.sequences:,} "
    agreed += (
        f"sequences ({longer.against.removeprefix('the network, ')})"
        if "takes" in longer.against
        else f"sequences of {longer_told(given)}"
    )
    free = found.candidate.unobserved
    listed = [f"Never reached, and of no meaning in the formulas: {'; '.join(free)}."] if free else []
    accuracy = "" if right is None else f", {right}"
    origin = [
        f"Read out of a recurrent network by netlift {__version__}: {reader} reader, {how_many}.",
        f"Network: {found.network}, {found.trained.provenance.said}{accuracy}.",
    ]
    if found.reading.of_data:
        origin = [
            f"Found by netlift {__version__} in the data themselves, which no network learned.",
            f"The best network: {found.network}{accuracy}.",
        ]
    return [
        *origin,
        f"Program checked: {', '.join(told)}{agreed if longer.errors or not proved else ''}.",
        *horizon.sentences(),
        *(claim.sentence() for claim in claims),
        *listed,
    ]
