"""The collector is held back only as long as it is asked to be, and only if it ran before."""

import gc

import pytest

from netlift.core._collector import without_collector


@pytest.mark.parametrize("before", [True, False])
def test_the_collector_is_as_it_was_afterwards(before: bool) -> None:
    was = gc.isenabled()
    try:
        (gc.enable if before else gc.disable)()
        with without_collector():
            held_back = not gc.isenabled()
        assert held_back
        assert gc.isenabled() == before
    finally:
        (gc.enable if was else gc.disable)()
