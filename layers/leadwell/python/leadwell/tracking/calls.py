"""Tracking calls: what a client sends, checked field by field (Segment's HTTP tracking spec).

Written by hand, not with pydantic: refusals name fields the way the caller wrote them, odd but harmless input of real
clients is mended, and a call costs about 10 µs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.clock import Moment
from leadwell.errors import Refused
from leadwell.ids import fingerprint
from leadwell.tracking.context import kept_context, page_properties
from leadwell.tracking.events import Name
from leadwell.tracking.identities import EMAIL, PHONE, email_address, person_id, phone_number
from leadwell.tracking.times import Envelope, occurred, stated_time
from leadwell.tracking.values import checked, taken_object, taken_text

NAME_LENGTH = 200
_MESSAGE_ID_BYTES = 200
"""Part of the event's sort key, which DynamoDB limits to 1,024 bytes."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, before anyone decided whether to believe whom it is about.

    ``email`` and ``phone`` are the person's as the client says, in ``traits`` or in the context's.
    ``steady``: a retry of the call gets the same ``id`` and ``at``.
    """

    type: str
    name: str
    id: str
    at: Moment
    steady: bool
    user_id: str | None
    anonymous_id: str | None
    previous_id: str | None
    properties: dict[str, Any]
    traits: dict[str, Any]
    context: dict[str, Any]
    email: str | None
    phone: str | None
    user_hash: str


@dataclass(frozen=True, slots=True)
class _Content:
    """What differs between the types of call."""

    name: str
    properties: dict[str, Any]
    traits: dict[str, Any]


def parse_call(entry: Mapping[str, Any], kind: str, envelope: Envelope, cause: tuple[str, str]) -> Call:
    """Checks one call of a type in ``CALLS``.

    ``cause`` (the request's id, the place in it) names a call that has no messageId, so that the same request, taken in
    again, gives the same event. Raises ``Refused`` with the field.
    """
    given_context = taken_object(entry, "context")
    user_traits = _with_spelled_addresses(checked(taken_object(given_context, "traits"), "context.traits"))
    content = _CONTENT[kind](entry, given_context, user_traits)
    occurrence = occurred(stated_time(entry, "timestamp", "originalTimestamp"), envelope)
    message_id = _message_id(entry)
    addresses = content.traits if kind == "identify" else user_traits
    user_hash = given_context.get("userHash")
    return Call(
        type=kind,
        name=content.name,
        id=message_id or fingerprint("request", *cause),
        at=occurrence.at,
        steady=occurrence.steady or message_id is None,
        user_id=person_id(entry, "userId"),
        anonymous_id=person_id(entry, "anonymousId"),
        previous_id=person_id(entry, "previousId"),
        properties=content.properties,
        traits=content.traits,
        context=kept_context(given_context, page=kind != "page"),
        email=email_address(addresses.get(EMAIL)),
        phone=phone_number(addresses.get(PHONE)),
        user_hash=user_hash if type(user_hash) is str else "",
    )


def _track(entry: Mapping[str, Any], context: Mapping[str, Any], traits: dict[str, Any]) -> _Content:
    return _Content(taken_text(entry, "event", NAME_LENGTH), _properties(entry), {})


def _page(entry: Mapping[str, Any], context: Mapping[str, Any], traits: dict[str, Any]) -> _Content:
    return _Content(Name.PAGE_VIEWED, {**page_properties(context), **_named(entry), **_properties(entry)}, {})


def _screen(entry: Mapping[str, Any], context: Mapping[str, Any], traits: dict[str, Any]) -> _Content:
    return _Content(Name.SCREEN_VIEWED, {**_named(entry), **_properties(entry)}, {})


def _identify(entry: Mapping[str, Any], context: Mapping[str, Any], traits: dict[str, Any]) -> _Content:
    # RudderStack's SDKs put the traits into the context, or into both places.
    own = _with_spelled_addresses(checked(taken_object(entry, "traits"), "traits"))
    return _Content(Name.IDENTIFIED, {}, {**traits, **own})


def _group(entry: Mapping[str, Any], context: Mapping[str, Any], traits: dict[str, Any]) -> _Content:
    group_id = taken_text(entry, "groupId", NAME_LENGTH)
    return _Content(Name.GROUPED, {"group_id": group_id}, checked(taken_object(entry, "traits"), "traits"))


def _alias(entry: Mapping[str, Any], context: Mapping[str, Any], traits: dict[str, Any]) -> _Content:
    previous_id = person_id(entry, "previousId")
    if previous_id is None:
        raise Refused("must be a non-empty string", "previousId")
    if person_id(entry, "userId") is None:
        raise Refused("must be a non-empty string", "userId")
    return _Content(Name.ALIASED, {"previous_id": previous_id}, {})


_CONTENT: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any], dict[str, Any]], _Content]] = {
    "track": _track,
    "page": _page,
    "screen": _screen,
    "identify": _identify,
    "group": _group,
    "alias": _alias,
}
CALLS = frozenset(_CONTENT)


def _properties(entry: Mapping[str, Any]) -> dict[str, Any]:
    return checked(taken_object(entry, "properties"), "properties")


def _named(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Name and category of a page or screen, which clients write beside the properties, into them, or both."""
    return {
        field: taken_text(entry, field, NAME_LENGTH)
        for field in ("name", "category")
        if entry.get(field) is not None and entry[field] != ""
    }


def _with_spelled_addresses(traits: dict[str, Any]) -> dict[str, Any]:
    """Traits say an address the way the identity does; what is no address stays as it was given."""
    if EMAIL in traits and (email := email_address(traits[EMAIL])):
        traits[EMAIL] = email
    if PHONE in traits and (phone := phone_number(traits[PHONE])):
        traits[PHONE] = phone
    return traits


def _message_id(entry: Mapping[str, Any]) -> str | None:
    if entry.get("messageId") in (None, ""):
        return None
    text = taken_text(entry, "messageId", 32 * 1024)
    return text if len(text.encode()) <= _MESSAGE_ID_BYTES else fingerprint("messageId", text)
