"""A shortest word on which two systems differ, among infinitely many: the solver looks length by length.

Bounded model checking (Biere, Cimatti, Clarke and Zhu, 1999): the inputs of a word are unknown
numbers, and the solver is asked whether its last answers can differ.
"""

from typing import Any

from netlift.certify._domain import Domain, Joint, Range
from netlift.certify._operations import FAILURES
from netlift.certify._paths import Paths, Term, integer
from netlift.certify._solver import solver_module
from netlift.certify._symbolic import Symbolic, Unsupported
from netlift.certify._system import System

_WORK = 2_000_000  # the solver's own count of its work, for one question


def shortest_word(left: System, right: System, domain: Domain, longest: int) -> list[Joint] | None:
    """A word of at most `longest` steps on which the two may differ, no shorter one differing; or None.

    None too where the solver is not installed or cannot tell. The word is the solver's: whether the
    two really differ on it is for the caller to see by running them.
    """
    z3 = solver_module()
    if z3 is None or domain.listed is not None:
        return None
    try:
        for length in range(1, longest + 1):
            answer, word = _differing(z3, left, right, domain, length)
            if answer == z3.sat:
                return word
            if answer != z3.unsat:
                return None
    except (Unsupported, z3.Z3Exception):
        return None
    return None


def _differing(z3: Any, left: System, right: System, domain: Domain, length: int) -> tuple[Any, list[Joint]]:
    """Whether words of this length can differ at their last step, and such a word."""
    names = [[z3.Int(f"x {step} {d}") for d in range(len(domain.streams))] for step in range(length)]
    inside = []
    for unknown, stream in ((u, s) for row in names for u, s in zip(row, domain.streams, strict=True)):
        if not isinstance(stream, Range):
            if not all(isinstance(symbol, int) for symbol in stream):
                raise Unsupported("strings")
            inside.append(z3.Or(*(unknown == symbol for symbol in stream)))
            continue
        inside += [] if stream.low is None else [unknown >= stream.low]
        inside += [] if stream.high is None else [unknown <= stream.high]
    paths = Paths(z3, z3.And(*inside))

    def differ() -> Any:
        """The condition under which the last answers differ, on one way; False after an error of both."""
        states = [left.start(), right.start()]
        for step, row in enumerate(names):
            answers: list[Any] = []
            for side, system in enumerate((left, right)):
                try:
                    states[side], said = system.advance(states[side], [Term(paths, u) for u in row])
                    answers.append(said)
                except FAILURES:
                    answers.append(None)
            if None in [a if a is None else 0 for a in answers]:
                return step == length - 1 and answers[0] is not answers[1]
        return _unlike(paths, *answers)

    solver = z3.Solver()
    solver.set("rlimit", _WORK)
    worst = z3.unsat
    for condition, unlike in paths.all(differ):
        goal = z3.BoolVal(unlike) if isinstance(unlike, bool) else unlike
        answer = solver.check(z3.And(*inside), condition, goal, *paths.facts)
        if answer == z3.sat:
            model = solver.model()
            word = [[model.eval(u, model_completion=True).as_long() for u in row] for row in names]
            return answer, [tuple(symbol) for symbol in word]
        worst = worst if answer == z3.unsat else answer
    return worst, []


def _unlike(paths: Paths, mine: Any, theirs: Any) -> Any:
    z3 = paths.z3
    if isinstance(mine, tuple) or isinstance(theirs, tuple):
        if not (isinstance(mine, tuple) and isinstance(theirs, tuple)) or len(mine) != len(theirs):
            return z3.BoolVal(True)
        return z3.Or(*(_unlike(paths, a, b) for a, b in zip(mine, theirs, strict=True)))
    numbers = [isinstance(value, int | Symbolic) for value in (mine, theirs)]
    if all(numbers):
        return integer(paths, mine) != integer(paths, theirs)
    return z3.BoolVal(any(numbers) or mine != theirs)
