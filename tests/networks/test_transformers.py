"""Decoder models of the Hugging Face library, tiny ones with random weights; skipped without the library."""

import copy
import inspect
import json
import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import netlift
from netlift import InputError

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")


@pytest.fixture
def model() -> Any:
    torch.manual_seed(0)
    config = transformers.GPT2Config(
        vocab_size=4,
        n_positions=24,
        n_embd=8,
        n_layer=1,
        n_head=1,
        resid_pdrop=0.5,
        bos_token_id=2,
        eos_token_id=3,
    )
    return transformers.GPT2LMHeadModel(config).train()


def test_a_decoder_keeps_the_contract_and_knows_its_context(model: Any) -> None:
    network = netlift.from_transformers(model, begin=2)
    assert network.longest == 23
    netlift.check_model(network, np.random.default_rng(0).integers(2, size=(6, 30, 1)))
    assert model.training
    assert netlift.from_transformers(model, begin=2, end=3, positions=4).longest == 18
    with pytest.raises(InputError, match="longest is 24; the model's 24 positions leave room for 23"):
        netlift.from_transformers(model, begin=2, longest=24)


def test_whole_words_give_what_steps_with_a_cache_give(model: Any) -> None:
    words = np.random.default_rng(0).integers(2, size=(5, 9, 1))
    found = netlift.from_transformers(model, positions=3).along(words)
    cache, steps = None, []
    model.eval()
    with torch.no_grad():
        for step in range(9):
            given = torch.as_tensor(words[:, step])
            places = torch.full_like(given, 3 + step)
            answered = model(given, position_ids=places, use_cache=True, **_cached(model, cache))
            cache = answered.past_key_values
            steps.append(answered.logits[:, 0].double().numpy())
    assert found is not None
    assert np.allclose(found, np.stack(steps, axis=1), atol=1e-5)


def _cached(model: Any, cache: Any) -> dict[str, Any]:
    """The cache under the name that this version of the library has for it."""
    import inspect

    named = inspect.signature(inspect.unwrap(type(model).forward)).parameters
    return {"cache" if "cache" in named else "past_key_values": cache}


def test_a_folder_is_read_and_nothing_but_its_safetensors(model: Any, tmp_path: Path) -> None:
    model.save_pretrained(tmp_path / "net")
    words = np.random.default_rng(0).integers(2, size=(5, 9, 1))
    one = netlift.from_transformers(model, begin=2).along(words)
    other = netlift.from_transformers(tmp_path / "net", begin=2).along(words)
    assert one is not None
    assert other is not None
    assert np.array_equal(one, other)
    with pytest.raises(InputError, match="is no folder"):
        netlift.from_transformers(tmp_path / "none")
    (tmp_path / "net" / "model.safetensors").unlink()
    with pytest.raises(InputError, match=r"has no model\.safetensors"):
        netlift.from_transformers(tmp_path / "net")


def test_what_is_no_decoder_is_refused(model: Any) -> None:
    with pytest.raises(InputError, match="has no config"):
        netlift.from_transformers(torch.nn.Linear(2, 2))
    model.transformer.h[0].mlp.c_fc.weight.data[0, 0] = float("inf")
    with pytest.raises(InputError, match="hold a NaN or infinite number"):
        netlift.from_transformers(model)


ENDS = {"bos_token_id": 2, "eos_token_id": 3}


def copying(tmp_path: Path) -> Path:
    """The folder of a decoder whose layers add nothing: 0 or 1 may follow 2, else what was read last."""
    config = transformers.GPT2Config(vocab_size=4, n_positions=24, n_embd=4, n_layer=1, n_head=1, **ENDS)
    model = transformers.GPT2LMHeadModel(config)
    with torch.no_grad():
        for block in model.transformer.h:
            for part in (block.attn.c_proj, block.mlp.c_proj):
                part.weight.zero_()
                part.bias.zero_()
        model.transformer.wpe.weight.zero_()
        model.transformer.wte.weight.copy_(torch.eye(4))
        model.transformer.wte.weight[2] = torch.tensor([1.0, 1.0, 0.0, 0.0])
    model.save_pretrained(tmp_path / "net")
    return tmp_path / "net"


