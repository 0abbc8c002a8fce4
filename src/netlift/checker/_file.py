"""Re-checks the certificates of a file, certificate.json as netlift writes it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netlift.checker._program import PROGRAM_FORMAT, check_program

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


CHECKS: Mapping[str, Callable[[Any, Path], str | None]] = {PROGRAM_FORMAT: _program}


def check_file(path: str | Path) -> list[Verdict]:
    """A verdict for each certificate in the file. Raises ValueError where it holds none."""
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
        except (AttributeError, KeyError, TypeError) as error:
            failure = f"form: the certificate is malformed ({type(error).__name__}: {error})"
        verdicts.append(Verdict(str(certificate.get("claim")), str(certificate.get("tier")), failure))
    return verdicts
