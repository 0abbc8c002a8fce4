"""Proofs about programs mean what CPython does: each hole that was one, and the table of operations."""

import importlib.util
import itertools
import json
import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from netlift.certify import Domain, Proof, Range, _prove, prove_equal, system_of
from netlift.checker import Runner, check_program, seal_of, side_digest
from netlift.core._errors import InputError
from netlift.formulas import Assign, Emit, Expr, Recurrence, const, var
from netlift.states import Machine

z3 = pytest.importorskip("z3")

FOLDER = Path(__file__).parents[2] / "benchmarks" / "semantics"
BITS = Domain((Range(0, 1),))
WHOLE = Domain((Range(None, None),))


def loaded(name: str) -> ModuleType:
    """A module of the benchmark, under its own name: they import one another."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


drawn, table, trials = loaded("drawn"), loaded("table"), loaded("run")


def program(first: str, body: str, names: str = "x", head: str = "") -> str:
    """The source of a program from its first statements and its loop's body."""
    lines = [*head.splitlines(), "def program(inputs):", *(f"    {line}" for line in first.splitlines())]
    lines += [
        "    outputs = []",
        f"    for {names} in inputs:",
        *(f"        {line}" for line in body.splitlines()),
    ]
    return "\n".join([*lines, "    return outputs", ""])


SAID = program("", "outputs.append(0)")
SUM = program("s = 0", "s += x\noutputs.append(s)")
BOTH = Domain((Range(0, 1), Range(0, 1)))

# Each hole: a name, two programs that CPython tells apart on a word over the domain, and the domain.
HOLES: dict[str, tuple[str, str, Domain]] = {
    "a list that is answered and changed later": (
        program("counts = [0] * 2", "counts[x] += 1\noutputs.append(counts)"),
        program("counts = [0] * 2", "counts[x] += 1\noutputs.append(list(counts))"),
        BITS,
    ),
    "a list inside a tuple that is answered and changed later": (
        program("c = [0]", "c[0] = x\noutputs.append((x, c))"),
        program("", "outputs.append((x, [x]))"),
        BITS,
    ),
    "tuples and lists as answers": (
        program("", "outputs.append((x, 1))"),
        program("", "outputs.append([x, 1])"),
        BITS,
    ),
    "a step of two inputs, a tuple or a list": (
        program("", "outputs.append(int(p == (0, 1)))", "p"),
        program("", "outputs.append(int(a == 0 and b == 1))", "a, b"),
        BOTH,
    ),
    "an unhashable value with in": (
        program("s = 0", "s += x\noutputs.append(s + int([s] in {1, 2}))"),
        SUM,
        Domain((Range(0, 9),)),
    ),
    "escapes of strings for the solver": (
        program("s = 0", "s += x\noutputs.append('\\\\u{41}' if s >= 0 else 'b')"),
        program("s = 0", "s += x\noutputs.append('A' if s >= 0 else 'b')"),
        Domain((Range(0, None),)),
    ),
    "an answer that is the word for an error": (
        program("s = 0", "outputs.append('error')\ns += x"),
        program("s = 0", "if s == 0:\n    outputs.append('error')\nelse:\n    outputs.append(s)\ns += x"),
        BITS,
    ),
    "one answer of two parts and two answers": (
        program("s = 0", "s += x\noutputs.append((s, x))"),
        program("s = 0", "s += x\noutputs.append(s)\noutputs.append(x)"),
        WHOLE,
    ),
    "an empty answer and none": (
        program("s = 0", "s += x\noutputs.append(s)\noutputs.append(())"),
        SUM,
        WHOLE,
    ),
    "a sum of a set of tuples": (
        program("", "outputs.append(sum({(x, 1), (2, 3)}, ()))"),
        program("", "outputs.append((x, 1, 2, 3, 4))"),
        BITS,
    ),
    "isqrt of two numbers": (
        program("s = 0", "s += x\noutputs.append(isqrt(s, 5))", head="from math import isqrt"),
        program("s = 0", "s += x\noutputs.append(isqrt(s))", head="from math import isqrt"),
        Domain((Range(0, None),)),
    ),
    "int of a number and a base": (program("s = 0", "s += x\noutputs.append(int(s, 2))"), SUM, WHOLE),
    "int of a list": (program("s = 0", "s += x\noutputs.append(s + 0 * int([s]))"), SUM, WHOLE),
    "a number in a string": (
        program("s = 0", "s += x\noutputs.append(s if s in 'ab' else s)"),
        SUM,
        WHOLE,
    ),
    "a list of a tuple, compared": (
        program("t = ()", "t = t + (x,)\noutputs.append(int(list(t) == t))"),
        program("", "outputs.append(1)"),
        BITS,
    ),
    "a constant that a call leaves changed": (
        program("A.append(0)\nn = len(A)", "outputs.append(n)", head="A = []"),
        program("", "outputs.append(1)"),
        BITS,
    ),
    "a dictionary that grows while it is looped over": (
        program("d = {0: 0}", "for k in d:\n    d[k + 1] = x\noutputs.append(0)"),
        SAID,
        BITS,
    ),
    "one name in a tuple": (program("", "outputs.append(x)", "x,"), program("", "outputs.append(x)"), BITS),
    "a loop that binds its answers": (
        program("", "outputs.append(1)", "outputs"),
        program("", "outputs.append(1)"),
        BITS,
    ),
    "a value that answers None": (
        program("d = {0: 0}", "outputs.append(d.get(x))"),
        program("", "outputs.append(0)"),
        BITS,
    ),
    "a list that holds itself": (
        program("h = [0]", "h.append(h)\noutputs.append(int(h == h[-1]))\nh = [x]\nh.append(h)\nh == [x, h]"),
        program("", "outputs.append(x)"),
        BITS,
    ),
    "one list under two names at first": (
        program("a = [0]\nb = a", "a[0] += x\nb = [b[0]]\noutputs.append(a[0] - b[0])"),
        program("a = [0]\nb = [0]", "a[0] += x\nb = [b[0]]\noutputs.append(a[0] - b[0])"),
        WHOLE,
    ),
}  # fmt: skip


