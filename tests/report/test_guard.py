"""What is said of a stage that failed."""

import pytest

from netlift.report._guard import Guard


@pytest.mark.parametrize(
    ("error", "whose"),
    [
        (ValueError("odd"), "by a mistake in netlift"),
        (OSError(24, "Too many open files"), "because this machine refused"),
        (MemoryError(), "because this machine refused"),
    ],
)
def test_whose_mistake_a_failure_is(error: Exception, whose: str) -> None:
    def fails() -> None:
        raise error

    guard = Guard()
    assert guard.kept("Checking the program", fails, "nothing") == "nothing"
    (finding,) = guard.findings
    assert finding.startswith(f"Checking the program failed ({type(error).__name__}")
    assert f"), {whose}; the program that was found is kept" in finding
