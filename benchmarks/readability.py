"""How long the programs of a benchmark run are beside reference programs that a person wrote.

    python benchmarks/readability.py BENCH_FOLDER [-o benchmarks/READABILITY.md] [--gallery docs/gallery.md]

The measure is the number of syntax-tree nodes of `program`, docstrings left out. The chain never reads
benchmarks/references.py. Exit code 1 where a program is missing, twice as long as its reference, or the
median ratio is above 1.1.
"""

import ast
import statistics
import sys
from pathlib import Path

import click

from netlift.bench import TASKS
from netlift.program import Program
from netlift.report import write_whole

REFERENCES = Path(__file__).with_name("references.py")


def reference_sources() -> dict[str, str]:
    """The source of each reference program, as a function named `program`, with its imports."""
    tree = ast.parse(REFERENCES.read_text())
    imports = [ast.unparse(node) for node in tree.body if isinstance(node, ast.ImportFrom)]
    sources = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            used = [line for line in imports if line.rpartition(" ")[2] in names]
            name, node.name = node.name, "program"
            sources[name] = "\n".join([*used, ast.unparse(node)])
    return sources


def shown(source: str) -> str:
    """What a person reads of a program: all but docstring and script lines."""
    tree = ast.parse(source)
    end = next((node.lineno for node in tree.body if isinstance(node, ast.FunctionDef)), 0)
    kept = [node for node in tree.body if node.lineno <= end and not isinstance(node, ast.Expr)]
    lines = source.split("\n")
    return "\n".join(line for node in kept for line in lines[node.lineno - 1 : node.end_lineno])


def table(rows: list[tuple[str, int | None, int]]) -> str:
    """The page with all ratios."""
    ratios = [found / wanted for _, found, wanted in rows if found is not None]
    lines = [
        "# Length of the programs beside hand-written references",
        "",
        "Written by `python benchmarks/readability.py BENCH_FOLDER -o benchmarks/READABILITY.md`. "
        "Syntax-tree nodes of `program` without docstrings.",
        "",
        f"{len(ratios)} programs: median ratio {statistics.median(ratios):.2f}, largest {max(ratios):.2f}.",
        "",
        "| task | program | reference | ratio |",
        "|---|---:|---:|---:|",
    ]
    for name, found, wanted in rows:
        ratio = "" if found is None else f"{found / wanted:.2f}"
        lines.append(f"| `{name}` | {'' if found is None else found} | {wanted} | {ratio} |")
    return "\n".join(lines) + "\n"


def gallery(folder: Path) -> str:
    """All programs of a run, one after another."""
    lines = [
        "# Gallery",
        "",
        "All programs of one `netlift bench` run, as netlift printed them (docstring and script lines left "
        "out). Written by `python benchmarks/readability.py BENCH_FOLDER --gallery docs/gallery.md`.",
        "",
    ]
    for name, task in TASKS.items():
        lines += [f"## {name}", "", f"{task.rule}", ""]
        path = folder / name / "program.py"
        text = shown(path.read_text()) if path.exists() else "# no program was found"
        lines += ["```python", text, "```", ""]
    return "\n".join(lines)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-o", "page", type=click.Path(path_type=Path), help="Write the table here.")
@click.option("--gallery", "gallery_page", type=click.Path(path_type=Path), help="Write all programs here.")
def main(folder: Path, page: Path | None, gallery_page: Path | None) -> None:
    """Compare the programs of a benchmark run with the references."""
    references = reference_sources()
    rows = []
    for name in TASKS:
        path = folder / name / "program.py"
        found = Program(path.read_text()).nodes if path.exists() else None
        rows.append((name, found, Program(references[name]).nodes))
    text = table(rows)
    click.echo(text)
    if page is not None:
        write_whole(page, text)
    if gallery_page is not None:
        write_whole(gallery_page, gallery(folder))
    ratios = [found / wanted for _, found, wanted in rows if found is not None]
    good = len(ratios) == len(TASKS) and statistics.median(ratios) <= 1.1 and max(ratios) <= 2
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
