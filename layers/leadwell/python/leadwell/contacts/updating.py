"""Brings contacts up to date: events arrive, moments pass, definitions change. The only writer of contacts.

The fast way applies events that are newer than everything applied so far. Whatever else may have happened — the same
event again, an event that comes late, a history that was joined, definitions that want more remembered — is settled
in one way: by counting the whole history again. Both ways end in one conditional write.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from leadwell.clock import Moment
from leadwell.companies.passing_on import PAST, passed_on, rearranged, stated_group, taken_back
from leadwell.companies.telling import is_due, next_due, tell, told, welcome
from leadwell.companies.worth import told_since
from leadwell.consent.withdrawals import Withdrawals, is_withdrawal
from leadwell.contacts.change import Happening
from leadwell.contacts.contact import ERASED, LIVE, MERGED, RESTRICTED, Contact
from leadwell.contacts.folding import Folding, is_news, news_of, recount
from leadwell.contacts.linking import PREVIOUS, Link, carried_over, claim_changes, plan_link, tombstone
from leadwell.contacts.membership import member_changes
from leadwell.contacts.news import news_of_recount, silent_turns
from leadwell.contacts.noting import notes
from leadwell.contacts.portions import portions_of, set_of
from leadwell.definitions.catalog import Catalog
from leadwell.due.buckets import Armory
from leadwell.errors import Conflict, Outdated
from leadwell.messaging.ledger import ledgers_joined
from leadwell.store import keys
from leadwell.store.table import TRANSACTION_LIMIT, Change, Check, Delete, Item, Key, Put, Table, query_all
from leadwell.tracking.events import Event, Identity, Name, Standing
from leadwell.tracking.recording import record

_ATTEMPTS = 6

_SHARING = 10
"""Contacts in one transaction: ten of the largest items there can be are what it may weigh (4 MB)."""

_RESTRICTING = (Name.PROCESSING_RESTRICTED, Name.RESTRICTION_LIFTED)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A contact as it was read, as it shall be, and the writes that lead there."""

    stored: Contact
    events: list[Event]
    contact: Contact
    link: Link
    changes: list[Change]

    @property
    def may_share_a_write(self) -> bool:
        """It needs a transaction, and touches nothing but its own contact. A plain write stays one: it costs half."""
        linked = self.link.into or self.link.changes or self.link.absorbed
        return not linked and 1 < len(self.changes) <= TRANSACTION_LIMIT


@dataclass(frozen=True, slots=True)
class _Work:
    """A contact with events applied, what of that is news, and the events it was worked out from: all there are, if it
    was ``recounted``, else those that are new."""

    folding: Folding
    happened: list[Happening]
    met: list[Event]
    recounted: bool = False


