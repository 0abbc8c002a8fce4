"""Programs as the page runs them: JavaScript in node has to answer as Python does, errors included."""

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from netlift.report.page import _javascript
from netlift.report.page._javascript import NoJavaScript, javascript

ROOT = Path(__file__).parents[2]
RUNTIME = Path(_javascript.__file__).parent / "templates" / "python.js"
HARNESS = """
const fs = require("fs");
const python = eval("(() => {" + fs.readFileSync(process.argv[1], "utf8") + "; return python; })()");
const tuple = (v) => new python.Tuple(v.map(input));
const input = (v) => typeof v === "string" ? v : Array.isArray(v) ? tuple(v) : BigInt(v);
const cases = JSON.parse(fs.readFileSync(0, "utf8"));
const found = cases.map(([js, words]) => words.map((word) => {
  try {
    const run = eval("(" + js + ")")(python.$, word.map(input));
    let step;
    do step = run.next(); while (!step.done);
    return python.repr(step.value);
  } catch (error) {
    return error instanceof python.PyError ? error.kind : String(error.stack);
  }
}));
console.log(JSON.stringify(found));
"""

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")

WORDS: list[list[Any]] = [[], [0], [3, -7, 2], [5, 5, 1, -1, 0], [2, 1, 4, 3, -6, 9]]

STATEMENTS = (
    "y = x // 3, x % 3, x // -3, x % -3, divmod(x, 7)",
    "y = -x, +x, ~x, not x, abs(x), x ** 2, 2 ** (x % 5)",
    "y = x & 6, x | 6, x ^ 6, x << 2, x >> 1, True & False, True ^ 1, True + True",
    "y = 1 < x <= 5 < 9, x == True, x in (1, 2), x not in {3, 5}, (x, 1) in {(5, 1)}",
    "y = x and 'yes' or [], 0 or x, '' and x, 1 if x else 2",
    "y = [x, *seen][-3:], (x, *seen)[::-1], seen[1:-1], seen[::2]",
    "y = 'aé😀b'[x % 4], 'ab' < 'b', 'z' > 'é', len('a😀'), 'ab' * (x % 3)",
    "y = sorted(seen), max(seen + [x]), min(x, 3), sum(seen), any(s > 4 for s in seen), all(seen)",
    "y = [s * t for s, t in zip(seen, reversed(seen)) if s != t], list(enumerate(seen, 2))",
    "y = {1: 'a', True: 'b', (x, 1): 2}, {1: 2}.get(x, -1), {x: 1} == {x: True}",
    "y = gcd(x, 12), lcm(x, 4), isqrt(abs(x)), prod(seen[:3]), x.bit_count(), x.bit_length()",
    "y = TABLE[x % 3][1], NAMES['b'], {x, 1} == {1, x}, {1, 2} - {2}, {1} <= {1, 2}, set()",
    "y = list(range(x % 5)), list(range(5, 0, -2)), 3 in range(0, 9, 3), len(range(x % 7))",
    "y = seen.index(x), seen.count(x), seen[x % 4]",
    "y = seen[x], 5 // x, 5 % x",
    "h = seen; h += [x]; seen[0] += 1; y = len(seen), h",
    "d = {0: [1]}; d[0] += [x]; d[0][0] -= 1; del d[0][1:]; y = d",
    "a, (b, c) = x, (x + 1, [x]); a, b = b, a; y = a, b, c",
    "a, b = seen; y = a",
    "h = [3, 1, 2]; h.sort(); h.insert(-1, x); h.reverse(); y = h, h.pop(0), h.remove(2)",
    "y = [][0] if x > 4 else {}[x] if x == 3 else x.append(1) if x == 2 else 1 + 'a'",
)


def program(statement: str) -> str:
    """A program that runs a statement on each input; `seen` holds the inputs so far."""
    lines = [*statement.split("; "), "seen.append(x)", "outputs.append(y)"]
    return "\n".join(
        [
            "from math import gcd, isqrt, lcm, prod",
            "TABLE = ((1, 2), [3, 4], (-5, 6))",
            "NAMES = {'a': 1, 'b': '</script>'}",
            "def program(inputs):",
            "    seen = []",
            "    outputs = []",
            "    for x in inputs:",
            *(f"        {line}" for line in lines),
            "    return outputs",
            "",
        ]
    )


def by_python(source: str, word: list[Any]) -> str:
    scope: dict[str, Any] = {}
    exec(compile(source, "program.py", "exec"), scope)
    try:
        return repr(scope["program"]([tuple(one) if isinstance(one, list) else one for one in word]))
    except Exception as error:
        return type(error).__name__


def by_node(cases: list[tuple[str, list[list[Any]]]]) -> list[list[str]]:
    """What node answers."""
    asked = [[javascript(source), words] for source, words in cases]
    done = subprocess.run(
        ["node", "-e", HARNESS, str(RUNTIME)], input=json.dumps(asked), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found


@needs_node
def test_operations_answer_as_in_python() -> None:
    cases = [(program(statement), WORDS) for statement in STATEMENTS]
    for (source, _), found in zip(cases, by_node(cases), strict=True):
        assert found == [by_python(source, word) for word in WORDS], source


@needs_node
def test_numbers_beyond_64_bits_stay_exact() -> None:
    body = "s = 3\n    for x in inputs:\n        s = s * s + x\n    return [s // 7, s % 7]\n"
    source = f"def program(inputs):\n    {body}"
    words: list[list[Any]] = [[1] * 9, [-2] * 8]
    assert by_node([(source, words)])[0] == [by_python(source, word) for word in words]


@needs_node
def test_the_programs_of_the_benchmark_answer_as_in_python() -> None:
    goldens = json.loads((ROOT / "benchmarks" / "goldens" / "bench.json").read_text())
    rng = random.Random(0)
    cases: list[tuple[str, list[list[Any]]]] = []
    for source in goldens.values():
        header = source.split(" in inputs:")[0].rsplit("for ", 1)[-1]
        streams = len(header.split(","))
        words = [
            [
                rng.randint(0, 2) if streams == 1 else [rng.randint(0, 1) for _ in range(streams)]
                for _ in range(length)
            ]
            for length in (0, 1, 9, 9)
        ]
        cases.append((source, words))
    assert len(cases) > 50
    for (source, words), found in zip(cases, by_node(cases), strict=True):
        assert found == [by_python(source, word) for word in words], source


@needs_node
def test_what_the_page_cannot_do_it_refuses() -> None:
    sources = [
        "def program(inputs):\n    return [x for x in {1, 2, 3}]\n",
        "def program(inputs):\n    return ['%d' % 3]\n",
        "def program(inputs):\n    return [1 << 9 ** 9]\n",
        "def program(inputs):\n    return [2 ** -1]\n",
    ]
    assert by_node([(source, [[]]) for source in sources]) == [["NotInThePage"]] * 4


def test_names_and_texts_of_a_program_cannot_become_code() -> None:
    source = (
        "A = '</script><script>alert(1)'\ndef program(inputs):\n    new = var = A\n    return [new, var]\n"
    )
    text = javascript(source)
    assert "<" not in text.replace("<=", "")
    assert "$new" in text
    assert "$var" in text


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import os\n", "must define one function"),
        ("def program(inputs):\n    return open(inputs)\n", "open"),
        ("def program(inputs):\n    return " + "1 + " * 60_000 + "1\n", "at most 200,000"),
    ],
)
def test_what_is_no_program_is_no_javascript(source: str, why: str) -> None:
    with pytest.raises(NoJavaScript, match=why):
        javascript(source)
