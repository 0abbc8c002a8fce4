"""A measure of programs that follows people: syntax-tree nodes, and what readers stumble over.

    python benchmarks/readability_measure.py [--chosen] [-o benchmarks/READABILITY_PAIRS.md]

Compares every pair of benchmarks/readability_pairs.py (both programs on all short words first), and says how
often the measure puts the better one first: on the idioms that the weights were chosen by, and on those kept
aside (left out with --chosen); and how often a second reader does, who saw nothing but the programs
(readability_second.json). Exit code 1 where two programs differ or fewer than 95 % of those aside agree with
the measure.
"""
# ruff: noqa: E501  # a paragraph of the page in a line

import ast
import itertools
import json
import sys
from collections.abc import Callable, Mapping
from math import isqrt
from pathlib import Path
from typing import Any

import click

from netlift.report import write_whole
from readability_pairs import Pair, pairs

SECOND = Path(__file__).parent / "readability_second.json"
LONGEST = 4  # steps of the words on which two programs are compared

PAGE = """# A measure of programs beside pairs ordered by hand

Written by `python benchmarks/readability_measure.py -o benchmarks/READABILITY_PAIRS.md`, which exits with 1 where two programs of a pair differ on a word of up to four steps, or fewer than 95 % of the pairs kept aside agree with the measure. {count} pairs of {idioms} idioms (`benchmarks/readability_pairs.py`), the better program and the reason beside each; every third idiom, with all its variants, is kept aside. How many pairs are put in the same order by

| pairs | nodes alone | the measure | a second reader |
|---|---:|---:|---:|
{rows}

The second reader ordered the pairs independently: shuffled, each either way round, no reasons, no weights (`benchmarks/readability_second.json` has what was preferred and a few words of reason). Otherwise than the pairs:

{otherwise}

What this is not: the pairs and the weights are by one author, who had written all pairs before the weights; the pairs kept aside were measured once, but they were known. The second reader is a language model, not a person who has to maintain the code. The measure looks at printed sources; the search ranks recurrences by `formulas/_rank.py`, whose charges for the same golf are tested in `tests/formulas/test_golf.py`.
"""

# Each weight is in nodes, and stands for what a reader does that the nodes do not show.
TRUTH = 6.0  # a truth value in a sum or product outside counts: the reader turns it into a branch, two lines
BITS = 6.0  # digits of a number that is no bit, a shift or a mask: they are written down on paper
NESTED = 4.0  # a choice within a choice or within arithmetic: read from the inside
ODD = 6.0  # a function used for what it is not for: a root, a sort, the smaller of two as "not zero"
SOLVED = 6.0  # an equation in what it asks about: it is solved first
TABLE = 12.0  # next states by state and symbol: what they mean is found out by following them
NUMBERED = 1.5  # a number for a mode: what it stands for is looked up at each place
UNSAID = 3.0  # `not` of a number, `x or y` of numbers, `1 - x % 2`: a condition that is not written as one
JOINED = 3.0  # an `if` alone in another one, both without `else`: two conditions that are one
FREE = -6.0  # branches of one statement that are told apart by the same name: one glance at each


def count_nodes(source: str) -> int:
    """Nodes of the syntax tree, as netlift counts them."""
    return sum(not isinstance(node, ast.expr_context | ast.Module) for node in ast.walk(ast.parse(source)))


def cost(source: str) -> float:
    """What a program costs to read, in nodes."""
    tree = ast.parse(source)
    return count_nodes(source) + sum(_charge(node) for node in ast.walk(tree)) + _again(tree)


def _is_truth(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare | ast.BoolOp) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _charge(node: ast.AST) -> float:
    match node:
        case ast.BinOp(left, op, right):
            return _of_arithmetic(op, [left, right])
        case ast.AugAssign(op=op, value=value):
            return _of_arithmetic(op, [value])
        case ast.If(body=[ast.If(orelse=[])], orelse=[]):
            return JOINED
        case ast.IfExp(test, body, orelse):
            return NESTED * sum(isinstance(p, ast.IfExp) for p in (test, body, orelse))
        case ast.Call(ast.Attribute(attr="bit_count")):
            return BITS
        case ast.Call(ast.Name("isqrt" | "sorted")):
            return ODD
        case ast.Call(ast.Name("min" | "max"), args):
            unsaid = any(isinstance(a, ast.Constant) and a.value == 1 for a in args)
            return UNSAID * unsaid + TRUTH * any(map(_is_truth, args))
        case ast.Compare(left, [ast.Eq() | ast.NotEq()], [right]):
            sides = ((left, right), (right, left))
            solved = any(
                isinstance(a, ast.BinOp) and isinstance(a.op, ast.Add | ast.Sub) and _names(a) & _names(b)
                for a, b in sides
            )
            return SOLVED * solved
        case ast.UnaryOp(ast.Not(), ast.BinOp()):
            return UNSAID
        case ast.Assign(value=ast.BoolOp(values=[ast.Name(), ast.Name()])):
            return UNSAID
        case ast.Subscript(ast.Subscript(), _):
            return TABLE
    return 0.0


