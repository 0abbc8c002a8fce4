"""What README and docs say, held against what netlift does and against the files in the repo.

Python blocks are run, commands are parsed by the command line itself, the cheap ones are run as well, and
links lead somewhere.
"""

import ast
import contextlib
import doctest
import importlib
import json
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest

import netlift
from netlift.bench import TASKS
from netlift.cli import run
from netlift.cli._main import netlift as commands
from netlift.networks import Causal
from netlift.program import parse_program

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    page.relative_to(ROOT)
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").rglob("*.md"))
)
PROSE = [page for page in PAGES if page.parts[0] != "benchmarks" and not page.name.startswith("gallery")]
STANDS_FOR = {
    "DIR": "runs/mine",
    "SOURCE": "data.csv",
    "CHECKPOINT": "net.safetensors",
    "SECONDS": "60",
    "N": "3",
    "RATE": "0.99",
    "ADDRESS": "tcp://127.0.0.1:8786",
}


def blocks(page: Path, kind: str) -> list[str]:
    """The fenced blocks of one kind on a page."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)


def shell_lines(page: Path) -> list[str]:
    """The commands that a page shows in blocks, one a line, those joined by && apart."""
    text = re.sub(r"\A---\n.*?^---$", "", (ROOT / page).read_text(), flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = re.findall(r"^    (\S.*)$", text, re.MULTILINE)
    lines += [line for block in blocks(page, "(?:sh|bash|console)") for line in block.splitlines()]
    return [part.strip() for line in lines for part in line.split("&&")]


def mentions(page: Path) -> list[str]:
    """The commands that a page names inside its sentences, perhaps without all that they need."""
    found = re.findall(r"`((?:netlift|pytest|python \S+\.py) [^`]+)`", (ROOT / page).read_text())
    return [" ".join(one.split()) for one in found]


COMMANDS = [(page, line) for page in PAGES for line in dict.fromkeys(shell_lines(page))]
MENTIONED = [(page, line) for page in PAGES for line in dict.fromkeys(mentions(page))]


def test_the_results_in_the_repo_are_of_one_run_and_agree() -> None:
    bench = json.loads((ROOT / "benchmarks" / "bench.json").read_text())
    page = (ROOT / "RESULTS.md").read_text()
    assert [row["task"] for row in bench["tasks"]] == list(TASKS)
    assert bench["solved"] == sum(row["solved"] for row in bench["tasks"])
    assert f"**{bench['solved']} of 62 tasks solved**" in page
    assert f"netlift bench --seed {bench['seed']}" in page
    linear = sum(row["trained_by"] == "closed-form" for row in bench["tasks"])
    assert f"the {linear} linear tasks are fitted in closed form" in (ROOT / "README.md").read_text()
    for row in bench["tasks"]:
        assert f"| `{row['task']}` | {'x' if row['solved'] else ''} |" in page


def test_the_gallery_has_every_task() -> None:
    gallery = (ROOT / "docs" / "gallery.md").read_text()
    assert re.findall(r"^## (\w+)$", gallery, re.MULTILINE) == list(TASKS)
    assert gallery.count("def program(inputs):") == 62


def test_the_gallery_of_machines_tells_what_was_measured_of_each() -> None:
    page = (ROOT / "docs" / "gallery_machines.md").read_text()
    machines = re.findall(
        r"^## (\S+)\n\n(\d+) states.*right on (\d+) of 500 walks of 60 steps", page, re.MULTILINE
    )
    measured = json.loads((ROOT / "benchmarks" / "MACHINES.json").read_text())
    assert {name: int(states) for name, states, _ in machines} == {
        name: row["data"]["states"] for name, row in measured.items()
    }
    assert {name: 500 - int(right) for name, _, right in machines} == {
        name: row["data"]["wrong"] for name, row in measured.items()
    }


@pytest.mark.parametrize("script", ["structure.py", "counts.py"])
def test_what_a_command_writes_into_a_page_is_up_to_date(script: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / script, "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_on_the_house_tells_of_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    told = re.findall(r"^\| `(\w+)` \| [a-z]", page, re.MULTILINE)
    rooms = {path.parent.name for path in (ROOT / "src" / "netlift").glob("*/__init__.py")}
    modules = {path.stem for path in (ROOT / "src" / "netlift").glob("[a-z]*.py")}
    assert {*told} | {"_algebra"} == rooms | modules


@pytest.mark.parametrize("page", PROSE, ids=str)
def test_modules_that_are_named_exist(page: Path) -> None:
    for name in re.findall(
        r"`(?:src/)?(netlift/[\w/.]+|(?:tests|benchmarks|docs)/[\w/.]+)`", (ROOT / page).read_text()
    ):
        assert (ROOT / name).exists() or (ROOT / "src" / name).exists(), f"{page} names {name}"


SCRIPTS = sorted(
    script.relative_to(ROOT)
    for room in ("benchmarks", "docs", "examples")
    for script in (ROOT / room).rglob("*.py")
)


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_what_a_script_imports_of_netlift_is_there(script: Path) -> None:
    """Scripts are run seldom, and stay behind when names move."""
    for node in ast.walk(ast.parse((ROOT / script).read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "netlift":
            module = importlib.import_module(str(node.module))
            for one in node.names:
                assert hasattr(module, one.name), f"{script}:{node.lineno}: {node.module} has no {one.name}"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", (ROOT / page).read_text()):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = ROOT / page if not name else (ROOT / page).parent / name
        assert file.exists(), f"{page} leads to {target}"
        if anchor:
            assert anchor in anchors(file.read_text()), f"{page} leads to {target}"


def anchors(text: str) -> list[str]:
    """The anchors of a page's headings, as they are shown on the web."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads]


