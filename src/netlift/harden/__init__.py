"""All that changes a network: trained on, fine-tuned, rounded, or replaced by another one."""

from netlift.harden._changes import CHANGES as CHANGES
from netlift.harden._contract import contracted_until_proved as contracted_until_proved
from netlift.harden._contract import provably as provably
from netlift.harden._copy import Changed as Changed
from netlift.harden._copy import Copy as Copy
from netlift.harden._copy import Step as Step

__all__ = ["CHANGES", "Changed", "Copy", "Step", "contracted_until_proved", "provably"]
