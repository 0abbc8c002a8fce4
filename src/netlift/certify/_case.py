"""What an explanation is checked against."""

from dataclasses import dataclass

from netlift.certify._system import System
from netlift.data import Sequences


@dataclass(frozen=True)
class Case:
    """What an explanation is checked against.

    `train` and `held_out` are the answers that the program is to give; where they are the beginnings of
    longer sequences, `whole` are those, and the program is checked on them. `labelled` are the data that the
    network is held against: those it was trained on and those held out, or what somebody else labelled, if
    anything. With a `specification` the program is compared as well. `snap` says whether a copy of a network
    that must not be changed may be changed all the same.
    """

    train: Sequences
    held_out: Sequences
    whole: tuple[Sequences, Sequences] | None = None
    labelled: tuple[Sequences, ...] = ()
    specification: System | None = None
    snap: bool = False

    @property
    def parts(self) -> tuple[Sequences, Sequences]:
        """What the program is checked on: what it was made from, and what was kept from it."""
        return self.whole or (self.train, self.held_out)

    @property
    def symbols(self) -> tuple[tuple[tuple[str, ...] | None, ...], tuple[tuple[str, ...] | None, ...]]:
        """The names of the input and of the output symbols."""
        return self.train.input_symbols, self.train.target_symbols
