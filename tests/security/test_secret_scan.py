"""The scan of ``make check`` finds what must not stand in a file. What it is to find is put together here, piece by
piece, so that it stands in none."""

import random
import string
from pathlib import Path

import pytest

from tests.security import accepted
from tests.security.secret_scan import files, judged, scan


def made_up(length: int, signs: str) -> str:
    return "".join(random.Random(7).choices(signs, k=length))


SIGNS = string.ascii_letters + string.digits
CAPITALS = string.ascii_uppercase + string.digits
PLANTED = {
    "aws.py": f'KEY = "AKIA{made_up(16, CAPITALS)}"',
    "aws.md": f"Use AKIA{made_up(16, CAPITALS)} for now.",
    "aws.yaml": f"aws_secret_access_key: {made_up(40, SIGNS)}",
    "github.js": f"const token = 'ghp_{made_up(36, SIGNS)}'",
    "stripe.toml": f'key = "sk_live_{made_up(24, SIGNS)}"',
    "slack.txt": f"xoxb-{made_up(12, string.digits)}-{made_up(12, string.digits)}-{made_up(24, SIGNS)}",
    "id.pem": f"-----BEGIN RSA {'PRIVATE'} KEY-----\n{made_up(64, SIGNS)}",
    "settings.json": f'{{"password": "{made_up(20, SIGNS)}"}}',
    "address.py": f'URL = "https://robin:{made_up(16, SIGNS)}@example.com/"',
    "hex.py": f'signing = "{made_up(64, string.hexdigits[:16])}"',
}


@pytest.mark.parametrize("name", PLANTED)
def test_it_is_found(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(PLANTED[name] + "\n")
    found = scan([tmp_path / name], tmp_path)
    assert found
    problems = judged(found, {})
    assert problems[0].startswith(f"{name}:1: ")
    secret = max(PLANTED[name].replace('"', " ").replace("'", " ").split(), key=len)
    assert secret not in "".join(problems), "what is found must not stand in a log"


def test_no_comment_switches_it_off(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"{PLANTED['aws.py']}  # pragma: {'allowlist'} secret\n")
    assert scan(files(tmp_path), tmp_path)


def test_what_is_accepted_is_accepted_by_its_value_and_only_while_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(PLANTED["aws.py"] + "\n")
    found = scan(files(tmp_path), tmp_path)
    known = {one.value: "a test" for one in found}
    assert judged(found, known) == []
    assert len(judged([], known)) == len(known)


def test_all_files_are_looked_at_but_those_that_git_does_not_keep(tmp_path: Path) -> None:
    for name in (".venv/x.py", "build/x.py", "a/x.pyc", "a/b/x.py", ".ci/run", "README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / ".gitignore").write_text("build/\n*.pyc\n")
    kept = [str(path.relative_to(tmp_path)) for path in files(tmp_path)]
    assert kept == [".ci/run", ".gitignore", "README.md", "a/b/x.py"]


def test_every_acceptance_has_a_reason() -> None:
    assert accepted.read().values
    with pytest.raises(ValueError, match="reason"):
        accepted.of({"secret": [{"values": ["x"], "reason": ""}]})
