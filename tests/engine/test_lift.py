"""Networks that others trained: cells, checkpoints, adapters, codings, and what is said of them."""

import json
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

import netlift
from netlift.certify import THOROUGH
from netlift.checker import check_file
from netlift.cli import run
from netlift.core._errors import InputError
from netlift.engine import _lift
from netlift.networks import CellRnn, Coded, InputCoding, OutputCoding, as_mlp, load_network
from netlift.networks import run as answers
from networks_by_hand import PARITY, labelled, parity

Floats = NDArray[np.float64]
RNG = np.random.default_rng(0)


@dataclass(frozen=True)
class Parity:
    """A hand-made cell, as a user would write it: the parity of the ones so far, as a score of each class.

    With growth it drifts.
    """

    growth: float = 1.0

    def initial_state(self, batch: int) -> Floats:
        return np.zeros((batch, 1))

    def next_state(self, hidden: Floats, inputs: Floats) -> Floats:
        state: Floats = self.growth * np.abs(hidden - inputs)
        return state

    def output(self, hidden: Floats) -> Floats:
        return np.concatenate([0.5 - hidden, hidden - 0.5], axis=1)


@dataclass(frozen=True)
class Counter:
    """Twos minus ones so far, for ever."""

    def initial_state(self, batch: int) -> Floats:
        return np.zeros((batch, 1))

    def next_state(self, hidden: Floats, inputs: Floats) -> Floats:
        moved: Floats = hidden + inputs @ np.array([[1.0], [-1.0]])
        return moved

    def output(self, hidden: Floats) -> Floats:
        return hidden


def elman(rows: int, layers: int = 1, size: int = 5, activation: str = "tanh", cell: Any = "rnn") -> CellRnn:
    """Random weights over three input units; two classes."""
    gates = {"rnn": 1, "gru": 3, "lstm": 4}[cell]
    weights: dict[str, Floats] = {"g.0.weight": RNG.normal(size=(2, size)), "g.0.bias": RNG.normal(size=2)}
    for layer in range(layers):
        fan_in = rows if layer == 0 else size
        weights |= {
            f"weight_ih_l{layer}": RNG.normal(size=(gates * size, fan_in)),
            f"weight_hh_l{layer}": RNG.normal(size=(gates * size, size)),
            f"bias_ih_l{layer}": RNG.normal(size=gates * size),
            f"bias_hh_l{layer}": RNG.normal(size=gates * size),
        }
    return CellRnn(cell, size, layers, activation, "tanh", weights)


def saved(folder: Path, cell: CellRnn, config: dict[str, Any], prefix: str = "rnn.") -> Path:
    """The cell as PyTorch's names would have it."""
    arrays = {
        name.replace("g.0.", "head.") if name.startswith("g.") else prefix + name: array
        for name, array in cell.weights.items()
    }
    save_file(arrays, folder / "net.safetensors")
    (folder / "net.json").write_text(json.dumps(config))
    return folder / "net.safetensors"


def parity_cell() -> CellRnn:
    """An Elman network with ReLU that computes parity: |h - x| from two units, and their sum."""
    weights = {
        "weight_ih_l0": np.array([[0.0, -1.0], [0.0, 1.0]]),
        "weight_hh_l0": np.array([[1.0, 1.0], [-1.0, -1.0]]),
        "g.0.weight": np.array([[-1.0, -1.0], [1.0, 1.0]]),
        "g.0.bias": np.array([0.5, -0.5]),
    }
    return CellRnn("rnn", 2, 1, "relu", "tanh", weights)


