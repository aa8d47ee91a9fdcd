import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local.journal import Journal
from infra.local.payload import Request


def request(name: str, at: int = 0) -> Request:
    return Request("POST", f"/v1/{name}", "a=1", (("x", "ü"),), name.encode() + b"\xff", "127.0.0.1", name, at)


def writer(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "state").write_text(text)

    return write


def names(folder: Path) -> list[str]:
    return [found.id for found, _ in Journal(folder).replay()]


def test_requests_come_back_as_they_were(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.open()
    for number in range(3):
        journal.append(request(str(number), at=number), offset=10 * number).result(timeout=5)
    journal.close()
    assert list(Journal(tmp_path).replay()) == [(request(str(n), at=n), 10 * n) for n in range(3)]


def test_an_appended_request_is_on_the_disk(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.open()
    journal.append(request("a"), 0).result(timeout=5)
    assert names(tmp_path) == ["a"], "read by somebody else while it is still open"
    journal.close()


def test_a_line_that_was_cut_off_counts_as_never_sent(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.open()
    journal.append(request("a"), 0).result(timeout=5)
    journal.close()
    with (tmp_path / "journal-0").open("ab") as file:
        file.write(b'{"id": "b"')
    assert names(tmp_path) == ["a"]
    again = Journal(tmp_path)
    again.open()
    again.append(request("c"), 0).result(timeout=5)
    again.close()
    assert names(tmp_path) == ["a", "c"]


def test_saving_begins_an_empty_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.open()
    journal.append(request("a"), 0).result(timeout=5)
    journal.save(writer("saved"))
    journal.append(request("b"), 0).result(timeout=5)
    journal.close()
    after = Journal(tmp_path)
    assert after.saved is not None
    assert (after.saved / "state").read_text() == "saved"
    assert names(tmp_path) == ["b"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "current", "journal-1"]


class Killed(BaseException):
    """Ends a save as a kill would."""


@pytest.mark.parametrize("step", range(1, 7))
def test_a_kill_while_saving_leaves_the_old_pair_or_the_new_one(
    tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path)
    journal.open()
    journal.save(writer("before a"))
    journal.append(request("a"), 0).result(timeout=5)
    real, calls = os.fsync, 0

    def fsync(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == step:
            raise Killed
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with contextlib.suppress(Killed):
        journal.save(writer("with a"))
    monkeypatch.undo()
    found = Journal(tmp_path)
    assert found.saved is not None
    pair = ((found.saved / "state").read_text(), names(tmp_path))
    assert pair in [("before a", ["a"]), ("with a", [])]
    journal.close()
