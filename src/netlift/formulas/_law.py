"""One row of numbers without inputs: the linear recurrence that continues it, as a law and as a program's."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from netlift.core._clock import checkpoint
from netlift.formulas._expr import Expr, const, var
from netlift.formulas._recurrence import Assign, Emit, Recurrence

MOST_BACK = 10  # numbers before, of which the next one is made
MOST_POWER = 3  # of n
SPARE = 4  # numbers, at least, that agree and were not needed to find the recurrence
LARGEST_DENOMINATOR = 1_000
_NAMES = "abcdefghij"


@dataclass(frozen=True)
class Law:
    """a(n) = (back[0] a(n-1) + back[1] a(n-2) + ... + powers[0] + powers[1] n + ...) / divisor.

    `base` is the n of the first number, 0 or 1. `spare` numbers agree that were not needed to find it.
    """

    back: tuple[int, ...]
    powers: tuple[int, ...]
    divisor: int
    base: int
    spare: int

    @property
    def terms(self) -> int:
        """Terms that are not zero."""
        return sum(1 for one in (*self.back, *self.powers) if one)

    def __str__(self) -> str:
        parts = [(c, f"a(n-{i})") for i, c in enumerate(self.back, 1)]
        parts += [(c, ("", "n", *(f"n^{k}" for k in range(2, 9)))[k]) for k, c in enumerate(self.powers) if k]
        parts += [(c, "") for c in self.powers[:1]]
        text = ""
        for factor, name in parts:
            if not factor:
                continue
            size = "" if abs(factor) == 1 and name else str(abs(factor))
            sign = ("-" if factor < 0 else "") if not text else (" - " if factor < 0 else " + ")
            text += f"{sign}{size}{' ' if size and name else ''}{name}"
        text = text or "0"
        return f"a(n) = {text}" if self.divisor == 1 else f"a(n) = ({text}) / {self.divisor}"


def law_of(row: Sequence[int]) -> Law | None:
    """The linear recurrence with the fewest terms that gives every number of the row; None: there is none.

    Exact, in fractions. The first numbers are taken as they are; of the others, `SPARE` more than there are
    unknowns have to agree.
    """
    best: tuple[tuple[int, int, int], Law] | None = None
    for back, powers in _shapes():
        if best is not None and back + powers > best[0][0] + MOST_POWER:
            break
        checkpoint()
        unknowns = back + powers
        spare = len(row) - back - unknowns
        if spare < max(SPARE, unknowns) or not unknowns:
            continue
        for base in (0, 1) if powers > 1 else (0,):
            law = _solved(row, back, powers, base, spare)
            if law is None:
                break
            rank = (law.terms + (law.divisor > 1), len(law.back), sum(map(abs, (*law.back, *law.powers))))
            if best is None or rank < best[0]:
                best = rank, law
    return None if best is None else best[1]


def _shapes() -> Iterator[tuple[int, int]]:
    """Numbers before and powers of n (the constant included), with few unknowns first."""
    yield from sorted(
        ((back, powers) for back in range(MOST_BACK + 1) for powers in range(MOST_POWER + 2)),
        key=lambda shape: (sum(shape), shape[1]),
    )


def _solved(row: Sequence[int], back: int, powers: int, base: int, spare: int) -> Law | None:
    """The coefficients that give every number from the one at `back` on; unknowns left free are zero."""
    unknowns = back + powers
    pivots: list[tuple[int, list[Fraction]]] = []
    for place in range(back, len(row)):
        n = place + base
        equation = [
            *(Fraction(row[place - i]) for i in range(1, back + 1)),
            *(Fraction(n**k) for k in range(powers)),
            Fraction(row[place]),
        ]
        for column, other in pivots:
            factor = equation[column]
            if factor:
                equation = [a - factor * b for a, b in zip(equation, other, strict=True)]
        lead = next((column for column in range(unknowns) if equation[column]), None)
        if lead is None:
            if equation[unknowns]:
                return None
            if len(pivots) == unknowns:
                break
            continue
        scale = equation[lead]
        equation = [a / scale for a in equation]
        pivots = [
            (column, [a - other[lead] * b for a, b in zip(other, equation, strict=True)])
            for column, other in pivots
        ]
        pivots.append((lead, equation))
    solution = [Fraction(0)] * unknowns
    for column, equation in pivots:
        solution[column] = equation[unknowns]
    divisor = math.lcm(1, *(one.denominator for one in solution))
    if divisor > LARGEST_DENOMINATOR:
        return None
    whole = [int(one * divisor) for one in solution]
    own = whole[:back]
    while own and not own[-1]:
        own.pop()
    law = Law(tuple(own), tuple(whole[back:]), divisor, base, spare)
    right = all(
        divisor * row[place]
        == sum(c * row[place - i] for i, c in enumerate(law.back, 1))
        + sum(c * (place + base) ** k for k, c in enumerate(law.powers))
        for place in range(back, len(row))
    )
    return law if right else None


def recurrence_of(law: Law, row: Sequence[int]) -> Recurrence:
    """The program's recurrence: it reads n and answers a(n), keeping the last numbers."""
    back = numbers_kept(law, row)
    names = _NAMES[:back]
    terms = [(c, var(names[back - i])) for i, c in enumerate(law.back, 1)]
    n: Expr = var("n")
    ahead = Expr("+", (n, const(back))) if back else n  # the number that is made now is answered later
    power = const(1)
    for k, c in enumerate(law.powers):
        if k == 0:
            terms.append((c, const(1)))
            continue
        power = ahead if k == 1 else Expr("*", (power, ahead))
        terms.append((c, power))
    total = weighted_sum([(c, e) for c, e in terms if c])
    following = total if law.divisor == 1 else Expr("//", (total, const(law.divisor)))
    if not back:
        return Recurrence(("n",), (), (Emit((following,)),))
    shifted = (*(var(one) for one in names[1:]), following)
    start = tuple((name, int(row[place])) for place, name in enumerate(names))
    return Recurrence(("n",), start, (Emit((var(names[0]),)), Assign(tuple(names), shifted)))


def numbers_kept(law: Law, row: Sequence[int]) -> int:
    """How many numbers are remembered: as many as the law looks back, or more where it is right only
    later."""
    for back in range(len(law.back), MOST_BACK + 1):
        if all(
            law.divisor * row[place]
            == sum(c * row[place - i] for i, c in enumerate(law.back, 1))
            + sum(c * (place + law.base) ** k for k, c in enumerate(law.powers))
            for place in range(back, len(row))
        ):
            return back
    raise AssertionError("a law that does not give its row")


def weighted_sum(terms: Sequence[tuple[int, Expr]]) -> Expr:
    """A sum of whole multiples, those that are taken away last."""
    total: Expr | None = None
    for factor, what in sorted(terms, key=lambda term: term[0] < 0):
        size = const(abs(factor))
        part = what if abs(factor) == 1 else (size if what == const(1) else Expr("*", (size, what)))
        if total is None:
            total = Expr("-", (const(0), part)) if factor < 0 else part
        else:
            total = Expr("-" if factor < 0 else "+", (total, part))
    return const(0) if total is None else total
