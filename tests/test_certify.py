"""Claims and proofs: never proved where two things differ, never a longer witness than there is."""

import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlift import prove
from netlift._errors import InputError
from netlift.certify import (
    Claim,
    Domain,
    Proof,
    Range,
    _prove,
    domain_of,
    excluded_rate,
    faultless_words,
    parse_stream,
    prove_equal,
    system_of,
)
from netlift.checker import check_file, check_program, file_of, seal_of, side_digest
from netlift.cli import run
from netlift.formulas import Append, Assign, Emit, Expr, Increment, Recurrence, const, var
from netlift.program import Program
from netlift.states import LinearSystem, Machine

pytest.importorskip("z3")

BITS = Domain((Range(0, 1),))
DIGITS = Domain((Range(0, 9),))
WHOLE = Domain((Range(None, None),))


def program(first: str, body: str, names: str = "x") -> str:
    """The source of a program from its first statements and its loop's body."""
    lines = ["def program(inputs):", *(f"    {line}" for line in first.splitlines()), "    outputs = []"]
    lines += [f"    for {names} in inputs:", *(f"        {line}" for line in body.splitlines())]
    return "\n".join([*lines, "    return outputs", ""])


def specified(left: str, right: str, domain: Domain) -> Proof:
    """The proof about two programs."""
    return prove_equal(system_of(left), system_of(right), domain, claim="program = specification")


def accepted(proof: Proof) -> Proof:
    """The proof, which the checker accepts as it comes back from a file."""
    assert check_program(json.loads(json.dumps(proof.certificate))) is None
    return proof


SUM = program("total = 0", "total += x\noutputs.append(total)")
MAJORITY = program("counts = [0] * 3", "counts[x] += 1\noutputs.append(counts.index(max(counts)))")
BRANCHES = program(
    "a = 0\nb = 0\nc = 0",
    "if x == 0:\n    a += 1\nelif x == 1:\n    b += 1\nelse:\n    c += 1\n"
    "if a >= b and a >= c:\n    outputs.append(0)\nelif b >= c:\n    outputs.append(1)\nelse:\n"
    "    outputs.append(2)",
)
BALANCE = program("b = 0", "if b >= 0:\n    b += 1 - 2 * x\noutputs.append(int(b == 0))")
FLAG = program(
    "depth = 0\ndead = False",
    "if x == 0:\n    depth += 1\nelse:\n    depth -= 1\nif depth < 0:\n    dead = True\n"
    "outputs.append(int(depth == 0 and not dead))",
)
PALINDROME = program("h = []", "h.append(x)\noutputs.append(int(h == h[::-1]))")
REVERSED = program("k = []", "k = k + [x]\noutputs.append(1 if k[::-1] == k else 0)")
REMAINDER = program("s = 0", "s = (s + x) % 7\noutputs.append(s)")
UNBOUNDED = program("s = 0", "s += x\noutputs.append(s % 7)")