@pytest.mark.parametrize(
    ("page", "line"), [c for c in COMMANDS if c[1].startswith("netlift ")], ids=lambda value: str(value)[:60]
)
def test_a_command_of_netlift_is_one(page: Path, line: str) -> None:
    parsed(line)


@pytest.mark.parametrize(
    ("page", "line"), [c for c in MENTIONED if c[1].startswith("netlift ")], ids=lambda value: str(value)[:60]
)
def test_a_command_that_is_mentioned_has_these_options(page: Path, line: str) -> None:
    name, *arguments = shlex.split(line)[1:]
    assert name in commands.commands, f"there is no netlift {name}"
    known = {option for one in commands.commands[name].params for option in one.opts} | {"--help"}
    assert {one for one in arguments if one.startswith("-")} <= known


def parsed(line: str) -> None:
    """Let the command line parse a command; what stands in brackets is optional, A | B a choice."""
    name, *arguments = shlex.split(re.sub(r"\[[^]]*\|[^]]*\]", "", line).replace("[", "").replace("]", ""))[
        1:
    ]
    assert name in commands.commands, f"there is no netlift {name}"
    arguments = [STANDS_FOR.get(one, one) for one in arguments]
    try:
        commands.commands[name].make_context(name, arguments)
    except click.UsageError as error:
        pytest.fail(f"{line}: {error.format_message()}")


def test_the_first_command_installs_the_solver_and_what_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text().lower(), re.MULTILINE)
    wanted = [re.split(r"[>=\[ ]", one)[0].lower() for one in project["dependencies"]]
    assert "z3-solver" in wanted
    assert set(wanted) <= set(pinned)
    assert project["optional-dependencies"]["proofs"] == []


def test_a_command_that_is_none_would_be_told() -> None:
    with pytest.raises(pytest.fail.Exception, match="No such option"):
        parsed("netlift distill SOURCE [-o DIR] --sped 3")


@pytest.mark.parametrize(
    ("page", "line"),
    [c for c in COMMANDS + MENTIONED if re.match(r"(python|pytest|echo) ", c[1])],
    ids=lambda value: str(value)[:60],
)
def test_scripts_and_tests_that_are_named_exist(page: Path, line: str) -> None:
    for part in line.split("|"):
        words = part.split()
        for word in words:
            if word.startswith(("benchmarks/", "tests/", "examples/", "docs/")):
                assert (ROOT / word.partition("::")[0]).exists(), f"{page}: {line}"
        script = next((word for word in words if word.endswith(".py") and "/" in word), None)
        if words[:1] == ["python"] and script is not None:
            source = (ROOT / script).read_text()
            for option in re.findall(r"(?<!\S)--?[a-z][a-z-]*", part):
                assert f'"{option}"' in source, f"{page}: {script} has no {option}"


# The python blocks, run. Each page's blocks are run in order, in one namespace that holds what they take as
# given; a block that shows a printed program is compared with what is printed instead.


