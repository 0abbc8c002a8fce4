"""The trainers: where the networks come from that are opened."""

from netlift.core._elsewhere import spread as spread
from netlift.plugins import Trainer
from netlift.trainers._closed_form import ClosedForm as ClosedForm
from netlift.trainers._given import Given as Given
from netlift.trainers._ladder import Ladder as Ladder
from netlift.trainers._training import HELD_OUT as HELD_OUT
from netlift.trainers._training import Training as Training

# A trainer is listed here, and nowhere else; the cheaper is asked first.
TRAINERS: tuple[Trainer, ...] = (ClosedForm(), Ladder())

__all__ = ["HELD_OUT", "TRAINERS", "ClosedForm", "Given", "Ladder", "Training", "spread"]
