"""What SES is asked, word for word, and what its answers mean."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber

from leadwell.errors import Broken, Retryable
from leadwell.messaging.channels.email_ses import SesEmail
from leadwell.messaging.outgoing import Attached, CannotSend, NotTaken, Outgoing

MAIL = Outgoing(
    to="ann@example.com",
    subject="Grüße",
    html='<p>Hallo</p><a href="https://go.example.com/p/u/t?a=1&amp;b=2">no</a><a href="https://shop.example.com">x</a>',
    text="Hallo",
    headers={"List-Unsubscribe": "<https://go.example.com/p/u/t>"},
    tags={"leadwell_message": "m1", "leadwell_step": "hello"},
    untracked=("https://go.example.com/p/u/t?a=1&b=2",),
)


@pytest.fixture
def client() -> Any:
    return boto3.client(
        "sesv2", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )


@pytest.fixture
def stubber(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubbed:
        yield stubbed
        stubbed.assert_no_pending_responses()


def channel(client: Any, name: str = "Example Shop") -> SesEmail:
    return SesEmail(client, from_address="hello@example.com", from_name=name, configuration_set="leadwell")


def request(sender: str = "Example Shop <hello@example.com>") -> dict[str, Any]:
    return {
        "FromEmailAddress": sender,
        "Destination": {"ToAddresses": ["ann@example.com"]},
        "Content": {
            "Simple": {
                "Subject": {"Data": "Grüße", "Charset": "UTF-8"},
                "Body": {
                    "Html": {
                        "Data": '<p>Hallo</p><a href="https://go.example.com/p/u/t?a=1&amp;b=2" ses:no-track>no</a>'
                        '<a href="https://shop.example.com">x</a>',
                        "Charset": "UTF-8",
                    },
                    "Text": {"Data": "Hallo", "Charset": "UTF-8"},
                },
                "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://go.example.com/p/u/t>"}],
            }
        },
        "EmailTags": [{"Name": "leadwell_message", "Value": "m1"}, {"Name": "leadwell_step", "Value": "hello"}],
        "ConfigurationSetName": "leadwell",
    }


def test_internal_mails_leave_through_the_set_that_counts_nothing(client: Any, stubber: Stubber) -> None:
    stubber.add_response("send_email", {"MessageId": "ses-1"}, {**request(), "ConfigurationSetName": "quiet"})
    quiet = SesEmail(
        client,
        from_address="hello@example.com",
        from_name="Example Shop",
        configuration_set="leadwell",
        untracked_set="quiet",
    )
    assert quiet.send(replace(MAIL, internal=True)) == "ses-1"


@pytest.mark.parametrize(("journey", "first"), [("abandoned-cart", "abandoned-cart"), (None, "none")])
def test_providers_report_complaints_by_journey_and_stream(
    client: Any, stubber: Stubber, journey: str | None, first: str
) -> None:
    """Gmail's Feedback-ID: SES writes the header out of these two tags."""
    tags = {"leadwell_message": "m1", **({"leadwell_journey": journey} if journey else {})}
    named = {**tags, "ses:feedback-id-a": first, "ses:feedback-id-b": "marketing"}
    wanted = {**request(), "EmailTags": [{"Name": name, "Value": value} for name, value in named.items()]}
    stubber.add_response("send_email", {"MessageId": "ses-1"}, wanted)
    assert channel(client).send(replace(MAIL, tags=tags, stream="marketing")) == "ses-1"


