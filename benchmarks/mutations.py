"""Does the independent checker accept certificates that say more than is so?

    python benchmarks/mutations.py FOLDER [-o PAGE.md] [--count 20000] [--seed 0] [--state FILE]

FOLDER holds result folders, as `netlift bench -o FOLDER` writes them. First every certificate has to be
accepted. Then COUNT mutants are made, each of one result folder, in turn, by one of the ways of `WAYS`: a
field changed, or several; scope cut or stretched; alphabets shifted; claims and tiers renamed; files of
another task, or a file changed. A forger's digests are computed anew: seals, hashes of sides, hashes of
files. (Each mutant is judged as it is as well, without that; then it has to be refused.)

A mutant that is accepted prints lines. It is a slip, and the exit code is 1, where a line is false of the
files beside it, as running both sides on words of the scope that is printed shows, Python itself running the
program; or where what it states is not what the original states, and yet it prints the original's lines.

With --state the counts are kept after every CHUNK of mutants, and a run that was stopped goes on there. The
mutants of a chunk are drawn from the seed and the chunk's number alone.
"""

import itertools
import json
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from safetensors.numpy import save

import netlift.checker._file as checking
from netlift.checker import (
    PROGRAM_FORMAT,
    Runner,
    Verdict,
    check_files,
    digest,
    file_of,
    read_json,
    read_weights,
    seal,
    side_digest,
    written,
)
from netlift.checker._json import digest_of
from netlift.core._errors import InputError
from netlift.core._threads import use_one_thread
from netlift.networks import run
from netlift.networks._files import KINDS
from netlift.program import parse_program
from netlift.report import write_whole

sys.path.append(str(Path(__file__).parents[1] / "tests"))  # the tests change certificates in the same ways

from certificate_mutants import drawn_mutants

Certificate = dict[str, Any]
Rng = np.random.Generator

WORDS, STEPS = 24, 12  # random words on which an accepted claim is tried
LONG = 40  # steps of some, where the claim goes so far
SHORT = 200  # words of one length up to which all are tried
CHUNK = 100
FILES = ("network.safetensors", "network.json", "program.py")


@dataclass(frozen=True)
class Folder:
    """The certificates of a result, and the files beside them."""

    task: str
    certificates: tuple[Any, ...]
    beside: Mapping[str, bytes]

    def with_certificate(self, place: int, certificate: Any) -> "Folder":
        changed = list(self.certificates)
        changed[place] = certificate
        return replace(self, certificates=tuple(changed))

    def with_file(self, name: str, content: bytes) -> "Folder":
        return replace(self, beside={**self.beside, name: content})


def folders(root: Path) -> list[Folder]:
    """All results under a folder that have certificates."""
    found = []
    for file in sorted(root.glob("*/certificate.json")):
        names = [name for name in checking.BOUND if (file.parent / name).is_file()]
        beside = {name: (file.parent / name).read_bytes() for name in names}
        found.append(Folder(file.parent.name, tuple(read_json(file.read_bytes())["certificates"]), beside))
    return found


# ---- what a forger does ------------------------------------------------------------------------


def forged(folder: Folder) -> Folder:
    """All digests inside the certificates computed anew; those of files are when the file is written."""
    return replace(folder, certificates=tuple(_resealed(one, folder) for one in folder.certificates))


def _resealed(certificate: Any, folder: Folder) -> Any:
    if not isinstance(certificate, dict):
        return certificate
    changed = dict(certificate)
    for name in ("left", "right", "domain"):
        side = changed.get(name)
        if isinstance(side, dict):
            try:
                changed[name] = {**side, "sha256": side_digest(side)}
            except (AttributeError, KeyError, TypeError, ValueError):  # a source that is none
                continue
    about = str(changed.get("claim")).partition(" ")[0]
    weights = folder.beside.get(f"{about}.safetensors")
    try:
        if "weights" in changed and weights is not None:
            changed["weights"] = digest(read_weights(weights))
        return {**changed, "seal": seal(changed)}
    except ValueError:
        return changed


