"""Lifting a network that somebody else trained: the same chain, without training and without changing it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.certify import Range, parse_stream
from netlift.core._arguments import checked_budget, checked_count, checked_progress, checked_seed
from netlift.core._clock import Clock, OutOfTimeError
from netlift.core._errors import InputError, shown
from netlift.core._paths import is_file
from netlift.core._threads import on_one_thread
from netlift.data import Sequences, alphabets, from_arrays, read_examples, shortened, split
from netlift.engine._diagnosis import diagnosed
from netlift.engine._finish import finished
from netlift.engine._guard import Guard, failures
from netlift.engine._judge import network_errors, spelt
from netlift.engine._readings import read_lean_machine, words_of
from netlift.engine._result import Result
from netlift.engine._search import Found, open_network
from netlift.networks import (
    CellRnn,
    Checkpoint,
    Coded,
    LinearRnn,
    MlpRnn,
    OutputCoding,
    Quantised,
    WeightedNetwork,
    adapted,
    as_mlp,
    longest,
    run,
)
from netlift.networks._codings import Said, Symbol, coded_inputs, coded_outputs, is_listed, raw_outputs
from netlift.report import Progress, Recorder, Silent
from netlift.states import Machine

Ints = NDArray[np.int64]

DRAWN = 1_000  # words of the network's own choosing, for reading and again for checking
ENOUGH = 2_000  # examples from which none are added, for they show what inputs look like
MOST_SYMBOLS = 1_024  # more distinct numbers of a stream are a range, not an alphabet
ENDINGS = (".npz", ".jsonl", ".csv")
LARGEST = 2**53  # up to which a network in double precision can tell whole numbers apart
LONGEST = 10_000  # steps of inputs that are drawn
SHOWN_TWICE, STEPS_TWICE = 64, 20  # words, and steps of them, that a network is asked twice
TOLD = 200  # steps of a sequence that are told
SHOWN = 5  # sequences on which network and program differ that are told


@dataclass(frozen=True)
class Alphabet:
    """What inputs look like, where there are no examples: inputs are drawn evenly from it.

    Attributes:
        streams: for each input stream its symbols: numbers, a range, or strings.
        length: the number of steps of a drawn sequence.

    Example:
        >>> import netlift
        >>> netlift.Alphabet((range(10), ["a", "b"]), length=20).length
        20
    """

    streams: tuple[Sequence[Symbol], ...]
    length: int

    def __post_init__(self) -> None:
        if checked_count("length", self.length) > LONGEST:
            raise InputError(f"length is {shown(self.length)}; expected {LONGEST:,} at most")
        if not isinstance(self.streams, list | tuple):
            found = f"streams is of type {type(self.streams).__name__}"
            raise InputError(f"an alphabet's {found}; expected a tuple with the symbols of each stream")
        for stream in self.streams:
            if not isinstance(stream, str) and not is_listed(stream):
                found = shown(stream)
                raise InputError(f"an alphabet has {found}; expected the symbols of a stream, as (0, 1)")
            ends = (stream.start, stream.stop) if isinstance(stream, range) else stream
            for symbol in ends:
                if not isinstance(symbol, str | int | np.integer) or isinstance(symbol, bool):
                    raise InputError(f"an alphabet holds {shown(symbol)}; expected whole numbers or strings")
                if not isinstance(symbol, str) and abs(symbol) > LARGEST:
                    raise InputError(
                        f"an alphabet holds the number {shown(symbol)}; expected none beyond 2^53"
                    )
        if not self.streams or not all(len(stream) for stream in self.streams):
            raise InputError("an alphabet has no symbols; expected at least one in each stream")

    def examples(self, count: int, rng: np.random.Generator) -> list[list[tuple[Symbol, ...]]]:
        """Draw sequences of inputs.

        Args:
            count: how many.
            rng: the generator that they are drawn with.

        Returns:
            `count` sequences of `length` steps, each a tuple with the symbol of every stream.
        """
        rows = [
            [
                [stream[int(place)] for place in rng.integers(len(stream), size=self.length)]
                for stream in self.streams
            ]
            for _ in range(count)
        ]
        return [list(zip(*row, strict=True)) for row in rows]


def lift(
    network: Any,
    inputs: Any,
    targets: Any = None,
    *,
    seed: int = 0,
    budget: float | None = None,
    input_coding: str | None = None,
    output_coding: str | None = None,
    classes: Sequence[Sequence[Symbol]] | None = None,
    threshold: float | None = None,
    snap: bool = False,
    progress: Progress | None = None,
) -> Result:
    """Open a network that is already trained, and print the algorithm inside as Python.

    The network is run, never trained, and not changed.

    Args:
        network: what `from_torch` or `load_checkpoint` gives, a network of netlift, or any object with three
            methods: `initial_state(batch)`, `next_state(hidden, inputs)` and `output(hidden)`, over numpy
            arrays or PyTorch tensors (inputs [batch, D] as the network was trained on them, output [batch,
            K]; hidden states may be anything, see docs/extending/model.md).
        inputs: example sequences as `distill` takes them, or an `Alphabet`.
        targets: the answers wanted, as `distill` takes them; the result then says where network and data
            disagree, and which of the two the program follows. None: the network is the truth, and a program
            that copies its mistakes is right.
        seed: the same seed gives the same result, as long as no budget is reached.
        budget: seconds for reading, searching formulas and changing a copy for a proof; what was found until
            then is kept, and the checks of it come on top. None: no bound.
        input_coding: how symbols enter, "number" or "one-hot"; None: found on the examples, and reported.
        output_coding: how output units are read: "classes" (the best score), "number" (to be rounded) or
            "threshold"; None: found, and reported.
        classes: for each output stream its symbols in the order of their scores; None: numbers from 0.
        threshold: where a unit counts as the second symbol; None: found.
        snap: whether a copy of the network may be fine-tuned (perceptrons) or given a layer of codes where
            that makes a proof succeed; it is then the result's `copy`, with a claim of its own.
        progress: told of stages, as `netlift.report.Progress`; None: nobody is.

    Returns:
        The result; `result.solved` says whether the program is what the network does, as far as was checked.

    Raises:
        InputError: network and inputs do not fit, or an argument cannot be used.

    Cost:
        Some hundreds of steps of the network to read a machine (benchmarks/LIFT.md), thousands of words to
        check it.

    Example:
        >>> import netlift, numpy as np
        >>> class Parity:
        ...     def initial_state(self, batch):
        ...         return np.zeros((batch, 1))
        ...     def next_state(self, hidden, inputs):
        ...         return (hidden + inputs) % 2
        ...     def output(self, hidden):
        ...         return hidden
        >>> result = netlift.lift(Parity(), netlift.Alphabet(((0, 1),), length=10))
        >>> result.program([1, 1, 1, 0])
        [1, 0, 1, 1]
    """
    seed = checked_seed(seed)
    said = Said(inputs=input_coding, outputs=output_coding, classes=classes, threshold=threshold)
    if isinstance(inputs, Alphabet):
        if targets is not None:
            raise InputError("targets need the inputs they belong to; found an Alphabet")
        examples = drawn_examples(inputs, seed)
    elif targets is None:
        examples = from_arrays(inputs, _nothing(inputs))
    else:
        examples = from_arrays(inputs, targets)
    return lift_sequences(
        network,
        examples,
        labelled=targets is not None,
        said=said,
        seed=seed,
        budget=budget,
        snap=snap,
        progress=progress,
    )


def examples_from(sources: Sequence[str], length: int, seed: int) -> tuple[Sequences, bool]:
    """The examples that a command names, and whether they have targets.

    `sources` is one file, or for each input stream its symbols as "LOW..HIGH" or "a,b,c", of which sequences
    of this length are drawn. Raises InputError where they are neither.
    """
    if not all(text.strip() for text in sources):
        raise InputError("--inputs is empty; expected a file, or what a stream brings, as 0..9 or a,b,c")
    if len(sources) == 1 and (is_file(sources[0]) or Path(sources[0]).suffix in ENDINGS):
        return read_examples(sources[0])
    streams: list[Sequence[Symbol]] = []
    for text in sources:
        stream = parse_stream(text)
        if isinstance(stream, Range):
            if stream.low is None or stream.high is None:
                raise InputError(f"--inputs {text}: expected a range with two ends, as in 0..9")
            streams.append(range(stream.low, stream.high + 1))
        else:
            streams.append(stream)
    return drawn_examples(Alphabet(tuple(streams), length), seed), False


def drawn_examples(alphabet: Alphabet, seed: int) -> Sequences:
    """Sequences over an alphabet, without targets."""
    rows = alphabet.examples(DRAWN, np.random.default_rng([seed, 8]))
    return from_arrays(rows, [[0] * len(row) for row in rows])


@on_one_thread
def lift_sequences(
    network: Any,
    examples: Sequences,
    *,
    labelled: bool,
    said: Said | None = None,
    seed: int = 0,
    budget: float | None = None,
    snap: bool = False,
    progress: Progress | None = None,
) -> Result:
    """`lift` for sequences that were read and checked; their targets count where they are `labelled`."""
    seed, budget, progress = checked_seed(seed), checked_budget(budget), checked_progress(progress)
    recorder = Recorder(Silent() if progress is None else progress)
    clock = Clock(budget)
    recorder.stage("data")
    data = examples if labelled else None
    examples = shortened(examples)
    with clock.stage("states"):
        given, names = bound(network, examples, data, said)
        machine = None
        with clock.bounding(), suppress(OutOfTimeError):
            machine = read_lean_machine(given, words_of(examples), np.random.default_rng([seed, 10]))
    with clock.stage("confirm"):
        rng = np.random.default_rng([seed, 9])
        train, held_out = _words(given, examples, names, rng)
    recorder.log(f"network: {given}; {len(train):,} words of up to {train.inputs.shape[1]:,} steps")
    whole = None
    found, follows = _found(given, machine, train, held_out, data, seed, clock, recorder)
    if follows == "data":
        assert data is not None
        whole = split(data, np.random.default_rng([seed, 2]))
        train, held_out = shortened(whole[0]), shortened(whole[1])
    result = finished(found, train, held_out, seed, clock, recorder, data=data, snap=snap, whole=whole)
    findings = result.findings if result.solved else ()
    kind = "state machine" if result.machine is not None else "recurrence"
    if not result.solved:
        guard = Guard(recorder)
        with clock.stage("check"):
            diagnosis = guard.kept(
                "The diagnosis", lambda: diagnosed(given, words_of(train), result.program, rng), None
            )
            differing = guard.kept("Comparing", lambda: _differing(result, train), ())
        kind = kind if diagnosis is None else diagnosis.kind
        sentences = () if diagnosis is None else diagnosis.sentences
        findings = (*sentences, *differing, *failures(result.findings), *guard.findings)
    if data is not None:
        findings = (*findings, *_disagreement(given, data, follows))
    facts = {**result.network_facts, "kind": kind, "follows": follows}
    reason = result.reason if result.program is not None else "no program was found for what the network does"
    return replace(
        result,
        reason="" if result.solved else reason,
        findings=findings,
        network_facts=facts,
        seconds=clock.seconds(),
    )


def bound(
    network: Any, examples: Sequences, data: Sequences | None = None, said: Said | None = None
) -> tuple[WeightedNetwork, tuple[tuple[str, ...] | None, ...]]:
    """The network over whole numbers, and the names of its output symbols.

    The coding is `said`, in the checkpoint or here, or found on the examples and, if there are any, the
    labelled `data`. Raises InputError where network and examples do not fit.
    """
    said = said or Said()
    if isinstance(network, Checkpoint):
        written = Said.of(network.inputs, network.outputs)
        said = replace(written, **{name: value for name, value in vars(said).items() if value is not None})
        network = network.network
    if isinstance(network, MlpRnn | LinearRnn | Coded | Quantised):
        try:
            width = run(network, examples.inputs[:1, :1]).shape[2]
        except InputError:
            raise
        except (IndexError, ValueError) as error:
            streams = examples.inputs.shape[2]
            raise InputError(
                f"the network does not take inputs of {streams} streams of such symbols ({error})"
            ) from error
        if data is not None and data.targets.shape[2] != width:
            raise InputError(
                f"the network answers {width} output streams; the targets have {data.targets.shape[2]}"
            )
        return network, (None,) * width if data is None else data.target_symbols
    units = network if isinstance(network, CellRnn) else adapted(network)
    most, steps = longest(units), examples.inputs.shape[1]
    if most is not None and steps > most:
        raise InputError(
            f"the examples have up to {steps:,} steps; the network can be run on {most:,} (longest)"
        )
    inputs = coded_inputs(units, said, alphabets(examples), examples.input_symbols)
    coded = Coded(units, inputs, OutputCoding("number"))
    if not isinstance(units, CellRnn):
        _one_width(coded, examples.inputs[0, 0])
    mask = examples.mask[:, :, None]
    padded = np.where(mask, examples.inputs, examples.inputs[0, 0])
    if not isinstance(units, CellRnn):
        _steady(coded, padded[:SHOWN_TWICE, :STEPS_TWICE])
    outputs, names = coded_outputs(coded, said, padded, data)
    coded = Coded(units, inputs, outputs)
    return as_mlp(coded) or coded, names


def _one_width(coded: Coded, symbol: Ints) -> None:
    """Refuses a network whose hidden state or output is wider in one batch than in another."""
    widths = set()
    for batch in (1, 2, 3):
        hidden = coded.next_state(coded.initial_state(batch), np.tile(symbol, (batch, 1)))
        width = hidden.shape[1] if isinstance(hidden, np.ndarray) else 0
        widths.add((width, coded.raw_output(hidden).shape[1]))
    if len(widths) > 1:
        told = " and ".join(f"{hidden} hidden, {units} output units" for hidden, units in sorted(widths))
        raise InputError(f"the network has {told} in batches of different sizes; expected the same in all")


def _steady(coded: Coded, words: Ints) -> None:
    """Refuses a network whose answers to words [N, T, D] depend on anything but the word.

    Dropout draws anew at every call; batch normalisation, while it trains, mixes the words of a batch.
    """
    whole, again, alone = (raw_outputs(coded, part) for part in (words, words, words[:1]))
    if not np.array_equal(whole, again):
        change, cause = "when it is asked again", "dropout"
    elif not np.allclose(whole[: len(alone)], alone, rtol=1e-3, atol=1e-3):
        change, cause = "when other words are in the batch", "batch normalisation"
    else:
        return
    raise InputError(
        f"the network answers the same word otherwise {change}; expected one answer for each word, so call "
        f"eval() on a module with {cause}"
    )


def _words(
    network: WeightedNetwork,
    examples: Sequences,
    names: tuple[tuple[str, ...] | None, ...],
    rng: np.random.Generator,
) -> tuple[Sequences, Sequences]:
    """Words with the network's own answers: to read it by, and fresh ones to check on."""
    if len(examples) >= ENOUGH:
        train, held_out = split(examples, rng)
        return _answered(network, train, names), _answered(network, held_out, names)
    length = words_of(examples).length
    drawn = _drawn(examples, 2 * DRAWN, length, rng)
    own = examples.take(np.arange(len(examples)))
    train = _joined(own, drawn.take(np.arange(DRAWN)))
    return _answered(network, train, names), _answered(
        network, drawn.take(np.arange(DRAWN, 2 * DRAWN)), names
    )


