"""Equality of systems with unboundedly many states, by induction with an SMT solver.

An invariant of the pairs of states is guessed from runs and weakened until every step keeps it;
where it makes the answers of each step equal, the systems are equal on every word. The solver
checks one step for all states and inputs at once (induction at depth one, with a strengthened
hypothesis; Sheeran, Singh and Stalmarck, 2000).
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netlift.certify._affine import leaves
from netlift.certify._domain import Domain, Range
from netlift.certify._frozen import freeze, thaw
from netlift.certify._invariants import Hull, Predicate, guessed
from netlift.certify._paths import Paths, Questions, Term, integer
from netlift.certify._shapes import Shape, shape_of
from netlift.certify._solver import MISSING, solver_module
from netlift.certify._symbolic import Symbolic, Unsupported
from netlift.certify._system import STOPPED, System, unshared

APART = 8  # joint symbols up to which each is looked at by itself
WORK = 1_500_000  # the solver's own count of its work, for one question
_SHORT, _LONG = (40, 12), (15, 60)  # random words to guess from: how many, how long
_MOST_ROUNDS = 200
_MOST_UNDECIDED = 12  # questions that the solver may leave open
_MOST_BITS = 200  # of a number to guess from
_MOST_NUMBERS = 24  # of a pair of states

_ORDER = ("alike", "equal", "equal in a case", "function", "remainder", "least")


@dataclass(frozen=True)
class Induction:
    """An invariant that every step keeps and that makes the answers equal."""

    shapes: tuple[Shape, Shape]
    predicates: tuple[Predicate, ...]
    apart: bool

    @property
    def told(self) -> tuple[str, ...]:
        """The invariant, one relation a line."""
        return tuple(str(predicate) for predicate in self.predicates)

    def facts(self) -> dict[str, Any]:
        """The argument as a certificate holds it."""
        return {
            "kind": "induction",
            "left": self.shapes[0].facts(),
            "right": self.shapes[1].facts(),
            "invariant": [predicate.facts() for predicate in self.predicates],
            "apart": self.apart,
        }


@dataclass(frozen=True)
class _Move:
    """One step of both, for one symbol or for all: what the next numbers are, and where they differ."""

    given: Any
    after: Mapping[str, Any]
    differ: Any


def equal_by_induction(left: System, right: System, domain: Domain, seed: int) -> Induction | str:
    """A proof that two systems are equal on all words over a domain, or a sentence why there is none."""
    z3 = solver_module()
    if z3 is None:
        return MISSING
    try:
        return _Prover(z3, left, right, domain, seed).prove()
    except Unsupported as reason:
        return f"the steps could not be followed for all numbers at once: {reason}"
    except z3.Z3Exception as reason:
        return f"the solver gave up: {reason}"


class _Prover:
    def __init__(self, z3: Any, left: System, right: System, domain: Domain, seed: int) -> None:
        self.z3, self.left, self.right, self.domain = z3, left, right, domain
        self.questions = Questions()
        pairs, self.early = self._sample(random.Random(seed))
        self.shapes = (shape_of([mine for mine, _ in pairs]), shape_of([theirs for _, theirs in pairs]))
        named = [*self.shapes[0].names("left"), *self.shapes[1].names("right")]
        self.names = [name for name, kind in named if kind == "number"]
        self.lists = [name for name, kind in named if kind == "many"]
        if len(named) > _MOST_NUMBERS:
            raise Unsupported(f"states of more than {_MOST_NUMBERS} numbers")
        self.all_names = [name for name, _ in named]
        self.seen = [self._values(*pair) for pair in pairs]
        self.variables = {
            name: z3.Int(name) if kind == "number" else z3.Const(name, z3.SeqSort(z3.IntSort()))
            for name, kind in named
        }
        self.apart = domain.size <= APART or any(
            not isinstance(s, Range) and not all(isinstance(v, int) for v in s) for s in domain.streams
        )
        if self.apart and domain.size > 64:
            raise Unsupported("too many symbols that are strings")

    def prove(self) -> Induction | str:
        moves = self._moves()
        hulls, relations = guessed(self.names, self.lists, self.seen, self.early)
        undecided = 0
        for _ in range(_MOST_ROUNDS):
            invariant = self._invariant(hulls, relations)
            broken = self._broken(moves, invariant)
            if broken is None:
                break
            state, unsure = broken
            if unsure is not None:
                undecided += 1
                if undecided > _MOST_UNDECIDED:
                    return "the solver could not decide"
                relations = [one for one in relations if one != unsure]
                hulls = [hull for hull in hulls if unsure not in set(hull.equalities(self.names))]
                continue
            relations = [one for one in relations if one.holds(state)]
            for hull in hulls:
                if any(not one.holds(state) for one in hull.equalities(self.names)):
                    hull.add([state[name] for name in self.names])
        else:
            return "no invariant was found in time"
        if any(self._check(*self._hypothesis(invariant), m.given, m.differ) != self.z3.unsat for m in moves):
            return "the invariant that was found leaves room for different answers"
        for most in range(len(_ORDER)):  # the plainest kinds of relations that are enough
            plain = [one for one in invariant if _ORDER.index(_kind(one)) <= most]
            if most == len(_ORDER) - 1 or self._proves(moves, plain):
                return Induction(self.shapes, tuple(self._needed(moves, plain)), self.apart)
        raise AssertionError("the last kind holds all")

    def _sample(self, rng: random.Random) -> tuple[list[tuple[Any, Any]], int]:
        """Pairs of states that random words lead to; those of short words first."""
        pairs: dict[Any, None] = {}
        early = 0
        for count, length in (_SHORT, _LONG):
            early = len(pairs)
            for word in self.domain.words(count, length, rng):
                mine, theirs = unshared(self.left.start()), unshared(self.right.start())
                pairs[freeze(mine), freeze(theirs)] = None
                for symbol in word:
                    try:
                        mine, said = self.left.step(mine, symbol)
                        theirs, answered = self.right.step(theirs, symbol)
                    except Unsupported:  # numbers of too many digits
                        break
                    if said != answered:
                        raise Unsupported("the two differ")
                    if STOPPED in (mine, theirs) or not _small(freeze(mine)) or not _small(freeze(theirs)):
                        break
                    pairs[freeze(mine), freeze(theirs)] = None
        return [(thaw(mine), thaw(theirs)) for mine, theirs in pairs], early

    def _values(self, mine: Any, theirs: Any) -> dict[str, Any]:
        values = [*self.shapes[0].values(mine), *self.shapes[1].values(theirs)]
        return dict(zip(self.all_names, values, strict=True))

    def _invariant(self, hulls: Sequence[Hull], relations: Sequence[Predicate]) -> list[Predicate]:
        found: dict[Predicate, None] = {}
        everywhere = set(hulls[0].equalities(self.names))
        for hull in hulls:
            for one in hull.equalities(self.names):
                plain = Predicate(one.kind, one.terms, one.constant)
                if hull.case is None or plain not in everywhere:
                    found[one] = None
        return [*found, *relations]

    def _hypothesis(self, invariant: Sequence[Predicate]) -> list[Any]:
        return [one.expression(self.z3, self.variables) for one in invariant]

    def _broken(
        self, moves: Sequence[_Move], invariant: Sequence[Predicate]
    ) -> tuple[dict[str, Any], Predicate | None] | None:
        """A reachable-looking state that breaks the invariant, or a relation that the solver cannot judge."""
        before = self._hypothesis(invariant)
        for move in moves:
            kept = [one.expression(self.z3, move.after) for one in invariant]
            solver = self._solver()
            solver.add(*before, move.given, self.z3.Not(self.z3.And(*kept)))
            answer = solver.check()
            if answer == self.z3.sat:
                return self._model(solver.model(), move), None
            if answer == self.z3.unsat:
                continue
            for one, claim in zip(invariant, kept, strict=True):
                solver = self._solver()
                solver.add(*before, move.given, self.z3.Not(claim))
                answer = solver.check()
                if answer == self.z3.sat:
                    return self._model(solver.model(), move), None
                if answer != self.z3.unsat:
                    return {}, one
        return None

    def _model(self, model: Any, move: _Move) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name in self.all_names:
            value = model.eval(move.after[name], model_completion=True)
            if name in self.lists:
                values[name] = _elements(self.z3, value)
            elif self.z3.is_int_value(value):
                values[name] = value.as_long()
            else:
                raise Unsupported("a value that the solver leaves open")
        return values

    def _needed(self, moves: Sequence[_Move], invariant: list[Predicate]) -> list[Predicate]:
        """A part of the invariant that is enough, from which nothing can be left out."""
        needed: dict[int, None] = {}
        questions: list[tuple[_Move, Any]] = [(move, move.differ) for move in moves]
        marks = [self.z3.Bool(f"keep {place}") for place in range(len(invariant))]
        hypothesis = self._hypothesis(invariant)
        while questions:
            move, claim = questions.pop(0)
            solver = self._solver()
            solver.add(*(self.z3.Implies(m, h) for m, h in zip(marks, hypothesis, strict=True)))
            solver.add(move.given, claim)
            if solver.check(*marks) != self.z3.unsat:
                return invariant
            core = {str(mark) for mark in solver.unsat_core()}
            for place, one in enumerate(invariant):
                if f"keep {place}" in core and place not in needed:
                    needed[place] = None
                    questions += [(m, self.z3.Not(one.expression(self.z3, m.after))) for m in moves]
        kept = [invariant[place] for place in sorted(needed)]
        before: list[Predicate] = []
        while before != kept:  # what one pass could not leave out, it may after another was
            before = kept
            for one in before:
                fewer = [other for other in kept if other != one]
                if self._proves(moves, fewer):
                    kept = fewer
        return kept

    def _proves(self, moves: Sequence[_Move], invariant: Sequence[Predicate]) -> bool:
        before = self._hypothesis(invariant)
        for move in moves:
            kept = self.z3.And(*(one.expression(self.z3, move.after) for one in invariant))
            goal = self.z3.Or(move.differ, self.z3.Not(kept))
            if self._check(*before, move.given, goal) != self.z3.unsat:
                return False
        return True

    def _check(self, *claims: Any) -> Any:
        solver = self._solver()
        solver.add(*claims)
        return solver.check()

    def _solver(self) -> Any:
        solver = self.z3.Solver()
        solver.set("rlimit", WORK)
        return solver

    def _moves(self) -> list[_Move]:
        if self.apart:
            return [self._move(list(symbol), self.z3.BoolVal(True)) for symbol in self.domain.symbols()]
        z3 = self.z3
        inputs = [z3.Int(f"input {stream}") for stream in range(len(self.domain.streams))]
        inside = []
        for unknown, stream in zip(inputs, self.domain.streams, strict=True):
            if not isinstance(stream, Range):
                inside.append(z3.Or(*(unknown == symbol for symbol in stream)))
                continue
            inside += [] if stream.low is None else [unknown >= stream.low]
            inside += [] if stream.high is None else [unknown <= stream.high]
        if self.domain.listed is not None:
            rows = [z3.And(*(u == s for u, s in zip(inputs, row, strict=True))) for row in self.domain.listed]
            inside = [z3.Or(*rows)]
        return [self._move(inputs, z3.And(*inside))]

    def _move(self, symbol: Sequence[Any], inside: Any) -> _Move:
        """One step of both systems from any pair of states, its ways taken together."""
        z3 = self.z3
        sides: list[tuple[dict[str, Any], Any, list[Any], Any]] = []
        facts = []
        for system, shape, name in zip((self.left, self.right), self.shapes, ("left", "right"), strict=True):
            paths = Paths(z3, inside, self.questions)

            def run(
                system: System = system, shape: Shape = shape, name: str = name, paths: Paths = paths
            ) -> Any:
                unknown = [Term(paths, s) if not isinstance(s, int | str) else s for s in symbol]
                after, answers = system.advance(shape.unknown(name, paths), unknown)
                numbers = list(shape.expressions(unshared(after), paths))
                return numbers, [_flat(paths, answer) for answer in answers]

            sides.append(_merged(z3, paths.all(run), [n for n, _ in shape.names(name)], len(sides)))
            facts += paths.facts
        (mine, my_failure, said, shape), (theirs, their_failure, answered, other) = sides
        if shape != other:
            raise Unsupported("answers of different shapes")
        unlike = z3.Or(*(a != b for a, b in zip(said, answered, strict=True)))
        both = z3.And(z3.Not(my_failure), z3.Not(their_failure))
        differ = z3.Or(my_failure != their_failure, z3.And(both, unlike))
        given = z3.And(inside, *facts)
        # after an error of both nothing is answered any more: the invariant need not hold there
        after = {n: z3.If(both, expr, self.variables[n]) for n, expr in {**mine, **theirs}.items()}
        return _Move(given, after, differ)


def _small(key: Any) -> bool:
    """Whether a state has no number too large to guess from."""
    return all(not isinstance(leaf, int) or leaf.bit_length() < _MOST_BITS for leaf in leaves(key))


def _kind(one: Predicate) -> str:
    if one.kind == "equal" and one.case is not None:
        return "equal in a case"
    return "alike" if one.kind == "length" else one.kind


def _merged(
    z3: Any, ways: list[tuple[Any, Any]], names: Sequence[str], side: int
) -> tuple[dict[str, Any], Any, list[Any], Any]:
    """Next numbers, the condition of an error, and the answers, as one expression each; and their shape."""
    failure = z3.Or(*(condition for condition, outcome in ways if outcome is None))
    good = [(condition, outcome) for condition, outcome in ways if outcome is not None]
    if not good:
        raise Unsupported("a step that always stops with an error")
    shapes = {tuple(tuple(kind for kind, _ in answer) for answer in outcome[1]) for _, outcome in good}
    if len(shapes) > 1:
        raise Unsupported("answers whose number or shape changes")
    numbers = list(good[-1][1][0])
    answers = [expr for answer in good[-1][1][1] for _, expr in answer]
    for condition, (others, said) in reversed(good[:-1]):
        numbers = [z3.If(condition, a, b) for a, b in zip(others, numbers, strict=True)]
        flat = [expr for answer in said for _, expr in answer]
        answers = [z3.If(condition, a, b) for a, b in zip(flat, answers, strict=True)]
    return dict(zip(names, numbers, strict=True)), failure, answers, shapes.pop()


def _flat(paths: Paths, answer: Any) -> list[tuple[str, Any]]:
    """An answer's parts, each with its place in the answer's shape.

    A string is given as its number: the solver's own strings know escapes that Python's do not.
    """
    if isinstance(answer, tuple):
        parts = [(f"{i}.{k}", e) for i, part in enumerate(answer) for k, e in _flat(paths, part)]
        return [(f"tuple of {len(answer)}", paths.z3.IntVal(0)), *parts]
    if isinstance(answer, str):
        code = int.from_bytes(b"\x01" + answer.encode("utf-8", "surrogatepass"), "big")
        return [("symbol", paths.z3.IntVal(code))]
    if isinstance(answer, int | Symbolic):
        return [("number", integer(paths, answer))]
    raise Unsupported("an answer of this kind")


def _elements(z3: Any, value: Any) -> tuple[int, ...]:
    """The numbers of a sequence that the solver gives as a value."""
    kind = value.decl().kind()
    if kind == z3.Z3_OP_SEQ_EMPTY:
        return ()
    if kind == z3.Z3_OP_SEQ_UNIT:
        return (value.arg(0).as_long(),)
    if kind == z3.Z3_OP_SEQ_CONCAT:
        return tuple(n for part in value.children() for n in _elements(z3, part))
    raise Unsupported("a list that the solver leaves open")
