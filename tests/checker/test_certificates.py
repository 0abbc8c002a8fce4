"""Certificates are about the files beside them, and what is said of them is what was checked."""

import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from netlift._algebra import LinearSystem
from netlift.certify import (
    Domain,
    Range,
    levels_certificate,
    linear_certificate,
    machine_certificate,
    prove_equal,
    prove_linear,
    prove_network,
    system_of,
)
from netlift.certify._zonotope import Frame as ProversFrame
from netlift.checker import (
    CheckedDomain,
    certified_words,
    check_file,
    check_files,
    check_network,
    check_program,
    digest,
    file_of,
    scope_of,
    seal,
    side_digest,
)
from netlift.checker._doubles import Evaluation
from netlift.checker._forms import Frame
from netlift.checker._json import digest_of, read_json, written
from netlift.cli import run as command
from netlift.networks import Architecture, Coding, LinearRnn, MlpRnn, network_files, run
from netlift.states import Machine

Floats = NDArray[np.float64]

PARITY = (
    "def program(inputs):\n    s = 0\n    outputs = []\n    for x in inputs:\n"
    "        s = (s + x) % 2\n        outputs.append(s)\n    return outputs\n"
)
BITS = Domain.of_rows([(0,), (1,)])


def numbers() -> Coding:
    return Coding(None, (0.0,), (1.0,), None, (0.0,), (1.0,))


def parity_machine() -> Machine:
    return Machine(np.array([[0], [1]]), np.array([[0, 1], [1, 0]]), np.array([[[0], [1]], [[1], [0]]]))


def parity_network(forgets: float = 0.25) -> MlpRnn:
    slope = 1.0 / (1.0 - 2.0 * forgets)
    weights = {
        "initial": np.zeros(1),
        "f.0.hidden": np.ones((4, 1)),
        "f.0.input": np.ones((4, 1)),
        "f.0.bias": -np.array([forgets, 1.0 - forgets, 1.0 + forgets, 2.0 - forgets]),
        "f.1.weight": slope * np.array([[1.0, -1.0, -1.0, 1.0]]),
        "f.1.bias": np.zeros(1),
        "g.0.weight": np.ones((1, 1)),
        "g.0.bias": np.zeros(1),
    }
    return MlpRnn(Architecture(1, 4, 2, 1, skip=False), numbers(), weights)


def plain(certificate: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(certificate))
    return found


def sealed(certificate: Mapping[str, Any]) -> dict[str, Any]:
    """The certificate with all its digests forged."""
    changed = dict(certificate)
    for name in ("left", "right", "domain"):
        if isinstance(changed.get(name), dict):
            changed[name] = {**changed[name], "sha256": side_digest(changed[name])}
    return {**changed, "seal": seal(changed)}


def parity_folder() -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    """Certificates about a network and a program, and the files beside them."""
    network = parity_network()
    proof = prove_network(network, parity_machine())
    assert proof is not None
    equal = prove_equal(system_of(parity_machine()), system_of(PARITY), BITS)
    certificates = [plain(machine_certificate(network, proof)), plain(equal.certificate)]
    return certificates, {**network_files(network), "program.py": PARITY.encode()}


def failures(certificates: list[Any], beside: Mapping[str, bytes]) -> list[str]:
    found = check_files(file_of(certificates, beside).encode(), beside)
    return [verdict.failure for verdict in found if verdict.failure is not None]


def lines(certificates: list[Any], beside: Mapping[str, bytes]) -> list[str]:
    return [str(one) for one in check_files(file_of(certificates, beside).encode(), beside)]


# ---- (1) boxes along axes that are not quite the unit matrix ------------------------------------


