"""What each function needs from the stack, as data: the stack must give exactly this, no more and no less."""

from dataclasses import dataclass, field

EVERYBODY = {"TABLE", "LOG_LEVEL", "DEFAULT_LOCALE", "DEFAULT_TIMEZONE"}
CONSUME = {
    "sqs:ReceiveMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueUrl",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
}
REPORT_FAILURE = {"sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"}
READ_STREAM = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}


@dataclass(frozen=True, kw_only=True)
class Needs:
    """``environment`` without the prefix LEADWELL_ and without what everybody has; ``table``: DynamoDB actions."""

    table: str
    environment: str = ""
    due_index: bool = False
    stream: dict[str, list[str]] = field(default_factory=dict)
    """What new images must have (``kind=EVENT``) → stream events."""
    consumes: str = ""
    sends_to: str = ""
    counts: str = ""
    starts: str = ""
    secret: bool = False
    sends_mail: bool = False
    lifts: bool = False
    """Addresses off SES's own suppression list."""
    routes: tuple[str, ...] = ()
    guarded_routes: tuple[str, ...] = ()

    def variables(self) -> set[str]:
        return {f"LEADWELL_{name}" for name in {*EVERYBODY, *self.environment.split()}}

    def permissions(self, stack: str, logs: str) -> set[tuple[str, str]]:
        """(action, resource) as ``Synthesized.permissions`` reads them; ``logs`` is the function's log group."""
        wanted = {("logs:CreateLogStream", logs), ("logs:PutLogEvents", logs)}
        wanted |= {(f"dynamodb:{action}", "Table") for action in self.table.split()}
        if self.due_index:
            wanted.add(("dynamodb:Query", "Table/index/due"))
        if self.stream:
            wanted |= {(action, "Table.StreamArn") for action in READ_STREAM}
            wanted |= {(action, "StreamFailuresQueue") for action in REPORT_FAILURE}
        if self.consumes:
            wanted |= {(action, queue(name)) for name in self.consumes.split() for action in CONSUME}
        wanted |= {("sqs:SendMessage", queue(name)) for name in self.sends_to.split()}
        wanted |= {("sqs:GetQueueAttributes", queue(name)) for name in self.counts.split()}
        wanted |= {("states:StartExecution", machine(stack, name)) for name in self.starts.split()}
        if self.secret:
            wanted.add(("secretsmanager:GetSecretValue", "SigningSecret"))
        if self.sends_mail:
            arn = "arn:aws:ses:us-east-1:123456789012"
            wanted.add(("ses:SendEmail", f"{arn}:identity/example.com"))
            wanted.add(("ses:SendEmail", f"{arn}:identity/hello@example.com"))
            wanted.add(("ses:SendEmail", f"{arn}:configuration-set/MailConfigurationSet"))
            wanted.add(("ses:SendEmail", f"{arn}:configuration-set/MailUntrackedConfigurationSet"))
            wanted.add(("ses:SendEmail", f"{arn}:configuration-set/MailTransactionalConfigurationSet"))
            wanted.add(("sns:Publish", "*"))
            wanted.add(("ses:GetAccount", "*"))
        if self.lifts:
            wanted |= {(f"ses:{one}SuppressedDestination", "*") for one in ("Get", "Delete")}
        return wanted


def queue(name: str) -> str:
    return f"{name.title()}Queue"


def machine(stack: str, name: str) -> str:
    return f"arn:aws:states:us-east-1:123456789012:stateMachine:{stack}-{name}"


NEEDS = {
    "track_events": Needs(
        routes=("POST /v1/{proxy+}", "GET /v1/projects/{proxy+}"),
        environment="SECRET_ARN PUBLIC_URL",
        table="GetItem BatchGetItem BatchWriteItem PutItem ConditionCheckItem",
        secret=True,
    ),
    "score_and_segment": Needs(
        stream={"kind=EVENT": ["INSERT"]},
        consumes="contacts",
        sends_to="contacts",
        environment="DELAY_ARN CONTACTS_QUEUE_URL",
        table="GetItem BatchGetItem Query PutItem DeleteItem BatchWriteItem ConditionCheckItem",
        starts="delay",
    ),
    "run_journeys": Needs(
        stream={"kind=CONTACT news=yes": ["INSERT", "MODIFY"]},
        consumes="enrollments",
        environment="DELAY_ARN SECRET_ARN ENROLLMENTS_QUEUE_URL MESSAGES_QUEUE_URL TRANSACTIONAL_QUEUE_URL "
        "WEBHOOKS_QUEUE_URL",
        table="GetItem BatchGetItem Query PutItem DeleteItem BatchWriteItem ConditionCheckItem",
        sends_to="enrollments messages transactional webhooks",
        secret=True,
        starts="delay",
    ),
    "wake_due": Needs(
        environment="DELAY_ARN CONTACTS_QUEUE_URL ENROLLMENTS_QUEUE_URL MESSAGES_QUEUE_URL TRANSACTIONAL_QUEUE_URL "
        "WEBHOOKS_QUEUE_URL",
        table="GetItem Query PutItem DeleteItem",
        due_index=True,
        sends_to="contacts enrollments messages transactional webhooks",
        counts="contacts enrollments messages transactional webhooks",
        starts="delay",
    ),
    "send_messages": Needs(
        consumes="messages transactional webhooks",
        environment="DELAY_ARN SECRET_ARN PUBLIC_URL CONFIGURATION_SET UNTRACKED_CONFIGURATION_SET "
        "TRANSACTIONAL_CONFIGURATION_SET FROM_ADDRESS FROM_NAME IMPRINT SMS_SENDER_ID SMS_ORIGIN SMS_CONFIGURATION_SET "
        "REPLY_DOMAIN REPLY_TO REPLY_BUCKET",
        table="GetItem BatchGetItem PutItem ConditionCheckItem Query",
        secret=True,
        sends_mail=True,
        starts="delay",
    ),
    "record_feedback": Needs(
        consumes="feedback",
        environment="SECRET_ARN",
        table="GetItem BatchGetItem PutItem ConditionCheckItem Query",
        secret=True,
    ),
    "serve_pages": Needs(
        routes=("ANY /p/{proxy+}", "GET /leadwell.js", "ANY /s/{code}"),
        environment="SECRET_ARN PUBLIC_URL FROM_NAME IMPRINT",
        table="GetItem BatchGetItem PutItem ConditionCheckItem Query",
        secret=True,
    ),
    "rebuild_audience": Needs(environment="CONTACTS_QUEUE_URL", table="Query PutItem", sends_to="contacts"),
    "manage": Needs(
        routes=("GET /console", "GET /console/{proxy+}", "GET /openapi.json", "POST /api/messages"),
        guarded_routes=("ANY /api/{proxy+}",),
        environment="DELAY_ARN REBUILD_ARN SECRET_ARN CONTACTS_QUEUE_URL MESSAGES_QUEUE_URL TRANSACTIONAL_QUEUE_URL "
        "WEBHOOKS_QUEUE_URL PUBLIC_URL FROM_ADDRESS FROM_NAME IMPRINT SIGN_IN",
        table="GetItem BatchGetItem Query PutItem DeleteItem BatchWriteItem ConditionCheckItem",
        sends_to="contacts messages transactional webhooks",
        starts="delay rebuild",
        secret=True,
        lifts=True,
    ),
}
