"""Checkpoints: weights as safetensors or a PyTorch state dict, and a small JSON that says what they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from netlift.core._errors import InputError, listed, shown
from netlift.core._paths import is_folder, there
from netlift.networks._causal import Causal
from netlift.networks._cells import GATES, CellRnn
from netlift.networks._decoder_files import is_decoder, load_decoder
from netlift.networks._described import described_in
from netlift.networks._files import COPY, NETWORK, Saved, file_names, is_saved, load_network
from netlift.networks._tensors import plain_array

Floats = NDArray[np.float64]

CELLS = ("rnn", "gru", "lstm", "mips")
_KEYS = (
    "cell",
    "input_size",
    "hidden_size",
    "layers",
    "activation",
    "prefix",
    "readout",
    "readout_activation",
    "embedding",
    "inputs",
    "outputs",
    "training",
)
_PART = re.compile(r"(hmlp|ymlp)\.mlp\.([0-9]{1,4})\.(weight|bias)")


@dataclass(frozen=True)
class Checkpoint:
    """A network as it was loaded, and what its JSON says of its inputs and outputs.

    Attributes:
        network: what `lift` opens.
        inputs: the coding of its inputs, as the JSON has it; None: nothing is said.
        outputs: the same of its outputs.
    """

    network: CellRnn | Saved | Causal
    inputs: Mapping[str, Any] | None = None
    outputs: Mapping[str, Any] | None = None


def load_checkpoint(path: str | Path, config: str | Path | None = None) -> Checkpoint:
    """Load the network in a checkpoint.

    Args:
        path: a folder that `netlift distill` wrote or the weights in it, the folder of a decoder model of the
            Hugging Face library, or another file with weights: `.safetensors`, or a `.pt` or `.pth` state
            dict (read with weights_only=True, needs PyTorch).
        config: the JSON that describes the weights (docs/lift.md and docs/networks.md list its keys); None:
            the file of the same name with the ending .json, in a folder netlift.json. A state dict with
            `hmlp.mlp.N` and `ymlp.mlp.N`, as the authors of MIPS write, needs none.

    Returns:
        The network and what is said of its coding, for `lift`.

    Raises:
        InputError: a file is missing, damaged, holds more than weights, or the JSON does not fit them.

    Example:
        >>> import itertools, netlift, tempfile
        >>> inputs = list(itertools.product((0, 1), repeat=6))
        >>> result = netlift.distill(inputs, inputs)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     result.save(folder)
        ...     checkpoint = netlift.load_checkpoint(folder)
        >>> netlift.lift(checkpoint, inputs).solved
        True
    """
    file = Path(path)
    if is_folder(file) and is_decoder(file):
        return Checkpoint(load_decoder(file, None if config is None else Path(config)))
    if is_folder(file):
        return Checkpoint(load_network(file))
    if not there(file):
        raise InputError(f"{file}: no such file or folder")
    for name in (NETWORK, COPY):
        if file.name == file_names(name)[0] and config is None and is_saved(file.parent, name):
            return Checkpoint(load_network(file.parent, name))
    weights = _weights(file)
    described = _config(file, None if config is None else Path(config), weights)
    for name, array in weights.items():
        if array.dtype.kind not in "fiu":
            raise InputError(f"{file}: {shown(name)} has the type {array.dtype}; expected numbers")
        if not np.isfinite(array).all():
            raise InputError(f"{file}: the weights {shown(name)} hold a NaN or infinite number")
    try:
        cell = _mips(weights, described) if described["cell"] == "mips" else _cell(weights, described)
    except InputError as error:
        raise InputError(f"{file}: {error}") from error
    return Checkpoint(cell, described.get("inputs"), described.get("outputs"))


def _weights(file: Path) -> dict[str, NDArray[Any]]:
    ending = file.suffix.lower()
    if ending not in (".safetensors", ".pt", ".pth"):
        found = f"the ending {file.suffix!r}" if file.suffix else "no ending"
        raise InputError(f"{file}: has {found}; expected .safetensors, .pt, .pth or a folder of netlift")
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror or error}") from error
    return _safetensors(file, raw) if ending == ".safetensors" else _state_dict(file, raw)


def _safetensors(file: Path, raw: bytes) -> dict[str, NDArray[Any]]:
    try:
        loaded: dict[str, NDArray[Any]] = load(raw)
    except KeyError as error:  # a type of number that numpy has not
        found = f"holds numbers of the type {error.args[0]}"
        raise InputError(f"{file}: {found}; expected float16, float32 or float64") from error
    except (SafetensorError, MemoryError, OverflowError, TypeError, ValueError) as error:
        raise InputError(f"{file}: is damaged, cut off or no safetensors file ({error})") from error
    return loaded


def _state_dict(file: Path, raw: bytes) -> dict[str, NDArray[Any]]:
    try:
        import torch
    except ImportError as error:
        raise InputError(
            f"{file}: a PyTorch state dict needs PyTorch; install it with pip install 'netlift[torch]'"
        ) from error
    import pickle
    from io import BytesIO

    try:
        loaded = torch.load(BytesIO(raw), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise InputError(
            f"{file}: holds more than weights, or is damaged; loading it could run code and is refused; "
            "expected a state dict, as torch.save(network.state_dict(), FILE) writes"
        ) from error
    except Exception as error:  # damaged archives and pickles fail in more ways than can be listed
        raise InputError(f"{file}: is damaged or cut off; expected a PyTorch state dict") from error
    if not isinstance(loaded, dict) or not all(isinstance(value, torch.Tensor) for value in loaded.values()):
        raise InputError(f"{file}: holds a {type(loaded).__name__}; expected a state dict of tensors alone")
    try:
        return {str(name): plain_array(str(name), value) for name, value in loaded.items()}
    except InputError as error:
        raise InputError(f"{file}: {error}") from error


def _config(file: Path, config: Path | None, weights: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    place = file.with_suffix(".json") if config is None else config
    mips = any(_PART.fullmatch(name) for name in weights)
    if not there(place):
        if mips and config is None:
            return {"cell": "mips"}
        raise InputError(
            f"{place}: no such file; expected a JSON that names the cell, as "
            '{"cell": "gru", "prefix": "rnn.", "readout": ["readout"]}'
        )
    described = described_in(place, _KEYS)
    cell = described.get("cell", "mips" if mips else None)
    if cell not in CELLS:
        raise InputError(f"{place}: the cell is {shown(cell)}; expected one of {', '.join(CELLS)}")
    for name, value in described.items():
        told = _expected(name, value)
        if told:
            raise InputError(f"{place}: {name!r} is {shown(value)}; expected {told}")
    return {**described, "cell": cell}


def _expected(name: str, value: Any) -> str:
    """What the value of a key ought to be; empty where it is that."""
    if name in ("hidden_size", "layers", "input_size"):
        right = isinstance(value, int) and not isinstance(value, bool) and value > 0
        return "" if right else "a whole number above 0"
    if name in ("prefix", "activation", "readout_activation", "embedding"):
        return "" if isinstance(value, str) else "a string"
    if name in ("inputs", "outputs"):
        return "" if isinstance(value, dict) else "an object with a key 'coding'"
    if name == "readout":
        names = [value] if isinstance(value, str) else value
        right = isinstance(names, list) and bool(names) and all(isinstance(one, str) for one in names)
        return "" if right else "the name of a linear layer, or a list of such names"
    return ""


def _cell(weights: Mapping[str, NDArray[Any]], config: Mapping[str, Any]) -> CellRnn:
    prefix = str(config.get("prefix", _found_prefix(weights)))
    taken: dict[str, Floats] = {}
    used: set[str] = set()
    for name, array in weights.items():
        if name.startswith(prefix) and re.match(r"(weight|bias)_(ih|hh)_l[0-9]{1,4}\Z", name[len(prefix) :]):
            taken[name[len(prefix) :]] = array.astype(np.float64)
            used.add(name)
    if "weight_ih_l0" not in taken:
        raise InputError(f"has no weights {shown(prefix + 'weight_ih_l0')}; found {_listed(weights)}")
    layers = 1 + max(int(name.rsplit("l", 1)[1]) for name in taken)
    shape = taken["weight_hh_l0"].shape if "weight_hh_l0" in taken else ()
    rows = (taken["weight_ih_l0"].shape or (1,))[0]
    hidden = shape[1] if len(shape) > 1 else config.get("hidden_size", max(1, rows // GATES[config["cell"]]))
    for name, found in (("hidden_size", hidden), ("layers", layers)):
        if name in config and config[name] != found:
            raise InputError(f"its JSON says {name} {shown(config[name])}, but the weights have {found}")
    readout = config["readout"] if "readout" in config else _found_readout(weights, used)
    for number, layer in enumerate([readout] if isinstance(readout, str) else readout):
        name = f"{layer}.weight"
        if name not in weights:
            raise InputError(f"has no weights {shown(name)} for the readout; found {_listed(weights)}")
        taken[f"g.{number}.weight"] = weights[name].astype(np.float64)
        used.add(name)
        if f"{layer}.bias" in weights:
            taken[f"g.{number}.bias"] = weights[f"{layer}.bias"].astype(np.float64)
            used.add(f"{layer}.bias")
    embedding = config.get("embedding")
    if embedding is not None:
        if embedding not in weights:
            raise InputError(f"has no weights {shown(embedding)} for the embedding; found {_listed(weights)}")
        taken["embedding"] = weights[embedding].astype(np.float64)
        used.add(embedding)
    if weights.keys() - used:
        over = sorted(weights.keys() - used)
        raise InputError(
            f"holds the weights {shown(over[0])}, which its JSON does not name; found {_listed(weights)}"
        )
    network = CellRnn(
        config["cell"],
        hidden,
        layers,
        str(config.get("activation", "tanh")),
        str(config.get("readout_activation", "relu")),
        taken,
    )
    if "input_size" in config and config["input_size"] != network.input_units:
        said = shown(config["input_size"])
        raise InputError(f"its JSON says input_size {said}, but the weights take {network.input_units}")
    return network


def _found_prefix(weights: Mapping[str, Any]) -> str:
    return next(
        (name[: -len("weight_ih_l0")] for name in sorted(weights) if name.endswith("weight_ih_l0")), ""
    )


def _found_readout(weights: Mapping[str, Any], used: set[str]) -> list[str]:
    """The name of the one linear layer that is left; its config has to name more than one."""
    left = [name[: -len(".weight")] for name in sorted(weights.keys() - used) if name.endswith(".weight")]
    if len(left) != 1:
        raise InputError(
            f'has {len(left)} layers that could be the readout; name them in its JSON, as "readout": ["fc"]'
        )
    return left


def _mips(weights: Mapping[str, NDArray[Any]], config: Mapping[str, Any]) -> CellRnn:
    """The two-perceptron networks of Michaud et al.: h' = hmlp(cat(h, x)), y = ymlp(h')."""
    parts: dict[str, dict[int, dict[str, Floats]]] = {"hmlp": {}, "ymlp": {}}
    for name, array in weights.items():
        match = _PART.fullmatch(name)
        if match is None:
            raise InputError(f"holds the weights {shown(name)}; expected hmlp.mlp.N and ymlp.mlp.N alone")
        parts[match[1]].setdefault(int(match[2]), {})[match[3]] = array.astype(np.float64)
    taken: dict[str, Floats] = {}
    for name, part in (("f", "hmlp"), ("g", "ymlp")):
        if not parts[part]:
            raise InputError(f"has no weights {part}.mlp.N; found {_listed(weights)}")
        for number, place in enumerate(sorted(parts[part])):
            for kind, array in parts[part][place].items():
                taken[f"{name}.{number}.{kind}"] = array
    last = max(parts["hmlp"])
    if "weight" not in parts["hmlp"][last]:
        raise InputError(f"has no weights 'hmlp.mlp.{last}.weight'; found {_listed(weights)}")
    hidden = len(np.atleast_1d(parts["hmlp"][last]["weight"]))
    activation = str(config.get("activation", "relu"))
    return CellRnn("mlp", hidden, 1, activation, activation, taken)


def _listed(weights: Mapping[str, Any]) -> str:
    return listed(sorted(weights)) or "nothing"