def compared(left: str, right: str, domain: Domain) -> Proof | None:
    """What the prover says of two programs; None where it refuses them."""
    try:
        return prove_equal(system_of(left), system_of(right), domain, claim="program = specification")
    except InputError:
        return None


@pytest.mark.parametrize("name", HOLES)
def test_nothing_is_proved_where_python_differs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the prover, and by a forger who takes the checker's own steps."""
    monkeypatch.setattr(_prove, "TESTS", 30)
    left, right, domain = HOLES[name]
    proof = compared(left, right, domain)
    assert proof is None or proof.claim.tier != "proved"
    finite = Domain(tuple(Range(s.low or 0, s.high or 1) for s in domain.streams if isinstance(s, Range)))
    forged = trials._forged(left, right, finite)
    assert forged is None or check_program(forged) is not None


@pytest.mark.parametrize("name", HOLES)
def test_the_holes_are_holes(name: str) -> None:
    """CPython tells the two apart, where it runs them at all; as a call does, or a second call."""
    left, right, domain = HOLES[name]
    symbols = list(itertools.product((0, 1), repeat=len(domain.streams)))
    words = [[list(s) for s in word] for n in (1, 2, 3) for word in itertools.product(symbols, repeat=n)]
    try:
        mine, theirs = drawn.by_python([(left, words), (right, words)])
    except Exception:  # what is no program of CPython's is none of netlift's
        return
    same = name in ("a sum of a set of tuples", "a value that answers None", "a list that holds itself")
    assert same or mine != theirs


@pytest.mark.parametrize(
    "source",
    [
        "# -*- coding: latin-1 -*-\n" + SUM,
        "\ufeff" + SUM,
        program("", "A = x\noutputs.append(A)", head="A = 1"),
        program("", "outputs.append(x)", "a, a"),
        program("", "outputs.append(sum([A for A in [x]]))", head="A = 1"),
    ],
)
def test_sources_that_python_reads_otherwise_are_refused(source: str) -> None:
    with pytest.raises(InputError):
        system_of(source)
    assert trials._forged(source, SUM, BITS) is None


