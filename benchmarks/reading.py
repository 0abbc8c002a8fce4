"""Blind reading: what fresh readers make of a program as rules and of the same machine as a table.

    python benchmarks/reading.py sheets FOLDER_OF_DOT_FILES SHEETS [--key KEY] [--seed 16]
    python benchmarks/reading.py mark KEY FORM=ANSWERS.json ... [-o benchmarks/READING.md] [--said TEXT]

`sheets` draws machines and ten questions about each, and writes two folders of question sheets, `rules` and
`table`: one sheet a machine, the same questions in both, no answers. The answers come from running the
program; where a question is about all words, from the machine, which the program is proved equal to. They
go into a file beside the folder. `mark` compares sheets of answers with that file: JSON of the form
{"machine": ["answer to question 1", ...], ...}, one file a form (`rules` or `table`).
"""

import json
import random
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from netlift.formulas._table import table_recurrence
from netlift.program import Program, print_program
from netlift.report import write_whole
from readability_machines import Case, Row, measured, read_dot, read_kept

FORMS = ("rules", "table")
MACHINES = 12
SEED = 16
_TRIES = 400  # draws of one question before another kind takes its place
_WORDS = range(3, 8)  # events in a word that a question is about
_SIDE = 0.6  # how often the answer yes is looked for first, where a word is drawn
_DETOUR = 0.4  # how often an event that changes nothing stands on the way
_LONGEST_WAY = 6  # events of a shortest way that is asked for
_SCRIPT = "# As a script"  # from here on a printed program only reads its command line

ABOUT = """\
# {name}

The program below reads one event after another and gives one answer for each. Events: {events}.
Its answers, by letter:

{answers}

Answer the ten questions from the program alone, by reading it; do not run it. Every question starts from a
freshly started program. Something "changes anything later" if some events that may follow are answered
differently because of it.
"""

HOW = """\
Write one JSON list of ten entries, in the order of the questions: a letter, "yes" or "no", a number, or a
list of events (empty where there are none), as each question says.
"""


@dataclass(frozen=True)
class Question:
    """A question, its kind, and the right answer: a letter, a word, a number, or a list of events."""

    kind: str
    text: str
    right: str | int | list[str]


class Subject:
    """A machine with both of its programs; words are tuples of event numbers."""

    def __init__(self, row: Row, rng: random.Random) -> None:
        case = row.case
        self.name, self.events, self.rng = case.name, case.events, rng
        self.moves: list[list[int]] = case.machine.transitions.tolist()
        self.says: list[list[int]] = case.machine.outputs[..., 0].tolist()
        self.letters = dict(zip(case.answers, _letters(), strict=False))
        self._answers = case.answers
        table = print_program(
            table_recurrence(case.machine, ["x"], (True,)), (), (case.events,), (case.answers,)
        )
        self.sources = {"rules": row.source, "table": table}
        self._programs = [Program(source) for source in self.sources.values()]

    def word(self) -> tuple[int, ...]:
        """A drawn word: often some events at random, then a way to a state that was drawn, with detours.

        Random events alone would end nearly always where nothing matters any more.
        """
        every = range(len(self.events))
        word = [self.rng.choice(every) for _ in range(self.rng.choice((0, 0, 1, 2, 3)))]
        way = self._way(self.after(word), self.rng.randrange(len(self.moves)))
        for a in way:
            state = self.after(word)
            idle = [b for b in every if self.moves[state][b] == state]
            if idle and self.rng.random() < _DETOUR:
                word.append(self.rng.choice(idle))
            word.append(a)
        while len(word) < _WORDS.start:
            word.append(self.rng.choice(every))
        return tuple(word[: _WORDS.stop - 1])

    def _way(self, start: int, end: int) -> list[int]:
        """A shortest word from one state to another; empty where there is none."""
        came: dict[int, tuple[int, int]] = {}
        waiting = deque([start])
        while waiting and end not in came:
            state = waiting.popleft()
            for a in self.rng.sample(range(len(self.events)), len(self.events)):
                after = self.moves[state][a]
                if after not in came and after != start:
                    came[after] = state, a
                    waiting.append(after)
        way = list[int]()
        while end in came and end != start:
            end, a = came[end]
            way.append(a)
        return way[::-1]

    def after(self, word: Sequence[int]) -> int:
        """The state that a word leads to."""
        state = 0
        for a in word:
            state = self.moves[state][a]
        return state

    def letter(self, word: Sequence[int]) -> str:
        """The letter of the answer to the last event of a word: both programs are run, and must agree."""
        said = {program([self.events[a] for a in word])[-1] for program in self._programs}
        if len(said) != 1:
            raise ValueError(f"the two programs of {self.name} answer {word} differently")
        return self.letters[said.pop()]

    def letter_of(self, answer: int) -> str:
        """The letter of an answer by number."""
        return self.letters[self._answers[answer]]

    def listed(self, word: Sequence[int]) -> str:
        """A word as it stands in a question."""
        return ", ".join(self.events[a] for a in word)


