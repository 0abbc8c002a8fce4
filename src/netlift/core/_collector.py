"""Python's collector of garbage in cycles, held back where there is none and much to look through."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEW = 70_000  # objects, some 10 MB of them


@contextmanager
def without_collector() -> Iterator[None]:
    """No search for garbage meanwhile: in millions of lists without cycles, or in modules that stay.

    As it was before, afterwards. What is garbage by then is found by the next search.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def search_rarely() -> None:
    """For a process that is netlift's own: look for garbage a hundred times less often.

    Python looks through what is new after each 700 objects; netlift's modules, and lists of sequences, are
    hundreds of thousands that stay.
    """
    gc.set_threshold(_NEW, 20, 20)


def end_without_search() -> None:
    """For a process that is netlift's own, at its end: what is left goes with the process.

    Python would look through all of it once more, for a third of a second in which a signal, its handlers
    gone, ends the process as one that failed.
    """
    gc.freeze()
