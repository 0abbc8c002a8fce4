"""The search for a network and a program that explains it, over the ladder of architectures."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from netlift.certify import reached
from netlift.core._clock import Clock, OutOfTimeError, checkpoint
from netlift.data import Sequences
from netlift.engine._findings import Findings
from netlift.engine._judge import Judge, network_accuracy, plain_program
from netlift.engine._readings import (
    WORDS,
    Reading,
    Words,
    deepened,
    longer_words,
    read_by_merging,
    read_finite,
    read_unbounded,
    words_of,
)
from netlift.formulas import Candidate, linear_programs, search, whole_table
from netlift.harden._hard_words import MOST_PRACTISED, practised
from netlift.networks import (
    LinearRnn,
    MlpRnn,
    Rung,
    WeightedNetwork,
    can_be_refined,
    fit_closed_form,
    ladder,
    refined,
    rough_error,
    run,
)
from netlift.program import Program, print_program
from netlift.report import Progress
from netlift.simplify import Simplified, simplify
from netlift.states import LinearSystem, Machine, is_told_by, read_linear

LEAST = 0.9  # sequence accuracy from which a network is opened
HELD_OUT = 1_000  # sequences on which accuracy is measured during training
NEARLY = 0.95  # accuracy from which a network that will not become exact is opened all the same
SURE = 0.9  # share of the words that are looked at where a network errs: those on which it is surest
EACH_TIME = 3  # networks of one ensemble that are opened at a time
MOST_CANDIDATES = 10  # programs of one search that are tried on the data
ROUGH = 0.7  # error, in standard deviations of the outputs, from which least squares are tried
REFINED = 2  # networks of an ensemble that least squares are tried on
LONGER = 1_000  # words of twice the length, where states do not show within one
SIMPLIFIED = 300  # words on which a simplified network must answer as before
DATA_WORK = 1_500_000_000  # row evaluations of a search in the data themselves
FORMULA_WORK = 4_000_000_000  # the same in what was read from a network
WORK_RATE = 30_000_000  # row evaluations that are done in a second, at least
FOR_THE_DATA = 0.25  # share of the budget that is kept for a search in the data themselves
UNLEARNED = (0.02, 0.5)  # accuracies below which no network is waited for after the first and second round
MOST_STATES = 500  # of a formula that is written out as a machine
MOST_STEPS = 1_000  # in which it has to close
TABLES = 3  # machines without formula that are read before a table is accepted
RIVAL_WORK = FORMULA_WORK // 4  # row evaluations of a search for what would explain the data shorter


@dataclass(frozen=True)
class Found:
    """A network, what was read from it, and the best program: right on the sample if `errors` is 0.

    `confirmed` tells of a machine for which the data leave room that the best formula for the words of the
    data, found without it, goes on as it does.
    """

    network: WeightedNetwork
    trained_by: str
    reading: Reading | None
    candidate: Candidate | None
    program: Program | None
    errors: int
    accuracy: float
    findings: tuple[str, ...] = ()
    confirmed: bool = False

    @property
    def network_facts(self) -> dict[str, object]:
        """The network as it stands in result.json."""
        return {
            "architecture": str(self.network),
            "parameters": self.network.parameters,
            "hidden": self.network.hidden_size,
        }


def search_networks(
    train: Sequences,
    held_out: Sequences,
    seed: int,
    clock: Clock,
    progress: Progress,
) -> Found | None:
    """The first network and program right on the data, else the best attempt; None: nothing at all.

    The clock's budget bounds the seconds, of reading and of searching formulas as well; all other limits are
    counted in work.
    """
    return _Search(train, held_out, seed, clock, progress).run()


def open_network(
    network: WeightedNetwork,
    train: Sequences,
    held_out: Sequences,
    seed: int,
    clock: Clock,
    progress: Progress,
    *,
    machine: Machine | None = None,
    accuracy: float | None = None,
) -> Found:
    """What is read from a network that is given: a program right on `train`, else the best attempt.

    `train` and `held_out` hold the answers that the program is to give, mostly the network's own. Where no
    program is right on all of them, the machine that errs least on them is explained. `machine` is what the
    lean reader found: it is confirmed first. `accuracy` is the network's on `held_out`, where it is known.
    """
    if accuracy is None:
        accuracy = network_accuracy(network, held_out)
    return _Search(train, held_out, seed, clock, progress, "given").given(network, accuracy, machine)


class _Search:
    """One search; its fields are what it knows so far."""

    def __init__(
        self,
        train: Sequences,
        held_out: Sequences,
        seed: int,
        clock: Clock,
        progress: Progress,
        trained_by: str = "gradient",
    ) -> None:
        self.trained_by = trained_by
        self.nearest: tuple[int, Reading] | None = None
        self.train, self.held_out = train, held_out if len(held_out) else train
        self.quick = self.held_out.take(np.arange(min(HELD_OUT, len(self.held_out))))
        self.seed, self.clock, self.progress = seed, clock, progress
        self.words = words_of(train)
        self.judge = Judge(train)
        self.best: Found | None = None
        self.table: Found | None = None
        self.tables = 0
        self.tried: dict[tuple[int, int], float] = {}
        self.findings = Findings()
        self.foremost: tuple[float, WeightedNetwork] | None = None
        self.data_searched = False

    def run(self) -> Found | None:
        if self.train.silent is None:
            self.clock.reserve(FOR_THE_DATA)
        try:
            with self.clock.bounding():
                found = self._closed_form()
                return found if found is not None else self._gradient()
        except OutOfTimeError:
            self._out_of_time()
        if self.table is not None:
            return self.table
        try:
            with self.clock.bounding():
                found = self._in_the_data()
        except OutOfTimeError:
            found = None
        return found or self._attempt()

    def _out_of_time(self) -> None:
        """Notes that the budget is spent."""
        self.progress.log(f"the budget of {self.clock.budget:g} seconds is spent")
        self.findings.out_of_time = self.clock.budget

    def given(self, network: WeightedNetwork, accuracy: float, machine: Machine | None) -> Found:
        """The program of this network; where the budget ends before there is one, the best attempt."""
        try:
            with self.clock.bounding():
                found = self._given(network, accuracy, machine)
        except OutOfTimeError:
            self._out_of_time()
            found = self.table
        if found is None:
            self.foremost = (accuracy, network)
            found = self._attempt()
        assert found is not None
        return replace(found, trained_by=self.trained_by)

    def _given(self, network: WeightedNetwork, accuracy: float, machine: Machine | None) -> Found | None:
        found = None if machine is None else self._confirmed(network, accuracy, machine)
        if found is not None:
            return found
        found = self._as_linear(network, accuracy) or self._open(network, accuracy, True)
        if found is None and self.table is None and self.findings.machines["horizon"]:
            longer = longer_words(network, self.words, 2, LONGER, np.random.default_rng([self.seed, 5]))
            self.words = replace(self.words, inputs=longer)
            self.progress.log(f"once more with words of {self.words.length} steps, beyond the horizon")
            found = self._open(network, accuracy, True)
        found = found or self.table
        if found is None and self.nearest is not None:
            errors, reading = self.nearest
            self.progress.log(f"the nearest machine has {reading.states} states and {errors:,} errors")
            self._explain(network, reading, accuracy)
        return found

    def _confirmed(self, network: WeightedNetwork, accuracy: float, machine: Machine) -> Found | None:
        """The program of the lean reader's machine, if all words, and words of twice the length, agree."""
        self.progress.stage("confirm")
        with self.clock.stage("confirm"):
            alphabet = self.words.alphabet
            if alphabet is None or not np.array_equal(machine.alphabet, alphabet):
                return None
            errors = self.judge.machine_errors(machine)
            if not errors:
                finer = deepened(network, self.words, machine, np.random.default_rng([self.seed, 3]))
        if errors or finer is not machine:
            told = f"wrong on {errors:,} words" if errors else "refuted by words of twice the length"
            self.progress.log(f"lean reader: {machine.states} states, {told}; read once more")
            return None
        self.progress.log(f"lean reader: {machine.states} states, right on all words")
        sample = self.words.inputs[:WORDS]
        answers = machine.run(sample)
        self.progress.stage("formulas")
        with self.clock.stage("formulas"):
            system = read_linear(network, sample, outputs=answers)
        if system is not None:
            found = self._linear(network, self.trained_by, system, accuracy)
            if found is not None:
                assert found.reading is not None
                return replace(found, reading=replace(found.reading, machine=machine))
        behaviour = self.words.behaviour(sample, answers, machine=machine)
        return self._explain(network, Reading("machine", machine.states, behaviour, machine), accuracy)

    def _deepened(self, network: WeightedNetwork, reading: Reading, rng: np.random.Generator) -> Reading:
        """A machine that was read, after words of twice the length have tried to refute it."""
        assert reading.machine is not None
        machine = deepened(network, self.words, reading.machine, rng)
        if machine is reading.machine:
            return reading
        self.progress.log(f"counterexamples: {reading.states} states became {machine.states}")
        sample = self.words.inputs[:WORDS]
        behaviour = self.words.behaviour(sample, machine.run(sample), machine=machine)
        return Reading("machine", machine.states, behaviour, machine)

    def _as_linear(self, network: WeightedNetwork, accuracy: float) -> Found | None:
        """The program of a network that answers as a linear system does."""
        self.progress.stage("states")
        with self.clock.stage("states"):
            system = read_linear(network, self.words.inputs[:WORDS])
        return None if system is None else self._linear(network, self.trained_by, system, accuracy)

    def _closed_form(self) -> Found | None:
        self.progress.stage("train")
        self.progress.update(network="closed form (least squares over lags)")
        with self.clock.stage("train"):
            network = fit_closed_form(self.train)
        if network is None:
            self.progress.log("closed form: the data are not linear in their inputs")
            self.findings.linear = False
            return None
        accuracy = network_accuracy(network, self.quick)
        self.progress.log(f"closed form: {network}, right on {accuracy:.2%} of held-out sequences")
        if accuracy < 1.0:
            return None
        simple = self._simplified(network)
        self.progress.stage("states")
        with self.clock.stage("states"):
            system = read_linear(simple.network, self.words.inputs)
        return None if system is None else self._linear(network, "closed-form", system, accuracy)

    def _linear(
        self, network: WeightedNetwork, trained_by: str, system: LinearSystem, accuracy: float
    ) -> Found | None:
        """The program of a linear system that was read from a network."""
        if accuracy == 1.0:
            self.clock.reserve(0.0)  # it was learned: the data themselves will tell no more
        self.progress.stage("formulas")
        with self.clock.stage("formulas"):
            candidates = linear_programs(system, seed=self.seed)
        sample = self.words.inputs[:WORDS]
        behaviour = self.words.behaviour(sample, run(network, sample))
        reading = Reading("linear", system.states, behaviour, system=system)
        return self._first(network, trained_by, reading, candidates, accuracy)

    def _gradient(self) -> Found | None:
        self.progress.stage("train")
        rungs = ladder(self.train, self.quick, seed=self.seed)
        while True:
            with self.clock.stage("train"):
                rung = next(rungs, None)
                if rung is None:
                    break
            accuracies = rung.accuracies
            best = float(accuracies.max())
            self.progress.update(
                network=rung.ensemble.architecture, steps=rung.ensemble.steps, accuracy=f"{best:.1%}"
            )
            order = np.argsort(-accuracies, kind="stable")
            self.findings.trained = max(self.findings.trained, rung.number + 1)
            self.findings.saw(best, str(rung.ensemble.architecture))
            if self.foremost is None or best > self.foremost[0]:
                self.foremost = (best, rung.ensemble.network(int(order[0])))
            good = [i for i in order.tolist() if accuracies[i] >= LEAST]
            chosen = [i for i in good if self._is_news(rung.number, i, float(accuracies[i]))]
            if rung.turn_over and good[:1] not in ([], chosen[:1]):
                chosen = good[:1]
            for index in chosen[:EACH_TIME]:
                self.tried[rung.number, index] = float(accuracies[index])
                network = rung.ensemble.network(index)
                self.progress.log(
                    f"{rung.ensemble.architecture}, network {index} after {rung.ensemble.steps} steps: "
                    f"{accuracies[index]:.1%} of held-out sequences"
                )
                found = self._open(network, float(accuracies[index]), rung.turn_over and index == order[0])
                if found is not None:
                    return found
            if rung.round_over and best < 1.0:
                found = self._refine(rung)
                if found is not None:
                    return found
            if self._is_hopeless(rung):
                found = self._in_the_data()
                if found is not None:
                    return found
            if chosen:
                self.progress.stage("train")
            checkpoint()
        if self.table is not None:
            return self.table
        return self._in_the_data() or self._attempt()

    def _is_hopeless(self, rung: Rung) -> bool:
        """Whether no network has learned much, at the end of a round or after a quarter of the budget."""
        best = self.findings.best[0]
        if rung.last and rung.round < len(UNLEARNED):
            return best < UNLEARNED[rung.round]
        return self.clock.over(0.25) and best < UNLEARNED[0]

    def _in_the_data(self) -> Found | None:
        """A program for the data themselves, where no network learned them; looked for once.

        The network that came furthest is kept beside it, with what it gets wrong.
        """
        if self.data_searched or self.foremost is None or self.train.silent is not None:
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
            behaviour = self.words.behaviour(self.words.inputs[:WORDS], outputs[:WORDS])
            reading = Reading("data", None, behaviour)
        else:
            self.progress.log(f"the data are those of a machine of {reading.states} states")
        self.progress.stage("formulas")
        with self.clock.stage("formulas"):
            candidates = search(
                reading.behaviour,
                seed=self.seed,
                budget=self._work(DATA_WORK),
                progress=lambda name: self.progress.update(strategy=name),
            )
        accuracy, network = self.foremost
        best, self.best = self.best, None
        try:
            found = self._first(network, "gradient", reading, candidates, accuracy)
            return None if found is None else self._unless_shorter(network, found)
        finally:
            self.best = best or self.best

    def _refine(self, rung: Rung) -> Found | None:
        """Networks that are roughly right, made right by least squares, and opened."""
        networks = {i: rung.ensemble.network(i) for i in rung.ensemble.kept}
        if not all(can_be_refined(network, self.train) for network in networks.values()):
            return None
        with self.clock.stage("train"):
            rough = {i: rough_error(network, self.train) for i, network in networks.items()}
        order = sorted((error, i) for i, error in rough.items() if error < ROUGH)
        for error, index in order[:REFINED]:
            with self.clock.stage("train"):
                better = refined(networks[index], self.train)
                accuracy = network_accuracy(better, self.quick)
            self.findings.saw(accuracy, str(rung.ensemble.architecture))
            self.progress.log(
                f"{rung.ensemble.architecture}, network {index} after least squares: its error fell from "
                f"{error:.2g} to {rough_error(better, self.train):.2g}; {accuracy:.1%} of held-out sequences"
            )
            if self.foremost is None or accuracy > self.foremost[0]:
                self.foremost = (accuracy, better)
            if accuracy >= LEAST:
                found = self._open(better, accuracy, True)
                if found is not None:
                    return found
        return None

    def _attempt(self) -> Found | None:
        """The best attempt, with what was found out."""
        told = tuple(self.findings.sentences(self.train))
        if self.best is not None:
            return replace(self.best, findings=told)
        if self.foremost is None:
            return None
        accuracy, network = self.foremost
        return Found(network, self.trained_by, None, None, None, len(self.train), accuracy, told)

    def _is_news(self, number: int, index: int, accuracy: float) -> bool:
        """Whether this network was never opened, or is clearly better than when it was."""
        before = self.tried.get((number, index))
        return before is None or (1.0 - accuracy) < 0.5 * (1.0 - before)

    def _open(self, network: WeightedNetwork, accuracy: float, turn_over: bool) -> Found | None:
        """Read the network by every reader that may fit, and look for a program right on the data."""
        if accuracy == 1.0:
            self.clock.reserve(0.0)
        rng = np.random.default_rng([self.seed, 3])
        self.progress.stage("states")
        with self.clock.stage("states"):
            read, machines, reason = self._machines(network, self.words, rng)
            if not machines and reason in ("", "horizon") and accuracy == 1.0 and self.trained_by != "given":
                inputs = longer_words(network, self.words, 2, LONGER, np.random.default_rng([self.seed, 5]))
                machines = self._machines(network, replace(self.words, inputs=inputs), rng)[1]
                if machines:
                    self.progress.log(f"read from words of {inputs.shape[1]} steps, beyond the horizon")
        for reading in machines[:1]:
            self.progress.log(f"machine reader: {reading.states} states, right on all training data")
            if self._is_table_of(reading):
                self.progress.log("the same machine as before, whose table is the best program")
                return self.table
            found = self._explain(network, reading, accuracy)
            if found is not None and (found.candidate is None or not found.candidate.is_table):
                return self._unless_shorter(network, found)
            self.table = self.table or found
            self.tables += 1
            if self.tables >= TABLES or self.trained_by == "given":
                return self.table
        if accuracy == 1.0:
            accuracy = network_accuracy(network, self.held_out)
        if accuracy == 1.0 and self.trained_by == "gradient":
            learned = network_accuracy(network, self.train)
            if (
                learned < 1.0 - MOST_PRACTISED
            ):  # held-out sequences are few, and may hold none of what is hard
                accuracy = learned
        faultless = False
        if accuracy == 1.0 and isinstance(network, MlpRnn) and self.trained_by == "gradient":
            with self.clock.stage("train"):
                better = practised(network, self.train, self.seed)
                faultless = network_accuracy(better, self.train) == 1.0
            if faultless and better is not network and network_accuracy(better, self.held_out) == 1.0:
                self.progress.log("trained on with the training sequences that it had wrong; read once more")
                return self._open(better, accuracy, turn_over)
            faultless = faultless and better is network
        if accuracy == 1.0 and not read:
            with self.clock.stage("states"):
                merged = read_by_merging(self.words, run(network, self.words.inputs), "merging")
                if merged is not None and self._errors(merged):
                    merged = None
            if merged is not None:
                self.progress.log(f"merging reader: {merged.states} states, right on all training data")
                found = self._explain(network, merged, accuracy)
                return None if found is None else self._unless_shorter(network, found)
        if accuracy == 1.0:
            return self._open_unbounded(network, accuracy, 1.0 if faultless else SURE)
        if accuracy >= NEARLY and turn_over:
            return self._open_unbounded(network, accuracy, max(0.5, SURE - 5.0 * (1.0 - accuracy)))
        return None

    def _unless_shorter(self, network: WeightedNetwork, found: Found) -> Found:
        """A machine's program, or a shorter one without end that is right on the data as well.

        What a machine does on words longer than the data, or on words that are hardly among them, is the
        network's invention: one that counts saturates somewhere. Where the data leave that much room, the
        formulas are searched once more for the words of the data alone. Where the best one goes on as the
        machine does, it confirms the machine.
        """
        assert found.reading is not None
        assert found.candidate is not None
        machine = found.reading.machine
        if self.trained_by == "given" or machine is None:
            return found
        if found.reading.is_determined_by(self.words.length) and is_told_by(machine, self.words.inputs):
            return found
        sample = self.words.inputs[:WORDS]
        self.progress.log(
            "the data leave room for another machine; formulas are searched for their words alone"
        )
        answers = machine.run(sample)  # right on the data, and where the network is, its own
        if found.reading.reader == "data":
            reading = Reading("data", None, self.words.behaviour(sample, answers))
        else:
            alike = (run(network, sample) == answers).all(axis=(1, 2))
            reading = Reading("behaviour", None, self.words.behaviour(sample[alike], answers[alike]))
        try:
            rival = self._explain(network, reading, found.accuracy, RIVAL_WORK)
        except OutOfTimeError:  # what was found stays; the horizon says what is not known of it
            return found
        if rival is None or rival.candidate is None:
            return found
        written_out = reached(rival.candidate.recurrence, machine.alphabet, MOST_STEPS, MOST_STATES).machine()
        if written_out is not None and written_out.difference(machine) is None:
            return replace(found, confirmed=True)
        return rival if rival.candidate.cost < found.candidate.cost else found

    def _machines(
        self, network: WeightedNetwork, words: Words, rng: np.random.Generator
    ) -> tuple[list[Reading], list[Reading], str]:
        """What the machine reader reads, those of it that are right on the training data, or why nothing."""
        read, reason = read_finite(network, words, rng)
        if reason:
            self.findings.machines[reason] += 1
        if self.trained_by == "given":
            read = [self._deepened(network, one, rng) for one in read]
        machines = []
        for one in read:
            errors = self._errors(one)
            if errors:
                self.findings.wrong_machines.append((one.states or 0, errors, len(self.train)))
                if self.nearest is None or errors < self.nearest[0]:
                    self.nearest = (errors, one)
            else:
                machines.append(one)
        return read, machines, reason

    def _is_table_of(self, reading: Reading) -> bool:
        """Whether another network showed the same machine, for which there is but a table."""
        known = (
            self.table.reading.machine if self.table is not None and self.table.reading is not None else None
        )
        return known is not None and reading.machine is not None and reading.machine.difference(known) is None

    def _errors(self, reading: Reading) -> int:
        """How many training sequences a reading's machine answers wrongly."""
        return 0 if reading.machine is None else self.judge.machine_errors(reading.machine)

    def _open_unbounded(self, network: WeightedNetwork, accuracy: float, share: float) -> Found | None:
        """Programs for a network whose states are too many for a machine."""
        rng = np.random.default_rng([self.seed, 3])
        simple: WeightedNetwork = network
        if isinstance(network, MlpRnn | LinearRnn):
            simple = self._simplified(network).network
        self.progress.stage("states")
        readings = read_unbounded(network, simple, self.words, rng, share)
        while True:
            with self.clock.stage("states"):
                read = next(readings, None)
            if read is None:
                return None
            reading = read
            self.progress.log(f"{reading.reader} reader")
            self.findings.searched[reading.reader] += 1
            found = self._explain(network, reading, accuracy)
            if found is not None:
                return found

    def _simplified(self, network: MlpRnn | LinearRnn) -> Simplified:
        """The network in the basis that the readers of unbounded states prefer."""
        self.progress.stage("simplify")
        with self.clock.stage("simplify"):
            simple = simplify(network, self.words.inputs[:SIMPLIFIED])
        told = ", ".join(f"{step.name} (residue {step.residue:.1e})" for step in simple.steps)
        whole = "; all weights whole" if simple.whole else ""
        self.progress.log(f"normalisers kept: {told or 'none'}{whole}")
        return simple

    def _explain(
        self, network: WeightedNetwork, reading: Reading, accuracy: float, work: int = FORMULA_WORK
    ) -> Found | None:
        """The most readable program for a reading that is right on the data."""
        self.progress.stage("formulas")
        with self.clock.stage("formulas"):
            candidates = search(
                reading.behaviour,
                seed=self.seed,
                budget=self._work(work),
                progress=lambda name: self.progress.update(strategy=name),
            )
        return self._first(network, self.trained_by, reading, candidates, accuracy)

    def _work(self, most: int) -> int:
        """Row evaluations for one search: not much more than the rest of the budget, or a quarter of it."""
        left = self.clock.left()
        if left is None or self.clock.budget is None:
            return most
        return min(most, int(WORK_RATE * max(left, self.clock.budget / 4)))

    def _first(
        self,
        network: WeightedNetwork,
        trained_by: str,
        reading: Reading,
        candidates: list[Candidate],
        accuracy: float,
    ) -> Found | None:
        """The first candidate that is right on the sample; the best one is kept if none is."""
        with self.clock.stage("formulas"):
            for number, (candidate, program) in enumerate(self._printed(candidates, reading)):
                if number:  # the first one has its turn, however late it comes
                    checkpoint()
                errors = self.judge.program_errors(program)
                found = Found(network, trained_by, reading, candidate, program, errors, accuracy)
                if errors == 0:
                    self.progress.log(f"{candidate.strategy}: right on the data, cost {candidate.cost:.1f}")
                    return found
                if self.best is None or errors < self.best.errors:
                    self.best = found
        self.progress.log(f"{len(candidates)} formulas, none of them right on the data")
        return None

    def _printed(self, candidates: list[Candidate], reading: Reading) -> Iterator[tuple[Candidate, Program]]:
        """The first candidates that can be printed, as programs over numbers; else the machine's table."""
        printed = 0
        for candidate in candidates:
            program = self._program(candidate)
            if program is not None:
                printed += 1
                yield candidate, program
            if printed == MOST_CANDIDATES:
                return
        for table in whole_table(reading.behaviour) if candidates and not printed else ():
            program = self._program(table)
            if program is not None:
                yield table, program

    def _program(self, candidate: Candidate) -> Program | None:
        """The candidate as a program over numbers; None where it cannot be printed.

        It is printed with its symbols as well, as it will be in the end: what cannot be written down shows
        here, where another form can take its place.
        """
        try:
            print_program(candidate.recurrence, (), self.train.input_symbols, self.train.target_symbols)
            return plain_program(candidate)
        except Exception as error:
            self.progress.log(f"{candidate.strategy}: cannot be printed ({error})")
            self.findings.unprinted[candidate.strategy] += 1
            return None
