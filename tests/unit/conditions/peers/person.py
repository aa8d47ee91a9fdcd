"""Who somebody is: places, devices, consent, memberships, worth."""

from dataclasses import replace
from typing import Any

from leadwell.tracking.events import Event
from tests.unit.conditions.peers.equivalents import Equivalent
from tests.unit.starters.people import agreed, did, known

ALPS = {"latitude": 47.5, "longitude": 11.0}
BERLIN = {"latitude": 52.5, "longitude": 13.4}
LEARNED = {"interests": {"half_life": "P30D", "learn": [{"event": "Product Viewed", "category": "category"}]}}
WORTH = {"rules": [{"id": "demo", "event": "Demo Requested", "points": 30}], "main": "shop"}
FITTING = {"models": {"fit": {"rules": [{"id": "head", "when": {"trait": "title", "contains": "head"}, "points": 20}]}}}
LED = {"stages": [("mql", {"event": "Demo Requested"})]}


def _has(**traits: Any) -> list[Event]:
    return [known("03-02 10:00", **traits)]


def _used(**device: str) -> list[Event]:
    context = {"device": {name: value for name, value in device.items() if name != "os"}}
    return [did("03-02 10:00", "Screen Viewed", {**context, "os": {"name": device.get("os", "Linux")}})]


def _in_journey(*reports: str, outcome: str = "finished", journey: str = "welcome") -> list[Event]:
    said = {"journey": journey, "run": "r1", "outcome": outcome}
    told = [did(f"03-02 10:0{n}", f"Journey {one}", **said) for n, one in enumerate(reports)]
    return [replace(one, source=f"journey:{journey}") for one in told]


def _withdrew(channel: str, source: str = "unsubscribe link") -> list[Event]:
    said = {"purpose": "marketing", "channel": channel, "source": source}
    return [agreed("03-02 10:00", channel), did("03-09 10:00", "Consent Withdrawn", **said)]


