"""Do netlift's two evaluators of programs mean what CPython means? Counts, on a page.

    python benchmarks/semantics/run.py FOLDER [-o benchmarks/SEMANTICS.md] [--programs N] [--pairs N]

Three trials. The table: every operation of the language on every pair of small values of every kind (three
values where it has three places), in CPython and in both evaluators. Random programs, on three words each.
Pairs: a program and one with one thing changed, given to the prover; where it says "proved", and where the
checker accepts what a forger writes with the checker's own steps, CPython has to answer alike on all short
words and on random ones.

The work is done in chunks, which FOLDER keeps, so that a run that was stopped goes on. `--part I/N` does
every N-th chunk only. The exit code is 1 if anything disagrees.
"""

import itertools
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import drawn  # noqa: E402
import table  # noqa: E402

CHUNK = 500  # programs
PAIRS = 50  # pairs of a chunk
CASES = 40_000  # cases of the table in a chunk
SHORT = 5  # length up to which all words are tried for a pair that is said to be equal

Counts = dict[str, Any]


def table_chunk(place: int, seed: int) -> Counts:
    """One chunk of the table's cases."""
    asked = list(itertools.islice(table.cases(), place * CASES, (place + 1) * CASES))
    truth = table.by_python(asked, str(HERE))
    counts: Counter[str] = Counter()
    wrong = []
    for case, right in zip(asked, truth, strict=True):
        error = right.startswith("!")
        counts["python raises" if error else "python answers"] += 1
        for side, evaluate in (("prover", table.by_prover), ("checker", table.by_checker)):
            found = evaluate(case)
            word = "refuses" if found is None else "agrees" if found == right else "disagrees"
            counts[f"{side} {word}"] += 1
            counts[f"{side} {word} | {table.OPERATIONS[case[0]]}"] += 1
            if word == "disagrees":
                wrong.append([table.OPERATIONS[case[0]], [table.LITERALS[i] for i in case[1]], right, found])
    return {"counts": counts, "wrong": wrong}


def program_chunk(place: int, seed: int) -> Counts:
    """One chunk of random programs."""
    rng = random.Random(f"{seed} programs {place}")
    counts: Counter[str] = Counter()
    wrong = []
    asked = []
    for _ in range(CHUNK):
        source, streams = drawn.draw(rng)
        asked.append((source, drawn.words(streams, rng, 3, 5)))
    for (source, words), right in zip(asked, drawn.by_python(asked), strict=True):
        mine, names = drawn.by_prover(source, words)
        theirs = drawn.by_checker(source, words, names)
        counts["programs"] += 1
        for one in right:
            counts["call " + ("raises" if isinstance(one, str) else "answers")] += 1
        names_of = None if mine is theirs is None else set(drawn.constructs(source))
        for side, found in (("prover", mine), ("checker", theirs)):
            word = "refuses" if found is None else "agrees" if drawn.agree(right, found) else "disagrees"
            counts[f"{side} {word}"] += 1
            if word == "disagrees":
                wrong.append([source, words, right, found])
            if found is not None and names_of is not None:
                counts.update(f"{side} {word} | {name}" for name in names_of)
    return {"counts": counts, "wrong": wrong}


def pair_chunk(place: int, seed: int) -> Counts:
    """One chunk of pairs of programs."""
    from netlift.certify import Domain, _prove, prove_equal
    from netlift.certify._program_system import ProgramSystem
    from netlift.certify._symbolic import Unsupported
    from netlift.checker import check_program
    from netlift.core._errors import InputError

    rng = random.Random(f"{seed} pairs {place}")
    _prove.TESTS, _prove.SMALL, _prove.LARGE = 20, (150, 1_500), (300, 2_000)  # what is tested is no proof
    counts: Counter[str] = Counter()
    wrong = []
    for _ in range(PAIRS):
        small = rng.random() < 0.7
        source, streams = drawn.draw(rng, small=small)
        other = drawn.mutated(source, rng) if rng.random() < 0.8 else drawn.draw(rng, small=small)[0]
        if f"for {'x, v' if len(streams) > 1 else 'x'} in" not in other:
            continue
        words = [list(map(list, w)) for n in range(1, SHORT + 1) for w in _all(streams, n)]
        words += drawn.words(streams, rng, 20, 15)
        left, right = drawn.by_python([(source, words), (other, words)])
        same = all(
            one == two or "late" in (one, two) or (isinstance(one, str) and isinstance(two, str))
            for one, two in zip(left, right, strict=True)
        )
        counts["pairs"] += 1
        counts["python tells apart" if not same else "python does not tell apart"] += 1
        domain = Domain(tuple(tuple(stream) for stream in streams))
        try:
            proof = prove_equal(
                ProgramSystem(source), ProgramSystem(other), domain, claim="program = specification"
            )
            counts[f"prover says {proof.claim.tier}"] += 1
            if proof.claim.tier == "proved":
                accepted = (
                    not proof.checkable or check_program(json.loads(json.dumps(proof.certificate))) is None
                )
                counts["certificate accepted" if accepted else "certificate refused"] += 1
                if not same or not accepted:
                    wrong.append([source, other, proof.claim.tier, accepted])
        except (InputError, Unsupported):
            counts["prover refuses"] += 1
        forged = _forged(source, other, domain)
        if forged is None:
            counts["no forgery to be made"] += 1
        elif check_program(forged) is not None:
            counts["forgery refused"] += 1
        else:
            counts["forgery accepted, and true" if same else "forgery accepted, and false"] += 1
            if not same:
                wrong.append([source, other, "forged", True])
    return {"counts": counts, "wrong": wrong}


