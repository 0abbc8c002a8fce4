"""Recurrent networks: the three methods that every later stage needs, training, and files."""

from netlift.networks._abilities import answers_numbers as answers_numbers
from netlift.networks._abilities import has_basis as has_basis
from netlift.networks._abilities import has_codes as has_codes
from netlift.networks._abilities import is_affine as is_affine
from netlift.networks._abilities import is_over_whole_numbers as is_over_whole_numbers
from netlift.networks._abilities import is_perceptron as is_perceptron
from netlift.networks._abilities import takes_codes as takes_codes
from netlift.networks._accuracy import network_accuracy as network_accuracy
from netlift.networks._accuracy import network_answers as network_answers
from netlift.networks._accuracy import network_errors as network_errors
from netlift.networks._architecture import Architecture as Architecture
from netlift.networks._architecture import Coding as Coding
from netlift.networks._as_mlp import as_cell as as_cell
from netlift.networks._as_mlp import as_mlp as as_mlp
from netlift.networks._black_box import BlackBox as BlackBox
from netlift.networks._black_box import from_function as from_function
from netlift.networks._causal import Causal as Causal
from netlift.networks._causal import from_causal as from_causal
from netlift.networks._cells import CellRnn as CellRnn
from netlift.networks._checkpoint import Checkpoint as Checkpoint
from netlift.networks._checkpoint import load_checkpoint as load_checkpoint
from netlift.networks._closed_form import as_network as as_network
from netlift.networks._closed_form import fit_closed_form as fit_closed_form
from netlift.networks._coded import Coded as Coded
from netlift.networks._coded import UnitNetwork as UnitNetwork
from netlift.networks._continue import continued as continued
from netlift.networks._contracted import contracted as contracted
from netlift.networks._ensemble import Ensemble as Ensemble
from netlift.networks._files import COPY as COPY
from netlift.networks._files import NETWORK as NETWORK
from netlift.networks._files import can_be_saved as can_be_saved
from netlift.networks._files import file_names as file_names
from netlift.networks._files import load_network as load_network
from netlift.networks._files import network_files as network_files
from netlift.networks._foreign import adapted as adapted
from netlift.networks._inside import Inside as Inside
from netlift.networks._inside import inside as inside
from netlift.networks._inside import parts_of as parts_of
from netlift.networks._inside import vectors_of as vectors_of
from netlift.networks._inside import with_part as with_part
from netlift.networks._ladder import Rung as Rung
from netlift.networks._ladder import architectures as architectures
from netlift.networks._ladder import ladder as ladder
from netlift.networks._legal import Drawing as Drawing
from netlift.networks._legal import Legal as Legal
from netlift.networks._legal import keeping_to as keeping_to
from netlift.networks._linear_rnn import LinearRnn as LinearRnn
from netlift.networks._mlp_rnn import MlpRnn as MlpRnn
from netlift.networks._operations import Operations as Operations
from netlift.networks._operations import first_state as first_state
from netlift.networks._operations import step_in as step_in
from netlift.networks._operations import widths as widths
from netlift.networks._protocol import Graded as Graded
from netlift.networks._protocol import Network as Network
from netlift.networks._protocol import Parallel as Parallel
from netlift.networks._protocol import Path as Path
from netlift.networks._protocol import ReadsOn as ReadsOn
from netlift.networks._protocol import WeightedNetwork as WeightedNetwork
from netlift.networks._protocol import graded_output as graded_output
from netlift.networks._protocol import has_vectors as has_vectors
from netlift.networks._protocol import run as run
from netlift.networks._protocol import run_along as run_along
from netlift.networks._protocol import run_while_budget as run_while_budget
from netlift.networks._protocol import run_with_states as run_with_states
from netlift.networks._quantised import Quantised as Quantised
from netlift.networks._refine import can_be_refined as can_be_refined
from netlift.networks._refine import refined as refined
from netlift.networks._refine import rough_error as rough_error
from netlift.networks._states import Bounded as Bounded
from netlift.networks._states import State as State
from netlift.networks._states import Vectorial as Vectorial
from netlift.networks._states import joined as joined
from netlift.networks._states import longest as longest
from netlift.networks._states import repeated as repeated
from netlift.networks._states import rows_of as rows_of
from netlift.networks._states import take as take
from netlift.networks._states import vectors as vectors
from netlift.networks._states import within as within
from netlift.networks._symbols import InputCoding as InputCoding
from netlift.networks._symbols import OutputCoding as OutputCoding
from netlift.networks._torch import from_torch as from_torch
from netlift.networks._trained import CLOSED_FORM as CLOSED_FORM
from netlift.networks._trained import GIVEN as GIVEN
from netlift.networks._trained import GRADIENT as GRADIENT
from netlift.networks._trained import Provenance as Provenance
from netlift.networks._trained import Trained as Trained
from netlift.networks._transformers import from_transformers as from_transformers

__all__ = [
    "CLOSED_FORM",
    "COPY",
    "GIVEN",
    "GRADIENT",
    "NETWORK",
    "Architecture",
    "BlackBox",
    "Bounded",
    "Causal",
    "CellRnn",
    "Checkpoint",
    "Coded",
    "Coding",
    "Drawing",
    "Ensemble",
    "Graded",
    "InputCoding",
    "Inside",
    "Legal",
    "LinearRnn",
    "MlpRnn",
    "Network",
    "Operations",
    "OutputCoding",
    "Parallel",
    "Path",
    "Provenance",
    "Quantised",
    "ReadsOn",
    "Rung",
    "State",
    "Trained",
    "UnitNetwork",
    "Vectorial",
    "WeightedNetwork",
    "adapted",
    "answers_numbers",
    "architectures",
    "as_cell",
    "as_mlp",
    "as_network",
    "can_be_refined",
    "can_be_saved",
    "continued",
    "contracted",
    "file_names",
    "first_state",
    "fit_closed_form",
    "from_causal",
    "from_function",
    "from_torch",
    "from_transformers",
    "graded_output",
    "has_basis",
    "has_codes",
    "has_vectors",
    "inside",
    "is_affine",
    "is_over_whole_numbers",
    "is_perceptron",
    "joined",
    "keeping_to",
    "ladder",
    "load_checkpoint",
    "load_network",
    "longest",
    "network_accuracy",
    "network_answers",
    "network_errors",
    "network_files",
    "parts_of",
    "refined",
    "repeated",
    "rough_error",
    "rows_of",
    "run",
    "run_along",
    "run_while_budget",
    "run_with_states",
    "step_in",
    "take",
    "takes_codes",
    "vectors",
    "vectors_of",
    "widths",
    "with_part",
    "within",
]
