"""What a form that was sent becomes: events, stored once however often the same one is sent.

Unless a link from our own mail led to the form, everything in it is a claim, as it would be with a public write key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadwell.clock import DAY, Moment, to_iso
from leadwell.consent.permission import MARKETING
from leadwell.consent.withdrawals import ANY, is_advertising
from leadwell.errors import Conflict
from leadwell.ids import fingerprint
from leadwell.pages.answering import Answers
from leadwell.pages.house import Visit
from leadwell.pages.models import ConsentBox, FormDefinition
from leadwell.pages.visitor import Visitor
from leadwell.store import keys
from leadwell.store.table import ABSENT, Put, Table
from leadwell.tracking.events import Event, Identity, Name, Standing

_REMEMBERED = 3 * DAY
"""Longer than a form that was handed out may be sent."""
_ATTEMPTS = 3
ADDRESSES = ("email", "phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """``cause`` tells it from all others; ``version`` is that of the form; ``referrer`` is who recommended us."""

    form: FormDefinition
    version: int
    answers: Answers
    visitor: Visitor
    cause: str
    referrer: str = ""

    @property
    def id(self) -> str:
        stated = [str(self.answers.traits.get(kind, "")) for kind in ADDRESSES]
        return "f" + fingerprint("form", self.form.name, self.cause, *stated)

    @property
    def claims(self) -> tuple[Identity, ...]:
        traits = self.answers.traits
        return tuple(Identity(kind, str(traits[kind])) for kind in ADDRESSES if kind in traits)


def record_submission(visit: Visit, submission: Submission) -> bool:
    """Durable on return; False when it was before."""
    return store_once(visit.table, submission.id, _events(visit, submission), visit.now, _REMEMBERED)


def store_once(table: Table, name: str, events: list[Event], now: Moment, remembered: Moment) -> bool:
    """All of the events, or none (False) if there were some under this name already; ``remembered`` so long."""
    guard = keys.guard(f"event#{name}")
    item = {"pk": guard.pk, "sk": guard.sk, "kind": "GUARD", "rev": 1, "expires_at": (now + remembered) // 1000}
    for _ in range(_ATTEMPTS):
        try:
            table.write(Put(item, ABSENT), *(Put(event.to_item(), ABSENT) for event in events))
            return True
        except Conflict as conflict:
            if conflict.failed:
                return False
    raise Conflict("the same is being sent by many at once")


def _events(visit: Visit, submission: Submission) -> list[Event]:
    form, visitor = submission.form, submission.visitor
    standing = Standing.PROVEN if visitor.proven else Standing.CLAIMED
    answers = {name: value for name, value in submission.answers.traits.items() if name not in ADDRESSES}
    traits: dict[str, Any] = dict(answers)
    if "locale" not in visitor.known:
        traits["locale"] = visit.locale
    about: dict[str, Any] = {"form": form.name, "form_version": submission.version, "locale": visit.locale}
    if visitor.message:
        about["message"] = visitor.message
    asked_for = sorted(submission.answers.traits)

    def event(number: int, name: str, standing: Standing, **more: Any) -> Event:
        return Event(
            contact=visitor.contact,
            # In this order, although all is one moment.
            id=f"{submission.id}-{number}",
            at=visit.now,
            type="track" if name != Name.IDENTIFIED else "identify",
            name=name,
            standing=standing,
            source=f"form:{form.name}",
            **more,
        )

    said = () if visitor.proven else (*visitor.identities, *submission.claims)
    found = [event(0, Name.IDENTIFIED, standing, traits=traits, identities=said)]
    # The answers, too: of somebody whom others proved to be known, a claim does not change the profile.
    properties = {**about, "fields": asked_for, **({"answers": answers} if answers else {})}
    behaved = Standing.PROVEN if visitor.proven else Standing.ANONYMOUS
    known_by = () if visitor.proven else visitor.identities
    found.append(event(1, Name.FORM_SUBMITTED, behaved, properties=properties, identities=known_by))
    for number, box in enumerate(submission.answers.agreed, 2):
        requested = {**about, **_request(visit, form, box), **_together(box, submission.answers.agreed)}
        found.append(event(number, Name.CONSENT_REQUESTED, Standing.CLAIMED, properties=requested, identities=said))
    if submission.referrer and submission.referrer != visitor.contact:
        found.append(_thanks_to(submission, visit.now))
    return found


def _request(visit: Visit, form: FormDefinition, box: ConsentBox) -> Mapping[str, Any]:
    """What was agreed to, with all that proves it later."""
    request = visit.request
    asked: dict[str, Any] = {
        "purpose": box.purpose,
        "channel": box.channel,
        "source": f"form:{form.name}",
        "wording": box.wording.in_locale(visit.locale),
        "wording_version": box.version,
        "proof": {
            "requested_at": to_iso(visit.now),
            "user_agent": request.headers.get("user-agent", "")[:200],
            "ip": request.source_ip,
        },
    }
    if form.download:
        asked["download"] = form.download
    if form.share:
        asked["share"] = form.share
    return asked


def _together(box: ConsentBox, agreed: Sequence[ConsentBox]) -> dict[str, Any]:
    """Nobody gets two mails for one form: what else was agreed to by the same channel is confirmed ``along_with`` the
    consent to marketing (or to the first topic), whose request says what that ``also`` is."""
    lead = _lead(box, agreed)
    if lead is not box:
        return {"along_with": lead.id} if lead else {}
    also = [one.id for one in agreed if one is not box and _lead(one, agreed) is box]
    return {"also": also} if also else {}


def _lead(box: ConsentBox, agreed: Sequence[ConsentBox]) -> ConsentBox | None:
    """What the mail asks about that confirms a box, too: marketing, or without that the first topic."""
    if box.purpose == MARKETING:
        return box
    leads = [one for one in agreed if is_advertising(one.purpose) and one.channel in (box.channel, ANY)]
    return next((one for one in leads if one.purpose == MARKETING), leads[0] if leads else None)


def _thanks_to(submission: Submission, now: Moment) -> Event:
    return Event(
        contact=submission.referrer,
        id=f"{submission.id}-r",
        at=now,
        type="track",
        name=Name.REFERRAL_SIGNED_UP,
        standing=Standing.PROVEN,
        properties={"form": submission.form.name},
        source=f"form:{submission.form.name}",
    )
