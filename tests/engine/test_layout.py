"""What the layout of the package promises: abilities are asked for, and the top is nearly empty."""

import ast
import subprocess
import sys
from pathlib import Path
from runpy import run_path

import netlift
from netlift import networks

SOURCE = Path(netlift.__file__).parent
MOST_ORCHESTRATION = 1_500  # lines of engine and cli together
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


def test_orchestration_stays_small() -> None:
    """Engine and command line string rooms together; logic belongs to the rooms."""
    files = [file for room in ("engine", "cli") for file in (SOURCE / room).rglob("*.py")]
    lines = {file: file.read_bytes().count(b"\n") for file in files}  # as wc -l counts
    assert sum(lines.values()) <= MOST_ORCHESTRATION, lines


def test_rooms_import_one_way() -> None:
    """As docs/structure.py draws them: no arrow from a room back up to one that imports it."""
    structure = run_path(str(SOURCE.parents[1] / "docs" / "structure.py"))
    drawn, modules = structure["arrows"]()
    assert len(modules) > 10
    assert structure["layers"](drawn, sorted(modules))[1] == []


def test_no_assertion_says_what_a_type_could() -> None:
    found = [
        f"{file.name}:{node.lineno}"
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Assert) and "is not None" in ast.unparse(node.test)
    ]
    assert found == []


def test_a_run_starts_without_what_few_runs_need() -> None:
    needed = "import sys, netlift.engine._distill, netlift.engine._lift; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", needed], capture_output=True, text=True, check=True).stdout
    late = ("scipy.special", "scipy.optimize", "scipy.spatial", "scipy.stats", "torch", "jinja2", "z3")
    assert [name for name in late if f"'{name}'" in loaded] == []
