"""Journeys that wait for what nobody sends: a slip of the pen is refused, an installation's own name is not."""

from typing import Any

import pytest
import yaml

from leadwell.cli.sources import check
from leadwell.definitions.event_names import FAMILIAR, near
from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Conflict, Refused
from leadwell.tracking import names
from leadwell.tracking.events import Event, Name, Standing
from leadwell.tracking.names import MOST, note_names, seen_names
from leadwell.vouchers.pools import fill
from tests.fakes.memory_table import MemoryTable
from tests.unit.journeys.house import NOW, document


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Order Complete", "Order Completed"),
        ("order completed", "Order Completed"),
        ("order_completed", "Order Completed"),
        ("orderCompleted", "Order Completed"),
        ("Prodct Viewed", "Product Viewed"),
        ("Page View", "Page Viewed"),
        ("Product Veiwed", "Product Viewed"),
        ("From Submitted", "Form Submitted"),
        ("Consent Grantd", "Consent Granted"),
        ("Checkout Step Complete", "Checkout Step Completed"),
        ("Demo Booked", ""),
        ("Product Rated", ""),
        ("Ordered", ""),
        ("Trial Activated", ""),
        ("Webinar Attended", ""),
        ("Order Shipped", ""),
        ("!", ""),
        ("", ""),
    ],
)
def test_what_is_probably_meant(name: str, meant: str) -> None:
    assert near(name, FAMILIAR) == meant


def test_the_names_of_leadwell_and_of_the_specs_are_familiar() -> None:
    assert {Name.EMAIL_OPENED, "Order Completed", "Trial Started", "Signed Up"} <= FAMILIAR
    assert all(isinstance(one, str) and one.strip() == one for one in FAMILIAR)
    assert all(near(one, FAMILIAR - {one}) in ("", *FAMILIAR) for one in FAMILIAR)


def document_of(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "name": name, "title": {"en": "S", "de": "S"}, **more}


def event(name: str) -> Event:
    return Event(contact="c1", id=name, at=NOW, type="track", name=name, standing=Standing.PROVEN)


def test_a_name_is_written_down_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_met", None)
    table = MemoryTable()
    requests: list[str] = []
    table.on_request = requests.append
    note_names(table, [event("Product Viewed"), event(Name.PAGE_VIEWED)])
    assert requests == [], "what everybody knows costs nothing"
    note_names(table, [event("Demo Booked"), event("Demo Held"), event("x" * 500)])
    assert seen_names(table) == {"Demo Booked", "Demo Held"}
    requests.clear()
    note_names(table, [event("Demo Booked")])
    assert requests == [], "this process knows"
    monkeypatch.setattr(names, "_met", None)
    before = len(table.stream)
    note_names(table, [event("Demo Booked")])
    assert len(table.stream) == before, "another one looks, and writes nothing"


def test_a_flood_of_names_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_met", None)
    table = MemoryTable()
    for start in range(0, 3 * MOST, 100):
        note_names(table, [event(f"Junk {number}") for number in range(start, start + 100)])
    assert len(seen_names(table)) == MOST
    requests: list[str] = []
    table.on_request = requests.append
    note_names(table, [event("Another")])
    assert requests == []


def test_advice_is_worth_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_met", None)
    table = MemoryTable()

    def fails(operation: str) -> None:
        if operation == "before write":
            raise Conflict("somebody was quicker")

    table.on_request = fails
    note_names(table, [event("Demo Booked")])
    table.on_request = lambda operation: None
    note_names(table, [event("Demo Booked")])
    assert seen_names(table) == {"Demo Booked"}, "the next time"


class Desk:
    def __init__(self) -> None:
        self.table = MemoryTable()
        self.library = Library(self.table)
        self.publisher = Publisher(self.library, NOW, "ann")

    def text(self, **more: Any) -> str:
        return yaml.safe_dump(document(*more.pop("steps", [{"wait": "P1D"}]), **more))

    def publish(self, **more: Any) -> None:
        self.publisher.publish(self.text(**more))

    def refused(self, **more: Any) -> str:
        with pytest.raises(Refused) as caught:
            self.publisher.check(self.text(**more))
        return caught.value.message


