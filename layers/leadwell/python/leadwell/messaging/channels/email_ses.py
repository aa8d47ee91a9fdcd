"""E-mail through Amazon SES (API v2).

SES has no idempotency token and boto3 repeats a request whose answer is late, so this client must be built with retries
off (``wiring`` does).
"""

from email.utils import formataddr
from html import escape
from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

from leadwell.messaging.outgoing import CannotSend, NotTaken, Outgoing, Quota

_BUSY = {"TooManyRequestsException", "ThrottlingException", "Throttling", "LimitExceededException"}
_CHARSET = "UTF-8"


class SesEmail:
    def __init__(
        self,
        client: Any,
        *,
        from_address: str,
        from_name: str,
        configuration_set: str,
        untracked_set: str = "",
        transactional_set: str = "",
    ) -> None:
        """``untracked_set`` is the configuration set of mails whose opens and clicks nobody counts,
        ``transactional_set`` that of receipts: these are not counted either, and their reputation is their own."""
        self._client = client
        # A name that is not ASCII has to be encoded (RFC 2047): SES passes it on as it is.
        self._from = formataddr((" ".join(from_name.split()), from_address))
        self._configuration_set = configuration_set
        self._untracked_set = untracked_set or configuration_set
        self._transactional_set = transactional_set or self._untracked_set

    def send(self, message: Outgoing) -> str:
        try:
            answer = self._client.send_email(
                FromEmailAddress=self._from,
                Destination={"ToAddresses": [message.to]},
                Content=self._with_files(message) if message.attached else _simple(message),
                EmailTags=[{"Name": name, "Value": value} for name, value in _tags(message).items()],
                ConfigurationSetName=self._set_of(message),
                **({"ReplyToAddresses": [message.reply_to]} if message.reply_to else {}),
            )
        except (ConnectTimeoutError, EndpointConnectionError) as error:
            raise NotTaken("no connection to SES") from error
        except ClientError as error:
            raise _translated(error) from error
        return str(answer["MessageId"])

    def quota(self) -> Quota | None:
        """Of this account and region; None where SES does not say, or has no limit."""
        try:
            found = self._client.get_account()["SendQuota"]
        except Exception:  # whatever it is, it must not keep a mail from leaving
            return None
        most = float(found["Max24HourSend"])
        rate = max(float(found.get("MaxSendRate") or 0), 0.0)
        return Quota(most, float(found["SentLast24Hours"]), rate) if most > 0 else None

    def _with_files(self, message: Outgoing) -> dict[str, Any]:
        """Written out by ourselves: files in simple mails are newer than the SDK in Lambda's runtime may be."""
        from email.message import EmailMessage
        from email.policy import SMTP

        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"], mail["Subject"] = self._from, message.to, message.subject
        if message.reply_to:
            mail["Reply-To"] = message.reply_to
        for name, value in message.headers.items():
            mail[name] = value
        mail.set_content(message.text, cte="quoted-printable")
        for file in message.attached:
            mail.add_attachment(file.content, maintype="application", subtype="octet-stream", filename=file.name)
        return {"Raw": {"Data": mail.as_bytes()}}

    def _set_of(self, message: Outgoing) -> str:
        if message.transactional:
            return self._transactional_set
        return self._configuration_set if message.is_counted else self._untracked_set


def _simple(message: Outgoing) -> dict[str, Any]:
    return {
        "Simple": {
            "Subject": {"Data": message.subject, "Charset": _CHARSET},
            "Body": {
                "Html": {"Data": _untracked(message.html, message.untracked), "Charset": _CHARSET},
                "Text": {"Data": message.text, "Charset": _CHARSET},
            },
            "Headers": [{"Name": name, "Value": value} for name, value in message.headers.items()],
        }
    }


def _tags(message: Outgoing) -> dict[str, str]:
    """Two of them become part of the header Feedback-ID (SES Developer Guide, "Message tags"): mailbox providers report
    complaints by it, so it names streams and nobody in particular."""
    if not message.stream:
        return dict(message.tags)
    return {
        **message.tags,
        "ses:feedback-id-a": message.tags.get("leadwell_journey", "none"),
        "ses:feedback-id-b": message.stream,
    }


def _untracked(html: str, links: tuple[str, ...]) -> str:
    """Has SES leave these links alone: it rewrites the others to count clicks, and drops the attribute itself."""
    for link in links:
        href = f'href="{escape(link)}"'
        html = html.replace(href, f"{href} ses:no-track")
    return html


def _translated(error: ClientError) -> Exception:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    if code in _BUSY or status == 429:
        return NotTaken(f"SES asks to slow down ({code})", busy=True)
    if 400 <= status < 500:
        # The provider's own words may quote the address; its code says enough.
        return CannotSend(f"SES refused the message: {code}")
    return error
