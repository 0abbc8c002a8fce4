"""The search for an explanation: trainers give networks, readers readings, strategies formulas of them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from netlift.certify._confirm import rival_reading, settled_by
from netlift.core._clock import OutOfTimeError
from netlift.data import Sequences
from netlift.engine._run import Run
from netlift.harden._practice import accuracy_on_all, practise
from netlift.networks import Trained
from netlift.plugins import Reader, Trainer, cheapest_first
from netlift.program._attempts import FORMULA_WORK, Attempts
from netlift.program._explanation import Explanation, Unexplained
from netlift.program._readings import Readings
from netlift.simplify._basis import in_better_basis
from netlift.states.readers import (
    READERS,
    Reading,
    View,
    longer_to_read,
    reading_of_data,
    share_to_read,
    words_of,
)
from netlift.trainers import HELD_OUT, Training

NEARLY = 0.95  # accuracy from which a network that will not become exact is opened all the same
DATA_WORK = 1_500_000_000  # row evaluations of a search in the data themselves
FOR_THE_DATA = 0.25  # share of the budget that is kept for a search in the data themselves
TABLES = 3  # machines without formula that are read before a table is accepted
RIVAL_WORK = FORMULA_WORK // 4  # row evaluations of a search for what would explain the data shorter


def explain(
    trainers: Sequence[Trainer],
    train: Sequences,
    held_out: Sequences,
    run: Run,
    readers: Sequence[Reader] = READERS,
) -> Explanation | Unexplained:
    """The first network and program right on `train`, else the best attempt, or what was found out.

    `train` and `held_out` hold the answers that the program is to give. The trainers are asked for networks
    one after the other, the cheapest first, and each network is shown to the readers. The run's budget
    bounds the seconds; all other limits are counted in work.
    """
    return Search(train, held_out, run, readers).explanation(trainers)


class Search:
    """One search; its fields are what it knows so far."""

    def __init__(
        self, train: Sequences, held_out: Sequences, run: Run, readers: Sequence[Reader] = READERS
    ) -> None:
        self.run, self.seed, self.clock, self.progress = run, run.seed, run.clock, run.recorder
        self.train, self.held_out = train, held_out if len(held_out) else train
        quick = self.held_out.take(np.arange(min(HELD_OUT, len(self.held_out))))
        self.task = Training(train, quick, run.seed, run.clock, run.recorder)
        self.findings = self.task.findings
        self.words = words_of(train)
        self.readings = Readings(train, run, self.findings, readers, run.plugins.readers)
        self.attempts = Attempts(train, run, self.findings, run.plugins.strategies)
        self.table: Explanation | None = None
        self.tables = 0
        self.data_searched = False

    def explanation(self, trainers: Sequence[Trainer]) -> Explanation | Unexplained:
        """What `explain` answers."""
        if self.train.silent is None:
            self.clock.reserve(FOR_THE_DATA)
        try:
            with self.clock.bounding():
                found = self._first_explained(trainers) or self.table or self._in_the_data()
        except OutOfTimeError:
            self.progress.log(f"the budget of {self.clock.spent} is spent")
            self.findings.out_of_time = self.clock.spent
            found = self.table
        if found is None:
            try:
                with self.clock.bounding():
                    found = self._in_the_data()
            except OutOfTimeError:
                found = None
        if found is not None:
            return found
        told = tuple(self.findings.sentences(self.train))
        if self.attempts.best is not None:
            return replace(self.attempts.best, findings=told)
        return Unexplained(self.task.foremost, told, self.readings.nearest_machine)

    def _first_explained(self, trainers: Sequence[Trainer]) -> Explanation | None:
        """The first network that can be explained, whichever trainer gave it."""
        for trainer in cheapest_first(trainers, self.run.plugins.trainers):
            for trained in trainer.train(self.task):
                if trained is None:
                    found = self._in_the_data()
                elif trained.provenance.is_truth:
                    self.task.saw(trained)
                    found = self._open(trained) or self._open_further(trained)
                else:
                    self.task.saw(trained)
                    found = self._open(trained)
                if found is not None:
                    return found
        return None

    def _open_further(self, trained: Trained) -> Explanation | None:
        """What a network shows on words beyond the examples, or else of the machine that errs least."""
        found = None
        if self.table is None and self.findings.machines["horizon"]:
            self.words = replace(self.words, inputs=longer_to_read(trained.network, self.words, self.seed))
            self.progress.log(f"once more with words of {self.words.length} steps, beyond the horizon")
            found = self._open(trained)
        found = found or self.table
        if found is None and self.readings.nearest is not None:
            errors, reading = self.readings.nearest
            self.progress.log(f"the nearest machine has {reading.states} states and {errors:,} errors")
            self._explain(trained, reading)
        return found

    def _in_the_data(self) -> Explanation | None:
        """A program for the data themselves, where no network learned them; looked for once.

        The network that came furthest is kept beside it, with what it gets wrong.
        """
        trained = self.task.foremost
        if self.data_searched or trained is None or self.train.silent is not None:
            return None
        if trained.provenance.is_truth:  # the data are its own answers
            return None
        self.data_searched = True
        self.clock.reserve(0.0)
        long = self.train.lengths >= self.words.length
        outputs = self.train.targets[long, : self.words.length]
        self.progress.log("no network learned the data; formulas are searched for in the data themselves")
        self.findings.searched["data"] += 1
        with self.clock.stage("states"):
            reading = reading_of_data(self.words, outputs, self.readings.judge.machine_errors)
        if reading.machine is not None:
            self.progress.log(f"the data are those of a machine of {reading.states} states")
        best, self.attempts.best = self.attempts.best, None
        try:
            found = self._explain(trained, reading, DATA_WORK)
            return None if found is None else self._unless_shorter(found)
        finally:
            self.attempts.best = best or self.attempts.best

    def _open(self, trained: Trained) -> Explanation | None:
        """Read the network by every reader that may fit, and look for a program right on the data."""
        network, accuracy = trained.network, trained.accuracy
        if accuracy == 1.0:
            self.clock.reserve(0.0)  # it was learned: the data themselves will tell no more
        self.progress.stage("states")
        view = View(
            network,
            self.words,
            self.seed,
            accuracy,
            is_truth=trained.provenance.is_truth,
            errors=self.readings.judge.machine_errors,
            log=self.progress.log,
        )
        for reader in self.readings.asked(trained, tolerant=True):
            for reading in self.readings.right(reader, view):
                is_machine = reading.machine is not None and reading.system is None
                if is_machine and self._is_table_of(reading):
                    self.progress.log("the same machine as before, whose table is the best program")
                    return self.table
                found = self._explain(trained, reading)
                if found is not None and not found.candidate.is_table:
                    return self._unless_shorter(found)
                if not is_machine:
                    continue
                self.table = self.table or found
                self.tables += 1
                if self.table is not None and (self.tables >= TABLES or trained.provenance.is_truth):
                    return self.table
                break
        return self._open_exact(trained, view)

    def _open_exact(self, trained: Trained, view: View) -> Explanation | None:
        """The same by the readers that stand no errors, where the network makes none, or nearly none."""
        trained = replace(trained, accuracy=accuracy_on_all(trained, self.train, self.held_out))
        better, faultless = practise(trained, self.train, self.held_out, self.seed, self.clock)
        if better is not None:
            self.progress.log("trained on with the training sequences that it had wrong; read once more")
            return self._open(replace(trained, network=better))
        network, accuracy = trained.network, trained.accuracy
        readers = self.readings.asked(trained, tolerant=False)
        if accuracy < 1.0 and (accuracy < NEARLY or not trained.is_final):
            return None
        basis = in_better_basis(network, self.words.inputs, self.run) if readers else network
        self.progress.stage("states")
        share = share_to_read(accuracy, faultless=faultless)
        view = replace(view, accuracy=accuracy, share=share, better=basis)
        for reader in readers:
            for reading in self.readings.right(reader, view):
                self.findings.searched[reading.reader] += 1
                found = self._explain(trained, reading)
                if found is not None:
                    return self._unless_shorter(found)
        return None

    def _unless_shorter(self, found: Explanation) -> Explanation:
        """A machine's program, or a shorter one without end that is right on the data as well.

        Where the data leave room for another machine, the formulas are searched once more for their words
        alone.
        """
        reading = rival_reading(found, self.words)
        if reading is None:
            return found
        self.progress.log(
            "the data leave room for another machine; formulas are searched for their words alone"
        )
        try:
            rival = self._explain(found.trained, reading, RIVAL_WORK)
        except OutOfTimeError:  # what was found stays; the horizon says what is not known of it
            return found
        return settled_by(found, rival)

    def _is_table_of(self, reading: Reading) -> bool:
        """Whether another network showed the same machine, for which there is but a table."""
        known = None if self.table is None else self.table.reading.machine
        return known is not None and reading.machine is not None and reading.machine.difference(known) is None

    def _explain(self, trained: Trained, reading: Reading, work: int = FORMULA_WORK) -> Explanation | None:
        """The most readable program for a reading that is right on the data."""
        return self.attempts.explained(trained, reading, work)
