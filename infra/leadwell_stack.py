"""The whole of Leadwell in one stack: this file composes, the constructs build, grants stand where two meet."""

from collections.abc import Mapping

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.choices import ChoiceRefused, StackChoices
from infra.constructs.alarms import Alarms
from infra.constructs.contact_table import ContactTable
from infra.constructs.dashboard import LoopDashboard
from infra.constructs.delay import Delay
from infra.constructs.dependencies_layer import DependenciesLayer
from infra.constructs.findings import accept
from infra.constructs.mail import Mail
from infra.constructs.package_layer import package_layer
from infra.constructs.rebuild import Rebuild
from infra.constructs.replies import Replies
from infra.constructs.reputation import watch_reputation
from infra.constructs.service_function import ServiceFunction
from infra.constructs.sign_in import SignIn
from infra.constructs.signing_secret import SigningSecret
from infra.constructs.tracking_api import PublicBecause, TrackingApi
from infra.constructs.work_queue import DeadLetterQueue, WorkQueue

ANSWER_TIMEOUT = Duration.seconds(25)  # the HTTP API gives up after 30
WORK_TIMEOUT = Duration.seconds(60)
PAGE_TIMEOUT = Duration.minutes(5)
SWEEP = Duration.minutes(5)
SENDING = ("messages", "transactional", "webhooks")
"""The queues of messages: a campaign, what must not wait behind one, and other people's servers."""


