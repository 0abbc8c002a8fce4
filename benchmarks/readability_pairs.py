"""Pairs of equivalent programs, the one that a person would rather sign first, each with the reason.

An idiom is written once, with what varies in it (`@a`); its variants differ in letters and numbers. Every
third idiom, with all its variants, is kept aside: weights are never chosen by it. A program is written as the lines
before the loop, `--`, the lines in it, and `-> ` before what is answered; constants stand above all by `!`.
"""
# ruff: noqa: E501  # a program in a line

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Letter = int | str


@dataclass(frozen=True)
class Idiom:
    """Two ways to say one thing; `letters` are what the programs are compared on."""

    family: str
    reason: str
    letters: Sequence[Letter]
    better: str
    worse: str
    variants: Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class Pair:
    """Two programs that answer alike, the better one first."""

    idiom: int
    family: str
    reason: str
    letters: tuple[Letter, ...]
    better: str
    worse: str

    @property
    def aside(self) -> bool:
        """Whether weights may not be chosen by it."""
        return self.idiom % 3 == 2


def program(text: str, variant: Mapping[str, object]) -> str:
    """The source of a program from its short form."""
    for name, value in variant.items():
        text = text.replace(f"@{name}", str(value))
    head, _, loop = text.strip().partition("--\n")
    lines = [line[1:].strip() for line in head.splitlines() if line.startswith("!")]
    lines += ["def program(inputs):"]
    lines += [f"    {line}" for line in head.splitlines() if line and not line.startswith("!")]
    lines += ["    outputs = []", "    for x in inputs:"]
    for line in loop.splitlines():
        told = line.lstrip()
        if told.startswith("-> "):
            line = f"{line[: len(line) - len(told)]}outputs.append({told[3:]})"
        lines.append(f"        {line}")
    return "\n".join([*lines, "    return outputs"]) + "\n"


def pairs() -> Iterator[Pair]:
    """All pairs, idiom by idiom."""
    for number, idiom in enumerate(IDIOMS):
        for variant in idiom.variants:
            letters = tuple(variant.get("letters", idiom.letters))  # type: ignore[arg-type]
            both = (program(text, variant) for text in (idiom.better, idiom.worse))
            yield Pair(number, idiom.family, idiom.reason, letters, *both)


BITS, THREE, FOUR, TEN = (0, 1), (0, 1, 2), (0, 1, 2, 3), tuple(range(10))
AB, ABC, ABCD = ("a", "b"), ("a", "b", "c"), ("a", "b", "c", "d")


def each(name: str, *values: object) -> list[dict[str, object]]:
    """Variants by one placeholder."""
    return [{name: value} for value in values]


