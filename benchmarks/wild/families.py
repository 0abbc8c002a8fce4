"""Families of sequence-to-sequence tasks, drawn at random: what users might bring.

A family is a function that draws one rule's parameters from a generator. A rule is a start state and a
step function `(state, symbol) -> (state, output)` in plain Python, and says how its inputs are drawn.
netlift never imports this module.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Symbol = tuple[int, ...]
Step = Callable[[Any, Symbol], tuple[Any, Symbol]]


@dataclass(frozen=True)
class Rule:
    """A task: where it starts, its step, and the bounds (both included) of each input stream.

    `kind` is the idea behind it, of which the family has several: rules of one kind differ in numbers only.
    `first` gives other bounds for the first step, where that is special.
    """

    kind: str
    name: str
    start: Any
    step: Step
    bounds: tuple[tuple[int, int], ...]
    length: int = 10
    first: tuple[tuple[int, int], ...] | None = None

    def draw(self, count: int, length: int, rng: np.random.Generator) -> Ints:
        """Inputs [count, length, D]."""
        columns = [rng.integers(low, high + 1, size=(count, length)) for low, high in self.bounds]
        inputs = np.stack(columns, axis=2)
        if self.first is not None:
            for stream, (low, high) in enumerate(self.first):
                inputs[:, 0, stream] = rng.integers(low, high + 1, size=count)
        return inputs

    def answers(self, inputs: Ints) -> Ints:
        """Targets [count, length, K]."""
        rows = []
        for word in inputs.tolist():
            state, outputs = self.start, []
            for symbol in word:
                state, output = self.step(state, tuple(symbol))
                outputs.append(output)
            rows.append(outputs)
        return np.array(rows, dtype=np.int64)


Family = Callable[[np.random.Generator], Rule]


def one_of(rng: np.random.Generator, *choices: Any) -> Any:
    """A random one of the choices."""
    return choices[int(rng.integers(len(choices)))]


def modular(rng: np.random.Generator) -> Rule:
    """A running weighted sum, product, power or square modulo m."""
    m = int(one_of(rng, rng.integers(2, 14), rng.integers(2, 14), rng.integers(14, 30)))
    kind = one_of(rng, "sum", "weighted", "product", "affine", "square", "power", "two")
    a, b, k = int(rng.integers(1, m)), int(rng.integers(m)), int(rng.integers(2, 4))
    low = 1 if kind == "product" else 0
    steps: dict[str, tuple[int, Step]] = {
        "sum": (0, lambda s, x: ((s + x[0]) % m, ((s + x[0]) % m,))),
        "weighted": (0, lambda s, x: ((s + a * x[0] + b) % m, ((s + a * x[0] + b) % m,))),
        "product": (1, lambda s, x: (s * x[0] % m, (s * x[0] % m,))),
        "affine": (0, lambda s, x: ((a * s + x[0]) % m, ((a * s + x[0]) % m,))),
        "square": (0, lambda s, x: ((s + x[0] ** 2) % m, ((s + x[0] ** 2) % m,))),
        "power": (0, lambda s, x: ((s**k + x[0]) % m, ((s**k + x[0]) % m,))),
        "two": (0, lambda s, x: ((s + x[0] * x[1]) % m, ((s + x[0] * x[1]) % m,))),
    }
    start, step = steps[kind]
    high = int(rng.integers(low + 1, max(low + 2, min(m, 9))))
    streams = 2 if kind == "two" else 1
    return Rule(kind, f"modular {kind} {a} {b} {k} mod {m}, to {high}", start, step, ((low, high),) * streams)


def positional(rng: np.random.Generator) -> Rule:
    """Digits: add, subtract, multiply by or divide by a constant, compare, from either end."""
    base = int(rng.integers(2, 11))
    kind = one_of(
        rng,
        "add",
        "subtract",
        "add constant",
        "multiply",
        "divide",
        "remainder",
        "remainder low first",
        "greater low first",
        "greater high first",
    )
    k = int(rng.integers(2, 10))

    def add(carry: int, x: Symbol) -> tuple[int, Symbol]:
        total = x[0] + x[1] + carry
        return total // base, (total % base,)

    def subtract(borrow: int, x: Symbol) -> tuple[int, Symbol]:
        total = x[0] - x[1] - borrow
        return int(total < 0), (total % base,)

    def multiply(carry: int, x: Symbol) -> tuple[int, Symbol]:
        total = k * x[0] + carry
        return total // base, (total % base,)

    def add_constant(carry: int, x: Symbol) -> tuple[int, Symbol]:
        total = x[0] + carry
        return total // base, (total % base,)

    def divide(rest: int, x: Symbol) -> tuple[int, Symbol]:
        total = base * rest + x[0]
        return total % k, (total // k,)

    def remainder(rest: int, x: Symbol) -> tuple[int, Symbol]:
        rest = (base * rest + x[0]) % k
        return rest, (rest,)

    def remainder_low_first(s: tuple[int, int], x: Symbol) -> tuple[tuple[int, int], Symbol]:
        rest, place = s
        rest = (rest + place * x[0]) % k
        return (rest, place * base % k), (rest,)

    def low_first(larger: int, x: Symbol) -> tuple[int, Symbol]:
        now = larger if x[0] == x[1] else int(x[0] > x[1])
        return now, (now,)

    def high_first(order: int, x: Symbol) -> tuple[int, Symbol]:
        now = order or (x[0] > x[1]) - (x[0] < x[1])
        return now, (int(now > 0),)

    starts = {"add constant": k, "remainder low first": (0, 1)}
    two = kind in ("add", "subtract", "greater low first", "greater high first")
    steps: dict[str, Step] = {
        "add": add,
        "subtract": subtract,
        "add constant": add_constant,
        "multiply": multiply,
        "divide": divide,
        "remainder": remainder,
        "remainder low first": remainder_low_first,
        "greater low first": low_first,
        "greater high first": high_first,
    }
    bounds = ((0, base - 1),) * (2 if two else 1)
    return Rule(kind, f"positional {kind} base {base} by {k}", starts.get(kind, 0), steps[kind], bounds)


def statistic(rng: np.random.Generator) -> Rule:
    """Running statistics of small numbers."""
    high = int(rng.integers(3, 10))
    kind = one_of(
        rng,
        "count",
        "sum",
        "max",
        "min",
        "second",
        "range",
        "argmax",
        "distinct",
        "run",
        "since",
        "mean",
        "last max",
    )
    k = int(rng.integers(1, high))
    none = (-1, -1)

    def second(s: tuple[int, int], x: Symbol) -> tuple[tuple[int, int], Symbol]:
        top = tuple(sorted((*s, x[0]))[-2:])
        return (top[0], top[1]), (max(top[0], 0),)

    def spread(s: tuple[int, int], x: Symbol) -> tuple[tuple[int, int], Symbol]:
        now = (min(s[0], x[0]), max(s[1], x[0]))
        return now, (now[1] - now[0],)

    def argmax(s: tuple[int, int, int], x: Symbol) -> tuple[tuple[int, int, int], Symbol]:
        best, place, step = s
        now = (x[0], step) if x[0] > best else (best, place)
        return (*now, step + 1), (now[1],)

    def distinct(s: frozenset[int], x: Symbol) -> tuple[frozenset[int], Symbol]:
        now = s | {x[0]}
        return now, (len(now),)

    def run_length(s: tuple[int, int], x: Symbol) -> tuple[tuple[int, int], Symbol]:
        now = s[1] + 1 if x[0] == s[0] else 1
        return (x[0], now), (now,)

    def since(s: int, x: Symbol) -> tuple[int, Symbol]:
        now = 0 if x[0] == k else s + 1
        return now, (now,)

    def mean(s: tuple[int, int], x: Symbol) -> tuple[tuple[int, int], Symbol]:
        now = (s[0] + x[0], s[1] + 1)
        return now, (now[0] // now[1],)

    def last_max(s: tuple[int, int], x: Symbol) -> tuple[tuple[int, int], Symbol]:
        now = (max(s[0], x[0]), int(x[0] > s[0]))
        return now, (now[1],)

    steps: dict[str, tuple[Any, Step]] = {
        "count": (0, lambda s, x: (s + (x[0] >= k), (s + (x[0] >= k),))),
        "sum": (0, lambda s, x: (s + x[0], (s + x[0],))),
        "max": (0, lambda s, x: (max(s, x[0]), (max(s, x[0]),))),
        "min": (high, lambda s, x: (min(s, x[0]), (min(s, x[0]),))),
        "second": (none, second),
        "range": ((high, 0), spread),
        "argmax": ((-1, 0, 0), argmax),
        "distinct": (frozenset(), distinct),
        "run": ((-1, 0), run_length),
        "since": (0, since),
        "mean": ((0, 0), mean),
        "last max": ((-1, 0), last_max),
    }
    start, step = steps[kind]
    return Rule(kind, f"statistic {kind} {k} of 0..{high}", start, step, ((0, high),))


def window(rng: np.random.Generator) -> Rule:
    """A function of the last m inputs."""
    m = int(rng.integers(2, 9))
    high = int(one_of(rng, 1, 1, 2, 3, 4, 9))
    kind = one_of(
        rng,
        "median",
        "sort",
        "max",
        "min",
        "sum mod",
        "equal",
        "sorted",
        "spread",
        "count",
        "turn",
        "oldest",
    )
    k = int(rng.integers(2, 6))
    functions: dict[str, Callable[[tuple[int, ...]], int]] = {
        "median": lambda w: sorted(w)[len(w) // 2],
        "max": lambda w: max(w),
        "min": lambda w: min(w),
        "sum mod": lambda w: sum(w) % k,
        "equal": lambda w: int(len(set(w)) == 1),
        "sorted": lambda w: int(list(w) == sorted(w)),
        "spread": lambda w: max(w) - min(w),
        "count": lambda w: sum(v == high for v in w),
        "turn": lambda w: int(w[-1] > w[0]),
        "oldest": lambda w: w[0],
    }

    def step(s: tuple[int, ...], x: Symbol) -> tuple[tuple[int, ...], Symbol]:
        now = (*s[1:], x[0])
        return now, (tuple(sorted(now)) if kind == "sort" else (functions[kind](now),))

    return Rule(kind, f"window {kind} of {m}, 0..{high}, {k}", (0,) * m, step, ((0, high),), length=10 + m)


def group(rng: np.random.Generator) -> Rule:
    """A finite group acting on points, given by a permutation for each symbol.

    The output is where a point goes, where all points go, or whether all are back.
    """
    kind = one_of(rng, "point", "point", "all", "identity")
    points = int(rng.integers(3, 8 if kind == "point" else 5))
    symbols = int(rng.integers(2, 4))
    moves = [rng.permutation(points).tolist() for _ in range(symbols)]
    tracked = int(rng.integers(points))

    def step(s: tuple[int, ...], x: Symbol) -> tuple[tuple[int, ...], Symbol]:
        now = tuple(moves[x[0]][p] for p in s)
        home = tuple(range(points))
        return now, {"point": (now[tracked],), "all": now, "identity": (int(now == home),)}[kind]

    return Rule(kind, f"group {kind} {moves} from {tracked}", tuple(range(points)), step, ((0, symbols - 1),))


def recurrence(rng: np.random.Generator) -> Rule:
    """A linear recurrence with inputs, over the integers or modulo m."""
    order = int(rng.integers(1, 4))
    kind = one_of(rng, "integer", "modular")
    if kind == "integer":
        weights = rng.integers(-1, 2, size=order).tolist()
        m = 0
    else:
        m = int(rng.integers(3, 8))
        weights = rng.integers(0, m, size=order).tolist()

    def step(s: tuple[int, ...], x: Symbol) -> tuple[tuple[int, ...], Symbol]:
        now = x[0] + sum(w * v for w, v in zip(weights, s, strict=True))
        now = now % m if m else now
        return (now, *s[:-1]), (now,)

    high = 4 if kind == "integer" else min(m - 1, 2)
    return Rule(kind, f"recurrence {kind} {weights} mod {m}", (0,) * order, step, ((0, high),))


def register(rng: np.random.Generator) -> Rule:
    """Shift registers and checksums: of 2 to 32 bits, fed with bits, or of sums modulo a number."""
    kind = one_of(rng, "feedback", "scrambler", "crc", "crc bit", "fletcher", "digits")
    bits = int(one_of(rng, 3, 4, 5, 6, 8, 12, 16, 32))
    taps = int(rng.integers(2 ** (bits - 1), 2**bits))
    m = int(one_of(rng, 3, 5, 7, 10, 11, 255))
    top = 1 << (bits - 1)
    weights = rng.integers(1, 4, size=2).tolist()

    def feedback(s: int, x: Symbol) -> tuple[int, Symbol]:
        bit = (s & taps).bit_count() % 2 ^ x[0]
        return (s << 1 | bit) & (2 * top - 1), (bit,)

    def scrambler(s: int, x: Symbol) -> tuple[int, Symbol]:
        bit = (s & taps).bit_count() % 2 ^ x[0]
        return (s << 1 | x[0]) & (2 * top - 1), (bit,)

    def crc(s: int, x: Symbol) -> tuple[int, Symbol]:
        out = (s >> (bits - 1)) ^ x[0]
        now = (s << 1) & (2 * top - 1)
        now = now ^ taps if out else now
        return now, ((now,) if kind == "crc" else (now >> (bits - 1),))

    def fletcher(s: tuple[int, int], x: Symbol) -> tuple[tuple[int, int], Symbol]:
        low = (s[0] + x[0]) % m
        high = (s[1] + low) % m
        return (low, high), (low, high)

    def digits(s: tuple[int, int], x: Symbol) -> tuple[tuple[int, int], Symbol]:
        total = (s[0] + weights[s[1]] * x[0]) % m
        return (total, 1 - s[1]), (total,)

    step: Step = {
        "feedback": feedback,
        "scrambler": scrambler,
        "crc": crc,
        "crc bit": crc,
        "fletcher": fletcher,
        "digits": digits,
    }[kind]
    sums = kind in ("fletcher", "digits")
    start = (0, 0) if sums else 0
    what = f"{weights} mod {m}" if sums else f"{bits} bits {taps:x}"
    length = 12 if sums else 10 + 2 * bits
    return Rule(kind, f"register {kind} {what}", start, step, ((0, 9 if sums else 1),), length=length)


def language(rng: np.random.Generator) -> Rule:
    """A random complete automaton; the output tells whether the state accepts."""
    states = int(one_of(rng, *[rng.integers(3, 13)] * 3, rng.integers(13, 101)))
    symbols = int(rng.integers(2, 4))
    moves = rng.integers(states, size=(states, symbols)).tolist()
    accepts = rng.integers(0, 2, size=states).tolist()

    def step(s: int, x: Symbol) -> tuple[int, Symbol]:
        now = moves[s][x[0]]
        return now, (accepts[now],)

    bounds = ((0, symbols - 1),)
    name = f"language {states} states {symbols} symbols {moves[0]}"
    kind = "small" if states < 13 else "large"
    return Rule(kind, name, 0, step, bounds, length=10 if states < 13 else 24)


def counter(rng: np.random.Generator) -> Rule:
    """Counters: depth, two counts compared, thresholds, saturation."""
    kind = one_of(rng, "depth", "deepest", "more", "equal", "threshold", "clipped", "difference")
    high = int(rng.integers(1, 4))
    k = int(rng.integers(2, 6))

    def depth(s: int, x: Symbol) -> tuple[int, Symbol]:
        now = max(0, s + (1 if x[0] == 0 else -1 if x[0] == 1 else 0))
        return now, (now,)

    def deepest(s: tuple[int, int], x: Symbol) -> tuple[tuple[int, int], Symbol]:
        now = max(0, s[0] + (1 if x[0] == 0 else -1 if x[0] == 1 else 0))
        return (now, max(now, s[1])), (max(now, s[1]),)

    def more(s: int, x: Symbol) -> tuple[int, Symbol]:
        now = s + (x[0] == 0) - (x[0] == 1)
        return now, (int(now > 0),)

    def equal(s: int, x: Symbol) -> tuple[int, Symbol]:
        now = s + (x[0] == 0) - (x[0] == 1)
        return now, (int(now == 0),)

    def threshold(s: int, x: Symbol) -> tuple[int, Symbol]:
        now = s + x[0]
        return now, (int(now >= 3 * k),)

    def clipped(s: int, x: Symbol) -> tuple[int, Symbol]:
        now = min(k, max(-k, s + (1 if x[0] == 0 else -1)))
        return now, (now,)

    def difference(s: int, x: Symbol) -> tuple[int, Symbol]:
        now = s + (x[0] == 0) - (x[0] == 1)
        return now, (now,)

    step: Step = {
        "depth": depth,
        "deepest": deepest,
        "more": more,
        "equal": equal,
        "threshold": threshold,
        "clipped": clipped,
        "difference": difference,
    }[kind]
    start = (0, 0) if kind == "deepest" else 0
    return Rule(kind, f"counter {kind} {k} of 0..{high}", start, step, ((0, high),))


def collection(rng: np.random.Generator) -> Rule:
    """A small set to which elements are added and from which they are removed."""
    kind = one_of(rng, "size", "member", "full", "empty", "largest", "sum")
    size = int(rng.integers(2, 5 if kind == "full" else 13))

    def step(s: frozenset[int], x: Symbol) -> tuple[frozenset[int], Symbol]:
        element, adds = x
        now = s | {element} if adds else s - {element}
        answer = {
            "size": len(now),
            "member": int(element in s),
            "full": int(len(now) == size),
            "empty": int(not now),
            "largest": max(now, default=0),
            "sum": sum(now),
        }[kind]
        return now, (answer,)

    return Rule(kind, f"collection {kind} of {size}", frozenset(), step, ((0, size - 1), (0, 1)))


def bend(rng: np.random.Generator) -> Rule:
    """Wide numbers with bends: max, min, abs, clip, compare, sign, products."""
    reach = int(one_of(rng, 20, 100, 1000))
    kind = one_of(
        rng, "abs", "clip", "sign", "max two", "compare previous", "relu sum", "abs sum", "larger", "min two"
    )
    k = int(rng.integers(2, reach // 2))

    steps: dict[str, tuple[Any, Step, int]] = {
        "abs": (0, lambda s, x: (s, (abs(x[0]),)), 1),
        "clip": (0, lambda s, x: (s, (min(k, max(-k, x[0])),)), 1),
        "sign": (0, lambda s, x: (s, (sign_of(x[0]),)), 1),
        "max two": (0, lambda s, x: (s, (max(x),)), 2),
        "min two": (0, lambda s, x: (s, (min(x),)), 2),
        "compare previous": (0, lambda s, x: (x[0], (int(x[0] > s),)), 1),
        "relu sum": (0, lambda s, x: (max(0, s + x[0]), (max(0, s + x[0]),)), 1),
        "abs sum": (0, lambda s, x: (s + abs(x[0]), (s + abs(x[0]),)), 1),
        "larger": (-reach, lambda s, x: (max(s, x[0]), (int(x[0] > s),)), 1),
    }
    start, step, streams = steps[kind]
    return Rule(kind, f"bend {kind} {k} within {reach}", start, step, ((-reach, reach),) * streams)


def product(rng: np.random.Generator) -> Rule:
    """Products of inputs: of two streams, with the one before, summed up, running, compared."""
    kind = one_of(rng, "two", "previous", "dot", "squares", "running", "sign", "area", "polynomial")
    low, high = -int(rng.integers(0, 6)), int(rng.integers(2, 10))
    a, b = int(rng.integers(1, 4)), int(rng.integers(-3, 4))

    steps: dict[str, tuple[Any, Step, int]] = {
        "two": (0, lambda s, x: (s, (x[0] * x[1],)), 2),
        "previous": (0, lambda s, x: (x[0], (x[0] * s,)), 1),
        "dot": (0, lambda s, x: (s + x[0] * x[1], (s + x[0] * x[1],)), 2),
        "squares": (0, lambda s, x: (s + x[0] ** 2, (s + x[0] ** 2,)), 1),
        "running": (1, lambda s, x: (s * x[0], (s * x[0],)), 1),
        "sign": (1, lambda s, x: (s * sign_of(x[0]), (s * sign_of(x[0]),)), 1),
        "area": (0, lambda s, x: (max(s, x[0] * x[1]), (max(s, x[0] * x[1]),)), 2),
        "polynomial": (0, lambda s, x: (s, (a * x[0] ** 2 + b * x[0],)), 1),
    }
    start, step, streams = steps[kind]
    bounds = ((low, high),)
    if kind == "running":
        bounds = ((-1, 2),)
    elif kind == "sign":
        bounds = ((min(low, -1), high),)
    return Rule(kind, f"product {kind} {a} {b} of {bounds[0]}", start, step, bounds * streams)


def sign_of(x: int) -> int:
    """-1, 0 or 1."""
    return (x > 0) - (x < 0)


def protocol(rng: np.random.Generator) -> Rule:
    """Small devices: vending machine, debouncer, lock with a code, traffic light, toggles."""
    kind = one_of(rng, "vending", "debounce", "lock", "light", "toggle", "hold")
    k = int(rng.integers(2, 5))
    code = rng.integers(0, 3, size=k).tolist()

    def vending(s: int, x: Symbol) -> tuple[int, Symbol]:
        now = s + x[0]
        return (now - 3 * k, (1,)) if now >= 3 * k else (now, (0,))

    def debounce(s: tuple[int, int], x: Symbol) -> tuple[tuple[int, int], Symbol]:
        shown, count = s
        count = 0 if x[0] == shown else count + 1
        if count >= k:
            shown, count = x[0], 0
        return (shown, count), (shown,)

    def lock(s: int, x: Symbol) -> tuple[int, Symbol]:
        now = s + 1 if x[0] == code[s] else int(x[0] == code[0])
        return (0, (1,)) if now == k else (now, (0,))

    def light(s: int, x: Symbol) -> tuple[int, Symbol]:
        now = (s + 1) % (2 * k) if x[0] or s else s
        return now, (0 if now == 0 else 1 if now < k else 2,)

    def toggle(s: tuple[int, int], x: Symbol) -> tuple[tuple[int, int], Symbol]:
        now = s[0] ^ (x[0] == 1 and s[1] == 0)
        return (int(now), x[0]), (int(now),)

    def hold(s: int, x: Symbol) -> tuple[int, Symbol]:
        now = x[0] if x[1] else s
        return now, (now,)

    rules: dict[str, tuple[Any, Step, tuple[tuple[int, int], ...]]] = {
        "vending": (0, vending, ((1, 3),)),
        "debounce": ((0, 0), debounce, ((0, 1),)),
        "lock": (0, lock, ((0, 2),)),
        "light": (0, light, ((0, 1),)),
        "toggle": ((0, 0), toggle, ((0, 1),)),
        "hold": (0, hold, ((0, k), (0, 1))),
    }
    start, step, bounds = rules[kind]
    return Rule(kind, f"protocol {kind} {k} {code if kind == 'lock' else ''}".strip(), start, step, bounds)


def keyed(rng: np.random.Generator) -> Rule:
    """A first input that holds for the rest: a key, a divisor, a modulus, a threshold."""
    kind = one_of(rng, "key", "modulus", "threshold", "offset", "choice")
    high = int(rng.integers(3, 6))

    def step(s: tuple[int, int] | None, x: Symbol) -> tuple[tuple[int, int], Symbol]:
        if s is None:
            return (x[0], 0), (0,)
        key, total = s
        if kind == "modulus":
            total = (total + x[0]) % key
            return (key, total), (total,)
        answer = {
            "key": int(x[0] == key),
            "threshold": int(x[0] >= key),
            "offset": x[0] - key,
            "choice": x[0] if key % 2 else high - x[0],
        }[kind]
        return (key, total), (answer,)

    low = 2 if kind == "modulus" else 0
    return Rule(kind, f"keyed {kind} to {high}", None, step, ((0, high),), first=((low, high),))


FAMILIES: dict[str, Family] = {
    "modular": modular,
    "positional": positional,
    "statistic": statistic,
    "window": window,
    "group": group,
    "recurrence": recurrence,
    "register": register,
    "language": language,
    "counter": counter,
    "collection": collection,
    "bend": bend,
    "product": product,
    "protocol": protocol,
    "keyed": keyed,
}


@functools.cache
def rules(seed: int = 0, each: int = 24) -> list[tuple[str, Rule]]:
    """`each` rules of every family (fewer where it has no more), as (family, rule).

    Rules that answer 300 probes alike are one, and rules whose answer never changes are left out.
    """
    found = []
    for number, (family, make) in enumerate(FAMILIES.items()):
        rng = np.random.default_rng([seed, number])
        known: set[tuple[object, ...]] = set()
        misses = 0
        while len(known) < each and misses < 300:
            rule = make(rng)
            answers = rule.answers(rule.draw(300, rule.length, np.random.default_rng(0)))
            probe = (rule.bounds, rule.first, answers.tobytes())
            if probe in known or len(np.unique(answers)) == 1:
                misses += 1
                continue
            known.add(probe)
            found.append((family, rule))
    return found


UNSEEN_SHARE = 3  # one kind of three is only counted


@functools.cache
def unseen_kinds(seed: int = 0) -> frozenset[tuple[str, str]]:
    """A third of the (family, kind) pairs, chosen by a fixed seed: never looked at, only counted.

    Kinds, not rules: a strategy written for a kind that one has seen must not count for itself.
    """
    kinds = sorted({(family, rule.kind) for family, rule in rules(seed)})
    order = np.random.default_rng(20261128).permutation(len(kinds)).tolist()
    return frozenset(kinds[i] for i in order[: len(kinds) // UNSEEN_SHARE])


@functools.cache
def parts(seed: int = 0) -> tuple[list[tuple[str, Rule]], list[tuple[str, Rule]]]:
    """The rules of the kinds that one may look at, and those of the kinds that one only counts.

    Both are shuffled, so that the first tasks of a part are a random sample of it.
    """
    drawn = rules(seed)
    order = np.random.default_rng(20261123).permutation(len(drawn)).tolist()
    shuffled = [drawn[i] for i in order]
    hidden = unseen_kinds(seed)
    seen = [(family, rule) for family, rule in shuffled if (family, rule.kind) not in hidden]
    return seen, [(family, rule) for family, rule in shuffled if (family, rule.kind) in hidden]
