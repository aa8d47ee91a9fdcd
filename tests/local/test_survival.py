"""Stopping, killing and starting again."""

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.running import DUMMIES, ROOT, LocalRun, clean_environment


@pytest.fixture
def run(tmp_path: Path) -> Iterator[LocalRun]:
    functions = tmp_path / "functions"
    shutil.copytree(DUMMIES, functions)
    local = LocalRun(tmp_path / "state", functions)
    yield local
    if local.running():
        local.kill()


def seen(run: LocalRun) -> tuple[list[dict[str, object]], list[dict[str, object]], list[tuple[str, str]]]:
    return run.items("C#anna"), run.items("FEEDBACK"), [(m["id"], m["at"]) for m in run.outbox()]


def test_nothing_acknowledged_is_lost_and_nothing_is_shown_twice(run: LocalRun) -> None:
    run.start()
    for number in range(5):
        run.event(f"early-{number}", 600 * number + 60)
    run.advance("PT35M")
    for number in range(5):
        run.event(f"late-{number}", 600 * number + 60)
    run.post("/_local/feedback", {"message": "early-1", "event": "open"})
    assert run.settle() == []
    before, ahead = seen(run), run.get("/_local/clock").json()["offset_seconds"]
    run.kill()

    run.start()
    after = seen(run)
    assert after == before
    assert len(after[2]) == 4
    assert abs(run.get("/_local/clock").json()["offset_seconds"] - ahead) <= 1
    # Once more, at once: the replayed state has been saved.
    run.kill()
    run.start()
    assert seen(run) == before

    run.advance("P1D")
    names = [m["id"] for m in run.outbox()]
    assert sorted(names) == sorted([f"early-{n}" for n in range(5)] + [f"late-{n}" for n in range(5)])
    assert run.stop() == 0
    assert "replayed" in run.said or "saved state" in run.said


def test_an_answer_means_that_the_request_is_on_the_disk(run: LocalRun) -> None:
    """Killed right after the answer, with the end of the journal torn, as if another request had been coming in."""
    run.start()
    run.event("first", 60)
    run.kill()
    (journal,) = (run.state / "state").glob("journal-*")
    with journal.open("ab") as file:
        file.write(b'{"at": 1, "id": "torn')
    run.start()
    assert [item["sk"] for item in run.items("C#anna") if item["kind"] == "EVENT"] == ["E#first"]
    run.event("second", 60)
    run.kill()
    run.start()
    assert {"E#first", "E#second"} <= {item["sk"] for item in run.items("C#anna")}
    assert run.stop() == 0


def test_a_clean_stop_keeps_everything_even_what_could_not_be_done(run: LocalRun) -> None:
    poison = run.functions / "score_and_segment" / "poisoned"
    poison.touch()
    run.start()
    run.event("before", 60)
    assert run.settle() == []
    run.event("poison", 60)
    run.event("behind", 60)
    (trouble,) = run.settle()
    assert "score_and_segment has failed" in trouble
    assert "poisoned" in trouble
    assert run.stop() == 0
    assert "score_and_segment failed: RuntimeError: poisoned (handler.py:" in run.said

    run.start()
    assert run.settle() != [], "the record is still there"
    poison.unlink()
    run.stop()
    run.start()
    assert run.settle() == []
    run.advance("PT2M")
    assert sorted(m["id"] for m in run.outbox()) == ["before", "behind", "poison"]
    assert run.stop() == 0
    assert "replayed" not in run.said, "a clean stop leaves nothing to replay"
    assert "synthesized" not in run.said


def test_an_interrupted_wait_is_made_good(run: LocalRun) -> None:
    run.start()
    run.event("waiting", 3600)
    run.settle()
    assert run.stop() == 0
    run.start()
    run.advance("PT2H")
    (mail,) = run.outbox()
    assert mail["at"].endswith(":00.000Z"), "woken by the state machine at its minute, not by a later sweep"
    assert run.stop() == 0


def test_a_used_port_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "infra.local", "--state", str(tmp_path / "state")],
            cwd=ROOT,
            env={**clean_environment(), "PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Leadwell cannot start: port {port} is in use")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "state").exists(), "refused before anything is set up"


def test_two_runs_do_not_share_a_state(run: LocalRun) -> None:
    run.start()
    second = LocalRun(run.state, run.functions)
    with pytest.raises(AssertionError, match="another local run uses"):
        second.start()
    assert run.stop() == 0


def test_the_journal_keeps_what_a_replay_needs(run: LocalRun) -> None:
    run.start()
    run.event("first", 60)
    run.get("/p/unsubscribe?token=x")
    run.get("/shop")
    (journal,) = (run.state / "state").glob("journal-*")
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [(e["method"], e["path"]) for e in entries] == [("POST", "/v1/track"), ("GET", "/p/unsubscribe")]
    run.kill()
