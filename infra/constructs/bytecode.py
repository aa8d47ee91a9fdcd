"""Compiled Python beside the source of a layer.

Lambda can write nothing into a layer, so without it every cold start compiles all that it imports: some 200 ms of a
function that looks at contacts, 400 ms of the management API. Only the very version that runs there can do it.
"""

import shutil
import subprocess
import sys
from pathlib import Path

VERSION = "3.13"
"""Of Python in Lambda (``service_function.RUNTIME``)."""


def compiler(version: str = VERSION) -> str | None:
    """The path of a Python of this version; None where there is none."""
    for candidate in (sys.executable, shutil.which(f"python{version}")):
        if candidate and _version_of(candidate) == version:
            return candidate
    return None


def add_bytecode(folder: Path, python: str | None) -> None:
    """``__pycache__`` beside every module, if there is a compiler. It holds whatever the time stamps of the source
    become on their way; a file that is no valid Python goes without."""
    if python is None:
        print(f"No python{VERSION} here: the layers go without bytecode, and cold starts take longer.", file=sys.stderr)
        return
    command = [python, "-m", "compileall", "-q", "-q", "--invalidation-mode", "unchecked-hash"]
    # Tracebacks name the path in Lambda, not the one here.
    subprocess.run([*command, "-s", str(folder), "-p", "/opt", str(folder)], check=False, stdout=sys.stderr)


def _version_of(python: str) -> str:
    asked = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(asked, check=False, capture_output=True, text=True).stdout.strip()
