"""``leadwell journeys test``: what users put into their CI, by command and by pytest."""

import json
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest

import leadwell
from leadwell import wiring
from leadwell.cli.main import main

TEMPLATES = Path(__file__).parents[3] / "templates"
INI = """
[pytest]
addopts = -p leadwell.rehearsal.pytest_plugin -p no:cacheprovider
leadwell_journeys = templates/journeys
"""


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No table and no account: a rehearsal needs neither."""
    monkeypatch.delenv("LEADWELL_TABLE", raising=False)
    wiring.use(None)


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """With two journeys: one whose scenarios pass, and one that was changed behind the back of its scenarios."""
    folder = copytree(TEMPLATES, tmp_path / "templates")
    for name in ("double-opt-in", "birthday"):
        (folder / "journeys" / f"{name}.yaml").unlink()
    cart = folder / "journeys" / "abandoned-cart.yaml"
    cart.write_text(cart.read_text("utf-8").replace("default: PT3H", "default: PT4H"), "utf-8")
    return folder


def failed(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["journeys", "test", *map(str, arguments)])
    return int(str(ended.value.code))


def test_all_templates_pass(capsys: pytest.CaptureFixture[str]) -> None:
    main(["journeys", "test", str(TEMPLATES)])
    said = capsys.readouterr().out
    assert "welcome: ok\n  ok      three mails, the later ones in the morning (" in said
    assert said.rstrip().endswith(": none failed")


def test_what_differs_is_said_and_fails(templates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert failed(templates) == 1
    said = capsys.readouterr()
    assert "abandoned-cart: FAILED\n  FAILED  a mail after three hours, an SMS on the morning after next (" in said.out
    cart = templates / "journeys" / "abandoned-cart.yaml"
    line = next(n for n, one in enumerate(cart.read_text("utf-8").splitlines(), 1) if "name: a mail after" in one)
    assert f"          {cart}:{line}\n" in said.out
    assert (
        "          other time   day 1 13:00 (Mon 2026-03-02)  email abandoned-cart, "
        "expected day 1 12:00 (Mon 2026-03-02)\n" in said.out
    )
    assert (
        "          What happened:\n            day 1 09:00 (Mon 2026-03-02)  entered by Product Added (k1)" in said.out
    )
    assert "welcome: ok\n" in said.out
    assert said.err == "Look at abandoned-cart.\n"


def test_one_journey_and_one_scenario(templates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["journeys", "test", str(templates), "--only", "confirms after two weeks"])
    said = capsys.readouterr().out
    assert "1 scenarios of 1 journeys" in said
    assert "abandoned-cart" not in said
    main(["journeys", "test", str(templates), "--journey", "welcome"])
    assert "abandoned-cart" not in capsys.readouterr().out
    main(["journeys", "test", str(templates / "journeys" / "welcome.yaml"), "--json"])
    (document,) = json.loads(capsys.readouterr().out)
    assert document["passed"]
    assert {one["passed"] for one in document["scenarios"]} == {True}
    assert failed(templates, "--journey", "nowhere") == 1
    assert failed(templates, "--only", "no such thing") == 1


def test_a_journey_without_scenarios_fails(templates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    welcome = templates / "journeys" / "welcome.yaml"
    welcome.write_text(welcome.read_text("utf-8").partition("scenarios:")[0], "utf-8")
    assert failed(welcome) == 1
    assert "welcome: FAILED\n  has no scenarios" in capsys.readouterr().out


def test_a_file_that_is_not_sound_is_said_with_its_line(templates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    welcome = templates / "journeys" / "welcome.yaml"
    text = welcome.read_text("utf-8").replace("email: welcome-guide}", "emial: welcome-guide}", 1)
    welcome.write_text(text, "utf-8")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if "emial" in one)
    assert failed(templates) == 1
    assert f"welcome: FAILED\n  {welcome}:{line}: scenarios[1].expect[1].emial: is" in capsys.readouterr().out


def test_where_there_is_nothing(tmp_path: Path) -> None:
    assert failed(tmp_path / "nowhere") == 1
    assert failed(tmp_path) == 1


def by_pytest(folder: Path, ini: str) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text(ini, "utf-8")
    environment = {"PYTHONPATH": str(Path(leadwell.__file__).parents[1]), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "templates"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_pytest_sees_them(templates: Path) -> None:
    (templates / "journeys" / "empty.yaml").write_text("kind: journey\n", "utf-8")
    done = by_pytest(templates.parent, INI)
    assert done.returncode == 1
    assert (
        "FAILED templates/journeys/abandoned-cart.yaml::a mail after three hours, an SMS on the morning" in done.stdout
    )
    assert "other time   day 1 13:00 (Mon 2026-03-02)  email abandoned-cart, expected day 1 12:00" in done.stdout
    assert "FAILED templates/journeys/empty.yaml::scenarios" in done.stdout
    assert "Traceback" not in done.stdout
    assert "FAILED templates/journeys/welcome.yaml" not in done.stdout


def test_only_where_it_is_told_to_look(templates: Path) -> None:
    assert by_pytest(templates.parent, INI.replace("templates/journeys", "elsewhere")).returncode == 5
    assert by_pytest(templates.parent, "[pytest]\naddopts = -p leadwell.rehearsal.pytest_plugin\n").returncode == 5
