"""Puts the parts together: the one place, beside ``store/`` and ``messaging/channels/``, that knows AWS.

Parts and clients are imported and made on first use: that costs more than most invocations, and no function needs all.
"""

import logging
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from leadwell.clock import Clock, Moment, SystemClock, pause
from leadwell.due.buckets import Armory
from leadwell.due.starter import DelayStarter
from leadwell.messaging.outgoing import Channel
from leadwell.settings import Settings
from leadwell.store.queues import Queues, SqsQueues
from leadwell.store.secrets import Secrets, SecretsManagerSecrets, pepper_of
from leadwell.store.table import Put, Table

if TYPE_CHECKING:
    from leadwell.contacts.updating import Updater
    from leadwell.definitions.library import Library
    from leadwell.feedback.notifications import Means
    from leadwell.feedback.reconciling import ProviderList
    from leadwell.feedback.replying import Inbox
    from leadwell.feedback.tiring import SoftBounces
    from leadwell.journeys.calling import Caller
    from leadwell.journeys.running import Runner
    from leadwell.messaging.channels.webhook_http import Carry
    from leadwell.messaging.reputation import State
    from leadwell.messaging.sending import Post
    from leadwell.messaging.writing import Sender
    from leadwell.store.files import Files
    from leadwell.store.mails import Mails

_SEND_TIMEOUT = 8
"""Seconds to wait for a provider's answer: far less than the function may take, far more than it usually does."""


class Services:
    """What handlers work with. Tests and the local run replace single parts by assigning to them."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock

    def pause(self, milliseconds: int) -> None:
        """Lets time pass; where it is virtual, nobody waits: a clock that is held would never get there."""
        if isinstance(self.clock, SystemClock):
            pause(milliseconds)

    @cached_property
    def table(self) -> Table:
        from leadwell.store.dynamo import DynamoTable

        return DynamoTable(_client("dynamodb"), self.settings.table, lambda: pepper_of(self.secrets.signing_key))

    @cached_property
    def queues(self) -> Queues:
        return SqsQueues(
            _client("sqs"),
            contacts=self.settings.contacts_queue_url,
            enrollments=self.settings.enrollments_queue_url,
            messages=self.settings.messages_queue_url,
            transactional=self.settings.transactional_queue_url,
            webhooks=self.settings.webhooks_queue_url,
        )

    @cached_property
    def starter(self) -> DelayStarter:
        from leadwell.store.state_machines import StepFunctionsStarter

        return StepFunctionsStarter(_client("stepfunctions"), self.settings.delay_arn, self.settings.rebuild_arn)

    @cached_property
    def secrets(self) -> Secrets:
        return SecretsManagerSecrets(_client("secretsmanager"), self.settings.secret_arn)

    @cached_property
    def files(self) -> "Files":
        from leadwell.store.files import S3Files

        return S3Files(_Client(lambda: _build("s3", signature_version="s3v4")))

    @cached_property
    def mails(self) -> "Mails":
        """Where replies lie as they arrived."""
        from leadwell.store.mails import S3Mails

        return S3Mails(_client("s3"), self.settings.reply_bucket)

    def feedback_means(self) -> "Means":
        from leadwell.feedback.machine_networks import machines_of
        from leadwell.feedback.notifications import Means

        known = cache(lambda: machines_of(self.library))  # once for a batch
        return Means(soft=self.soft_bounces, machines=known, inbox=self._inbox if self.settings.reply_domain else None)

    def _inbox(self) -> "Inbox":
        from leadwell.feedback.replying import Inbox

        settings = self.settings
        return Inbox(
            table=self.table,
            armory=self.armory,
            queues=self.queues,
            mails=self.mails,
            secret=lambda: self.secrets.signing_key,
            domain=settings.reply_domain.lower(),
            mailbox=settings.reply_to or settings.from_address,
        )

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        from leadwell.messaging.channels.email_ses import SesEmail
        from leadwell.messaging.channels.webhook_http import HttpWebhook
        from leadwell.messaging.webhook import webhook_secret

        settings = self.settings
        return {
            "email": SesEmail(
                _sending_client("sesv2"),
                from_address=settings.from_address,
                from_name=settings.from_name,
                configuration_set=settings.configuration_set,
                untracked_set=settings.untracked_configuration_set,
                transactional_set=settings.transactional_configuration_set,
            ),
            "sms": self._sms(),
            "webhook": HttpWebhook(
                secret=lambda: webhook_secret(self.secrets.signing_key), now=lambda: self.clock.now(), carry=_carry
            ),
        }

    def _sms(self) -> Channel:
        if self.settings.sms_origin:
            from leadwell.messaging.channels.sms_eum import EumSms

            return EumSms(
                _sending_client("pinpoint-sms-voice-v2"),
                origin=self.settings.sms_origin,
                configuration_set=self.settings.sms_configuration_set,
            )
        from leadwell.messaging.channels.sms_sns import SnsSms

        return SnsSms(_sending_client("sns"), sender_id=self.settings.sms_sender_id)

    @cached_property
    def provider_suppressions(self) -> "ProviderList":
        from leadwell.messaging.channels.ses_suppressions import SesSuppressions

        return SesSuppressions(_client("sesv2"))

    @cached_property
    def library(self) -> "Library":
        from leadwell.definitions.library import Library

        return Library(self.table)

    def soft_bounces(self) -> "SoftBounces":
        """How many temporary bounces an address may have here: by the policy that is live now."""
        from leadwell.feedback.tiring import SoftBounces

        self.library.look()
        policy = self.library.policy()
        if policy is None:
            return SoftBounces()
        said = policy.definition.soft_bounces
        return SoftBounces(at_most=said.at_most, within=said.within, rest=said.rest)

    @cached_property
    def armory(self) -> Armory:
        return Armory(self.table, self.starter)

    @cached_property
    def updater(self) -> "Updater":
        from leadwell.contacts.updating import Updater

        return Updater(self.table, self.armory, self.settings.default_timezone)

    @cached_property
    def runner(self) -> "Runner":
        from leadwell.journeys.running import Runner
        from leadwell.journeys.stock import TableStock

        stock = TableStock(self.table, lambda: self.secrets.signing_key)
        return Runner(self.table, self.queues, self.armory, self.library, self.settings.default_timezone, stock)

    @cached_property
    def caller(self) -> "Caller":
        from leadwell.journeys.calling import Caller

        return Caller(self.table, self.armory, self.settings.default_timezone)

    @cached_property
    def post(self) -> "Post":
        from leadwell.messaging.meter import Meter
        from leadwell.messaging.reputation import Breaker
        from leadwell.messaging.sending import Post

        quota = getattr(self.channels["email"], "quota", None)
        return Post(
            self.table,
            self.armory,
            self.library,
            self.channels,
            self._sender,
            self.settings.default_timezone,
            Meter(self.table, quota, lambda: self.clock.now(), self.pause) if quota else None,
            Breaker(self.table, _breaker_entry),
            (lambda: self.mails) if self.settings.reply_bucket else None,
        )

    def _sender(self) -> "Sender":
        from leadwell.messaging.writing import Sender

        settings = self.settings
        return Sender(
            name=settings.from_name or settings.from_address,
            imprint=settings.imprint,
            public_url=settings.public_url,
            secret=self.secrets.signing_key,
            default_locale=settings.default_locale,
            reply_domain=settings.reply_domain,
            reply_to=settings.reply_to,
        )


def _breaker_entry(state: "State", at: Moment) -> Put:
    """A machine has decided, and people want to read in the audit log that, when and why."""
    from leadwell.console.auditing import entry

    what = "marketing.paused" if state.paused else "marketing.resumed"
    return entry(
        request=f"breaker/{state.rev}", at=at, who="reputation breaker", what=what, which="email", reason=state.reason
    )


class _Client:
    """A client of botocore that is made when it is first asked for something: many a call needs only the table."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Any:
        return self._make()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made, name)


