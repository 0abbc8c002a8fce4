"""`netlift lift`: a network that somebody else trained is opened."""

from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import click

from netlift.cli._shared import kept, refuse_options
from netlift.core import _signals
from netlift.core._threads import use_one_thread


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
    "--config", metavar="FILE", help="The JSON that describes the weights (default: beside them, NAME.json)."
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
@click.option(
    "--snap",
    is_flag=True,
    help="Change a copy where that makes a proof succeed; it is kept beside.",
)
@click.option(
    "-o", "directory", metavar="DIR", help="Folder for the result (default: a new one under runs/)."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of all that is random."
)
@click.option(
    "--budget",
    type=float,
    metavar="SECONDS",
    help="Bound on reading and searching; checking what was found comes on top.",
)
@click.option("--quiet", is_flag=True, help="Print nothing but the result's folder.")
@click.option("--verbose", is_flag=True, help="Print every step.")
def lift(
    checkpoint: str,
    sources: tuple[str, ...],
    length: int,
    config: str | None,
    input_coding: str | None,
    output_coding: str | None,
    threshold: float | None,
    snap: bool,
    domain: Literal["next", "examples"] | None,
    directory: str | None,
    seed: int,
    budget: float | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """Open the network in CHECKPOINT, which somebody else trained, and print the program inside.

    CHECKPOINT is a folder of `netlift distill` or of the Hugging Face library, or weights (.safetensors, or a
    .pt state dict) with a JSON beside them that names the cell; docs/lift.md and docs/networks.md show some.

    Exit code: 0 the program is what the network does, as far as was checked; 1 no exact program was
    found, the best attempt and the reason are kept; 2 the input is wrong; 130 interrupted.
    """
    refuse_options(budget, quiet=quiet, verbose=verbose)
    use_one_thread()
    from netlift.report import result_folder

    folder = result_folder(directory, Path(checkpoint).stem)
    from netlift.certify._examples import examples_from
    from netlift.engine._lift import lift_sequences
    from netlift.networks import load_checkpoint
    from netlift.networks._codings import Said

    _signals.clean_up_first()
    network = load_checkpoint(checkpoint, config)
    examples, labelled = examples_from(sources, length, seed)
    said = Said(inputs=input_coding, outputs=output_coding, threshold=threshold)
    from netlift.report._progress import progress_of

    with ExitStack() as stack:
        progress = progress_of(stack, quiet=quiet, verbose=verbose)
        result = lift_sequences(
            network,
            examples,
            labelled=labelled,
            said=said,
            seed=seed,
            budget=budget,
            snap=snap,
            domain=domain,
            progress=progress,
        )
    return kept(result, folder, new=directory is None, quiet=quiet)
