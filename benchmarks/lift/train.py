"""Train plain PyTorch networks on the languages of languages.py: what a person would bring to `netlift lift`.

    python benchmarks/lift/train.py FOLDER [--only NAME,...] [--cap SECONDS]

Each network is an nn.RNN, nn.GRU or nn.LSTM with a linear readout at every step, fed one-hot, trained by Adam
on sequences drawn afresh, until three tests in a row (2,000 fresh sequences of the full length each) and a
last one of 20,000 are without a mistake, or until the cap of CPU seconds. It leaves NAME.safetensors, the
state dict, and NAME.json, which says what it is; networks already there are skipped. Nothing of netlift takes
part in the training (only the benchmark tasks' data are drawn by it).
"""

import json
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from languages import LANGUAGES, Ints, Language
from safetensors.torch import save_file
from torch import nn

CELLS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
BATCH, EVERY, FRESH, LAST, RATE = 128, 100, 2_000, 20_000, 4e-3

# Which network learns what: cell, hidden units, layers. All 18 combinations of three cells, 32, 64 or 128
# units and one or two layers occur; large machines get the cells that can learn them in minutes.
PLAN: list[tuple[str, str, int, int]] = [
    ("tomita_1", "rnn", 32, 1),
    ("tomita_2", "gru", 32, 1),
    ("tomita_3", "lstm", 32, 1),
    ("tomita_4", "rnn", 64, 2),
    ("tomita_5", "gru", 64, 2),
    ("tomita_6", "lstm", 64, 2),
    ("tomita_7", "rnn", 128, 1),
    ("contains_0110", "gru", 128, 1),
    ("contains_0121", "lstm", 128, 1),
    ("divisible_by_5", "gru", 64, 1),
    ("ones_mod_3_zeros_mod_2", "lstm", 64, 1),
    ("third_last_is_1", "rnn", 32, 2),
    ("in_order", "rnn", 64, 1),
    ("brackets_depth_4", "gru", 32, 2),
    ("two_brackets_depth_3", "lstm", 64, 1),
    ("random_dfa_4", "rnn", 64, 1),
    ("random_dfa_6", "gru", 64, 1),
    ("random_dfa_8", "lstm", 128, 2),
    ("random_dfa_10", "gru", 128, 1),
    ("random_dfa_12", "gru", 64, 1),
    ("times_3", "lstm", 32, 2),
    ("quotient_by_11", "gru", 64, 1),
    ("delay_2", "rnn", 128, 2),
    ("edges_mod_4", "lstm", 64, 1),
    ("lift_13_floors", "gru", 64, 2),
    ("coffee", "lstm", 128, 1),
    ("group_s3", "rnn", 32, 1),
    ("group_s4", "gru", 128, 1),
    ("group_a5", "gru", 128, 1),
    ("random_mealy_2", "rnn", 128, 1),
    ("random_mealy_5", "gru", 128, 2),
    ("random_mealy_8", "lstm", 64, 1),
    ("random_mealy_12", "gru", 64, 1),
    ("random_mealy_16", "gru", 64, 1),
    ("random_mealy_20", "gru", 128, 1),
    ("random_mealy_30", "gru", 128, 1),
    ("random_mealy_40", "gru", 128, 1),
    ("random_mealy_60", "gru", 128, 1),
    ("task_binary_addition", "rnn", 64, 1),
    ("task_base_3_addition", "gru", 32, 1),
    ("task_parity_all", "lstm", 32, 1),
    ("task_add_mod_5", "gru", 64, 2),
    ("task_div_3", "lstm", 64, 2),
    ("task_alternating_last4", "rnn", 128, 1),
    ("task_bit_dot_prod_mod2", "gru", 32, 2),
    ("task_previous_equals_current", "lstm", 128, 1),
    ("task_min_seen", "rnn", 64, 2),
    ("task_bit_shift_right", "rnn", 32, 1),
    ("task_prev1", "gru", 128, 1),
    ("task_balanced_parenthesis", "gru", 32, 1),
    ("task_evens_counter", "lstm", 64, 1),
]


