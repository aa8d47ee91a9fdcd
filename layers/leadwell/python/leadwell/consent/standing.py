"""Where somebody's consents stand at this moment, purpose by purpose and channel by channel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from leadwell.clock import Moment
from leadwell.consent.permission import LAPSES, MARKETING, TRANSACTIONAL, Verdict, address_for, permission
from leadwell.consent.proving import CONTRACT, Change, read_changes
from leadwell.consent.suppressions import find_suppression
from leadwell.consent.withdrawals import Withdrawals, topic
from leadwell.contacts.contact import Contact
from leadwell.contacts.profile import CHANNELS
from leadwell.store import keys
from leadwell.store.table import Table

State = Literal["requested", "lapsed", "granted", "withdrawn", "not needed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``since`` is when it came to this state (None where nobody ever decided anything), ``change`` the id of the event
    that says so. ``verdict`` is whether a message may leave now, all considered."""

    purpose: str
    channel: str
    state: State
    basis: str
    since: Moment | None
    change: str
    verdict: Verdict
    suppressed: str = ""
    """Why nothing is sent to the address, whatever was agreed."""


@dataclass(frozen=True, slots=True)
class Record:
    """``changes`` are the newest first. ``paused_until`` is the end of a pause that holds now."""

    standings: Sequence[Standing]
    changes: Sequence[Change]
    paused_until: Moment | None = None


def read_record(table: Table, contact: Contact, now: Moment) -> Record:
    changes = read_changes(table, contact.id)
    withdrawals = Withdrawals.from_item(table.get(keys.withdrawals(contact.id)))
    suppressed = {channel: _suppressed(table, contact, channel) for channel in CHANNELS}
    standings = list(_standings(contact, withdrawals, changes, suppressed, now))
    return Record(standings, changes, withdrawals.paused_until(now))


def _standings(
    contact: Contact, withdrawals: Withdrawals, changes: Sequence[Change], suppressed: dict[str, str], now: Moment
) -> Iterable[Standing]:
    by_id = {change.id: change for change in changes}
    for name, consent in sorted(contact.consents.items()):
        purpose, _, channel = name.partition("/")
        if channel not in CHANNELS:
            continue
        verdict = permission(
            contact, withdrawals, channel=channel, purpose=purpose, suppressed=suppressed[channel], now=now
        )
        no = withdrawals.last(purpose, channel)
        change = by_id.get(consent.event)
        if no is not None and no >= consent.at:
            yield Standing(
                purpose=purpose,
                channel=channel,
                state="withdrawn",
                basis="",
                since=no,
                change=_that_withdrew(changes, no),
                verdict=verdict,
                suppressed=suppressed[channel],
            )
            continue
        lapsed = consent.state == "requested" and now - consent.at >= LAPSES
        yield Standing(
            purpose=purpose,
            channel=channel,
            state="lapsed" if lapsed else consent.state,  # type: ignore[arg-type]
            basis=change.basis if change and consent.state == "granted" else "",
            since=consent.at + LAPSES if lapsed else consent.at,
            change=consent.event,
            verdict=verdict,
            suppressed=suppressed[channel],
        )
    for channel in CHANNELS:
        if topic(TRANSACTIONAL, channel) not in contact.consents and contact.address(channel):
            no = withdrawals.last(TRANSACTIONAL, channel)
            yield Standing(
                purpose=TRANSACTIONAL,
                channel=channel,
                state="not needed" if no is None else "withdrawn",
                basis=CONTRACT if no is None else "",
                since=no,
                change=_that_withdrew(changes, no),
                verdict=permission(
                    contact,
                    withdrawals,
                    channel=channel,
                    purpose=TRANSACTIONAL,
                    suppressed=suppressed[channel],
                    now=now,
                ),
                suppressed=suppressed[channel],
            )


def _that_withdrew(changes: Sequence[Change], at: Moment | None) -> str:
    return next((one.id for one in changes if one.state == "withdrawn" and one.at == at), "")


def _suppressed(table: Table, contact: Contact, channel: str) -> str:
    address = address_for(contact, channel, MARKETING)
    found = find_suppression(table, channel, address) if address else None
    return found.reason.value if found else ""