CONFIG = {"cell": "rnn", "activation": "relu", "readout": ["head"]}


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("layers", [1, 2])
def test_cells_answer_as_pytorch_does(cell: Any, layers: int) -> None:
    torch = pytest.importorskip("torch")
    kind = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[cell]
    recurrent = kind(3, 8, num_layers=layers, batch_first=True).double()
    readout = torch.nn.Linear(8, 4).double()
    inputs = np.random.default_rng(1).normal(size=(6, 9, 3))
    with torch.no_grad():
        expected = readout(recurrent(torch.tensor(inputs))[0]).numpy()
    network = netlift.from_torch(recurrent, readout)
    hidden = network.initial_state(6)
    for step in range(9):
        hidden = network.next_state(hidden, inputs[:, step])
        np.testing.assert_allclose(network.output(hidden), expected[:, step], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_an_elman_network_is_two_perceptrons(activation: str) -> None:
    coding = InputCoding("one-hot", ((2, 0, 1),))
    coded = Coded(elman(3, activation=activation), coding, OutputCoding("classes", ((1, 0),)))
    words = RNG.integers(0, 3, size=(50, 12, 1))
    same = as_mlp(coded)
    assert same is not None
    assert np.array_equal(answers(same, words), answers(coded, words))


def test_what_is_no_perceptron_stays_what_it_is() -> None:
    coding = InputCoding("one-hot", ((0, 1, 2),))
    for cell in (elman(3, 2), elman(3, cell="gru"), elman(3, cell="lstm")):
        assert as_mlp(Coded(cell, coding, OutputCoding("classes", ((0, 1),)))) is None


def test_a_cell_of_a_users_own_is_opened() -> None:
    result = netlift.lift(Parity(), [[0, 1, 1, 0, 1, 0, 1, 1], [1, 1, 1, 0, 0, 0, 1, 0]])
    assert result.solved
    assert result.states == 2
    assert result.trained_by == "given"
    assert result.program is not None
    assert result.program([1, 0, 1, 1, 1, 0]) == [1, 1, 0, 1, 0, 0]
    assert all(claim.claim != "data = network" for claim in result.claims)


def test_tensors_go_in_where_tensors_come_out() -> None:
    torch = pytest.importorskip("torch")

    class Cell:
        def initial_state(self, batch: int) -> Any:
            return torch.zeros(batch, 1)

        def next_state(self, hidden: Any, inputs: Any) -> Any:
            return torch.abs(hidden - inputs)

        def output(self, hidden: Any) -> Any:
            return torch.cat([0.5 - hidden, hidden - 0.5], dim=1)

    result = netlift.lift(Cell(), netlift.Alphabet(((0, 1),), 10))
    assert result.solved
    assert result.states == 2


def test_a_counter_is_read_as_a_recurrence() -> None:
    result = netlift.lift(Counter(), netlift.Alphabet((["up", "down"],), 8), input_coding="one-hot")
    assert result.solved
    assert result.states is None
    assert result.program is not None
    assert result.program(["up", "up", "down"]) in ([1, 2, 1], [-1, -2, -1])


def test_targets_tell_network_and_data_apart() -> None:
    inputs = RNG.integers(0, 2, size=(300, 8))
    targets = np.cumsum(inputs, axis=1) % 2
    targets[7, 3] ^= 1
    inputs[7] = 1
    inputs[:7, 0] = 0
    inputs[8:, 0] = 0  # the wrong row begins as no other does
    targets = np.where(np.arange(300)[:, None] == 7, targets, np.cumsum(inputs, axis=1) % 2)
    result = netlift.lift(Parity(), inputs, targets)
    assert result.network_facts["follows"] == "network"
    assert any("wrong on 1 of 300 sequences of the data" in sentence for sentence in result.findings)
    assert [claim.tier for claim in result.claims if claim.claim == "data = network"] == ["refuted"]


def test_data_that_the_program_was_searched_on_are_not_called_new() -> None:
    weights = {**parity().weights, "f.0.hidden": 0.88 * np.ones((4, 1))}
    erring = replace(parity(), weights=weights)
    data = labelled(PARITY, 400, 14)
    result = netlift.lift(erring, data.inputs, data.targets)
    assert result.network_facts["follows"] == "data"
    assert result.program is not None
    assert result.checks["train"].sequences == 400
    assert result.checks["held_out"].sequences == 0
    source = " ".join(result.program.source.split())
    assert "no error on 400 example sequences" in source
    assert "new sequences" not in source
    assert any("Nothing was held out" in sentence for sentence in result.findings)


def test_a_program_says_on_how_many_words_the_network_errs() -> None:
    class Slips(Parity):
        """Parity, but for one step in five thousand, as a number drawn from all inputs decides."""

        def initial_state(self, batch: int) -> Floats:
            return np.zeros((batch, 2))

        def next_state(self, hidden: Floats, inputs: Floats) -> Floats:
            drawn = (hidden[:, 1:] * 16807.0 + 1.0 + 7919.0 * inputs) % 2147483647.0
            return np.column_stack([np.abs(hidden[:, :1] - inputs), drawn])

        def output(self, hidden: Floats) -> Floats:
            slip = np.where(hidden[:, 1:] % 5000.0 == 7.0, 1.0 - hidden[:, :1], hidden[:, :1])
            return np.concatenate([0.5 - slip, slip - 0.5], axis=1)

    result = netlift.lift(Slips(), netlift.Alphabet(((0, 1),), 10))
    assert not result.solved
    assert result.program is not None
    assert result.program([1, 1, 0, 1]) == [1, 0, 0, 1]
    wrong = result.checks["train"].errors
    assert wrong
    assert not result.checks["held_out"].errors
    told = f"no error on 1,000 new sequences, errors on {wrong} of 2,000 example sequences"
    assert told in " ".join(result.program.source.split())


def test_a_drifting_network_is_called_so() -> None:
    result = netlift.lift(Parity(1.04), netlift.Alphabet(((0, 1),), 10))
    assert result.program is not None
    assert result.program([1, 1, 1, 0]) == [1, 0, 1, 1]
    told = [claim for claim in result.claims if claim.claim == "network = machine"]
    assert told[0].tier == "refuted"


def test_random_outputs_are_no_machine() -> None:
    chaotic = elman(2, size=12)
    strong = CellRnn("rnn", 12, 1, "tanh", "tanh", {name: 4.0 * w for name, w in chaotic.weights.items()})
    result = netlift.lift(strong, netlift.Alphabet(((0, 1),), 10))
    assert not result.solved
    assert result.network_facts["kind"] in ("counter", "many states", "not exact", "drifting", "noisy")
    assert any("To try next" in sentence for sentence in result.findings)


def test_the_command_opens_a_checkpoint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = saved(tmp_path, parity_cell(), CONFIG)
    code = run(
        ["lift", str(file), "--inputs", "0..1", "--length", "10", "-o", str(tmp_path / "out"), "--quiet"]
    )
    assert code == 0
    facts = json.loads((tmp_path / "out" / "result.json").read_text())
    assert facts["solved"]
    assert facts["trained_by"] == "given"
    assert facts["states"] == 2
    network = load_network(tmp_path / "out")
    words = RNG.integers(0, 2, size=(20, 30, 1))
    assert np.array_equal(answers(network, words), np.cumsum(words, axis=1) % 2)
    assert run(["check", "--certificate", str(tmp_path / "out" / "certificate.json")]) == 0


@pytest.mark.parametrize(("said", "asked"), [((), ()), (("--thorough",), THOROUGH)])
def test_provers_that_take_their_time_are_asked_where_that_is_said(
    said: tuple[str, ...], asked: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []

    def noted(*_: Any, plugins: Any, **__: Any) -> None:
        told.append(plugins)
        raise InputError("enough")

    monkeypatch.setattr(_lift, "lift_sequences", noted)
    checkpoint = saved(tmp_path, parity_cell(), CONFIG)
    assert run(["lift", str(checkpoint), "--inputs", "0,1", "-o", str(tmp_path / "out"), *said]) == 2
    assert told == [asked]


def test_a_program_is_held_against_a_checkpoint(tmp_path: Path) -> None:
    file = saved(tmp_path, parity_cell(), CONFIG)
    program = tmp_path / "program.py"
    lines = ["def program(inputs):", "    s = 0", "    outputs = []", "    for x in inputs:"]
    body = ["        s = (s + x) % 2", "        outputs.append(s)", "    return outputs", ""]
    program.write_text("\n".join([*lines, *body]))
    command = ["check", str(program), "--network", str(file)]
    assert run([*command, "--inputs", "0..1"]) == 0
    assert run(command) == 2
    program.write_text(program.read_text().replace("s + x", "s + x * s"))
    assert run([*command, "--inputs", "0..1"]) == 1


def test_two_layers_are_saved_and_opened_again(tmp_path: Path) -> None:
    coding = InputCoding("one-hot", ((0, 1, 2),))
    coded = Coded(elman(3, 2), coding, OutputCoding("classes", ((0, 1),)))
    from netlift.networks import network_files

    for name, content in network_files(coded).items():
        (tmp_path / name).write_bytes(content)
    words = RNG.integers(0, 3, size=(30, 12, 1))
    assert np.array_equal(answers(load_network(tmp_path), words), answers(coded, words))


def test_the_networks_of_the_mips_authors(tmp_path: Path) -> None:
    """h' = [relu(x - h), relu(h - x)] summed, y = h: their running difference to the input is parity."""
    arrays = {
        "hmlp.mlp.0.weight": np.array([[1.0, -1.0], [-1.0, 1.0]]),
        "hmlp.mlp.0.bias": np.zeros(2),
        "hmlp.mlp.2.weight": np.array([[1.0, 1.0]]),
        "hmlp.mlp.2.bias": np.zeros(1),
        "ymlp.mlp.0.weight": np.array([[1.0]]),
        "ymlp.mlp.0.bias": np.zeros(1),
    }
    save_file(arrays, tmp_path / "net.safetensors")
    result = netlift.lift(
        netlift.load_checkpoint(tmp_path / "net.safetensors"), netlift.Alphabet(((0, 1),), 10)
    )
    assert result.solved
    assert result.program is not None
    assert result.program([1, 1, 0, 1]) == [1, 0, 0, 1]


def refused(tmp_path: Path, *arguments: str) -> int:
    return run(["lift", *arguments, "-o", str(tmp_path / "out")])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"cell": "gruu"}, "the cell is 'gruu'; expected one of rnn, gru, lstm, mips"),
        ({"hidden_size": 7}, "says hidden_size 7, but the weights have 2"),
        ({"readout": ["haed"]}, "no weights 'haed.weight' for the readout"),
        ({"activaton": "relu"}, "has a key 'activaton'; did you mean 'activation'"),
        ({"cell": "gru"}, "expected [6, 2]"),
        ({"prefix": "lstm."}, "has no weights 'lstm.weight_ih_l0'"),
        ({"inputs": {"coding": "one-hot", "alphabets": [[0, 2]]}}, "hold the symbol 1 in stream 0"),
        ({"inputs": {"coding": "two-hot"}}, "the coding of the inputs is 'two-hot'"),
        ({"outputs": {"coding": "classes", "classes": [[0, 1, 2]]}}, "has 2 output units"),
        ({"readout": 5}, "'readout' is 5; expected the name of a linear layer"),
        ({"readout": []}, "'readout' is []; expected the name of a linear layer"),
        ({"embedding": ["head"]}, "'embedding' is ['head']; expected a string"),
        ({"hidden_size": "two"}, "'hidden_size' is 'two'; expected a whole number above 0"),
        ({"prefix": None}, "'prefix' is None; expected a string"),
        ({"inputs": [1]}, "'inputs' is [1]; expected an object"),
        ({"inputs": {"coding": "number", "mean": 4.5}}, "'mean' is 4.5; expected a number for each stream"),
        ({"inputs": {"coding": "number", "scale": [float("nan")]}}, "'scale' is [nan]; expected a number"),
        ({"outputs": {"coding": "threshold", "at": float("inf")}}, "'at' is inf; expected a number"),
    ],
)
def test_a_wrong_description_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], told: str
) -> None:
    file = saved(tmp_path, parity_cell(), CONFIG | change)
    assert refused(tmp_path, str(file), "--inputs", "0..1") == 2
    message = capsys.readouterr().err.splitlines()[-1]
    assert message.startswith("netlift: ")
    assert told in message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["", "[1, 2]", "null", "{}", "what?"])
