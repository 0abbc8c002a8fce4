"""Independent checks of saved certificates: numpy and the standard library, nothing of the learner."""

from netlift.checker._network import check_network, digest, read_weights, seal

__all__ = ["check_network", "digest", "read_weights", "seal"]
