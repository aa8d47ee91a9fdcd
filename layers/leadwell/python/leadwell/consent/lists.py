"""Suppression lists of other systems, as CSV files: one address in a row.

    email;reason;at
    robin@example.com;unsubscribed;2026-03-02
    +12025550142;stop;

The address stands in a column ``email``, ``phone`` or ``address`` (or in the only one there is), the reason and the day
may be missing. The words are those of many systems; each means one of ours.
"""

from collections.abc import Iterable, Mapping

from leadwell.clock import Moment, from_iso
from leadwell.consent.refusing import Refusal
from leadwell.consent.suppressions import Reason
from leadwell.delimited import Row, rows_of
from leadwell.errors import Refused
from leadwell.tracking.identities import email_address, phone_number

_ADDRESS = ("email", "phone", "address", "emailaddress", "email_address", "phone_number", "e-mail", "e-mail-adresse")
_REASON = ("reason", "grund", "suppressionreason")
_AT = ("at", "date", "datum", "created_at", "lastupdatetime")

_WORDS: Mapping[str, Reason] = {
    **{reason.value: reason for reason in Reason},
    "hard bounce": Reason.BOUNCE,
    "hard_bounce": Reason.BOUNCE,
    "invalid": Reason.BOUNCE,
    "unsubscribe": Reason.STOP,
    "unsubscribed": Reason.STOP,
    "opt-out": Reason.STOP,
    "optout": Reason.STOP,
    "abgemeldet": Reason.STOP,
    "spam": Reason.COMPLAINT,
    "spam complaint": Reason.COMPLAINT,
    "abuse": Reason.COMPLAINT,
    "beschwerde": Reason.COMPLAINT,
    "": Reason.MANUAL,
}


def read_list(text: str, file: str, source: str, now: Moment) -> list[Refusal]:
    """Every row of a list. Raises ``Refused`` naming the line, so that nothing is taken in by halves."""
    rows = rows_of(text, file)
    if not rows:
        raise Refused("is empty; the first line names the columns, e.g. email;reason;at", file)
    names = [name.lower() for name in rows[0].cells]
    if len(names) == 1 and _channel_of(names[0]):
        names = ["address"]  # no line of names: nothing but addresses
    else:
        rows = rows[1:]
    columns = {
        "address": _column(names, _ADDRESS, file, needed=True),
        "reason": _column(names, _REASON, file),
        "at": _column(names, _AT, file),
    }
    return [_refusal(row, columns, source, now) for row in rows]


def refusal_of(address: str, reason: str, at: str | None, source: str, now: Moment, field: str = "address") -> Refusal:
    """One entry, checked. Raises ``Refused`` naming the field: the address in it, without quoting it."""
    channel = _channel_of(address)
    spelled = email_address(address) or phone_number(address)
    if not channel or not spelled:
        raise Refused(
            "must be an e-mail address, or a phone number with the country's code such as +12025550142", field
        )
    word = reason.strip().lower()
    if word not in _WORDS:
        known = ", ".join(one.value for one in Reason)
        raise Refused(f"must be one of {known}, or unsubscribed", _beside(field, "reason"))
    try:
        moment = min(from_iso(at.strip()), now) if at and at.strip() else now
    except (ValueError, OverflowError):
        raise Refused("must be a day or moment, ISO 8601, such as 2026-03-02", _beside(field, "at")) from None
    return Refusal(channel=channel, address=spelled, reason=_WORDS[word], at=max(moment, 0), source=source)


def _refusal(row: Row, columns: Mapping[str, int], source: str, now: Moment) -> Refusal:
    cells = {name: row.cells[place] if 0 <= place < len(row.cells) else "" for name, place in columns.items()}
    return refusal_of(cells["address"], cells["reason"], cells["at"], source, now, row.place)


def _beside(field: str, name: str) -> str:
    return name if field == "address" else f"{field}, {name}"


def _channel_of(address: str) -> str:
    if email_address(address):
        return "email"
    return "sms" if phone_number(address) else ""


def _column(names: list[str], wanted: Iterable[str], file: str, *, needed: bool = False) -> int:
    found = next((names.index(name) for name in wanted if name in names), -1)
    if needed and found < 0:
        if len(names) == 1:
            return 0
        raise Refused("needs a column email, phone or address", file)
    return found
