from pathlib import Path

import pytest

from leadwell import console
from leadwell.cli import words
from leadwell.clock import DAY, HOUR, to_iso
from leadwell.console.api.shapes.explanations import DecisionShape, Explanation
from leadwell.definitions.library import Library
from leadwell.journeys.deciding import Outcome
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn, user


@pytest.fixture
def api() -> SignedIn:
    world = World()
    world.post(world.identify("ann", email="ann@example.com", company="Example"))
    return SignedIn(world, "viewer")


def explained(api: SignedIn, **query: int) -> dict:
    reply = api.get(f"/api/contacts/{user('ann')}/explain", **query)
    assert reply.status == 200
    return reply.body


def segment(found: dict, name: str) -> dict:
    return next(one for one in found["segments"] if one["name"] == name)


def test_every_point_is_accounted_for(api: SignedIn) -> None:
    world = api.world
    for n in range(60):
        world.advance(3 * HOUR)
        world.post(world.event("ann", "Page Viewed", {"n": n}, type="page"))
    world.post(world.event("ann", "Product Added", {"cart_id": "1"}), world.event("ann", "Order Completed"))
    world.advance(10 * DAY)
    score = explained(api, limit=5)["score"]
    held = sum(one["value"] for one in score["conditions"])
    assert score["unexplained"] == 0
    assert sum(one["value"] for one in score["rules"]) + held == pytest.approx(score["score"], abs=1e-4)
    listed = sum(one["value"] for one in score["credits"]) + score["older"]["value"]
    assert listed + held == pytest.approx(score["score"], abs=1e-4)
    assert api.get(f"/api/contacts/{user('ann')}").body["score"] == pytest.approx(score["score"], abs=0.01)
    rules = {one["rule"]: one for one in score["rules"]}
    # The rule counts 50 times at most; an order does not fade.
    assert (rules["page-viewed"]["times"], rules["page-viewed"]["points"]) == (50, 50)
    assert rules["page-viewed"]["value"] < 50
    assert (rules["ordered"]["value"], rules["product-added"]["value"] < 10) == (25, True)
    assert [(one["rule"], one["value"]) for one in score["conditions"] if one["value"]] == [("company-known", 10)]
    assert [one["name"] for one in score["credits"][:2]] == ["Product Added", "Order Completed"] or len(
        score["credits"]
    ) == 5


def test_a_segment_is_taken_apart(api: SignedIn) -> None:
    world = api.world
    for _ in range(3):
        world.advance(HOUR)
        world.post(world.event("ann", "Product Viewed", {"category": "sofas"}))
    sofas = segment(explained(api), "sofa-interest")
    assert (sofas["member"], sofas["since"], sofas["until"]) == (
        True,
        "2026-03-02T11:00:00.000Z",
        "2026-03-09T09:00:00.000Z",
    )
    reason = sofas["reason"]
    assert reason["kind"] == "event"
    assert reason["rule"] == {
        "event": "Product Viewed",
        "where": {"category": {"equals": "sofas"}},
        "at_least": 3,
        "within": "P7D",
    }
    assert (reason["truth"], reason["until"], reason["found"]["times"]) == (True, "2026-03-09T09:00:00.000Z", 3)
    world.advance(7 * DAY)
    sofas = segment(explained(api), "sofa-interest")
    assert (sofas["member"], sofas["since"], sofas["until"]) == (False, None, None)
    assert (sofas["reason"]["truth"], sofas["reason"]["found"]["times"]) == (False, 2 - 2)


def test_the_parts_of_a_condition_say_what_they_found(api: SignedIn) -> None:
    hot = segment(explained(api), "hot-leads")["reason"]
    assert (hot["kind"], hot["truth"]) == ("all", False)
    score, stage = hot["parts"]
    assert (score["rule"], score["found"], score["truth"]) == ({"at_least": 50}, {"score": 10}, False)
    assert (stage["kind"], stage["truth"], stage["parts"][0]["found"]["stage"]) == ("not", True, "lead")
    news = segment(explained(api), "newsletter")["reason"]
    assert "consent" in repr(news)


def test_the_stage_and_what_is_missing_for_the_next(api: SignedIn) -> None:
    found = explained(api)
    stages = {one["stage"]: one for one in found["stages"]}
    assert found["stage"] == "lead"
    assert stages["lead"]["reached_at"] == "2026-03-02T08:00:00.000Z"
    assert stages["mql"]["reached_at"] is None
    assert [part["truth"] for part in stages["mql"]["reason"]["parts"]] == [True, False]