IDIOMS = [
    Idiom("counts", "which letter is counted is said, not computed from the digits of its number", FOUR,
          "n = 0\n--\nn += x == 3\n-> n", "n = 0\n--\nn += x.bit_count() - min(x, 1)\n-> n",
          each("letters", FOUR, (1, 2, 3), (0, 1, 3))),
    Idiom("conditions", "an equation has to be solved before one knows when it holds", TEN,
          "s = 0\n--\n-> int(s == @h)\ns = x", "s = 0\n--\n-> int(s == @d - s)\ns = x",
          [{"h": 8, "d": 16}, {"h": 3, "d": 6}, {"h": 5, "d": 10}]),
    Idiom("memory", "a choice is a condition, not a product with a truth value", FOUR,
          "s = @k\n--\ns = s if x > s else 0\n-> s", "s = @k\n--\ns = s * (x > s)\n-> s", each("k", 1, 2, 3)),
    Idiom("counts", "not zero is said, not found by a root", FOUR,
          "n = 0\n--\nn += x != 0\n-> n", "from_root = 0\n--\nfrom_root += isqrt(x)\n-> from_root",
          [{"letters": FOUR}, {"letters": THREE}, {"letters": (0, 2, 3)}]),
    Idiom("counts", "not zero is a condition, not the smaller of two numbers", FOUR,
          "n = @k\n--\nn += x != 0\n-> n", "n = @k\n--\nn += min(x, 1)\n-> n", each("k", 0, 1, 5)),
    Idiom("flags", "a flag that an event turns over is turned over by `not` under that event", ABC,
          "even = True\n--\nif x == '@a':\n    even = not even\n-> int(even)",
          "even = 1\n--\neven ^= x == '@a'\n-> even", each("a", "a", "b", "c")),
    Idiom("answers", "one line a case; a row of nested conditions is read from its end", ABCD,
          "--\nif x == 'a':\n    answer = '@p'\nelif x == 'b':\n    answer = 'q'\nelif x == 'c':\n    answer = 'r'\n"
          "else:\n    answer = 's'\n-> answer",
          "--\n-> '@p' if x == 'a' else 'q' if x == 'b' else 'r' if x == 'c' else 's'", each("p", "p", "yes", "on")),
    Idiom("memory", "the largest so far has a name in Python", FOUR,
          "s = @k\n--\ns = max(s, x)\n-> s", "s = @k\n--\ns = x if x > s else s\n-> s", each("k", 0, 1, 2)),
    Idiom("memory", "the smallest so far has a name in Python", FOUR,
          "s = @k\n--\ns = min(s, x)\n-> s", "s = @k\n--\ns = s if s < x else x\n-> s", each("k", 9, 3, 2)),
    Idiom("arithmetic", "a distance is `abs`", FOUR,
          "p = @k\n--\n-> abs(x - p)\np = x", "p = @k\n--\n-> x - p if x > p else p - x\np = x", each("k", 0, 1, 2)),
    Idiom("counts", "a count that stops says where it stops", AB,
          "n = 0\n--\nn = min(n + 1, @n)\n-> n", "n = 0\n--\nn = n + 1 - (n == @n)\n-> n", each("n", 2, 3, 4)),
    Idiom("counts", "going round is a remainder", AB,
          "n = 0\n--\nn = (n + 1) % @n\n-> n", "n = 0\n--\nn = n + 1 if n < @n - 1 else 0\n-> n", each("n", 3, 5, 7)),
    Idiom("conditions", "divisible is `== 0`; `not` of a number hides it", TEN,
          "t = 0\n--\nt += x\n-> int(t % @m == 0)", "t = 0\n--\nt += x\n-> int(not t % @m)", each("m", 3, 4, 7)),
    Idiom("conditions", "even is `% 2 == 0`; `1 - x % 2` is a condition in disguise", TEN,
          "t = @k\n--\nt += x\n-> int(t % 2 == 0)", "t = @k\n--\nt += x\n-> 1 - t % 2", each("k", 0, 1, 2)),
    Idiom("arithmetic", "turning a sign is `-step`", AB,
          "place, step = 0, 1\n--\nif x == '@a':\n    step = -step\nelse:\n    place += step\n-> place",
          "place, step = 0, 1\n--\nif x == '@a':\n    step *= -1\nelse:\n    place += step\n-> place",
          [{"a": "a"}, {"a": "b"}, {"a": "a", "letters": ABC}]),
    Idiom("flags", "what was seen is a Boolean rule: `or`, not a bit operation", ABC,
          "seen = False\n--\nseen = seen or x == '@a'\n-> int(seen)", "seen = 0\n--\nseen |= x == '@a'\n-> int(seen)",
          each("a", "a", "b", "c")),
    Idiom("flags", "an event sets a flag; the larger of two truth values does not say so", ABC,
          "seen = False\n--\nif x == '@a':\n    seen = True\n-> int(seen)",
          "seen = False\n--\nseen = max(seen, x == '@a')\n-> int(seen)", each("a", "a", "b", "c")),
    Idiom("windows", "one step back is a variable, no list", ABC,
          "previous = ''\n--\n-> int(previous == '@a' and x == '@b')\nprevious = x",
          "recent = ['', '']\n--\nrecent = [*recent, x][-2:]\n-> int(recent == ['@a', '@b'])",
          [{"a": "a", "b": "b"}, {"a": "b", "b": "b"}, {"a": "c", "b": "a"}]),
    Idiom("runs", "a run ends by a condition, not by a product", AB,
          "run = 0\n--\nrun = run + 1 if x == '@a' else 0\n-> run",
          "run = 0\n--\nrun = (run + 1) * (x == '@a')\n-> run", [{"a": "a"}, {"a": "b"}, {"a": "b", "letters": ABC}]),
    Idiom("machines", "a flag with two events says what a table of two states hides", ("lock", "open"),
          "locked = @f\n--\nif x == 'lock':\n    locked = True\nelse:\n    locked = False\n-> int(locked)",
          "! NEXT = {0: {'lock': 1, 'open': 0}, 1: {'lock': 1, 'open': 0}}\ns = @s\n--\ns = NEXT[s][x]\n-> s",
          [{"f": "False", "s": 0}, {"f": "True", "s": 1}, {"f": "False", "s": 0, "letters": ("open", "lock")}]),
    Idiom("machines", "a count is a rule; a table has to be read cell by cell", AB,
          "n = 0\n--\nn = min(n + 1, 3) if x == '@a' else 0\n-> n",
          "! NEXT = {0: {'@a': 1, '@b': 0}, 1: {'@a': 2, '@b': 0}, 2: {'@a': 3, '@b': 0}, 3: {'@a': 3, '@b': 0}}\n"
          "s = 0\n--\ns = NEXT[s][x]\n-> s",
          [{"a": "a", "b": "b"}, {"a": "b", "b": "a"}, {"a": "c", "b": "d", "letters": ("c", "d")}]),
    Idiom("machines", "modes have names; numbers have to be looked up", ("go", "stop", "off"),
          "mode = 'idle'\n--\nif x == 'go':\n    mode = '@m'\nelif x == 'stop':\n    mode = 'idle'\nelif mode == '@m':\n"
          "    mode = 'done'\n-> int(mode == 'done')",
          "mode = 0\n--\nif x == 'go':\n    mode = 1\nelif x == 'stop':\n    mode = 0\nelif mode == 1:\n    mode = 2\n"
          "-> int(mode == 2)", each("m", "running", "moving", "open")),
    Idiom("machines", "flags that start alike start in one line", ABC,
          "one = two = three = @v\n--\nif x == 'a':\n    one = True\nelif x == 'b':\n    two = True\nelse:\n    three = True\n"
          "-> int(one and two and three)",
          "one = @v\ntwo = @v\nthree = @v\n--\nif x == 'a':\n    one = True\nelif x == 'b':\n    two = True\nelse:\n"
          "    three = True\n-> int(one and two and three)",
          [{"v": "False"}, {"v": "False", "letters": AB}, {"v": "True"}]),
    Idiom("answers", "what is usual is said once", ABCD,
          "on = False\n--\nanswer = '@u'\nif x == 'a':\n    on = True\nelif x == 'b':\n    on = False\nelif x == 'c':\n"
          "    answer = 'lit' if on else '@u'\n-> answer",
          "on = False\n--\nif x == 'a':\n    answer = '@u'\n    on = True\nelif x == 'b':\n    answer = '@u'\n"
          "    on = False\nelif x == 'c':\n    answer = 'lit' if on else '@u'\nelse:\n    answer = '@u'\n-> answer",
          each("u", "empty", "ok", "-")),
    Idiom("machines", "what only matters while connected stands inside of it", ABCD,
          "on = paired = False\n--\nanswer = '@n'\nif x == 'a':\n    on, paired = True, False\nelif x == 'b':\n    on = False\n"
          "elif on:\n    if x == 'c':\n        answer = 'again' if paired else 'ok'\n        paired = True\n"
          "    else:\n        answer = 'd'\n-> answer",
          "on = paired = False\n--\nanswer = '@n'\nif x == 'a':\n    on, paired = True, False\nelif x == 'b':\n    on = False\n"
          "elif x == 'c' and on:\n    answer = 'again' if paired else 'ok'\n    paired = True\n"
          "elif x == 'd' and on:\n    answer = 'd'\n-> answer", each("n", "no", "empty", "-")),
    Idiom("answers", "answers that belong to events alone are one list", ABCD,
          "! REPLIES = {'a': '@p', 'b': 'q', 'c': 'r', 'd': 's'}\n--\n-> REPLIES[x]",
          "--\nif x == 'a':\n    answer = '@p'\nelif x == 'b':\n    answer = 'q'\nelif x == 'c':\n    answer = 'r'\n"
          "else:\n    answer = 's'\n-> answer", each("p", "p", "yes", "on")),
    Idiom("machines", "a handshake is the list of its steps", ABC,
          "! STEPS = {('start', 'a'): 'hello', ('hello', 'b'): 'keys', ('keys', 'c'): '@d'}\nmode = 'start'\n--\n"
          "mode = STEPS[mode, x] if (mode, x) in STEPS else 'closed'\n-> mode",
          "mode = 'start'\n--\nif mode == 'start' and x == 'a':\n    mode = 'hello'\nelif mode == 'hello' and x == 'b':\n"
          "    mode = 'keys'\nelif mode == 'keys' and x == 'c':\n    mode = '@d'\nelse:\n    mode = 'closed'\n-> mode",
          each("d", "done", "ready", "up")),
    Idiom("conditions", "two conditions at once are joined by `and`", FOUR,
          "s = 0\n--\nif x > @a and s < @b:\n    s += 1\n-> s", "s = 0\n--\nif x > @a:\n    if s < @b:\n        s += 1\n-> s",
          [{"a": 0, "b": 2}, {"a": 1, "b": 3}, {"a": 2, "b": 1}]),
    Idiom("groups", "a swap needs no third variable", AB,
          "one, two = '@p', 'q'\n--\nif x == 'a':\n    one, two = two, one\n-> one",
          "one, two = '@p', 'q'\n--\nif x == 'a':\n    kept = one\n    one = two\n    two = kept\n-> one",
          each("p", "p", "r", "s")),
    Idiom("groups", "turns and reflections are a place and a direction, not a table of all symmetries", ("r", "s"),
          "place, step = 0, 1\n--\nif x == 'r':\n    place = (place + step) % 3\nelse:\n    step = -step\n-> place @o",
          "! NEXT = {0: {'r': 1, 's': 3}, 1: {'r': 2, 's': 4}, 2: {'r': 0, 's': 5}, 3: {'r': 5, 's': 0},"
          " 4: {'r': 3, 's': 1}, 5: {'r': 4, 's': 2}}\ns = 0\n--\ns = NEXT[s][x]\n-> s % 3 @o",
          each("o", "+ 0", "+ 1", "+ 2")),
    Idiom("flags", "a flag is turned by `not`; `1 -` does sums with it", AB,
          "on = False\n--\nif x == '@a':\n    on = not on\n-> 'on' if on else '@f'",
          "on = 0\n--\nif x == '@a':\n    on = 1 - on\n-> 'on' if on == 1 else '@f'",
          [{"a": "a", "f": "off"}, {"a": "b", "f": "off"}, {"a": "a", "f": "no"}]),
    Idiom("conditions", "unequal is `!=`", ABC,
          "n = 0\n--\nif x != '@a':\n    n += 1\n-> n", "n = 0\n--\nif not x == '@a':\n    n += 1\n-> n",
          each("a", "a", "b", "c")),
    Idiom("conditions", "one of several is `in`", ABCD,
          "n = 0\n--\nif x in ('@a', '@b', 'd'):\n    n += 1\n-> n",
          "n = 0\n--\nif x == '@a' or x == '@b' or x == 'd':\n    n += 1\n-> n",
          [{"a": "a", "b": "b"}, {"a": "b", "b": "c"}, {"a": "a", "b": "c"}]),
    Idiom("arithmetic", "a quotient is `//`; nothing has to be taken off before", TEN,
          "t = 0\n--\nt += x\n-> t // @m", "t = 0\n--\nt += x\n-> (t - t % @m) // @m", each("m", 3, 5, 10)),
    Idiom("conditions", "a threshold is a comparison", TEN,
          "--\n-> int(x >= @t)", "--\n-> min(x // @t, 1)", each("t", 3, 5, 7)),
    Idiom("arithmetic", "twice is `2 *`; a shift speaks of binary digits", TEN,
          "s = @k\n--\ns = (2 * s + x) % 11\n-> s", "s = @k\n--\ns = ((s << 1) + x) % 11\n-> s", each("k", 0, 1, 3)),
    Idiom("arithmetic", "a remainder is `%`; a mask speaks of binary digits", TEN,
          "t = 0\n--\nt += x\n-> t % @m", "t = 0\n--\nt += x\n-> t & @k",
          [{"m": 4, "k": 3}, {"m": 8, "k": 7}, {"m": 16, "k": 15}]),
    Idiom("arithmetic", "a quotient is `//`; a shift speaks of binary digits", TEN,
          "t = 0\n--\nt += x\n-> t // @m", "t = 0\n--\nt += x\n-> t >> @k",
          [{"m": 2, "k": 1}, {"m": 4, "k": 2}, {"m": 8, "k": 3}]),
    Idiom("arithmetic", "bounds are `max` and `min`, not the middle of a sorted list", TEN,
          "--\n-> max(@a, min(x, @b))", "--\n-> sorted((@a, x, @b))[1]",
          [{"a": 2, "b": 7}, {"a": 1, "b": 5}, {"a": 3, "b": 8}]),
    Idiom("counts", "up for one letter and down for the other, not a sum over the letters' numbers", BITS,
          "n = 0\n--\nif x == 0:\n    n += 1\nelse:\n    n -= 1\n-> n % @m",
          "n = 0\n--\nn = (n - (x << 1) + 1) % @m\n-> n", each("m", 3, 5, 7)),
    Idiom("languages", "stages that are passed one after another are counted", BITS,
          "stage = 0\n--\nif x != stage % 2:\n    stage = min(stage + 1, 4)\n-> int(stage < 4) @o",
          "s = 4\n--\ns = s | max(s, 2) if x == 0 else s % 3\n-> int(s != 2) @o", each("o", "+ 0", "+ 1", "+ 2")),
    Idiom("languages", "two parities are two flags", BITS,
          "zeros_even = ones_even = True\n--\nif x == 0:\n    zeros_even = not zeros_even\nelse:\n"
          "    ones_even = not ones_even\n-> int(zeros_even and ones_even) @o",
          "parity = 0\n--\nparity ^= x + 1\n-> int(parity == 0) @o", each("o", "+ 0", "+ 1", "+ 2")),
    Idiom("flags", "set, clear and keep are three cases", THREE,
          "on = @f\n--\nif x == 0:\n    on = True\nelif x == 1:\n    on = False\n-> int(on)",
          "on = @n\n--\non ^= on == x\n-> on", [{"f": "False", "n": 0}, {"f": "True", "n": 1},
                                                 {"f": "False", "n": 0, "letters": (2, 1, 0)}]),
    Idiom("answers", "a truth value as a number is `int`", FOUR,
          "s = @k\n--\n-> int(x > s)\ns = x", "s = @k\n--\n-> 1 if x > s else 0\ns = x", each("k", 0, 1, 2)),
    Idiom("counts", "depth goes up for one bracket and down for the other", ("(", ")", "."),
          "depth = @k\n--\nif x == '(':\n    depth += 1\nelif x == ')':\n    depth -= 1\n-> depth",
          "depth = @k\n--\ndepth += (x == '(') - (x == ')')\n-> depth", each("k", 0, 1, 2)),
    Idiom("memory", "what is kept is said by `if`; `or` picks by a number's being zero", FOUR,
          "kept = @k\n--\nif x != 0:\n    kept = x\n-> kept", "kept = @k\n--\nkept = x or kept\n-> kept",
          each("k", 0, 1, 2)),
    Idiom("machines", "a remainder is a rule; its table hides which", BITS,
          "s = 0\n--\ns = (2 * s + x) % 3\n-> s @o",
          "! NEXT = ((0, 1), (2, 0), (1, 2))\ns = 0\n--\ns = NEXT[s][x]\n-> s @o", each("o", "+ 0", "+ 1", "+ 2")),
    Idiom("answers", "a number in letters is read by `int`", ("1", "2", "4"),
          "t = @k\n--\nt += int(x)\n-> t", "! VALUE = {'1': 1, '2': 2, '4': 4}\nt = @k\n--\nt += VALUE[x]\n-> t",
          each("k", 0, 1, 2)),
    Idiom("answers", "two answers are a choice; their places in a list are not to be computed", AB,
          "on = False\n--\nif x == '@a':\n    on = not on\n-> 'lit' if on else '@d'",
          "! LAMP = ('@d', 'lit')\ns = 0\n--\ns = (s + (x == '@a')) % 2\n-> LAMP[s]",
          [{"a": "a", "d": "dark"}, {"a": "b", "d": "dark"}, {"a": "a", "d": "off"}]),
    Idiom("windows", "two steps back are two variables, no number that packs them", BITS,
          "one = two = 0\n--\n-> int(two == @a and one == @b)\none, two = x, one",
          "s = 0\n--\n-> int(s == 2 * @a + @b)\ns = (2 * s + x) & 3",
          [{"a": 1, "b": 0}, {"a": 0, "b": 1}, {"a": 1, "b": 1}]),
    Idiom("runs", "how long a letter has stood is counted under a condition", BITS,
          "run = 0\nprevious = 0\n--\nrun = run + 1 if x == previous else 1\nprevious = x\n-> min(run, @n)",
          "run = 0\nprevious = 0\n--\nrun = run * (x == previous) + 1\nprevious = x\n-> min(run, @n)",
          each("n", 2, 3, 4)),
]  # fmt: skip
