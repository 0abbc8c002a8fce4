"""Functions from words to answers as networks: asked by whole words, each once, and no more than agreed."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from netlift.core._arguments import checked_count
from netlift.core._clock import OutOfTimeError, checkpoint
from netlift.core._errors import InputError, shown
from netlift.data._alphabet import LARGEST
from netlift.networks._coded import asked
from netlift.networks._codings import Said
from netlift.networks._prefixes import Prefixes
from netlift.networks._tokens import Symbol, Tokens, numbered

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
At = Literal["end", "each"]
Word = list[Any]

TRIED = 8  # words that are asked a second time, alone or cut in half, before the function is believed


class QueriesSpentError(OutOfTimeError):
    """A function was asked as many words as agreed. What was found until then is kept."""


class BlackBox:
    """A function from words to answers, as a network whose hidden states are the words read so far.

    What `from_function` gives. `queries` counts the words that the function was asked; a word is asked once.
    """

    def __init__(
        self,
        function: Callable[[list[Word]], Any],
        tokens: Tokens,
        answers: dict[Symbol, int] | None,
        *,
        longest: int | None,
        at: At,
        around: tuple[tuple[Symbol, ...], tuple[Symbol, ...]],
        batch: int,
        most_queries: int | None,
    ) -> None:
        self.function, self.longest, self.most_queries = function, longest, most_queries
        self.queries = 0
        self._tokens, self._answers, self._at = tokens, answers, at
        self._around, self._batch = around, batch
        self._symbols = tokens.alphabet
        self._known: dict[bytes, tuple[int, ...]] = {}
        self._streams: int | None = None
        self._tried = False

    def __str__(self) -> str:
        name = getattr(self.function, "__name__", type(self.function).__name__)
        return f"the function {name}, asked by whole words"

    @property
    def said(self) -> Said:
        """How its inputs and answers are coded."""
        given: dict[str, Any] = {"inputs": "number"}
        if self._symbols is not None:
            given = {"inputs": "one-hot", "alphabets": (self._symbols,)}
        if self._answers is None:
            return Said(**given, outputs="number")
        return Said(**given, outputs="classes", classes=(tuple(self._answers),))

    def initial_state(self, batch: int) -> Prefixes:
        """Words without a symbol."""
        return Prefixes.empty(batch)

    def next_state(self, hidden: Prefixes, inputs: Any) -> Prefixes:
        """The words with one symbol more; the function is not asked."""
        return hidden.followed_by(self._tokens.read(inputs))

    def output(self, hidden: Prefixes) -> Floats:
        """The answers after each word, [batch, K], as units."""
        if not hidden.lengths.all() and not any(self._around):
            raise InputError(f"{self} answers nothing before the first symbol, for nothing is put in front")
        words = [hidden.tokens[row, :length] for row, length in enumerate(hidden.lengths.tolist())]
        return self._units(self._answered(words))

    def along(self, words: Any) -> Floats:
        """The answers at every step of words [N, T, D], as units."""
        steps = np.stack([self._tokens.read(words[:, step]) for step in range(words.shape[1])], axis=1)
        if self._at == "each":  # the longest words first: they answer for all that begin them
            self._answered(list(steps))
        found = self._answered([word[: step + 1] for word in steps for step in range(steps.shape[1])])
        units = self._units(found)
        return units.reshape(len(steps), steps.shape[1], -1)

    def _units(self, rows: list[tuple[int, ...]]) -> Floats:
        found = np.array(rows, dtype=np.float64)
        if self._answers is None or not len(found):
            return found.reshape(len(rows), -1)
        units: Floats = np.eye(len(self._answers))[found[:, 0].astype(np.int64)]
        return units

    def _answered(self, words: Sequence[Ints]) -> list[tuple[int, ...]]:
        """The answer after each word [T, D], from memory or asked for."""
        keys = [word.tobytes() for word in words]
        new = {key: word for key, word in zip(keys, words, strict=True) if key not in self._known}
        asking = list(new.values())
        if asking and not self._tried and max(map(len, asking)) > 1:
            self._tried = True
            self._try(asking)
        for first in range(0, len(asking), self._batch):
            checkpoint()
            self._learn(asking[first : first + self._batch])
        return [self._known[key] for key in keys]

    def _learn(self, words: list[Ints]) -> None:
        """Ask, and remember the answers of the words, and of what begins them where these are told too."""
        for word, answers in zip(words, self._ask(words), strict=True):
            if self._at == "end":
                self._known[word.tobytes()] = answers[-1]
                continue
            for step, answer in enumerate(answers, 1):
                self._known.setdefault(word[:step].tobytes(), answer)

    def _ask(self, words: list[Ints]) -> list[list[tuple[int, ...]]]:
        """For each word the answers that the function gives: at its end alone, or at each step."""
        if self.most_queries is not None and self.queries + len(words) > self.most_queries:
            raise QueriesSpentError(
                f"the function was asked {self.queries:,} words and {len(words):,} more are needed; "
                f"most_queries is {self.most_queries:,}"
            )
        self.queries += len(words)
        before, after = self._around
        given = [[*before, *self._spelt(word), *after] for word in words]
        found = asked("function", lambda: _listed(self.function(given)))
        if len(found) != len(words):
            raise InputError(
                f"the function gave {len(found)} answers to {len(words)} words; expected one each"
            )
        if self._at == "end":
            return [[self._row(one)] for one in found]
        steps = []
        for word, whole, answers in zip(words, given, found, strict=True):
            each = asked("function", _listed, answers)
            if len(each) != len(whole):
                raise InputError(
                    f"the function gave {len(each)} answers along a word of {len(whole)} symbols; expected "
                    'one after each (at="each"), or at="end"'
                )
            steps.append([self._row(one) for one in each[len(whole) - len(word) :]])
        return steps

    def _spelt(self, word: Ints) -> Word:
        """A word as the function takes it: its symbols, tuples of them where there are several streams."""
        if self._symbols is not None:
            return [self._symbols[one] for one in word[:, 0].tolist()]
        rows = word.tolist()
        return [row[0] for row in rows] if word.shape[1] == 1 else [tuple(row) for row in rows]

    def _row(self, answer: Any) -> tuple[int, ...]:
        """One answer as numbers, of each output stream one."""
        if self._answers is not None:
            plain = answer.item() if isinstance(answer, np.generic) else answer
            if not isinstance(plain, str | int) or plain not in self._answers:
                expected = ", ".join(map(repr, self._answers))
                raise InputError(
                    f"the function answers {shown(answer)}; expected one of {expected} (answers)"
                )
            return (self._answers[plain],)
        row = tuple(map(_number, _listed(answer) if _is_listed(answer) else [answer]))
        if self._streams not in (None, len(row)) or not row:
            raise InputError(f"the function answers {len(row)} streams, and {self._streams} before")
        self._streams = len(row)
        return row

    def _try(self, words: Sequence[Ints]) -> None:
        """Refuses a function that answers otherwise when asked again, alone, or along a longer word."""
        some = list(words[:TRIED])
        whole, alone = self._ask(some), [self._ask([word])[0] for word in some]
        if whole != alone:
            raise InputError(
                "the function answers the same word otherwise when it is asked again, alone; expected one "
                "answer for each word"
            )
        if self._at == "each":
            cut = self._ask([word[: max(1, len(word) // 2)] for word in some])
            if any(full[: len(part)] != part for full, part in zip(whole, cut, strict=True)):
                raise InputError(
                    "the function's answers inside a word change with the symbols that follow; expected "
                    'at="end", which asks for every prefix of a word'
                )


def from_function(
    function: Callable[[list[Word]], Any],
    *,
    symbols: Sequence[Symbol] | None = None,
    longest: int | None = None,
    at: At = "end",
    begin: Symbol | Sequence[Symbol] | None = None,
    end: Symbol | Sequence[Symbol] | None = None,
    answers: Sequence[Symbol] | None = None,
    batch: int = 1_024,
    most_queries: int | None = None,
) -> BlackBox:
    """Take any function from words to answers as a network that `lift` opens.

    A bidirectional network, an encoder with a classifier, a program or a service: what is asked is whole
    words, each once, in batches. The hidden state is the word read so far.

    Args:
        function: takes a list of words, each a list of symbols, and gives for each word its answer (at
            "end"), or the answers after each of its symbols (at "each"). An answer is a whole number, a list
            of them (output streams), or one of `answers`.
        symbols: the symbols that words hold; None: whole numbers, and tuples of them where inputs have
            several streams.
        longest: the most symbols that a word may have; the function is asked of none longer, and claims name
            it. None: any number.
        at: "end": the answer after each prefix is a query of its own. "each": one query answers for a word
            and all that begins it, `begin` included.
        begin: the symbol or symbols put in front of every word; None: none.
        end: those put behind it, after which the answer is read (at "end"); None: none.
        answers: the answers that there are, where they are no whole numbers; None: they are.
        batch: the most words in one call of the function.
        most_queries: the most words that the function may be asked; then what was found is kept. None: any
            number.

    Returns:
        A network for `lift` and `check_model`, whose `queries` counts the words that were asked.

    Raises:
        InputError: an argument cannot be used. While it is asked: the function raises, answers in another
            shape, or answers the same word otherwise.

    Cost:
        Nothing; later one word for each prefix that was not asked yet (at "end"), thousands for a `lift`.

    Example:
        >>> import netlift
        >>> def last_two_differ(words):
        ...     return ["yes" if word[-1] != (["a", *word])[-2] else "no" for word in words]
        >>> network = netlift.from_function(last_two_differ, symbols=["a", "b"], answers=["no", "yes"])
        >>> result = netlift.lift(network, netlift.Alphabet((["a", "b"],), length=8))
        >>> result.program(["a", "b", "b"])
        ['no', 'yes', 'no']
    """
    if not callable(function) or isinstance(function, type):
        raise InputError(f"the function is of type {type(function).__name__}; expected a function of words")
    if at not in ("end", "each"):
        raise InputError(f"at is {shown(at)}; expected 'end' or 'each'")
    if end is not None and at == "each":
        raise InputError("end is given and at is 'each'; expected at='end', for the answer is read behind it")
    alphabet = None if symbols is None else tuple(numbered("symbols", symbols))
    return BlackBox(
        function,
        Tokens(None if alphabet is None else {one: number for number, one in enumerate(alphabet)}),
        None if answers is None else numbered("answers", answers),
        longest=None if longest is None else checked_count("longest", longest),
        at=at,
        around=(_ends("begin", begin), _ends("end", end)),
        batch=checked_count("batch", batch),
        most_queries=None if most_queries is None else checked_count("most_queries", most_queries),
    )


def _ends(name: str, given: Any) -> tuple[Symbol, ...]:
    """The symbols that are put in front or behind: one, or several."""
    if given is None:
        return ()
    listed = list(given) if isinstance(given, list | tuple) else [given]
    for one in listed:
        if not isinstance(one, str | int | np.integer) or isinstance(one, bool):
            raise InputError(f"{name} is {shown(given)}; expected a symbol, or a list of symbols")
    return tuple(listed)


def _is_listed(answer: Any) -> bool:
    return (
        isinstance(answer, Iterable)
        and not isinstance(answer, str | bytes)
        and getattr(answer, "ndim", 1) > 0
    )


def _listed(answers: Any) -> list[Any]:
    """What a function gave, as a list: of a list, an array or a tensor."""
    if not _is_listed(answers):
        raise TypeError(f"it gave a {type(answers).__name__} and no list of answers")
    plain = answers.tolist() if hasattr(answers, "tolist") else answers
    return list(plain)


def _number(answer: Any) -> int:
    """One answer as a whole number."""
    plain = answer.item() if hasattr(answer, "item") else answer
    if isinstance(plain, float) and plain.is_integer():
        plain = int(plain)
    if not isinstance(plain, int) or abs(plain) > LARGEST:
        raise InputError(
            f"the function answers {shown(answer)}; expected a whole number, or answers= that lists "
            "what there is"
        )
    return int(plain)