def test_why_a_stage_was_reached_whose_rule_holds_no_more(api: SignedIn) -> None:
    world = api.world
    for n in range(5):
        world.post(world.event("ann", "Product Added", {"cart_id": str(n)}))
    reached = world.clock.moment
    stage = {one["stage"]: one for one in explained(api)["stages"]}["mql"]
    assert (stage["reason"]["truth"], stage["then"]) == (True, None), "what holds needs no looking back"
    world.advance(90 * DAY)
    found = explained(api)
    stages = {one["stage"]: one for one in found["stages"]}
    assert found["stage"] == "mql" and not stages["mql"]["reason"]["truth"]
    then = stages["mql"]["then"]
    assert then["truth"] and stages["mql"]["reached_at"] == to_iso(reached)
    assert then["parts"][1]["found"]["score"] == pytest.approx(60, abs=0.01)
    assert stages["mql"]["reason"]["parts"][1]["found"]["score"] < 20
    assert stages["lead"]["then"] is None and stages["sql"]["then"] is None
    said = list(words.explanation(Explanation.model_validate(found)))
    place = said.index("    its rule held then, and a stage that was reached is kept:")
    assert said[place - 1].startswith("  mql: reached ") and said[place + 1].startswith("      yes  all of")
    assert said[said.index("    the rule now:") + 1].startswith("       no  all of")


def test_a_stage_that_somebody_set_has_no_rule_that_held(api: SignedIn) -> None:
    world = api.world
    world.post(world.event("ann", "Stage Set", {"stage": "opportunity"}))
    stage = {one["stage"]: one for one in explained(api)["stages"]}["opportunity"]
    assert stage["reached_at"] and not stage["reason"]["truth"] and stage["then"] is None


def test_why_a_message_was_not_sent_and_a_journey_stands_where_it_does(api: SignedIn) -> None:
    world = api.world
    world.post(world.event("ann", "Product Added", {"cart_id": "1"}))
    world.advance(4 * HOUR)
    found = explained(api)
    (message,) = found["messages"]
    assert (message["status"], message["reason"]) == ("skipped", "no consent to marketing/email")
    (journey,) = found["journeys"]
    assert (journey["journey"], journey["step"], journey["cause"]) == (
        "abandoned-cart",
        "more-patience",
        "Product Added",
    )
    outside = {one["journey"]: one for one in found["not_entered"]}
    assert outside["welcome"]["trigger"]["event"] == "Signed Up"
    assert (outside["welcome"]["times"], outside["birthday"]["times"]) == (0, None)


def test_a_contact_that_has_yet_to_be_recounted_says_so(api: SignedIn) -> None:
    world = api.world
    api.world.post(world.event("ann", "Product Viewed"))
    rule = "{id: seen, event: Product Viewed, points: 7}"
    text = f"kind: scoring\nname: shop\ntitle: {{en: Shop, de: Shop}}\nrules: [{rule}]\n"
    assert SignedIn(world).post("/api/definitions", {"text": text}).body["recounts"] is True
    found = explained(api)
    assert found["up_to_date"] is False
    assert found["score"]["unexplained"] != 0


def test_why_a_message_was_sent_or_not(api: SignedIn) -> None:
    world = api.world
    world.post(world.event("ann", "Product Added", {"cart_id": "1"}))
    world.advance(DAY)
    found = {(one["channel"], one["template"]): one for one in explained(api)["decisions"]}
    assert found["email", "abandoned-cart"]["outcome"] == "not_sent"
    assert found["email", "abandoned-cart"]["reason"] == "no consent to marketing/email"
    assert found["sms", "abandoned-cart"]["outcome"] == "waiting"
    assert found["email", "birthday"]["outcome"] == "not_so", "she has told no birthday"


def test_whoever_was_held_out_is_explained_too(api: SignedIn) -> None:
    world = api.world
    document = {
        "kind": "journey",
        "name": "compared",
        "title": {"en": "Compared", "de": "Verglichen"},
        "description": {"en": "For a test.", "de": "Zum Testen."},
        "trigger": {"event": "Started"},
        "holdout": 90,
        "goal": {"event": "Ordered", "within": "P7D"},
        "steps": [{"email": "welcome-hello"}],
    }
    Library(world.table).publish("journey", "compared", document, now=world.clock.now(), by="ann")
    for number in range(40):
        world.post(world.identify(f"u{number}"), world.event(f"u{number}", "Started"))
    outcomes = set()
    for number in range(40):
        body = api.get(f"/api/contacts/{user(f'u{number}')}/explain").body
        outcomes |= {one["outcome"] for one in body["decisions"] if one["journey"] == "compared"}
        assert {one["status"] for one in body["journeys"]} <= {"held out", "finished"}
    assert outcomes >= {"kept_out", "not_sent"}