def one_field(folder: Folder, rng: Rng, others: Sequence[Folder]) -> Folder:
    """One element of one field, or one weight, changed; the files follow the certificate."""
    place = int(rng.integers(len(folder.certificates)))
    certificate = folder.certificates[place]
    about = str(certificate.get("claim")).partition(" ")[0]
    name = f"{about}.safetensors"
    weights = read_weights(folder.beside[name]) if "network" in certificate and name in folder.beside else {}
    mutant = next(drawn_mutants(certificate, weights, rng))
    changed = folder.with_certificate(place, mutant.certificate)
    if mutant.weights is not weights and weights:
        changed = changed.with_file(
            name, save({n: np.ascontiguousarray(a) for n, a in mutant.weights.items()})
        )
    return _followed(changed, place)


def _followed(folder: Folder, place: int) -> Folder:
    """The files beside as the certificate says that they are."""
    certificate = folder.certificates[place]
    if not isinstance(certificate, dict):
        return folder
    about = str(certificate.get("claim")).partition(" ")[0]
    if "network" in certificate and f"{about}.json" in folder.beside:
        old = read_json(folder.beside[f"{about}.json"])
        if digest_of(old) != digest_of(certificate["network"]):
            folder = folder.with_file(f"{about}.json", json.dumps(certificate["network"]).encode())
    right = certificate.get("right")
    if isinstance(right, dict) and isinstance(right.get("source"), str):
        try:
            folder = folder.with_file("program.py", right["source"].encode())
        except UnicodeEncodeError:
            return folder
    return folder


def several_fields(folder: Folder, rng: Rng, others: Sequence[Folder]) -> Folder:
    """Two to four such changes."""
    for _ in range(int(rng.integers(2, 5))):
        if all(isinstance(one, dict) and one for one in folder.certificates):
            folder = one_field(folder, rng, others)
    return folder


def scope(folder: Folder, rng: Rng, others: Sequence[Folder]) -> Folder:
    """The inputs, the length or the number of tests cut or stretched, in one certificate or in all."""
    everywhere = rng.random() < 0.5
    places = range(len(folder.certificates)) if everywhere else [int(rng.integers(len(folder.certificates)))]
    cut = bool(rng.random() < 0.5)
    for place in places:
        certificate = json.loads(written(folder.certificates[place]))
        _rescope(certificate, rng, cut)
        folder = folder.with_certificate(place, certificate)
    return folder


def _rescope(certificate: Certificate, rng: Rng, cut: bool) -> None:
    if "float_length" in certificate:
        if rng.random() < 0.5:
            length = certificate["float_length"]
            certificate["float_length"] = (
                (int(rng.integers(1, 50)) if cut else None)
                if length is None or rng.random() < 0.5
                else max(1, length - 7)
                if cut
                else int(length * rng.choice([1, 2, 1000])) + 1
            )
            certificate["tier"] = "proved" if certificate["float_length"] is None else "exhaustive"
            return
        _restream(certificate["domain"], rng, cut)
    elif "length" in certificate:
        if rng.random() < 0.5:
            certificate["length"] = 1 if cut else certificate["length"] + int(rng.integers(1, 30))
            return
        symbols = certificate["alphabet"]
        certificate["alphabet"] = symbols[:1] if cut else [*symbols, [symbols[-1][0] + 1, *symbols[-1][1:]]]
    elif "machine" in certificate:
        machine = certificate["machine"]
        for name in ("alphabet",):
            rows = machine[name]
            machine[name] = rows[:1] if cut else [*rows, [rows[-1][0] + 1, *rows[-1][1:]]]
        for name in ("transitions", "outputs"):
            machine[name] = [row[:1] if cut else [*row, row[-1]] for row in machine[name]]
        if "boxes" in certificate:
            rows = certificate["boxes"]["successors"]
            certificate["boxes"]["successors"] = [row[:1] if cut else [*row, row[-1]] for row in rows]
    elif "domain" in certificate:
        argument = certificate["argument"]
        if argument["kind"] == "tests" and rng.random() < 0.5:
            count = 1 if cut else argument["sequences"] * 10
            argument |= {"sequences": count, "excluded_rate": 1.0 - (1.0 - 0.95) ** (1.0 / count)}
            return
        _restream(certificate["domain"]["streams"], rng, cut)
        certificate["domain"].pop("listed", None)


