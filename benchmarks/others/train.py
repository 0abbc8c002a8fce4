"""Train tiny causal Transformers on regular tasks, with plain PyTorch; nothing of netlift is imported.

    python benchmarks/others/train.py FOLDER [TASK ...] [--steps N] [--seed N]

Each network is written to FOLDER/TASK as weights.safetensors and network.json, which says how it is to be
asked and how often it erred on fresh sequences of its training length.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

Ints = NDArray[np.int64]

CONTEXT, TRAINED = 64, 24  # symbols that there are positions for, and of the sequences in training
TESTED = 20_000  # fresh sequences on which a network's errors are counted


class Tiny(torch.nn.Module):
    """A causal Transformer: tokens [B, T] to output units [B, T, K], with learnt positions and an offset."""

    def __init__(self, tokens: int, units: int, width: int = 32, layers: int = 2, heads: int = 2) -> None:
        super().__init__()
        self.tokens = torch.nn.Embedding(tokens, width)
        self.positions = torch.nn.Embedding(CONTEXT + 1, width)
        self.blocks = torch.nn.ModuleList(
            torch.nn.TransformerEncoderLayer(
                width, heads, 4 * width, dropout=0.0, batch_first=True, norm_first=True
            )
            for _ in range(layers)
        )
        self.norm = torch.nn.LayerNorm(width)
        self.readout = torch.nn.Linear(width, units)

    def forward(self, tokens: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        """The output units after each token."""
        steps = tokens.shape[1]
        mask = torch.triu(torch.full((steps, steps), float("-inf")), diagonal=1)
        hidden = self.tokens(tokens) + self.positions(positions)
        for block in self.blocks:
            hidden = block(hidden, src_mask=mask)
        units: torch.Tensor = self.readout(self.norm(hidden))
        return units


def parity_of_two(rng: np.random.Generator, count: int) -> tuple[Ints, Ints]:
    """Whether the last two bits differ; before the first bit stands a 0."""
    words = rng.integers(2, size=(count, TRAINED))
    before = np.pad(words, ((0, 0), (1, 0)))[:, :-1]
    return words, words ^ before


def last_seen(rng: np.random.Generator, count: int) -> tuple[Ints, Ints]:
    """Which of 0 and 1 was seen last; 2 is passed over, and at first it is 0."""
    words = rng.choice(3, size=(count, TRAINED), p=(0.15, 0.15, 0.7))
    answers, last = np.zeros_like(words), np.zeros(count, dtype=np.int64)
    for step in range(TRAINED):
        last = np.where(words[:, step] == 2, last, words[:, step])
        answers[:, step] = last
    return words, answers


def tomita_3(rng: np.random.Generator, count: int) -> tuple[Ints, Ints]:
    """Whether no odd run of ones is followed by an odd run of zeros (Tomita 3), so far."""
    # States: even ones so far; odd ones; then odd zeros; then even zeros; refused for good.
    table = np.array([[0, 1], [2, 0], [3, 4], [2, 1], [4, 4]])
    accepting = np.array([1, 1, 0, 1, 0])
    words = rng.integers(2, size=(count, TRAINED))
    state, answers = np.zeros(count, dtype=np.int64), np.zeros_like(words)
    for step in range(TRAINED):
        state = table[state, words[:, step]]
        answers[:, step] = accepting[state]
    return words, answers


def dyck_2(rng: np.random.Generator, count: int) -> tuple[Ints, Ints]:
    """Brackets 0 and 1 of depth 2 at most: as bits, which of 0, 1 and the end may come next."""
    depth, words, answers = np.zeros(count, dtype=np.int64), [], []
    for _ in range(TRAINED):
        symbol = np.where(depth == 0, 0, np.where(depth == 2, 1, rng.integers(2, size=count)))
        depth = depth + np.where(symbol == 0, 1, -1)
        words.append(symbol)
        answers.append(np.stack([depth < 2, depth > 0, depth == 0], axis=1).astype(np.int64))
    return np.stack(words, axis=1), np.stack(answers, axis=1)


# The draw of sequences and answers, the number of symbols and of output units, and how units are read.
TASKS: dict[str, tuple[Callable[[np.random.Generator, int], tuple[Ints, Ints]], int, int, str]] = {
    "parity_of_two": (parity_of_two, 2, 2, "classes"),
    "last_seen": (last_seen, 3, 2, "classes"),
    "tomita_3": (tomita_3, 2, 2, "classes"),
    "dyck_2": (dyck_2, 2, 3, "next"),
}


def given(words: Ints, begin: int, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens with `begin` in front, and positions from 0 or any later one that leaves room."""
    tokens = torch.as_tensor(np.pad(words, ((0, 0), (1, 0)), constant_values=begin))
    first = rng.integers(CONTEXT - words.shape[1] + 1, size=(len(words), 1))
    return tokens, torch.as_tensor(first + np.arange(tokens.shape[1]))


def trained(task: str, steps: int, seed: int, batch: int = 64) -> tuple[Tiny, float]:
    """A network trained on fresh sequences, and its share of sequences with an error on others."""
    draw, symbols, units, kind = TASKS[task]
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    model = Tiny(symbols + 1, units)
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps)
    for _ in range(steps):
        words, answers = draw(rng, batch)
        found = model(*given(words, symbols, rng))[:, 1:]
        targets = torch.as_tensor(answers)
        if kind == "classes":
            loss = torch.nn.functional.cross_entropy(found.reshape(-1, units), targets.reshape(-1))
        else:
            loss = torch.nn.functional.binary_cross_entropy_with_logits(found, targets.float())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    model.eval()
    wrong = 0
    with torch.no_grad():
        for _ in range(0, TESTED, 1_000):
            words, answers = draw(rng, 1_000)
            found = model(*given(words, symbols, rng))[:, 1:]
            said = found.argmax(dim=2) if kind == "classes" else (found > 0).long()
            wrong += int((said != torch.as_tensor(answers)).reshape(1_000, -1).any(dim=1).sum())
    return model, wrong / TESTED


def main() -> None:
    """Train the tasks that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("tasks", nargs="*", metavar="TASK", default=list(TASKS))
    parser.add_argument("--steps", type=int, default=1_500)
    parser.add_argument("--seed", type=int, default=0)
    said = parser.parse_args()
    torch.set_num_threads(1)
    for task in said.tasks:
        model, wrong = trained(task, said.steps, said.seed)
        _, symbols, units, kind = TASKS[task]
        told: dict[str, Any] = {
            "task": task,
            "model": "tiny",
            "tokens": symbols + 1,
            "units": units,
            "symbols": list(range(symbols)),
            "begin": symbols,
            "positions": 0,
            "longest": CONTEXT,
            "outputs": kind,
            "length": TRAINED,
            "wrong": wrong,
            "steps": said.steps,
            "seed": said.seed,
        }
        folder = said.folder / task
        folder.mkdir(parents=True, exist_ok=True)
        save_file(model.state_dict(), folder / "weights.safetensors")
        (folder / "network.json").write_text(json.dumps(told, indent=2) + "\n")
        print(
            f"{task}: {wrong:.2%} of {TESTED:,} fresh sequences of {TRAINED} steps with an error", flush=True
        )


if __name__ == "__main__":
    main()
