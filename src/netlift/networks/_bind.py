"""A network of somebody else as one over whole numbers: its coding said, or found on examples."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import Clock, is_bounded, over, unbounded
from netlift.core._errors import InputError
from netlift.data import Sequences, alphabets, split
from netlift.data._alphabet import DRAWN, drawn_like, joined_inputs
from netlift.networks._abilities import is_over_whole_numbers
from netlift.networks._as_mlp import as_mlp
from netlift.networks._cells import CellRnn
from netlift.networks._checkpoint import Checkpoint
from netlift.networks._coded import Coded
from netlift.networks._codings import Said, coded_inputs, coded_outputs, raw_outputs
from netlift.networks._foreign import adapted
from netlift.networks._legal import Drawing
from netlift.networks._protocol import WeightedNetwork, run, run_while_budget
from netlift.networks._states import longest
from netlift.networks._symbols import OutputCoding

Ints = NDArray[np.int64]

SHOWN_TWICE, STEPS_TWICE = 64, 20  # words, and steps of them, that a network is asked twice
FEW_TWICE = 8  # words of them where a budget is set
DATA = 0.05  # share of a budget in which labelled data are first run through a network, of several times
TURNS = 10  # in which words to read by, and fresh ones, are answered by turns where a budget is set
ENOUGH = 2_000  # examples from which none are added, for they show what inputs look like


def bound(
    network: Any, examples: Sequences, data: Sequences | None = None, said: Said | None = None
) -> tuple[WeightedNetwork, tuple[tuple[str, ...] | None, ...]]:
    """The network over whole numbers, and the names of its output symbols.

    The coding is `said`, in the checkpoint or here, or found on the examples and, if there are any, the
    labelled `data`. Raises InputError where network and examples do not fit.
    """
    said = said or Said()
    if isinstance(network, Checkpoint):
        said = _joined(Said.of(network.inputs, network.outputs), said)
        network = network.network
    if isinstance(getattr(network, "said", None), Said):
        said = _joined(network.said, said)
    if is_over_whole_numbers(network):
        for name in ("hidden_size", "parameters"):
            if not hasattr(network, name):
                raise InputError(f"the network says that it is over whole numbers, and has no {name}")
        try:
            answers = np.asarray(run(network, examples.inputs[:1, :1]))
        except InputError:
            raise
        except (IndexError, ValueError) as error:
            streams = examples.inputs.shape[2]
            raise InputError(
                f"the network does not take inputs of {streams} streams of such symbols ({error})"
            ) from error
        if answers.ndim != 3 or answers.dtype.kind not in "iu":
            raise InputError(
                f"the network says that it is over whole numbers, and answers an array {list(answers.shape)} "
                f"of {answers.dtype}; expected whole numbers [batch, K] of each step"
            )
        width = answers.shape[2]
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
    padded = examples.filled
    if not isinstance(units, CellRnn):
        _steady(coded, padded[: FEW_TWICE if is_bounded() else SHOWN_TWICE, :STEPS_TWICE])
    outputs, names = coded_outputs(coded, said, padded, data)
    coded = Coded(units, inputs, outputs)
    return as_mlp(coded) or coded, names


def _joined(written: Said, said: Said) -> Said:
    """What a network says of its own coding; what its user says counts more."""
    return replace(written, **{name: value for name, value in vars(said).items() if value is not None})


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


def answered(
    network: WeightedNetwork, sequences: Sequences, names: tuple[tuple[str, ...] | None, ...]
) -> Sequences:
    """The sequences with the network's answers as targets; the first of them where a budget ends."""
    if not len(sequences):
        return replace(sequences, target_symbols=names)
    mask = sequences.mask[:, :, None]
    answers = run_while_budget(network, sequences.filled)
    done = len(answers)
    targets = np.where(mask[:done], answers, 0)
    return Sequences(
        sequences.inputs[:done], targets, sequences.lengths[:done], sequences.input_symbols, names
    )


def answerable(
    network: WeightedNetwork, data: Sequences | None, clock: Clock
) -> tuple[Sequences | None, tuple[str, ...]]:
    """The labelled data that the budget lasts for: all, or the first of them, which a sentence says."""
    if data is None or (clock.budget is None and clock.steps is None):
        return data, ()
    with clock.part(DATA):
        done = len(run_while_budget(network, data.filled))
    if done == len(data):
        return data, ()
    told = f"The budget lasted for the first {done:,} of {len(data):,} sequences of the data."
    return data.take(np.arange(done)), (told,)


def own_words(
    network: WeightedNetwork,
    examples: Sequences,
    names: tuple[tuple[str, ...] | None, ...],
    length: int,
    rng: np.random.Generator,
) -> tuple[Sequences, Sequences]:
    """Words with the network's own answers: to read it by, and fresh ones to check on.

    Few examples are added to by drawn ones of `length` steps; `names` are those of the output symbols. A
    network that knows which words count draws them itself.
    """
    if isinstance(network, Drawing):
        with unbounded():
            words = network.legal_words(2 * DRAWN, length, rng)
        own = Sequences(
            words,
            np.zeros((*words.shape[:2], len(names)), dtype=np.int64),
            np.full(len(words), length, dtype=np.int64),
            examples.input_symbols,
            names,
        )
        halves = np.arange(DRAWN), np.arange(DRAWN, 2 * DRAWN)
        return _both_answered(network, own.take(halves[0]), own.take(halves[1]), names)
    if len(examples) >= ENOUGH:
        train, held_out = split(examples, rng)
        return _both_answered(network, train, held_out, names)
    drawn = drawn_like(examples, 2 * DRAWN, length, rng)
    own = examples.take(np.arange(len(examples)))
    train = joined_inputs(own, drawn.take(np.arange(DRAWN)))
    return _both_answered(network, train, drawn.take(np.arange(DRAWN, 2 * DRAWN)), names)


def _both_answered(
    network: WeightedNetwork, train: Sequences, held_out: Sequences, names: tuple[tuple[str, ...] | None, ...]
) -> tuple[Sequences, Sequences]:
    """Both with the network's answers; where a budget ends, about the same share of each."""
    if not is_bounded():
        return answered(network, train, names), answered(network, held_out, names)
    parts: tuple[list[Sequences], list[Sequences]] = ([], [])
    for turn in range(TURNS):
        for whole, found in zip((train, held_out), parts, strict=True):
            rows = np.arange(len(whole))[turn * len(whole) // TURNS : (turn + 1) * len(whole) // TURNS]
            if over() and all(parts):
                return _together(parts[0]), _together(parts[1])
            found.append(answered(network, whole.take(rows), names))
    return _together(parts[0]), _together(parts[1])


def _together(parts: list[Sequences]) -> Sequences:
    """Parts of the same sequences, one after the other."""
    return replace(
        parts[0],
        inputs=np.concatenate([part.inputs for part in parts]),
        targets=np.concatenate([part.targets for part in parts]),
        lengths=np.concatenate([part.lengths for part in parts]),
    )
