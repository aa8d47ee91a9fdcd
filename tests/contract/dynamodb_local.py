"""DynamoDB Local, AWS's own stand-in: a Java program that Maven fetches from Maven Central once, into ``.cache/``.

It has no option to listen on loopback alone; it holds only what these tests make up, and only while they run.
"""

import fcntl
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from tests.contract.over_api import Clients, OverApi, wait_a_little

VERSION = "2.6.1"
_CACHE = Path(__file__).parents[2] / ".cache"
_JARS = _CACHE / f"dynamodb-local-{VERSION}"
_JAVA = 17
_FETCHING, _STARTING = 120, 30
"""Seconds."""

_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>leadwell.tests</groupId>
  <artifactId>dynamodb-local</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>com.amazonaws</groupId>
      <artifactId>DynamoDBLocal</artifactId>
      <version>{VERSION}</version>
    </dependency>
  </dependencies>
</project>
"""


@cache
def missing() -> str:
    """Why it cannot be started here; empty when it can. Fetches it if need be."""
    if not _has_java():
        return f"there is no Java {_JAVA} or newer"
    if _JARS.exists():
        return ""
    if not shutil.which("mvn"):
        return "there is no Maven to fetch it with"
    return _fetch()


@contextmanager
def started(folder: Path) -> Iterator[Callable[[], AbstractContextManager[Any]]]:
    port = _free_port()
    log = folder / "dynamodb-local.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *("java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                *(f"-Djava.library.path={_JARS}", "-cp", f"{_JARS}/*"),
                "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
                *("-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)),
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port, process, log)
        endpoint = f"http://127.0.0.1:{port}"
        client = Clients(key="testing", secret="testing", region="eu-central-1", endpoint=endpoint)
        api = OverApi(client, wait=wait_a_little)
        yield lambda: nullcontext(api)
        client.close()
    finally:
        process.terminate()
        process.wait(timeout=10)


def _has_java() -> bool:
    java = shutil.which("java")
    if not java:
        return False
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=30).stderr
    found = re.search(r'version "(\d+)', said)
    return found is not None and int(found[1]) >= _JAVA


def _fetch() -> str:
    """Lets one process fetch it while others wait. Answers why it could not."""
    _CACHE.mkdir(exist_ok=True)
    (_CACHE / ".gitignore").write_text("*\n")
    with (_CACHE / "dynamodb-local.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _JARS.exists():
            return ""
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
        failed = _CACHE / "dynamodb-local.failed"
        if run and failed.exists() and failed.read_text().startswith(run):
            return failed.read_text().removeprefix(run).strip()
        reason = _ask_maven()
        failed.unlink(missing_ok=True)
        if reason:
            failed.write_text(f"{run}\n{reason}")
        return reason


def _ask_maven() -> str:
    fetched = _CACHE / f"{_JARS.name}.part"
    shutil.rmtree(fetched, ignore_errors=True)
    fetched.mkdir()
    (fetched / "pom.xml").write_text(_POM)
    command = [
        *("mvn", "--batch-mode", "--quiet", "--strict-checksums", "--file", str(fetched / "pom.xml")),
        "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
        *("-DincludeScope=runtime", f"-DoutputDirectory={fetched}"),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_FETCHING)
    except subprocess.TimeoutExpired:
        return f"Maven did not fetch it within {_FETCHING} seconds"
    if done.returncode:
        said = (done.stdout.strip() or "no reason given").splitlines()[0]
        return f"Maven could not fetch it: {said.removeprefix('[ERROR] ')[:200]}"
    fetched.rename(_JARS)
    return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _STARTING
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
