"""Run in a process of its own: prints the CPU milliseconds from a bare interpreter to the first answer.

    python -m tests.benchmarks.cold_child <function | boto3> <table> <payload>

Only what a function would do is counted; setting up AWS in memory, in between, is not.
"""

import gc
import sys
from time import process_time


def main(what: str, table: str, payload: str) -> float:
    began = process_time()
    if what == "boto3":
        import boto3
    else:
        import importlib

        door = importlib.import_module(f"functions.{what}.handler")
    counted = process_time() - began

    import json
    from pathlib import Path

    from tests.benchmarks.memory_aws import MemoryAws

    aws = MemoryAws()
    for item in json.loads(Path(table).read_text()):
        aws.put(item)
    event = Path(payload).read_text()
    # In AWS the table is elsewhere: the collector does not walk through it.
    gc.collect()
    gc.freeze()

    began = process_time()
    session = aws.session()
    if what == "boto3":
        boto3.Session(botocore_session=session).client("dynamodb")
    else:
        from leadwell.wiring import use_session

        use_session(session)
        door.handler(json.loads(event), None)
    return (counted + process_time() - began - aws.seconds) * 1000


if __name__ == "__main__":
    sys.stdout.write(f"\n{main(*sys.argv[1:])}\n")
