"""How long machines come out as rules over small variables, beside the same machines as tables.

    python benchmarks/readability_machines.py FOLDER_OF_DOT_FILES [-o benchmarks/READABILITY_MACHINES.md]

The measure is the number of syntax-tree nodes of `program` with its constants, docstrings left out. The
machines are those of the folder, groups, 40 regular expressions drawn by a seed, and, with `--wild N`, the
first N of the half of the random tasks (wild/families.py) that one may look at which are machines of 2 to 64
states; these are printed as the search for formulas prints them. Machines of some 60 states and 13 symbols
(planted_machines.py) are printed twice: what that costs is a section of its own. No network is involved.
Every program is proved equal to its machine. Exit code 1 where one is not.
"""

import json
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from machine_references import OWN
from netlift.certify import Domain, prove_equal, system_of
from netlift.formulas import Behaviour, search
from netlift.formulas._table import table_recurrence
from netlift.formulas.machines._descent import WORK
from netlift.formulas.machines._find import find_forms, find_rules
from netlift.formulas.machines._rules import ruled
from netlift.formulas.machines._spent import Spent
from netlift.formulas.machines._write import MOST_TREES
from netlift.program import Program, print_program
from netlift.program._program import count_nodes
from netlift.report import write_whole
from netlift.states import Machine
from planted_machines import EVENTS, PLANTED

WILD_WORK = 200_000_000  # row evaluations of the search for formulas, as with `--from data`
SHOWN = ("CC2650", "tls_openssl", "CYW43455", "D7, place", "baab(a*b*|aa)")
DRAWN = 40
LARGE = "some 60 states, 13 symbols"


@dataclass(frozen=True)
class Case:
    """A machine with the strings that its symbols and answers stand for."""

    family: str
    name: str
    machine: Machine
    events: tuple[str, ...]  # none: symbols are numbers
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """What came out: nodes as a table, as rules (None: no rules), seconds, and whether it is proved."""

    case: Case
    table: int
    rules: int | None
    seconds: float
    proved: bool
    source: str
    cubes: int = 0  # work of the search, for large machines
    trees: int = 0

    @property
    def nodes(self) -> int:
        """The shorter form."""
        return self.table if self.rules is None else min(self.table, self.rules)


def machine_of(
    family: str,
    name: str,
    start: Hashable,
    events: Sequence[str],
    step: Callable[[Hashable, str], tuple[Hashable, str]],
) -> Case:
    """The machine that a step function is, explored from its first state."""
    numbers, order = {start: 0}, [start]
    rows: list[list[tuple[int, str]]] = []
    for state in order:
        row = []
        for event in events:
            after, answer = step(state, event)
            if after not in numbers:
                numbers[after] = len(order)
                order.append(after)
            row.append((numbers[after], answer))
        rows.append(row)
    answers = tuple(sorted({answer for row in rows for _, answer in row}))
    machine = Machine(
        np.arange(len(events))[:, None],
        np.array([[after for after, _ in row] for row in rows]),
        np.array([[[answers.index(answer)] for _, answer in row] for row in rows]),
    )
    return Case(family, name, machine.minimised(), tuple(events), answers)


def read_dot(path: Path) -> Case:
    """A machine of a .dot file, Mealy (labels "event/answer") or Moore (states labelled with answers)."""
    text = path.read_text()
    first = re.search(r"__start0\s*->\s*(\w+)", text)
    assert first is not None
    labels = dict(re.findall(r'^\s*(\w+)\s*\[[^\]]*?label="([^"]*)"', text, flags=re.MULTILINE))
    moves: dict[tuple[str, str], tuple[str, str]] = {}
    for source, target, label in re.findall(r'(\w+)\s*->\s*(\w+)\s*\[\s*label="([^"]*)"', text):
        if source.startswith("__"):
            continue
        event, slash, answer = label.partition("/")
        moves[source, event.strip()] = target, (answer if slash else labels[target]).strip()
    events = sorted({event for _, event in moves})
    return machine_of("real machines", path.stem, first[1], events, lambda s, x: moves[str(s), x])