def _restream(streams: list[dict[str, Any]], rng: Rng, cut: bool) -> None:
    place = int(rng.integers(len(streams)))
    stream = streams[place]
    if "symbols" in stream:
        symbols = stream["symbols"]
        more = symbols[-1] + 1 if isinstance(symbols[-1], int) else f"{symbols[-1]}x"
        streams[place] = {"symbols": symbols[:1] if cut else [*symbols, more]}
    elif cut:
        low = stream["low"] if stream["low"] is not None else 0
        streams[place] = {"low": low, "high": low}
    else:
        wider = int(rng.choice([1, 10, 10**6]))
        ends = {
            "low": (stream["low"] or 0) - wider * int(rng.integers(2)),
            "high": (stream["high"] or 0) + wider,
        }
        streams[place] = ends if rng.random() < 0.8 else {"low": None, "high": None}


def shifted(folder: Folder, rng: Rng, others: Sequence[Folder]) -> Folder:
    """Every symbol of an alphabet, or of a domain, moved by one, in one certificate or in all."""
    by = int(rng.choice([-1, 1, 100]))
    everywhere = rng.random() < 0.4
    chosen = int(rng.integers(len(folder.certificates)))
    names = ("alphabet", "domain") if rng.random() < 0.5 else ("alphabets",)
    names = names if rng.random() < 0.7 else ("alphabet", "alphabets", "domain", "symbols")
    for place in range(len(folder.certificates)):
        if everywhere or place == chosen:
            moved = _moved(folder.certificates[place], by, names, inside=False)
            folder = _followed(folder.with_certificate(place, moved), place)
    return folder


def _moved(value: Any, by: int, names: Sequence[str], *, inside: bool) -> Any:
    if isinstance(value, dict):
        return {name: _moved(one, by, names, inside=inside or name in names) for name, one in value.items()}
    if isinstance(value, list):
        return [_moved(one, by, names, inside=inside) for one in value]
    return value + by if inside and type(value) is int else value


_CLAIMS = (
    "network = machine", "network = recurrence", "copy = machine", "copy = recurrence", "machine = program",
    "program = specification", "network = program", "network = specification",
)  # fmt: skip


def words(folder: Folder, rng: Rng, others: Sequence[Folder]) -> Folder:
    """Another claim, tier, arithmetic or kind of argument; files renamed where the claim is of a copy."""
    place = int(rng.integers(len(folder.certificates)))
    certificate = json.loads(written(folder.certificates[place]))
    match rng.integers(4):
        case 0:
            certificate["claim"] = str(rng.choice(_CLAIMS))
        case 1:
            certificate["tier"] = str(rng.choice(["proved", "exhaustive", "tested", "refuted"]))
        case 2 if "arithmetic" in certificate:
            certificate["arithmetic"] = "exact"
        case _:
            certificate["claim"] = str(rng.choice(_CLAIMS))
            certificate["tier"] = str(rng.choice(["proved", "exhaustive", "tested", "refuted"]))
    folder = folder.with_certificate(place, certificate)
    if rng.random() < 0.5 and certificate["claim"].startswith("copy"):
        beside = {name.replace("network", "copy"): content for name, content in folder.beside.items()}
        folder = replace(folder, beside={**folder.beside, **beside})
    return folder


def files(folder: Folder, rng: Rng, others: Sequence[Folder]) -> Folder:
    """Files, or certificates, of another task in the place of its own; the certificate follows, or not."""
    other = others[int(rng.integers(len(others)))]
    chosen = [name for name in FILES if rng.random() < 0.5 and name in other.beside] or ["program.py"]
    for name in chosen:
        if name in other.beside:
            folder = folder.with_file(name, other.beside[name])
    if rng.random() < 0.5:
        for place, certificate in enumerate(folder.certificates):
            changed = json.loads(written(certificate))
            if "network" in changed and "network.json" in chosen:
                changed["network"] = read_json(folder.beside["network.json"])
            if "right" in changed and "program.py" in chosen:
                changed["right"]["source"] = folder.beside["program.py"].decode()
            folder = folder.with_certificate(place, changed)
    if rng.random() < 0.3:
        mine, theirs = (int(rng.integers(len(one.certificates))) for one in (folder, other))
        folder = folder.with_certificate(mine, other.certificates[theirs])
    return folder


