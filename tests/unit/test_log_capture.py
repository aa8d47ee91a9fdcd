"""The capture that watches the whole suite can fail, in every way in which something could get into a log."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from aws_lambda_powertools import Logger

from leadwell.store import keys
from tests.log_capture import Capture, capturing

TREE = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "text",
    ["to ann@example.com", "Ann <Ann.B+x@mail.example.org>", "+12025550142", "+1 (202) 555-0142", "+49 30 23125 001"],
)
def test_an_address_in_a_message_is_found(text: str) -> None:
    with capturing() as capture:
        logging.getLogger("leadwell.somewhere").warning("sent %s", text)
    assert len(capture.leaks()) == 1


@pytest.mark.parametrize(
    "text", ["c4z63tpjxkq0rsemw2ms9", "example.com is busy", "a@shop.invalid", "+1202555", "3 sent"]
)
def test_other_words_are_none(text: str) -> None:
    with capturing() as capture:
        logging.getLogger("leadwell.somewhere").warning(text)
    assert capture.texts and capture.leaks() == []


def test_what_powertools_is_given_beside_the_message_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    with capturing() as capture:
        Logger(service="probe").error("work failed", extra={"to": {"email": "ann@example.com"}})
    assert capture.leaks() and Capture().leaks([capsys.readouterr().out])


def test_what_powertools_adds_to_its_lines_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    line = '{"level":"INFO","message":"done","key":"ann@example.com"}'
    with capturing() as capture:
        assert capture.leaks([f"some words\n{line}\n"]) == [line]
        assert capture.leaks(["ann@example.com is what the command line shows\n"]) == []


def test_the_words_of_an_exception_are_found() -> None:
    with capturing() as capture:
        try:
            int("ann@example.com")
        except ValueError:
            logging.getLogger("leadwell.somewhere").exception("that was no number")
    assert capture.leaks()


def test_a_write_key_is_found() -> None:
    with capturing() as capture:
        keys.write_key("very-secret-key")
        logging.getLogger().error("refused very-secret-key")
    assert capture.leaks()


def test_a_test_that_logs_an_address_fails(tmp_path: Path) -> None:
    leaking = tmp_path / "test_leaking.py"
    leaking.write_text(
        "import logging\n"
        "def test_leaks(): logging.getLogger('leadwell').warning('to ann@example.com')\n"
        "def test_does_not(): logging.getLogger('leadwell').warning('to c1')\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c", "none.ini"]
    (tmp_path / "none.ini").write_text("[pytest]\n")
    ran = subprocess.run(
        [*command, str(leaking)],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{TREE / 'layers/leadwell/python'}:{TREE}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 error" in ran.stdout and "2 passed" in ran.stdout, ran.stdout
