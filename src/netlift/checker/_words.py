"""What a certificate shows, in words that are made from the very values that are checked.

No certificate holds a sentence. `netlift check`, the program's docstring, the screen and result.json all say
what stands here, so that none of them says more than was checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netlift.checker._domain import Domain, number_told, stream_told, string_told

ARITHMETIC = "binary64, any order of summation"
CODED = "network certificate"  # part of the format of certificates about networks
_NAMES = {
    "machine = program": ("machine", "program"),
    "program = specification": ("specification", "program"),
}
_SIDES = {"linear": "linear system", "recurrence": "recurrence"}


@dataclass(frozen=True)
class Scope:
    """What a certificate is about: the inputs, and up to which length (None: every length).

    `exact` says that for longer words the claim holds in exact arithmetic only; `sequences` counts the
    words that were drawn, where it is about tests.
    """

    domain: Domain
    length: int | None
    exact: bool = False
    sequences: int | None = None


def scope_of(certificate: Mapping[str, Any]) -> Scope:
    """The scope of a certificate that was accepted."""
    if CODED not in certificate["format"]:
        domain, argument = Domain(certificate["domain"]), certificate["argument"]
        if certificate["tier"] == "exhaustive":
            return Scope(domain, argument["exhaustive_length"])
        if certificate["tier"] == "tested":
            return Scope(domain, argument["length"], sequences=argument["sequences"])
        return Scope(domain, len(argument["word"]) if certificate["tier"] == "refuted" else None)
    if "float_length" in certificate:
        return Scope(Domain({"streams": certificate["domain"]}), certificate["float_length"], exact=True)
    if "length" in certificate:
        return Scope(Domain.of_rows(certificate["alphabet"]), certificate["length"])
    return Scope(Domain.of_rows(certificate["machine"]["alphabet"]), None)


def certified_words(
    certificate: Mapping[str, Any], names: Sequence[str] | None = None, *, whole: bool = False
) -> str:
    """What an accepted certificate shows; the first word is its tier.

    `names` are what the two sides of a claim about a program are called. With `whole`, long lists of symbols
    are told to the end.
    """
    scope = scope_of(certificate)
    over = f"over {scope.domain.told(whole=whole)}"
    if CODED in certificate["format"]:
        return _of_network(scope, over)
    match certificate["tier"]:
        case "proved":
            return f"proved for every sequence of every length {over}"
        case "exhaustive":
            words = f"exhaustive, every sequence of {_up_to(scope.length)} {over}"
            # of a function the words themselves are run; else not one by one, but the states they lead to
            called = "function" in (certificate["left"]["kind"], certificate["right"]["kind"])
            return f"{words} was run" if called else f"{words}, by the states they lead to"
        case "tested":
            return _of_tests(certificate["argument"], over, whole)
    return _of_witness(certificate, names or _names(certificate))


def chained_words(scope: Scope, spelled: Mapping[str, Any] | None) -> str:
    """What follows for network and program from proofs of both about one thing in the middle.

    The network knows numbers; where the program knows strings, `spelled` has their names, in order.
    """
    if spelled is None:
        return _of_network(scope, f"over {scope.domain.told(whole=True)}")
    named = scope.domain.named(spelled["inputs"])
    words = _of_network(scope, f"over {named.told(whole=True)}")
    if any(names is not None for names in spelled["inputs"]):
        words += f", to the network {scope.domain.told(whole=True)}"
    answers = [names for names in spelled["outputs"] if names is not None]
    told = " and ".join(stream_told({"symbols": names}, whole=True) for names in answers)
    return f"{words}; its answers from 0 on are called {told}" if answers else words


def _of_network(scope: Scope, over: str) -> str:
    if not scope.exact:
        many = "proved for every sequence of every length"
        if scope.length is not None:
            many = f"exhaustive, every sequence of {_up_to(scope.length)}"
        return f"{many} {over}, rounding errors included"
    if scope.length is None:
        return (
            f"proved for every sequence of every length {over}, in double precision, where nothing is rounded"
        )
    return (
        f"exhaustive, proved up to length {scope.length:,} in double precision {over} "
        "(in exact arithmetic for every length)"
    )


def _of_tests(argument: Mapping[str, Any], over: str, whole: bool) -> str:
    count, length = argument["sequences"], argument["length"]
    drawn = (
        f"{count:,} random sequence{'s' if count > 1 else ''} of {length:,} input{'s' if length > 1 else ''}"
    )
    seed = f" (drawn with the seed {argument['seed']})" if whole else ""
    return (
        f"tested on {drawn} {over}{seed} without an error, which excludes an error rate above "
        f"{argument['excluded_rate']:.2g} at 95 % confidence"
    )


def _of_witness(certificate: Mapping[str, Any], names: Sequence[str]) -> str:
    argument = certificate["argument"]
    told = ", ".join(_symbol(symbol) for symbol in argument["word"])
    ending = "; no shorter sequence tells them apart" if "shortest" in argument else ""
    return (
        f"refuted: at the end of the inputs {told} the {names[0]} {_answer(argument['left'][-1])}, "
        f"the {names[1]} {_answer(argument['right'][-1])}{ending}"
    )


def _names(certificate: Mapping[str, Any]) -> tuple[str, str]:
    left, right = _NAMES[certificate["claim"]]
    return left if certificate["left"]["kind"] == "program" else side_name(certificate["left"]), right


def side_name(side: Mapping[str, Any]) -> str:
    """What a side of a claim is called that is no program."""
    kind = str(side["inner"]["kind"] if side["kind"] == "spelled" else side["kind"])
    return _SIDES.get(kind, kind)


def _up_to(length: int | None) -> str:
    return f"up to {length:,} input{'s' if length != 1 else ''}"


def _symbol(symbol: Sequence[Any]) -> str:
    return _shown(symbol[0]) if len(symbol) == 1 else f"({', '.join(map(_shown, symbol))})"


def _answer(said: Any) -> str:
    """One step's answers, as a certificate writes them: a list of them, or that the step fails."""
    if said == [None]:
        return "stops with an error"
    if not said:
        return "answers nothing"
    return f"answers {' and '.join(map(_shown, said))}"


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"({', '.join(map(_shown, value))})"
    if isinstance(value, int):
        return number_told(value)
    return string_told(value) if isinstance(value, str) else str(value)
