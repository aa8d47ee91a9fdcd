"""``manage`` in front of people who are signed in and send strange things, and of people who are not."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.console.roles import ROLES
from leadwell.ids import contact_id
from leadwell.planning.plan import FORMAT
from tests.security.effort import examples
from tests.security.installation import PUBLIC, SERVER, Answer, Installation, installation, request
from tests.security.strange import HEADERS, JSON, RAW_JSON, TEXTS, VALUES, as_json, spoiled, spoiled_everywhere

PLAN = {
    "asked": {"files": [], "folders": []},
    "made_at": "2026-11-22T08:00:00.000Z",
    "revision": 0,
    "fingerprint": "",
    "changes": [],
    "format": FORMAT,
}
"""A plan that does not hold any more."""
SEGMENT = "kind: segment\nname: berliners\ntitle: {en: Berliners, de: Berliner}\nwhen: {trait: city, equals: Berlin}\n"
LONG = "x" * 3_000
"""Longer than a key may be, and well within what API Gateway lets through."""

BODIES: dict[str, dict[str, Any]] = {
    "upsert_contact": {
        "identities": {"user_id": "ann", "email": "ann@example.com", "phone": "+12025550143", "anonymous_id": "v1"},
        "traits": {"city": "Berlin", "birthday": "1990-02-28"},
    },
    "call_into_journey": {"segment": "newsletter"},
    "describe_company": {"group_id": "acme", "attributes": {"industry": "retail"}},
    "search_contacts": {"email": "ann@example.com"},
    "report_event": {"name": "Phone Call", "properties": {"minutes": 5}, "at": "2026-03-02T07:00:00Z"},
    "report_consent": {
        "purpose": "marketing",
        "channel": "email",
        "state": "granted",
        "source": "form",
        "wording": "Yes, write to me.",
    },
    "restrict_contact": {"reason": "A letter says so."},
    "lift_restriction": {"reason": "The data were right."},
    "suppress": {
        "source": "a list",
        "suppressions": [{"address": "x@example.com", "reason": "stop", "at": "2026-03-02"}],
    },
    "find_suppression": {"address": "+12025550143"},
    "lift_suppression": {"address": "x@example.com", "reason": "It works again."},
    "validate_definition": {"text": SEGMENT, "parameters": {}},
    "publish_definition": {"text": SEGMENT, "parameters": {}, "in_flight": "migrate"},
    "activate_journey": {"parameters": {"remind_after": "PT1H"}, "in_flight": "finish"},
    "add_key": {"kind": "public", "name": "shop", "origins": ["https://shop.example.com"]},
    "withdraw_key": {"key": "lw_public_x"},
    "make_plan": {"definitions": [{"name": "x", "text": SEGMENT, "parameters": {}}], "in_flight": "exit"},
    "apply_plan": {"definitions": [{"text": SEGMENT, "parameters": {}}], "plan": PLAN},
    "preview_definition": {"text": SEGMENT, "parameters": {}, "limit": 10, "examples": 5},
    "change_list": {"add": [contact_id("user_id", "ann")], "remove": [contact_id("anonymous_id", "visitor-1")]},
    "take_snapshot": {"segment": "newsletter"},
    "preview_email": {"locale": "de", "event": {}, "journey": {}},
    "test_email": {"to": "team@example.com", "contact": contact_id("user_id", "ann")},
    "send_message": {
        "channel": "email",
        "template": "appointment-reminder",
        "to": {"contact": contact_id("user_id", "ann")},
        "data": {"date": "2026-03-09T10:00:00Z"},
        "locale": "de",
    },
    "pause_marketing": {"reason": "the list came from a fair"},
    "upload_products": {
        "products": [
            {"id": "1", "name": "Sofa", "url": "https://shop.example.com/1", "price": 499.5, "category": "sofas"},
            {"id": "2", "name": {"de": "Lampe", "en": "Lamp"}, "rank": 1, "goes_with": ["1"], "in_stock": False},
        ]
    },
    "end_task": {"outcome": "accepted", "note": "Called back."},
    "upload_vouchers": {"codes": ["SUMMER-1", "SUMMER-2"]},
}


def description() -> dict[str, Any]:
    answer = installation().answer("manage", request("GET", "/openapi.json"))
    found: dict[str, Any] = answer.body
    return found


def operations() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Operation id, method, path with its places, and what the description says."""
    for path, methods in description()["paths"].items():
        for method, operation in methods.items():
            yield operation["operationId"], method.upper(), path, operation