@dataclass(frozen=True, slots=True)
class Updater:
    table: Table
    armory: Armory
    default_zone: str

    def apply(self, events: Iterable[Event], catalog: Catalog, now: Moment) -> None:
        """Applies events that were just stored; each may come again, and in any order."""
        by_contact: dict[str, list[Event]] = {}
        for event in events:
            by_contact.setdefault(event.contact, []).append(event)
        stored = self.table.get_many(keys.contact(one) for one in by_contact)
        newcomers = [one for one, arrived in by_contact.items() if _may_join(stored.get(keys.contact(one)), arrived)]
        together: list[_Plan] = []
        for contact_id, arrived in by_contact.items():
            found = stored.get(keys.contact(contact_id))
            portions = list(portions_of(sorted(set_of(arrived), key=lambda event: event.order)))
            if found and found["status"] == LIVE and len(portions) == 1:
                plan = self._plan(Contact.from_item(found), portions[0], catalog, now)
                if plan and plan.may_share_a_write:
                    together.append(plan)
                elif plan:
                    self._try(plan, catalog, now)
                continue
            for portion in portions:
                self._bring_up(contact_id, found, portion, catalog, now)
                found = None if len(arrived) == len(portion) else self.table.get(keys.contact(contact_id))
        for group in _groups(together):
            self._write_together(group, catalog, now)
        if newcomers:
            welcome(self.table, newcomers)

    def touch(self, contact_keys: Iterable[Key], catalog: Catalog, now: Moment) -> dict[Key, Exception]:
        """Looks at contacts again: something about them is due, or definitions changed.

        Answers the keys that failed and why; the others are done.
        """
        failed: dict[Key, Exception] = {}
        for key, item in self.table.get_many(contact_keys).items():
            try:
                self._bring_up(keys.contact_of(key.pk), item, [], catalog, now)
            except Exception as error:
                failed[key] = error
        return failed

    def _bring_up(self, contact_id: str, item: Item | None, events: list[Event], catalog: Catalog, now: Moment) -> None:
        for attempt in range(_ATTEMPTS):
            stored = Contact.from_item(item) if item else Contact(id=contact_id)
            try:
                if stored.status == ERASED:
                    self._forget(events)
                elif stored.status == MERGED:
                    self._send_on(stored, events)
                elif stored.status == RESTRICTED and not any(event.name in _RESTRICTING for event in events):
                    return  # stored, and looked at when the restriction is lifted
                else:
                    self._update(stored, events, catalog, now)
                return
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
                item = self.table.get(keys.contact(contact_id))

    def _update(self, stored: Contact, events: list[Event], catalog: Catalog, now: Moment) -> None:
        plan = self._plan(stored, events, catalog, now)
        if plan:
            self._carry_out(plan, catalog, now)
        elif is_due(stored, now):
            self._tell(stored, now)

    def _try(self, plan: "_Plan", catalog: Catalog, now: Moment) -> None:
        """Carries out a plan; one that is out of date by now is made again."""
        try:
            self._carry_out(plan, catalog, now)
        except Conflict:
            self._bring_up(plan.stored.id, self.table.get(keys.contact(plan.stored.id)), plan.events, catalog, now)

    def _write_together(self, plans: Sequence["_Plan"], catalog: Catalog, now: Moment) -> None:
        """Transactions cost the same apart and together, requests do not. If one is out of date, each goes alone."""
        self.armory.arm([plan.contact.due_at for plan in plans], now)
        try:
            self.table.write(*(change for plan in plans for change in plan.changes))
        except Conflict:
            for plan in plans:
                self._try(plan, catalog, now)
        else:
            for plan in plans:
                self._tell_about(plan, now)

    def _plan(self, stored: Contact, events: list[Event], catalog: Catalog, now: Moment) -> "_Plan | None":
        """What is to be written; None when nothing changed."""
        catalog = catalog.for_(stored.id)
        if not _is_current(stored, catalog) and stored.plan_rev > catalog.rev:
            raise Outdated("somebody worked with newer definitions; read them again")
        work = self._fold(stored, events, catalog, now)
        happened, met = work.happened, work.met
        contact = work.folding.settle(now)
        contact.rev = stored.rev
        contact.passed = catalog.passed if contact.company else ""
        if not contact.is_company:
            contact.courses = told_since(stored, contact)
        is_same = (stored.plan, stored.passed) == (contact.plan, contact.passed)
        contact.plan_rev = stored.plan_rev if is_same else catalog.rev
        if contact.is_company:
            # What came late may be something that a member has said since.
            contact.told = told(stored, contact, happened, events if work.recounted else (), now)
            contact.due_at = next_due(contact)
            # Few journeys are about companies: only what concerns one is news.
            happened = [one for one in happened if one.kind == "event" or (one.kind, one.name) in catalog.starting]
        link = self._link(stored, contact, events, met, now)
        for_companies = self._passed_on(work, stored, events, catalog, now) if not link.into else []
        if contact == stored and not (happened or link.changes or link.into or for_companies):
            return None
        change: dict[str, object] | None = {"happened": [one.to_map() for one in happened]} if happened else None
        if change and (origins := {event.origin for event in events if event.origin}):
            change["origins"] = sorted(origins)
        derived = [*member_changes(stored, contact), *claim_changes(stored.claims, contact.claims, contact.id)]
        derived += notes(
            stored,
            contact,
            work.folding.happened,
            now,
            recounted=work.recounted,
            redefined=stored.rev > 0 and stored.plan != contact.plan,
        )
        changes: list[Change] = [Put(contact.to_item(change), stored.rev), *link.changes, *for_companies, *derived]
        return _Plan(stored, events, contact, link, changes)

    def _carry_out(self, plan: "_Plan", catalog: Catalog, now: Moment) -> None:
        contact, link, changes = plan.contact, plan.link, plan.changes
        if link.into:
            self._become_part(plan.stored, link.into, now)
            return
        self.armory.arm([contact.due_at, now if link.absorbed else None], now)
        surplus = changes[TRANSACTION_LIMIT:]
        # Only as long as nobody else has changed the contact: what follows from it would be out of date.
        unchanged = Check(keys.contact(contact.id), plan.stored.rev)
        for start in range(0, len(surplus), TRANSACTION_LIMIT - 1):
            self.table.write(unchanged, *surplus[start : start + TRANSACTION_LIMIT - 1])
        self.table.write(*changes[:TRANSACTION_LIMIT])
        self._tell_about(plan, now)
        # Promptness only: an absorbed contact is due until its history has been moved.
        self.touch([keys.contact(absorbed) for absorbed in link.absorbed], catalog, now)

    def _passed_on(
        self, work: "_Work", stored: Contact, events: list[Event], catalog: Catalog, now: Moment
    ) -> list[Change]:
        """What companies are to learn of a contact's events."""
        if stored.is_company:
            return []
        if work.recounted:
            anew = _asked_anew(stored, catalog)
            return rearranged(self.table, stored, work.met, events, work.folding.placed, catalog, now, anew=anew)
        return passed_on(work.met, work.folding.placed, catalog)

    def _tell_about(self, plan: "_Plan", now: Moment) -> None:
        """A company that was just written has its members told."""
        if is_due(plan.contact, now):
            self._tell(replace(plan.contact, rev=plan.stored.rev + 1), now)

    def _tell(self, company: Contact, now: Moment) -> None:
        after = tell(self.table, company, now)
        self.armory.arm([after.due_at], now)
        try:
            self.table.write(Put(after.to_item(), company.rev))
        except Conflict:
            return  # whoever has written it since goes on: it is due until all are told

    def _fold(self, stored: Contact, events: list[Event], catalog: Catalog, now: Moment) -> "_Work":
        """The contact with the events applied.

        A recount meets events in the table that the stream has yet to bring; they are news when it brings them.
        """
        unseen = [event for event in events if event.order != stored.last]
        newer = all(event.order > stored.last and event.at >= stored.clock for event in unseen)
        newer = newer and stored.status == LIVE and all(event.name not in _RESTRICTING for event in unseen)
        newer = newer and all(event.name != Name.EMAIL_MACHINE_FOUND for event in events)
        if stored.is_company:
            newer = newer and all(event.name != Name.MEMBER_WITHDRAWN and event.source != PAST for event in unseen)
        else:
            # Of what a recount met, nothing was passed on yet; only a recount knows where it belongs, and what a member
            # heard by it.
            met = [event for event in events if event not in unseen]
            newer = newer and not any(
                stated_group(event) or _heralds(event) or (stored.company and catalog.asks_for(event)) for event in met
            )
        if newer and (_is_current(stored, catalog) or (stored.rev == 0 and events)):
            folding = Folding(stored, catalog, self.default_zone)
            met_before = [news_of(event) for event in events if event not in unseen and is_news(event, catalog)]
            for event in unseen:
                folding.apply(event)
            folding.walk_to(now)
            return _Work(folding, met_before + folding.happened, unseen)
        history = self._history(stored.id)
        folding = recount(stored.id, history, catalog, self.default_zone, max(stored.clock, now))
        news = news_of_recount(stored, folding, events, catalog, now)
        if stored.rev and stored.plan != catalog.plan and folding.contact.status == LIVE:
            known = len(folding.happened)
            folding.join_late(now)
            news += folding.happened[known:]
        folding.contact.silent = silent_turns(stored, folding.contact, news, catalog)
        return _Work(folding, news, history, recounted=True)

    def _history(self, contact: str) -> list[Event]:
        """All that happened, without what was only noted."""
        return [event for event in self._told(contact) if not event.is_note]

    def _told(self, contact: str) -> list[Event]:
        """All that happened, and what became of it."""
        return [*map(Event.from_item, query_all(self.table, keys.contact(contact).pk, begins=keys.EVENTS))]

    def _link(
        self, stored: Contact, contact: Contact, events: Sequence[Event], met: Sequence[Event], now: Moment
    ) -> Link:
        known = set(stored.identities)
        proven = _proven(events)
        beside = {*proven, *_proven(met)}
        # Who signs in on a device takes it over, even if they did so before: somebody else may have had it meanwhile.
        signed_in = [
            identity
            for event in events
            if event.standing is Standing.PROVEN and event.type == "identify"
            for identity in event.identities
            if identity.kind == "anonymous_id"
        ]
        fresh = [one for one in (*contact.identities, *proven) if one not in known and _links(one, beside)] + signed_in
        return plan_link(self.table, contact, dict.fromkeys(fresh), now) if fresh else Link()

    def _become_part(self, stored: Contact, into: str, now: Moment) -> None:
        self.armory.arm([now], now)
        changes = tombstone(stored.id, stored, into, now)
        withdrawn = Withdrawals.from_item(self.table.get(keys.withdrawals(stored.id)))
        if withdrawn.latest:
            changes.append(carried_over(self.table, withdrawn, into))
        self.table.write(*changes, *ledgers_joined(self.table, [stored.id], into))
        item = self.table.get(keys.contact(stored.id))
        if item is not None:
            self._send_on(Contact.from_item(item), [])

    def _send_on(self, signpost: Contact, events: list[Event]) -> None:
        """Moves the history behind a signpost to where it belongs; late events follow it."""
        if signpost.due_at is None:
            record(self.table, [event.moved_to(signpost.merged_into) for event in events])
            return
        told = self._told(signpost.id)
        record(self.table, [event.moved_to(signpost.merged_into) for event in told])
        history = [event for event in told if not event.is_note]
        afterwards = taken_back(self.table, signpost, history, signpost.clock)
        self.table.write(Put(replace(signpost, due_at=None).to_item(), signpost.rev), *afterwards)

    def _forget(self, events: list[Event]) -> None:
        """An erased person leaves no trace, however late the event comes."""
        for event in events:
            self.table.write(Delete(keys.event(event.contact, event.at, event.id)))
            if is_withdrawal(event):
                self.table.write(Delete(keys.withdrawals(event.contact)))


