"""Everything about a person as a page that the person can read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leadwell.clock import Moment
from leadwell.consent.printing import Entry, Part, Row, Sheet, Words, printed
from leadwell.consent.proof_sheet import change_rows
from leadwell.consent.proving import Change
from leadwell.contacts.contact import Contact
from leadwell.contacts.exporting import moment_in

_FIRST = ("contact", "identity", "company", "suppression", "message", "enrollment", "task", "voucher")
_TITLES = ("name", "template", "journey", "title", "value", "reason", "id")
_LONGEST = 2_000
_WORKING = frozenset({"memory", "last", "untils", "turns", "told", "passed"})
"""Numbers by which conditions count, of no meaning to a reader; what they were counted from is all here."""
_A_MOMENT = range(1_000_000_000_000, 5_000_000_000_000)
"""Milliseconds since 1970 that lie between 2001 and 2128."""


def export_page(
    contact: Contact,
    items: Mapping[str, Sequence[Mapping[str, Any]]],
    changes: Sequence[Change],
    *,
    sender: str,
    imprint: str,
    locale: str,
    now: Moment,
    is_whole: bool = True,
) -> str:
    """HTML. ``items`` as ``exporting`` gives them; a history that is too long for one page says so."""
    words = Words("export", locale)
    facts = [
        ("controller", sender),
        ("imprint", imprint),
        ("contact", contact.id),
        ("made", words.moment(now)),
    ]
    kinds = [kind for kind in _FIRST if items.get(kind)] + sorted(items.keys() - {*_FIRST, "event", "no"})
    proof = Words("proof", locale)
    agreed = [
        Entry(
            proof.say(f"change_{one.state}", at=proof.moment(one.at), until=proof.moment(one.until)),
            change_rows(one, proof),
        )
        for one in changes
    ]
    parts = [
        *(_part(kind, items[kind], words) for kind in kinds if items[kind]),
        Part(words.say("kind_consent"), "" if agreed else words.say("nothing"), agreed),
        _part("event", sorted(items.get("event", ()), key=_when, reverse=True), words),
    ]
    if not is_whole:
        parts.append(Part(words.say("more"), words.say("more_note")))
    lead = words.say("lead", sender=sender)
    return printed(Sheet(words.say("title"), lead, words.rows(facts), parts, words.say("foot")), words.locale)


def _part(kind: str, found: Sequence[Mapping[str, Any]], words: Words) -> Part:
    entries = [Entry(_title(one, words), list(_rows(one, words))) for one in found]
    return Part(_named(f"kind_{kind}", words), "" if entries else words.say("nothing"), entries)


def _title(one: Mapping[str, Any], words: Words) -> str:
    named = next((one[name] for name in _TITLES if one.get(name)), "")
    if isinstance(named, Mapping):
        named = named.get(words.locale) or next(iter(named.values()), "")
    at = words.moment(moment_in(one.get("at") or one.get("requested_at")))
    return f"{at}: {named}" if at else str(named)


def _rows(value: Mapping[str, Any], words: Words, within: str = "") -> Iterator[Row]:
    """Every value that says something, however deep it lies."""
    for name, inner in value.items():
        if name in _WORKING and not within:
            continue
        label = f"{within} › {_named(f'field_{name}', words)}" if within else _named(f"field_{name}", words)
        if isinstance(inner, Mapping):
            yield from _rows(inner, words, label)
        elif inner not in ("", None, [], ()):
            yield label, _said(inner, words)


def _said(value: Any, words: Words) -> str:
    if isinstance(value, bool):
        return words.say("yes" if value else "no")
    if isinstance(value, (list, tuple)):
        return "\n".join(_said(one, words) for one in value)[:_LONGEST]
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_said(inner, words)}" for name, inner in value.items())[:_LONGEST]
    moment = value if isinstance(value, int) and value in _A_MOMENT else moment_in(value)
    return words.moment(moment) if moment is not None else str(value)[:_LONGEST]


def _named(key: str, words: Words) -> str:
    """What nobody has put into words keeps the name that the website gave it."""
    said = words.known(key)
    return key.partition("_")[2] if said == key else said


def _when(event: Mapping[str, Any]) -> str:
    return str(event.get("at") or "")
