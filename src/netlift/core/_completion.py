"""Shell completion: what a shell is answered that asks how a word may go on."""

import os
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from click import Context, Group, Parameter
    from click.shell_completion import CompletionItem

ASKED = "_NETLIFT_COMPLETE"  # click's name for what a shell sets when it asks

Complete = Callable[["Context", "Parameter", str], "list[CompletionItem]"]


def answer_shell(commands: "Group") -> None:
    """Answer a shell that asks, and leave; nothing where none asks."""
    if os.environ.get(ASKED):
        commands.main(prog_name="netlift")


def offered(where: str, *, files: bool = False) -> Complete:
    """What completes an argument: the names in a collection, and perhaps files.

    Args:
        where: "module:NAME" of a mapping by name, or of objects with a `name`; imported only when a shell
            asks, for some of them are heavy.
        files: whether files complete it as well.

    Returns:
        A function for click's `shell_complete`.

    Example:
        >>> [one.value for one in offered("netlift.bench:TASKS")(None, None, "bitwise_a")]
        ['bitwise_and']
    """

    def complete(context: "Context", parameter: "Parameter", begun: str) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        module, _, name = where.partition(":")
        found = (getattr(one, "name", one) for one in getattr(import_module(module), name))
        items = [CompletionItem(one) for one in found if one.startswith(begun)]
        return items or ([CompletionItem(begun, type="file")] if files else [])

    return complete
