"""What an event says about the person: traits, identities, claims and consent."""

from dataclasses import dataclass
from typing import Any

from leadwell.consent.withdrawals import ANY, ONLY, covers, topic
from leadwell.contacts.contact import Consent, Contact
from leadwell.ids import company_id
from leadwell.tracking.events import LINK, Event, Name, Standing

CHANNELS = ("email", "sms")
_ADDRESSES = ("email", "phone")
_MOST_TAGS = 100
_FROM_CONTEXT = ("locale", "timezone")


@dataclass(frozen=True, slots=True)
class Touched:
    """What changed: the names of traits, lists and journeys, and whether any consent or the company did; of a company,
    whether its members did, and the models of those whose scores did."""

    traits: frozenset[str] = frozenset()
    consent: bool = False
    list: str = ""
    journey: str = ""
    company: bool = False
    members: bool = False
    scores: frozenset[str] = frozenset()


def apply_to_profile(contact: Contact, event: Event) -> Touched:
    """Changes the contact in place (``folding`` owns it)."""
    traits = dict(contact.traits)
    if event.standing is Standing.PROVEN:
        _state(contact, event, traits)
    else:
        _claim(contact, event, traits)
    for name in _FROM_CONTEXT:
        if name not in traits and isinstance(event.context.get(name), str):
            traits[name] = event.context[name]
    changed: frozenset[str] = frozenset()
    if event.type == "identify" or traits != contact.traits:
        names = traits.keys() | contact.traits.keys()
        changed = frozenset(name for name in names if differ(traits.get(name), contact.traits.get(name)))
        contact.traits = traits
    if event.name in _RARE:
        return Touched(
            changed,
            _consent(contact, event),
            _list(contact, event),
            _journey(contact, event),
            _company(contact, event),
        )
    return Touched(changed)


def differ(value: object, other: object) -> bool:
    """To Python 1 equals True, to conditions it does not."""
    return value != other or repr(value) != repr(other)


_RARE = frozenset(
    {
        Name.CONSENT_GRANTED,
        Name.CONSENT_REQUESTED,
        Name.CONSENT_WITHDRAWN,
        Name.ADDED_TO_LIST,
        Name.REMOVED_FROM_LIST,
        Name.JOURNEY_ENTERED,
        Name.JOURNEY_STEP_REACHED,
        Name.JOURNEY_ENDED,
        Name.GROUPED,
        Name.COMPANY_UPDATED,
    }
)
"""Events that say more about a profile than traits."""


def _state(contact: Contact, event: Event, traits: dict[str, object]) -> None:
    """Proven: what is said becomes part of the profile."""
    if event.type == "identify":
        for name, value in event.traits.items():
            if value is None:
                traits.pop(name, None)
            elif name not in _ADDRESSES:
                traits[name] = value
    if event.name == Name.TAGGED:
        traits["tags"] = _tags(traits.get("tags"), event)
    for identity in event.identities:
        if identity.kind in _ADDRESSES:
            traits[identity.kind] = identity.value
        if identity.kind != "previous_id" and identity not in contact.identities:
            contact.identities = (*contact.identities, identity)
        contact.claims.pop(identity.kind, None)


def _tags(present: object, event: Event) -> list[str]:
    """In the order in which they came."""
    tags = [one for one in present if isinstance(one, str)] if isinstance(present, list) else []
    added, removed = (event.properties.get(word) for word in ("add", "remove"))
    if isinstance(added, list):
        tags += [one for one in added if isinstance(one, str)]
    gone = set(map(str, removed)) if isinstance(removed, list) else set[str]()
    return [one for one in dict.fromkeys(tags) if one not in gone][:_MOST_TAGS]


def _claim(contact: Contact, event: Event, traits: dict[str, object]) -> None:
    """Unproven: only a visitor nobody knows yet may be described, and addresses stay claims."""
    for identity in event.identities:
        if identity.kind == "anonymous_id" and identity not in contact.identities:
            contact.identities = (*contact.identities, identity)
    if contact.is_known:
        return
    if event.type == "identify":
        for name, value in event.traits.items():
            if name not in _ADDRESSES and value is not None:
                traits[name] = value
    for kind, value in event.identities:
        if kind != "anonymous_id":
            contact.claims[kind] = value


