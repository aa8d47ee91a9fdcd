"""The capture that watches the whole suite can fail, in every way in which something could get into a log."""

import logging
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from aws_lambda_powertools import Logger

from leadwell.store import keys
from tests.log_capture import FUNCTIONS, Capture, capturing, listened_to

TREE = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "text",
    [
        *("to ann@example.com", "Ann <Ann.B+x@mail.example.org>", "q=ann%40example.com", "sam@staff.example"),
        *(
            "+12025550142",
            "12025550142",
            "%2B12025550142",
            "+1 (202) 555-0142",
            "+49 30 23125 001",
            "493023125001",
        ),
        *("203.0.113.9", "from 2001:db8:1:2::9"),
    ],
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


def test_what_is_switched_off_here_and_read_there_is_found() -> None:
    quiet = logging.getLogger("leadwell.somewhere")
    with capturing() as capture:
        logging.disable(logging.CRITICAL)
        try:
            quiet.info("to %s", "ann@example.com")
            logging.getLogger("botocore").info("to ann@example.com")
        finally:
            logging.disable(logging.NOTSET)
        quiet.debug("ann@example.com")
    assert len(capture.leaks()) == 1


def _prints(event: str, context: None) -> None:
    sys.stdout.write(event)


def _warns(event: str, context: None) -> None:
    sys.stderr.write(event)


def _raises(event: str, context: None) -> None:
    raise KeyError(event)


@pytest.mark.parametrize("handler", [_prints, _warns, _raises])
def test_what_lambda_writes_down_for_a_handler_is_found(handler: Callable[[str, None], None]) -> None:
    with capturing() as capture, suppress(KeyError):
        listened_to(handler)("ann@example.com", None)
    assert len(capture.leaks()) == 1
    with capturing() as capture:
        sys.stdout.write("ann@example.com\n")
    assert capture.leaks() == [], "what the command line shows is meant for who sits there"


def test_every_handler_is_listened_to() -> None:
    for folder in FUNCTIONS.iterdir():
        if folder.is_dir() and (folder / "handler.py").exists():
            handler = import_module(f"functions.{folder.name}.handler").handler
            assert handler.__wrapped__.__code__.co_filename == str(folder / "handler.py")


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
