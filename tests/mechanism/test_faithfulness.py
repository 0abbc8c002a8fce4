"""Faithfulness: the mechanism agrees under every intervention; what is not the mechanism is told apart."""

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import netlift
from netlift.formulas import Append, Assign, Emit, Expr, Increment, Recurrence, const, var
from netlift.mechanism._measure import Faithfulness, measured, trials_of
from netlift.networks._causal import Causal
from netlift.states import Machine
from states_by_hand import Embedded, Rule, digits, random_machine, tabulate

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TRIALS = 400


def e(op: str, *args: Expr | str | int) -> Expr:
    """An expression, with names and numbers for short."""
    nodes = [
        one if isinstance(one, Expr) else var(one) if isinstance(one, str) else const(one) for one in args
    ]
    return Expr(op, tuple(nodes))


def words(symbols: int, count: int = 1500, length: int = 9, seed: int = 1) -> Ints:
    return np.random.default_rng(seed).integers(symbols, size=(count, length, 1))


def remainder(k: int) -> Recurrence:
    total = e("%", e("+", "s", "x"), k)
    return Recurrence(("x",), (("s", 0),), (Assign(("s",), (total,)), Emit((var("s"),))))


def table(machine: Machine) -> Recurrence:
    """A machine's two tables as a recurrence."""
    cells = list(np.ndindex(machine.transitions.shape))
    key = (var("state"), var("x"))
    after = tuple((cell, int(machine.transitions[cell])) for cell in cells)
    output = tuple((cell, int(machine.outputs[cell][0])) for cell in cells)
    return Recurrence(
        ("x",),
        (("state", 0),),
        (
            Assign(("y", "state"), (Expr("table", key, output), Expr("table", key, after))),
            Emit((var("y"),)),
        ),
    )


# position += velocity, velocity += x: two variables, and two idle numbers in the hidden state
MOTION = Recurrence(
    ("x",),
    (("v", 0), ("p", 0)),
    (Assign(("v",), (e("+", "v", "x"),)), Assign(("p",), (e("+", "p", "v"),)), Emit((var("p"),))),
)


def motion(idle: int = 0) -> Rule:
    """The same in a network, with numbers that remember the last inputs and that no answer depends on."""

    def step(z: Ints, x: Ints) -> Ints:
        v = z[:, :1] + x
        return np.hstack([v, z[:, 1:2] + v, x, z[:, 2:]])[:, : 2 + idle]

    return Rule.of((0, 0) + (0,) * idle, step, lambda z: z[:, 1], np.random.default_rng(3))


