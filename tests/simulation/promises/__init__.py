"""What must be true after a story, whatever happened in it: the invariants of the design, one function each.

A promise is a function from the evidence to the sentences that say how it was broken; ``SOON`` is asked a day after the
last mishap, ``IN_THE_END`` when everything that waits has ended.
"""

from collections.abc import Callable, Iterable

from tests.simulation.evidence import Evidence
from tests.simulation.promises import companies, contacts, due, journeys, sending
from tests.simulation.running import Run

Promise = Callable[[Evidence], Iterable[str]]

SOON: tuple[Promise, ...] = (
    due.nothing_is_overdue,
    due.dead_letters_are_poison,
    contacts.contacts_equal_their_history,
    contacts.contacts_equal_a_recount,
    companies.companies_equal_their_members,
    companies.members_know_their_company,
    companies.members_start_with_their_company,
    journeys.members_of_a_segment_enter,
    journeys.those_inside_are_listed,
)
IN_THE_END: tuple[Promise, ...] = (
    contacts.acknowledged_is_stored_once,
    contacts.refused_is_not_stored,
    contacts.erased_is_gone,
    contacts.contacts_equal_their_history,
    contacts.contacts_equal_a_recount,
    contacts.machines_are_known,
    contacts.messages_know_people,
    contacts.lists_equal_contacts,
    companies.companies_equal_their_members,
    companies.members_know_their_company,
    contacts.a_stranger_changes_nothing,
    due.nothing_is_overdue,
    due.everything_has_ended,
    due.nothing_is_overwritten,
    due.dead_letters_are_poison,
    sending.at_most_one_accepted_send,
    sending.nobody_gets_the_same_twice,
    sending.status_and_provider_agree,
    sending.never_after_no,
    sending.reports_only_move_forward,
    sending.one_confirmation_a_day,
    sending.caps_hold,
    journeys.whoever_starts_enters,
    journeys.dates_are_kept,
    journeys.versions_are_pinned,
    journeys.policies_are_obeyed,
    journeys.held_journeys_ask_for_nothing,
    journeys.those_inside_are_listed,
    journeys.reentry_is_obeyed,
    journeys.nothing_is_early,
    journeys.every_step_asks_for_its_message,
    journeys.goals_are_looked_at,
    journeys.no_wait_misses_what_it_waits_for,
)


def broken_soon(run: Run) -> list[str]:
    return _broken(run, SOON)


def broken_in_the_end(run: Run) -> list[str]:
    return _broken(run, IN_THE_END)


def _broken(run: Run, promises: Iterable[Promise]) -> list[str]:
    evidence = Evidence(run)
    return [f"{promise.__name__}: {how}" for promise in promises for how in promise(evidence)]
