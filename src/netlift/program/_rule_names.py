"""Names for variables, their values and long answers, from what the machine shows: which event does what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from netlift.formulas.machines._rules import Listed, Moves, OfPlace, Permute, Rules, Turn, walk
from netlift.formulas.machines._variables import COUNT, FLAG, Variable, members

_ENDINGS = {"req", "request", "rsp", "response", "ind", "msg", "message", "event", "cmd"}
MOST_NAMED = 20  # states that get a name each; more are numbered
_JOINING = {"and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}  # never first or last
_PHRASES = {
    "login": "logged_in",
    "logon": "logged_on",
    "signin": "signed_in",
    "signon": "signed_on",
    "checkin": "checked_in",
    "plugin": "plugged_in",
}
_DIGITS = {"0": "zeros", "1": "ones"}
_PLACES = ("first", "second", "third", "fourth", "fifth")
_MOST_WORDS = 3
_LONGEST = 30  # characters of a constant's name
_LONG_LIST = 400  # characters up to which it is said how each state is reached


@dataclass(frozen=True)
class Named:
    """A variable's name, how its values are written, and the line of the docstring about it."""

    name: str
    values: tuple[str, ...]
    told: str


def named_variables(
    rules: Rules, symbols: Sequence[str], taken: set[str], order: Sequence[int]
) -> list[Named]:
    """A name for each variable.

    `symbols` are the events as they are written, `taken` the names that are not free, `order` says in which
    order places are counted.
    """
    if any(isinstance(rule, Permute) for rule in walk(rules.block)):
        return _places(rules, taken, order)
    for rule in walk(rules.block):
        if isinstance(rule, Turn):
            return _turning(rules, rule, symbols, taken)
        if isinstance(rule, Moves):
            return [_numbered(rules, symbols, taken)]
    if any(isinstance(rule, Listed) for rule in rules.block) and len(rules.moves) > MOST_NAMED:
        numbers = tuple(map(str, range(len(rules.moves))))
        name = _free("state", taken)
        return [Named(name, numbers, f"{name}: one of {len(numbers)}, numbered as they are first reached")]
    found = []
    for v in rules.variables:
        effects = _effects(rules, v)
        if v.kind == FLAG:
            found.append(_flag(rules, v, effects, symbols, taken))
        elif v.kind == COUNT:
            found.append(_count(v, effects, symbols, taken))
        else:
            found.append(_mode(rules, v, effects, symbols, taken))
    return found


def _places(rules: Rules, taken: set[str], order: Sequence[int]) -> list[Named]:
    """Places between which events move items; an item is called what is answered for it, else a letter."""
    found = []
    for n, v in enumerate(rules.variables):
        name = _free(_PLACES[order.index(n)], taken)
        items = [""] * v.size
        for k, m in enumerate(order):
            items[rules.variables[m].first] = "abcdefgh"[k]
        found.append(Named(name, tuple(items), f"{name}: the item in this place; events move items"))
    return found


def _turning(rules: Rules, turn: Turn, symbols: Sequence[str], taken: set[str]) -> list[Named]:
    """The place on a circle and the direction."""
    place, step = rules.variables[turn.place], rules.variables[turn.direction]
    round_ = [a for a, pairs in _effects(rules, step) if pairs]
    moving = [a for a, pairs in _effects(rules, place) if pairs]
    first, second = _free("place", taken), _free("step", taken)
    told = [
        (
            turn.place,
            Named(
                first,
                (),
                f"{first}: 0 to {place.size - 1}, round a circle; moved by {_listed(symbols, moving)}",
            ),
        ),
        (
            turn.direction,
            Named(second, (), f"{second}: 1 or -1, the direction; turned by {_listed(symbols, round_)}"),
        ),
    ]
    return [named for _, named in sorted(told)]


def _numbered(rules: Rules, symbols: Sequence[str], taken: set[str]) -> Named:
    """States by number, with a shortest word that leads to each, and those that nothing leads out of."""
    v = rules.variables[0]
    name = _free("state", taken)
    words: dict[int, tuple[int, ...]] = {0: ()}
    order = [0]
    for q in order:
        for a, r in rules.after(q):
            if r not in words:
                words[r] = (*words[q], a)
                order.append(r)
    between = "" if all(len(symbol) == 1 for symbol in symbols) else " "
    number = {q: v.sets[q].bit_length() - 1 for q in order}
    first = [
        f"{number[q]} after {between.join(symbols[a] for a in words[q])}"
        for q in sorted(order, key=number.__getitem__)
        if q
    ]
    told = f"{name}: {number[0]} at first, {', '.join(first)}"
    if len(told) > _LONG_LIST:
        told = f"{name}: 0 to {v.size - 1}"
    ends = sorted(number[q] for q in order if _is_end(rules, q))
    return Named(name, (), told + (f"; nothing leads out of {state_list(ends)}" if ends else ""))