def group(name: str, moves: Mapping[str, Sequence[int]], told: Callable[[tuple[int, ...]], str]) -> Case:
    """The group that moves of places generate; the answer is told from the items in their places."""
    start = tuple(range(len(next(iter(moves.values())))))

    def step(state: Hashable, event: str) -> tuple[Hashable, str]:
        assert isinstance(state, tuple)
        after = tuple(state[place] for place in moves[event])
        return after, told(after)

    return machine_of("groups", name, start, list(moves), step)


def groups() -> list[Case]:
    """Permutations of four items and the symmetries of a heptagon."""
    swaps = {"swap01": (1, 0, 2, 3), "swap12": (0, 2, 1, 3), "swap23": (0, 1, 3, 2)}
    turns = {"turn": (1, 2, 3, 0), "swap": (1, 0, 2, 3)}
    heptagon = {"r": tuple((i + 1) % 7 for i in range(7)), "s": tuple(-i % 7 for i in range(7))}
    return [
        group("S4 by swaps, word", swaps, lambda items: "".join("abcd"[i] for i in items)),
        group("S4 by swaps, first item", swaps, lambda items: "abcd"[items[0]]),
        group(
            "S4 by cycle and swap, in order", turns, lambda items: "no" if items != (0, 1, 2, 3) else "yes"
        ),
        group("D7, place", heptagon, lambda items: str(items[0])),
    ]


Regex = tuple  # ("symbol", c), ("then", r, s), ("or", r, s), ("star", r), ("empty",)


def drawn_regex(rng: random.Random, depth: int) -> Regex:
    """A regular expression over a and b."""
    if depth == 0:
        return ("symbol", rng.choice("ab"))
    kind = rng.random()
    if kind < 0.4:
        return ("then", drawn_regex(rng, depth - 1), drawn_regex(rng, depth - 1))
    if kind < 0.7:
        return ("or", drawn_regex(rng, depth - 1), drawn_regex(rng, depth - 1))
    if kind < 0.9:
        return ("star", drawn_regex(rng, depth - 1))
    return drawn_regex(rng, depth - 1)


def written(regex: Regex) -> str:
    """The expression as it is usually written."""
    match regex:
        case ("symbol", c):
            return str(c)
        case ("then", one, other):
            return written(one) + written(other)
        case ("or", one, other):
            return f"({written(one)}|{written(other)})"
        case ("star", one):
            inner = written(one)
            return f"{inner}*" if len(inner) == 1 or (inner[0] == "(" and one[0] == "or") else f"({inner})*"
    return ""


def has_empty(regex: Regex) -> bool:
    """Whether the empty word is in the language."""
    match regex:
        case ("then", one, other):
            return has_empty(one) and has_empty(other)
        case ("or", one, other):
            return has_empty(one) or has_empty(other)
        case ("star", _) | ("empty",):
            return True
    return False


def after(regex: Regex, symbol: str) -> frozenset[Regex]:
    """The partial derivatives (Antimirov): expressions for what may follow a symbol."""
    match regex:
        case ("symbol", c):
            return frozenset([("empty",)]) if c == symbol else frozenset()
        case ("or", one, other):
            return after(one, symbol) | after(other, symbol)
        case ("then", one, other):
            rest = frozenset(other if r == ("empty",) else ("then", r, other) for r in after(one, symbol))
            return rest | after(other, symbol) if has_empty(one) else rest
        case ("star", one):
            return frozenset(regex if r == ("empty",) else ("then", r, regex) for r in after(one, symbol))
    return frozenset()


def regexes(count: int, seed: int = 5) -> list[Case]:
    """Drawn expressions whose machines have 4 to 14 states: "yes" where what was read so far is a word."""
    rng, found = random.Random(seed), dict[str, Case]()

    def step(state: Hashable, event: str) -> tuple[Hashable, str]:
        assert isinstance(state, frozenset)
        following = frozenset(r for regex in state for r in after(regex, event))
        return following, "yes" if any(map(has_empty, following)) else "no"

    while len(found) < count:
        regex = drawn_regex(rng, 4)
        case = machine_of("regular expressions", written(regex), frozenset([regex]), ["a", "b"], step)
        if 4 <= case.machine.states <= 14:
            found.setdefault(case.name, case)
    return list(found.values())


