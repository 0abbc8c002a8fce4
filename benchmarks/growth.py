"""How netlift's cost grows: states, symbols, length, streams, sequences, and the size of a given network.

A given network is a recurrent one of so many units, or a Transformer of so many layers or so long a context.

    python benchmarks/growth.py FOLDER [--only SERIES,...] [--most SECONDS] [--page benchmarks/GROWTH.md]

Each point is one call of `netlift.distill` or `netlift.lift` in a process of its own, on one thread, after a
small call that loads what is compiled. A series ends at the first point beyond --most processor seconds.
A point that was measured is kept in FOLDER and not measured again. Transformers need PyTorch; the pictures
are drawn by matplotlib (`pip install netlift[benchmark]`) into the page's folder. What stands below the
page's mark was written by hand and stays.
"""

import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from netlift.report import write_whole

THREADS = ("NETLIFT_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
BY_HAND = "<!-- below: by hand -->"
LOADING = 20  # processor seconds that a point is given for start-up, loading and the small calls
COUNT, LENGTH = 2_000, 20  # sequences, and steps of each, where a series does not vary them
Row = dict[str, Any]


def sums(size: int, modulus: int, count: int = COUNT, length: int = LENGTH, streams: int = 1) -> Any:
    """Inputs 0 to size - 1, and the sum of all so far by the modulus."""
    inputs = np.random.default_rng(0).integers(0, size, (count, length, streams))
    return inputs, inputs.sum(axis=2).cumsum(axis=1)[:, :, None] % modulus


def walks(states: int, symbols: int = 4, count: int = 20_000, length: int = 30) -> Any:
    """Words through a machine drawn at random, whose states answer one of four numbers to each symbol."""
    rng = np.random.default_rng(states)
    to = rng.integers(0, states, (states, symbols))
    says = rng.integers(0, 4, (states, symbols))
    inputs = rng.integers(0, symbols, (count, length))
    here, answers = np.zeros(count, dtype=np.int64), np.zeros((count, length), dtype=np.int64)
    for step in range(length):
        answers[:, step] = says[here, inputs[:, step]]
        here = to[here, inputs[:, step]]
    return inputs[:, :, None], answers[:, :, None]


def parity_network(units: int, folder: Path) -> Any:
    """A plain recurrent network (tanh) of so many units that holds the parity of ones, in a file.

    Four units hold it, one for each parity and symbol, near an end of their range; the others read these and
    the input at random, and none of the four reads them. The places of all units are drawn.
    """
    from safetensors.numpy import save_file

    import netlift

    rng = np.random.default_rng(units)
    recurrent, inward, shift = np.zeros((units, units)), np.zeros((units, 2)), np.zeros(units)
    for unit in range(4):  # of the parity `unit // 2` after the symbol `unit % 2`
        parity, symbol = divmod(unit, 2)
        was_odd = parity ^ symbol
        recurrent[unit, :2] = -6.0 if was_odd else 6.0  # the two even ones: 0 after even, as at the start; -2
        inward[unit, symbol] = 12.0
        shift[unit] = -6.0 - 12.0 * was_odd
    if units > 4:
        recurrent[4:, :4] = rng.normal(size=(units - 4, 4))
        inward[4:] = rng.normal(size=(units - 4, 2))
    readout = np.zeros((2, units))
    readout[0, :2], readout[1, :2] = 4.0, -4.0
    place = rng.permutation(units)
    weights = {
        "rnn.weight_hh_l0": recurrent[np.ix_(place, place)],
        "rnn.weight_ih_l0": inward[place],
        "rnn.bias_ih_l0": shift[place],
        "readout.weight": readout[:, place],
        "readout.bias": np.array([0.0, -8.0]),
    }
    file = folder / "parity.safetensors"
    save_file({name: np.ascontiguousarray(array) for name, array in weights.items()}, file)
    described = {
        "cell": "rnn",
        "prefix": "rnn.",
        "readout": ["readout"],
        "inputs": {"coding": "one-hot", "alphabets": [[0, 1]]},
        "outputs": {"coding": "classes", "classes": [[0, 1]]},
    }
    file.with_suffix(".json").write_text(json.dumps(described))
    return netlift.load_checkpoint(file)


def flip_flop(layers: int, context: int) -> Any:
    """A causal Transformer (64 units, 4 heads) that answers which of 0 and 1 it read last; 2 changes nothing.

    One head of the first layer holds it: it looks at the latest symbol that is no 2, for a key grows with its
    position. All other weights are drawn; what they give goes to units that this head and the answer do not
    read.
    """
    import torch

    import netlift

    width, heads = 64, 4
    place, one, last, free = 3, 4, slice(5, 7), 8  # units 0 to 2: which symbol
    drawn = torch.Generator().manual_seed(layers)

    def weights(rows: int, columns: int, first: int) -> Any:
        """Rows from `first` on are drawn, the others 0."""
        whole = torch.zeros(rows, columns)
        whole[first:] = torch.randn(rows - first, columns, generator=drawn) / columns**0.5
        return whole

    blocks = []
    for _ in range(layers):
        inward = [weights(width, width, width // heads) for _ in range(3)]  # the first head's rows are 0
        outward = weights(width, width, free)
        blocks.append((inward, outward, weights(4 * width, width, 0), weights(width, 4 * width, free)))
    (query, key, value), outward, _, _ = blocks[0]
    query[0, one], key[0, place], key[0, 2] = 1.0, 80.0, -80.0 * context
    value[0, 0] = value[1, 1] = outward[last.start, 0] = outward[last.start + 1, 1] = 1.0

    class FlipFlop(torch.nn.Module):
        """Tokens [B, T] to scores [B, T, 2]."""

        def __init__(self) -> None:
            super().__init__()
            drawn_or_not = [one for inward, *others in blocks for one in (*inward, *others)]
            self.weights = torch.nn.ParameterList(drawn_or_not)

        def forward(self, tokens: Any) -> Any:
            steps = tokens.shape[1]
            units = torch.zeros(*tokens.shape, width)
            units[..., :3] = torch.nn.functional.one_hot(tokens, 3)
            units[..., place], units[..., one] = torch.arange(steps), 1.0
            for (query, key, value), outward, up, down in blocks:
                parts = [
                    (units @ one.T).unflatten(-1, (heads, -1)).transpose(1, 2) for one in (query, key, value)
                ]
                seen = torch.nn.functional.scaled_dot_product_attention(*parts, is_causal=True)
                units = units + seen.transpose(1, 2).flatten(-2) @ outward.T
                units = units + torch.tanh(units @ up.T) @ down.T
            return units[..., last] + torch.tensor([0.5, 0.0])  # 0 before the first of them

    return netlift.from_causal(FlipFlop(), longest=context)


def transformer(layers: int = 1, context: int = LENGTH) -> Row:
    """One call of `lift`, with words as long as the context."""
    words = np.random.default_rng(0).integers(0, 3, (200, context))
    return lifted(flip_flop(layers, context), words)


def recurrent(units: int) -> Row:
    """One call of `lift`."""
    with tempfile.TemporaryDirectory() as folder:
        network = parity_network(units, Path(folder))
    return lifted(network, np.random.default_rng(0).integers(0, 2, (200, LENGTH)))


def lifted(network: Any, words: Any) -> Row:
    """What `lift` makes of a network, and its seconds."""
    import netlift

    result = netlift.lift(network, words, seed=0)
    return {"solved": result.solved, "states": result.states, "stages": dict(result.seconds)}


def distilled(source: str, data: Any) -> Row:
    """One call of `distill`."""
    import netlift

    result = netlift.distill(*data, seed=0, source=source)
    return {"solved": result.solved, "states": result.states, "stages": dict(result.seconds)}


# A series: what grows, its values, and the call.
SERIES: dict[str, tuple[str, tuple[int, ...], Callable[[int], Row]]] = {
    "states_sums": (
        "states: sums by a modulus, network trained",
        (3, 5, 10, 20, 50, 100, 200),
        lambda n: distilled("network", sums(n, n)),
    ),
    "states_data": (
        "states: machines drawn at random, from the data alone",
        (5, 10, 20, 50, 100, 200),
        lambda n: distilled("data", walks(n)),
    ),
    "symbols": (
        "symbols: sums by 5, network trained",
        (2, 5, 10, 30, 100, 300, 1_000),
        lambda n: distilled("network", sums(n, 5)),
    ),
    "length": (
        "steps of a sequence: parity, network trained",
        (10, 30, 100, 300, 1_000),
        lambda n: distilled("network", sums(2, 2, length=n)),
    ),
    "streams": (
        "input streams: sum of all, network trained",
        (1, 2, 4, 8, 12),
        lambda n: distilled("network", sums(2, 10**9, streams=n)),
    ),
    "sequences": (
        "sequences: parity over 10 steps, network trained",
        (1_000, 10_000, 100_000, 1_000_000),
        lambda n: distilled("network", sums(2, 2, count=n, length=10)),
    ),
    "units": ("units of a given network: parity", (4, 16, 64, 256, 1_024, 2_048), recurrent),
    "layers": (
        f"layers of a given Transformer: a flip-flop, words of {LENGTH} steps",
        (1, 2, 4, 8, 16, 32),
        lambda n: transformer(layers=n),
    ),
    "context": (
        "context of a given Transformer of one layer: a flip-flop, words as long",
        (10, 20, 50, 100, 200, 500),
        lambda n: transformer(context=n),
    ),
}


def measured(series: str, value: int) -> Row:
    """Seconds of one point, in this process: by the clock and of the processor."""
    import netlift

    small = np.random.default_rng(1).integers(0, 2, (200, 6))
    recurrent(4)  # loads what is compiled
    if series in ("layers", "context"):
        transformer()
    netlift.distill(
        small, small.cumsum(axis=1) % 2, seed=0, source="data" if series == "states_data" else "network"
    )
    before, started = os.times(), time.monotonic()
    row = SERIES[series][2](value)
    after, ended = os.times(), time.monotonic()
    used = sum(after[:4]) - sum(before[:4])
    return {**row, "seconds": round(ended - started, 2), "cpu_seconds": round(used, 2)}


def one_point(series: str, value: int, folder: Path, most: float) -> Row:
    """One point, from FOLDER or from a process of its own; without seconds where it took too many."""
    kept = folder / f"{series}_{value}.json"
    if kept.exists():
        row: Row = json.loads(kept.read_text())
        return row
    environment = {**os.environ, **dict.fromkeys(THREADS, "1")}
    command = [sys.executable, str(Path(__file__).resolve()), str(folder), "--point", series, str(value)]
    limit = int(most) + LOADING  # of the processor, which other work on the machine takes nothing of
    done = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1)),
    )
    if -done.returncode in (signal.SIGXCPU, signal.SIGKILL):
        row = {"failed": f"more than {most:.0f} s"}
    else:
        told = done.stderr.strip().rpartition("\n")[2]
        row = json.loads(done.stdout) if done.returncode == 0 else {"failed": told}
    kept.write_text(json.dumps(row) + "\n")
    return row