def _groups(plans: list[_Plan]) -> Iterable[list[_Plan]]:
    """Plans whose changes fit into one transaction."""
    group: list[_Plan] = []
    for plan in plans:
        size = sum(len(one.changes) for one in group) + len(plan.changes)
        if group and (len(group) >= _SHARING or size > TRANSACTION_LIMIT):
            yield group
            group = []
        group.append(plan)
    if group:
        yield group


def _may_join(item: Item | None, arrived: Iterable[Event]) -> bool:
    """Whether some company may get a new member by these events, or has got one when they came before."""
    statements = [event for event in arrived if stated_group(event)]
    if not statements:
        return False
    if item is None or item["status"] != LIVE:
        return True
    stored = Contact.from_item(item)
    return any(event.order <= stored.last or stored.company.get("id") != stated_group(event) for event in statements)


def _is_current(contact: Contact, catalog: Catalog) -> bool:
    """Whether a contact was built, and passed on to its companies, by the same definitions."""
    return contact.plan == catalog.plan and not _asked_anew(contact, catalog)


def _asked_anew(contact: Contact, catalog: Catalog) -> bool:
    """Whether companies ask for something else than what was passed on to them."""
    return bool(contact.company) and contact.passed != catalog.passed


def _heralds(event: Event) -> bool:
    return event.name == Name.COMPANY_UPDATED and bool(event.properties.get("news"))


def _proven(events: Iterable[Event]) -> list[Identity]:
    return [identity for event in events if event.standing is Standing.PROVEN for identity in event.identities]


def _links(identity: Identity, proven: Collection[Identity]) -> bool:
    """A visitor's own anonymous id says nothing by itself; it does beside a proven one."""
    return identity.kind not in ("anonymous_id", PREVIOUS) or identity in proven