def measured(case: Case) -> Row:
    """Both forms of a machine, and the proof of the second."""
    symbols = ((case.events,), (case.answers,))
    table = print_program(table_recurrence(case.machine, ["x"], (True,)), (), *symbols)
    began = time.process_time()
    found = find_rules(case.machine)
    seconds = time.process_time() - began
    source = table if found is None else print_program(ruled(found[1], "x"), (), *symbols)
    left = system_of(case.machine, *symbols)
    proof = prove_equal(left, system_of(source), Domain((case.events,)))
    rules = None if found is None else Program(source).nodes
    return Row(case, Program(table).nodes, rules, seconds, proof.claim.tier == "proved", source)


def planted() -> list[Case]:
    """The largest machines that rules are promised for."""
    return [
        machine_of(LARGE, name, start, EVENTS, lambda s, x, step=step: step(s, EVENTS.index(x)))  # type: ignore[misc]
        for name, (step, start) in PLANTED.items()
    ]


def printed_twice(case: Case) -> Row:
    """A large machine, printed twice; the bytes and the work have to be the same both times."""
    symbols = ((case.events,), (case.answers,))
    table = print_program(table_recurrence(case.machine, ["x"], (True,)), (), *symbols)
    runs = []
    for _ in range(2):
        spent, began = Spent(), time.process_time()
        forms = find_forms(case.machine, spent=spent)
        source = print_program(ruled(forms[0][1], "x"), (), *symbols) if forms else table
        runs.append((source, spent, time.process_time() - began))
    assert runs[0][:2] == runs[1][:2]
    source, spent, seconds = runs[0][0], runs[0][1], max(run[2] for run in runs)
    left = system_of(case.machine, *symbols)
    proof = prove_equal(left, system_of(source), Domain((case.events,)))
    proved = proof.claim.tier == "proved"
    table_size, size = Program(table).nodes, Program(source).nodes
    return Row(case, table_size, size, seconds, proved, source, spent.cubes, spent.trees)


def wild(count: int) -> list[Case]:
    """The first machines of the random tasks that one may look at, in their shuffled order."""
    sys.path.insert(0, str(Path(__file__).parent / "wild"))
    from families import parts
    from search import exact_machine

    found = []
    for _, rule in parts()[0]:
        if len(found) == count:
            break
        machine = exact_machine(rule)
        if machine is not None and machine.states > 1:
            found.append(Case("random tasks, the half to look at", rule.name, machine, (), ()))
    return found


def searched(case: Case) -> Row:
    """A machine over numbers as the search for formulas prints it, and the proof of that."""
    machine = case.machine
    streams = machine.alphabet.shape[1]
    names = ("x",) if streams == 1 else tuple(f"x{n}" for n in range(1, streams + 1))
    table = print_program(table_recurrence(machine, names), ())
    words = machine.alphabet[np.random.default_rng(0).integers(len(machine.alphabet), size=(1_000, 12))]
    began = time.process_time()
    found = search(Behaviour(words, machine.run(words), machine=machine), seed=0, budget=WILD_WORK)
    seconds = time.process_time() - began
    source = print_program(found[0].recurrence, ()) if found else table
    domain = Domain.of_rows([tuple(row) for row in machine.alphabet.tolist()])
    proof = prove_equal(system_of(machine), system_of(source), domain)
    return Row(
        case, Program(table).nodes, Program(source).nodes, seconds, proof.claim.tier == "proved", source
    )