def _of_arithmetic(op: ast.operator, parts: list[ast.expr]) -> float:
    total = sum(NESTED for p in parts if isinstance(p, ast.IfExp))
    if not isinstance(op, ast.Add):
        total += sum(TRUTH for p in parts if _is_truth(p))
    if isinstance(op, ast.LShift | ast.RShift):
        total += BITS
    if isinstance(op, ast.BitAnd | ast.BitOr | ast.BitXor):
        total += sum(BITS for p in parts if isinstance(p, ast.Constant | ast.BinOp | ast.Call))
    if isinstance(op, ast.Sub) and isinstance(parts[-1], ast.BinOp) and isinstance(parts[-1].op, ast.Mod):
        total += UNSAID
    return total


def _again(tree: ast.Module) -> float:
    """What the whole of a program adds: branches that are one statement, modes that are numbers."""
    total = 0.0
    inner = {id(n.orelse[0]) for n in ast.walk(tree) if isinstance(n, ast.If) and len(n.orelse) == 1}
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and node.orelse and id(node) not in inner:
            total += FREE
    compared = [
        n.comparators[0].value
        for n in ast.walk(tree)
        if isinstance(n, ast.Compare)
        and isinstance(n.left, ast.Name)
        and n.left.id == "mode"
        and isinstance(n.comparators[0], ast.Constant)
    ]
    return total + NUMBERED * sum(isinstance(value, int) for value in compared)


def answers_of(source: str) -> Callable[[tuple[Any, ...]], list[Any]]:
    """The function of a program; the sources are this repository's own."""
    space: dict[str, Any] = {"isqrt": isqrt}
    exec(source, space)
    made: Callable[[tuple[Any, ...]], list[Any]] = space["program"]
    return made


def alike(pair: Pair) -> bool:
    """Whether both programs answer alike on all words up to some length."""
    one, other = answers_of(pair.better), answers_of(pair.worse)
    words = itertools.chain(*(itertools.product(pair.letters, repeat=n) for n in range(1, LONGEST + 1)))
    return all(one(word) == other(word) for word in words)


def share_of(pairs_: list[Pair], agrees: Callable[[Pair], bool]) -> str:
    """How many pairs agree, as the page has it."""
    agreeing = sum(map(agrees, pairs_))
    return f"{agreeing} of {len(pairs_)} ({agreeing / max(1, len(pairs_)):.0%})"


def page(looked_at: list[Pair], preferred: Mapping[str, str]) -> str:
    """The page, with the shares of each half."""
    rows = []
    for aside, name in ((False, "that the weights were chosen by"), (True, "kept aside")):
        own = [pair for pair in looked_at if pair.aside is aside]
        measures: list[Callable[[Pair], bool]] = [
            lambda pair: count_nodes(pair.better) < count_nodes(pair.worse),
            lambda pair: cost(pair.better) < cost(pair.worse),
            lambda pair: pair.better in preferred,
        ]
        rows.append(f"| {len(own)} {name} | " + " | ".join(share_of(own, one) for one in measures) + " |")
    other = {pair.idiom: pair for pair in looked_at if pair.better not in preferred}.values()
    otherwise = [f'- {pair.family}, "{pair.reason}": {preferred[pair.worse]}' for pair in other]
    return PAGE.format(
        count=len(looked_at),
        idioms=len({pair.idiom for pair in looked_at}),
        rows="\n".join(rows),
        otherwise="\n".join(otherwise) or "- none",
    )


@click.command()
@click.option("--chosen", is_flag=True, help="Only the idioms that the weights were chosen by; no page.")
@click.option("-o", "file", type=click.Path(path_type=Path), help="The page.")
def main(chosen: bool, file: Path | None) -> None:
    """Say how often the measure, and a second reader, agree with the order of the pairs."""
    looked_at = [pair for pair in pairs() if not (chosen and pair.aside)]
    different = [pair for pair in looked_at if not alike(pair)]
    for pair in different:
        click.echo(f"not alike:\n{pair.better}\n{pair.worse}", err=True)
    told = json.loads(SECOND.read_text(encoding="utf-8"))
    text = page(looked_at, {one["preferred"]: one["reason"] for one in told})
    click.echo(text)
    if file is not None and not chosen:
        write_whole(file, text)
    aside = [pair for pair in looked_at if pair.aside]
    agreeing = sum(cost(pair.better) < cost(pair.worse) for pair in aside)
    sys.exit(int(bool(different) or agreeing < 0.95 * len(aside)))


if __name__ == "__main__":
    main()
