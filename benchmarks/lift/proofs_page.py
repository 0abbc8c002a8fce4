"""The page that shows the rows of proofs.py: the share of proofs by kind of network, then every network."""

import re
from statistics import median
from textwrap import fill
from typing import Any

Row = dict[str, Any]
CELLS = {"rnn": "Elman", "gru": "GRU", "lstm": "LSTM"}
TIERS = ("proved", "exhaustive", "tested", "refuted")
HEADER = (
    "| network | the network as it is | certifying, s | whole, s | with `--snap`: the copy | certifying, s "
    "| whole, s | change | original right, copy right |\n|---|---|---:|---:|---|---:|---:|---|---|"
)


def kind(row: Row) -> str:
    """The cell, its layers, an Elman network's readout."""
    layers = "one layer" if row["layers"] == 1 else f"{row['layers']} layers"
    name = f"{CELLS[row['cell']]}, {layers}"
    if row["cell"] != "rnn" or row["layers"] > 1:
        return name
    return f"{name}, linear readout" if row["readout"] == 1 else f"{name}, readout of two layers"


def count(rows: list[Row], side: str, tier: str) -> int:
    """How many of the rows have this tier on one side ("plain" or "snap")."""
    return sum(row[side]["tier"] == tier for row in rows)


def _share(rows: list[Row], side: str) -> str:
    proved = count(rows, side, "proved")
    return f"{proved} ({100 * proved / len(rows):.0f} %)"


