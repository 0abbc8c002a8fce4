"""What accompanies a run through all its stages."""

from dataclasses import dataclass, field
from typing import Any

from netlift.core._clock import Clock
from netlift.core._context import Context
from netlift.core._progress import Progress
from netlift.plugins import Plugins


@dataclass(frozen=True)
class Run(Context):
    """The context of all stages, and an outsider's plugins."""

    plugins: Plugins = field(default_factory=Plugins)

    @classmethod
    def of(cls, seed: Any, budget: Any, progress: Progress | None, plugins: Any = (), *clock: Clock) -> "Run":
        """A run of what a user gave. Raises InputError where an argument cannot be used."""
        begun = Context.begun(seed, budget, progress, *clock)
        return cls(begun.seed, begun.clock, begun.recorder, Plugins.of(plugins))
