"""Does the checker of network certificates refuse every changed one?

    python benchmarks/network_mutations.py FOLDER [-o benchmarks/MUTATIONS.md] [--most N]

FOLDER is what `python benchmarks/snap.py RUN -o FOLDER` wrote: a folder for each task with the proved network
and its certificate. Every certificate is changed in one place at a time, in every field, element and
weight.

Plain: nothing else is changed; each has to be refused. Resealed: a forger computed the seal (and the
digest of the weights) anew, so that only the argument itself stands against him. Such a certificate may be
accepted only if what it claims is still true, for a box may well be a little larger than it has to be; that
is tested by running the changed network beside the changed machine or system. A false claim that is
accepted is a slip.
"""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import click
import numpy as np

from netlift._errors import InputError
from netlift.checker import Mutant, check_network, digest, mutants, read_weights, seal
from netlift.networks import LinearRnn, MlpRnn, run
from netlift.networks._files import WEIGHTS
from netlift.report import write_whole
from netlift.states import Machine

WORDS, STEPS = 64, 12


def resealed(mutant: Mutant) -> Mutant:
    """The mutant with digest and seal computed anew."""
    certificate = dict(mutant.certificate)
    if mutant.where[:1] == ("weights",) and len(mutant.where) > 1:
        certificate["weights"] = digest(mutant.weights)
    if "seal" in certificate:
        certificate["seal"] = seal(certificate)
    return Mutant(mutant.where, mutant.how, certificate, mutant.weights)


def is_true(mutant: Mutant, rng: np.random.Generator) -> bool:
    """Whether the claim of an accepted certificate survives a run on random words."""
    certificate = mutant.certificate
    config = {name: value for name, value in certificate["network"].items() if name != "kind"}
    if certificate["claim"] == "network = machine":
        parts = certificate["machine"]
        machine = Machine(*(np.array(parts[n]) for n in ("alphabet", "transitions", "outputs")))
        network = MlpRnn.restore(config, mutant.weights)
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


def judged(folder: Path, most: int, rng: np.random.Generator) -> Counter[str]:
    """What became of one certificate's mutants."""
    certificate: dict[str, Any] = json.loads((folder / "certificate.json").read_text())
    weights = read_weights((folder / WEIGHTS).read_bytes())
    counts: Counter[str] = Counter(accepted=int(check_network(certificate, weights) is None))
    numbers = sum(1 for _ in mutants(certificate, weights))
    stride = max(1, numbers // most)
    for mutant in mutants(certificate, weights, stride=stride, first=int(rng.integers(stride))):
        counts["mutants"] += 1
        counts["refused"] += check_network(mutant.certificate, mutant.weights) is not None
        forged = resealed(mutant)
        if check_network(forged.certificate, forged.weights) is not None:
            counts["resealed refused"] += 1
        elif is_true(forged, rng):
            counts["resealed true"] += 1
        else:
            counts["slips"] += 1
            click.echo(f"slip: {folder.name} {mutant.where} {mutant.how}")
    return counts


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-o", "output", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--most", default=600, show_default=True, help="Mutants of each certificate, about.")
@click.option("--seed", default=0, show_default=True)
def main(folder: Path, output: Path | None, most: int, seed: int) -> None:
    """Change every certificate in FOLDER in one place at a time, and count what the checker refuses."""
    if most < 1:
        raise InputError(f"--most is {most}, expected at least 1")
    rng = np.random.default_rng(seed)
    names = ["accepted", "mutants", "refused", "resealed refused", "resealed true", "slips"]
    lines = ["| task | " + " | ".join(names) + " |", "|---|" + "---:|" * len(names)]
    total: Counter[str] = Counter()
    begun = time.perf_counter()
    for path in sorted(folder.glob("*/certificate.json")):
        counts = judged(path.parent, most, rng)
        total.update(counts)
        lines.append(f"| `{path.parent.name}` | " + " | ".join(str(counts[name]) for name in names) + " |")
        click.echo(lines[-1])
    lines.append("| **all** | " + " | ".join(f"**{total[name]}**" for name in names) + " |")
    text = "# Mutated certificates\n\nWritten by `python benchmarks/network_mutations.py`.\n\n"
    text += "\n".join(lines) + f"\n\n{time.perf_counter() - begun:.0f} s.\n"
    click.echo(lines[-1])
    if output is not None:
        write_whole(output, text)


if __name__ == "__main__":
    main()