def test_a_json_that_describes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    file = saved(tmp_path, parity_cell(), CONFIG)
    (tmp_path / "net.json").write_text(text)
    assert refused(tmp_path, str(file), "--inputs", "0..1") == 2
    assert one_line(capsys).startswith(f"netlift: {tmp_path / 'net.json'}: ")


@pytest.mark.parametrize(
    ("name", "array", "told"),
    [
        ("rnn.weight_hh_l0", np.zeros(2), "have shape [2]; expected [2, 2]"),
        ("rnn.weight_hh_l0", np.array(1.0), "have shape []; expected [2, 2]"),
        ("rnn.weight_ih_l0", np.zeros((2, 0)), "have shape [2, 0]; they are empty"),
        ("head.weight", np.zeros((0, 2)), "have shape [0, 2]; they are empty"),
        ("head.weight", np.zeros((2, 3)), "have shape [2, 3]; expected [2, 2]"),
        ("head.bias", np.zeros((2, 1)), "have shape [2, 1]; expected [2]"),
    ],
)
def test_weights_of_a_wrong_shape(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, array: Floats, told: str
) -> None:
    file = saved(tmp_path, parity_cell(), CONFIG)
    save_file({**load_file(file), name: array}, file)
    assert refused(tmp_path, str(file), "--inputs", "0..1") == 2
    assert told in one_line(capsys)


