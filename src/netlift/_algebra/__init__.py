"""Exact linear algebra over the whole numbers: impulse responses, minimal realisations, linear systems."""

from netlift._algebra._lattice import ordered_lattice as ordered_lattice
from netlift._algebra._lattice import saturated as saturated
from netlift._algebra._realise import Realisation as Realisation
from netlift._algebra._realise import realise as realise
from netlift._algebra._response import Response as Response
from netlift._algebra._response import alphabets_of as alphabets_of
from netlift._algebra._response import fit_response as fit_response
from netlift._algebra._system import LinearSystem as LinearSystem
from netlift._algebra._system import fit_system as fit_system

__all__ = [
    "LinearSystem",
    "Realisation",
    "Response",
    "alphabets_of",
    "fit_response",
    "fit_system",
    "ordered_lattice",
    "realise",
    "saturated",
]
