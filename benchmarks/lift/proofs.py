"""How many of the networks of train.py are proved to be the machine that was read from them?

    python benchmarks/lift/proofs.py NETWORKS FOLDER [--page FILE] [--only NAME,...]

Every network without a mistake on its own length is opened twice, as `netlift lift` does it: as it is, and
with `--snap`, which may make a changed copy for the proof; what is proved of the copy is a claim of its own.
Each opening has a process of its own, stopped after
LIMIT seconds. FOLDER gets NAME.json for each network; a run that was killed goes on where it was.
"""

import json
import multiprocessing
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import click
from languages import LANGUAGES, Ints, Language
from page import FRESH, LONG
from proofs_page import page
from run import EXAMPLES, symbols_of, truth_of, words_of
from stepping import Stepping

import netlift
from netlift.certify import THOROUGH
from netlift.checker import check_file
from netlift.core._threads import use_one_thread
from netlift.networks import run
from netlift.report import write_whole

LIMIT = 180.0  # seconds for opening a network, with or without snapping


def opened(file: Path, snap: bool) -> dict[str, Any]:
    """What `lift` claims of the network as it is, or, with `snap`, of its copy, if there is one."""
    language = LANGUAGES[json.loads(file.with_suffix(".json").read_text())["training"]["task"]]
    examples = words_of(language, EXAMPLES, language.length, 0)
    started = time.monotonic()
    result = netlift.lift(netlift.load_checkpoint(file), examples, seed=0, snap=snap, plugins=THOROUGH)
    seconds = time.monotonic() - started
    row: dict[str, Any] = {
        "tier": None,
        "solved": result.solved,
        "seconds": round(seconds, 2),
        "certify": round(result.seconds.get("certify", 0.0), 2),
        "network": str(result.network),
        "copy": None if result.copy is None else str(result.copy.network),
    }
    claims = {claim.claim: claim for claim in result.claims}
    claim = claims.get("copy = machine") or claims.get("network = machine")
    if claim is None:
        return row
    details = claim.details
    row |= {
        "tier": claim.tier,
        "words": claim.words,
        "change": details.get("change"),
        "agreement": details.get("agreement"),
        "length": details.get("exhaustive_length"),
        "rate": details.get("excluded_rate"),
        "sequences": details.get("sequences"),
        "witness": len(details["witness"]) if "witness" in details else None,
    }
    row["accepted"] = accepted(result, claim.claim)
    if row["change"]:
        row["right"] = {"original": original(file, language), "copy": copied(result, language)}
    return row


def accepted(result: netlift.Result, claim: str) -> bool | None:
    """Whether the independent checker accepts the certificate about network or copy; None: there is none."""
    with tempfile.TemporaryDirectory() as folder:
        result.save(folder)
        verdicts = check_file(Path(folder, "certificate.json"))
    return next((one.failure is None for one in verdicts if one.claim == claim), None)


def original(file: Path, language: Language) -> dict[str, float]:
    """The share of fresh words that the network as it came answers right."""
    network, found = Stepping.load(file, language.symbols), {}
    for name, words in fresh(language).items():
        right = network.run(symbols_of(language, words)) == truth_of(language, words)
        found[name] = float(right.all(axis=1).mean())
    return found


def copied(result: netlift.Result, language: Language) -> dict[str, float]:
    """The share of the same words that the changed copy answers right."""
    assert result.copy is not None
    found = {}
    for name, words in fresh(language).items():
        right = run(result.copy.network, words)[:, :, 0] == truth_of(language, words)
        found[name] = float(right.all(axis=1).mean())
    return found


def fresh(language: Language) -> dict[str, Ints]:
    """Words that no run has seen, of the training length and of ten times it."""
    return {
        "own": words_of(language, FRESH, language.length, language.length),
        "long": words_of(language, LONG, 10 * language.length, 10 * language.length),
    }


def _work(file: Path, snap: bool, answers: Connection) -> None:
    try:
        answers.send(opened(file, snap))
    except Exception as error:  # a fault is a row that says so, not the end of the run
        answers.send(
            {"tier": None, "fault": f"{type(error).__name__}: {error}".replace(f"{file.parent}/", "")}
        )


def within(file: Path, snap: bool) -> dict[str, Any]:
    """The row of `opened`, or one that says that it was stopped."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(file, snap, theirs))
    worker.start()
    theirs.close()
    try:
        if not mine.poll(LIMIT):
            return {"tier": None, "stopped": LIMIT}
        row: dict[str, Any] = mine.recv()
        return row
    except EOFError:
        return {"tier": None, "fault": "the process ended without a word"}
    finally:
        worker.kill()
        worker.join()


def told(row: dict[str, Any]) -> str:
    """A row as a line on the screen."""
    sides = (
        f"{side} {row[side].get('words') or row[side].get('fault') or 'stopped'}"
        for side in ("plain", "snap")
    )
    return f"{row['name']}: {'; '.join(sides)}"


@click.command()
@click.argument("networks", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--page", "page_file", type=click.Path(path_type=Path), help="Write the page there.")
@click.option("--only", help="Parts of names of networks, with commas between.")
def main(networks: Path, folder: Path, page_file: Path | None, only: str | None) -> None:
    """Prove what can be proved of every network in NETWORKS; rows go to FOLDER."""
    use_one_thread()
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for file in sorted(networks.glob("*.safetensors")):
        config = json.loads(file.with_suffix(".json").read_text())
        if config["training"]["accuracy"] < 1.0:
            continue
        if only and not any(part in file.stem for part in only.split(",")):
            continue
        done = folder / f"{file.stem}.json"
        if not done.exists():
            row = {
                "name": file.stem,
                "cell": config["cell"],
                "layers": config["layers"],
                "readout": len(config["readout"]),
                "length": config["training"]["length"],
                "plain": within(file, False),
                "snap": within(file, True),
            }
            write_whole(done, json.dumps(row) + "\n")
        rows.append(json.loads(done.read_text()))
        click.echo(told(rows[-1]))
    if page_file is not None:
        write_whole(page_file, page(rows, LIMIT))


if __name__ == "__main__":
    main()
