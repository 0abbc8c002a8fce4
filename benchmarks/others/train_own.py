"""Train small Transformers, state-space models and bidirectional networks; nothing of netlift is imported.

    python benchmarks/others/train_own.py FOLDER [NAME ...] [--cap SECONDS] [--seed N]

PLAN says which network learns what: 20 causal Transformers and 20 state-space models and linear recurrences
of eight kinds, which answer after each symbol, and 10 networks that look both ways and answer at the end of a
word. Each is trained on sequences drawn afresh until three tests in a row and a last one on 20,000 sequences
are without an error, or until the cap of processor seconds. It leaves FOLDER/NAME/weights.safetensors and
network.json, which says what it is and on how many of the 20,000 it errs; networks already there are left.
"""

import argparse
import json
import math
import time
from collections.abc import Callable, Hashable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

Ints = NDArray[np.int64]
State = tuple[Tensor, ...]

TESTED, BATCH, EVERY, RATE = 20_000, 64, 100, 4e-3


# Tasks: the first state, what a symbol makes of a state and which answer is given then.
@dataclass(frozen=True)
class Task:
    """A finite rule over the symbols 0 to `symbols` - 1."""

    kind: str
    symbols: int
    first: Hashable
    step: Callable[[Any, int], tuple[Any, int]]
    length: int = 12
    weights: tuple[float, ...] | None = None  # how often each symbol is drawn; None: alike

    @cached_property
    def table(self) -> tuple[Ints, Ints]:
        """Next states and answers, both [states, symbols]."""
        states, rows = [self.first], []
        for state in states:  # grows
            row = [self.step(state, symbol) for symbol in range(self.symbols)]
            states += dict.fromkeys(after for after, _ in row if after not in states)
            rows.append(row)
        following = [[states.index(after) for after, _ in row] for row in rows]
        return np.array(following), np.array([[answer for _, answer in row] for row in rows])

    def draw(self, rng: np.random.Generator, count: int, length: int) -> tuple[Ints, Ints]:
        """Sequences and the answers after each symbol, both [count, length].

        Every second word enters a state that is never left in one of ten cases only, and has another symbol
        in the others: else nearly all long words would end there.
        """
        words = rng.choice(self.symbols, size=(count, length), p=self.weights)
        shy = (rng.random((count, length)) < 0.9) & (np.arange(count) % 2 == 0)[:, None]
        following, said = self.table
        final = (following == np.arange(len(following))[:, None]).all(axis=1)
        state, answers = np.zeros(count, dtype=np.int64), np.zeros_like(words)
        for at in range(length):
            ends = shy[:, at] & final[following[state, words[:, at]]] & ~final[state]
            words[:, at] = np.where(ends, (words[:, at] + 1) % self.symbols, words[:, at])
            answers[:, at] = said[state, words[:, at]]
            state = following[state, words[:, at]]
        return words, answers


def accepts(after: Callable[[Any, int], Any], right: Callable[[Any], Any]) -> Callable[..., tuple[Any, int]]:
    """A step that answers by the state it comes to."""

    def step(state: Any, symbol: int) -> tuple[Any, int]:
        found = after(state, symbol)
        return found, int(right(found))

    return step


def contains(pattern: str) -> Callable[..., tuple[Any, int]]:
    """A step that says whether the pattern has been read."""

    def after(seen: str, symbol: int) -> str:
        if seen == pattern:
            return seen
        seen += str(symbol)
        return next(seen[at:] for at in range(len(seen) + 1) if pattern.startswith(seen[at:]))

    return accepts(after, lambda seen: seen == pattern)


def tomita_3(state: tuple[int, int, int], symbol: int) -> tuple[int, int, int]:
    """Last symbol, parity of its run, was the run of ones before odd; (2, 0, 0): refused for good."""
    last, run, odd = state
    if last == 2 or (symbol == 1 and last == 0 and odd and run):
        return 2, 0, 0
    if symbol == last:
        return last, 1 - run, odd
    return (0, 1, run) if symbol == 0 else (1, 1, 0)


