"""A changed copy of a network, or another one for the same data, that provably is what was read.

What is proved of it says that what was read can be computed by such a network; of the network that was read
it says nothing. So it is a claim of its own, "copy = machine", and the network as trained stays what it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from netlift.certify import Claim
from netlift.certify._network import (
    NetworkKnown,
    Target,
    network_bounded,
    network_proved,
)
from netlift.checker import seal
from netlift.core._clock import Clock
from netlift.core._progress import Recorder
from netlift.data import Sequences
from netlift.harden._changes import TO_PROOFS, TRAININGS
from netlift.harden._copy import Copy, Step, copy_of
from netlift.harden._other_architectures import OtherNetworks, again, others
from netlift.plugins import Change, Plugins, cheapest_first
from netlift.program._explanation import Explanation

FURTHER, HARD_WORDS, LONGER_WORDS = TRAININGS


@dataclass(frozen=True)
class CopyKnown:
    """A copy, and what is known of it."""

    copy: Copy
    known: NetworkKnown

    @property
    def claim(self) -> Claim:
        """What is claimed of the copy."""
        return self.known.claim


@dataclass(frozen=True)
class _Draft:
    """A finding with another network than the one that was read, and how that came about."""

    found: Explanation
    steps: tuple[Step, ...] = ()
    another: bool = False

    @property
    def changed(self) -> bool:
        """Whether it is another network at all."""
        return bool(self.steps) or self.another

    def after(self, found: Explanation, step: Step) -> "_Draft":
        """The draft after one more change."""
        return self if found is self.found else _Draft(found, (*self.steps, step), self.another)


_Known = tuple[_Draft, NetworkKnown]


def copy_known(
    found: Explanation,
    original: NetworkKnown,
    target: Target,
    held_out: Sequences,
    seed: int,
    clock: Clock,
    recorder: Recorder,
    *,
    snap: bool,
    trained: OtherNetworks,
    plugins: Plugins | None = None,
) -> CopyKnown | None:
    """A changed copy of which more is known than of the `original`; None: there is none, or none may be made.

    Copies are made of networks that were trained here and read, and, with `snap`, of one that was given. The
    original is in no way changed; `trained` gives networks of other architectures for the same data. Once the
    budget is spent nothing more is trained. Changes and provers of
    `plugins` are tried before the package's own.
    """
    learned = found.may_be_changed
    if original.claim.tier == "proved" or not (learned or snap):
        return None
    own = plugins is not None and (plugins.changes or plugins.provers)
    if target.machine is None and original.claim.details.get("stopped") == "work" and not own:
        return None  # not its answers end what is known, but how many words there are: so it is of any copy
    attempt = _Attempt(target, held_out, seed, clock, recorder, learned, trained, plugins or Plugins())
    known = attempt.known(_Draft(found))
    if known is None or not _says_more(known[1].claim, original.claim):
        return None
    draft, about = known
    with clock.stage("certify"):
        copy = copy_of(
            found.network, draft.found.network, draft.steps, target.train, seed, another=draft.another
        )
    known_copy = NetworkKnown(copy.claim(about.claim), about_copy(about.certificate), about.machine)
    return CopyKnown(copy, known_copy)


def about_copy(certificate: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A certificate about a network as one about a copy: the claim alone is another."""
    if certificate is None:
        return None
    renamed = {**certificate, "claim": str(certificate["claim"]).replace("network = ", "copy = ")}
    return {**renamed, "seal": seal(renamed)}


def _says_more(claim: Claim, than: Claim) -> bool:
    """Whether a claim about a copy adds anything: a proof, or all words of a greater length."""
    if claim.tier == "proved":
        return True
    lengths = [int(one.details.get("exhaustive_length", 0)) for one in (claim, than)]
    return claim.tier == "exhaustive" and (than.tier == "refuted" or lengths[0] > lengths[1])


