"""A finite machine as a page draws it: arrows with equal effect bundled, the commonest said once."""

from collections import Counter, deque
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from netlift.report.page._spelt import Names, gathered, keys, spelt
from netlift.states import Machine

MOST_STATES = 40  # of a machine that is drawn whole
MOST_ARROWS = 140  # of bundled ones; beyond, a drawing is a ball of wool
MOST_CELLS = 4_000  # of a matrix, states by symbols
MOST_KEPT = 200_000  # transitions that a page has room for
MOST_ROWS = 300  # of the table of states
DEFAULT = 0.25  # share of the transitions from which on what is usual is said once, in words
OTHERWISE = 4  # symbols with one effect from which on they are "otherwise", if they are more than half

LONG = 12  # characters of an answer from which on answers are letters in the picture, explained below it
FEWEST = 3  # states of a machine of which the usual is said apart

Answer = tuple[int, ...]
Effect = tuple[
    int | None, Answer | None
]  # where to (None: it stays), and the answer (None: it is the state's)
Moore = (
    list[Answer | None] | None
)  # the answer of each state, None: nothing leads there; None: no such machine
Missing = Collection[tuple[int, int]]  # transitions, state and symbol, that no data showed


@dataclass
class Arrow:
    """All that leads from one state to another."""

    source: int
    target: int
    lines: list[dict[str, str]] = field(default_factory=list)  # for each answer: "short", "whole", "answer"