def _drawn(examples: Sequences, count: int, length: int, rng: np.random.Generator) -> Sequences:
    """Inputs drawn evenly from the symbols of each stream, or from the range of its many numbers."""
    columns = [
        rng.choice(symbols, size=(count, length))
        if len(symbols) <= MOST_SYMBOLS
        else rng.integers(symbols[0], symbols[-1] + 1, size=(count, length))
        for symbols in alphabets(examples)
    ]
    inputs = np.stack(columns, axis=2)
    lengths = np.full(count, length, dtype=np.int64)
    targets = np.zeros((count, length, 1), dtype=np.int64)
    return Sequences(inputs, targets, lengths, examples.input_symbols, (None,))


def _joined(one: Sequences, other: Sequences) -> Sequences:
    steps = max(one.inputs.shape[1], other.inputs.shape[1])
    inputs = [
        np.pad(part.inputs, ((0, 0), (0, steps - part.inputs.shape[1]), (0, 0))) for part in (one, other)
    ]
    return Sequences(
        np.concatenate(inputs),
        np.zeros((len(one) + len(other), steps, 1), dtype=np.int64),
        np.concatenate([one.lengths, other.lengths]),
        one.input_symbols,
        (None,),
    )


def _answered(
    network: WeightedNetwork, sequences: Sequences, names: tuple[tuple[str, ...] | None, ...]
) -> Sequences:
    """The sequences with the network's answers as targets."""
    if not len(sequences):
        return replace(sequences, target_symbols=names)
    mask = sequences.mask[:, :, None]
    answers = run(network, np.where(mask, sequences.inputs, sequences.inputs[0, 0]))
    return Sequences(
        sequences.inputs, np.where(mask, answers, 0), sequences.lengths, sequences.input_symbols, names
    )


