"""Where programs come from that are read out of no network: one row of numbers, events alone, the data."""

from typing import Any, Protocol

from netlift.core._context import Context
from netlift.core._errors import InputError, shown
from netlift.data._door import Data
from netlift.report._result import Result
from netlift.sources._approximate import Approximate as Approximate
from netlift.sources._cleared import cleared as cleared
from netlift.sources._cleared import with_wrong_labels as with_wrong_labels
from netlift.sources._events import Events as Events
from netlift.sources._merged import Merged as Merged
from netlift.sources._named import Named as Named
from netlift.sources._named import is_named
from netlift.sources._noise import checked_noise as checked_noise
from netlift.sources._planned import planned as planned
from netlift.sources._ranged import in_ranges as in_ranges
from netlift.sources._row import RowLaw as RowLaw
from netlift.sources._sampled import sampled as sampled
from netlift.sources._silent import WithoutNetwork as WithoutNetwork
from netlift.sources._silent import unfit_for_networks as unfit_for_networks

ORIGINS = ("network", "data", "both")  # what a program can be read from


class Source(Protocol):
    """What gives a program for data without opening a network."""

    @property
    def name(self) -> str: ...

    def derived(self, data: Data, context: Context) -> Result | None:
        """The program, checked as a user would run it; None: others are to be asked, a network in the end."""
        ...


# A source is listed here, and nowhere else; they are asked in this order, before a network is trained.
BY_ORIGIN: dict[str, tuple[Source, ...]] = {"network": (), "data": (Merged(),), "both": (Merged(both=True),)}
BY_KIND: dict[str, tuple[Source, ...]] = {"row": (RowLaw(),), "events": (Events(),), "answers": ()}


def sources_for(data: Data, origin: Any, *, specified: bool = False) -> tuple[Source, ...]:
    """Who is asked for a program of such data, that is to be read from `origin`.

    Raises InputError where the origin is none of `ORIGINS`, or where the program is `specified` and a network
    is not what it comes from.
    """
    if origin not in ORIGINS:
        raise InputError(f"source is {shown(origin)}; expected {' or '.join(map(repr, ORIGINS))}")
    found = (Approximate(),) if data.said.approximate else (*BY_KIND[data.kind], *BY_ORIGIN[origin])
    if not found and unfit_for_networks(data, certainly=specified):
        found = (WithoutNetwork(),)
    elif not found and not specified and is_named(data):
        found = (Named(),)
    if specified and found:
        raise InputError("a specification is compared with what a network holds; it needs source='network'")
    return found


__all__ = [
    "ORIGINS",
    "Approximate",
    "Events",
    "Merged",
    "Named",
    "RowLaw",
    "Source",
    "WithoutNetwork",
    "checked_noise",
    "cleared",
    "in_ranges",
    "planned",
    "sampled",
    "sources_for",
    "unfit_for_networks",
    "with_wrong_labels",
]
