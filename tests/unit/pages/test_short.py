"""Short links of SMS: where they lead, and what a click says."""

from dataclasses import replace

import pytest

from leadwell.clock import DAY, MINUTE, SECOND, from_iso
from leadwell.contacts.contact import ERASED, Contact
from leadwell.errors import Throttled
from leadwell.messaging.message import Message, Status, claim, sent
from leadwell.messaging.short_links import LIFE, pointers
from leadwell.pages.exchange import Request, Response
from leadwell.pages.site import answer
from leadwell.store import keys
from leadwell.store.table import Put
from leadwell.tracking.events import Event, Name, Standing
from tests.fakes.world import World

NOW = from_iso("2026-03-02T08:00:00Z")
CART, TOKEN = "https://shop.example.com/cart", "https://go.example.com/p/u/token"
CODE, PERSONAL = "0123456789", "0123456789abcdef"
BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1"
LEFT = Message(
    id="m1",
    contact="c1",
    channel="sms",
    template="cart",
    template_version=1,
    purpose="marketing",
    requested_at=NOW - DAY,
    journey="abandoned-cart",
    step="text",
    short={CODE: CART, PERSONAL: TOKEN},
    uncounted=False,
)


class House:
    def __init__(self, message: Message = LEFT, **contact: str) -> None:
        self.world = World(templates=None)
        self.world.table.write(Put(Contact(id="c1", last=(NOW, "e"), **contact).to_item()))  # type: ignore[arg-type]
        left = sent(claim(message, "+12025550143", NOW - DAY, 1), "sns-1", NOW - DAY)
        self.world.table.write(*[Put(item) for item in [left.to_item(), *pointers(left, NOW - DAY)]])

    def get(self, code: str, method: str = "GET", agent: str = BROWSER, ip: str = "203.0.113.9") -> Response:
        request = Request(method=method, path=f"/s/{code}", headers={"user-agent": agent}, source_ip=ip, id="r1")
        return answer(request, self.world.services)

    def events(self) -> list[Event]:
        return [Event.from_item(item) for item in self.world.table.items("EVENT")]


def test_it_leads_there_and_says_so() -> None:
    house = House()
    found = house.get(CODE)
    assert (found.status, found.headers["location"], found.headers["cache-control"]) == (302, CART, "no-store")
    (event,) = house.events()
    assert (event.name, event.contact, event.source) == (Name.SMS_LINK_CLICKED, "c1", "link")
    assert (event.properties["link"], event.properties["journey"]) == (CART, "abandoned-cart")
    assert event.is_activity
    message = Message.from_item(house.world.table.get(LEFT.key) or {})
    assert (message.first_clicked_at, message.status) == (NOW, Status.DELIVERED)


def test_no_address_given_from_outside_decides_where_it_leads() -> None:
    house = House()
    for code in ("https://evil.example/", f"{CODE}?to=https://evil.example", f"{CODE}/..", "0123456788", "", "%2e"):
        assert house.get(code).status == 404
    assert house.events() == []


def test_a_machine_s_look_is_a_machine_s() -> None:
    house = House()
    assert house.get(CODE, agent="facebookexternalhit/1.1 Facebot Twitterbot/1.0").status == 302
    (event,) = house.events()
    assert (event.name, event.properties["machine"]) == (Name.SMS_LINK_CLICKED_BY_MACHINE, True)
    assert Message.from_item(house.world.table.get(LEFT.key) or {}).first_clicked_at is None


def test_looking_before_it_can_have_been_read_is_a_machine_s() -> None:
    house = House()
    arrived = Event(
        contact="c1",
        id="d",
        at=NOW - SECOND,
        type="track",
        name=Name.SMS_DELIVERED,
        standing=Standing.PROVEN,
        properties={"message": "m1"},
    )
    house.world.table.write(Put(arrived.to_item()))
    house.get(CODE)
    (click,) = [one for one in house.events() if one.properties.get("link")]
    assert (click.name, click.properties["machine_sign"]) == (Name.SMS_LINK_CLICKED_BY_MACHINE, "too soon")


@pytest.mark.parametrize(("method", "code"), [("HEAD", CODE), ("GET", PERSONAL)])
def test_what_is_not_counted_leads_there_all_the_same(method: str, code: str) -> None:
    house = House()
    assert house.get(code, method).headers["location"] == LEFT.short[code]
    assert house.events() == []


def test_without_permission_to_count_nothing_is_noted() -> None:
    house = House(replace(LEFT, uncounted=True))
    assert house.get(CODE).status == 302
    assert house.events() == []


def test_it_leads_there_also_while_nothing_can_be_written() -> None:
    house = House()

    def throttle(operation: str) -> None:
        if operation == "before write":
            raise Throttled

    house.world.table.on_request = throttle
    assert house.get(CODE).headers["location"] == CART


def test_it_ends_after_a_year_and_with_its_person() -> None:
    house = House()
    house.world.clock.moment = NOW - DAY + LIFE - MINUTE
    assert house.get(CODE).status == 302
    house.world.clock.moment += MINUTE
    assert house.get(CODE).status == 404
    assert House(status=ERASED).get(CODE).status == 404
    gone = House()
    gone.world.table.restore({key: item for key, item in gone.world.table.snapshot().items() if key != LEFT.key})
    assert gone.get(CODE).status == 404


def test_what_is_kept_under_the_code_says_nothing_of_the_link() -> None:
    item = House().world.table.get(keys.short_link(CODE)) or {}
    assert (item["contact"], item["message"]) == ("c1", "m1")
    assert "shop" not in repr(item)


def test_only_looks_are_answered() -> None:
    assert House().get(CODE, "POST").status == 405