def publish(api: SignedIn, name: str, trigger: dict, *steps: dict, **more: object) -> None:
    title = {"en": name, "de": name}
    steps = steps or ({"id": "mail", "email": "welcome-hello"},)
    document = {"kind": "journey", "name": name, "title": title, "description": title, "trigger": trigger}
    library = Library(api.world.table)
    library.publish("journey", name, document | {"steps": list(steps)} | more, now=api.world.clock.now(), by="ann")


def outcomes(api: SignedIn, journey: str) -> list[tuple[str, str | None, str]]:
    decided = explained(api)["decisions"]
    return [(one["outcome"], one["at"], one["key"]) for one in decided if one["journey"] == journey]


def test_what_begins_and_lasts_is_not_said_to_have_happened_or_not(api: SignedIn) -> None:
    world = api.world
    for _ in range(3):
        world.advance(HOUR)
        world.post(world.event("ann", "Product Viewed", {"category": "sofas"}))
    vip = {"trait": "vip", "equals": True}
    publish(api, "for-sofas", {"segment": "sofa-interest"})
    publish(api, "for-vips", {"segment": "sofa-interest", "who": vip})
    publish(api, "for-hot", {"segment": "hot-leads"})
    publish(api, "for-leads", {"stage": "lead"})
    publish(api, "becoming", {"becomes": vip})
    publish(api, "leaving", {"left_segment": "sofa-interest"})
    publish(api, "called", {"schedule": {"at": "2030-01-01T09:00"}, "everyone": True})
    publish(api, "dated", {"date": "contract_end"})
    publish(api, "by-hand", {"manual": True})
    since = "2026-03-02T11:00:00.000Z"
    assert outcomes(api, "for-sofas") == [("so_already", since, "")]
    assert outcomes(api, "for-vips") == [("not_meant", since, "")]
    assert outcomes(api, "for-hot") == [("not_so", None, "")]
    assert [one[0] for one in outcomes(api, "for-leads")] == ["so_already"]
    assert outcomes(api, "becoming") == outcomes(api, "leaving") == outcomes(api, "dated") == [("not_so", None, "")]
    assert outcomes(api, "called") == [("on_its_day", None, "")]
    assert outcomes(api, "by-hand") == [("not_triggered", None, "")]


def test_paused_not_meant_and_passed_by_are_told_apart(api: SignedIn) -> None:
    world = api.world
    world.post(world.event("ann", "Started"))
    publish(api, "too-late", {"event": "Started"})
    publish(api, "for-vips", {"event": "Started", "who": {"trait": "vip", "equals": True}})
    publish(api, "at-rest", {"event": "Started"})
    library = Library(world.table)
    library.set_status("journey", "at-rest", "paused")
    found = {name: outcomes(api, name)[0][0] for name in ("too-late", "for-vips", "at-rest")}
    assert found == {"too-late": "not_let_in", "for-vips": "not_meant", "at-rest": "paused"}


def test_who_is_not_let_in_again_is_told_so(api: SignedIn) -> None:
    world = api.world
    publish(api, "once", {"event": "Started"})
    publish(api, "often", {"event": "Started"}, reentry="always")
    world.post(world.event("ann", "Started"))
    assert [one[0] for one in outcomes(api, "once")] == ["not_sent"]
    world.advance(HOUR)
    world.post(world.event("ann", "Started"))
    assert [one[:2] for one in outcomes(api, "once")][1:] == [("not_again", "2026-03-02T09:00:00.000Z")]
    assert "not_again" not in [one[0] for one in outcomes(api, "often")]


def test_two_carts_and_a_webhook(api: SignedIn) -> None:
    world = api.world
    hook = {"id": "tell-crm", "webhook": "https://crm.example.com/leads"}
    publish(api, "carts", {"event": "Put Aside", "key": "cart"}, {"wait": "P1D"}, hook)
    for number in range(12):
        world.advance(60_000)
        world.post(world.event("ann", "Put Aside", {"cart": f"c{number}"}))
    keys = [key for _, _, key in outcomes(api, "carts")]
    assert keys == [f"c{number}" for number in range(11, 1, -1)], "the newest ten"
    (one, *_) = [one for one in explained(api)["decisions"] if one["journey"] == "carts"]
    assert (one["sender"], one["channel"], one["outcome"]) == ("tell-crm", "webhook", "waiting")


def test_every_outcome_has_a_sentence_of_its_own() -> None:
    page = (Path(console.__file__).parent / "static" / "decided.js").read_text("utf-8")
    about = {"journey": "j", "sender": "s", "channel": "email", "template": "t", "at": None, "reason": "", "step": ""}
    said = set()
    for outcome in Outcome:
        said.add(words._decision(DecisionShape.model_validate({**about, "key": "", "outcome": outcome.value})))
        assert f"\n  {outcome.value}: (" in page
    assert len(said) == len(Outcome)
