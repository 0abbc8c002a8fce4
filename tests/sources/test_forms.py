"""How a machine from the data is printed: as one from a network, and silent on what is unseen."""

from dataclasses import replace

import numpy as np
import pytest

import netlift
from netlift.certify import Domain, prove_equal, system_of
from netlift.formulas import Candidate, partial_rules
from netlift.formulas.machines._rules import RuledRecurrence
from netlift.sources import _forms
from netlift.states import PartialMachine

EVENTS = ("login", "logout", "read")

BY_HAND = """
def program(inputs):
    logged_in = False
    outputs = []
    for x in inputs:
        if x == "login":
            answer = "already" if logged_in else "welcome"
            logged_in = True
        elif x == "logout":
            answer = "bye" if logged_in else "denied"
            logged_in = False
        else:
            answer = "data" if logged_in else "denied"
        outputs.append(answer)
    return outputs
"""


def log(
    count: int, seed: int = 1, never: tuple[bool, str] | None = None
) -> tuple[list[list[str]], list[list[str]]]:
    """Sessions of a server; nobody does `never` (whether logged in, event)."""
    rng = np.random.default_rng(seed)
    inputs, targets = [], []
    for _ in range(count):
        inside, word, answers = False, [], []
        for _ in range(int(rng.integers(4, 10))):
            event = EVENTS[int(rng.integers(3))]
            if (inside, event) == never:
                event = "read"
            word.append(event)
            match event:
                case "login":
                    answers.append("already" if inside else "welcome")
                case "logout":
                    answers.append("bye" if inside else "denied")
                case _:
                    answers.append("data" if inside else "denied")
            inside = {"login": True, "logout": False}.get(event, inside)
        inputs.append(word)
        targets.append(answers)
    return inputs, targets


def test_a_log_of_two_states_gives_a_flag_named_by_the_event_that_sets_it() -> None:
    result = netlift.distill(*log(120), source="data")
    assert result.solved
    assert result.program is not None
    source = result.program.source
    assert "logged_in = True" in source
    assert "OUTPUT" not in source
    assert result.strategy != "table"
    proof = prove_equal(system_of(BY_HAND), system_of(source), Domain((EVENTS,)))
    assert proof.claim.tier == "proved"


def test_numbers_are_told_as_arithmetic() -> None:
    inputs = np.random.default_rng(0).integers(2, size=(200, 8))
    result = netlift.distill(inputs, np.cumsum(inputs, axis=1) % 2, source="data")
    assert result.solved
    assert result.program is not None
    assert "parity ^= x" in result.program.source


def test_rules_refuse_what_was_never_seen() -> None:
    result = netlift.distill(*log(120, never=(False, "logout")), source="data")
    assert result.program is not None
    assert result.strategy == "variables"
    assert [one["inputs"] for one in result.unseen] == [["logout"]]
    assert "logged_in = True" in result.program.source
    assert result.program(["login", "logout"]) == ["welcome", "bye"]
    with pytest.raises(KeyError, match="logout"):
        result.program(["read", "logout"])


def test_a_form_that_makes_something_up_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(machine: PartialMachine, stream: str, seed: int) -> list[Candidate]:
        found = []
        for candidate in partial_rules(machine, stream, seed):
            assert isinstance(candidate.recurrence, RuledRecurrence)
            rules = replace(candidate.recurrence.rules, guard=())
            found.append(replace(candidate, recurrence=replace(candidate.recurrence, rules=rules)))
        assert found
        return found

    monkeypatch.setattr(_forms, "partial_rules", careless)
    result = netlift.distill(*log(120, never=(False, "logout")), source="data")
    assert result.strategy == "table"
    assert result.program is not None
    with pytest.raises(KeyError, match="logout"):
        result.program(["read", "logout"])
