"""The six sockets: what may be added to netlift from outside, and how it is recognised.

`netlift.distill(..., plugins=(...,))`, `netlift.lift(..., plugins=...)` and `netlift.export(...,
plugins=...)` take objects of these kinds, in any order; what an object is, its methods say. Every plugin
has a `name`, which results tell, and a declared `cost` (a strategy: `price`), by which it is asked before
or after the others: about how many elementary steps it takes, of which an order of magnitude is enough. All
that it draws has to be drawn from the seed that it is given. The package's own plugins are listed in one
tuple a room (`TRAINERS` in `netlift.trainers`, `READERS` in `netlift.states.readers`, `STRATEGIES` in
`netlift.formulas`, `CHANGES` in `netlift.harden`, `PROVERS` in `netlift.certify`, `EXPORTERS` in
`netlift.report.exports`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from netlift.core._errors import InputError, shown

if TYPE_CHECKING:
    from netlift.certify._network import NetworkKnown, Target
    from netlift.formulas._problem import Problem
    from netlift.harden._copy import Changed
    from netlift.networks import Trained, WeightedNetwork
    from netlift.program._explanation import Explanation
    from netlift.report._result import Result
    from netlift.states.readers import Reading, View
    from netlift.trainers import Training


@runtime_checkable
class Trainer(Protocol):
    """Where networks come from."""

    @property
    def name(self) -> str: ...

    @property
    def cost(self) -> float: ...

    def train(self, task: "Training") -> Iterator["Trained | None"]:
        """Networks for `task.train`, one after another; those from `task.least` accuracy are worth it.

        The engine opens each that comes and asks for the next where it finds no program in it. None says that
        so far nothing has been learned: the data themselves are looked at, once, before training goes on.
        """
        ...


@runtime_checkable
class Reader(Protocol):
    """What may be inside a network: a machine, a linear system, a window, or what it answers.

    A `tolerant` reader is shown networks that still err (from 90 % of the sequences right), the others only
    those that are right, or nearly and finally so.
    """

    @property
    def name(self) -> str: ...

    @property
    def cost(self) -> float: ...

    @property
    def tolerant(self) -> bool: ...

    def read(self, view: "View") -> Iterable["Reading"]:
        """What the network seems to be, the best first; nothing where this reader sees nothing.

        A reading's machine must answer all words of its behaviour as the behaviour says. Readings whose
        machine errs on the training data are dropped; formulas are searched for the others.
        """
        ...


@runtime_checkable
class Strategy(Protocol):
    """A way to look for recurrences; `netlift.formulas.Strategy` is one. The cheapest `price` does not lead.

    It runs while no program of a description length up to `price` was found, before the package's own.
    """

    @property
    def name(self) -> str: ...

    @property
    def price(self) -> float: ...

    @property
    def search(self) -> "Callable[[Problem], None]":
        """Look at a problem and `problem.offer` what explains it; offers are checked on every word."""
        ...


@runtime_checkable
class Change(Protocol):
    """A way to change a copy of a network so that more can be proved of it."""

    @property
    def name(self) -> str: ...

    @property
    def cost(self) -> float: ...

    def changed(self, explanation: "Explanation", target: "Target", seed: int) -> "Changed | None":
        """The changed network and what was done; None where it is not for such networks, or changes nothing.

        The network itself stays as it is. A change counts only where a prover then proves the copy.
        """
        ...


@runtime_checkable
class Prover(Protocol):
    """A way to prove that a network is what was read from it, at every length."""

    @property
    def name(self) -> str: ...

    @property
    def cost(self) -> float: ...

    def applies(self, network: "WeightedNetwork", target: "Target") -> bool:
        """Whether it can try at all: asks for abilities of the network, not for its class."""
        ...

    def prove(self, network: "WeightedNetwork", target: "Target", seed: int) -> "NetworkKnown | None":
        """What is proved, with a certificate if the independent checker is to accept it; None: nothing."""
        ...


@runtime_checkable
class Exporter(Protocol):
    """A form in which a result can be written; `name` is the format's."""

    @property
    def name(self) -> str: ...

    @property
    def cost(self) -> float: ...

    def export(self, result: "Result") -> bytes:
        """The result in this form, the same bytes each time. Raises InputError, which says why not."""
        ...


_METHODS = {
    "train": "trainers",
    "read": "readers",
    "search": "strategies",
    "changed": "changes",
    "prove": "provers",
    "export": "exporters",
}


@dataclass(frozen=True)
class Plugins:
    """The plugins of an outsider, by kind."""

    trainers: tuple[Trainer, ...] = ()
    readers: tuple[Reader, ...] = ()
    strategies: tuple[Any, ...] = ()  # Strategy, as netlift.formulas takes them
    changes: tuple[Change, ...] = ()
    provers: tuple[Prover, ...] = ()
    exporters: tuple[Exporter, ...] = ()

    @classmethod
    def of(cls, plugins: Sequence[Any]) -> "Plugins":
        """Sort plugins by what they can do. Raises InputError for an object that is none, or several."""
        if not isinstance(plugins, list | tuple):
            raise InputError(f"plugins is of type {type(plugins).__name__}; expected a tuple of them")
        kinds: dict[str, list[Any]] = {kind: [] for kind in _METHODS.values()}
        for plugin in plugins:
            methods = [name for name in _METHODS if callable(getattr(plugin, name, None))]
            if len(methods) != 1 or isinstance(plugin, type):
                found = f"has {' and '.join(methods)}" if methods else "has none of them"
                found = "is a class, not an object of it" if isinstance(plugin, type) else found
                raise InputError(
                    f"the plugin {shown(plugin)} {found}; expected an object with one of the methods "
                    f"{', '.join(_METHODS)} (see netlift.plugins)"
                )
            needed: tuple[str, ...] = ("name", "price") if methods == ["search"] else ("name", "cost")
            needed = (*needed, "tolerant") if methods == ["read"] else needed
            needed = (*needed, "applies") if methods == ["prove"] else needed
            missing = [name for name in needed if not hasattr(plugin, name)]
            if missing:
                raise InputError(f"the plugin {shown(plugin)} has {methods[0]}, but no {missing[0]}")
            kinds[_METHODS[methods[0]]].append(plugin)
        return cls(**{kind: tuple(found) for kind, found in kinds.items()})


def cheapest_first(own: Sequence[Any], more: Sequence[Any] = ()) -> list[Any]:
    """Plugins by their cost; among equals an outsider's comes before the package's, as they were given."""
    return sorted([*more, *own], key=lambda plugin: float(plugin.cost))