def _letters() -> Iterator[str]:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    yield from alphabet
    yield from (one + other for one in alphabet for other in alphabet)


# One question of a kind, or None where this draw gives none. `wanted` is the side that it should come out
# on, drawn beforehand: yes or no, another answer the second time or the same one.


def _after(subject: Subject, _: bool) -> Question | None:
    word = (*subject.word(), subject.rng.randrange(len(subject.events)))
    last = subject.events[word[-1]]
    text = f"After the events {subject.listed(word[:-1])}: what is the answer to {last}? (a letter)"
    return Question("after a word", text, subject.letter(word))


def _twice(subject: Subject, wanted: bool) -> Question | None:
    word, event = subject.word()[:-2], subject.rng.randrange(len(subject.events))
    first, second = subject.letter((*word, event)), subject.letter((*word, event, event))
    if (first != second) != wanted:
        return None
    text = (
        f"After the events {subject.listed(word)} comes {subject.events[event]} twice in a row: what is the "
        "answer to the second of the two? (a letter)"
    )
    return Question("the second time", text, second)


def _changes(subject: Subject, wanted: bool) -> Question | None:
    word, event = subject.word(), subject.rng.randrange(len(subject.events))
    changes = subject.after((*word, event)) != subject.after(word)
    if changes != wanted:
        return None
    text = (
        f"After the events {subject.listed(word)}: does one {subject.events[event]} change anything later "
        "(its own answer does not count)? (yes or no)"
    )
    return Question("does it change anything", text, _yes(changes))


def _same(subject: Subject, wanted: bool) -> Question | None:
    one = subject.word()
    place = subject.rng.randrange(len(one) - 1)
    swapped = (*one[:place], one[place + 1], one[place], *one[place + 2 :])
    dropped = (*one[:place], *one[place + 1 :])
    other = subject.rng.choice([swapped, dropped])
    alike = subject.after(one) == subject.after(other)
    if other == one or alike != wanted:
        return None
    text = (
        f"Once the program reads {subject.listed(one)}; once it reads {subject.listed(other)} instead. Are "
        "all later events answered alike in both cases? (yes or no)"
    )
    return Question("do two words end alike", text, _yes(alike))


def _forgets(subject: Subject, _: bool) -> Question | None:
    found = [event for a, event in enumerate(subject.events) if len({row[a] for row in subject.moves}) == 1]
    text = (
        "Which events forget everything: after them, nothing that came before makes a difference to any "
        "later answer? (a list of events)"
    )
    return Question("what forgets everything", text, found)


def _returns(subject: Subject, _: bool) -> Question | None:
    found = [event for a, event in enumerate(subject.events) if {row[a] for row in subject.moves} == {0}]
    text = (
        "Which events bring the program back to its beginning, whatever came before: from then on it answers "
        "as a freshly started program does? (a list of events)"
    )
    return Question("what returns to the start", text, found)


def _always(subject: Subject, _: bool) -> Question | None:
    found = [event for a, event in enumerate(subject.events) if len({row[a] for row in subject.says}) == 1]
    text = "Which events always get the same answer, whatever came before? (a list of events)"
    return Question("what is always answered alike", text, found)


def _ignored(subject: Subject, _: bool) -> Question | None:
    found = [
        event
        for a, event in enumerate(subject.events)
        if all(row[a] == q for q, row in enumerate(subject.moves))
    ]
    text = "Which events never change anything later, whatever came before? (a list of events)"
    return Question("what never changes anything", text, found)


