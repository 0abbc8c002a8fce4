"""The network as a module of PyTorch: source with its weights, nothing pickled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.networks import first_state, step_in
from netlift.report.exports._network import ROUNDED, known_network, known_of_network, names_in

if TYPE_CHECKING:
    from netlift.report._result import Result

MOST_NUMBERS = 200_000  # written out in a source, about 4 MB
_HEAD = '''
import torch

@TABLES@


def _place(column, alphabet):
    """Where whole numbers [N, 1] stand in an alphabet."""
    found = column == alphabet
    if not found.any(dim=1).all():
        raise ValueError("an input is no symbol that the network has a unit for")
    return found.long().argmax(dim=1, keepdim=True)


class Lifted(torch.nn.Module):
    """The network; its weights are parameters, turned so that rows are multiplied by them."""

    def __init__(self):
        super().__init__()
'''
_FORWARD = '''
    def forward(self, inputs):
        """The answers [N, T, K] to sequences [N, T, D], both whole numbers."""
        hidden, answers = self.first.expand(len(inputs), -1), []
        for step in range(inputs.shape[1]):
            hidden, answer = self.step(hidden, inputs[:, step])
            answers.append(answer)
        return torch.stack(answers, dim=1)


def run(inputs):
    """The answers to one sequence, as the program gives them."""
    steps = [list(x) if isinstance(x, (list, tuple)) else [x] for x in inputs]
    if not steps:
        return []
    coded = [
        [value if names is None else names.index(value) for value, names in zip(step, INPUTS)]
        for step in steps
    ]
    with torch.no_grad():
        (answers,) = Lifted()(torch.tensor([coded])).tolist()
    named = [
        tuple(value if names is None else names[value] for value, names in zip(answer, OUTPUTS))
        for answer in answers
    ]
    return [one[0] if len(one) == 1 else one for one in named]
'''


@dataclass(frozen=True)
class TorchExporter:
    """The network as source of a module for PyTorch, in double precision."""

    name: str = "torch"
    cost: float = 1.0

    def export(self, result: "Result") -> bytes:
        """Python source with the class `Lifted` and `run(inputs)`.

        Raises InputError where there is no network whose weights are known, or it has too many to be
        written out.
        """
        network = known_network(result, self.name)
        step = _Step()
        following, outputs = step_in(network, step, "hidden", "inputs")
        numbers = sum(array.size for array in step.constants.values())
        if numbers > MOST_NUMBERS:
            raise InputError(
                f"the result cannot be written as torch: its network has {numbers:,} numbers, and at most "
                f"{MOST_NUMBERS:,} are written out as source; onnx holds any number"
            )
        told = [f"The network {network}, which netlift {result.version} read, for PyTorch.", "", ROUNDED]
        told += known_of_network(result)
        inputs, named = names_in(result, network)
        lines = ['"""' + "\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in told), '"""']
        tables = f"INPUTS = {_listed(inputs)}\nOUTPUTS = {_listed(named)}"
        lines += _HEAD.replace("@TABLES@", tables).rstrip("\n").split("\n")
        lines.append(f"        self.first = torch.nn.Parameter({_tensor(first_state(network))})")
        for name, array in step.constants.items():
            if array.dtype.kind == "f":
                lines.append(f"        self.{name} = torch.nn.Parameter({_tensor(array)})")
            else:
                lines.append(f'        self.register_buffer("{name}", {_tensor(array)})')
        lines += ["", "    def step(self, hidden, inputs):"]
        lines.append('        """The next hidden state [N, H] and the answer [N, K] to inputs [N, D]."""')
        lines += [f"        {line}" for line in step.lines]
        lines.append(f"        return {following}, {outputs}")
        return ("\n".join(lines) + _FORWARD).encode()


def _listed(names: Sequence[Sequence[str] | None]) -> str:
    return repr([None if one is None else list(one) for one in names])


def _tensor(array: NDArray[Any]) -> str:
    kind = "torch.float64" if array.dtype.kind == "f" else "torch.int64"
    return f"torch.tensor({array.tolist()!r}, dtype={kind})"  # repr keeps every bit of a double


class _Step:
    """`Operations` as lines of source; a value is an expression."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, NDArray[Any]] = {}

    def _value(self, source: str) -> str:
        name = f"v{len(self.lines)}"
        self.lines.append(f"{name} = {source}")
        return name

    def constant(self, name: str, array: NDArray[Any]) -> str:
        name = name.replace(".", "_")
        known = self.constants.setdefault(name, np.asarray(array))
        if known is not array and not np.array_equal(known, array):
            raise AssertionError(f"two constants have the name {name}")
        return f"self.{name}"

    def product(self, one: str, other: str) -> str:
        return self._value(f"{one} @ {other}")

    def added(self, one: str, other: str) -> str:
        return self._value(f"{one} + {other}")

    def subtracted(self, one: str, other: str) -> str:
        return self._value(f"{one} - {other}")

    def scaled(self, one: str, other: str) -> str:
        return self._value(f"{one} * {other}")

    def divided(self, one: str, other: str) -> str:
        return self._value(f"{one} / {other}")

    def activated(self, name: str, units: str) -> str:
        return self._value(f"torch.{name}({units})")

    def columns(self, units: str, start: int, stop: int) -> str:
        return self._value(f"{units}[:, {start}:{stop}]")

    def beside(self, parts: Sequence[str]) -> str:
        return self._value(f"torch.cat([{', '.join(parts)}], dim=1)")

    def as_numbers(self, whole: str) -> str:
        return self._value(f"{whole}.double()")

    def rounded(self, numbers: str, most: float) -> str:
        return self._value(f"torch.round({numbers}).clamp({-most!r}, {most!r}).long()")

    def best(self, scores: str) -> str:
        return self._value(f"{scores}.argmax(dim=1, keepdim=True)")

    def above(self, units: str, at: float) -> str:
        return self._value(f"({units} > {at!r}).long()")

    def row(self, table: str, places: str) -> str:
        return self._value(f"{table}[{places}[:, 0]]")

    def place(self, alphabet: tuple[int, ...], name: str, column: str) -> str:
        known = self.constant(name, np.array([alphabet], dtype=np.int64))
        return self._value(f"_place({column}, {known})")