OPERATIONS = {name: (method, path, operation) for name, method, path, operation in operations()}
SIGNED_IN = [name for name, (_, _, operation) in OPERATIONS.items() if "x-least-role" in operation]
"""The others are for programs with a server key."""
each_operation = pytest.mark.parametrize("name", OPERATIONS)


def places(house: Installation) -> dict[str, str]:
    return {
        "contact_id": house.ann,
        "company_id": house.company,
        "call_id": house.pending,
        "message_id": house.parked,
        "kind": "journey",
        "name": "abandoned-cart",
        "pool": "summer",
        "task_id": house.task,
    }


def filled(house: Installation, path: str, **other: str) -> str:
    names = {"/segments/": "newsletter", "/lists/": "friends", "/emails/": "welcome-hello"}
    known = places(house)
    known["name"] = next((name for part, name in names.items() if part in path), known["name"])
    known |= other
    return re.sub(r"\{(\w+)\}", lambda found: known[found[1]], path)


def check(answer: Answer) -> None:
    """What holds for every answer. Only the audit log may hold a trace of what then turned out to be impossible."""
    if answer.status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.body["detail"]
        assert answer.body["status"] == answer.status
        left = [key for key in answer.written if not key.pk.startswith("AUDIT#")]
        assert not left, "refused, and yet something was stored"
        assert not answer.written or answer.status in (404, 409)


def ask(house: Installation, name: str, body: Any = None, **given: Any) -> Answer:
    method, path, _ = OPERATIONS[name]
    wanted = BODIES.get(name) if body is None else body
    text = given.pop("text", None if wanted is None else as_json(wanted))
    headers = {"content-type": "application/json", **given.pop("headers", {})}
    if name not in SIGNED_IN:
        headers["authorization"] = f"Bearer {SERVER}"
    house.rewind()
    answer = house.manage(method, given.pop("path", filled(house, path)), text, headers=headers, **given)
    check(answer)
    return answer


def follow(house: Installation) -> None:
    house.world.run()
    assert not any(house.world.queues.aside.values()), "what was accepted had to be set aside"


def test_the_bodies_that_are_spoiled_below_are_good_ones() -> None:
    assert {name for name, (_, _, one) in OPERATIONS.items() if "requestBody" in one} == set(BODIES)
    for name in BODIES:
        assert ask(installation(), name).status < 300, name


@pytest.mark.parametrize("name", BODIES)
def test_anything_at_any_place_of_a_body(name: str) -> None:
    house = installation()
    for _, strange in spoiled_everywhere(BODIES[name]):
        ask(house, name, text=as_json(strange))
        follow(house)


@pytest.mark.parametrize("name", BODIES)
def test_several_strange_things_in_a_body(name: str) -> None:
    @examples(60)
    @given(spoiled(BODIES[name]))
    def attempt(body: Any) -> None:
        house = installation()
        ask(house, name, text=as_json(body))
        follow(house)

    attempt()


@pytest.mark.parametrize("name", BODIES)
def test_bodies_that_are_none(name: str) -> None:
    house = installation()
    good = as_json(BODIES[name])
    for text in ("", "null", "[]", "{", "[" * 100_000, '{"a":' * 20_000, "1" * 5_000, "\ufeff{}", good + "}"):
        for is_base64 in (False, True):
            answer = ask(house, name, text=text, is_base64=is_base64)
            assert 400 <= answer.status < 500, (text[:20], answer.text)
    for raw in (b"\xff\xfe", b"\x00", b"\x1f\x8b", good.encode("utf-16")):
        assert 400 <= ask(house, name, text=raw).status < 500
    assert ask(house, name, text=good.encode()).status < 300, "base64 is how API Gateway hands over some bodies"
    for kind in ("", "text/plain", "multipart/form-data", "application/json;charset=utf-16", "*/*", "x" * 500):
        ask(house, name, text=good, headers={"content-type": kind})


@pytest.mark.parametrize("name", ["upsert_contact", "report_event"])
def test_more_than_an_item_can_hold_is_refused(name: str) -> None:
    field = "traits" if name == "upsert_contact" else "properties"
    for large in ({"a": "x" * 500_000}, {f"a{n}": "x" * 1_000 for n in range(500)}, {"a": ["x"] * 200_000}):
        answer = ask(installation(), name, {**BODIES[name], field: large})
        assert answer.status in (400, 413)


def test_a_definition_and_its_parameters_that_are_more_than_an_item_can_hold_are_refused() -> None:
    house = installation()
    long = SEGMENT.replace("Berliners, de", "B" * 150_000 + ", de")
    for body in (
        {"text": SEGMENT, "parameters": {"a": "x" * 500_000}},
        {"text": long, "parameters": {}},
        {"text": SEGMENT + "# " + "ä" * 199_000, "parameters": {}},
    ):
        assert ask(house, "publish_definition", body).status < 500


