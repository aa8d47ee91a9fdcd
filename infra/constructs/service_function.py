"""The one way in which a Lambda function is made."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.alarms import Alarms
from infra.constructs.findings import accept

RUNTIME = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE = lambda_.Architecture.ARM_64
FUNCTIONS = Path(__file__).parents[2] / "functions"
LEFT_OUT = ["__pycache__", "**/__pycache__", "*.pyc", "**/*.pyc", "*.md", ".*"]


class ServiceFunction(Construct):
    """A function from ``functions/<name>``: its own role, its own log group, and an alarm on errors.

    The role may write to the log group and nothing else; everything more is granted by the stack.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str,
        layers: Sequence[lambda_.ILayerVersion],
        environment: Mapping[str, str],
        alarms: Alarms,
        log_retention: logs.RetentionDays,
        timeout: Duration,
        memory_mb: int = 512,
        reserved_concurrency: int | None = None,
        retry_attempts: int | None = None,
    ) -> None:
        """``retry_attempts`` is for asynchronous invocations; ``timeout`` counts for one invocation."""
        super().__init__(scope, construct_id)
        self.name = name
        self.timeout = timeout
        full_name = f"{Stack.of(self).stack_name}-{name}"
        log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/lambda/{full_name}",
            retention=log_retention,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What {name} may do",
        )
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=full_name,
            description=description,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            code=lambda_.Code.from_asset(str(FUNCTIONS / name), exclude=LEFT_OUT),
            handler="handler.handler",
            layers=list(layers),
            role=self.role,
            log_group=log_group,
            environment=dict(environment),
            timeout=timeout,
            memory_size=memory_mb,
            reserved_concurrent_executions=reserved_concurrency,
            retry_attempts=retry_attempts,
        )
        log_group.grant_write(self.role)
        accept(
            self.function,
            "L1",
            because="3.13 is supported until 2029 and all locked packages have wheels for it",
        )
        alarms.raise_when(
            self,
            "Errors",
            metric=self.function.metric_errors(period=Duration.minutes(5)),
            threshold=1,
            meaning=f"{name} failed: its log group says why; work is retried and then kept in a dead letter queue",
        )

    def lag_metric(self) -> cloudwatch.Metric:
        """How old the oldest stream record is that waits for this function, in milliseconds."""
        return self.function.metric("IteratorAge", statistic="Maximum", period=Duration.minutes(5))

    def allow(self, *actions: str, on: Sequence[str]) -> None:
        """Grants named actions on named resources."""
        self.role.add_to_principal_policy(iam.PolicyStatement(actions=list(actions), resources=list(on)))
