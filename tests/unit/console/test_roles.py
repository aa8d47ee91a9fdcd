"""Who may do what. The table is the agreement; a route that is not in it fails."""

import re

import pytest

from leadwell.console.roles import ROLES, caller_of
from leadwell.ids import company_id
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn, user

LEAST = {
    "GET /api/contacts": "viewer",
    "POST /api/contacts/search": "viewer",
    "GET /api/contacts/{contact_id}": "viewer",
    "GET /api/contacts/{contact_id}/timeline": "viewer",
    "GET /api/contacts/{contact_id}/explain": "viewer",
    "PUT /api/contacts": "sales",
    "POST /api/contacts/{contact_id}/events": "sales",
    "POST /api/contacts/{contact_id}/consents": "sales",
    "DELETE /api/contacts/{contact_id}": "admin",
    "GET /api/contacts/{contact_id}/consents": "viewer",
    "GET /api/contacts/{contact_id}/consents/page": "viewer",
    "GET /api/contacts/{contact_id}/export": "admin",
    "GET /api/contacts/{contact_id}/export/page": "admin",
    "POST /api/contacts/{contact_id}/restrict": "admin",
    "POST /api/contacts/{contact_id}/lift-restriction": "admin",
    "GET /api/erasures/{contact_id}": "viewer",
    "POST /api/suppressions": "marketer",
    "POST /api/suppressions/search": "viewer",
    "POST /api/suppressions/lift": "admin",
    "GET /api/contacts/{contact_id}/messages": "viewer",
    "GET /api/contacts/{contact_id}/messages/{message_id}": "viewer",
    "POST /api/contacts/{contact_id}/messages/{message_id}/release": "marketer",
    "GET /api/companies": "viewer",
    "GET /api/companies/{company_id}": "viewer",
    "GET /api/companies/{company_id}/explain": "viewer",
    "GET /api/companies/{company_id}/members": "viewer",
    "PUT /api/companies": "sales",
    "GET /api/segments": "viewer",
    "GET /api/segments/{name}": "viewer",
    "GET /api/segments/{name}/members": "viewer",
    "GET /api/contacts/csv": "marketer",
    "GET /api/lists/{name}/members/csv": "marketer",
    "GET /api/segments/{name}/members/csv": "marketer",
    "GET /api/segments/{name}/count": "viewer",
    "GET /api/lists": "viewer",
    "GET /api/lists/{name}/members": "viewer",
    "GET /api/lists/{name}/count": "viewer",
    "POST /api/lists/{name}/changes": "marketer",
    "POST /api/lists/{name}/snapshots": "marketer",
    "POST /api/plans": "viewer",
    "POST /api/plans/apply": "marketer",
    "POST /api/previews": "viewer",
    "GET /api/rebuild": "viewer",
    "GET /api/definitions": "viewer",
    "GET /api/definitions/{kind}/{name}": "viewer",
    "POST /api/definitions/validate": "viewer",
    "POST /api/definitions": "marketer",
    "POST /api/definitions/{kind}/{name}/pause": "marketer",
    "POST /api/definitions/{kind}/{name}/resume": "marketer",
    "GET /api/templates": "viewer",
    "GET /api/journeys": "viewer",
    "GET /api/journeys/{name}": "viewer",
    "POST /api/journeys/{name}/activate": "marketer",
    "GET /api/journeys/{name}/calls": "viewer",
    "POST /api/journeys/{name}/calls": "marketer",
    "POST /api/journeys/{name}/calls/{call_id}/stop": "marketer",
    "GET /api/journeys/{name}/results": "viewer",
    "GET /api/journeys/{name}/picture": "viewer",
    "POST /api/keys": "admin",
    "POST /api/keys/withdraw": "admin",
    "GET /api/tasks": "viewer",
    "GET /api/contacts/{contact_id}/tasks": "viewer",
    "POST /api/tasks/{task_id}/done": "sales",
    "GET /api/products": "viewer",
    "POST /api/products": "marketer",
    "POST /api/emails/{name}/preview": "viewer",
    "GET /api/emails/{name}/findings": "viewer",
    "POST /api/emails/{name}/test": "marketer",
    "GET /api/reputation": "viewer",
    "POST /api/reputation/pause": "marketer",
    "POST /api/reputation/resume": "marketer",
    "GET /api/vouchers": "viewer",
    "POST /api/vouchers/{pool}": "marketer",
    "GET /api/vouchers/{pool}/codes": "viewer",
    "GET /api/overview": "viewer",
    "GET /api/me": "viewer",
    "GET /api/audit": "admin",
}
PLACES = {
    "contact_id": user("ann"),
    "company_id": company_id("acme"),
    "message_id": "m0",
    "call_id": "b0",
    "kind": "journey",
    "name": "welcome",
    "pool": "summer",
    "task_id": f"{user('ann')}.t0",
}
BODIES = {
    "POST /api/contacts/search": {"user_id": "ann"},
    "PUT /api/contacts": {"id": user("ann")},
    "POST /api/contacts/{contact_id}/events": {"name": "Phone Call"},
    "POST /api/contacts/{contact_id}/consents": {"purpose": "marketing", "channel": "sms", "state": "withdrawn"},
    "POST /api/contacts/{contact_id}/restrict": {"reason": "a letter says so"},
    "POST /api/contacts/{contact_id}/lift-restriction": {"reason": "a letter says so"},
    "POST /api/suppressions": {"source": "a list", "suppressions": [{"address": "x@example.com", "reason": "bounce"}]},
    "POST /api/suppressions/search": {"address": "x@example.com"},
    "POST /api/suppressions/lift": {"address": "x@example.com", "reason": "it works again"},
    "PUT /api/companies": {"group_id": "acme"},
    "POST /api/journeys/{name}/calls": {"everyone": True},
    "POST /api/lists/{name}/changes": {},
    "POST /api/lists/{name}/snapshots": {"segment": "newsletter"},
    "POST /api/plans": {"definitions": [{"text": "kind: nothing"}]},
    "POST /api/plans/apply": {"definitions": [{"text": "kind: nothing"}], "plan": {}},
    "POST /api/previews": {"text": "kind: nothing"},
    "POST /api/definitions/validate": {"text": "kind: nothing"},
    "POST /api/definitions": {"text": "kind: nothing"},
    "POST /api/journeys/{name}/activate": {},
    "POST /api/tasks/{task_id}/done": {},
    "POST /api/products": {"products": []},
    "POST /api/reputation/pause": {"reason": "a test"},
    "POST /api/emails/{name}/preview": {},
    "POST /api/emails/{name}/test": {"to": "me@example.com", "contact": user("ann")},
    "POST /api/vouchers/{pool}": {"codes": ["SUMMER"]},
    "POST /api/keys": {"kind": "public", "name": "shop"},
    "POST /api/keys/withdraw": {"key": "lw_public_1"},
}


