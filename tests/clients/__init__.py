"""Other people's tracking clients, unmodified, each making the same six calls about a user against an address.

Python's comes with the development requirements; the JavaScript ones are installed from ``package-lock.json`` into
``.local/clients`` on first use.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).parent
_FOLDER = _HERE.parents[1] / ".leadwell" / "clients"
BROWSER_PAGE = _HERE / "segment_browser.html"
_PATH = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))


def modules() -> Path:
    """``node_modules`` with the JavaScript clients, installed if they are not there or the lock file changed."""
    wanted = hashlib.sha256((_HERE / "package-lock.json").read_bytes()).hexdigest()
    mark = _FOLDER / "installed"
    if not mark.exists() or mark.read_text() != wanted:
        _FOLDER.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_HERE / name, _FOLDER / name)
        # Not "npm ci": it insists on packages for other platforms, which are optional and not in every registry.
        quiet = ("--no-audit", "--no-fund", "--loglevel=error")
        _run(_program("npm"), "install", "--no-save", "--omit=optional", "--ignore-scripts", *quiet, folder=_FOLDER)
        mark.write_text(wanted)
    return _FOLDER / "node_modules"


def run_python_client(url: str, key: str, user: str, *, packed: bool = False) -> None:
    """segment-analytics-python; ``packed``: with gzip."""
    _run(sys.executable, str(_HERE / "segment_python.py"), url, key, user, "gzip" if packed else "plain")


def run_node_client(script: str, url: str, key: str, user: str) -> None:
    """One of the scripts beside this file, which find the clients in ``modules()``."""
    modules()
    copy = _FOLDER / script
    shutil.copy(_HERE / script, copy)
    _run(_program("node"), str(copy), url, key, user, folder=_FOLDER)


def chromium() -> str:
    """Where Chromium is."""
    return _program("chromium")


def _program(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    assert found, f"{name} is needed for the tests with other people's clients; make setup and .ci/run install it"
    return found


def _run(*command: str, folder: Path | None = None) -> None:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": _PATH}, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
