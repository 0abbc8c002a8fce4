"""The figures over all rows of run.py, and the page that shows them."""

import statistics
from typing import Any

from learning import CAP, MOST

Row = dict[str, Any]
FRESH, LONG, TRIALS = 2_000, 500, 10_000  # words of the training length and of ten times it; interventions
KEYS = ("words", "steps", "computed", "seconds")


def best(rows: list[Row]) -> Row | None:
    """The correct run of AALpy's with the fewest steps: chosen with hindsight, to its advantage."""
    correct = [row for row in rows if row["correct"]]
    return min(correct, key=lambda row: row["steps"]) if correct else None


def medians(rows: list[Row]) -> dict[str, float]:
    """The median of each column, over the rows that have it."""
    found = {}
    for key in KEYS:
        values = [row[key] for row in rows if key in row]
        if values:
            found[key] = statistics.median(values)
    return found


def states(row: Row) -> Row:
    """netlift's figures for its reading of the machine alone, with the tests that made the reader accept it.

    AALpy's count its equivalence oracle's in the same way. What `lift` does after is evidence for the user.
    Where a linear system was read and no machine, it is right if its program equals the table.
    """
    stages = row["netlift"].get("stages", {})
    if "states" not in stages:
        return {}
    mine = row["netlift"]
    machine = mine["machine"]
    linear = machine is None and mine["reader"] == "linear" and mine["correct"]
    return {**stages["states"], "correct": bool(machine or linear)}


def figures(rows: list[Row]) -> Row:
    """Counts and medians over the networks without a mistake on their own length."""
    perfect = [row for row in rows if row["training"]["accuracy"] == 1.0]
    exact = [row["netlift"] for row in perfect if row["netlift"]["correct"]]
    long = [row for row in exact if row["network_long"] == 1.0]
    agreements = [row["interchange"]["agreement"] for row in exact if row.get("interchange")]
    finite = [row for row in perfect if row["aalpy"]]
    pairs = [(states(row), best(row["aalpy"])) for row in finite]
    both = [(mine, other) for mine, other in pairs if other is not None and mine.get("correct")]
    configurations = {}
    for place, one in enumerate(finite[0]["aalpy"] if finite else []):
        chosen = [row["aalpy"][place] for row in finite]
        correct = sum(row["correct"] for row in chosen)
        configurations[f"{one['learner']}, {one['oracle']}"] = {"correct": correct, **medians(chosen)}
    return {
        "networks": len(rows),
        "perfect": len(perfect),
        "exact": len(exact),
        "network_right_at_ten_times": len(long),
        "program_right_there": sum(row["program_long"] == 1.0 for row in long),
        "interchange_measured": len(agreements),
        "interchange_at_least_999": sum(one is not None and one >= 0.999 for one in agreements),
        "finite": len(finite),
        "states": {
            "correct": sum(states(row).get("correct", False) for row in finite),
            **medians([states(row) for row in finite]),
        },
        "netlift": {
            "correct": sum(row["netlift"]["correct"] for row in finite),
            **medians([row["netlift"] for row in finite]),
        },
        "aalpy": configurations,
        "both": len(both),
        "fewer_steps": sum(mine["steps"] < other["steps"] for mine, other in both),
        "fewer_than_computed": sum(mine["steps"] < other["computed"] for mine, other in both),
        "less_time": sum(mine["seconds"] < other["seconds"] for mine, other in both),
        "netlift_beside_best": {"correct": len(both), **medians([mine for mine, _ in both])},
        "best": {
            "correct": sum(other is not None for _, other in pairs),
            **medians([other for _, other in both]),
        },
    }


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _line(name: str, row: Row) -> str:
    numbers = " | ".join(_number(row.get(key)) for key in KEYS[:-1])
    return f"| {name} | {row['correct']} | {numbers} | {row.get('seconds', 0.0):.3f} |"


def _network(row: Row) -> str:
    mine, read, other = row["netlift"], states(row), best(row["aalpy"])
    agreement = (mine.get("interchange") or {}).get("agreement")
    cells = [
        row["name"],
        "counter" if row["states"] is None else str(row["states"]),
        f"{100 * row['training']['accuracy']:.2f} %",
        f"{100 * row['training']['accuracy_ten_times']:.0f} %",
        "yes" if mine["correct"] else "no",
        mine.get("reader") or mine.get("reason", ""),
        _number(read.get("steps")),
        f"{read.get('seconds', 0.0):.2f}",
        _number(mine.get("steps")),
        f"{mine.get('seconds', 0.0):.2f}",
        "" if agreement is None else f"{100 * agreement:.2f} %",
    ]
    if other is None:
        cells += ["none correct" if row["aalpy"] else "", "", "", ""]
    else:
        name = f"{other['learner']}, {other['oracle']}"
        cells += [name, _number(other["steps"]), _number(other["computed"]), f"{other['seconds']:.2f}"]
    return f"| {' | '.join(cells)} |"


