"""A decoder model of the Hugging Face library as a folder, and a small JSON that says how it is asked."""

import json
from pathlib import Path

from netlift.core._errors import InputError
from netlift.core._paths import there
from netlift.networks._causal import Causal
from netlift.networks._described import described_in
from netlift.networks._transformers import from_transformers

DESCRIBED = "netlift.json"  # beside the model's config.json
KEYS = ("longest", "symbols", "begin", "end", "outputs", "answers", "threshold", "positions")


def is_decoder(folder: Path) -> bool:
    """Whether a folder holds a model as the Hugging Face library writes it."""
    try:
        told = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, RecursionError, ValueError):
        return False
    return isinstance(told, dict) and "model_type" in told


def load_decoder(folder: Path, config: Path | None) -> Causal:
    """The decoder model in a folder, asked as its JSON says: the arguments of `from_transformers` by name.

    The JSON is `config`; None: netlift.json in the folder, and where there is none, words hold tokens.
    Raises InputError where the JSON cannot be used, or the folder holds no model that can.
    """
    place = folder / DESCRIBED if config is None else config
    if config is None and not there(place):
        return from_transformers(folder)
    if not there(place):
        raise InputError(f"{place}: no such file; expected a JSON with {', '.join(KEYS)}")
    described = described_in(place, KEYS)
    try:
        return from_transformers(folder, **described)
    except InputError as error:
        raise InputError(f"{place}: {error}") from error
