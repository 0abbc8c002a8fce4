"""The `netlift` command, and `python -m netlift`.

Interrupts are looked after before anything else is imported.
"""

import gc
import sys

GARBAGE = 10_000  # objects between two looks for cycles: a run makes many small ones, and hardly a cycle


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        from netlift.core._signals import leave_at_once

        leave_at_once()
        gc.set_threshold(GARBAGE)
        from netlift.cli import main as command

        command()
    except KeyboardInterrupt:
        print("netlift: interrupted; nothing was written, and the same command begins anew.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
