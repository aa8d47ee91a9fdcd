"""pip-audit as ``make check`` runs it, in front of an advisory service of our own."""

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.security import accepted
from tests.security.accepted import Exemption
from tests.security.advisories import Audit, AuditBroken, audit, locks, read, report
from tests.security.secret_scan import files

TODAY = date(2026, 11, 22)
LOCK = f"""\
jinja2==3.1.5 \\
    --hash=sha256:{"0" * 64}
six==1.17.0 ; python_version >= '3.11' \\
    --hash=sha256:{"1" * 64}
"""
FLAW = {
    "id": "PYSEC-2025-1",
    "aliases": ["CVE-2025-27516"],
    "summary": "templates get out of the sandbox",
    "affected": [
        {
            "package": {"name": "jinja2", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.1.6"}]}],
        }
    ],
}


class Advisors(BaseHTTPRequestHandler):
    """Speaks OSV's query protocol; knows one flaw."""

    status = 200

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        known = asked["package"]["name"] == "jinja2" and asked["version"] == "3.1.5"
        answer = json.dumps({"vulns": [FLAW]} if known else {}).encode()
        self.send_response(self.status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Not wanted."""


class Overloaded(Advisors):
    status = 503


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    file = tmp_path / "requirements.txt"
    file.write_text(LOCK)
    return file


def serving(door: type[Advisors]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def advisors() -> Iterator[str]:
    yield from serving(Advisors)


@pytest.fixture
def overloaded() -> Iterator[str]:
    yield from serving(Overloaded)


def asked(lock: Path, url: str) -> Audit:
    return audit([lock], "--vulnerability-service=osv", f"--osv-url={url}", f"--cache-dir={lock.parent / 'cache'}")


def test_a_known_vulnerability_is_a_problem_that_says_what_to_do(lock: Path, advisors: str) -> None:
    result = asked(lock, advisors)
    assert result.asked == 2
    (problem,) = report(result, {}, TODAY).problems
    for word in (
        "requirements.txt",
        "jinja2 3.1.5",
        "PYSEC-2025-1 (CVE-2025-27516)",
        "fixed in 3.1.6",
        "--upgrade-package jinja2",
        "out of the sandbox",
    ):
        assert word in problem


def test_it_can_be_accepted_by_any_of_its_names_until_a_day(lock: Path, advisors: str) -> None:
    result = asked(lock, advisors)
    for name in ("PYSEC-2025-1", "CVE-2025-27516"):
        exempt = {name: Exemption("jinja2", "we render no templates of strangers", date(2026, 12, 1))}
        assert report(result, exempt, TODAY).problems == []
        (late,) = report(result, exempt, date(2026, 12, 1)).problems
        assert "look again" in late
    assert report(result, {"PYSEC-2025-1": Exemption("six", "another package", date(2026, 12, 1))}, TODAY).problems


def test_an_acceptance_that_nothing_needs_is_a_problem() -> None:
    unneeded = {"PYSEC-1": Exemption("six", "why not", date(2027, 1, 1))}
    (problem,) = report(Audit(asked=2), unneeded, TODAY).problems
    assert "PYSEC-1" in problem


def test_without_the_service_one_line_says_so_and_nothing_fails(lock: Path, overloaded: str) -> None:
    nobody_there = "http://127.0.0.1:9/v1/query"  # the port of "discard"
    for result in (asked(lock, nobody_there), asked(lock, overloaded)):
        made = report(result, {}, TODAY)
        assert made.problems == []
        (remark,) = made.remarks
        assert "WARNING" in remark
        assert "\n" not in remark


def test_a_service_that_knows_none_of_our_packages_has_not_answered() -> None:
    """Mirrors of PyPI have the packages and not the advisories; pip-audit calls that "no known vulnerabilities"."""
    skipped = [{"name": name, "skip_reason": "not found"} for name in ("jinja2", "six")]
    assert read({"dependencies": skipped}, {}).unreachable
    known = {"name": "six", "version": "1.17.0", "vulns": []}
    partly = read({"dependencies": [*skipped[:1], known]}, {})
    assert (partly.unreachable, partly.asked) == ("", 1)
    assert "jinja2" in report(partly, {}, TODAY).remarks[0]


def test_a_lock_file_that_cannot_be_read_is_no_question_of_the_network(tmp_path: Path, advisors: str) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("jinja2\n")
    with pytest.raises(AuditBroken, match="jinja2"):
        asked(file, advisors)


def test_all_lock_files_are_looked_at() -> None:
    assert set(locks()) == {path for path in files() if path.name == "requirements.txt"}


@pytest.mark.parametrize(
    "entry", [{"id": "X", "package": "x"}, {"id": "X", "package": "x", "reason": " ", "until": TODAY}]
)
def test_nothing_is_accepted_without_a_reason_and_a_day(entry: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError)):
        accepted.of({"advisory": [entry]})
