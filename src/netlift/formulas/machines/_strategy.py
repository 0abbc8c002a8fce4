"""Rules over small variables, offered where no formula explains a machine."""

from dataclasses import replace

from netlift.formulas._behaviour import Behaviour, Candidate
from netlift.formulas._draft import input_names
from netlift.formulas._problem import Problem
from netlift.formulas._product import compare_with_machine
from netlift.formulas._rank import is_golf
from netlift.formulas.machines._descent import WORK
from netlift.formulas.machines._find import find_forms, find_partial_forms
from netlift.formulas.machines._rules import RuledRecurrence, Rules, ruled
from netlift.states._machine import Machine
from netlift.states._partial import PartialMachine

NAME = "variables"
BESIDE = "rules of variables"  # where a formula was found as well, which takes more to read
MOST_STATES, MOST_SYMBOLS = 64, 16  # of the machines that are looked at
_CLEARLY = 0.9  # of the table's nodes: rules that are hardly shorter explain nothing
_MOST_OPEN = 840  # steps up to which that is done where some were never seen: 64 states, 13 symbols
_FEW = 16  # states up to which rules are looked for in place of golf
_IN_PLACE = 300_000  # cubes looked at there, about a second
_PLAINER = 1.7  # times the cost of golf: so much longer may a plain rule be
_AS_SHORT = 1.2  # of the nodes of the first form: others that are kept as alternatives
_BESIDE = 0.5  # that each of them costs more than the first at least
_FRAME = 19.0
_DEAR = 110.0  # the cost beyond which a formula is no easier to read than rules


def search_variables(problem: Problem) -> None:
    """Rules for the machine of a problem for which nothing short was found, or nothing plain.

    Nothing without a machine. What is short but golf gives way to rules that are not much longer.
    """
    machine, behaviour = problem.behaviour.machine, problem.behaviour
    if machine is None:
        return
    best = min(problem.found, key=lambda c: (c.cost, str(c.recurrence)), default=None)
    if best is None or best.cost > _DEAR:
        name = NAME if best is None else BESIDE
        for cost, recurrence in _ruled(machine, problem.names[0], behaviour, problem.seed):
            problem.offer(recurrence, name, cost)
    elif machine.states <= _FEW and _is_golf(best, behaviour):
        _replace_golf(problem, machine, _PLAINER * best.cost)


def search_events(problem: Problem) -> None:
    """Rules for a small machine whose inputs stand for strings, before formulas of their numbers are tried.

    Arithmetic on such numbers explains nothing; what is not shorter than rules is not looked for.
    """
    machine, behaviour = problem.behaviour.machine, problem.behaviour
    if machine is None or not all(behaviour.named_inputs or (False,)) or machine.states > _FEW:
        return
    for cost, recurrence in _ruled(machine, problem.names[0], behaviour, problem.seed, _IN_PLACE):
        if cost - _FRAME <= _DEAR:
            problem.offer(recurrence, BESIDE, cost - _FRAME)


def _is_golf(candidate: Candidate, behaviour: Behaviour) -> bool:
    return is_golf(candidate.recurrence, behaviour.named_inputs, behaviour.named_outputs)


def _replace_golf(problem: Problem, machine: Machine, most: float) -> None:
    """Offer rules up to a cost; golf then costs more than the cheapest plain program, if one is as cheap."""
    golf = {c.recurrence for c in problem.found if _is_golf(c, problem.behaviour)}
    for cost, rules in _forms(machine, problem.seed, _IN_PLACE):
        read = cost - _FRAME  # as the cost of formulas, which does not count the loop around them
        if read <= most:
            problem.offer(ruled(rules, problem.names[0]), BESIDE, read)
    plain = min((c.cost for c in problem.found if c.recurrence not in golf), default=float("inf"))
    if plain <= most:
        problem.found[:] = [
            replace(c, cost=plain + _BESIDE + c.cost / most)
            if c.recurrence in golf and c.cost <= plain
            else c
            for c in problem.found
        ]


def whole_rules(behaviour: Behaviour, seed: int) -> list[Candidate]:
    """Rules for all output streams at once; none without a machine, or where a table says it as shortly."""
    machine = behaviour.machine
    if machine is None:
        return []
    found = []
    for cost, recurrence in _ruled(machine, input_names(machine.alphabet.shape[1])[0], behaviour, seed):
        same, closed = compare_with_machine(recurrence, machine)
        if same:
            found.append(Candidate(recurrence, cost, NAME, closed))
    return found


def partial_rules(machine: PartialMachine, stream: str, seed: int) -> list[Candidate]:
    """Rules for a machine of which not every step was seen, which refuse what was not; shortest first."""
    if not 1 < machine.states <= MOST_STATES or machine.known.size > _MOST_OPEN:
        return []
    forms = sorted(find_partial_forms(machine, work=_IN_PLACE, seed=seed), key=lambda form: form[0])
    return [
        Candidate(ruled(rules, stream), cost, NAME)
        for cost, rules in forms
        if cost <= _AS_SHORT * forms[0][0]
    ]


def _ruled(
    machine: Machine, stream: str, behaviour: Behaviour, seed: int, work: int = WORK
) -> list[tuple[float, RuledRecurrence]]:
    """The rules to print, and others that are about as short; their costs are in this order."""
    forms = _forms(machine, seed, work)
    named = bool(behaviour.named_inputs) and behaviour.named_inputs[0]
    if not forms or forms[0][0] > _CLEARLY * table_nodes(machine, named):
        return []
    first = forms[0][0]
    # What is first is read more easily, even where another form has fewer nodes.
    return [
        (max(cost, first + _BESIDE * n), ruled(rules, stream))
        for n, (cost, rules) in enumerate(forms)
        if n == 0 or cost <= _AS_SHORT * first
    ]


def _forms(machine: Machine, seed: int, work: int = WORK) -> list[tuple[float, Rules]]:
    if machine.alphabet.shape[1] != 1 or len(machine.alphabet) > MOST_SYMBOLS:
        return []
    return find_forms(machine, work=work, seed=seed) if 1 < machine.states <= MOST_STATES else []


def table_nodes(machine: Machine, named: bool) -> float:
    """About how many nodes the program has that looks next state and outputs up in tables.

    A row of a table is a dictionary where the inputs are strings (`named`), else a tuple.
    """
    rows = machine.states * (1 + len(machine.alphabet) * (2 if named else 1))
    tables = 1.0
    for k in range(machine.outputs.shape[2]):
        pairs = set(
            zip(
                machine.transitions.reshape(-1).tolist(),
                machine.outputs[..., k].reshape(-1).tolist(),
                strict=True,
            )
        )
        moore = len(pairs) == len({state for state, _ in pairs})
        tables += machine.states / rows if moore else 1.0
    return _FRAME + 3.0 + tables * (rows + 8.0)