@dataclass(frozen=True)
class _Attempt:
    """The search for a network that can be proved, or is right for longer."""

    target: Target
    held_out: Sequences
    seed: int
    clock: Clock
    recorder: Recorder
    learned: bool
    trained: OtherNetworks
    plugins: Plugins

    def known(self, start: _Draft) -> _Known | None:
        """The best that a changed network gives.

        A network that provably is a machine is right at every length; any other is trained at greater length.
        """
        known = self._changed(start)
        if known is not None:
            return known
        if self.learned and start.found.accuracy < 1.0 and not start.found.errors and not self.clock.over():
            with self.clock.stage("train"):
                start = self._after(FURTHER, start)
        if self.target.reading.machine is not None or not self.learned:
            with self.clock.stage("certify"):
                known = self._proved(start)
            if known is None and self.learned:
                known = self._others(start.found)
            if known is None:
                with self.clock.stage("certify"):
                    known = self._bounded(start)
            if (known is not None and known[1].claim.tier == "proved") or not self.learned:
                return known
        if self.clock.over():
            return known
        with self.clock.stage("train"):
            longer = self._after(LONGER_WORDS, start)
        if known is not None and longer is start:
            return known
        with self.clock.stage("certify"):
            later = self._proved(longer)
        if later is None:
            later = self._again(longer.found)
        if later is None:
            with self.clock.stage("certify"):
                later = self._bounded(longer)
        return later or known

    def _changed(self, start: _Draft) -> _Known | None:
        """A proof of what a change of an outsider makes of the network."""
        for change in cheapest_first(self.plugins.changes):
            if self.clock.over():
                return None
            with self.clock.stage("train"):
                made = change.changed(start.found, self.target, self.seed)
            if made is None:
                continue
            draft = start.after(start.found.with_network(made.network), made.step)
            with self.clock.stage("certify"):
                known = network_proved(made.network, self.target, self.seed, self.clock, self.plugins.provers)
            if known is not None:
                self.recorder.log(f"proved of a copy, after the change {change.name}")
                return draft, known
        return None

    def _after(self, change: Change, draft: _Draft) -> _Draft:
        """The draft after a change by training; as it was where that makes nothing better."""
        made = change.changed(draft.found, self.target, self.seed)
        if made is None:
            return draft
        self.recorder.log(f"a copy, {made.step.how}")
        return draft.after(draft.found.with_network(made.network, made.accuracy), made.step)

    def _proved(self, draft: _Draft) -> _Known | None:
        """A proof of the draft, or of what it becomes when it is changed for the proof."""
        found, network, machine = draft.found, draft.found.network, self.target.machine
        more = self.plugins.provers
        known = network_proved(network, self.target, self.seed, self.clock, more) if draft.changed else None
        if known is not None:
            return draft, known
        if machine is None or found.errors:
            return None
        for change in TO_PROOFS:
            made = None if self.clock.over() else change.changed(found, self.target, self.seed)
            if made is not None and made.known is not None:
                return draft.after(found.with_network(made.network), made.step), made.known
        return None

    def _bounded(self, draft: _Draft) -> _Known | None:
        """What is known of the draft after training on words of the training length that it gets wrong."""
        draft = self._after(HARD_WORDS, draft)
        if not draft.changed:
            return None
        return draft, network_bounded(draft.found.network, self.target, self.seed, self.clock)

    def _others(self, found: Explanation) -> _Known | None:
        """The first proof of networks of other architectures, trained on the data."""
        networks = others(found, self.trained, self.target.train, self.held_out, self.seed)
        step = Step("trained further on the machine's answers", "machine")
        return self._first(_Draft(one, (step,) if more else (), True) for one, more in networks)

    def _again(self, found: Explanation) -> _Known | None:
        """The first proof of networks of the same architecture, trained on the data from other weights."""
        networks = again(found, self.target.train, self.held_out, self.seed, self.clock)
        return self._first(_Draft(one, (), True) for one in networks)

    def _first(self, drafts: Iterator[_Draft]) -> _Known | None:
        while True:
            with self.clock.stage("train"):
                draft = next(drafts, None)
            if draft is None:
                return None
            with self.clock.stage("certify"):
                known = self._proved(draft)
            if known is not None:
                self.recorder.log(f"proved of another network for the same data: {known[0].found.network}")
                return known
