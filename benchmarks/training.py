"""How soon a network is right: netlift's ensembles beside a plain PyTorch loop, on tasks that need gradient.

    python benchmarks/training.py FOLDER [--most SECONDS] [--seeds 0,1,2] [--page benchmarks/TRAINING.md]

Both see the same sequences, 45,000 of a task of the benchmark, and stop at the first network that answers all
of the same 5,000 others. netlift: the ladder of perceptrons that `distill` trains (whose first network right
on all of its own thousand held-out sequences is tried on the 5,000; if it errs, the next). PyTorch: what most
people would write, one `nn.GRU` of 64 units with a linear readout, Adam, batches of 4,096, cross entropy over
the values of the outputs; and the same under `torch.compile` with --compiled. Seconds by the clock on one
thread each, without imports and compiling; a side that is not there after --most seconds has none.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import numpy as np

from netlift.report import write_whole

TASKS = (
    "binary_addition",
    "base_3_addition",
    "parity_all",
    "add_mod_3",
    "add_mod_5",
    "div_3",
    "div_5",
    "max_seen",
    "majority_0_2",
    "bit_palindrome",
)
SIDES = ("netlift", "PyTorch", "compiled")
TRAIN, HELD_OUT, BATCH, UNITS, RATE = 45_000, 5_000, 4_096, 64, 3e-3
EVERY = 20  # steps of the PyTorch loop between looks at the held-out sequences
THREADS = ("NETLIFT_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
Row = dict[str, Any]


def by_netlift(task: str, seed: int) -> Row:
    """The first network of the ladder that is right on all sequences it did not see."""
    from netlift.core._clock import Clock
    from netlift.core._progress import Recorder, Silent
    from netlift.data import from_arrays
    from netlift.networks import run
    from netlift.trainers import HELD_OUT as QUICK
    from netlift.trainers import Ladder, Training

    inputs, targets, others, answers = sequences(task, seed)
    for number in range(2):  # the first time, on a few, so that loops are compiled
        few = slice(None, None if number else 2_000)
        train, quick = (
            from_arrays(inputs[few][QUICK:], targets[few][QUICK:]),
            from_arrays(inputs[:QUICK], targets[:QUICK]),
        )
        started = time.monotonic()
        for found in Ladder().train(Training(train, quick, seed, Clock(), Recorder(Silent()))):
            if not number:
                break
            if found is not None and (run(found.network, others) == answers).all():
                return {"seconds": time.monotonic() - started, "network": str(found.network)}
    return {}


def by_torch(task: str, seed: int, compiled: bool) -> Row:
    """A GRU in the usual loop, until it is right on all sequences it did not see."""
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    inputs, targets, others, answers = sequences(task, seed)
    values = [np.unique(np.concatenate([targets, answers])[:, :, k]) for k in range(targets.shape[2])]
    low, high = int(min(inputs.min(), others.min())), int(max(inputs.max(), others.max()))
    middle, half = (low + high) / 2, max(1.0, (high - low) / 2)

    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn = torch.nn.GRU(inputs.shape[2], UNITS, batch_first=True)
            self.readout = torch.nn.Linear(UNITS, sum(map(len, values)))

        def forward(self, x: Any) -> Any:
            return self.readout(self.rnn(x)[0])

    def units(words: Any) -> Any:
        return torch.tensor((words - middle) / half, dtype=torch.float32)

    def places(told: Any) -> Any:
        return torch.tensor(
            np.stack([np.searchsorted(v, told[:, :, k]) for k, v in enumerate(values)], axis=2)
        )

    net = Net()
    step = torch.compile(net) if compiled else net
    adam = torch.optim.Adam(net.parameters(), lr=RATE)
    x, y, unseen, wanted = units(inputs), places(targets), units(others), places(answers)
    cuts = [len(v) for v in values]
    if compiled:
        step(x[:BATCH])  # compiles
    drawn, started, count = np.random.default_rng(seed), time.monotonic(), 0
    while True:
        for _ in range(EVERY):
            rows = torch.tensor(drawn.integers(0, len(x), BATCH))
            scores = torch.split(step(x[rows]), cuts, dim=2)
            loss = sum(
                torch.nn.functional.cross_entropy(one.flatten(0, 1), y[rows][:, :, k].flatten())
                for k, one in enumerate(scores)
            )
            adam.zero_grad()
            loss.backward()
            adam.step()
            count += 1
        with torch.no_grad():
            told = torch.stack([one.argmax(dim=2) for one in torch.split(net(unseen), cuts, dim=2)], dim=2)
        if bool((told == wanted).all()):
            return {"seconds": time.monotonic() - started, "network": f"GRU of {UNITS} units, {count} steps"}


def sequences(task: str, seed: int) -> Any:
    """Inputs and targets to learn from, and others."""
    from netlift.bench import TASKS as KNOWN

    drawn = KNOWN[task].sequences(TRAIN + HELD_OUT, np.random.default_rng([seed, 7]))
    inputs, targets = drawn.inputs, drawn.targets
    return inputs[:TRAIN], targets[:TRAIN], inputs[TRAIN:], targets[TRAIN:]


def measured(side: str, task: str, seed: int, folder: Path, most: float) -> Row:
    """One side on one task, in a process of its own, or from an earlier run."""
    kept = folder / f"{side}_{task}_{seed}.json"
    if kept.exists():
        row: Row = json.loads(kept.read_text())
        return row
    command = [sys.executable, str(Path(__file__).resolve()), str(folder), "--one", side, task, str(seed)]
    environment = {**os.environ, **dict.fromkeys(THREADS, "1")}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=most + 30, check=False
        )
        said = done.stderr.strip().rpartition("\n")[2]
        row = json.loads(done.stdout) if done.returncode == 0 else {"failed": said}
    except subprocess.TimeoutExpired:
        row = {}
    if row.get("seconds", 0.0) > most:
        row = {}
    kept.write_text(json.dumps(row) + "\n")
    return row


def page(rows: dict[tuple[str, str, int], Row], seeds: list[int], sides: list[str], most: float) -> str:
    """A line a task: the median over the seeds of each side, and how many times faster netlift is."""
    tasks = list(dict.fromkeys(task for _, task, _ in rows))
    lines = [
        "# Training: until a network is right",
        "",
        f"Written by `python benchmarks/training.py`: seconds to the first network without error on "
        f"{HELD_OUT:,} unseen sequences, the median of seeds {', '.join(map(str, seeds))}, on one thread of "
        f"{platform.machine()}, Python {platform.python_version()}. netlift: the ladder of perceptrons of "
        f"`distill`. PyTorch: one GRU of {UNITS} units, Adam (rate {RATE}), batches of {BATCH:,}. Over "
        f"{most:.0f} s nothing is waited for, and a ratio is then at least what is told.",
        "",
        f"| task | {' | '.join(sides)} | {' | '.join(f'{side} / netlift' for side in sides[1:])} |",
        f"|---|{'---:|' * (2 * len(sides) - 1)}",
    ]
    ratios: dict[str, list[float]] = {side: [] for side in sides[1:]}
    for task in tasks:
        middle = {
            side: statistics.median(rows[side, task, seed].get("seconds", most) for seed in seeds)
            for side in sides
        }
        capped = {side: middle[side] >= most for side in sides}
        cells = [f"{'> ' if capped[side] else ''}{middle[side]:.1f}" for side in sides]
        for side in sides[1:]:
            ratio = middle[side] / middle["netlift"]
            ratios[side].append(ratio)
            cells.append(f"{'> ' if capped[side] else ''}{ratio:.1f}")
        lines.append(f"| {task} | {' | '.join(cells)} |")
    lines += [""] + [
        f"In the median of {len(tasks)} tasks netlift is {statistics.median(of):.1f} times as fast as {side}."
        for side, of in ratios.items()
    ]
    return "\n".join(lines) + "\n"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seeds", default="0", show_default=True, help="Seeds, with commas.")
@click.option("--tasks", "named", help="Only these tasks, with commas.")
@click.option("--most", type=float, default=120.0, show_default=True, help="Seconds that a side has.")
@click.option("--compiled", is_flag=True, help="PyTorch also under torch.compile.")
@click.option("--page", "target", type=click.Path(path_type=Path), help="Write the figures here.")
@click.option("--one", type=(str, str, int), hidden=True)
def main(
    folder: Path,
    seeds: str,
    named: str | None,
    most: float,
    compiled: bool,
    target: Path | None,
    one: tuple[str, str, int] | None,
) -> None:
    """Compare how soon a network is right."""
    if one is not None:
        side, task, seed = one
        row = by_netlift(task, seed) if side == "netlift" else by_torch(task, seed, side == "compiled")
        click.echo(json.dumps(row))
        return
    folder.mkdir(parents=True, exist_ok=True)
    sides, of = list(SIDES if compiled else SIDES[:2]), [int(seed) for seed in seeds.split(",")]
    rows = {}
    for task in TASKS if named is None else named.split(","):
        for seed in of:
            for side in sides:
                row = rows[side, task, seed] = measured(side, task, seed, folder, most)
                click.echo(
                    f"{task:<20} {seed:>2} {side:<10} {row.get('seconds', row.get('failed', 'not there'))}"
                )
    text = page(rows, of, sides, most)
    click.echo("\n" + text)
    if target is not None:
        write_whole(target, text)


if __name__ == "__main__":
    main()
