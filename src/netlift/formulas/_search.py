"""The search: strategies by price, until one has found exact programs."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from netlift.core._clock import OutOfTimeError, checkpoint, unbounded
from netlift.formulas._behaviour import Behaviour, Candidate, Work
from netlift.formulas._bits import search_bits
from netlift.formulas._cascade import search_cascade
from netlift.formulas._cases import search_few_cases
from netlift.formulas._coordinates import search_coordinates
from netlift.formulas._divided import search_divided
from netlift.formulas._draft import input_names
from netlift.formulas._effects import search_effects
from netlift.formulas._features import search_counters, search_history
from netlift.formulas._feedback import search_autoregression, search_feedback
from netlift.formulas._lags import search_stateless, search_window
from netlift.formulas._numbering import search_numberings
from netlift.formulas._problem import Problem, pose
from netlift.formulas._rank import description_length
from netlift.formulas._recent import search_recent, search_recent_formulas
from netlift.formulas._reduced import search_reduced
from netlift.formulas._registers import search_registers
from netlift.formulas._rules import search_rules
from netlift.formulas._several import join
from netlift.formulas._shared import search_shared
from netlift.formulas._spells import search_spells
from netlift.formulas._state import search_divisions, search_updates
from netlift.formulas._steps import search_steps
from netlift.formulas._stores import search_stores
from netlift.formulas._strategy import Strategy
from netlift.formulas._streams import search_streams
from netlift.formulas._table import MOST_CELLS, search_table, table_recurrence
from netlift.formulas._waits import search_waits
from netlift.formulas._walk import search_walks
from netlift.formulas.machines._strategy import search_events, search_variables, whole_rules
from netlift.states._machine import Machine

_WORK = 4_000_000_000  # row evaluations; about a minute

_MANY = 8  # outputs, from which on none is looked at for long
_DEAR = 60.0  # beyond this cost, combinations of the input streams are tried


def _search_many_streams(problem: Problem) -> None:
    """Three streams and more: look for one number that they matter through, before all else."""
    if len(problem.names) > 2:
        search_reduced(problem, _run_cheap)


def _run_cheap(problem: Problem) -> None:
    for strategy in (search_stateless, search_feedback, search_divisions, search_walks):
        if problem.best() > _DEAR:
            strategy(problem)


# Cheapest first; a strategy runs while no program below its price was found.
STRATEGIES: tuple[Strategy, ...] = (
    Strategy("coordinates", 1e9, search_coordinates),
    Strategy("stateless", 1e9, search_stateless),
    Strategy("feedback", 14.0, search_feedback),
    Strategy("streams", 30.0, search_streams),
    Strategy("reduced", 30.0, _search_many_streams),
    Strategy("rules", 22.0, search_rules),
    Strategy("recent", 30.0, search_recent),
    Strategy("window", 16.0, search_window),
    Strategy("events", 20.0, search_events),
    Strategy("autoregression", 25.0, search_autoregression),
    Strategy("register", 30.0, search_registers),
    Strategy("recent", 32.0, search_recent_formulas),
    Strategy("store", 28.0, search_stores),
    Strategy("division", 25.0, search_divisions),
    Strategy("divided sum", 25.0, search_divided),
    Strategy("numbering", 12.0, search_numberings),
    Strategy("few cases", 25.0, search_few_cases),
    Strategy("waits", 25.0, search_waits),
    Strategy("counters", 25.0, search_counters),
    Strategy("walk", 25.0, search_walks),
    Strategy("spells", 35.0, search_spells),
    Strategy("history", 30.0, search_history),
    Strategy("cascade", 32.0, search_cascade),
    Strategy("state", 60.0, search_updates),
    Strategy("steps", 45.0, search_steps),
    Strategy("bits", 60.0, search_bits),
)


def search(
    behaviour: Behaviour,
    *,
    seed: int,
    budget: int = _WORK,
    progress: Callable[[str], None] | None = None,
    more: Sequence[Strategy] = (),
    strategies: Sequence[Strategy] = STRATEGIES,
) -> list[Candidate]:
    """Recurrences that are exact on a behaviour, most readable first; empty if none was found.

    Exact means: on every given word, and, where a machine is given, on the whole product of machine
    and recurrence (or 20,000 pairs of it; see `Candidate.closed`). `budget` counts row evaluations,
    about 60 million a second; the same seed and budget give the same answer. `progress` is told the
    strategy that starts. Where a clock bounds the caller and its budget is spent, the search ends with what
    it has found until then, a machine's table included. `more` are
    strategies from outside: they run first. `strategies` are the ones of the package, for whom some are to
    be left out.
    """
    chosen = (*more, *strategies)
    streams = behaviour.outputs.shape[2]
    if streams == 1:
        return _search_one(behaviour, seed, Work(budget), progress, chosen)
    alone = [
        _search_one(
            _output(behaviour, k), seed, Work(budget // streams), progress, chosen, hurried=streams > _MANY
        )
        for k in range(streams)
    ]
    together = []
    for k in range(streams):
        if streams > _MANY and alone[k]:
            together.append(alone[k])
            continue
        problem = pose(_output(behaviour, k), seed, Work(budget // streams))
        with suppress(OutOfTimeError):
            search_shared(problem, [found for j, found in enumerate(alone) if j != k])
        shared = sorted(problem.found, key=lambda c: (c.cost, str(c.recurrence)))
        together.append([*shared[:2], *alone[k]])
    with unbounded():
        found = join(behaviour, together)
    if found and not found[0].is_table:
        return found
    rules: list[Candidate] = []
    with suppress(OutOfTimeError):
        rules = whole_rules(behaviour, seed)
    return [*rules, *whole_table(behaviour), *found]


def whole_table(behaviour: Behaviour) -> list[Candidate]:
    """One table of states for all output streams, instead of one for each; none without a machine."""
    machine = behaviour.machine
    if machine is None or machine.states * len(machine.alphabet) > MOST_CELLS:
        return []
    recurrence = table_recurrence(machine, input_names(machine.alphabet.shape[1]), behaviour.named_inputs)
    return [Candidate(recurrence, description_length(recurrence), "table", closed=True)]


def _output(behaviour: Behaviour, stream: int) -> Behaviour:
    """The behaviour with one of its output streams."""
    chosen = slice(stream, stream + 1)
    machine = behaviour.machine
    if machine is not None:
        machine = Machine(machine.alphabet, machine.transitions, machine.outputs[..., chosen]).minimised()
    return replace(
        behaviour,
        outputs=behaviour.outputs[..., chosen],
        machine=machine,
        named_outputs=behaviour.named_outputs[chosen],
    )


def _search_one(
    behaviour: Behaviour,
    seed: int,
    work: Work,
    progress: Callable[[str], None] | None,
    strategies: Sequence[Strategy],
    *,
    hurried: bool = False,
) -> list[Candidate]:
    """Programs of one output; one of many outputs (`hurried`) is content with little."""
    problem = pose(behaviour, seed, work)
    with suppress(OutOfTimeError):
        if hurried:
            search_effects(problem)
        _run(problem, strategies, progress, hurried=hurried)
        if hurried and problem.found:
            return sorted(problem.found, key=lambda c: (c.cost, str(c.recurrence)))
        if problem.best() > _DEAR and len(problem.names) == 2:
            search_reduced(problem, _run_cheap)
        search_variables(problem)
    with unbounded():
        search_table(problem)
    return sorted(problem.found, key=lambda c: (c.cost, str(c.recurrence)))


def _run(
    problem: Problem,
    strategies: Sequence[Strategy],
    progress: Callable[[str], None] | None,
    *,
    hurried: bool,
) -> None:
    for strategy in strategies:
        if hurried and problem.best() <= _DEAR:
            return
        if problem.best() <= strategy.price or problem.work.left <= 0:
            continue
        checkpoint()
        if progress is not None:
            progress(strategy.name)
        strategy.search(problem)
