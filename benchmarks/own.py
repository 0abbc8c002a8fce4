"""Open the networks of benchmarks/others/train_own.py, and write what came of it as a page.

    python benchmarks/own.py NETWORKS [NAME ...] [-o benchmarks/OWN.md] [--seed N] [--again]

Transformers come in by `from_causal`, networks that look both ways by `from_function`, recurrences by the
three plain methods, each with nothing but its symbols and its length. A row is written as soon as it is
there, and kept in the page's .json; what is there already is not opened again.
"""

import argparse
import json
import resource
import statistics
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "others"))

import train_own as own  # noqa: E402  (beside languages.py)
from measured_at import commit  # noqa: E402

import netlift  # noqa: E402
from netlift.report import write_whole  # noqa: E402

FRESH = 20_000  # words on which the program is held against the network
FAMILIES = {
    "Transformer": "Causal Transformers",
    "state space": "State-space models and linear recurrences",
    "bidirectional": "Networks that look both ways",
}


class Recurrent:
    """A stack of recurrent layers by netlift's three methods; the output units go into the state as well."""

    def __init__(self, model: Any) -> None:
        self.model, self.units = model, model.readout.out_features

    def initial_state(self, batch: int) -> tuple[Any, ...]:
        """What each layer starts with, and no answer yet."""
        parts = (part for layer in self.model.start(batch) for part in layer)
        return torch.zeros(batch, self.units), *parts

    @torch.no_grad()
    def next_state(self, hidden: tuple[Any, ...], inputs: Any) -> tuple[Any, ...]:
        """One symbol each, one-hot."""
        parts = iter(hidden[1:])
        shapes = [len(layer) for layer in self.model.start(1)]
        states = [tuple(next(parts) for _ in range(count)) for count in shapes]
        units, states = self.model.step(torch.as_tensor(np.asarray(inputs)).argmax(dim=1), states)
        return units, *(part for layer in states for part in layer)

    def output(self, hidden: tuple[Any, ...]) -> Any:
        """The output units."""
        return hidden[0]

    def vector(self, hidden: tuple[Any, ...]) -> Any:
        """All numbers of the recurrent state."""
        return torch.cat([part.reshape(len(part), -1) for part in hidden[1:]], dim=1).double().numpy()


@dataclass(frozen=True)
class Row:
    """What came of one network."""

    name: str
    family: str
    kind: str
    task: str
    wrong: int
    solved: bool = False
    reader: str = ""
    states: int | None = None
    strategy: str = ""
    unlike: int | None = None  # of FRESH words, those that program and network answer differently
    seconds: float = 0.0  # of processor time
    said: str = ""
    program: str = ""
    commit: str = ""

    @property
    def exact(self) -> bool:
        """Whether `lift` found its program without an error, and it is the network on all fresh words."""
        return self.solved and self.unlike == 0

    @property
    def line(self) -> str:
        """The row of the page."""
        cells = (
            self.kind,
            self.task,
            f"{self.wrong:,}",
            self.reader,
            "" if self.states is None else str(self.states),
            self.strategy,
            "" if self.unlike is None else f"{self.unlike:,}",
            f"{self.seconds:.1f}",
            self.said.replace("|", "/"),
        )
        return f"| {' | '.join(cells)} |"


def asked(model: Any, plan: own.Plan, length: int) -> Any:
    """The network as a user would hand it to `lift`."""
    symbols = own.TASKS[plan.task].symbols
    if plan.family == "Transformer":
        return netlift.from_causal(model, longest=length, symbols=list(range(symbols)), begin=symbols)
    if plan.family == "state space":
        return Recurrent(model)

    @torch.no_grad()
    def function(words: list[Any]) -> list[int]:
        found = [0] * len(words)
        for steps in {len(word) for word in words}:
            at = [place for place, word in enumerate(words) if len(word) == steps]
            units = own.units_of(model, plan, np.array([words[place] for place in at]))
            for place, answer in zip(at, units[:, 0].argmax(dim=1).tolist(), strict=True):
                found[place] = answer
        return found

    return netlift.from_function(function, symbols=list(range(symbols)), longest=length)