def test_a_half_precision_that_numpy_has_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file as save_tensors

    saved(tmp_path, parity_cell(), CONFIG)
    save_tensors({"head.weight": torch.zeros(2, 2, dtype=torch.bfloat16)}, tmp_path / "net.safetensors")
    assert refused(tmp_path, str(tmp_path / "net.safetensors"), "--inputs", "0..1") == 2
    assert "holds numbers of the type BF16; expected float16" in one_line(capsys)


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ("", "--inputs is empty"),
        ("0..99999999999999999999", "expected numbers up to 2**62"),
        ("0,99999999999999999999", "expected none beyond 2^53"),
        ("5..2", "the range is empty"),
        ("0..", "expected a range with two ends"),
        ("a,b", "the sequences have strings"),
        ("nowhere.csv", "no such file"),
    ],
)
def test_inputs_that_cannot_be_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], inputs: str, told: str
) -> None:
    coding = {"coding": "one-hot", "alphabets": [[0, 1]]}
    file = saved(tmp_path, parity_cell(), CONFIG | {"inputs": coding})
    assert refused(tmp_path, str(file), "--inputs", inputs) == 2
    assert told in one_line(capsys)


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on standard error after those that tell the progress."""
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith("netlift: ")
    return str(line)


def test_weights_that_are_no_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = saved(tmp_path, parity_cell(), CONFIG)
    arrays = {"rnn.weight_ih_l0": np.array([[0.0, np.nan], [0.0, 1.0]])}
    save_file(arrays, file)
    assert refused(tmp_path, str(file), "--inputs", "0..1") == 2
    assert "hold a NaN or infinite number" in capsys.readouterr().err


def test_a_damaged_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = saved(tmp_path, parity_cell(), CONFIG)
    file.write_bytes(file.read_bytes()[:40])
    assert refused(tmp_path, str(file), "--inputs", "0..1") == 2
    assert "is damaged, cut off or no safetensors file" in capsys.readouterr().err


def test_a_pickle_is_not_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch = pytest.importorskip("torch")
    file = tmp_path / "net.pt"
    torch.save({"weights": Parity()}, file)
    (tmp_path / "net.json").write_text(json.dumps(CONFIG))
    assert refused(tmp_path, str(file), "--inputs", "0..1") == 2
    assert "could run code and is refused" in capsys.readouterr().err


def test_an_adapter_whose_state_changes_shape() -> None:
    class Grows(Parity):
        def next_state(self, hidden: Floats, inputs: Floats) -> Floats:
            return np.concatenate([hidden, inputs], axis=1)

    with pytest.raises(InputError, match=r"changed the hidden state's shape from \[\d+, 1\] to \[\d+, 2\]"):
        netlift.lift(Grows(), netlift.Alphabet(((0, 1),), 8))


@pytest.mark.parametrize(
    ("method", "gives", "told"),
    [
        ("initial_state", lambda batch: np.zeros((batch, min(batch, 2))), "in batches of different sizes"),
        ("initial_state", lambda batch: np.zeros(batch), r"initial_state\(1\) has the shape \[1\]"),
        (
            "next_state",
            lambda hidden, inputs: "abc",
            "next_state gave a str; expected a batch",
        ),
        ("next_state", lambda hidden, inputs: hidden * np.nan, "with a NaN or infinite number"),
        ("output", lambda hidden: hidden[:, :0], r"output has the shape \[1, 0\]"),
        ("output", lambda hidden: np.repeat(hidden, len(hidden), 1), "in batches of different sizes"),
        ("output", lambda hidden: [[1], [1, 2]], "output gave a list; expected an array"),
    ],
)
def test_an_adapter_that_answers_otherwise(method: str, gives: Any, told: str) -> None:
    strange = type("Strange", (Parity,), {method: lambda self, *given: gives(*given)})
    with pytest.raises(InputError, match=told):
        netlift.lift(strange(), netlift.Alphabet(((0, 1),), 8))


def test_what_is_said_in_python_is_checked_too() -> None:
    alphabet = netlift.Alphabet(((0, 1),), 8)
    with pytest.raises(InputError, match="is the class Parity; expected an object of it"):
        netlift.lift(Parity, alphabet)
    with pytest.raises(InputError, match="classes is 3; expected a list of symbols"):
        netlift.lift(Parity(), alphabet, classes=3)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="the threshold is nan"):
        netlift.lift(Parity(), alphabet, output_coding="threshold", threshold=float("nan"))
    with pytest.raises(InputError, match="an alphabet has 0; expected the symbols of a stream"):
        netlift.Alphabet((0, 1), 8)  # type: ignore[arg-type]


def test_an_object_without_the_methods() -> None:
    with pytest.raises(InputError, match="of type int, has no method initial_state"):
        netlift.lift(3, netlift.Alphabet(((0, 1),), 8))  # type: ignore[arg-type,unused-ignore]


def test_an_alphabet_that_the_network_cannot_take(tmp_path: Path) -> None:
    file = saved(tmp_path, parity_cell(), CONFIG)
    with pytest.raises(InputError, match="takes 2 input units"):
        netlift.lift(netlift.load_checkpoint(file), netlift.Alphabet((range(5),), 8))


def test_examples_may_come_without_targets(tmp_path: Path) -> None:
    file = saved(tmp_path, parity_cell(), CONFIG)
    for name, content in {
        "a.jsonl": '{"inputs": [0, 1, 1, 0, 1]}\n{"inputs": [1, 1, 1, 0, 0]}\n',
        "b.csv": "sequence,x\n" + "".join(f"{s},{x}\n" for s in (1, 2) for x in (0, 1, 1, 0, 1)),
    }.items():
        (tmp_path / name).write_text(content)
        out = tmp_path / f"out-{name}"
        assert run(["lift", str(file), "--inputs", str(tmp_path / name), "-o", str(out), "--quiet"]) == 0


def test_why_a_network_was_not_opened_is_not_asked_beyond_the_budget() -> None:
    def scrambled(words: list[list[int]]) -> list[int]:
        return [zlib.crc32(bytes(word)) % 2 for word in words]

    network = netlift.from_function(scrambled, longest=40)
    result = netlift.lift(network, netlift.Alphabet(((0, 1),), length=8), budget=1e-9)
    assert not result.solved
    assert any(
        "The diagnosis was stopped: the budget of 1e-09 seconds is spent" in one for one in result.findings
    )


def test_the_certificates_of_a_linear_network_that_is_lifted_make_a_chain(tmp_path: Path) -> None:
    words = np.random.default_rng(0).integers(0, 2, (400, 8))
    before = np.concatenate([np.zeros((400, 1), dtype=np.int64), words[:, :-1]], axis=1)
    netlift.distill(words, before, seed=0).save(tmp_path / "trained")
    netlift.lift(netlift.load_checkpoint(tmp_path / "trained"), words, seed=0).save(tmp_path / "lifted")
    verdicts = check_file(tmp_path / "lifted" / "certificate.json")
    assert [verdict.failure for verdict in verdicts] == [None] * 3
    assert verdicts[-1].claim == "network = program"
