"""What `netlift check --certificate` does; nothing of the learner is loaded for it."""

from pathlib import Path

from netlift._errors import InputError
from netlift._paths import is_file
from netlift.checker import check_file


def check_certificates(file: Path) -> tuple[bool, list[str]]:
    """Whether the independent checker accepts each certificate of a file, and a line about each.

    The lines are the checker's own: what it checked, about which files, with their hashes. Raises InputError
    where the file holds no certificate.
    """
    if not is_file(file):
        raise InputError(f"--certificate {file}: no such file.")
    try:
        verdicts = check_file(file)
    except ValueError as error:
        raise InputError(f"--certificate {file}: is no file of certificates ({error}).") from error
    if not verdicts:
        raise InputError(f"--certificate {file}: holds no certificate.")
    about = dict.fromkeys(pair for verdict in verdicts for pair in verdict.files.items())
    lines = [*map(str, verdicts), *(f"{name}: SHA-256 {digest}" for name, digest in about)]
    return all(verdict.failure is None for verdict in verdicts), lines
