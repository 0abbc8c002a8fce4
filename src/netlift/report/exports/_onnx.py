"""The network for ONNX runtimes: whole sequences in, whole numbers out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.networks import first_state, step_in, widths
from netlift.report.exports._network import ROUNDED, known_network, known_of_network, names_in

if TYPE_CHECKING:
    from netlift.report._result import Result

OPSET, IR = 17, 8  # of 2022: old enough for runtimes in use, new enough for all that is needed
_ACTIVATIONS = {"relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid"}


@dataclass(frozen=True)
class OnnxExporter:
    """The network as a model of ONNX, in double precision."""

    name: str = "onnx"
    cost: float = 1.0

    def export(self, result: "Result") -> bytes:
        """A model from "inputs" [N, T, D] to "outputs" [N, T, K], both whole numbers of 64 bits.

        Raises InputError where there is no network whose weights are known, or the library onnx is missing.
        """
        network = known_network(result, self.name)
        try:
            from onnx import TensorProto, helper
        except ImportError:
            raise InputError(
                "the result cannot be written as onnx: the library onnx is not installed (pip install "
                "'netlift[onnx]')"
            ) from None
        first = first_state(network)
        streams, answers = widths(network)
        step = _Step()
        following, outputs = step_in(network, step, "hidden", "input")
        state, whole = TensorProto.DOUBLE, TensorProto.INT64
        body = helper.make_graph(
            [*step.nodes, step.named(following, "following"), step.named(outputs, "output")],
            "step",
            [
                helper.make_tensor_value_info("hidden", state, ["N", len(first)]),
                helper.make_tensor_value_info("input", whole, ["N", streams]),
            ],
            [
                helper.make_tensor_value_info("following", state, ["N", len(first)]),
                helper.make_tensor_value_info("output", whole, ["N", answers]),
            ],
        )
        outer = _Step(step.constants)
        size = outer.node("Shape", "inputs", start=0, end=1)
        width = outer.constant("hidden.size", np.array([len(first)], dtype=np.int64))
        shape = outer.node("Concat", size, width, axis=0)
        start = outer.node("Expand", outer.constant("hidden.first", first[None]), shape)
        scan = helper.make_node(
            "Scan",
            [start, "inputs"],
            ["last", "outputs"],
            body=body,
            num_scan_inputs=1,
            scan_input_axes=[1],
            scan_output_axes=[1],
        )
        graph = helper.make_graph(
            [*outer.nodes, scan],
            "network",
            [helper.make_tensor_value_info("inputs", whole, ["N", "T", streams])],
            [helper.make_tensor_value_info("outputs", whole, ["N", "T", answers])],
            [_tensor(name, array) for name, array in outer.constants.items()],
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR,
            producer_name="netlift",
            producer_version=result.version,
            doc_string=" ".join([f"The network {network}.", ROUNDED, *known_of_network(result)]),
        )
        inputs, named = names_in(result, network)
        helper.set_model_props(
            model, {"input_symbols": json.dumps(inputs), "output_symbols": json.dumps(named)}
        )
        content: bytes = model.SerializeToString(deterministic=True)
        return content


def _tensor(name: str, array: NDArray[Any]) -> Any:
    from onnx import numpy_helper

    return numpy_helper.from_array(np.ascontiguousarray(array), name)


class _Step:
    """`Operations` as nodes of ONNX; a value is the name of a node's output."""

    def __init__(self, constants: dict[str, NDArray[Any]] | None = None) -> None:
        self.nodes: list[Any] = []
        self.constants = {} if constants is None else constants

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """A node; the name of its output."""
        from onnx import helper

        output = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def named(self, value: str, name: str) -> Any:
        """The node that gives a value another name."""
        from onnx import helper

        return helper.make_node("Identity", [value], [name])

    def constant(self, name: str, array: NDArray[Any]) -> str:
        known = self.constants.setdefault(name, array)
        if known is not array and not np.array_equal(known, array):
            raise AssertionError(f"two constants have the name {name}")
        return name

    def _ints(self, *numbers: int) -> str:
        return self.constant("ints." + "_".join(map(str, numbers)), np.array(numbers, dtype=np.int64))

    def product(self, one: str, other: str) -> str:
        return self.node("MatMul", one, other)

    def added(self, one: str, other: str) -> str:
        return self.node("Add", one, other)

    def subtracted(self, one: str, other: str) -> str:
        return self.node("Sub", one, other)

    def scaled(self, one: str, other: str) -> str:
        return self.node("Mul", one, other)

    def divided(self, one: str, other: str) -> str:
        return self.node("Div", one, other)

    def activated(self, name: str, units: str) -> str:
        return self.node(_ACTIVATIONS[name], units)

    def columns(self, units: str, start: int, stop: int) -> str:
        return self.node("Slice", units, self._ints(start), self._ints(stop), self._ints(1))

    def beside(self, parts: Sequence[str]) -> str:
        return self.node("Concat", *parts, axis=1)

    def as_numbers(self, whole: str) -> str:
        from onnx import TensorProto

        return self.node("Cast", whole, to=TensorProto.DOUBLE)

    def _as_whole(self, numbers: str) -> str:
        from onnx import TensorProto

        return self.node("Cast", numbers, to=TensorProto.INT64)

    def rounded(self, numbers: str, most: float) -> str:
        low, high = (self.constant(f"whole.{end:+.0f}", np.array(end)) for end in (-most, most))
        return self._as_whole(self.node("Clip", self.node("Round", numbers), low, high))

    def best(self, scores: str) -> str:
        return self.node("ArgMax", scores, axis=1, keepdims=1)

    def above(self, units: str, at: float) -> str:
        return self._as_whole(self.node("Greater", units, self.constant("threshold", np.array(at))))

    def row(self, table: str, places: str) -> str:
        return self.node("Gather", table, self.node("Squeeze", places, self._ints(1)), axis=0)

    def place(self, alphabet: tuple[int, ...], name: str, column: str) -> str:
        known = self.constant(name, np.array([alphabet], dtype=np.int64))
        hits = self._as_whole(self.node("Equal", column, known))
        none = self.node("Sub", self._ints(1), self.node("ReduceSum", hits, self._ints(1), keepdims=1))
        beyond = self.node("Mul", none, self._ints(len(alphabet)))  # no place: Gather then fails
        return self.node("Add", self.node("ArgMax", hits, axis=1, keepdims=1), beyond)
