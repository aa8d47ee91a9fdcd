"""The wake-up: one execution per due minute."""

from aws_cdk import Stack
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.constructs.drain_loop import loop_machine, machine_arn, until_nothing_is_left
from infra.constructs.service_function import ServiceFunction


class Delay(Construct):
    """Waits until ``at``, then has ``wake_due`` drain the bucket of ``minute``: each answer says how far it came and is
    the next question, until there is no more.

    Input: ``{"minute": "2026-11-22T04:30Z", "at": "2026-11-22T04:30:00Z"}``.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.name = f"{Stack.of(self).stack_name}-delay"
        self.arn = machine_arn(self, self.name)

    def wake(self, door: ServiceFunction) -> None:
        """Makes the state machine around the function; apart from ``__init__`` because each knows the other."""
        wait = sfn.Wait(self, "UntilDue", time=sfn.WaitTime.timestamp_path("$.at"))
        drain = tasks.LambdaInvoke(
            self,
            "Drain",
            lambda_function=door.function,
            payload=sfn.TaskInput.from_json_path_at("$"),
            output_path="$.Payload",
            retry_on_service_exceptions=False,
        )
        loop = until_nothing_is_left(self, task=drain, more="$.more")
        loop_machine(self, name=self.name, comment="Wakes what is due in one minute", door=door, states=wait.next(loop))

    def allow_starting(self, door: ServiceFunction) -> None:
        """Arming a minute."""
        door.allow("states:StartExecution", on=[self.arn])