def test_what_is_not_modelled_is_tested_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_prove, "TESTS", 40)
    right = program("a = 0\nb = 0", "if x:\n    b += 1\nelse:\n    a += 1\noutputs.append((a, b))")
    copied = program("c = [0] * 2", "c[x] += 1\noutputs.append(list(c))")
    proof = prove_equal(system_of(right), system_of(copied), BITS, claim="program = specification")
    assert proof.claim.tier == "tested"
    assert proof.claim.words.startswith("tested on 40 random sequences of 50 inputs")
    assert "is not modelled: an answer that is a list" in proof.claim.details["why"]
    assert not proof.checkable
    aliased = copied.replace("list(c)", "c")
    proof = prove_equal(system_of(right), system_of(aliased), BITS, claim="program = specification")
    assert proof.claim.tier == "refuted"
    assert "the program answers [[" in proof.claim.words
    assert proof.claim.words.endswith("in CPython")
    odd = program("", "outputs.append([x] in {0})")
    proof = prove_equal(system_of(odd), system_of(program("", "outputs.append(1 // 0)")), BITS,
                        claim="program = specification")  # fmt: skip
    assert proof.claim.tier == "tested"  # both stop with an error


def test_answers_are_equal_where_python_says_so() -> None:
    """True is 1, in every tier; a string is no number, and a tuple of one part is not that part."""
    truth, number = program("", "outputs.append(x == 1)"), program("", "outputs.append(int(x == 1))")
    proof = compared(truth, number, BITS)
    assert proof is not None
    assert proof.claim.tier == "proved"
    for other in ("str", "(x,)"):
        text = program(
            "", f"outputs.append({'(chr)' if other == 'str' else other})".replace("(chr)", "'ab'[x]")
        )
        proof = compared(text, program("", "outputs.append(x)"), BITS)
        assert proof is not None
        assert proof.claim.tier == "refuted"


def test_certificates_that_the_checker_refused_before() -> None:
    """The complement in an affine step, and numbers at the edge of what Python writes."""
    step, answer = "s = {}\noutputs.append(s)", "outputs.append({})"
    held = "s.add(x)\noutputs.append(len(s))"
    for left, right, domain in (
        (program("s = 0", step.format("~s + x")), program("s = 0", step.format("x - s - 1")), WHOLE),
        (
            program("s = 1", step.format("s * s + x")),
            program("s = 1", step.format("s * s + 2 * x")),
            Domain((Range(5, 9),)),
        ),
        (program("", answer.format("13 ** 3400")), program("", answer.format("13 ** 3400 + x")), BITS),
        (program("s = {True, 5}", held), program("s = {1, 5}", held), BITS),
    ):
        proof = compared(left, right, domain)
        assert proof is not None
        assert check_program(json.loads(json.dumps(proof.certificate))) is None
    huge = program("", "outputs.append(7 ** 6000 + x)")
    assert compared(huge, huge, BITS) is None
    assert trials._forged(huge, huge, BITS) is None


def test_names_of_a_shape_are_injective() -> None:
    """A certificate by induction whose state has the keys 1 and "1", or something fixed that may change."""
    source = program("s = 0", "s += x\noutputs.append(s % 2)")
    other = program("t = 0", "t -= x\noutputs.append(-t % 2)")
    proof = compared(source, other, WHOLE)
    assert proof is not None
    text = json.dumps(proof.certificate)
    for shape in (
        {"dict": [["s", {"dict": [[1, "number"], ["1", "number"]]}]]},
        {"dict": [["s", {"fixed": [0]}]]},
        {"dict": [["s", "number"], ["s", "number"]]},
    ):
        changed = json.loads(text)
        assert changed["argument"]["kind"] == "induction"
        changed["argument"]["left"] = shape
        changed["seal"] = seal_of(changed)
        assert check_program(changed) is not None


