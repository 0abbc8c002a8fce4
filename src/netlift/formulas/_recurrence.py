"""A recurrence: state variables, and the statements that one step runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from netlift.formulas._expr import Expr, evaluate


@dataclass(frozen=True)
class Assign:
    """`a = e`, or, for several targets, the simultaneous `a, b = e, f`."""

    targets: tuple[str, ...]
    values: tuple[Expr, ...]


@dataclass(frozen=True)
class Increment:
    """`counts[index] += amount`: a per-symbol counter."""

    target: str
    index: Expr
    amount: Expr


@dataclass(frozen=True)
class Append:
    """`history.append(value)`; with `keep`, only the last `keep` values stay."""

    target: str
    value: Expr
    keep: int | None = None


@dataclass(frozen=True)
class Emit:
    """The outputs of this step, one expression an output stream. Exactly one in each body."""

    values: tuple[Expr, ...]


Statement = Assign | Increment | Append | Emit


@dataclass(frozen=True)
class Recurrence:
    """A program over sequences, before it is printed: `initial` once, then `body` for every step.

    Statements run in order; each reads what the ones before it wrote. Truth values count as 0 and 1.

    Attributes:
        inputs: the names of the D input streams, as the body reads them.
        initial: the state variables with their first values, an int or a tuple of ints (a list in the
            program).
        body: the statements of a step, with exactly one `Emit`.

    Example:
        >>> from netlift.formulas import Assign, Emit, Expr, Recurrence, var
        >>> total = Assign(("s",), (Expr("+", (var("s"), var("x"))),))
        >>> Recurrence(("x",), (("s", 0),), (total, Emit((var("s"),)))).run([(1,), (2,)])
        [(1,), (3,)]
    """

    inputs: tuple[str, ...]
    initial: tuple[tuple[str, int | tuple[int, ...]], ...]
    body: tuple[Statement, ...]

    def start(self) -> dict[str, Any]:
        """The state before the first step."""
        return dict(self.initial)

    def step(self, state: dict[str, Any], symbol: Sequence[int]) -> tuple[dict[str, Any], tuple[int, ...]]:
        """The next state and the outputs; `state` is left as it was. Python's exact integers.

        Raises what Python raises where the program would (ZeroDivisionError, KeyError, ...).
        """
        env = dict(state) | dict(zip(self.inputs, symbol, strict=True))
        outputs: tuple[int, ...] = ()
        for statement in self.body:
            match statement:
                case Assign(targets, values):
                    env |= dict(zip(targets, [evaluate(v, env) for v in values], strict=True))
                case Increment(target, index, amount):
                    counts = list(env[target])
                    counts[int(evaluate(index, env))] += evaluate(amount, env)
                    env[target] = tuple(counts)
                case Append(target, value, keep):
                    longer = (*env[target], evaluate(value, env))
                    env[target] = longer if keep is None else longer[-keep:]
                case Emit(values):
                    outputs = tuple(int(evaluate(v, env)) for v in values)
        return {name: env[name] for name, _ in self.initial}, outputs

    def run(self, symbols: Iterable[Sequence[int]]) -> list[tuple[int, ...]]:
        """The outputs, one tuple a step, for one sequence of input tuples."""
        state, outputs = self.start(), []
        for symbol in symbols:
            state, emitted = self.step(state, symbol)
            outputs.append(emitted)
        return outputs
