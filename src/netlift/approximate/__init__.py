"""Where nothing exact exists: the best program that was found, with the share of words it is right on."""

from netlift.approximate._best import approximated as approximated
from netlift.approximate._lifting import Lifting as Lifting
from netlift.approximate._samples import At as At
from netlift.approximate._samples import judged as judged

__all__ = ["At", "Lifting", "approximated", "judged"]
