"""A queue of work, with a place for what could not be done."""

from aws_cdk import Duration
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.alarms import Alarms
from infra.constructs.findings import accept
from infra.constructs.service_function import ServiceFunction

DEAD_LETTERS_KEPT = Duration.days(14)
ATTEMPTS = 5


class DeadLetterQueue(Construct):
    """Keeps failed work for two weeks and raises an alarm at the first piece."""

    def __init__(self, scope: Construct, construct_id: str, *, alarms: Alarms, holds: str) -> None:
        """``holds`` says in the alarm what lies here."""
        super().__init__(scope, construct_id)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=DEAD_LETTERS_KEPT,
        )
        accept(self.queue, "SQS3", because="this is where failed work ends; an alarm tells when")
        alarms.raise_when(
            self,
            "NotEmpty",
            metric=self.queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(5)),
            threshold=1,
            meaning=f"{holds} failed {ATTEMPTS} times or for 24 hours: find out why, then redrive the queue",
        )


class WorkQueue(Construct):
    """A queue with its dead letter queue; both encrypted, both TLS only."""

    def __init__(
        self, scope: Construct, construct_id: str, *, worker_timeout: Duration, alarms: Alarms, holds: str
    ) -> None:
        """``worker_timeout``: of the function that will consume it; six times that is AWS's advice for visibility."""
        super().__init__(scope, construct_id)
        self.dead_letters = DeadLetterQueue(self, "DeadLetters", alarms=alarms, holds=holds)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(4),
            visibility_timeout=Duration.seconds(6 * worker_timeout.to_seconds()),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters.queue, max_receive_count=ATTEMPTS),
        )

    def feed(self, door: ServiceFunction, *, max_concurrency: int | None = None, batch_size: int = 10) -> None:
        """Sends batches to a function, which answers which of them failed."""
        door.function.add_event_source(
            event_sources.SqsEventSource(
                self.queue, batch_size=batch_size, report_batch_item_failures=True, max_concurrency=max_concurrency
            )
        )

    def allow_sending(self, door: ServiceFunction) -> None:
        """Putting work in."""
        door.allow("sqs:SendMessage", on=[self.queue.queue_arn])

    def allow_counting(self, door: ServiceFunction) -> None:
        """Seeing how much work waits."""
        door.allow("sqs:GetQueueAttributes", on=[self.queue.queue_arn])