def depth(deepest: int) -> Callable[[int, int], tuple[int, int]]:
    """Depth of brackets 0 and 1; what goes below 0 or too deep is answered by one more class, for good."""

    def after(state: int, symbol: int) -> int:
        found = state + (1, -1)[symbol]
        return found if state <= deepest and 0 <= found <= deepest else deepest + 1

    return accepts(after, int)


def in_order(state: int, symbol: int) -> int:
    """The last symbol of a*b*c*; 3 for good where an earlier one follows."""
    return 3 if state == 3 or symbol < state else symbol


def majority(state: int, symbol: int) -> int:
    """Ones less zeros, as far as a word of nine symbols goes."""
    return min(9, max(-9, state + (-1, 1)[symbol]))


TASKS: dict[str, Task] = {
    "parity": Task("parity", 2, 0, accepts(lambda s, x: s ^ x, bool), 10),
    "ones_mod_3": Task("counting modulo", 2, 0, accepts(lambda s, x: (s + x) % 3, int), 10),
    "ones_mod_4": Task("counting modulo", 2, 0, accepts(lambda s, x: (s + x) % 4, int), 10),
    "tomita_2": Task(
        "Tomita", 2, 0, accepts(lambda s, x: (1 if x == 1 else 2, 2 if x else 0, 2)[s], lambda s: s == 0)
    ),
    "tomita_3": Task("Tomita", 2, (0, 0, 0), accepts(tomita_3, lambda s: s not in ((0, 1, 1), (2, 0, 0)))),
    "tomita_4": Task(
        "Tomita", 2, 0, accepts(lambda s, x: 3 if s == 3 else 0 if x else s + 1, lambda s: s < 3)
    ),
    "tomita_7": Task(
        "Tomita", 2, 0, accepts(lambda s, x: min(4, s + (s == 4 or x != s % 2)), lambda s: s < 4)
    ),
    "depth_2": Task("depth of brackets", 2, 0, depth(2)),
    "depth_3": Task("depth of brackets", 2, 0, depth(3)),
    "first": Task("first symbol", 3, -1, accepts(lambda s, x: x if s < 0 else s, int)),
    "even_pairs": Task(
        "first and last alike", 2, (), accepts(lambda s, x: ((*s, x)[0], x), lambda s: s[0] == s[1])
    ),
    "contains_011": Task("substring", 2, "", contains("011")),
    "contains_0120": Task("substring", 3, "", contains("0120"), 14),
    "divisible_by_3": Task("divisibility", 2, 0, accepts(lambda s, x: (2 * s + x) % 3, lambda s: s == 0), 10),
    "majority_of_3": Task(
        "majority of the last three", 2, (0, 0), lambda s, x: ((s[1], x), int(s[0] + s[1] + x > 1))
    ),
    "majority": Task("majority of the word", 2, 0, accepts(majority, lambda s: s > 0), 9),
    "delay_1": Task("delay", 3, 0, lambda s, x: (x, s)),
    "delay_2": Task("delay", 3, (0, 0), lambda s, x: ((s[1], x), s[0])),
    "last_seen": Task("last seen", 3, 0, accepts(lambda s, x: s if x == 2 else x, int), 14, (0.2, 0.2, 0.6)),
    "in_order": Task("in order", 3, 0, accepts(in_order, lambda s: s < 3), 12, (0.4, 0.3, 0.3)),
    "greatest": Task("greatest so far", 4, 0, accepts(max, int), 12, (0.55, 0.25, 0.12, 0.08)),
    "at_most_3": Task("counting to a bound", 2, 0, accepts(lambda s, x: min(3, s + x), int)),
    "change": Task("change", 3, 0, lambda s, x: (x, int(s != x))),
}  # fmt: skip


