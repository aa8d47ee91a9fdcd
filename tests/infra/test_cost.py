"""``leadwell cost`` reckons with the stack as it is."""

from leadwell.reporting import cost
from tests.infra.synthesized import Synthesized


def test_the_bill_knows_what_stands_around(production: Synthesized) -> None:
    assert len(production.of_type("CloudWatch::Alarm")) == cost.ALARMS
    assert len(production.of_type("SecretsManager::Secret")) == cost.SECRETS
    assert len(production.of_type("CloudWatch::Dashboard")) <= 3, "three are free"
    memory = {function["MemorySize"] for function in production.functions.values()}
    assert memory == {cost.MEMORY_GB * 1024}


def test_the_bill_knows_what_looks_for_work(production: Synthesized) -> None:
    mappings = production.of_type("Lambda::EventSourceMapping").values()
    polled = [mapping for mapping in mappings if "BatchSize" in mapping and "StartingPosition" not in mapping]
    assert len(polled) == cost.POLLED_QUEUES
    (sweep,) = [rule for rule in production.of_type("Events::Rule").values() if "ScheduleExpression" in rule]
    assert sweep["ScheduleExpression"] == "rate(5 minutes)"
    assert cost.SWEEPS == 30 * 24 * 60 / 5


def test_the_bill_knows_what_is_not_paid_for(production: Synthesized) -> None:
    """Kinds of resources that cost something while nothing happens, or per use, and are on no line of the bill."""
    kinds = {resource["Type"] for resource in production.resources.values()}
    assert not kinds & {
        "AWS::EC2::NatGateway",
        "AWS::KMS::Key",
        "AWS::WAFv2::WebACL",
        "AWS::Scheduler::Schedule",
        "AWS::CloudFront::Distribution",
    }


def test_the_only_bucket_is_that_of_replies(production: Synthesized, stack: Synthesized) -> None:
    """It costs nothing while it is empty; what a mail costs stands in infra/README.md."""
    assert [production.read({"Ref": key}) for key in production.of_type("S3::Bucket")] == ["RepliesMails"]
    assert not stack.of_type("S3::Bucket")