@pytest.mark.parametrize(
    "more",
    [
        {"trigger": {"event": "Order Complete"}},
        {"goal": {"event": "Order Complete"}},
        {"exits": [{"event": "Order Complete"}]},
        {"steps": [{"wait_for": {"event": "Order Complete", "timeout": "P1D"}}]},
    ],
)
def test_a_slip_of_the_pen_is_refused(more: dict[str, Any]) -> None:
    desk = Desk()
    more = {"trigger": {"event": "Signed Up"}, **more}
    assert "did you mean 'Order Completed'?" in desk.refused(**more)


def test_what_was_sent_once_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_met", None)
    desk = Desk()
    note_names(desk.table, [event("Order Complete")])
    desk.publish(trigger={"event": "Order Complete"})
    assert desk.publisher.doubts(desk.text(trigger={"event": "Order Complete"})) == ()


def test_what_another_definition_knows_is_known() -> None:
    desk = Desk()
    text = desk.text(trigger={"event": "Demo Booked"})
    segment = yaml.safe_dump(document_of("segment", "s", when={"event": "Demo Booked"}))
    desk.publisher.publish(segment)
    assert desk.publisher.doubts(text) == ()
    doubt = "nobody has sent 'Demo Booked' yet, and no other definition knows it"
    assert desk.publisher.doubts(segment) == (doubt,), "it does not know it by itself"


def test_an_own_name_is_only_doubted(tmp_path: Any) -> None:
    desk = Desk()
    text = desk.text(trigger={"event": "Demo Booked"})
    assert desk.publisher.publish(text).version == 1
    (doubt,) = desk.publisher.doubts(text)
    assert doubt == "nobody has sent 'Demo Booked' yet, and no other definition knows it"
    file = tmp_path / "j.yaml"
    file.write_text(text)
    (checked,) = check([file])
    assert (checked.problem, checked.message) == ("", f"sound; {doubt}")


def start(other: str, /, *before: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"steps": [*before, {"start": other}], "trigger": {"event": "Signed Up"}, **more}


def test_a_journey_that_leads_back_to_itself_is_refused() -> None:
    desk = Desk()
    assert "cannot start itself" in desk.refused(**start("j"))
    assert "cannot start itself" in desk.refused(**start("j", {"wait": "P1D"}))
    desk.publish(**start("b", name="a"))
    desk.publish(**start("c", name="b"))
    round_trip = desk.refused(**start("a", name="c"))
    assert round_trip == "starts itself at once, by way of a and b: wait somewhere"
    desk.publish(**start("a", {"wait": "P1D"}, name="c"))
    branch = {"branch": [{"when": {"trait": "x", "exists": True}, "steps": [{"start": "a"}]}]}
    assert "starts itself at once" in desk.refused(steps=[branch, {"wait": "P1D"}], name="c")


def test_a_journey_to_be_started_may_come_later() -> None:
    desk = Desk()
    desk.publish(name="win-back", trigger={"event": "Signed Up"})
    assert "did you mean 'win-back'?" in desk.refused(**start("winback"))
    text = desk.text(**start("farewell"))
    desk.publisher.check(text)
    assert desk.publisher.doubts(text) == ("there is no journey 'farewell' to be started yet",)


def test_a_voucher_pool_may_be_filled_later() -> None:
    desk = Desk()
    text = desk.text(steps=[{"voucher": {"pool": "spring"}}, {"wait": "P1D"}], trigger={"event": "Signed Up"})
    assert desk.publisher.doubts(text) == ("there is no voucher pool 'spring' yet: upload codes",)
    fill(desk.table, "spring", ["A1"], NOW)
    assert desk.publisher.doubts(text) == ()