class Transformer(nn.Module):
    """Tokens [B, T] to output units [B, T, K], or [B, K] where it looks both ways."""

    def __init__(self, symbols: int, units: int, plan: "Plan", longest: int, both: bool) -> None:
        super().__init__()
        self.both, width = both, plan.width
        self.tokens = nn.Embedding(symbols + 1, width)  # the last one begins every sequence
        self.positions = nn.Embedding(longest + 1, width) if plan.kind != "no positions" else None
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, 2, 2 * width, dropout=0.0, batch_first=True, norm_first=True, activation="gelu"
            )
            for _ in range(plan.layers)
        )
        self.norm, self.readout = nn.LayerNorm(width), nn.Linear(width, units)

    def forward(self, tokens: Tensor) -> Tensor:
        """The output units after each token, or of the whole word at the place of its beginning."""
        steps = tokens.shape[1]
        hidden = self.tokens(tokens)
        if self.positions is not None:
            hidden = hidden + self.positions.weight[:steps]
        mask = None if self.both else torch.triu(torch.full((steps, steps), -torch.inf), diagonal=1)
        for block in self.blocks:
            hidden = block(hidden, src_mask=mask)
        found: Tensor = self.readout(self.norm(hidden))
        return found[:, 0] if self.both else found


class Bidirectional(nn.Module):
    """A GRU or LSTM of both directions: tokens [B, T] to the output units of the word [B, K]."""

    def __init__(self, symbols: int, units: int, plan: "Plan") -> None:
        super().__init__()
        self.symbols = symbols
        cell = {"BiGRU": nn.GRU, "BiLSTM": nn.LSTM}[plan.kind]
        self.cell = cell(symbols, plan.width, plan.layers, batch_first=True, bidirectional=True)
        self.readout = nn.Linear(2 * plan.width, units)

    def forward(self, tokens: Tensor) -> Tensor:
        """From the last state of the one direction, and of the other, which is the first place's."""
        hidden, _ = self.cell(functional.one_hot(tokens, self.symbols).float())
        half = hidden.shape[2] // 2
        found: Tensor = self.readout(torch.cat([hidden[:, -1, :half], hidden[:, 0, half:]], dim=1))
        return found


