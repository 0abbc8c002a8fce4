"""What a run gives back: the program, the network it was read from, and what was checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.certify import Claim
from netlift.checker import file_of
from netlift.core._context import Context
from netlift.core._version import __version__
from netlift.formulas import Recurrence
from netlift.harden._copy import Copy
from netlift.mechanism._measure import Faithfulness
from netlift.networks import COPY, WeightedNetwork, can_be_saved, network_files
from netlift.program import Program
from netlift.program._alternatives import Forms, alternatives
from netlift.report import fill_folder, refuse_foreign, write_whole
from netlift.report._approximation import Approximation
from netlift.report._horizon import Horizon
from netlift.report._noise import Noise
from netlift.report._story import Story
from netlift.report.page import kept_page, notebook_cell, result_page
from netlift.states import Machine


@dataclass(frozen=True)
class Check:
    """How often the program was wrong, compared with what.

    Attributes:
        sequences: how many it was run on.
        errors: on how many of them it was wrong at some step.
        against: what it was compared with, in words.
    """

    sequences: int
    errors: int
    against: str

    def facts(self) -> dict[str, Any]:
        """The check as it stands in result.json."""
        return {"sequences": self.sequences, "errors": self.errors, "against": self.against}


@dataclass(frozen=True, eq=False)
class Result:
    """The outcome of `distill` or `lift`: the program, the network it was read from, and what was checked.

    A result is solved when program.py, run in a fresh interpreter, made no error on the training and on the
    held-out data, and nothing that can be known speaks against it on longer sequences. For a benchmark task
    its rule decides: no error on newly drawn sequences and on those of five, ten and a hundred times the
    training length. Where nobody knows the rule, the data have to tell the finite machine that was read from
    all that are no larger, or the best formula for the words of the data alone has to go on as the machine
    does. A program that is refuted against a specification is not solved. docs/solved.md says more.

    Two results are equal where all that `save` writes is equal, but for the seconds that were spent.

    Attributes:
        solved: whether the program is right as far as can be known.
        reason: what is wrong with the program; empty where it is solved.
        program: the best attempt, also where it is not solved; None: nothing was found.
        network: the one that the program was read from, as it was trained or given; None: none was.
        machine: the finite machine, if a reader found one; None: it found something else. Where a given
            network has no program it is the machine that errs least, if one was read.
        reader: who read the network; "data": nobody, the program explains the data; None: nothing was read.
        states: how many states were found; None: they are unbounded.
        strategy: the formula strategy that found the program; None: there is no program.
        trained_by: "gradient", "closed-form" or "given".
        checks: by name ("train", "held_out", "longer"; for a benchmark task also "fresh", "longer_rule",
            "longest_rule" and "hundredfold_rule"), how often the program was wrong.
        state_map: how each program variable is read off hidden states.
        network_facts: the network as it stands in result.json.
        findings: what was found out and what could be tried, a sentence each.
        seconds: seconds of each stage, and "total".
        seed: the seed of the run.
        version: the version of netlift.
        log: what was tried, line by line.
        claims: what is known of each step from data to program, and how well.
        certificates: what the independent checker needs to check the claims again.
        faithfulness: how the network answers when its hidden states are changed; None: it was not measured.
        recurrence: the program before it was printed; None: there is none.
        words: inputs [N, T, D] to run network and recurrence on; None: there are none.
        copy: a changed copy of the network, or another one for the same data, of which more could be shown;
            None: there is none.
        horizon: how long the data are, and would have to be to tell the machine; None: nothing was read.
        unseen: what a machine from the data does not answer because no sequence shows it: its "state", the
            inputs of a shortest sequence "after" which it is reached, and the "inputs" that never came there.
        noise: labels of the data that the program holds to be wrong, and answers that are random; None: the
            program was not read from data that contradict themselves.
        start: what is answered before any input, where the data say so; None: they do not.
        measured_on: what network figures are of: "as trained", "as fitted" or "as given".
        symbols: for each input stream, and for each output stream, the strings that its numbers stand for
            (None: they are numbers); None for the whole: nothing was found.
        approximation: how often a program that is not exact answers as the network does, and is asked to;
            None: nobody asked for one, or the program is exact.
        story: some of the data, and the formulas that were considered, for the page; None: nobody told it.

    Example:
        >>> import itertools, netlift
        >>> inputs = list(itertools.product((0, 1), repeat=6))
        >>> result = netlift.distill(inputs, inputs)
        >>> result.solved, result.reason, result.checks["train"].errors
        (True, '', 0)
    """

    solved: bool
    reason: str
    program: Program | None = None
    network: WeightedNetwork | None = None
    machine: Machine | None = None
    reader: str | None = None
    states: int | None = None
    strategy: str | None = None
    trained_by: str = "none"
    checks: Mapping[str, Check] = field(default_factory=dict)
    state_map: Mapping[str, Any] = field(default_factory=dict)
    network_facts: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    version: str = __version__
    log: tuple[str, ...] = field(default=(), repr=False)
    claims: tuple[Claim, ...] = ()
    certificates: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    faithfulness: Faithfulness | None = None
    recurrence: Recurrence | None = field(default=None, repr=False)
    words: NDArray[np.int64] | None = field(default=None, repr=False, compare=False)
    copy: Copy | None = field(default=None, repr=False)
    horizon: Horizon | None = None
    unseen: tuple[Mapping[str, Any], ...] = ()
    noise: Noise | None = None
    start: Any = None
    measured_on: str = "as trained"
    symbols: tuple[tuple[tuple[str, ...] | None, ...], tuple[tuple[str, ...] | None, ...]] | None = field(
        default=None, repr=False
    )
    approximation: Approximation | None = None
    story: Story | None = field(default=None, repr=False, compare=False)

    @property
    def source(self) -> str | None:
        """What the program was read from: "network", "data" or "both"; None where there is none."""
        if self.reader is None:
            return None
        return {"data": "data", "data and network": "both"}.get(self.reader, "network")

    @property
    def accepted(self) -> bool:
        """Whether the program is approximate, and right as often as was asked for."""
        return self.approximation is not None and self.approximation.accepted

    @property
    def advice(self) -> tuple[str, ...]:
        """What would end a doubt about sequences longer than the data; nothing where there is none."""
        return () if self.horizon is None else self.horizon.advice

    def __eq__(self, other: object) -> bool:
        return self._saved() == other._saved() if isinstance(other, Result) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.solved, self.reason, None if self.program is None else self.program.source))

    def _saved(self) -> tuple[Any, ...]:
        """What `save` writes but the seconds; a network that it does not write stands for itself."""
        both = (self.network, None if self.copy is None else self.copy.network)
        networks = [network_files(one) if one is not None and can_be_saved(one) else one for one in both]
        facts = {name: fact for name, fact in self.facts().items() if name != "seconds"}
        source = None if self.program is None else self.program.source
        return source, facts, networks, [dict(one) for one in self.certificates], self.log

    @cached_property
    def alternatives(self) -> list[dict[str, Any]]:
        """Other forms of the program, at most a fifth longer: "form", "nodes" and "source" of each."""
        if self.program is None or self.story is None:
            return []
        return alternatives(self.program.source, self.story.considered, self.story.chosen, self.forms)

    @cached_property
    def forms(self) -> Forms | None:
        """Writes down the formulas that were considered, for result.json and the page alike."""
        return None if self.symbols is None else Forms(self.symbols)

    def facts(self) -> dict[str, Any]:
        """The content of result.json."""
        program = None
        if self.program is not None:
            program = {"path": "program.py", "nodes": self.program.nodes, "lines": self.program.lines}
        return {
            "solved": self.solved,
            "reason": self.reason,
            "approximate": None if self.approximation is None else self.approximation.facts(),
            "findings": list(self.findings),
            "trained_by": self.trained_by,
            "network": dict(self.network_facts),
            "copy": None if self.copy is None else self.copy.facts(),
            "reader": self.reader,
            "from": self.source,
            "unseen": [dict(one) for one in self.unseen],
            "noise": None if self.noise is None else self.noise.facts(),
            "start": self.start,
            "states": self.states,
            "strategy": self.strategy,
            "program": program,
            "alternatives": self.alternatives,
            "certificate": [claim.facts() for claim in self.claims],
            "checks": {name: check.facts() for name, check in self.checks.items()},
            "horizon": None if self.horizon is None else self.horizon.facts(),
            "symbols": self._listed_symbols(),
            "state_map": dict(self.state_map),
            "faithfulness": None
            if self.faithfulness is None
            else {"network": self.measured_on, **self.faithfulness.facts()},
            "seconds": {stage: round(taken, 3) for stage, taken in self.seconds.items()},
            "seed": self.seed,
            "version": self.version,
        }

    def _repr_html_(self) -> str:
        """The result in a notebook: program, machine and claims."""
        return notebook_cell(self)

    def _listed_symbols(self) -> list[list[list[str] | None]] | None:
        """`symbols` for result.json; None where all are numbers."""
        sides = self.symbols or ()
        listed = [[None if one is None else list(one) for one in side] for side in sides]
        return listed if any(one is not None for side in listed for one in side) else None

    def save(self, directory: str | Path) -> None:
        """Write program.py, result.json, certificate.json, the network, log.txt and report.html, or none.

        network.safetensors and network.json hold the network as it was trained or given, copy.safetensors and
        copy.json the changed copy, where there is one. The files of an earlier result in this folder are
        replaced; files of these names that belong to none are not.

        Args:
            directory: the folder, which is made if it is missing.

        Raises:
            InputError: the folder is a file or holds such files, or the disk refuses.
        """
        fill_folder(refuse_foreign(directory), self.write_files)

    def write_files(self, folder: Path, command: str = "") -> None:
        """Write the files of `save`, one after the other, into an empty folder.

        Args:
            folder: the folder, which exists.
            command: the command line that repeats the run, for report.html; "": it was a call from Python.

        Raises:
            OSError: the disk refuses.
        """
        files: dict[str, bytes] = {}  # that certificates are about, byte for byte
        if self.program is not None:
            files["program.py"] = self.program.source.encode()
        if self.network is not None and can_be_saved(self.network):
            files |= network_files(self.network)
        if self.copy is not None and can_be_saved(self.copy.network):
            files |= network_files(self.copy.network, COPY)
        for name, content in files.items():
            write_whole(folder / name, content)
        if self.certificates:
            write_whole(folder / "certificate.json", file_of(self.certificates, files))
        if self.machine is not None and not any(
            one.get("claim") == "machine = program" for one in self.certificates
        ):  # which holds the machine already
            write_whole(folder / "machine.json", machine_text(self.machine, self.symbols))
        lost = kept_page(folder, lambda: result_page(self, command))
        log = [*self.log, *([lost] if lost else [])]
        write_whole(folder / "log.txt", "".join(line + "\n" for line in log))
        write_whole(folder / "result.json", json.dumps(self.facts(), indent=2) + "\n")


def machine_text(machine: Machine, symbols: Any) -> str:
    """The content of machine.json: the tables, and the names of symbols as in `Result.symbols`."""
    tables = {
        "alphabet": machine.alphabet.tolist(),
        "transitions": machine.transitions.tolist(),
        "outputs": machine.outputs.tolist(),
        "symbols": symbols,
    }
    return json.dumps(tables) + "\n"


def of_run(result: Result, context: Context) -> Result:
    """The result as that of a run so far: with its seed, its seconds and its log."""
    recorder, story = context.recorder, result.story
    story = None if story is None else replace(story, course=recorder.course)
    seconds = context.clock.seconds()
    return replace(result, seconds=seconds, seed=context.seed, log=recorder.lines, story=story)