def test_sides_are_well_formed() -> None:
    """A recurrence with a name that is nowhere set, or with two symbols of one name, is none."""
    recurrence = Recurrence(
        ("x",), (("s", 0),), (Assign(("s",), (Expr("+", (var("s"), var("x"))),)), Emit((var("s"),)))
    )
    facts = json.loads(json.dumps({**system_of(recurrence).facts(), "sha256": ""}))
    assert Runner(facts, ["s"]).step({"s": 1}, [2]) == ({"s": 3}, [3])
    for body in (
        [["emit", [["var", "t"]]]],
        [["emit", [["const", "a"]]]],
        [["emit", [["const", [1]]]]],
        [["emit", [["+", ["var", "s"]]]]],
        [["emit", [["table", [[0, "a"]], ["var", "x"]]]]],
        [["append", "h", ["var", "x"], None]],
        [["emit", []]],
    ):
        with pytest.raises(Exception, match="recurrence: "):
            Runner({**facts, "body": body}, ["s"])
    spelled = {"kind": "spelled", "inputs": [["a", "a"]], "outputs": [None], "inner": facts, "sha256": ""}
    with pytest.raises(Exception, match="spelled: "):
        Runner(spelled, ["s"])
    assert const(1).value == 1
    assert side_digest(facts)


def test_a_machine_fails_where_its_program_does() -> None:
    """An error of both is no answer: nothing after it is compared, and the word 'error' is not it."""
    machine = Machine(np.array([[0], [1]]), np.array([[0, 0]]), np.array([[[0], [1]]]))
    left = system_of(machine, [("a", "b")], [("error", "no")])
    source = program("", "outputs.append('error' if x == 'a' else 'no')")
    proof = prove_equal(left, system_of(source), Domain((("a", "b"),)))
    assert proof.claim.tier == "proved"
    assert check_program(json.loads(json.dumps(proof.certificate))) is None
    stops = program("", "outputs.append('no' if x == 'b' else ('no',)[1])")
    proof = prove_equal(left, system_of(stops), Domain((("a", "b"),)))
    assert proof.claim.tier == "refuted"
    assert "the program stops with an error" in proof.claim.words
    assert check_program(json.loads(json.dumps(proof.certificate))) is None


def test_every_operation_is_python_s() -> None:
    """A sample of the table: result, types and exception, or a refusal; all cases by the benchmark."""
    rng = random.Random(0)
    cases = [case for case in table.cases() if rng.random() < 0.03]
    truth = table.by_python(cases, str(FOLDER))
    answered = 0
    for case, right in zip(cases, truth, strict=True):
        for evaluate in (table.by_prover, table.by_checker):
            found = evaluate(case)
            answered += found is not None
            assert found in (None, right), (table.OPERATIONS[case[0]], [table.LITERALS[i] for i in case[1]])
    assert answered > len(cases) // 3


def test_every_operation_on_unknown_numbers_is_python_s() -> None:
    rng = random.Random(0)
    answered = 0
    for place, sides in table.unknown_cases():
        if rng.random() < 0.8:
            continue
        for follow in (table.ways_of_prover, table.ways_of_checker):
            ways = follow(place, sides, z3)
            if ways is not None:
                answered += 1
                assert table.told_apart(place, sides, ways, z3) == [], (table.OPERATIONS[place], sides)
    assert answered > 100


def test_random_programs_are_python_s() -> None:
    rng = random.Random(1)
    asked = []
    for _ in range(600):
        source, streams = drawn.draw(rng)
        asked.append((source, drawn.words(streams, rng, 3, 5)))
    answered = 0
    for (source, words), right in zip(asked, drawn.by_python(asked), strict=True):
        mine, names = drawn.by_prover(source, words)
        theirs = drawn.by_checker(source, words, names)
        for found in (mine, theirs):
            answered += found is not None
            assert found is None or drawn.agree(right, found), (source, words, right, found)
    assert answered > 600


def test_random_pairs_are_python_s(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TESTS", "SMALL", "LARGE"):  # the trial makes them small
        monkeypatch.setattr(_prove, name, getattr(_prove, name))
    monkeypatch.setattr(trials, "PAIRS", 25)
    found: dict[str, Any] = trials.pair_chunk(0, 7)
    assert found["wrong"] == []
    assert found["counts"]["prover says proved"] > 5