def executed(block: str, given: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The names after a block was run from a file, as a reader would: functions then have a source."""
    file = folder / "block.py"
    file.write_text(block)
    return given | runpy.run_path(str(file), init_globals=given)


@pytest.fixture(scope="module")
def addition() -> tuple[Any, Any, netlift.Result]:
    sequences = TASKS["base_3_addition"].sequences(20_000, np.random.default_rng(0))
    return (
        sequences.inputs,
        sequences.targets,
        netlift.distill(sequences.inputs, sequences.targets),
    )


def test_the_example_in_the_readme_is_what_is_printed(addition: tuple[Any, Any, netlift.Result]) -> None:
    program = addition[2].program
    assert program is not None
    body = re.search(r"def program.*?return outputs\n", program.source, re.DOTALL)
    assert body is not None
    for page in ("README.md", "docs/how.md"):
        assert f"```python\n{body[0]}```" in (ROOT / page).read_text()


def own_cell() -> dict[str, Any]:
    """What the blocks that show a cell of the user's own take as given: it adds modulo 3."""
    torch = pytest.importorskip("torch")

    def my_cell(inputs: Any, hidden: Any) -> Any:
        inputs, hidden = torch.as_tensor(inputs).double(), torch.as_tensor(hidden).double()
        total = hidden[:, :1] + inputs @ torch.arange(inputs.shape[1]).double()[:, None]
        return torch.cat([total % 3, torch.zeros(len(total), hidden.shape[1] - 1).double()], dim=1)

    def my_readout(hidden: Any) -> Any:
        return -((torch.as_tensor(hidden).double()[:, :1] - torch.arange(3)) ** 2)

    rng = np.random.default_rng(0)
    return {
        "torch": torch,
        "netlift": netlift,
        "my_cell": my_cell,
        "my_readout": my_readout,
        "examples": rng.integers(3, size=(2_000, 8)).tolist(),
    }


def test_the_blocks_of_the_readme_run(
    addition: tuple[Any, Any, netlift.Result],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = [block for block in blocks(Path("README.md"), "python") if not block.startswith("def program")]
    call, cell, specification = shown
    monkeypatch.setattr(netlift, "distill", lambda *_, **__: addition[2])  # the very call that was made
    exec(call, {"inputs": addition[0], "targets": addition[1]})
    told = capsys.readouterr().out
    assert told.startswith("True ")
    assert told.endswith("[1, 2]\n")
    assert (tmp_path / "runs" / "mine" / "certificate.json").exists()
    monkeypatch.undo()
    given = own_cell()
    exec(cell, given)
    assert given["result"].solved
    words = np.random.default_rng(0).integers(10, size=(2_000, 8))
    given = {"netlift": netlift, "inputs": words, "targets": np.cumsum(words, axis=1) % 3}
    given = executed(specification, given, tmp_path)
    assert {one.claim: one.tier for one in given["result"].claims}["program = specification"] == "proved"
    assert "proved" in capsys.readouterr().out


def test_the_commands_of_the_readme_run(
    addition: tuple[Any, Any, netlift.Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [line for page, line in COMMANDS if page == Path("README.md")]
    monkeypatch.chdir(tmp_path)
    addition[2].save("runs/mine")
    assert addition[2].program is not None
    for name in ("program.py", "other.py"):
        Path(name).write_text(addition[2].program.source)
    for line in lines:
        if line.startswith("echo"):
            done = subprocess.run(
                line.replace("python", shlex.quote(sys.executable)),
                shell=True,
                capture_output=True,
                check=True,
            )
            assert json.loads(done.stdout) == [1, 2]
    check = [shlex.split(line)[1:] for line in lines if line.startswith("netlift check")]
    assert len(check) == 2
    against, again = check
    against[against.index("0..9")] = "0..2"
    assert run([*against, "--inputs", "0..2"]) == 0  # a second stream, for this program has two
    assert run(again) == 0


RECIPES = sorted(
    page
    for page in PAGES
    if page.parts[:2] == ("docs", "extending") or page.name in ("cluster.md", "networks.md", "start.md")
)


@pytest.mark.parametrize("page", RECIPES, ids=str)
def test_a_recipe_runs_from_top_to_bottom(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if "import torch" in (ROOT / page).read_text():
        pytest.importorskip("torch")
    # what takes a model of the Hugging Face library is run by tests/networks/test_transformers.py
    shown = [block for block in blocks(page, "python") if '"folder"' not in block]
    executed("\n\n".join(shown), {}, tmp_path)


def test_the_blocks_of_the_page_on_data_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inputs = np.random.default_rng(0).integers(2, size=(300, 6))
    targets = np.concatenate([np.zeros((300, 1), dtype=int), inputs[:, :-1]], axis=1)  # the input before
    cases, times = np.divmod(np.arange(inputs.size), 6)
    frame = {"case": cases, "time": times, "event": inputs.ravel(), "paid": targets.ravel()}
    rows = zip(*(column.tolist() for column in frame.values()), strict=True)
    Path("log.csv").write_text("\n".join(",".join(map(str, row)) for row in [tuple(frame), *rows]) + "\n")
    (block,) = blocks(Path("docs/data.md"), "python")
    calls = ast.parse(block).body
    assert len(calls) == 5
    for call in calls:
        given: dict[str, Any] = {"netlift": netlift, "frame": frame, "inputs": inputs, "targets": targets}
        exec(ast.unparse(call), given)
        assert given["result"].solved, ast.unparse(call)


def test_the_example_of_a_docstring_is_right() -> None:
    (block,) = blocks(Path("CONTRIBUTING.md"), "python")
    given: dict[str, Any] = {}
    exec(block, given)
    found = doctest.DocTestFinder().find(given["share"], "share", globs=given)
    assert [doctest.DocTestRunner().run(one) for one in found] == [doctest.TestResults(failed=0, attempted=1)]


def test_the_line_of_data_on_the_first_page_is_read(tmp_path: Path) -> None:
    (line,) = blocks(Path("docs/start.md"), "json")
    (tmp_path / "data.jsonl").write_text(line)
    sequences = netlift.data.read_sequences(tmp_path / "data.jsonl")
    assert sequences.inputs.tolist() == [[[1], [0], [1], [1]]]


def test_the_programs_of_the_gallery_run() -> None:
    programs = blocks(Path("docs/gallery.md"), "python")
    for (name, task), source in zip(TASKS.items(), programs, strict=True):
        parse_program(source)  # its grammar
        sequences, program = task.sequences(50, np.random.default_rng(5)), by_exec(source)
        for word, wanted in zip(sequences.inputs.tolist(), sequences.targets.tolist(), strict=True):
            assert program(plain(word)) == plain(wanted), name


def test_the_programs_of_the_gallery_of_machines_run() -> None:
    for source in blocks(Path("docs/gallery_machines.md"), "python"):
        assert "more lines" not in source
        parse_program(source)
        program, known = by_exec(source), 0
        texts = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
        for text in texts:
            with contextlib.suppress(LookupError, NameError):  # no input of this machine
                assert len(program([text, text])) == 2
                known += 1
        assert program([]) == []
        assert known >= 2


def plain(steps: list[list[int]]) -> list[Any]:
    """Steps as programs take and give them: a number, or a tuple of those of several streams."""
    return [tuple(step) if len(step) > 1 else step[0] for step in steps]


def by_exec(source: str) -> Any:
    """A program of a page, which has been looked at and may be run here."""
    given: dict[str, Any] = {}
    exec(source, given)
    return given["program"]


def test_the_blocks_of_the_page_on_lifting_run() -> None:
    given = own_cell()
    torch = given["torch"]
    torch.manual_seed(0)

    class Model(torch.nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.rnn = torch.nn.RNN(2, 3, batch_first=True)
            self.readout = torch.nn.Linear(3, 2)

    signature, modules, cell, effort = blocks(Path("docs/lift.md"), "python")
    exec(modules, given | {"model": Model()})
    exec(cell, given)
    assert given["result"].solved
    exec(signature, given | {"network": given["Cell"](), "inputs": given["examples"]})
    told: dict[str, Any] = {}
    exec(effort, told)
    assert told["result"].accepted


def test_the_json_on_the_page_on_lifting_is_read(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    (described,) = blocks(Path("docs/lift.md"), "json")
    weights = {f"rnn.{name}": value for name, value in torch.nn.GRU(3, 64, 2).state_dict().items()}
    weights |= {f"head.0.{name}": value for name, value in torch.nn.Linear(64, 8).state_dict().items()}
    weights |= {f"head.2.{name}": value for name, value in torch.nn.Linear(8, 2).state_dict().items()}
    torch.save(weights, tmp_path / "net.pt")
    (tmp_path / "net.json").write_text(described)
    network = netlift.load_checkpoint(tmp_path / "net.pt").network
    assert not isinstance(network, Causal)
    assert network.hidden_size >= 64