class Model(nn.Module):
    """A recurrent network and its readout: [N, T, D] gives class scores [N, T, K].

    Every third network of the plan calls its parts otherwise and has two linear layers in the readout.
    """

    def __init__(self, cell: str, size: int, layers: int, inputs: int, classes: int, other: bool) -> None:
        super().__init__()
        self.other = other
        recurrent = CELLS[cell](inputs, size, num_layers=layers, batch_first=True)
        if other:
            self.encoder = recurrent
            self.hidden = nn.Linear(size, size)
            self.head = nn.Linear(size, classes)
        else:
            self.rnn = recurrent
            self.readout = nn.Linear(size, classes)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Class scores after every step."""
        if self.other:
            scores: torch.Tensor = self.head(torch.relu(self.hidden(self.encoder(inputs)[0])))
        else:
            scores = self.readout(self.rnn(inputs)[0])
        return scores


def one_hot(language: Language, inputs: Ints) -> torch.Tensor:
    """Inputs [N, T, D] as the one-hot codes of the streams, side by side."""
    columns = []
    for stream, alphabet in enumerate(language.alphabets):
        place = torch.from_numpy(inputs[:, :, stream] - alphabet[0])
        columns.append(nn.functional.one_hot(place, len(alphabet)).float())
    return torch.cat(columns, dim=2)


@torch.no_grad()
def accuracy(model: Model, language: Language, count: int, length: int, rng: np.random.Generator) -> float:
    """The share of fresh sequences on which every output is right."""
    inputs, targets = language.draw(count, length, rng)
    right = 0
    for start in range(0, count, 1_000):
        scores = model(one_hot(language, inputs[start : start + 1_000]))
        wrong = scores.argmax(dim=2).numpy() != targets[start : start + 1_000]
        right += int((~wrong.any(axis=1)).sum())
    return right / count


def fit(model: Model, language: Language, cap: float, rng: np.random.Generator) -> dict[str, Any]:
    """Train; short sequences first, longer ones as soon as those are learned. What was reached."""
    started = time.process_time()
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
    longest, perfect, steps, share = 4, 0, 0, 0.0
    while time.process_time() - started < cap:
        spent = (time.process_time() - started) / cap
        for group in optimiser.param_groups:
            group["lr"] = RATE * (0.05 + 0.95 * (1.0 - spent)) * (0.3 if share > 0.9 else 1.0)
        right = 0.0
        for _ in range(EVERY):
            length = int(rng.integers((longest + 1) // 2, longest + 1))
            inputs, targets = language.draw(BATCH, length, rng)
            scores = model(one_hot(language, inputs))
            wanted = torch.from_numpy(targets)
            loss = nn.functional.cross_entropy(scores.flatten(0, 1), wanted.flatten())
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            right += float((scores.argmax(dim=2) == wanted).all(dim=1).float().mean()) / EVERY
        steps += EVERY
        if longest < language.length:
            longest = min(longest + (2 if right > 0.9 else 0), language.length)
            continue
        share = accuracy(model, language, FRESH, language.length, rng)
        perfect = perfect + 1 if share == 1.0 else 0
        if perfect >= 3:
            share = accuracy(model, language, LAST, language.length, rng)
            if share == 1.0:
                break
            perfect = 0
    seconds = time.process_time() - started
    if perfect < 3:
        share = accuracy(model, language, LAST, language.length, rng)
    return {
        "task": language.name,
        "length": language.length,
        "accuracy": share,
        "accuracy_ten_times": accuracy(model, language, 1_000, 10 * language.length, rng),
        "longest_trained": longest,
        "steps": steps,
        "seconds": round(seconds, 1),
    }


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--only", help="Names of networks, with commas between.")
@click.option("--cap", default=90.0, show_default=True, help="CPU seconds a network.")
def main(folder: Path, only: str | None, cap: float) -> None:
    """Train the networks of the plan that FOLDER lacks."""
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    chosen = only.split(",") if only else None
    for number, (task, cell, size, layers) in enumerate(PLAN):
        language = LANGUAGES[task]
        name = f"{task}-{cell}-{size}x{layers}"
        if (folder / f"{name}.json").exists() or (chosen is not None and task not in chosen):
            continue
        torch.manual_seed(number)
        other = number % 3 == 2
        width = sum(len(alphabet) for alphabet in language.alphabets)
        model = Model(cell, size, layers, width, language.classes, other)
        reached = fit(model, language, cap, np.random.default_rng([number]))
        config = {
            "cell": cell,
            "hidden_size": size,
            "layers": layers,
            "activation": "tanh",
            "prefix": "encoder." if other else "rnn.",
            "readout": ["hidden", "head"] if other else ["readout"],
            "readout_activation": "relu",
            "inputs": {"coding": "one-hot", "alphabets": [list(a) for a in language.alphabets]},
            "outputs": {"coding": "classes", "classes": [list(range(language.classes))]},
            "training": reached,
        }
        save_file(model.state_dict(), folder / f"{name}.safetensors")
        (folder / f"{name}.json").write_text(json.dumps(config) + "\n")
        click.echo(
            f"{name}: accuracy {reached['accuracy']:.4f} at length {reached['length']}, "
            f"{reached['accuracy_ten_times']:.3f} at ten times, {reached['seconds']:.0f} s"
        )


if __name__ == "__main__":
    main()
