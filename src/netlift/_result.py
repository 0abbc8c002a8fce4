"""What a run gives back: the program, the network it was read from, and what was checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift._copy import Copy
from netlift._faithfulness import Faithfulness
from netlift.certify import Claim
from netlift.checker import file_of
from netlift.formulas import Recurrence
from netlift.networks import COPY, NETWORK, WeightedNetwork, can_be_saved, file_names, network_files
from netlift.program import Program
from netlift.report import write_whole
from netlift.states import Machine

OF = {
    "gradient": "as trained",
    "closed-form": "as fitted",
    "given": "as given",
}  # which network figures are of


@dataclass(frozen=True)
class Check:
    """How often the program was wrong: on how many sequences, compared with what."""

    sequences: int
    errors: int
    against: str

    def facts(self) -> dict[str, Any]:
        """The check as it stands in result.json."""
        return {"sequences": self.sequences, "errors": self.errors, "against": self.against}


@dataclass(frozen=True)
class Result:
    """The outcome of `distill`.

    `solved` is True when program.py, run in a fresh interpreter, made no error on the training
    data, on held-out data and, where the caller could draw more, on fresh data. `program` is the
    best attempt even when it is not; `reason` then says what is wrong with it, and `findings` what was
    found out and what could be tried. `network` is the one that the program was read from, as it was trained
    or given; `copy`, where there is one, a changed copy of it, or another network for the same data, of
    which more could be shown. `machine` is the
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
    copy: Copy | None = field(default=None, repr=False)

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
            "copy": None if self.copy is None else self.copy.facts(),
            "reader": self.reader,
            "states": self.states,
            "strategy": self.strategy,
            "program": program,
            "certificate": [claim.facts() for claim in self.claims],
            "checks": {name: check.facts() for name, check in self.checks.items()},
            "state_map": dict(self.state_map),
            "faithfulness": None
            if self.faithfulness is None
            else {"network": OF[self.trained_by], **self.faithfulness.facts()},
            "seconds": {stage: round(taken, 3) for stage, taken in self.seconds.items()},
            "seed": self.seed,
            "version": self.version,
        }

    def save(self, directory: str | Path) -> None:
        """Write program.py, result.json, certificate.json, the network and log.txt, each file whole.

        network.safetensors and network.json hold the network as it was trained or given, copy.safetensors and
        copy.json the changed copy, where there is one. result.json comes last: where it stands, the others
        are complete.
        """
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "result.json").unlink(missing_ok=True)
        files: dict[str, bytes] = {}  # that certificates are about, byte for byte
        if self.program is not None:
            files["program.py"] = self.program.source.encode()
            write_whole(folder / "program.py", files["program.py"])
        else:
            (folder / "program.py").unlink(missing_ok=True)
        files |= _save_network(folder, self.network, NETWORK)
        files |= _save_network(folder, None if self.copy is None else self.copy.network, COPY)
        if self.certificates:
            write_whole(folder / "certificate.json", file_of(self.certificates, files))
        else:
            (folder / "certificate.json").unlink(missing_ok=True)
        write_whole(folder / "log.txt", "".join(line + "\n" for line in self.log))
        write_whole(folder / "result.json", json.dumps(self.facts(), indent=2) + "\n")


def _save_network(folder: Path, network: WeightedNetwork | None, name: str) -> dict[str, bytes]:
    """Write a network's files, which are given back; where there are none, none of an earlier result stay."""
    if network is None or not can_be_saved(network):
        for file in file_names(name):
            (folder / file).unlink(missing_ok=True)
        return {}
    files = network_files(network, name)
    for file, content in files.items():
        write_whole(folder / file, content)
    return files
