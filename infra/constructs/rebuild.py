"""The replay: all contacts, page by page, after a definition began to need more than they remember."""

from aws_cdk import Stack
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.constructs.drain_loop import loop_machine, machine_arn, until_nothing_is_left
from infra.constructs.service_function import ServiceFunction


class Rebuild(Construct):
    """Invokes ``rebuild_audience`` with its last answer, which holds the cursor, until there is no more.

    Input: ``{"cursor": null, "reason": "…"}``.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.name = f"{Stack.of(self).stack_name}-rebuild"
        self.arn = machine_arn(self, self.name)

    def page_through(self, door: ServiceFunction) -> None:
        """Makes the state machine around the function."""
        page = tasks.LambdaInvoke(
            self,
            "Page",
            lambda_function=door.function,
            payload=sfn.TaskInput.from_json_path_at("$"),
            output_path="$.Payload",
            retry_on_service_exceptions=False,
        )
        loop = until_nothing_is_left(self, task=page, more="$.more")
        loop_machine(self, name=self.name, comment="Recounts every contact", door=door, states=loop)

    def allow_starting(self, door: ServiceFunction) -> None:
        """Beginning a replay."""
        door.allow("states:StartExecution", on=[self.arn])
