"""Re-checks the certificates of a file, certificate.json as netlift writes it, and the files beside it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netlift.checker._domain import Domain
from netlift.checker._json import MALFORMED, MOST_BYTES, digest_of, read_json, written
from netlift.checker._network import ABOUT, NETWORK_CLAIMS, check_network
from netlift.checker._network import FORMAT as NETWORK_FORMAT
from netlift.checker._program import PROGRAM_CLAIMS, PROGRAM_FORMAT, check_program
from netlift.checker._syntax import Refused
from netlift.checker._values import read_weights
from netlift.checker._words import Scope, certified_words, chained_words, scope_of, side_name

FILE_FORMAT = "netlift certificates 2"
PROGRAM = "program.py"
WEIGHTS = {about: f"{about}.safetensors" for about in ABOUT}
CONFIGS = {about: f"{about}.json" for about in ABOUT}
BOUND = (PROGRAM, *WEIGHTS.values(), *CONFIGS.values())  # that stand beside certificate.json, in this order
CLAIMS = frozenset({*NETWORK_CLAIMS, *PROGRAM_CLAIMS})
TIERS = frozenset({"proved", "exhaustive", "tested", "refuted"})
_MOST_WEIGHTS = 2**30  # bytes
_MOST_CERTIFICATES = 100
_LONGEST = 400  # characters of what is said about a failure

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Verdict:
    """What became of one certificate, made from what was checked.

    Attributes:
        claim: the equality; "files" of a verdict on a file beside the certificate. What follows from two
            certificates has a claim of its own.
        tier: "proved", "exhaustive" or "tested".
        failure: the first step that fails; None: the certificate is accepted.
        words: what an accepted certificate shows.
        files: the SHA-256 of each file, or side of a claim, that it is about, by name.
        scope: inputs, length and arithmetic as values; None where it was refused.
    """

    claim: str
    tier: str
    failure: str | None
    words: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    scope: Scope | None = None

    def __str__(self) -> str:
        said = f"accepted; {self.words}; about {', '.join(self.files)}"
        if self.failure is not None:
            said = f"refused; the first step that fails is {self.failure[:_LONGEST]}"
        line = f"{self.claim}, {self.tier}: {said}"
        # what a file says stays within its line, or it could print one of its own
        return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)


def file_hashes(files: Files) -> dict[str, str]:
    """The SHA-256 of each file that certificates can be about, by name."""
    return {name: hashlib.sha256(files[name]).hexdigest() for name in BOUND if name in files}


def file_of(certificates: Sequence[Mapping[str, Any]], beside: Files) -> str:
    """The content of certificate.json with these certificates, about these files beside it, by name."""
    whole = {"format": FILE_FORMAT, "files": file_hashes(beside), "certificates": list(certificates)}
    return written(whole) + "\n"


def check_file(path: str | Path) -> list[Verdict]:
    """Check the certificates of a file again, from the files beside it.

    Where the network was shown to be the very machine, linear system or recurrence that the program was
    proved to be, on inputs for which the program was, "network = program" follows.

    Args:
        path: certificate.json, in the folder of its result.

    Returns:
        A verdict for each certificate, and one for what follows from two of them. Where files beside it are
        not, byte for byte, those that the certificates are about, these are named instead.

    Raises:
        ValueError: the file holds no certificates.

    Cost:
        As much as the certificates ask for, within bounds for each step: mostly seconds.

    Example:
        >>> import itertools, netlift, pathlib, tempfile
        >>> from netlift.checker import check_file
        >>> inputs = list(itertools.product((0, 1), repeat=6))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     netlift.distill(inputs, inputs).save(folder)
        ...     verdicts = check_file(pathlib.Path(folder, "certificate.json"))
        >>> [verdict.failure for verdict in verdicts if verdict.failure]
        []
    """
    file = Path(path)
    return check_files(_read(file, MOST_BYTES), files_beside(file))


def files_beside(file: Path) -> dict[str, bytes]:
    """The content of each file beside certificate.json that a certificate can be about, by name.

    Raises ValueError for a file that cannot be read or is too large.
    """
    limits = {name: _MOST_WEIGHTS if name in WEIGHTS.values() else MOST_BYTES for name in BOUND}
    there = {name: file.with_name(name) for name in BOUND if file.with_name(name).is_file()}
    return {name: _read(path, limits[name]) for name, path in there.items()}


def check_files(content: bytes, beside: Files) -> list[Verdict]:
    """The same for the content of a file and of those beside it, by name."""
    whole = read_json(content)
    if not isinstance(whole, dict) or "format" not in whole:
        raise ValueError("no file of certificates")
    if whole["format"] != FILE_FORMAT:
        raise ValueError(f"the format is {str(whole['format'])[:60]!r}; expected {FILE_FORMAT!r}")
    if set(whole) != {"format", "files", "certificates"} or not isinstance(whole["certificates"], list):
        raise ValueError(f"it lacks the fields of {FILE_FORMAT!r}, or has others")
    if len(whole["certificates"]) > _MOST_CERTIFICATES:
        raise ValueError(f"it holds more than {_MOST_CERTIFICATES} certificates")
    failures = _differing(whole["files"], beside)
    if failures:
        return [Verdict("files", "bound", failure) for failure in failures]
    verdicts = [_checked(certificate, beside) for certificate in whole["certificates"]]
    if verdicts and all(verdict.failure is None for verdict in verdicts):
        try:
            verdicts += _chained(whole["certificates"], beside)
        except (*MALFORMED, Refused) as error:
            told = f"chain: the certificates are malformed ({type(error).__name__}: {error})"
            verdicts.append(Verdict("network = program", "?", told))
    return verdicts


def printed_lines(verdicts: Sequence[Verdict], beside: Files) -> list[str]:
    """What `netlift check --certificate` prints of the verdicts on a file and of the files beside it.

    A line a verdict, then the SHA-256 of each side that one is about. Where all certificates are accepted all
    files are bound: those that nothing is said of are shown as well, for a change of them is one of what was
    accepted.
    """
    about = dict.fromkeys(pair for verdict in verdicts for pair in verdict.files.items())
    lines = [*map(str, verdicts), *(f"{name}: SHA-256 {value}" for name, value in about)]
    if any(verdict.failure is not None for verdict in verdicts):
        return lines
    named = {name for name, _ in about}
    return lines + [
        f"{name}: SHA-256 {value}; no certificate is about it"
        for name, value in file_hashes(beside).items()
        if name not in named
    ]


def _read(file: Path, most: int) -> bytes:
    try:
        size = file.stat().st_size
        if size > most:
            raise ValueError(f"{file.name} has {size:,} bytes, more than {most:,}")
        return file.read_bytes()
    except OSError as error:
        raise ValueError(f"{file.name} cannot be read: {error.strerror or error}") from error


def _differing(stated: Any, beside: Files) -> list[str]:
    """For each file that is not as it is stated to be, how it differs."""
    if not isinstance(stated, dict) or not set(stated) <= set(BOUND):
        return ["files: they are none that a certificate can be about"]
    found, failures = file_hashes(beside), []
    for name in BOUND:
        if name in stated and name not in found:
            failures.append(f"files: there is no {name} beside the certificate")
        elif name in found and name not in stated:
            failures.append(f"files: {name} beside the certificate is not one that it is about")
        elif name in found and stated[name] != found[name]:
            failures.append(
                f"files: {name} beside the certificate is not the one that it is about (its SHA-256 is "
                f"{found[name]}, expected {str(stated[name])[:64]})"
            )
    return failures


def _checked(certificate: Any, beside: Files) -> Verdict:
    if not isinstance(certificate, dict) or certificate.get("format") not in (PROGRAM_FORMAT, NETWORK_FORMAT):
        found = certificate.get("format") if isinstance(certificate, dict) else None
        return Verdict("?", "?", f"form: the format is unknown ({str(found)[:60]!r})")
    claim, tier = (str(certificate.get(name)) for name in ("claim", "tier"))
    claim, tier = (claim if claim in CLAIMS else "?"), (tier if tier in TIERS else "?")
    try:
        check = _program if certificate["format"] == PROGRAM_FORMAT else _network
        failure = check(certificate, beside)
        if failure is not None:
            return Verdict(claim, tier, failure)
        words = certified_words(certificate, whole=True)
        return Verdict(claim, tier, None, words, _about(certificate, beside), scope_of(certificate))
    except (*MALFORMED, Refused) as error:
        told = str(error)[:200]
        return Verdict(claim, tier, f"form: the certificate is malformed ({type(error).__name__}: {told})")


def _program(certificate: Any, beside: Files) -> str | None:
    """A proof about a program; where program.py stands beside it, it must be the one that is proved."""
    if PROGRAM in beside and certificate["right"]["source"].encode() != beside[PROGRAM]:
        return "program: program.py beside the certificate is not the program that it is about"
    return check_program(certificate)


def _network(certificate: Any, beside: Files) -> str | None:
    """A proof about the network, or the copy of it, whose weights and configuration stand beside it."""
    about = str(certificate["claim"]).partition(" ")[0]
    if about not in ABOUT:
        return "form: the claim is unknown"
    for name in (WEIGHTS[about], CONFIGS[about]):
        if name not in beside:
            return f"files: there is no {name} beside the certificate"
    if digest_of(read_json(beside[CONFIGS[about]])) != digest_of(certificate["network"]):
        return f"network: {CONFIGS[about]} beside the certificate describes another network than it does"
    try:
        weights = read_weights(beside[WEIGHTS[about]])
    except ValueError as error:
        return f"weights: {WEIGHTS[about]}: {error}"
    return check_network(certificate, weights)


def _about(certificate: Mapping[str, Any], beside: Files) -> dict[str, str]:
    """The files that a certificate is about, and the sides of it that stand in no file, with their hashes."""
    found = file_hashes(beside)
    if certificate["format"] == NETWORK_FORMAT:
        about, stated = certificate["claim"].partition(" ")[0], _stated(certificate)
        files = {name: found[name] for name in (WEIGHTS[about], CONFIGS[about])}
        return {**files, f"the {side_name(stated)}": digest_of(stated)}
    left, right = certificate["left"], certificate["right"]
    program = {PROGRAM: found[PROGRAM]} if PROGRAM in found else {"the program within": right["sha256"]}
    if left["kind"] == "program":
        return {"the other program": left["sha256"], **program}
    names = {"the names of its symbols": left["sha256"]} if left["kind"] == "spelled" else {}
    return {f"the {side_name(left)}": digest_of(_middle(left)), **names, **program}


# ---- what follows from two certificates --------------------------------------------------------


def _chained(certificates: list[Any], beside: Files) -> list[Verdict]:
    """What follows for network and program, and for copy and program, where the program is proved.

    There must be one thing in the middle, to the last value: the machine, system or recurrence with its
    alphabets, on inputs for which the program was proved.
    """
    proofs = [one for one in certificates if one["claim"] == "machine = program" and one["tier"] == "proved"]
    networks = [one for one in certificates if one["format"] == NETWORK_FORMAT]
    found: list[Verdict] = []
    failure = None
    for network in networks:
        about = network["claim"].partition(" ")[0]
        for program in proofs:
            refusal = _no_chain(network, program)
            if refusal is not None:
                failure = failure or Verdict(f"{about} = program", network["tier"], refusal)
                continue
            scope = scope_of(network)
            spelled = program["left"] if program["left"]["kind"] == "spelled" else None
            words = chained_words(scope, spelled)
            if spelled is not None:
                scope = Scope(scope.domain.named(spelled["inputs"]), scope.length, scope.exact)
            files = {**_about(network, beside), **_about(program, beside)}
            found.append(Verdict(f"{about} = program", network["tier"], None, words, files, scope))
    # one copy may be compared with another machine; that nothing at all fits together is no result of ours
    return found or ([] if failure is None else [failure])


def _no_chain(network: Mapping[str, Any], program: Mapping[str, Any]) -> str | None:
    """Why nothing follows from two accepted certificates; None where it does."""
    left = program["left"]
    if digest_of(_stated(network)) != digest_of(_middle(left)):
        return "chain: what the network was compared with is not what the program was"
    mine, theirs = scope_of(network).domain, Domain(program["domain"])
    if left["kind"] == "spelled":
        try:
            mine = mine.named(left["inputs"])
        except Refused as refusal:
            return f"chain: {refusal}"
    if not theirs.covers(mine):
        return f"chain: the network is compared over {mine.told()}, the program only over {theirs.told()}"
    return None


def _middle(left: Mapping[str, Any]) -> dict[str, Any]:
    """The machine, system or recurrence that a program was compared with, without names of its symbols."""
    inner = left["inner"] if left["kind"] == "spelled" else left
    return {name: value for name, value in inner.items() if name != "sha256"}


def _stated(network: Mapping[str, Any]) -> dict[str, Any]:
    """The same that a network was compared with."""
    if "machine" in network:
        return {"kind": "machine", "initial": 0, **network["machine"]}
    if "float_length" in network:
        return {"kind": "linear", **network["system"], "alphabets": network["network"]["alphabets"]}
    return dict(network["system"])
