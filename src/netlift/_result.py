"""What a run gives back: the program, the network it was read from, and what was checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift._faithfulness import Faithfulness
from netlift.certify import Claim
from netlift.checker import file_of
from netlift.formulas import Recurrence
from netlift.networks import WeightedNetwork, can_be_saved, network_files
from netlift.program import Program
from netlift.report import fill_folder, refuse_foreign, write_whole
from netlift.states import Machine


@dataclass(frozen=True)
class Check:
    """How often the program was wrong: on how many sequences, compared with what."""

    sequences: int
    errors: int
    against: str

    def facts(self) -> dict[str, Any]:
        """The check as it stands in result.json."""
        return {"sequences": self.sequences, "errors": self.errors, "against": self.against}


@dataclass(frozen=True, eq=False)
class Result:
    """The outcome of `distill`.

    Two results are equal where all that `save` writes is equal, but for the seconds that were spent.

    `solved` is True when program.py, run in a fresh interpreter, made no error on the training
    data, on held-out data and, where the caller could draw more, on fresh data. `program` is the
    best attempt even when it is not; `reason` then says what is wrong with it, and `findings` what was
    found out and what could be tried. `machine` is the
    finite machine, if a reader found one; `states` is None when the states are unbounded.
    `checks` has "train", "held_out", "longer" and, for a benchmark task, "fresh",
    "longer_rule" and "longest_rule". `claims` says what is known of each step from data to program,
    and how well; `certificates` holds what the independent checker needs to check it again.
    `faithfulness` says how the network answers when its hidden states are changed; `recurrence` and `words`
    [N, T, D] (inputs to run both on) are what `netlift.faithfulness` needs to measure it with more trials.
    """

    solved: bool
    reason: str
    program: Program | None
    network: WeightedNetwork | None
    machine: Machine | None
    reader: str | None
    states: int | None
    strategy: str | None
    trained_by: str
    checks: Mapping[str, Check]
    state_map: Mapping[str, Any]
    network_facts: Mapping[str, Any]
    findings: tuple[str, ...]
    seconds: Mapping[str, float]
    seed: int
    version: str
    log: tuple[str, ...] = field(default=(), repr=False)
    claims: tuple[Claim, ...] = ()
    certificates: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    faithfulness: Faithfulness | None = None
    recurrence: Recurrence | None = field(default=None, repr=False)
    words: NDArray[np.int64] | None = field(default=None, repr=False, compare=False)

    def __eq__(self, other: object) -> bool:
        return self._saved() == other._saved() if isinstance(other, Result) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.solved, self.reason, None if self.program is None else self.program.source))

    def _saved(self) -> tuple[Any, ...]:
        """What `save` writes but the seconds; a network that it does not write stands for itself."""
        network: Any = self.network
        if self.network is not None and can_be_saved(self.network):
            network = network_files(self.network)
        facts = {name: fact for name, fact in self.facts().items() if name != "seconds"}
        source = None if self.program is None else self.program.source
        return source, facts, network, [dict(one) for one in self.certificates], self.log

    def facts(self) -> dict[str, Any]:
        """The content of result.json."""
        program = None
        if self.program is not None:
            program = {"path": "program.py", "nodes": self.program.nodes, "lines": self.program.lines}
        return {
            "solved": self.solved,
            "reason": self.reason,
            "findings": list(self.findings),
            "trained_by": self.trained_by,
            "network": dict(self.network_facts),
            "reader": self.reader,
            "states": self.states,
            "strategy": self.strategy,
            "program": program,
            "certificate": [claim.facts() for claim in self.claims],
            "checks": {name: check.facts() for name, check in self.checks.items()},
            "state_map": dict(self.state_map),
            "faithfulness": None if self.faithfulness is None else self.faithfulness.facts(),
            "seconds": {stage: round(taken, 3) for stage, taken in self.seconds.items()},
            "seed": self.seed,
            "version": self.version,
        }

    def save(self, directory: str | Path) -> None:
        """Write program.py, result.json, certificate.json, the network and log.txt, all of them or none.

        The files of an earlier result in this folder are replaced; files of these names that belong to none
        are not. Raises InputError where the folder is a file or holds such files, or the disk refuses.
        """
        fill_folder(refuse_foreign(directory), self.write_files)

    def write_files(self, folder: Path) -> None:
        """Write the files of `save`, one after the other, into an empty folder."""
        files: dict[str, bytes] = {}  # that certificates are about, byte for byte
        if self.program is not None:
            files["program.py"] = self.program.source.encode()
            write_whole(folder / "program.py", files["program.py"])
        if self.network is not None and can_be_saved(self.network):
            for name, content in network_files(self.network).items():
                files[name] = content
                write_whole(folder / name, content)
        if self.certificates:
            write_whole(folder / "certificate.json", file_of(self.certificates, files))
        write_whole(folder / "log.txt", "".join(line + "\n" for line in self.log))
        write_whole(folder / "result.json", json.dumps(self.facts(), indent=2) + "\n")