YAML = [
    "",
    "a",
    "[]",
    "null",
    "&a [*a]",
    "a: &a [1]\n" + "\n".join(f"b{n}: &b{n} [*a, *a]" for n in range(5)),
    "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 8))]),
    "!!python/object/apply:os.system ['true']",
    "kind: segment\nname: " + "x" * 3_000,
    "kind: journey\nname: x",
    "kind: nothing\nname: x",
    "kind: segment\nname: ../../x\ntitle: {en: a, de: b}\nwhen: {trait: a, equals: b}",
    SEGMENT.replace("Berlin}", '"\\ud800"}'),
    SEGMENT.replace("equals: Berlin", "equals: .nan"),
    SEGMENT.replace("equals: Berlin", f"equals: {'9' * 400}"),
    SEGMENT.replace("equals: Berlin", f"equals: {'9' * 5_000}"),
    SEGMENT.replace("equals: Berlin", "matches: '(a+)+$'"),
    SEGMENT.replace("{trait: city, equals: Berlin}", "{not: " * 200 + "{trait: a, equals: b}" + "}" * 200),
    SEGMENT.replace("{trait: city, equals: Berlin}", "{segment: berliners}"),
    SEGMENT + "---\n" + SEGMENT,
    SEGMENT + "when: {trait: a, equals: b}\n",
    "{" * 400,
    "[" * 400,
    "- " * 10_000,
    "\t",
    "\x00",
    "2026-02-30",
    "kind: 2026-02-28",
    "? [a]\n: b",
    "<<: 1",
]


@pytest.mark.parametrize("number", range(len(YAML)))
def test_any_text_as_a_definition(number: int) -> None:
    house = installation()
    for name in ("validate_definition", "publish_definition"):
        ask(house, name, {"text": YAML[number], "parameters": {}})
        follow(house)


@examples(60)
@given(TEXTS, JSON)
def test_any_name_and_value_as_a_parameter(name: str, value: Any) -> None:
    house = installation()
    for parameters in ({name: value}, {"remind_after": value}):
        ask(house, "activate_journey", {"parameters": parameters})
        ask(house, "publish_definition", {"text": SEGMENT, "parameters": parameters})


def cursors() -> list[str]:
    def packed(text: str) -> str:
        return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")

    contents = ["", "[]", "{}", "null", '["a"]', '["2026-03-"]', '["E#"]', "[1]", "[0,1]", '[99,"a"]', '[-1,"a"]']
    contents += ['[0,"\\ud800"]', '["E#\\ud800"]', '["2026-03\\ud800"]', "[" * 5_000, '[1e999,"a"]', '["E#\\u0000"]']
    contents += [json.dumps([start + LONG]) for start in ("E#", "2026-03", "")] + [
        json.dumps([0, LONG]),
        json.dumps([0, ""]),
    ]
    return [*map(packed, contents), "x", "=", "ä", "\ud800", LONG, " ", "W10=", "W10\n"]


QUERY_VALUES = [value for value in VALUES if isinstance(value, str) and len(value) < 9_000] + [
    "-1", "0", "1", "1e3", "1.0", "10000000000000000000000", "nan", "٣", "true", LONG,
    "0000-01", "9999-12", "2026-13", "٢٠٢٦-01", "2026-01\n", "2026-1",
]  # fmt: skip


@each_operation
def test_anything_in_an_address(name: str) -> None:
    house = installation()
    _, path, operation = OPERATIONS[name]
    strange = [value for value in VALUES if isinstance(value, str) and 0 < len(value) < 9_000 and "/" not in value]
    for place in re.findall(r"\{(\w+)\}", path):
        for value in [*strange, LONG, "ä" * 1_100, "%", "%00", "%2F", quote("ä"), ".", "..", "*", "#", "C#x", "a b"]:
            ask(house, name, path=filled(house, path, **{place: value}))
    for one in operation.get("parameters", ()):
        if one["in"] == "query":
            for value in cursors() if one["name"] == "cursor" else QUERY_VALUES:
                ask(house, name, query={one["name"]: value})
                ask(house, name, query={one["name"]: value, "limit": "1"})
        if one["in"] == "header":
            for value in ["", " ", "x" * 200, "x" * 201, "ä" * 200, "\x7f", "a,b"]:
                ask(house, name, headers={one["name"]: value})


