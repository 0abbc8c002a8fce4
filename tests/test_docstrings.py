"""Public names have docstrings in one style, and their examples run (see CONTRIBUTING.md)."""

import doctest
import inspect
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any

import pytest

import netlift

ROOMS = (
    "data",
    "networks",
    "simplify",
    "states",
    "formulas",
    "program",
    "certify",
    "checker",
    "report",
    "bench",
)
SECTIONS = ("Args", "Attributes", "Returns", "Raises", "Cost", "Source", "Example")
MET = {  # names of rooms that users and plugins meet, documented as the public ones are
    "data": ("Sequences", "from_arrays", "read_sequences"),
    "networks": ("joined", "run", "take", "vectors"),
    "states": ("Behaviour", "Machine", "determining_length"),
    "states.readers": ("Reading", "View"),
    "formulas": ("Candidate", "Draft", "Recurrence", "Strategy", "Variable"),
    "certify": ("Domain", "NetworkKnown", "Range", "Target"),
    "checker": ("Verdict", "check_file"),
}
NAMES = [name for name in netlift.__all__ if name != "__version__"]
FUNCTIONS = [name for name in NAMES if inspect.isfunction(getattr(netlift, name))]
PUBLIC = {name: getattr(netlift, name) for name in NAMES}
INSIDE = {
    f"{room}.{name}": getattr(import_module(f"netlift.{room}"), name)
    for room, names in MET.items()
    for name in names
}
RUN = {name: one for name, one in (PUBLIC | INSIDE).items() if ">>>" in (inspect.getdoc(one) or "")}


def sections(documented: Any) -> dict[str, str]:
    """The sections of a docstring by name; "" is what stands before the first."""
    parts = re.split(rf"^({'|'.join(SECTIONS)}):\n", inspect.getdoc(documented) or "", flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def named(section: str) -> list[str]:
    """The names that a section lists, in its order."""
    return re.findall(r"^    (\w+):", section, re.MULTILINE)


def methods(kind: type) -> Iterator[tuple[str, Any]]:
    """The public methods that a class writes itself."""
    for name, value in vars(kind).items():
        found = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        if inspect.isfunction(found) and (not name.startswith("_") or name == "__call__"):
            yield name, found


def parameters(function: Any) -> list[str]:
    """The names of a function's parameters, without the object that it belongs to."""
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_says_what_it_takes_gives_and_raises(name: str) -> None:
    function = getattr(netlift, name)
    said = sections(function)
    assert said[""].split("\n")[0].endswith(".")
    assert named(said["Args"]) == parameters(function)
    if function.__annotations__["return"] not in (None, "None"):
        assert said["Returns"].strip()
    assert {"InputError", "AssertionError"} & {*named(said["Raises"])}
    assert ">>>" in said["Example"]
    assert [one for one in SECTIONS if one in said] == [one for one in said if one], "sections in this order"


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(FUNCTIONS)))
def test_a_public_class_says_what_it_holds(name: str) -> None:
    kind = getattr(netlift, name)
    said = sections(kind)
    if is_dataclass(kind):
        assert named(said["Attributes"]) == [one.name for one in fields(kind)]
    for method, function in methods(kind):
        assert inspect.getdoc(function), f"{name}.{method}"
        if parameters(function):
            assert named(sections(function)["Args"]) == parameters(function), f"{name}.{method}"


@pytest.mark.parametrize("name", INSIDE)
def test_what_users_and_plugins_meet_in_rooms_has_sections(name: str) -> None:
    said = sections(INSIDE[name])
    if inspect.isfunction(INSIDE[name]):
        assert named(said["Args"]) == parameters(INSIDE[name])
        assert said["Returns"].strip()
        assert ">>>" in said["Example"]
    else:
        assert named(said["Attributes"]) == [one.name for one in fields(INSIDE[name])]
    assert [one for one in SECTIONS if one in said] == [one for one in said if one], "sections in this order"


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_room_hands_out_has_a_docstring(room: str) -> None:
    module = import_module(f"netlift.{room}")
    for name in module.__all__:
        value = getattr(module, name)
        if inspect.isfunction(value) or inspect.isclass(value):
            own = (value.__doc__ or "").strip()
            assert own, f"netlift.{room}.{name} has no docstring"
            assert not own.startswith(f"{name}("), f"netlift.{room}.{name} has no docstring of its own"


@pytest.mark.parametrize("name", RUN)
def test_an_example_answers_what_it_shows(name: str) -> None:
    value = RUN[name]
    if "torch" in (inspect.getdoc(value) or ""):
        pytest.importorskip("torch")
    if "import transformers" in (inspect.getdoc(value) or "") or "from transformers" in (
        inspect.getdoc(value) or ""
    ):
        pytest.importorskip("transformers")
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for example in doctest.DocTestFinder(recurse=False).find(value, name):
        told: list[str] = []
        runner.run(example, out=told.append)
        assert not runner.failures, "".join(told)
