"""The table: every contact, event, enrollment, message and definition."""

from typing import Any

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from constructs import Construct

from infra.constructs.service_function import ServiceFunction
from infra.constructs.work_queue import DeadLetterQueue

DUE_INDEX = "due"


class ContactTable(Construct):
    """One table with a stream and the sparse index of what is due."""

    def __init__(self, scope: Construct, construct_id: str, *, production: bool) -> None:
        super().__init__(scope, construct_id)
        text = dynamodb.AttributeType.STRING
        self.table = dynamodb.TableV2(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=text),
            sort_key=dynamodb.Attribute(name="sk", type=text),
            dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            time_to_live_attribute="expires_at",
            global_secondary_indexes=[
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name=DUE_INDEX,
                    partition_key=dynamodb.Attribute(name="due_bucket", type=text),
                    sort_key=dynamodb.Attribute(name="due_at", type=text),
                    projection_type=dynamodb.ProjectionType.KEYS_ONLY,
                )
            ],
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=production
            ),
            deletion_protection=production,
            removal_policy=RemovalPolicy.RETAIN if production else RemovalPolicy.DESTROY,
        )

    def allow(self, door: ServiceFunction, *actions: str) -> None:
        """Named table actions, such as ``GetItem``; the index is not included."""
        door.allow(*(f"dynamodb:{action}" for action in actions), on=[self.table.table_arn])

    def allow_due_index(self, door: ServiceFunction) -> None:
        """Reading what is due."""
        door.allow("dynamodb:Query", on=[f"{self.table.table_arn}/index/{DUE_INDEX}"])

    def feed(
        self,
        door: ServiceFunction,
        *,
        events: list[str],
        image: dict[str, str],
        failures: DeadLetterQueue,
        batch_size: int = 100,
    ) -> None:
        """Sends new images with these attributes to a function, in order, until they succeed or are 24 hours old.

        A failing batch is halved until the failing record stands alone; what never succeeds goes to
        ``failures``, so nothing is lost silently.
        """
        pattern: dict[str, Any] = {
            "eventName": lambda_.FilterRule.or_(*events) if len(events) > 1 else lambda_.FilterRule.is_equal(events[0]),
            "dynamodb": {
                "NewImage": {name: {"S": lambda_.FilterRule.is_equal(value)} for name, value in image.items()}
            },
        }
        stream_arn = self.table.table_stream_arn
        assert stream_arn is not None, "the table above has a stream"
        lambda_.EventSourceMapping(
            door,
            "Stream",
            target=door.function,
            event_source_arn=stream_arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=batch_size,
            bisect_batch_on_error=True,
            on_failure=event_sources.SqsDlq(failures.queue),
            filters=[lambda_.FilterCriteria.filter(pattern)],
        )
        door.allow(
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
            on=[stream_arn],
        )
