"""The documentation as a site: every page is in it, nothing public is missing, and the notebooks run."""

import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

import netlift
from test_docstrings import MET

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.md"))


def test_every_page_is_in_a_table_of_contents() -> None:
    listed = re.findall(r"^([\w./]+)$", (DOCS / "index.md").read_text(), re.MULTILINE)
    named = {(DOCS / f"{one}.md").resolve() for one in listed}
    assert len(named) == len(listed)
    pages = {*DOCS.rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "benchmarks").rglob("*.md")}
    assert named - {ROOT / "examples" / "README.md"} == pages - {DOCS / "index.md"}


def test_the_reference_names_what_plugins_meet() -> None:
    page = (DOCS / "reference.md").read_text()
    told = set(re.findall(r"auto(?:class|function):: netlift\.([\w.]+)$", page, re.MULTILINE))
    assert told == {f"{room}.{name}" for room, names in MET.items() for name in names}


def test_the_site_is_built_without_a_warning_and_has_all_that_is_public(tmp_path: Path) -> None:
    for library in ("sphinx", "furo", "myst_parser"):
        pytest.importorskip(library, reason="pip install 'netlift[docs]'")
    command = [sys.executable, str(DOCS / "build_site.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    inventory = (tmp_path / "objects.inv").read_bytes().split(b"\n", 4)[4]
    names = {line.split(" ")[0] for line in zlib.decompress(inventory).decode().splitlines()}
    assert {f"netlift.{name}" for name in netlift.__all__ if name != "__version__"} <= names
    assert {f"netlift.{room}.{name}" for room, found in MET.items() for name in found} <= names
    front = (tmp_path / "docs" / "index.html").read_text()
    assert 'href="how.html"' in front
    reference = (tmp_path / "docs" / "reference.html").read_text()
    assert "Cost" in reference  # the house's own sections are sections there, too


def test_the_builder_says_how_it_is_called() -> None:
    command = [sys.executable, str(DOCS / "build_site.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "python docs/build_site.py OUT" in done.stderr


def test_there_are_three_notebooks_and_each_is_one() -> None:
    assert [page.stem for page in NOTEBOOKS] == ["first_program", "hidden_space", "your_own_gru"]
    for page in NOTEBOOKS:
        text = page.read_text()
        assert text.startswith("---\njupyter:\n  jupytext:\n")
        for block in re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            compile(block, str(page), "exec")


@pytest.mark.filterwarnings("default")  # of jupyter's own
@pytest.mark.parametrize("page", NOTEBOOKS, ids=lambda page: page.stem)
def test_a_notebook_runs_from_top_to_bottom(page: Path, tmp_path: Path) -> None:
    jupytext = pytest.importorskip("jupytext", reason="pip install 'netlift[notebooks]'")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    pytest.importorskip("torch")
    notebook = jupytext.read(page)
    nbclient.NotebookClient(
        notebook, timeout=1_200, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    shown = [
        output["data"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "data" in output
    ]
    assert any("<b>Solved.</b>" in one.get("text/html", "") for one in shown)
