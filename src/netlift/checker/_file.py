"""Re-checks the certificates of a file, certificate.json as netlift writes it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netlift.checker._network import FORMAT as NETWORK_FORMAT
from netlift.checker._network import check_network
from netlift.checker._program import PROGRAM_FORMAT, check_program
from netlift.checker._values import read_weights

FILE_FORMAT = "netlift certificates 1"


@dataclass(frozen=True)
class Verdict:
    """What became of one certificate: its claim and tier, and the first step that fails (None: accepted)."""

    claim: str
    tier: str
    failure: str | None


def _program(certificate: Any, folder: Path) -> str | None:
    """A proof about a program; where program.py stands beside it, it must be the one that is proved."""
    path = folder / "program.py"
    if path.is_file() and certificate["right"]["source"] != path.read_text(encoding="utf-8"):
        return "program: program.py beside the certificate is not the program that it is about"
    return check_program(certificate)


def _network(certificate: Any, folder: Path) -> str | None:
    """A proof about the network whose weights stand beside it."""
    path = folder / "network.safetensors"
    if not path.is_file():
        return "weights: there is no network.safetensors beside the certificate"
    return check_network(certificate, read_weights(path.read_bytes()))


CHECKS: Mapping[str, Callable[[Any, Path], str | None]] = {PROGRAM_FORMAT: _program, NETWORK_FORMAT: _network}


def check_file(path: str | Path) -> list[Verdict]:
    """A verdict for each certificate in the file, and one for what follows from two of them.

    Where the network was shown to be the very machine, linear system or recurrence that the program was
    proved to be, network = program follows. Raises ValueError where the file holds no certificates.
    """
    file = Path(path)
    content = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or set(content) != {"format", "certificates"}:
        raise ValueError("no file of certificates")
    if content["format"] != FILE_FORMAT or not isinstance(content["certificates"], list):
        raise ValueError(f"the format is not {FILE_FORMAT!r}")
    verdicts = []
    for certificate in content["certificates"]:
        check = CHECKS.get(certificate.get("format", "")) if isinstance(certificate, dict) else None
        if check is None:
            verdicts.append(Verdict("?", "?", "form: the format is unknown"))
            continue
        try:
            failure = check(certificate, file.parent)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            failure = f"form: the certificate is malformed ({type(error).__name__}: {error})"
        verdicts.append(Verdict(str(certificate.get("claim")), str(certificate.get("tier")), failure))
    if all(verdict.failure is None for verdict in verdicts):
        verdicts += _chained(content["certificates"])
    return verdicts


def _chained(certificates: list[Any]) -> list[Verdict]:
    """The verdict that follows from accepted certificates about one and the same thing in the middle."""
    network = next((one for one in certificates if one["format"] == NETWORK_FORMAT), None)
    program = next((one for one in certificates if one["claim"] == "machine = program"), None)
    if network is None or program is None or program["tier"] != "proved":
        return []
    middle = program["left"]["inner"] if program["left"]["kind"] == "spelled" else program["left"]
    stated = network["machine"] if "machine" in network else network["system"]
    if any(middle.get(name) != value for name, value in stated.items()):
        return []
    return [Verdict("network = program", network["tier"], None)]
