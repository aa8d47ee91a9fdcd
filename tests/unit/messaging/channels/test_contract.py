"""What every channel keeps to, seen from the sender: whoever adds one adds a rig here."""

import io
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from leadwell.clock import DAY
from leadwell.messaging.channels.email_ses import SesEmail
from leadwell.messaging.channels.outside import Answer
from leadwell.messaging.channels.sms_eum import EumSms
from leadwell.messaging.channels.sms_sns import SnsSms
from leadwell.messaging.channels.webhook_http import HttpWebhook
from leadwell.messaging.manners import manners
from leadwell.messaging.message import Message, Status
from leadwell.messaging.outgoing import CannotSend, Channel, NotTaken
from leadwell.messaging.tags import tags_of
from leadwell.observability import log_failures
from leadwell.settings import Settings
from leadwell.wiring import Services
from tests.unit.messaging.sending_house import ANN, NOW, PHONE, REQUESTED, TEXT, House
from tests.unit.messaging.test_webhooks import TELL

_ENDPOINT = "https://provider.example.com"


@dataclass
class Provider:
    """The far end. ``before`` is raised instead of taking the message, ``after`` when it was taken."""

    before: list[Exception] = field(default_factory=list)
    after: list[Exception] = field(default_factory=list)
    taken: list[dict[str, str]] = field(default_factory=list)
    """The tags of what was taken."""

    def take(self, tags: Mapping[str, str]) -> None:
        if self.before:
            raise self.before.pop(0)
        self.taken.append(dict(tags))
        if self.after:
            raise self.after.pop(0)


class _Ses:
    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    def send_email(self, **given: Any) -> dict[str, str]:
        self.provider.take({tag["Name"]: tag["Value"] for tag in given["EmailTags"]})
        return {"MessageId": "ses-1"}


class _Eum:
    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    def send_text_message(self, **given: Any) -> dict[str, str]:
        self.provider.take(given["Context"])
        return {"MessageId": "eum-1"}


class _Sns:
    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    def publish(self, **given: Any) -> dict[str, str]:
        attributes = given["MessageAttributes"].items()
        self.provider.take({name: value["StringValue"] for name, value in attributes if name.startswith("leadwell")})
        return {"MessageId": "sns-1"}


