"""Exact Boolean minimisation with don't-cares.

Prime implicants and a minimum cover (Quine 1952, McCluskey 1956); factored, and held against forms with
exclusive or. Rows that were never observed are free for the formula, and are reported with it: nothing is
filled in silently.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from netlift.formulas._expr import Expr, const, size, var
from netlift.formulas._operators import OPPOSITE
from netlift.formulas.writing._sums import chained

MOST_VARIABLES = 6  # the bits of 16 states and two inputs; there are 3**6 cubes to choose from
_PARITY_EXACT = 4  # variables up to which every parity is split off
_WORK = 20_000  # nodes of the search for a minimum cover

Row = tuple[int, ...]
Cube = tuple[int | None, ...]  # a variable's value in a product, None where it is absent


@dataclass(frozen=True)
class BooleanFormula:
    """A formula over 0/1 variables, and the rows on which its value is no observation but a choice."""

    expr: Expr
    unobserved: tuple[Row, ...]


def minimise(
    ones: Iterable[Sequence[int]], zeros: Iterable[Sequence[int]], names: Sequence[str]
) -> BooleanFormula:
    """The shortest formula found that is 1 on the rows `ones` and 0 on the rows `zeros`.

    A row gives the variables' values (0 or 1) in the order of `names`. All other rows are
    don't-cares; they are returned with the formula. The value may be a truth value. Raises
    ValueError when a row is in both, has another length, or holds another value than 0 and 1 (a
    NaN, say), and for more than six variables.
    """
    count = len(names)
    if count > MOST_VARIABLES:
        raise ValueError(f"{count} variables; Boolean minimisation takes at most {MOST_VARIABLES}")
    on, off = _checked(ones, count), _checked(zeros, count)
    both = sorted(set(on) & set(off))
    if both:
        raise ValueError(f"the table contradicts itself: row {both[0]} is both 1 and 0")
    observed = {*on, *off}
    free = tuple(row for row in itertools.product((0, 1), repeat=count) if row not in observed)
    variables = [var(name) for name in names]
    best = min(_candidates(on, off, variables), key=lambda expr: (size(expr), str(expr)))
    return BooleanFormula(best, free)


def from_table(
    rows: Iterable[Sequence[int]], values: Iterable[float], names: Sequence[str]
) -> BooleanFormula:
    """`minimise` on a table: each row with its value 0 or 1; a NaN means that it was not observed.

    Raises ValueError for other values, and where two equal rows have different values.
    """
    ones, zeros = [], []
    for row, value in zip(rows, values, strict=True):
        if value == 1:
            ones.append(row)
        elif value == 0:
            zeros.append(row)
        elif value == value:
            raise ValueError(f"row {tuple(row)} has the value {value}; expected 0, 1 or NaN")
    return minimise(ones, zeros, names)


def _checked(rows: Iterable[Sequence[int]], count: int) -> list[Row]:
    checked = set()
    for row in rows:
        if len(row) != count or any(value not in (0, 1) for value in row):
            raise ValueError(f"row {tuple(row)} is not {count} values of 0 and 1")
        checked.add(tuple(int(value) for value in row))
    return sorted(checked)


def _candidates(on: list[Row], off: list[Row], variables: list[Expr]) -> Iterator[Expr]:
    if not on or not off:
        yield const(1 if on else 0)
        return
    yield from _two_level(on, off, variables)
    count = len(variables)
    subsets: Iterable[tuple[int, ...]] = ((i,) for i in range(count))
    if count <= _PARITY_EXACT:
        subsets = (s for n in range(1, count + 1) for s in itertools.combinations(range(count), n))
    elif _parity(on, off, range(count)) is None:  # larger parities are tried as a whole only
        subsets = itertools.chain(subsets, [tuple(range(count))])
    for subset in itertools.chain(subsets, _parities(on, off, count)):
        parity = chained("^", [variables[i] for i in subset])
        even = [row for row in on + off if sum(row[i] for i in subset) % 2 == 0]
        holds = set(on)
        left_on = [row for row in on + off if (row in holds) != (row not in set(even))]
        left_off = [row for row in on + off if row not in set(left_on)]
        if not left_on:
            yield parity
        elif not left_off:
            yield _equal(parity)
        else:
            for rest in _two_level(left_on, left_off, variables):
                yield Expr("^", (parity, rest))


def _parity(on: list[Row], off: list[Row], subset: Iterable[int]) -> int | None:
    """0 or 1 where the function is this parity or its opposite, else None."""
    places = list(subset)
    found = {sum(row[i] for i in places) % 2 for row in on} | {
        1 - sum(row[i] for i in places) % 2 for row in off
    }
    return 1 - found.pop() if len(found) == 1 else None


def _parities(on: list[Row], off: list[Row], count: int) -> Iterator[tuple[int, ...]]:
    """The smallest set of variables whose parity the function is, by trying all."""
    for length in range(1, count + 1):
        for subset in itertools.combinations(range(count), length):
            if _parity(on, off, subset) is not None:
                yield subset
                return


def _equal(parity: Expr) -> Expr:
    """The opposite of a parity: `a ^ b == c`."""
    if parity.op == "^":
        return Expr("==", parity.args)
    return Expr("-", (const(1), parity))


def _two_level(on: list[Row], off: list[Row], variables: list[Expr]) -> Iterator[Expr]:
    """Sums of products for the function and for its opposite, plain and factored."""
    cover = _cover(on, off)
    opposite = _cover(off, on)
    yield _factored(cover, variables)
    yield _sum(cover, variables)
    for expr in (_factored(opposite, variables), _sum(opposite, variables)):
        yield _opposite(expr)
    yield _by_duality(opposite, variables)


def _cover(on: list[Row], off: list[Row]) -> list[Cube]:
    """Products that hold every row of `on` and none of `off`, with the fewest literals."""
    cubes = _primes(on, off)
    covers = [frozenset(i for i, row in enumerate(on) if _holds(cube, row)) for cube in cubes]
    price = [sum(value is not None for value in cube) + 1 for cube in cubes]
    search = _CoverSearch(covers, price, len(on))
    return [cubes[i] for i in search.best()]


def _holds(cube: Cube, row: Row) -> bool:
    return all(value is None or value == bit for value, bit in zip(cube, row, strict=True))


def _primes(on: list[Row], off: list[Row]) -> list[Cube]:
    """The prime implicants that hold a row of `on`, by merging from every allowed row upwards."""
    count, forbidden = len(on[0]), set(off)
    level: set[Cube] = {row for row in itertools.product((0, 1), repeat=count) if row not in forbidden}
    primes: list[Cube] = []
    while level:
        merged: set[Cube] = set()
        used: set[Cube] = set()
        for cube in sorted(level, key=_order):
            for i, value in enumerate(cube):
                if value == 0:
                    other = (*cube[:i], 1, *cube[i + 1 :])
                    if other in level:
                        merged.add((*cube[:i], None, *cube[i + 1 :]))
                        used |= {cube, other}
        primes += sorted(level - used, key=_order)
        level = merged
    return [cube for cube in primes if any(_holds(cube, row) for row in on)]


def _order(cube: Cube) -> tuple[int, ...]:
    return tuple(2 if value is None else value for value in cube)


class _CoverSearch:
    """Branch and bound for the cheapest choice of cubes that holds every row, greedy to begin with."""

    def __init__(self, covers: list[frozenset[int]], price: list[int], rows: int) -> None:
        self._covers, self._price = covers, price
        self._holders = [[i for i, held in enumerate(covers) if row in held] for row in range(rows)]
        self._work = _WORK
        self._found = self._greedy(frozenset(range(rows)))
        self._cost = sum(price[i] for i in self._found)

    def best(self) -> list[int]:
        """Places of the chosen cubes, in order."""
        self._extend([], frozenset(range(len(self._holders))), 0)
        return sorted(self._found)

    def _greedy(self, left: frozenset[int]) -> list[int]:
        chosen = []
        while left:
            gains = [
                (-len(held & left) / price, i)
                for i, (held, price) in enumerate(zip(self._covers, self._price, strict=True))
            ]
            chosen.append(min(gains)[1])
            left -= self._covers[chosen[-1]]
        return chosen

    def _extend(self, chosen: list[int], left: frozenset[int], cost: int) -> None:
        if not left:
            if cost < self._cost:
                self._found, self._cost = chosen, cost
            return
        self._work -= 1
        if self._work < 0:
            return
        row = min(left, key=lambda r: (len(self._holders[r]), r))  # the row with the fewest choices
        for i in sorted(self._holders[row], key=lambda i: (-len(self._covers[i] & left), self._price[i], i)):
            if cost + self._price[i] < self._cost:
                self._extend([*chosen, i], left - self._covers[i], cost + self._price[i])


def _product(cube: Cube, variables: Sequence[Expr]) -> Expr:
    """`a & b`, `a & b > c | d` for a and b and neither c nor d, `1 - (c | d)`."""
    wanted = [v for v, value in zip(variables, cube, strict=True) if value == 1]
    unwanted = [v for v, value in zip(variables, cube, strict=True) if value == 0]
    if not wanted:
        return _opposite(chained("|", unwanted)) if unwanted else const(1)
    if not unwanted:
        return chained("&", wanted)
    return Expr(">", (chained("&", wanted), chained("|", unwanted)))


def _sum(cubes: Sequence[Cube], variables: Sequence[Expr]) -> Expr:
    return chained("|", [_product(cube, variables) for cube in cubes])


def _factored(cubes: Sequence[Cube], variables: Sequence[Expr]) -> Expr:
    """The sum of products with the literal that occurs most taken out of the brackets, again and again."""
    counts = [
        (sum(cube[i] == value for cube in cubes), -i, value)
        for i in range(len(variables))
        for value in (1, 0)
    ]
    times, place, value = max(counts)
    if times < 2:
        return _sum(cubes, variables)
    inner = [(*c[:-place], None, *c[-place + 1 :]) for c in cubes if c[-place] == value]
    others = [c for c in cubes if c[-place] != value]
    literal, rest = variables[-place], _factored(inner, variables)
    taken = Expr("&", (literal, rest)) if value == 1 else Expr(">", (rest, literal))
    return Expr("|", (_factored(others, variables), taken)) if others else taken


def _by_duality(opposite: Sequence[Cube], variables: Sequence[Expr]) -> Expr:
    """A product of sums, from the products of the opposite function."""
    return chained("&", [_opposite(_product(cube, variables)) for cube in opposite])


def _opposite(expr: Expr) -> Expr:
    """1 for 0 and 0 for 1."""
    if expr.op in OPPOSITE:
        return Expr(OPPOSITE[expr.op], expr.args)
    if expr.op == "-" and expr.args[0] == const(1):
        return expr.args[1]
    return const(1 - expr.value) if expr.op == "const" else Expr("-", (const(1), expr))
