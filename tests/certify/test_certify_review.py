"""What a second look at the prover found."""

import itertools
from typing import Any

import pytest

from netlift.certify import Domain, Range, prove_equal
from netlift.certify._program_system import ProgramSystem

ONE = Domain((Range(0, 0),))
BITS = Domain((Range(0, 1),))


def program(first: str, body: str) -> str:
    lines = ["def program(inputs):", *(f"    {line}" for line in first.splitlines()), "    outputs = []"]
    lines += ["    for x in inputs:", *(f"        {line}" for line in body.splitlines())]
    return "\n".join([*lines, "    return outputs", ""])


# A slice is a new list, but of the same elements: a list that is reached through one may be changed.
THROUGH_SLICES = {
    "changed": ("T = [[0], [0]]", "outputs.append(len(T[0]) - 1)\nT[:][0].append(x)"),
    "made of other lists": (
        "T = [[[0], [0]]]",
        "T[:][:][0][0][0] = 1\noutputs.append(T[0][1][0])\nT[:][:][0][0][0] = 0\n"
        "T[:][:][0][0] = T[:][:][0][1]",
    ),
}


@pytest.mark.parametrize("name", THROUGH_SLICES)
def test_a_list_changed_through_a_slice_of_the_list_that_holds_it_is_state(name: str) -> None:
    source, zero = program(*THROUGH_SLICES[name]), program("", "outputs.append(0)")
    found: dict[str, Any] = {}
    exec(source, found)
    assert found["program"]([0, 0]) == [0, 1]
    assert (
        prove_equal(
            ProgramSystem(source), ProgramSystem(zero), ONE, claim="program = specification"
        ).claim.tier
        == "refuted"
    )


def test_slices_that_are_only_read_leave_a_constant_one() -> None:
    sums = ProgramSystem(program("T = [0, 1]", "outputs.append(sum(T[:x + 1]))"))
    rows = ProgramSystem(program("T = [[0, 1], [1, 0]]", "outputs.append(T[0][:][x])"))
    assert sums.variables == rows.variables == []
    assert prove_equal(sums, rows, BITS, claim="program = specification").claim.tier == "proved"
    words = itertools.product((0, 1), repeat=3)
    assert all([answer[0] for answer in sums.run([(x,) for x in word])] == list(word) for word in words)