@pytest.mark.parametrize(
    ("left", "right", "domain", "argument"),
    [
        (SUM, program("t = 0", "t -= x\noutputs.append(-t)"), WHOLE, "linear"),
        (SUM, program("t = 0", "t += 2 * x\noutputs.append(t // 2)"), WHOLE, "induction"),
        (REMAINDER, UNBOUNDED, Domain((Range(0, 6),)), "induction"),
        (REMAINDER, UNBOUNDED, WHOLE, "induction"),
        (MAJORITY, BRANCHES, Domain((Range(0, 2),)), "induction"),
        (BALANCE, FLAG, BITS, "induction"),
        (PALINDROME, REVERSED, BITS, "induction"),
        (
            program("m = 0", "m = max(m, x)\noutputs.append(m)"),
            program("m = 0", "if x > m:\n    m = x\noutputs.append(m)"),
            WHOLE,
            "induction",
        ),
        (REMAINDER, REMAINDER.replace("s", "r"), Domain((Range(0, 6),)), "product"),
        (
            program("", "outputs.append('even' if x % 2 == 0 else 'odd')"),
            program("names = ['even', 'odd']", "outputs.append(names[x % 2])"),
            DIGITS,
            "product",
        ),
        (
            program("n = 0", "n += x == 'a'\noutputs.append(n)"),
            program("n = 0", "if x == 'a':\n    n += 1\noutputs.append(n)"),
            Domain((("a", "b"),)),
            "linear",
        ),
        (
            program("t = 0", "t += 1\noutputs.append(t % 2)"),
            program("", "outputs.append((i + 1) % 2)").replace(
                "for x in inputs", "for i, x in enumerate(inputs)"
            ),
            BITS,
            "induction",
        ),
        (
            program("", "outputs.append(x // -3)"),
            program("", "outputs.append(-(-(-x) // 3) if x % 3 == 0 else -(x // 3) - 1)"),
            WHOLE,
            "induction",
        ),
    ],
)
def test_equal_programs_are_proved(left: str, right: str, domain: Domain, argument: str) -> None:
    proof = accepted(specified(left, right, domain))
    assert proof.claim.tier == "proved"
    assert proof.claim.details["argument"] == argument
    assert proof.claim.words.startswith(f"proved for every sequence of every length over {domain}")


@pytest.mark.parametrize(
    ("left", "right", "domain", "word"),
    [
        (SUM, program("t = 1", "t += x\noutputs.append(t - (t > 3))"), DIGITS, [[0]]),
        (SUM, program("p = 0", "outputs.append(x + p)\np = x"), BITS, [[1], [0], [0]]),
        (
            program("b = 0", "b += 1 - 2 * x\noutputs.append(int(b == 0))"),
            BALANCE,
            BITS,
            [[1], [0]],
        ),
        (program("", "outputs.append(10 // x)"), program("", "outputs.append(10)"), BITS, [[0]]),
    ],
)
def test_a_shortest_witness(left: str, right: str, domain: Domain, word: list[list[int]]) -> None:
    proof = accepted(specified(left, right, domain))
    assert proof.claim.tier == "refuted"
    assert not proof.claim.holds
    assert proof.claim.details["witness"]["word"] == word
    assert "no shorter sequence tells them apart" in proof.claim.words


def test_without_a_proof_the_tests_are_counted() -> None:
    fermat = program("", "outputs.append((x * x * x * x * x - x) % 30)")
    proof = accepted(specified(fermat, program("", "outputs.append(0)"), WHOLE))
    assert proof.claim.tier == "tested"
    assert proof.claim.details["excluded_rate"] == excluded_rate(2_000)
    assert "excludes an error rate above 0.0015 at 95 % confidence" in proof.claim.words


