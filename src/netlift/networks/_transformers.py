"""Decoder models of the Hugging Face library as networks: their context, positions and logits are known."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from netlift.core._arguments import checked_count
from netlift.core._errors import InputError, shown
from netlift.core._paths import is_folder
from netlift.networks._causal import Causal, checked_module, tokens_of
from netlift.networks._tokens import Answers, Kind, Symbol, Tokens

CONTEXT = ("max_position_embeddings", "n_positions", "n_ctx", "seq_length")  # as configurations name it


class Decoder(Causal):
    """A decoder model of the Hugging Face library over whole words; what `from_transformers` gives."""

    def _call(self, *given: Any) -> Any:
        """The logits after each token; no cache is kept, for whole words are cheaper than steps."""
        places = {} if len(given) == 1 else {"position_ids": given[1]}
        found = self.module(input_ids=given[0], use_cache=False, **places)
        if not hasattr(found, "logits"):
            raise InputError(
                f"the model gave a {type(found).__name__} without logits; expected a decoder model"
            )
        return found.logits


def from_transformers(
    model: Any,
    *,
    longest: int | None = None,
    symbols: Sequence[Symbol] | Mapping[Symbol, int] | None = None,
    begin: int | Sequence[int] | None = None,
    end: int | Sequence[int] | None = None,
    outputs: Kind = "classes",
    answers: Sequence[Symbol] | Mapping[Symbol, int] | None = None,
    threshold: float | None = None,
    positions: int | None = None,
) -> Causal:
    """Take a decoder model of the Hugging Face library (GPT-2 and its kin) as a network that `lift` opens.

    The hidden state is the word read so far and not a cache of keys and values: whole words in one call take
    as long as the same steps with a cache (GPT-2 of 2 layers of 32 units, 1,024 words of 40 steps: 0.24 s and
    0.22 s on one core; 64 words of 100 steps: 0.03 s and 0.08 s), and thousands of caches would fill the
    memory.

    Args:
        model: a model with a language-modelling head, as `AutoModelForCausalLM` gives; or the folder of one,
            from which the configuration and safetensors are read, and nothing is executed or downloaded.
        longest: the most symbols that a word may have; None: what the model's positions have room for.
        symbols: the symbols of words and their tokens, as `from_causal` takes them; None: words hold tokens.
        begin: the token or tokens put in front of every word; None: none.
        end: those put behind it, after which the answer is read; None: the answer is read after each symbol.
        outputs: "classes", "next" or "likely", as `from_causal` has them.
        answers: which output units count and what they mean, as `from_causal` takes them; None: all tokens.
        threshold: where a token may come next, as `from_causal` takes it.
        positions: the number of the first position, for models that take `position_ids`; None: the model
            counts from 0 itself.

    Returns:
        A network for `lift` and `check_model`.

    Raises:
        InputError: an argument cannot be used, the folder holds no such model, or the library is missing.
            While it is run: as `from_causal`.

    Cost:
        Nothing, or loading the folder; later one pass over T tokens for each word.

    Example:
        >>> import netlift
        >>> from transformers import GPT2Config, GPT2LMHeadModel  # pip install netlift[transformers]
        >>> config = GPT2Config(vocab_size=4, n_positions=32, n_embd=8, n_layer=1, n_head=1)
        >>> netlift.from_transformers(GPT2LMHeadModel(config), begin=2).longest
        31
    """
    if isinstance(model, str | Path):
        model = _loaded(Path(model))
    checked_module(model)
    config = getattr(model, "config", None)
    if config is None or getattr(config, "is_encoder_decoder", False):
        found = "has no config" if config is None else "is an encoder and a decoder"
        raise InputError(f"the model, of type {type(model).__name__}, {found}; expected a decoder model")
    before, after = tokens_of("begin", begin), tokens_of("end", end)
    first = None if positions is None else checked_count("positions", positions, 0)
    context = next(
        (getattr(config, name) for name in CONTEXT if isinstance(getattr(config, name, None), int)), None
    )
    room = None if context is None else context - len(before) - len(after) - (first or 0)
    if room is not None and room < 1:
        raise InputError(f"the model has {context} positions, which leaves none for a word's symbols")
    if longest is not None:
        longest = checked_count("longest", longest)
        if room is not None and longest > room:
            raise InputError(f"longest is {longest}; the model's {context} positions leave room for {room}")
    return Decoder(
        model,
        Tokens.of(symbols),
        Answers.of(outputs, answers, threshold),
        room if longest is None else longest,
        before,
        after,
        first,
    )


def _loaded(folder: Path) -> Any:
    """The model in a folder, from its configuration and safetensors alone."""
    try:
        from transformers import AutoModelForCausalLM
    except ImportError as error:
        raise InputError(
            "a folder of a model needs the transformers library; install netlift[transformers]"
        ) from error
    if not is_folder(folder):
        raise InputError(
            f"{shown(str(folder))} is no folder; expected one with config.json and model.safetensors"
        )
    for name in ("config.json", "model.safetensors"):
        if not (folder / name).is_file():
            raise InputError(
                f"{shown(str(folder))} has no {name}; expected config.json and model.safetensors"
            )
    try:
        return AutoModelForCausalLM.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, use_safetensors=True
        )
    except Exception as error:  # the library raises many kinds
        told = f"{type(error).__name__}: {error}"
        raise InputError(
            f"{shown(str(folder))} holds no decoder model that can be loaded ({told})"
        ) from error
