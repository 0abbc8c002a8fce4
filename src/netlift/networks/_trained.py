"""A trained network with where it comes from: facts for later stages, so that none asks who calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from netlift.networks._protocol import WeightedNetwork


@dataclass(frozen=True)
class Provenance:
    """How a network came about, and what follows from it.

    `name` stands in result.json ("gradient"), `said` in the docstring ("trained by gradient"), `figures` says
    which network faithfulness was measured on ("as trained"). `is_truth`: the network itself says what is
    right, on every word that it can be run on, so that it can be asked where examples end; else the data do,
    and the network is measured on them. `may_change`: copies of it may be trained further for a proof without
    anybody's asking. `may_go_on`: before anything is claimed of it, it may be trained further itself, on the
    data that it was trained on, if it can be proved then. `readers` are the names of the package's readers
    that can tell anything of such networks (None: all); those of outsiders are always asked.
    """

    name: str
    said: str
    figures: str = "as trained"
    is_truth: bool = False
    may_change: bool = False
    may_go_on: bool = False
    readers: tuple[str, ...] | None = None


CLOSED_FORM = Provenance("closed-form", "fitted in closed form", "as fitted", readers=("linear",))
# No linear system: least squares on the data are tried before, and have shown that they are those of none.
GRADIENT = Provenance(
    "gradient",
    "trained by gradient",
    may_change=True,
    may_go_on=True,
    readers=("machine", "merging", "window", "lattice", "behaviour"),
)
GIVEN = Provenance("given", "given", "as given", is_truth=True)


@dataclass(frozen=True)
class Trained:
    """A network to open, its provenance, and its accuracy.

    `accuracy` is the share of the sequences it is tested on that it answers entirely right. `is_final`: it
    will not become better, so that it is opened even where it is only nearly right. `details` say more of how
    it was trained, as JSON can hold it.
    """

    network: WeightedNetwork
    provenance: Provenance
    accuracy: float
    is_final: bool = True
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, object]:
        """The network as it stands in result.json."""
        return {
            "architecture": str(self.network),
            "parameters": self.network.parameters,
            "hidden": self.network.hidden_size,
            "trained": {"how": self.provenance.said, **self.details},
        }
