"""A page beside a result: written where it can be, and never at the result's cost."""

from collections.abc import Callable
from pathlib import Path

from netlift.core._files import write_whole

PAGE = "report.html"


def kept_page(folder: Path, page: Callable[[], str]) -> str:
    """Write report.html into a folder; what went wrong in making it, or "".

    Args:
        folder: the folder of the result, which exists.
        page: makes the page. Whatever it raises is told and no more: the page only shows what stands in the
            other files, and none of them may be lost for it.

    Returns:
        A sentence for the log where there is no page.

    Raises:
        OSError: the disk refuses.
    """
    try:
        content = page()
    except Exception as error:
        told = " ".join(str(error).split())[:300]
        return f"{PAGE} was not written ({type(error).__name__}{f': {told}' if told else ''})"
    write_whole(folder / PAGE, content)
    return ""
