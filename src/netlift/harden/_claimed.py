"""What can be claimed of a network and its program, and of a changed copy of which more is known.

Before that the network itself may be trained further, on its data alone, or give place to another one that
was, where that makes it provable.
"""

from contextlib import suppress

from netlift.certify._case import Case
from netlift.certify._chain import Certified, certified
from netlift.certify._network import NetworkKnown, Target, network_bounded, network_proved
from netlift.core._clock import OutOfTimeError, unbounded
from netlift.core._context import Context
from netlift.harden._all_data import labelled_for, trained_on_all
from netlift.harden._other_architectures import OtherNetworks
from netlift.harden._provably import another_until_proved, trained_until_proved
from netlift.harden._prove_copy import CopyKnown, copy_known
from netlift.plugins import Plugins
from netlift.program._explanation import Explanation


def claimed(
    found: Explanation, case: Case, source: str, context: Context, plugins: Plugins
) -> tuple[Explanation, Certified, CopyKnown | None]:
    """The finding, its network trained on if that makes it provable; the claims with certificates; the copy.

    There is no copy (None) where none says more than the network.
    """
    target = Target.of(found, case.train, case.held_out)
    others = OtherNetworks(case.train, case.held_out, context.seed, context.clock, context.recorder)
    with context.clock.stage("certify"):
        proved = None
        with suppress(OutOfTimeError):  # then words say what they can
            proved = network_proved(found.network, target, context.seed, context.clock, plugins.provers)
    if proved is None:
        with context.clock.stage("train"), context.clock.bounding():
            found, proved = trained_until_proved(found, target, context.seed)
            if proved is None:
                found, proved = another_until_proved(found, target, others, context.seed)
    if proved is None:
        with context.clock.stage("train"), context.clock.bounding(), suppress(OutOfTimeError):
            found = trained_on_all(found, target, case.held_out, context.seed)
    with context.clock.stage("certify"):  # how far words go is looked for last: a proof makes it superfluous
        about_network = proved or network_bounded(found.network, target, context.seed, context.clock)
    copied = _copied(found, about_network, target, others, case, context, plugins)
    with context.clock.stage("certify"), unbounded():  # machine and program, the network asked no more
        known = certified(
            found,
            about_network,
            None if copied is None else copied.known,
            source,
            case.train,
            labelled_for(found, case.labelled),
            context.seed,
            case.specification,
        )
    return found, known, copied


def _copied(
    found: Explanation,
    about_network: NetworkKnown,
    target: Target,
    others: OtherNetworks,
    case: Case,
    context: Context,
    plugins: Plugins,
) -> CopyKnown | None:
    """A changed copy of which more is known, if there is one and the budget lasts for it."""
    if context.clock.over():
        return None
    try:
        with context.clock.bounding():
            return copy_known(
                found,
                about_network,
                target,
                case.held_out,
                context.seed,
                context.clock,
                context.recorder,
                snap=case.snap,
                trained=others,
                plugins=plugins,
            )
    except OutOfTimeError:
        context.recorder.log("the budget ended before a copy of the network was proved")
        return None