def _consent(contact: Contact, event: Event) -> bool:
    if event.name not in (Name.CONSENT_GRANTED, Name.CONSENT_REQUESTED, Name.CONSENT_WITHDRAWN):
        return False
    before = dict(contact.consents)
    purpose = str(event.properties.get("purpose") or ANY)
    channel = str(event.properties.get("channel") or ANY)
    channels = CHANNELS if channel == ANY else (channel,)
    if event.name == Name.CONSENT_WITHDRAWN:
        for known in list(contact.consents):
            known_purpose, _, known_channel = known.partition("/")
            if known_channel in channels and covers(purpose, known_purpose, only=event.properties.get(ONLY) is True):
                contact.consents[known] = _consent_of("withdrawn", event)
        if purpose != ANY:
            for one in channels:
                contact.consents[topic(purpose, one)] = _consent_of("withdrawn", event)
    else:
        for one in channels:
            name = topic(purpose, one)
            if event.name == Name.CONSENT_GRANTED and event.standing is Standing.PROVEN:
                contact.consents[name] = _consent_of("granted", event)
            elif name not in contact.consents or contact.consents[name].state != "granted":
                contact.consents[name] = _consent_of("requested", event)
    return contact.consents != before


def _list(contact: Contact, event: Event) -> str:
    name = event.properties.get("list")
    if event.standing is not Standing.PROVEN or not isinstance(name, str) or not name:
        return ""
    if event.name == Name.ADDED_TO_LIST and name not in contact.lists:
        contact.lists[name] = event.at
    elif event.name == Name.REMOVED_FROM_LIST and name in contact.lists:
        del contact.lists[name]
    else:
        return ""
    return name


def _journey(contact: Contact, event: Event) -> str:
    """``inside`` maps each run to the step it waits at; the others are the moments of the newest of their kind."""
    journey, run = event.properties.get("journey"), event.properties.get("run")
    # Only the journey itself reports under this source: names of keys have no colon.
    if event.source != f"journey:{journey}" or not isinstance(journey, str) or not isinstance(run, str):
        return ""
    known = dict(contact.journeys.get(journey, {}))
    inside = dict(known.get("inside", {}))
    if event.name == Name.JOURNEY_ENTERED:
        inside[run] = ""
        known["entered"] = event.at
    elif event.name == Name.JOURNEY_STEP_REACHED and run in inside:
        inside[run] = str(event.properties.get("step") or "")
    elif event.name == Name.JOURNEY_ENDED:
        inside.pop(run, None)
        known["finished"] = event.at
        if event.properties.get("outcome") == "goal":
            known["reached_goal"] = event.at
    else:
        return ""
    contact.journeys[journey] = {**known, "inside": inside}
    return journey


def _company(contact: Contact, event: Event) -> bool:
    """A person belongs to the company they were last said to belong to."""
    if event.name not in (Name.GROUPED, Name.COMPANY_UPDATED) or event.standing is not Standing.PROVEN:
        return False
    company = event.properties.get("group_id")
    if not isinstance(company, str) or not company:
        return False
    before, belonging = contact.company, contact.belonging
    stated = {name: value for name, value in event.traits.items() if name != "id"}
    if event.source == company_id(company):
        return _told(contact, event, {"id": company, **stated})
    if event.name == Name.COMPANY_UPDATED and before.get("id") != company:
        return False
    if before.get("id") != company:
        before, contact.belonging = {"id": company}, {"since": event.at}
    contact.company = {name: value for name, value in {**before, **stated}.items() if value is not None}
    return differ(contact.company, before) or contact.belonging != belonging


def _told(contact: Contact, event: Event, company: dict[str, Any]) -> bool:
    """The company itself says what became of it. Its versions count up, and an older one says nothing new."""
    version, known = event.properties.get("version"), contact.belonging.get("version", 0)
    if contact.company.get("id") != company["id"] or not isinstance(version, int | float) or version <= known:
        return False
    contact.company = company
    said = {name: event.properties[name] for name in ("segments", "stage") if event.properties.get(name)}
    if news := event.properties.get("news"):
        said["heard"] = sorted(news)
    contact.belonging = {"since": contact.belonging["since"], "version": int(version), **said}
    return True


def _consent_of(state: str, event: Event) -> Consent:
    return Consent(
        state,
        event.at,
        source=str(event.properties.get("source") or event.source),
        wording=str(event.properties.get("wording") or ""),
        event=event.id,
        confirmed=state == "granted" and event.source == LINK,
    )