def test_axes_that_the_unit_matrix_does_not_invert_are_no_proof() -> None:
    """A machine that answers 0, 0, and a network that answers 0, -9: the box is a thin slanted one."""
    weights = {
        "initial": np.zeros(2),
        "f.0.hidden": np.zeros((2, 2)),
        "f.0.input": np.array([[0.0], [1e10]]),
        "f.0.bias": np.zeros(2),
        "g.0.weight": np.array([[10.0, -9e-10]]),
        "g.0.bias": np.zeros(1),
    }
    network = MlpRnn(Architecture(2, 4, 1, 1, skip=False), numbers(), weights)
    assert run(network, np.array([[[0], [1]]])).reshape(-1).tolist() == [0, -9]
    boxes = {
        "labels": [0, 0],
        "successors": [[1, 1], [1, 1]],
        "centres": [[0.0, 0.0], [0.0, 0.0]],
        "radii": [[0.0, 0.0], [0.01, 1.01e10]],
        "axes": [[1.0, 9e-11], [0.0, 1.0]],
        "inverse": [[1.0, 0.0], [0.0, 1.0]],
        "halvings": 0,
    }
    honest = plain(machine_certificate(parity_network(), _parity_proof()))
    forged = sealed(
        {
            **honest,
            "network": {"kind": "mlp", **json.loads(json.dumps(network.config()))},
            "weights": digest(weights),
            "machine": {"alphabet": [[0], [1]], "transitions": [[0, 0]], "outputs": [[[0], [0]]]},
            "boxes": boxes,
        }
    )
    assert str(check_network(forged, weights)).startswith("step: from box 0")


def _parity_proof() -> Any:
    proof = prove_network(parity_network(), parity_machine())
    assert proof is not None
    return proof


_SMALL = st.floats(-1.0, 1.0).map(lambda x: x * 1e-11)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(_SMALL, min_size=8, max_size=8),
    st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=2),
    st.booleans(),
)
def test_coordinates_along_nearly_inverted_axes_are_bounded(
    off: list[float], vector: list[float], unit: bool
) -> None:
    """Of prover and checker, against exact rational arithmetic."""
    axes = np.eye(2) + np.array(off[:4]).reshape(2, 2)
    inverse = np.eye(2) if unit else np.eye(2) + np.array(off[4:]).reshape(2, 2)
    (a, b), (c, d) = [[Fraction(x) for x in row] for row in axes.tolist()]
    x, y = (Fraction(value) for value in vector)
    determinant = a * d - b * c
    exact = abs((d * x - b * y) / determinant), abs((a * y - c * x) / determinant)
    turned = [
        sum((Fraction(p) * q for p, q in zip(row, (x, y), strict=True)), Fraction())
        for row in inverse.tolist()
    ]
    bounds = np.array([[float(abs(value)) * (1 + 1e-15) + 1e-300 for value in turned]])
    for found in (Frame(axes, inverse).reach(bounds), ProversFrame(axes, inverse).coordinates(bounds)):
        assert all(Fraction(mine) >= own for mine, own in zip(found[0].tolist(), exact, strict=True))


def test_only_the_unit_matrix_itself_has_no_slack() -> None:
    one = np.eye(3)
    near = one.copy()
    near[0, 2] = 1e-16
    for frame in (Frame, ProversFrame):
        assert not frame(one, one).off.any()
        assert frame(near, one).off.max() >= 1e-16
        assert frame(one, near).off.max() >= 1e-16


# ---- (2) the files beside a certificate ---------------------------------------------------------


def test_every_file_is_bound_byte_for_byte() -> None:
    certificates, beside = parity_folder()
    content = file_of(certificates, beside).encode()
    assert [one.failure for one in check_files(content, beside)] == [None, None, None]
    for name in beside:
        for changed in (beside[name] + b"\n", beside[name].replace(b" ", b"  ", 1), b""):
            found = check_files(content, {**beside, name: changed})
            assert [one.claim for one in found] == ["files"]
            assert f"{name} beside the certificate is not the one" in str(found[0].failure)
        missing = check_files(content, {other: kept for other, kept in beside.items() if other != name})
        assert f"there is no {name}" in str(missing[0].failure)
    added = check_files(content, {**beside, "copy.json": b"{}"})
    assert "copy.json beside the certificate is not one that it is about" in str(added[0].failure)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("architecture", "activation"), "tanh"),
        (("coding", "output_mean"), [1.0]),
        (("coding", "input_mean"), [1.0]),
        (("coding", "output_scale"), [2.0]),
    ],
)
def test_another_configuration_is_refused_with_forged_digests(path: tuple[str, str], value: Any) -> None:
    certificates, beside = parity_folder()
    config = json.loads(beside["network.json"])
    config[path[0]][path[1]] = value
    forged = {**beside, "network.json": json.dumps(config).encode()}
    assert failures(certificates, forged) == [
        "network: network.json beside the certificate describes another network than it does"
    ]
    certificates[0]["network"] = config  # and with the certificate changed likewise the proof itself fails
    assert failures([sealed(certificates[0]), certificates[1]], forged)


