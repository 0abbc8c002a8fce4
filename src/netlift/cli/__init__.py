"""The command line."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    from netlift.cli._main import main as leave

    leave(arguments)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; its exit code."""
    from netlift.cli._main import run as code_of

    return code_of(arguments)
