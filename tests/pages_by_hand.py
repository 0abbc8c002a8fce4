"""Results made by hand, to make pages of without a run."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.bench._run import Summary
from netlift.certify import Claim
from netlift.core._progress import Learned
from netlift.data import Sequences, from_arrays
from netlift.formulas import Assign, Emit, Expr, Recurrence, var
from netlift.networks import LinearRnn
from netlift.program import Program
from netlift.report._noise import Noise
from netlift.report._result import Check, Result
from netlift.report._story import Story
from netlift.states import Machine

COUNT_AB = """def program(inputs):
    s = 0
    outputs = []
    for x in inputs:
        s = (s + (x == {!r})) % 3
        outputs.append(s)
    return outputs
"""


def counting(letters: tuple[str, str] = ("a", "b"), **more: Any) -> Result:
    """A program that counts the first symbol modulo 3, with its machine; no network."""
    first, second = letters
    program = Program(COUNT_AB.format(first))
    words = [[first, second, first], [second, second], [first] * 7]
    sequences = from_arrays(words, [program(word) for word in words])
    names = sequences.input_symbols[0]
    assert names is not None
    step = np.array([[state if name != first else (state + 1) % 3 for name in names] for state in range(3)])
    machine = Machine(np.array([[0], [1]]), step, step[:, :, None])
    return made(sequences, **{"program": program, "machine": machine, **more})


def told() -> Result:
    """A result that has every part of a page that can be made by hand."""
    result = counting()
    course = (Learned("H2", 200, 0.2, 0.1), Learned("H2", 400, 0.9, 0.5), Learned("H4", 200, 1.0, 0.4))
    wrong = ({"row": 0, "step": 2, "given": 0, "expected": 1},)
    random = ({"state": 1, "after": ["a"], "input": "b", "frequencies": [["1", 0.9], ["2", 0.1]], "seen": 9},)
    claims = (
        Claim("data = network", "tested", "it is tested", {"bound": 3}),
        Claim("network = machine", "exhaustive", "it is exhaustive", {"bound": 3}),
        Claim("machine = program", "proved", "it is proved", {"bound": 3}),
        Claim("program = specification", "refuted", "it is refuted", {"bound": 3}),
    )
    return replace(
        result,
        story=None if result.story is None else replace(result.story, course=course),
        noise=Noise(0.1, wrong, random),
        claims=claims,
        unseen=({"state": 1, "after": ["a"], "inputs": ["b"]},),
        network_facts={"architecture": "H4", "parameters": 9, "held_out_accuracy": 1.0},
    )


def made(
    sequences: Sequences, program: Program | None, machine: Machine | None = None, **more: Any
) -> Result:
    """A solved result about these sequences."""
    given: dict[str, Any] = {
        "solved": True,
        "reason": "",
        "program": program,
        "network": None,
        "machine": machine,
        "reader": "data",
        "states": None if machine is None else machine.states,
        "strategy": "table",
        "trained_by": "nothing",
        "checks": {"train": Check(len(sequences), 0, "the data")},
        "state_map": {},
        "network_facts": {},
        "findings": (),
        "seconds": {"states": 0.5, "total": 1.0},
        "seed": 3,
        "version": "0.1.0",
        "log": ("[states]", "data reader"),
        "symbols": (sequences.input_symbols, sequences.target_symbols),
        "story": Story.of(sequences),
    }
    return Result(**(given | more))


def summing() -> Result:
    """The sum of two streams so far, held in one hidden unit of a network."""
    rng = np.random.default_rng(0)
    inputs: NDArray[np.int64] = rng.integers(-4, 5, size=(40, 8, 2))
    targets = inputs.sum(axis=2, keepdims=True).cumsum(axis=1)
    source = (
        "def program(inputs):\n    total = 0\n    outputs = []\n    for a, b in inputs:\n"
        "        total += a + b\n        outputs.append(total)\n    return outputs\n"
    )
    network = LinearRnn(
        {
            "initial": np.zeros(1),
            "transition": np.ones((1, 1)),
            "drive": np.ones((1, 2)),
            "bias": np.zeros(1),
            "offset": np.zeros(1),
            "readout": np.ones((1, 1)),
        }
    )
    both = Expr("+", (Expr("+", (var("total"), var("a"))), var("b")))
    body = (Assign(("total",), (both,)), Emit((var("total"),)))
    recurrence = Recurrence(("a", "b"), (("total", 0),), body)
    facts = {"architecture": str(network), "parameters": network.parameters, "held_out_accuracy": 1.0}
    return made(
        from_arrays(inputs, targets),
        Program(source),
        network=network,
        network_facts=facts,
        trained_by="closed-form",
        reader="linear",
        words=inputs,
        recurrence=recurrence,
    )


def bench_summary(seed: int = 0) -> Summary:
    """A run of the benchmark on three tasks, one of them not solved."""
    rows = [
        {
            "task": name,
            "solved": name != "div_3",
            "exact_long": True,
            "exact_ten_times": True,
            "exact_hundred_times": True,
            "reader": "machine",
            "states": states,
            "strategy": "division",
            "nodes": 30,
            "lines": 8,
            "seconds": seconds,
            "stages": {"train": seconds / 2},
            "trained_by": "gradient",
            "architecture": "H1",
            "network_accuracy": 0.9999,
            "copy": {},
            "claims": {"machine = program": {"tier": "proved"}},
            "reason": "<b>wrong</b>" if name == "div_3" else "",
            "seed": seed,
            "version": "0.1.0",
            "peak_mb": 1,
        }
        for name, states, seconds in (("div_7", 7, 9.0), ("div_3", 3, 20.0), ("sum_all", None, 3.0))
    ]
    return Summary(tuple(rows), 60.0, seed, 2)
