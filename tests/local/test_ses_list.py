"""The stand-in answers as SES does, through the SDK itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict

from infra.local.aws_door import AwsDoor
from infra.local.clock import VirtualClock
from infra.local.embedded_aws import _Raw
from infra.local.payload import Request
from infra.local.ses_list import PATH, SesList
from leadwell.consent.suppressions import Reason
from leadwell.messaging.channels.ses_suppressions import SesSuppressions

AT = 1_793_491_200_000


@pytest.fixture
def listed(tmp_path: Path) -> SesList:
    return SesList(tmp_path / "ses-list.json", lambda: AT)


def sdk(listed: SesList) -> SesSuppressions:
    client: Any = boto3.client(
        "sesv2", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )

    def answer(request: Any, **_: Any) -> AWSResponse:
        parts = urlsplit(request.url)
        status, headers, body = listed.answer(request.method, parts.path, parts.query, request.body or b"")
        fields: Any = HeadersDict({name.decode(): value.decode() for name, value in headers})
        raw: Any = _Raw(body)
        return AWSResponse(request.url, status, fields, raw)

    client.meta.events.register("before-send", answer)
    return SesSuppressions(client)


def test_an_address_is_found_as_it_is_spelled_until_it_is_removed(listed: SesList) -> None:
    listed.add("Ann+x@example.com", "BOUNCE")
    ses = sdk(listed)
    found = ses.find("Ann+x@example.com")
    assert found is not None and (found.address, found.reason, found.at) == ("Ann+x@example.com", Reason.BOUNCE, AT)
    assert ses.find("ann+x@example.com") is None
    ses.remove("Ann+x@example.com")
    ses.remove("Ann+x@example.com")
    assert ses.find("Ann+x@example.com") is None


def test_it_comes_in_pages_and_survives(listed: SesList, tmp_path: Path) -> None:
    for number in range(1_500):
        listed._listed[f"a{number:04}@example.com"] = ["COMPLAINT", AT]
    listed.add("z@example.com", "BOUNCE")
    ses = sdk(SesList(tmp_path / "ses-list.json", lambda: AT))
    first = ses.page()
    rest = ses.page(first.cursor)
    assert [len(first.listed), len(rest.listed), rest.cursor] == [1_000, 501, ""]
    assert rest.listed[-1].reason is Reason.BOUNCE


def test_while_the_past_is_replayed_the_future_is_not_on_it(tmp_path: Path) -> None:
    moments = iter([AT, AT - 1, AT])
    listed = SesList(tmp_path / "ses-list.json", lambda: next(moments))
    listed.add("ann@example.com", "BOUNCE")
    assert [listed.reason("ann@example.com"), listed.reason("ann@example.com")] == ["", "BOUNCE"]


@pytest.fixture
def asked() -> Iterator[list[str]]:
    yield []


@pytest.mark.parametrize(
    ("path", "status"),
    [(f"/_local/aws{PATH}?PageSize=5", 200), ("/_local/aws/v2/email/identities", 400), ("/_local/aws", 400)],
)
def test_the_door_lets_its_operations_through_and_says_what_it_does_not(
    asked: list[str], path: str, status: int
) -> None:
    def ask(method: str, url: str, headers: Any, body: bytes) -> Any:
        asked.append(url)
        return 200, [], b"{}"

    path, _, query = path.partition("?")
    request = Request("GET", path, query, (), b"", "127.0.0.1", "r1", AT)
    answer = AwsDoor(ask, VirtualClock(), {}).answer(request)
    assert answer.status == status
    assert asked == ([f"http://embedded-aws.localhost{PATH}?PageSize=5"] if status == 200 else [])
    assert status == 200 or b"SES's suppression list" in answer.body
