"""Synthesizes the CDK stack, once per content of what it is made from."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_WATCHED = ("infra/**/*.py", "cdk.json", "*.lock", "requirements*.txt")


class SynthesisFailed(Exception):
    """The message is what the CDK app printed."""


def synthesize(root: Path, cache: Path, context: dict[str, str]) -> tuple[Path, bool]:
    """The folder with the cloud assembly, and whether it had to be made.

    ``context`` is CDK context. Layers are not bundled: the handlers run from the source tree.
    """
    assembly = cache / _fingerprint(root, context)
    if assembly.exists():
        return assembly, False
    cache.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=cache, prefix="making-"))
    try:
        _run_app(root, making, context)
        _keep_newest(cache, 3)
        # In one step, for several local runs may do this side by side.
        making.rename(assembly)
    except OSError:
        if not assembly.exists():
            raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return assembly, True


def _run_app(root: Path, folder: Path, context: dict[str, str]) -> None:
    written = json.loads((root / "cdk.json").read_text(encoding="utf-8")).get("context", {})
    environment = {
        **os.environ,
        "CDK_OUTDIR": str(folder),
        "CDK_CONTEXT_JSON": json.dumps({**written, **context, "aws:cdk:bundling-stacks": []}),
        # The validator takes longer than the synthesis; `make check` runs it.
        "CDK_VALIDATION": "false",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    for name in [name for name in environment if name.startswith("AWS_")]:
        del environment[name]
    done = subprocess.run(
        [sys.executable, "-m", "infra.app"], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SynthesisFailed((done.stderr or done.stdout).strip()[-4000:])


def _keep_newest(cache: Path, count: int) -> None:
    made = sorted((p for p in cache.iterdir() if not p.name.startswith("making-")), key=lambda p: p.stat().st_mtime)
    for old in made[:-count]:
        shutil.rmtree(old, ignore_errors=True)


def read_stack(assembly: Path) -> tuple[str, dict[str, Any], list[tuple[str, str]]]:
    """Name and template of the one stack, and bucket and key of its assets. Raises ValueError for several stacks."""
    templates = sorted(assembly.glob("*.template.json"))
    if len(templates) != 1:
        raise ValueError(f"{assembly} holds {len(templates)} stacks, expected one")
    name = templates[0].name.removesuffix(".template.json")
    listed = json.loads((assembly / f"{name}.assets.json").read_text())["files"].values()
    places = [place for asset in listed for place in asset["destinations"].values()]
    return name, json.loads(templates[0].read_text()), [(place["bucketName"], place["objectKey"]) for place in places]


def _fingerprint(root: Path, context: dict[str, str]) -> str:
    digest = hashlib.sha256(json.dumps(context, sort_keys=True).encode())
    for path in _inputs(root):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _inputs(root: Path) -> Iterator[Path]:
    local = root / "infra" / "local"
    for pattern in _WATCHED:
        yield from (path for path in sorted(root.glob(pattern)) if local not in path.parents)
