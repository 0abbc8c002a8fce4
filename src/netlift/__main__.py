"""The `netlift` command, and `python -m netlift`.

Interrupts are looked after before anything else is imported.
"""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        from netlift.core._signals import leave_at_once

        leave_at_once()
        from netlift.core._collector import end_without_search, search_rarely

        search_rarely()
        from netlift.cli import main as command

        try:
            command()
        finally:
            end_without_search()
    except KeyboardInterrupt:
        print("netlift: interrupted; nothing was written, and the same command begins anew.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