# Written by hand: ../shared/readable.md; the twelve of machine_references.py beside them.
REFERENCES = OWN | {
    "CC2640R2-no-feature-req": """
LENGTH_REQ = ""
LENGTH_RSP = ""
MTU_RESPONSE = ""
PAIRING_FAILED = ""
PAIRING_RESPONSE = ""
UNKNOWN = ""
VERSION = ""
UNKNOWN_AND_VERSION = ""
def program(inputs):
    connected = pairing = length_known = False
    versions = 0
    outputs = []
    for x in inputs:
        answer = "BTLE|BTLE_DATA" if connected else "Empty"
        if x == "scan_req":
            answer = "Adv"
            connected = False
        elif x == "connection_req":
            answer = LENGTH_REQ
            connected = True
            pairing = length_known = False
            versions = 0
        elif connected:
            if x == "length_req":
                answer = LENGTH_RSP
            elif x == "mtu_req":
                answer = MTU_RESPONSE
            elif x == "pairing_req":
                answer = PAIRING_FAILED if pairing else PAIRING_RESPONSE
                pairing = not pairing
            elif x == "version_req":
                if length_known:
                    answer = UNKNOWN if versions else VERSION
                versions = min(versions + 1, 2)
            elif x == "length_rsp" and not length_known:
                if versions:
                    answer = VERSION if versions == 1 else UNKNOWN_AND_VERSION
                length_known = True
        outputs.append(answer)
    return outputs
""",
    "tls_openssl": """
STEPS = {
    ("start", "ClientHelloRSA"): ("hello", "ServerHello & Certificate & ServerHelloDone"),
    ("start", "ApplicationDataEmpty"): ("empty", "Empty"),
    ("start", "ChangeCipherSpec"): ("closed", "Empty"),
    ("empty", "ApplicationDataEmpty"): ("closed", "Empty"),
    ("hello", "ClientKeyExchange"): ("keys", "Empty"),
    ("keys", "ChangeCipherSpec"): ("cipher", "Empty"),
    ("cipher", "Finished"): ("done", "ChangeCipherSpec & Finished"),
    ("done", "ApplicationData"): ("closed", "ApplicationData & ConnectionClosed"),
    ("done", "ClientHelloRSA"): ("closed", "Alert Fatal (Handshake failure) & ConnectionClosed"),
}
CLOSED = ""
UNEXPECTED = ""
def program(inputs):
    state = "start"
    outputs = []
    for x in inputs:
        if (state, x) in STEPS:
            state, answer = STEPS[state, x]
        elif state in ("start", "empty", "closed"):
            answer = CLOSED
            state = "closed"
        elif x == "ApplicationDataEmpty":
            answer = "Empty"
        else:
            answer = UNEXPECTED
            state = "closed"
        outputs.append(answer)
    return outputs
""",
}


def reference_is(case: Case) -> bool:
    """Whether the program written by hand is proved equal to the machine."""
    left = system_of(case.machine, (case.events,), (case.answers,))
    proof = prove_equal(left, system_of(OWN[case.name]), Domain((case.events,)))
    return proof.claim.tier == "proved"


def _beside_hand(rows: Sequence[Row]) -> list[str]:
    """How many nodes there are beside the programs written by hand before netlift's were looked at."""
    own = [row for row in rows if row.case.name in OWN]
    if not own:
        return []
    ratios = [row.nodes / count_nodes(OWN[row.case.name]) for row in own]
    proved = sum(reference_is(row.case) for row in own)
    return [
        "",
        f"Beside {len(own)} programs written by hand before netlift's were looked at "
        f"(`benchmarks/machine_references.py`; {proved} of them proved equal to their machines): "
        f"{statistics.median(ratios):.2f} times their nodes in the median, {max(ratios):.2f} at most.",
    ]


