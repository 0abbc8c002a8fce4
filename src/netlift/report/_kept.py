"""A saved result, read back from its folder. Nothing in the folder is trusted, and nothing of it runs.

The program is parsed, result.json and certificate.json are read within bounds, and the finite machine is the
one in the certificate of "machine = program", or in machine.json where there is no such certificate. What
stands there is told, not checked again: that is `netlift check --certificate`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.certify import Claim
from netlift.checker._json import MALFORMED, read_json
from netlift.core._errors import InputError, shown
from netlift.core._paths import is_file, is_folder
from netlift.networks import load_network
from netlift.program import Program, parse_program
from netlift.report._folders import RESULT
from netlift.report._result import Check, Result
from netlift.states import Machine

MOST_BYTES = 64 * 2**20  # of a file that is read; result.json of the largest run has less than a thousandth
_SHAPES: dict[str, type | tuple[type, ...]] = {
    "solved": bool,
    "reason": str,
    "findings": list,
    "checks": dict,
    "certificate": list,
    "seconds": dict,
    "seed": int,
    "version": str,
}
Names = tuple[tuple[str, ...] | None, ...]


@dataclass(frozen=True, eq=False)
class Kept(Result):
    """A result as its folder has it; `facts` are those that were saved, also what nothing here knows.

    Attributes:
        saved: the content of result.json.
    """

    saved: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def facts(self) -> dict[str, Any]:
        """The content of result.json."""
        return dict(self.saved)


def load_result(directory: str | Path, *, network: bool = True) -> Kept:
    """Read a result that `Result.save` or the command line wrote.

    Args:
        directory: the folder.
        network: whether the network's files are read as well, where there are some.

    Returns:
        What the folder holds; its program is parsed, never run.

    Raises:
        InputError: the folder is no result, or a file of it is damaged; the sentence names it.

    Example:
        >>> import itertools, tempfile, netlift
        >>> inputs = list(itertools.product((0, 1), repeat=6))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     netlift.distill(inputs, inputs).save(folder)
        ...     load_result(folder).solved
        True
    """
    folder = Path(directory)
    if not is_folder(folder) or not is_file(folder / RESULT):
        found = "has no result.json" if is_folder(folder) else "is no folder"
        raise InputError(f"{shown(str(folder))} {found}; expected a folder that distill or lift wrote")
    facts = _object(folder / RESULT)
    for name, kind in _SHAPES.items():
        if not isinstance(facts.get(name), kind):
            raise InputError(f"{folder / RESULT}: {name!r} is {shown(facts.get(name))}, which no result has")
    try:
        claims = tuple(_claim(one) for one in facts["certificate"])
        checks = {
            str(name): Check(int(one["sequences"]), int(one["errors"]), str(one["against"]))
            for name, one in facts["checks"].items()
        }
        findings = tuple(map(str, facts["findings"]))
        total = {"total": float(facts["seconds"].get("total", 0.0))}
    except MALFORMED as error:
        raise InputError(f"{folder / RESULT}: is none that netlift wrote ({error})") from error
    certificates = _certificates(folder)
    tables = folder / "machine.json"
    try:
        machine, symbols = _saved_machine(_object(tables)) if is_file(tables) else _machine(certificates)
    except InputError:
        raise
    except MALFORMED as error:
        file = tables if is_file(tables) else folder / "certificate.json"
        raise InputError(f"{file}: holds a machine that is none ({error})") from error
    if symbols is None and facts.get("symbols") is not None:
        try:
            symbols = _names(facts["symbols"][0]), _names(facts["symbols"][1])
        except MALFORMED as error:
            raise InputError(f"{folder / RESULT}: holds symbols that are none ({error})") from error
    has_network = network and is_file(folder / "network.json")
    return Kept(
        solved=facts["solved"],
        reason=facts["reason"],
        program=_program(folder),
        network=load_network(folder) if has_network else None,
        machine=machine,
        reader=facts.get("reader"),
        states=facts.get("states"),
        strategy=facts.get("strategy"),
        unseen=tuple(one for one in facts.get("unseen") or () if isinstance(one, dict)),
        trained_by=str(facts.get("trained_by")),
        checks=checks,
        state_map=facts.get("state_map") or {},
        network_facts=facts.get("network") or {},
        findings=findings,
        seconds={**facts["seconds"], **total},
        seed=facts["seed"],
        version=facts["version"],
        claims=claims,
        certificates=certificates,
        symbols=symbols,
        saved=facts,
    )


def _object(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise InputError(f"{file}: has more than {MOST_BYTES:,} bytes; expected one that netlift wrote")
        content = read_json(file.read_bytes())
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise InputError(f"{file}: is no JSON of netlift ({error})") from error
    if not isinstance(content, dict):
        raise InputError(f"{file}: holds {shown(content)}; expected an object")
    return content


def _program(folder: Path) -> Program | None:
    file = folder / "program.py"
    if not is_file(file):
        return None
    try:
        if file.stat().st_size > MOST_BYTES:
            raise InputError(f"{file}: has more than {MOST_BYTES:,} bytes; no program has")
        return parse_program(file.read_text(encoding="utf-8"), str(file))
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: is no UTF-8 text ({error})") from error


def _certificates(folder: Path) -> tuple[Mapping[str, Any], ...]:
    file = folder / "certificate.json"
    if not is_file(file):
        return ()
    found = _object(file).get("certificates")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InputError(f"{file}: has no list of certificates; expected one that netlift wrote")
    return tuple(found)


def _claim(facts: Mapping[str, Any]) -> Claim:
    details = {name: one for name, one in facts.items() if name not in ("claim", "tier", "words")}
    return Claim(facts["claim"], facts["tier"], str(facts["words"]), details)


def _machine(
    certificates: tuple[Mapping[str, Any], ...],
) -> tuple[Machine | None, tuple[Names, Names] | None]:
    """The finite machine of the certificate on the program, and the names of its symbols."""
    for one in certificates:
        if one.get("claim") != "machine = program":
            continue
        side, names = one["left"], None
        if side["kind"] == "spelled":
            names = _names(side["inputs"]), _names(side["outputs"])
            side = side["inner"]
        if side["kind"] != "machine":
            return None, names
        machine = Machine(
            _whole(side["alphabet"], 2), _whole(side["transitions"], 2), _whole(side["outputs"], 3)
        )
        _fits(machine, names)
        return machine, names
    return None, None


def _saved_machine(tables: Mapping[str, Any]) -> tuple[Machine, tuple[Names, Names] | None]:
    """The machine of machine.json, where no certificate holds it."""
    listed = tables["symbols"]
    names = None if listed is None else (_names(listed[0]), _names(listed[1]))
    machine = Machine(
        _whole(tables["alphabet"], 2), _whole(tables["transitions"], 2), _whole(tables["outputs"], 3)
    )
    _fits(machine, names)
    return machine, names


def _fits(machine: Machine, names: tuple[Names, Names] | None) -> None:
    """Raises ValueError where the tables of a machine do not fit one another."""
    states, letters = machine.transitions.shape
    if len(machine.alphabet) != letters or machine.outputs.shape[:2] != (states, letters) or not states:
        raise ValueError("its tables are of different sizes")
    if machine.transitions.min(initial=0) < 0 or machine.transitions.max(initial=0) >= states:
        raise ValueError("a transition leads to no state")
    if names is None:
        return
    columns = (machine.alphabet, machine.outputs.reshape(-1, machine.outputs.shape[2]))
    for known, table in zip(names, columns, strict=True):
        for symbols, column in zip(known, table.T, strict=True):
            if symbols is not None and len(column) and not 0 <= column.min() <= column.max() < len(symbols):
                raise ValueError("a number has no symbol")


def _names(listed: Any) -> Names:
    if not all(one is None or all(isinstance(name, str) for name in one) for one in listed):
        raise ValueError("a symbol is no text")
    return tuple(None if one is None else tuple(one) for one in listed)


def _whole(table: Any, dimensions: int) -> NDArray[np.int64]:
    found = np.asarray(table)
    if found.ndim != dimensions or found.dtype.kind != "i":
        raise ValueError("a table of it holds other things than whole numbers")
    return found.astype(np.int64)
