"""Contract tests of the sockets: what every plugin has to keep, whoever wrote it.

Each `check_*` runs a plugin on small examples (yours, where you give them) and raises AssertionError, with a
sentence that names what is violated. The package's own plugins are held to them in `tests/contracts`.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netlift.certify import compare_network, system_of
from netlift.certify._network import Target, rows_of
from netlift.checker import check_network
from netlift.core._clock import Clock
from netlift.core._errors import InputError
from netlift.core._progress import Recorder, Silent
from netlift.data import Sequences, from_arrays, plain
from netlift.formulas import linear_programs, whole_table
from netlift.formulas._behaviour import Work
from netlift.formulas._problem import pose
from netlift.networks import (
    GIVEN,
    GRADIENT,
    Architecture,
    Coding,
    LinearRnn,
    MlpRnn,
    Network,
    Provenance,
    Trained,
    WeightedNetwork,
    joined,
    longest,
    run,
    take,
)
from netlift.networks import (
    rows_of as count_rows,
)
from netlift.networks._foreign import adapted
from netlift.program import Program, print_program
from netlift.program._explanation import Explanation
from netlift.states import Behaviour, Machine, read_linear
from netlift.states.readers import Reading, View, words_of
from netlift.trainers import Training

if TYPE_CHECKING:
    from netlift.plugins import Change, Exporter, Prover, Reader, Strategy, Trainer
    from netlift.report._result import Result

Ints = NDArray[np.int64]

TRIED = 2_000  # random words that may refute a proof without a certificate
STEPS = 8  # of the words of the package's examples
GIVEN_UP = 3  # times that a trainer may say "nothing yet" before it counts as one that gives no network
WORK = 50_000_000  # row evaluations that a strategy may spend on one example


def check_model(model: Any, inputs: Any) -> None:
    """Check a network of your own: its three methods, and what is asked of its hidden states.

    Its methods must give the same again when they are asked again, a row's answer must not depend on the rows
    beside it, and hidden states must be taken by rows and joined without changing what they lead to.

    Args:
        model: an object with `initial_state`, `next_state` and `output` (docs/extending/model.md).
        inputs: [N, T, D], numbers as the network takes them, of at least two words; it is not run on more
            steps than its `longest`.

    Raises:
        AssertionError: a sentence that names what is violated.
        InputError: the object lacks a method.

    Example:
        >>> import netlift, numpy as np
        >>> class Parity:
        ...     def initial_state(self, batch):
        ...         return np.zeros((batch, 1))
        ...     def next_state(self, hidden, inputs):
        ...         return (hidden + inputs) % 2
        ...     def output(self, hidden):
        ...         return hidden
        >>> netlift.check_model(Parity(), np.ones((2, 5, 1)))
    """
    network = adapted(model)
    inputs = np.asarray(inputs)
    _hold(
        inputs.ndim == 3 and len(inputs) > 1, "inputs of the shape [N, T, D], two words at least, are needed"
    )
    most = longest(model)
    inputs = inputs[:, :most]
    rows = np.arange(len(inputs))[::-1].copy()
    hidden = network.initial_state(len(inputs))
    for step in range(inputs.shape[1]):
        _hold(count_rows(hidden) == len(inputs), f"a batch of {len(inputs)} has {count_rows(hidden)} states")
        units = inputs[:, step]
        after, again = network.next_state(hidden, units), network.next_state(hidden, units)
        answers = np.asarray(network.output(after))
        _hold(answers.ndim == 2 and len(answers) == len(inputs), f"output gives the shape {answers.shape}")
        _hold(bool(np.isfinite(answers).all()), "output gives a NaN or infinite number")
        _hold(_alike(answers, network.output(again)), "the same word is answered otherwise when asked again")
        turned = network.next_state(take(hidden, rows), units[rows])
        _hold(_alike(answers[rows], network.output(turned)), "states taken by rows lead to other answers")
        half = len(inputs) // 2
        first, second = np.arange(half), np.arange(half, len(inputs))
        parts = [network.next_state(take(hidden, part), units[part]) for part in (first, second)]
        whole = joined(parts)
        _hold(count_rows(whole) == len(inputs), "joined states have another number of rows")
        _hold(_alike(answers, network.output(whole)), "joined states lead to other answers")
        hidden = after


def check_reader(reader: "Reader", network: Network | None = None, inputs: Any = None, seed: int = 0) -> None:
    """Check a reader on a network and words, or on the package's examples.

    It must read the same again, what its behaviour says must be what the network answers, and a machine must
    answer as the network does on the words that it was read from.

    Args:
        reader: see docs/extending/reader.md.
        network: a network over whole numbers; None: the package's examples, without `inputs`.
        inputs: the words [N, T, D] to run it on.
        seed: the seed of all that the reader draws.

    Raises:
        AssertionError: a sentence that names what is violated.

    Example:
        >>> import netlift
        >>> from netlift.states.readers import READERS
        >>> netlift.check_reader(READERS[0])
    """
    _named(reader)
    _hold(isinstance(reader.tolerant, bool), "`tolerant` is no bool")
    pairs = [(network, np.asarray(inputs))] if network is not None else [(n, i) for n, i, _ in _examples()]
    for network, words in pairs:
        answers = run(network, words)
        sequences = from_arrays(words, answers)
        errors = partial(_wrong, inputs=words, outputs=answers)
        views = [View(network, words_of(sequences), seed, errors=errors) for _ in range(2)]
        read = [list(reader.read(view)) for view in views]
        _hold(len(read[0]) == len(read[1]), f"it reads {len(read[0])} times, then {len(read[1])} times")
        for first, second in zip(*read, strict=True):
            _same_reading(first, second)
            behaviour = first.behaviour
            _hold(bool(first.reader), "a reading has no name")
            _hold(
                np.array_equal(run(network, behaviour.inputs), behaviour.outputs),
                "a reading's behaviour is not what the network answers",
            )
            if first.machine is not None:
                _hold(
                    not _wrong(first.machine, behaviour.inputs, behaviour.outputs),
                    "a machine answers otherwise than the network on the words it was read from",
                )


def check_strategy(strategy: "Strategy", inputs: Any = None, outputs: Any = None, seed: int = 0) -> None:
    """Check a formula strategy on words and answers, or on the package's examples.

    All that it offers must be exact on every word when it is printed and run, and it must offer the same
    again.

    Args:
        strategy: see docs/extending/strategy.md.
        inputs: words [N, T, D]; None: the package's examples, without `outputs`.
        outputs: the answers to them, [N, T, 1].
        seed: the seed of all that the strategy draws.

    Raises:
        AssertionError: a sentence that names what is violated.

    Example:
        >>> import netlift
        >>> from netlift.formulas import STRATEGIES
        >>> netlift.check_strategy(STRATEGIES[1])
    """
    _hold(isinstance(strategy.name, str) and bool(strategy.name), "it has no name")
    _hold(float(strategy.price) >= 0.0, f"its price is {strategy.price}; expected a number from 0")
    pairs = [(np.asarray(inputs), np.asarray(outputs))] if inputs is not None else []
    for words, answers in pairs or [(words, run(network, words)) for network, words, _ in _examples()]:
        found = []
        for _ in range(2):
            problem = pose(Behaviour(words, answers), seed, Work(WORK))
            strategy.search(problem)
            found.append(problem.found)
        _hold(found[0] == found[1], "it offers other candidates when it is asked again")
        for candidate in found[0]:
            program = Program(print_program(candidate.recurrence))
            for word, expected in zip(words, answers, strict=True):
                _hold(
                    program(plain(word)) == plain(expected),
                    f"its candidate {candidate.recurrence} is wrong on the word {plain(word)}",
                )


def check_trainer(trainer: "Trainer", inputs: Any = None, targets: Any = None, seed: int = 0) -> None:
    """Check a trainer on sequences, or on the package's examples.

    The first network that it gives must run on the sequences, be as right as it is said to be, and answer the
    same when the trainer is asked again.

    Args:
        trainer: see docs/extending/trainer.md.
        inputs: sequences [N, T, D]; None: the package's examples, without `targets`.
        targets: their targets [N, T, K].
        seed: the seed of all that the trainer draws.

    Raises:
        AssertionError: a sentence that names what is violated.

    Example:
        >>> import netlift
        >>> from netlift.trainers import TRAINERS
        >>> netlift.check_trainer(TRAINERS[0])
    """
    _named(trainer)
    pairs = [(np.asarray(inputs), np.asarray(targets))] if inputs is not None else []
    for words, answers in pairs or [(words, run(network, words)) for network, words, _ in _examples()]:
        given = [_first_trained(trainer, from_arrays(words, answers), seed) for _ in range(2)]
        first, again = given
        _hold((first is None) == (again is None), "it gives a network, and none when it is asked again")
        if first is None or again is None:
            continue
        _hold(bool(first.provenance.name), "the provenance of its network has no name")
        told = run(first.network, words)
        _hold(told.shape == answers.shape, f"its network answers {told.shape}; expected {answers.shape}")
        right = float((told == answers).all(axis=(1, 2)).mean())
        _hold(
            abs(first.accuracy - right) < 0.5 / len(words),
            f"its network is said to be right on {first.accuracy:.2%} of the sequences; it is on {right:.2%}",
        )
        _hold(
            np.array_equal(told, run(again.network, words)), "its network answers otherwise when asked again"
        )


def check_change(
    change: "Change", network: WeightedNetwork | None = None, machine: Machine | None = None, seed: int = 0
) -> None:
    """Check a change on a network and the machine that was read from it, or on the package's examples.

    The network must stay what it is. The copy must run on the same words, be the same when it is asked for
    again, and come with what was done to it in words; a certificate must be accepted by the independent
    checker.

    Args:
        change: see docs/extending/change.md.
        network: a network; None: the package's examples, without `machine`.
        machine: what was read from it.
        seed: the seed of all that the change draws.

    Raises:
        AssertionError: a sentence that names what is violated.

    Example:
        >>> import netlift
        >>> from netlift.harden import CHANGES
        >>> netlift.check_change(CHANGES[0])
    """
    _named(change)
    examples: list[tuple[WeightedNetwork, Ints, Machine]] = []
    if network is not None and machine is not None:
        examples.append((network, _words_of(machine, seed), machine))
    for one, words, its in examples or _examples():
        target = _target(words, run(one, words), its)
        for provenance in (GIVEN, GRADIENT):
            found = _explained(one, target, provenance)
            before = _numbers(one)
            made, again = change.changed(found, target, seed), change.changed(found, target, seed)
            _hold(_numbers(one) == before, "it changes the network itself")
            _hold((made is None) == (again is None), "it changes a copy, and does not when asked again")
            if made is None or again is None:
                continue
            _hold(bool(made.step.how), "it does not say what was done")
            answers = run(made.network, words)
            _hold(answers.shape == run(one, words).shape, "its copy gives answers of another shape")
            _hold(
                np.array_equal(answers, run(again.network, words)),
                "its copy answers otherwise when it is asked for again",
            )
            if made.known is not None and made.known.certificate is not None:
                failure = check_network(made.known.certificate, _weights(made.network))
                _hold(failure is None, f"the independent checker refuses its certificate: {failure}")


def check_prover(
    prover: "Prover", network: WeightedNetwork | None = None, machine: Machine | None = None, seed: int = 0
) -> None:
    """Check a prover on a network and a machine, or on the package's examples, right and wrong ones.

    What it calls proved must be accepted by the independent checker, where it gives a certificate, and not be
    refuted by 2,000 random words, where it gives none.

    Args:
        prover: see docs/extending/prover.md.
        network: a network; None: the package's examples, without `machine`.
        machine: what it is to be proved to be.
        seed: the seed of random words, and of all that the prover draws.

    Raises:
        AssertionError: a sentence that names what is violated.

    Example:
        >>> import netlift
        >>> from netlift.certify import PROVERS
        >>> netlift.check_prover(PROVERS[0])
    """
    _named(prover)
    cases: list[tuple[WeightedNetwork, Target]] = []
    if network is not None and machine is not None:
        words = _words_of(machine, seed)
        cases.append((network, _target(words, machine.run(words), machine)))
    else:
        examples = _examples()
        for one, words, _ in examples:
            for _, others, its in examples:  # another's machine as well, which must not be proved
                cases.append((one, _target(others, its.run(others), its)))
            cases.append((one, _linear_target(one, words)))
    for one, target in cases:
        if not prover.applies(one, target):
            continue
        known, again = prover.prove(one, target, seed), prover.prove(one, target, seed)
        _hold((known is None) == (again is None), "it proves, and does not when it is asked again")
        if known is None or again is None or known.claim.tier != "proved":
            continue
        _hold(known.claim == again.claim, "it claims something else when it is asked again")
        if known.certificate is not None:
            failure = check_network(known.certificate, _weights(one))
            _hold(failure is None, f"the independent checker refuses its certificate: {failure}")
        alphabet = target.machine
        against = target.recurrence if alphabet is None else alphabet
        if alphabet is not None:
            claim = compare_network(one, system_of(against), rows_of(alphabet), seed=seed)
            _hold(claim.tier != "refuted", f"what it calls proved is {claim.words}")


def check_exporter(exporter: "Exporter", result: "Result | None" = None) -> None:
    """Check an exporter on a result, or on two small ones, of a machine and of a linear rule.

    It must give bytes, the same ones each time, or raise InputError with a sentence that says why not.

    Args:
        exporter: see docs/extending/exporter.md.
        result: what `distill` or `lift` gave; None: two small ones.

    Raises:
        AssertionError: a sentence that names what is violated.

    Example:
        >>> import netlift
        >>> from netlift.report.exports import EXPORTERS
        >>> netlift.check_exporter(EXPORTERS[0])
    """
    _named(exporter)
    for one in [result] if result is not None else _results():
        given: list[bytes | str] = []
        for _ in range(2):
            try:
                given.append(exporter.export(one))
                _hold(isinstance(given[-1], bytes), f"it gives a {type(given[-1]).__name__}; expected bytes")
            except InputError as error:
                _hold(len(str(error)) > 10, "it raises InputError without a sentence that says why")
                given.append(str(error))
        _hold(given[0] == given[1], "it gives other bytes when it is asked again")


def _hold(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(f"a contract is violated: {otherwise}")


def _named(plugin: Any) -> None:
    """Every plugin has a name and a cost by which it is sorted."""
    _hold(isinstance(plugin.name, str) and bool(plugin.name), "it has no name")
    cost = float(plugin.cost)
    _hold(math.isfinite(cost) and cost >= 0.0, f"its cost is {plugin.cost}; expected a number from 0")


def _first_trained(trainer: "Trainer", data: Sequences, seed: int) -> Trained | None:
    """The first network that a trainer gives for all of these sequences; None: it gives none."""
    task = Training(data, data, seed, Clock(), Recorder(Silent()))
    given: Iterator[Trained | None] = trainer.train(task)
    return next((one for one in islice(given, GIVEN_UP) if one is not None), None)


def _explained(network: WeightedNetwork, target: Target, provenance: Provenance) -> Explanation:
    """A network as it stands before changes: right on most sequences, and its machine read."""
    candidate = whole_table(target.reading.behaviour)[0]
    program = Program(print_program(candidate.recurrence))
    return Explanation(Trained(network, provenance, 1.0), target.reading, candidate, program)


def _weights(network: WeightedNetwork) -> dict[str, NDArray[np.float64]]:
    found: Mapping[str, NDArray[np.float64]] = getattr(network, "weights", {})
    return dict(found)


def _numbers(network: WeightedNetwork) -> dict[str, bytes]:
    """The weights, where there are any, to the last bit."""
    return {name: array.tobytes() for name, array in _weights(network).items()}


def _words_of(machine: Machine, seed: int) -> Ints:
    """Words [200, STEPS, D] over a machine's alphabet."""
    numbers = np.random.default_rng(seed).integers(len(machine.alphabet), size=(200, STEPS))
    words: Ints = machine.alphabet[numbers]
    return words