def configuration(folder: Folder, rng: Rng, others: Sequence[Folder]) -> Folder:
    """network.json changed in one place, or a weight; half the time the certificate follows."""
    config = read_json(folder.beside["network.json"])
    if rng.random() < 0.6:
        if rng.random() < 0.3 and "architecture" in config:
            shape = config["architecture"]
            shape["activation"] = "tanh" if shape["activation"] == "relu" else "relu"
        else:
            config = next(drawn_mutants(config, {}, rng)).certificate
        folder = folder.with_file("network.json", json.dumps(config).encode())
    else:
        weights = read_weights(folder.beside["network.safetensors"])
        name = sorted(weights)[int(rng.integers(len(weights)))]
        if weights[name].size:
            array = weights[name].copy()
            place = int(rng.integers(array.size))
            array.reshape(-1)[place] += float(rng.choice([1e-9, 1e-3, 0.1, 1.0, -1.0]))
            weights = {**weights, name: array}
        folder = folder.with_file("network.safetensors", save(weights))
    if rng.random() < 0.5:
        for place, certificate in enumerate(folder.certificates):
            if isinstance(certificate, dict) and "network" in certificate:
                folder = folder.with_certificate(place, {**certificate, "network": config})
    return folder


def together(folder: Folder, rng: Rng, others: Sequence[Folder]) -> Folder:
    """Two of the other ways, one after the other."""
    ways = [way for way in WAYS.values() if way is not together]
    for place in rng.integers(len(ways), size=2):
        try:
            folder = ways[place](folder, rng, others)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError):  # nothing left to change
            return folder
    return folder


Way = Callable[[Folder, Rng, Sequence[Folder]], Folder]
WAYS: dict[str, Way] = {
    "one field": one_field,
    "several fields": several_fields,
    "scope": scope,
    "alphabets shifted": shifted,
    "claim or tier": words,
    "files of another task": files,
    "configuration or weights": configuration,
    "two of these": together,
}


# ---- what becomes of it ------------------------------------------------------------------------


def verdicts_of(folder: Folder) -> list[Verdict] | None:
    """What the checker says of a folder whose files were hashed anew; None: it is no file of certificates."""
    MEMORY.refused = False
    try:
        return check_files(file_of(folder.certificates, folder.beside).encode(), folder.beside)
    except (ValueError, TypeError):
        return None


_NO_STATEMENT = ("seal", "boxes", "codes")


def statement(folder: Folder) -> str:
    """A digest of all that certificates state, without the arguments for it.

    The order of symbols states nothing where it numbers nothing.
    """
    stated = []
    for one in folder.certificates:
        rest = {name: value for name, value in one.items() if name not in _NO_STATEMENT}
        if "argument" in rest:
            kind = rest["argument"]["kind"]
            rest["argument"] = rest["argument"] if kind in ("tests", "witness") else None
        for name in ("alphabet", "domain"):
            if name in rest:
                rest[name] = _unordered(rest[name])
        stated.append(rest)
    return digest_of([stated, checking.file_hashes(folder.beside)])


def _unordered(value: Any) -> Any:
    if isinstance(value, dict):
        inner = {name: _unordered(one) for name, one in value.items() if name != "sha256"}
        whole = set(inner) == {"low", "high"} and None not in inner.values()
        if whole and inner["high"] - inner["low"] < 1_000:  # as good as a list of the numbers
            return {"symbols": sorted(map(repr, range(inner["low"], inner["high"] + 1)))}
        if "symbols" in inner:
            inner["symbols"] = sorted(map(repr, inner["symbols"]))
        return inner
    if _listed(value):
        return sorted(value, key=repr)
    return [_unordered(one) for one in value] if isinstance(value, list) else value


def _listed(value: Any) -> bool:
    """Whether it is a list of symbols, not one of streams, whose order counts."""
    return isinstance(value, list) and all(isinstance(one, list) for one in value)


