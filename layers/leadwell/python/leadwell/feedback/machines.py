"""Who opened a mail or followed a link: a person, or a machine on the way to them. The one place that decides.

Security gateways follow links before they deliver a mail, mail programs load pictures whether or not somebody looks.
What a machine did is kept as an event under a name of its own (``Email Opened by Machine``, ``Email Link Clicked by
Machine``), with ``machine: true`` and the ``machine_sign``; so nothing that listens to people hears it, unless it asks.

Some signs a report bears itself. Others show only beside further reports about the same mail, which may come later or
in another order: they are looked for again with every report, and follow from the set of reports alone.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from leadwell.clock import MINUTE, SECOND, Moment
from leadwell.feedback.machine_networks import NO_MORE, Machines
from leadwell.pages.links import QUIET_PATH
from leadwell.tracking.events import Name


class Sign(StrEnum):
    """By what a machine is known; of several signs the first in this list is told."""

    AGENT = "agent"
    """It says so itself, or calls itself by what only privacy proxies use."""
    ADDRESS = "address"
    """It calls from the network of a mail security service or a privacy proxy."""
    HONEYPOT = "honeypot"
    """Within a minute it followed the link that nobody sees."""
    BURST = "burst"
    """Three different links within a second."""
    SOON = "too soon"
    """Before the mail could have been read: scanners look while the mail is being delivered."""


HONEYPOT_REACHES = MINUTE
"""Around a click on the invisible link: a gateway follows all links of a mail within seconds."""
BURST_WITHIN = SECOND
BURST_LINKS = 3
"""Different ones: nobody reaches the third within a second, and a double click is the same link twice."""
SOON_BEFORE, SOON_AFTER = MINUTE, 5 * SECOND
"""Around the delivery. A person needs longer for the notice, the inbox and the mail; what lies further before the
delivery says that a clock is wrong."""
REACH = MINUTE
"""No report says anything about another that is further away."""

OPENS = frozenset({Name.EMAIL_OPENED, Name.EMAIL_OPENED_BY_MACHINE})
BY_MACHINE: Mapping[str, str] = {
    Name.EMAIL_OPENED: Name.EMAIL_OPENED_BY_MACHINE,
    Name.EMAIL_LINK_CLICKED: Name.EMAIL_LINK_CLICKED_BY_MACHINE,
    Name.SMS_LINK_CLICKED: Name.SMS_LINK_CLICKED_BY_MACHINE,
}
PEOPLES_CLICKS = frozenset({Name.EMAIL_LINK_CLICKED, Name.SMS_LINK_CLICKED})
CLICKS = PEOPLES_CLICKS | {BY_MACHINE[name] for name in PEOPLES_CLICKS}
DELIVERIES = frozenset({Name.EMAIL_DELIVERED, Name.SMS_DELIVERED})

_SAYS_SO = re.compile(
    r"bot\b|crawler|spider|scanner|preview|prefetch|monitoring|headless|phantomjs|safelinks|urldefense|"
    r"barracuda|mimecast|proofpoint|fireeye|trend ?micro|sophos|symantec|forcepoint|messagelabs|cloudmark|ironport|"
    r"^(curl|wget|python|go-http-client|java|okhttp|libwww|ruby|php|axios|node)\b",
    re.IGNORECASE,
)
_APPLE_MAIL_PRIVACY = re.compile(r"^Mozilla/5\.0$")
"""The whole agent of Apple's Mail Privacy Protection, which loads every picture of every mail."""
_GMAIL_PREFETCH = re.compile(r"Chrome/42\.0\.2311\.135 Safari/537\.36 Edge/12\.246 Mozilla/5\.0$")
"""Gmail's image proxy when it loads pictures beforehand. As ``GoogleImageProxy`` it loads them when somebody looks:
that is a person, whose address and program it hides."""


@dataclass(frozen=True, slots=True)
class Report:
    """Something about one mail: that it was delivered (``Email Delivered``), opened, or a link followed. ``own`` is the
    sign that the report bears itself."""

    id: str
    name: str
    at: Moment
    link: str = ""
    own: str = ""


def own_sign(name: str, *, agent: str, address: str, link: str = "", machines: Machines = NO_MORE) -> str:
    """The sign that an open or click bears by itself, empty for none. Agent and address may be missing; ``machines``
    are those that the installation knows beside the usual ones."""
    if _SAYS_SO.search(agent) or _GMAIL_PREFETCH.search(agent) or machines.calls_itself(agent):
        return Sign.AGENT
    if name == Name.EMAIL_OPENED and _APPLE_MAIL_PRIVACY.search(agent):
        return Sign.AGENT
    if machines.calls_from(address):
        return Sign.ADDRESS
    return Sign.HONEYPOT if is_honeypot(link) else ""


def is_honeypot(link: str) -> bool:
    """Whether it is the link in a mail that no person sees."""
    try:
        return urlsplit(link).path == QUIET_PATH
    except ValueError:
        return False


def signs(reports: Sequence[Report]) -> dict[str, str]:
    """The sign of each open and click about one mail, by id; an empty one is a person's. The order of the reports does
    not matter."""
    clicks = [one for one in reports if one.name in CLICKS]
    delivered = [one.at for one in reports if one.name in DELIVERIES]
    traps = [one.at for one in clicks if is_honeypot(one.link)]
    bursts = _bursts(clicks)
    return {
        one.id: one.own or _sign(one, traps, bursts, delivered)
        for one in reports
        if one.name in CLICKS or one.name in OPENS
    }


def _sign(report: Report, traps: Collection[Moment], bursts: Collection[Moment], delivered: Collection[Moment]) -> str:
    if any(abs(report.at - at) <= HONEYPOT_REACHES for at in traps):
        return Sign.HONEYPOT
    if any(begins <= report.at <= begins + BURST_WITHIN for begins in bursts):
        return Sign.BURST
    if any(at - SOON_BEFORE <= report.at < at + SOON_AFTER for at in delivered):
        return Sign.SOON
    return ""


def _bursts(clicks: Sequence[Report]) -> list[Moment]:
    """When seconds begin in which enough different links were followed."""
    found = []
    for first in clicks:
        links = {one.link for one in clicks if first.at <= one.at <= first.at + BURST_WITHIN}
        if len(links) >= BURST_LINKS:
            found.append(first.at)
    return found