def _alike(one: Any, other: Any) -> bool:
    return bool(np.allclose(np.asarray(one), np.asarray(other), rtol=1e-6, atol=1e-6))


def _wrong(machine: Machine, inputs: Ints, outputs: Ints) -> int:
    """On how many words a machine answers otherwise, symbols that it does not know included."""
    if (machine.encode(inputs) < 0).any():
        return len(inputs)
    return int((machine.run(inputs) != outputs).any(axis=(1, 2)).sum())


def _same_reading(one: Reading, other: Reading) -> None:
    same = one.reader == other.reader and one.states == other.states
    same = same and np.array_equal(one.behaviour.inputs, other.behaviour.inputs)
    if same and one.machine is not None and other.machine is not None:
        same = np.array_equal(one.machine.transitions, other.machine.transitions)
    _hold(same, "it reads something else when it is asked again")


def _examples() -> Sequence[tuple[WeightedNetwork, Ints, Machine]]:
    """Networks with words and the machines that they are: parity of bits, and the last bit."""
    words = np.random.default_rng(1).integers(0, 2, size=(200, STEPS, 1))
    ramps = np.array([[1.0, -1.0, -1.0, 1.0]])
    weights = {
        "initial": np.zeros(1),
        "f.0.hidden": np.ones((4, 1)),
        "f.0.input": np.ones((4, 1)),
        "f.0.bias": -np.array([0.0, 1.0, 1.0, 2.0]),
        "f.1.weight": ramps,
        "f.1.bias": np.zeros(1),
        "g.0.weight": np.ones((1, 1)),
        "g.0.bias": np.zeros(1),
    }
    numbers = Coding(None, (0.0,), (1.0,), None, (0.0,), (1.0,))
    parity = MlpRnn(Architecture(1, 4, 2, 1, skip=False), numbers, weights)
    last = LinearRnn(
        {
            "transition": np.zeros((1, 1)),
            "drive": np.ones((1, 1)),
            "bias": np.zeros(1),
            "readout": np.ones((1, 1)),
            "offset": np.zeros(1),
            "initial": np.zeros(1),
        }
    )
    bits = np.arange(2)[:, None]
    turning = np.array([[0, 1], [1, 0]])
    one_state = Machine(bits, np.zeros((1, 2), dtype=np.int64), np.arange(2).reshape(1, 2, 1))
    return [(parity, words, Machine(bits, turning, turning[:, :, None])), (last, words, one_state)]