def processor() -> float:
    """Seconds of processor time of this process and of those that it waited for."""
    used = [resource.getrusage(one) for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def opened(folder: Path, seed: int) -> Row:
    """The row of one network."""
    plan, told, model = own.load(folder)
    row = Row(folder.name, plan.family, plan.kind, plan.task, told["wrong"], commit=commit("OWN"))
    network, length = asked(model, plan, told["length"]), told["length"]
    alphabet = netlift.Alphabet((list(range(own.TASKS[plan.task].symbols)),), length=length)
    coding = {"input_coding": "one-hot", "output_coding": "classes"} if plan.family == "state space" else {}
    started = processor()
    try:
        result = netlift.lift(network, alphabet, seed=seed, **coding)  # type: ignore[arg-type]
    except netlift.InputError as error:
        return Row(**{**asdict(row), "seconds": processor() - started, "said": f"refused: {error}"})
    found: dict[str, Any] = {"seconds": processor() - started}
    tiers = [f"{one.claim}: {one.words.split(';')[0]}" for one in result.claims]
    found |= {
        "solved": result.solved,
        "reader": result.reader or "",
        "states": result.states,
        "strategy": result.strategy or "",
        "said": "; ".join(tiers if result.solved else [result.reason, *tiers]),
    }
    if result.program is not None:
        source = result.program.source
        found["program"] = source.split('"""', 2)[-1].split("# As a script")[0].strip()
        found["unlike"] = unlike(result.program, model, plan, seed)
    return Row(**{**asdict(row), **found})


@torch.no_grad()
def unlike(program: Any, model: Any, plan: own.Plan, seed: int) -> int:
    """On how many of FRESH words program and network differ, after any symbol or, both ways, at the end."""
    rng, count = np.random.default_rng([seed, 77]), 0
    for _ in range(FRESH // 500):
        words, _ = own.drawn(plan, rng, 500)
        answers = own.units_of(model, plan, words).argmax(dim=2).numpy()
        said = np.array([program(word) for word in words.tolist()])[:, -answers.shape[1] :]
        count += int((said != answers).any(axis=1).sum())
    return count


def page(rows: list[Row]) -> str:
    """The page."""
    perfect = [row for row in rows if row.wrong == 0]
    exact = [row for row in perfect if row.exact]
    kinds = {own.TASKS[row.task].kind for row in rows}
    seconds = statistics.median(row.seconds for row in perfect) if perfect else 0.0
    share = f" ({len(exact) / len(perfect):.0%})" if perfect else ""
    commits = " and ".join(sorted({row.commit for row in rows if row.commit}))
    left = [f"{row.kind} on {row.task} ({row.said})" for row in perfect if not row.exact]
    lines = [
        "# Transformers, state-space models and networks that look both ways",
        "",
        f"Written by `python benchmarks/own.py NETWORKS` (commit {commits}), on networks that",
        "`benchmarks/others/train_own.py` trained, which imports nothing of netlift. Each was opened by one",
        "call of `netlift.lift` that was told the symbols and the length, without examples or a budget.",
        f"*Wrong*: of {own.TESTED:,} fresh sequences of their length (where only the answer at the end",
        "counts: of any length up to it), those on which the network breaks the rule it was trained on.",
        f"*Unlike*: of {FRESH:,} others, drawn as for training, those on which the program that was found",
        "and the network differ. *Opened exactly*: `lift` found no error of its program either, on its own",
        "words. *Seconds* of processor time, child processes included. Claims are about longer words as well",
        "where the network takes them, on which nobody trained it.",
        "",
        f"{len(rows)} of {len(own.PLAN)} networks, on tasks of {len(kinds)} kinds;",
        f"{len(perfect)} are without an error. Of these {len(exact)} are opened exactly{share};",
        f"median {seconds:.1f} s.",
        *(["", "Not opened exactly: " + "; ".join(left) + "."] if left else []),
    ]
    for family, title in FAMILIES.items():
        part = [row for row in rows if row.family == family]
        if not part:
            continue
        whole = [row for row in part if row.wrong == 0]
        lines += [
            "",
            f"## {title}",
            "",
            f"{len(part)} networks, {len(whole)} without an error, {sum(row.exact for row in whole)} of these"
            " opened exactly.",
            "",
            "| kind | task | wrong | reader | states | program by | unlike | seconds | claims |",
            "|---|---|---:|---|---:|---|---:|---:|---|",
            *(row.line for row in part),
        ]
    lines += ["", "## Programs"]
    for row in rows:
        if row.program:
            lines += ["", f"`{row.name}`", "", "```python", row.program, "```"]
    return "\n".join(lines) + "\n"


def keep(rows: list[Row], output: Path) -> None:
    """Write the page, and the rows beside it."""
    rows = sorted(rows, key=lambda row: list(own.PLAN).index(row.name))
    write_whole(output.with_suffix(".json"), json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    write_whole(output, page(rows))


def main() -> None:
    """Open the networks of the folder one after the other; those that the file of rows has are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("-o", "--output", type=Path, default=HERE / "OWN.md")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--again", action="store_true", help="open networks again whose rows are there")
    said = parser.parse_args()
    torch.set_num_threads(1)
    kept = said.output.with_suffix(".json")
    rows = {row["name"]: Row(**row) for row in json.loads(kept.read_text())} if kept.exists() else {}
    for name in said.names or own.PLAN:
        folder = said.networks / name
        if not (folder / "network.json").exists() or (name in rows and not said.again):
            continue
        rows[name] = opened(folder, said.seed)
        print(rows[name].line, file=sys.stderr, flush=True)
        keep(list(rows.values()), said.output)


if __name__ == "__main__":
    main()
