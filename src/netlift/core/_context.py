"""What accompanies the stages of a run."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from netlift.core._arguments import checked_budget, checked_progress, checked_seed
from netlift.core._clock import Clock, whole_clock
from netlift.core._progress import Progress, Recorder, Silent
from netlift.core._streams import random_stream


@dataclass(frozen=True)
class Context:
    """The seed of all that is random, the clock with its budget, and who is told and keeps the log."""

    seed: int = 0
    clock: Clock = field(default_factory=Clock)
    recorder: Recorder = field(default_factory=lambda: Recorder(Silent()))

    def stream(self, name: str) -> np.random.Generator:
        """The run's stream of random numbers of this name (netlift.core._streams)."""
        return random_stream(self.seed, name)

    @classmethod
    def begun(
        cls, seed: Any, budget: Any, progress: Progress | None, clock: Clock | None = None
    ) -> "Context":
        """The context of what a user gave, with a clock of its own or of the `budget`.

        Raises InputError where an argument cannot be used.
        """
        seed, budget, progress = checked_seed(seed), checked_budget(budget), checked_progress(progress)
        recorder = Recorder(Silent() if progress is None else progress)
        return Context(seed, clock or whole_clock(budget), recorder)
