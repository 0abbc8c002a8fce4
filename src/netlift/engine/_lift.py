"""Lifting a network that somebody else trained: the engine with this network as its only trainer."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from netlift.approximate import At, Lifting, approximated, judged
from netlift.certify._case import Case
from netlift.core._clock import OutOfTimeError, refused_late
from netlift.core._errors import InputError
from netlift.core._threads import on_one_thread
from netlift.data import Sequences, from_arrays, shortened
from netlift.data._alphabet import Alphabet, Symbol, drawn_examples, no_targets
from netlift.engine._explain import explain
from netlift.engine._finish import finished
from netlift.engine._run import Run
from netlift.networks import WeightedNetwork, network_errors
from netlift.networks._bind import answerable, bound, own_words
from netlift.networks._legal import Domain, keeping_to, legal_examples, legal_words_only
from netlift.plugins import Reader
from netlift.program._explanation import Explanation, Unexplained
from netlift.report import Progress
from netlift.report._lifted import lifted
from netlift.report._result import Result
from netlift.states.readers import READERS, ConfirmedMachine, read_lean_machine, words_of
from netlift.trainers import Given


def lift(
    network: Any,
    inputs: Any,
    targets: Any = None,
    *,
    seed: int = 0,
    budget: float | None = None,
    steps: int | None = None,
    input_coding: str | None = None,
    output_coding: str | None = None,
    classes: Sequence[Sequence[Symbol]] | None = None,
    threshold: float | None = None,
    snap: bool = False,
    domain: Domain | None = None,
    accept: float | None = None,
    at: At = "each",
    progress: Progress | None = None,
    plugins: Sequence[Any] = (),
) -> Result:
    """Open a network that is already trained, and print the algorithm inside as Python.

    The network is run, never trained, and not changed.

    Args:
        network: what `from_torch` or `load_checkpoint` gives, a network of netlift, or any object with three
            methods: `initial_state(batch)`, `next_state(hidden, inputs)` and `output(hidden)`, over numpy
            arrays or PyTorch tensors (inputs [batch, D] as the network was trained on them, output
            [batch, K]; hidden states may be anything, see docs/extending/model.md).
        inputs: example sequences as `distill` takes them, or an `Alphabet`.
        targets: the answers wanted, as `distill` takes them; the result then says where network and data
            disagree, and which of the two the program follows. None: the network is the truth, and a program
            that copies its mistakes is right.
        seed: the same seed gives the same result, as long as no budget is reached.
        budget: seconds for the whole, a quarter of them for checks; each stage stops there with what is
            known. None: no bound.
        steps: the same of steps of the network, one symbol of one word each.
        input_coding: how symbols enter, "number" or "one-hot"; None: found on the examples, and reported.
        output_coding: how output units are read: "classes" (the best score), "number" (to be rounded) or
            "threshold"; None: found, and reported.
        classes: for each output stream its symbols in the order of their scores; None: numbers from 0.
        threshold: where a unit counts as the second symbol; None: found.
        snap: whether a copy of the network may be fine-tuned (perceptrons) or given a layer of codes where
            that makes a proof succeed; it is then the result's `copy`, with a claim of its own.
        domain: which words count: "next": of symbols that the network's own outputs say may come next
            (`from_causal` with outputs "next" or "likely"); "examples": of which every three symbols in a row
            stand in an example; a function: words that it lets pass, which is asked of every beginning, a
            list of symbols. After any other symbol the network is not asked on, and the program answers one
            thing, as a finding says (0, -1 or "illegal"). None: all words.
        accept: where nothing exact is found, the share of fresh words that the best program is to be right
            on; `result.approximation` has what was measured. It is never called solved. None: no best effort.
        at: which answers count: "each", after every symbol, or "end", after the last of a word.
        progress: told of stages, as `netlift.report.Progress`; None: nobody is.
        plugins: readers, strategies, changes and provers of yours (`netlift.plugins`), which are asked beside
            the package's own.

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
    how = Lifting.of(
        seed=seed,
        budget=budget,
        steps=steps,
        input_coding=input_coding,
        output_coding=output_coding,
        classes=classes,
        threshold=threshold,
        snap=snap,
        domain=domain,
        accept=accept,
        at=at,
    )
    if isinstance(inputs, Alphabet):
        if targets is not None:
            raise InputError("targets need the inputs they belong to; found an Alphabet")
        examples = legal_examples(domain, drawn_examples(inputs, how.seed), how.seed)
    else:
        examples = from_arrays(inputs, no_targets(inputs) if targets is None else targets)
    return lift_sequences(
        network, examples, how, labelled=targets is not None, progress=progress, plugins=plugins
    )


@on_one_thread
@refused_late
def lift_sequences(
    network: Any,
    examples: Sequences,
    how: Lifting,
    *,
    labelled: bool,
    progress: Progress | None = None,
    plugins: Sequence[Any] = (),
) -> Result:
    """`lift` for sequences that were read and checked; their targets count where they are `labelled`."""
    run = Run.of(how.seed, how.budget, progress, plugins, how.clock())
    run.recorder.stage("data")
    data = judged(examples, how.at) if labelled else None
    examples = shortened(examples)
    with run.clock.stage("states"), run.clock.counting():
        given, names = keeping_to(how.domain, *bound(network, examples, data, how.said), examples)
    with run.clock.stage("states"):
        data, cut = answerable(given, data, run.clock)
        seen = ConfirmedMachine(None)
        with run.clock.bounding(), suppress(OutOfTimeError):
            rng = run.stream("lean reading")
            seen = ConfirmedMachine(read_lean_machine(given, words_of(examples), rng))
    with run.clock.stage("confirm"), run.clock.part(0.15):
        rng = run.stream("words of a given network")
        own = own_words(given, examples, names, words_of(examples).length, rng)
        train, held_out = judged(own[0], how.at), judged(own[1], how.at)
    run.recorder.log(f"network: {given}; {len(train):,} words of up to {train.inputs.shape[1]:,} steps")
    found, follows = _found(given, (seen, *READERS), train, held_out, data, run)
    case = Case(train, held_out, labelled=() if data is None else (data,), snap=how.snap)
    if follows == "data" and data is not None:
        whole = (data, data.take(np.arange(0)))  # the program was searched on all: none is held out
        case = replace(case, train=shortened(data), held_out=whole[1], whole=whole)
    how.to_check(run.clock)
    result = finished(found, case, run)
    result = lifted(result, given, case.train, data, follows, run, rng)
    result = approximated(result, given, examples, names, how, run)
    told = cut if how.domain is None else (*cut, legal_words_only(given))
    return replace(result, findings=(*told, *result.findings))


def _found(
    network: WeightedNetwork,
    readers: Sequence[Reader],
    train: Sequences,
    held_out: Sequences,
    data: Sequences | None,
    run: Run,
) -> tuple[Explanation | Unexplained, str]:
    """What the network was found to be, and whether the program follows the "data" or the "network".

    Where they disagree, a program that is right on the data comes first: it is what the network was meant to
    learn, read from its states all the same.
    """
    wrong = None if data is None else network_errors(network, data)
    if data is not None and wrong is not None and wrong.any():
        run.recorder.log("the network is not right on all the data; a program that is comes first")
        short = shortened(data)  # the whole of it is what the program is checked on
        found = explain((Given(network, float(1.0 - wrong.mean())),), short, short, run, readers)
        if isinstance(found, Explanation) and found.errors == 0:
            return found, "data"
    return explain((Given(network, 1.0),), train, held_out, run, readers), "network"
