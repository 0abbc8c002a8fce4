"""What a user says a program should be: another program or a Python function."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from netlift.certify import (
    Domain,
    Function,
    Proof,
    Range,
    Stream,
    Symbol,
    System,
    function_system,
    prove_equal,
    system_of,
)
from netlift.checker._grammar import MOST_CHARACTERS
from netlift.core._arguments import checked_seed
from netlift.core._errors import InputError, shown
from netlift.data import LARGEST
from netlift.program import Program

_LONGEST_NAME = 200  # characters of a path in a message
MOST_LISTED = 10_000  # symbols of a range with gaps

Specification = Program | str | Path | Function


def prove(
    program: Specification,
    specification: Specification,
    *,
    inputs: Sequence[Sequence[Symbol] | None] | None = None,
    seed: int = 0,
) -> Proof:
    """Prove or refute that a program is what a specification says, for every input of every length.

    A program or function that cannot be followed exactly (a function whose source is not in the language of
    programs, values whose order Python does not fix) is tested on random sequences, not proved.

    Args:
        program: a `Program`, the path of a program.py, its source, or a Python function from a sequence of
            inputs to the sequence of outputs.
        specification: what it should be, given in the same ways.
        inputs: one entry for each input stream: its symbols, a `range`, or None for all whole numbers. None
            for the whole: all whole numbers on every stream.
        seed: the seed of the random sequences, where tests are needed.

    Returns:
        A proof whose `claim` says what was shown, `claim.tier` how well: "proved", "exhaustive", "tested", or
        "refuted" with a sequence that shows it.

    Raises:
        InputError: the two cannot be compared: no program, other streams, inputs of a wrong kind.

    Cost:
        Up to 400,000 steps of both systems and some calls of the solver z3; a function that is called runs in
        this process, without a bound on its time.

    Example:
        >>> import netlift
        >>> def doubled(inputs):
        ...     return [2 * x for x in inputs]
        >>> source = '''def program(inputs):
        ...     outputs = []
        ...     for x in inputs:
        ...         outputs.append(x + x)
        ...     return outputs
        ... '''
        >>> netlift.prove(source, doubled, inputs=[range(10)], seed=0).claim.holds
        True
    """
    seed = checked_seed(seed)
    left, right = specified(specification), specified(program)
    proof = prove_equal(
        left,
        right,
        _domain(inputs, left.streams or right.streams or 1),
        claim="program = specification",
        names=("specification", "program"),
        seed=seed,
    )
    return proof


def specified(specification: Specification, streams: int | None = None) -> System:
    """The system that a specification is.

    Raises InputError where it cannot be read, is none, or takes other than `streams` input streams.
    """
    system = _system(specification)
    if streams is not None and system.streams not in (None, streams):
        raise InputError(f"the specification takes {system.streams} input streams; the data have {streams}.")
    return system


def _system(specification: Specification) -> System:
    if isinstance(specification, Program):
        return system_of(specification)
    if isinstance(specification, str) and "\n" in specification:
        return system_of(specification, name="the source")
    if isinstance(specification, str | Path):
        return system_of(source_of(Path(specification)), name=str(specification))
    return function_system(specification)


def source_of(path: Path) -> str:
    """The text of a program's file. Raises InputError where there is none, or more than a program has."""
    name = str(path) if len(str(path)) <= _LONGEST_NAME else str(path)[:_LONGEST_NAME] + "..."
    try:
        with path.open("rb") as file:
            content = file.read(4 * MOST_CHARACTERS + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise InputError(f"{name}: cannot be read: {reason}.") from error
    if len(content) > 4 * MOST_CHARACTERS:
        raise InputError(f"{name}: has more than {4 * MOST_CHARACTERS:,} bytes; expected a program.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: is no text; expected a program.") from error


def _domain(inputs: Sequence[Sequence[Symbol] | None] | None, streams: int) -> Domain:
    if inputs is None:
        return Domain((Range(None, None),) * streams)
    if not isinstance(inputs, list | tuple) or not inputs:
        raise InputError(
            f"inputs is {shown(inputs)}; expected a list with the symbols of each stream, a range, or None"
        )
    return Domain(tuple(_stream(symbols) for symbols in inputs))


def _stream(symbols: Sequence[Symbol] | None) -> Stream:
    if symbols is None:
        return Range(None, None)
    if isinstance(symbols, range):
        return _range(symbols)
    if not isinstance(symbols, list | tuple | set | frozenset | np.ndarray) or not all(
        isinstance(symbol, int | str | np.integer) for symbol in symbols
    ):
        raise InputError(f"inputs has one list of symbols or range a stream, found {shown(symbols)}.")
    plain = tuple(symbol if isinstance(symbol, str) else int(symbol) for symbol in symbols)
    if not plain or len(set(plain)) < len(plain):
        raise InputError(f"inputs {shown(symbols)}: expected symbols, each of them once.")
    return plain


def _range(numbers: range) -> Stream:
    """A range as the stream that it is: without a list of its numbers where they follow one another."""
    if not numbers:
        raise InputError(f"inputs {shown(numbers)}: expected symbols, the range is empty.")
    low, high = sorted((numbers[0], numbers[-1]))
    if max(abs(low), abs(high)) > LARGEST:
        raise InputError(f"inputs {shown(numbers)}: expected numbers up to 2**62.")
    if abs(numbers.step) == 1:
        return Range(low, high)
    if numbers[MOST_LISTED:]:
        raise InputError(
            f"inputs {shown(numbers)}: expected {MOST_LISTED:,} symbols at most in a range with gaps."
        )
    return tuple(numbers)
