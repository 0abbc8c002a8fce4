"""Distil every example, and write README.md: a line on each, the command, and the program it ends in.

python examples/run.py [-o FOLDER]
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from netlift.program import Program
from netlift.report import write_whole

HERE = Path(__file__).parent
FILES = {
    "traffic_light.csv": "log of a pedestrian light: was the button pressed, and which lamp burnt",
    "keypad.jsonl": "presses on a door's keypad, and whether the door opened",
    "dice.csv": "dice rolls with the running total and the best roll so far",
    "checksum.npz": "digits and the check digit after each of them",
    "brackets.jsonl": "tokens of a bracket language and the depth after each",
    "thermostat.csv": "a control loop: degrees measured and whether the heater ran",
    "turnstile.csv": "events at a turnstile, and whether it was locked afterwards",
    "vending.jsonl": "coins put into a vending machine: was a drink given, and the balance left",
    "debounce.csv": "samples of a bouncing button, and what its driver reported",
    "stock.npz": "goods in and out, and the stock after each movement",
}


def distilled(name: str, folder: Path) -> dict[str, object]:
    """What `netlift distill` wrote for one example, by the command a user would type."""
    command = [sys.executable, "-m", "netlift", "distill", str(HERE / name), "-o", str(folder), "--quiet"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    result: dict[str, object] = json.loads((folder / "result.json").read_text())
    return result


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Keep the results here.")
def main(output: Path | None) -> None:
    """Distil every example and write README.md."""
    text = [
        "# Examples",
        "",
        "Ten files as users have them, drawn by `make.py` with a fixed seed, and the programs that",
        "`netlift distill examples/FILE` finds in them. This page is written by `python examples/run.py`.",
        "",
    ]
    with tempfile.TemporaryDirectory() as scratch:
        for name, line in FILES.items():
            folder = (output or Path(scratch)) / name
            result = distilled(name, folder)
            source = Program((folder / "program.py").read_text()).source
            body = source[source.index('"""', 3) + 3 : source.index("\n\n\n# As a script")].strip()
            text += [f"## {name}", "", f"{line[0].upper()}{line[1:]}.", "", "```python", body, "```", ""]
            click.echo(f"{name}: solved {result['solved']}, {result['seconds']['total']} s")  # type: ignore[index]
    write_whole(HERE / "README.md", "\n".join(text))


if __name__ == "__main__":
    main()
