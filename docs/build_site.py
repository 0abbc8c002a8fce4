"""Build the documentation as a site.

    python docs/build_site.py OUT

Needs `pip install -c constraints.txt -e '.[docs]'`. The exit code is 1 where anything is wrong: a page that
no table of contents names, a reference that leads nowhere, a docstring that cannot be read.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(arguments: list[str]) -> int:
    """Build into the folder that is named; the exit code of Sphinx."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    from sphinx.cmd.build import main as build

    (out,) = arguments
    doctrees = str(Path(out) / ".doctrees")
    code: int = build(["-W", "--keep-going", "-q", "-c", str(HERE), "-d", doctrees, str(HERE.parent), out])
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
