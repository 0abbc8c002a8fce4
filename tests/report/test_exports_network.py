"""The network as a model of ONNX and as a module of PyTorch: both are run, and say what the network says."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import netlift
from kinds_by_hand import NETWORKS, words
from netlift.certify import Claim
from netlift.cli import run as command
from netlift.data import from_arrays
from netlift.networks import LinearRnn, run, widths
from netlift.report._kept import load_result
from netlift.report._result import Result
from netlift.report.exports import _torch, export
from pages_by_hand import counting, made, summing


def of(network: Any, **more: Any) -> Result:
    return replace(summing(), network=network, symbols=None, **more)


@pytest.mark.parametrize("name", NETWORKS)
def test_torch_answers_as_the_network(name: str) -> None:
    torch = pytest.importorskip("torch")
    network = NETWORKS[name]
    content = export(of(network), "torch")
    assert content == export(of(network), "torch")
    scope: dict[str, Any] = {"__name__": "lifted"}
    exec(content, scope)
    answers = run(network, words())
    assert len(np.unique(answers)) > 1  # else it tells nothing
    with torch.no_grad():
        found = scope["Lifted"]()(torch.from_numpy(words())).numpy()
    assert np.array_equal(found, answers)
    one = words()[0].tolist()
    told = [tuple(step) if len(step) > 1 else step[0] for step in answers[0].tolist()]
    assert scope["run"](one) == told
    assert scope["run"]([]) == []
    if name != "numbers":
        with pytest.raises(ValueError, match="no symbol that the network has a unit for"):
            scope["run"]([[99, 0]])


@pytest.mark.parametrize("name", NETWORKS)
def test_onnx_answers_as_the_network(name: str) -> None:
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    network = NETWORKS[name]
    content = export(of(network), "onnx")
    assert content == export(of(network), "onnx")
    model = onnx.load_from_string(content)
    onnx.checker.check_model(model, full_check=True)
    session = runtime.InferenceSession(content)
    (found,) = session.run(["outputs"], {"inputs": words()})
    answers = run(network, words())
    assert np.array_equal(found, answers)
    (short,) = session.run(["outputs"], {"inputs": words()[:1, :2]})
    assert np.array_equal(short, answers[:1, :2])
    if name != "numbers":
        foreign = words()[:3]
        foreign[1, 1, 0] = 99
        with pytest.raises(Exception, match="out of data bounds"):
            session.run(None, {"inputs": foreign})


def test_the_models_say_what_is_known_of_the_network(tmp_path: Path) -> None:
    """A network that learned the data, saved, read back, and written: it answers the program's data."""
    torch = pytest.importorskip("torch")
    letters = [["a", "b"][n] for n in np.random.default_rng(0).integers(2, size=40)]
    inputs = [letters[at : at + 5] for at in range(0, 40, 5)]
    result = counting()
    assert result.program is not None
    step = np.array([[0.0, 1.0], [1.0, 0.0]])
    weights = {
        "initial": np.zeros(2),
        "transition": np.zeros((2, 2)),
        "drive": step,
        "bias": np.zeros(2),
        "readout": np.array([[0.0, 1.0]]),
        "offset": np.zeros(1),
    }
    data = from_arrays(inputs, [[int(one == "a") for one in word] for word in inputs])
    claim = Claim("data = network", "tested", "right on all 8 sequences")
    network = LinearRnn(weights, ((0, 1),))
    made(data, result.program, network=network, claims=(claim,)).save(tmp_path / "out")
    kept = load_result(tmp_path / "out")
    scope: dict[str, Any] = {"__name__": "lifted"}
    content = export(kept, "torch")
    exec(content, scope)
    assert b"Data = network: right on all 8 sequences." in content
    assert [scope["run"](word) for word in inputs] == [[int(x == "a") for x in word] for word in inputs]
    assert torch.float64 == scope["Lifted"]().first.dtype


def test_onnx_has_the_symbols_beside_the_network() -> None:
    onnx = pytest.importorskip("onnx")
    network = LinearRnn(dict(NETWORKS["linear"].weights) | {"drive": np.ones((3, 2))}, ((0, 1),))
    names = (("<", "ß"),), (None, None)
    model = onnx.load_from_string(export(of(network), "onnx"))
    assert json.loads(model.metadata_props[0].value) == [None]
    model = onnx.load_from_string(export(replace(of(network), symbols=names), "onnx"))
    assert [json.loads(one.value) for one in model.metadata_props] == [[["<", "ß"]], [None, None]]


@pytest.mark.parametrize("form", ["onnx", "torch"])
def test_what_has_no_network_is_refused_in_one_sentence(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counting().save(tmp_path / "out")
    assert command(["export", str(tmp_path / "out"), "--to", form, "-o", str(tmp_path / "file")]) == 2
    assert "it has no network (the data alone were read)" in capsys.readouterr().err
    assert not (tmp_path / "file").exists()

    class Brought:
        hidden_size, parameters = 1, None

        def initial_state(self, batch: int) -> Any:
            return np.zeros((batch, 1))

    with pytest.raises(netlift.InputError, match=f"as {form}: its weights are not known"):
        export(of(Brought()), form)
    with pytest.raises(netlift.InputError, match="its weights are not known"):
        widths(Brought())


def test_a_network_of_very_many_numbers_is_no_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_torch, "MOST_NUMBERS", 20)
    with pytest.raises(netlift.InputError, match="numbers, and at most 20 are written out as source"):
        export(of(NETWORKS["numbers"]), "torch")


def test_onnx_needs_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(netlift.InputError, match=r"pip install 'netlift\[onnx\]'"):
        export(of(NETWORKS["linear"]), "onnx")
