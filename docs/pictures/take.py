"""The pictures of the page in docs/pictures, taken in Chromium from finished runs.

    python docs/pictures/take.py RUNS [--light FILE] [--out docs/pictures]

RUNS holds the runs' folders: base_3_addition, max_seen, majority_0_3, bluetooth (walks through CYW43455,
read with `--from data`), light and bench. With --light, what `transformer.py` wrote is lifted first, into
RUNS/light. A run that is not there is left out. Needs `pip install -c constraints.txt -e '.[browser,torch]'`.
"""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from netlift.core._errors import InputError

WIDE, HIGH = 1180, 860


@dataclass(frozen=True)
class View:
    """What one picture shows.

    Attributes:
        run: the folder.
        part: the element that stands at the top.
        word: an input that is typed; "": none, "#2": the second sequence of the data.
        steps: how often "next input" is clicked then.
        dark: whether the page is dark.
        wide: pixels of the window.
    """

    run: str
    part: str
    word: str = ""
    steps: int = 0
    dark: bool = False
    wide: int = WIDE


VIEWS = {
    "report-addition": View("base_3_addition", "hidden", "1,2 0,1 2,2", 2),
    "report-max-seen": View("max_seen", "hidden", "3 9 27 4 55 60 2", 5),
    "report-majority": View("majority_0_3", "hidden", "0 1 1 3 3 3 2 2", 6),
    "report-bluetooth": View("bluetooth", "machine", "version_req pairing_req feature_rsp", 2, dark=True),
    "report-transformer": View("light", "machine", "red keep keep off keep green keep", 3),
    "report-bench": View("bench", "", wide=1300),
}


def lifted(file: Path, folder: Path) -> None:
    """Open the Transformer of `transformer.py`, and save what is found."""
    import torch

    import netlift

    sys.path.append(str(Path(__file__).parent))
    from transformer import LIGHTS, LONGEST, SYMBOLS, Light

    model = Light()
    model.load_state_dict(torch.load(file, weights_only=True))
    network = netlift.from_causal(model, longest=LONGEST, symbols=SYMBOLS, answers=LIGHTS)
    result = netlift.lift(network, netlift.Alphabet((SYMBOLS,), length=LONGEST))
    if not result.solved:
        raise InputError(f"{file}: {result.reason}")
    result.save(folder)


@click.command()
@click.argument("runs", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--light", type=click.Path(exists=True, path_type=Path), help="What transformer.py wrote.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path(__file__).parent, help="For the pictures."
)
def main(runs: Path, light: Path | None, out: Path) -> None:
    """Take a picture of each run that is there."""
    from playwright.sync_api import sync_playwright

    if light is not None:
        lifted(light, runs / "light")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, view in VIEWS.items():
            file = (runs / view.run / "report.html").resolve()
            if not file.is_file():
                click.echo(f"{name}: there is no {file}", err=True)
                continue
            scheme = "dark" if view.dark else "light"
            size = {"width": view.wide, "height": HIGH}
            context = browser.new_context(offline=True, viewport=size, color_scheme=scheme)
            page = context.new_page()
            page.goto(file.as_uri())
            if view.word:
                if view.word.startswith("#"):
                    page.select_option("#examples", str(int(view.word[1:]) - 1))
                else:
                    page.fill("#word", view.word)
                    page.click("#ask button[type=submit]")
                for _ in range(view.steps):
                    page.click("#next")
            if view.part:
                top = "(one) => window.scrollTo(0, document.getElementById(one).offsetTop - 14)"
                page.evaluate(top, view.part)
            page.screenshot(path=str(out / f"{name}.png"))
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
