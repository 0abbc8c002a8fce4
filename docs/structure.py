"""Draw the rooms of the package and who imports whom, from the imports themselves.

    python docs/structure.py [--check]

Writes the picture and the table between the markers of docs/architecture.md. With `--check` nothing is
written: the exit code is 1 where the page is not what the code says.
"""

import ast
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "src" / "netlift"
PAGE = HERE / "architecture.md"
BEGIN, END = "<!-- structure: begin -->", "<!-- structure: end -->"


def room_of(module: str) -> str:
    """The room a module stands in: the package or module below netlift, or "netlift" for its own surface."""
    parts = module.split(".")
    if len(parts) < 2 or parts[1].startswith("__"):
        return "netlift"
    place = PACKAGE / parts[1]
    return parts[1] if place.is_dir() or place.with_suffix(".py").is_file() else "netlift"


def imports(file: Path) -> set[str]:
    """The modules of netlift that a file imports when it is loaded or inside a function.

    Imports for type checkers alone are left out: nothing depends on them at run time.
    """
    found: set[str] = set()
    tree = ast.parse(file.read_text())
    typing_only = {
        id(node)
        for test in ast.walk(tree)
        if isinstance(test, ast.If) and ast.unparse(test.test) == "TYPE_CHECKING"
        for node in ast.walk(test)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "netlift":
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] == "netlift"}
    return found


def arrows() -> tuple[Counter[tuple[str, str]], Counter[str]]:
    """How many modules of one room import another, and how many modules each room has."""
    drawn: Counter[tuple[str, str]] = Counter()
    modules: Counter[str] = Counter()
    for file in sorted(PACKAGE.rglob("*.py")):
        inside = file.relative_to(PACKAGE)
        room = room_of(".".join(("netlift", *inside.with_suffix("").parts)))
        modules[room] += 1
        for other in {room_of(module) for module in imports(file)} - {room}:
            drawn[room, other] += 1
    return drawn, modules


def layers(drawn: Counter[tuple[str, str]], rooms: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The rooms from the bottom up, and the arrows that go against that order, of which there should be
    none."""
    order: list[str] = []
    left = set(rooms)
    against: list[tuple[str, str]] = []
    while left:
        below = {room: {b for a, b in drawn if a == room and b in left and b != room} for room in left}
        free = sorted(room for room, needs in below.items() if not needs)
        if not free:  # a circle: the room on it that needs least goes next, and its arrows are shown
            room = min((r for r in left if r in above(r, below)), key=lambda r: (len(below[r]), r))
            against += [(room, other) for other in sorted(below[room])]
            free = [room]
        order += free
        left -= set(free)
    return order, against


def above(room: str, below: dict[str, set[str]]) -> set[str]:
    """All that a room needs, directly or through others; itself, where it is on a circle."""
    found: set[str] = set()
    ahead = list(below[room])
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead += below.get(one, ())
    return found


def page() -> str:
    """The picture as a Mermaid graph, and the rooms as a table."""
    drawn, modules = arrows()
    rooms = sorted(modules)
    order, against = layers(drawn, rooms)
    inner = [f"    {a} --> {b}" for a, b in sorted(drawn) if a != "netlift"]
    rows = []
    for room in order:
        needs = ", ".join(f"{b} ({drawn[room, b]})" for b in order if drawn[room, b]) or "nothing"
        rows.append(f"| `{room}` | {modules[room]} | {needs} |")
    told = (
        "No arrow goes back up."
        if not against
        else "Arrows that go back up: " + ", ".join(f"{a} to {b}" for a, b in against) + "."
    )
    return "\n".join(
        [
            BEGIN,
            "",
            "```mermaid",
            "graph TD",
            *inner,
            "```",
            "",
            "From the bottom up (in brackets: how many modules import that room):",
            "",
            "| room | modules | imports |",
            "|---|---:|---|",
            *rows,
            "",
            told,
            "",
            END,
        ]
    )


def main() -> int:
    """Write the page, or compare it."""
    text = PAGE.read_text()
    start, stop = text.index(BEGIN), text.index(END) + len(END)
    now = text[:start] + page() + text[stop:]
    if "--check" in sys.argv[1:]:
        if now != text:
            print("docs/architecture.md is not what the imports say; run python docs/structure.py")
        return int(now != text)
    PAGE.write_text(now)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
