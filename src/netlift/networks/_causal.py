"""Causal models of PyTorch, such as Transformers, as networks: the hidden state is the word read so far."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._arguments import checked_count
from netlift.core._clock import checkpoint
from netlift.core._errors import InputError, shown
from netlift.networks._coded import asked
from netlift.networks._codings import Said
from netlift.networks._prefixes import Prefixes
from netlift.networks._tensors import plain_array
from netlift.networks._tokens import Answers, Kind, Symbol, Tokens

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

POSITIONS = 2**13  # of one call, before it is known how many output units there are
NUMBERS = 2**23  # output units of one call, 64 MiB in double precision
KEPT = 2**21  # output units that are remembered, 16 MiB: all words of two symbols up to length 16, and more
TRIED = 8  # words on which a module is tried: whether it answers the same again, and is causal
CLOSE = 1e-3  # how far rounding may move a unit when the batch or the length is another, in units or relative


class Causal:
    """A causal module over tokens, as a network whose hidden states are the words read so far.

    What `from_causal` gives; `longest` is the most steps that a sequence may have.
    """

    def __init__(
        self,
        module: Any,
        tokens: Tokens,
        answers: Answers,
        longest: int | None,
        before: tuple[int, ...] = (),
        after: tuple[int, ...] = (),
        positions: int | None = None,
    ) -> None:
        self.module, self.longest = module, longest
        self._tokens, self._answers = tokens, answers
        self._before, self._after, self._positions = before, after, positions
        self._units: int | None = None
        self._known: dict[bytes, Floats] = {}  # the units at the end of words that were asked one by one
        self._tried = 0  # steps of the words that it was tried on

    def __str__(self) -> str:
        return f"{type(self.module).__name__} over whole words"

    @property
    def parameters(self) -> int:
        """How many numbers the module consists of."""
        return sum(int(one.numel()) for one in self.module.parameters())

    @property
    def said(self) -> Said:
        """How its units are read."""
        symbols, names = self._tokens.alphabet, self._answers.names
        inputs = Said(inputs="number") if symbols is None else Said(inputs="one-hot", alphabets=(symbols,))
        if self._answers.kind == "classes":
            outputs = Said(outputs="classes", classes=None if names is None else (names,))
        else:
            at = 0.0 if self._answers.kind == "likely" else self._answers.threshold
            outputs = Said(outputs="threshold", threshold=at)
        told = {name: value for name, value in vars(outputs).items() if value is not None}
        return Said(**{**vars(inputs), **told})

    def initial_state(self, batch: int) -> Prefixes:
        """Words without a symbol."""
        return Prefixes.empty(batch)

    def next_state(self, hidden: Prefixes, inputs: Any) -> Prefixes:
        """The words with one symbol more; the module is not run."""
        return hidden.followed_by(self._tokens.read(inputs))

    def output(self, hidden: Prefixes) -> Floats:
        """The output units after each word, [batch, K]."""
        found: Floats | None = None
        for rows, words in hidden.by_length():
            distinct, place = _distinct(words[:, :, 0])
            units = self._remembered(distinct)[place]
            found = np.zeros((len(hidden), units.shape[1])) if found is None else found
            found[rows] = units
        return np.zeros((0, self._units or 1)) if found is None else found

    def along(self, words: Any) -> Floats | None:
        """The output units at every step of words [N, T, D], in one pass; None where words have an end."""
        if self._after:
            return None
        steps = np.stack([self._tokens.read(words[:, step]) for step in range(words.shape[1])], axis=1)
        distinct, place = _distinct(steps[:, :, 0])
        return self._units_after(distinct)[place]

    @property
    def steps_before(self) -> int:
        """How many tokens are put in front of every word."""
        return len(self._before)

    @property
    def reads_behind_end(self) -> bool:
        """Whether the answer is read behind tokens that end the word."""
        return bool(self._after)

    def tokens_of(self, words: Any) -> Ints:
        """The tokens [N, T] of words as input units [N, T, D]."""
        steps = [self._tokens.read(words[:, step])[:, 0] for step in range(words.shape[1])]
        return np.stack(steps, axis=1)

    def units_of(self, tokens: Ints) -> Floats:
        """The output units that count at every step of words of tokens [N, T], in one call of the module."""
        return self._answers.read(self._called(tokens))

    def along_from(self, hidden: Prefixes, words: Any) -> Floats | None:
        """The output units at every step of words [N, T, D] that go on from others, as `along` has them."""
        if self._after:
            return None
        steps = np.stack([self._tokens.read(words[:, step]) for step in range(words.shape[1])], axis=1)
        before = hidden.tokens.shape[1]
        whole = np.tile(steps[:, -1:], (1, before + steps.shape[1], 1))  # behind an end nothing is looked at
        held = np.arange(before) < hidden.lengths[:, None]
        whole[:, :before][held] = hidden.tokens[held]
        row, place = np.arange(len(whole))[:, None], hidden.lengths[:, None] + np.arange(steps.shape[1])
        whole[row, place] = steps
        distinct, same = _distinct(whole[:, :, 0])
        units: Floats = self._units_after(distinct)[same[:, None], place]
        return units

    def unit_of(self, units: Any) -> list[int | None]:
        """For symbols as input units [A, D], the output unit that says whether each may come next."""
        return [self._answers.unit_of(int(token)) for token in self._tokens.read(units)[:, 0]]

    def _remembered(self, tokens: Ints) -> Floats:
        """The output units [N, K] at the end of words [N, T] that all differ; each is asked once."""
        keys = [word.tobytes() for word in tokens]
        new = [row for row, key in enumerate(keys) if key not in self._known]
        if not new:
            return np.array([self._known[key] for key in keys])
        units = self._units_after(tokens[new])[:, -1]
        if (len(self._known) + len(new)) * units.shape[1] <= KEPT:
            self._known.update(zip([keys[row] for row in new], units, strict=True))
            return np.array([self._known[key] for key in keys])
        found = np.zeros((len(tokens), units.shape[1]))
        found[new] = units
        for row in set(range(len(keys))) - set(new):
            found[row] = self._known[keys[row]]
        return found

    def _units_after(self, tokens: Ints) -> Floats:
        """The output units that count at every step of words [N, T]; the last one alone where they end."""
        if not tokens.shape[1] and not self._before and not self._after:
            raise InputError(f"{self} answers nothing before the first symbol, for no begin= is put in front")
        if tokens.shape[1] > self._tried and len(tokens):
            self._try(tokens[:TRIED])
        return self._answers.read(self._whole(tokens))

    def _whole(self, tokens: Ints) -> Floats:
        """All output units [N, T, K] of words, in as many calls as their size asks for."""
        parts, first = [], 0
        count, steps = tokens.shape
        long = max(1, steps + len(self._before) + len(self._after))
        while first < count:
            checkpoint()
            room = POSITIONS if self._units is None else max(1, NUMBERS // self._units)
            last = first + max(1, min(room, 8 * POSITIONS) // long)
            parts.append(self._called(tokens[first:last]))
            first = last
        return np.concatenate(parts)

    def _called(self, tokens: Ints) -> Floats:
        import torch

        ends = [
            np.tile(np.array(part, dtype=np.int64), (len(tokens), 1)) for part in (self._before, self._after)
        ]
        whole = np.concatenate(
            [ends[0].reshape(len(tokens), -1), tokens, ends[1].reshape(len(tokens), -1)], axis=1
        )
        weight = next(iter(self.module.parameters()), None)
        device = torch.device("cpu") if weight is None else weight.device
        given = [torch.as_tensor(whole, device=device)]
        if self._positions is not None:
            places = torch.arange(self._positions, self._positions + whole.shape[1], device=device)
            given.append(places.expand(len(whole), -1))
        with _evaluating(self.module), torch.no_grad():
            found = asked("module", self._call, *given)
        units = plain_array("what the module gave", found)
        if units.ndim != 3 or units.shape[:2] != whole.shape or not units.shape[2]:
            raise InputError(
                f"the module gave the shape {list(units.shape)} for tokens {list(whole.shape)}; expected "
                f"[{whole.shape[0]}, {whole.shape[1]}, K], the output units after every token"
            )
        if self._units not in (None, units.shape[2]):
            raise InputError(f"the module gave {units.shape[2]} output units, and {self._units} before")
        self._units = units.shape[2]
        if not np.isfinite(units).all():
            raise InputError("the module gave a NaN or infinite number")
        if self._after:
            return units[:, -1:]
        return units[:, max(len(self._before) - (0 if tokens.shape[1] else 1), 0) :]

    def _call(self, *given: Any) -> Any:
        """The module's output units: a tensor, the first of a tuple, or what is called `logits`."""
        found = self.module(*given)
        found = getattr(found, "logits", found)
        return found[0] if isinstance(found, tuple) and found else found

    def _try(self, tokens: Ints) -> None:
        """Refuses a module that answers otherwise when asked again, or looks at later symbols."""
        self._tried = max(self._tried, tokens.shape[1] if tokens.shape[1] < 4 else 2**62)
        whole, again = self._whole(tokens), self._whole(tokens)
        if not np.array_equal(whole, again):
            raise InputError(
                "the module answers the same words otherwise when it is asked again; expected one answer for "
                "each word"
            )
        half = tokens.shape[1] // 2
        if self._after or not half:
            return
        cut = self._whole(tokens[:, :half])
        if not np.allclose(cut, whole[:, :half], rtol=CLOSE, atol=CLOSE):
            raise InputError(
                f"the module's answers after {half} symbols change with the symbols that follow; expected a "
                "causal module (for others, from_function or end=, and the answer at the end of each word)"
            )


