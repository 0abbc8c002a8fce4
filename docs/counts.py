"""Copy the counts of the long trials from their pages into docs/reliability.md.

    python docs/counts.py [--check]

Writes between the markers of the page. With `--check` nothing is written: the exit code is 1 where the page
does not say what the trials' pages say.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- counts: begin -->", "<!-- counts: end -->"


def semantics(page: str) -> list[str]:
    """The rows about evaluators: what agrees, what is refused, what disagrees."""
    cases = re.findall(r"^\| (prover|checker) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", page, re.MULTILINE)
    programs = re.search(r"^([\d,]+) programs, each called", page, re.MULTILINE)
    if len(cases) != 4 or programs is None:
        raise ValueError(f"benchmarks/SEMANTICS.md has {len(cases)} rows on evaluators; expected 4")
    pairs = dict(re.findall(r"^\| ([a-z ,]+) \| ([\d,]+) \|$", page, re.MULTILINE))
    forged = [
        pairs.get(f"forgery {outcome}", "0")
        for outcome in ("accepted, and true", "refused", "accepted, and false")
    ]
    return [
        *(
            f"| every operation on every pair of kinds, {who} | {' | '.join(row)} |"
            for who, *row in cases[:2]
        ),
        *(f"| {programs[1]} random programs, {who} | {' | '.join(row)} |" for who, *row in cases[2:]),
        f"| {pairs['pairs']} pairs of programs, with a forged certificate | {' | '.join(forged)} |",
    ]


def mutations(page: str) -> str:
    """The row about mutants of certificates."""
    found = re.search(
        r"of ([\d,]+) mutants ([\d,]+) are refused, ([\d,]+) print another claim, which is true, "
        r"([\d,]+) are another argument .* and ([\d,]+) slip through",
        page,
    )
    if found is None:
        raise ValueError("benchmarks/MUTATIONS.md does not begin with its count")
    total, refused, smaller, same, slipped = found.groups()
    told = f"{smaller} print another, true claim, {same} argue otherwise for the same one"
    return f"| {total} mutants of result folders, all hashes forged | {told} | {refused} | {slipped} |"


def counts() -> str:
    """The table."""
    folder = ROOT / "benchmarks"
    rows = [
        *semantics((folder / "SEMANTICS.md").read_text()),
        mutations((folder / "MUTATIONS.md").read_text()),
    ]
    head = ["| trial | agrees, or true | refused | disagrees, or false |", "|---|---:|---:|---:|"]
    return "\n".join([BEGIN, "", *head, *rows, "", END])


def main() -> int:
    """Write the page, or compare it."""
    text = PAGE.read_text()
    now = text[: text.index(BEGIN)] + counts() + text[text.index(END) + len(END) :]
    if "--check" in sys.argv[1:]:
        if now != text:
            print("docs/reliability.md is not what the trials' pages say; run python docs/counts.py")
        return int(now != text)
    PAGE.write_text(now)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
