"""The chain from sequences or a network to a checked program."""
