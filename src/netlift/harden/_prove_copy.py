"""A changed copy of a network, or another one for the same data, that provably is what was read.

What is proved of it says that what was read can be computed by such a network; of the network that was read
it says nothing. So it is a claim of its own, "copy = machine", and the network as trained stays what it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from netlift.certify import Claim, answers_many, prove_cut, quantised, snapped
from netlift.certify._network import (
    NetworkKnown,
    Target,
    network_bounded,
    network_proved,
    proved_by_boxes,
    proved_by_codes,
)
from netlift.checker import seal
from netlift.core._clock import Clock
from netlift.data import Sequences
from netlift.harden._copy import Copy, Step, copy_of
from netlift.harden._hard_words import refitted, settled, sharpened
from netlift.harden._longer_words import TIMES, prolonged
from netlift.harden._other_architectures import again, others
from netlift.networks import can_be_saved, is_perceptron, network_accuracy, takes_codes
from netlift.plugins import Plugins, cheapest_first
from netlift.program._explanation import Explanation
from netlift.report import Recorder
from netlift.states import Machine
from netlift.states.readers import words_of


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
    plugins: Plugins | None = None,
) -> CopyKnown | None:
    """A changed copy of which more is known than of the `original`; None: there is none, or none may be made.

    Copies are made of networks that were trained here and read, and, with `snap`, of one that was given. The
    original is in no way changed. Once the budget is spent nothing more is trained. Changes and provers of
    `plugins` are tried before the package's own.
    """
    learned = found.may_be_changed
    if original.claim.tier == "proved" or not (learned or snap):
        return None
    attempt = _Attempt(target, held_out, seed, clock, recorder, learned, plugins or Plugins())
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
                start = self._settled(start)
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
            found = prolonged(start.found, self.target.train, self.held_out, self.seed, self.recorder)
            how = f"trained at {TIMES} times the length on the program's answers"
            longer = start.after(found, Step(how, "program"))
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
            draft = start.after(start.found.with_network(made[0]), made[1])
            with self.clock.stage("certify"):
                known = network_proved(made[0], self.target, self.seed, self.clock, self.plugins.provers)
            if known is not None:
                self.recorder.log(f"proved of a copy, after the change {change.name}")
                return draft, known
        return None

    def _settled(self, draft: _Draft) -> _Draft:
        """The draft with a network that answers words of the training length as the machine does."""
        found, machine, train = draft.found, self.target.reading.machine, self.target.train
        if machine is None or not is_perceptron(found.network):
            return draft
        network = settled(found.network, machine, self.target.length, train, self.seed)
        accuracy = network_accuracy(network, self.held_out if len(self.held_out) else train)
        if network is found.network or accuracy <= found.accuracy:
            return draft
        self.recorder.log(
            f"a copy, trained further on the machine's answers: {found.accuracy:.1%} -> {accuracy:.1%} right"
        )
        step = Step("trained further on the machine's answers", "machine")
        return draft.after(found.with_network(network, accuracy), step)

    def _proved(self, draft: _Draft) -> _Known | None:
        """A proof of the draft, or of what it becomes when it is changed for the proof."""
        found, network, machine = draft.found, draft.found.network, self.target.machine
        more = self.plugins.provers
        known = network_proved(network, self.target, self.seed, self.clock, more) if draft.changed else None
        if known is not None:
            return draft, known
        if machine is None or found.errors or self.clock.over():
            return None
        if not is_perceptron(network):
            return self._by_codes(draft, machine)
        whose = self.target.answers
        exact = refitted(network, machine, self.target.train, self.seed) if answers_many(machine) else network
        proof = prove_cut(exact, machine, self.seed) if exact is not network else None
        if proof is not None:
            step = Step(f"fitted again by least squares to the {whose}'s answers", whose)
            fitted = draft.after(found.with_network(exact), step)
            return fitted, proved_by_boxes(exact, machine, proof)
        snap = snapped(network, machine, self.seed, self.clock.over)
        if snap is None:
            return self._by_codes(draft, machine)
        step = Step(f"{snap.change} to fit the {whose}'s states and answers", whose)
        better = draft.after(found.with_network(snap.network), step)
        return better, proved_by_boxes(snap.network, machine, snap.proof)

    def _by_codes(self, draft: _Draft, machine: Machine) -> _Known | None:
        """A proof of a network that was given, with a layer of codes added."""
        network = draft.found.network
        if self.learned or not can_be_saved(network) or not takes_codes(network):
            return None
        rounding = quantised(network, machine, words_of(self.target.train).length, self.seed)
        known = None if rounding is None else proved_by_codes(rounding[0], machine, rounding[1])
        if rounding is None or known is None:
            return None
        whose = self.target.answers
        count = len(rounding[0].codes)
        layer = f"given a layer of {count:,} code{'s' if count > 1 else ''}"
        how = f"{layer} to fit the {whose}'s states and answers"
        return draft.after(draft.found.with_network(rounding[0]), Step(how, whose)), known

    def _bounded(self, draft: _Draft) -> _Known | None:
        """What is known of the draft after training on words of the training length that it gets wrong."""
        found, network, table = draft.found, draft.found.network, self.target.table
        if is_perceptron(network) and table is not None and found.errors == 0:
            train, whose = self.target.train, self.target.answers
            better = sharpened(network, table, self.target.length, train, self.seed, self.clock)
            if better is not network:
                step = Step(f"trained further at the training length on the {whose}'s answers", whose)
                draft = draft.after(found.with_network(better), step)
        if not draft.changed:
            return None
        return draft, network_bounded(draft.found.network, self.target, self.seed, self.clock)

    def _others(self, found: Explanation) -> _Known | None:
        """The first proof of networks of other architectures, trained on the data."""
        networks = others(found, self.target.train, self.held_out, self.seed, self.clock, self.recorder)
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
