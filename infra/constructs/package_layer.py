"""The layer with the package ``leadwell``, as it lies in ``layers/``."""

from pathlib import Path

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.service_function import ARCHITECTURE, LEFT_OUT, RUNTIME

PACKAGE = Path(__file__).parents[2] / "layers" / "leadwell"


def package_layer(scope: Construct) -> lambda_.LayerVersion:
    return lambda_.LayerVersion(
        scope,
        "Package",
        description="The leadwell package",
        code=lambda_.Code.from_asset(str(PACKAGE), exclude=LEFT_OUT),
        compatible_runtimes=[RUNTIME],
        compatible_architectures=[ARCHITECTURE],
    )
