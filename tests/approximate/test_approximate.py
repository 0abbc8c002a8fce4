"""Best efforts: machines by clusters, weighted sums, what is measured of them, and what is said."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from numpy.typing import NDArray

import netlift
from netlift.approximate import Lifting, approximated, judged
from netlift.approximate._candidates import Printing
from netlift.approximate._weighted import UNIT, Weighted
from netlift.certify import Domain, compare_network, system_of
from netlift.certify._sampled import compare_ends
from netlift.cli._shared import kept
from netlift.core._clock import Clock, OutOfTimeError
from netlift.core._context import Context
from netlift.core._errors import InputError
from netlift.data import Sequences, from_arrays
from netlift.data._alphabet import no_targets
from netlift.data._like import words_like
from netlift.networks import Coded, InputCoding, OutputCoding, run
from netlift.networks._bind import bound
from netlift.networks._codings import Said
from netlift.report._approximation import Approximation
from netlift.report._kept import load_result
from netlift.report._result import Result
from netlift.report._telling import Telling
from netlift.states import Machine
from netlift.states._lean import read_lean

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Leaky:
    """A unit that forgets: no finite machine, and no whole numbers; is it above 0.1?"""

    keeps: float = 0.8

    def initial_state(self, batch: int) -> Floats:
        return np.zeros((batch, 1))

    def next_state(self, hidden: Floats, inputs: Floats) -> Floats:
        moved: Floats = self.keeps * hidden + inputs @ np.array([[-1.0], [0.37], [1.1]])
        return moved

    def output(self, hidden: Floats) -> Floats:
        return np.concatenate([0.1 - hidden, hidden - 0.1], axis=1)


def words(count: int, steps: int) -> list[list[int]]:
    drawn: list[list[int]] = np.random.default_rng(3).integers(3, size=(count, steps)).tolist()
    return drawn


def unsolved(accept: float, at: Any = "each", count: int = 800) -> tuple[Result, Any]:
    """A best effort for the leaky unit, where no search has found anything."""
    given = words(count, 12)
    examples = from_arrays(given, no_targets(given))
    said = Said(inputs="one-hot", outputs="classes")
    network, names = bound(Leaky(), examples, None, said)
    before = Result(solved=False, reason="nothing", network=network, trained_by="given")
    how = Lifting.of(accept=accept, at=at)
    return approximated(before, network, examples, names, how, Context()), network


def test_a_network_without_an_exact_program_gets_a_measured_one() -> None:
    result, network = unsolved(0.97)
    found = result.approximation
    assert found is not None
    assert result.accepted
    assert not result.solved
    assert result.reason.startswith("approximate: ")
    assert found.agreement >= 0.97
    assert found.at_least < found.agreement
    assert result.facts()["approximate"]["errors"] == found.errors
    assert found.usual < 0.2
    assert f"always the same answer has {found.usual:.2%}" in result.reason
    fresh = np.random.default_rng(11).integers(3, size=(500, 12, 1))
    truth = run(network, fresh)[:, :, 0].tolist()
    program = result.program
    assert program is not None
    alike = [program(word) == said for word, said in zip(fresh[:, :, 0].tolist(), truth, strict=True)]
    assert np.mean(alike) > 0.94
    assert result.claims == ()


def test_what_counts_at_the_end_alone_is_easier() -> None:
    result, _ = unsolved(0.97, "end")
    assert result.approximation is not None
    assert result.approximation.judged == "end"
    assert " at the end of " in result.reason
    assert result.approximation.agreement >= 0.97
    last = judged(from_arrays([[1, 2, 0], [1]], [[0, 0, 0], [0]]), "end")
    assert last.labelled.tolist() == [[False, False, True], [True, False, False]]


def test_a_solved_result_and_one_without_a_wish_stay_as_they_are() -> None:
    given = words(20, 5)
    examples = from_arrays(given, no_targets(given))
    network = Coded(Leaky(), InputCoding("one-hot", ((0, 1, 2),)), OutputCoding("classes", ((0, 1),)))
    for result, accept in ((Result(True, ""), 0.9), (Result(False, "nothing"), None)):
        how = Lifting.of(accept=accept)
        assert approximated(result, network, examples, (None,), how, Context()) is result


@pytest.mark.parametrize("accept", [0, 1.5, -1, "often", True, float("nan")])
def test_a_share_that_is_none_is_refused(accept: Any) -> None:
    with pytest.raises(InputError, match="expected a share of words above 0"):
        Lifting.of(accept=accept)


def test_the_bound_is_that_of_clopper_and_pearson() -> None:
    faultless = Approximation(0.9, 100, 0, "each", "a machine", "drawn")
    assert faultless.at_least == pytest.approx(0.05**0.01)
    some = Approximation(0.95, 50, 3, "each", "a machine", "drawn")
    # at the bound, 47 or more of 50 come about with probability 0.05
    p, rng = some.at_least, np.random.default_rng(0)
    assert np.mean(rng.binomial(50, p, size=200_000) >= 47) == pytest.approx(0.05, abs=0.003)
    assert not some.accepted
    assert Approximation(0.9, 5, 5, "each", "a machine", "drawn").at_least == 0.0


@pytest.mark.parametrize("answers", [((0,), (1,)), ((0, 1), (1, 1), (2, 0))])
def test_weighted_sums_are_printed_as_they_are_run(answers: tuple[tuple[int, ...], ...]) -> None:
    rng = np.random.default_rng(1)
    scores = 1 if len(answers) == 2 else len(answers)
    found = Weighted(
        np.array([[0, 0], [0, 1], [1, 0]]),
        rng.integers(-UNIT, UNIT, size=3),
        rng.integers(-UNIT, UNIT, size=(3, 3, 4)),
        rng.integers(-UNIT, UNIT, size=(scores, 4)),
        np.array(answers),
    )
    names = (("a", "b"), None)
    printing = Printing(names, (None,) * len(answers[0]), [("a", "b"), "0..1"])
    near = printing.weighted(found)
    program = netlift.Program(near.source(["A test."]))
    places = rng.integers(3, size=(20, 9))
    said = near.run(places)
    assert len(np.unique(said.reshape(-1, said.shape[2]), axis=0)) > 1
    for word, expected in zip(places, said.tolist(), strict=True):
        inputs = [("ab"[one], two) for one, two in found.alphabet[word].tolist()]
        plain = [row[0] if len(row) == 1 else tuple(row) for row in expected]
        assert program(inputs) == plain


def test_words_are_drawn_like_the_examples() -> None:
    given = [[0, 1, 2] * 4, [0, 1, 2, 0, 1, 2]] * 30
    examples = from_arrays(given, no_targets(given))
    drawn = words_like(examples, 200, np.random.default_rng(0))
    assert set(drawn.lengths.tolist()) == {6, 12}
    follows = [(a + 1) % 3 == b for word in drawn.inputs[:, :6, 0].tolist() for a, b in zip(word, word[1:])]  # noqa: B905, RUF007
    assert 0.9 < np.mean(follows) < 1.0
    again = words_like(examples, 200, np.random.default_rng(0))
    assert np.array_equal(drawn.inputs, again.inputs)


def test_a_reading_that_ends_early_keeps_its_last_machine() -> None:
    network = Coded(Leaky(), InputCoding("one-hot", ((0, 1, 2),)), OutputCoding("classes", ((0, 1),)))
    alphabet = np.array([[0], [1], [2]])
    found = read_lean(network, alphabet, 30, rng=np.random.default_rng(0), max_states=12)
    assert found.machine is None
    assert found.reason == "too many states"
    assert found.best is not None
    assert 1 < found.best.states <= 12


def test_a_budget_of_steps_ends_all_stages_with_what_is_known() -> None:
    taken = 0

    class Counting(Leaky):
        def next_state(self, hidden: Floats, inputs: Floats) -> Floats:
            nonlocal taken
            taken += len(inputs)
            moved: Floats = (hidden + inputs @ np.array([[0.0], [1.0], [2.0]])) % 3.0
            return moved

        def output(self, hidden: Floats) -> Floats:
            return np.concatenate([-abs(hidden - 0), -abs(hidden - 1), -abs(hidden - 2)], axis=1)

    alphabet = netlift.Alphabet((range(3),), 10)
    full = netlift.lift(Counting(), alphabet, input_coding="one-hot", output_coding="classes")
    whole, taken = taken, 0
    result = netlift.lift(Counting(), alphabet, input_coding="one-hot", output_coding="classes", steps=60_000)
    assert full.solved
    assert result.program is not None
    assert result.program.source.count("% 3") == full.program.source.count("% 3")  # type: ignore[union-attr]
    assert taken < whole / 3
    told = next(claim for claim in result.claims if claim.claim == "network = machine")
    assert "tested on 2,000" not in told.words


def test_steps_are_counted_where_a_budget_bounds_them() -> None:
    clock = Clock(steps=100, whole=True)
    clock.until(0.5)
    network = Coded(Leaky(), InputCoding("one-hot", ((0, 1, 2),)), OutputCoding("classes", ((0, 1),)))
    with clock.checking():
        run(network, np.zeros((10, 5, 1), dtype=np.int64))
        with pytest.raises(OutOfTimeError):
            run(network, np.zeros((1, 1, 1), dtype=np.int64))
    assert clock.taken == 51
    assert clock.spent == "100 steps of the network"
    with Clock(steps=1).checking():  # checks come on top where the budget is not of the whole
        run(network, np.zeros((10, 5, 1), dtype=np.int64))


def test_a_command_says_approximate_and_never_solved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result, _ = unsolved(0.97)
    with click.Context(click.Command("lift"), info_name="lift"):
        assert kept(result, tmp_path / "out", telling=Telling(), new=False) == 0
    shown = capsys.readouterr().out
    assert "Approximate: a " in shown
    assert "olved" not in shown
    assert load_result(tmp_path / "out").reason == result.reason
    worse = replace(result, approximation=Approximation(0.99, 10, 5, "each", "x", "y"))
    with click.Context(click.Command("lift"), info_name="lift"):
        assert kept(worse, tmp_path / "other", telling=Telling(), new=False) == 1


def test_no_words_like_none() -> None:
    one = Sequences(
        np.zeros((1, 3, 1), dtype=np.int64),
        np.zeros((1, 3, 1), dtype=np.int64),
        np.array([3]),
        (None,),
        (None,),
    )
    assert not words_like(one, 5, np.random.default_rng(0)).inputs.any()


@dataclass(frozen=True)
class Late:
    """A counter that says at five steps whether the ones were even, and at others whatever it likes."""

    def initial_state(self, batch: int) -> Floats:
        return np.zeros((batch, 3))

    def next_state(self, hidden: Floats, inputs: Floats) -> Floats:
        ones, step, noise = hidden[:, 0], hidden[:, 1], hidden[:, 2]
        moved: Floats = np.stack([(ones + inputs[:, 1]) % 2, step + 1, (3 * noise + step) % 7], axis=1)
        return moved

    def output(self, hidden: Floats) -> Floats:
        said = np.where(hidden[:, 1] == 5, hidden[:, 0], (hidden[:, 2] > 3) * 1.0)
        return np.stack([1.0 - said, said], axis=1)


def test_claims_keep_to_the_answers_that_count() -> None:
    flip = np.array([[0, 1], [1, 0]])
    parity = Machine(np.array([[0], [1]]), flip, flip[:, :, None])
    given = np.random.default_rng(0).integers(2, size=(50, 5)).tolist()
    examples = from_arrays(given, no_targets(given))
    coded = Coded(Late(), InputCoding("one-hot", ((0, 1),)), OutputCoding("classes", ((0, 1),)))
    assert compare_network(coded, system_of(parity), Domain.of_rows([(0,), (1,)])).tier == "refuted"
    claim = compare_ends(coded, system_of(parity), examples)
    assert claim.tier == "tested"
    assert "words of up to 5 inputs, drawn like the examples and read at their end" in claim.words
    longer = from_arrays([[*word, 1] for word in given], no_targets([[*word, 1] for word in given]))
    refuted = compare_ends(coded, system_of(parity), longer)
    assert refuted.tier == "refuted"
    assert len(refuted.details["witness"]) == 6


class Breaking:
    """Ones modulo 3; from the call `at` on it does what `how` says."""

    def __init__(self, at: int | None = None, how: str = "") -> None:
        self.at, self.how, self.calls = at, how, 0

    def initial_state(self, batch: int) -> Floats:
        return np.zeros((batch, 1))

    def next_state(self, hidden: Floats, inputs: Floats) -> Any:
        self.calls += 1
        moved: Floats = (hidden + inputs[:, 1:]) % 3.0
        if self.at is None or self.calls < self.at:
            return moved
        if self.how == "raises":
            raise RuntimeError("no memory left")
        if self.how == "leaves":
            raise SystemExit(3)
        if self.how == "mute":
            raise MuteError
        return {"nan": moved * np.nan, "rows": moved[:-1], "nothing": None, "half": moved.astype("f2")}[
            self.how
        ]

    def output(self, hidden: Floats) -> Floats:
        return -np.abs(hidden - np.arange(3.0))


class MuteError(Exception):
    def __str__(self) -> str:
        raise ValueError("not even a message")


@pytest.mark.parametrize("how", ["raises", "leaves", "mute", "nan", "rows", "nothing"])
def test_a_network_that_breaks_ends_in_one_sentence(how: str) -> None:
    alphabet = netlift.Alphabet((range(2),), 6)
    with pytest.raises(InputError, match="next_state"):
        netlift.lift(Breaking(20, how), alphabet, input_coding="one-hot", output_coding="classes")


def test_a_network_that_breaks_in_the_last_stage_costs_no_program() -> None:
    alphabet, whole = netlift.Alphabet((range(2),), 6), Breaking()
    assert netlift.lift(whole, alphabet, input_coding="one-hot", output_coding="classes").solved
    for how in ("raises", "nan"):
        result = netlift.lift(
            Breaking(whole.calls, how), alphabet, input_coding="one-hot", output_coding="classes"
        )
        assert result.solved
        assert result.faithfulness is None
        (told,) = [one for one in result.findings if one.startswith("Measuring faithfulness failed: ")]
        assert "next_state" in told
        assert "mistake in netlift" not in told
    assert netlift.lift(
        Breaking(20, "half"), alphabet, input_coding="one-hot", output_coding="classes"
    ).solved
