"""What somebody did, and what became of the messages they got."""

from typing import Any

from leadwell.tracking.events import Event
from tests.unit.conditions.peers.equivalents import Equivalent
from tests.unit.starters.people import did, known, often

MAILED = {"template": "welcome-hello", "journey": "welcome"}


def _ordered(*when: str, **properties: Any) -> list[Event]:
    return [did(one, "Order Completed", **{"total": 80, **properties}) for one in when]


def _mailed(event: str, *when: str, **properties: Any) -> list[Event]:
    return [did(one, event, **{**MAILED, **properties}) for one in when]


def _viewed(*when: str, **properties: Any) -> list[Event]:
    return [did(one, "Page Viewed", **{"url": "https://example.com/pricing", **properties}) for one in when]


BEHAVIOR = [
    Equivalent(
        here="{event: Demo Requested}",
        dittofeed=["Performed"],
        unomi=["eventTypeCondition", "pastEventCondition", "pastEventCondition eventsOccurred"],
        inside=[did("2025-03-02 10:00", "Demo Requested")],
        outside=[did("03-02 10:00", "Page Viewed")],
    ),
    Equivalent(
        here="{event: Demo Requested, at_most: 0}",
        unomi=["pastEventCondition eventsNotOccurred"],
        inside=[did("03-02 10:00", "Page Viewed")],
        outside=[did("2025-03-02 10:00", "Demo Requested")],
    ),
    Equivalent(
        here="{event: Order Completed, exactly: 2}",
        dittofeed=["Performed times ="],
        inside=_ordered("03-02 10:00", "03-09 10:00"),
        outside=_ordered("03-02 10:00", "03-09 10:00", "03-10 10:00"),
    ),
    Equivalent(
        here="{event: Order Completed, at_least: 2}",
        dittofeed=["Performed times >="],
        unomi=["pastEventCondition minimumEventCount"],
        inside=_ordered("03-02 10:00", "03-09 10:00"),
        outside=_ordered("03-02 10:00"),
    ),
    Equivalent(
        here="{event: Order Completed, less_than: 2}",
        dittofeed=["Performed times <"],
        inside=_ordered("03-02 10:00"),
        outside=_ordered("03-02 10:00", "03-09 10:00"),
    ),
    Equivalent(
        here="{event: Order Completed, at_least: 1, at_most: 2}",
        unomi=["pastEventCondition maximumEventCount"],
        inside=_ordered("03-02 10:00", "03-09 10:00"),
        outside=_ordered("03-02 10:00", "03-09 10:00", "03-10 10:00"),
    ),
    Equivalent(
        here="{event: Order Completed, within: P30D}",
        dittofeed=["Performed Within"],
        unomi=["pastEventCondition numberOfDays"],
        inside=_ordered("03-02 10:00"),
        outside=_ordered("02-18 12:00"),
        ends="04-01 10:00",
    ),
    Equivalent(
        here="{event: Order Completed, from: '2026-03-01'}",
        dittofeed=["Performed AfterAbsolute"],
        unomi=["pastEventCondition fromDate"],
        inside=_ordered("03-01 00:00"),
        outside=_ordered("02-28 23:59:59.999"),
    ),
    Equivalent(
        here="{event: Order Completed, to: '2026-03-01'}",
        dittofeed=["Performed BeforeAbsolute"],
        unomi=["pastEventCondition toDate"],
        inside=_ordered("02-28 23:59:59.999"),
        outside=_ordered("03-01 00:00"),
    ),
    Equivalent(
        here="{event: Product Viewed, where: {category: sofas, price: {more_than: 100}}}",
        dittofeed=["Performed properties"],
        unomi=["eventPropertyCondition"],
        inside=[did("03-02 10:00", "Product Viewed", category="sofas", price=890)],
        outside=[
            did("03-02 10:00", "Product Viewed", category="sofas", price=90),
            did("03-02 10:00", "Product Viewed", category="rugs", price=890),
        ],
    ),
    Equivalent(
        here="{event: Order Completed, last: {total: {at_least: 100}}}",
        dittofeed=["LastPerformed", "LastPerformed hasProperties"],
        inside=[*_ordered("03-02 10:00", total=50), *_ordered("03-09 10:00", total=100)],
        outside=[*_ordered("03-02 10:00", total=100), *_ordered("03-09 10:00", total=50)],
    ),
    Equivalent(
        here="{event: Order Completed, where: {currency: EUR}, last: {total: {at_least: 100}}}",
        dittofeed=["LastPerformed whereProperties"],
        inside=[*_ordered("03-02 10:00", total=100, currency="EUR"), *_ordered("03-09 10:00", total=5, currency="CHF")],
        outside=[*_ordered("03-02 10:00", total=5, currency="EUR"), *_ordered("03-09 10:00", total=500)],
    ),
    Equivalent(
        here="{event: Order Completed, last: {cart_id: {same_as: cart_id}}}",
        dittofeed=["KeyedPerformed"],
        inside=_ordered("03-02 10:00", cart_id="c1"),
        outside=_ordered("03-02 10:00", cart_id="c2"),
        trigger={"cart_id": "c1"},
    ),
    Equivalent(
        here="{event: Page Viewed, where: {url: {contains: /pricing}}}",
        mautic=["hit_url"],
        unomi=["pageViewEventCondition"],
        inside=_viewed("03-02 10:00"),
        outside=_viewed("03-02 10:00", url="https://example.com/"),
    ),
    Equivalent(
        here="{event: Page Viewed, where: {url: {contains: /pricing}}, within: P7D}",
        mautic=["hit_url_date"],
        inside=_viewed("03-14 10:00"),
        outside=[*_viewed("03-02 10:00"), *_viewed("03-14 10:00", url="https://example.com/")],
        ends="03-21 10:00",
    ),
    Equivalent(
        here="{event: Page Viewed, where: {url: {contains: /pricing}}, at_least: 3, within: P7D}",
        mautic=["hit_url_count"],
        inside=_viewed("03-14 10:00", "03-15 10:00", "03-16 10:00"),
        outside=_viewed("03-02 10:00", "03-15 10:00", "03-16 10:00"),
        ends="03-21 10:00",
    ),
    Equivalent(
        here="{event: Page Viewed, where: {title: {contains: sofas}}}",
        mautic=["url_title"],
        inside=_viewed("03-02 10:00", title="Sofas and chairs"),
        outside=_viewed("03-02 10:00", title="Lamps"),
    ),
    Equivalent(
        here="{event: Page Viewed}",
        mautic=["page_id"],
        inside=_viewed("03-02 10:00"),
        outside=[did("03-02 10:00", "Product Viewed")],
    ),
    Equivalent(
        here="{event: '*', where: {context.page.path: /pricing}}",
        unomi=["sourceEventPropertyCondition"],
        inside=[did("03-02 10:00", "Form Submitted", {"page": {"path": "/pricing"}}, form="contact")],
        outside=[did("03-02 10:00", "Form Submitted", {"page": {"path": "/"}}, form="contact")],
    ),
    Equivalent(
        here="{event: '*', where: {context.os.name: iOS}}",
        unomi=["sessionPropertyCondition"],
        inside=[did("03-02 10:00", "Screen Viewed", {"os": {"name": "iOS"}})],
        outside=[did("03-02 10:00", "Screen Viewed", {"os": {"name": "Android"}})],
    ),
    Equivalent(
        here="{event: Form Submitted, where: {form: contact}}",
        unomi=["formEventCondition"],
        inside=[did("03-02 10:00", "Form Submitted", form="contact")],
        outside=[did("03-02 10:00", "Form Submitted", form="search")],
    ),
    Equivalent(
        here="{event: Video Content Started, where: {asset_id: tour}}",
        unomi=["videoViewEventCondition"],
        inside=[did("03-02 10:00", "Video Content Started", asset_id="tour")],
        outside=[did("03-02 10:00", "Video Content Started", asset_id="advert")],
    ),
    Equivalent(
        here="{event: Signed In}",
        unomi=["loginEventCondition"],
        inside=[did("03-02 10:00", "Signed In")],
        outside=[did("03-02 10:00", "Signed Up")],
    ),
    Equivalent(
        here="{event: Identified}",
        unomi=["profileUpdatedEventCondition", "updateProfilePropertiesEventCondition"],
        inside=[known("03-02 10:00", plan="pro")],
        outside=[did("03-02 10:00", "Page Viewed")],
    ),
    Equivalent(
        here="{event: [Consent Granted, Consent Withdrawn], within: P7D}",
        unomi=["modifyConsentEventCondition", "modifyAnyConsentEventCondition", "modifyConsentsEventCondition"],
        inside=[did("03-14 10:00", "Consent Granted", purpose="marketing", channel="sms")],
        outside=[did("03-12 10:00", "Consent Granted", purpose="marketing", channel="sms")],
        ends="03-21 10:00",
    ),
    Equivalent(
        here="{downloaded: white-paper}",
        mautic=["lead_asset_download"],
        unomi=["downloadEventCondition"],
        inside=[did("03-02 10:00", "Asset Downloaded", asset="white-paper")],
        outside=[did("03-02 10:00", "Asset Downloaded", asset="price-list")],
    ),
    # When somebody was here
    Equivalent(
        here="{active: P30D}",
        mautic=["last_active"],
        inside=[known("01-02 10:00"), did("03-02 10:00", "Page Viewed")],
        outside=[did("01-02 10:00", "Page Viewed"), *_mailed("Email Sent", "03-02 10:00")],
        ends="04-01 10:00",
    ),
    Equivalent(
        here="{event: ['*', Identified], first: {at: {within_last: P30D}}}",
        mautic=["date_added"],
        inside=[known("03-02 10:00")],
        outside=[did("02-02 10:00", "Page Viewed"), known("03-02 10:00")],
        ends="04-01 10:00:00.001",
    ),
    Equivalent(
        here="{event: Identified, first: {at: {within_last: P30D}}}",
        mautic=["date_identified"],
        inside=[did("02-02 10:00", "Page Viewed"), known("03-02 10:00")],
        outside=[known("02-02 10:00"), known("03-02 10:00", plan="pro")],
        ends="04-01 10:00:00.001",
    ),
    Equivalent(
        here="{event: Identified, last: {at: {within_last: P30D}}}",
        mautic=["date_modified"],
        inside=[known("02-02 10:00"), known("03-02 10:00", plan="pro")],
        outside=[known("02-02 10:00"), did("03-02 10:00", "Page Viewed")],
        ends="04-01 10:00:00.001",
    ),
    Equivalent(
        here="{event: '*', first: {at: {within_last: P7D}}}",
        unomi=["newVisitorCondition"],
        inside=[did("03-14 10:00", "Page Viewed")],
        outside=[did("03-02 10:00", "Page Viewed"), did("03-14 10:00", "Page Viewed")],
        ends="03-21 10:00:00.001",
    ),
    Equivalent(
        here="{all: [{active: P7D}, {event: '*', first: {at: {before: now - P7D}}}]}",
        unomi=["returningVisitorCondition"],
        inside=[did("03-02 10:00", "Page Viewed"), did("03-14 10:00", "Page Viewed")],
        outside=[did("03-14 10:00", "Page Viewed")],
        ends="03-21 10:00",
    ),
    # What became of messages
    Equivalent(
        here="{engaged: {did: sent, message: welcome-hello}}",
        mautic=["lead_email_sent"],
        dittofeed=["Email", "DFInternalMessageSent"],
        inside=_mailed("Email Sent", "03-02 10:00"),
        outside=_mailed("Email Sent", "03-02 10:00", template="news"),
    ),
    Equivalent(
        here="{engaged: {did: sent, within: P30D}}",
        mautic=["lead_email_sent_date"],
        inside=_mailed("Email Sent", "03-02 10:00"),
        outside=_mailed("Email Sent", "02-02 10:00"),
        ends="04-01 10:00",
    ),
    Equivalent(
        here="{event: Email Rejected, where: {template: welcome-hello}}",
        dittofeed=["DFEmailDropped"],
        inside=_mailed("Email Rejected", "03-02 10:00"),
        outside=_mailed("Email Bounced", "03-02 10:00"),
    ),
    Equivalent(
        here="{engaged: {did: delivered, message: welcome-hello}}",
        dittofeed=["DFEmailDelivered"],
        inside=_mailed("Email Delivered", "03-02 10:00"),
        outside=_mailed("Email Sent", "03-02 10:00"),
    ),
    Equivalent(
        here="{engaged: {did: opened, message: welcome-hello}}",
        mautic=["lead_email_received"],
        dittofeed=["DFEmailOpened"],
        inside=_mailed("Email Opened", "03-02 10:00"),
        outside=_mailed("Email Sent", "03-02 10:00"),
    ),
    Equivalent(
        here="{engaged: {did: opened, within: P30D}}",
        mautic=["lead_email_read_date"],
        inside=_mailed("Email Opened", "03-02 10:00"),
        outside=_mailed("Email Opened", "02-02 10:00"),
        ends="04-01 10:00",
    ),
    Equivalent(
        here="{engaged: {did: opened, at_least: 3}}",
        mautic=["lead_email_read_count"],
        inside=often(3, "03-02 10:00", "Email Opened", **MAILED),
        outside=often(2, "03-02 10:00", "Email Opened", **MAILED),
    ),
    Equivalent(
        here="{engaged: {did: clicked}}",
        mautic=["email_id", "redirect_id"],
        inside=_mailed("Email Link Clicked", "03-02 10:00"),
        outside=_mailed("Email Opened", "03-02 10:00"),
    ),
    Equivalent(
        here="{engaged: {did: clicked, within: P30D}}",
        mautic=["email_clicked_link_date"],
        inside=_mailed("Email Link Clicked", "03-02 10:00"),
        outside=_mailed("Email Link Clicked", "02-02 10:00"),
        ends="04-01 10:00",
    ),
    Equivalent(
        here="{engaged: {did: clicked, message: welcome-hello}}",
        mautic=["source", "source_id"],
        dittofeed=["DFEmailClicked"],
        inside=_mailed("Email Link Clicked", "03-02 10:00"),
        outside=_mailed("Email Link Clicked", "03-02 10:00", template="news"),
    ),
    Equivalent(
        here="{engaged: {did: bounced, message: welcome-hello}}",
        dittofeed=["DFEmailBounced"],
        inside=_mailed("Email Bounced", "03-02 10:00", permanent=False),
        outside=_mailed("Email Bounced", "03-02 10:00", template="news", permanent=True),
    ),
    Equivalent(
        here="{engaged: {did: complained, message: welcome-hello}}",
        dittofeed=["DFEmailMarkedSpam"],
        inside=_mailed("Email Marked as Spam", "03-02 10:00"),
        outside=_mailed("Email Opened", "03-02 10:00"),
    ),
    Equivalent(
        here="{utm: {medium: sms}}",
        mautic=["sms_clicked_link"],
        inside=[did("03-02 10:00", "Page Viewed", {"campaign": {"medium": "sms"}})],
        outside=[did("03-02 10:00", "SMS Sent", **MAILED)],
    ),
    Equivalent(
        here="{utm: {medium: sms}, within: P30D}",
        mautic=["sms_clicked_link_date"],
        inside=[did("03-02 10:00", "Page Viewed", {"campaign": {"medium": "sms"}})],
        outside=[did("02-02 10:00", "Page Viewed", {"campaign": {"medium": "sms"}})],
        ends="04-01 10:00",
    ),
]