def _found(
    network: WeightedNetwork,
    machine: Machine | None,
    train: Sequences,
    held_out: Sequences,
    data: Sequences | None,
    seed: int,
    clock: Clock,
    recorder: Recorder,
) -> tuple[Found, str]:
    """What the network was found to be, and whether the program follows the "data" or the "network".

    Where they disagree, a program that is right on the data comes first: it is what the network was meant to
    learn, read from its states all the same.
    """
    wrong = None if data is None else network_errors(network, data)
    if data is not None and wrong is not None and wrong.any():
        recorder.log("the network is not right on all the data; a program that is comes first")
        right = float(1.0 - wrong.mean())
        short = shortened(data)  # the whole of it is what the program is checked on
        found = open_network(network, short, short, seed, clock, recorder, machine=machine, accuracy=right)
        if found.program is not None and found.errors == 0:
            return found, "data"
    found = open_network(network, train, held_out, seed, clock, recorder, machine=machine, accuracy=1.0)
    return found, "network"


def _disagreement(network: WeightedNetwork, data: Sequences, follows: str) -> tuple[str, ...]:
    """Where network and data disagree, and which of the two the program follows."""
    wrong = np.flatnonzero(network_errors(network, data))
    if not len(wrong):
        return ()
    shown = "; ".join(_told(data, int(row)) for row in wrong[:SHOWN])
    return (
        f"The network is wrong on {len(wrong):,} of {len(data):,} sequences of the data; the program follows "
        f"the {follows}. Such inputs are {shown}.",
    )


