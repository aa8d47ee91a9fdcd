"""The layer with the locked third-party packages, built by pip: no Docker."""

import subprocess
import sys
from pathlib import Path

import jsii
from aws_cdk import BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.bytecode import VERSION, add_bytecode, compiler
from infra.constructs.service_function import ARCHITECTURE, RUNTIME

SOURCE = Path(__file__).parents[2] / "layers" / "dependencies"
# Both: some packages publish wheels for the newer platform only.
PLATFORMS = ("manylinux2014_aarch64", "manylinux_2_28_aarch64")


@jsii.implements(ILocalBundling)
class PipBundling:
    """Downloads the wheels that Lambda needs, whatever this machine is, and compiles what is in them."""

    def __init__(self, python: str | None) -> None:
        self._python = python

    def try_bundle(self, output_dir: str, options: BundlingOptions) -> bool:
        """CDK calls this with the folder to fill; it does so only when the source folder's hash changed."""
        # The lock file is complete but for what the Lambda runtime brings along (``make lock``).
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--require-hashes", "--no-deps"]
        command += ["--requirement", str(SOURCE / "requirements.txt"), "--target", str(Path(output_dir) / "python")]
        command += [argument for platform in PLATFORMS for argument in ("--platform", platform)]
        command += ["--implementation", "cp", "--python-version", VERSION, "--only-binary", ":all:"]
        print("Collecting the packages of the Lambda layer ...", file=sys.stderr)
        subprocess.run(command, check=True, stdout=sys.stderr)
        add_bytecode(Path(output_dir), self._python)
        return True


class DependenciesLayer(Construct):
    """Everything that is imported and neither ours nor part of the Lambda runtime."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        python = compiler()
        self.layer = lambda_.LayerVersion(
            self,
            "Layer",
            description="Third-party packages",
            code=lambda_.Code.from_asset(
                str(SOURCE),
                bundling=BundlingOptions(
                    image=DockerImage.from_registry("unused"),  # CDK wants one even where it never runs
                    local=PipBundling(python),  # type: ignore[arg-type]  # jsii hands the options over as one argument
                    environment={"BYTECODE": str(python is not None)},  # part of the asset's hash
                ),
            ),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
        )