def from_causal(
    module: Any,
    *,
    longest: int | None,
    symbols: Sequence[Symbol] | Mapping[Symbol, int] | None = None,
    begin: int | Sequence[int] | None = None,
    end: int | Sequence[int] | None = None,
    outputs: Kind = "classes",
    answers: Sequence[Symbol] | Mapping[Symbol, int] | None = None,
    threshold: float | None = None,
    positions: int | None = None,
) -> Causal:
    """Take a causal PyTorch module over tokens, such as a Transformer, as a network that `lift` opens.

    The hidden state is the word read so far, and words of equal length are run together, each whole word in
    one call where the answers at all its steps are asked for. The module is put into evaluation mode for each
    call, and back.

    Args:
        module: a `torch.nn.Module` that maps tokens [B, T] to output units [B, T, K] (or gives an object with
            these as `logits`, or a tuple with these first). What it gives after a token must not depend on
            later ones.
        longest: the most symbols that a word may have; nothing runs the module on more, and claims name it.
            None: any number.
        symbols: the symbols of words and their tokens: a mapping, or a sequence whose tokens are 0, 1, ...
            None: words hold tokens.
        begin: the token or tokens that are put in front of every word; None: none.
        end: those put behind it, after which the answer is read; the module need not be causal then, and each
            prefix is a call of its own. None: the answer is read after each symbol.
        outputs: "classes": the answer is the best unit. "next": each unit says of one token whether it may
            come next, and lies above `threshold` if so; each is an output stream of 0 and 1. "likely": the
            same, for units that are scores of one distribution (softmax).
        answers: which units count and what they mean: a mapping from answers to units, or a sequence of
            answers for the units from 0. None: all units, as numbers.
        threshold: for "next", None: 0, or 0.5 where all units lie between 0 and 1; for "likely" the
            probability from which a token may come next, None: 0.1.
        positions: the number of the first position, for a module that takes positions [B, T] as its second
            argument; None: it takes tokens alone.

    Returns:
        A network for `lift` and `check_model`.

    Raises:
        InputError: an argument cannot be used, or the module's weights are no finite numbers. While it is
            run: what it gives has another shape, changes from call to call or with later tokens, is NaN, or
            it raises.

    Cost:
        Nothing; later one pass over T tokens for each word whose answers are asked for.

    Example:
        >>> import netlift, torch
        >>> class Parity(torch.nn.Module):
        ...     def forward(self, tokens):
        ...         ones = torch.cumsum(tokens, dim=1) % 2
        ...         return torch.stack([1.0 - ones, 1.0 * ones], dim=2)
        >>> network = netlift.from_causal(Parity(), longest=16)
        >>> netlift.lift(network, netlift.Alphabet(((0, 1),), length=10)).program([1, 1, 1, 0])
        [1, 0, 1, 1]
    """
    checked_module(module)
    return Causal(
        module,
        Tokens.of(symbols),
        Answers.of(outputs, answers, threshold),
        None if longest is None else checked_count("longest", longest),
        tokens_of("begin", begin),
        tokens_of("end", end),
        None if positions is None else checked_count("positions", positions, 0),
    )


