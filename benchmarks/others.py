"""Open networks that others trained, or benchmarks/others/train.py, and write what came of it as a page.

    python benchmarks/others.py FOLDER [FOLDER ...] [-o benchmarks/OTHERS.md] [--budget SECONDS] [--again]
                                [--words FOLDER]

A folder holds network.json, which says how the network is asked, and weights.safetensors (as train.py writes
them); or it is one of the `bce_*` networks of decompiling_transformers (github lacoco-lab, `saved_models`):
config.json and model.safetensors of the Hugging Face library; or it has the networks of TAYSIR 2023, track 1,
as benchmarks/others/taysir.py says, and `--words` is a folder with their words, 1.N.words: the competition's
1.N.taysir.valid.words, or others in that form. A row is written as soon as it is there, and kept in the
page's .json: what is there already is not opened again.
"""

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass, replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np

import netlift
from netlift.networks import Causal, Drawing, run
from netlift.report import write_whole

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "others"))

from languages import LANGUAGES, machine_of  # noqa: E402  (the folder of this benchmark)
from measured_at import commit  # noqa: E402

FRESH, LONG = 2_000, 100  # words on which the program is held against the network, and their steps at most
TAYSIR = "TAYSIR 2023, track 1"
READ = 16  # steps of the words by which a network of others is read


@dataclass(frozen=True)
class Row:
    """What came of one network; most fields are columns of the page.

    `rule` says whether the machine is that of the language, `right` to which length the network holds it.
    """

    network: str
    kind: str
    wrong: str = ""
    solved: bool = False
    states: int | None = None
    rule: str = ""
    right: str = ""
    agreement: float | None = None
    steps: int = 0
    seconds: float = 0.0
    said: str = ""
    program: str = ""
    commit: str = ""
    seed: int = 0
    cells: tuple[str, ...] = ()  # of a row of TAYSIR, which has other columns

    @property
    def line(self) -> str:
        """The row of the page."""
        if self.cells:
            return f"| {' | '.join(self.cells)} |"
        cells = (
            self.network,
            self.wrong,
            "x" if self.solved else "",
            "" if self.states is None else str(self.states),
            self.rule,
            self.right,
            "" if self.agreement is None else f"{self.agreement:.2%} ({self.steps} steps)",
            f"{self.seconds:.0f}",
            self.said,
        )
        return f"| {' | '.join(cells)} |"


