"""Numbers of a result as they stood in the data: symbols by their names, several streams side by side."""

from collections.abc import Sequence

Names = Sequence[tuple[str, ...] | None]


def spelt(step: Sequence[int], names: Names) -> str:
    """One step of one or several streams, for a person to read."""
    values = [one if isinstance(one, str) else str(one) for one in typed(step, names)]
    return values[0] if len(values) == 1 else f"({', '.join(values)})"


def typed(step: Sequence[int], names: Names) -> list[str | int]:
    """One step as a program takes it: a stream's string, or its number."""
    return [
        int(value) if symbols is None else symbols[value] for value, symbols in zip(step, names, strict=True)
    ]


def keys(step: Sequence[int], names: Names) -> list[str]:
    """One step for a script, whose numbers are not as exact: "n" and the digits, or "s" and the text."""
    return [f"s{one}" if isinstance(one, str) else f"n{one}" for one in typed(step, names)]


def gathered(symbols: Sequence[Sequence[int]], names: Names, most: int = 30) -> tuple[str, str]:
    """Symbols in a row: short, for a picture, and whole. Numbers that follow each other become a range."""
    if len(names) == 1 and names[0] is None:
        parts = _ranges(sorted(int(one[0]) for one in symbols))
    else:
        parts = [spelt(one, names) for one in symbols]
    whole = ", ".join(parts)
    if len(whole) <= most:
        return whole, whole
    short: list[str] = []
    for part in parts:
        if short and sum(len(one) + 2 for one in short) + len(part) > most - 8:
            break
        short.append(part if len(part) <= most else part[: most - 1] + "…")
    left = len(parts) - len(short)
    return (f"{', '.join(short)} +{left}" if left else ", ".join(short)), whole


def _ranges(numbers: list[int]) -> list[str]:
    parts: list[str] = []
    start = 0
    for place in range(1, len(numbers) + 1):
        if place < len(numbers) and numbers[place] == numbers[place - 1] + 1:
            continue
        low, high = numbers[start], numbers[place - 1]
        if high - low < 2:
            parts += map(str, numbers[start:place])
        else:
            parts.append(f"{low}…{high}")  # a dash would be taken for a sign
        start = place
    return parts