def test_a_certificate_of_a_copy_is_about_the_copy() -> None:
    certificates, beside = parity_folder()
    copied = sealed({**certificates[0], "claim": "copy = machine"})
    assert failures([copied, certificates[1]], beside) == [
        "files: there is no copy.safetensors beside the certificate"
    ]
    renamed = {name.replace("network", "copy"): content for name, content in beside.items()}
    said = lines([copied, certificates[1]], renamed)
    assert said[0].startswith("copy = machine, proved: accepted; ")
    assert said[2].startswith("copy = program, proved: accepted; ")
    assert "copy.safetensors, copy.json" in said[2]


# ---- (3) what follows from two certificates -----------------------------------------------------


def test_a_program_that_is_right_on_fewer_inputs_makes_no_chain() -> None:
    certificates, beside = parity_folder()
    zero = PARITY.replace("(s + x) % 2", "0 * x")
    equal = prove_equal(system_of(parity_machine()), system_of(zero), Domain.of_rows([(0,)]))
    assert equal.claim.tier == "proved"
    beside["program.py"] = zero.encode()
    assert failures([certificates[0], plain(equal.certificate)], beside) == [
        "chain: the network is compared over the inputs 0, 1, the program only over the input 0"
    ]


def linear(transition: Any, drive: Any, readout: Any, alphabets: Any = None) -> LinearSystem:
    size = len(transition)
    return LinearSystem(
        np.array(transition), np.array(drive), np.zeros(size, dtype=np.int64), np.array(readout),
        np.zeros(len(readout), dtype=np.int64), np.zeros(size, dtype=np.int64), alphabets,
        (10,) * len(drive[0]),
    )  # fmt: skip


def as_network(system: LinearSystem) -> LinearRnn:
    names = ("transition", "drive", "bias", "readout", "offset", "initial")
    weights = {n: np.asarray(getattr(system, n)).astype(np.float64) for n in names}
    return LinearRnn(weights, system.alphabets)


def test_a_system_with_other_alphabets_makes_no_chain() -> None:
    """The program answers 0 on every symbol that the network knows: its table is about other symbols."""
    known = linear([[0]], [[1, 2, 3]], [[1]], ((0, 5, 9),))
    shifted = linear([[0]], [[1, 2, 3]], [[1]], ((100, 105, 109),))
    network = as_network(known)
    proof = prove_linear(network, known, Domain((Range(0, 9),)))
    assert proof is not None
    source = (
        "def program(inputs):\n    outputs = []\n    for x in inputs:\n"
        "        outputs.append((x - 100 + 5) // 5 + x // 109 if x >= 100 else 0)\n    return outputs\n"
    )
    equal = prove_equal(system_of(shifted), system_of(source), Domain(((100, 105, 109),)))
    assert equal.claim.tier == "proved", equal.claim.words
    certificate = plain(linear_certificate(network, proof))
    beside = {**network_files(network), "program.py": source.encode()}
    assert failures([certificate, plain(equal.certificate)], beside) == [
        "chain: what the network was compared with is not what the program was"
    ]


# ---- (4) and (6): the words say what was checked -------------------------------------------------


def test_a_smaller_claim_has_smaller_words() -> None:
    network, machine = parity_network(0.0), parity_machine()
    facts = machine.alphabet
    whole = levels_certificate(network, system_of(machine), facts, 12)
    shorter = levels_certificate(network, system_of(machine), facts, 1)
    fewer = levels_certificate(network, system_of(machine), facts[:1], 12)
    said = [certified_words(plain(one)) for one in (whole, shorter, fewer)]
    assert said == [
        "exhaustive, every sequence of up to 12 inputs over the inputs 0, 1, rounding errors included",
        "exhaustive, every sequence of up to 1 input over the inputs 0, 1, rounding errors included",
        "exhaustive, every sequence of up to 12 inputs over the input 0, rounding errors included",
    ]
    beside = network_files(network)
    for certificate, words in zip((whole, shorter, fewer), said, strict=True):
        assert words in lines([plain(certificate)], beside)[0]


