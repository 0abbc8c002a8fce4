"""A printed program whose script reads and writes the user's units: decimals instead of whole numbers."""

import ast
from collections.abc import Sequence
from fractions import Fraction

from netlift.checker._script import IN_UNITS, SCRIPT, UNITS
from netlift.program._printed import remember, was_printed


def in_units(source: str, inputs: Sequence[Fraction], outputs: Sequence[Fraction]) -> str:
    """The source with a script that counts in these units, one for each stream; as it is where it cannot.

    It cannot where all units are 1, where one is no decimal, where the program has a constant of that name,
    and where its script is no longer netlift's.
    """
    units = (*inputs, *outputs)
    if all(unit == 1 for unit in units) or not all(_is_decimal(unit) for unit in units):
        return source
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    if UNITS in names or not source.endswith(SCRIPT):
        return source
    value = (tuple(map(str, inputs)), tuple(map(str, outputs)))
    changed = f"{source.removesuffix(SCRIPT).rstrip()}\n{UNITS} = {value!r}\n\n{IN_UNITS}"
    return remember(changed) if was_printed(source) else changed


def _is_decimal(unit: Fraction) -> bool:
    """Whether decimals write all multiples: no other primes than 2 and 5 below the line."""
    left = unit.denominator
    for prime in (2, 5):
        while left % prime == 0:
            left //= prime
    return left == 1