def is_true(folder: Folder, verdicts: Sequence[Verdict], rng: Rng) -> str:
    """The first accepted line that running both sides on words of its scope shows to be false; "": none."""
    places = len(folder.certificates)
    for place, verdict in enumerate(verdicts):
        assert verdict.scope is not None
        sides = _sides(folder, verdict, folder.certificates[place] if place < places else None)
        refuted = verdict.tier == "refuted"
        drawn = [folder.certificates[place]["argument"]["word"]] if refuted else _words(verdict, rng)
        same = all(_answers(sides[0], word) == _answers(sides[1], word) for word in drawn)
        if same == refuted:
            return str(verdict)
    return ""


Side = Callable[[list[Any]], Any]


def _sides(folder: Folder, verdict: Verdict, certificate: Certificate | None) -> tuple[Side, Side]:
    """The two things that a line says are equal, each from words of joint symbols to answers."""
    about = verdict.claim.partition(" ")[0]
    if certificate is None:  # what follows from two
        spelled = next(
            (c["left"] for c in folder.certificates if c.get("left", {}).get("kind") == "spelled"), None
        )
        program = folder.beside.get("program.py")
        source = (
            program.decode()
            if program is not None
            else next(c["right"]["source"] for c in folder.certificates if c["claim"] == "machine = program")
        )
        return _network(folder, about, spelled), _program(source)
    if certificate["format"] == PROGRAM_FORMAT:
        left = certificate["left"]
        other = _program(left["source"]) if left["kind"] == "program" else _system(left)
        return other, _program(certificate["right"]["source"])
    return _network(folder, about, None), _system(checking._stated(certificate))


def _network(folder: Folder, about: str, spelled: Certificate | None) -> Side:
    config = dict(read_json(folder.beside[f"{about}.json"]))
    network = KINDS[config.pop("kind")].restore(config, read_weights(folder.beside[f"{about}.safetensors"]))

    def answers(word: list[Any]) -> Any:
        if spelled is not None:
            names = spelled["inputs"]
            word = [[s if n is None else n.index(s) for s, n in zip(row, names, strict=True)] for row in word]
        said = run(network, np.array([word], dtype=np.int64))[0].tolist()
        if spelled is not None:
            names = spelled["outputs"]
            said = [[a if n is None else n[a] for a, n in zip(row, names, strict=True)] for row in said]
        return [row[0] if len(row) == 1 else row for row in said]

    return answers


def _system(facts: Certificate) -> Side:
    runner = Runner(facts, None if facts["kind"] != "recurrence" else [name for name, _ in facts["initial"]])

    def answers(word: list[Any]) -> Any:
        state, said = runner.start(), []
        for symbol in word:
            state, answered = runner.step(state, list(symbol))
            if answered == "error":
                return "error"
            said += [list(one) if isinstance(one, tuple) else one for one in answered]
        return said

    return answers


def _program(source: str) -> Side:
    program = parse_program(source)  # of the language of programs; Python itself runs it

    def answers(word: list[Any]) -> Any:
        said = program([symbol[0] if len(symbol) == 1 else tuple(symbol) for symbol in word])
        return json.loads(json.dumps(said))

    return answers


def _answers(side: Side, word: list[Any]) -> Any:
    try:
        return json.loads(json.dumps(side([list(symbol) for symbol in word])))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return "error"


def _words(verdict: Verdict, rng: Rng) -> Iterator[list[Any]]:
    """All words of the first lengths over the symbols that are printed, and random ones."""
    assert verdict.scope is not None
    domain, longest = verdict.scope.domain, verdict.scope.length
    drawn = random.Random(int(rng.integers(2**32)))
    symbols = domain.symbols() if domain.size <= 2_000 else [word[0] for word in domain.words(60, 1, drawn)]
    length = 1
    while len(symbols) ** length <= SHORT and (longest is None or length <= longest) and length <= STEPS:
        yield from (list(word) for word in itertools.product(symbols, repeat=length))
        length += 1
    most = STEPS if longest is None else min(longest, STEPS)
    for number in range(WORDS):
        steps = most if number % 4 or (longest is not None and longest < LONG) else LONG
        yield [symbols[drawn.randrange(len(symbols))] for _ in range(steps)]


