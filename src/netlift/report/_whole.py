"""A result told of all its data: the sequences that it was not learned from, the columns and units."""

from dataclasses import replace

from netlift.certify import certified_of
from netlift.data._door import Data
from netlift.program import Program, with_line
from netlift.report._checks import checked, reason_of
from netlift.report._columns import with_columns
from netlift.report._result import Result


def with_data(result: Result, data: Data) -> Result:
    """The result with a check on all sequences, where some were drawn to learn from, and its columns told."""
    if data.whole is None or data.sequences is None or result.program is None or result.stated:
        return with_columns(result, data)
    check = checked(result.program.source, data.whole, "all sequences of the data")
    line = (
        f"Learned from {len(data.sequences):,} sequences that were drawn from {check.sequences:,}; run on "
        f"all of them it is wrong on {check.errors:,}."
    )
    source = with_line(result.program.source, line)
    reason = result.reason or (reason_of({"all": check}) if check.errors else "")
    told = replace(
        result,
        solved=result.solved and not check.errors,
        reason=reason,
        program=Program(source),
        certificates=tuple(certified_of(one, source) for one in result.certificates),
        checks={**result.checks, "all": check},
    )
    return with_columns(told, data)