def _large(rows: Sequence[Row]) -> list[str]:
    """What printing the largest machines costs, in counted work and in time."""
    if not rows:
        return []
    lines = [
        "",
        "## What printing costs",
        "",
        "Machines of some 60 states and 13 symbols (`benchmarks/planted_machines.py`: made of flags, "
        "counters, modes; a long path; drawn at random). The search is bounded by what it looks at, not by "
        "a clock: cubes (sets of values for which an event's effect was estimated; "
        f"{WORK:,} and then no more are begun) and trees (rules written in full; {MOST_TREES:,}). "
        "Each was printed twice in one process: the same counts and the same bytes. Processor seconds, "
        "the slower of both, from the machine to the program's text (at most 10 are promised). "
        f"The slowest: {max(row.seconds for row in rows):.1f} s.",
        "",
        "| machine | states x symbols | table | printed | ratio | cubes | trees | seconds |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        machine = row.case.machine
        lines.append(
            f"| {row.case.name} | {machine.states} x {len(machine.alphabet)} | {row.table} | {row.rules} "
            f"| {row.nodes / row.table:.2f} | {row.cubes:,} | {row.trees:,} | {row.seconds:.1f} |"
        )
    return lines


def page(rows: Sequence[Row]) -> str:
    """The page with all figures."""
    large = [row for row in rows if row.case.family == LARGE]
    sampled = sum(not row.case.events for row in rows)
    lines = [
        "# Machines as rules, beside the same machines as tables",
        "",
        f"Written by `python benchmarks/readability_machines.py FOLDER{f' --wild {sampled}' * bool(sampled)} "
        "-o PAGE`. Nodes of `program` "
        "and its constants, without docstrings; CPU seconds of the search; every program is compared with "
        "its machine on words of every length. Ratio: the shorter form to the table.",
        "",
        *(
            [
                "The random tasks are sampled: the first machines of 2 to 64 states, in the order in which "
                "`benchmarks/wild/families.py` shuffles the half that one may look at.",
                "",
            ]
            if sampled
            else []
        ),
        "| family | machines | rules shorter | median ratio | largest | slowest (s) | proved |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for family in dict.fromkeys(row.case.family for row in rows):
        own = [row for row in rows if row.case.family == family]
        ratios = [row.nodes / row.table for row in own]
        shorter = sum(row.nodes < row.table for row in own)
        lines.append(
            f"| {family} | {len(own)} | {shorter} | {statistics.median(ratios):.2f} | {max(ratios):.2f} "
            f"| {max(row.seconds for row in own):.1f} | {sum(row.proved for row in own)} |"
        )
    lines += [*_beside_hand(rows)]
    lines += [
        "",
        "| machine | states x symbols | table | rules | ratio | seconds | by hand |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        if row.case.family == LARGE:
            continue
        machine = row.case.machine
        hand = count_nodes(REFERENCES[row.case.name]) if row.case.name in REFERENCES else ""
        name = row.case.name.replace("|", "\\|")
        lines.append(
            f"| `{name}` | {machine.states} x {len(machine.alphabet)} | {row.table} | {row.rules or 'none'} "
            f"| {row.nodes / row.table:.2f} | {row.seconds:.1f} | {hand} |"
        )
    lines += _large(large)
    for row in rows:
        if row.case.name in SHOWN and row.rules is not None:
            text = row.source[: row.source.index("# As a script")].strip()
            lines += ["", f"## {row.case.name}", "", "```python", text, "```"]
    return "\n".join(lines) + "\n"


def read_kept(kept: Path | None) -> dict[str, list[Any]]:
    """What was measured before, by machine."""
    return json.loads(kept.read_text()) if kept is not None and kept.exists() else {}


def _way(case: Case) -> Callable[[Case], Row]:
    """How a machine is measured."""
    if case.family == LARGE:
        return printed_twice
    return measured if case.events else searched


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The page to write; else it is printed."
)
@click.option("--workers", default=1, show_default=True, help="Processes.")
@click.option("--drawn", default=DRAWN, show_default=True, help="Regular expressions that are drawn.")
@click.option("--wild", "sampled", default=0, show_default=True, help="Random tasks, the first so many.")
@click.option(
    "--kept",
    type=click.Path(path_type=Path),
    help="A file of what was measured: such machines are not again.",
)
def main(
    folder: Path, output: Path | None, workers: int, drawn: int, sampled: int, kept: Path | None
) -> None:
    """Measure the machines of FOLDER (.dot files), groups, drawn regular expressions and random tasks."""
    cases = [*map(read_dot, sorted(folder.glob("*.dot"))), *groups(), *regexes(drawn), *wild(sampled)]
    cases += planted()
    known = read_kept(kept)
    rows: list[Row] = []
    with ProcessPoolExecutor(workers) as pool:
        waiting = [None if case.name in known else pool.submit(_way(case), case) for case in cases]
        for case, future in zip(cases, waiting, strict=True):
            row = Row(case, *known[case.name]) if future is None else future.result()
            rows.append(row)
            if kept is not None and future is not None:
                figures = [row.table, row.rules, row.seconds, row.proved, row.source, row.cubes, row.trees]
                known[case.name] = figures
                write_whole(kept, json.dumps(known))
            told = f"{row.case.name}: {row.table} {row.rules} {row.seconds:.1f} s"
            print(told, file=sys.stderr, flush=True)
    if output is None:
        print(page(rows))
    else:
        write_whole(output, page(rows))
    sys.exit(int(not all(row.proved for row in rows)))


if __name__ == "__main__":
    main()
