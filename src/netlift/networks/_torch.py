"""PyTorch modules as networks of netlift: their weights, in double precision."""

from typing import Any

from netlift.core._errors import InputError
from netlift.networks._cells import CellRnn
from netlift.networks._tensors import plain_array

_CELLS = {"RNN": "rnn", "GRU": "gru", "LSTM": "lstm"}
_ACTIVATIONS = {"Tanh": "tanh", "ReLU": "relu", "Sigmoid": "sigmoid"}
_LAST = ("Softmax", "LogSoftmax")  # leave the best class what it is
_NOTHING = ("Dropout", "Identity", "Flatten")


def from_torch(recurrent: Any, readout: Any, embedding: Any = None) -> CellRnn:
    """Take the network of a `torch.nn.RNN`, `GRU` or `LSTM` and the module that reads its outputs.

    The weights are copied as they are, and run in double precision. Any other cell comes in through an object
    with three methods, see `lift`.

    Args:
        recurrent: the `nn.RNN`, `nn.GRU` or `nn.LSTM`: any number of layers, batch_first or not, one
            direction, no projection.
        readout: an `nn.Linear`, or an `nn.Sequential` of them with one kind of activation (Tanh, ReLU,
            Sigmoid) between; a final softmax is left out, since it changes no best class.
        embedding: the `nn.Embedding` through which symbols enter; None: inputs enter as they are.

    Returns:
        A network that `lift` opens and that can be saved.

    Raises:
        InputError: a module is of another kind, or its weights are no plain numbers.

    Example:
        >>> import netlift, torch
        >>> network = netlift.from_torch(torch.nn.GRU(2, 8), torch.nn.Linear(8, 2))
        >>> network.hidden_size
        8
    """
    kind = type(recurrent).__name__
    if kind not in _CELLS:
        raise InputError(
            f"the recurrent module is of type {kind}; expected nn.RNN, nn.GRU or nn.LSTM, or for another "
            "cell an object with initial_state, next_state and output"
        )
    if not all(callable(getattr(part, "state_dict", None)) for part in (recurrent, readout)):
        raise InputError(f"the {kind} or its readout has no state_dict; expected modules of torch.nn")
    if recurrent.bidirectional:
        raise InputError(
            f"the nn.{kind} is bidirectional: its outputs depend on later inputs; expected one way"
        )
    if getattr(recurrent, "proj_size", 0):
        raise InputError(f"the nn.{kind} has proj_size {recurrent.proj_size}; expected 0")
    weights = {name: _array(name, value) for name, value in recurrent.state_dict().items()}
    layers, activation = _readout(readout)
    for number, layer in enumerate(layers):
        weights |= {f"g.{number}.{name}": _array(name, value) for name, value in layer.state_dict().items()}
    if embedding is not None:
        if type(embedding).__name__ != "Embedding":
            raise InputError(f"the embedding is of type {type(embedding).__name__}; expected nn.Embedding")
        weights["embedding"] = _array("the embedding", embedding.weight)
    return CellRnn(
        cell=_CELLS[kind],  # type: ignore[arg-type]
        hidden=int(recurrent.hidden_size),
        layers=int(recurrent.num_layers),
        activation=str(getattr(recurrent, "nonlinearity", "tanh")),
        readout_activation=activation,
        weights=weights,
    )


def _readout(module: Any) -> tuple[list[Any], str]:
    """The linear layers of a readout, and the activation between them."""
    parts = list(module) if type(module).__name__ == "Sequential" else [module]
    parts = [part for part in parts if type(part).__name__ not in _NOTHING]
    if parts and type(parts[-1]).__name__ in _LAST:
        parts = parts[:-1]
    layers, between = parts[0::2], parts[1::2]
    kinds = {type(part).__name__ for part in between}
    fits = len(parts) % 2 == 1 and all(type(part).__name__ == "Linear" for part in layers)
    if not fits or len(kinds) > 1 or not kinds <= _ACTIVATIONS.keys():
        found = ", ".join(type(part).__name__ for part in parts) or "nothing"
        raise InputError(
            f"the readout consists of {found}; expected nn.Linear, or nn.Linear layers with one of "
            f"{', '.join(_ACTIVATIONS)} between them"
        )
    return layers, _ACTIVATIONS[kinds.pop()] if kinds else "tanh"


def _array(name: str, tensor: Any) -> Any:
    return plain_array(name, tensor)
