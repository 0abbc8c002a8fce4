"""The formula search alone on every benchmark task, given an oracle of its behaviour.

    python benchmarks/formulas.py [--tasks NAME,...] [--seed N] [-o FILE]

Prints one row a task: strategy, seconds, cost, program. The oracle is the task's rule: words of the
task's own length (and longer ones for small alphabets), and for finite-state tasks the exact machine,
built by brute force. The linear tasks are the linear realisation's; they are tried here all the same.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netlift.bench import TASKS, Task
from netlift.formulas import (
    Append,
    Assign,
    Behaviour,
    Candidate,
    Emit,
    Expr,
    Increment,
    Recurrence,
    is_boolean,
    search,
)
from netlift.states import Machine

Ints = NDArray[np.int64]
Rule = Callable[[Ints], Ints]


def oracle_machine(rule: Rule, alphabet: Ints, *, depth: int, most: int = 40) -> Machine | None:
    """The machine whose states are told apart by all suffixes up to `depth`; None beyond `most` states."""
    letters = len(alphabet)
    suffixes = np.array(np.meshgrid(*[np.arange(letters)] * depth, indexing="ij")).reshape(depth, -1).T
    names: dict[bytes, int] = {}
    words: list[list[int]] = []

    def signature(word: list[int]) -> bytes:
        head = np.tile(np.array(word, dtype=np.int64), (len(suffixes), 1))
        answers = rule(alphabet[np.concatenate([head, suffixes], axis=1)])
        return answers[:, len(word) :].tobytes()

    def number(word: list[int]) -> int:
        key = signature(word)
        if key not in names:
            names[key] = len(words)
            words.append(word)
        return names[key]

    number([])
    transitions: list[list[int]] = []
    outputs: list[list[list[int]]] = []
    for word in words:
        if len(words) > most:
            return None
        transitions.append([number([*word, a]) for a in range(letters)])
        inputs = alphabet[np.array([[*word, a] for a in range(letters)])]
        outputs.append(rule(inputs)[:, -1].tolist())
    return Machine(alphabet, np.array(transitions), np.array(outputs)).minimised()


def behaviour_of(task: Task, seed: int) -> Behaviour:
    """Words and answers of a task, with its machine where it has one."""
    rng = np.random.default_rng(seed)
    inputs = task.sequences(4_000, rng).inputs
    flat = inputs.reshape(-1, inputs.shape[-1])
    alphabet = np.unique(flat, axis=0)
    if len(alphabet) > 64:
        return Behaviour(inputs, task.function(inputs))
    depth = 6 if len(alphabet) == 2 else (3 if len(alphabet) <= 4 else 2)
    machine = oracle_machine(task.function, alphabet, depth=depth)
    if machine is not None:
        probe = alphabet[rng.integers(len(alphabet), size=(500, 40))]
        if not np.array_equal(machine.run(probe), task.function(probe)):
            machine = None
    if len(alphabet) <= 4:
        longer = alphabet[rng.integers(len(alphabet), size=(1_000, 2 * inputs.shape[1]))]
        longer[: len(inputs), : inputs.shape[1]] = inputs[: len(longer)]
        inputs = longer
    return Behaviour(inputs, task.function(inputs), machine=machine)


def text(recurrence: Recurrence) -> str:
    """One line: start values, then statements separated by semicolons; `->` marks the output."""
    lines = [f"{n}={list(v) if isinstance(v, tuple) else v}" for n, v in recurrence.initial]
    start = ", ".join(lines)
    body = []
    for s in recurrence.body:
        match s:
            case Assign(targets, values):
                body.append(f"{', '.join(targets)} = {', '.join(map(str, values))}")
            case Increment(target, index, amount):
                body.append(f"{target}[{index}] += {amount}")
            case Append(target, value, keep):
                body.append(f"{target}.append({value})" + (f" keep {keep}" if keep else ""))
            case Emit(values):
                body.append("-> " + ", ".join(_number(v) for v in values))
    return (f"[{start}] " if start else "") + "; ".join(body)


def _number(expr: Expr) -> str:
    return f"int({expr})" if is_boolean(expr) else str(expr)


def main() -> None:
    """Run the tasks and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--top", type=int, default=1, help="programs to show a task")
    parser.add_argument("--no-machine", action="store_true", help="words only")
    parser.add_argument("-o", type=Path, help="also write the table, as markdown, to this file")
    options = parser.parse_args()
    rows = ["| task | strategy | seconds | cost | program |", "|---|---|---:|---:|---|"]
    solved, total = 0, 0.0
    for name in options.tasks.split(","):
        behaviour = behaviour_of(TASKS[name], options.seed)
        if options.no_machine:
            behaviour = Behaviour(behaviour.inputs, behaviour.outputs)
        started = time.perf_counter()
        found: list[Candidate] = search(behaviour, seed=options.seed)
        seconds = time.perf_counter() - started
        total += seconds
        states = behaviour.machine.states if behaviour.machine else None
        solved += bool(found) and found[0].strategy != "table"
        for place, c in enumerate(found[: options.top]):
            head = f"{name} ({states or '-'})" if place == 0 else ""
            print(f"{head:32} {c.strategy:10} {seconds:6.2f} {c.cost:6.1f}  {text(c.recurrence)}", flush=True)
        if not found:
            print(f"{name:32} {'none':10} {seconds:6.2f}", flush=True)
            rows.append(f"| {name} | none | {seconds:.2f} | | |")
            continue
        best = found[0]
        rows.append(
            f"| {name} | {best.strategy} | {seconds:.2f} | {best.cost:.1f} | `{text(best.recurrence)}` |"
        )
    print(f"{solved} of {len(options.tasks.split(','))} by a formula, {total:.1f} s")
    if options.o is not None:
        options.o.write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
