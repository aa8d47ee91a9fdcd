"""The layer with the package ``leadwell``, as it lies in ``layers/``, and its bytecode."""

import shutil
from pathlib import Path

import jsii
from aws_cdk import BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.bytecode import add_bytecode, compiler
from infra.constructs.service_function import ARCHITECTURE, LEFT_OUT, RUNTIME

PACKAGE = Path(__file__).parents[2] / "layers" / "leadwell"


@jsii.implements(ILocalBundling)
class PackageBundling:
    """Copies the package and compiles the copy."""

    def __init__(self, python: str | None) -> None:
        self._python = python

    def try_bundle(self, output_dir: str, options: BundlingOptions) -> bool:
        """CDK calls this with the folder to fill; it does so only when the source folder's hash changed."""
        left_out = shutil.ignore_patterns("__pycache__", "*.pyc", "*.md", ".*")
        shutil.copytree(PACKAGE, output_dir, ignore=left_out, dirs_exist_ok=True)
        add_bytecode(Path(output_dir), self._python)
        return True


def package_layer(scope: Construct) -> lambda_.LayerVersion:
    python = compiler()
    return lambda_.LayerVersion(
        scope,
        "Package",
        description="The leadwell package",
        code=lambda_.Code.from_asset(
            str(PACKAGE),
            exclude=LEFT_OUT,
            bundling=BundlingOptions(
                image=DockerImage.from_registry("unused"),  # CDK wants one even where it never runs
                local=PackageBundling(python),  # type: ignore[arg-type]  # jsii hands the options over as one argument
                environment={"BYTECODE": str(python is not None)},  # part of the asset's hash
            ),
        ),
        compatible_runtimes=[RUNTIME],
        compatible_architectures=[ARCHITECTURE],
    )
