"""Programs for what was read: formulas are searched, printed, and judged on the data."""

from collections.abc import Sequence
from typing import Any

from netlift.core._clock import checkpoint
from netlift.core._context import Context
from netlift.data import Sequences
from netlift.formulas import Candidate, linear_programs, search
from netlift.networks import Trained
from netlift.program._candidates import printed
from netlift.program._explanation import Explanation
from netlift.program._findings import Findings
from netlift.program._judge import Judge
from netlift.states.readers import Reading

FORMULA_WORK = 4_000_000_000  # row evaluations of a search in what was read from a network
WORK_RATE = 30_000_000  # row evaluations that are done in a second, at least


class Attempts:
    """The attempts to explain readings by programs that are right on `train`.

    `best` is the one with the fewest errors where none is right. `findings` are told which formulas cannot
    be written down; `strategies` are an outsider's, asked beside the package's own.
    """

    def __init__(
        self, train: Sequences, context: Context, findings: Findings, strategies: Sequence[Any] = ()
    ) -> None:
        self.judge = Judge(train)
        self.best: Explanation | None = None
        self._symbols = (train.input_symbols, train.target_symbols)
        self._context, self._findings, self._strategies = context, findings, strategies

    def explained(self, trained: Trained, reading: Reading, work: int = FORMULA_WORK) -> Explanation | None:
        """The most readable program for a reading that is right on the data; the best is kept if none is."""
        recorder = self._context.recorder
        recorder.stage("formulas")
        with self._context.clock.stage("formulas"):
            if reading.system is not None:
                candidates = linear_programs(reading.system, seed=self._context.seed)
            else:
                candidates = search(
                    reading.behaviour,
                    seed=self._context.seed,
                    budget=self._work(work),
                    progress=lambda name: recorder.update(strategy=name),
                    more=self._strategies,
                )
        return self.first_right(trained, reading, candidates)

    def first_right(
        self, trained: Trained, reading: Reading, candidates: Sequence[Candidate]
    ) -> Explanation | None:
        """The first candidate that is right on the sample; the best one is kept if none is."""
        recorder = self._context.recorder
        with self._context.clock.stage("formulas"):
            for number, (candidate, program) in enumerate(
                printed(candidates, reading.behaviour, self._symbols, self._told)
            ):
                if number:  # the first one has its turn, however late it comes
                    checkpoint()
                errors = self.judge.program_errors(program)
                found = Explanation(trained, reading, candidate, program, errors, rivals=tuple(candidates))
                if errors == 0:
                    recorder.log(f"{candidate.strategy}: right on the data, cost {candidate.cost:.1f}")
                    return found
                if self.best is None or errors < self.best.errors:
                    self.best = found
        recorder.log(f"{len(candidates)} formulas, none of them right on the data")
        return None

    def _work(self, most: int) -> int:
        """Row evaluations for one search: not much more than the rest of the budget, or a quarter of it."""
        clock = self._context.clock
        left = clock.left()
        if left is None or clock.budget is None:
            return most
        return min(most, int(WORK_RATE * max(left, clock.budget / 4)))

    def _told(self, candidate: Candidate, error: Exception) -> None:
        self._context.recorder.log(f"{candidate.strategy}: cannot be printed ({error})")
        self._findings.unprinted[candidate.strategy] += 1
