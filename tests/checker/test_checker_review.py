"""What a second look at the checker found: each was accepted, or took hours."""

import json
from typing import Any

import numpy as np
import pytest

from netlift.certify import Domain, Range, prove_equal
from netlift.certify._program_system import ProgramSystem
from netlift.certify._symbolic import Unsupported
from netlift.checker import PROGRAM_FORMAT, Runner, check_program, seal_of, side_digest
from netlift.checker._bounds import MOST_TOTAL, TooMuch
from netlift.checker._linear_network import check_linear
from netlift.checker._values import Refused


def program(first: str, body: str, head: str = "") -> str:
    lines = [*head.splitlines(), "def program(inputs):", *(f"    {line}" for line in first.splitlines())]
    lines += ["    outputs = []", "    for x in inputs:", *(f"        {line}" for line in body.splitlines())]
    return "\n".join([*lines, "    return outputs", ""])


def forged(left: str, right: str, symbols: int = 1) -> dict[str, Any]:
    """A certificate that two programs without a state are equal, as a forger writes it."""
    sides = [{"kind": "program", "source": source} for source in (left, right)]
    domain = {"streams": [{"low": 0, "high": symbols - 1}]}
    nothing: list[Any] = [{"dict": []}, {"dict": []}]
    certificate = {
        "format": PROGRAM_FORMAT,
        "claim": "program = specification",
        "tier": "proved",
        "left": {**sides[0], "sha256": side_digest(sides[0])},
        "right": {**sides[1], "sha256": side_digest(sides[1])},
        "domain": {**domain, "sha256": side_digest(domain)},
        "argument": {"kind": "product", "pairs": [nothing], "steps": symbols},
    }
    return {**certificate, "seal": seal_of(certificate)}


ZERO = program("", "outputs.append(0)")
# Programs that leave the value of a constant as it was, and not what it is made of.
ALIASES = {
    "two elements become one list": (
        program("T = [[0], [0]]", "T[0][0] = 1\noutputs.append(T[1][0])\nT[0][0] = 0\nT[0] = T[1]"),
        ZERO,
    ),
    "one list becomes two": (
        program("T = [[0]] * 2", "T[0][0] = 1\noutputs.append(T[1][0])\nT[0][0] = 0\nT[0] = [0]"),
        program("", "outputs.append(1)"),
    ),
    "a constant of the module": (
        program("", "T[0][0] = 1\noutputs.append(T[1][0])\nT[0][0] = 0\nT[0] = T[1]", "T = [[0], [0]]"),
        ZERO,
    ),
    "two constants": (
        program("A = [0]\nT = [A, [0]]", "A[0] = 1\noutputs.append(T[1][0])\nA[0] = 0\nT[1] = A"),
        ZERO,
    ),
    "in a dictionary": (
        program("T = {0: [0], 1: [0]}", "T[0][0] = 1\noutputs.append(T[1][0])\nT[0][0] = 0\nT[0] = T[1]"),
        ZERO,
    ),
    "before the loop, seen by the next call": (
        program("T[0][0] = 1\nq = T[1][0]\nT[0][0] = 0\nT[0] = T[1]", "outputs.append(q)", "T = [[0], [0]]"),
        ZERO,
    ),
}


@pytest.mark.parametrize("name", ALIASES)
def test_a_constant_stays_made_of_the_same_lists(name: str) -> None:
    left, right = ALIASES[name]
    assert check_program(forged(ZERO, ZERO)) is None
    found: dict[str, Any] = {}
    exec(left, found)
    said = [*found["program"]([0, 0]), *found["program"]([0, 0])]
    assert len(set(said)) > 1  # in CPython it depends on what came before
    assert "a constant is changed" in str(check_program(forged(left, right)))


def test_what_all_steps_together_take_is_bounded() -> None:
    busy = program("", "n = 0\nfor i in range(99000):\n    n += i\noutputs.append(n)")
    source = {"kind": "program", "source": busy}
    runner = Runner({**source, "sha256": side_digest(source)}, [])
    runner.step(runner.start(), [0])
    left = runner._work.left
    assert MOST_TOTAL - 2_000_000 <= left < MOST_TOTAL - 99_000
    runner._work.left = 99_000
    with pytest.raises(TooMuch, match="too many steps"):
        runner.step(runner.start(), [0])


GROWING = {
    "in a list": "[0, 1] in g",
    "equal to a list": "g == [[]] * 70000",
    "a slice": "g[:] == []",
    "counted": "g.count([1])",
    "copied": "g.copy() == []",
}


