"""When a result may be called solved: longer sequences have to agree, and the data have to tell."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlift.bench import TASKS
from netlift.bench._by_rule import RULE, claimed_by_rule, drawn_by_rule
from netlift.bench._distilled import distill_task, with_task_checks
from netlift.bench._run import Summary
from netlift.bench._seeds import parse_seeds, seeds_lines
from netlift.core._clock import OutOfTimeError
from netlift.core._errors import InputError
from netlift.data import from_arrays
from netlift.engine._explain import Search
from netlift.engine._run import Run
from netlift.formulas import Behaviour, search
from netlift.networks import GRADIENT, Trained
from netlift.program import Program, print_program, with_line
from netlift.program._explanation import Explanation
from netlift.program._judge import departures
from netlift.report._horizon import Horizon
from netlift.report._result import Check, Result
from netlift.states import Machine, determining_length, is_told_by
from netlift.states.readers import Reading

BITS = np.array([[0], [1]])


def machine_of(transitions: list[list[int]], outputs: list[list[int]]) -> Machine:
    return Machine(BITS, np.array(transitions), np.array(outputs)[:, :, None]).minimised()


def saturating(top: int) -> Machine:
    """Balanced brackets, of which no more than `top` open ones are told apart; the last state is lost."""
    lost = top + 1
    transitions = [[min(s + 1, top), s - 1 if s else lost] for s in range(top + 1)] + [[lost, lost]]
    outputs = [[int(after == 0) for after in row] for row in transitions]
    return machine_of(transitions, outputs)


def every_word(steps: int) -> np.ndarray:
    return np.array(list(itertools.product((0, 1), repeat=steps)))[:, :, None]


@pytest.mark.parametrize("top", [2, 3, 6])
def test_a_counter_seen_through_a_short_window_is_not_determined(top: int) -> None:
    """Down to the step: words of one step less answer alike for a machine that saturates one later."""
    one, other = saturating(top), saturating(top + 1)
    word = one.difference(other)
    assert word is not None
    longest = len(word)  # up one more than it can count, and down again
    assert longest == 2 * top + 1
    length = determining_length(one)
    assert length is not None
    assert length + 1 >= longest  # with one state more allowed, one step more is needed
    assert np.array_equal(one.run(every_word(longest - 1)), other.run(every_word(longest - 1)))


machines = st.integers(1, 4).flatmap(
    lambda states: st.tuples(
        st.lists(
            st.lists(st.integers(0, states - 1), min_size=2, max_size=2), min_size=states, max_size=states
        ),
        st.lists(st.lists(st.integers(0, 1), min_size=2, max_size=2), min_size=states, max_size=states),
    )
)


@settings(max_examples=200, deadline=None)
@given(machines, machines)
def test_no_other_machine_as_small_agrees_on_words_of_the_determining_length(
    one: tuple[list[list[int]], list[list[int]]], other: tuple[list[list[int]], list[list[int]]]
) -> None:
    first, second = machine_of(*one), machine_of(*other)
    if second.states > first.states:
        first, second = second, first
    length = determining_length(first)
    assert length is not None
    words = every_word(length)
    same = np.array_equal(first.run(words), second.run(words))
    assert same == (first.difference(second) is None)


def test_words_tell_a_machine_or_leave_it_to_the_network() -> None:
    parity = machine_of([[0, 1], [1, 0]], [[0, 1], [1, 0]])
    assert is_told_by(parity, every_word(5))
    assert not is_told_by(parity, every_word(2))
    deep = saturating(4)
    assert not is_told_by(deep, every_word(9))  # no word of nine steps goes up five and all the way down
    assert is_told_by(deep, every_word(14))
    rare = every_word(14)[~(every_word(14)[:, :4, 0] == 0).all(axis=1)]
    flat = rare[rare[:, :, 0].cumsum(axis=1).max(axis=1) < 3]
    assert not is_told_by(deep, flat)


def test_what_the_horizon_says() -> None:
    assert Horizon(10, 9).doubt == ""
    assert Horizon(10, 9).sentences() == []
    open_ended = Horizon(10, 15)
    assert "15 steps would tell" in open_ended.doubt
    assert open_ended.sentences() == [f"Horizon: {open_ended.doubt}."]
    assert "at least 15 steps" in open_ended.advice[0]
    confirmed = Horizon(10, 15, confirmed=True)
    assert confirmed.doubt == ""
    assert "only words of 15 steps" in confirmed.sentences()[0]
    assert Horizon(10).doubt == ""
    assert Horizon(10).sentences() == Horizon(10, words=100, differ=50).sentences() == []
    drifting = Horizon(10, words=100, differ=51)
    assert drifting.doubt == ""
    assert "of 100 sequences of twice the length it answers 51 otherwise" in drifting.sentences()[0]


def test_answers_that_the_data_never_show_do_not_count_against_a_network() -> None:
    counter = Program("def program(inputs):\n    s = 0\n    outputs = []\n    for x in inputs:\n"
                      "        s += x\n        outputs.append(s)\n    return outputs\n")  # fmt: skip

    class Stuck:
        hidden_size = 1

        def initial_state(self, batch: int) -> np.ndarray:
            return np.zeros((batch, 1))

        def next_state(self, hidden: np.ndarray, inputs: np.ndarray) -> np.ndarray:
            after: np.ndarray = np.minimum(hidden + inputs, 3)
            return after

        def output(self, hidden: np.ndarray) -> np.ndarray:
            return hidden.astype(np.int64)

    data = from_arrays([[1, 1, 1], [0, 0, 1]], [[1, 2, 3], [0, 0, 1]])
    words = np.array([[1, 1, 1, 1], [1, 0, 1, 0], [0, 1, 1, 1]])[:, :, None]
    assert departures(counter, Stuck(), words, data).tolist() == [False, False]


def result_of(source: str, **fields: object) -> Result:
    values: dict[str, object] = dict.fromkeys(Result.__dataclass_fields__)
    checks = {name: Check(10, 0, name) for name in ("train", "held_out", "longer")}
    values |= {"solved": True, "reason": "", "program": Program(source), "checks": checks, "seconds": {}}
    values |= {"findings": (), "claims": (), "certificates": ()}
    return Result(**(values | fields))  # type: ignore[arg-type]


class AsMachine:
    """A network that is a machine: its hidden state holds the number of the machine's."""

    hidden_size = 1
    parameters = 1

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def initial_state(self, batch: int) -> np.ndarray:
        return np.zeros((batch, 2))

    def next_state(self, hidden: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        state, symbol = hidden[:, 0].astype(np.int64), self.machine.encode(inputs[:, None])[:, 0]
        answers = self.machine.outputs[state, symbol, 0]
        return np.stack([self.machine.transitions[state, symbol], answers], axis=1).astype(np.float64)

    def output(self, hidden: np.ndarray) -> np.ndarray:
        return hidden[:, 1:].astype(np.int64)


def opened(machine: Machine, inputs: np.ndarray) -> Explanation:
    """What is made of a machine that a network shows, by the answers to these words."""
    data = from_arrays(inputs[..., 0], machine.run(inputs)[..., 0])
    search = Search(data, data, Run())
    network: Any = AsMachine(machine)
    sample = search.words.inputs
    behaviour = search.words.behaviour(sample, machine.run(sample), machine=machine)
    found = search._explain(
        Trained(network, GRADIENT, 1.0), Reading("machine", machine.states, behaviour, machine)
    )
    assert found is not None
    return search._unless_shorter(found)


def test_a_saturating_counter_gives_way_to_one_that_goes_on() -> None:
    found = opened(saturating(6), every_word(10))
    assert found.candidate.strategy == "walk"
    assert found.reading.machine is None
    assert found.program([0] * 50 + [1] * 50) == [0] * 99 + [1]


def test_a_machine_that_the_formula_for_the_data_goes_on_as_is_confirmed() -> None:
    """Counting modulo seven, of which nine steps show one turn and no second one."""
    counting = machine_of(
        [[s, (s + 1) % 7] for s in range(7)], [[int(s == 0), int(s == 6)] for s in range(7)]
    )
    found = opened(counting, every_word(9))
    assert found.reading.machine is counting
    assert found.reading.determining is not None
    assert found.reading.determining + 2 > 9
    assert found.confirmed


def test_a_machine_stays_where_the_time_is_spent_before_it_can_be_confirmed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    explain = Search._explain

    def late(self: Search, trained: Trained, reading: Reading, *rest: Any) -> Explanation | None:
        if reading.machine is None:
            raise OutOfTimeError
        return explain(self, trained, reading, *rest)

    monkeypatch.setattr(Search, "_explain", late)
    found = opened(saturating(6), every_word(10))
    assert found.reading.machine is not None
    assert not found.confirmed
    assert found.reading.determining is not None
    assert Horizon(10, found.reading.determining).doubt


def test_a_machine_that_the_data_determine_stays() -> None:
    """A counter that saturates where the data show it."""
    found = opened(saturating(2), every_word(9))
    assert found.reading.machine is not None
    assert not found.confirmed  # nor was that needed
    assert found.reading.determining is not None
    assert found.reading.determining + 2 <= 9


def test_balanced_brackets_come_out_as_a_counter() -> None:
    """From this network came a machine of eight states."""
    result = distill_task(TASKS["balanced_parenthesis"], seed=3)
    assert result.solved, result.reason
    assert result.program is not None
    assert result.program([0] * 500 + [1] * 500) == [0] * 999 + [1]
    assert {name: check.errors for name, check in result.checks.items() if name != "longer"} == dict.fromkeys(
        ("train", "held_out", *RULE), 0
    )
    longer = result.checks["longer"]
    docstring = " ".join(result.program.source.split('"""')[1].split())
    if longer.errors:
        assert f"equal to the network on {longer.sequences - longer.errors:,} of" in docstring


SATURATED = '''"""Read out of a recurrent network: machine reader, 8 states.
Machine = program: proved for every sequence of every length over the inputs 0, 1.
"""


def program(inputs):
    s = 0
    outputs = []
    for x in inputs:
        if x == 0:
            s = s + (s < 6)
        else:
            s = s % 7 + 7 & 7
        outputs.append(int(s == 0))
    return outputs


if __name__ == "__main__":
    import json
    import sys

    for line in sys.stdin:
        print(json.dumps(program(json.loads(line))))
'''


def test_the_rule_refutes_a_counter_that_saturates_beyond_the_training_length() -> None:
    """The machine of issue 13, right on every sequence of ten steps."""
    result = with_task_checks(result_of(SATURATED), TASKS["balanced_parenthesis"], 3)
    wrong = {name: check.errors for name, check in result.checks.items() if check.errors}
    assert not result.solved
    assert set(wrong) == {"longer_rule", "longest_rule", "hundredfold_rule"}
    assert result.checks["fresh"].errors == 0
    assert f"wrong on {wrong['longest_rule']:,} of 2,000 sequences" in result.reason
    assert result.program is not None
    first = result.program.source.split('"""')[1].split("\n")[0]
    assert first.startswith("Program = specification: refuted, the program is wrong on")
    assert [claim.tier for claim in result.claims] == ["refuted"]
    facts = result.claims[0].facts()
    assert facts["errors"] == {"fresh": 0, **wrong}


def test_the_rule_overrules_a_doubt_about_the_horizon() -> None:
    right = SATURATED.replace("if x == 0:", "if s < 0:\n            pass\n        elif x == 0:")
    right = right.replace("s = s + (s < 6)", "s += 1").replace("s = s % 7 + 7 & 7", "s -= 1")
    doubt = Horizon(10, 15)
    unsure = result_of(right, solved=False, reason=doubt.doubt, findings=doubt.advice, horizon=doubt)
    result = with_task_checks(unsure, TASKS["balanced_parenthesis"], 3)
    assert result.solved
    assert result.reason == ""
    assert result.findings == ()
    assert [claim.tier for claim in result.claims] == ["tested"]


def test_the_rule_is_exact_where_64_bits_overflow() -> None:
    drawn = drawn_by_rule(TASKS["newton_magnetic"], np.random.default_rng(0))
    sequences, against = drawn["hundredfold_rule"]
    assert sequences.inputs.shape == (200, 1000, 2)
    assert against == "the rule, at 100 times the training length"
    largest = max(abs(int(v)) for v in sequences.targets.reshape(-1))
    assert largest > 2**100
    drawn = drawn_by_rule(TASKS["sum_all"], np.random.default_rng(0))
    assert drawn["hundredfold_rule"][0].targets.dtype == np.int64


def test_a_claim_by_the_rule_names_every_check_that_failed() -> None:
    names = ("fresh", "longer_rule", "longest_rule", "hundredfold_rule")
    checks = {name: Check(10, int(name.startswith("long")), name) for name in names}
    claim = claimed_by_rule(checks)
    told = [f"1 of 10 sequences ({name})" for name in ("longer_rule", "longest_rule")]
    assert claim.words == f"refuted, the program is wrong on {' and on '.join(told)}"
    assert claimed_by_rule({name: Check(10, 0, name) for name in names}).tier == "tested"


def test_a_line_may_come_first_in_a_docstring() -> None:
    source = with_line(SATURATED, "Refuted.", first=True)
    assert source.startswith('"""Refuted.\nRead out of a recurrent network')


@pytest.mark.parametrize("named", [False, True])
def test_walks_whose_steps_are_told_by_symbols(named: bool) -> None:
    rng = np.random.default_rng(0)
    inputs = rng.integers(3, size=(2_000, 10, 1))
    level = np.array([1, -1, 0])[inputs[..., 0]].cumsum(axis=1)
    lost = np.minimum.accumulate(level, axis=1) < 0
    outputs = ((level == 0) & ~lost).astype(np.int64)[:, :, None]
    found = search(Behaviour(inputs, outputs, named_inputs=(named,)), seed=0, budget=1_000_000_000)
    assert found[0].strategy == "steps"
    source = print_program(found[0].recurrence, (), (("a", "b", "c") if named else None,), (None,))
    a, b, c = ("a", "b", "c") if named else (0, 1, 2)
    assert Program(source)([a] * 50 + [c] + [b] * 50) == [0] * 100 + [1]
    assert Program(source)([b, a, a, b]) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("text", "seeds"), [("0-3", (0, 1, 2, 3)), ("7", (7,)), ("0-1, 5,1", (0, 1, 5)), ("4-4", (4,))]
)
def test_seeds_are_named_as_ranges(text: str, seeds: tuple[int, ...]) -> None:
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no seed and no range"),
        ("a-3", "'a-3' is no seed"),
        ("-3", "no seed"),
        ("9-0", "ends before it begins"),
        ("0-1000", "more than 1,000 seeds"),
        ("0-99999999999999999999", "no seed"),
    ],
)
def test_other_seeds_are_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_seeds(text)


def test_the_table_of_seeds_counts_what_is_exact_at_each_length() -> None:
    good = {"task": "one", "solved": True, "exact_long": True, "exact_ten_times": True}
    good |= {"exact_hundred_times": True, "reason": ""}
    bad = {"task": "two", "solved": False, "exact_long": True, "exact_ten_times": False}
    bad |= {"exact_hundred_times": False, "reason": "the program is wrong"}
    summaries = [Summary((good, good), 60.0, 0, 2), Summary((good, bad), 90.0, 1, 2)]
    page = "\n".join(seeds_lines(summaries))
    assert "## Seeds 0 to 1" in page
    assert "`netlift bench --seeds 0-1`" in page
    assert "Solved 3 of 4." in page
    assert "| 0 | 2 of 2 | 2 | 2 | 2 | 1.0 |  |" in page
    assert "| 1 | 1 of 2 | 2 | 1 | 1 | 1.5 | `two` |" in page
    assert "- `two`, seed 1: the program is wrong" in page