def _all(streams: list[list[Any]], length: int) -> Iterator[Any]:
    joint = list(itertools.product(*streams))
    return itertools.islice(itertools.product(joint, repeat=length), 120)


def _forged(source: str, other: str, domain: Any) -> dict[str, Any] | None:
    """A certificate that the two are equal, as the checker's own steps have it; None where they do not."""
    from netlift.checker import PROGRAM_FORMAT, Runner, seal_of, side_digest
    from netlift.checker._domain import Domain
    from netlift.checker._finite import _key, _pair
    from netlift.checker._language import Step
    from netlift.checker._syntax import Refused

    facts = {**domain.facts(), "sha256": side_digest(domain.facts())}
    sides, runners = [], []
    try:
        for text in (source, other):
            program: dict[str, Any] = {"kind": "program", "source": text}
            sides.append({**program, "sha256": side_digest(program)})
            step = Step(text)
            runners.append(Runner(sides[-1], sorted({*step._first, *step._stored})))
        states = [(runners[0].start(), runners[1].start())]
        known, steps = {_key(states[0])}, 0
        for pair in states:
            for symbol in Domain(facts).symbols():
                steps += 1
                after, said = runners[0].step(pair[0], symbol)
                later, answered = runners[1].step(pair[1], symbol)
                if said != answered or len(states) > 150:
                    return None
                if said != "error" and _key((after, later)) not in known:
                    known.add(_key((after, later)))
                    states.append((after, later))
    except Refused:
        return None
    certificate = {
        "format": PROGRAM_FORMAT, "claim": "program = specification", "tier": "proved", "left": sides[0],
        "right": sides[1], "domain": facts,
        "argument": {"kind": "product", "pairs": [_pair(one) for one in states], "steps": steps},
    }  # fmt: skip
    return json.loads(json.dumps({**certificate, "seal": seal_of(certificate)}))  # type: ignore[no-any-return]