@dataclass(frozen=True)
class Drawing:
    """A machine made ready for a page.

    Attributes:
        machine: what is drawn.
        inputs: names of the input symbols.
        outputs: names of the output symbols.
        missing: transitions that no data showed: left out.
    """

    machine: Machine
    inputs: Names
    outputs: Names
    missing: Missing = ()

    def content(self) -> dict[str, Any]:
        """What template and script need, as plain values."""
        moore = self._moore()
        usual = self._default(moore)
        texts, key = self._short()
        arrows = self._arrows(usual, moore, texts)
        access = self.access()
        cells = self.machine.transitions.size
        drawn = self.machine.states <= MOST_STATES and len(arrows) <= MOST_ARROWS
        return {
            "states": self.machine.states,
            "symbols": len(self.machine.alphabet),
            "drawn": drawn,
            "kept": cells <= MOST_KEPT,
            "arrows": [self._told(one) for one in arrows] if cells <= MOST_KEPT else [],
            "bundled": len(arrows),
            "default": self._said(usual, texts),
            "key": key,
            "missing": len(self.missing),
            "moore": None if moore is None else [None if one is None else texts[one] for one in moore],
            "access": [self._word(word) for word in access[:MOST_ROWS]],
            "rows": [self._row(state, access[state], arrows) for state in range(min(MOST_ROWS, len(access)))],
            "matrix": self._matrix() if not drawn and cells <= MOST_CELLS else None,
            "script": self._script(access) if cells <= MOST_KEPT else None,
        }

    def access(self) -> list[list[int]]:
        """A shortest word to each state, as numbers of symbols."""
        words: dict[int, list[int]] = {0: []}
        queue = deque([0])
        missing = set(self.missing)
        while queue:
            state = queue.popleft()
            for symbol, after in enumerate(self.machine.transitions[state].tolist()):
                if after not in words and (state, symbol) not in missing:
                    words[after] = [*words[state], symbol]
                    queue.append(after)
        return [words.get(state, []) for state in range(self.machine.states)]

    def _effects(self, state: int, symbol: int, moore: Moore) -> tuple[Effect, ...]:
        """What a transition does, in each way to say it: a loop of state 3 stays, and goes to state 3."""
        target = int(self.machine.transitions[state, symbol])
        answer = None if moore is not None else tuple(self.machine.outputs[state, symbol].tolist())
        goes: Effect = (target, answer)
        return (goes, (None, answer)) if target == state else (goes,)

    def _default(self, moore: Moore) -> dict[int, Effect]:
        """For each symbol the effect that it has in most states; empty where saying it saves little."""
        machine, missing = self.machine, set(self.missing)
        if machine.states < FEWEST or machine.transitions.size > MOST_KEPT:
            return {}
        usual, saved, total = {}, 0, 0
        for symbol in range(len(machine.alphabet)):
            shown = [state for state in range(machine.states) if (state, symbol) not in missing]
            counts = Counter(effect for state in shown for effect in self._effects(state, symbol, moore))
            total += len(shown)
            effect, count = counts.most_common(1)[0] if counts else ((None, None), 0)
            if 2 * count > len(shown):
                usual[symbol] = effect
                saved += count
        return usual if DEFAULT * total <= saved < total else {}

    def _said(self, usual: dict[int, Effect], short: dict[Answer, str]) -> list[dict[str, str]]:
        """The usual effects in words, symbols with the same one together."""
        together: dict[Effect, list[int]] = {}
        for symbol, effect in usual.items():
            together.setdefault(effect, []).append(symbol)
        told = []
        for (target, answer), symbols in together.items():
            whole = gathered([self.machine.alphabet[one].tolist() for one in symbols], self.inputs)[1]
            goes = "stays in its state" if target is None else f"goes to state {target}"
            answers = "" if answer is None else f" and answers {short[answer]}"
            every = len(symbols) == len(self.machine.alphabet)
            told.append(
                {"symbols": "any input" if every and len(symbols) > 1 else whole, "does": goes + answers}
            )
        return told

    def _short(self) -> tuple[dict[Answer, str], list[dict[str, str]]]:
        """Each answer as the picture says it: itself, or a letter where they are long; and the letters."""
        outputs = self.machine.outputs.reshape(-1, self.machine.outputs.shape[2])
        answers = list(dict.fromkeys(tuple(one) for one in outputs.tolist()))
        texts = {answer: spelt(answer, self.outputs) for answer in answers}
        if max(map(len, texts.values())) <= LONG:
            return texts, []
        letters = {answer: _letters(number) for number, answer in enumerate(answers)}
        return letters, [{"letter": letters[answer], "answer": texts[answer]} for answer in answers]

    def _moore(self) -> Moore:
        """The answer that belongs to each state, where answers hang on nothing else; else None."""
        answers: list[tuple[int, ...] | None] = [None] * self.machine.states
        if self.machine.transitions.size > MOST_KEPT:
            return None
        for state in range(self.machine.states):
            for symbol in range(len(self.machine.alphabet)):
                if (state, symbol) in self.missing:
                    continue
                target = int(self.machine.transitions[state, symbol])
                answer = tuple(self.machine.outputs[state, symbol].tolist())
                if answers[target] not in (None, answer):
                    return None
                answers[target] = answer
        return answers

    def _arrows(self, usual: dict[int, Effect], moore: Moore, texts: dict[Answer, str]) -> list[Arrow]:
        machine = self.machine
        if machine.transitions.size > MOST_KEPT:
            return []
        missing = set(self.missing)
        arrows: dict[tuple[int, int], Arrow] = {}
        for state in range(machine.states):
            groups: dict[tuple[int, Answer | None], list[int]] = {}
            for symbol in range(len(machine.alphabet)):
                effects = self._effects(state, symbol, moore)
                if (state, symbol) in missing or usual.get(symbol) in effects:
                    continue
                target = int(machine.transitions[state, symbol])
                groups.setdefault((target, effects[0][1]), []).append(symbol)
            largest = max(groups, key=lambda one: len(groups[one]), default=None)
            everything = sum(map(len, groups.values()))
            for (target, answer), symbols in groups.items():
                short, whole = gathered([machine.alphabet[one].tolist() for one in symbols], self.inputs)
                is_rest = (target, answer) == largest and everything == len(machine.alphabet)
                if is_rest and OTHERWISE <= len(symbols) < everything and 2 * len(symbols) > everything:
                    short = "otherwise"
                elif is_rest and len(symbols) == everything and everything > 1:
                    short = "any"
                said = "" if answer is None else texts[answer]
                arrow = arrows.setdefault((state, target), Arrow(state, target))
                arrow.lines.append({"short": short, "whole": whole, "answer": said})
        return list(arrows.values())

    def _told(self, arrow: Arrow) -> dict[str, Any]:
        return {"from": arrow.source, "to": arrow.target, "lines": arrow.lines}

    def _word(self, word: list[int]) -> str:
        if not word:
            return "the start"
        return "  ".join(spelt(self.machine.alphabet[one].tolist(), self.inputs) for one in word)

    def _row(self, state: int, word: list[int], arrows: list[Arrow]) -> dict[str, Any]:
        """A state in words, for the table beside the picture."""
        goes = [
            {"symbols": line["whole"], "to": arrow.target, "answer": line["answer"]}
            for arrow in arrows
            if arrow.source == state
            for line in arrow.lines
        ]
        return {"state": state, "access": self._word(word), "goes": goes}

    def _matrix(self) -> dict[str, Any]:
        """Where each symbol leads from each state, and what is answered."""
        machine = self.machine
        return {
            "symbols": [spelt(one, self.inputs) for one in machine.alphabet.tolist()],
            "rows": [
                [
                    None
                    if (state, symbol) in self.missing
                    else [
                        int(machine.transitions[state, symbol]),
                        spelt(machine.outputs[state, symbol].tolist(), self.outputs),
                    ]
                    for symbol in range(len(machine.alphabet))
                ]
                for state in range(machine.states)
            ],
        }

    def _script(self, access: list[list[int]]) -> dict[str, Any]:
        """What is needed to follow an input."""
        machine = self.machine
        answers = [tuple(one) for one in machine.outputs.reshape(-1, machine.outputs.shape[2]).tolist()]
        different = {answer: number for number, answer in enumerate(dict.fromkeys(answers))}
        numbers = [different[one] for one in answers]
        width = len(machine.alphabet)
        return {
            "keys": [keys(one, self.inputs) for one in machine.alphabet.tolist()],
            "names": [spelt(one, self.inputs) for one in machine.alphabet.tolist()],
            "next": machine.transitions.tolist(),
            "answer": [numbers[at : at + width] for at in range(0, len(numbers), width)],
            "answers": [spelt(one, self.outputs) for one in different],
            "access": access,
            "missing": [list(one) for one in sorted(self.missing)],
        }


def _letters(number: int) -> str:
    """A, B, ..., Z, AA, AB, ..."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