def _kinds(rows: list[Row]) -> str:
    lines = [
        "| | networks | proved as they are | a copy proved | exhaustive | tested | refuted | nothing |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    kinds = sorted({kind(row) for row in rows})
    for name, chosen in [*((one, [r for r in rows if kind(r) == one]) for one in kinds), ("all", rows)]:
        others = [count(chosen, "plain", tier) for tier in TIERS[1:]]
        left = len(chosen) - sum(others) - count(chosen, "plain", "proved")
        cells = (name, len(chosen), _share(chosen, "plain"), _share(chosen, "snap"), *others, left)
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def _claim(outcome: Row) -> str:
    """What is known, in a few words."""
    if "stopped" in outcome:
        return f"stopped after {outcome['stopped']:.0f} s"
    tier = outcome["tier"]
    if tier is None:
        return outcome.get("fault", "no program")
    if tier == "exhaustive":
        return f"exhaustive up to length {outcome['length']}"
    if tier == "tested":
        return f"tested, error rate below {100 * outcome['rate']:.2g} %"
    if tier == "refuted":
        return f"refuted by a word of {outcome['witness']}"
    return "**proved**" if outcome["accepted"] else "proved, but the checker refuses it"


def _seconds(outcome: Row) -> tuple[str, str]:
    return (
        f"{outcome['certify']:.1f}" if "certify" in outcome else "",
        f"{outcome['seconds']:.1f}" if "seconds" in outcome else "",
    )


def _right(outcome: Row) -> str:
    """Original and copy on fresh words of the training length, and of ten times it."""
    if not outcome.get("right"):
        return ""
    sides = [outcome["right"][name] for name in ("original", "copy")]
    own, long = (", ".join(f"{100 * side[length]:.1f} %" for side in sides) for length in ("own", "long"))
    return f"{own}; at 10x {long}"


def _network(row: Row) -> str:
    plain, snap = row["plain"], row["snap"]
    cells = (
        row["name"],
        _claim(plain),
        *_seconds(plain),
        _claim(snap),
        *_seconds(snap),
        snap.get("change") or "(no copy)",
        _right(snap),
    )
    return f"| {' | '.join(cells)} |"


def _snapped(rows: list[Row]) -> str:
    """What the layers of codes are like, how the copies compare with the originals, and what is left over."""
    proved = [row for row in rows if row["snap"]["tier"] == "proved"]
    found = [(row, re.search(r"([\d,]+) codes", row["snap"].get("change") or "")) for row in proved]
    coded = [(row, int(match[1].replace(",", ""))) for row, match in found if match is not None]
    sides = [row["snap"]["right"] for row, _ in coded]
    better = sum(side["copy"]["long"] > side["original"]["long"] for side in sides)
    worse = sum(side["copy"]["long"] < side["original"]["long"] for side in sides)
    own = sum(side["copy"]["own"] == 1.0 for side in sides)
    sizes = [size for _, size in coded] or [0]
    left = [row["name"] for row in rows if row["snap"]["tier"] != "proved"]
    return _prose(
        f"**What `--snap` does.** Of the {len(proved)} proofs {len(coded)} are of a copy that was given a",
        "layer of codes: after every step its hidden state becomes the nearest of some vectors, from",
        f"{min(sizes)} to {max(sizes):,}, {median(sizes):.0f} in the median. Its weights are the original's,",
        "but it is another network, and only of it is anything proved. It answers as the machine at every",
        "length, as the original need not: on words of ten times the training length the copy is right more",
        f"often than the original in {better} cases and less often in {worse}; at the training length {own}",
        f"of {len(coded)} copies make no mistake on fresh words. The machine was read from the original.",
        f"Not proved with `--snap`: {', '.join(left) if left else 'none'}. In such a network no machine was",
        "found (a recurrence was, or nothing), or no codes part its states, or there would have to be too",
        "many, or the time was up.",
    )


def _prose(*lines: str) -> str:
    return fill(" ".join(lines), 100, break_long_words=False, break_on_hyphens=False)


def page(rows: list[Row], limit: float) -> str:
    """Shares, what is not proved and why, then a line for each network."""
    plain, snap = (count(rows, side, "proved") for side in ("plain", "snap"))
    accepted = [one["accepted"] for row in rows for one in (row["plain"], row["snap"]) if one.get("certify")]
    told = [one for one in accepted if one is not None]
    lead = (
        f"{len(rows)} networks without a mistake on 20,000 sequences of their own length. For every\n"
        f"length, network = machine is proved of {plain} of them as they are. With `--snap`, which may make\n"
        f"a changed copy, {snap} have such a proof, of the network or of a copy that was made to fit the\n"
        "machine. The independent checker re-read every certificate\n"
        f"about a network, and accepted {sum(told)} of {len(told)}."
    )
    why = _prose(
        "**What is not proved of the networks as they are, and why.** There the proof for every length",
        "needs a bound on the image of a set of hidden states. Boxes around the hidden states of a machine's",
        "state and last symbols are followed as zonotopes for up to ten symbols, until they lie in boxes",
        "again. That is tried where ten random symbols shrink every small disturbance, within a fixed number",
        "of multiplications.",
        "Networks that are not proved are run on all",
        "short words, and on random ones of length 50. *Exhaustive* means that all words up to the length",
        "stated were run, or, in a network of perceptrons, bounded with rounding errors; *tested*, that",
        "random words showed no error, and which error rate that excludes at 95 % confidence. *Refuted* is",
        "no fault of the program: these networks are right at the length that they were trained on, and",
        "wrong on a longer word that the claim shows, beside the length up to which all words are answered",
        "alike; the machine is what they do up to there.",
    )
    table = (
        f"A process that took more than {limit:.0f} s was stopped. Certifying is the time for claims and\n"
        "proofs, whole that of `netlift.lift`; other work ran on the machine. The last column has, where a\n"
        "copy was changed, the share of fresh words that the original and the copy answer right, of the\n"
        "training length and of ten times it."
    )
    parts = [
        "# Networks that PyTorch trained: what is proved",
        "Written by `benchmarks/lift/proofs.py`, on the networks that `benchmarks/lift/train.py` trained.",
        lead,
        "Columns but *a copy proved* are of the networks as they are. What is proved of a changed copy is no "
        "proof of the network.",
        _kinds(rows),
        why,
        _snapped(rows),
        "## Every network",
        table,
        "\n".join([HEADER, *map(_network, rows)]),
    ]
    return "\n\n".join(parts) + "\n"
