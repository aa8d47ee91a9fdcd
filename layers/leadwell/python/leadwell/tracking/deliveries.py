"""A request opened: who sent it, and what its entries say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from leadwell.clock import Moment
from leadwell.errors import Refused
from leadwell.ids import contact_id
from leadwell.store.table import Table
from leadwell.tracking.answers import CallRefused, RefusedEntry
from leadwell.tracking.calls import CALLS, parse_call
from leadwell.tracking.events import Identity, Name, Standing
from leadwell.tracking.keys import KeyKind, WriteKey, key_in_body, key_ring, presented_key
from leadwell.tracking.names import note_names
from leadwell.tracking.once import record_all_once
from leadwell.tracking.recording import record
from leadwell.tracking.requests import Request, weigh
from leadwell.tracking.resolve import pointed_at
from leadwell.tracking.standing import Statement, judge
from leadwell.tracking.times import Envelope, stated_time
from leadwell.tracking.values import is_object, mended, taken_object

ENTRY_LIMIT = 32 * 1024
"""Bytes of one call (Segment's limit)."""
BATCH_LIMIT = 2_500

_CONSENT = (Name.CONSENT_GRANTED, Name.CONSENT_REQUESTED, Name.CONSENT_WITHDRAWN)
_LONGEST_OBSERVED = 256

_KEY_REMEDY = (
    "send the write key as the user name of HTTP Basic or as writeKey in the body; "
    "keys are listed by the console and printed by the local run"
)
# Not Basic: browsers would ask the visitors of the website for a password.
_CHALLENGE = {"www-authenticate": 'Bearer realm="Leadwell"'}


@dataclass(frozen=True, slots=True)
class Delivery:
    """The body of a request, and what all calls in it share. ``sent`` is the client's time of sending, ``observed``
    what proves a consent beside the client's own words: the device and the address it came from."""

    key: WriteKey
    document: dict[str, Any]
    size: int
    request_id: str
    received: Moment
    sent: Moment | None
    secret: Callable[[], bytes]
    observed: Mapping[str, str]

    def single(self, kind: str) -> Statement:
        """The one call that the body is. Raises ``Refused``."""
        return self._statement(self.document, kind, 0)

    def batch(self) -> tuple[list[Statement], list[RefusedEntry]]:
        """The good entries and the refused ones. Raises ``Refused`` when there is no batch to be read."""
        entries = self.document.get("batch")
        if type(entries) is not list:
            raise CallRefused(400, "must be a list of calls", "batch")
        if len(entries) > BATCH_LIMIT:
            raise CallRefused(400, f"may have at most {BATCH_LIMIT} entries", "batch")
        shared = taken_object(self.document, "context")
        statements: list[Statement] = []
        refused: list[RefusedEntry] = []
        for index, entry in enumerate(entries):
            try:
                statements.append(self._entry(entry, shared, index))
            except Refused as problem:
                place = f"batch[{index}].{problem.field}" if problem.field else f"batch[{index}]"
                refused.append(RefusedEntry(index, _message_id(entry), place, problem.message))
        return statements, refused

    def _entry(self, entry: object, shared: dict[str, Any], index: int) -> Statement:
        if not is_object(entry):
            raise Refused("must be an object")
        kind = entry.get("type")
        if type(kind) is not str or kind not in CALLS:
            raise Refused(f"must be one of {', '.join(sorted(CALLS))}", "type")
        if shared:
            entry = {**entry, "context": {**shared, **taken_object(entry, "context")}}
        return self._statement(entry, kind, index)

    def _statement(self, entry: dict[str, Any], kind: str, index: int) -> Statement:
        if self.size > ENTRY_LIMIT:
            weigh(entry, ENTRY_LIMIT)
        sent = self.sent if self.sent is not None else stated_time(entry, "sentAt")
        call = parse_call(entry, kind, Envelope(self.received, sent), (self.request_id, str(index)))
        statement = judge(call, self.key, self.secret)
        if statement.name not in _CONSENT or self.key.kind is KeyKind.SERVER:
            return statement  # of anything else no address is kept, and a server is nobody's device
        return replace(statement, context={**self.observed, **statement.context})


def opened(request: Request, table: Table, secret: Callable[[], bytes], now: Moment) -> Delivery:
    """Reads the body and admits the sender. Raises ``CallRefused`` (400, 401, 403, 413, 415)."""
    presented = presented_key(request.headers.get("authorization", ""))
    key = admitted(request, presented, table, now) if presented else None
    document, size = request.document()
    return Delivery(
        key=key or admitted(request, key_in_body(document), table, now),
        document=document,
        size=size,
        request_id=request.id,
        received=request.received,
        sent=stated_time(document, "sentAt"),
        secret=secret,
        observed=_observed(request),
    )


def admitted(request: Request, secret: str | None, table: Table, now: Moment) -> WriteKey:
    """The key that a request presents. Raises ``CallRefused``: 401 without a known key, 403 from a wrong website."""
    if not secret:
        raise CallRefused(401, f"no write key: {_KEY_REMEDY}", headers=_CHALLENGE)
    key = key_ring(table).find(secret, now)
    if key is None:
        raise CallRefused(401, f"this write key is not known: {_KEY_REMEDY}", headers=_CHALLENGE)
    origin = request.headers.get("origin", "")
    if key.kind is KeyKind.PUBLIC and key.origins and request.method == "POST" and origin not in key.origins:
        raise CallRefused(403, "this write key may not be used from this website: add its origin to the key")
    return key


def store(table: Table, statements: Sequence[Statement], source: str, now: Moment) -> int:
    """Makes the calls durable as events of their contacts, and answers how many of them named somebody whom we know,
    without proof. Raises ``Throttled``; doing it again changes nothing.
    """
    subjects = [statement.subject for statement in statements]
    claims = [one for statement in statements for one in _claims(statement)]
    known = pointed_at(table, [*subjects, *claims])  # in one read: what is known shows neither in time nor in requests
    contacts = {subject: known.get(subject) or contact_id(*subject) for subject in subjects}
    events = [(s.to_event(contacts[s.subject], source), s.call.steady) for s in statements]
    record(table, [event for event, steady in events if steady])
    record_all_once(table, [event for event, steady in events if not steady], now)
    note_names(table, [event for event, _ in events])
    return sum(
        any(known.get(one, contacts[statement.subject]) != contacts[statement.subject] for one in _claims(statement))
        for statement in statements
    )


def _claims(statement: Statement) -> tuple[Identity, ...]:
    """Who the call says it is about, where nobody vouches for it."""
    if statement.standing is not Standing.CLAIMED:
        return ()
    return tuple(one for one in statement.identities if one != statement.subject)


def _observed(request: Request) -> dict[str, str]:
    seen = {"ip": request.source_ip, "userAgent": request.headers.get("user-agent", "")}
    return {name: mended(value)[:_LONGEST_OBSERVED] for name, value in seen.items() if value}


def _message_id(entry: object) -> str | None:
    value = entry.get("messageId") if is_object(entry) else None
    return mended(value)[:200] if type(value) is str else None
