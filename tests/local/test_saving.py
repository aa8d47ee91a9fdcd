"""The emulator's state is saved whole or not at all. In processes of their own: MiniStack takes one over."""

import subprocess
import sys
from pathlib import Path

from tests.local.running import ROOT, clean_environment

SETTING = """
import sys
from pathlib import Path
from infra.local.clock import VirtualClock
from infra.local.embedded_aws import EmbeddedAws
folder = Path(sys.argv[1])
aws = EmbeddedAws(clock=VirtualClock(), scratch=folder / "scratch")
import boto3
table = boto3.client("dynamodb")
def put(number):
    table.put_item(TableName="things", Item={"pk": {"S": "thing"}, "number": {"N": str(number)}})
"""
MAKING = """
table.create_table(TableName="things", BillingMode="PAY_PER_REQUEST",
    KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}])
put(1)
(folder / "first").mkdir()
aws.save(folder / "first", None)
put(2)
"""
READING = """
aws.load(folder / "first")
print(table.get_item(TableName="things", Key={"pk": {"S": "thing"}})["Item"]["number"]["N"])
"""
FULL_DISK = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
(folder / "second").mkdir()
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
aws.save(folder / "second", folder / "first")
"""
FORGETTING = """
import ministack.services.dynamodb, ministack.services.ses
boto3.client("sesv2").create_email_identity(EmailIdentity="hello@example.com")
boto3.client("ses").verify_email_identity(EmailAddress="hello@example.com")
boto3.client("sesv2").send_email(FromEmailAddress="hello@example.com", Destination={"ToAddresses": ["a@example.com"]},
    Content={"Simple": {"Subject": {"Data": "S"}, "Body": {"Text": {"Data": "T"}}}})
table.transact_write_items(TransactItems=[{"Put": {"TableName": "things", "Item": {"pk": {"S": "other"}}}}])
print(len(ministack.services.dynamodb._txn_idempotency._data), len(ministack.services.ses._sent_emails._data))
"""


def run(script: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", SETTING + script, str(folder)]
    return subprocess.run(
        command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=60, check=False
    )


def test_what_is_saved_is_what_was_there_then(tmp_path: Path) -> None:
    made = run(MAKING, tmp_path)
    assert made.returncode == 0, made.stderr
    assert run(READING, tmp_path).stdout.strip() == "1"


def test_a_state_that_cannot_be_written_is_no_state(tmp_path: Path) -> None:
    """MiniStack itself would go on, and the old table would be taken for the new one."""
    done = run(MAKING + FULL_DISK, tmp_path)
    assert done.returncode != 0
    assert "File too large" in done.stderr
    assert run(READING, tmp_path).stdout.strip() == "1"


def test_messages_and_transactions_do_not_stay_in_memory(tmp_path: Path) -> None:
    done = run(MAKING + FORGETTING, tmp_path)
    assert done.stdout.strip() == "0 0", done.stderr
