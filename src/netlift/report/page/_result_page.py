"""What the page of one result shows, gathered from the result."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from netlift.formulas import Candidate
from netlift.program import NotPrinted
from netlift.program._alternatives import Forms
from netlift.report._story import Story
from netlift.report.page._course import course_content
from netlift.report.page._hidden import ANSWER, hidden_content
from netlift.report.page._highlight import END, told_lines
from netlift.report.page._javascript import NoJavaScript, javascript
from netlift.report.page._machine import Drawing
from netlift.report.page._spelt import Names, keys, spelt
from netlift.report.page._template import rendered
from netlift.report.page._weights import weights_content

if TYPE_CHECKING:
    from netlift.report._result import Result

T = TypeVar("T")

LONGEST = 40  # steps of a sequence that the table of data shows
MOST_SYMBOLS = 40  # that are named in the table of streams, and that have a button
MOST_CONSIDERED = 8  # formulas that are written out
MOST_FORMULA = 4_000  # characters of one
MOST_LOG = 400  # lines
MOST_ROWS = 50  # of a table of what is unseen or held to be wrong

_WHOSE = {
    "as trained": "the network as it was trained",
    "as fitted": "the network as it was fitted",
    "as given": "the network as it was given",
}
_TRAINED = {
    "gradient": "trained by gradient",
    "closed-form": "fitted in closed form",
    "given": "given: nothing was trained",
    "nothing": "none: the data alone were read",
}


def result_page(result: "Result", command: str = "") -> str:
    """The page of a result.

    Args:
        result: what `distill` or `lift` gave.
        command: the command line that repeats the run; "": the page says how a Python call does.

    Returns:
        HTML in one file.

    Raises:
        TooLargeError: it would have more than 3 MB.

    Cost:
        Runs the network on a hundred words, and simplifies it once; some hundredths of a second.
    """
    return rendered("result.html", _Page(result, command).content())


class _Page:
    """Gathers the content; a part that fails is missing, and the page says which."""

    def __init__(self, result: "Result", command: str) -> None:
        self.result, self.command = result, command
        self.story: Story | None = result.story
        self.failed: list[str] = []
        inputs, outputs = self._names()
        self.inputs, self.outputs = inputs, outputs
        self.forms = result.forms or Forms((tuple(inputs), tuple(outputs)))

    def content(self) -> dict[str, Any]:
        """Everything that the template shows."""
        result = self.result
        machine = self._kept("the state machine", self._machine)
        hidden = self._kept("the hidden states", lambda: self._hidden(machine))
        program = self._kept("the program", self._program)
        script, why = self._script()
        data = {
            "machine": None
            if machine is None
            else {
                **machine["script"],
                "arrows": machine["arrows"],
                "moore": machine["moore"],
                "key": machine["key"],
            }
            if machine["script"] is not None
            else None,
            "drawn": machine is not None and machine["drawn"],
            "hidden": None
            if hidden is None
            else {name: hidden[name] for name in ("centres", "vectors", "paths", "by", "passage")},
            "examples": self._example_keys(),
            "streams": self._streams(),
            "outputs": [None if names is None else list(names) for names in self.outputs],
            "source": None if result.program is None else result.program.source,
        }
        return {
            "title": self._title(),
            "facts": result.facts(),
            "story": self._kept("the data", self._data),
            "noise": self._kept("the labels held to be wrong", self._noise),
            "network": self._network(),
            "course": self._kept("the course of the training", self._course),
            "weights": self._kept("the weights", self._weights) or [],
            "hidden": hidden,
            "machine": machine,
            "formulas": self._kept("the formulas", self._formulas),
            "program": program,
            "script": script,
            "no_script": why,
            "claims": self._claims(),
            "checks": [{"name": name, **check.facts()} for name, check in result.checks.items()],
            "faithfulness": self._faithfulness(),
            "stages": self._stages(),
            "command": self.command,
            "log": list(result.log[:MOST_LOG]),
            "log_left": max(0, len(result.log) - MOST_LOG),
            "buttons": self._buttons(),
            "failed": self.failed,
            "data": data,
        }

    def _kept(self, what: str, make: Callable[[], T]) -> T | None:
        """A part of the page, or None and a sentence."""
        try:
            return make()
        except Exception as error:
            self.failed.append(f"{what} ({type(error).__name__}: {' '.join(str(error).split())[:200]})")
            return None

    def _names(self) -> tuple[Names, Names]:
        """The names of input and output symbols, None for numbers."""
        result = self.result
        if result.symbols is not None:
            return result.symbols
        if self.story is not None:
            return self.story.examples.input_symbols, self.story.examples.target_symbols
        if result.machine is not None:
            machine = result.machine
            return (None,) * machine.alphabet.shape[1], (None,) * machine.outputs.shape[2]
        return (None,), (None,)

    def _title(self) -> str:
        words = self.command.split()
        return " ".join(words[1:3]) if len(words) > 2 else "A result of netlift"

    def _data(self) -> dict[str, Any] | None:
        story = self.story
        if story is None:
            return None
        examples, rows = story.examples, []
        for row in range(len(examples)):
            steps = int(examples.lengths[row])
            labelled = examples.labelled[row]
            rows.append(
                {
                    "inputs": [
                        spelt(one, self.inputs)
                        for one in examples.inputs[row, : min(steps, LONGEST)].tolist()
                    ],
                    "targets": [
                        spelt(one, self.outputs) if given else ""
                        for one, given in zip(
                            examples.targets[row, : min(steps, LONGEST)].tolist(),
                            labelled.tolist(),
                            strict=False,
                        )
                    ],
                    "left": max(0, steps - LONGEST),
                }
            )
        streams = [
            {"name": f"{side} {number}" if len(names) > 1 else side, **_stream(names[number - 1], ends)}
            for side, names, values in (
                ("input", self.inputs, story.values[0]),
                ("output", self.outputs, story.values[1]),
            )
            for number, ends in enumerate(values, 1)
        ]
        unseen = [
            {
                "state": one.get("state"),
                "after": ", ".join(map(str, one.get("after", ()))) or "the start",
                "inputs": ", ".join(map(str, one.get("inputs", ()))),
            }
            for one in self.result.unseen
        ]
        return {
            "rows": rows,
            "streams": streams,
            "count": story.count,
            "held_out": story.held_out,
            "shortest": story.lengths[0],
            "longest": story.lengths[1],
            "unseen": unseen[:MOST_ROWS],
            "unseen_left": max(0, len(unseen) - MOST_ROWS),
        }

    def _noise(self) -> dict[str, Any] | None:
        """The labels held to be wrong, and the transitions that answer at random."""
        noise = self.result.noise
        if noise is None or not (noise.wrong or noise.random):
            return None
        random = [
            {
                "state": one["state"],
                "input": _told(one["input"]),
                "shares": ", ".join(f"{_told(key)} {share:.1%}" for key, share in one["frequencies"]),
                "seen": one["seen"],
            }
            for one in noise.random
        ]
        return {
            "wrong": [
                {**one, "given": _told(one["given"]), "expected": _told(one["expected"])}
                for one in noise.wrong[:MOST_ROWS]
            ],
            "count": len(noise.wrong),
            "rate": noise.rate,
            "random": random[:MOST_ROWS],
            "random_count": len(random),
        }

    def _network(self) -> dict[str, Any]:
        facts = self.result.network_facts
        won = next((line for line in reversed(self.result.log) if " of held-out sequences" in line), "")
        tried = [
            line for line in self.result.log if "held-out sequences" in line or line.startswith("closed form")
        ]
        return {
            "how": self._how(),
            **{name: facts.get(name) for name in ("architecture", "parameters", "measured")},
            "accuracy": facts.get("held_out_accuracy"),
            "won": won,
            "tried": tried,
        }

    def _course(self) -> dict[str, Any] | None:
        return None if self.story is None else course_content(self.story.course, bool(self.story.held_out))

    def _how(self) -> str:
        """How the network was trained, in the words of its facts, where they have any."""
        trained = self.result.network_facts.get("trained")
        how = trained["how"] if isinstance(trained, dict) else self.result.trained_by
        return _TRAINED.get(how, str(how))

    def _weights(self) -> list[dict[str, Any]]:
        return [] if self.result.network is None else weights_content(self.result.network, self.result.words)

    def _machine(self) -> dict[str, Any] | None:
        machine = self.result.machine
        if machine is None:
            return None
        return Drawing(machine, self.inputs, self.outputs, self._missing()).content()

    def _missing(self) -> set[tuple[int, int]]:
        """Transitions that no sequence showed, as the result tells them."""
        machine = self.result.machine
        if machine is None or not self.result.unseen:
            return set()
        places: dict[Any, int] = {}
        for place, symbol in enumerate(machine.alphabet.tolist()):
            said = [
                value if names is None else names[value]
                for value, names in zip(symbol, self.inputs, strict=True)
            ]
            places[_plain(said[0] if len(said) == 1 else said)] = place
        return {
            (int(one["state"]), places[_plain(given)])
            for one in self.result.unseen
            for given in one["inputs"]
            if _plain(given) in places
        }

    def _hidden(self, machine: Mapping[str, Any] | None) -> dict[str, Any] | None:
        result = self.result
        if result.network is None or result.words is None:
            return None
        access = None if machine is None or machine["script"] is None else machine["script"]["access"]
        paths = (
            [
                self.story.examples.inputs[row, : self.story.examples.lengths[row]]
                for row in range(len(self.story.examples))
            ]
            if self.story is not None
            else []
        )
        content = hidden_content(
            result.network, result.words, result.machine, result.recurrence, access, paths
        )
        names = self.outputs[0] if self.outputs else None
        if content is not None and content["by"] == ANSWER and names is not None:
            for group in content["groups"]:
                group["text"] = names[group["value"]]
        return content

    def _formulas(self) -> dict[str, Any] | None:
        story = self.story
        if story is None or story.chosen is None:
            return None
        place = next((at for at, one in enumerate(story.considered) if one is story.chosen), None)
        if place is None:  # the table, when nothing else could be printed
            considered, place = (*story.considered, story.chosen), len(story.considered)
        else:
            considered = story.considered
        first = max(0, min(place - 2, len(considered) - MOST_CONSIDERED))
        shown = [
            self._formula(
                candidate,
                "the program"
                if at == place
                else "not right on all data, or not printable"
                if at < place
                else "longer, and so not tried",
            )
            for at, candidate in enumerate(considered[: first + MOST_CONSIDERED])
            if at >= first
        ]
        if place == 0:
            why = "it is the shortest of them, and right on the data."
        else:
            why = f"of the {place} before it none is right on all data and can be printed."
        return {
            "shown": shown,
            "exact": len(story.considered),
            "won": {"strategy": story.chosen.strategy, "closed": story.chosen.closed},
            "why": why,
        }

    def _formula(self, candidate: Candidate, fate: str) -> dict[str, Any]:
        lines, why_not = None, ""
        try:
            source = self.forms.source(candidate)
            lines = told_lines(source) if len(_body(source)) <= MOST_FORMULA else None
            why_not = "Too long to be shown here."
        except NotPrinted as error:
            why_not = f"It cannot be printed: {error}."
        return {
            "strategy": candidate.strategy,
            "cost": candidate.cost,
            "fate": fate,
            "lines": lines,
            "why_not": why_not,
        }

    def _program(self) -> dict[str, Any] | None:
        program = self.result.program
        if program is None:
            return None
        return {
            "lines": told_lines(program.source),
            "source": program.source,
            "nodes": program.nodes,
            "count": program.lines,
        }

    def _script(self) -> tuple[Any, str]:
        """The program as JavaScript, or why there is none."""
        from markupsafe import Markup

        if self.result.program is None:
            return None, "there is no program"
        try:
            return Markup(javascript(self.result.program.source)), ""  # which has no `<` of the program's
        except NoJavaScript as error:
            return None, str(error)

    def _example_keys(self) -> list[list[list[str]]]:
        story = self.story
        if story is None:
            return []
        examples = story.examples
        return [
            [keys(step, self.inputs) for step in examples.inputs[row, : examples.lengths[row]].tolist()]
            for row in range(len(examples))
        ]

    def _streams(self) -> list[dict[str, Any]]:
        """What each input stream takes: its strings, or the numbers that were seen."""
        ends = () if self.story is None else self.story.values[0]
        return [
            {
                "symbols": None if names is None else list(names),
                "ends": [str(end) for end in ends[at]] if names is None and at < len(ends) else None,
            }
            for at, names in enumerate(self.inputs)
        ]

    def _buttons(self) -> list[dict[str, Any]]:
        """The input symbols, where they are few enough for a button each."""
        machine = self.result.machine
        if machine is not None and len(machine.alphabet) <= MOST_SYMBOLS:
            steps = machine.alphabet.tolist()
        elif len(self.inputs) == 1 and self.inputs[0] is not None and len(self.inputs[0]) <= MOST_SYMBOLS:
            steps = [[place] for place in range(len(self.inputs[0]))]
        elif self.story is not None and len(self.story.values[0]) == 1 and _few(self.story.values[0][0]):
            low, high = self.story.values[0][0]
            steps = [[value] for value in range(low, high + 1)]
        else:
            return []
        return [{"text": spelt(one, self.inputs), "keys": keys(one, self.inputs)} for one in steps]

    def _claims(self) -> list[dict[str, Any]]:
        """The claims, each with the network that it is about."""
        result = self.result
        known = {"claim", "tier", "words", "domain", "seed"}
        whose = _WHOSE.get(result.measured_on, f"the network {result.measured_on}")
        shown = []
        for claim in result.claims:
            facts = claim.facts()
            sides = facts["claim"].split(" = ")
            if "copy" in sides:
                about = "a changed copy" if result.copy is None else result.copy.change
            elif "network" in sides:
                about = whose
            else:
                about = "no network"
            more = {name: value for name, value in facts.items() if name not in known}
            shown.append(
                {**{name: facts[name] for name in ("claim", "tier", "words")}, "about": about, "more": more}
            )
        return shown

    def _faithfulness(self) -> dict[str, Any] | None:
        measured = self.result.faithfulness
        if measured is None:
            return None
        facts = measured.facts()
        rows = []
        for name, said in _INTERVENTIONS.items():
            one = facts.get(name)
            if not one:
                continue
            parts = [("", one)] if "trials" in one else list(one.items())
            rows += [{"name": said, "of": part, **_agreement(values)} for part, values in parts]
        return {"network": self.result.measured_on, "rows": rows}

    def _stages(self) -> list[dict[str, Any]]:
        seconds = dict(self.result.seconds)
        total = seconds.pop("total", sum(seconds.values()))
        rest = total - sum(seconds.values())
        if rest > 0:
            seconds["other"] = rest
        return [
            {"name": name, "seconds": taken, "share": taken / total if total else 0.0}
            for name, taken in seconds.items()
        ]


def _body(source: str) -> str:
    """A program without the lines that make it a script."""
    return source.split(END)[0]


_INTERVENTIONS = {
    "variables": "a variable is read off hidden states that it was not fitted on",
    "interchange": "the hidden state of another word is put in",
    "one_variable": "one variable's part of the hidden state is taken from another word",
    "ignored": "the hidden state of another word is put in, moved where no variable changes",
    "same_state": "the hidden state of another word that leaves the program in the same state is put in",
    "between": "a point between two hidden states of one program state is put in",
}


def _agreement(values: Any) -> dict[str, Any]:
    values = values if isinstance(values, Mapping) else {}
    return {name: values.get(name) for name in ("trials", "agreement", "telling", "telling_agreement")}


def _stream(names: Sequence[str] | None, ends: tuple[int, int]) -> dict[str, Any]:
    if names is None:
        return {
            "kind": "whole numbers",
            "values": f"{ends[0]:,} to {ends[1]:,}" if ends[0] != ends[1] else f"{ends[0]:,}",
        }
    # Marks that turn the direction of writing, or end a line, would act on the names beside them.
    shown = ", ".join(one if one.isprintable() else repr(one)[1:-1] for one in names[:MOST_SYMBOLS])
    left = len(names) - MOST_SYMBOLS
    return {"kind": "symbols", "values": f"{shown} and {left:,} more" if left > 0 else shown}


def _told(value: Any) -> str:
    """A symbol, or one of each stream, as text."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _few(ends: tuple[int, int]) -> bool:
    return ends[1] - ends[0] < MOST_SYMBOLS


def _plain(value: Any) -> Any:
    """A symbol as something that can be looked up, whatever kind of number or list it stands as."""
    if isinstance(value, list | tuple):
        return tuple(map(_plain, value))
    return int(value) if isinstance(value, np.integer) else value