_services: Services | None = None
_clock: Clock = SystemClock()
_session: Any = None
_carry: "Carry | None" = None


def services() -> Services:
    """The services of this process, made from the environment on first use."""
    global _services
    if _services is None:
        _services = Services(Settings.from_environment(), _clock)
        # Lambda's own level is WARNING: without this nobody would ever read what was refused.
        logging.getLogger("leadwell").setLevel(_services.settings.log_level)
    return _services


def use(replacement: Services | None) -> None:
    """Installs other services (None: forget them, so that the environment is read again)."""
    global _services, _session
    _services = replacement
    _session = None


def use_clock(clock: Clock) -> None:
    """Every time from now on comes from this clock."""
    global _clock
    _clock = clock
    if _services is not None:
        _services.clock = clock


def use_carrier(carry: "Carry | None") -> None:
    """Webhooks of services made from now on are carried by this (None: to the public internet alone)."""
    global _carry
    _carry = carry


def use_session(session: Any) -> None:
    """Clients made from now on come from this botocore session (None: from a new one)."""
    global _session
    _session = session


def _client(service: str) -> Any:
    return _Client(lambda: _build(service, retries={"mode": "standard", "total_max_attempts": 4}))


def _sending_client(service: str) -> Any:
    """Without retries: boto3 would send a mail again whose answer came late, and SES would deliver both."""
    options = {"retries": {"total_max_attempts": 1}, "connect_timeout": 3, "read_timeout": _SEND_TIMEOUT}
    return _Client(lambda: _build(service, **options))


def _build(service: str, **options: Any) -> Any:
    """A client of botocore's own: importing boto3 on top of it makes a cold start a sixth longer."""
    from botocore.config import Config
    from botocore.session import get_session

    global _session
    _session = _session or get_session()
    # A third of a call's CPU time: our own code makes the parameters and AWS checks them, so botocore need not; and
    # botocore composes its name out of many parts anew for every request unless it is given one.
    config = Config(parameter_validation=False, user_agent="Leadwell", **options)
    return _session.create_client(service, config=config)