def _target(words: Ints, answers: Ints, machine: Machine) -> Target:
    behaviour = Behaviour(words, answers, machine=machine)
    reading = Reading("machine", machine.states, behaviour, machine)
    return Target(reading, whole_table(behaviour)[0].recurrence, from_arrays(words, answers))


def _linear_target(network: WeightedNetwork, words: Ints) -> Target:
    """What the linear reader reads of a network, or its machine's table where that is nothing."""
    answers = run(network, words)
    system = read_linear(network, words)
    if system is None:
        return _target(words, answers, _examples()[0][2])
    reading = Reading("linear", system.states, Behaviour(words, answers), system=system)
    return Target(reading, linear_programs(system)[0].recurrence, from_arrays(words, answers))


def _results() -> list["Result"]:
    """A result with a finite machine, and one of a linear rule, without."""
    from netlift.engine._distill import distill
    from netlift.engine._lift import lift

    network, words, _ = _examples()[0]
    sums = np.random.default_rng(2).integers(0, 10, size=(300, STEPS, 1))
    return [lift(network, words), distill(sums, np.cumsum(sums, axis=1))]


__all__ = [
    "check_change",
    "check_exporter",
    "check_model",
    "check_prover",
    "check_reader",
    "check_strategy",
    "check_trainer",
]
