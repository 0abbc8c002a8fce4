"""Data of which a network could only make things up: they are read themselves, and it is said why."""

from dataclasses import dataclass, replace

from netlift.core._context import Context
from netlift.data import Sequences, joint_symbols
from netlift.data._door import Data
from netlift.formulas import search
from netlift.report._result import Result
from netlift.sources._merged import MOST_SYMBOLS, Merged
from netlift.sources._noise import FEW
from netlift.sources._tried import read_from_data
from netlift.sources._votes import Votes
from netlift.states.readers import words_of

FEW_HISTORIES = (
    20  # different beginnings; of so few no network learns what a formula of their length does not say
)
FORMULA_WORK = 100_000_000  # row evaluations of a search in so few; some seconds
FEW_STEPS = 1_000  # labelled ones, of symbols; a network fills what so few leave open with anything


def unfit_for_networks(data: Data, *, certainly: bool = False) -> bool:
    """Whether a network may have nothing to say of the data: `WithoutNetwork` is then asked first.

    With `certainly` only where none could be trained at all.
    """
    sequences = data.sequences
    if data.kind != "answers" or sequences is None:
        return False
    if not sequences.lengths.all():
        return True
    return not certainly and (
        is_random(sequences, data.noise) or is_thin(sequences, data.noise) or is_slight(sequences, data.noise)
    )


def is_random(sequences: Sequences, noise: str | float) -> bool:
    """Whether more answers contradict each other than a few that are wrong."""
    if not sequences.clash or noise != "auto":
        return False
    votes = Votes.of(sequences)
    return votes.outvoted > FEW * votes.recurring


def is_thin(sequences: Sequences, noise: str | float) -> bool:
    """Whether they are few steps of symbols, of which formulas say nothing."""
    named = (*sequences.input_symbols, *sequences.target_symbols)
    few = int(sequences.labelled.sum()) <= FEW_STEPS
    return few and not sequences.clash and not isinstance(noise, float) and None not in named


def is_slight(sequences: Sequences, noise: str | float) -> bool:
    """Whether they begin in so few different ways that a formula may be longer than they are."""
    if sequences.clash or isinstance(noise, float) or sequences.silent is not None:
        return False
    if int(sequences.lengths.max()) > FEW_HISTORIES:
        return False
    first = sequences.distinct()[0]
    if len(first) > FEW_HISTORIES + 1:  # each but an empty one is a beginning itself
        return False
    different = sequences.take(first)
    beginnings = set()
    for row, length in zip(different.inputs.tolist(), different.lengths.tolist(), strict=True):
        beginnings |= {tuple(map(tuple, row[: step + 1])) for step in range(length)}
        if len(beginnings) > FEW_HISTORIES:
            return False
    return True


def _has_formula(sequences: Sequences, context: Context) -> bool:
    """Whether a formula says their answers in less than a list of these takes."""
    context.recorder.stage("formulas")
    words = words_of(sequences)
    outputs = sequences.targets[sequences.lengths >= words.length, : words.length]
    with context.clock.stage("formulas"):
        return bool(search(words.behaviour(words.inputs, outputs), seed=context.seed, budget=FORMULA_WORK))


def _says_something(found: Result, sequences: Sequences) -> bool:
    """Whether some answers are at random, and others are not: where all are, nothing was explained."""
    alphabet = joint_symbols(sequences, MOST_SYMBOLS)
    if found.noise is None or found.states is None or alphabet is None:
        return False
    seen = found.states * len(alphabet) - len(found.unseen or ())
    return 0 < len(found.noise.random) < seen


@dataclass(frozen=True)
class WithoutNetwork:
    """The machine of the data, where a network has nothing to say: answers before any input, answers at
    random, few sequences of symbols that leave pairs of state and input unseen, and answers so few that no
    formula is shorter than they are."""

    name: str = "data"

    def derived(self, data: Data, context: Context) -> Result | None:
        """What `Merged` derives, with a finding that says why; None where a network is to be trained.

        Raises InputError where two sequences contradict each other.
        """
        sequences = data.as_sequences()
        if not sequences.lengths.all():
            why = "Some sequences have no steps; what is answered before any input the data alone say."
            return self._read(data, context, why)
        if sequences.clash:
            why = "Many answers contradict each other, as answers at random do; the data are read themselves."
            found = self._read(data, context, why)
            return found if found.solved and _says_something(found, sequences) else None
        if is_slight(sequences, data.noise) and not _has_formula(sequences, context):
            why = (
                "No formula says these few answers in less than a list of them takes; a network could only "
                "make up what comes next, so none was trained."
            )
            return self._read(data, context, why)
        if not is_thin(sequences, data.noise):
            return None
        alphabet = joint_symbols(sequences, MOST_SYMBOLS)
        read = None if alphabet is None else read_from_data(sequences, alphabet, context.seed)
        if read is None or not read.unseen:
            return None
        why = (
            f"{int(sequences.labelled.sum()):,} steps leave {len(read.unseen):,} pairs of state and input "
            "unseen; a network could only make up what comes there, so none was trained."
        )
        return self._read(data, context, why)

    def _read(self, data: Data, context: Context, why: str) -> Result:
        context.recorder.log(why)
        found = Merged().derived(data, context)
        return replace(found, findings=(why, *found.findings), log=context.recorder.lines)
