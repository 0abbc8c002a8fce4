"""What the rules over a assignment cost, in nodes of the printed program: an estimate, compiled.

For each kind of symbol it is the cheapest decision tree over tests of the variables. A tree's node is a cube:
for each variable the values that it may have there. At a leaf the answer is one (free where it is the usual
one), or chosen by one test, and each variable is kept, set, flipped or counted.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlift.core._compiled import njit
from netlift.formulas.machines._automaton import Automaton
from netlift.formulas.machines._variables import COUNT, FLAG, Variable, only_counts, pieces

MOST_VARIABLES = 7
MOST_BITS = 60  # of all variables' values together
_SLOTS = 1 << 13
_NO = 1e9  # it cannot be said in that way

IF = 1.0  # beside its condition
ANSWER = 3.0  # `outputs.append(y)` with one value
SET = 3.0  # `v = 1`
FLIP = 5.0  # `v = not v`
STEP = 4.0  # `v += 1`
BOUNDED_STEP = 6.0  # it is printed with nine nodes, and read as one thing
BRANCH = 5.0  # `if x == "a":`
VARIABLE = 3.0  # its first value
VALUE = 0.5  # a further value of a variable that only counts
MODE_VALUE = 3.0  # and of any other
PIECE = 6.0  # a value that stands for several things: between its states no event moves


@njit(cache=True)
def _slot(cube, keys, used, stamp):  # type: ignore[no-untyped-def]
    place = np.int64((cube * np.int64(0x1E3779B97F4A7C15)) >> 40) & (_SLOTS - 1)
    while used[place] == stamp:
        if keys[place] == cube:
            return place
        place = (place + 1) & (_SLOTS - 1)
    return -place - 1


@njit(cache=True)
def _leaf(  # type: ignore[no-untyped-def]
    cube, who, members, a, moves, says, packed, fields, kinds, sizes, offsets, mode, given, usual, does, tells
):
    """The cheapest one action of each channel on a cube, as a statement and as a value; channel 0 answers.

    `who` are the states that may be in the cube, the first so many as there are `members`.
    """
    variables = fields.shape[0]
    answer, one, free = -1, True, True
    keep = np.ones(variables, np.bool_)
    flip = np.ones(variables, np.bool_)
    up = np.ones(variables, np.bool_)
    down = np.ones(variables, np.bool_)
    upmost = np.ones(variables, np.bool_)
    downmost = np.ones(variables, np.bool_)
    round_up = np.ones(variables, np.bool_)
    round_down = np.ones(variables, np.bool_)
    constant = fields.copy()
    for n in range(members):
        q = who[n]
        inside = packed[q] & cube
        y = says[q, a]
        if answer < 0:
            answer = y
        elif answer != y:
            one = False
        wanted = usual[0]
        if given != 0:
            if inside & given == 0:
                wanted = usual[1]
            elif inside & fields_of(fields, given) & ~given != 0 and usual[1] != usual[0]:
                wanted = -2
        if y != wanted:
            free = False
        target = packed[moves[q, a]]
        for v in range(variables):
            have, want, size, off = inside & fields[v], target & fields[v], sizes[v], offsets[v]
            constant[v] &= want
            if have & ~want:
                keep[v] = False
            top = np.int64(1) << (off + size - 1)
            low = np.int64(1) << off
            if kinds[v] == 0:
                flipped = np.int64(0)
                if have & low:
                    flipped |= top
                if have & top:
                    flipped |= low
                if flipped & ~want:
                    flip[v] = False
            elif kinds[v] == 2:
                higher = (have & ~top) << 1
                lower = (have & ~low) >> 1
                if have & top or higher & ~want:
                    up[v] = False
                if have & low or lower & ~want:
                    down[v] = False
                if higher & ~want or (have & top and not want & top):
                    upmost[v] = False
                if lower & ~want or (have & low and not want & low):
                    downmost[v] = False
                if higher & ~want or (have & top and not want & low):
                    round_up[v] = False
                if lower & ~want or (have & low and not want & top):
                    round_down[v] = False
    if mode != 0 or members == 0:
        does[0], tells[0] = 0.0, 1.0
    elif free:
        does[0], tells[0] = 0.0, 1.0 if one else _NO
    elif one:
        does[0], tells[0] = ANSWER, 1.0
    else:
        does[0], tells[0] = _NO, _NO
    for v in range(variables):
        if keep[v]:
            does[v + 1], tells[v + 1] = 0.0, 1.0
        elif constant[v] != 0:
            does[v + 1], tells[v + 1] = SET, 1.0
        elif kinds[v] == 0 and flip[v]:
            does[v + 1], tells[v + 1] = FLIP, 3.0
        elif kinds[v] == 2 and (up[v] or down[v]):
            does[v + 1], tells[v + 1] = STEP, 3.0
        elif kinds[v] == 2 and (upmost[v] or downmost[v] or round_up[v] or round_down[v]):
            does[v + 1], tells[v + 1] = BOUNDED_STEP, 4.5
        else:
            does[v + 1], tells[v + 1] = _NO, _NO


@njit(cache=True)
def fields_of(fields, given):  # type: ignore[no-untyped-def]
    """The field of the variable that a test is about."""
    for v in range(fields.shape[0]):
        if fields[v] & given:
            return fields[v]
    return np.int64(0)


@njit(cache=True)
def _part(  # type: ignore[no-untyped-def]
    cube, place, parent, field, a, moves, says, packed, fields, kinds, sizes, offsets, mode, given, usual,
    keys, used, stamp, count, best, does, tells, who, many,
):  # fmt: skip
    """A new part of the cube at `parent`: what it does without a test, kept at a free place; -1: too many.

    The part differs in the variable of `field` alone: of the states there, those are looked at.
    """
    if count[0] >= 4000:
        return -1
    count[0] += 1
    used[place], keys[place], best[place] = stamp, cube, -1.0
    members = 0
    for n in range(many[parent]):
        q = who[parent, n]
        if packed[q] & cube & field != 0:
            who[place, members] = q
            members += 1
    many[place] = members
    _leaf(
        cube, who[place], members, a, moves, says, packed, fields, kinds, sizes, offsets, mode, given, usual,
        does[place], tells[place],
    )  # fmt: skip
    return place


@njit(cache=True)
def _tree(  # type: ignore[no-untyped-def]
    cube, place, a, moves, says, packed, fields, kinds, sizes, offsets, tests, prices, refusals, mode, given,
    usual, keys, used, stamp, count, best, does, tells, who, many,
):  # fmt: skip
    if best[place] >= 0:
        return best[place]
    channels = fields.shape[0] + 1
    price = 0.0
    single = does[place].copy()
    dear = False
    for c in range(channels):
        if single[c] > 4.0:
            dear = True
    if dear:
        for t in range(tests.shape[0]):
            field = fields_of(fields, tests[t])
            yes, no = cube & (tests[t] | ~field), cube & ~tests[t]
            if yes & field == 0 or no & field == 0:
                continue
            halves = np.empty(2, np.int64)
            for side in range(2):
                part = yes if side == 0 else no
                other = _slot(part, keys, used, stamp)
                if other < 0:
                    other = _part(
                        part, -other - 1, place, field, a, moves, says, packed, fields, kinds, sizes, offsets,
                        mode, given, usual, keys, used, stamp, count, best, does, tells, who, many,
                    )  # fmt: skip
                    if other < 0:
                        return _NO
                halves[side] = other
            for c in range(channels):
                chosen = 3.0 + prices[t] + tells[halves[0], c] + tells[halves[1], c]
                if chosen < single[c]:
                    single[c] = chosen
    for c in range(channels):
        price += single[c]
    price = min(price, _NO)
    if price > 2.0:
        for t in range(tests.shape[0]):
            field = fields_of(fields, tests[t])
            yes, no = cube & (tests[t] | ~field), cube & ~tests[t]
            if yes & field == 0 or no & field == 0 or prices[t] + IF >= price:
                continue
            inner = _slot(yes, keys, used, stamp)
            if inner < 0:
                inner = _part(
                    yes, -inner - 1, place, field, a, moves, says, packed, fields, kinds, sizes, offsets,
                    mode, given, usual, keys, used, stamp, count, best, does, tells, who, many,
                )  # fmt: skip
            first = best[inner] if inner >= 0 else _NO
            if first < 0:
                first = _tree(
                    yes, inner, a, moves, says, packed, fields, kinds, sizes, offsets, tests, prices,
                    refusals, mode, given, usual, keys, used, stamp, count, best, does, tells, who, many,
                )  # fmt: skip
            if first + prices[t] + IF >= price:
                continue
            inner = _slot(no, keys, used, stamp)
            if inner < 0:
                inner = _part(
                    no, -inner - 1, place, field, a, moves, says, packed, fields, kinds, sizes, offsets,
                    mode, given, usual, keys, used, stamp, count, best, does, tells, who, many,
                )  # fmt: skip
            second = best[inner] if inner >= 0 else _NO
            if second < 0:
                second = _tree(
                    no, inner, a, moves, says, packed, fields, kinds, sizes, offsets, tests, prices,
                    refusals, mode, given, usual, keys, used, stamp, count, best, does, tells, who, many,
                )  # fmt: skip
            whole = IF + first + second + (refusals[t] if first == 0.0 else prices[t])
            if whole < price:
                price = whole
    best[place] = price
    return price


@njit(cache=True)
def _cost(  # type: ignore[no-untyped-def]
    kinds_of_symbols,
    weights,
    moves,
    says,
    packed,
    fields,
    kinds,
    sizes,
    offsets,
    tests,
    prices,
    refusals,
    mode,
    answers,
    bound,
    keys,
    used,
    stamps,
    count,
    best,
    does,
    tells,
    who,
    many,
):
    states, variables = packed.shape[0], fields.shape[0]
    for p in range(states):
        for q in range(p + 1, states):
            apart = False
            for v in range(variables):
                if packed[p] & packed[q] & fields[v] == 0:
                    apart = True
                    break
            if not apart:
                return _NO, 0
    whole = np.int64(0)
    for v in range(variables):
        whole |= fields[v]
    total, work = 0.0, 0
    usual = np.zeros(2, np.int64)
    for a in kinds_of_symbols:
        if total >= bound:
            break
        often = np.zeros(answers, np.int64)
        for q in range(states):
            often[says[q, a]] += 1
        usual[0] = np.argmax(often)
        usual[1] = usual[0]
        stamps[0] += 1
        count[0] = 0
        place = -_slot(whole, keys, used, stamps[0]) - 1
        count[0] += 1
        used[place], keys[place], best[place] = stamps[0], whole, -1.0
        who[place] = np.arange(states)
        many[place] = states
        _leaf(
            whole, who[place], states, a, moves, says, packed, fields, kinds, sizes, offsets, mode,
            np.int64(0), usual, does[place], tells[place],
        )  # fmt: skip
        price = _tree(
            whole, place, a, moves, says, packed, fields, kinds, sizes, offsets, tests, prices, refusals,
            mode, np.int64(0), usual, keys, used, stamps[0], count, best, does, tells, who, many,
        )  # fmt: skip
        work += count[0]
        if price >= _NO:
            return _NO, work
        if price > 0.0:
            total += price + BRANCH
    return total, work


class Estimate:
    """The estimate for one machine, with its memory; `work` counts the cubes that were looked at."""

    def __init__(self, automaton: Automaton) -> None:
        self.work = 0
        self._automaton = automaton
        self._prices: dict[Variable, float] = {}
        self._moves = np.array(automaton.moves, np.int64)
        self._says = np.array(automaton.says, np.int64)
        self._kinds = np.array([group[0] for group in automaton.kinds], np.int64)
        self._weights = np.array([float(len(group)) for group in automaton.kinds])
        self._answers = len(automaton.answers)
        entered = automaton.entered
        self._entered: NDArray[np.int64] | None = None
        if entered is not None:
            usual = max(range(self._answers), key=lambda y: sum(e == y for e in entered))
            self._entered = np.array([[usual if e is None else e] for e in entered], np.int64)
        self._still = np.arange(automaton.states, dtype=np.int64)[:, None]
        width = MOST_VARIABLES + 1
        self._memory = (
            np.zeros(_SLOTS, np.int64), np.zeros(_SLOTS, np.int64), np.zeros(1, np.int64),
            np.zeros(1, np.int64), np.zeros(_SLOTS), np.zeros((_SLOTS, width)), np.zeros((_SLOTS, width)),
            np.zeros((_SLOTS, automaton.states), np.int64), np.zeros(_SLOTS, np.int64),
        )  # fmt: skip

    def _read(self, v: Variable) -> float:
        """What a variable itself costs its reader."""
        price = self._prices.get(v)
        if price is None:
            rest = v.size - 2
            value = VALUE if v.kind == COUNT and only_counts(self._automaton, v) else MODE_VALUE
            price = VARIABLE + value * rest + PIECE * pieces(self._automaton, v)
            self._prices[v] = price
        return price

    def of(self, variables: Sequence[Variable], bound: float = math.inf) -> float:
        """The estimated nodes of the rules; infinite where two states have one code, or it is too wide."""
        if not variables or len(variables) > MOST_VARIABLES or sum(v.size for v in variables) > MOST_BITS:
            return math.inf
        offsets = np.cumsum([0, *(v.size for v in variables[:-1])]).astype(np.int64)
        sizes = np.array([v.size for v in variables], np.int64)
        kinds = np.array([v.kind for v in variables], np.int64)
        fields = ((1 << sizes) - 1) << offsets
        packed = np.zeros(len(self._moves), np.int64)
        for v, off in zip(variables, offsets.tolist(), strict=True):
            packed |= np.array(v.sets, np.int64) << off
        tests, prices, refusals = _tests(variables, offsets.tolist())
        base = sum(map(self._read, variables))
        least = math.inf
        for mode in (0, 1):
            if mode == 1 and self._entered is None:
                continue
            total, work = _cost(
                self._kinds, self._weights, self._moves, self._says, packed, fields, kinds, sizes, offsets,
                tests, prices, refusals, mode, self._answers, min(bound, least) - base, *self._memory,
            )  # fmt: skip
            self.work += work + 10
            if mode == 1 and total < _NO:
                told, more = _cost(
                    np.zeros(1, np.int64), self._weights, self._still, self._entered, packed, fields, kinds,
                    sizes, offsets, tests, prices, refusals, 0, self._answers, math.inf, *self._memory,
                )  # fmt: skip
                self.work += more
                total += told
            if total < _NO:
                least = min(least, total + base)
        return least


def _tests(
    variables: Sequence[Variable], offsets: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    found = []
    for v, off in zip(variables, offsets, strict=True):
        if v.kind == FLAG:
            found.append((2 << off, 1.0, 3.0))
            continue
        ordered = v.kind == COUNT
        if ordered:
            found.append((((1 << v.size) - 2) << off, 1.0, 3.0))
        found += [(1 << d + off, 4.0, 4.0) for d in range(int(ordered), v.size)]
        if ordered:
            found += [((((1 << v.size) - 1) >> d << d) << off, 4.0, 4.0) for d in range(2, v.size - 1)]
    masks, prices, refusals = zip(*found, strict=True)
    return np.array(masks, np.int64), np.array(prices), np.array(refusals)
