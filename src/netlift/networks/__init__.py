"""Recurrent networks: the three methods that every later stage needs, training, and files."""

from netlift.networks._architecture import Architecture as Architecture
from netlift.networks._architecture import Coding as Coding
from netlift.networks._closed_form import as_network as as_network
from netlift.networks._closed_form import fit_closed_form as fit_closed_form
from netlift.networks._continue import continued as continued
from netlift.networks._ensemble import Ensemble as Ensemble
from netlift.networks._files import load_network as load_network
from netlift.networks._files import network_files as network_files
from netlift.networks._ladder import Rung as Rung
from netlift.networks._ladder import ladder as ladder
from netlift.networks._linear_rnn import LinearRnn as LinearRnn
from netlift.networks._mlp_rnn import MlpRnn as MlpRnn
from netlift.networks._protocol import Graded as Graded
from netlift.networks._protocol import Network as Network
from netlift.networks._protocol import WeightedNetwork as WeightedNetwork
from netlift.networks._protocol import run as run
from netlift.networks._protocol import run_with_states as run_with_states
from netlift.networks._refine import can_be_refined as can_be_refined
from netlift.networks._refine import refined as refined
from netlift.networks._refine import rough_error as rough_error

__all__ = [
    "Architecture",
    "Coding",
    "Ensemble",
    "Graded",
    "LinearRnn",
    "MlpRnn",
    "Network",
    "Rung",
    "WeightedNetwork",
    "as_network",
    "can_be_refined",
    "continued",
    "fit_closed_form",
    "ladder",
    "load_network",
    "network_files",
    "refined",
    "rough_error",
    "run",
    "run_with_states",
]
