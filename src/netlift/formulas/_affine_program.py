"""A law with real constants as a recurrence over whole numbers of units; its constants are fractions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from netlift.formulas._affine_law import AffineLaw, Feature, simplest
from netlift.formulas._draft import input_names
from netlift.formulas._expr import Expr, const, var
from netlift.formulas._law import weighted_sum
from netlift.formulas._recurrence import Assign, Emit, Recurrence

_EXACT = 10**12  # denominators up to which a weight is the fraction that it was made
_DIGITS = 10**8  # own values that are read again are kept in so many parts of the largest
_LARGEST = 10**12  # denominator of a step; others are rounded to one over it


@dataclass(frozen=True)
class Streams:
    """What a law's inputs and outputs are: a stream of numbers, or whether a symbol came on one.

    Attributes:
        inputs: for each input of the law but the first (which is 1) the data's stream, and the symbol's
            number there; None: the number itself.
        input_units: what a whole number counts, of each stream of the data.
        output_units: the same of the outputs.
        symbols: how many symbols each stream of the data has; 0: it has numbers.
        sizes: the largest number of each output, in the user's unit.
    """

    inputs: tuple[tuple[int, int | None], ...]
    input_units: tuple[Fraction, ...]
    output_units: tuple[Fraction, ...]
    symbols: tuple[int, ...]
    sizes: tuple[float, ...]

    def kept_unit(self, law: AffineLaw, output: int) -> Fraction:
        """What a whole number of a kept value counts: less than of the answer, where it is read again."""
        unit = self.output_units[output]
        if not law.own_lags[output]:
            return unit
        wanted = Fraction(self.sizes[output] or 1.0) / _DIGITS
        finer = max(0, math.ceil(math.log10(unit / wanted))) if wanted < unit else 0
        kept: Fraction = unit / 10**finer
        return kept


def recurrence_of(law: AffineLaw, streams: Streams) -> Recurrence:
    """The recurrence that gives the law's answers, rounded to whole numbers of units."""
    names = input_names(len(streams.input_units))
    outputs = len(streams.output_units)
    own = ["y"] if outputs == 1 else [f"y{name}" for name in input_names(outputs)]
    units = [streams.kept_unit(law, k) for k in range(outputs)]
    writer = _Writer(law, streams, names, own, units)
    start: list[tuple[str, int]] = []
    targets, values = [*own], [writer.value(k) for k in range(outputs)]
    for k, lags in enumerate(law.own_lags):
        for lag in range(lags):
            start.append((writer.earlier(own[k], lag), round(Fraction(law.before[k, lag]) / units[k])))
            if lag:
                targets.append(writer.earlier(own[k], lag))
                values.append(var(writer.earlier(own[k], lag - 1)))
    for s, lags in enumerate(law.input_lags):
        if not s or not lags:
            continue
        stream = streams.inputs[s - 1][0]
        first = round(Fraction(law.fill[s]) / streams.input_units[stream])
        for lag in range(1, lags + 1):
            start.append((writer.earlier(names[stream], lag), first))
            targets.append(writer.earlier(names[stream], lag))
            values.append(var(writer.earlier(names[stream], lag - 1)))
    given = [_rounded(var(name), int(streams.output_units[k] / units[k])) for k, name in enumerate(own)]
    if len(targets) == 1 and not start:
        return Recurrence(names, (), (Emit((values[0],)),))
    return Recurrence(names, tuple(start), (Assign(tuple(targets), tuple(values)), Emit(tuple(given))))


