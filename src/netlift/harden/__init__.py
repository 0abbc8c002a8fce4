"""All that changes a network: trained on, fine-tuned, rounded, or replaced by another one."""

from netlift.harden._changes import CHANGES as CHANGES
from netlift.harden._copy import Changed as Changed
from netlift.harden._copy import Copy as Copy
from netlift.harden._copy import Step as Step
from netlift.harden._provably import provably as provably
from netlift.harden._provably import trained_until_proved as trained_until_proved

__all__ = ["CHANGES", "Changed", "Copy", "Step", "provably", "trained_until_proved"]