def _carrier(provider: Provider) -> Callable[[str, Mapping[str, str], bytes], Answer]:
    def carry(url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        data = json.loads(body)["data"]
        assert headers["webhook-id"] == data["message"]
        tags = {"leadwell_message": data["message"], "leadwell_contact": data["contact"]["id"]}
        try:
            provider.take(
                {**tags, "leadwell_journey": data["journey"]["name"], "leadwell_step": data["journey"]["step"]}
            )
        except _Status as status:
            return Answer(status.code)
        return Answer(200)

    return carry


class _Status(Exception):
    def __init__(self, code: int) -> None:
        self.code = code


def _error(code: str, status: int = 400) -> ClientError:
    words = f"{ANN} and {PHONE} are quoted here"
    return ClientError(
        {"Error": {"Code": code, "Message": words}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "send",
    )


@dataclass(frozen=True)
class Rig:
    message: Message
    make: Callable[[Provider], Channel]
    throttled: Exception
    refused: Exception
    unreachable: Exception


RIGS = {
    "email": Rig(
        REQUESTED,
        lambda provider: SesEmail(
            _Ses(provider), from_address="hello@example.com", from_name="", configuration_set="leadwell"
        ),
        _error("TooManyRequestsException", 429),
        _error("MessageRejected"),
        EndpointConnectionError(endpoint_url=_ENDPOINT),
    ),
    "sms": Rig(
        TEXT,
        lambda provider: SnsSms(_Sns(provider), sender_id=""),
        _error("Throttled"),
        _error("InvalidParameter"),
        EndpointConnectionError(endpoint_url=_ENDPOINT),
    ),
    "sms by End User Messaging": Rig(
        TEXT,
        lambda provider: EumSms(_Eum(provider), origin="pool-1"),
        _error("ThrottlingException", 400),
        _error("ValidationException"),
        EndpointConnectionError(endpoint_url=_ENDPOINT),
    ),
    "webhook": Rig(
        TELL,
        lambda provider: HttpWebhook(secret=lambda: b"s" * 32, now=lambda: NOW, carry=_carrier(provider)),
        _Status(429),
        _Status(410),
        NotTaken("no connection to the receiver"),
    ),
}
each = pytest.mark.parametrize("name", RIGS)
LOST = ReadTimeoutError(endpoint_url=_ENDPOINT)


def setting(name: str) -> tuple[House, Provider, Message]:
    rig, provider = RIGS[name], Provider()
    house = House(rig.message)
    house.provider = rig.make(provider)  # type: ignore[assignment]
    return house, provider, rig.message


def test_every_channel_has_a_rig() -> None:
    for origin in ("", "pool-1"):
        channels = Services(Settings(table="t", sms_origin=origin), clock=None).channels  # type: ignore[arg-type]
        made = {type(channel) for channel in channels.values()}
        assert made <= {type(rig.make(Provider())) for rig in RIGS.values()}


@each
def test_accepted_once_however_often_it_is_asked_for(name: str) -> None:
    house, provider, message = setting(name)
    for now in (NOW, NOW, NOW + DAY):
        assert house.send(message, message, now=now) == {}
    assert len(provider.taken) == 1
    found = house.message(message)
    assert found.status is Status.SENT
    assert found.provider_id


@each
def test_tags_come_back(name: str) -> None:
    house, provider, message = setting(name)
    house.send(message)
    (taken,) = provider.taken
    assert {name: value for name, value in taken.items() if not name.startswith("ses:")} == tags_of(message)


@each
def test_throttled_is_not_taken(name: str) -> None:
    rig, provider = RIGS[name], Provider(before=[RIGS[name].throttled])
    with pytest.raises(NotTaken):
        rig.make(provider).send(_written(name))


@each
def test_unreachable_is_not_taken(name: str) -> None:
    rig, provider = RIGS[name], Provider(before=[RIGS[name].unreachable])
    with pytest.raises(NotTaken):
        rig.make(provider).send(_written(name))


@each
def test_refused_cannot_be_sent(name: str) -> None:
    rig, provider = RIGS[name], Provider(before=[RIGS[name].refused])
    with pytest.raises(CannotSend):
        rig.make(provider).send(_written(name))


@each
def test_an_answer_that_is_lost_is_none_of_both(name: str) -> None:
    rig, provider = RIGS[name], Provider(after=[LOST])
    with pytest.raises(ReadTimeoutError):
        rig.make(provider).send(_written(name))


@each
def test_throttled_waits_and_leaves_later(name: str) -> None:
    house, provider, message = setting(name)
    provider.before = [RIGS[name].throttled]
    assert house.send(message) == {}
    due = house.message(message).due_at
    assert due is not None
    house.send(message, now=due)
    assert (len(provider.taken), house.message(message).status) == (1, Status.SENT)


@each
def test_refused_is_parked_for_a_person(name: str) -> None:
    house, provider, message = setting(name)
    provider.before = [RIGS[name].refused]
    assert house.send(message) == {}
    assert (provider.taken, house.message(message).status) == ([], Status.PARKED)


@each
def test_a_timeout_after_the_effect_never_makes_two_unless_receivers_know_them_by_their_id(name: str) -> None:
    house, provider, message = setting(name)
    provider.after = [LOST]
    house.send(message)
    for day in range(1, 5):
        house.send(message, now=NOW + day * DAY)
    repeats = bool(manners(message.channel).repeats)
    assert len(provider.taken) == (2 if repeats else 1)
    assert house.message(message).status is (Status.SENT if repeats else Status.UNKNOWN)
    assert len({tags["leadwell_message"] for tags in provider.taken}) == 1


@each
@pytest.mark.parametrize("trouble", ["throttled", "refused", "unreachable", "lost", "broken"])
def test_no_personal_data_in_logs_and_reasons(name: str, trouble: str) -> None:
    house, provider, message = setting(name)
    error = {"lost": LOST, "broken": RuntimeError(f"{ANN} {PHONE}")}.get(trouble) or getattr(RIGS[name], trouble)
    provider.before = [error]
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    logging.getLogger().addHandler(handler)
    try:
        log_failures("send_messages", house.send(message))
    finally:
        logging.getLogger().removeHandler(handler)
    said = lines.getvalue() + house.message(message).reason
    said += " ".join(str(event.properties) for event in house.events())
    assert not [secret for secret in (ANN, "ann@", PHONE, PHONE[2:]) if secret in said]


def _written(name: str) -> Any:
    """What the sender hands over."""
    house = House(RIGS[name].message)
    assert house.send(RIGS[name].message) == {}
    return house.provider.taken[0]