@st.composite
def machines(draw: st.DrawFn) -> Machine:
    """A random machine with few states over one or two symbols of an alphabet."""
    states, symbols = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    transitions = draw(
        st.lists(
            st.lists(st.integers(0, states - 1), min_size=symbols, max_size=symbols),
            min_size=states,
            max_size=states,
        )
    )
    outputs = draw(
        st.lists(
            st.lists(st.integers(0, 1), min_size=symbols, max_size=symbols), min_size=states, max_size=states
        )
    )
    return Machine(
        np.arange(symbols)[:, None],
        np.array(transitions, dtype=np.int64),
        np.array(outputs, dtype=np.int64)[:, :, None],
    )


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A random program with one or two variables over small operations."""
    atoms = st.sampled_from(["x", "s", "t", "0", "1", "2", "3"])
    binary = st.sampled_from(
        ["({} + {})", "({} - {})", "({} * {})", "({} % 2 + {})", "max({}, {})", "min({}, {})", "({} == {})",
         "({} // 2 - {})", "({} if x else {})", "abs({} - {})", "({} < {})", "({} ^ {} % 2)"]
    )  # fmt: skip
    expression = st.recursive(atoms, lambda inner: st.builds(str.format, binary, inner, inner), max_leaves=4)
    modulus = draw(st.sampled_from(["", " % 2", " % 3"]))
    body = [
        f"s = ({draw(expression)}){modulus}",
        f"t = {draw(st.sampled_from(['x', 't', 's', '1 - t']))}",
        f"outputs.append(({draw(expression)}) % 2)",
    ]
    order = draw(st.permutations(range(3)))
    return program(f"s = {draw(st.integers(0, 2))}\nt = 0", "\n".join(body[i] for i in order))


def shortest_difference(left: Any, right: Any, symbols: list[tuple[int]], longest: int) -> int | None:
    """The length of a shortest word up to `longest` on which two systems differ, by trying all words."""
    for length in range(1, longest + 1):
        for word in itertools.product(symbols, repeat=length):
            if left.run(word) != right.run(word):
                return length
    return None


@settings(max_examples=60, deadline=None)
@given(machines(), st.one_of(machines().map(lambda m: m), programs()))
def test_machine_and_program(machine: Machine, other: Machine | str) -> None:
    rows = [tuple(row) for row in machine.alphabet.tolist()]
    if isinstance(other, Machine):
        other = table_program(other, len(rows))
    left, right = system_of(machine), system_of(other)
    proof = accepted(prove_equal(left, right, Domain.of_rows(rows)))
    found = shortest_difference(left, right, rows, 6)
    agrees(proof, found, 6)


@settings(max_examples=60, deadline=None)
@given(programs(), programs(), st.booleans())
def test_program_and_program(first: str, second: str, same: bool) -> None:
    if same:  # often equal, differently written
        second = (
            first.replace("(x + ", "(0 + x + ").replace("(s - ", "(-1 + s + 1 - ").replace("% 2", "% 2 % 4")
        )
    left, right = system_of(first), system_of(second)
    proof = accepted(prove_equal(left, right, BITS, claim="program = specification"))
    found = shortest_difference(left, right, [(0,), (1,)], 7)
    agrees(proof, found, 7)


def agrees(proof: Proof, found: int | None, longest: int) -> None:
    """The claim against what trying all words of up to `longest` steps found."""
    if found is not None:
        assert proof.claim.tier == "refuted"
        assert len(proof.claim.details["witness"]["word"]) == found
    elif proof.claim.tier == "refuted":
        assert len(proof.claim.details["witness"]["word"]) > longest


def table_program(machine: Machine, symbols: int) -> str:
    """A program that replays a machine's tables, on at most so many symbols of its own."""
    width = len(machine.alphabet)
    turn = [[row[i % width] for i in range(symbols)] for row in machine.transitions.tolist()]
    said = [[row[i % width][0] for i in range(symbols)] for row in machine.outputs.tolist()]
    return f"NEXT = {tuple(map(tuple, turn))}\nSAID = {tuple(map(tuple, said))}\n" + program(
        "s = 0", "outputs.append(SAID[s][x])\ns = NEXT[s][x]"
    )


@settings(max_examples=200, deadline=None)
@given(programs(), st.lists(st.integers(0, 1), max_size=12))
def test_evaluators_are_python(source: str, word: list[int]) -> None:
    system = system_of(source)
    expected = Program(source)(word)
    assert [answer for (answer,) in system.run([(x,) for x in word])] == expected


