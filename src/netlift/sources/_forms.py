"""The forms in which a machine from the data can be printed, and the first that is proved to be it."""

from collections.abc import Iterator
from dataclasses import dataclass

from netlift.certify import Domain, system_of
from netlift.certify._domain import Joint
from netlift.certify._product import explore
from netlift.certify._symbolic import Unsupported
from netlift.core._clock import OutOfTimeError, checkpoint
from netlift.core._context import Context
from netlift.core._errors import InputError
from netlift.data import Sequences
from netlift.formulas import Candidate, Recurrence, partial_rules, partial_table, search
from netlift.program import print_program
from netlift.program._program import count_nodes
from netlift.sources._unseen import spelt_inputs
from netlift.states import PartialMachine
from netlift.states.readers import words_of

_WORK = 200_000_000  # row evaluations of the search for formulas; some seconds
_MOST_CELLS = 4_096  # pairs of state and symbol up to which formulas are searched for
_MOST_PAIRS, _MOST_STEPS = 20_000, 400_000  # of the product with the machine
_TRIED = 10  # forms that are compared with the machine


@dataclass(frozen=True)
class Form:
    """How a machine is printed.

    `chosen` is the candidate that was proved to be the machine, of all that were `considered`; None: the
    machine's table.
    """

    recurrence: Recurrence
    strategy: str
    considered: tuple[Candidate, ...] = ()
    chosen: Candidate | None = None


def form_of(machine: PartialMachine, sequences: Sequences, context: Context) -> Form:
    """The most readable form of a machine from the data; its table where nothing is shorter.

    A machine that answers everything is printed in the same ways as one that was read from a network. One
    that does not is printed by rules that refuse what no sequence shows. Each form is compared with the
    machine on the product of both, so on words of every length: what it answers, and where it refuses to.
    """
    named = tuple(symbols is not None for symbols in sequences.input_symbols)
    names = tuple("x" if len(named) == 1 else f"x{n}" for n in range(1, len(named) + 1))
    table = partial_table(machine, names, named)
    context.recorder.stage("formulas")
    candidates: list[Candidate] = []
    try:
        with context.clock.bounding(), context.clock.stage("formulas"):
            candidates = _candidates(machine, sequences, context)
            for candidate in candidates[:_TRIED]:
                checkpoint()
                if candidate.strategy == "table":
                    break
                if _is_machine(candidate, machine, sequences, table):
                    context.recorder.log(f"{candidate.strategy}: the machine, cost {candidate.cost:.1f}")
                    return Form(candidate.recurrence, candidate.strategy, tuple(candidates), candidate)
    except OutOfTimeError:
        context.recorder.log("the budget is spent; the machine is printed as its table")
    return Form(table, "table", tuple(candidates))


def _candidates(machine: PartialMachine, sequences: Sequences, context: Context) -> list[Candidate]:
    whole = machine.complete
    if whole is None:
        return partial_rules(machine, "x", context.seed)
    if whole.states * len(whole.alphabet) > _MOST_CELLS:
        return []
    words = words_of(sequences)
    behaviour = words.behaviour(words.inputs, whole.run(words.inputs), machine=whole.minimised())
    return search(
        behaviour,
        seed=context.seed,
        budget=_WORK,
        progress=lambda name: context.recorder.update(strategy=name),
    )


def _is_machine(
    candidate: Candidate, machine: PartialMachine, sequences: Sequences, table: Recurrence
) -> bool:
    """Whether the program, as it is printed, answers as the machine does, and refuses where it does.

    Rules that refuse something have to be shorter than the table with gaps, too.
    """
    symbols = (sequences.input_symbols, sequences.target_symbols)
    try:
        source = print_program(candidate.recurrence, (), *symbols)
        program = system_of(source)
    except (InputError, ValueError):  # it cannot be written down
        return False
    if machine.unseen and count_nodes(source) >= count_nodes(print_program(table, (), *symbols)):
        return False
    asked = Domain.of_rows(list(_joint(machine, sequences))).symbols()
    try:
        product = explore(system_of(machine, *symbols), program, asked, _MOST_PAIRS, _MOST_STEPS)
    except Unsupported:  # it does what cannot be followed
        return False
    return product.closed and product.witness is None


def _joint(machine: PartialMachine, sequences: Sequences) -> Iterator[Joint]:
    """The joint symbols of the machine as programs read them."""
    for symbol in spelt_inputs(machine.alphabet, sequences):
        yield tuple(symbol) if isinstance(symbol, list) else (symbol,)