@pytest.mark.parametrize(
    ("name", "sender"),
    [
        ("Example Shop", "Example Shop <hello@example.com>"),
        ("", "hello@example.com"),
        ('Smith, "Jo" & Co.', '"Smith, \\"Jo\\" & Co." <hello@example.com>'),
        ("Shop\r\nBcc: x", '"Shop Bcc: x" <hello@example.com>'),
        ("Möbelhaus", "=?utf-8?q?M=C3=B6belhaus?= <hello@example.com>"),
    ],
)
def test_what_is_asked(client: Any, stubber: Stubber, name: str, sender: str) -> None:
    """The display name as RFC 5322 and, where it is not ASCII, RFC 2047 want it."""
    stubber.add_response("send_email", {"MessageId": "ses-1"}, request(sender))
    assert channel(client, name).send(MAIL) == "ses-1"


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("TooManyRequestsException", 429, NotTaken),
        ("LimitExceededException", 400, NotTaken),
        ("ThrottlingException", 400, NotTaken),
        ("AnythingElse", 429, NotTaken),
        ("MessageRejected", 400, CannotSend),
        ("AccountSuspendedException", 400, CannotSend),
        ("SendingPausedException", 400, CannotSend),
        ("MailFromDomainNotVerifiedException", 400, CannotSend),
        ("NotFoundException", 404, CannotSend),
        ("AccessDeniedException", 403, CannotSend),
    ],
)
def test_what_a_refusal_means(client: Any, stubber: Stubber, code: str, status: int, error: type[Exception]) -> None:
    stubber.add_client_error("send_email", code, "about ann@example.com", status)
    with pytest.raises(error) as caught:
        channel(client).send(MAIL)
    assert "ann" not in str(caught.value), "the provider's own words may be personal"


@pytest.mark.parametrize(("code", "status"), [("InternalFailure", 500), ("ServiceUnavailable", 503)])
def test_after_an_inner_error_nobody_knows(client: Any, stubber: Stubber, code: str, status: int) -> None:
    stubber.add_client_error("send_email", code, "", status)
    with pytest.raises(Exception, match=code) as caught:
        channel(client).send(MAIL)
    assert not isinstance(caught.value, Retryable | Broken)


class Line:
    """A connection that fails in one way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def send_email(self, **request: Any) -> None:
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        ConnectTimeoutError(endpoint_url="https://email.example.com"),
        EndpointConnectionError(endpoint_url="https://email.example.com"),
    ],
)
def test_without_a_connection_it_was_not_taken(error: Exception) -> None:
    with pytest.raises(NotTaken):
        channel(Line(error)).send(MAIL)


def test_without_an_answer_nobody_knows() -> None:
    with pytest.raises(ReadTimeoutError):
        channel(Line(ReadTimeoutError(endpoint_url="https://email.example.com"))).send(MAIL)


def test_answers_go_where_the_message_says(client: Any, stubber: Stubber) -> None:
    asked = {**request(), "ReplyToAddresses": ["r1@reply.example.com"]}
    stubber.add_response("send_email", {"MessageId": "ses-1"}, asked)
    assert channel(client).send(replace(MAIL, reply_to="r1@reply.example.com")) == "ses-1"


def test_a_mail_with_a_file_is_written_out(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import email
    import email.policy

    given: dict[str, Any] = {}
    monkeypatch.setattr(client, "send_email", lambda **asked: given.update(asked) or {"MessageId": "ses-1"})
    file = b"From: ann@example.com\r\n\r\nGr\xc3\xbc\xc3\x9fe\x00\xff"
    message = replace(
        MAIL,
        html="",
        text="Grüße,\nAnn",
        headers={"Auto-Submitted": "auto-generated"},
        internal=True,
        reply_to="ann@example.com",
        attached=(Attached("reply.eml", file),),
    )
    assert channel(client).send(message) == "ses-1"
    written = email.message_from_bytes(given["Content"]["Raw"]["Data"], policy=email.policy.default)
    assert (written["From"], written["To"], written["Subject"]) == (
        "Example Shop <hello@example.com>",
        "ann@example.com",
        "Grüße",
    )
    assert (written["Reply-To"], written["Auto-Submitted"]) == ("ann@example.com", "auto-generated")
    text, attached = written.iter_parts()  # type: ignore[attr-defined]
    assert text.get_content().splitlines() == ["Grüße,", "Ann"]
    assert (attached.get_filename(), attached.get_content()) == ("reply.eml", file)
    assert {tag["Name"] for tag in given["EmailTags"]} >= {"leadwell_message"}
    assert given["ReplyToAddresses"] == ["ann@example.com"]
