"""One page that shows whether the loop runs."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.service_function import ServiceFunction
from infra.constructs.work_queue import DeadLetterQueue, WorkQueue

PERIOD = Duration.minutes(5)


class LoopDashboard(Construct):
    """From left to right what comes in, what waits, what fails; the first three dashboards of an account are free."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        api: http.HttpApi,
        doors: Mapping[str, ServiceFunction],
        queues: Mapping[str, WorkQueue],
        stream_readers: Sequence[ServiceFunction],
        stream_failures: DeadLetterQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        functions = [door.function for door in doors.values()]
        dead = [*(queue.dead_letters.queue for queue in queues.values()), stream_failures.queue]
        dashboard = cloudwatch.Dashboard(self, "Loop", default_interval=Duration.hours(12))
        dashboard.add_widgets(
            _graph("Requests", [api.metric_count(period=PERIOD), api.metric_server_error(period=PERIOD)]),
            _graph("Latency of answers", [api.metric_latency(period=PERIOD, statistic="p95")]),
            _graph("Age of the oldest stream record", [door.lag_metric() for door in stream_readers]),
        )
        dashboard.add_widgets(
            _graph("Function calls", [function.metric_invocations(period=PERIOD) for function in functions]),
            _graph("Function errors", [function.metric_errors(period=PERIOD) for function in functions]),
            _graph("Function throttles", [function.metric_throttles(period=PERIOD) for function in functions]),
        )
        dashboard.add_widgets(
            _graph(
                "Waiting in queues",
                [queue.queue.metric_approximate_number_of_messages_visible(period=PERIOD) for queue in queues.values()],
            ),
            _graph(
                "Failed for good",
                [queue.metric_approximate_number_of_messages_visible(period=PERIOD) for queue in dead],
            ),
            _graph(
                "Mail",
                [
                    cloudwatch.Metric(namespace="AWS/SES", metric_name=name, statistic="Sum", period=PERIOD)
                    for name in ("Send", "Delivery", "Bounce", "Complaint")
                ],
            ),
        )


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=8)
