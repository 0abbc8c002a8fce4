"""What a user says of a file: which columns hold what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True)
class Said:
    """Which columns, or fields, of a file hold what; what is None or empty was not said.

    `sequence` names the column of the sequences' names, `order` that of step numbers or times, in the form
    `time_format`. `inputs` and `outputs` are the streams. `lifecycle` marks starts and completions, `reset`
    rows at which a sequence begins anew. `text` names columns that are symbols whatever they look like,
    `step` is what measured numbers are rounded to; `approximate` that outputs are measured, and a program
    with a stated error is wanted. `units` are units that are known, of a program that is
    run.
    """

    sequence: str | None = None
    order: str | None = None
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    lifecycle: str | None = None
    reset: str | None = None
    time_format: str | None = None
    step: Fraction | None = None
    text: tuple[str, ...] = ()
    separator: str | None = None
    encoding: str | None = None
    approximate: bool = False
    units: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def names_columns(self) -> bool:
        """Whether anything is said of what the columns are."""
        return bool(self.sequence or self.order or self.inputs or self.outputs)