def _fewest(subject: Subject, _: bool) -> Question | None:
    ways = _distances(subject)
    choices = [y for y, steps in ways.items() if 2 <= steps <= _LONGEST_WAY]
    if not choices:
        return None
    answer = subject.rng.choice(choices)
    text = (
        f"How many events does it take at least until a freshly started program gives the answer "
        f"{subject.letter_of(answer)}? (a number; the event that gets this answer is counted)"
    )
    return Question("the shortest way to an answer", text, ways[answer])


def _ever(subject: Subject, wanted: bool) -> Question | None:
    event = subject.rng.randrange(len(subject.events))
    answers = sorted({y for row in subject.says for y in row})
    answer = subject.rng.choice(answers)
    can = any(row[event] == answer for row in subject.says)
    if can != wanted:
        return None
    text = (
        f"Is {subject.events[event]} ever answered with {subject.letter_of(answer)}, whatever came before? "
        "(yes or no)"
    )
    return Question("is it ever answered so", text, _yes(can))


def _distances(subject: Subject) -> dict[int, int]:
    """The fewest events until each answer is given."""
    steps, waiting, found = {0: 0}, deque([0]), dict[int, int]()
    while waiting:
        state = waiting.popleft()
        for after, answer in zip(subject.moves[state], subject.says[state], strict=True):
            found.setdefault(answer, steps[state] + 1)
            if after not in steps:
                steps[after] = steps[state] + 1
                waiting.append(after)
    return found


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


_Kind = Callable[[Subject, bool], Question | None]
# The ten questions about a machine; where a kind has none (left), a question after a word takes its place.
ASKED: tuple[_Kind, ...] = (
    _after,
    _after,
    _twice,
    _changes,
    _same,
    _forgets,
    _returns,
    _always,
    _fewest,
    _ever,
)
_ONE_OF = (_returns, _ignored)  # these two take turns


def questions(subject: Subject, number: int) -> list[Question]:
    """Ten different questions about the machine that comes as this number."""
    found: dict[str, Question] = {}
    for kind in ASKED:
        wanted = _ONE_OF[number % 2] if kind in _ONE_OF else kind
        side = subject.rng.random() < _SIDE
        for way, yes in ((wanted, side), (wanted, not side), (_after, True)):
            drawn = (way(subject, yes) for _ in range(_TRIES))
            question = next((q for q in drawn if q is not None and q.text not in found), None)
            if question is not None:
                found[question.text] = question
                break
    return list(found.values())


def sheet(subject: Subject, asked: Sequence[Question], form: str) -> str:
    """The sheet of one machine: the program in one form, and the questions."""
    answers = "\n".join(f"- {letter}: `{answer}`" for answer, letter in subject.letters.items())
    source = subject.sources[form].split(_SCRIPT)[0].strip()
    numbered = "\n".join(f"{n}. {question.text}" for n, question in enumerate(asked, 1))
    about = ABOUT.format(name=subject.name, events=", ".join(subject.events), answers=answers)
    return f"{about}\n```python\n{source}\n```\n\n## Questions\n\n{numbered}\n\n{HOW}"


def drawn(cases: Sequence[Case], seed: int) -> list[Case]:
    """The machines that are read: a drawn choice, in the folder's order."""
    chosen = random.Random(seed).sample(range(len(cases)), min(MACHINES, len(cases)))
    return [cases[n] for n in sorted(chosen)]


@click.group()
def main() -> None:
    """Sheets of questions about programs, and their marks."""


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("sheets", type=click.Path(path_type=Path))
@click.option("--key", type=click.Path(path_type=Path), help="The file of right answers. [SHEETS.key.json]")
@click.option(
    "--kept",
    type=click.Path(path_type=Path),
    help="A file that readability_machines.py kept: its programs are taken as they are.",
)
@click.option("--seed", default=SEED, show_default=True, help="Draws the machines and the questions.")
def sheets(folder: Path, sheets: Path, key: Path | None, kept: Path | None, seed: int) -> None:
    """Write the question sheets about machines of FOLDER (.dot files) into SHEETS."""
    right: dict[str, list[dict[str, Any]]] = {}
    known = read_kept(kept)
    for number, case in enumerate(drawn([*map(read_dot, sorted(folder.glob("*.dot")))], seed)):
        row = Row(case, *known[case.name]) if case.name in known else measured(case)
        if not row.proved:
            raise click.ClickException(f"the program of {case.name} is not proved equal to its machine")
        # A generator for each machine: its questions do not depend on what was asked about others.
        subject = Subject(row, random.Random(f"{seed} {case.name}"))
        asked = questions(subject, number)
        for form in FORMS:
            (sheets / form).mkdir(parents=True, exist_ok=True)
            write_whole(sheets / form / f"{case.name}.md", sheet(subject, asked, form))
        right[case.name] = [{"kind": q.kind, "text": q.text, "right": q.right} for q in asked]
        click.echo(f"{case.name}: {len(asked)} questions", err=True)
    write_whole(key or sheets.with_name(sheets.name + ".key.json"), json.dumps(right, indent=1) + "\n")


