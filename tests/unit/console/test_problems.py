import pytest

from leadwell.errors import Broken, Conflict, Refused, Retryable, Throttled
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn, gateway_event


@pytest.fixture
def api() -> SignedIn:
    return SignedIn(World(templates=None))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused("is wrong", "name"), 400),
        (Conflict(), 409),
        (Broken("cannot be"), 409),
        (Throttled(retry_after=7), 503),
        (Retryable("later"), 503),
        (RuntimeError("ann@example.com"), 500),
    ],
)
def test_every_error_is_a_problem(
    api: SignedIn, error: Exception, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(request: str) -> None:
        raise error

    api.world.table.on_request = fail
    reply = api.get("/api/contacts/c1")
    assert reply.status == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.body["status"] == status
    assert reply.body["type"] == "about:blank"
    assert "ann@example.com" not in repr(reply.body) + capsys.readouterr().out
    if status == 503:
        assert reply.headers["retry-after"] == ("7" if isinstance(error, Throttled) else "1")


def test_broken_json_is_said_so(api: SignedIn) -> None:
    reply = api.call("PUT", "/api/contacts", text="{")
    assert reply.status == 400
    assert reply.body["detail"].startswith("the body must be JSON: ")
    assert reply.body["detail"].endswith(" at character 1")


def test_another_content_type_is_said_so(api: SignedIn) -> None:
    reply = api.call("PUT", "/api/contacts", text="<a/>", headers={"content_type": "text/xml"})
    assert (reply.status, reply.headers["content-type"]) == (415, "application/problem+json")


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/nothing"), ("PATCH", "/api/contacts"), ("GET", "/api/")])
def test_what_does_not_exist(api: SignedIn, method: str, path: str) -> None:
    reply = api.call(method, path)
    assert (reply.status, reply.headers["content-type"]) == (404, "application/problem+json")


def test_a_body_in_base64_is_read(api: SignedIn) -> None:
    event = gateway_event(
        "PUT",
        "/api/contacts",
        body="eyJpZGVudGl0aWVzIjogeyJ1c2VyX2lkIjogImFubiJ9fQ==",
        claims={"sub": "person-1", "cognito:groups": "[admin]"},
    )
    assert api.world.call("manage", {**event, "isBase64Encoded": True})["statusCode"] == 202