def judged(original: Folder, mutant: Folder, rng: Rng) -> tuple[str, str, str]:
    """What becomes of a mutant as it is and with forged digests, and what slipped through."""
    as_it_is = "accepted"
    plain = {
        "format": checking.FILE_FORMAT,
        "files": checking.file_hashes(original.beside),
        "certificates": list(mutant.certificates),
    }
    MEMORY.refused = False
    try:
        found = check_files(written(plain).encode(), mutant.beside)
        if any(verdict.failure is not None for verdict in found):
            as_it_is = "refused"
    except (ValueError, TypeError):
        as_it_is = "refused"
    mutant = forged(mutant)
    verdicts = verdicts_of(mutant)
    if not verdicts or any(verdict.failure is not None for verdict in verdicts):
        return as_it_is, "refused", ""
    before = checking.printed_lines(verdicts_of(original) or [], original.beside)
    same = checking.printed_lines(verdicts, mutant.beside) == before
    false = is_true(mutant, verdicts, rng)
    if false:
        return as_it_is, "slip", f"false: {false}"
    if not same:
        return as_it_is, "another claim, true", ""
    if statement(mutant) != statement(original):
        return as_it_is, "slip", "it states something else, and prints the original's lines"
    return as_it_is, "the same claim", ""


# ---- counting ----------------------------------------------------------------------------------

OUTCOMES = ("refused", "another claim, true", "the same claim", "slip")


class Memory:
    """The checker, for very many folders that are nearly the same.

    What was not changed is not checked again; and once a certificate of a folder is refused, no other one of
    it is looked at.
    """

    def __init__(self) -> None:
        self._check, self._known, self.refused = checking._checked, dict[str, Verdict](), False
        checking._checked = self  # type: ignore[assignment]

    def __call__(self, certificate: Any, beside: Mapping[str, bytes]) -> Verdict:
        if self.refused:
            return Verdict("?", "?", "another certificate of the folder was refused before")
        key = digest_of([certificate, checking.file_hashes(beside)])
        if key not in self._known:
            if len(self._known) > 3_000:
                self._known.clear()
            self._known[key] = self._check(certificate, beside)
        self.refused = self._known[key].failure is not None
        return self._known[key]


MEMORY = Memory()


