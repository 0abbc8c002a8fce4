"""What is claimed about a network, its machine and its program, and the proofs of it."""

from netlift.certify._claims import Claim, Equality, Tier, excluded_rate, tested_words

__all__ = ["Claim", "Equality", "Tier", "excluded_rate", "tested_words"]