def _distinct(tokens: Ints) -> tuple[Ints, Ints]:
    """The different words among words [N, T], and the place of each word among them [N]."""
    if not tokens.shape[1]:
        return tokens[:1], np.zeros(len(tokens), dtype=np.int64)
    distinct, place = np.unique(tokens, axis=0, return_inverse=True)
    return distinct, place.reshape(-1)


def checked_module(module: Any) -> None:
    """Raises InputError where something is no module, or its weights hold a NaN or infinite number."""
    if isinstance(module, type):
        raise InputError(f"the module is the class {module.__name__}; expected an object of it")
    needed: tuple[Callable[[Any], bool], ...] = (
        callable,
        lambda one: callable(getattr(one, "named_parameters", None)),
        lambda one: callable(getattr(one, "modules", None)),
    )
    if not all(holds(module) for holds in needed):
        raise InputError(f"the module is of type {type(module).__name__}; expected a torch.nn.Module")
    import torch

    for name, weight in module.named_parameters():
        if weight.is_meta:
            raise InputError(f"the weights {shown(name)} are on the meta device, without numbers")
        if weight.is_floating_point() and not bool(torch.isfinite(weight).all()):
            raise InputError(f"the weights {shown(name)} hold a NaN or infinite number")


def tokens_of(name: str, given: Any) -> tuple[int, ...]:
    """One token or several, as a tuple. Raises InputError where they are no whole numbers from 0."""
    if given is None:
        return ()
    listed = list(given) if isinstance(given, list | tuple | np.ndarray) else [given]
    if not listed:
        raise InputError(f"{name} is empty; expected a token, tokens or None")
    return tuple(checked_count(name, one, 0) for one in listed)


@contextmanager
def _evaluating(module: Any) -> Iterator[None]:
    """The module in evaluation mode; afterwards each part in the mode that it was in."""
    training = [part for part in module.modules() if part.training]
    for part in training:
        part.training = False
    try:
        yield
    finally:
        for part in training:
            part.training = True
