"""What is no sound JSON, or more than can be stored, is named before anything is done."""

import base64
import json

import pytest

from leadwell.console.bodies import LIMIT
from leadwell.console.problems import problem
from leadwell.console.reporting import identity
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn

ANN = '{"identities": {"user_id": "ann"}}'


@pytest.fixture
def api() -> SignedIn:
    return SignedIn(World(templates=None))


def put(api: SignedIn, text: str, **headers: str) -> tuple[int, str]:
    reply = api.call("PUT", "/api/contacts", text=text, headers=headers)
    return reply.status, str(reply.body.get("detail", ""))


def test_a_sound_body(api: SignedIn) -> None:
    assert put(api, ANN)[0] == 202
    assert put(api, ANN, content_type="application/json; charset=utf-8")[0] == 202
    assert put(api, ANN, content_type="")[0] == 202


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 100_000, "nested too deeply"),
        ("9" * 5_000, "38 digits"),
        ('{"traits": {"a": NaN}}', "38 digits"),
        ('{"traits": {"a": -Infinity}}', "38 digits"),
        (r'{"traits": {"a": "\ud83d"}}', "half a character"),
        (r'{"traits": {"\udc00": 1}}', "half a character"),
        ("{'a': 1}", "at character 1"),
    ],
)
def test_what_is_no_json(api: SignedIn, text: str, says: str) -> None:
    status, detail = put(api, text)
    assert status == 400
    assert says in detail


@pytest.mark.parametrize("raw", [b"\xff\xfe{}", b"\x1f\x8b", ANN.encode("utf-16")])
def test_what_is_no_text(api: SignedIn, raw: bytes) -> None:
    event = {"method": "PUT", "path": "/api/contacts", "body": base64.b64encode(raw).decode()}
    assert in_base64(api, **event) == (400, "the body must be JSON in UTF-8")
    assert in_base64(api, **{**event, "body": "a"})[0] == 400


def in_base64(api: SignedIn, method: str, path: str, body: str) -> tuple[int, str]:
    answer = api.world.call(
        "manage",
        {
            "rawPath": path,
            "headers": {"content-type": "application/json"},
            "requestContext": {
                "http": {"method": method, "path": path},
                "requestId": "r",
                "stage": "$default",
                "authorizer": {"jwt": {"claims": {"sub": "x", "cognito:groups": "[admin]"}}},
            },
            "body": body,
            "isBase64Encoded": True,
        },
    )
    return answer["statusCode"], json.loads(answer["body"])["detail"]


@pytest.mark.parametrize("kind", ["multipart/form-data", "application/x-www-form-urlencoded", "application/jsonx"])
def test_forms_are_none_of_our_formats(api: SignedIn, kind: str) -> None:
    assert put(api, ANN, content_type=kind)[0] == 415


def test_too_much(api: SignedIn) -> None:
    assert put(api, json.dumps({"traits": {"a": "x" * LIMIT}}))[0] == 413


def test_more_than_an_event_may_hold(api: SignedIn) -> None:
    status, detail = put(api, json.dumps({"identities": {"user_id": "ann"}, "traits": {"a": "x" * 40_000}}))
    assert (status, detail) == (400, "a call may have at most 32 KB")
    assert api.world.table.items("EVENT") == []


def test_an_answer_quotes_nothing_that_cannot_be_sent() -> None:
    assert json.loads(problem(404, "there is no \ud83d").body or "")["detail"] == "there is no \ufffd"
    assert identity("user_id", "ann\ud83d").value == "ann\ufffd"


def test_an_id_that_is_no_key_is_refused(api: SignedIn) -> None:
    assert api.get("/api/contacts/" + "x" * 3_000).status == 400
    assert api.get(f"/api/contacts/c1/messages/{'x' * 2_000}").status == 400
    assert api.delete("/api/contacts/" + "x" * 3_000).status == 400


@pytest.mark.parametrize("month", ["0000-01", "٢٠٢٦-01", "2026-13", "2026-1", "2026-01\n"])
def test_a_month_that_there_is_not(api: SignedIn, month: str) -> None:
    assert api.get("/api/audit", month=month).status == 400
