"""The regular expression of the words after which a machine gives an answer, where it is a short one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from netlift.formulas.machines._rules import Choice, Moves, Rules, Told

LONGEST = 60  # characters; a longer expression is no easier to read than the program
_MOST_STATES = 24
_SPECIAL = set("()|*?")


@dataclass(frozen=True)
class _Then:
    """Parts one after another; none: the empty word."""

    parts: "tuple[_Part, ...]"


@dataclass(frozen=True)
class _Or:
    """One of several."""

    parts: "tuple[_Part, ...]"


@dataclass(frozen=True)
class _Star:
    """Any number of times."""

    part: "_Part"


@dataclass(frozen=True)
class _Maybe:
    """Once, or not at all."""

    part: "_Part"


_Part = str | _Then | _Or | _Star | _Maybe
_EMPTY = _Then(())


def expression_of(rules: Rules, symbols: Sequence[str]) -> tuple[int, str] | None:
    """The number of an answer and the expression of all words that end with it; None without a short one.

    For rules that list the moves of one variable and answer from its new value, over symbols of one character
    each. What it says of the empty word does not matter: nothing is answered there.
    """
    if rules.unseen or any(len(symbol) != 1 or symbol in _SPECIAL or symbol.isspace() for symbol in symbols):
        return None
    match rules:
        case Rules(
            variables=(variable,),
            block=(Moves(),),
            told=Told(choice=Choice(test, Told(yes, None), Told(no, None))),
        ) if len(rules.moves) <= _MOST_STATES:
            ends = {q for q, one in enumerate(variable.sets) if one & test.values}
        case _:
            return None
    others = set(range(len(rules.moves))) - ends
    found = [(yes, _of_words(rules.moves, ends, symbols)), (no, _of_words(rules.moves, others, symbols))]
    short = [(answer, text) for answer, text in found if text is not None and len(text) <= LONGEST]
    return min(short, key=lambda one: len(one[1]), default=None)


def _of_words(moves: Sequence[Sequence[int]], ends: set[int], symbols: Sequence[str]) -> str | None:
    """The expression of the words that lead from state 0 to one of some; states are left out in turn."""
    begin, end = -1, -2
    edges: dict[tuple[int, int], _Part] = {(begin, 0): _EMPTY}
    for q, row in enumerate(moves):
        for r in dict.fromkeys(row):
            edges[q, r] = _or(symbols[a] for a, s in enumerate(row) if s == r)
    edges |= {(q, end): _EMPTY for q in ends}
    left = set(range(len(moves)))
    while left:
        q = min(left, key=lambda q: (_weight(edges, q), q))
        left.remove(q)
        loop = edges.pop((q, q), None)
        again = () if loop is None else (_star(loop),)
        into = [(p, part) for (p, r), part in edges.items() if r == q]
        out = [(r, part) for (p, r), part in edges.items() if p == q]
        edges = {pair: part for pair, part in edges.items() if q not in pair}
        for p, first in into:
            for r, last in out:
                way = _then((first, *again, last))
                edges[p, r] = _or((edges[p, r], way)) if (p, r) in edges else way
        if sum(len(_text(part)) for part in edges.values()) > 40 * LONGEST:
            return None
    whole = edges.get((begin, end))
    return None if whole is None or whole == _EMPTY else _text(whole)


def _weight(edges: Mapping[tuple[int, int], _Part], q: int) -> int:
    """About how many characters are written anew when a state is left out (Delgado and Morais)."""
    into = [len(_text(part)) for (p, r), part in edges.items() if r == q != p]
    out = [len(_text(part)) for (p, r), part in edges.items() if p == q != r]
    loop = len(_text(edges[q, q])) if (q, q) in edges else 0
    return sum(into) * (len(out) - 1) + sum(out) * (len(into) - 1) + loop * (len(into) * len(out) - 1)


def _then(parts: Iterable[_Part]) -> _Part:
    flat = list[_Part]()
    for part in parts:
        for one in part.parts if isinstance(part, _Then) else (part,):
            if not (flat and isinstance(one, _Star) and flat[-1] == one):  # a*a* is a*
                flat.append(one)
    return flat[0] if len(flat) == 1 else _Then(tuple(flat))


def _or(parts: Iterable[_Part]) -> _Part:
    flat = dict[_Part, None]()
    for part in parts:
        flat |= dict.fromkeys(part.parts if isinstance(part, _Or) else (part,))
    plain = [part for part in flat if part != _EMPTY]
    if not plain:
        return _EMPTY
    whole = _factored(plain)
    if len(plain) < len(flat) and not _has_empty(whole):
        return _maybe(whole)
    return whole


def _maybe(part: _Part) -> _Part:
    """Once or not at all; `aa*` and `ab(ab)*` become `a*` and `(ab)*`."""
    match part:
        case _Then(parts=(*first, _Star(again))) if tuple(first) == _items(again):
            return _Star(again)
        case _Then(parts=(_Star(again), *last)) if tuple(last) == _items(again):
            return _Star(again)
    return _Maybe(part)


def _factored(parts: list[_Part]) -> _Part:
    """One of several, with what they begin or end with written once."""
    if len(parts) == 1:
        return parts[0]
    for place in (0, -1):
        for n, one in enumerate(parts):
            shared = _items(one)[place]
            same = [m for m, other in enumerate(parts) if m >= n and _items(other)[place] == shared]
            if len(same) < 2:
                continue
            rests = [_then(_items(parts[m])[1:] if place == 0 else _items(parts[m])[:-1]) for m in same]
            both = (shared, _or(rests)) if place == 0 else (_or(rests), shared)
            others = [part for m, part in enumerate(parts) if m not in same]
            return _factored([*others[:n], _then(both), *others[n:]])
    return _Or(tuple(parts))


def _items(part: _Part) -> "tuple[_Part, ...]":
    return part.parts if isinstance(part, _Then) and part.parts else (part,)


def _star(part: _Part) -> _Part:
    match part:
        case _Star():
            return part
        case _Maybe(inner):
            return _star(inner)
        case _Or(parts):
            bare = [one.part if isinstance(one, _Star | _Maybe) else one for one in parts]
            inner = _or(bare)
            return _Star(inner.part if isinstance(inner, _Star | _Maybe) else inner)
    return part if part == _EMPTY else _Star(part)


def _has_empty(part: _Part) -> bool:
    match part:
        case _Then(parts):
            return all(map(_has_empty, parts))
        case _Or(parts):
            return any(map(_has_empty, parts))
        case _Star() | _Maybe():
            return True
    return False


def _text(part: _Part) -> str:
    match part:
        case str():
            return part
        case _Then(parts):
            return "".join(f"({_text(one)})" if isinstance(one, _Or) else _text(one) for one in parts)
        case _Or(parts):
            return "|".join(map(_text, parts))
        case _Star(one):
            return f"{_bracketed(one)}*"
        case _Maybe(one):
            return f"{_bracketed(one)}?"


def _bracketed(part: _Part) -> str:
    text = _text(part)
    return text if isinstance(part, str) else f"({text})"
