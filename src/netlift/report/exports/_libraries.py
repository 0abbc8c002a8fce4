"""The finite machine as source for libraries of state machines: transitions, and python-statemachine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netlift.core._errors import InputError
from netlift.report._machine_text import Names, names_of
from netlift.report.exports._machines import finite_machine, known_of

if TYPE_CHECKING:
    from netlift.report._result import Result
    from netlift.states import Machine

MOST_ARROWS = 5_000  # each is a line of source, and both libraries keep several objects for it
_EVENT = "event = EVENTS[tuple(x) if isinstance(x, list) else x]"
_TRANSITIONS = f'''

def machine():
    """A new machine in its first state; its model is itself."""
    return Machine(states=STATES, transitions=TRANSITIONS, initial="s0", auto_transitions=False)


def run(inputs):
    """The answers to a sequence of inputs; KeyError for an input that the machine does not know."""
    model = machine()
    answers = []
    for x in inputs:
        {_EVENT}
        answers.append(ANSWERS[model.state, event])
        model.trigger(event)
    return answers
'''
_STATEMACHINE = f'''
    def __init__(self):
        self.answer = None  # to the last input
        super().__init__()

    def on_transition(self, event, source):
        self.answer = ANSWERS[source.id, str(event)]


def run(inputs):
    """The answers to a sequence of inputs; KeyError for an input that the machine does not know."""
    machine = Lifted()
    answers = []
    for x in inputs:
        {_EVENT}
        machine.send(event)
        answers.append(machine.answer)
    return answers
'''


@dataclass(frozen=True)
class TransitionsExporter:
    """The finite machine as Python source for the library transitions."""

    name: str = "transitions"
    cost: float = 1.0

    def export(self, result: "Result") -> bytes:
        """A module with the machine, its answers, and `run(inputs)`. Raises InputError as dot does."""
        machine = finite_machine(result, self.name, MOST_ARROWS)
        head, rows = _tables(result, machine, self.name)
        lines = [
            *head,
            "",
            "from transitions import Machine",
            "",
            *rows,
            f"STATES = {[f's{n}' for n in range(machine.states)]}",
            "TRANSITIONS = [",
            *(f'    ["{event}", "s{state}", "s{to}"],' for state, event, to in _arrows(machine)),
            "]",
        ]
        return ("\n".join(lines) + "\n" + _TRANSITIONS).encode()


@dataclass(frozen=True)
class StatemachineExporter:
    """The finite machine as Python source for the library python-statemachine."""

    name: str = "python-statemachine"
    cost: float = 1.0

    def export(self, result: "Result") -> bytes:
        """A module with the machine, its answers, and `run(inputs)`.

        Raises InputError as dot does, and where a state cannot be reached, which that library refuses.
        """
        machine = finite_machine(result, self.name, MOST_ARROWS)
        head, rows = _tables(result, machine, self.name)
        arrows = _arrows(machine)
        reached = {0}
        while more := {to for state, _, to in arrows if state in reached} - reached:
            reached |= more
        if len(reached) < machine.states:
            raise InputError(
                f"the result cannot be written as {self.name}: its machine has states that no sequence "
                "reaches, which that library refuses"
            )
        events: dict[str, list[str]] = {}
        for state, event, to in arrows:
            events.setdefault(event, []).append(f"s{state}.to(s{to})")
        lines = [
            *head,
            "",
            "from statemachine import State, StateMachine",
            "",
            *rows,
            "",
            "",
            "class Lifted(StateMachine):",
            '    """The machine in its first state."""',
            "",
            *(f"    s{n} = State('s{n}'{', initial=True' * (n == 0)})" for n in range(machine.states)),
            "",
            *(f"    {event} = {' | '.join(parts)}" for event, parts in events.items()),
        ]
        return ("\n".join(lines) + "\n" + _STATEMACHINE).encode()


def _arrows(machine: "Machine") -> list[tuple[int, str, int]]:
    return [
        (state, f"e{place}", int(to))
        for state, row in enumerate(machine.transitions.tolist())
        for place, to in enumerate(row)
    ]


def _tables(result: "Result", machine: "Machine", form: str) -> tuple[list[str], list[str]]:
    """The module's docstring, and its constants: which event an input is, and what is answered to it."""
    inputs, outputs = names_of(result, machine)
    events = {_value(row, inputs): f"e{place}" for place, row in enumerate(machine.alphabet.tolist())}
    answers = {
        (f"s{state}", f"e{place}"): _value(machine.outputs[state, place].tolist(), outputs)
        for state in range(machine.states)
        for place in range(len(machine.alphabet))
    }
    head = [f'"""The finite machine that netlift {result.version} read, for the library {form}.', ""]
    head += [line.replace("\\", "\\\\").replace('"', '\\"') for line in known_of(result)]
    return [*head, '"""'], [
        "EVENTS = {",
        *(f"    {key!r}: {event!r}," for key, event in events.items()),
        "}",
        "ANSWERS = {",
        *(f"    {key!r}: {answer!r}," for key, answer in answers.items()),
        "}",
    ]


def _value(step: Sequence[int], names: Names) -> Any:
    values = [value if known is None else known[value] for value, known in zip(step, names, strict=True)]
    return values[0] if len(values) == 1 else tuple(values)
