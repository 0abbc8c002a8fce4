"""Machines of about 60 states and 13 symbols that were made from a few variables, and drawn ones.

The largest that rules are promised for: what printing them costs is measured by readability_machines.py.
Events are numbers 0 to 12 here; `EVENTS` names them.
"""

import random
from collections.abc import Callable, Hashable
from typing import Any

State = Any
Step = Callable[[State, int], tuple[State, str]]
EVENTS = tuple(f"e{n:02d}" for n in range(13))


def flags_and_counter(s: State, e: int) -> tuple[State, str]:
    """Three flags and a counter that stops at 6."""
    a, b, c, n = s
    changed = {
        0: ((1, b, c, n), "ok"), 1: ((0, 0, 0, 0), "bye"), 2: ((a, 1, c, n), "b"), 3: ((a, 0, c, n), "ok"),
        4: ((a, b, 1, n), "c"), 5: ((a, b, 0, n), "ok"), 6: ((a, b, c, min(n + 1, 6)), "up"),
        7: ((a, b, c, max(n - 1, 0)), "down"), 11: ((a, b, c, 0), "ok"),
    }  # fmt: skip
    asked = {8: "full" if n == 6 else "free", 9: "in" if a else "out", 10: "paired" if b and c else "single"}
    return changed.get(e, (s, asked.get(e, "ack")))


def two_counters(s: State, e: int) -> tuple[State, str]:
    """A counter round a circle of ten and one that stops at 5."""
    m, n = s
    changed = {
        0: (((m + 1) % 10, n), "ok"), 1: (((m - 1) % 10, n), "ok"),
        2: ((m, min(n + 1, 5)), "full" if n == 5 else "ok"), 3: ((m, max(n - 1, 0)), "ok" if n else "empty"),
        4: ((0, n), "ok"), 5: ((m, 0), "ok"), 6: ((0, 0), "bye"), 10: (((m + 2) % 10, n), "ok"),
        11: ((m, 5), "full"),
    }  # fmt: skip
    asked = {
        7: "some" if m else "zero",
        8: "high" if n >= 3 else "low",
        9: "both" if m == 5 and n else "none",
    }
    return changed.get(e, (s, asked.get(e, "ack")))


def three_counters(s: State, e: int) -> tuple[State, str]:
    """Three counters that stop at 3, each with events of its own."""
    held = list(s)
    if e < 3:
        held[e] = min(held[e] + 1, 3)
        return tuple(held), "full" if s[e] == 3 else "ok"
    if e < 9:
        held[e % 3] = max(held[e % 3] - 1, 0) if e < 6 else 0
        return tuple(held), "ok"
    return (s, "some" if s[e - 9] else "none") if e < 12 else ((0, 0, 0), "bye")


def digits(s: State, e: int) -> tuple[State, str]:
    """A cascade: five ticks carry into one of four, which carry into one of three."""
    a, b, c = s
    if e in (0, 8):
        a, carry = (a + 1) % 5 if e == 0 else a, e == 8 or a == 4
        b, over = (b + 1) % 4 if carry else b, carry and b == 3
        said = "over" if over else "carry" if carry and e == 0 else "tick" if e == 0 else "ok"
        return (a, b, (c + 1) % 3 if over else c), said
    changed = {
        1: ((0, b, c), "ok"), 2: ((a, 0, c), "ok"), 3: ((a, b, 0), "ok"), 4: ((0, 0, 0), "bye"),
        9: ((a, b, (c + 1) % 3), "ok"), 11: ((a, 3, c), "ok"),
    }  # fmt: skip
    asked = {5: "last" if a == 4 else "no", 6: "high" if b >= 2 else "no", 7: f"c{c}"}
    asked[10] = "no" if any(s) else "zero"
    return changed.get(e, (s, asked.get(e, "ack")))


def six_flags(s: State, e: int) -> tuple[State, str]:
    """Six flags that an event each sets."""
    held = list(s)
    if e < 11:
        held[e % 6] = int(e < 6)
        return tuple(held), "ok" if e >= 6 else "again" if s[e] else "set"
    return ((0,) * 6, "bye") if e == 11 else (s, "all" if all(s) else "some")


def session(s: State, e: int) -> tuple[State, str]:
    """Modes with inner parts: idle, locked, and a session with a level, failures and a flag."""
    if s in ("idle", "locked"):
        if s == "idle":
            return (("on", 0, 0, 0), "hello") if e == 0 else (s, "none")
        return ("idle", "bye") if e == 1 else (s, "locked")
    if s[0] == "waiting":
        return {1: ("idle", "bye"), 10: (("on", 4, 0, s[1]), "resumed")}.get(e, (s, "waiting"))
    _, level, failures, flag = s
    changed = {
        1: ("idle", "bye"), 2: (("on", min(level + 1, 4), failures, flag), "step" if level < 4 else "done"),
        3: ("locked" if failures == 3 else ("on", level, failures + 1, flag), "wrong"),
        4: (("on", level, 0, flag), "ok"), 5: (("on", level, failures, 1 - flag), "turned"),
        11: (("on", 0, failures, flag), "ok"),
    }  # fmt: skip
    if level == 4:
        changed |= {8: (("on", 0, 0, 0), "reset"), 10: (("waiting", flag), "wait")}
    asked = {
        0: "already",
        6: "set" if flag else "clear",
        7: f"level {level}" if level in (0, 4) else "between",
    }
    asked |= {8: "no", 9: "warn" if failures >= 2 else "fine", 10: "no"}
    return changed.get(e, (s, asked.get(e, "ack")))


def handshake(s: State, e: int) -> tuple[State, str]:
    """A path of 58 steps; what does not belong to it ends it."""
    if s == "closed":
        return s, "closed"
    if s == 58:
        return (s, f"data {e % 3}") if e < 10 else ("closed", "closed")
    if e == 0:
        return s + 1, "next"
    if e in (1, 12):
        return (s, "wait") if e == 1 else ("closed", "closed")
    return (0, "again") if e == s % 11 + 1 else ("closed", "alert")


def drawn(seed: int, answers: int) -> Step:
    """60 states, moves and answers at random: there is nothing to find."""
    rng = random.Random(seed)
    rows = {
        (q, e): (q + 1 if e == 0 and q < 59 else rng.randrange(60), f"a{rng.randrange(answers)}")
        for q in range(60)
        for e in range(13)
    }
    return lambda s, e: rows[s, e]


PLANTED: dict[str, tuple[Step, Hashable]] = {
    "three flags, a counter": (flags_and_counter, (0, 0, 0, 0)),
    "two counters": (two_counters, (0, 0)),
    "three counters": (three_counters, (0, 0, 0)),
    "cascade of digits": (digits, (0, 0, 0)),
    "six flags": (six_flags, (0,) * 6),
    "session with inner parts": (session, "idle"),
    "handshake": (handshake, 0),
    "drawn, 3 answers": (drawn(1, 3), 0),
    "drawn, 8 answers": (drawn(2, 8), 0),
}