def figures(found: Faithfulness) -> dict[str, float | None]:
    """Every agreement, by name."""
    whole = {name: getattr(found, name) for name in ("interchange", "ignored", "same_state", "between")}
    agreements = {name: one.agreement for name, one in whole.items()}
    agreements |= {f"map of {name}": one.agreement for name, one in found.variables.items()}
    return agreements | {f"swap of {name}": one.agreement for name, one in found.one_variable.items()}


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 12), st.integers(2, 4), st.integers(0, 10_000))
def test_an_exact_machine_agrees_wherever_trials_are_possible(states: int, symbols: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    machine = random_machine(rng, states, symbols).minimised()
    network = Embedded.of(machine, rng)
    found = measured(network, table(machine), words(symbols), TRIALS, seed)
    assert found.interchange.agreement == 1.0
    assert found.interchange.trials == TRIALS
    assert found.same_state.agreement in (1.0, None)
    assert found.between.agreement in (1.0, None)
    assert found.same_state.trials == found.between.trials


def test_variables_that_are_directions_can_be_swapped_one_by_one() -> None:
    found = measured(motion(idle=2), MOTION, words(3), TRIALS, 0)
    expected = (
        "interchange",
        "ignored",
        "between",
        "same_state",
        "map of v",
        "map of p",
        "swap of v",
        "swap of p",
    )
    assert figures(found) == dict.fromkeys(expected, 1.0)
    assert found.one_variable["v"].telling == found.one_variable["v"].trials > 100
    assert found.ignored.distance is not None
    assert found.ignored.distance > 0.01


def test_where_all_directions_carry_variables_none_is_ignored() -> None:
    found = measured(motion(), MOTION, words(3), TRIALS, 0)
    assert found.ignored.agreement is None
    assert "in no direction that leaves all variables" in found.ignored.reason
    assert found.same_state.reason == "no state of the program was seen with two different hidden states"
    assert found.one_variable["p"].agreement == 1.0


def test_a_network_that_does_not_follow_the_program_is_told_apart() -> None:
    found = measured(Embedded.of(_counter(5), np.random.default_rng(0)), remainder(4), words(3), TRIALS, 0)
    assert found.variables["s"].agreement < 1.0
    assert found.interchange.agreement is not None
    assert found.interchange.agreement < 0.9
    assert found.interchange.telling_agreement is not None
    assert found.interchange.telling_agreement < found.interchange.agreement + 0.1


def _counter(k: int) -> Machine:
    return tabulate(digits(3), lambda s, x: ((s + x[0]) % k, (s + x[0]) % k))


def test_a_variable_that_the_network_does_not_hold_is_exposed() -> None:
    """Right on all outputs: parity by counting up. The network holds the parity, not the count."""
    counting = Recurrence(("x",), (("n", 0),), (Assign(("n",), (e("+", "n", "x"),)), Emit((e("%", "n", 2),))))
    network = Embedded.of(tabulate(digits(2), lambda s, x: (s ^ x[0], s ^ x[0])), np.random.default_rng(0))
    found = measured(network, counting, words(2), TRIALS, 0)
    assert found.interchange.agreement == 1.0
    assert found.variables["n"].agreement < 0.6
    honest = measured(network, remainder(2), words(2), TRIALS, 0)
    assert honest.variables["s"].agreement == 1.0


def test_directions_that_the_map_ignores_but_the_network_uses_are_found() -> None:
    """The last input stands in the hidden state and, where it is out of step, spoils the answers."""

    @dataclass(frozen=True)
    class Entangled:
        def initial_state(self, batch: int) -> Floats:
            return np.zeros((batch, 2))

        def next_state(self, hidden: Floats, inputs: Ints) -> Floats:
            clean = np.abs(hidden[:, 1:] - np.rint(hidden[:, 1:])) < 1e-9
            return np.column_stack([hidden[:, :1] + np.where(clean, inputs, 7), inputs])

        def output(self, hidden: Floats) -> Ints:
            return np.rint(hidden[:, :1]).astype(np.int64)

    counting = Recurrence(("x",), (("n", 0),), (Assign(("n",), (e("+", "n", "x"),)), Emit((var("n"),))))
    found = measured(Entangled(), counting, words(3), TRIALS, 0)
    assert found.interchange.agreement == found.same_state.agreement == 1.0
    assert found.ignored.agreement is not None
    assert found.ignored.agreement < 0.9
    assert found.between.agreement is not None
    assert found.between.agreement < 0.9


def test_codes_without_order_are_not_a_variable() -> None:
    """Four codes in four dimensions: any variable is affine there, but no direction stands for it."""
    machine = tabulate(digits(3), lambda s, x: ((s + x[0]) % 5, (s + x[0]) % 5))
    network = Embedded(machine, 3.0 * np.eye(5))
    silent = replace(table(machine), body=remainder(5).body, initial=(("s", 0),))
    found = measured(network, silent, words(3), TRIALS, 0)
    assert found.variables["s"].agreement == found.interchange.agreement == 1.0
    assert found.one_variable["s"].agreement is not None
    assert found.one_variable["s"].agreement < 0.5


def test_counters_are_seen_by_their_differences() -> None:
    counts = Recurrence(
        ("x",),
        (("counts", (0, 0)),),
        (Increment("counts", var("x"), const(1)), Emit((e("argmax", "counts"),))),
    )
    network = Rule.of(
        (0, 0),
        lambda z, x: np.hstack([z[:, :1] + 2 * x - 1, x]),
        lambda z: (z[:, 0] > 0).astype(np.int64),
        np.random.default_rng(0),
    )
    found = measured(network, counts, words(2), TRIALS, 0)
    assert list(found.one_variable) == ["counts[1] - counts[0]"]
    assert set(figures(found).values()) == {1.0}
    assert found.one_variable["counts[1] - counts[0]"].telling > 50


def test_a_program_without_state_ignores_every_direction() -> None:
    network = Rule.of((0,), lambda z, x: x, lambda z: 2 * z[:, 0], np.random.default_rng(0))
    found = measured(network, Recurrence(("x",), (), (Emit((e("*", 2, "x"),)),)), words(3), TRIALS, 0)
    assert figures(found) == dict.fromkeys(("interchange", "ignored", "same_state", "between"), 1.0)
    assert found.interchange.telling == 0
    assert found.interchange.telling_agreement is None


def test_what_is_impossible_comes_with_its_reason() -> None:
    window = Recurrence(
        ("x",), (("history", ()),), (Append("history", var("x")), Emit((e("smallest", "history"),)))
    )
    network = Rule.of((9,), lambda z, x: np.minimum(z, x), lambda z: z[:, 0], np.random.default_rng(0))
    found = measured(network, window, words(4), TRIALS, 0)
    assert found.ignored.facts() == {
        "trials": 0,
        "agreement": None,
        "reason": "the list history changes its length",
    }
    short = measured(network, window, words(4, length=1), TRIALS, 0)
    assert "two or more steps" in short.interchange.reason
    alone = measured(network, window, words(4)[:1], TRIALS, 0)
    assert "three words" in alone.interchange.reason


def test_a_program_that_gives_up_on_a_word_disagrees_and_does_not_raise() -> None:
    """Its table lacks the step from state 1 with input 1, which no word of the data takes."""
    missing = (((0, 0), 0), ((0, 1), 1), ((1, 0), 0))
    recurrence = Recurrence(
        ("x",),
        (("s", 0),),
        (Assign(("s",), (Expr("table", (var("s"), var("x")), missing),)), Emit((var("s"),))),
    )
    apart = words(2, count=3000)
    apart = apart[~((apart[:, 1:] == 1) & (apart[:, :-1] == 1)).any(axis=(1, 2))]
    network = Rule.of((0,), lambda z, x: x, lambda z: z[:, 0], np.random.default_rng(0))
    found = measured(network, recurrence, apart, TRIALS, 0)
    assert found.interchange.trials == TRIALS
    assert found.interchange.agreement is not None
    assert 0.5 < found.interchange.agreement < 1.0
    assert found.one_variable["s"].agreement == 1.0


def test_same_seed_same_figures_and_another_seed_other_trials() -> None:
    network = Embedded.of(_counter(5), np.random.default_rng(0), wrong=0.05)
    one, same, other = (measured(network, remainder(5), words(3), TRIALS, seed).facts() for seed in (3, 3, 4))
    assert one == same
    assert one["interchange"] != other["interchange"]


@pytest.fixture(scope="module")
def sums() -> netlift.Result:
    inputs = np.random.default_rng(2).integers(0, 9, size=(500, 8))
    return netlift.distill(inputs, np.cumsum(inputs, axis=1) + inputs)


def test_a_result_holds_the_figures_and_more_trials_can_be_asked_for(sums: netlift.Result) -> None:
    facts: dict[str, Any] = sums.facts()["faithfulness"]
    assert facts["interchange"]["trials"] == 2_000
    assert facts["interchange"]["agreement"] == 1.0
    assert set(facts["variables"]) == set(sums.facts()["state_map"]["variables"])
    more = netlift.faithfulness(sums, trials=5_000, seed=1)
    assert (more.interchange.trials, more.interchange.agreement) == (5_000, 1.0)
    assert more.seed == 1


def test_wrong_arguments_are_told_in_a_sentence(sums: netlift.Result) -> None:
    with pytest.raises(netlift.InputError, match="trials is 0; expected a whole number from 1"):
        netlift.faithfulness(sums, trials=0)
    with pytest.raises(netlift.InputError, match="holds no program to compare"):
        netlift.faithfulness(replace(sums, recurrence=None))


@pytest.mark.parametrize(("weights", "trials"), [(None, 2_000), (20_000, 2_000), (80_000, 500), (10**9, 200)])
def test_large_networks_are_intervened_on_less_often(weights: int | None, trials: int) -> None:
    network: Any = SimpleNamespace(parameters=weights)
    assert trials_of(network) == trials


def test_a_network_over_whole_words_is_asked_once_for_each_word_that_is_read_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    torch = pytest.importorskip("torch")
    steps_asked = [0]

    class Light(torch.nn.Module):  # type: ignore[misc,name-defined]
        """The last of 0 and 1 that was read; 2 keeps it, and 0 is what it begins with."""

        def forward(self, tokens: Any) -> Any:
            steps_asked[0] += tokens.numel()
            places = torch.arange(tokens.shape[1]).expand_as(tokens)
            latest = torch.where(tokens == 2, -1, places).cummax(dim=1).values
            held = torch.gather(tokens, 1, latest.clamp(min=0)) * (latest >= 0)
            return torch.nn.functional.one_hot(held, 2).float()

    network = netlift.from_causal(Light(), longest=40)
    result = netlift.lift(network, words(3, 400, 40)[:, :, 0], seed=0, steps=50_000)

    def trials() -> tuple[Faithfulness, int]:
        steps_asked[0] = 0
        return netlift.faithfulness(result, trials=TRIALS, seed=1), steps_asked[0]

    at_once, few = trials()
    monkeypatch.setattr(Causal, "along_from", lambda *_: None)
    step_by_step, many = trials()
    assert at_once == step_by_step
    assert at_once.interchange.trials == TRIALS
    assert few < many / 4