PERSON = [
    Equivalent(
        here="{trait: owner, equals: jo@example.com}",
        mautic=["owner_id"],
        inside=_has(owner="jo@example.com"),
        outside=_has(owner="kim@example.com"),
    ),
    Equivalent(
        here="{near: {latitude: 47.4, longitude: 10.9, km: 80}}",
        unomi=["distance", "geoLocationByPointSessionCondition circle"],
        inside=_has(**ALPS),
        outside=_has(**BERLIN),
    ),
    Equivalent(
        here="{all: [{trait: latitude, between: [47, 48]}, {trait: longitude, between: [10, 12]}]}",
        unomi=["geoLocationByPointSessionCondition rectangle"],
        inside=_has(**ALPS),
        outside=_has(**BERLIN),
    ),
    Equivalent(
        here="{all: [{country: DE}, {region: Bayern}, {city: Augsburg}]}",
        unomi=["geoLocationSessionCondition"],
        inside=_has(address={"country": "DE", "state": "Bayern", "city": "Augsburg"}),
        outside=_has(address={"country": "DE", "state": "Bayern", "city": "Bamberg"}),
    ),
    Equivalent(
        here="{device: {type: mobile}}",
        mautic=["device_type"],
        inside=_used(type="mobile"),
        outside=_used(type="desktop"),
    ),
    Equivalent(
        here="{device: {manufacturer: [Acme, Bolt]}}",
        mautic=["device_brand"],
        inside=_used(manufacturer="Bolt"),
        outside=_used(manufacturer="Other"),
    ),
    Equivalent(here="{device: {os: iOS}}", mautic=["device_os"], inside=_used(os="iOS"), outside=_used(os="Android")),
    Equivalent(
        here="{device: {model: {contains: tab}}}",
        mautic=["device_model"],
        inside=_used(model="Tab 9"),
        outside=_used(model="Phone 9"),
    ),
    Equivalent(
        here="{utm: {source: news, medium: email, campaign: spring, term: sofa, content: top}}",
        mautic=["utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term"],
        inside=[
            did(
                "03-02 10:00",
                "Page Viewed",
                {
                    "campaign": {
                        "source": "news",
                        "medium": "email",
                        "name": "spring",
                        "term": "sofa",
                        "content": "top",
                    }
                },
            )
        ],
        outside=[did("03-02 10:00", "Page Viewed", {"campaign": {"source": "news", "medium": "email"}})],
    ),
    Equivalent(
        here="{referrer: {contains: example.org}}",
        mautic=["referer"],
        inside=[did("03-02 10:00", "Page Viewed", referrer="https://example.org/blog")],
        outside=[did("03-02 10:00", "Page Viewed", referrer="https://example.com/")],
    ),
    # Permission
    Equivalent(
        here="{consent: marketing/email}",
        dittofeed=["SubscriptionGroup"],
        inside=[agreed("03-02 10:00")],
        outside=_withdrew("email"),
    ),
    Equivalent(
        here="{consent: news/email}",
        mautic=["globalcategory"],
        inside=[did("03-02 10:00", "Consent Granted", purpose="news", channel="email")],
        outside=[agreed("03-02 10:00")],
    ),
    Equivalent(
        here="{consent: marketing/email, state: withdrawn}",
        mautic=["dnc_unsubscribed"],
        dittofeed=["SubscriptionGroupUnsubscribed"],
        inside=_withdrew("email"),
        outside=[known("03-02 10:00")],
    ),
    Equivalent(
        here="{consent: marketing/sms, state: withdrawn}",
        mautic=["dnc_unsubscribed_sms"],
        inside=_withdrew("sms"),
        outside=_withdrew("email"),
    ),
    Equivalent(
        here=(
            "{event: Consent Withdrawn, where: {channel: email}, "
            "last: {source: {not_in: [unsubscribe link, complaint]}}}"
        ),
        mautic=["dnc_manual_email"],
        inside=_withdrew("email", source="api"),
        outside=_withdrew("email"),
    ),
    Equivalent(
        here="{event: Consent Withdrawn, where: {channel: sms}, last: {source: {not_in: [unsubscribe link, sms]}}}",
        mautic=["dnc_manual_sms"],
        inside=_withdrew("sms", source="api"),
        outside=_withdrew("sms", source="sms"),
    ),
    Equivalent(
        here="{event: Email Bounced, where: {permanent: true}}",
        mautic=["dnc_bounced"],
        inside=[did("03-02 10:00", "Email Bounced", permanent=True)],
        outside=[did("03-02 10:00", "Email Bounced", permanent=False)],
    ),
    # Where somebody belongs
    Equivalent(
        here="{segment: known}",
        mautic=["leadlist"],
        unomi=["profileSegmentCondition"],
        inside=_has(),
        outside=_has(email=""),
        others={"known": "{trait: email, exists: true}"},
    ),
    Equivalent(
        here="{list: trade-fair}",
        dittofeed=["Manual"],
        unomi=["profileUserListCondition"],
        inside=[did("03-02 10:00", "Added to List", list="trade-fair")],
        outside=[
            did("03-02 10:00", "Added to List", list="trade-fair"),
            did("03-09 10:00", "Removed from List", list="trade-fair"),
        ],
    ),
    Equivalent(
        here="{journey: welcome, state: entered}",
        mautic=["campaign"],
        dittofeed=["Broadcast"],
        inside=_in_journey("Entered", "Ended"),
        outside=_in_journey("Entered", journey="other"),
    ),
    Equivalent(
        here="{journey: welcome, state: reached_goal}",
        unomi=["goalMatchCondition"],
        inside=_in_journey("Entered", "Ended", outcome="goal"),
        outside=_in_journey("Entered", "Ended"),
    ),
    Equivalent(
        here="{bucket: {salt: spring, from: 50, to: 100}}",
        dittofeed=["RandomBucket"],
        inside=_has(),
        outside=[one.moved_to("c2") for one in _has()],
    ),
    # What somebody is worth
    Equivalent(
        here="{stage: {is: mql}}",
        mautic=["stage"],
        inside=[did("03-02 10:00", "Demo Requested")],
        outside=[did("03-02 10:00", "Page Viewed")],
        known=LED,
    ),
    Equivalent(
        here="{score: {at_least: 50}}",
        mautic=["points"],
        inside=[did(f"03-0{day} 10:00", "Demo Requested") for day in (2, 3)],
        outside=[did("03-02 10:00", "Demo Requested")],
        known=WORTH,
    ),
    Equivalent(
        here="{score: {model: fit, at_least: 20}}",
        unomi=["scoringCondition"],
        inside=_has(title="Head of Sales"),
        outside=_has(title="Buyer"),
        known=FITTING,
    ),
    Equivalent(
        here="{interest: {category: sofas, at_least: 2}}",
        unomi=["profileInterestCondition"],
        # Four are worth two after 30 days.
        inside=[did("03-02 10:00", "Product Viewed", category="sofas") for _ in range(4)],
        outside=[did("03-02 10:00", "Product Viewed", category="lamps") for _ in range(4)],
        ends="04-01 10:00:00.001",
        known=LEARNED,
    ),
]
