"""Does the independent checker refuse certificates in which one thing is changed?

    python benchmarks/mutations.py FOLDER [-o benchmarks/MUTATIONS.md] [--count 10000] [--seed 0]

FOLDER is what `netlift bench -o FOLDER` wrote. First every certificate has to be accepted. Then COUNT
mutants are made, each of one certificate with one thing changed: the certificates take turns, the field is
drawn evenly over the certificate's fields (a list of lists of numbers is one field, and so is an array of
weights), the element evenly over the field's, and the change evenly over those that its kind allows.

Each mutant is judged twice. Plain: nothing else is changed; it has to be refused. Resealed: a forger
computed the seal and all other digests anew, so that the argument itself stands against him. Then it may be
accepted only if what it claims is still true, for a box may be a little larger than it has to be, and
a program may hold another comment; both sides are run on words to see that. A false claim that is accepted,
or a plain mutant that is, is a slip, and the exit code is 1.
"""

import itertools
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from netlift._errors import InputError
from netlift.checker import (
    PROGRAM_FORMAT,
    Mutant,
    Runner,
    check_network,
    check_program,
    digest,
    drawn_mutants,
    read_weights,
    seal,
    side_digest,
)
from netlift.networks import LinearRnn, MlpRnn, Quantised, file_names, run
from netlift.program import parse_program
from netlift.report import write_whole
from netlift.states import Machine

Certificate = Mapping[str, Any]

WORDS, STEPS = 64, 12  # random words on which an accepted claim is tried
SHORT = 500  # words of one length up to which all are tried


@dataclass(frozen=True)
class Case:
    """One certificate, and the weights that it is about."""

    task: str
    certificate: dict[str, Any]
    weights: dict[str, Any]


def refusal(certificate: Certificate, weights: Mapping[str, Any]) -> str | None:
    """What the checker says: None where it accepts."""
    if weights:
        return check_network(certificate, weights)
    return check_program(certificate)


def resealed(mutant: Mutant) -> Mutant:
    """The mutant with all digests but a changed one computed anew."""
    if not isinstance(mutant.certificate, dict):
        return mutant
    certificate = dict(mutant.certificate)
    if mutant.where[:1] == ("weights",) and len(mutant.where) > 1:
        certificate["weights"] = digest(mutant.weights)
    for name in ("left", "right", "domain"):
        side = certificate.get(name)
        if isinstance(side, dict) and "sha256" in side and mutant.where != (name, "sha256"):
            try:
                certificate[name] = {**side, "sha256": side_digest(side)}
            except (AttributeError, KeyError):  # a source that is none
                continue
    if "seal" in certificate:
        certificate["seal"] = seal(certificate)
    return Mutant(mutant.where, mutant.how, certificate, mutant.weights)


def is_true(mutant: Mutant, rng: np.random.Generator) -> bool:
    """Whether the claim of an accepted certificate survives a run on short and on random words."""
    certificate = mutant.certificate
    if certificate["format"] == PROGRAM_FORMAT:
        return _programs_agree(certificate, rng)
    config = {name: value for name, value in certificate["network"].items() if name != "kind"}
    if certificate["tier"] == "exhaustive":
        return _agrees_up_to(certificate, MlpRnn.restore(config, mutant.weights), rng)
    if certificate["claim"] in ("network = machine", "copy = machine"):
        parts = certificate["machine"]
        machine = Machine(*(np.array(parts[n]) for n in ("alphabet", "transitions", "outputs")))
        kind = Quantised if "codes" in certificate else MlpRnn
        network = kind.restore(config, mutant.weights)
        words = machine.alphabet[rng.integers(len(machine.alphabet), size=(WORDS, STEPS))]
        return bool((run(network, words) == machine.run(words)).all())
    linear = LinearRnn.restore(config, mutant.weights)
    other = LinearRnn(
        {name: np.array(part, dtype=np.float64) for name, part in certificate["system"].items()},
        linear.alphabets,
    )
    ranges = certificate["domain"]
    words = np.stack([rng.integers(low, high + 1, size=(WORDS, STEPS)) for low, high in ranges], axis=-1)
    if linear.alphabets is not None:
        streams = [np.array(a)[rng.integers(len(a), size=(WORDS, STEPS))] for a in linear.alphabets]
        words = np.stack(streams, axis=-1)
    return bool((run(linear, words) == run(other, words)).all())