@dataclass(frozen=True)
class _Writer:
    law: AffineLaw
    streams: Streams
    names: tuple[str, ...]
    own: list[str]
    units: list[Fraction]

    def earlier(self, name: str, lag: int) -> str:
        """What a value some steps before is called."""
        return f"{name}{lag}" if lag else name

    def value(self, output: int) -> Expr:
        """The next value of an output, in its unit."""
        pairs = list(zip(self.law.features[output], self.law.weights[output], strict=True))
        always = [(one, weight) for one, weight in pairs if not one.gated]
        if len(always) == len(pairs):
            return self._sum(always, output)
        return Expr("if", (self._condition(), self._sum(pairs, output), self._sum(always, output)))

    def _condition(self) -> Expr:
        threshold = self.law.threshold
        if threshold is None:
            raise AssertionError("a term behind a threshold that is not there")
        one = threshold.feature
        unit = self.units[one.stream] if one.own else self._input_unit(one)
        return Expr(
            ">", (self._read(one), const(math.floor(Fraction(threshold.level) / unit + Fraction(1, 10**6))))
        )

    def _input_unit(self, one: Feature) -> Fraction:
        return self.streams.input_units[self.streams.inputs[one.stream - 1][0]]

    def _read(self, one: Feature) -> Expr:
        if one.own:
            return var(self.earlier(self.own[one.stream], one.lag - 1))
        return var(self.earlier(self.names[self.streams.inputs[one.stream - 1][0]], one.lag))

    def _sum(self, pairs: Sequence[tuple[Feature, float]], output: int) -> Expr:
        """The weighted sum, rounded to a whole number of the output's unit."""
        unit = self.units[output]
        parts: dict[Expr, Fraction] = {}
        tables: dict[int, dict[int, Fraction]] = {}
        constant = Fraction(0)
        for one, weight in pairs:
            exact = simplest(weight, _EXACT) / unit
            if one.own:
                exact *= self.units[one.stream]
            elif not one.stream:
                constant += exact
                continue
            else:
                stream, symbol = self.streams.inputs[one.stream - 1]
                if symbol is not None:
                    table = tables.setdefault(stream, {})
                    table[symbol] = table.get(symbol, Fraction(0)) + exact
                    continue
                exact *= self.streams.input_units[stream]
            read = self._read(one)
            parts[read] = parts.get(read, Fraction(0)) + exact
        every = [*parts.values(), constant, *(one for table in tables.values() for one in table.values())]
        divisor = math.lcm(1, *(one.denominator for one in every))
        divisor = min(divisor, _LARGEST)
        terms = [(round(weight * divisor), read) for read, weight in parts.items()]
        for stream, table in tables.items():
            rows = tuple(
                (code, round(table.get(code, Fraction(0)) * divisor))
                for code in range(self.streams.symbols[stream])
            )
            terms.append((1, Expr("table", (var(self.names[stream]),), rows)))
        terms.append((round(constant * divisor) + divisor // 2, const(1)))
        total = weighted_sum([term for term in terms if term[0]])
        return total if divisor == 1 else Expr("//", (total, const(divisor)))


def _rounded(value: Expr, parts: int) -> Expr:
    """The nearest whole number to a value that counts parts of the unit."""
    if parts == 1:
        return value
    return Expr("//", (Expr("+", (value, const(parts // 2))), const(parts)))


def told_law(law: AffineLaw, inputs: Sequence[str], outputs: Sequence[str]) -> list[str]:
    """The law as equations in the user's units, one for each output.

    `inputs` names the inputs of the law but the first.
    """
    lines = []
    for k, name in enumerate(outputs):
        pairs = list(zip(law.features[k], law.weights[k], strict=True))
        text = f"{name} = {_told_sum([p for p in pairs if not p[0].gated], inputs, outputs)}"
        gated = [p for p in pairs if p[0].gated]
        if gated and law.threshold is not None:
            where = f"{_told(law.threshold.feature, inputs, outputs)} > {law.threshold.level:.6g}"
            text += f"; where {where}, plus {_told_sum(gated, inputs, outputs)}"
        lines.append(text)
    return lines


def _told_sum(pairs: Sequence[tuple[Feature, float]], inputs: Sequence[str], outputs: Sequence[str]) -> str:
    text = ""
    for one, weight in pairs:
        exact = simplest(weight, _EXACT)
        spelt = str(abs(exact)) if exact.denominator <= 1_000 else f"{abs(weight):.6g}"
        name = "" if not one.own and not one.stream else _told(one, inputs, outputs)
        part = spelt if not name else name if spelt == "1" else f"{spelt} {name}"
        sign = ("-" if exact < 0 else "") if not text else (" - " if exact < 0 else " + ")
        text += sign + part
    return text or "0"


def _told(one: Feature, inputs: Sequence[str], outputs: Sequence[str]) -> str:
    name = outputs[one.stream] if one.own else inputs[one.stream - 1]
    when = "" if not one.lag else " one step before" if one.lag == 1 else f" {one.lag} steps before"
    return f"{name}{when}"
