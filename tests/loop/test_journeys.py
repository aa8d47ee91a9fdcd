"""What journeys do to contacts and to each other, through the whole loop in memory."""

from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, MINUTE, from_iso, to_iso
from leadwell.contacts.explaining import explain_scores
from leadwell.contacts.folding import facts_of
from leadwell.definitions.library import Library
from leadwell.ids import contact_id
from leadwell.journeys.enrollment import FINISHED, KEPT_OUT
from leadwell.rehearsal.stage import Stage
from leadwell.tracking.events import Event, Name
from tests.fakes.memory_table import MemoryTable

NOW = from_iso("2026-03-02T08:00:00Z")
TITLE = {"en": "T", "de": "T"}
ANN = contact_id("user_id", "ann")


def journey(name: str, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    head = {"kind": "journey", "name": name, "title": TITLE, "description": TITLE, "trigger": {"event": "Started"}}
    return {**head, "steps": list(steps), **more}


class House:
    def __init__(self, *documents: dict[str, Any]) -> None:
        self.library = Library(MemoryTable())
        for channel in ("email", "sms"):
            for name in ("offer", "hello"):
                self.library.publish(channel, name, {"purpose": "marketing"}, now=0, by="test")
        self.publish(*documents)
        self.stage = Stage(self.library, NOW, words=False)
        consent = {"purpose": "marketing", "channel": "*"}
        traits = {"email": "ann@example.com", "phone": "+4915112345678", "timezone": "Europe/Berlin"}
        self.stage.say({"type": "identify", "userId": "ann", "traits": traits})
        self.track(Name.CONSENT_GRANTED, **consent)

    def publish(self, *documents: dict[str, Any], now: int = 0) -> None:
        for one in documents:
            self.library.publish(one["kind"], one.get("name", one["kind"]), one, now=now, by="test")

    def track(self, event: str, key: str = "server", **properties: Any) -> None:
        self.stage.say({"type": "track", "userId": "ann", "event": event, "properties": properties}, key=key)

    def wait(self, duration: int) -> None:
        self.stage.advance(self.stage.now + duration)

    def left(self) -> list[str]:
        return [f"{one.message.journey}/{one.message.step}" for one in self.stage.left]

    def outcomes(self) -> dict[str, str]:
        return {one.journey: one.reason or one.status for one in self.stage.enrollments()}

    @property
    def contact(self) -> Any:
        return self.stage.contact("ann")


SCORING = {
    "kind": "scoring", "name": "shop", "title": TITLE, "half_life": "P30D",
    "rules": [{"id": "viewed", "event": "Product Viewed", "points": 3}],
}  # fmt: skip
INTERESTS = {
    "kind": "interests", "name": "interests", "title": TITLE, "half_life": "P30D",
    "learn": [{"event": "Product Viewed", "category": "category", "weight": 1}],
}  # fmt: skip
CUSTOMERS = {"kind": "list", "name": "customers", "title": TITLE}


def test_an_update_reaches_the_contact_and_is_explained() -> None:
    changes = {
        "traits": {"onboarded": True},
        "tags": {"add": ["beta", "gold"], "remove": ["trial"]},
        "lists": {"add": ["customers"]},
        "score": 10,
        "interests": {"sofas": 3},
        "stage": "customer",
    }
    undo = {"tags": {"remove": ["beta"]}, "lists": {"remove": ["customers"]}, "interests": {"sofas": -9}, "score": -4}
    house = House(SCORING, INTERESTS, CUSTOMERS, journey("j", {"update": changes}, {"wait": "P1D"}, {"update": undo}))
    house.track(Name.TAGGED, add=["trial"])
    house.track("Started")
    ann = house.contact
    assert (ann.traits["onboarded"], ann.traits["tags"], set(ann.lists)) == (True, ["beta", "gold"], {"customers"})
    assert (ann.score, ann.stage, ann.interests["sofas"][0]) == (10, "customer", 3)
    house.wait(DAY)
    ann = house.contact
    assert (ann.traits["tags"], set(ann.lists), ann.interests) == (["gold"], set(), {})
    assert 5 < ann.score < 6
    history = sorted(map(Event.from_item, house.stage.table.items("EVENT")), key=lambda one: one.order)
    facts = facts_of(ann, house.library.catalog(), "Europe/Berlin")
    (score,) = explain_scores(facts, history, house.library.judgments(), house.stage.now, 10)
    assert [(one.rule, round(one.value, 1)) for one in score.credits] == [("given", -4.0), ("given", 9.8)]
    assert score.unexplained == 0


def test_what_a_website_says_changes_nothing_of_that() -> None:
    house = House(SCORING, journey("j", {"email": "hello"}))
    house.track(Name.POINTS_GIVEN, key="public", points=100)
    house.track(Name.TAGGED, key="public", add=["vip"])
    house.track(Name.STAGE_SET, key="public", stage="customer")
    house.track(Name.JOURNEY_REQUESTED, key="public", journey="j")
    house.stage.say(
        {"type": "track", "anonymousId": "a1", "event": Name.JOURNEY_REQUESTED, "properties": {"journey": "j"}},
        key="public",
    )
    ann = house.contact
    assert (ann.score, ann.traits.get("tags"), ann.stage) == (0, None, "visitor")
    assert house.stage.enrollments() == []
    house.track(Name.JOURNEY_REQUESTED, journey="j")
    assert house.left() == ["j/1"], "a server may"


def test_journeys_start_and_stop_each_other() -> None:
    house = House(
        journey("track", {"wait": "P9D"}, {"email": "hello"}, trigger={"manual": True}),
        journey("adults", {"email": "hello"}, trigger={"manual": True, "who": {"trait": "age", "at_least": 18}}),
        journey("j", {"start": "track"}, {"start": "adults"}, {"wait": "P1D"}, {"stop": "track"}),
    )
    house.track("Started")
    assert house.outcomes() == {"j": "active", "track": "active"}
    house.wait(2 * DAY)
    assert house.outcomes() == {"j": FINISHED, "track": "stopped by j"}
    house.wait(20 * DAY)
    assert house.left() == []


def test_a_condition_moves_and_ends_journeys_to_the_minute() -> None:
    sleeping = {"all": [{"event": "Product Viewed"}, {"event": "Product Viewed", "at_most": 0, "within": "P3D"}]}
    house = House(
        journey("back", {"email": "hello"}, trigger={"last": "Product Viewed", "ago": "P5D"}, reentry="always"),
        journey("wakes", {"wait_for": {"when": sleeping, "timeout": "P30D"}}, {"email": "offer"}),
        journey("ends", {"wait": "P30D"}, exits=[{"when": sleeping, "reason": "asleep"}]),
    )
    house.track("Product Viewed")
    house.track("Started")
    house.wait(3 * DAY - MINUTE)
    assert house.left() == []
    house.wait(2 * MINUTE)
    assert (house.left(), house.outcomes()["ends"]) == (["wakes/2"], "asleep")
    house.wait(2 * DAY)
    house.track("Product Viewed")
    house.wait(6 * DAY)
    assert house.left() == ["wakes/2", "back/1", "back/1"], "whoever comes again starts anew"
    assert [one.at - NOW for one in house.stage.left] == [3 * DAY, 5 * DAY, 10 * DAY + MINUTE]


def test_a_score_is_reached_and_jumps() -> None:
    house = House(
        SCORING,
        journey("hot", {"email": "hello"}, trigger={"score": {"at_least": 9}}),
        journey("jump", {"email": "offer"}, trigger={"score": {"gained": 6, "within": "PT1H"}}),
    )
    house.track("Product Viewed", n=1)
    house.wait(2 * HOUR)
    house.track("Product Viewed", n=2)
    assert house.left() == []
    house.track("Product Viewed", n=3)
    assert house.left() == ["jump/1"]
    house.track("Product Viewed", n=4)
    assert house.left() == ["jump/1", "hot/1"]


def test_who_was_there_already_when_a_journey_is_published_does_not_enter() -> None:
    """Ninety days after an order: not everybody who ever ordered at once."""
    house = House()
    house.track("Order Completed", order_id="o1")
    house.stage.say({"type": "identify", "userId": "ann", "traits": {"birthday": "1990-05-01"}})
    house.wait(100 * DAY)
    house.publish(
        journey("back", {"email": "hello"}, trigger={"last": "Order Completed", "ago": "P90D"}, reentry="always"),
        journey("birthday", {"email": "offer"}, trigger={"date": "birthday"}, reentry="always"),
        now=house.stage.now,
    )
    house.track("Product Viewed")
    assert house.stage.enrollments() == []
    house.track("Order Completed", order_id="o2")
    house.wait(91 * DAY)
    assert house.left() == ["back/1"], "from now on it counts"
    house.wait(240 * DAY)
    assert house.left() == ["back/1", "birthday/1"]


def test_the_best_time_is_learned() -> None:
    house = House(journey("j", {"wait_until": {"best_time": True, "from": "07:00", "to": "21:00"}}, {"email": "hello"}))
    for day in range(6):
        house.stage.advance(NOW + day * DAY + 10 * HOUR)  # 19 o'clock in Berlin
        house.stage.say({"type": "page", "userId": "ann", "properties": {"path": f"/{day}"}})
    house.track("Started")
    house.wait(2 * DAY)
    assert [one.at for one in house.stage.left] == [NOW + 5 * DAY + 10 * HOUR], "at once: it is seven in the evening"


def test_an_exclusive_journey_is_alone_until_it_ends() -> None:
    house = House(
        journey("renewal", {"wait": "P3D"}, {"email": "hello"}, trigger={"event": "Ends"}, exclusive=True),
        journey("news", {"email": "offer"}, reentry="always"),
        journey("urgent", {"email": "offer"}, reentry="always", priority=5),
    )
    house.track("Ends")
    house.track("Started", n=1)
    assert house.left() == ["urgent/1"]
    assert house.outcomes()["news"] == "kept away by renewal"
    assert [one.status for one in house.stage.enrollments() if one.journey == "news"] == [KEPT_OUT]
    house.wait(4 * DAY)
    house.track("Started", n=2)
    assert house.left()[:2] == ["urgent/1", "renewal/2"]
    assert sorted(house.left()[2:]) == ["news/1", "urgent/1"]


def test_caps_hold_over_all_journeys_of_one_moment() -> None:
    policy = {"kind": "policy", "title": TITLE, "caps": [{"channel": "email", "at_most": 2, "within": "P7D"}]}
    house = House(policy, *(journey(f"j{n}", {"email": "hello"}, {"sms": "hello"}) for n in range(4)))
    house.track("Started")
    assert [one.message.channel for one in house.stage.left].count("email") == 2
    assert [one.message.channel for one in house.stage.left].count("sms") == 4
    left_out = [one.reason for one in house.stage.messages() if one.status == "skipped"]
    assert left_out == ["capped: 2 by email within P7D"] * 2


def test_an_exit_keeps_those_out_for_whom_it_holds() -> None:
    vip = {"kind": "segment", "name": "vip", "title": TITLE, "when": {"trait": "vip", "equals": True}}
    exits = [{"when": {"segment": "vip"}, "reason": "is a VIP"}]
    house = House(vip, journey("j", {"wait": "P1D"}, {"email": "hello"}, exits=exits))
    house.stage.say({"type": "identify", "userId": "ann", "traits": {"vip": True}})
    house.track("Started")
    assert house.outcomes() == {"j": "is a VIP"}
    assert [one.status for one in house.stage.enrollments()] == [KEPT_OUT]
    house.wait(2 * DAY)
    assert house.left() == []
    house.stage.say({"type": "identify", "userId": "ann", "traits": {"vip": False}})
    house.track("Started")
    house.wait(2 * DAY)
    assert len(house.left()) == 1, "what stood against it does so no more"


LATER = {
    "kind": "policy",
    "title": TITLE,
    "caps": [{"channel": "email", "at_most": 1, "within": "P1D", "then": "later"}],
}


def test_what_a_cap_puts_off_does_not_leave_when_its_journey_was_cut_short() -> None:
    reached = journey("reached", {"email": "offer"}, {"wait": "P9D"}, goal={"event": "Order Completed"})
    left = journey("left", {"email": "offer"}, {"wait": "P9D"}, exits=[{"event": "Order Completed"}])
    house = House(journey("first", {"email": "hello"}), reached, left, LATER)
    house.track("Started")
    house.wait(HOUR)
    assert house.left() == ["first/1"]
    house.track("Order Completed")
    house.wait(9 * DAY)
    assert house.left() == ["first/1"]
    reasons = {one.journey: one.reason for one in house.stage.messages()}
    assert reasons["reached"] == "the journey ended: goal"
    assert reasons["left"] == "the journey ended: Order Completed came"


def test_what_a_cap_puts_off_leaves_when_its_journey_just_came_to_its_end() -> None:
    ways = journey("ways", {"email": "hello"}), journey("ends", {"email": "offer"}, {"exit": "that is all"})
    house = House(*ways, LATER)
    house.track("Started")
    house.wait(3 * DAY)
    assert sorted(house.left()) == ["ends/1", "ways/1"]


STAGES = {
    "kind": "lifecycle", "name": "lifecycle", "title": TITLE,
    "stages": [{"stage": "mql", "when": {"score": {"at_least": 50}}}],
}  # fmt: skip
GOLD = {"kind": "segment", "name": "gold", "title": TITLE, "when": {"trait": "vip", "equals": True}}


@pytest.mark.parametrize(
    ("update", "when"),
    [
        ({"traits": {"vip": True}}, {"trait": "vip", "equals": True}),
        ({"traits": {"vip": True}}, {"segment": "gold"}),
        ({"tags": {"add": ["vip"]}}, {"trait": "tags", "contains": "vip"}),
        ({"lists": {"add": ["customers"]}}, {"list": "customers"}),
        ({"score": 60}, {"score": {"at_least": 50}}),
        ({"score": 60}, {"stage": {"at_least": "mql"}}),
        ({"stage": "customer"}, {"stage": {"is": "customer"}}),
        ({"interests": {"sofas": 3}}, {"interest": {"category": "sofas", "at_least": 2}}),
        ({"withdraw": "marketing/sms"}, {"not": {"consent": "marketing/sms"}}),
    ],
)
def test_the_step_behind_an_update_sees_what_it_changed(update: dict[str, Any], when: dict[str, Any]) -> None:
    ways = {"branch": [{"when": when, "steps": [{"id": "yes", "email": "hello"}]}, {"steps": [{"exit": "stale"}]}]}
    house = House(SCORING, INTERESTS, CUSTOMERS, STAGES, GOLD, journey("j", {"update": update}, ways))
    house.track("Started")
    assert (house.left(), house.outcomes()) == (["j/yes"], {"j": FINISHED})


def test_a_colleague_is_told_the_stage_and_score_that_the_step_before_gave() -> None:
    alert = {"notify": {"template": "offer", "to": "sales@example.com"}}
    handed = {"hand_over": {"task": {"title": TITLE, "due": "P1D"}}}
    steps = [{"update": {"score": 60}}, {"id": "first", **alert}, handed, {"id": "second", **alert}]
    house = House(SCORING, STAGES, journey("j", *steps))
    house.track("Started")
    told = {one.step: (one.data["about"]["score"], one.data["about"]["stage"]) for one in house.stage.messages()}
    assert told == {"first": (60, "mql"), "second": (60, "sql")}
    assert house.contact.stage == "sql"


def test_of_two_updates_in_one_move_the_later_counts() -> None:
    """Also of many, whatever the ids of their events are."""
    states = [f"s{number}" for number in range(6)]
    when = {"trait": "state", "equals": states[-1]}
    steps = [{"update": {"traits": {"state": one}}} for one in states]
    house = House(journey("j", *steps, {"branch": [{"when": when, "steps": [{"id": "yes", "email": "hello"}]}]}))
    house.track("Started")
    assert (house.contact.traits["state"], house.left()) == (states[-1], ["j/yes"])


def test_what_was_changed_is_known_behind_a_wait_that_was_over_before_it_began() -> None:
    """What is waited for came while nobody could work; all is caught up with in one go."""
    ways = {"branch": [{"when": {"trait": "vip", "equals": True}, "steps": [{"id": "yes", "email": "hello"}]}]}
    waits = {"wait_for": {"event": "Form Submitted", "timeout": "P7D"}}
    house = House(journey("j", {"update": {"traits": {"vip": True}}}, waits, ways))
    later = to_iso(NOW + 1)
    house.stage.say(
        {"type": "track", "userId": "ann", "event": "Started"},
        {"type": "track", "userId": "ann", "event": "Form Submitted", "timestamp": later},
    )
    house.wait(MINUTE)
    assert house.left() == ["j/yes"]


def test_a_date_that_is_put_off_while_somebody_waits_for_it_is_kept() -> None:
    waits = {"wait_until": {"date": "contract_end", "offset": "-P30D", "time": "09:00"}}
    house = House(journey("j", waits, {"email": "hello"}))
    house.stage.say({"type": "identify", "userId": "ann", "traits": {"contract_end": "2026-04-15"}})
    house.track("Started")
    house.stage.say({"type": "identify", "userId": "ann", "traits": {"contract_end": "2026-05-15"}})
    house.wait(30 * DAY)
    assert house.left() == [], "thirty days before the former end"
    (enrollment,) = house.stage.enrollments()
    assert (enrollment.step, enrollment.wake_at) == ("1", from_iso("2026-04-15T07:00"))
    house.wait(30 * DAY)
    assert house.left() == ["j/2"]