def trained(folder: Path) -> tuple[Causal, list[Any], int, str | None, str, str]:
    """A network of train.py: itself, its symbols, their steps, its domain, its kind, and its errors."""
    from safetensors.torch import load_file

    told = json.loads((folder / "network.json").read_text())
    spec = spec_from_file_location("others_train", Path(__file__).parent / "others" / "train.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.Tiny(told["tokens"], told["units"])
    model.load_state_dict(load_file(folder / "weights.safetensors"))
    network = netlift.from_causal(
        model,
        longest=told["longest"],
        begin=told["begin"],
        positions=told["positions"],
        outputs=told["outputs"],
    )
    domain = "next" if told["outputs"] == "next" else None
    return network, told["symbols"], told["length"], domain, "Transformer, ours", f"{told['wrong']:.2%}"


def decompiled(folder: Path) -> tuple[Causal, list[Any], int, str | None, str, str]:
    """A network of decompiling_transformers, as `trained` has it."""
    symbols = list(LANGUAGES[_language(folder)][0])
    told = json.loads((folder / "config.json").read_text())
    if told["bos_token_id"] != len(symbols):  # the symbols come first, then begin, a separator, end, padding
        raise netlift.InputError(f"{folder.name} has {told['bos_token_id']} symbols; expected {len(symbols)}")
    answers = {**{symbol: token for token, symbol in enumerate(symbols)}, "end": told["eos_token_id"]}
    network = netlift.from_transformers(
        folder,
        symbols=symbols,
        begin=told["bos_token_id"],
        positions=0,
        outputs="next",
        answers=answers,
    )
    return network, symbols, READ, "next", "GPT-2, decompiling_transformers", ""


def _language(folder: Path) -> str:
    return folder.name.removeprefix("bce_").split("-")[0]


def opened(folder: Path, budget: float | None, seed: int) -> Row:
    """The row of one network."""
    take = trained if (folder / "network.json").exists() else decompiled
    network, symbols, length, domain, kind, wrong = take(folder)
    started = time.monotonic()
    result = netlift.lift(
        network, netlift.Alphabet((symbols,), length=length), domain=domain, budget=budget, seed=seed
    )
    row = Row(
        folder.name,
        kind,
        wrong,
        result.solved,
        result.states,
        seconds=time.monotonic() - started,
        said=_said(result),
        program="" if result.program is None else plain(result.program.source),
        commit=commit("OTHERS"),
        seed=seed,
    )
    if result.program is None or result.machine is None or result.network is None:
        return row
    steps, rng, asked = min(LONG, network.longest or LONG), np.random.default_rng([seed, 77]), result.network
    alphabet = result.machine.alphabet
    words = (
        asked.legal_words(FRESH, steps, rng, slips=0.0)
        if isinstance(asked, Drawing)
        else alphabet[rng.integers(len(alphabet), size=(FRESH, steps))]
    )
    answers = run(asked, words)
    row = replace(row, agreement=_whole(answers, result.machine.run(words)), steps=steps)
    if take is trained:
        return row
    truth = machine_of(LANGUAGES[_language(folder)])
    rule = "yes" if truth.difference(result.machine) is None else "no"
    ends = [min(steps, end) for end in (READ, 50, steps)]
    legal = [end for end in ends if (truth.run(words)[:, :end] == answers[:, :end]).all()]
    held = f"all, to {max(legal)}" if legal else f"{_whole(answers, truth.run(words)):.1%}"
    if legal and max(legal) < steps:
        held += f"; {_whole(answers, truth.run(words)):.1%} to {steps}"
    return replace(row, rule=rule, right=held)


def _whole(answers: Any, others: Any) -> float:
    """The share of words that are answered alike at every step."""
    return float((answers == others).all(axis=(1, 2)).mean())


def _said(result: netlift.Result) -> str:
    """The tier of the claim about the network, and why it was not opened."""
    tiers = [f"{one.claim}: {one.words.split(';')[0]}" for one in result.claims]
    told = "; ".join(tiers) if result.solved else "; ".join([result.reason, *tiers])
    return told.replace("|", "/")


def plain(source: str) -> str:
    """A program without its docstring, its comments at the top and what makes it a script."""
    return source.split('"""', 2)[-1].split("# As a script")[0].strip()


def page(rows: list[Row]) -> str:
    """The page."""
    commits = " and ".join(sorted({row.commit for row in rows if row.commit}))
    lines = [
        "# Networks of others",
        "",
        f"Written by `python benchmarks/others.py FOLDER ...` (commit {commits}), each network by one call",
        "of `netlift.lift` with a budget. *Opened*: a program without an error on the words that it was",
        f"checked on. *Fresh words*: {FRESH:,} words of the steps named, drawn anew without a slip: those",
        "on which machine and network agree at every step. *Rule*: whether the machine is that of the",
        "language that the network was trained on, and *network right*: on which of these words the network",
        "itself keeps to it. Claims are shortened; of networks that say what may come next, only words of",
        "symbols count that may, and the machine has a state more for what follows any other symbol.",
        "Seconds are those of a machine on which much other work ran at the same time.",
    ]
    lines += of_taysir([row for row in rows if row.kind == TAYSIR])
    rows = [row for row in rows if row.kind != TAYSIR]
    for kind in dict.fromkeys(row.kind for row in rows):
        part = [row for row in rows if row.kind == kind]
        whole = sum(row.agreement == 1.0 for row in part)
        lines += [
            "",
            f"## {kind}",
            "",
            f"{len(part)} networks: {sum(row.solved for row in part)} opened, {whole} with a machine equal "
            "to the network on all fresh words.",
            "",
            "| network | wrong in training length | opened | states | rule | network right "
            "| fresh words alike | seconds | claims |",
            "|---|---:|:-:|---:|:-:|---|---:|---:|---|",
            *(row.line for row in part),
        ]
    lines += ["", "## Programs"]
    for row in rows:
        if row.program:
            lines += ["", f"`{row.network}`", "", "```python", row.program, "```"]
    return "\n".join(lines) + "\n"


def of_taysir(rows: list[Row]) -> list[str]:
    """The table of the networks of TAYSIR, if there are any."""
    if not rows:
        return []
    rows = sorted(rows, key=lambda row: int(row.network.split(".")[1]))
    return [
        "",
        f"## {TAYSIR}",
        "",
        "Plain arrays, adapters by the three plain methods. The words are those of the competition's files",
        "(of 1.8 and 1.11 the 620 that the winner kept), and only the answer behind END counts; a share of",
        "99.3 % was asked for where nothing is exact (`accept`). *Error*: on words that were kept from",
        "netlift, what it is at most at 95 % confidence, and what it were if the more frequent answer were",
        "always given. The winner's figures are those of its own page,",
        "on the competition's test words, which are not published.",
        "",
        "| network | cell | solved | program | error | at most | one answer alone "
        "| winner: error, states | seconds |",
        "|---|---|:-:|---|---:|---:|---:|---|---:|",
        *(row.line for row in rows),
    ]


def taysir(folder: Path, words: Path | None, rows: dict[str, Row], said: argparse.Namespace) -> None:
    """Open the networks of a folder of TAYSIR for which there are words, one after the other."""
    if words is None:
        raise netlift.InputError(f"{folder} holds the networks of TAYSIR; expected --words FOLDER as well")
    from taysir import opened as open_taysir  # beside languages.py

    for name in json.loads((folder / "table.json").read_text()):
        if (name in rows and not said.again) or not (words / f"{name}.words").exists():
            continue
        found = open_taysir(folder, words, name, said.budget, said.seed)
        rows[name] = Row(
            name, TAYSIR, solved=found.solved, commit=commit("OTHERS"), seed=said.seed, cells=found.cells
        )
        print(rows[name].line, file=sys.stderr, flush=True)
        keep(list(rows.values()), said.output)


def keep(rows: list[Row], output: Path) -> None:
    """Write the page, and the rows beside it."""
    rows = sorted(rows, key=lambda row: (row.kind, row.network))
    write_whole(output.with_suffix(".json"), json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    write_whole(output, page(rows))


def main() -> None:
    """Open the folders one after the other; those that the file of rows has already are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("-o", "--output", type=Path, default=HERE / "OTHERS.md")
    parser.add_argument("--budget", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--words", type=Path, help="the words of TAYSIR")
    parser.add_argument("--again", action="store_true", help="open networks again whose rows are there")
    said = parser.parse_args()
    kept = said.output.with_suffix(".json")
    rows: dict[str, Row] = {}
    if kept.exists():
        rows = {row["network"]: Row(**row) for row in json.loads(kept.read_text())}
    for folder in said.folders:
        if (folder / "table.json").exists():
            taysir(folder, said.words, rows, said)
            continue
        if folder.name in rows and not said.again:
            continue
        try:
            rows[folder.name] = opened(folder, said.budget, said.seed)
        except netlift.InputError as error:
            rows[folder.name] = Row(
                folder.name, "refused", said=str(error), commit=commit("OTHERS"), seed=said.seed
            )
        print(rows[folder.name].line, file=sys.stderr, flush=True)
        keep(list(rows.values()), said.output)
    keep(list(rows.values()), said.output)


if __name__ == "__main__":
    main()
