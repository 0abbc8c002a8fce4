"""What accompanies a run through all its stages."""

from dataclasses import dataclass, field
from typing import Any

from netlift.core._arguments import checked_budget, checked_progress, checked_seed
from netlift.core._clock import Clock
from netlift.plugins import Plugins
from netlift.report import Progress, Recorder, Silent


@dataclass(frozen=True)
class Run:
    """The seed of all that is random, the clock with its budget, who is told, and an outsider's plugins."""

    seed: int = 0
    clock: Clock = field(default_factory=Clock)
    recorder: Recorder = field(default_factory=lambda: Recorder(Silent()))
    plugins: Plugins = field(default_factory=Plugins)

    @classmethod
    def of(cls, seed: Any, budget: Any, progress: Progress | None, plugins: Any = ()) -> "Run":
        """A run of what a user gave. Raises InputError where an argument cannot be used."""
        seed, budget, progress = checked_seed(seed), checked_budget(budget), checked_progress(progress)
        recorder = Recorder(Silent() if progress is None else progress)
        return cls(seed, Clock(budget), recorder, Plugins.of(plugins))