def is_right(given: object, right: str | int | list[str]) -> bool:
    """Whether an answer is the right one; case, blanks and the order of a list do not matter."""
    if isinstance(right, list):
        listed = given.split(",") if isinstance(given, str) else given
        if not isinstance(listed, list):
            return False
        return {_plain(one) for one in listed} - {"", "none"} == {_plain(one) for one in right}
    return _plain(given) == _plain(right)


def _plain(given: object) -> str:
    return str(given).strip().strip("[]`\"'.() ").lower()


def marks(
    key: Mapping[str, Sequence[Mapping[str, Any]]], given: Mapping[str, Sequence[object]]
) -> dict[str, list[bool]]:
    """For each machine, which questions were answered rightly; an answer that is missing is wrong."""
    found: dict[str, list[bool]] = {}
    for name, asked in key.items():
        answers = [*given.get(name, [])]
        answers += [None] * (len(asked) - len(answers))
        found[name] = [is_right(one, q["right"]) for one, q in zip(answers, asked, strict=False)]
    return found


def page(
    key: Mapping[str, Sequence[Mapping[str, Any]]], marked: Mapping[str, Mapping[str, list[bool]]], said: str
) -> str:
    """The page with the shares that were right: in all, by machine, by kind of question."""

    def share(found: Sequence[bool]) -> str:
        return f"{sum(found)} of {len(found)}, {sum(found) / max(len(found), 1):.0%}"

    forms = list(marked)
    head = f"| | {' | '.join(forms)} |\n|---|{'---:|' * len(forms)}"
    whole = [share([one for row in marked[form].values() for one in row]) for form in forms]
    lines = [
        "# Blind reading",
        "",
        "Written by `python benchmarks/reading.py mark`. Readers saw one sheet a machine, with the program "
        "in one form, and ten questions whose answers come from running it "
        "(`python benchmarks/reading.py sheets`); an answer left out is wrong.",
        *(["", said] if said else []),
        "",
        head,
        f"| **all** | {' | '.join(whole)} |",
        *(f"| `{name}` | {' | '.join(share(marked[form][name]) for form in forms)} |" for name in key),
        "",
        head.replace("| |", "| question |", 1),
    ]
    for kind in dict.fromkeys(q["kind"] for asked in key.values() for q in asked):
        own = [
            share([
                right
                for name, asked in key.items()
                for q, right in zip(asked, marked[form][name], strict=True)
                if q["kind"] == kind
            ])
            for form in forms
        ]  # fmt: skip
        lines.append(f"| {kind} | {' | '.join(own)} |")
    return "\n".join(lines) + "\n"


@main.command()
@click.argument("key", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("answers", nargs=-1, required=True, metavar="FORM=FILE...")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The page to write; else it is printed."
)
@click.option("--said", default="", help="Who read, and under which conditions: a sentence for the page.")
def mark(key: Path, answers: Sequence[str], output: Path | None, said: str) -> None:
    """Mark files of answers against KEY."""
    right = json.loads(key.read_text())
    marked = {}
    for one in answers:
        form, equals, file = one.partition("=")
        if not equals or not Path(file).is_file():
            raise click.UsageError(
                f"{one!r} is not of the form rules=FILE or table=FILE, with a file that exists"
            )
        marked[form] = marks(right, json.loads(Path(file).read_text()))
    text = page(right, marked, said)
    if output is None:
        click.echo(text)
    else:
        write_whole(output, text)


if __name__ == "__main__":
    main()