def _differing(result: Result, train: Sequences) -> tuple[str, ...]:
    """The first sequences on which program and network differ."""
    if result.program is None:
        return ()
    rows: list[int] = []
    count = 0
    for row in range(len(train)):
        length = int(train.lengths[row])
        try:
            same = result.program(_spelt(train, row)) == _targets(train, row)[:length]
        except (ArithmeticError, LookupError, TypeError, ValueError):
            same = False
        if not same:
            count += 1
            rows.append(row)
    rows.sort(key=lambda row: (int(train.lengths[row]), row))
    shown = "; ".join(_told(train, row) for row in rows[:SHOWN])
    return (
        (f"The program and the network differ on {count:,} of {len(train):,} words, such as {shown}.",)
        if rows
        else ()
    )


def _spelt(sequences: Sequences, row: int) -> list[Any]:
    return spelt(sequences.inputs[row, : sequences.lengths[row]], sequences.input_symbols)


def _targets(sequences: Sequences, row: int) -> list[Any]:
    return spelt(sequences.targets[row, : sequences.lengths[row]], sequences.target_symbols)


def _told(sequences: Sequences, row: int) -> str:
    word = _spelt(sequences, row)
    told = ", ".join(map(str, word[:TOLD]))
    return f"[{told}]" if len(word) <= TOLD else f"[{told}, ... {len(word):,} steps]"


def _nothing(inputs: Any) -> Any:
    """Targets of 0 for inputs that come without."""
    if isinstance(inputs, np.ndarray):
        return np.zeros(inputs.shape[:2], dtype=np.int64)
    if not isinstance(inputs, list | tuple) or not all(hasattr(row, "__len__") for row in inputs):
        return inputs  # from_arrays says what is wrong
    return [[0] * len(row) for row in inputs]