def _agrees_up_to(certificate: Certificate, network: MlpRnn, rng: np.random.Generator) -> bool:
    """Whether the network answers as the system on random words of the stated length."""
    alphabet = np.array(certificate["alphabet"])
    words = alphabet[rng.integers(len(alphabet), size=(WORDS, certificate["length"]))]
    system = Runner(certificate["system"], None)
    for word, said in zip(words.tolist(), run(network, words).tolist(), strict=True):
        state = system.start()
        for symbol, mine in zip(word, said, strict=True):
            state, answers = system.step(state, symbol)
            wanted = list(answers[0]) if isinstance(answers[0], tuple) else [answers[0]]
            if mine != wanted:
                return False
    return True


def _programs_agree(certificate: Certificate, rng: np.random.Generator) -> bool:
    """The same of a claim about a program: Python itself runs the program."""
    if certificate["tier"] == "refuted":
        return True  # its word was run by the checker itself
    program = parse_program(certificate["right"]["source"])
    if certificate["left"]["kind"] == "program":
        other: Callable[[list[Any]], Any] = parse_program(certificate["left"]["source"])
    else:
        left = Runner(certificate["left"], None)

        def other(inputs: list[Any]) -> Any:
            state, answers = left.start(), []
            for symbol in inputs:
                state, said = left.step(state, list(symbol) if isinstance(symbol, tuple) else [symbol])
                if said == "error":
                    raise ValueError("as the checker calls every error")
                answers += said
            return answers

    for word in _words(certificate["domain"], rng):
        found, wanted = _answer(program, _inputs(word)), _answer(other, _inputs(word))
        if json.dumps(found) != json.dumps(wanted):
            return False
    return True


def _answer(program: Callable[[list[Any]], Any], inputs: list[Any]) -> Any:
    """What it answers; two that stop with an error on the same inputs agree."""
    try:
        return program(inputs)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return "error"


def _inputs(word: list[tuple[Any, ...]]) -> list[Any]:
    return [symbol[0] if len(symbol) == 1 else symbol for symbol in word]


def _words(domain: Certificate, rng: np.random.Generator) -> Iterator[list[tuple[Any, ...]]]:
    """All words of the first lengths, and random ones."""
    if "listed" in domain:
        symbols = [tuple(row) for row in domain["listed"]]
    else:
        streams: list[list[Any]] = []
        for stream in domain["streams"]:
            if "symbols" in stream:
                streams.append(stream["symbols"])
                continue
            low = stream["low"] if stream["low"] is not None else (stream["high"] or 0) - 1_000
            high = stream["high"] if stream["high"] is not None else low + 2_000
            streams.append(sorted({low, high, *rng.integers(low, high + 1, size=20).tolist()}))
        symbols = list(itertools.islice(itertools.product(*streams), 4_096))
    length = 1
    while len(symbols) ** length <= SHORT and length <= STEPS:
        yield from (list(word) for word in itertools.product(symbols, repeat=length))
        length += 1
    for _ in range(WORDS):
        yield [symbols[place] for place in rng.integers(len(symbols), size=STEPS)]


def judged(mutant: Mutant, rng: np.random.Generator) -> tuple[str, str]:
    """What becomes of a mutant, plain and resealed: "refused", "true", "same" or "slip"."""
    plain = "slip" if refusal(mutant.certificate, mutant.weights) is None else "refused"
    if mutant.where == ("seal",):
        return plain, "same"
    forged = resealed(mutant)
    if refusal(forged.certificate, forged.weights) is not None:
        return plain, "refused"
    return plain, "true" if is_true(forged, rng) else "slip"


def cases(folder: Path) -> Iterator[Case]:
    """All certificates under a benchmark's folder."""
    for file in sorted(folder.glob("*/certificate.json")):
        for certificate in json.loads(file.read_text())["certificates"]:
            about_program = certificate["format"] == PROGRAM_FORMAT
            beside = file_names(certificate["claim"].partition(" = ")[0])[0]  # the network's or the copy's
            weights = {} if about_program else read_weights((file.parent / beside).read_bytes())
            yield Case(file.parent.name, certificate, weights)


