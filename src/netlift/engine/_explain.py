"""The search for an explanation: trainers give networks, readers readings, strategies formulas of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from netlift.certify import reached
from netlift.core._clock import OutOfTimeError, checkpoint
from netlift.data import Sequences
from netlift.engine._run import Run
from netlift.formulas import Candidate, linear_programs, search
from netlift.harden._hard_words import MOST_PRACTISED, practised
from netlift.networks import Trained, WeightedNetwork, has_basis, is_perceptron, network_accuracy, run
from netlift.plugins import Reader, Trainer, cheapest_first
from netlift.program._candidates import printed
from netlift.program._explanation import Explanation, Unexplained
from netlift.program._judge import Judge
from netlift.simplify import simplify
from netlift.states import is_told_by
from netlift.states.readers import READERS, WORDS, Reading, View, longer_words, read_by_merging, words_of
from netlift.trainers import HELD_OUT, Training

NEARLY = 0.95  # accuracy from which a network that will not become exact is opened all the same
SURE = 0.9  # share of the words that are looked at where a network errs: those on which it is surest
LONGER = 1_000  # words of twice the length, where states do not show within one
SIMPLIFIED = 300  # words on which a simplified network must answer as before
DATA_WORK = 1_500_000_000  # row evaluations of a search in the data themselves
FORMULA_WORK = 4_000_000_000  # the same in what was read from a network
WORK_RATE = 30_000_000  # row evaluations that are done in a second, at least
FOR_THE_DATA = 0.25  # share of the budget that is kept for a search in the data themselves
MOST_STATES = 500  # of a formula that is written out as a machine
MOST_STEPS = 1_000  # in which it has to close
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
        self.own = {reader.name for reader in READERS}
        self.readers: list[Reader] = cheapest_first(readers, run.plugins.readers)
        self.train, self.held_out = train, held_out if len(held_out) else train
        quick = self.held_out.take(np.arange(min(HELD_OUT, len(self.held_out))))
        self.task = Training(train, quick, run.seed, run.clock, run.recorder)
        self.findings = self.task.findings
        self.words = words_of(train)
        self._symbols = (train.input_symbols, train.target_symbols)
        self.judge = Judge(train)
        self.nearest: tuple[int, Reading] | None = None
        self.best: Explanation | None = None
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
            self.progress.log(f"the budget of {self.clock.budget:g} seconds is spent")
            self.findings.out_of_time = self.clock.budget
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
        if self.best is not None:
            return replace(self.best, findings=told)
        return Unexplained(self.task.foremost, told)

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
            rng = np.random.default_rng([self.seed, 5])
            self.words = replace(self.words, inputs=longer_words(trained.network, self.words, 2, LONGER, rng))
            self.progress.log(f"once more with words of {self.words.length} steps, beyond the horizon")
            found = self._open(trained)
        found = found or self.table
        if found is None and self.nearest is not None:
            errors, reading = self.nearest
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
            reading = read_by_merging(self.words, outputs, "data")
            if reading is not None and self._errors(reading):
                reading = None
        if reading is None:
            reading = Reading("data", None, self.words.behaviour(self.words.inputs[:WORDS], outputs[:WORDS]))
        else:
            self.progress.log(f"the data are those of a machine of {reading.states} states")
        best, self.best = self.best, None
        try:
            found = self._explain(trained, replace(reading, of_data=True), DATA_WORK)
            return None if found is None else self._unless_shorter(found)
        finally:
            self.best = best or self.best

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
            errors=self.judge.machine_errors,
            log=self.progress.log,
        )
        for reader in self._asked(trained, tolerant=True):
            for reading in self._read(reader, view):
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
        network, accuracy = trained.network, trained.accuracy
        may_change = trained.provenance.may_change
        if accuracy == 1.0:
            accuracy = network_accuracy(network, self.held_out)
        if accuracy == 1.0 and may_change:  # held-out sequences are few, and may hold none of what is hard
            learned = network_accuracy(network, self.train)
            accuracy = learned if learned < 1.0 - MOST_PRACTISED else accuracy
        faultless = False
        if accuracy == 1.0 and may_change and is_perceptron(network):
            with self.clock.stage("train"):
                better = practised(network, self.train, self.seed)
                faultless = network_accuracy(better, self.train) == 1.0
            if faultless and better is not network and network_accuracy(better, self.held_out) == 1.0:
                self.progress.log("trained on with the training sequences that it had wrong; read once more")
                return self._open(replace(trained, network=better, accuracy=accuracy))
            faultless = faultless and better is network
        trained = replace(trained, accuracy=accuracy)
        readers = self._asked(trained, tolerant=False)
        if accuracy < 1.0 and (accuracy < NEARLY or not trained.is_final):
            return None
        share = max(0.5, SURE - 5.0 * (1.0 - accuracy)) if accuracy < 1.0 else 1.0 if faultless else SURE
        better_basis = self._simplified(network) if readers else network
        self.progress.stage("states")
        view = replace(view, accuracy=accuracy, share=share, better=better_basis)
        for reader in readers:
            for reading in self._read(reader, view):
                self.findings.searched[reading.reader] += 1
                found = self._explain(trained, reading)
                if found is not None:
                    return self._unless_shorter(found)
        return None

    def _asked(self, trained: Trained, *, tolerant: bool) -> list[Reader]:
        """The readers that can tell anything of such a network, and of those that stand errors, or do not."""
        known = trained.provenance.readers
        return [
            reader
            for reader in self.readers
            if reader.tolerant is tolerant
            and (known is None or reader.name in known or reader.name not in self.own)
        ]

    def _read(self, reader: Reader, view: View) -> Iterator[Reading]:
        """A reader's readings whose machine, if they have one, is right on the training data."""
        readings = iter(reader.read(view))
        while True:
            with self.clock.stage("states"):
                reading = next(readings, None)
                for reason in view.reasons:
                    self.findings.machines[reason] += 1
                view.reasons.clear()
                errors = 0 if reading is None else self._errors(reading)
            if reading is None:
                return
            view.before.append(reading.reader)
            if not errors:
                right = "" if reading.machine is None else f": {reading.states} states, right on all data"
                self.progress.log(f"{reading.reader} reader{right}")
                yield reading
                continue
            self.findings.wrong_machines.append((reading.states or 0, errors, len(self.train)))
            if self.nearest is None or errors < self.nearest[0]:
                self.nearest = (errors, reading)

    def _errors(self, reading: Reading) -> int:
        """How many training sequences a reading's machine answers wrongly."""
        return 0 if reading.machine is None else self.judge.machine_errors(reading.machine)

    def _unless_shorter(self, found: Explanation) -> Explanation:
        """A machine's program, or a shorter one without end that is right on the data as well.

        What a machine does on words longer than the data, or on words that are hardly among them, is the
        network's invention: one that counts saturates somewhere. Where the data leave that much room, the
        formulas are searched once more for the words of the data alone. Where the best one goes on as the
        machine does, it confirms the machine.
        """
        machine = found.reading.machine
        if found.trained.provenance.is_truth or machine is None:
            return found
        if found.reading.is_determined_by(self.words.length) and is_told_by(machine, self.words.inputs):
            return found
        sample = self.words.inputs[:WORDS]
        self.progress.log(
            "the data leave room for another machine; formulas are searched for their words alone"
        )
        answers = machine.run(sample)  # right on the data, and where the network is, its own
        if found.reading.of_data:
            reading = Reading("data", None, self.words.behaviour(sample, answers), of_data=True)
        else:
            alike = (run(found.network, sample) == answers).all(axis=(1, 2))
            reading = Reading("behaviour", None, self.words.behaviour(sample[alike], answers[alike]))
        try:
            rival = self._explain(found.trained, reading, RIVAL_WORK)
        except OutOfTimeError:  # what was found stays; the horizon says what is not known of it
            return found
        if rival is None:
            return found
        written_out = reached(rival.candidate.recurrence, machine.alphabet, MOST_STEPS, MOST_STATES).machine()
        if written_out is not None and written_out.difference(machine) is None:
            return replace(found, confirmed=True)
        return rival if rival.candidate.cost < found.candidate.cost else found

    def _is_table_of(self, reading: Reading) -> bool:
        """Whether another network showed the same machine, for which there is but a table."""
        known = None if self.table is None else self.table.reading.machine
        return known is not None and reading.machine is not None and reading.machine.difference(known) is None

    def _simplified(self, network: WeightedNetwork) -> WeightedNetwork:
        """The network in the basis that the readers of unbounded states prefer, if it has one."""
        if not has_basis(network):
            return network
        self.progress.stage("simplify")
        with self.clock.stage("simplify"):
            simple = simplify(network, self.words.inputs[:SIMPLIFIED])
        told = ", ".join(f"{step.name} (residue {step.residue:.1e})" for step in simple.steps)
        whole = "; all weights whole" if simple.whole else ""
        self.progress.log(f"normalisers kept: {told or 'none'}{whole}")
        return simple.network

    def _explain(self, trained: Trained, reading: Reading, work: int = FORMULA_WORK) -> Explanation | None:
        """The most readable program for a reading that is right on the data; the best is kept if none is."""
        self.progress.stage("formulas")
        with self.clock.stage("formulas"):
            if reading.system is not None:
                candidates = linear_programs(reading.system, seed=self.seed)
            else:
                candidates = search(
                    reading.behaviour,
                    seed=self.seed,
                    budget=self._work(work),
                    progress=lambda name: self.progress.update(strategy=name),
                    more=self.run.plugins.strategies,
                )
        return self._first(trained, reading, candidates)

    def _first(self, trained: Trained, reading: Reading, candidates: list[Candidate]) -> Explanation | None:
        """The first candidate that is right on the sample; the best one is kept if none is."""
        with self.clock.stage("formulas"):
            for number, (candidate, program) in enumerate(
                printed(candidates, reading.behaviour, self._symbols, self._unprinted)
            ):
                if number:  # the first one has its turn, however late it comes
                    checkpoint()
                errors = self.judge.program_errors(program)
                found = Explanation(trained, reading, candidate, program, errors, rivals=tuple(candidates))
                if errors == 0:
                    self.progress.log(f"{candidate.strategy}: right on the data, cost {candidate.cost:.1f}")
                    return found
                if self.best is None or errors < self.best.errors:
                    self.best = found
        self.progress.log(f"{len(candidates)} formulas, none of them right on the data")
        return None

    def _work(self, most: int) -> int:
        """Row evaluations for one search: not much more than the rest of the budget, or a quarter of it."""
        left = self.clock.left()
        if left is None or self.clock.budget is None:
            return most
        return min(most, int(WORK_RATE * max(left, self.clock.budget / 4)))

    def _unprinted(self, candidate: Candidate, error: Exception) -> None:
        self.progress.log(f"{candidate.strategy}: cannot be printed ({error})")
        self.findings.unprinted[candidate.strategy] += 1
