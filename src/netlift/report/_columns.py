"""How the columns of a file were read, told in a result's docstring and log."""

import ast
from dataclasses import replace
from fractions import Fraction

from netlift.certify import certified_of
from netlift.core._errors import clipped, shown
from netlift.data._cells import Column, told
from netlift.data._door import Data
from netlift.program import Program, in_units, with_line
from netlift.report._result import Result

_CONSTANTS = 8  # of a program that are told in the user's unit


def with_columns(result: Result, data: Data) -> Result:
    """The result with what was found out at the door in its log, and the columns and units in its
    docstring."""
    result = replace(result, log=(*data.notes, *result.log))
    lines = [] if result.program is None else column_lines(data, result.program.source)
    if result.program is None or not lines:
        return result
    source = result.program.source
    counted = in_units(
        source, [one.unit for one in data.inputs] or [Fraction(1)], [one.unit for one in data.outputs]
    )
    if counted != source:
        lines.append("As a script it reads and writes numbers of the columns, not whole numbers of units.")
    source = counted
    for line in lines:
        source = with_line(source, line)
    certificates = tuple(certified_of(one, source) for one in result.certificates)
    return replace(result, program=Program(source), certificates=certificates)


def column_lines(data: Data, source: str) -> list[str]:
    """The lines of a docstring that say which column is which, and what a whole number counts."""
    if not any(column.unit != 1 for column in (*data.inputs, *data.outputs)) and not data.said.names_columns:
        return []
    lines = []
    if data.inputs:
        names = ", ".join(shown(column.name) for column in data.inputs)
        answers = ", ".join(shown(column.name) for column in data.outputs)
        lines.append(f"Columns: the inputs are {names}{f'; the answers are {answers}' if answers else ''}.")
    scaled = [column for column in (*data.inputs, *data.outputs) if column.unit != 1]
    lines += [
        f"Units: a 1 of {shown(column.name)} is {told(column.unit)}{_example(column)}." for column in scaled
    ]
    if len({column.unit for column in scaled}) == 1 and scaled and not data.said.approximate:
        numbers = _constants(source)
        if numbers and len(numbers) <= _CONSTANTS:
            both = ", ".join(f"{number} is {told(number * scaled[0].unit)}" for number in numbers)
            lines.append(f"Of numbers in the program that count such units, {both}.")
    return [clipped(line, 400) for line in lines]


def _example(column: Column) -> str:
    whole = next(
        (value for value in column.values.values() if value is not None and value * column.unit % 1), None
    )
    return "" if whole is None else f", so that {whole} is {column.told(whole)}"


def _constants(source: str) -> list[int]:
    """The whole numbers in a program's function, but for 0 and 1."""
    function = next((node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)), None)
    if function is None:
        return []
    found = {
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and type(node.value) is int
    }
    return sorted(value for value in found if value > 1)