def test_linear_system_and_recurrence() -> None:
    system = LinearSystem(
        transition=np.array([[1, 0], [1, 1]]),
        drive=np.array([[1], [1]]),
        bias=np.array([0, 0]),
        readout=np.array([[0, 1]]),
        offset=np.array([0]),
        initial=np.array([0, 0]),
        alphabets=None,
        sizes=(10,),
    )
    source = program("v = 0\np = 0", "v += x\np += v\noutputs.append(p)")
    proof = accepted(prove_equal(system_of(system), system_of(source), WHOLE))
    assert proof.claim.tier == "proved"
    recurrence = Recurrence(
        ("x",),
        (("counts", (0, 0, 0)), ("last", (0, 0))),
        (
            Increment("counts", var("x"), const(1)),
            Append("last", var("x"), 2),
            Assign(("y",), (Expr("argmax", (var("counts"),)),)),
            Emit((Expr("+", (var("y"), Expr("sum", (var("last"),)))),)),
        ),
    )
    source = program(
        "c = [0] * 3\np = 0",
        "c[x] += 1\noutputs.append(c.index(max(c)) + x + p)\np = x",
    )
    proof = accepted(prove_equal(system_of(recurrence), system_of(source), Domain((Range(0, 2),))))
    assert proof.claim.tier == "proved"