def test_tests_cut_to_one_sequence_are_said_to_be_one() -> None:
    fifths = PARITY.replace("(s + x) % 2", "(x * x * x * x * x - x) % 30")
    nothing = PARITY.replace("(s + x) % 2", "0 * x")
    whole = Domain((Range(None, None),))
    proof = prove_equal(system_of(fifths), system_of(nothing), whole, claim="program = specification")
    certificate = plain(proof.certificate)
    assert certificate["tier"] == "tested"
    argument = {**certificate["argument"], "sequences": 1, "excluded_rate": 0.95}
    words = CheckedDomain(certificate["domain"]).words(1, argument["length"], random.Random(argument["seed"]))
    argument["words_sha256"] = hashlib.sha256(json.dumps(words).encode()).hexdigest()
    argument["excluded_rate"] = 1.0 - (1.0 - 0.95) ** 1.0
    cut = sealed({**certificate, "argument": argument})
    assert check_program(cut) is None
    assert "tested on 1 random sequence of" in lines([cut], {})[0]
    assert "excludes an error rate above 0.95" in lines([cut], {})[0]


def test_the_symbols_that_a_network_knows_are_said_one_by_one() -> None:
    system = linear([[0]], [[1, 2, 3]], [[1]], ((0, 5, 9),))
    proof = prove_linear(as_network(system), system, Domain((Range(0, 9),)))
    assert proof is not None
    certificate = plain(linear_certificate(as_network(system), proof))
    assert certificate["domain"] == [{"symbols": [0, 5, 9]}]
    assert "over the inputs 0, 5, 9, in double precision" in certified_words(certificate)
    wider = sealed({**certificate, "domain": [{"low": 0, "high": 9}]})
    assert str(check_network(wider, dict(as_network(system).weights))).startswith("domain: ")


_SYMBOLS = st.lists(
    st.one_of(st.integers(-30, 30), st.text(max_size=3)), min_size=1, max_size=12, unique=True
)
_STREAM = st.one_of(
    st.fixed_dictionaries({"symbols": _SYMBOLS}),
    st.tuples(st.integers(-9, 9), st.integers(0, 9)).map(lambda p: {"low": p[0], "high": p[0] + p[1]}),
)


@given(st.lists(_STREAM, min_size=1, max_size=2), st.lists(_STREAM, min_size=1, max_size=2))
def test_other_inputs_are_told_otherwise(one: Any, other: Any) -> None:
    """Words are the same only for the same symbols; what covers both ways is the same."""
    first, second = CheckedDomain({"streams": one}), CheckedDomain({"streams": other})
    same = {tuple(map(repr, row)) for row in first.symbols()} == {
        tuple(map(repr, row)) for row in second.symbols()
    }
    assert (first.covers(second) and second.covers(first)) == same
    if not same:
        assert first.told(whole=True) != second.told(whole=True)


# ---- (5) and (7): double precision --------------------------------------------------------------


def doubled() -> tuple[LinearRnn, LinearSystem]:
    system = linear([[2]], [[1]], [[1]])
    return as_network(system), system


def test_the_words_lead_with_what_holds_in_double_precision() -> None:
    network, system = doubled()
    proof = prove_linear(network, system, Domain((Range(0, 1),)))
    assert proof is not None
    length = proof.float_length
    certificate = plain(linear_certificate(network, proof))
    assert certificate["tier"] == "exhaustive"
    assert certified_words(certificate) == (
        f"exhaustive, proved up to length {length} in double precision over the inputs 0, 1 "
        "(in exact arithmetic for every length)"
    )
    assert scope_of(certificate).length == length
    for claimed, tier in ((None, "proved"), (None, "exhaustive"), (10**6, "exhaustive"), (200, "exhaustive")):
        forged = sealed({**certificate, "float_length": claimed, "tier": tier})
        assert check_network(forged, dict(network.weights)) is not None
    shorter = sealed({**certificate, "float_length": 20})
    assert check_network(shorter, dict(network.weights)) is None
    assert "up to length 20 " in certified_words(shorter)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 3).flatmap(
        lambda n: st.tuples(
            st.lists(st.lists(st.integers(-2, 2), min_size=n, max_size=n), min_size=n, max_size=n),
            st.lists(st.lists(st.integers(-3, 3), min_size=1, max_size=1), min_size=n, max_size=n),
            st.lists(st.integers(-3, 3), min_size=n, max_size=n),
        )
    )
)
def test_the_checkers_length_is_that_of_the_prover_and_nothing_rounds_before(parts: Any) -> None:
    transition, drive, readout = parts
    system = linear(transition, drive, [readout])
    network = as_network(system)
    proof = prove_linear(network, system, Domain((Range(-4, 7),)))
    if proof is None:
        return
    certificate = plain(linear_certificate(network, proof))
    assert check_network(certificate, dict(network.weights)) is None
    steps = min(60, proof.float_length or 60)
    words = np.random.default_rng(0).choice([-4, 7], size=(20, steps, 1))
    answers = run(network, words).reshape(20, steps)
    for word, said in zip(words.tolist(), answers.tolist(), strict=True):
        state = [0] * len(transition)
        for (x,), answer in zip(word, said, strict=True):
            state = [
                sum(a * h for a, h in zip(row, state, strict=True)) + push[0] * x
                for row, push in zip(transition, drive, strict=True)
            ]
            assert answer == sum(c * h for c, h in zip(readout, state, strict=True))