@pytest.fixture(scope="module")
def world() -> World:
    world = World()
    world.post(world.identify("ann", email="ann@example.com"))
    return world


def attempt(world: World, operation: str, role: str) -> int:
    method, path = operation.split(" ")
    filled = re.sub(r"\{(\w+)\}", lambda place: PLACES[place[1]], path)
    return SignedIn(world, role).call(method, filled, BODIES.get(operation)).status


# Erasure comes last, so that the others find somebody.
@pytest.mark.parametrize("operation", sorted(LEAST, key=lambda one: one.startswith("DELETE")))
def test_a_lesser_role_is_turned_away_and_the_least_is_let_in(world: World, operation: str) -> None:
    least = ROLES.index(LEAST[operation])
    before = world.table.snapshot()
    for role in ("", *ROLES[:least]):
        assert attempt(world, operation, role) == 403
    assert world.table.snapshot() == before
    for role in ROLES[least:]:
        assert attempt(world, operation, role) in (200, 201, 202, 400, 404)


def test_no_route_is_missing_from_the_table(world: World) -> None:
    described = SignedIn(world).get("/openapi.json").body["paths"]
    found = {
        f"{method.upper()} {path}": operation["x-least-role"]
        for path, operations in described.items()
        for method, operation in operations.items()
        if operation.get("x-key") != "server"  # a program asks, and has no role
    }
    assert found == LEAST


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        ("[viewer]", "viewer"),
        ("[admin marketer]", "admin"),
        ("[sales, viewer]", "sales"),
        (["marketer"], "marketer"),
        ("[administrators]", ""),
        ("[admin/guests]", ""),
        ("[not-admin]", ""),
        ("[ADMIN]", ""),
        ({"admin": False}, ""),
        ([["admin"], None], ""),
        (True, ""),
        ("", ""),
        (None, ""),
    ],
)
def test_the_most_powerful_group_counts(groups: object, role: str) -> None:
    claims = {"sub": "person-1"} | ({} if groups is None else {"cognito:groups": groups})
    caller = caller_of({"requestContext": {"authorizer": {"jwt": {"claims": claims}}}})
    assert (caller.id, caller.role) == ("person-1", role)


def test_without_an_authorizer_nobody_has_a_role() -> None:
    assert caller_of({"requestContext": {}}).role == ""