class LeadwellStack(Stack):
    """``choices`` says what differs between two installations; everything else is the same everywhere."""

    def __init__(self, scope: Construct, construct_id: str, *, choices: StackChoices) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=construct_id,
            description="Leadwell: marketing automation",
            termination_protection=choices.production,
        )
        self._choices = choices
        self._log_retention = choices.log_retention
        self.alarms = Alarms(self, "Alarms", enabled=choices.alarms, email=choices.alarm_email)
        self._layers: list[lambda_.ILayerVersion] = [
            package_layer(self),
            DependenciesLayer(self, "Dependencies").layer,
        ]
        self.doors: dict[str, ServiceFunction] = {}

        self.table = ContactTable(self, "Table", production=choices.production)
        self.secret = SigningSecret(self, "SigningSecret", production=choices.production)
        self.queues = {
            name: WorkQueue(self, name.title(), worker_timeout=WORK_TIMEOUT, alarms=self.alarms, holds=holds)
            for name, holds in {
                "contacts": "Recounts of contacts",
                "enrollments": "Steps of journeys",
                "messages": "Messages to send",
                "transactional": "Messages that must not wait behind campaigns",
                "webhooks": "Webhooks to send",
                "feedback": "Reports on messages",
            }.items()
        }
        self.stream_failures = DeadLetterQueue(
            self, "StreamFailures", alarms=self.alarms, holds="Stream records (the queue holds where, not what)"
        )
        self.mail = Mail(
            self,
            "Mail",
            from_address=choices.from_address,
            from_domain=choices.from_domain,
            create_identity=choices.create_identity,
            hears_of_sms=bool(choices.sms_origin),
            feedback=self.queues["feedback"],
        )
        self.replies = self._take_replies() if choices.reply_domain else None
        self.api = TrackingApi(
            self,
            "Api",
            cors_origins=choices.cors_origins,
            throttle_rate=choices.throttle_rate,
            throttle_burst=choices.throttle_burst,
            log_retention=self._log_retention,
        )
        self.public_url = choices.public_url.rstrip("/") or self.api.url
        self.sign_in = SignIn(
            self,
            "SignIn",
            prefix=construct_id,
            production=choices.production,
            console_url=f"{self.public_url}/console",
        )
        self.delay = Delay(self, "Delay")
        self.rebuild = Rebuild(self, "Rebuild")

        self._track_events()
        self._score_and_segment()
        self._run_journeys()
        self._wake_due()
        self._send_messages()
        self._record_feedback()
        self._serve_pages()
        self._rebuild_audience()
        self._manage()
        watch_reputation(self.alarms, self.mail)
        if unknown := set(choices.reserved_concurrency) - set(self.doors):
            raise ChoiceRefused(f"context reserved_concurrency: there is no function {', '.join(sorted(unknown))}")
        LoopDashboard(
            self,
            "Dashboard",
            api=self.api.http_api,
            doors=self.doors,
            queues=self.queues,
            stream_readers=[self.doors["score_and_segment"], self.doors["run_journeys"]],
            stream_failures=self.stream_failures,
        )
        self._outputs()

    # Doors: what each one gets, where it is woken, what it may touch.

    def _track_events(self) -> None:
        door = self._door(
            "track_events",
            "Stores what websites and servers report",
            {"SECRET_ARN": self.secret.arn, "PUBLIC_URL": self.public_url},
            timeout=ANSWER_TIMEOUT,
        )
        self.api.route(
            door,
            (http.HttpMethod.POST, "/v1/{proxy+}"),
            (http.HttpMethod.GET, "/v1/projects/{proxy+}"),
            guard=PublicBecause("websites report here with a write key, which the function checks"),
        )
        self.table.allow(door, "GetItem", "BatchGetItem", "BatchWriteItem", "PutItem", "ConditionCheckItem")
        self.secret.allow_reading(door)

    def _score_and_segment(self) -> None:
        door = self._door(
            "score_and_segment",
            "Applies events to contacts",
            {"DELAY_ARN": self.delay.arn, "CONTACTS_QUEUE_URL": self._queue_url("contacts")},
        )
        self.table.feed(door, events=["INSERT"], image={"kind": "EVENT"}, failures=self.stream_failures)
        self.queues["contacts"].feed(door)
        self.queues["contacts"].allow_sending(door)  # what fails for its own reasons is tried there, alone
        self.table.allow(
            door,
            *("GetItem", "BatchGetItem", "Query"),
            *("PutItem", "DeleteItem", "BatchWriteItem", "ConditionCheckItem"),
        )
        self.delay.allow_starting(door)
        self._watch_lag(door)

    def _run_journeys(self) -> None:
        door = self._door(
            "run_journeys",
            "Moves contacts through journeys",
            {
                "DELAY_ARN": self.delay.arn,
                "SECRET_ARN": self.secret.arn,
                "ENROLLMENTS_QUEUE_URL": self._queue_url("enrollments"),
                **self._sending_queue_urls(),
            },
        )
        news = {"kind": "CONTACT", "news": "yes"}
        self.table.feed(door, events=["INSERT", "MODIFY"], image=news, failures=self.stream_failures)
        self.queues["enrollments"].feed(door)
        self.queues["enrollments"].allow_sending(door)
        self.table.allow(
            door,
            *("GetItem", "BatchGetItem", "Query"),
            *("PutItem", "DeleteItem", "BatchWriteItem", "ConditionCheckItem"),
        )
        self._allow_requesting(door)
        self.secret.allow_reading(door)  # voucher codes that nobody can guess follow from it
        self.delay.allow_starting(door)
        self._watch_lag(door)

    def _wake_due(self) -> None:
        woken = ("contacts", "enrollments", *SENDING)
        door = self._door(
            "wake_due",
            "Puts what is due into the queues",
            {
                "DELAY_ARN": self.delay.arn,
                **{f"{name.upper()}_QUEUE_URL": self._queue_url(name) for name in woken},
            },
            retry_attempts=0,  # the next sweep is the retry
        )
        self.delay.wake(door)
        events.Rule(
            self,
            "Sweep",
            description="Drains what is overdue, whoever forgot to wake it",
            schedule=events.Schedule.rate(SWEEP),
            targets=[targets.LambdaFunction(door.function, event=events.RuleTargetInput.from_object({"sweep": True}))],
        )
        self.table.allow(door, "GetItem", "Query", "PutItem", "DeleteItem")
        self.table.allow_due_index(door)
        for name in woken:
            self.queues[name].allow_sending(door)
            self.queues[name].allow_counting(door)
        self.delay.allow_starting(door)

    def _send_messages(self) -> None:
        choices = self._choices
        door = self._door(
            "send_messages",
            "Hands messages to SES, SNS and webhooks",
            {
                "DELAY_ARN": self.delay.arn,
                "SECRET_ARN": self.secret.arn,
                "PUBLIC_URL": self.public_url,
                "CONFIGURATION_SET": self.mail.configuration_set.configuration_set_name,
                "UNTRACKED_CONFIGURATION_SET": self.mail.untracked_configuration_set.configuration_set_name,
                "TRANSACTIONAL_CONFIGURATION_SET": self.mail.transactional_configuration_set.configuration_set_name,
                "FROM_ADDRESS": choices.from_address,
                "FROM_NAME": choices.from_name,
                "IMPRINT": choices.imprint,
                "REPLY_DOMAIN": choices.reply_domain,
                "REPLY_TO": choices.reply_to,
                "REPLY_BUCKET": self.replies.bucket.bucket_name if self.replies else "",
                "SMS_SENDER_ID": choices.sms_sender_id,
                "SMS_ORIGIN": choices.sms_origin,
                "SMS_CONFIGURATION_SET": self.mail.sms_configuration_set,
            },
        )
        # Three ways into one function, each with places of its own: neither a campaign nor a receiver that does not
        # answer takes those of a receipt. Five webhooks, each as slow as it may be, take less than the timeout.
        self.queues["messages"].feed(door, max_concurrency=choices.message_concurrency)
        self.queues["transactional"].feed(door, max_concurrency=choices.message_concurrency)
        self.queues["webhooks"].feed(door, max_concurrency=2, batch_size=5)
        self.table.allow(door, "GetItem", "BatchGetItem", "PutItem", "ConditionCheckItem", "Query")
        self.mail.allow_sending(door, sms_origin=choices.sms_origin, written_out=self.replies is not None)
        if self.replies:
            self.replies.allow_reading(door)
        self.secret.allow_reading(door)
        self.delay.allow_starting(door)

    def _record_feedback(self) -> None:
        needs = {"SECRET_ARN": self.secret.arn}  # the names of silenced addresses follow from it
        replies = {
            "DELAY_ARN": self.delay.arn,
            "TRANSACTIONAL_QUEUE_URL": self._queue_url("transactional"),
            "FROM_ADDRESS": self._choices.from_address,
            "REPLY_DOMAIN": self._choices.reply_domain,
            "REPLY_TO": self._choices.reply_to,
        }
        if self.replies:
            needs |= {**replies, "REPLY_BUCKET": self.replies.bucket.bucket_name}
        door = self._door("record_feedback", "Notes what became of messages, and what people answer", needs)
        self.queues["feedback"].feed(door)
        self.table.allow(door, "GetItem", "BatchGetItem", "PutItem", "ConditionCheckItem", "Query")
        self.secret.allow_reading(door)
        if self.replies:
            self.replies.allow_reading(door)
            self.delay.allow_starting(door)
            self.queues["transactional"].allow_sending(door)

    def _serve_pages(self) -> None:
        door = self._door(
            "serve_pages",
            "Shows public pages: forms, downloads, preferences, unsubscribe",
            {
                "SECRET_ARN": self.secret.arn,
                "PUBLIC_URL": self.public_url,
                "FROM_NAME": self._choices.from_name,
                "IMPRINT": self._choices.imprint,
            },
            timeout=ANSWER_TIMEOUT,
        )
        self.api.route(
            door,
            (http.HttpMethod.ANY, "/p/{proxy+}"),
            (http.HttpMethod.GET, "/leadwell.js"),
            (http.HttpMethod.ANY, "/s/{code}"),
            guard=PublicBecause("recipients come here from their mail; the token in the link says who they are"),
        )
        self.table.allow(door, "GetItem", "BatchGetItem", "PutItem", "ConditionCheckItem", "Query")
        self.secret.allow_reading(door)
        if bucket := self._choices.download_bucket:
            # It signs addresses for others, who then may what it may.
            door.allow("s3:GetObject", on=[f"arn:{self.partition}:s3:::{bucket}/*"])
            files = f"IAM5[Resource::arn:<AWS::Partition>:s3:::{bucket}/*]"
            accept(door.role, files, because="any file of the bucket may be offered, and only read")

    def _rebuild_audience(self) -> None:
        door = self._door(
            "rebuild_audience",
            "Has every contact recounted, page by page",
            {"CONTACTS_QUEUE_URL": self._queue_url("contacts")},
            timeout=PAGE_TIMEOUT,
        )
        self.rebuild.page_through(door)
        self.table.allow(door, "Query", "PutItem")
        self.queues["contacts"].allow_sending(door)

    def _manage(self) -> None:
        door = self._door(
            "manage",
            "The management API and the console",
            {
                "DELAY_ARN": self.delay.arn,
                "REBUILD_ARN": self.rebuild.arn,
                "SECRET_ARN": self.secret.arn,
                "CONTACTS_QUEUE_URL": self._queue_url("contacts"),
                **self._sending_queue_urls(),
                "PUBLIC_URL": self.public_url,
                "FROM_ADDRESS": self._choices.from_address,
                "FROM_NAME": self._choices.from_name,
                "IMPRINT": self._choices.imprint,
                "SIGN_IN": self.to_json_string(self.sign_in.for_console()),
            },
            timeout=ANSWER_TIMEOUT,
        )
        self.api.route(door, (http.HttpMethod.ANY, "/api/{proxy+}"), guard=self.sign_in.authorizer)
        self.api.route(
            door,
            (http.HttpMethod.POST, "/api/messages"),
            guard=PublicBecause("servers ask for receipts here with a server key, which the function checks"),
        )
        self.api.route(
            door,
            (http.HttpMethod.GET, "/console"),
            (http.HttpMethod.GET, "/console/{proxy+}"),
            (http.HttpMethod.GET, "/openapi.json"),
            guard=PublicBecause("an empty page and a description: no data until somebody signed in"),
        )
        self.table.allow(
            door,
            *("GetItem", "BatchGetItem", "Query"),
            *("PutItem", "DeleteItem", "BatchWriteItem", "ConditionCheckItem"),
        )
        self.delay.allow_starting(door)
        self.rebuild.allow_starting(door)
        self.queues["contacts"].allow_sending(door)
        self._allow_requesting(door)
        self.secret.allow_reading(door)  # the names of silenced addresses follow from it
        self.mail.allow_lifting(door)

    def _take_replies(self) -> Replies:
        return Replies(
            self,
            "Replies",
            domain=self._choices.reply_domain,
            rule_set=self._choices.receipt_rule_set,
            production=self._choices.production,
            feedback=self.queues["feedback"],
        )

    # Parts that several doors share.

    def _door(
        self,
        name: str,
        description: str,
        environment: Mapping[str, str],
        *,
        timeout: Duration = WORK_TIMEOUT,
        retry_attempts: int | None = None,
    ) -> ServiceFunction:
        variables = {
            "TABLE": self.table.table.table_name,
            "LOG_LEVEL": self._choices.log_level,
            "DEFAULT_LOCALE": self._choices.default_locale,
            "DEFAULT_TIMEZONE": self._choices.default_timezone,
            **environment,
        }
        door = ServiceFunction(
            self,
            name.title().replace("_", ""),
            name=name,
            description=description,
            layers=self._layers,
            environment={f"LEADWELL_{key}": value for key, value in variables.items()},
            alarms=self.alarms,
            log_retention=self._log_retention,
            timeout=timeout,
            reserved_concurrency=self._choices.reserved_concurrency.get(name),
            retry_attempts=retry_attempts,
        )
        self.doors[name] = door
        return door

    def _queue_url(self, name: str) -> str:
        return self.queues[name].queue.queue_url

    def _sending_queue_urls(self) -> dict[str, str]:
        return {f"{name.upper()}_QUEUE_URL": self._queue_url(name) for name in SENDING}

    def _allow_requesting(self, door: ServiceFunction) -> None:
        for name in SENDING:
            self.queues[name].allow_sending(door)

    def _watch_lag(self, door: ServiceFunction) -> None:
        self.alarms.raise_when(
            door,
            "Lag",
            metric=door.lag_metric(),
            threshold=Duration.minutes(10).to_milliseconds(),
            meaning=f"{door.name} is ten minutes behind the table: it fails on a record or is throttled",
        )

    def _outputs(self) -> None:
        CfnOutput(self, "ApiUrl", value=self.api.url)
        CfnOutput(self, "PublicUrl", value=self.public_url)
        CfnOutput(self, "ConsoleUrl", value=f"{self.public_url}/console")
        CfnOutput(self, "TableName", value=self.table.table.table_name)
        CfnOutput(self, "SecretArn", value=self.secret.arn)
        CfnOutput(self, "UserPoolId", value=self.sign_in.pool.user_pool_id)
        CfnOutput(self, "InboundSmsTopic", value=self.mail.inbound_sms.topic_arn)
        if self.replies:
            CfnOutput(self, "ReplyRuleSet", value=self.replies.rule_set.receipt_rule_set_name)
            CfnOutput(self, "ReplyMailServer", value=f"10 inbound-smtp.{self.region}.amazonaws.com")