class Mixer(nn.Module):
    """What carries something from step to step: inputs [B, D] and a state to outputs [B, D] and a state."""

    def start(self, batch: int) -> State:
        """The state before the first step."""
        raise NotImplementedError

    def forward(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """One step."""
        raise NotImplementedError


class Lru(Mixer):
    """Linear recurrent unit: h' = a h + g B x with a complex diagonal, y = Re(C h) + D x."""

    def __init__(self, width: int, inner: int = 16) -> None:
        super().__init__()
        size = torch.rand(inner) * 0.5 + 0.5
        self.decay = nn.Parameter(torch.log(-torch.log(size * 0.98)))
        self.turn = nn.Parameter(torch.rand(inner) * math.pi)
        self.write = nn.Linear(width, 2 * inner, bias=False)
        self.read = nn.Linear(2 * inner, width)
        self.skip = nn.Parameter(torch.ones(width))

    def start(self, batch: int) -> State:
        """Zeros, real and imaginary parts."""
        return tuple(torch.zeros(batch, len(self.turn)) for _ in range(2))

    def forward(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """One step."""
        size = torch.exp(-torch.exp(self.decay))
        cosine, sine = size * torch.cos(self.turn), size * torch.sin(self.turn)
        drive = self.write(x) * torch.sqrt(1.0 - size**2).repeat(2)
        real, imaginary = state
        half = drive.shape[1] // 2
        after = (
            cosine * real - sine * imaginary + drive[:, :half],
            sine * real + cosine * imaginary + drive[:, half:],
        )
        return self.read(torch.cat(after, dim=1)) + self.skip * x, after


class S4d(Mixer):
    """Diagonal S4: each channel has its own N complex modes, a step size, and a zero-order hold."""

    def __init__(self, width: int, modes: int = 4) -> None:
        super().__init__()
        self.step = nn.Parameter(torch.linspace(math.log(0.05), math.log(1.0), width))
        self.decay = nn.Parameter(torch.full((width, modes), math.log(0.5)))
        self.turn = nn.Parameter(math.pi * torch.arange(modes).repeat(width, 1).float())
        self.read = nn.Parameter(torch.randn(width, modes, 2) / math.sqrt(modes))
        self.skip, self.mix = nn.Parameter(torch.ones(width)), nn.Linear(width, width)

    def start(self, batch: int) -> State:
        """Zeros, real and imaginary parts [B, D, N]."""
        return tuple(torch.zeros(batch, *self.turn.shape) for _ in range(2))

    def forward(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """One step."""
        mode = torch.complex(-torch.exp(self.decay), self.turn)
        turn = torch.exp(torch.exp(self.step)[:, None] * mode)
        after = turn * torch.complex(*state) + (turn - 1.0) / mode * x[:, :, None]
        found = (after * torch.view_as_complex(self.read)).real.sum(dim=2) + self.skip * x
        return self.mix(functional.gelu(found)), (after.real, after.imag)


class MinGru(Mixer):
    """h' = (1 - z) h + z v, where gate and value look at the input alone."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gate, self.value = nn.Linear(width, width), nn.Linear(width, width)
        self.read = nn.Linear(width, width)

    def start(self, batch: int) -> State:
        """Zeros."""
        return (torch.zeros(batch, self.gate.out_features),)

    def forward(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """One step."""
        after = torch.lerp(state[0], self.value(x), torch.sigmoid(self.gate(x)))
        return self.read(after), (after,)


class MinLstm(MinGru):
    """As MinGru, with a gate to forget and one to write that are scaled to a sum of 1."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.forget = nn.Linear(width, width)

    def forward(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """One step."""
        forget, write = torch.sigmoid(self.forget(x)), torch.sigmoid(self.gate(x))
        after = (forget * state[0] + write * self.value(x)) / (forget + write)
        return self.read(after), (after,)


class Mamba(Mixer):
    """Selective scan: a convolution over 3 inputs, then h' = exp(-d a) h + d B u, y = C h + D u, gated."""

    def __init__(self, width: int, inner: int = 8, reach: int = 3) -> None:
        super().__init__()
        self.inside, self.reach = nn.Linear(width, 2 * width), reach
        self.kernel = nn.Parameter(torch.randn(reach, width) / math.sqrt(reach))
        self.select = nn.Linear(width, width + 2 * inner)
        self.decay = nn.Parameter(torch.log(torch.arange(1, inner + 1).float()).repeat(width, 1))
        self.skip, self.read = nn.Parameter(torch.ones(width)), nn.Linear(width, width)

    def start(self, batch: int) -> State:
        """The inputs that the convolution still sees [B, reach - 1, D], and the state [B, D, N]."""
        width, inner = self.decay.shape
        return torch.zeros(batch, self.reach - 1, width), torch.zeros(batch, width, inner)

    def forward(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """One step."""
        width, inner = self.decay.shape
        value, gate = self.inside(x).split(width, dim=1)
        seen = torch.cat([state[0], value[:, None]], dim=1)
        value = functional.silu((seen * self.kernel).sum(dim=1))
        step, write, read = self.select(value).split([width, inner, inner], dim=1)
        step = functional.softplus(step)[:, :, None]
        after = (
            torch.exp(-step * torch.exp(self.decay)) * state[1] + step * write[:, None] * value[:, :, None]
        )
        found = (after * read[:, None]).sum(dim=2) + self.skip * value
        return self.read(found * functional.silu(gate)), (seen[:, 1:], after)


class GatedDelta(Mixer):
    """Gated DeltaNet: S' = a (S - b (S k) k') + b v k', y = S q; b to 2, so that signs may change."""

    def __init__(self, width: int, inner: int = 8) -> None:
        super().__init__()
        self.project, self.gates = nn.Linear(width, 3 * inner), nn.Linear(width, 2)
        self.read, self.inner = nn.Linear(inner, width), inner
        nn.init.constant_(self.gates.bias, 1.0)

    def start(self, batch: int) -> State:
        """A matrix of zeros."""
        return (torch.zeros(batch, self.inner, self.inner),)

    def forward(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """One step."""
        query, key, value = self.project(x).chunk(3, dim=1)
        key = functional.normalize(key, dim=1)[:, :, None]
        keep, write = torch.sigmoid(self.gates(x))[:, :, None].chunk(2, dim=1)
        kept = keep * (state[0] - 2.0 * write * (state[0] @ key) @ key.transpose(1, 2))
        after = kept + 2.0 * write * value[:, :, None] @ key.transpose(1, 2)
        return self.read((after @ query[:, :, None])[:, :, 0]), (after,)


class MLstm(Mixer):
    """xLSTM's matrix memory: C' = f C + i v k', n' = f n + i k, y = o C q / max(|n q|, 1)."""

    def __init__(self, width: int, inner: int = 8) -> None:
        super().__init__()
        self.project, self.gates = nn.Linear(width, 4 * inner), nn.Linear(width, 2)
        self.read, self.inner = nn.Linear(inner, width), inner
        nn.init.constant_(self.gates.bias, 1.0)

    def start(self, batch: int) -> State:
        """Memory, its normaliser, and the logarithm by which both are scaled."""
        inner = self.inner
        return torch.zeros(batch, inner, inner), torch.zeros(batch, inner, 1), torch.zeros(batch, 1, 1)

    def forward(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """One step, with an exponential gate to write."""
        query, key, value, out = (part[:, :, None] for part in self.project(x).chunk(4, dim=1))
        key = key / math.sqrt(self.inner)
        forget, write = self.gates(x)[:, :, None].chunk(2, dim=1)
        forget = functional.logsigmoid(forget) + state[2]
        scale = torch.maximum(forget, write)
        forget, write = torch.exp(forget - scale), torch.exp(write - scale)
        memory = forget * state[0] + write * value @ key.transpose(1, 2)
        sums = forget * state[1] + write * key
        size = torch.maximum((sums * query).sum(dim=1, keepdim=True).abs(), torch.exp(-scale))
        found = torch.sigmoid(out) * (memory @ query) / size
        return self.read(found[:, :, 0]), (memory, sums, scale)


class SLstm(Mixer):
    """xLSTM's scalar memory: an LSTM with an exponential gate to write, and a normaliser."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inputs, self.hidden = nn.Linear(width, 4 * width), nn.Linear(width, 4 * width, bias=False)
        self.read = nn.Linear(width, width)

    def start(self, batch: int) -> State:
        """Hidden state, memory, its normaliser, and the logarithm by which both are scaled."""
        zeros = torch.zeros(batch, self.read.in_features)
        return zeros, zeros, zeros, zeros

    def forward(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """One step."""
        hidden, memory, sums, scale = state
        value, write, forget, out = (self.inputs(x) + self.hidden(hidden)).chunk(4, dim=1)
        forget = functional.logsigmoid(forget + 1.0) + scale
        scale = torch.maximum(forget, write)
        forget, write = torch.exp(forget - scale), torch.exp(write - scale)
        memory, sums = forget * memory + write * torch.tanh(value), forget * sums + write
        hidden = torch.sigmoid(out) * memory / sums.clamp(min=1e-6)
        return self.read(hidden), (hidden, memory, sums, scale)


MIXERS: dict[str, Callable[[int], Mixer]] = {
    "LRU": Lru,
    "S4D": S4d,
    "minGRU": MinGru,
    "minLSTM": MinLstm,
    "Mamba": Mamba,
    "gated DeltaNet": GatedDelta,
    "mLSTM": MLstm,
    "sLSTM": SLstm,
}


class Stack(nn.Module):
    """Layers of a mixer and a perceptron, both beside a residual path, run step by step."""

    def __init__(self, symbols: int, units: int, plan: "Plan") -> None:
        super().__init__()
        width = plan.width
        self.tokens = nn.Embedding(symbols, width)
        self.mixers = nn.ModuleList(MIXERS[plan.kind](width) for _ in range(plan.layers))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2 * plan.layers))
        self.after = nn.ModuleList(
            nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
            for _ in range(plan.layers)
        )
        self.norm, self.readout = nn.LayerNorm(width), nn.Linear(width, units)

    def start(self, batch: int) -> list[State]:
        """The state of each layer before the first step."""
        return [mixer.start(batch) for mixer in self.mixers]  # type: ignore[operator]

    def step(self, tokens: Tensor, states: list[State]) -> tuple[Tensor, list[State]]:
        """One token each [B]: the output units [B, K], and the states after it."""
        hidden, following = self.tokens(tokens), []
        for layer, (mixer, state) in enumerate(zip(self.mixers, states, strict=True)):
            found, after = mixer(self.norms[2 * layer](hidden), state)
            following.append(after)
            hidden = hidden + found
            hidden = hidden + self.after[layer](self.norms[2 * layer + 1](hidden))
        return self.readout(self.norm(hidden)), following

    def forward(self, tokens: Tensor) -> Tensor:
        """The output units after each token: [B, T] to [B, T, K]."""
        states, found = self.start(len(tokens)), []
        for token in tokens.T:
            units, states = self.step(token, states)
            found.append(units)
        return torch.stack(found, dim=1)


@dataclass(frozen=True)
class Plan:
    """One network: its family, kind, task and size."""

    family: str
    kind: str
    task: str
    layers: int = 1
    width: int = 32

    @property
    def name(self) -> str:
        """Kind and task as the name of a folder."""
        return f"{self.kind.replace(' ', '-')}-{self.layers}x{self.width}-{self.task}"


def _plans() -> dict[str, Plan]:
    transformers = [
        ("learned positions", "first", 1),
        ("learned positions", "delay_1", 1),
        ("learned positions", "delay_2", 1),
        ("learned positions", "change", 1),
        ("learned positions", "even_pairs", 1),
        ("learned positions", "majority_of_3", 1),
        ("learned positions", "contains_011", 2),
        ("learned positions", "tomita_4", 2),
        ("learned positions", "tomita_2", 2),
        ("learned positions", "in_order", 2),
        ("learned positions", "last_seen", 1),
        ("learned positions", "greatest", 1),
        ("learned positions", "parity", 2),
        ("learned positions", "depth_2", 2),
        ("learned positions", "tomita_7", 2),
        ("no positions", "at_most_3", 1),
        ("no positions", "greatest", 1),
        ("no positions", "majority", 1),
        ("no positions", "ones_mod_3", 2),
        ("no positions", "parity", 2),
    ]
    recurrent = [
        ("LRU", "delay_2", 1),
        ("LRU", "at_most_3", 1),
        ("LRU", "majority_of_3", 1),
        ("S4D", "change", 1),
        ("S4D", "first", 1),
        ("S4D", "tomita_4", 2),
        ("minGRU", "last_seen", 1),
        ("minGRU", "in_order", 2),
        ("minGRU", "greatest", 1),
        ("minLSTM", "even_pairs", 2),
        ("minLSTM", "tomita_2", 2),
        ("Mamba", "contains_011", 2),
        ("Mamba", "delay_2", 1),
        ("Mamba", "last_seen", 1),
        ("gated DeltaNet", "parity", 1),
        ("gated DeltaNet", "ones_mod_3", 1),
        ("mLSTM", "first", 1),
        ("mLSTM", "at_most_3", 1),
        ("sLSTM", "tomita_3", 1),
        ("sLSTM", "divisible_by_3", 1),
    ]
    both = [
        ("BiGRU", "parity", 1),
        ("BiGRU", "contains_0120", 1),
        ("BiGRU", "tomita_3", 1),
        ("BiGRU", "depth_3", 1),
        ("BiLSTM", "divisible_by_3", 1),
        ("BiLSTM", "even_pairs", 1),
        ("BiLSTM", "ones_mod_4", 1),
        ("encoder", "majority", 1),
        ("encoder", "tomita_4", 2),
        ("encoder", "first", 1),
    ]
    groups = (("Transformer", transformers), ("state space", recurrent), ("bidirectional", both))
    plans = [Plan(family, *one) for family, group in groups for one in group]
    return {plan.name: plan for plan in plans}


PLAN: dict[str, Plan] = _plans()


def build(plan: Plan) -> nn.Module:
    """The network before training."""
    task = TASKS[plan.task]
    units = int(task.table[1].max()) + 1
    if plan.family == "state space":
        return Stack(task.symbols, units, plan)
    if plan.kind in ("BiGRU", "BiLSTM"):
        return Bidirectional(task.symbols, units, plan)
    return Transformer(task.symbols, units, plan, task.length, both=plan.family == "bidirectional")


def load(folder: Path) -> tuple[Plan, dict[str, Any], nn.Module]:
    """A network from its folder: what it is, what is told of it, and itself."""
    told = json.loads((folder / "network.json").read_text())
    plan = Plan(**told["plan"])
    model = build(plan).eval()
    model.load_state_dict(load_file(folder / "weights.safetensors"))
    return plan, told, model


def units_of(model: nn.Module, plan: Plan, words: Ints) -> Tensor:
    """Output units of words: after each symbol, or [N, 1, K] of whole words where it looks both ways."""
    found: Tensor
    symbols = torch.as_tensor(words)
    if not isinstance(model, Transformer):
        found = model(symbols)
        return found if plan.family == "state space" else found[:, None]
    found = model(functional.pad(symbols, (1, 0), value=TASKS[plan.task].symbols))
    return found[:, None] if model.both else found[:, 1:]


def drawn(plan: Plan, rng: np.random.Generator, count: int) -> tuple[Ints, Ints]:
    """Words of the task's length with their answers; for answers at the end, of any length up to it."""
    task = TASKS[plan.task]
    if plan.family != "bidirectional":
        return task.draw(rng, count, task.length)
    words, answers = task.draw(rng, count, int(rng.integers(1, task.length + 1)))
    return words, answers[:, -1:]


@torch.no_grad()
def wrong(model: nn.Module, plan: Plan, rng: np.random.Generator, count: int) -> int:
    """On how many fresh words the network errs."""
    found, part = 0, min(count, 500)
    for _ in range(count // part):
        words, answers = drawn(plan, rng, part)
        said = units_of(model, plan, words).argmax(dim=2).numpy()
        found += int((said != answers).any(axis=1).sum())
    return found


def trained(plan: Plan, cap: float, seed: int) -> tuple[nn.Module, int, int]:
    """A network trained until it errs no more or the cap of seconds, on how many it errs, and the steps."""
    rng, judge = np.random.default_rng([seed, 1]), np.random.default_rng([seed, 2])
    torch.manual_seed(seed)
    model, started = build(plan), time.process_time()
    optimiser = torch.optim.AdamW(model.parameters(), RATE, weight_decay=0.01)
    steps = clean = 0
    while True:
        used = (time.process_time() - started) / cap
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (steps + 1) / 50) * max(0.05, 1.0 - used)
        words, answers = drawn(plan, rng, BATCH)
        units = units_of(model, plan, words)
        loss = functional.cross_entropy(units.flatten(0, 1), torch.as_tensor(answers).flatten())
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        steps += 1
        if steps % EVERY and used < 1.0:
            continue
        clean = clean + 1 if wrong(model, plan, judge, 2_000) == 0 else 0
        if clean >= 3 or used >= 1.0:
            errors = wrong(model, plan, judge, TESTED)
            if errors == 0 or used >= 1.0:
                return model.eval(), errors, steps


def main() -> None:
    """Train the networks that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", default=list(PLAN))
    parser.add_argument("--cap", type=float, default=25.0)
    parser.add_argument("--seed", type=int, default=0)
    said = parser.parse_args()
    torch.set_num_threads(1)
    for name in said.names:
        folder, plan = said.folder / name, PLAN[name]
        if (folder / "network.json").exists():
            continue
        started = time.process_time()
        model, errors, steps = trained(plan, said.cap, said.seed)
        told = {
            "plan": asdict(plan),
            "length": TASKS[plan.task].length,
            "wrong": errors,
            "tested": TESTED,
            "steps": steps,
            "seconds": round(time.process_time() - started, 1),
            "seed": said.seed,
        }
        folder.mkdir(parents=True, exist_ok=True)
        save_file(model.state_dict(), folder / "weights.safetensors")
        (folder / "network.json").write_text(json.dumps(told, indent=2) + "\n")
        print(f"{name}: wrong on {errors} of {TESTED:,}, {steps} steps, {told['seconds']} s", flush=True)


if __name__ == "__main__":
    main()
