"""The front speaks API Gateway's payload 2.0 over real HTTP."""

import base64
import gzip

import pytest

from tests.local.running import LocalRun

ORIGIN = {"origin": "https://shop.example.com"}


def test_a_compressed_body_arrives_as_base64(local: LocalRun) -> None:
    packed = gzip.compress(b'{"batch": []}')
    event = local.post("/v1/echo", packed, {"content-encoding": "gzip"}).json()
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == packed


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/octet-stream", "multipart/form-data"]
)
def test_what_is_not_text_arrives_as_base64(local: LocalRun, kind: str) -> None:
    event = local.post("/v1/echo", b"a=1\xff", {"content-type": kind}).json()
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"a=1\xff"


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/plain;charset=UTF-8"])
def test_text_arrives_as_text(local: LocalRun, kind: str) -> None:
    event = local.post("/v1/echo", '{"name": "Jürgen"}'.encode(), {"content-type": kind}).json()
    assert (event["isBase64Encoded"], event["body"]) == (False, '{"name": "Jürgen"}')


def test_the_event_is_of_version_two(local: LocalRun) -> None:
    event = local.post(
        "/v1/echo?x=1&x=2&y=%20z%2B", {}, {"Cookie": "k=v; z=1", "X-Custom": "A", "User-Agent": "test/1"}
    ).json()
    assert event["version"] == "2.0"
    assert event["routeKey"] == "POST /v1/{proxy+}"
    assert event["rawPath"] == "/v1/echo"
    assert event["rawQueryString"] == "x=1&x=2&y=%20z%2B"
    assert event["queryStringParameters"] == {"x": "1,2", "y": " z+"}
    assert event["pathParameters"] == {"proxy": "echo"}
    assert event["cookies"] == ["k=v", "z=1"]
    assert "cookie" not in event["headers"]
    assert event["headers"]["x-custom"] == "A"
    context = event["requestContext"]
    assert context["http"] == {
        "method": "POST",
        "path": "/v1/echo",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "test/1",
    }
    assert context["stage"] == "$default"
    assert context["domainName"] == "127.0.0.1"
    assert len(context["requestId"]) == 36


def test_answers_keep_cookies_and_bytes(local: LocalRun) -> None:
    assert local.post("/v1/echo", {}).header("set-cookie") == ["a=1; Path=/", "b=2; HttpOnly"]
    assert local.post("/v1/binary", {}).body == bytes(range(256))


def test_a_preflight_is_answered_by_the_api(local: LocalRun) -> None:
    asked = {**ORIGIN, "access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    reply = local.get("/v1/i", asked, method="OPTIONS")
    assert reply.status == 204
    assert reply.header("access-control-allow-origin") == ["*"]
    assert "authorization" in reply.header("access-control-allow-headers")[0].split(",")
    assert "POST" in reply.header("access-control-allow-methods")[0].split(",")


def test_a_function_cannot_loosen_cors(local: LocalRun) -> None:
    assert local.post("/v1/echo", {}, ORIGIN).header("access-control-allow-origin") == ["*"]
    assert local.post("/v1/echo", {}).header("access-control-allow-origin") == []


def test_the_management_api_wants_the_token(local: LocalRun) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic local-secret"}):
        reply = local.get("/api/items?pk=X", headers)
        assert (reply.status, reply.json()) == (401, {"message": "Unauthorized"})
    claims = local.get("/api/items?pk=X", {"authorization": "Bearer local-secret"}).json()["claims"]
    assert (claims["sub"], claims["cognito:groups"]) == ("local", "[admin]")


def test_errors_look_like_those_of_api_gateway(local: LocalRun) -> None:
    assert (local.post("/v1/boom", {}).status, local.post("/v1/boom", {}).json()) == (
        500,
        {"message": "Internal Server Error"},
    )
    assert (local.get("/nowhere").status, local.get("/nowhere").json()) == (404, {"message": "Not Found"})
    assert local.post("/v1/echo", bytes(11 * 1024 * 1024)).status == 413


def test_pages_of_the_local_run(local: LocalRun) -> None:
    assert local.get("/").header("location") == ["/_local/"]
    for path in ("/_local/", "/_local/mail", "/shop", "/shop/shop.js", "/shop/images/sofa-nord.svg"):
        reply = local.get(path)
        assert reply.status == 200, path
        assert b"http://" not in reply.body.replace(b"http://www.w3.org/", b""), "nothing comes from elsewhere"
    assert local.get("/shop/../run.py").status == 404
    assert local.get("/shop/%2e%2e/start.html").status == 404
    assert local.get("/console/config.json").json() == {"sign_in": "token", "token": "local-secret"}


def test_the_gallery_of_the_library(local: LocalRun) -> None:
    assert local.get("/_local/gallery").header("location") == ["/_local/gallery/"]
    page = local.get("/_local/gallery/")
    assert page.status == 200 and b"Template library" in page.body
    assert "Wir schreiben Ihnen" in local.get("/_local/gallery/mails/sunset-goodbye.de.html").body.decode()
    assert local.get("/_local/gallery/nothing").status == 404