def test_what_the_page_on_networks_shows_of_the_library_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two lines of Python, a netlift.json, and a command, on a decoder that repeats what it read last."""
    from netlift.cli._main import run

    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).parents[2] / "docs" / "networks.md").read_text()
    config = transformers.GPT2Config(vocab_size=5, n_positions=24, n_embd=5, n_layer=1, n_head=1, **ENDS)
    model = transformers.GPT2LMHeadModel(config)
    with torch.no_grad():
        for block in model.transformer.h:
            for part in (block.attn.c_proj, block.mlp.c_proj):
                part.weight.zero_()
                part.bias.zero_()
        model.transformer.wpe.weight.zero_()
        model.transformer.wte.weight.copy_(torch.eye(5))
    model.save_pretrained("folder")
    (call,) = re.findall(r"^```python\n(network = .*?)^```$", page, re.MULTILINE | re.DOTALL)
    scope: dict[str, Any] = {"netlift": netlift}
    exec(call, scope)
    assert scope["result"].solved
    assert scope["result"].program(list("abba")) == [0, 1, 1, 0]
    (told,) = re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    Path("folder", "netlift.json").write_text(told)
    (line,) = re.findall(r"^    netlift (lift folder .*)$", page, re.MULTILINE)
    assert run([*shlex.split(line), "-o", "result"]) == 0


def test_a_folder_is_lifted_on_the_command_line_as_its_json_says(tmp_path: Path) -> None:
    from netlift.cli._main import run

    folder = copying(tmp_path)
    told = {"symbols": ["a", "b"], "begin": 2, "outputs": "likely", "answers": {"a": 0, "b": 1, "end": 3}}
    (folder / "netlift.json").write_text(json.dumps(told))
    given = ["lift", str(folder), "--inputs", "a,b", "--length", "8", "--domain", "next", "--budget", "30"]
    assert run([*given, "-o", str(tmp_path / "result")]) == 0
    result = json.loads((tmp_path / "result" / "result.json").read_text())
    assert result["solved"]
    assert "which the network's own outputs say may come next" in result["findings"][0]
    program = netlift.program.Program((tmp_path / "result" / "program.py").read_text())
    assert program(["b", "b", "a", "b"]) == [(0, 1, 0), (0, 1, 0), (0, 0, 0), (0, 0, 0)]
    (folder / "netlift.json").write_text(json.dumps({"symbol": ["a", "b"]}))
    with pytest.raises(InputError, match=r"netlift\.json: has a key 'symbol'; did you mean 'symbols'\?"):
        netlift.load_checkpoint(folder)
    with pytest.raises(InputError, match=r"none\.json: no such file; expected a JSON with longest, symbols"):
        netlift.load_checkpoint(folder, tmp_path / "none.json")
    (folder / "netlift.json").write_text("[]")
    with pytest.raises(InputError, match="is a JSON list; expected an object"):
        netlift.load_checkpoint(folder)


def test_a_folder_without_a_json_is_asked_about_tokens(tmp_path: Path) -> None:
    network = netlift.load_checkpoint(copying(tmp_path))
    result = netlift.lift(network, netlift.Alphabet(((0, 1, 2),), length=8), budget=60)
    assert result.solved, result.reason
    assert result.program is not None
    assert result.program([2, 0, 0, 1]) == [2, 0, 0, 1]


def test_a_mamba_is_run_step_by_step_as_the_page_shows() -> None:
    if "cache" not in inspect.signature(transformers.MambaForCausalLM.forward).parameters:
        pytest.skip("an older transformers, whose Mamba takes its cache otherwise")
    torch.manual_seed(0)
    config = transformers.MambaConfig(vocab_size=4, hidden_size=8, state_size=3, num_hidden_layers=2)
    mamba = transformers.MambaForCausalLM(config)
    page = (Path(__file__).parents[2] / "docs" / "extending" / "state_space.md").read_text()
    (shown,) = re.findall(r"^```python\n(class Recurrent:.*?)^```$", page, re.MULTILINE | re.DOTALL)
    scope: dict[str, Any] = {"torch": torch, "np": np, "copy": copy}
    exec(shown, scope)
    network = scope["Recurrent"](mamba, 3)
    words = np.random.default_rng(0).integers(3, size=(5, 7))
    netlift.check_model(network, np.eye(4)[words])
    hidden = network.initial_state(5)
    for step in range(7):
        hidden = network.next_state(hidden, np.eye(4)[words[:, step]])
        with torch.no_grad():
            begun = np.concatenate([np.full((5, 1), 3), words[:, : step + 1]], axis=1)
            whole = mamba(input_ids=torch.tensor(begun)).logits[:, -1].numpy()
        assert np.allclose(network.output(hidden), whole, atol=1e-5)
    assert network.vector(hidden).shape[0] == 5
