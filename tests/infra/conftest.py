"""One synthesis for all tests of a worker."""

import os

import pytest

from tests.infra.synthesized import Synthesized, synthesize


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """The development stack, as ``make synth`` would write it, without building the layer."""
    # CDK's own validator takes longer than everything else; cfn-lint looks at the same things.
    os.environ["CDK_VALIDATION"] = "false"
    return synthesize(tmp_path_factory.mktemp("cdk"))


@pytest.fixture(scope="session")
def production(stack: Synthesized, tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """The production stack."""
    return synthesize(
        tmp_path_factory.mktemp("cdk"),
        stage="prod",
        from_address="news@example.org",
        imprint="Example GmbH, Berlin",
        download_bucket="files.example.org",
        reply_domain="reply.example.org",
        sms_origin="arn:aws:sms-voice:us-east-1:123456789012:pool/pool-1",
    )