@pytest.mark.parametrize("test", GROWING.values(), ids=GROWING)
def test_going_through_a_list_that_grows_in_its_loop_is_work(test: str) -> None:
    """Each turn is few nodes of the syntax tree, and goes through all that there is."""
    source = program("", f"g = [[]] * 60000\nfor y in g:\n    if {test}:\n        continue\n    g.append([])")
    side: dict[str, Any] = {"kind": "program", "source": source}
    runner = Runner({**side, "sha256": side_digest(side)}, [])
    with pytest.raises(TooMuch, match=r"too many steps|too large|too long"):
        runner.step(runner.start(), [0])
    assert MOST_TOTAL - runner._work.left < 2_200_000  # one turn more than is granted
    # 200,000 pieces of work a step: three or four turns, each through a list of 60,000
    with pytest.raises(Unsupported, match=r"operations|too long"):
        ProgramSystem(source).advance(ProgramSystem(source).start(), (0,))


def test_a_machine_looks_its_symbols_up() -> None:
    facts = {
        "kind": "machine", "alphabet": [[0], [0]], "initial": 0, "transitions": [[0, 0]],
        "outputs": [[[1], [2]]], "sha256": "",
    }  # fmt: skip
    with pytest.raises(Exception, match="stands there twice"):
        Runner(facts, None)
    runner = Runner({**facts, "alphabet": [[0], ["a"]]}, None)
    assert runner.step(0, ["a"]) == (0, [2])
    assert runner.step(0, [7])[1] == "error"


def test_a_linear_network_is_compared_within_bounds() -> None:
    def certificate(units: int, features: int, weight: float) -> tuple[dict[str, Any], dict[str, Any]]:
        arrays = {
            "transition": np.zeros((units, units)), "drive": np.full((units, features), weight),
            "bias": np.zeros(units), "readout": np.ones((1, units)), "offset": np.zeros(1),
            "initial": np.zeros(units),
        }  # fmt: skip
        system = {name: np.rint(array).astype(int).tolist() for name, array in arrays.items()}
        config = {"kind": "linear", "alphabets": [list(range(features))]}
        domain = [{"low": 0, "high": features - 1}]
        facts = {
            "network": config,
            "system": system,
            "domain": domain,
            "float_length": None,
            "tier": "proved",
        }
        return facts, arrays

    check_linear(*certificate(2, 3, 1.0))
    with pytest.raises(Refused, match="too many units"):
        check_linear(*certificate(99, 300, 1.0))
    with pytest.raises(Refused, match="not whole numbers, or too large"):
        check_linear(*certificate(2, 3, 1e-300))


def test_the_words_of_an_exhaustive_claim_do_not_say_that_all_words_were_run() -> None:
    growing = program("n = 0", "n += 1\noutputs.append(n.bit_count())")
    same = program("n = 0", "n += 1\noutputs.append((n * 2).bit_count())")
    proof = prove_equal(
        ProgramSystem(growing), ProgramSystem(same), Domain((Range(0, 1),)), claim="program = specification"
    )
    claim = proof.claim
    assert claim.tier == "exhaustive"
    assert claim.details["exhaustive_length"] > 10_000
    assert check_program(proof.certificate) is None  # what the prover writes the checker accepts
    assert " was run" not in claim.words
    assert "by the states they lead to" in claim.words
    assert json.dumps(claim.details)


def test_a_state_that_shares_a_list_with_what_is_said_to_be_no_state_is_refused() -> None:
    source = program("c = [0]\nd = c", "c.append(1)\noutputs.append(len(d))\nc.pop()")
    facts = {"kind": "program", "source": source}
    runner = Runner({**facts, "sha256": side_digest(facts)}, ["c", "d"])
    assert runner.step(runner.start(), [0])[1] == [2]
    with pytest.raises(Exception, match="part of the state"):
        Runner({**facts, "sha256": side_digest(facts)}, ["d"])
    inside = program("c = [0]\nd = ((c, 1),)", "c.append(1)\noutputs.append(len(d[0][0]))\nc.pop()")
    facts = {"kind": "program", "source": inside}
    with pytest.raises(Exception, match="part of the state"):
        Runner({**facts, "sha256": side_digest(facts)}, ["d"])
    unread = program("c = [0]\nd = c", "d[0] += x\noutputs.append(d[0])")
    facts = {"kind": "program", "source": unread}
    Runner({**facts, "sha256": side_digest(facts)}, ["d"])  # nothing reads c
