"""A result over ranges of inputs, made one over the inputs: its program compares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from netlift.certify import Claim, Domain, certified_of, prove_equal, system_of
from netlift.core._context import Context
from netlift.data import Sequences, alphabets
from netlift.program import Program, with_line
from netlift.program._in_ranges import Part, over_inputs
from netlift.report._checks import checked, checked_inputs, reason_of
from netlift.report._result import Result, of_run
from netlift.report._story import Story
from netlift.sources._ranges import Ranges, ranges_of
from netlift.states import Machine

_PROVED = "machine = program"
_SIDES = "machine", "program"
_MOST_ROWS = 256  # joint inputs at the bounds of ranges over which a program is proved
_OVER = ", over ranges of the inputs"
_BY_NAME = ", the names of ranges; comparisons took their place afterwards (without a certificate)"
_LEFT_OUT = " (without a certificate)"


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Ranged:
    """Sequences to learn from, and how they came from those that were given."""

    given: Sequences
    ranges: Ranges | None

    @property
    def sequences(self) -> Sequences:
        """Those to learn from."""
        return self.given if self.ranges is None else self.ranges.sequences

    def result(self, result: Result, context: Context) -> Result:
        """The result about the sequences that were given.

        Its program reads inputs, not numbers of ranges, and is run on all of them; what is claimed of network
        and machine is said to be of ranges.
        """
        if self.ranges is None:
            return result
        told = _told(self.ranges.parts, self.given)
        source = None
        if result.program is not None:
            names = () if result.recurrence is None else result.recurrence.inputs
            known = checked_inputs(self.given)
            source = over_inputs(result.program.source, self.ranges.parts, known, names)
        if source is None:
            reason = result.reason or "its program could not be written over the inputs themselves"
            return replace(result, solved=False, reason=reason, findings=(told, *result.findings))
        with context.clock.stage("check"):
            check = checked(source, self.given, "all sequences, with the inputs as they are")
        source = with_line(source, told, first=True)
        claims, certificates, source = self._claimed(result, source, context)
        reason = result.reason or (reason_of({"all": check}) if check.errors else "")
        return of_run(
            replace(
                result,
                solved=result.solved and not check.errors,
                reason=reason,
                program=Program(source),
                checks={**result.checks, "all": check},
                findings=(told, *result.findings),
                claims=claims,
                certificates=tuple(certified_of(one, source) for one in certificates),
                recurrence=None,
                words=None,
                story=Story.of(self.given),
            ),
            context,
        )

    def _claimed(
        self, result: Result, source: str, context: Context
    ) -> tuple[tuple[Claim, ...], Sequence[Mapping[str, Any]], str]:
        """The claims and certificates: that about the program is made anew, others say what they are of.

        A certificate about a network over ranges would be chained with that of the program, which is about
        another machine, over inputs: such ones are left out.
        """
        kept = {one.get("claim") for one in result.certificates}
        certificates: list[Mapping[str, Any]] = []
        claims = []
        for claim in result.claims:
            without = _LEFT_OUT if claim.claim in kept else ""
            changed = replace(claim, words=f"{claim.words}{_OVER}{without}")
            if claim.claim == _PROVED:
                proof = None if result.machine is None else self._proof(result.machine, source, context)
                changed = replace(claim, words=f"{claim.words}{_BY_NAME}") if proof is None else proof.claim
                certificates += [] if proof is None else [proof.certificate]
            source = with_line(source, changed.sentence(), instead=claim.sentence())
            claims.append(changed)
        return tuple(claims), certificates, source

    def _proof(self, machine: Machine, source: str, context: Context) -> Any:
        """That the program is the machine on the inputs at the bounds of its ranges; None: they are many."""
        if self.ranges is None:
            return None
        parts = {part.of: place for place, part in enumerate(self.ranges.parts)}
        streams = []
        for stream, seen in enumerate(alphabets(self.given)):
            place = parts.get(stream)
            low, high = int(seen.min()), int(seen.max())
            cuts = () if place is None else self.ranges.parts[place].cuts
            ends = (low, *(end for cut in cuts for end in (cut, cut + 1)), high)
            wide = place is None or bool(cuts)
            streams.append(sorted(set(ends)) if wide else seen.tolist())
        if int(np.prod([len(one) for one in streams])) > _MOST_ROWS:  # what plays no part stands still
            streams = [one if stream in parts else one[:1] for stream, one in enumerate(streams)]
        rows = list(product(*streams))
        if len(rows) > _MOST_ROWS:
            return None
        ranged = np.array([[_number(row[part.of], part) for part in self.ranges.parts] for row in rows])
        known = machine.encode(ranged[None])[0]
        if (known < 0).any():
            return None
        names = self.given.input_symbols
        wide_machine = Machine(
            np.array(rows, dtype=np.int64), machine.transitions[:, known], machine.outputs[:, known]
        )
        left = system_of(wide_machine, names, self.given.target_symbols)
        spelt = [tuple(v if s is None else s[v] for v, s in zip(row, names, strict=True)) for row in rows]
        with context.clock.stage("certify"):
            return prove_equal(
                left,
                system_of(source),
                Domain.of_rows(spelt),
                names=("machine", "program"),
                seed=context.seed,
            )


def _number(value: int, part: Part) -> int:
    return sum(value > cut for cut in part.cuts) if part.cuts else value


def in_ranges(sequences: Sequences, context: Context, *, specified: bool = False) -> Ranged:
    """The sequences, over ranges of their wide inputs where these matter by ranges alone.

    What is `specified` is compared on the inputs themselves, and stays as it is.
    """
    ranges = None if specified else ranges_of(sequences, context)
    if ranges is not None:
        context.recorder.log(_told(ranges.parts, sequences))
    return Ranged(sequences, ranges)


def _told(parts: Sequence[Part], sequences: Sequences) -> str:
    """What of the inputs matters, in a sentence."""
    count = sequences.inputs.shape[2]
    names = ["x" if count == 1 else f"x{place + 1}" for place in range(count)]
    matter = [
        f"{names[part.of]} by whether it is above {_listed(part.cuts)}" if part.cuts else names[part.of]
        for part in parts
    ]
    others = [name for place, name in enumerate(names) if place not in {part.of for part in parts}]
    idle = f"; {_listed(others)} play{'s' if len(others) == 1 else ''} no part" if others else ""
    return f"Of the inputs matter {_listed(matter)}{idle}; the network was trained on these ranges."


def _listed(parts: Sequence[Any]) -> str:
    texts = [str(part) for part in parts]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
