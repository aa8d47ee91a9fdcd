"""What an event says about the person: traits, identities, claims and consent."""

from dataclasses import dataclass

from leadwell.consent.withdrawals import ANY, topic
from leadwell.contacts.contact import Consent, Contact
from leadwell.tracking.events import Event, Name, Standing

CHANNELS = ("email", "sms")
_ADDRESSES = ("email", "phone")
_FROM_CONTEXT = ("locale", "timezone")


@dataclass(frozen=True, slots=True)
class Touched:
    """What changed: the names of traits, and whether any consent did."""

    traits: frozenset[str] = frozenset()
    consent: bool = False


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
    if traits != contact.traits:
        names = traits.keys() | contact.traits.keys()
        changed = frozenset(name for name in names if traits.get(name) != contact.traits.get(name))
        contact.traits = traits
    return Touched(changed, _consent(contact, event))


def _state(contact: Contact, event: Event, traits: dict[str, object]) -> None:
    """Proven: what is said becomes part of the profile."""
    if event.type == "identify":
        for name, value in event.traits.items():
            if value is None:
                traits.pop(name, None)
            elif name not in _ADDRESSES:
                traits[name] = value
    for identity in event.identities:
        if identity.kind in _ADDRESSES:
            traits[identity.kind] = identity.value
        if identity.kind != "previous_id" and identity not in contact.identities:
            contact.identities = (*contact.identities, identity)
        contact.claims.pop(identity.kind, None)


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
            if known_channel in channels and purpose in (ANY, known_purpose):
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


def _consent_of(state: str, event: Event) -> Consent:
    return Consent(
        state,
        event.at,
        source=str(event.properties.get("source") or event.source),
        wording=str(event.properties.get("wording") or ""),
        event=event.id,
    )
