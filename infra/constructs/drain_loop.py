"""A state machine's loop: invoke a function until it says that nothing is left."""

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.constructs.findings import accept
from infra.constructs.service_function import ServiceFunction


def until_nothing_is_left(scope: Construct, *, task: tasks.LambdaInvoke, more: str) -> sfn.Chain:
    """Task, then a choice on the boolean at path ``more``: back to the task, or done.

    JSONPath only: AWS, MiniStack and moto all run it.
    """
    task.add_retry(errors=["States.ALL"], interval=Duration.seconds(1), backoff_rate=2, max_attempts=6)
    choice = sfn.Choice(scope, "More?")
    choice.when(sfn.Condition.boolean_equals(more, True), task)
    choice.otherwise(sfn.Succeed(scope, "Done"))
    return sfn.Chain.start(task).next(choice)


def machine_arn(scope: Construct, name: str) -> str:
    """The ARN that a state machine of this name has in this stack's account.

    Written out because the function that a machine invokes also starts it: a reference would be a circle.
    """
    return Stack.of(scope).format_arn(
        service="states", resource="stateMachine", resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME
    )


def loop_machine(
    scope: Construct, *, name: str, comment: str, door: ServiceFunction, states: sfn.IChainable
) -> sfn.StateMachine:
    """A state machine whose role may invoke this one function and nothing else."""
    invoke = iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[door.function.function_arn])
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
        inline_policies={"Invoke": iam.PolicyDocument(statements=[invoke])},
    )
    machine = sfn.StateMachine(
        scope,
        "Machine",
        state_machine_name=name,
        comment=comment,
        definition_body=sfn.DefinitionBody.from_chainable(states),
        role=role.without_policy_updates(),  # CDK would add every version of the function
    )
    accept(machine, "SF1", because="a standard execution keeps its whole history for 90 days")
    accept(machine, "SF2", because="one task in a loop: the history already shows where time goes")
    return machine
