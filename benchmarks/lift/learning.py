"""AALpy on the same networks: L*, KV and L#, each with several equivalence oracles."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from aalpy.base import SUL, Oracle
from aalpy.learning_algs import run_KV, run_Lsharp, run_Lstar
from aalpy.oracles import RandomWMethodEqOracle, RandomWordEqOracle, StatePrefixEqOracle
from languages import Table, tabulate
from stepping import Stepping

CAP, MOST = 20.0, 300_000  # seconds and network steps at which a run is given up

LEARNERS: dict[str, Callable[..., Any]] = {"L*": run_Lstar, "KV": run_KV, "L#": run_Lsharp}
ORACLES: dict[str, Callable[[list[int], SUL, int], Oracle]] = {
    # both with the library's defaults: 25 walks from each state, 12 steps long
    "state prefix": lambda alphabet, sul, length: StatePrefixEqOracle(alphabet, sul),
    "random W": lambda alphabet, sul, length: RandomWMethodEqOracle(alphabet, sul),
    # within the length that the network was trained on: beyond it the network may err
    "state prefix, short": lambda alphabet, sul, length: StatePrefixEqOracle(
        alphabet, sul, walk_len=length // 2
    ),
    "random words": lambda alphabet, sul, length: RandomWordEqOracle(
        alphabet, sul, num_walks=500, min_walk_len=length // 2, max_walk_len=length
    ),
}


class GaveUpError(Exception):
    """The cap of seconds or steps was reached."""


class NetworkSul(SUL):
    """A network as AALpy takes it: reset, then one symbol at a time.

    What was once computed is kept in a tree (hidden state and output of each word), so that no word is ever
    run through the network twice. `words` and `posed` count what AALpy asks for, its own cache's answers left
    out; `computed` counts the steps that the network had to take.
    """

    def __init__(self, network: Stepping) -> None:
        super().__init__()
        self.network = network
        self.root: tuple[Any, int, dict[int, Any]] = (network.start(), -1, {})
        self.node = self.root
        self.words = self.posed = self.computed = 0
        self.until = time.monotonic() + CAP

    def pre(self) -> None:
        """Back to the start."""
        self.node = self.root
        self.words += 1

    def post(self) -> None:
        """Nothing to clean up."""

    def step(self, letter: int) -> int:
        """The output after one more symbol."""
        self.posed += 1
        state, _, known = self.node
        if letter not in known:
            self.computed += 1
            if self.computed > MOST or time.monotonic() > self.until:
                raise GaveUpError
            after = self.network.step(state, letter)
            known[letter] = (after, int(self.network.output(after)), {})
        self.node = known[letter]
        return self.node[1]


@dataclass(frozen=True)
class Learnt:
    """What one learner with one oracle came to; `table` is None where it gave up (`reason` says why)."""

    learner: str
    oracle: str
    table: Table | None
    words: int
    posed: int
    computed: int
    seconds: float
    reason: str


def learn(network: Stepping, symbols: int, length: int, seed: int) -> Iterator[Learnt]:
    """Every learner with every oracle, each on a system of its own that remembers nothing of the others."""
    for learner, run in LEARNERS.items():
        for oracle, make in ORACLES.items():
            random.seed(seed)
            sul, alphabet = NetworkSul(network), list(range(symbols))
            started, table, reason = time.monotonic(), None, ""
            try:
                found = run(alphabet, sul, make(alphabet, sul, length), "mealy", print_level=0)
                table = table_of(found, symbols)
            except GaveUpError:
                reason = "gave up"
            except Exception as error:  # a fault of the library's is a row of the table, not the end of it
                reason = f"{type(error).__name__}: {error}"
            seconds = time.monotonic() - started
            yield Learnt(learner, oracle, table, sul.words, sul.posed, sul.computed, seconds, reason)


def table_of(machine: Any, symbols: int) -> Table:
    """The table of one of AALpy's Mealy machines."""
    by_name = {state.state_id: state for state in machine.states}

    def step(name: Any, symbol: int) -> tuple[Any, int]:
        state = by_name[name]
        return state.transitions[symbol].state_id, int(state.output_fun[symbol])

    return tabulate(machine.initial_state.state_id, step, range(symbols)).minimised()