def test_strings_are_compared_by_name() -> None:
    machine = Machine(np.array([[0], [1]]), np.array([[0, 1], [1, 0]]), np.array([[[0], [1]], [[1], [0]]]))
    left = system_of(machine, [("even", "odd")], [("no", "yes")])
    source = program(
        "odd = False", "if x == 'odd':\n    odd = not odd\noutputs.append('yes' if odd else 'no')"
    )
    proof = accepted(prove_equal(left, system_of(source), Domain.of_rows([("even",), ("odd",)])))
    assert proof.claim.tier == "proved"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("def program(inputs):\n    return inputs\n", "does not end with one loop"),
        (program("", "outputs.append(len(inputs))"), "reads 'inputs' as a whole"),
        (program("", "outputs.append(x)\nif x:\n    break"), "leaves a loop early"),
        (program("", "outputs.append(outputs[0])"), "more than appending answers"),
        (program("", "outputs.append(x / 2)"), "use //"),
        (program("", "import os"), "not part of the language"),
    ],
)
def test_programs_that_are_no_steps_are_refused(source: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        system_of(source)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(InputError, match="takes 2 input streams; the inputs to compare on have 1"):
        specified(SUM, program("", "outputs.append(a + b)", "a, b"), DIGITS)
    with pytest.raises(InputError, match="may be read before it is set"):
        specified(SUM, program("", "if x:\n    y = 1\noutputs.append(y)"), BITS)


def test_lists_under_two_names_stay_one() -> None:
    left = program("a = [0]\nb = a", "a[0] += x\noutputs.append(b[0])")
    right = program("a = [0]\nb = [0]", "a[0] += x\noutputs.append(b[0])")
    assert specified(left, left, Domain((Range(0, 0),))).claim.tier == "proved"
    assert specified(SUM, left, BITS).claim.tier != "refuted"
    assert specified(left, right, BITS).claim.details["witness"]["word"] == [[1]]


def test_claims() -> None:
    claim = Claim("data = network", "tested", faultless_words(300, "fresh sequences"), {"sequences": 300})
    assert claim.facts()["claim"] == "data = network"
    assert "excludes an error rate above 0.0099 at 95 % confidence" in str(claim)
    assert excluded_rate(300) == pytest.approx(3 / 300, rel=0.01)
    assert (1 - excluded_rate(59)) ** 59 == pytest.approx(0.05)
    with pytest.raises(ValueError, match="no such tier"):
        Claim("data = network", "sure", "", {})  # type: ignore[arg-type]


def test_domains() -> None:
    assert parse_stream("0..9") == Range(0, 9)
    assert parse_stream("..") == Range(None, None)
    assert parse_stream("a,b") == ("a", "b")
    assert str(domain_of([[0, 1, 2], [5, 9]], (None, None))) == "the inputs (0 to 2) and (5, 9)"
    for wrong in ("9..0", "a..b", "a,,b", "a,a"):
        with pytest.raises(InputError, match="--inputs"):
            parse_stream(wrong)


def certificates() -> Iterator[tuple[str, dict[str, Any]]]:
    """One certificate of each kind."""
    machine = Machine(
        np.array([[0], [1]]),
        np.array([[0, 1], [2, 0], [1, 2]]),
        np.array([[[0], [0]], [[0], [1]], [[1], [1]]]),
    )
    division = program("r = 0", "r = 2 * r + x\noutputs.append(r // 3)\nr %= 3")
    domain = Domain.of_rows([(0,), (1,)])
    yield "product", dict(prove_equal(system_of(machine), system_of(division), domain).certificate)
    wrong = division.replace("// 3", "// 2")
    yield "witness", dict(prove_equal(system_of(machine), system_of(wrong), domain).certificate)
    yield "linear", dict(specified(SUM, SUM.replace("total", "t"), DIGITS).certificate)
    yield "induction", dict(specified(BALANCE, FLAG, BITS).certificate)
    yield "induction, one relation", dict(specified(REMAINDER, UNBOUNDED, WHOLE).certificate)
    cubes = program("", "outputs.append((x * x * x * x * x - x) % 30)")
    yield "tests", dict(specified(cubes, program("", "outputs.append(0)"), WHOLE).certificate)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all leaves, and to all lists, of nested JSON."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from places(one, (*path, key))
    elif isinstance(value, list):
        yield path
        for i, one in enumerate(value):
            yield from places(one, (*path, i))
    else:
        yield path


def mutated(value: Any, rng: random.Random) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + rng.choice([-2, -1, 1, 2])
    if isinstance(value, float):
        return value * (1 + 1e-6)
    if value is None:
        return 0
    if isinstance(value, list):
        return value[:-1] if value else [0]
    return value[:-1] if value and rng.random() < 0.5 else value + "0"


@pytest.mark.parametrize(("kind", "certificate"), list(certificates()))
def test_every_field_of_a_certificate_matters(kind: str, certificate: dict[str, Any]) -> None:
    text = json.dumps(certificate)
    assert check_program(json.loads(text)) is None
    rng = random.Random(kind)
    slipped = []
    for path in list(places(json.loads(text))):
        changed = json.loads(text)
        inner = changed
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = mutated(inner[path[-1]], rng)
        if path != ("seal",):
            assert check_program(changed) is not None  # refused for its seal alone
            changed["seal"] = seal_of(changed)
        if check_program(changed) is None:
            slipped.append(path)
    assert slipped == []


def test_a_consistent_lie_is_refused() -> None:
    """Machine, digest and seal changed together: the argument itself has to fail."""
    _, certificate = next(certificates())
    for row, column in itertools.product(range(3), range(2)):
        for table, delta in (("transitions", 1), ("outputs", None)):
            changed = json.loads(json.dumps(certificate))
            if delta is None:
                changed["left"][table][row][column][0] += 1
            else:
                changed["left"][table][row][column] = (changed["left"][table][row][column] + delta) % 3
            changed["left"]["sha256"] = side_digest(changed["left"])
            changed["seal"] = seal_of(changed)
            failure = check_program(changed)
            assert failure is not None
            assert failure.startswith("product:")


def test_check_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left, right = tmp_path / "left.py", tmp_path / "right.py"
    left.write_text(SUM)
    right.write_text(program("t = 0", "t -= x\noutputs.append(-t)"))
    assert run(["check", str(left), "--against", str(right)]) == 0
    assert "left.py = right.py: proved for every sequence of every length over" in capsys.readouterr().out
    right.write_text(program("p = 0", "outputs.append(x + p)\np = x"))
    assert run(["check", str(left), "--against", str(right), "--inputs", "0..1"]) == 1
    assert "at the end of the inputs 1, 0, 0 the program answers 1" in capsys.readouterr().out
    assert run(["check", str(left), "--against", str(tmp_path / "none.py")]) == 2
    assert "none.py: cannot be read: No such file" in capsys.readouterr().err
    assert run(["check", str(left)]) == 2
    assert "check needs one of --data, --network, --against, --certificate" in capsys.readouterr().err


MODULUS = 3


def sums(inputs: list[int]) -> list[int]:
    """Sums modulo a number that stands outside the function."""
    total = 0
    outputs = []
    for x in inputs:
        total = (total + x) % MODULUS
        outputs.append(total)
    return outputs


def whole(inputs: list[int]) -> list[int]:
    """The same, in a form that no step can be read from."""
    return [sum(inputs[: i + 1]) % MODULUS for i in range(len(inputs))]


def test_a_python_function_as_specification(tmp_path: Path) -> None:
    source = program("s = 0", "s += x\noutputs.append(s % 3)")
    proof = prove(source, sums)
    assert proof.claim.tier == "proved"
    assert str(proof.claim) == (
        "program = specification: proved for every sequence of every length over all whole numbers"
    )
    assert proof.checkable
    accepted(proof)
    path = tmp_path / "program.py"
    path.write_text(source)
    assert prove(path, Program(source), inputs=[range(3)]).claim.tier == "proved"
    wrong = prove(str(path), lambda inputs: [x % 3 for x in inputs], inputs=[range(2)])
    assert wrong.claim.tier == "refuted"
    assert wrong.claim.details["witness"]["word"] == [[1], [0]]
    assert "the specification answers 0, the program answers 1" in wrong.claim.words


def test_a_function_that_cannot_be_read_is_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_prove, "TESTS", 50)
    monkeypatch.setattr(_prove, "LARGE", (50, 100))
    monkeypatch.setattr(_prove, "SMALL", (50, 100))
    proof = prove(program("s = 0", "s += x\noutputs.append(s % 3)"), whole, inputs=[range(3)])
    assert proof.claim.tier == "tested"
    assert proof.claim.words.startswith("tested on 50 random sequences")
    assert not proof.checkable


