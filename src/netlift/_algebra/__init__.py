"""Exact linear algebra over the whole numbers: impulse responses, minimal realisations, linear systems."""

from netlift._algebra._lattice import ordered_lattice as ordered_lattice
from netlift._algebra._lattice import saturated as saturated
from netlift._algebra._offsets import Constants as Constants
from netlift._algebra._offsets import explain_offsets as explain_offsets
from netlift._algebra._offsets import offsets_of as offsets_of
from netlift._algebra._realise import Realisation as Realisation
from netlift._algebra._realise import realise as realise
from netlift._algebra._response import Response as Response
from netlift._algebra._response import alphabets_of as alphabets_of
from netlift._algebra._response import fit_response as fit_response
from netlift._algebra._system import LinearSystem as LinearSystem
from netlift._algebra._system import fit_system as fit_system

__all__ = [
    "Constants",
    "LinearSystem",
    "Realisation",
    "Response",
    "alphabets_of",
    "explain_offsets",
    "fit_response",
    "fit_system",
    "offsets_of",
    "ordered_lattice",
    "realise",
    "saturated",
]
