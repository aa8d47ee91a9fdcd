"""The whole loop in one process under a virtual clock: events in, mails out, years in milliseconds."""

from leadwell.clock import DAY, HOUR, from_iso, to_iso
from tests.fakes.world import World

ANN = "ann@example.com"


def shopper(world: World, user: str = "ann", **traits: str) -> None:
    world.post(world.identify(user, email=f"{user}@example.com", firstName="Ann", **traits), world.consent(user))


def fill_cart(world: World, user: str = "ann", cart: str = "cart-1") -> None:
    for product in ("1", "2", "3"):
        world.post(world.event(user, "Product Viewed", {"product_id": product, "category": "lamps"}))
    world.post(world.event(user, "Product Added", {"cart_id": cart, "name": "Lamp", "price": 59}))


def test_a_cart_without_an_order_gets_one_mail_after_three_hours() -> None:
    world = World()
    shopper(world, locale="de-DE")
    fill_cart(world)
    world.advance(3 * HOUR - 60_000)
    assert world.mails() == []
    world.advance(60_000)
    assert world.mails() == [("2026-03-02T11:00:00.000Z", ANN, "abandoned-cart/reminder")]
    _, mail = world.outbox.sent[0]
    assert "Warenkorb" in mail.subject
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.headers["List-Unsubscribe"].strip("<>") in mail.html
    world.advance(30 * DAY)
    assert len(world.mails()) == 1


def test_an_order_with_the_same_cart_ends_it() -> None:
    world = World()
    shopper(world)
    fill_cart(world)
    world.advance(2 * HOUR)
    world.post(world.event("ann", "Order Completed", {"order_id": "o1", "cart_id": "cart-1"}))
    world.advance(10 * DAY)
    assert world.mails() == []
    assert [(e["status"], e["reason"]) for e in world.table.items("ENROLLMENT")] == [("finished", "goal")]


def test_an_order_of_another_cart_does_not() -> None:
    world = World()
    shopper(world)
    fill_cart(world)
    world.post(world.event("ann", "Order Completed", {"order_id": "o1", "cart_id": "another"}))
    world.advance(3 * HOUR)
    assert len(world.mails()) == 1


def test_the_same_events_again_change_nothing() -> None:
    world = World()
    shopper(world)
    events = [world.event("ann", "Product Added", {"cart_id": "cart-1"}, id="e1")]
    world.post(*events)
    world.post(*events)
    fill_cart(world)  # new message ids, same cart
    world.advance(5 * DAY)
    assert len(world.mails()) == 1


def test_two_carts_are_two_reminders() -> None:
    world = World()
    shopper(world)
    fill_cart(world, cart="a")
    fill_cart(world, cart="b")
    world.advance(3 * HOUR)
    assert len(world.mails()) == 2


def test_an_order_whose_news_is_still_on_the_way_stops_the_mail() -> None:
    """The last look before sending reads the history, not only what the stream has brought."""
    world = World()
    shopper(world)
    fill_cart(world)
    order = world.event("ann", "Order Completed", {"cart_id": "cart-1"}, at=world.clock.now() + HOUR)
    world.table.put_many([order.to_item()])
    world._read = dict.fromkeys(world._read, len(world.table.stream))  # the stream is late: nobody has seen it
    world.advance(3 * HOUR)
    assert world.mails() == []


def test_without_consent_nothing_leaves_and_the_reason_is_kept() -> None:
    world = World()
    world.post(world.identify("ann", email=ANN))
    fill_cart(world)
    world.advance(3 * HOUR)
    assert world.mails() == []
    (message,) = world.table.items("MESSAGE")
    assert (message["status"], message["reason"]) == ("skipped", "no consent to marketing/email")


def test_a_no_during_the_wait_is_heard() -> None:
    world = World()
    shopper(world)
    fill_cart(world)
    world.advance(HOUR)
    no = world.event("ann", "Consent Withdrawn", {"purpose": "marketing", "channel": "email"})
    world.post(no)
    world.advance(5 * HOUR)
    assert world.mails() == []


def test_sms_follows_where_it_is_allowed_by_day() -> None:
    world = World()
    known = world.identify("ann", email=ANN, phone="+493023125143")
    world.post(known, world.consent("ann"), world.consent("ann", "sms"))
    fill_cart(world)
    world.advance(3 * DAY)
    (sms,) = world.sms.sent
    assert to_iso(sms[0]) == "2026-03-04T09:01:00.000Z", "ten o'clock in Berlin, on the minute after"
    assert sms[1].to == "+493023125143"


def test_welcome_waits_for_the_confirmed_consent() -> None:
    world = World()
    world.post(world.identify("ann", email=ANN), world.event("ann", "Signed Up"))
    world.advance(DAY)
    assert world.mails() == []
    world.post(world.consent("ann"))
    assert [mail[2] for mail in world.mails()] == ["welcome/hello"]
    world.advance(30 * DAY)
    assert [mail[2] for mail in world.mails()] == ["welcome/hello", "welcome/guide", "welcome/offer"]
    assert all("T08:0" in at for at, _, step in world.mails() if step != "welcome/hello"), world.mails()


def test_born_on_29_february_one_mail_a_year_on_the_right_local_morning() -> None:
    for zone, mornings in {
        "Pacific/Auckland": ["2026-02-27T20:01", "2027-02-27T20:01", "2028-02-28T20:01", "2029-02-27T20:01"],
        "America/Los_Angeles": ["2026-02-28T17:01", "2027-02-28T17:01", "2028-02-29T17:01", "2029-02-28T17:01"],
    }.items():
        world = World("2026-01-10T12:00:00Z")
        shopper(world, birthday="1988-02-29", timezone=zone)
        for _ in range(4 * 365 + 1):
            world.advance(DAY)
        assert [mail[0][:16] for mail in world.mails()] == mornings, zone


def test_sofa_interest_ends_by_time_alone() -> None:
    world = World()
    shopper(world)
    first = world.clock.now()
    for hour in range(3):
        assert "sofa-interest" not in world.contact("ann").segments
        world.post(world.event("ann", "Product Viewed", {"category": "sofas", "product_id": str(hour)}))
        world.clock.moment += HOUR
    assert "sofa-interest" in world.contact("ann").segments
    members = {(m["pk"].split("#")[1], m["sk"]) for m in world.table.items("MEMBER")}
    assert ("sofa-interest", world.contact("ann").id) in members
    world.advance(first + 7 * DAY - world.clock.now() - 1)
    assert "sofa-interest" in world.contact("ann").segments
    world.advance(1)
    assert "sofa-interest" not in world.contact("ann").segments
    members = {m["pk"].split("#")[1] for m in world.table.items("MEMBER")}
    assert "sofa-interest" not in members


def test_a_long_outage_loses_nothing_and_floods_nobody() -> None:
    world = World()
    shopper(world)
    world.post(world.event("ann", "Signed Up"))
    fill_cart(world)
    world.clock.moment += 40 * DAY  # nothing runs, not even a sweep
    world.sweep()
    assert [mail[2] for mail in world.mails()] == ["welcome/hello", "abandoned-cart/reminder"]
    world.advance(10 * DAY)
    assert [mail[2] for mail in world.mails()][2:] == ["welcome/guide", "welcome/offer"]


def test_a_year_passes_in_moments() -> None:
    world = World("2026-01-01T00:00:00Z")
    for number in range(5):
        shopper(world, f"user{number}", birthday=f"1990-0{number + 1}-15")
    world.advance(from_iso("2027-01-01T00:00:00Z") - world.clock.now())
    assert len(world.mails()) == 5
