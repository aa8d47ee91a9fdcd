"""Lets messages go to an address again: on SES's own list first, then on ours, for the console and the command line."""

from leadwell.clock import Moment
from leadwell.consent.refusing import lift_by_hand, owner_spelling
from leadwell.consent.suppressions import find_suppression, normalized, suppression_key
from leadwell.contacts.erasing import welcome_back
from leadwell.errors import Broken
from leadwell.feedback.reconciling import let_go
from leadwell.wiring import Services

SES = "listed by SES"
"""What stood against an address of which we know nothing."""


def standing_against(services: Services, channel: str, address: str) -> str:
    """The reason, ours or SES's; empty where nothing stands against the address. Raises ``Broken`` where the recipient
    said no."""
    known = find_suppression(services.table, channel, address)
    if known is not None and not known.may_be_lifted:
        raise Broken(f"the recipient said so ({known.reason.value}): only a new consent of theirs could change that")
    if known is not None:
        return known.reason.value
    listed = channel == "email" and any(map(services.provider_suppressions.find, _spellings(services, address)))
    return SES if listed else ""


def fingerprint_of(services: Services, channel: str, address: str) -> str:
    """For the audit log, where nobody's address belongs."""
    return suppression_key(services.table, channel, address).pk.rsplit("#", 1)[-1]


def lift_address(services: Services, channel: str, address: str, now: Moment) -> None:
    """Durable on return; if it fails on the way nothing leaves, and doing it again goes on. Raises ``Broken`` where the
    recipient said no, here or to SES."""
    if channel == "email":
        let_go(services.table, services.provider_suppressions, _spellings(services, address))
    lift_by_hand(services.table, channel, address, now)
    welcome_back(services.table, channel, address)


def _spellings(services: Services, address: str) -> list[str]:
    """Under which SES may know it: it keeps an address as it was sent to, and tells capitals apart."""
    ours = owner_spelling(services.table, "email", address)
    return [one for one in dict.fromkeys((normalized("email", address), address.strip(), ours)) if one]