def chunk_counts(
    found: Sequence[Folder], number: int, seed: int, count: int
) -> tuple[Counter[str], list[str]]:
    """The outcomes of one chunk of mutants."""
    rng, counts, slips = np.random.default_rng([seed, number]), Counter[str](), list[str]()
    ways = list(WAYS.items())
    for place in range(number * CHUNK, number * CHUNK + count):
        original = found[place % len(found)]
        name, way = ways[(place // len(found)) % len(ways)]
        mutant = original
        for _ in range(20):
            mutant = way(original, rng, found)
            if mutant.beside != original.beside or mutant.certificates != original.certificates:
                break
        as_it_is, outcome, slip = judged(original, mutant, rng)
        changed = forged(mutant) != original or mutant.beside != original.beside
        if not changed:
            outcome = "the same claim"
        counts.update([f"way\t{name}\t{outcome}", f"task\t{original.task}\t{outcome}"])
        counts[f"plain\t{name}\t{as_it_is}"] += 1
        if slip and changed:
            slips.append(f"{original.task}, {name}, mutant {place}: {slip}")
    return counts, slips


_LOADED: dict[Path, list[Folder]] = {}  # in each process


def _of_chunk(place: tuple[Path, int, int, int]) -> tuple[Counter[str], list[str], float]:
    folder, number, seed, count = place
    begun = time.process_time()
    if folder not in _LOADED:
        use_one_thread()
        _LOADED[folder] = folders(folder)
    return *chunk_counts(_LOADED[folder], number, seed, count), time.process_time() - begun


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-o", "output", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--count", type=click.IntRange(min=1), default=20_000, show_default=True, help="Mutants in all."
)
@click.option("--seed", default=0, show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="Where counts are kept.")
def main(folder: Path, output: Path | None, count: int, seed: int, jobs: int, state: Path | None) -> None:
    """Change the certificates in FOLDER, and the files beside them, and count what the checker refuses."""
    use_one_thread()
    found = folders(folder)
    if not found:
        raise InputError(f"{folder} holds no certificate")
    kept: dict[str, Any] = {"seed": seed, "chunks": 0, "counts": {}, "slips": [], "seconds": 0.0}
    if state is not None and state.is_file():
        kept = json.loads(state.read_text())
        if kept["seed"] != seed:
            raise InputError(f"{state} is of the seed {kept['seed']}")
    refused = [one.task for one in found if any(v.failure for v in verdicts_of(one) or [])]
    certificates = sum(len(one.certificates) for one in found)
    click.echo(f"{len(found) - len(refused)} of {len(found)} folders accepted, {certificates} certificates")
    places = [
        (folder, number, seed, min(CHUNK, count - number * CHUNK))
        for number in range(kept["chunks"], -(-count // CHUNK))
    ]
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for counts, slips, seconds in pool.imap(_of_chunk, places):
            kept["counts"] = dict(Counter(kept["counts"]) + counts)
            kept["slips"] += slips
            kept["chunks"], kept["seconds"] = kept["chunks"] + 1, kept["seconds"] + seconds
            for slip in slips:
                click.echo(f"slip: {slip}")
            if state is not None:
                write_whole(state, json.dumps(kept))
    text = page(found, refused, kept, seed)
    click.echo(text.split("\n\n")[1])
    if output is not None:
        write_whole(output, text)
    sys.exit(1 if kept["slips"] or refused else 0)


def page(found: Sequence[Folder], refused: Sequence[str], kept: Mapping[str, Any], seed: int) -> str:
    """MUTATIONS.md."""
    counts = Counter(kept["counts"])

    def of(kind: str, name: str, outcome: str) -> int:
        return counts[f"{kind}\t{name}\t{outcome}"]

    total = {outcome: sum(of("way", way, outcome) for way in WAYS) for outcome in OUTCOMES}
    plain = sum(of("plain", way, "refused") for way in WAYS)
    everything = sum(total.values())
    certificates = sum(len(one.certificates) for one in found)
    lines = [
        "# Mutated certificates",
        f"**With all digests forged, of {everything:,} mutants {total['refused']:,} are refused, "
        f"{total['another claim, true']:,} print another claim, which is true, "
        f"{total['the same claim']:,} are another argument for the same claim about the same files, and "
        f"{total['slip']:,} slip through.** As they are, without forging, {plain:,} are refused.",
        f"{len(found) - len(refused)} of {len(found)} result folders with {certificates} certificates are "
        "accepted as they were written. Written by `python benchmarks/mutations.py FOLDER "
        f"--seed {seed}` in {kept['seconds']:.0f} s of processor time.",
        "A mutant is one result folder of a run with something changed in a certificate or in a file beside "
        "it, and with its seal, the hashes of both sides, of the inputs and of every file computed anew, as "
        "a forger would. Then the argument alone stands against it. It slips through where a line that is "
        "printed is false of the files beside it, for which both sides are run on words of the printed "
        "inputs and lengths; or where it states something else than the original and prints the original's "
        "lines. A mutant may be accepted as another claim: a length cut from 17 to 1 is shown, and is "
        "printed as 1. What is accepted without forging has whole certificates in the place of others, so "
        "that seals and hashes fit.",
        "\n".join(
            [
                "| way | mutants | " + " | ".join(OUTCOMES) + " | refused without forging |",
                "|---|---:|" + "---:|" * (len(OUTCOMES) + 1),
                *(
                    f"| {way} | {sum(of('way', way, o) for o in OUTCOMES):,} | "
                    + " | ".join(f"{of('way', way, o):,}" for o in OUTCOMES)
                    + f" | {of('plain', way, 'refused'):,} |"
                    for way in WAYS
                ),
            ]
        ),
        "\n".join(f"- {way}: {(WAYS[way].__doc__ or '').strip()}" for way in WAYS),
        "\n".join(
            [
                "| task | mutants | " + " | ".join(OUTCOMES) + " |",
                "|---|---:|" + "---:|" * len(OUTCOMES),
                *(
                    f"| `{one.task}` | {sum(of('task', one.task, o) for o in OUTCOMES):,} | "
                    + " | ".join(f"{of('task', one.task, o):,}" for o in OUTCOMES)
                    + " |"
                    for one in found
                ),
            ]
        ),
    ]
    return "\n\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