@examples(400)
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW", ""]),
    st.sampled_from(["/api", "/api/", "/api//contacts", "/api/contacts/", "/", "", "/openapi.json/", "/console/x"])
    | st.sampled_from([path for _, path, _ in OPERATIONS.values()]).map(lambda path: filled(installation(), path))
    | TEXTS.map("/api/{}".format)
    | TEXTS.map("/api/contacts/{}".format)
    | TEXTS.map("/console/{}".format)
    | TEXTS.map("/console/{}.js".format),
    st.none() | RAW_JSON | st.binary(max_size=100) | JSON.map(as_json),
    HEADERS,
    st.dictionaries(st.sampled_from(["limit", "cursor", "email", "segment", "month"]) | TEXTS, TEXTS, max_size=3),
    st.sampled_from([None, None, True, False]),
)
def test_any_request_at_any_route(
    method: str,
    path: str,
    body: str | bytes | None,
    headers: dict[str, str],
    query: dict[str, str],
    is_base64: bool | None,
) -> None:
    house = installation()
    house.rewind()
    answer = house.manage(method, path, body, headers=headers, query=query, is_base64=is_base64)
    if not path.startswith("/console"):
        check(answer)


@pytest.mark.parametrize("name", SIGNED_IN)
def test_who_is_not_signed_in_or_has_no_role_gets_nothing(name: str) -> None:
    """Behind the gateway's authorizer nobody comes here without claims; if one did, it would end the same."""
    house = installation()
    method, path, _ = OPERATIONS[name]
    for claims in (None, {}, {"sub": "x"}, *({"sub": "x", "cognito:groups": groups} for groups in NO_GROUPS)):
        house.rewind()
        body = as_json(BODIES[name]) if name in BODIES else None
        event = request(method, filled(house, path), body, headers={"content-type": "application/json"})
        if claims is not None:
            event["requestContext"]["authorizer"] = {"jwt": {"claims": claims}}
        answer = house.answer("manage", event)
        check(answer)
        assert (answer.status, answer.written) == (403, ())


NO_GROUPS: list[Any] = [
    "",
    "[]",
    "[guests]",
    "[administrators]",
    "[admin-of-nothing]",
    "Admin",
    "[ADMIN]",
    "ad min",
    None,
    0,
    True,
    ["Admins"],
    {"admin": False},
    {"x": ["y"]},
]


@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - set(SIGNED_IN)))
def test_only_a_server_key_opens_what_programs_use(name: str) -> None:
    house = installation()
    method, path, _ = OPERATIONS[name]
    for wrong in ({}, {"authorization": "Bearer nonsense"}, {"authorization": f"Bearer {PUBLIC}"}):
        house.rewind()
        headers = {"content-type": "application/json", **wrong}
        answer = house.answer("manage", request(method, path, as_json(BODIES[name]), headers=headers))
        check(answer)
        assert (answer.status, answer.written) == (403 if PUBLIC in str(wrong) else 401, ())


@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_lesser_role_is_refused(name: str) -> None:
    house = installation()
    least = OPERATIONS[name][2]["x-least-role"]
    for role in ROLES[: ROLES.index(least)]:
        answer = ask(house, name, role=role)
        assert (answer.status, answer.written) == (403, ())
    assert ask(house, name, role=least).status != 403


@examples(200)
@given(JSON)
def test_strange_groups_make_nobody_powerful(groups: Any) -> None:
    house = installation()
    house.rewind()
    event = request("GET", "/api/me")
    event["requestContext"]["authorizer"] = {"jwt": {"claims": {"sub": "x", "cognito:groups": groups}}}
    assert house.answer("manage", event).status == 403


@pytest.mark.parametrize(
    "path",
    [
        "/console/../../pyproject.toml",
        "/console/%2e%2e/handler.py",
        "/console/..%2f..%2fsettings.py",
        "/console//etc/passwd.js",
        "/console/\x00.js",
        "/console/a\x00.js",
        "/console/" + "x" * 300 + ".js",
        "/console/" + "x" * 9_000 + ".css",
        "/console/\ud800.js",
        "/console/.js",
        "/console/index.html",
        "/console/shell.py",
        "/console/main.js/",
    ],
)
def test_the_console_shows_its_own_files_only(path: str) -> None:
    house = installation()
    house.rewind()
    answer = house.manage("GET", path, role="")
    assert answer.status in (200, 404)
    assert answer.written == ()
    if answer.status == 200:
        own = house.manage("GET", "/console/main.js" if path.endswith("main.js/") else "/console", role="")
        assert answer.text == own.text
