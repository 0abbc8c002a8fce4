"""What every form of a network needs: the network, its alphabets, and what is known of it."""

from typing import TYPE_CHECKING, Any

from netlift.core._errors import InputError
from netlift.networks import first_state, widths

if TYPE_CHECKING:
    from netlift.report._machine_text import Names
    from netlift.report._result import Result

ROUNDED = (
    "Same weights, in double precision. Sums may be taken in another order than netlift takes them, so "
    "that an answer can differ where rounding decides between two."
)


def known_network(result: "Result", form: str) -> Any:
    """The network of a result, whose weights are known; else an InputError that says why there is none."""
    if result.network is None:
        why = "the data alone were read" if result.source == "data" else "it was not kept with the result"
        raise InputError(f"the result cannot be written as {form}: it has no network ({why})")
    try:
        first_state(result.network)
    except InputError as error:
        raise InputError(f"the result cannot be written as {form}: {error}") from error
    return result.network


def names_in(result: "Result", network: Any) -> tuple["Names", "Names"]:
    """For each input and each output stream the strings that its numbers stand for; None: numbers."""
    inputs, outputs = widths(network)
    if result.symbols is not None:
        return result.symbols
    return (None,) * inputs, (None,) * outputs


def known_of_network(result: "Result") -> list[str]:
    """A line for each claim that is about the network itself."""
    return [
        " ".join(claim.sentence().split()) for claim in result.claims if "network" in claim.claim.split(" = ")
    ]