def place_order(rules: Rules) -> list[int]:
    """The order in which places are counted: from the one that answers, neighbours beside each other."""
    first = rules.told.variable if isinstance(rules.told, OfPlace) else 0
    order = [first]
    moves = [set(rule.targets) for rule in walk(rules.block) if isinstance(rule, Permute)]
    moves.sort(key=lambda m: (len(m), sorted(m)))
    while len(order) < len(rules.variables):
        left = [n for n in range(len(rules.variables)) if n not in order]
        beside = [n for move in moves if order[-1] in move for n in left if n in move]
        order.append((beside or left)[0])
    return order


def words(text: str) -> list[str]:
    """The words of a symbol, in small letters: "ClientHelloRSA" holds client, hello and rsa."""
    parts = re.findall(r"[A-Z]+\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+\d*|\d+", text)
    long = [part.lower() for part in parts if len(part) > 1]
    return long or [part.lower() for part in parts]


def constant_name(answer: str, others: Sequence[str]) -> str:
    """A name for a long answer: the parts of it that fewest other answers have."""
    parts = [part for part in re.split(r"[^A-Za-z0-9_]+", answer) if part] or ["answer"]
    shared = {part: sum(part in re.split(r"[^A-Za-z0-9_]+", other) for other in others) for part in parts}
    fewest = min(shared.values())
    rare = [part for part in dict.fromkeys(parts) if shared[part] == fewest]
    name = ""
    for part in rare:
        longer = f"{name}_{part}" if name else part
        if name and len(longer) > _LONGEST:
            break
        name = longer
    name = re.sub(r"__+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)).upper().strip("_")
    return name if re.match(r"[A-Z]", name) else f"ANSWER_{name}".rstrip("_")


def state_list(states: Sequence[int]) -> str:
    """`1 to 4, 7` for a list of numbers."""
    runs: list[list[int]] = []
    for state in states:
        if runs and runs[-1][-1] == state - 1:
            runs[-1].append(state)
        else:
            runs.append([state])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def _in_words(states: Sequence[int]) -> str:
    """`state 4`, or `states 1 to 4, 7`."""
    return f"state{'' if len(states) == 1 else 's'} {state_list(states)}"


_Effects = list[tuple[int, set[tuple[int | None, int]]]]


def _effects(rules: Rules, v: Variable) -> _Effects:
    """For each symbol the changes (old value or None, new value) where the new one is determined."""
    found: _Effects = []
    for a in range(len(rules.symbols)):
        pairs = set[tuple[int | None, int]]()
        for q, row in enumerate(rules.moves):
            if (q, a) in rules.unseen:
                continue
            old, new = v.sets[q], v.sets[row[a]]
            if new & (new - 1):
                continue
            if old & (old - 1):
                pairs.add((None, new.bit_length() - 1))
            elif old != new:
                pairs.add((old.bit_length() - 1, new.bit_length() - 1))
        found.append((a, pairs))
    return found


def _flag(rules: Rules, v: Variable, effects: _Effects, symbols: Sequence[str], taken: set[str]) -> Named:
    on = [a for a, pairs in effects if (0, 1) in pairs]
    off = [a for a, pairs in effects if (1, 0) in pairs]
    both = [a for a in on if a in off]
    started = [a for a, pairs in effects if (None, 1) in pairs and a not in on]
    ended = [a for a, pairs in effects if (None, 0) in pairs and a not in off]
    told = []
    if both:
        told.append(f"changed by {_listed(symbols, both)}")
    if sets := [a for a in on + started if a not in both]:
        told.append(f"set by {_listed(symbols, sorted(sets))}")
    if clears := [a for a in off + ended if a not in both]:
        told.append(f"cleared by {_listed(symbols, sorted(clears))}")
    stays = not off and not ended
    if len(both) == 1 and _is_parity(rules, v, both[0]):
        stem = _stem(symbols[both[0]])
        name = _free(f"odd_{_DIGITS.get(stem, stem)}", taken)
        told = [f"whether {symbols[both[0]]} came an odd number of times"]
        return Named(name, ("False", "True"), f"{name}: {'; '.join([*told, _true_in(v)])}")
    if len(both) == 1:
        stem = _stem(symbols[both[0]])
        wish = stem if stem.endswith("ing") else f"{stem}_on"
    else:
        setting = sorted({*on, *started})
        # What every event may set is no trace of any of them.
        every = len(setting) == len(symbols) > 1
        wish = "flag" if every else _after(symbols, on or started, stays)
        if not wish and any(a in off or a in ended for a in setting):
            # What sets it may clear it too: it is not "before" anything.
            stems = [_stem(symbols[a]) for a in setting]
            wish = f"after_{'_or_'.join(stems)}" if len(stems) <= 2 and all(stems) else ""
        elif not wish and (off or ended):
            wish = f"before_{_common(symbols, off or ended)}" if _common(symbols, off or ended) else ""
    wish = wish or "flag"
    if wish in taken and (off or ended) and not both:
        wish = f"{wish}_since_{_stem(symbols[_own_clearing(rules, v, sorted({*off, *ended}))])}"
    name = _free(wish, taken)
    return Named(name, ("False", "True"), f"{name}: {'; '.join([*told, _true_in(v)])}")


def _own_clearing(rules: Rules, v: Variable, clearing: Sequence[int]) -> int:
    """The event, of those that clear a flag, that clears fewest of the others."""
    others = [dict(_effects(rules, w)) for w in rules.variables if w is not v and w.kind == FLAG]
    return min(clearing, key=lambda a: sum(any(new == 0 for _, new in one[a]) for one in others))


def _is_parity(rules: Rules, v: Variable, event: int) -> bool:
    """Whether this event changes a flag, which starts false, each time, and no other event does."""
    if v.sets[0] != 1 or not all(one in (1, 2) for one in v.sets):
        return False
    return all(
        (v.sets[q] != v.sets[r]) == (a == event) for q in range(len(rules.moves)) for a, r in rules.after(q)
    )


def _is_end(rules: Rules, state: int) -> bool:
    """Whether nothing leads out of a state, as far as was seen."""
    return {r for _, r in rules.after(state)} <= {state}


def _true_in(v: Variable) -> str:
    return f"true in {_in_words([q for q, one in enumerate(v.sets) if one == 2])}"


def _count(v: Variable, effects: _Effects, symbols: Sequence[str], taken: set[str]) -> Named:
    ups = [
        a
        for a, pairs in effects
        if any(old is not None and new == old + 1 for old, new in pairs)
        and all(old is None or new in (old + 1, 0) for old, new in pairs)
    ]
    downs = [
        a
        for a, pairs in effects
        if any(old is not None and new == old - 1 for old, new in pairs)
        and all(old is None or new == old - 1 or (old, new) == (0, v.size - 1) for old, new in pairs)
        and a not in ups
    ]
    every = len(ups) == len(symbols) > 1
    wish = "step" if every else _common(symbols, ups)
    wish = (
        f"{wish}s"
        if wish and len(wish) > 1 and not wish.endswith("s")
        else _DIGITS.get(wish, f"{wish}_count" if wish else "count")
    )
    name = _free(wish, taken)
    down = f" up and {_listed(symbols, downs)} down" if downs else ""
    told = f"counts {_listed(symbols, ups)}{down}, " if ups else ""
    return Named(name, tuple(map(str, range(v.size))), f"{name}: {told}0 to {v.size - 1}; {_by_value(v)}")


def _mode(rules: Rules, v: Variable, effects: _Effects, symbols: Sequence[str], taken: set[str]) -> Named:
    values: list[str] = []
    for d in range(v.size):
        entering = [a for a, pairs in effects if any(new == d for _, new in pairs)]
        ends = [q for q, one in enumerate(v.sets) if one == 1 << d and _is_end(rules, q)]
        wish = "start" if v.first == d else "end" if ends else _common(symbols, entering) or "other"
        if wish.isdigit():
            wish = f"after {wish}"
        value, number = wish, 2
        while value in values:
            value, number = f"{wish} {number}", number + 1
        values.append(value)
    name = _free("mode", taken)
    shown = tuple(repr(value) for value in values)
    return Named(name, tuple(values), f"{name}: {_by_value(v, shown)}")


def _by_value(v: Variable, shown: Sequence[str] | None = None) -> str:
    parts = []
    for d in range(v.size):
        states = [q for q, one in enumerate(v.sets) if one == 1 << d]
        value = d if shown is None else shown[d].replace(chr(39), chr(34))
        parts.append(f"{value} in {_in_words(states)}")
    return ", ".join(parts)


def allowed(v: Variable, state: int) -> list[int]:
    """The values that a variable may have in a state."""
    return list(members(v.sets[state]))


def _after(symbols: Sequence[str], events: Sequence[int], stays: bool) -> str:
    """What is true after these events: a participle, where the word has one."""
    if len(events) == 1:
        stem = _stem(symbols[events[0]])
        done = _participle(stem)
        return done or (f"seen_{stem}" if stays else f"after_{stem}") if stem else ""
    common = _common(symbols, events)
    done = _participle(common)
    return done or (f"seen_{common}" if stays else f"after_{common}") if common else ""


def _participle(stem: str) -> str:
    """`connection` or `connect` as `connected`; "" where the last word is no verb that can be told."""
    *before, last = stem.split("_")
    if last in _PHRASES:
        return "_".join([*before, _PHRASES[last]])
    if before and f"{before[-1]}{last}" in _PHRASES:
        return "_".join([*before[:-1], _PHRASES[f"{before[-1]}{last}"]])
    if before and _participle(before[0]):
        return "_".join([*before[1:], last, _participle(before[0])])
    if (
        (last.endswith("ation") and len(last) > 6)
        or last.endswith("ction")
        or (last.endswith("ing") and len(last) > 5)
    ):
        done = f"{last[:-3]}ed"
    elif last in {"connect", "disconnect", "open", "start", "accept", "reset", "lock", "unlock", "arm"}:
        done = {"reset": "reset"}.get(last, f"{last}ed")
    elif last in {"close", "subscribe", "unsubscribe", "pause", "release", "delete", "create", "enable"}:
        done = f"{last}d"
    else:
        return ""
    return "_".join([*before, done])


def _stem(symbol: str) -> str:
    """The words of a symbol without an ending that says that it is a message."""
    found = words(symbol)
    while len(found) > 1 and found[-1] in _ENDINGS and found[-1] not in ("rsp", "response"):
        found.pop()
    return "_".join(_bare(found[-_MOST_WORDS:] if len(found) > _MOST_WORDS else found))


def _bare(found: Sequence[str]) -> list[str]:
    """Words without those at the ends that only join others; all of them where nothing would be left."""
    bare = list(found)
    while bare and bare[0] in _JOINING:
        bare.pop(0)
    while bare and bare[-1] in _JOINING:
        bare.pop()
    return bare or list(found)


def _common(symbols: Sequence[str], events: Sequence[int]) -> str:
    """The words that the events begin with, or end with; "" without any."""
    if not events:
        return ""
    if len(events) == 1:
        return _stem(symbols[events[0]])
    lists = [words(symbols[a]) for a in events]
    for way in (1, -1):
        shared = []
        for column in zip(*(parts[::way] for parts in lists), strict=False):
            if len(set(column)) > 1:
                break
            shared.append(column[0])
        if shared:
            return "_".join(_bare(shared[::way][:_MOST_WORDS]))
    return (
        "_or_".join("_".join(parts) for parts in lists)
        if len(events) == 2 and sum(map(len, lists)) <= 3
        else ""
    )


def _listed(symbols: Sequence[str], events: Sequence[int]) -> str:
    if len(events) == len(symbols):
        return "every event"
    if len(events) > 4 and len(events) > len(symbols) - 4:
        others = [symbols[a] for a in range(len(symbols)) if a not in events]
        return f"every event but {' and '.join(others)}" if others else "every event"
    return ", ".join(symbols[a] for a in events)


def _free(wish: str, taken: set[str]) -> str:
    wish = re.sub(r"\W", "_", wish, flags=re.ASCII).lower().strip("_") or "flag"
    if not wish[0].isalpha():
        wish = f"after_{wish}"
    name, number = wish, 2
    while name in taken:
        name, number = f"{wish}_{number}", number + 1
    taken.add(name)
    return name
