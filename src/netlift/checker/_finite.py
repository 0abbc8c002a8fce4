"""Arguments by running both sides on known numbers: the product of states, witnesses, tests."""

import hashlib
import itertools
import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

from netlift.checker._domain import Domain
from netlift.checker._json import read_json, written
from netlift.checker._linear import first_difference
from netlift.checker._objects import FAILED, Runner, encoded
from netlift.checker._syntax import Refused

_MOST_STEPS = 4_000_000
_STOPPED = [None]  # what a certificate writes for a step that fails: no program answers None
_LONGEST = 50_000  # steps up to which all words are claimed; the prover looks at no more pairs of states


def need(holds: Any, step: str) -> None:
    """Refuse the proof at this step unless it holds."""
    if not holds:
        raise Refused(step)


def check_product(left: Runner, right: Runner, domain: Domain, argument: Mapping[str, Any]) -> None:
    """Every pair of states that can be reached is listed, in the order of discovery, and answers alike."""
    listed = argument["pairs"]
    symbols = domain.symbols()
    states = [(left.start(), right.start())]
    known = {_key(states[0]): 0}
    need(_pair(states[0]) == listed[0], "product: the first pair is not that of the first states")
    steps = 0
    for place, (mine, theirs) in enumerate(states):  # the list grows while it is walked
        for symbol in symbols:
            steps += 1
            need(steps <= _MOST_STEPS, "product: too large to check")
            after, said = left.step(mine, symbol)
            other, answered = right.step(theirs, symbol)
            need(said == answered, f"product: pair {place} answers differently on the symbol {symbol}")
            if said == FAILED or _key((after, other)) in known:
                continue
            known[_key((after, other))] = len(states)
            need(len(states) < len(listed), f"product: pair {place} leads to a pair that is not listed")
            found = _pair((after, other)) == listed[len(states)]
            need(found, f"product: pair {len(states)} is not the one that is reached")
            states.append((after, other))
    need(len(states) == len(listed), f"product: pair {len(states)} is never reached")
    need(steps == argument["steps"], "product: the number of steps is not that of the pairs")


def check_witness(left: Runner, right: Runner, domain: Domain, argument: Mapping[str, Any]) -> None:
    """The word makes the two sides differ at its last step, not before, as the answers say."""
    word = argument["word"]
    need(word and all(_allowed(domain, symbol) for symbol in word), "witness: a symbol outside the domain")
    for runner, name in ((left, "left"), (right, "right")):
        found = read_json(written(_run(runner, word)).encode())
        need(written(found) == written(argument[name]), f"witness: the {name} side answers otherwise")
    need(argument["left"][:-1] == argument["right"][:-1], "witness: the two differ before its last step")
    need(argument["left"] != argument["right"], "witness: the two do not differ")
    if "shortest" not in argument:
        return
    need(argument["shortest"] is True, "witness: 'shortest' is something other than true")
    if len(word) > 1:
        need(_shortest(left, right, domain) == word, "witness: it is not the first shortest one")


def check_tests(left: Runner, right: Runner, domain: Domain, argument: Mapping[str, Any], tier: str) -> None:
    """The random words are drawn and run again."""
    count, length = argument["sequences"], argument["length"]
    need(type(count) is int and type(length) is int and count > 0 < length, "tests: no numbers of words")
    need(count * length * len(domain.streams) <= _MOST_STEPS, "tests: too many words to check")
    need(type(argument["seed"]) is int, "tests: the seed is no whole number")
    need(argument["excluded_rate"] == 1.0 - (1.0 - 0.95) ** (1.0 / count), "tests: the rate excluded")
    words = domain.words(count, length, random.Random(argument["seed"]))
    digest = hashlib.sha256(json.dumps(words).encode()).hexdigest()
    need(digest == argument["words_sha256"], "tests: the words are not those that were drawn")
    for word in words:
        need(_run(left, word) == _run(right, word), f"tests: different answers on {word}")
    longest = argument["exhaustive_length"]
    need(type(longest) is int and 0 <= longest <= _LONGEST, "tests: no length")
    need((tier == "exhaustive") == (longest >= 10), "tests: the tier is not that of the length")
    pairs = 1
    if longest:
        levels = _levels(left, right, domain.symbols())
        pairs = next(itertools.islice(levels, longest, None))
    need(pairs == argument["exhaustive_pairs"], "tests: the number of pairs at the exhaustive length")


def _levels(left: Runner, right: Runner, symbols: list[list[Any]]) -> Iterator[int]:
    """How many pairs of states words of up to 0, 1, 2, ... steps lead to."""
    level = [(left.start(), right.start())]
    known = {_key(level[0])}
    steps = 0
    while True:
        yield len(known)
        further = []
        for mine, theirs in level:
            steps += len(symbols)
            need(steps <= _MOST_STEPS, "tests: too many short words to check")
            for symbol in symbols:
                after, said = left.step(mine, symbol)
                other, answered = right.step(theirs, symbol)
                need(said == answered, "tests: a short word with different answers")
                if said != FAILED and _key((after, other)) not in known:
                    known.add(_key((after, other)))
                    further.append((after, other))
        level = further


def _shortest(left: Runner, right: Runner, domain: Domain) -> list[Any] | None:
    """The first shortest word on which the two differ, by linear algebra or through all words."""
    found = first_difference(left, right, domain)
    if found is not None:
        return found
    symbols = domain.symbols()
    queue: list[tuple[Any, Any, list[Any]]] = [(left.start(), right.start(), [])]
    known = {_key(queue[0][:2])}
    for steps, (mine, theirs, word) in enumerate(queue):  # the list grows while it is walked
        need(steps * len(symbols) <= _MOST_STEPS, "witness: too long to check that it is a shortest one")
        for symbol in symbols:
            after, said = left.step(mine, symbol)
            other, answered = right.step(theirs, symbol)
            if said != answered:
                return [*word, symbol]
            if said != FAILED and _key((after, other)) not in known:
                known.add(_key((after, other)))
                queue.append((after, other, [*word, symbol]))
    return None


def _run(runner: Runner, word: list[list[Any]]) -> list[Any]:
    state, answers = runner.start(), []
    for symbol in word:
        state, said = runner.step(state, symbol)
        answers.append(_STOPPED if said == FAILED else said)
        if said == FAILED:
            break
    return answers + [[]] * (len(word) - len(answers))


def _allowed(domain: Domain, symbol: list[Any]) -> bool:
    if domain.listed is not None:
        return symbol in domain.listed
    if len(symbol) != len(domain.streams):
        return False
    for part, stream in zip(symbol, domain.streams, strict=True):
        if "symbols" in stream:
            if part not in stream["symbols"]:
                return False
        elif type(part) is not int or not (
            (stream["low"] is None or stream["low"] <= part)
            and (stream["high"] is None or part <= stream["high"])
        ):
            return False
    return True


def _pair(pair: tuple[Any, Any]) -> list[Any]:
    return [encoded(pair[0]), encoded(pair[1])]


def _key(pair: tuple[Any, Any]) -> str:
    return written(_pair(pair))