def field(mutant: Mutant) -> str:
    """Where a mutant differs, without places in lists: the name of a field, or of weights."""
    names = [part for part in mutant.where if isinstance(part, str)]
    return " ".join(names) or "fields of the certificate"


COLUMNS = ("accepted", "mutants", "refused", "resealed: refused", "resealed: still true", "slips")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-o", "output", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--count", default=10_000, show_default=True, help="Mutants in all.")
@click.option("--seed", default=0, show_default=True)
def main(folder: Path, output: Path | None, count: int, seed: int) -> None:
    """Change the certificates in FOLDER in one place at a time, and count what the checker refuses."""
    found = list(cases(folder))
    if not found or count < 1:
        raise InputError(f"{folder} holds no certificate, or --count {count} is not positive")
    begun = time.perf_counter()
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    fields: defaultdict[str, Counter[str]] = defaultdict(Counter)
    slips: list[str] = []
    for case in found:
        counts[case.task]["accepted"] += refusal(case.certificate, case.weights) is None
        counts[case.task]["certificates"] += 1
    accepted = sum(one["accepted"] for one in counts.values())
    click.echo(f"{accepted} of {len(found)} accepted in {time.perf_counter() - begun:.0f} s")
    rng = np.random.default_rng(seed)
    for number, case in enumerate(found):
        share = count // len(found) + (number < count % len(found))
        for mutant in itertools.islice(drawn_mutants(case.certificate, case.weights, rng), share):
            plain, forged = judged(mutant, rng)
            outcome = {"true": "resealed: still true", "refused": "resealed: refused"}.get(forged, forged)
            for counter in (counts[case.task], fields[f"{case.certificate['format']}: {field(mutant)}"]):
                counter.update({"mutants": 1, "refused": int(plain == "refused"), outcome: 1})
                counter["slips"] += "slip" in (plain, forged)
            if "slip" in (plain, forged):
                slips.append(f"{case.task}: {mutant.where} {mutant.how}")
                click.echo(f"slip: {slips[-1]}")
    total = Counter[str]()
    for one in counts.values():
        total.update(one)
    seconds = time.perf_counter() - begun
    said = (
        f"{accepted} of {len(found)} certificates accepted; {total['refused']:,} of {total['mutants']:,} "
        f"mutants refused as they are; with all digests forged {total['resealed: refused']:,} refused, "
        f"{total['resealed: still true']:,} accepted whose claim is still true; {len(slips)} slipped through"
    )
    click.echo(f"{said}; {seconds:.0f} s")
    if output is not None:
        write_whole(output, page(said, seed, len(found), counts, fields, seconds))
    sys.exit(1 if slips or accepted < len(found) else 0)


def page(
    said: str,
    seed: int,
    certificates: int,
    counts: Mapping[str, Counter[str]],
    fields: Mapping[str, Counter[str]],
    seconds: float,
) -> str:
    """MUTATIONS.md."""
    accepted = [name for name, one in sorted(fields.items()) if one["resealed: still true"]]
    lines = [
        "# Mutated certificates",
        "",
        f"Written by `python benchmarks/mutations.py FOLDER --seed {seed}` on the {certificates} "
        f"certificates of a run of `netlift bench`, in {seconds:.0f} s.",
        "",
        f"**{said}.**",
        "",
        "A mutant is one certificate with one thing changed, drawn evenly over certificates and fields. It "
        "is judged twice: as it is, and with its seal and all other digests computed anew, as a forger "
        "would. In the second case only the argument stands against it, and it may be accepted where what it "
        "claims is still true; both sides are run on words to see that.",
        "",
        "| task | certificates | " + " | ".join(COLUMNS) + " |",
        "|---|---:|" + "---:|" * len(COLUMNS),
    ]
    for task, one in counts.items():
        figures = [one[name] for name in ("certificates", *COLUMNS)]
        lines.append(f"| `{task}` | " + " | ".join(map(str, figures)) + " |")
    lines += ["", "Fields in which a forged change may leave the claim true, and how many did:", ""]
    lines += [
        f"- {name}: {fields[name]['resealed: still true']} of {fields[name]['mutants']}" for name in accepted
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
