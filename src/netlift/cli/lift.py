"""`netlift lift`: a network that somebody else trained is opened."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netlift.cli._config import given_options, resume_option
from netlift.cli._run_options import run_options
from netlift.cli._shared import kept
from netlift.core import _signals
from netlift.core._terminal import command_line
from netlift.core._threads import use_one_thread

if TYPE_CHECKING:
    from netlift.report._telling import Telling


@click.command()
@click.argument("checkpoint")
@click.option(
    "--inputs",
    "sources",
    multiple=True,
    required=True,
    metavar="SOURCE",
    help="A file of example inputs, with targets or without; or what a stream brings, 0..9 or a,b,c, "
    "once for each stream.",
)
@click.option(
    "--length",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Steps of inputs that are drawn.",
)
@click.option(
    "--config", "described", metavar="FILE", help="The JSON that describes the weights (default: NAME.json)."
)
@click.option(
    "--input-coding", type=click.Choice(["number", "one-hot"]), help="How symbols enter the network."
)
@click.option(
    "--output-coding",
    type=click.Choice(["classes", "number", "threshold"]),
    help="How its output units are read (default: found, and reported).",
)
@click.option("--threshold", type=float, help="Where an output unit counts as the second symbol.")
@click.option("--domain", type=click.Choice(["next", "examples"]), help="Which words count (default: all).")
@click.option("--snap", is_flag=True, help="Change a copy, kept beside, where that makes a proof succeed.")
@click.option("--accept", type=float, metavar="RATE", help="If nothing is exact: how often to be right.")
@click.option("--at", type=click.Choice(["each", "end"]), default="each", help="Which answers count.")
@click.option("--steps", type=int, metavar="N", help="Bound on steps of the network, as --budget.")
@click.option("--thorough", is_flag=True, help="Take up to a minute more for a proof for every length.")
@resume_option
@run_options
def lift(
    checkpoint: str,
    sources: tuple[str, ...],
    length: int,
    described: str | None,
    directory: str | None,
    resume: str | None,
    thorough: bool,
    telling: "Telling",
    **said: Any,
) -> int:
    """Open the network in CHECKPOINT, which somebody else trained, and print the program inside.

    CHECKPOINT is a folder of `netlift distill` or of the Hugging Face library, or weights (.safetensors, or a
    .pt state dict) with a JSON beside them that names the cell; docs/lift.md and docs/networks.md show some.

    Exit code: 0 the program is what the network does, as far as was checked, or with --accept right as often
    as that; 1 no such program was found, the best attempt and the reason are kept; 2 the input is wrong; 130
    interrupted.
    """
    use_one_thread()
    from netlift.report._run_folder import RunFolder

    options = given_options(click.get_current_context())
    name = Path(checkpoint).stem
    with RunFolder(directory, name, "lift", command_line(), options, resumed=resume) as folder:
        from netlift.approximate import Lifting
        from netlift.certify import THOROUGH
        from netlift.certify._examples import examples_from
        from netlift.engine._lift import lift_sequences
        from netlift.networks import load_checkpoint

        _signals.clean_up_first()
        how = Lifting.of(**said)
        network = load_checkpoint(checkpoint, described)
        examples, labelled = examples_from(sources, length, how.seed)
        folder.claim()
        with ExitStack() as stack:
            told: dict[str, Any] = {"labelled": labelled, "progress": telling.progress(stack)}
            result = lift_sequences(network, examples, how, **told, plugins=THOROUGH if thorough else ())
        return kept(result, folder.path, telling=telling, new=folder.new)
