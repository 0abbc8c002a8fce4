"""A result on the screen: the program with syntax colours, and the line that says what was checked."""

import ast
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

_NAMES = {
    "train": "training",
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
        wrong = "no error" if check["errors"] == 0 else f"{check['errors']:,} wrong"
        parts.append(f"{wrong} on {check['sequences']:,} {_NAMES.get(name, name)} sequences")
    text = "; ".join(parts) if parts else "nothing, since there is no program"
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
    told = f"Network as {_TRAINED[facts['trained_by']]}: {network['architecture']}"
    if "measured" in network:
        on = network["measured"]
        kind = _NAMES.get(on["on"], on["on"])
        told += f", right on {on['sequences'] - on['errors']:,} of {on['sequences']:,} {kind} sequences"
    return [f"{told}."] if copy is None else [f"{told}.", f"Copy: {copy['network']['architecture']}."]


def certificate_lines(facts: Mapping[str, Any]) -> list[str]:
    """A sentence for each claim of the certificate, from the content of result.json."""
    return [f"{claim['claim']}: {claim['words']}." for claim in facts.get("certificate", ())]


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
    else:
        verdict = Text("Not solved", "bold red")
        attempt = "the best attempt is" if source is not None else "what was found is"
        verdict.append(f": {facts['reason'].rstrip('.')}; {attempt} in {directory}.", "default")
    console.print(verdict, soft_wrap=True)
    for sentence in facts["findings"]:
        console.print(Text(f"- {sentence}"), soft_wrap=True)
    console.print(Text(checked_line(facts)), soft_wrap=True)
    for line in (*network_lines(facts), *certificate_lines(facts)):
        console.print(Text(line), soft_wrap=True)
