"""What the layout of the package promises: abilities are asked for, and the top is nearly empty."""

import ast
from pathlib import Path

import netlift
from netlift import networks

SOURCE = Path(netlift.__file__).parent
CLASSES = ("CellRnn", "Checkpoint", "Coded", "Ensemble", "LinearRnn", "MlpRnn", "Quantised")


def test_no_class_of_networks_is_tested_outside_their_room() -> None:
    assert all(hasattr(networks, name) for name in CLASSES)
    found = []
    for file in SOURCE.rglob("*.py"):
        if SOURCE / "networks" in file.parents:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "isinstance"
            ):
                names = {one.id for one in ast.walk(node.args[1]) if isinstance(one, ast.Name)}
                found += [f"{file.name}:{node.lineno}" for name in names if name in CLASSES]
    assert found == []


def test_few_private_modules_stand_at_the_top() -> None:
    private = [one for one in SOURCE.iterdir() if one.name.startswith("_") and not one.name.startswith("__")]
    assert len(private) <= 5


def test_no_stage_asks_whom_it_serves() -> None:
    for file in (SOURCE / "engine").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Compare):
                values = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
                assert not {"given", "gradient", "closed-form"} & set(map(str, values)), file.name