def test_where_doubles_do_round_the_checker_sees_it() -> None:
    """h = 2 h + x gives 2**t - 1, which is exact up to t = 53."""
    parts = {
        "transition": [[2]], "drive": [[1]], "bias": [0], "readout": [[1]], "offset": [0], "initial": [0],
    }  # fmt: skip
    evaluation = Evaluation(parts, [[[0], [1]]])
    assert evaluation.fits(52)
    assert not evaluation.fits(54)
    assert not evaluation.fits(None)


def test_checking_a_certificate_loads_nothing_of_the_learner(tmp_path: Path) -> None:
    certificates, beside = parity_folder()
    for name, content in beside.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "certificate.json").write_text(file_of(certificates, beside))
    script = (
        "import sys\nfrom netlift.cli import run\n"
        "assert run(['check', '--certificate', sys.argv[1]]) == 0\n"
        "loaded = {n for n in sys.modules if n.split('.')[0] == 'netlift'}\n"
        "own = {n.split('.')[1] for n in loaded if '.' in n}\n"
        "assert own <= {'checker', 'cli', 'core'}, own\n"
        "assert not {'numba', 'scipy', 'torch', 'rich'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "certificate.json")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "network = program, proved: accepted" in done.stdout


# ---- (8) and files that are none ----------------------------------------------------------------


def test_numbers_of_many_digits_come_back() -> None:
    for number in (10**5_000, -(10**99_999), 0, 7, -1):
        assert read_json(written([number]).encode()) == [number]


@pytest.mark.parametrize(
    ("one", "other", "tier"),
    [("~x", "-x - 1", "proved"), ("~x", "-x", "refuted"), ("10**3_400", "10**3_400 + 1", "refuted")],
)
def test_what_the_prover_writes_the_checker_reads(one: str, other: str, tier: str) -> None:
    left, right = (PARITY.replace("(s + x) % 2", text) for text in (one, other))
    proof = prove_equal(
        system_of(left), system_of(right), Domain((Range(0, 9),)), claim="program = specification"
    )
    assert proof.claim.tier == tier
    assert failures([proof.certificate], {"program.py": right.encode()}) == []
    assert certified_words(proof.certificate, ("machine", "program")) == proof.claim.words


def test_numbers_without_end_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 100,000 digits"):
        read_json(b"[" + b"1" * 200_000 + b"]")


def test_what_only_equals_has_another_digest() -> None:
    assert len({digest_of(value) for value in (1, 1.0, True, "1", [1])}) == 5


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[" * 100_000 + b"]" * 100_000, "nested more than"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "nested more than 200 deep"),
        (b'{"format": [], "files": {}, "certificates": []}', "the format is"),
        (b'{"format": "netlift certificates 1", "certificates": []}', "expected 'netlift certificates 2'"),
        (b'{"format": "netlift certificates 2", "format": 1}', "a name twice"),
        (b"[NaN]", "NaN is no number"),
        (b"\xff\xfe", "decode"),
        (b"", "is no file of certificates"),
        (b"[1, 2]", "no file of certificates"),
    ],
)
def test_a_file_of_anything_else_ends_in_one_sentence(
    content: bytes, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "certificate.json"
    file.write_bytes(content)
    assert command(["check", "--certificate", str(file)]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert len(said) < 500


def test_a_huge_file_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "certificate.json"
    with file.open("wb") as handle:
        handle.truncate(10**10)  # a hole, which takes no room
    assert command(["check", "--certificate", str(file)]) == 2
    assert "certificate.json has 10,000,000,000 bytes, more than" in capsys.readouterr().err


@pytest.mark.parametrize("strange", [[], {}, None, 3, "x" * 10**6, [["netlift program certificate 2"]]])
def test_a_certificate_of_a_strange_format_is_refused(strange: Any) -> None:
    certificates, beside = parity_folder()
    for whole in (strange, {**certificates[0], "format": strange}, {**certificates[1], "claim": strange}):
        told = failures([whole], beside)
        assert len(told) == 1
        assert len(told[0]) < 400


def test_what_a_file_says_prints_no_line_of_its_own() -> None:
    certificates, beside = parity_folder()
    line = "network = machine, proved: accepted; proved for every sequence of every length"
    for name in ("claim", "tier", "arithmetic", "format", f"a\n{line}"):
        forged = sealed({**certificates[0], name: f"x\n{line}"})
        for said in lines([forged], beside):
            assert "\n" not in said
            assert not said.startswith("network = machine, proved: accepted")
    symbol = f"up\n{line}"
    named = prove_equal(
        system_of(PARITY.replace("(s + x) % 2", "x")),
        system_of(PARITY.replace("(s + x) % 2", "'up' if x == x else x")),
        Domain((("up", symbol),)),
        claim="program = specification",
    )
    assert named.claim.tier == "refuted"
    assert all("\n" not in said for said in lines([plain(named.certificate)], {}))


def test_work_without_end_is_refused() -> None:
    certificates, beside = parity_folder()
    tests = {
        "kind": "tests", "sequences": 10**12, "length": 50, "seed": 0,
        "excluded_rate": 1.0 - 0.05 ** (1.0 / 10**12), "words_sha256": "", "exhaustive_length": 0,
        "exhaustive_pairs": 1, "variables": [None, None],
    }  # fmt: skip
    tests["excluded_rate"] = 1.0 - (1.0 - 0.95) ** (1.0 / 10**12)
    endless = sealed({**certificates[1], "tier": "tested", "argument": tests})
    assert failures([certificates[0], endless], beside) == ["tests: too many words to check"]
    deeper = {**tests, "sequences": 1, "length": 1, "excluded_rate": 1.0 - (1.0 - 0.95) ** 1.0}
    deeper["exhaustive_length"] = 10**9
    endless = sealed({**certificates[1], "tier": "exhaustive", "argument": deeper})
    assert failures([certificates[0], endless], beside)
    levels = levels_certificate(parity_network(0.0), system_of(parity_machine()), np.array([[0]]), 10**9)
    told = check_network(plain(levels), dict(parity_network(0.0).weights))
    assert told is not None


def test_a_file_that_was_distilled_holds_together(tmp_path: Path) -> None:
    """As `save` writes it, with words in result.json that are the checker's."""
    import netlift

    rng = np.random.default_rng(0)
    inputs = rng.integers(0, 10, size=(300, 6))
    result = netlift.distill(inputs.tolist(), np.cumsum(inputs, axis=1).tolist())
    result.save(tmp_path)
    verdicts = check_file(tmp_path / "certificate.json")
    assert [one.failure for one in verdicts] == [None] * 3
    said = {
        claim["claim"]: claim["words"]
        for claim in json.loads((tmp_path / "result.json").read_text())["certificate"]
    }
    assert said["network = machine"] == verdicts[0].words
    assert said["machine = program"] == verdicts[1].words
    config = tmp_path / "network.json"
    config.write_bytes(config.read_bytes().replace(b"null", b"[[0]]"))
    assert [one.claim for one in check_file(tmp_path / "certificate.json")] == ["files"]


def test_a_proof_that_needs_the_solver_says_so_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("z3")
    left, right = (PARITY.replace("(s + x) % 2", text) for text in ("s + abs(x)", "s + max(x, -x)"))
    sides, whole = (system_of(left), system_of(right)), Domain((Range(None, None),))
    assert prove_equal(*sides, whole, claim="program = specification").claim.tier == "proved"
    monkeypatch.setattr("netlift.certify._induction.solver_module", lambda: None)
    monkeypatch.setattr("netlift.certify._bounded.solver_module", lambda: None)
    claim = prove_equal(*sides, whole, claim="program = specification").claim
    assert claim.tier == "tested"
    assert (
        "no proof was tried that needs a solver: the solver z3 is not installed (pip install" in claim.words
    )
