"""A result on the screen: the program with syntax colours, and the line that says what was checked."""

import ast
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from netlift.core._errors import InputError
from netlift.core._terminal import console_on
from netlift.report._machine_text import machine_lines

if TYPE_CHECKING:
    from netlift.report._kept import Kept
    from netlift.report._result import Result

_NAMES = {
    "train": "training",
    "stated": "given",
    "held_out": "held-out",
    "longer": "longer (against the network)",
    "fresh": "newly drawn",
    "longer_rule": "longer (against the rule)",
    "longest_rule": "ten times as long (against the rule)",
    "hundredfold_rule": "a hundred times as long (against the rule)",
}


def show_program(source: str, console: Console) -> None:
    """Print the part of a program that a person reads: all but its script lines."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    end = functions[-1].end_lineno if functions else None
    shown = "\n".join(source.split("\n")[:end]).rstrip()
    if console.is_terminal:
        console.print(Syntax(shown, "python", background_color="default"))
    else:
        console.print(Text(shown), soft_wrap=True)


def checked_line(facts: Mapping[str, Any]) -> str:
    """One sentence on what was checked, from the content of result.json."""
    checks: Mapping[str, Mapping[str, Any]] = facts["checks"]
    parts = []
    for name, check in checks.items():
        none = "no error" if name != "stated" else "no error larger than is stated"
        wrong = none if check["errors"] == 0 else f"{check['errors']:,} wrong"
        parts.append(f"{wrong} on {check['sequences']:,} {_NAMES.get(name, name)} sequences")
    text = "; ".join(parts) if parts else "nothing, since there is no program"
    wrong_labels = len((facts.get("noise") or {}).get("wrong", ()))
    if parts and wrong_labels:
        text += f"; the {wrong_labels:,} held to be wrong are not counted among the labels"
    return f"Checked by running program.py in a fresh interpreter: {text}."


_TRAINED = {
    "gradient": "trained by gradient",
    "closed-form": "fitted in closed form",
    "given": "given",
}


def network_lines(facts: Mapping[str, Any]) -> list[str]:
    """Which network the claims are about, and which is its changed copy, from the content of result.json."""
    network, copy = facts.get("network"), facts.get("copy")
    if not network:
        return []
    how = network["trained"]["how"] if "trained" in network else _TRAINED[facts["trained_by"]]
    told = f"Network as {how}: {network['architecture']}"
    if "measured" in network:
        on = network["measured"]
        kind = _NAMES.get(on["on"], on["on"])
        told += f", right on {on['sequences'] - on['errors']:,} of {on['sequences']:,} {kind} sequences"
    return [f"{told}."] if copy is None else [f"{told}.", f"Copy: {copy['network']['architecture']}."]


def certificate_lines(facts: Mapping[str, Any]) -> list[str]:
    """A sentence for each claim of the certificate, from the content of result.json."""
    return [f"{claim['claim']}: {claim['words']}." for claim in facts.get("certificate", ())]


def alternative_lines(facts: Mapping[str, Any]) -> list[str]:
    """The other forms of the program, and how long they are, from the content of result.json."""
    return [
        f"Another form ({one['form']}, {one['nodes']} nodes), in result.json under `alternatives`."
        for one in facts.get("alternatives", ())
    ]


def show_result(facts: Mapping[str, Any], source: str | None, directory: str, console: Console) -> None:
    """Print program, verdict and the line of checks. `facts` is the content of result.json."""
    if source is not None:
        show_program(source, console)
        console.print()
    if facts["solved"]:
        verdict = Text("Solved", "bold green")
        noise = facts.get("noise") or {}
        wrong, random = len(noise.get("wrong", ())), len(noise.get("random", ()))
        if random:
            verdict.append(f" but for {random} transition{'s' if random > 1 else ''} at random", "default")
        if wrong:
            verdict.append(f", up to {wrong:,} label{'s' if wrong > 1 else ''} held to be wrong,", "default")
        verdict.append(f" in {facts['seconds']['total']:.1f} s; written to {directory}.", "default")
    elif (facts.get("stated_errors") or {}).get("useful"):
        verdict = Text("Approximate", "bold yellow")
        verdict.append(f", in {facts['seconds']['total']:.1f} s; written to {directory}.", "default")
    elif facts.get("approximate"):
        accepted = facts["approximate"]["accepted"]
        verdict = Text("Approximate" if accepted else "Not as often as asked for", "bold yellow")
        told = facts["reason"].removeprefix("approximate: ").rstrip(".")
        verdict.append(f": {told}; written to {directory}.", "default")
    else:
        verdict = Text("Not solved", "bold red")
        attempt = "the best attempt is" if source is not None else "what was found is"
        verdict.append(f": {facts['reason'].rstrip('.')}; {attempt} in {directory}.", "default")
    console.print(verdict, soft_wrap=True)
    for sentence in facts["findings"]:
        console.print(Text(f"- {sentence}"), soft_wrap=True)
    console.print(Text(checked_line(facts)), soft_wrap=True)
    for line in (*network_lines(facts), *certificate_lines(facts), *alternative_lines(facts)):
        console.print(Text(line), soft_wrap=True)


def show_kept(result: "Kept", directory: str, console: Console) -> None:
    """Print a result that was read from its folder: program, machine, verdict, claims, and the alternatives.

    Lines of the folder's files keep to themselves: what cannot be printed in them is escaped.
    """
    facts = result.facts()
    if result.program is not None:
        show_program(result.program.source, console)
        console.print()
    lines = [*machine_lines(result), *([""] if result.machine is not None else [])]
    lines.append("Solved." if result.solved else _unsolved(facts))
    lines += [f"- {one}" for one in result.findings]
    lines += [checked_line(facts), *network_lines(facts), *certificate_lines(facts)]
    lines += [f"Alternative: {_told(one)}" for one in facts.get("alternatives") or ()]
    lines.append(f"Seed {result.seed}, netlift {result.version}; in {directory}.")
    for line in lines:
        console.print(
            Text("".join(one if one.isprintable() else repr(one)[1:-1] for one in line)), soft_wrap=True
        )


def _unsolved(facts: Mapping[str, Any]) -> str:
    """The verdict on a result that is not exact."""
    if (facts.get("stated_errors") or {}).get("useful"):
        return "Approximate."
    return f"Not solved: {str(facts['reason']).rstrip('.')}."


def shown_again(directory: str, *, opens: bool, quiet: bool, as_json: bool) -> None:
    """What `netlift show` prints. Raises InputError where the folder holds no result."""
    from netlift.report._kept import load_result

    if quiet and as_json:
        raise InputError("--quiet and --json contradict each other; give one of them.")
    page = Path(directory) / "report.html"
    result = load_result(directory, network=False)
    if opens and not page.is_file():
        raise InputError(f"--open: {directory} has no report.html.")
    if as_json:
        click.echo(json_of(result))
    elif quiet and result.program is None:
        raise InputError(f"{directory} holds no program: {result.reason}")
    elif quiet and result.program is not None:
        click.echo(result.program.source, nl=False)
    else:
        show_kept(result, directory, console_on(sys.stdout))
    if opens:
        click.launch(page.absolute().as_uri())


def json_of(result: "Result") -> str:
    """All that is known of a result, as `netlift export --to json` writes it, for people's eyes as well."""
    from netlift.report.exports import export

    return json.dumps(json.loads(export(result, "json")), indent=2, ensure_ascii=False)


def _told(alternative: Any) -> str:
    """One alternative of result.json: its own words where it has some, else all of it."""
    if isinstance(alternative, Mapping) and isinstance(alternative.get("words"), str):
        return str(alternative["words"])
    return alternative if isinstance(alternative, str) else json.dumps(alternative)
