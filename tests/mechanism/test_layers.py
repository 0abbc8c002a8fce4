"""Where in a network the program's variables are held: planted at one place, found there and nowhere else."""

from typing import Any

import numpy as np
import pytest

import netlift
from netlift.networks import parts_of, with_part

torch = pytest.importorskip("torch")

BITS = netlift.Alphabet((range(2),), length=8)


class Parts:
    """The parity of the ones in one part of the state, beside a part that counts steps and says nothing."""

    def initial_state(self, batch: int) -> dict[str, Any]:
        return {"steps": np.zeros((batch, 1)), "layers": [np.zeros((batch, 1, 2)), torch.ones(batch, 1)]}

    def next_state(self, hidden: dict[str, Any], inputs: Any) -> dict[str, Any]:
        noise, sign = hidden["layers"]
        return {
            "steps": hidden["steps"] + 1.0,
            "layers": [noise, torch.where(torch.tensor(inputs) > 0.5, -sign, sign)],
        }

    def output(self, hidden: dict[str, Any]) -> Any:
        return torch.cat([hidden["layers"][1], -hidden["layers"][1]], dim=1)

    def vector(self, hidden: dict[str, Any]) -> Any:
        return np.concatenate([hidden["steps"], hidden["layers"][1].numpy()], axis=1)


def test_the_part_of_the_state_that_holds_a_variable_is_found() -> None:
    result = netlift.lift(Parts(), BITS, input_coding="number", output_coding="classes")
    assert result.solved
    table = netlift.layers(result, trials=200)
    found = {layer.name: layer for layer in table.layers}
    assert list(found) == ["state steps", "state layers.0", "state layers.1"]
    (variable,) = found["state layers.1"].variables
    assert found["state layers.1"].variables[variable] == 1.0
    assert found["state layers.1"].interchange.agreement == 1.0
    assert found["state layers.1"].interchange.telling > 50
    for name in ("state steps", "state layers.0"):
        assert found[name].variables[variable] < 0.7
        assert found[name].interchange.telling_agreement == 0.0
        assert 0.4 < found[name].usual[variable] < 0.6
    lines = str(table).splitlines()
    assert lines[0].split()[:2] == ["layer", variable]
    assert lines[-1].split() == ["state", "layers.1", "100%", "100%", "100%"]
    assert str(netlift.layers(result, trials=200)) == str(table)


def planted() -> Any:
    """A causal model: the first block copies symbols, the second counts ones modulo 2."""

    class Copy(torch.nn.Module):  # type: ignore[misc,name-defined]
        def forward(self, tokens: Any) -> Any:
            return torch.stack([tokens.float(), torch.zeros(tokens.shape)], dim=2)

    class Count(torch.nn.Module):  # type: ignore[misc,name-defined]
        def forward(self, hidden: Any) -> Any:
            return torch.stack([hidden[:, :, 0], torch.cumsum(hidden[:, :, 0], dim=1) % 2], dim=2)

    class Model(torch.nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.blocks = torch.nn.ModuleList([Copy(), Count()])

        def forward(self, tokens: Any) -> Any:
            hidden = tokens
            for block in self.blocks:
                hidden = block(hidden)
            return torch.stack([0.5 - hidden[:, :, 1], hidden[:, :, 1] - 0.5], dim=2)

    return Model()


@pytest.mark.parametrize("begin", [None, 0])
def test_the_block_that_computes_a_variable_is_found(begin: int | None) -> None:
    network = netlift.from_causal(planted(), longest=8, symbols=["a", "b"], begin=begin)
    result = netlift.lift(network, netlift.Alphabet((["a", "b"],), length=8))
    assert result.solved
    first, second = netlift.layers(result, trials=400).layers
    assert (first.name, second.name) == ("blocks.0", "blocks.1")
    (variable,) = second.variables
    assert second.variables[variable] == 1.0
    assert second.interchange.agreement == 1.0
    assert second.interchange.telling > 100
    assert first.variables[variable] < 0.7
    told = first.interchange.telling_agreement  # the symbol alone: right where it is what the two differ in
    assert told is not None
    assert 0.3 < told < 0.7
    assert not any(one._forward_hooks for one in network.module.modules())


def test_parts_are_named_and_exchanged_one_at_a_time() -> None:
    one, two = ({"a": (np.full((2, 1), at), np.full((2, 1), at + 1))} for at in (0.0, 5.0))
    assert {name: part.tolist() for name, part in parts_of(one).items()} == {
        "state a.0": [[0.0], [0.0]],
        "state a.1": [[1.0], [1.0]],
    }
    changed = with_part(one, two, "state a.1")
    assert [part.tolist() for part in changed["a"]] == [[[0.0], [0.0]], [[6.0], [6.0]]]
    plain = with_part(np.zeros((2, 1)), np.ones((2, 1)), "state")
    assert plain.tolist() == [[1.0], [1.0]]


def test_what_has_no_places_is_refused() -> None:
    def parity(words: list[list[int]]) -> list[int]:
        return [sum(word) % 2 for word in words]

    result = netlift.lift(netlift.from_function(parity, longest=8), BITS)
    with pytest.raises(netlift.InputError, match="no places"):
        netlift.layers(result)
    with pytest.raises(netlift.InputError, match="expected what lift gives"):
        netlift.layers(object())  # type: ignore[arg-type]
