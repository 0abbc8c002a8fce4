"""The one exception that stands for a mistake of the user's."""


class InputError(ValueError):
    """What the user gave cannot be used.

    The message is one sentence that names the file, row or argument, what was found and what was
    expected. The command line prints it and exits with code 2.
    """