TRIALS: dict[str, Callable[[int, int], Counts]] = {
    "table": table_chunk, "programs": program_chunk, "pairs": pair_chunk,
}  # fmt: skip


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("-o", "page", type=click.Path(path_type=Path))
@click.option("--programs", default=100_000)
@click.option("--pairs", default=3_000)
@click.option("--seed", default=0)
@click.option("--part", default="0/1", help="Which chunks: every N-th from the I-th, as I/N.")
@click.option("--so-far", is_flag=True, help="Run nothing: the page of the chunks that are there.")
def main(
    folder: Path, page: Path | None, programs: int, pairs: int, seed: int, part: str, so_far: bool
) -> None:
    """Run the chunks that are missing, and write the page if all are there."""
    drawn.parse_once()
    folder.mkdir(parents=True, exist_ok=True)
    amounts = {
        "table": -(-sum(1 for _ in table.cases()) // CASES),
        "programs": -(-programs // CHUNK),
        "pairs": -(-pairs // PAIRS),
    }
    mine, parts = map(int, part.split("/"))
    names = [(trial, place) for trial, amount in amounts.items() for place in range(amount)]
    for number, (trial, place) in enumerate(names):
        file = folder / f"{trial}_{seed}_{place}.json"
        if number % parts == mine and not file.exists() and not so_far:
            start = time.perf_counter()
            found = TRIALS[trial](place, seed)
            file.write_text(json.dumps(found))
            click.echo(f"{trial} {place}: {time.perf_counter() - start:.1f} s, {len(found['wrong'])} wrong")
    total = {trial: Counter[str]() for trial in TRIALS}
    wrong = 0
    for trial, place in names:
        file = folder / f"{trial}_{seed}_{place}.json"
        if not file.exists():
            if so_far:
                continue
            click.echo(f"{file.name} is missing")
            sys.exit(0)
        found = json.loads(file.read_text())
        total[trial].update(found["counts"])
        wrong += len(found["wrong"])
    if page is not None:
        page.write_text(written(total, seed), encoding="utf-8")
    sys.exit(1 if wrong else 0)


def written(total: dict[str, Counter[str]], seed: int) -> str:
    """The page."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, cwd=HERE, capture_output=True, text=True, check=False).stdout.strip()
    lines = [
        "# Do the evaluators mean what CPython means?",
        "",
        f"Written by `python benchmarks/semantics/run.py FOLDER -o benchmarks/SEMANTICS.md` (seed {seed}, "
        f"CPython {sys.version.split()[0]}, commit {commit}). Proofs about programs rest on two evaluators, "
        "netlift's own and the independent checker's. Either does what CPython does, result (value and type) "
        'or exception, or it refuses, and then nothing is proved. Anything under "disagrees" is a hole.',
        "",
        "## Every operation on every pair of kinds",
        "",
        f"{len(table.OPERATIONS)} operations, methods, functions and comparisons, each on all of "
        f"{len(table.VALUES)} small values (two places: all pairs; three places: all triples of "
        f"{len(table.FEW)}). CPython answers {total['table']['python answers']:,} of these cases and raises "
        f"an exception in {total['table']['python raises']:,}.",
        "",
        "| | agrees | refuses | disagrees |",
        "|---|---|---|---|",
        *(_row(side, total["table"], side) for side in ("prover", "checker")),
        "",
        "## Random programs",
        "",
        f"{total['programs']['programs']:,} programs, each called on three words of one to five steps; "
        f"CPython answers {total['programs']['call answers']:,} of the calls and raises an exception in "
        f"{total['programs']['call raises']:,}. Two streams are given as tuples and as lists.",
        "",
        "| | agrees | refuses | disagrees |",
        "|---|---|---|---|",
        *(_row(side, total["programs"], side) for side in ("prover", "checker")),
        "",
        "## Pairs of programs",
        "",
        "A program and the same with one thing changed, or another one. CPython runs both on all words of up "
        f"to {SHORT} steps (the first 120 of each length) and on 20 random ones. A forgery is a certificate "
        "written with the checker's own steps. None may be accepted that CPython tells to be false.",
        "",
        "| | pairs |",
        "|---|---|",
        *(f"| {name} | {count:,} |" for name, count in sorted(total["pairs"].items())),
        "",
        "## By operation, in the table",
        "",
        "| operation | prover agrees | refuses | disagrees | checker agrees | refuses | disagrees |",
        "|---|---|---|---|---|---|---|",
        *(_both(text, total["table"]) for text in dict.fromkeys(table.OPERATIONS)),
        "",
        "## By construct, in the random programs that were not refused",
        "",
        "| construct | prover agrees | disagrees | checker agrees | disagrees |",
        "|---|---|---|---|---|",
    ]
    found = sorted({name.split(" | ")[1] for name in total["programs"] if " | " in name})
    for name in found:
        cells = [
            total["programs"][f"{side} {word} | {name}"]
            for side in ("prover", "checker")
            for word in ("agrees", "disagrees")
        ]
        lines.append(f"| `{name}` | {' | '.join(f'{cell:,}' for cell in cells)} |")
    return "\n".join([*lines, ""])


def _row(name: str, counts: Counter[str], side: str) -> str:
    cells = [f"{counts[f'{side} {word}']:,}" for word in ("agrees", "refuses", "disagrees")]
    return f"| {name} | {' | '.join(cells)} |"


def _both(text: str, counts: Counter[str]) -> str:
    cells = [
        counts[f"{side} {word} | {text}"]
        for side in ("prover", "checker")
        for word in ("agrees", "refuses", "disagrees")
    ]
    shown = text.replace("\n", "; ").replace("|", "\\|")
    return f"| `{shown}` | {' | '.join(f'{cell:,}' for cell in cells)} |"


if __name__ == "__main__":
    main()
