"""Write the example files: small logs as users have them, drawn with a fixed seed.

    python examples/make.py

The rules stand here, in the open; `netlift distill` sees the files alone.
"""

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
RNG = np.random.default_rng(2026)

Step = Callable[[Any, Any], tuple[Any, Any]]


def runs(start: Any, step: Step, words: Iterable[list[Any]]) -> list[tuple[list[Any], list[Any]]]:
    """Words with the answers of a device that starts in `start`; equal words come once."""
    found = {}
    for word in words:
        state, answers = start, []
        for symbol in word:
            state, answer = step(state, symbol)
            answers.append(answer)
        found[tuple(word)] = (word, answers)
    return list(found.values())


def words(
    symbols: list[Any], count: int, low: int, high: int, weights: list[float] | None = None
) -> list[list[Any]]:
    """Random words of lengths from `low` to `high`."""
    lengths = RNG.integers(low, high + 1, size=count).tolist()
    places = [RNG.choice(len(symbols), size=length, p=weights).tolist() for length in lengths]
    return [[symbols[place] for place in word] for word in places]


def write_csv(name: str, header: list[str], rows: list[tuple[list[Any], list[Any]]]) -> None:
    """One line a step."""
    with (HERE / name).open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["sequence", "step", *header])
        for number, (inputs, answers) in enumerate(rows, 1):
            for step, (x, y) in enumerate(zip(inputs, answers, strict=True), 1):
                x, y = (list(v) if isinstance(v, tuple) else [v] for v in (x, y))
                table.writerow([number, step, *x, *y])


def write_jsonl(name: str, rows: list[tuple[list[Any], list[Any]]]) -> None:
    """One object a line."""
    lines = [json.dumps({"inputs": x, "targets": y}) for x, y in rows]
    (HERE / name).write_text("\n".join(lines) + "\n")


def write_npz(name: str, rows: list[tuple[list[Any], list[Any]]]) -> None:
    """Arrays, for sequences of one length."""
    np.savez_compressed(
        HERE / name,
        inputs=np.array([x for x, _ in rows], dtype=np.int16),
        targets=np.array([y for _, y in rows], dtype=np.int16),
    )


def traffic_light(state: int, button: int) -> tuple[int, str]:
    """Green until somebody presses; then yellow for a step, red for two."""
    now = (state + 1) % 4 if state or button else 0
    return now, ("green", "yellow", "red", "red")[now]


def keypad(state: int, key: str) -> tuple[int, str]:
    """Opens at 3, 1, 3."""
    code = "313"
    pressed = code[:state] + key
    kept = max(k for k in range(4) if k <= len(pressed) and pressed.endswith(code[:k]))
    return (0 if kept == 3 else kept), "open" if kept == 3 else "locked"


def dice(state: tuple[int, int], roll: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The running total, and the best roll so far."""
    now = (state[0] + roll, max(state[1], roll))
    return now, now


def checksum(state: int, digit: int) -> tuple[int, int]:
    """The sum of the digits modulo 10."""
    now = (state + digit) % 10
    return now, now


def brackets(state: int, token: str) -> tuple[int, int]:
    """The depth of a token stream; a bracket too many closes nothing."""
    now = max(0, state + {"(": 1, ")": -1}.get(token, 0))
    return now, now


def thermostat(state: int, degrees: int) -> tuple[int, int]:
    """On below 18 degrees, off above 21, else as before."""
    now = 1 if degrees < 18 else 0 if degrees > 21 else state
    return now, now


def turnstile(state: str, event: str) -> tuple[str, str]:
    """A coin unlocks it for one push."""
    now = "unlocked" if event == "coin" else "locked"
    return now, now


def vending(state: int, coin: int) -> tuple[int, tuple[int, int]]:
    """A drink for 30; the balance stays in the machine."""
    balance = state + coin
    drink = int(balance >= 30)
    return balance - 30 * drink, (drink, balance - 30 * drink)


def debounce(state: tuple[int, int], sample: int) -> tuple[tuple[int, int], int]:
    """A button that counts as changed after three equal samples."""
    shown, count = state
    count = 0 if sample == shown else count + 1
    if count == 3:
        shown, count = sample, 0
    return (shown, count), shown


def stock(state: int, change: int) -> tuple[int, int]:
    """Goods in and out; what is not there cannot leave."""
    now = max(0, state + change)
    return now, now


def main() -> None:
    """Write all files."""
    write_csv("traffic_light.csv", ["x_button", "y_light"], runs(0, traffic_light, words([0, 1], 400, 8, 14)))
    keys = words(list("123#"), 1500, 8, 12, [0.3, 0.2, 0.4, 0.1])
    write_jsonl("keypad.jsonl", runs(0, keypad, keys))
    rolls = words(list(range(1, 7)), 600, 10, 10)
    write_csv("dice.csv", ["x_roll", "y_total", "y_best"], runs((0, 0), dice, rolls))
    write_npz("checksum.npz", runs(0, checksum, words(list(range(10)), 20_000, 8, 8)))
    tokens = words(["(", ")", "name"], 1500, 6, 14, [0.4, 0.35, 0.25])
    write_jsonl("brackets.jsonl", runs(0, brackets, tokens))
    degrees = words(list(range(15, 25)), 800, 10, 10)
    write_csv("thermostat.csv", ["x_degrees", "y_heater"], runs(0, thermostat, degrees))
    events = words(["coin", "push"], 300, 6, 10)
    write_csv("turnstile.csv", ["x_event", "y_gate"], runs("locked", turnstile, events))
    write_jsonl("vending.jsonl", runs(0, vending, words([5, 10, 20], 1500, 8, 12)))
    write_csv("debounce.csv", ["x_sample", "y_button"], runs((0, 0), debounce, words([0, 1], 800, 12, 16)))
    write_npz("stock.npz", runs(0, stock, words(list(range(-9, 10)), 4000, 10, 10)))


if __name__ == "__main__":
    main()
