"""What readers see in a network, as far as it is right on the training data."""

from collections.abc import Iterator, Sequence

from netlift.core._context import Context
from netlift.data import Sequences
from netlift.networks import Trained
from netlift.plugins import Reader, cheapest_first
from netlift.program._findings import Findings
from netlift.program._judge import Judge
from netlift.states import Machine
from netlift.states.readers import READERS, Reading, View


class Readings:
    """The readers of a search, the cheapest first, and of what they saw the reading that errs least.

    `nearest` is the number of training sequences that its machine answers wrongly, and this reading; None
    where none was wrong. `findings` are told why nothing was read.
    """

    def __init__(
        self,
        train: Sequences,
        context: Context,
        findings: Findings,
        readers: Sequence[Reader] = READERS,
        more: Sequence[Reader] = (),
    ) -> None:
        self.judge = Judge(train)
        self.nearest: tuple[int, Reading] | None = None
        self._readers: list[Reader] = cheapest_first(readers, more)
        self._own = {reader.name for reader in READERS}
        self._context, self._findings = context, findings

    @property
    def nearest_machine(self) -> Machine | None:
        """The machine of the reading that errs least; None where none was read."""
        return None if self.nearest is None else self.nearest[1].machine

    def asked(self, trained: Trained, *, tolerant: bool) -> list[Reader]:
        """The readers that can tell anything of such a network, and of those that stand errors, or do not."""
        known = trained.provenance.readers
        return [
            reader
            for reader in self._readers
            if reader.tolerant is tolerant
            and (known is None or reader.name in known or reader.name not in self._own)
        ]

    def right(self, reader: Reader, view: View) -> Iterator[Reading]:
        """A reader's readings whose machine, if they have one, is right on the training data."""
        readings = iter(reader.read(view))
        while True:
            with self._context.clock.stage("states"):
                reading = next(readings, None)
                for reason in view.reasons:
                    self._findings.machines[reason] += 1
                view.reasons.clear()
                errors = 0 if reading is None else self._errors(reading)
            if reading is None:
                return
            view.before.append(reading.reader)
            if not errors:
                right = "" if reading.machine is None else f": {reading.states} states, right on all data"
                self._context.recorder.log(f"{reading.reader} reader{right}")
                yield reading
                continue
            self._findings.wrong_machines.append((reading.states or 0, errors, len(self.judge.sequences)))
            if self.nearest is None or errors < self.nearest[0]:
                self.nearest = (errors, reading)

    def _errors(self, reading: Reading) -> int:
        """How many training sequences a reading's machine answers wrongly."""
        return 0 if reading.machine is None else self.judge.machine_errors(reading.machine)
