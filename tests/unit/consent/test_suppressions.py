import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.consent.suppressions import Reason, Suppression, is_suppressed, normalized, suppress, suppression_key
from leadwell.errors import Conflict
from leadwell.store.table import Item, Put
from tests.fakes.memory_table import MemoryTable

NOW = 1_795_338_000_000


def stored(table: MemoryTable, address: str = "robin@example.com", channel: str = "email") -> Item | None:
    return table.get(suppression_key(channel, address))


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
            table.write(Put(rival.to_item(suppression_key("email", "robin@example.com")), 0))

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
