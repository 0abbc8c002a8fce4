"""Networks as files: weights as safetensors, and beside them a JSON that says what they are."""

import json
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from netlift.core._errors import InputError, shown
from netlift.core._paths import is_file
from netlift.networks._cells import CellRnn
from netlift.networks._coded import Coded
from netlift.networks._linear_rnn import LinearRnn
from netlift.networks._mlp_rnn import MlpRnn
from netlift.networks._quantised import Quantised

NETWORK = "network"  # the name of the files of a network as it was trained or given
COPY = "copy"  # and of a changed copy of it
WEIGHTS = f"{NETWORK}.safetensors"
CONFIG = f"{NETWORK}.json"

Saved = MlpRnn | LinearRnn | Coded | Quantised

KINDS: dict[str, type[MlpRnn] | type[LinearRnn] | type[Coded] | type[Quantised]] = {
    "mlp": MlpRnn,
    "linear": LinearRnn,
    "cell": Coded,
    "codes": Quantised,
}


def can_be_saved(network: object) -> TypeGuard[Saved]:
    """Whether a network has weights that are known here; an object that a user brought has none."""
    if isinstance(network, Coded):
        return isinstance(network.network, CellRnn)
    if isinstance(network, Quantised):
        return can_be_saved(network.network)
    return isinstance(network, MlpRnn | LinearRnn)


def file_names(name: str = NETWORK) -> tuple[str, str]:
    """The files of weights and of what they are."""
    return f"{name}.safetensors", f"{name}.json"


def network_files(network: Saved, name: str = NETWORK) -> dict[str, bytes]:
    """The content of network.safetensors and network.json (or those of another `name`), by file name.

    Weights keep their double precision, so that the network read back is the same to the last bit.
    """
    kind = next(name for name, cls in KINDS.items() if isinstance(network, cls))
    arrays = {part: np.ascontiguousarray(array) for part, array in network.weights.items()}
    config = json.dumps({"kind": kind, **network.config()}, indent=1) + "\n"
    weights_file, config_file = file_names(name)
    return {weights_file: save(arrays), config_file: config.encode()}


def is_saved(folder: Path, name: str = NETWORK) -> bool:
    """Whether the folder's network.json is one that `network_files` gave, whose files belong together."""
    try:
        config = json.loads((folder / file_names(name)[1]).read_text(encoding="utf-8"))
    except (OSError, RecursionError, ValueError):
        return False
    return isinstance(config, dict) and "kind" in config


def load_network(path: str | Path, name: str = NETWORK) -> Saved:
    """The network whose `network_files` stand in this folder: as trained or given, or its "copy".

    Raises InputError where files are missing or damaged, or do not fit one another.
    """
    folder = Path(path)
    weights_file, config_file = file_names(name)
    for needed in (config_file, weights_file):
        if not is_file(folder / needed):
            raise InputError(f"{folder}: has no file {needed}; expected a folder written by netlift distill")
    try:
        config: Any = json.loads((folder / config_file).read_text(encoding="utf-8"))
    except (OSError, RecursionError, ValueError) as error:
        raise InputError(f"{folder / config_file}: is no JSON ({error})") from error
    kind = config.pop("kind", None) if isinstance(config, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        known = ", ".join(KINDS)
        raise InputError(
            f"{folder / config_file}: the kind of network is {shown(kind)}; expected one of {known}"
        )
    try:
        arrays: dict[str, NDArray[Any]] = load((folder / weights_file).read_bytes())
    except (SafetensorError, OSError, MemoryError, OverflowError, TypeError, ValueError, KeyError) as error:
        raise InputError(f"{folder / weights_file}: is damaged or cut off ({error})") from error
    for part, array in arrays.items():
        if array.dtype.kind != "f":
            raise InputError(
                f"{folder / weights_file}: {shown(part)} has the type {array.dtype}; expected floats"
            )
    weights = {part: array.astype(np.float64) for part, array in arrays.items()}
    try:
        restored = KINDS[kind].restore(config, weights)
        restored.output(restored.initial_state(1))  # a wrong kind of value may show only when it runs
        return restored
    except Exception as error:  # what a file says may be of any kind
        raise InputError(f"{folder / config_file}: does not describe these weights ({error})") from error
