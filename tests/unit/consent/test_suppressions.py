import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.clock import HOUR
from leadwell.consent.suppressions import (
    Reason,
    Suppression,
    Unsalted,
    find_suppression,
    is_suppressed,
    is_unsalted,
    lift,
    normalized,
    note_that_all_are_salted,
    suppress,
    suppression_key,
    unsalted_key,
)
from leadwell.errors import Conflict
from leadwell.store.table import Item, Put
from tests.fakes.memory_table import MemoryTable

NOW = 1_795_338_000_000


def stored(table: MemoryTable, address: str = "robin@example.com", channel: str = "email") -> Item | None:
    return table.get(suppression_key(table, channel, address))


def test_an_address_is_suppressed_however_it_is_written() -> None:
    table = MemoryTable()
    assert not is_suppressed(stored(table))
    suppress(table, "email", " Robin@Example.com ", Reason.BOUNCE, NOW, "ses")
    assert is_suppressed(stored(table, "robin@example.com"))
    assert not is_suppressed(stored(table, "other@example.com"))


@pytest.mark.parametrize("written", ["+1 (202) 555-0143", "0012025550143", "+12025550143", "+1.202.555.0143"])
def test_phone_numbers_have_one_spelling(written: str) -> None:
    assert normalized("sms", written) == "+12025550143"


def test_channels_are_apart() -> None:
    table = MemoryTable()
    suppress(table, "sms", "+12025550143", Reason.STOP, NOW, "sms")
    assert not is_suppressed(stored(table, "+12025550143", "email"))


def test_the_item_does_not_know_the_address() -> None:
    table = MemoryTable()
    suppress(table, "email", "robin@example.com", Reason.COMPLAINT, NOW, "ses")
    (item,) = table.items("SUPPRESSION")
    assert "robin" not in str(item)


def test_the_second_report_writes_nothing() -> None:
    table = MemoryTable()
    suppress(table, "email", "robin@example.com", Reason.BOUNCE, NOW, "ses")
    suppress(table, "email", "robin@example.com", Reason.BOUNCE, NOW, "ses")
    assert len(table.stream) == 1


def test_a_writer_that_loses_the_race_reads_again() -> None:
    table = MemoryTable()
    rival = Suppression(reason=Reason.BOUNCE, at=NOW, source="ses")

    def interfere(operation: str) -> None:
        if operation == "before write" and not table.stream:
            table.on_request = lambda _: None
            table.write(Put(rival.to_item(suppression_key(table, "email", "robin@example.com")), 0))

    table.on_request = interfere
    suppress(table, "email", "robin@example.com", Reason.COMPLAINT, NOW + 1, "ses")
    assert (stored(table) or {})["reason"] == "complaint"


def test_endless_conflicts_are_retried_later() -> None:
    table = MemoryTable()

    def refuse(operation: str) -> None:
        if operation == "before write":
            raise Conflict

    table.on_request = refuse
    with pytest.raises(Conflict):
        suppress(table, "email", "robin@example.com", Reason.BOUNCE, NOW, "ses")


reports = st.tuples(st.sampled_from(Reason), st.integers(NOW, NOW + 5), st.sampled_from(["ses", "sms"]))


@given(st.lists(reports, min_size=1, max_size=5), st.data())
def test_the_order_of_reports_does_not_matter(
    given_reports: list[tuple[Reason, int, str]], data: st.DataObject
) -> None:
    def ends(order: list[tuple[Reason, int, str]]) -> tuple[str, int, str]:
        table = MemoryTable()
        for reason, at, source in order:
            suppress(table, "email", "robin@example.com", reason, at, source)
        item = stored(table) or {}
        return (item["reason"], item["at"], item["source"])

    strongest = max(given_reports, key=lambda report: (list(Reason).index(report[0]), -report[1]))
    end = ends(given_reports)
    assert end[:2] == strongest[:2]
    assert ends(data.draw(st.permutations(given_reports))) == end


def test_another_installation_has_other_names_for_the_same_address() -> None:
    """Nor does who reads the table learn whether an address is there: its name needs the installation's secret."""
    from leadwell.ids import fingerprint
    from leadwell.store import keys

    ours, theirs = (keys.suppression("email", "robin@example.com", pepper) for pepper in (b"ours", b"theirs"))
    assert ours != theirs
    assert fingerprint("address", "email", "robin@example.com") not in ours.pk + theirs.pk


def test_what_was_kept_without_salt_still_holds_and_may_be_lifted() -> None:
    table = MemoryTable()
    old = Suppression(reason=Reason.BOUNCE, at=5, source="ses")
    table.write(Put(old.to_item(unsalted_key("email", "robin@example.com")), 0))
    found = find_suppression(table, "email", "Robin@example.com")
    assert found is not None and (found.reason, found.at, found.rev) == (Reason.BOUNCE, 5, 0)
    suppress(table, "email", "robin@example.com", Reason.BOUNCE, 9, "ses")
    joined = find_suppression(table, "email", "robin@example.com")
    assert joined is not None and joined.at == 5 and joined.rev == 1, "from now on it stands under its salted name, too"
    assert sum(map(is_unsalted, table.items("SUPPRESSION"))) == 1
    lift(table, "email", "robin@example.com")
    assert find_suppression(table, "email", "robin@example.com") is None


def test_senders_stop_looking_where_nothing_is_left() -> None:
    table = MemoryTable()
    unsalted = Unsalted(table)
    table.write(Put(Suppression(reason=Reason.STOP, at=5).to_item(unsalted_key("sms", "+12025550142")), 0))
    assert unsalted.holds("sms", "+12025550142", 0) and not unsalted.holds("sms", "+12025550143", 0)
    note_that_all_are_salted(table)
    assert not unsalted.holds("sms", "+12025550142", HOUR)
    before = table.requests
    unsalted.holds("sms", "+12025550142", 3 * HOUR)
    assert table.requests == before
