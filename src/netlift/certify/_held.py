"""A program held against data, a saved network or another program, as `netlift check` does it."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from netlift.certify import (
    Claim,
    Domain,
    Range,
    Stream,
    compare_network,
    parse_stream,
    prove_equal,
    system_of,
)
from netlift.certify._specification import source_of
from netlift.core._errors import InputError, clipped
from netlift.core._paths import is_folder
from netlift.data import Sequences, agree, first_wrong, read_sequences, spelt
from netlift.networks import WeightedNetwork
from netlift.program import Failure, ProgramFailed, Runner

TOLD = 200  # steps of a sequence that are printed
EXAMPLE = 10  # steps of the words on which the coding of a checkpoint is found

Outcome = tuple[bool, list[str]]  # whether it holds, and the lines to print


def check_with(
    program: str,
    data: str | None,
    network: str | None,
    against: str | None,
    inputs: Sequence[str],
    seed: int,
) -> Outcome:
    """Whether a program is what the one thing that is given says, all of them paths."""
    if data is not None:
        return check_data(Path(program), Path(data))
    if network is not None:
        return check_network(Path(program), Path(network), inputs, seed)
    return check_against(Path(program), Path(str(against)), inputs, seed)


def check_data(program: Path, data: Path) -> Outcome:
    """Whether a program answers every sequence of a file as the targets say.

    A refutation shows the shortest beginning of a sequence in the file that the program gets wrong.
    """
    source = source_of(program)
    sequences = read_sequences(data)
    shortest: tuple[list[Any], list[Any], Any] | None = None
    wrong = row = 0
    with Runner(source, name=str(program)) as runner:
        try:
            asked: deque[tuple[list[Any], list[Any]]] = deque()
            for row, answered in enumerate(runner.answers(_inputs(sequences, asked))):  # noqa: B007
                inputs, targets = asked.popleft()
                if agree(answered, targets):
                    continue
                wrong += 1
                most = len(inputs) if shortest is None else len(shortest[0]) - 1
                found = _first_wrong(program, source, inputs, targets, answered, most)
                if found is not None:
                    shortest = found
        except ProgramFailed as failure:
            told = f"{failure.message} (sequence {row + 1:,} of {len(sequences):,})"
            raise InputError(f"{program}: the program {told}.") from failure
    name = f"{program.name} = {data.name}"
    if shortest is None:
        return True, [f"{name}: holds on all {len(sequences):,} sequences of the file"]
    inputs, targets, answered = shortest
    return False, [
        f"{name}: refuted on {wrong:,} of {len(sequences):,} sequences of the file",
        f"shortest beginning that shows it: inputs {_told(inputs)}",
        f"expected {_told(targets)}, found {answered if isinstance(answered, Failure) else _told(answered)}",
    ]


def check_network(program: Path, network: Path, inputs: Sequence[str], seed: int) -> Outcome:
    """Whether a program answers as a saved network does: on all short words, and on random longer ones."""
    from netlift.networks import load_checkpoint, load_network

    system = system_of(source_of(program), name=str(program))
    loaded: WeightedNetwork
    if is_folder(network):
        saved = load_network(network)
        loaded, known = saved, _alphabets(saved.config())
    else:
        from netlift.certify._examples import examples_from
        from netlift.networks._bind import bound

        if not inputs:
            raise InputError(f"--network {network}: give the inputs that it takes with --inputs, as in 0..9.")
        loaded = bound(load_checkpoint(network), examples_from(inputs, EXAMPLE, seed)[0])[0]
        known = None
    if inputs:
        domain = _domain(inputs)
    elif known is not None:
        domain = Domain(tuple(tuple(int(symbol) for symbol in stream) for stream in known))
    else:
        raise InputError(f"--network {network}: takes any number; give its inputs with --inputs, as in 0..9.")
    claim = compare_network(loaded, system, domain, seed=seed)
    return claim.holds, _shown(f"{network.name} = {program.name}", claim)


def check_against(program: Path, other: Path, inputs: Sequence[str], seed: int) -> Outcome:
    """Whether two programs answer alike, for every input of every length if that can be proved."""
    left = system_of(source_of(program), name=str(program))
    right = system_of(source_of(other), name=str(other))
    streams: tuple[Stream, ...] = (Range(None, None),) * (left.streams or right.streams or 1)
    domain = _domain(inputs) if inputs else Domain(streams)
    proof = prove_equal(
        left,
        right,
        domain,
        claim="program = specification",
        names=("program", "other program"),
        seed=seed,
    )
    return proof.claim.holds, _shown(f"{program.name} = {other.name}", proof.claim)


def _alphabets(config: Mapping[str, Any]) -> Any:
    """The symbols of each input stream, where a network's description has them."""
    config = config.get("network", config)
    return config.get("coding", config.get("inputs", config)).get("alphabets")


def _shown(name: str, claim: Claim) -> list[str]:
    because = f": {claim.details['because']}" if "because" in claim.details else ""
    lines = [f"{name}: {claim.words}{because}"]
    if claim.details.get("why"):
        lines.append(f"not proved: {claim.details['why']}")
    return [*lines, *(f"invariant: {relation}" for relation in claim.details.get("invariant", ()))]


def _domain(inputs: Sequence[str]) -> Domain:
    return Domain(tuple(parse_stream(text) for text in inputs))


def _steps(sequences: Sequences, row: int) -> tuple[list[Any], list[Any]]:
    """Inputs and targets of one sequence, with strings where the data had strings, None for no target."""
    length = int(sequences.lengths[row])
    targets = spelt(sequences.targets[row, :length], sequences.target_symbols)
    if sequences.silent is not None:
        silent = sequences.silent[row, :length].tolist()
        targets = [None if none else target for target, none in zip(targets, silent, strict=True)]
    return spelt(sequences.inputs[row, :length], sequences.input_symbols), targets


def _inputs(sequences: Sequences, asked: deque[tuple[list[Any], list[Any]]]) -> Iterator[list[Any]]:
    """The inputs of each sequence; they and the targets are put into `asked` as well."""
    for row in range(len(sequences)):
        steps = _steps(sequences, row)
        asked.append(steps)
        yield steps[0]


def _first_wrong(
    program: Path,
    source: str,
    inputs: list[Any],
    targets: list[Any],
    answered: list[Any] | Failure,
    most: int,
) -> tuple[list[Any], list[Any], Any] | None:
    """The shortest beginning that the program gets wrong, with targets and answers.

    None where it has more than `most` steps.
    """
    if not isinstance(answered, Failure) and len(answered) == len(targets):
        place = first_wrong(answered, targets) or 0
        return (inputs[: place + 1], targets[: place + 1], answered[: place + 1]) if place < most else None
    lengths = range(1, min(most + 1, len(inputs)))
    with Runner(source, name=str(program)) as runner:
        try:
            for length, shorter in zip(lengths, runner.answers(inputs[:n] for n in lengths), strict=True):
                if not agree(shorter, targets[:length]):
                    return inputs[:length], targets[:length], shorter
        except ProgramFailed:  # too slow on so many beginnings: the whole sequence has to do
            pass
    return (inputs, targets, answered) if len(inputs) <= most else None


def _told(values: list[Any]) -> str:
    """Steps as they are printed: the last of very many, "any" where any answer is right."""
    shown = ["any" if value is None else _step_told(value) for value in values[-TOLD:]]
    return f"{'... ' if len(values) > TOLD else ''}{', '.join(shown)}"


def _step_told(value: Any) -> str:
    try:
        return clipped(str(value))
    except ValueError:  # of more digits than Python writes
        return "a number of very many digits"