def _missed(row: Row) -> str:
    """A network without a mistake on its own length that was not opened, and why."""
    mine = row["netlift"]
    reason = mine["reason"] or "its program is another"
    if mine.get("program") == "proved":
        reason += "; there the network errs, for the program equals the true table"
    return f"{row['name']} ({reason})"


def page(rows: list[Row], told: Row, note: str | None = None) -> str:
    """Figures, then a line for each network; `note` is a sentence about the run."""
    header = "| | correct | words | steps | computed | seconds |\n|---|---:|---:|---:|---:|---:|"
    opened = (
        f"{told['networks']} networks, {told['perfect']} of them without a mistake on 20,000 sequences of\n"
        f"their own length. Of these, netlift opened {told['exact']} exactly: its program equals the true\n"
        f"table on every word (for a counter: is right on {FRESH:,} fresh words)."
    )
    left = [row for row in rows if row["training"]["accuracy"] == 1.0 and not row["netlift"]["correct"]]
    if left:
        opened += "\nNot opened: " + "; ".join(map(_missed, left)) + "."
    longer = (
        f"Of the networks opened exactly, {told['network_right_at_ten_times']} are right on all of {LONG}\n"
        f"words of ten times their length; on {told['program_right_there']} of these so is the program.\n"
        f"Interchange interventions ({TRIALS:,} trials each) agree on at least 99.9 % for\n"
        f"{told['interchange_at_least_999']} of {told['interchange_measured']}."
    )
    beside = (
        f"The {told['finite']} perfect networks over a finite machine; medians over all of them. AALpy's\n"
        f"runs end at {CAP:.0f} s or {MOST:,} steps. Steps are those of the network: netlift's are all\n"
        "rows of all batches, by stage of `lift`; AALpy's are those it asks for after its own cache.\n"
        "Computed is what is left of AALpy's where no word is ever run twice: hidden states are kept, as\n"
        "netlift keeps them.\n\n"
        "Both readings include the tests by which the reader accepted its machine (AALpy: its equivalence\n"
        "oracle's words). The whole of `lift` is told apart: it answers 2,000 words and words of twice the\n"
        "length to confirm the machine, looks for formulas, runs all short and many long words for its\n"
        "claims, checks the program in a fresh interpreter, and intervenes on hidden states;\n"
        "AALpy does none of this. Where a machine is not confirmed, it is read once more, and that counts\n"
        "as reading. A linear system, where one was read and no machine, counts where its program equals\n"
        "the table."
    )
    hindsight = (
        "Against the best of AALpy's runs on each network, chosen with hindsight (correct on\n"
        f"{told['best']['correct']}): on the {told['both']} networks that both get right, netlift takes\n"
        f"fewer steps on {told['fewer_steps']}, fewer than AALpy's computed ones on\n"
        f"{told['fewer_than_computed']}, and less time on {told['less_time']}. The medians over these:"
    )
    columns = (
        "| network | states | accuracy | at 10x | exact | read by | reading's steps | seconds "
        "| all of `lift`: steps | seconds | interchange | AALpy | steps | computed | seconds |\n"
        "|---|---:|---:|---:|---|---|---:|---:|---:|---:|---:|---|---:|---:|---:|"
    )
    compared = [
        "## Beside AALpy",
        beside,
        "\n".join(
            [
                header,
                _line("netlift, reading the machine (stage `states`)", told["states"]),
                _line("netlift, the whole of `lift`", told["netlift"]),
                *(_line(f"AALpy {name}", one) for name, one in told["aalpy"].items()),
            ]
        ),
        hindsight,
        "\n".join(
            [
                header,
                _line("netlift, reading the machine (stage `states`)", told["netlift_beside_best"]),
                _line("AALpy, the best of its runs", told["best"]),
            ]
        ),
    ]
    parts = [
        "# Networks that PyTorch trained, opened",
        "Written by `benchmarks/lift/run.py`, on the networks that `benchmarks/lift/train.py` trained."
        + (f"\n{note}" if note else ""),
        opened,
        longer,
        *(compared if told["finite"] else ["Run without AALpy: nothing is compared."]),
        "## Every network",
        "Accuracy: sequences of the training length without a mistake; at 10x: of ten times that. Exact:\n"
        "netlift's program equals the truth. AALpy: its best correct run.",
        "\n".join([columns, *map(_network, rows)]),
    ]
    return "\n\n".join(parts) + "\n"
