"""Of which commit the figures of a page are."""

import subprocess
from pathlib import Path


def commit(page: str) -> str:
    """The commit of the working tree, marked where it is not clean but for a `page` and its figures.

    `page` is a name in the folder above without its ending, as in OWN.
    """

    def git(*words: str) -> str:
        folder = Path(__file__).parents[1]
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--", ":/", f":(exclude){page}.*")
    return git("describe", "--always", "--exclude=*") + ("-dirty" if changed else "")