def drawn(rows: dict[str, dict[int, Row]], target: Path) -> None:
    """The curves, on logarithmic axes."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "netlift"  # the same bytes from the same figures
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, (len(rows) + 1) // 2, figsize=(14, 6), layout="constrained")
    for axis, (series, points) in zip(axes.flat, rows.items(), strict=False):
        shown = {value: row["cpu_seconds"] for value, row in points.items() if "cpu_seconds" in row}
        axis.loglog(list(shown), list(shown.values()), marker="o")
        axis.set_title(SERIES[series][0].replace(": ", "\n"), fontsize=8)
        axis.set_ylabel("processor seconds", fontsize=8)
        axis.set_ylim(bottom=0.1)
    for axis in axes.flat[len(rows) :]:
        axis.set_visible(False)
    figure.savefig(target, metadata={"Date": None})


def page(rows: dict[str, dict[int, Row]], most: float, picture: str) -> str:
    """A table a series."""
    lines = [
        "# How cost grows",
        "",
        f"Written by `python benchmarks/growth.py`: one call of `distill` or `lift` a row, {COUNT:,} "
        f"sequences of {LENGTH} steps where they are not what grows, on one thread of "
        f"{platform.machine()}, Python {platform.python_version()}. A series ends at the first point "
        f"beyond {most:.0f} processor seconds. Seconds are without start-up and compiling.",
        "",
        f"![Processor seconds of each series]({picture})",
    ]
    for series, points in rows.items():
        lines += [
            "",
            f"## {SERIES[series][0].capitalize()}",
            "",
            "| | seconds | processor seconds | solved | states | longest stage |",
            "|---:|---:|---:|---|---:|---|",
        ]
        for value, row in points.items():
            if "failed" in row:
                lines.append(f"| {value:,} | {row['failed']} | | | | |")
                continue
            stages = {name: spent for name, spent in row["stages"].items() if name != "total"}
            slowest = max(stages, key=lambda name: stages[name], default="")
            told = f"{slowest} ({stages[slowest]:.1f} s)" if slowest else ""
            lines.append(
                f"| {value:,} | {row['seconds']:.1f} | {row['cpu_seconds']:.1f} "
                f"| {'yes' if row['solved'] else 'no'} | {row['states'] or ''} | {told} |"
            )
    return "\n".join(lines) + "\n"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--only", help="Only these series, with commas.")
@click.option("--most", type=float, default=60.0, show_default=True, help="Processor seconds of a point.")
@click.option("--page", "target", type=click.Path(path_type=Path), help="Write the figures here.")
@click.option("--point", type=(str, int), hidden=True)
def main(
    folder: Path, only: str | None, most: float, target: Path | None, point: tuple[str, int] | None
) -> None:
    """Measure how netlift's cost grows."""
    if point is not None:
        click.echo(json.dumps(measured(*point)))
        return
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, dict[int, Row]] = {}
    for series in SERIES if only is None else only.split(","):
        points = rows.setdefault(series, {})
        for value in SERIES[series][1]:
            row = points[value] = one_point(series, value, folder, most)
            click.echo(f"{series:<12} {value:>9,} {row.get('cpu_seconds', row.get('failed'))}")
            if "failed" in row or row["cpu_seconds"] > most:
                break
    if target is not None:
        drawn(rows, target.with_suffix(".svg"))
        kept = target.read_text(encoding="utf-8").partition(BY_HAND)[2] if target.exists() else "\n"
        write_whole(target, page(rows, most, target.with_suffix(".svg").name) + f"\n{BY_HAND}{kept}")


if __name__ == "__main__":
    main()