@pytest.mark.parametrize(
    ("wanted", "inputs", "sentence"),
    [
        (3, None, "is a function, a path or a program, found 3"),
        (lambda: [], None, "has to take one argument"),
        (lambda inputs: inputs[:1], [range(2)], "one output for each input"),
        (lambda inputs: inputs[::-1], [range(2)], "before it has seen the next"),
        (Path("nowhere.py"), None, "nowhere.py: cannot be read"),
        (sums, ["ab"], "one list of symbols or range a stream, found 'ab'"),
        (sums, [[1, 1]], "expected symbols, each of them once"),
    ],
)
def test_specifications_that_are_none(wanted: Any, inputs: Any, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        prove(SUM, wanted, inputs=inputs)


def test_check_against_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, data = tmp_path / "program.py", tmp_path / "data.jsonl"
    source.write_text(SUM)
    rows = [{"inputs": [1, 2, 3], "targets": [1, 3, 6]}, {"inputs": [4, 0], "targets": [4, 4]}]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert run(["check", str(source), "--data", str(data)]) == 0
    assert "holds on all 2 sequences of the file" in capsys.readouterr().out
    rows[1]["targets"] = [4, 5]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert run(["check", str(source), "--data", str(data)]) == 1
    assert "inputs 4, 0\nexpected 4, 5, found 4, 4" in capsys.readouterr().out


def test_check_a_certificate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "certificate.json"
    _, certificate = next(certificates())
    file.write_text(file_of([certificate], {}))
    assert run(["check", "--certificate", str(file)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(
        "machine = program, proved: accepted; proved for every sequence of every length"
    )
    assert said[-1] == f"the program within: SHA-256 {certificate['right']['sha256']}"
    (tmp_path / "program.py").write_text(SUM)
    assert run(["check", "--certificate", str(file)]) == 1
    assert "program.py beside the certificate is not one that it is about" in capsys.readouterr().out
    file.write_text("{}")
    assert run(["check", "--certificate", str(file)]) == 2
    with pytest.raises(ValueError, match="no file of certificates"):
        check_file(file)
