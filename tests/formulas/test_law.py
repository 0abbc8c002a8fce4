"""The linear recurrence behind one row of numbers."""

import pytest

from netlift.formulas._law import law_of, recurrence_of


def padovan(count: int) -> list[int]:
    """a(n) = a(n-1) + a(n-3)."""
    row = [1, 1, 2]
    while len(row) < count:
        row.append(row[-1] + row[-3])
    return row


@pytest.mark.parametrize(
    ("row", "law"),
    [
        (padovan(30), "a(n) = a(n-1) + a(n-3)"),
        ([3**n for n in range(12)], "a(n) = 3 a(n-1)"),
        ([n * n for n in range(20)], "a(n) = n^2"),
        ([1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8], "a(n) = a(n-2) + 1"),
        ([n * (n + 1) // 2 for n in range(20)], "a(n) = a(n-1) + n"),
    ],
)
def test_the_law_with_the_fewest_terms_is_found(row: list[int], law: str) -> None:
    found = law_of(row)
    assert found is not None
    assert str(found) == law
    base = range(found.base, found.base + len(row))
    assert [answer for (answer,) in recurrence_of(found, row).run([(n,) for n in base])] == row


def test_a_row_that_is_too_short_or_without_a_law_gives_nothing() -> None:
    assert law_of([1, 1, 2, 3]) is None
    assert law_of([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4]) is None


def test_one_number_that_is_off_leaves_no_law() -> None:
    row = padovan(40)
    row[35] += 1
    assert law_of(row) is None
